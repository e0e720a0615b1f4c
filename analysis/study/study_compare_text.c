#include "analysis/study/study_report.h"

#include "analysis/plain_text.h"
#include "analysis/study/study_cells.h"
#include "analysis/study/study_grid.h"
#include "analysis/study/wrapped_text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { PIECE_SIZE = 320, FEW_COMPARISONS = 10 };

static void add_variable(hc_wrapped_text *line, const hc_study_table *t, size_t variable,
                         size_t group, const char *behind)
{
    char name[HC_STUDY_NAME_BYTES + 1];
    char value[HC_STUDY_CELL_SIZE];
    char piece[PIECE_SIZE];
    hc_study_format_value(&t->content->variables[variable],
                          hc_study_group_value(&t->groups, group, variable), value);
    (void)snprintf(piece, sizeof piece, "%s %s%s",
                   hc_plain_text(t->content->variables[variable].name, name, sizeof name), value,
                   behind);
    hc_wrapped_text_add(line, piece);
}

/* "nodes 36, policy las against easy:" */
static void add_subject(hc_wrapped_text *line, const hc_study_table *t,
                        const hc_study_comparison *c)
{
    size_t last = t->question.by_count - 1;
    char value[HC_STUDY_CELL_SIZE];
    char piece[PIECE_SIZE];
    for (size_t i = 0; i < last; i++) {
        add_variable(line, t, t->question.by[i], c->group, ",");
    }
    add_variable(line, t, t->question.by[last], c->group, "");
    hc_study_format_value(&t->content->variables[t->question.by[last]],
                          hc_study_group_value(&t->groups, c->baseline, t->question.by[last]),
                          value);
    (void)snprintf(piece, sizeof piece, "against %s:", value);
    hc_wrapped_text_add(line, piece);
}

/* "22 %" */
static void format_share(double share, char *out)
{
    double percent = 100 * share;
    (void)snprintf(out, HC_STUDY_CELL_SIZE,
                   percent >= 9.95    ? "%.0f %%"
                   : percent >= 0.995 ? "%.1f %%"
                                      : "%.2g %%",
                   percent);
}

/* How far, in parts of the baseline, or in the output's own unit where those would say nothing. */
static void format_size(const hc_study_scale *scale, const hc_study_difference *d, double size,
                        char *out)
{
    char number[HC_STUDY_CELL_SIZE];
    double share = size / fabs(d->baseline_mean);
    if (isfinite(share) && share < 10) {
        format_share(share, out);
        return;
    }
    hc_study_format_number(scale, size, number);
    (void)snprintf(out, HC_STUDY_CELL_SIZE, "%.40s%s%.30s", number,
                   scale->unit[0] == '\0' ? "" : " ", scale->unit);
}

static void format_difference(const hc_study_scale *scale, const hc_study_difference *d, char *out)
{
    double size = fabs(d->interval.mean);
    double half = d->interval.half_width;
    char middle[HC_STUDY_CELL_SIZE];
    char low[HC_STUDY_CELL_SIZE];
    char high[HC_STUDY_CELL_SIZE];
    const char *side = d->interval.mean < 0 ? "lower" : "higher";
    format_size(scale, d, size, middle);
    if (isnan(half)) {
        (void)snprintf(out, PIECE_SIZE, "%s %s (one pair)", middle, side);
    } else if (half == 0) {
        (void)snprintf(out, PIECE_SIZE, "%s %s", middle, side);
    } else {
        format_size(scale, d, size - half, low);
        format_size(scale, d, size + half, high);
        (void)snprintf(out, PIECE_SIZE, "%s %s [%s, %s]", middle, side, low, high);
    }
}

/* What is said of an output. */
typedef enum verdict {
    VERDICT_TOLD = 0, /* how far it differs */
    VERDICT_CHANCE,
    VERDICT_EQUAL,
    VERDICT_UNKNOWN,
    VERDICT_COUNT,
} verdict;

static verdict judge(const hc_study_difference *d)
{
    if (d->interval.count == 0) {
        return VERDICT_UNKNOWN;
    }
    if (d->interval.mean == 0 && !(d->interval.half_width > 0)) {
        return VERDICT_EQUAL;
    }
    return d->is_distinguishable || d->interval.count == 1 ? VERDICT_TOLD : VERDICT_CHANCE;
}

/* A sentence about a comparison that is being written. */
typedef struct sentence {
    hc_wrapped_text line;
    const hc_study_table *table;
    const hc_study_scale *scales;
    const hc_study_comparison *comparison;
    size_t left; /* outputs of which nothing was said yet */
} sentence;

static const char *output_name(const sentence *s, size_t place, char *out)
{
    return hc_plain_text(s->table->content->outputs[s->table->question.outputs[place]].name, out,
                         HC_STUDY_NAME_BYTES + 1);
}

