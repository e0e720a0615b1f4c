#ifndef HC_TOPOLOGY_BANDWIDTH_CURVE_H
#define HC_TOPOLOGY_BANDWIDTH_CURVE_H

#include <stdint.h>

/** Bus bandwidth that was measured inside a scale-up domain, by message size and number of ranks. Between what was
 *  measured it is interpolated, beyond it extended with a latency and a bandwidth. */

enum { HC_CURVE_SIZES = 10, HC_CURVE_ROWS = 7 };

/** What was measured with a number of ranks. */
typedef struct hc_curve_row {
    uint32_t ranks; /**< >= 2, rising from row to row; 0: no row */
    /** Of an all-reduce, as NCCL counts it: 2 (ranks - 1) / ranks * bytes / seconds. Of 4 KiB, 16 KiB, ... 1 GiB, each four
     *  times the size before; 0 at the ends where nothing was measured, but for two sizes at least. Time never falls when
     *  the size rises. */
    double gigabytes_per_second[HC_CURVE_SIZES];
} hc_curve_row;

/** A plain value; the program's own are borrowed for ever. */
typedef struct hc_bandwidth_curve {
    const char *name;   /**< "NVLink3" */
    const char *source; /**< where the figures come from */
    double
        least_link; /**< bytes per second of one GPU and direction, by the data sheet, of the links that */
    double most_link;    /**< this curve stands for */
    double send_seconds; /**< of an empty message from one GPU to another */
    double send_bytes_per_second;
    hc_curve_row rows[HC_CURVE_ROWS];
} hc_bandwidth_curve;

/** Curves that the program has, from the narrowest link to the widest; NULL beyond the last. Borrowed for ever. */
const hc_bandwidth_curve *hc_measured_curve_at(uint32_t index);

/** The curve that stands for links of this bandwidth. Borrowed for ever. NULL: none was measured. */
const hc_bandwidth_curve *hc_measured_curve(double link_bytes_per_second);

/** One row made ready to be asked. A plain value. */
typedef struct hc_curve_line {
    uint32_t ranks;
    uint32_t first; /**< sizes that were measured */
    uint32_t last;
    double log_seconds[HC_CURVE_SIZES]; /**< to the base of two */
    double first_seconds; /**< of the first size, and what each byte more or less costs there */
    double first_seconds_per_byte;
    double last_seconds; /**< likewise of the last one */
    double last_seconds_per_byte;
} hc_curve_line;

/** A curve made ready to be asked. A plain value. */
typedef struct hc_curve_lines {
    uint32_t count;
    hc_curve_line lines[HC_CURVE_ROWS];
} hc_curve_lines;

void hc_curve_lines_prepare(const hc_bandwidth_curve *curve, hc_curve_lines *out);

/** Time of an all-reduce. Between rows: a line in the logarithms of ranks and time. Beyond the last one: a ring whose
 *  steps take as long as those of the last row do for pieces as large. Rises with `bytes`.
 *  @param bytes  >= 0
 *  @param ranks  >= 2
 *  Cost: O(1), below 100 ns. */
double hc_curve_all_reduce_seconds(const hc_curve_lines *lines, double bytes, uint32_t ranks);

/** Bus bandwidth of messages of any size, bytes per second. */
double hc_curve_limit(const hc_curve_lines *lines, uint32_t ranks);

#endif
