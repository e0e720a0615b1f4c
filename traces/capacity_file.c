#include "traces/capacity_file.h"

#include "traces/csv_row.h"

#include <inttypes.h>

enum { DEFECT_LIMIT = 20 };

typedef struct capacity_file {
    hc_calendar *calendar;
    const hc_capacity_file_options *options;
    hc_csv *rows;
    const char *path;
    int column;
    uint32_t row_count;
    uint32_t defect_count;
} capacity_file;

static void note_defect(capacity_file *f, const hc_line *line, const char *column,
                        const char *complaint, hc_error *error)
{
    f->defect_count++;
    (void)hc_error_set(error, HC_ERROR_TRACE, "%s:%" PRIu64 ": %s: %s", f->path, line->number,
                       column, complaint);
}

static void take_row(capacity_file *f, const hc_csv_row *row, hc_error *error)
{
    char complaint[HC_CALENDAR_TEXT_SIZE];
    hc_time date = 0;
    int64_t gpus = 0;
    if (row->state != HC_CSV_ROW_SOUND) {
        note_defect(f, &row->line, "row", "expected one field for each column of the header",
                    error);
    } else if (hc_field_date(row->fields[0], &date) != HC_FIELD_READ) {
        note_defect(f, &row->line, "first column", "expected a date, such as 2020-04-01", error);
    } else if (hc_field_whole(row->fields[f->column], &gpus) != HC_FIELD_READ || gpus < 0) {
        note_defect(f, &row->line, f->options->column,
                    "expected a number of GPUs, a whole number, 0 or more", error);
    } else if (hc_calendar_add(f->calendar, f->options->machine, date - f->options->zero,
                               (uint64_t)gpus, complaint) < 0) {
        note_defect(f, &row->line, f->options->column, complaint, error);
    }
    f->row_count++;
}

static int take_rows(capacity_file *f, hc_error *error)
{
    while (f->defect_count < DEFECT_LIMIT) {
        hc_csv_row row;
        int status = hc_csv_next(f->rows, &row, error);
        if (status < 0) {
            return -1;
        }
        if (status == 0) {
            break;
        }
        take_row(f, &row, error);
    }
    if (f->row_count == 0) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: no row in it", f->path);
    }
    return f->defect_count == 0 ? 0 : -1;
}

int hc_capacity_file_read_input(hc_calendar *calendar, hc_input_file *input,
                                const hc_capacity_file_options *options, hc_error *error)
{
    capacity_file f = {.calendar = calendar, .options = options, .path = hc_input_file_name(input)};
    int status = -1;
    if (hc_csv_open(&f.rows, input, error) == 0 &&
        hc_csv_find_all(f.rows, &options->column, 1, &f.column, error) == 0) {
        status = take_rows(&f, error);
    }
    hc_csv_close(f.rows);
    return status;
}

int hc_capacity_file_read(hc_calendar *calendar, const char *path,
                          const hc_capacity_file_options *options, char *sha256, hc_error *error)
{
    hc_input_file *input = NULL;
    int status = 0;
    if (hc_input_file_open(&input, path, error) < 0) {
        return -1;
    }
    status = hc_capacity_file_read_input(calendar, input, options, error);
    if (status == 0 && sha256 != NULL) {
        hc_input_file_sha256(input, sha256);
    }
    hc_input_file_close(input);
    return status;
}
