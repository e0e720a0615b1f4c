#include "workloads/measured/measured_cells.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COUNT_LIMIT = 1 << 28, SHOWN = 40 };

bool hc_cell_is_silent(const char *cell)
{
    static const char *const WORDS[] = {"", "n/a", "na", "nan", "-", "null", "unknown"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcasecmp(cell, WORDS[i]) == 0) {
            return true;
        }
    }
    return cell[0] == '(';
}

/* Decimal notation alone: neither "inf" nor "0x10" are written in tables. */
bool hc_cell_number(const char *cell, double *out)
{
    char *end = NULL;
    double value = 0;
    if (!isdigit((unsigned char)cell[0]) || ((cell[0] == '0') && (cell[1] | 0x20) == 'x')) {
        return false;
    }
    value = strtod(cell, &end);
    value *= *end == 'M' ? 1e6 : (*end == 'k' || *end == 'K') ? 1e3 : 1;
    if (!isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

/* "8", "8.0", "1 (2)": what follows the number is an alternative or nothing. */
static bool is_whole(const char *cell, double value)
{
    const char *rest = cell + strspn(cell, "0123456789");
    rest += *rest == '.' ? 1 + strspn(rest + 1, "0") : 0;
    return floor(value) == value && (*rest == '\0' || strncmp(rest, " (", 2) == 0);
}

int hc_cell_count(const char *cell, hc_measured_column column, uint32_t *out, hc_error *error)
{
    double value = 0;
    if (hc_cell_is_silent(cell)) {
        return 0;
    }
    if (!hc_cell_number(cell, &value) || !is_whole(cell, value) || value < 1 ||
        value > COUNT_LIMIT) {
        return hc_error_set(
            error, HC_ERROR_TRACE, "%s: expected a whole number from 1 to %d, found \"%.*s\"",
            hc_measured_column_name(HC_MEASURED_PUBLISHED, column), COUNT_LIMIT, SHOWN, cell);
    }
    *out = (uint32_t)value;
    return 0;
}

bool hc_cell_has(const char *cell, const char *word)
{
    return strcasestr(cell, word) != NULL;
}

/* The year of "arXiv:2205.05198" or "et al. 2021"; 0 when there is none. */
static int year_of(const char *text)
{
    const char *at = strcasestr(text, "arXiv:");
    if (at != NULL && isdigit((unsigned char)at[6]) && isdigit((unsigned char)at[7])) {
        return 2000 + 10 * (at[6] - '0') + (at[7] - '0');
    }
    at = strstr(text, " 20");
    return at != NULL && isdigit((unsigned char)at[3]) && isdigit((unsigned char)at[4])
               ? 2000 + 10 * (at[3] - '0') + (at[4] - '0')
               : 0;
}

bool hc_measured_is_early(const char *const *cells)
{
    int year = year_of(cells[HC_MEASURED_SOURCE]);
    return year > 0 ? year <= 2022 : hc_cell_has(cells[HC_MEASURED_PRECISION], "fp16");
}
