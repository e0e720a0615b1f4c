#include "traces/csv_row.h"

#include "sim/scenario/utf8.h"
#include "traces/name_text.h"

#include <assert.h>
#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_LIMIT = 1024,
    ROW_SIZE = HC_LINE_LIMIT + COLUMN_LIMIT, /* a NUL behind each field */
    HELD_SIZE = 2 * (HC_LINE_LIMIT + 1),     /* a row of the limit and the line that goes beyond */
    BLOCK_SIZE = 4096,                       /* by which the tokeniser grows its buffer */
    NAME_SIZE = 101,
    LIST_SIZE = 2048, /* of the columns found, in a message */
};

/* Lines of a row that goes on behind a line end. They are kept until the row has proved sound, and are read
 * again from its second line when it has not. */
typedef struct held_lines {
    char *text;  /* each line is followed by LF; NULL until it is needed */
    size_t next; /* line to be read again; == end: the input goes on */
    size_t end;
    uint64_t next_number;
    bool is_origin; /* the line taken last came from here */
} held_lines;

struct hc_csv {
    hc_input_file *input;
    struct csv_parser parser;
    char *names; /* of the columns, each followed by NUL */
    hc_field *columns;
    size_t column_count;
    uint64_t blank_line_count;
    held_lines held;

    /* the row being read */
    char *text;
    size_t text_length;
    hc_field *fields;
    size_t field_limit; /* further fields are counted, not stored */
    size_t field_count;
    bool is_complete;
};

/* Called by the tokeniser at the end of a field, whose text it will overwrite. */
static void store_field(void *text, size_t length, void *context)
{
    hc_csv *csv = context;
    if (csv->field_count < csv->field_limit) {
        char *copy = csv->text + csv->text_length;
        assert(csv->text_length + length < ROW_SIZE);
        if (length > 0) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
        csv->fields[csv->field_count] = (hc_field){copy, length};
        csv->text_length += length + 1;
    }
    csv->field_count++;
}

static void complete_row(int terminator, void *context)
{
    hc_csv *csv = context;
    (void)terminator;
    csv->is_complete = true;
}

static void begin_row(hc_csv *csv)
{
    (void)csv_fini(&csv->parser, NULL, NULL, NULL); /* also forgets a row that was broken off */
    csv->text_length = 0;
    csv->field_count = 0;
    csv->is_complete = false;
}

/* Tokenises one line. @return 1; 0 when it is not CSV; -1 with `error` set. */
static int feed(hc_csv *csv, const hc_line *line, hc_error *error)
{
    if (line->has_nul || memchr(line->text, '\r', line->length) != NULL) {
        return 0;
    }
    if (csv_parse(&csv->parser, line->text, line->length, store_field, complete_row, csv) !=
            line->length ||
        csv_parse(&csv->parser, "\n", 1, store_field, complete_row, csv) != 1) {
        return csv_error(&csv->parser) == CSV_EPARSE ? 0 : hc_error_memory(error);
    }
    return 1;
}

/* A field as the tokeniser gives it: without blanks around it, and with a NUL behind it. */
static hc_field trim(char *begin, char *end)
{
    hc_field field = hc_field_trim(begin, end);
    begin[field.text - begin + (ptrdiff_t)field.length] = '\0';
    return field;
}

/* Nearly all rows have no quotes: they are copied in one go and split where they lie.
 * @return false when the line needs the tokeniser. */
static bool split_plain(hc_csv *csv, const hc_line *line)
{
    char *begin = csv->text;
    char *end = csv->text + line->length;
    if (csv->names == NULL || line->has_nul || memchr(line->text, '"', line->length) != NULL ||
        memchr(line->text, '\r', line->length) != NULL) {
        return false;
    }
    memcpy(csv->text, line->text, line->length);
    *end = ',';
    for (char *at = begin; at <= end; at++) {
        if (*at != ',') {
            continue;
        }
        if (csv->field_count < csv->field_limit) {
            csv->fields[csv->field_count] = trim(begin, at);
        }
        csv->field_count++;
        begin = at + 1;
    }
    csv->is_complete = true;
    return true;
}

/* The next line, from those held or from the input. @return as hc_input_file_next. */
static int take_line(hc_csv *csv, hc_line *out, hc_error *error)
{
    held_lines *held = &csv->held;
    const char *text = NULL;
    const char *newline = NULL;
    held->is_origin = held->next < held->end;
    if (!held->is_origin) {
        return hc_input_file_next(csv->input, out, error);
    }
    text = held->text + held->next;
    newline = memchr(text, '\n', held->end - held->next);
    assert(newline != NULL);
    *out = (hc_line){
        .text = text,
        .length = (size_t)(newline - text),
        .number = held->next_number++,
        .has_nul = memchr(text, '\0', (size_t)(newline - text)) != NULL,
    };
    held->next += out->length + 1;
    return 1;
}

