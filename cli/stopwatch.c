#include "cli/bench.h"

#include <sys/resource.h>
#include <time.h>

hc_stopwatch hc_stopwatch_read(void)
{
    struct timespec wall;
    struct rusage usage;
    (void)clock_gettime(CLOCK_MONOTONIC, &wall);
    (void)getrusage(RUSAGE_SELF, &usage);
    return (hc_stopwatch){
        .wall_seconds = (double)wall.tv_sec + (double)wall.tv_nsec * 1e-9,
        .user_cpu_seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6,
    };
}

hc_stopwatch hc_stopwatch_since(hc_stopwatch start)
{
    hc_stopwatch now = hc_stopwatch_read();
    return (hc_stopwatch){now.wall_seconds - start.wall_seconds,
                          now.user_cpu_seconds - start.user_cpu_seconds};
}

long hc_peak_rss_bytes(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024; /* Linux counts in KiB */
}