static void add_told(sentence *s)
{
    for (size_t i = 0; i < s->table->question.output_count; i++) {
        const hc_study_difference *d = &s->comparison->differences[i];
        char name[HC_STUDY_NAME_BYTES + 1];
        char text[PIECE_SIZE];
        char piece[2 * PIECE_SIZE];
        if (judge(d) == VERDICT_TOLD) {
            s->left--;
            format_difference(&s->scales[i], d, text);
            (void)snprintf(piece, sizeof piece, "%s %s%s", output_name(s, i, name), text,
                           s->left > 0 ? "," : "");
            hc_wrapped_text_add(&s->line, piece);
        }
    }
}

/* "utilization and cost equal," */
static void add_others(sentence *s, verdict about, const char *text)
{
    size_t count = 0;
    char piece[PIECE_SIZE];
    for (size_t i = 0; i < s->table->question.output_count; i++) {
        count += judge(&s->comparison->differences[i]) == about ? 1 : 0;
    }
    s->left -= count;
    for (size_t i = 0; i < s->table->question.output_count && count > 0; i++) {
        char name[HC_STUDY_NAME_BYTES + 1];
        if (judge(&s->comparison->differences[i]) != about) {
            continue;
        }
        count--;
        (void)snprintf(piece, sizeof piece, "%s%s%s%s", output_name(s, i, name),
                       count > 1    ? ","
                       : count == 1 ? " and"
                                    : " ",
                       count == 0 ? text : "", count == 0 && s->left > 0 ? "," : "");
        hc_wrapped_text_add(&s->line, piece);
    }
}

static void add_differences(sentence *s)
{
    static const char *const TEXTS[VERDICT_COUNT] = {
        [VERDICT_CHANCE] = "not distinguishable",
        [VERDICT_EQUAL] = "equal",
        [VERDICT_UNKNOWN] = "not known",
    };
    char piece[PIECE_SIZE];
    add_told(s);
    for (int v = VERDICT_CHANCE; v < VERDICT_COUNT; v++) {
        add_others(s, (verdict)v, TEXTS[v]);
    }
    (void)snprintf(piece, sizeof piece, "(%zu pair%s)", s->comparison->pair_count,
                   s->comparison->pair_count == 1 ? "" : "s");
    hc_wrapped_text_add(&s->line, piece);
}

static void write_comparison(FILE *out, const hc_study_table *t, const hc_study_scale *scales,
                             const hc_study_comparison *c)
{
    sentence s = {.line = hc_wrapped_text_begin(out, 4),
                  .table = t,
                  .scales = scales,
                  .comparison = c,
                  .left = t->question.output_count};
    add_subject(&s.line, t, c);
    if (c->setting_count == 0) {
        hc_wrapped_text_add(&s.line, "no points that agree in all other variables");
    } else if (c->pair_count == 0) {
        hc_wrapped_text_add(&s.line, "no repetition succeeded on both sides");
    } else {
        add_differences(&s);
    }
    hc_wrapped_text_end(&s.line);
}

/* What the intervals rest on. */
static void write_basis(FILE *out, const hc_study_comparisons *comparisons)
{
    const hc_study_table *t = comparisons->table;
    size_t count = comparisons->count * t->question.output_count;
    bool shares_seeds = true;
    size_t most_settings = 0;
    char piece[PIECE_SIZE];
    hc_wrapped_text line = hc_wrapped_text_begin(out, 2);
    for (size_t i = 0; i < comparisons->count; i++) {
        const hc_study_comparison *c = &comparisons->items[i];
        shares_seeds = shares_seeds && c->shares_seeds;
        most_settings = c->setting_count > most_settings ? c->setting_count : most_settings;
    }
    hc_wrapped_text_add(&line, shares_seeds ? "Paired by repetition, whose seeds are the same."
                                            : "Paired by repetition, but their seeds differ.");
    if (most_settings > 1) {
        (void)snprintf(piece, sizeof piece, "Means over up to %zu settings of the other variables.",
                       most_settings);
        hc_wrapped_text_add(&line, piece);
    }
    if (count >= FEW_COMPARISONS) {
        (void)snprintf(piece, sizeof piece,
                       "Each interval holds with %g %% by itself: of %zu about %.0f miss.",
                       100 * t->question.confidence, count,
                       (1 - t->question.confidence) * (double)count);
        hc_wrapped_text_add(&line, piece);
    }
    hc_wrapped_text_end(&line);
}

int hc_study_compare_write(FILE *out, const hc_study_comparisons *comparisons, hc_error *error)
{
    const hc_study_table *t = comparisons->table;
    hc_study_scale scales[HC_STUDY_OUTPUT_LIMIT];
    hc_study_grid_write(out, t);
    for (size_t i = 0; i < t->question.output_count; i++) {
        scales[i] = hc_study_scale_of(t, i);
    }
    for (size_t i = 0; i < comparisons->count; i++) {
        const hc_study_comparison *c = &comparisons->items[i];
        if (t->is_tried[c->group] && t->is_tried[c->baseline]) {
            write_comparison(out, t, scales, c);
        }
    }
    if (comparisons->count > 0) {
        write_basis(out, comparisons);
    } else {
        (void)fprintf(out, "  nothing to compare: there is one value only\n");
    }
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "compare: %s", strerror(errno));
    }
    return 0;
}
