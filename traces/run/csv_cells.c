#include "traces/run/csv_cells.h"

#include "sim/units.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static void begin_cell(hc_csv *csv)
{
    if (csv->is_in_line) {
        (void)fputc(',', csv->out);
    }
    csv->is_in_line = true;
}

static void put_quoted(hc_csv *csv, const char *prefix, const char *text)
{
    (void)fputc('"', csv->out);
    (void)fputs(prefix, csv->out);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"') {
            (void)fputc('"', csv->out);
        }
        (void)fputc(*at, csv->out);
    }
    (void)fputc('"', csv->out);
}

/* Readers cut blanks off that stand at the ends of a cell. */
static bool has_blank_end(const char *text)
{
    size_t length = strlen(text);
    return length > 0 &&
           (strchr(" \t", text[0]) != NULL || strchr(" \t", text[length - 1]) != NULL);
}

static void put_text(hc_csv *csv, const char *prefix, const char *text)
{
    begin_cell(csv);
    if (strpbrk(text, ",\"\r\n") != NULL || has_blank_end(text)) {
        put_quoted(csv, prefix, text);
    } else {
        (void)fputs(prefix, csv->out);
        (void)fputs(text, csv->out);
    }
}

void hc_csv_text(hc_csv *csv, const char *text)
{
    put_text(csv, "", text);
}

static bool looks_like_formula(const char *text)
{
    int64_t number = 0;
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL &&
           hc_parse_scaled(text, strlen(text), 9, &number) < 0;
}

void hc_csv_guarded_text(hc_csv *csv, const char *text)
{
    put_text(csv, looks_like_formula(text) ? "'" : "", text);
}

void hc_csv_empty(hc_csv *csv)
{
    begin_cell(csv);
}

void hc_csv_unsigned(hc_csv *csv, uint64_t value)
{
    begin_cell(csv);
    (void)fprintf(csv->out, "%" PRIu64, value);
}

void hc_csv_signed(hc_csv *csv, int64_t value)
{
    begin_cell(csv);
    (void)fprintf(csv->out, "%" PRId64, value);
}

void hc_csv_seconds(hc_csv *csv, hc_time time)
{
    char text[HC_UNIT_TEXT_SIZE];
    begin_cell(csv);
    if (time != HC_TIME_MISSING) {
        (void)hc_format_seconds(time, text);
        (void)fputs(text, csv->out);
    }
}

/* The digits behind the point, without zeros at the end. */
static void put_fraction(hc_csv *csv, uint64_t value, int digits)
{
    while (digits > 0 && value % 10 == 0) {
        value /= 10;
        digits--;
    }
    if (digits > 0) {
        (void)fprintf(csv->out, ".%0*" PRIu64, digits, value);
    }
}

void hc_csv_thousandths(hc_csv *csv, uint64_t value)
{
    begin_cell(csv);
    (void)fprintf(csv->out, "%" PRIu64, value / 1000);
    put_fraction(csv, value % 1000, 3);
}

void hc_csv_gpu_time(hc_csv *csv, hc_gpu_time time)
{
    begin_cell(csv);
    (void)fprintf(csv->out, "%" PRId64, time.seconds);
    put_fraction(csv, (uint64_t)time.nanoseconds * 1000 + time.picoseconds, 12);
}

static int report(const hc_csv *csv, hc_error *error)
{
    int cause = errno;
    return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s", csv->shown,
                        strerror(cause));
}

int hc_csv_end_line(hc_csv *csv, hc_error *error)
{
    csv->is_in_line = false;
    return fputc('\n', csv->out) == EOF || ferror(csv->out) ? report(csv, error) : 0;
}

int hc_csv_finish(hc_csv *csv, hc_error *error)
{
    return fflush(csv->out) == EOF || ferror(csv->out) ? report(csv, error) : 0;
}
