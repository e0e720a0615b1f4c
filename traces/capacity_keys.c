#include "traces/capacity_keys.h"

#include "traces/capacity_file.h"

#include <stdlib.h>

static const hc_key KEYS[] = {
    {.path = "cluster.capacity",
     .type = HC_KEY_MAP,
     .help = "Nodes that go out of service and come back: the first ones of a partition are in "
             "service, as many as have the GPUs given; before the first step all of them"},
    {.path = "cluster.capacity.steps",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = 65536,
     .help = "Changes in the order of time; steps or file, one of the two"},
    {.path = "cluster.capacity.steps[]", .type = HC_KEY_MAP, .help = "One change"},
    {.path = "cluster.capacity.steps[].at",
     .type = HC_KEY_INSTANT,
     .is_required = true,
     .help = "When; a duration counts from time 0 of the jobs"},
    {.path = "cluster.capacity.steps[].gpus",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 0,
     .maximum = 268435456,
     .is_required = true,
     .help = "GPUs in service from then on: those of the first nodes, all nodes whole"},
    {.path = "cluster.capacity.file",
     .type = HC_KEY_PATH,
     .help = "A CSV with a header row whose first column is a date, plain or .gz"},
    {.path = "cluster.capacity.column",
     .type = HC_KEY_TEXT,
     .help = "Column of the file that holds the GPUs in service; absent: total"},
    {.path = "cluster.capacity.zero",
     .type = HC_KEY_INSTANT,
     .help = "Date of time 0 of the jobs, where their log does not say it"},
    {.path = "cluster.capacity.partition",
     .type = HC_KEY_TEXT,
     .help = "Partition whose nodes these are; absent: the only one"},
};

const hc_key_table hc_capacity_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* What dates mean in simulated time. */
typedef struct axis {
    bool knows_dates; /* there is a date of time 0 */
    bool is_civil;    /* times are dates: a duration would be since 1970 */
    hc_time zero;
} axis;

static int read_axis(axis *out, const hc_value *zero, const hc_capacity_clock *clock,
                     hc_error *error)
{
    bool is_date = false;
    *out = (axis){.knows_dates = clock->clock != HC_CLOCK_UNKNOWN_ZERO,
                  .is_civil = clock->clock == HC_CLOCK_CIVIL,
                  .zero = clock->clock == HC_CLOCK_UNIX_ZERO ? clock->unix_zero_seconds * HC_SECOND
                                                             : 0};
    if (zero == NULL) {
        return 0;
    }
    if (out->knows_dates) {
        return hc_value_error(zero, error, "the jobs' log says itself when its time 0 was");
    }
    out->zero = hc_value_instant(zero, &is_date);
    out->knows_dates = true;
    return is_date ? 0
                   : hc_value_error(zero, error, "expected a date, such as 2020-03-18 04:01:39");
}

static int read_instant(hc_time *out, const axis *a, const hc_value *at, hc_error *error)
{
    bool is_date = false;
    *out = hc_value_instant(at, &is_date);
    if (is_date && !a->knows_dates) {
        return hc_value_error(at, error,
                              "a date, but nothing says when time 0 of the jobs was; give "
                              "cluster.capacity.zero, or a duration since it, such as 14d");
    }
    if (!is_date && a->is_civil) {
        return hc_value_error(at, error, "a duration, but the jobs' log has dates; give a date");
    }
    *out -= is_date ? a->zero : 0;
    return 0;
}

static int read_steps(hc_calendar *calendar, const hc_value *steps, const hc_machine *machine,
                      const axis *a, hc_error *error)
{
    int status = 0;
    for (size_t i = 0; i < hc_value_count(steps); i++) {
        const hc_value *step = hc_value_at(steps, i);
        const hc_value *gpus = hc_value_get(step, "gpus");
        char complaint[HC_CALENDAR_TEXT_SIZE];
        hc_time at = 0;
        if (read_instant(&at, a, hc_value_get(step, "at"), error) < 0) {
            status = -1;
        } else if (hc_calendar_add(calendar, machine, at, (uint64_t)hc_value_integer(gpus),
                                   complaint) < 0) {
            status = hc_value_error(gpus, error, "%s", complaint);
        }
    }
    return status;
}

static int read_file(hc_capacity *out, const hc_scenario *scenario, const hc_value *capacity,
                     const hc_machine *machine, const axis *a, hc_error *error)
{
    const hc_value *file = hc_value_get(capacity, "file");
    const hc_value *column = hc_value_get(capacity, "column");
    hc_capacity_file_options options = {
        .column = column == NULL ? "total" : hc_value_text(column),
        .zero = a->zero,
        .machine = machine,
    };
    char *path = NULL;
    int status = 0;
    if (!a->knows_dates) {
        return hc_value_error(file, error,
                              "it has dates, but nothing says when time 0 of the jobs was; give "
                              "cluster.capacity.zero");
    }
    path = hc_scenario_file(scenario, file);
    status = path == NULL
                 ? hc_error_memory(error)
                 : hc_capacity_file_read(&out->calendar, path, &options, out->sha256, error);
    out->file = hc_value_text(file);
    free(path);
    return status;
}

static int find_partition(hc_partition_id *out, const hc_value *capacity, const hc_machine *machine,
                          hc_error *error)
{
    const hc_value *name = hc_value_get(capacity, "partition");
    *out = (hc_partition_id){0};
    if (name == NULL) {
        return hc_machine_partition_count(machine) == 1
                   ? 0
                   : hc_value_error(capacity, error,
                                    "the cluster has several partitions; say whose nodes these "
                                    "are with partition");
    }
    *out = hc_machine_find_partition(machine, hc_value_text(name));
    return out->index != UINT16_MAX
               ? 0
               : hc_value_error(name, error, "no nodes are in a partition of that name");
}

int hc_capacity_read(hc_capacity *out, const hc_scenario *scenario, const hc_value *capacity,
                     const hc_machine *machine, const hc_capacity_clock *clock, hc_error *error)
{
    const hc_value *steps = hc_value_get(capacity, "steps");
    const hc_value *column = hc_value_get(capacity, "column");
    hc_partition_id partition;
    axis a;
    *out = (hc_capacity){.file = NULL};
    if ((steps == NULL) == (hc_value_get(capacity, "file") == NULL)) {
        return hc_value_error(capacity, error, "give steps or file, one of the two");
    }
    if (steps != NULL && column != NULL) {
        return hc_value_error(column, error, "only a file has columns, and here are steps");
    }
    if (find_partition(&partition, capacity, machine, error) < 0 ||
        read_axis(&a, hc_value_get(capacity, "zero"), clock, error) < 0) {
        return -1;
    }
    out->calendar = hc_calendar_empty(partition);
    return steps != NULL ? read_steps(&out->calendar, steps, machine, &a, error)
                         : read_file(out, scenario, capacity, machine, &a, error);
}

void hc_capacity_free(hc_capacity *capacity)
{
    hc_calendar_free(&capacity->calendar);
}
