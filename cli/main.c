#include "cli/commands.h"
#include "cli/rank_voice.h"
#include "hc_version.h"
#include "mpi/ranks.h"
#include "sim/scenario/suggest.h"

#include <argp.h>
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A verb and the function behind it. */
typedef struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
    bool takes_ranks; /* works under mpirun with several ranks */
} verb;

static const verb VERBS[] = {
    {"run", hc_command_run, "replay a scenario and write a run file", true},
    {"check", hc_command_check, "say what a scenario means, without running it", false},
    {"import", hc_command_import, "write a list of any format as CSV or HDF5", false},
    {"estimate", hc_command_estimate, "say what a training run takes: time, memory, cost", false},
    {"plan", hc_command_plan, "find the best way to train a model on the GPUs one has", true},
    {"sweep", hc_command_sweep, "run a study: many runs of a scenario, on many ranks", true},
    {"report", hc_command_report, "print what happened in a run or a study", false},
    {"compare", hc_command_compare, "compare the results of a study by its variables", false},
    {"explain", hc_command_explain, "tell one job's story", false},
    {"export", hc_command_export, "write a run as CSV, SWF or a trace for Perfetto", false},
    {"recover", hc_command_recover, "bring back a run file that was not finished", false},
    {"watch", hc_command_watch, "show a run that goes on, and keep what it publishes", false},
    {"keys", hc_command_keys, "make a pair of keys for a stream beyond this machine", false},
    {"bench", hc_command_bench, "measure this machine: queue, phold, sweep, replay, import", true},
    {"help", hc_command_help, "explain a command or the scenario file", false},
};

static void print_usage(FILE *out)
{
    (void)fprintf(out, "Usage: hindcast COMMAND [OPTION...] [ARGUMENT...]\n\n");
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        (void)fprintf(out, "  %-9s %s\n", VERBS[i].name, VERBS[i].help);
    }
    (void)fprintf(out, "\nhindcast COMMAND --help lists the options of a command; "
                       "hindcast help scenario lists every key of a scenario.\n");
}

static const verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        if (strcmp(VERBS[i].name, name) == 0) {
            return &VERBS[i];
        }
    }
    return NULL;
}

/* stdout holds results: one that could not be written is an error, also at the very end. A command that has
 * failed already said why. */
static int close_stdout(int status)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == HC_EXIT_OK) {
        (void)fprintf(stderr, "hindcast: standard output: %s\n", strerror(errno));
        return HC_EXIT_OUTPUT;
    }
    return status;
}

/* Messages about the arguments begin with the name by which the command was called. */
static int run_verb(const verb *found, int argc, char **argv)
{
    char name[32];
    (void)snprintf(name, sizeof name, "hindcast %s", found->name);
    argv[0] = name;
    return found->run(argc, argv);
}

/* `hindcast help run` is `hindcast run --help`; @return NULL when the topic is no command. */
static const verb *find_topic(int argc, char **argv)
{
    bool is_help = argc == 3 && strcmp(argv[1], "help") == 0;
    return is_help ? find_verb(argv[2]) : NULL;
}

static int help_on_verb(const verb *found)
{
    char option[] = "--help";
    char *argv[] = {NULL, option, NULL};
    return run_verb(found, 2, argv);
}

static const verb *nearest_verb(const char *name)
{
    const verb *nearest = NULL;
    size_t least_distance = 3; /* two slips are a likely mistake, three are another word */
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++) {
        size_t distance =
            hc_suggest_distance(name, strlen(name), VERBS[i].name, strlen(VERBS[i].name));
        if (distance < least_distance) {
            least_distance = distance;
            nearest = &VERBS[i];
        }
    }
    return nearest;
}

static int refuse_command(const char *name)
{
    const verb *nearest = nearest_verb(name);
    if (nearest != NULL) {
        (void)fprintf(stderr, "hindcast: unknown command \"%s\"; did you mean \"%s\"?\n", name,
                      nearest->name);
        return hc_rank_voice_usage_code();
    }
    (void)fprintf(stderr, "hindcast: unknown command \"%s\"\n\n", name);
    print_usage(stderr);
    return hc_rank_voice_usage_code();
}

int main(int argc, char **argv)
{
    const verb *found = NULL;
    argp_err_exit_status = hc_rank_voice_usage_code();
    hc_rank_voice_settle();
    if (argc < 2) {
        print_usage(stderr);
        return hc_rank_voice_usage_code();
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return close_stdout(HC_EXIT_OK);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("hindcast %s (%s)\n", HC_VERSION, HC_COMMIT);
        return close_stdout(HC_EXIT_OK);
    }
    found = find_verb(argv[1]);
    if (found == NULL) {
        return refuse_command(argv[1]);
    }
    if (find_topic(argc, argv) != NULL) {
        return close_stdout(help_on_verb(find_topic(argc, argv)));
    }
    if (!found->takes_ranks && hc_ranks_are_launched()) {
        (void)fprintf(stderr, "hindcast %s: runs on one rank; start it without mpirun\n",
                      found->name);
        return hc_rank_voice_usage_code();
    }
    return close_stdout(run_verb(found, argc - 1, argv + 1));
}
