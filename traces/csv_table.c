#include "traces/csv_table.h"

#include "traces/byte_source.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIRST_ROWS = 64, FIRST_TEXT = 4096 };

typedef struct record {
    size_t begin; /* in the file */
    size_t length;
    size_t line;
    size_t first_cell;
    size_t cell_count;
} record;

struct hc_csv_table {
    char *file;
    size_t file_length;
    const char *name;
    const char *line_end;

    record *records; /* the header first */
    size_t record_count;
    size_t record_room;

    size_t *cells; /* places in `text` */
    size_t cell_count;
    size_t cell_room;
    char *text; /* of the cells, each with a NUL behind it */
    size_t text_length;
    size_t text_room;

    bool is_complete; /* the record that is being read */
    bool is_out_of_memory;
};

/* Room for `needed` items. @return false when memory is short. */
static bool reserve(void *array, size_t *room, size_t needed, size_t size)
{
    void **items = array;
    size_t wanted = *room;
    void *grown = NULL;
    if (needed <= *room) {
        return true;
    }
    while (wanted < needed) {
        wanted = wanted == 0 ? FIRST_ROWS : 2 * wanted;
    }
    grown = realloc(*items, wanted * size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *room = wanted;
    return true;
}

/* Called by the tokeniser at the end of a field. */
static void store_cell(void *text, size_t length, void *context)
{
    hc_csv_table *t = context;
    if (!reserve(&t->cells, &t->cell_room, t->cell_count + 1, sizeof *t->cells) ||
        !reserve(&t->text, &t->text_room, t->text_length + length + 1, 1)) {
        t->is_out_of_memory = true;
        return;
    }
    t->cells[t->cell_count++] = t->text_length;
    if (length > 0) {
        memcpy(t->text + t->text_length, text, length);
    }
    t->text[t->text_length + length] = '\0';
    t->text_length += length + 1;
}

static void complete_record(int terminator, void *context)
{
    hc_csv_table *t = context;
    (void)terminator;
    t->is_complete = true;
}

static int refuse(const hc_csv_table *t, size_t line, const char *why, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_TRACE, "%s:%zu: %s", t->name, line, why);
}

/* Gives the tokeniser one line, which it must not find complete before its end. */
static int feed(hc_csv_table *t, struct csv_parser *parser, const char *line, size_t length,
                size_t number, hc_error *error)
{
    bool is_sound = memchr(line, '\0', length) == NULL &&
                    csv_parse(parser, line, length, store_cell, complete_record, t) == length;
    if (is_sound && t->is_complete) {
        return refuse(t, number, "a carriage return within a line", error);
    }
    is_sound = is_sound && csv_parse(parser, "\n", 1, store_cell, complete_record, t) == 1;
    if (t->is_out_of_memory || csv_error(parser) == CSV_ENOMEM ||
        csv_error(parser) == CSV_ETOOBIG) {
        return hc_error_memory(error);
    }
    return is_sound ? 0
                    : refuse(t, number,
                             "expected fields separated by commas, quotes only around a whole "
                             "field and doubled within",
                             error);
}

typedef struct cursor {
    size_t at;
    size_t line; /* number of the line that begins there */
} cursor;

/* The next line without its end. */
static const char *next_line(const hc_csv_table *t, cursor *c, size_t *length)
{
    const char *begin = t->file + c->at;
    const char *end = memchr(begin, '\n', t->file_length - c->at);
    *length = end == NULL ? t->file_length - c->at : (size_t)(end - begin);
    c->at += *length + (end == NULL ? 0 : 1);
    c->line++;
    *length -= *length > 0 && begin[*length - 1] == '\r' ? 1 : 0;
    return begin;
}

static bool is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != ' ' && line[i] != '\t') {
            return false;
        }
    }
    return true;
}

/* One record from its first line on. */
static int read_record(hc_csv_table *t, struct csv_parser *parser, cursor *c, const char *line,
                       size_t length, hc_error *error)
{
    record r = {
        .begin = (size_t)(line - t->file), .line = c->line - 1, .first_cell = t->cell_count};
    t->is_complete = false;
    for (;;) {
        if (feed(t, parser, line, length, c->line - 1, error) < 0) {
            return -1;
        }
        if (t->is_complete) {
            break;
        }
        if (c->at == t->file_length) {
            return refuse(t, r.line, "a quote of this row is never closed", error);
        }
        line = next_line(t, c, &length);
    }
    r.length = (size_t)(line + length - (t->file + r.begin));
    r.cell_count = t->cell_count - r.first_cell;
    if (r.cell_count >
        (t->record_count == 0 ? HC_CSV_TABLE_COLUMN_LIMIT : t->records[0].cell_count)) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s:%zu: expected at most %zu fields, found %zu",
                            t->name, r.line,
                            t->record_count == 0 ? (size_t)HC_CSV_TABLE_COLUMN_LIMIT
                                                 : t->records[0].cell_count,
                            r.cell_count);
    }
    if (!reserve(&t->records, &t->record_room, t->record_count + 1, sizeof *t->records)) {
        return hc_error_memory(error);
    }
    t->records[t->record_count++] = r;
    return 0;
}

