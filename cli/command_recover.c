#include "cli/commands.h"

#include "cli/file_arguments.h"
#include "traces/run/recover.h"

#include <inttypes.h>
#include <stdio.h>

static void print_outcome(const char *path, const hc_recovery *recovery)
{
    switch (recovery->outcome) {
    case HC_RECOVERY_DONE:
        printf("%s: recovered %" PRIu64 " jobs, %" PRIu64 " attempts, %" PRIu64 " events; the run "
               "itself did not finish\n",
               path, recovery->row_counts[HC_TABLE_JOBS], recovery->row_counts[HC_TABLE_ATTEMPTS],
               recovery->row_counts[HC_TABLE_EVENTS]);
        return;
    case HC_RECOVERY_WAS_COMPLETE:
        printf("%s: it is complete, there was nothing to recover\n", path);
        return;
    case HC_RECOVERY_WAS_PARTIAL:
    default:
        printf("%s: it holds all there is; the run was stopped, or recovered before\n", path);
        return;
    }
}

static void print_losses(const hc_recovery *recovery)
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        if (recovery->lost_rows[table] > 0) {
            (void)fprintf(stderr, "hindcast: %" PRIu64 " committed rows of %s cannot be read\n",
                          recovery->lost_rows[table], hc_table_describe((hc_run_table)table)->name);
        }
    }
}

int hc_command_recover(int argc, char **argv)
{
    hc_file_arguments arguments;
    hc_error error = HC_ERROR_NONE;
    hc_recovery recovery;
    hc_file_arguments_parse(&arguments, argc, argv,
                            "Brings back what an interrupted run has written, under its own name.");
    if (hc_recover(arguments.path, &recovery, &error) < 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        return hc_exit_code(&error);
    }
    print_outcome(arguments.path, &recovery);
    print_losses(&recovery);
    return HC_EXIT_OK;
}