static void hold(hc_csv *csv, hc_line *line)
{
    held_lines *held = &csv->held;
    char *copy = held->text + held->end;
    assert(held->end + line->length < HELD_SIZE);
    memcpy(copy, line->text, line->length);
    copy[line->length] = '\n';
    line->text = copy;
    held->end += line->length + 1;
}

/* Moves the first line of a row that goes on to the front of the held lines. */
static int hold_first(hc_csv *csv, hc_line *first, hc_error *error)
{
    held_lines *held = &csv->held;
    if (held->text == NULL) {
        held->text = malloc(HELD_SIZE);
        if (held->text == NULL) {
            return hc_error_memory(error);
        }
    }
    if (held->is_origin) {
        size_t begin = (size_t)(first->text - held->text);
        memmove(held->text, first->text, held->end - begin);
        held->end -= begin;
        first->text = held->text;
    } else {
        held->end = 0;
        hold(csv, first);
    }
    held->next = first->length + 1;
    return 0;
}

/* Reads on until the open quote is closed. @return as feed; 0 also when it is not closed within the limit. */
static int read_rest(hc_csv *csv, hc_error *error)
{
    held_lines *held = &csv->held;
    hc_line line;
    while (!csv->is_complete) {
        int status = take_line(csv, &line, error);
        if (status <= 0) {
            return status;
        }
        if (!held->is_origin) {
            hold(csv, &line);
            held->next = held->end;
        }
        if (held->next > HC_LINE_LIMIT) {
            return 0;
        }
        status = feed(csv, &line, error);
        if (status <= 0) {
            return status;
        }
    }
    return 1;
}

/* A row from its first line on. Where its later lines are broken, they are left to be read again. */
static int read_row(hc_csv *csv, hc_line *first, hc_csv_row_state *state, hc_error *error)
{
    int status = 1;
    begin_row(csv);
    if (!split_plain(csv, first)) {
        status = feed(csv, first, error);
    }
    if (status == 1 && !csv->is_complete) {
        if (hold_first(csv, first, error) < 0) {
            return -1;
        }
        status = read_rest(csv, error);
        if (status == 0) {
            csv->held.next = first->length + 1;
            csv->held.next_number = first->number + 1;
        }
    }
    *state = status == 0                            ? HC_CSV_ROW_NOT_TEXT
             : csv->field_count != csv->field_limit ? HC_CSV_ROW_FIELD_COUNT
                                                    : HC_CSV_ROW_SOUND;
    return status < 0 ? -1 : 0;
}

/* The next line that is not blank. @return as hc_input_file_next. */
static int take_first_line(hc_csv *csv, hc_line *out, hc_error *error)
{
    for (;;) {
        int status = take_line(csv, out, error);
        if (status <= 0 || !hc_line_is_blank(out)) {
            return status;
        }
        csv->blank_line_count++;
    }
}

int hc_csv_next(hc_csv *csv, hc_csv_row *out, hc_error *error)
{
    int status = take_first_line(csv, &out->line, error);
    if (status <= 0) {
        return status;
    }
    out->fields = csv->fields;
    return read_row(csv, &out->line, &out->state, error) < 0 ? -1 : 1;
}

static int fail_header(const hc_csv *csv, const hc_line *line, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_TRACE,
                        "%s:%" PRIu64
                        ": expected a header row of up to %d names separated by commas, "
                        "in lines that end with LF or CR LF",
                        hc_input_file_name(csv->input), line->number, COLUMN_LIMIT);
}

/* A name for a message: at most 100 bytes, and nothing that a terminal would obey. */
static const char *show(const char *name, char *out)
{
    size_t left = strlen(name);
    size_t length = 0;
    out[0] = '\0';
    while (left > 0) {
        hc_glyph glyph = hc_utf8_glyph(name, left);
        size_t size = strlen(glyph.text);
        if (length + size >= NAME_SIZE) {
            break;
        }
        memcpy(out + length, glyph.text, size + 1);
        length += size;
        name += glyph.bytes;
        left -= glyph.bytes;
    }
    return out;
}

static int check_header(const hc_csv *csv, const hc_line *line, hc_error *error)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        for (size_t j = 0; j < i && csv->columns[i].length > 0; j++) {
            char name[NAME_SIZE];
            if (strcmp(csv->columns[i].text, csv->columns[j].text) == 0) {
                return hc_error_set(error, HC_ERROR_TRACE,
                                    "%s:%" PRIu64 ": two columns (%zu and %zu) are called %s",
                                    hc_input_file_name(csv->input), line->number, j + 1, i + 1,
                                    show(csv->columns[i].text, name));
            }
        }
    }
    return 0;
}

/* A name of a column as UTF-8, as a scenario writes it. */
static hc_field keep_name(hc_field name, char *out)
{
    if (!hc_text_is_utf8(name)) {
        return hc_text_from_latin1(name, out);
    }
    memcpy(out, name.text, name.length + 1);
    return (hc_field){out, name.length};
}