static int read_records(hc_csv_table *t, struct csv_parser *parser, hc_error *error)
{
    static const char MARK[] = "\xef\xbb\xbf"; /* the byte order mark belongs to no name */
    cursor c = {.line = 1};
    if (t->file_length >= 3 && memcmp(t->file, MARK, 3) == 0) {
        c.at = 3;
    }
    while (c.at < t->file_length) {
        size_t length = 0;
        const char *line = next_line(t, &c, &length);
        if (!is_blank(line, length) && read_record(t, parser, &c, line, length, error) < 0) {
            return -1;
        }
    }
    return t->record_count > 0 ? 0 : refuse(t, 1, "empty; expected a header row", error);
}

static int check_names(const hc_csv_table *t, hc_error *error)
{
    size_t count = hc_csv_table_column_count(t);
    for (size_t i = 0; i < count; i++) {
        const char *name = hc_csv_table_column_name(t, i);
        for (size_t j = 0; j < i && *name != '\0'; j++) {
            if (strcasecmp(name, hc_csv_table_column_name(t, j)) == 0) {
                return hc_error_set(error, HC_ERROR_TRACE, "%s:%zu: two columns are called %.100s",
                                    t->name, t->records[0].line, name);
            }
        }
    }
    return 0;
}

/* The whole input; one byte beyond the limit shows that there is more. */
static int load(hc_csv_table *t, hc_byte_source *source, hc_error *error)
{
    size_t room = 0;
    size_t length = 1;
    while (length > 0) {
        if (t->file_length > HC_CSV_TABLE_BYTE_LIMIT) {
            return hc_error_set(error, HC_ERROR_TRACE, "%s: expected a table of at most %d MiB",
                                t->name, HC_CSV_TABLE_BYTE_LIMIT >> 20);
        }
        if (!reserve(&t->file, &room, t->file_length + FIRST_TEXT, 1)) {
            return hc_error_memory(error);
        }
        if (hc_byte_source_read(source, t->file + t->file_length, room - t->file_length, &length,
                                error) < 0) {
            return -1;
        }
        t->file_length += length;
    }
    return 0;
}

static int read_table(hc_csv_table *t, hc_byte_source *source, hc_error *error)
{
    struct csv_parser parser;
    size_t length = 0;
    int status = -1;
    const char *bytes = NULL;
    t->name = hc_byte_source_name(source);
    if (load(t, source, error) < 0) {
        return -1;
    }
    (void)csv_init(&parser, CSV_STRICT);
    status = read_records(t, &parser, error);
    csv_free(&parser);
    if (status < 0 || check_names(t, error) < 0) {
        return -1;
    }
    bytes = hc_csv_table_header_bytes(t, &length);
    t->line_end =
        bytes + length < t->file + t->file_length && bytes[length] == '\r' ? "\r\n" : "\n";
    t->name = NULL;
    return 0;
}

static int create(hc_csv_table **out, hc_byte_source *source, hc_error *error)
{
    hc_csv_table *t = calloc(1, sizeof *t);
    int status = t == NULL ? hc_error_memory(error) : read_table(t, source, error);
    hc_byte_source_close(source);
    if (status < 0) {
        hc_csv_table_destroy(t);
        return -1;
    }
    *out = t;
    return 0;
}

int hc_csv_table_read(hc_csv_table **out, const char *path, hc_error *error)
{
    hc_byte_source *source = NULL;
    return hc_byte_source_open(&source, path, error) < 0 ? -1 : create(out, source, error);
}

int hc_csv_table_parse(hc_csv_table **out, const char *name, const char *text, size_t length,
                       hc_error *error)
{
    hc_byte_source *source = NULL;
    return hc_byte_source_open_memory(&source, name, text, length, error) < 0
               ? -1
               : create(out, source, error);
}

void hc_csv_table_destroy(hc_csv_table *table)
{
    if (table != NULL) {
        free(table->file);
        free(table->records);
        free(table->cells);
        free(table->text);
        free(table);
    }
}

size_t hc_csv_table_row_count(const hc_csv_table *table)
{
    return table->record_count - 1;
}

size_t hc_csv_table_column_count(const hc_csv_table *table)
{
    return table->records[0].cell_count;
}

static const char *cell_of(const hc_csv_table *t, const record *r, size_t column)
{
    return column < r->cell_count ? t->text + t->cells[r->first_cell + column] : "";
}

const char *hc_csv_table_column_name(const hc_csv_table *table, size_t column)
{
    return cell_of(table, &table->records[0], column);
}

const char *hc_csv_table_cell(const hc_csv_table *table, size_t row, size_t column)
{
    return cell_of(table, &table->records[row + 1], column);
}

size_t hc_csv_table_cell_count(const hc_csv_table *table, size_t row)
{
    return table->records[row + 1].cell_count;
}

size_t hc_csv_table_line(const hc_csv_table *table, size_t row)
{
    return table->records[row + 1].line;
}

const char *hc_csv_table_bytes(const hc_csv_table *table, size_t row, size_t *length)
{
    *length = table->records[row + 1].length;
    return table->file + table->records[row + 1].begin;
}

const char *hc_csv_table_header_bytes(const hc_csv_table *table, size_t *length)
{
    *length = table->records[0].length;
    return table->file + table->records[0].begin;
}

const char *hc_csv_table_line_end(const hc_csv_table *table)
{
    return table->line_end;
}
