#include "traces/run/records.h"

#include "sim/interfaces/sink.h"

#include <assert.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A GPU-second is 10^12 thousandths of a GPU x ns, so what is left of one has 12 digits: 9 and 3. */
#define MILLI_NS_PER_SECOND INT64_C(1000000000000)

hc_gpu_time hc_gpu_time_split(hc_int128 milli_ns)
{
    hc_int128 seconds = milli_ns / MILLI_NS_PER_SECOND;
    int64_t rest = (int64_t)(milli_ns % MILLI_NS_PER_SECOND);
    if (rest < 0) {
        rest += MILLI_NS_PER_SECOND;
        seconds--;
    }
    assert(seconds <= INT64_MAX && seconds >= INT64_MIN);
    return (hc_gpu_time){.seconds = (int64_t)seconds,
                         .nanoseconds = (int32_t)(rest / 1000),
                         .picoseconds = (uint16_t)(rest % 1000)};
}

hc_int128 hc_gpu_time_join(hc_gpu_time time)
{
    return (hc_int128)time.seconds * MILLI_NS_PER_SECOND + (hc_int128)time.nanoseconds * 1000 +
           time.picoseconds;
}

static const char *const STATES[HC_JOB_STATE_COUNT] = {"pending", "running", "completed",
                                                       "rejected", "timeout"};
static const char *const REJECTIONS[HC_REJECTION_COUNT] = {"none", "partition", "kind", "size",
                                                           "node", "host",      "plan"};
static const char *const OUTCOMES[HC_OUTCOME_COUNT] = {
    "unknown", "completed", "failed", "cancelled", "timeout", "node_fail", "running"};
static const char *const REASONS[HC_WAIT_REASON_COUNT] = {
    "none", "order", "gpus", "fragmented", "host", "reservation", "preempted", "place", "held"};
static const char *const EVENT_TYPES[HC_EVENT_TYPE_COUNT] = {
    "submit", "start", "end", "reject", "pass", "preempt", "capacity", "dispatch"};
static const char *const ATTEMPT_ENDS[HC_ATTEMPT_END_COUNT] = {"completed", "unfinished",
                                                               "preempted", "timeout"};
static const char *const BUCKETS[HC_BUCKET_COUNT] = {"busy",    "idle_empty", "idle_blocked",
                                                     "restart", "lost",       "offline"};

static const hc_enum_names STATE_NAMES = {STATES, HC_JOB_STATE_COUNT};
static const hc_enum_names REJECTION_NAMES = {REJECTIONS, HC_REJECTION_COUNT};
const hc_enum_names hc_outcome_names = {OUTCOMES, HC_OUTCOME_COUNT};
static const hc_enum_names REASON_NAMES = {REASONS, HC_WAIT_REASON_COUNT};
static const hc_enum_names EVENT_TYPE_NAMES = {EVENT_TYPES, HC_EVENT_TYPE_COUNT};
static const hc_enum_names ATTEMPT_END_NAMES = {ATTEMPT_ENDS, HC_ATTEMPT_END_COUNT};
static const hc_enum_names BUCKET_NAMES = {BUCKETS, HC_BUCKET_COUNT};

/* clang-format off */

/* A number; one that may be missing; an index of another table; an enumeration; a text. */
#define NUMBER(row, member, column, kind, unit_text, text) \
    {.name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_##kind, \
     .refers_to = HC_TABLE_COUNT, .unit = (unit_text), .meaning = (text)}
#define OPTIONAL(row, member, column, kind, unit_text, text) \
    {.name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_##kind, \
     .is_optional = true, .refers_to = HC_TABLE_COUNT, .unit = (unit_text), .meaning = (text)}
