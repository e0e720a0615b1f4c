#include "cli/commands.h"

#include "cli/bench.h"
#include "cli/rank_voice.h"
#include "mpi/ranks.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct bench {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
    bool takes_ranks; /* works under mpirun */
} bench;

static const bench BENCHES[] = {
    {"queue", hc_bench_queue, "hold operations on the event queue, by pending events and shape",
     false},
    {"phold", hc_bench_phold, "PHOLD with ROSS's parameters, on one rank or many", true},
    {"sweep", hc_bench_sweep, "uneven tasks, shared out among the ranks", true},
    {"replay", hc_bench_replay, "scheduling of synthetic jobs, without files", false},
    {"import", hc_bench_import, "reading of a job log", false},
    {"stream", hc_bench_stream, "events to readers in other processes", false},
    {"external", hc_bench_external, "questions to a scheduler in another process", false},
    {"estimate", hc_bench_estimate, "time and memory of plans for training", false},
};

static void print_benches(FILE *out)
{
    (void)fprintf(out, "Usage: hindcast bench NAME [OPTION...]\n\n");
    for (size_t i = 0; i < sizeof BENCHES / sizeof BENCHES[0]; i++) {
        (void)fprintf(out, "  %-8s %s\n", BENCHES[i].name, BENCHES[i].help);
    }
}

static int run_bench(const bench *found, int argc, char **argv)
{
    char name[32];
    if (!found->takes_ranks && hc_ranks_are_launched()) {
        (void)fprintf(stderr, "hindcast bench %s: runs on one rank\n", found->name);
        return hc_rank_voice_usage_code();
    }
    (void)snprintf(name, sizeof name, "hindcast bench %s", found->name);
    argv[0] = name;
    return found->run(argc, argv);
}

int hc_command_bench(int argc, char **argv)
{
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_benches(stdout);
        return HC_EXIT_OK;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof BENCHES / sizeof BENCHES[0]; i++) {
        if (strcmp(argv[1], BENCHES[i].name) == 0) {
            return run_bench(&BENCHES[i], argc - 1, argv + 1);
        }
    }
    if (argc >= 2) {
        (void)fprintf(stderr, "hindcast bench: unknown benchmark \"%s\"\n\n", argv[1]);
    }
    print_benches(stderr);
    return hc_rank_voice_usage_code();
}
