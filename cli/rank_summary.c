#include "cli/rank_summary.h"

#include "sim/units.h"

/* "2 ranks: 4,906 windows of 104 events; " */
static void write_windows(FILE *out, const hc_conservative_counts *c)
{
    char windows[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)c->windows, windows);
    (void)fprintf(out, "%s windows of %.1f events; ", windows,
                  (double)c->events / (double)c->windows);
}

void hc_rank_summary_write(FILE *out, const hc_conservative_counts *c, uint32_t rank_count)
{
    char events[HC_UNIT_TEXT_SIZE];
    double chain = c->events == 0 ? 1 : (double)c->longest_chain / (double)c->events;
    hc_format_count((int64_t)c->events, events);
    (void)fprintf(out, "%u ranks: %s events; ", rank_count, events);
    if (c->windows > 0) {
        write_windows(out, c);
    }
    (void)fprintf(out, "%.0f %% had to follow each other: at most %.1fx faster than one rank\n",
                  100 * chain, 1 / chain);
    if (c->idle_ranks > 0) {
        (void)fprintf(out, "%u of the ranks had nothing to do: more of them cannot help\n",
                      c->idle_ranks);
    }
}