#define INDEX_OF(table, row, member, column, kind, text) \
    {.name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_##kind, \
     .refers_to = HC_TABLE_##table, .unit = "index", .meaning = (text)}
#define OPTIONAL_INDEX_OF(table, row, member, column, kind, text) \
    {.name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_##kind, \
     .is_optional = true, .refers_to = HC_TABLE_##table, .unit = "index", .meaning = (text)}
#define ENUMERATION(row, member, column, values, text) \
    {.name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_ENUM, \
     .refers_to = HC_TABLE_COUNT, .names = &(values), .unit = "name", .meaning = (text)}
#define TEXT(row, member, column, text) \
    {.name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_TEXT, \
     .refers_to = HC_TABLE_COUNT, .unit = "text", .meaning = (text)}
/* GPU time takes three columns. */
#define GPU_TIME(row, what) \
    NUMBER(row, held.seconds, "held_seconds", INT64, "GPU s", what ", whole GPU-seconds"), \
    NUMBER(row, held.nanoseconds, "held_nanoseconds", INT32, "GPU ns", \
           "what is left of a GPU-second of it, whole GPU-nanoseconds"), \
    NUMBER(row, held.picoseconds, "held_picoseconds", UINT16, "GPU ps", \
           "what is left of a GPU-nanosecond of it: the three add up exactly")

static const hc_row_field JOB_FIELDS[] = {
    NUMBER(hc_job_row, index, "index", UINT32, "index", "place of the job in the order of submission, from 0; of a federation of n sites: n times its place at its home, and the number of that"),
    TEXT(hc_job_row, job_id, "job_id", "id as in the input"),
    INDEX_OF(INPUTS, hc_job_row, trace, "trace", UINT16, "the input it comes from"),
    OPTIONAL_INDEX_OF(PARTITIONS, hc_job_row, partition, "partition", UINT16, "partition it was submitted to; missing when there is none of that name"),
    OPTIONAL_INDEX_OF(USERS, hc_job_row, user, "user", UINT32, "who submitted it"),
    OPTIONAL_INDEX_OF(GROUPS, hc_job_row, group, "group", UINT32, "group or account of the user"),
    OPTIONAL_INDEX_OF(PARTITIONS, hc_job_row, home, "home", UINT16, "partition it was submitted to first: another one when a broker sent it on"),
    ENUMERATION(hc_job_row, state, "state", STATE_NAMES, "what has become of it in the simulation"),
    ENUMERATION(hc_job_row, outcome, "outcome", hc_outcome_names, "how it ended where it was recorded"),
    ENUMERATION(hc_job_row, rejection, "rejection", REJECTION_NAMES, "why it can never run"),
    NUMBER(hc_job_row, is_measured, "is_measured", BOOLEAN, "true or false", "counts in the metrics: submitted after the warm-up"),
    NUMBER(hc_job_row, is_limit_requested, "is_limit_requested", BOOLEAN, "true or false", "the time limit was asked for; else the recorded run time stands in"),
    NUMBER(hc_job_row, is_running_at_start, "is_running_at_start", BOOLEAN, "true or false", "warm start: it was running when the simulation begins"),
    NUMBER(hc_job_row, is_single_node, "is_single_node", BOOLEAN, "true or false", "must not span nodes"),
    NUMBER(hc_job_row, gpus, "gpus", UINT32, "GPUs", "GPUs requested"),
    NUMBER(hc_job_row, gpu_milli, "gpu_milli", UINT16, "thousandths of a GPU", "share of each of them"),
    NUMBER(hc_job_row, nodes, "nodes", UINT32, "nodes", "nodes of its last attempt"),
    NUMBER(hc_job_row, attempts, "attempts", UINT32, "attempts", "times it was started"),
    NUMBER(hc_job_row, preemptions, "preemptions", UINT32, "attempts", "attempts that were taken from it"),
    NUMBER(hc_job_row, submit, "submit_ns", INT64, "ns", "submitted, as in the input"),
    OPTIONAL(hc_job_row, start, "start_ns", INT64, "ns", "first start"),
    OPTIONAL(hc_job_row, end, "end_ns", INT64, "ns", "last end"),
    OPTIONAL(hc_job_row, wait, "wait_ns", INT64, "ns", "all time spent waiting, requeues included"),
    NUMBER(hc_job_row, run_time, "run_time_ns", INT64, "ns", "work, on the hardware where it was recorded"),
    NUMBER(hc_job_row, time_limit, "time_limit_ns", INT64, "ns", "run time that the scheduler was told"),
    OPTIONAL(hc_job_row, recorded_start, "recorded_start_ns", INT64, "ns", "start in the input"),
    OPTIONAL(hc_job_row, recorded_end, "recorded_end_ns", INT64, "ns", "end in the input"),
    GPU_TIME(hc_job_row, "GPU time it held"),
    NUMBER(hc_job_row, line, "line", UINT64, "line", "line in its input, from 1; 0 when it is synthetic"),
    NUMBER(hc_job_row, kinds, "kinds", UINT64, "bit set", "bit k: row k of kinds will do; all ones: any node"),
    NUMBER(hc_job_row, cpu_milli, "cpu_milli", UINT64, "thousandths of a core", "CPU requested, whole job"),
    NUMBER(hc_job_row, memory_bytes, "memory_bytes", UINT64, "bytes", "host memory requested, whole job"),
    OPTIONAL_INDEX_OF(WORKS, hc_job_row, work, "work", UINT32, "what it trained; its run time is then that where packed. Missing: it ran as recorded"),
};

static const hc_row_field ATTEMPT_FIELDS[] = {
    INDEX_OF(JOBS, hc_attempt_row, job, "job", UINT32, "the job, by its index"),
    NUMBER(hc_attempt_row, attempt, "attempt", UINT32, "number", "of the attempt, from 1"),
    NUMBER(hc_attempt_row, nodes, "nodes", UINT32, "nodes", "nodes it ran on"),
    NUMBER(hc_attempt_row, gpu_milli, "gpu_milli", UINT64, "thousandths of a GPU", "GPUs it held, all together"),
    NUMBER(hc_attempt_row, start, "start_ns", INT64, "ns", "start"),
    OPTIONAL(hc_attempt_row, end, "end_ns", INT64, "ns", "end"),
    NUMBER(hc_attempt_row, restart, "restart_ns", INT64, "ns", "of its begin: coming up again after a preemption"),
    NUMBER(hc_attempt_row, lost, "lost_ns", INT64, "ns", "of its work: lost by a requeue"),
    ENUMERATION(hc_attempt_row, how, "how", ATTEMPT_END_NAMES, "how it ended"),
    OPTIONAL(hc_attempt_row, step, "step_ns", INT64, "ns", "one step of its training took so long there"),
};

static const hc_row_field PLACEMENT_FIELDS[] = {
    INDEX_OF(JOBS, hc_placement_row, job, "job", UINT32, "the job, by its index"),
    NUMBER(hc_placement_row, attempt, "attempt", UINT32, "number", "of the attempt, from 1"),
    INDEX_OF(NODES, hc_placement_row, node, "node", UINT32, "the node"),
    NUMBER(hc_placement_row, device, "device", UINT32, "number", "first GPU on the node, from 0"),
    NUMBER(hc_placement_row, count, "count", UINT32, "GPUs", "GPUs from there on; 0 for a job without GPUs"),
    NUMBER(hc_placement_row, milli, "milli", UINT16, "thousandths of a GPU", "share of each of them"),
};

static const hc_row_field DECISION_FIELDS[] = {
    INDEX_OF(JOBS, hc_decision_row, job, "job", UINT32, "the job that was not started, by its index"),
    NUMBER(hc_decision_row, time, "time_ns", INT64, "ns", "when it was first refused for this reason"),
    ENUMERATION(hc_decision_row, reason, "reason", REASON_NAMES, "why it was not started"),
    OPTIONAL_INDEX_OF(JOBS, hc_decision_row, blocker, "blocker", UINT32, "the job that stands in its way"),
    NUMBER(hc_decision_row, position, "position", UINT32, "number", "place in the queue, from 1"),
    NUMBER(hc_decision_row, free_milli, "free_milli", UINT64, "thousandths of a GPU", "free on the partition then"),
    NUMBER(hc_decision_row, largest_milli, "largest_milli", UINT64, "thousandths of a GPU", "largest request that could have been placed"),
};

static const hc_row_field EVENT_FIELDS[] = {
    NUMBER(hc_event_row, time, "time_ns", INT64, "ns", "when it happened"),
    ENUMERATION(hc_event_row, type, "type", EVENT_TYPE_NAMES, "what happened"),
    OPTIONAL_INDEX_OF(JOBS, hc_event_row, job, "job", UINT32, "the job, by its index; none for a pass and a change of capacity"),
    OPTIONAL_INDEX_OF(PARTITIONS, hc_event_row, partition, "partition", UINT16, "where"),
    NUMBER(hc_event_row, value, "value", UINT64, "thousandths of a GPU, or jobs", "GPUs of the job; for a pass: jobs that wait after it; for a change of capacity: GPUs in service; for a dispatch: number of the partition it was sent to"),
};

static const hc_row_field SERIES_FIELDS[] = {
    NUMBER(hc_sample_row, time, "time_ns", INT64, "ns", "when, after everything else of that instant"),
    INDEX_OF(PARTITIONS, hc_sample_row, partition, "partition", UINT16, "where"),
    NUMBER(hc_sample_row, queue_length, "queue_length", UINT32, "jobs", "jobs that wait"),
    NUMBER(hc_sample_row, running, "running", UINT32, "jobs", "jobs that run"),
    NUMBER(hc_sample_row, waiting_milli, "waiting_milli", UINT64, "thousandths of a GPU", "requested by jobs that wait"),
    NUMBER(hc_sample_row, busy_milli, "busy_milli", UINT64, "thousandths of a GPU", "held"),
    NUMBER(hc_sample_row, free_milli, "free_milli", UINT64, "thousandths of a GPU", "free"),
    NUMBER(hc_sample_row, fragmented_milli, "fragmented_milli", UINT64, "thousandths of a GPU", "free, on nodes that are partly in use"),
};

static const hc_row_field LEDGER_FIELDS[] = {
    INDEX_OF(PARTITIONS, hc_ledger_row, partition, "partition", UINT16, "where"),
    ENUMERATION(hc_ledger_row, bucket, "bucket", BUCKET_NAMES, "what capacity was used for: each GPU-nanosecond lies in one bucket"),
    GPU_TIME(hc_ledger_row, "GPU time in the bucket"),
};

static const hc_row_field NODE_FIELDS[] = {
    NUMBER(hc_node_row, index, "index", UINT32, "index", "the node's number, from 0"),
    TEXT(hc_node_row, name, "name", "name"),
    INDEX_OF(PARTITIONS, hc_node_row, partition, "partition", UINT16, "its partition"),
    INDEX_OF(SITES, hc_node_row, site, "site", UINT16, "its site"),
    NUMBER(hc_node_row, rack, "rack", UINT32, "number", "rack, numbered over the whole machine"),
    OPTIONAL_INDEX_OF(KINDS, hc_node_row, kind, "kind", UINT32, "kind of its GPUs; none without GPUs"),
    NUMBER(hc_node_row, gpus, "gpus", UINT32, "GPUs", "GPUs it has"),
    NUMBER(hc_node_row, first_gpu, "first_gpu", UINT32, "number", "its first GPU, numbered over the whole machine"),
    NUMBER(hc_node_row, cpu_milli, "cpu_milli", UINT64, "thousandths of a core", "CPU; all ones when not modelled"),
    NUMBER(hc_node_row, memory_bytes, "memory_bytes", UINT64, "bytes", "host memory; all ones when not modelled"),
};

static const hc_row_field INPUT_FIELDS[] = {
    NUMBER(hc_input_row, index, "index", UINT16, "index", "number of the input, from 0"),
    TEXT(hc_input_row, file, "file", "name as given"),
    TEXT(hc_input_row, format, "format", "how it was read"),
    TEXT(hc_input_row, sha256, "sha256", "SHA-256 of its bytes as stored"),
    TEXT(hc_input_row, licence, "licence", "SPDX id, or NOASSERTION"),
    NUMBER(hc_input_row, rows, "rows", UINT64, "rows", "rows read = kept + never run + quarantined + filtered"),
    NUMBER(hc_input_row, kept, "kept", UINT64, "rows", "jobs to simulate"),
    NUMBER(hc_input_row, never_run, "never_run", UINT64, "rows", "sound records of jobs that never started"),
    NUMBER(hc_input_row, quarantined, "quarantined", UINT64, "rows", "rows that cannot be used"),
    NUMBER(hc_input_row, filtered, "filtered", UINT64, "rows", "rows that the scenario leaves out"),
    NUMBER(hc_input_row, duplicates, "duplicates", UINT64, "rows", "kept rows that equal another one"),
    OPTIONAL(hc_input_row, first_submit, "first_submit_ns", INT64, "ns", "earliest submission among kept rows"),
    OPTIONAL(hc_input_row, last_submit, "last_submit_ns", INT64, "ns", "latest submission among kept rows"),
    TEXT(hc_input_row, clock, "clock", "unknown zero, unix zero or civil"),
    NUMBER(hc_input_row, unix_zero_seconds, "unix_zero_seconds", INT64, "s", "time zero of the file since 1970-01-01, when its clock is unix zero"),
    TEXT(hc_input_row, zone, "zone", "time zone that the file names"),
};

static const hc_row_field IMPORT_COUNT_FIELDS[] = {
    INDEX_OF(INPUTS, hc_import_count_row, input, "input", UINT16, "the input"),
    TEXT(hc_import_count_row, category, "category", "quarantined, filtered or repaired"),
    TEXT(hc_import_count_row, reason, "reason", "why"),
    NUMBER(hc_import_count_row, rows, "rows", UINT64, "rows", "rows that it met"),
};

static const hc_row_field PARTITION_FIELDS[] = {
    NUMBER(hc_partition_row, index, "index", UINT32, "index", "the partition's number, from 0"),
    TEXT(hc_partition_row, name, "name", "name"),
    NUMBER(hc_partition_row, first_node, "first_node", UINT32, "number", "its first node; the others follow"),
    NUMBER(hc_partition_row, nodes, "nodes", UINT32, "nodes", "nodes it has"),
    NUMBER(hc_partition_row, gpus, "gpus", UINT64, "GPUs", "GPUs it has"),
};

static const hc_row_field NAME_FIELDS[] = {
    NUMBER(hc_name_row, index, "index", UINT32, "index", "number, from 0"),
    TEXT(hc_name_row, name, "name", "name"),
};

#define TABLE(table, row, columns, text) \
    {.name = (table), .title = (text), .row_size = sizeof(row), .fields = (columns), .field_count = COUNT_OF(columns)}

static const hc_table_info TABLES[HC_TABLE_COUNT] = {
    [HC_TABLE_JOBS] = TABLE("jobs", hc_job_row, JOB_FIELDS, "Jobs, in the order in which they ended"),
    [HC_TABLE_ATTEMPTS] = TABLE("attempts", hc_attempt_row, ATTEMPT_FIELDS, "Times a job was started"),
    [HC_TABLE_PLACEMENTS] = TABLE("placements", hc_placement_row, PLACEMENT_FIELDS, "GPUs that each attempt held"),
    [HC_TABLE_DECISIONS] = TABLE("decisions", hc_decision_row, DECISION_FIELDS, "Why jobs waited, one row per change of reason"),
    [HC_TABLE_EVENTS] = TABLE("events", hc_event_row, EVENT_FIELDS, "What happened, in order"),
    [HC_TABLE_SERIES] = TABLE("series", hc_sample_row, SERIES_FIELDS, "State of each partition at regular instants"),
    [HC_TABLE_LEDGER] = TABLE("ledger", hc_ledger_row, LEDGER_FIELDS, "What became of all GPU time"),
    [HC_TABLE_NODES] = TABLE("nodes", hc_node_row, NODE_FIELDS, "Nodes of the machine"),
    [HC_TABLE_INPUTS] = TABLE("inputs", hc_input_row, INPUT_FIELDS, "Files that jobs were read from"),
    [HC_TABLE_IMPORT_COUNTS] = TABLE("import_counts", hc_import_count_row, IMPORT_COUNT_FIELDS, "Rows of the inputs that were not taken as they are"),
    [HC_TABLE_PARTITIONS] = TABLE("partitions", hc_partition_row, PARTITION_FIELDS, "Partitions: nodes that share a queue"),
    [HC_TABLE_SITES] = TABLE("sites", hc_name_row, NAME_FIELDS, "Sites"),
    [HC_TABLE_KINDS] = TABLE("kinds", hc_name_row, NAME_FIELDS, "Kinds of GPU"),
    [HC_TABLE_USERS] = TABLE("users", hc_name_row, NAME_FIELDS, "Users"),
    [HC_TABLE_GROUPS] = TABLE("groups", hc_name_row, NAME_FIELDS, "Groups of users"),
    [HC_TABLE_WORKS] = TABLE("works", hc_name_row, NAME_FIELDS, "What jobs train"),
};
/* clang-format on */

const hc_table_info *hc_table_describe(hc_run_table table)
{
    assert(table < HC_TABLE_COUNT);
    return &TABLES[table];
}

bool hc_table_grows(hc_run_table table)
{
    return (int)table < HC_GROWING_TABLE_COUNT;
}

hc_run_table hc_table_find(const char *name)
{
    hc_run_table table = HC_TABLE_JOBS;
    while (table < HC_TABLE_COUNT && strcmp(TABLES[table].name, name) != 0) {
        table++;
    }
    return table;
}

const hc_row_field *hc_table_find_field(const hc_table_info *info, const char *name)
{
    for (size_t i = 0; i < info->field_count; i++) {
        if (strcmp(info->fields[i].name, name) == 0) {
            return &info->fields[i];
        }
    }
    return NULL;
}

size_t hc_table_text_count(const hc_table_info *info)
{
    size_t count = 0;
    for (size_t i = 0; i < info->field_count; i++) {
        count += info->fields[i].type == HC_ROW_FIELD_TEXT ? 1 : 0;
    }
    return count;
}

size_t hc_row_field_bytes(const hc_row_field *field)
{
    static const size_t BYTES[] = {
        [HC_ROW_FIELD_UINT16] = 2, [HC_ROW_FIELD_INT32] = 4,  [HC_ROW_FIELD_UINT32] = 4,
        [HC_ROW_FIELD_INT64] = 8,  [HC_ROW_FIELD_UINT64] = 8, [HC_ROW_FIELD_BOOLEAN] = 1,
        [HC_ROW_FIELD_ENUM] = 1,   [HC_ROW_FIELD_DOUBLE] = 8, [HC_ROW_FIELD_TEXT] = 0,
    };
    return BYTES[field->type];
}

const char *hc_row_field_value_name(const hc_row_field *field, uint8_t value)
{
    return field->names != NULL && value < field->names->count ? field->names->names[value] : NULL;
}
