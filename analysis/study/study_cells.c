#include "analysis/study/study_cells.h"

#include "analysis/plain_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_DECIMALS = 6, VALUE_BYTES = 24 };

/* A unit for values from some size on. */
typedef struct step {
    double from;
    double divisor;
    const char *unit;
} step;

static const step DURATIONS[] = {
    {172800, 86400, "d"}, {7200, 3600, "h"}, {120, 60, "min"}, {0, 1, "s"}};
static const step AMOUNTS[] = {
    {1e14, 1e12, "T"}, {1e11, 1e9, "G"}, {1e8, 1e6, "M"}, {1e5, 1e3, "k"}, {0, 1, ""}};

static const step *find_step(const step *steps, double size)
{
    while (size < steps->from) {
        steps++;
    }
    return steps;
}

/* Three digits of the largest number, or one of the widest interval where that takes more. */
static int decimals_for(double largest, double widest)
{
    int digits = 0;
    int narrow = 0;
    if (!(largest > 0)) {
        return 0;
    }
    if (largest < 1e-4 || largest >= 1e6) {
        return -1;
    }
    digits = 2 - (int)floor(log10(largest));
    narrow = widest > 0 ? -(int)floor(log10(widest)) : 0;
    digits = narrow > digits ? narrow : digits;
    digits = digits < 0 ? 0 : digits;
    return digits > MOST_DECIMALS ? MOST_DECIMALS : digits;
}

hc_study_scale hc_study_scale_of(const hc_study_table *t, size_t output)
{
    const char *unit = t->content->outputs[t->question.outputs[output]].unit;
    bool is_duration = strcmp(unit, "s") == 0;
    bool is_pure = strcmp(unit, "1") == 0 || strcmp(unit, "share") == 0;
    hc_study_scale scale;
    const step *found = NULL;
    char plain[VALUE_BYTES];
    double largest = 0;
    double widest = 0;
    for (size_t g = 0; g < t->groups.count; g++) {
        const hc_interval *interval = hc_study_table_interval(t, g, output);
        largest = fmax(largest, isfinite(interval->mean) ? fabs(interval->mean) : 0);
        widest = fmax(widest, isfinite(interval->half_width) ? interval->half_width : 0);
    }
    found = find_step(is_duration ? DURATIONS : AMOUNTS, largest);
    scale.divisor = found->divisor;
    scale.decimals = decimals_for(largest / found->divisor, widest / found->divisor);
    (void)snprintf(scale.unit, sizeof scale.unit, "%s%s%s", found->unit,
                   found->unit[0] == '\0' || is_duration || is_pure ? "" : " ",
                   is_duration || is_pure ? "" : hc_plain_text(unit, plain, sizeof plain));
    return scale;
}

void hc_study_format_number(const hc_study_scale *scale, double value, char *out)
{
    double shown = value / scale->divisor;
    if (!isfinite(shown)) {
        (void)snprintf(out, HC_STUDY_CELL_SIZE, "-");
    } else if (scale->decimals < 0 || fabs(shown) >= 1e9) {
        (void)snprintf(out, HC_STUDY_CELL_SIZE, "%.4g", shown);
    } else {
        (void)snprintf(out, HC_STUDY_CELL_SIZE, "%.*f", scale->decimals, shown);
    }
}

void hc_study_format_interval(const hc_study_scale *scale, const hc_interval *interval, char *out)
{
    char low[HC_STUDY_CELL_SIZE];
    char high[HC_STUDY_CELL_SIZE];
    out[0] = '\0';
    if (isfinite(interval->half_width) && interval->half_width > 0) {
        hc_study_format_number(scale, interval->mean - interval->half_width, low);
        hc_study_format_number(scale, interval->mean + interval->half_width, high);
        (void)snprintf(out, HC_STUDY_CELL_SIZE, "[%.30s, %.30s]", low, high);
    }
}

void hc_study_format_value(const hc_study_variable *variable, const hc_study_value *value,
                           char *out)
{
    if (variable->is_text) {
        (void)hc_plain_text(value->text, out, VALUE_BYTES + 1);
    } else {
        (void)snprintf(out, HC_STUDY_CELL_SIZE, "%.10g", value->number);
    }
}

/* A byte that continues a character takes no column. */
size_t hc_study_text_columns(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++) {
        columns += ((unsigned char)*text & 0xc0) == 0x80 ? 0 : 1;
    }
    return columns;
}