/* The fields of the header row become the names of the columns. */
static int keep_header(hc_csv *csv, hc_error *error)
{
    char *name = malloc(2 * csv->text_length + 1);
    csv->column_count = csv->field_count;
    csv->field_limit = csv->field_count;
    csv->columns = csv->fields;
    csv->names = name;
    csv->fields = calloc(csv->column_count == 0 ? 1 : csv->column_count, sizeof *csv->fields);
    if (name == NULL || csv->fields == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < csv->column_count; i++) {
        csv->columns[i] = keep_name(csv->columns[i], name);
        name += csv->columns[i].length + 1;
    }
    return 0;
}

static int read_header(hc_csv *csv, hc_error *error)
{
    hc_csv_row_state state = HC_CSV_ROW_SOUND;
    hc_line line;
    int status = take_first_line(csv, &line, error);
    if (status < 0) {
        return -1;
    }
    if (status == 0) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: empty; expected a header row",
                            hc_input_file_name(csv->input));
    }
    if (read_row(csv, &line, &state, error) < 0) {
        return -1;
    }
    if (state == HC_CSV_ROW_NOT_TEXT || csv->field_count > COLUMN_LIMIT) {
        return fail_header(csv, &line, error);
    }
    return keep_header(csv, error) < 0 ? -1 : check_header(csv, &line, error);
}

static int prepare(hc_csv *csv, hc_error *error)
{
    /* csv_init fails for a NULL parser only. Strict: a quote within an unquoted field is an error. */
    (void)csv_init(&csv->parser, CSV_STRICT);
    csv_set_blk_size(&csv->parser, BLOCK_SIZE);
    csv->field_limit = COLUMN_LIMIT;
    csv->text = malloc(ROW_SIZE);
    csv->fields = calloc(COLUMN_LIMIT, sizeof *csv->fields);
    return csv->text == NULL || csv->fields == NULL ? hc_error_memory(error) : 0;
}

int hc_csv_open(hc_csv **out, hc_input_file *input, hc_error *error)
{
    hc_csv *csv = calloc(1, sizeof *csv);
    if (csv == NULL) {
        return hc_error_memory(error);
    }
    csv->input = input;
    if (prepare(csv, error) < 0 || read_header(csv, error) < 0) {
        hc_csv_close(csv);
        return -1;
    }
    *out = csv;
    return 0;
}

size_t hc_csv_column_count(const hc_csv *csv)
{
    return csv->column_count;
}

const char *hc_csv_column_name(const hc_csv *csv, size_t column)
{
    assert(column < csv->column_count);
    return csv->columns[column].text;
}

int hc_csv_find(const hc_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (strcmp(csv->columns[i].text, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* Names for a message: "a, b, c", which ends with "..." when there is no room for all of them. */
typedef struct name_series {
    char text[LIST_SIZE];
    size_t length;
    bool is_cut;
} name_series;

static void append(name_series *names, const char *name)
{
    static const char MORE[] = ", ...";
    char shown[NAME_SIZE];
    const char *separator = names->length == 0 ? "" : ", ";
    size_t length = strlen(separator) + strlen(show(name, shown));
    if (names->is_cut) {
        return;
    }
    names->is_cut = names->length + length + sizeof MORE > sizeof names->text;
    names->length +=
        (size_t)snprintf(names->text + names->length, sizeof names->text - names->length, "%s%s",
                         names->is_cut ? "" : separator, names->is_cut ? MORE : shown);
}

static int fail_columns(const hc_csv *csv, const char *missing, hc_error *error)
{
    name_series found = {.length = 0};
    for (size_t i = 0; i < csv->column_count; i++) {
        append(&found, csv->columns[i].text);
    }
    return hc_error_set(error, HC_ERROR_TRACE, "%s: no column %s; found: %s",
                        hc_input_file_name(csv->input), missing, found.text);
}

int hc_csv_find_all(const hc_csv *csv, const char *const *names, size_t count, int *columns,
                    hc_error *error)
{
    name_series missing = {.length = 0};
    for (size_t i = 0; i < count; i++) {
        columns[i] = names[i] == NULL ? -1 : hc_csv_find(csv, names[i]);
        if (names[i] != NULL && columns[i] < 0) {
            append(&missing, names[i]);
        }
    }
    return missing.length == 0 ? 0 : fail_columns(csv, missing.text, error);
}

uint64_t hc_csv_blank_line_count(const hc_csv *csv)
{
    return csv->blank_line_count;
}

void hc_csv_close(hc_csv *csv)
{
    if (csv == NULL) {
        return;
    }
    csv_free(&csv->parser);
    free(csv->held.text);
    free(csv->names);
    free(csv->columns);
    free(csv->text);
    free(csv->fields);
    free(csv);
}
