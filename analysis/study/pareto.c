#include "analysis/study/pareto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row as badness: less is better in each of its `count` numbers. */
typedef struct ranked_row {
    double bad[HC_STUDY_OUTPUT_LIMIT];
    size_t count;
    size_t row;
} ranked_row;

/* @return how many outputs count; all values are there, or *is_whole is false. */
static size_t rank_row(ranked_row *out, const double *values, const hc_study_sense *senses,
                       size_t output_count, bool *is_whole)
{
    out->count = 0;
    *is_whole = true;
    for (size_t i = 0; i < output_count; i++) {
        if (senses[i] != HC_STUDY_NEUTRAL) {
            *is_whole = *is_whole && !isnan(values[i]);
            out->bad[out->count++] = senses[i] == HC_STUDY_LESS_IS_BETTER ? values[i] : -values[i];
        }
    }
    return out->count;
}

static int compare_rows(const void *a, const void *b)
{
    const ranked_row *x = a;
    const ranked_row *y = b;
    for (size_t i = 0; i < x->count; i++) {
        if (x->bad[i] != y->bad[i]) {
            return x->bad[i] < y->bad[i] ? -1 : 1;
        }
    }
    return (x->row > y->row) - (x->row < y->row);
}

static bool beats(const ranked_row *a, const ranked_row *b)
{
    bool is_better = false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->bad[i] > b->bad[i]) {
            return false;
        }
        is_better = is_better || a->bad[i] < b->bad[i];
    }
    return is_better;
}

/* Who beats a row stands before it in lexicographic order, and who is beaten is beaten by one that is not: it is
 * enough to look at the rows kept so far. They are moved to the front. */
static size_t keep_front(ranked_row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < kept && !beats(&rows[j], &rows[i])) {
            j++;
        }
        if (j == kept) {
            rows[kept++] = rows[i];
        }
    }
    return kept;
}

int hc_pareto_mark(const double *values, size_t row_count, const hc_study_sense *senses,
                   size_t output_count, bool *marks, hc_error *error)
{
    ranked_row *rows = calloc(row_count + 1, sizeof *rows);
    size_t used = 0;
    size_t whole = 0;
    if (rows == NULL) {
        return hc_error_memory(error);
    }
    memset(marks, 0, row_count * sizeof *marks);
    for (size_t i = 0; i < row_count; i++) {
        bool is_whole = false;
        used = rank_row(&rows[whole], values + i * output_count, senses, output_count, &is_whole);
        rows[whole].row = i;
        whole += is_whole ? 1 : 0;
    }
    if (used >= 2) {
        qsort(rows, whole, sizeof *rows, compare_rows);
        whole = keep_front(rows, whole);
        for (size_t i = 0; i < whole; i++) {
            marks[rows[i].row] = true;
        }
    }
    free(rows);
    return 0;
}
