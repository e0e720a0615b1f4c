#include "topology/bandwidth_curve.h"

#include "topology/collectives.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

static const double SMALLEST_BYTES = 4096;

static double size_at(uint32_t index)
{
    return ldexp(SMALLEST_BYTES, (int)(2 * index));
}

static double measured_seconds(const hc_curve_row *row, uint32_t index)
{
    return hc_ring_volume(2, row->ranks) * size_at(index) /
           (row->gigabytes_per_second[index] * 1e9);
}

static double slope(const hc_curve_row *row, uint32_t index)
{
    return (measured_seconds(row, index + 1) - measured_seconds(row, index)) /
           (size_at(index + 1) - size_at(index));
}

static void prepare_line(const hc_curve_row *row, hc_curve_line *out)
{
    uint32_t first = 0;
    uint32_t last = HC_CURVE_SIZES - 1;
    while (first < last && row->gigabytes_per_second[first] == 0) {
        first++;
    }
    while (last > first && row->gigabytes_per_second[last] == 0) {
        last--;
    }
    assert(last > first);
    *out = (hc_curve_line){
        .ranks = row->ranks,
        .first = first,
        .last = last,
        .first_seconds = measured_seconds(row, first),
        .first_seconds_per_byte = slope(row, first),
        .last_seconds = measured_seconds(row, last),
        .last_seconds_per_byte = slope(row, last - 1),
    };
    for (uint32_t i = first; i <= last; i++) {
        out->log_seconds[i] = log2(measured_seconds(row, i));
    }
}

void hc_curve_lines_prepare(const hc_bandwidth_curve *curve, hc_curve_lines *out)
{
    *out = (hc_curve_lines){0};
    while (out->count < HC_CURVE_ROWS && curve->rows[out->count].ranks != 0) {
        prepare_line(&curve->rows[out->count], &out->lines[out->count]);
        out->count++;
    }
    assert(out->count > 0);
}

/* Beyond what was measured: the Hockney model through the last two points. */
static double line_seconds(const hc_curve_line *line, double bytes)
{
    double place = 0;
    uint32_t index = 0;
    if (bytes <= size_at(line->first)) {
        return line->first_seconds - line->first_seconds_per_byte * (size_at(line->first) - bytes);
    }
    if (bytes >= size_at(line->last)) {
        return line->last_seconds + line->last_seconds_per_byte * (bytes - size_at(line->last));
    }
    place = log2(bytes / SMALLEST_BYTES) / 2;
    index = (uint32_t)place;
    index = index < line->last ? index : line->last - 1;
    return exp2(line->log_seconds[index] +
                (place - index) * (line->log_seconds[index + 1] - line->log_seconds[index]));
}

static double between(const hc_curve_line *fewer, const hc_curve_line *more, double bytes,
                      uint32_t ranks)
{
    double weight = log((double)ranks / fewer->ranks) / log((double)more->ranks / fewer->ranks);
    double few = line_seconds(fewer, bytes);
    double many = line_seconds(more, bytes);
    return few * pow(many / few, weight);
}

/* As many steps as a ring of `ranks` has, with pieces of bytes / ranks. */
static double like_ring(const hc_curve_line *line, double bytes, uint32_t ranks)
{
    return ((double)ranks - 1) / ((double)line->ranks - 1) *
           line_seconds(line, bytes * line->ranks / ranks);
}

double hc_curve_all_reduce_seconds(const hc_curve_lines *lines, double bytes, uint32_t ranks)
{
    uint32_t i = 0;
    while (i < lines->count && lines->lines[i].ranks < ranks) {
        i++;
    }
    if (i == lines->count) {
        return like_ring(&lines->lines[i - 1], bytes, ranks);
    }
    if (lines->lines[i].ranks == ranks) {
        return line_seconds(&lines->lines[i], bytes);
    }
    return i == 0 ? like_ring(&lines->lines[0], bytes, ranks)
                  : between(&lines->lines[i - 1], &lines->lines[i], bytes, ranks);
}

double hc_curve_limit(const hc_curve_lines *lines, uint32_t ranks)
{
    const hc_curve_line *line = &lines->lines[0];
    for (uint32_t i = 1; i < lines->count && lines->lines[i].ranks <= ranks; i++) {
        line = &lines->lines[i];
    }
    return hc_ring_volume(2, line->ranks) / line->last_seconds_per_byte;
}
