#include "cli/commands.h"

#include "cli/file_arguments.h"
#include "cli/json_output.h"
#include "traces/run/recover.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

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

static json_t *count_rows(const uint64_t counts[HC_TABLE_COUNT])
{
    json_t *object = json_object();
    for (int table = 0; object != NULL && table < HC_TABLE_COUNT; table++) {
        (void)json_object_set_new(object, hc_table_describe((hc_run_table)table)->name,
                                  json_integer((json_int_t)counts[table]));
    }
    return object;
}

static int print_json(const char *path, const hc_recovery *recovery)
{
    static const char *const OUTCOMES[] = {[HC_RECOVERY_DONE] = "recovered",
                                           [HC_RECOVERY_WAS_COMPLETE] = "was_complete",
                                           [HC_RECOVERY_WAS_PARTIAL] = "was_partial"};
    return hc_print_json(json_pack("{s:s, s:s, s:s, s:o, s:o}", "schema", "hindcast-recover-1",
                                   "file", path, "outcome", OUTCOMES[recovery->outcome], "rows",
                                   count_rows(recovery->row_counts), "lost_rows",
                                   count_rows(recovery->lost_rows)));
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
        return hc_print_error(&error);
    }
    print_losses(&recovery);
    if (arguments.is_json) {
        return print_json(arguments.path, &recovery);
    }
    print_outcome(arguments.path, &recovery);
    return HC_EXIT_OK;
}
