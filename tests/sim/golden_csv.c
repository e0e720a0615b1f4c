#include "tests/sim/golden_csv.h"

#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = 0;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    rewind(file);
    text = malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    text[size] = '\0';
    (void)fclose(file);
    return text;
}

static size_t count_char(const char *text, char wanted)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == wanted ? 1 : 0;
    }
    return count;
}

hc_golden hc_golden_read(const char *path)
{
    hc_golden table = {.text = read_text(path)};
    size_t cell_count = count_char(table.text, ',') + count_char(table.text, '\n');
    size_t cell = 0;
    char *at = table.text;
    table.cells = calloc(cell_count + 1, sizeof *table.cells);
    if (table.cells == NULL) {
        exit(EXIT_FAILURE);
    }
    while (*at != '\0') {
        size_t length = strcspn(at, ",\n");
        table.cells[cell++] = at;
        if (at[length] == '\n' && table.column_count == 0) {
            table.column_count = cell;
        }
        if (at[length] == '\0') {
            break;
        }
        at[length] = '\0';
        if (length > 0 && at[length - 1] == '\r') { /* lines that end as on Windows */
            at[length - 1] = '\0';
        }
        at += length + 1;
    }
    if (table.column_count == 0) {
        (void)fprintf(stderr, "%s: no header line\n", path);
        exit(EXIT_FAILURE);
    }
    table.row_count = cell / table.column_count - 1;
    return table;
}

void hc_golden_free(hc_golden *table)
{
    free(table->text);
    free(table->cells);
}

size_t hc_golden_column(const hc_golden *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->cells[i], name) == 0) {
            return i;
        }
    }
    printf("\n    no column %s\n", name);
    CU_FAIL_FATAL("no such column");
    return 0;
}

const char *hc_golden_cell(const hc_golden *table, size_t row, size_t column)
{
    return table->cells[(row + 1) * table->column_count + column];
}
