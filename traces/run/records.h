#ifndef HC_TRACES_RECORDS_H
#define HC_TRACES_RECORDS_H

#include "sim/engine/time.h"
#include "sim/ids.h"
#include "sim/int128.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a run file holds: its tables, their columns, and one plain struct per kind of row.
 *
 *  The tables of columns below are the only description of the format: from them come the HDF5 types, the
 *  attributes of every dataset, the reader's checks and the columns of a CSV. Columns are matched by name; a
 *  later version of the format adds columns and tables and never changes the type or meaning of one. */

/** The tables, each a 1-D dataset of the root group: first those that grow while the run goes on, then those
 *  that are whole before it begins. */
typedef enum hc_run_table {
    HC_TABLE_JOBS = 0, /**< one row per job, in the order in which jobs ended */
    HC_TABLE_ATTEMPTS,
    HC_TABLE_PLACEMENTS,
    HC_TABLE_DECISIONS,
    HC_TABLE_EVENTS,
    HC_TABLE_SERIES,
    HC_TABLE_LEDGER,
    HC_TABLE_NODES,
    HC_TABLE_INPUTS,
    HC_TABLE_IMPORT_COUNTS,
    HC_TABLE_PARTITIONS,
    HC_TABLE_SITES,
    HC_TABLE_KINDS,
    HC_TABLE_USERS,
    HC_TABLE_GROUPS,
    HC_TABLE_WORKS,
    HC_TABLE_COUNT, /**< also "no table" */
} hc_run_table;

enum { HC_GROWING_TABLE_COUNT = HC_TABLE_LEDGER + 1 };

/** GPU time, exact: whole GPU-seconds, then billionths of them, then thousandths of those. Their sum is what
 *  the simulator counted in thousandths of a GPU x ns. */
typedef struct hc_gpu_time {
    int64_t seconds;
    int32_t nanoseconds;  /**< 0..999,999,999 */
    uint16_t picoseconds; /**< 0..999 */
} hc_gpu_time;

hc_gpu_time hc_gpu_time_split(hc_int128 milli_ns);
/** The inverse of the split. */
hc_int128 hc_gpu_time_join(hc_gpu_time time);

/* Rows. Members have the names of their columns, without the unit where the type tells it. Text is borrowed
 * and never NULL in what the reader returns; the writer takes NULL for "". Enums are stored in one byte with
 * the values of sim/interfaces/sink.h. */

typedef struct hc_job_row {
    uint32_t
        index; /**< how other tables name the job: its place in the order of submission, from 0; of a federation of n
                    sites: n times its place at its home, and the number of that */
    uint16_t trace;     /**< row of `inputs` */
    uint16_t partition; /**< row of `partitions`, UINT16_MAX when it named none; likewise home */
    uint16_t home;
    uint32_t user; /**< row of `users`, HC_NO_INDEX when unknown; likewise group */
    uint32_t group;
    uint32_t work;     /**< row of `works`, HC_NO_INDEX: it ran as recorded */
    uint8_t state;     /**< hc_job_state */
    uint8_t outcome;   /**< hc_outcome, as recorded in the trace */
    uint8_t rejection; /**< hc_rejection */
    bool is_measured;
    bool is_limit_requested;
    bool is_running_at_start;
    bool is_single_node;
    uint32_t gpus;
    uint16_t gpu_milli;
    uint32_t nodes;
    uint32_t attempts;
    uint32_t preemptions;
    hc_time submit;
    hc_time start; /**< first start; HC_TIME_MISSING when it never started, likewise all below */
    hc_time end;   /**< last end */
    hc_time wait;
    hc_time run_time;
    hc_time time_limit;
    hc_time recorded_start;
    hc_time recorded_end;
    hc_gpu_time held;
    uint64_t line;
    uint64_t kinds;
    uint64_t cpu_milli;
    uint64_t memory_bytes;
    const char *job_id;
} hc_job_row;

typedef struct hc_attempt_row {
    uint32_t job;
    uint32_t attempt;
    uint32_t nodes;
    uint64_t gpu_milli; /**< all GPUs together */
    hc_time start;
    hc_time end;
    hc_time restart;
    hc_time lost;
    hc_time step; /**< HC_TIME_MISSING when it did no steps */
    uint8_t how;  /**< hc_attempt_end */
} hc_attempt_row;

typedef struct hc_placement_row {
    uint32_t job;
    uint32_t attempt;
    uint32_t node;
    uint32_t device;
    uint32_t count;
    uint16_t milli;
} hc_placement_row;

typedef struct hc_decision_row {
    uint32_t job;
    hc_time time;
    uint8_t reason; /**< hc_wait_reason */
    uint32_t blocker;
    uint32_t position;
    uint64_t free_milli;
    uint64_t largest_milli;
} hc_decision_row;

typedef struct hc_event_row {
    hc_time time;
    uint8_t type; /**< hc_event_type */
    uint32_t job;
    uint16_t partition;
    uint64_t value;
} hc_event_row;

