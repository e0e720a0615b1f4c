#ifndef HC_CLI_BENCH_H
#define HC_CLI_BENCH_H

/** The benchmarks: one file each, called like commands. Each prints a table, or one JSON object with --json. */
int hc_bench_queue(int argc, char **argv);
int hc_bench_phold(int argc, char **argv);
int hc_bench_sweep(int argc, char **argv);
int hc_bench_replay(int argc, char **argv);
int hc_bench_import(int argc, char **argv);
int hc_bench_stream(int argc, char **argv);
int hc_bench_external(int argc, char **argv);
int hc_bench_estimate(int argc, char **argv);

/** Wall-clock and user CPU time, for differences. */
typedef struct hc_stopwatch {
    double wall_seconds;
    double user_cpu_seconds;
} hc_stopwatch;

hc_stopwatch hc_stopwatch_read(void);

/** Time since `start`. */
hc_stopwatch hc_stopwatch_since(hc_stopwatch start);

/** Largest resident size of this process so far. */
long hc_peak_rss_bytes(void);

#endif