typedef struct hc_sample_row {
    hc_time time;
    uint16_t partition;
    uint32_t queue_length;
    uint32_t running;
    uint64_t waiting_milli;
    uint64_t busy_milli;
    uint64_t free_milli;
    uint64_t fragmented_milli;
} hc_sample_row;

typedef struct hc_ledger_row {
    uint16_t partition;
    uint8_t bucket; /**< hc_bucket */
    hc_gpu_time held;
} hc_ledger_row;

typedef struct hc_node_row {
    uint32_t index;
    uint16_t partition;
    uint16_t site;
    uint32_t rack;
    uint32_t kind; /**< HC_NO_INDEX when it has no GPU */
    uint32_t gpus;
    uint32_t first_gpu;
    uint64_t cpu_milli; /**< HC_UNLIMITED (all ones) when not modelled; likewise memory */
    uint64_t memory_bytes;
    const char *name;
} hc_node_row;

/** One input file and the account of its rows. */
typedef struct hc_input_row {
    uint16_t index;
    uint64_t rows;
    uint64_t kept;
    uint64_t never_run;
    uint64_t quarantined;
    uint64_t filtered;
    uint64_t duplicates;
    hc_time first_submit;
    hc_time last_submit;
    int64_t unix_zero_seconds;
    const char *file;
    const char *format;
    const char *sha256;
    const char *licence;
    const char *clock;
    const char *zone;
} hc_input_row;

/** How often one reason met the rows of one input. */
typedef struct hc_import_count_row {
    uint16_t input;
    uint64_t rows;
    const char *category; /**< "quarantined", "filtered" or "repaired" */
    const char *reason;
} hc_import_count_row;

typedef struct hc_partition_row {
    uint32_t index;
    uint32_t first_node;
    uint32_t nodes;
    uint64_t gpus;
    const char *name;
} hc_partition_row;

/** Rows of sites, kinds, users, groups and works. */
typedef struct hc_name_row {
    uint32_t index;
    const char *name;
} hc_name_row;

/** How a column is stored. Integers are little-endian. */
typedef enum hc_row_field_type {
    HC_ROW_FIELD_UINT16 = 0,
    HC_ROW_FIELD_INT32,
    HC_ROW_FIELD_UINT32,
    HC_ROW_FIELD_INT64,
    HC_ROW_FIELD_UINT64,
    HC_ROW_FIELD_BOOLEAN, /**< one byte, FALSE or TRUE */
    HC_ROW_FIELD_ENUM,    /**< one byte with names */
    HC_ROW_FIELD_DOUBLE,  /**< IEEE 754, 64 bits, little-endian */
    HC_ROW_FIELD_TEXT,    /**< UTF-8 of a fixed width that each file chooses, filled up with NUL */
} hc_row_field_type;

/** The names of an enumeration, in the order of its values from 0. */
typedef struct hc_enum_names {
    const char *const *names;
    uint8_t count;
} hc_enum_names;

/** Names of hc_outcome, as run files and lists of jobs have them. */
extern const hc_enum_names hc_outcome_names;

/** One column. */
typedef struct hc_row_field {
    const char *name;
    size_t offset; /**< of the member in the row's struct */
    hc_row_field_type type;
    bool is_optional; /**< may be missing: INT64_MIN, UINT32_MAX, UINT16_MAX or NAN */
    hc_run_table
        refers_to; /**< its values are indexes of that table; HC_TABLE_COUNT: they are not */
    const hc_enum_names *names; /**< of an enum */
    const char *unit;
    const char *meaning;
} hc_row_field;

enum {
    HC_ROW_FIELD_LIMIT = 48,     /**< columns of a table */
    HC_TEXT_BYTES_LIMIT = 4096,  /**< width of a text column */
    HC_CHUNK_ROWS_LIMIT = 16384, /**< rows of a chunk */
    HC_CHUNK_BYTES_LIMIT = 1 << 19,
};

typedef struct hc_table_info {
    const char *name;
    const char *title;
    size_t row_size; /**< of the struct */
    const hc_row_field *fields;
    size_t field_count;
} hc_table_info;

/** The description of a table. Static; never NULL. */
const hc_table_info *hc_table_describe(hc_run_table table);

/** Whether the table gets rows while the run goes on. */
bool hc_table_grows(hc_run_table table);

/** @return the table of that name, HC_TABLE_COUNT when there is none. */
hc_run_table hc_table_find(const char *name);

/** @return the column of that name, NULL when there is none. */
const hc_row_field *hc_table_find_field(const hc_table_info *info, const char *name);

/** Text columns of a table. */
size_t hc_table_text_count(const hc_table_info *info);

/** Bytes of a column in the file; 0 for text, whose width is the file's choice. */
size_t hc_row_field_bytes(const hc_row_field *field);

/** Name of a value of an enum column, or NULL when it has no such value. */
const char *hc_row_field_value_name(const hc_row_field *field, uint8_t value);

#endif
