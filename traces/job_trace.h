#ifndef HC_TRACES_JOB_TRACE_H
#define HC_TRACES_JOB_TRACE_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/interfaces/job_source.h"
#include "sim/jobs/job.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A job log as it was recorded, in one form for all formats, with a full account of its rows.
 *
 *  Every row of the input is exactly one of: kept (a job to simulate), quarantined (cannot be used, with a
 *  reason), never run (a sound record of a job that never started), filtered (the scenario leaves it out).
 *  rows = kept + quarantined + never run + filtered. */
typedef struct hc_job_trace hc_job_trace;

/** docs/formats.md tells what each is and how it is read. */
typedef enum hc_trace_format {
    HC_FORMAT_SWF = 0,
    HC_FORMAT_CSV,
    HC_FORMAT_PHILLY_SIA,
    HC_FORMAT_HELIOS,
    HC_FORMAT_OPENB,
    HC_FORMAT_HELIOS_LOG,
    HC_FORMAT_ACME_SEREN,
    HC_FORMAT_ACME_KALOS,
    HC_FORMAT_LINGJUN_RFOLD,
    HC_FORMAT_PHILLY,
    HC_FORMAT_PAI,
    HC_FORMAT_HINDCAST, /**< HDF5 that traces/job_file.h wrote */
    HC_FORMAT_COUNT,
} hc_trace_format;

/** As a scenario writes it: "philly-sia". */
const char *hc_trace_format_name(hc_trace_format format);

/** Columns of a CSV that a job can be read from; the scenario's `columns` says what they are called.
 *  Submit, start and end are seconds from an unknown zero or dates ("2017-10-02 06:00:03", also with a
 *  fraction or an offset), in one file never both; run time and limit are seconds. "null", "None", "NaN",
 *  "NA", "N/A" and "Unknown" count as empty where a time, a number or a kind is expected. */
typedef enum hc_column {
    HC_COLUMN_JOB_ID = 0, /**< when it is mapped, every row must have one */
    HC_COLUMN_SUBMIT,     /**< required */
    HC_COLUMN_START,
    HC_COLUMN_END,
    HC_COLUMN_RUNTIME, /**< required, or start and end, which outweigh it */
    HC_COLUMN_TIME_LIMIT,
    HC_COLUMN_GPUS,     /**< required; whole ("8", "63.0") or a part of one ("0.47") */
    HC_COLUMN_GPU_KIND, /**< one, or several joined by '|' */
    HC_COLUMN_CPUS,     /**< cores of the whole job, fractions allowed */
    HC_COLUMN_MEMORY,   /**< of the whole job, in bytes or with a unit ("80GiB") */
    HC_COLUMN_USER,
    HC_COLUMN_GROUP,
    HC_COLUMN_PARTITION,
    HC_COLUMN_STATUS,      /**< words of Slurm, Helios, Philly, PAI, Kubernetes in any case */
    HC_COLUMN_PRIORITY,    /**< whole, higher goes first, 32 bits with sign */
    HC_COLUMN_DEPENDS_ON,  /**< id of the job whose end it waited for before it was submitted */
    HC_COLUMN_THINK_TIME,  /**< seconds from that end to the submission */
    HC_COLUMN_NODES,       /**< where it ran: "name:gpus+name:gpus" */
    HC_COLUMN_SINGLE_NODE, /**< "true" or "false", "yes", "no", "1", "0": must not span nodes */
    HC_COLUMN_COUNT,
} hc_column;

/** As a scenario writes it: "time_limit". */
const char *hc_column_name(hc_column column);

/** Why a row cannot be used. */
typedef enum hc_quarantine_reason {
    HC_QUARANTINE_FIELD_COUNT = 0, /**< too few or too many fields */
    HC_QUARANTINE_NOT_A_NUMBER,    /**< a field that must be a number or a time is not one */
    HC_QUARANTINE_OUT_OF_RANGE,    /**< beyond what we can hold: a time past 140 years, 2^32 GPUs */
    HC_QUARANTINE_NO_ID,           /**< the format has ids and this row has none */
    HC_QUARANTINE_NO_SUBMIT,       /**< missing or negative */
    HC_QUARANTINE_NO_SIZE,         /**< missing or negative; in SWF also zero */
    HC_QUARANTINE_NO_RUN_TIME,     /**< it ran, but for how long is not known */
    HC_QUARANTINE_BAD_TIMES,       /**< end before start, start before submit */
    /** NUL, broken quotes; in an id or name: control characters, more than 255 bytes of UTF-8 */
    HC_QUARANTINE_BAD_TEXT,
    HC_QUARANTINE_COUNT,
} hc_quarantine_reason;

/** Why a row was left out on request. */
typedef enum hc_filter_reason {
    HC_FILTER_BEFORE_FROM = 0, /**< submitted, and with warm_start also ended, before `from` */
    HC_FILTER_AFTER_TO,
    HC_FILTER_CPU_JOB, /**< asks for 0 GPUs, in formats that have such jobs: all but SWF */
    HC_FILTER_COUNT,
} hc_filter_reason;

/** What was mended in rows that were kept; a row may count in several. */
typedef enum hc_repair {
    HC_REPAIR_LIMIT_RAISED = 0, /**< requested less than it ran: limit = run time */
    HC_REPAIR_LIMIT_MISSING,    /**< no request: limit = run time */
    HC_REPAIR_SIZE_FALLBACK,    /**< the preferred size field was empty, the other one was taken */
    HC_REPAIR_WAIT_DROPPED,     /**< recorded wait missing or negative: start unknown */
    HC_REPAIR_TIMES_DISAGREE,   /**< a given duration or GPU time differs from the time stamps */
    HC_REPAIR_ROUNDED,          /**< digits below a nanosecond or a thousandth were cut off */
    HC_REPAIR_LATIN1,           /**< an id or name is not valid UTF-8: it was read as Latin-1 */
    HC_REPAIR_ROUNDED_UP,     /**< parts of GPUs that cannot be simulated: whole ones were taken */
    HC_REPAIR_SUBMIT_MISSING, /**< no submit time: the start was taken */
    /** the job that it followed is not among the kept ones before it: it follows none */
    HC_REPAIR_PREDECESSOR_UNKNOWN,
    HC_REPAIR_NODES_DROPPED, /**< a node it ran on has no name that can be kept: its place is not known */
    HC_REPAIR_COUNT,
} hc_repair;

/** The account of one input file. */
typedef struct hc_import_report {
    uint64_t row_count; /**< data rows: no header, no comment, no blank line */
    uint64_t kept_count;
    uint64_t never_run_count;
    uint64_t quarantine_counts[HC_QUARANTINE_COUNT];
    uint64_t filter_counts[HC_FILTER_COUNT];
    uint64_t repair_counts[HC_REPAIR_COUNT];
    uint64_t duplicate_count; /**< kept rows equal in every field to one before them */
    uint64_t blank_line_count;
    bool is_unsorted; /**< submit times fell somewhere; rows that cannot be used count too */
} hc_import_report;

uint64_t hc_import_quarantined(const hc_import_report *report);
uint64_t hc_import_filtered(const hc_import_report *report);

/** True when every row is accounted for exactly once. */
bool hc_import_report_check(const hc_import_report *report);

/** Short fixed names ("no_submit"), and what they mean for people, without a full stop. */
const char *hc_quarantine_name(hc_quarantine_reason reason);
const char *hc_filter_name(hc_filter_reason reason);
const char *hc_repair_name(hc_repair repair);
const char *hc_quarantine_sentence(hc_quarantine_reason reason);
const char *hc_filter_sentence(hc_filter_reason reason);
const char *hc_repair_sentence(hc_repair repair);

/** One job of a trace. Text is an index into the trace's strings (hc_job_trace_string), 0 = none. Equal users,
 *  groups, partitions, kinds and lists of nodes have equal indices; ids need not. */
typedef struct hc_trace_job {
    hc_time submit;
    hc_time start; /**< HC_TIME_MISSING when not recorded; likewise end */
    hc_time end;
    hc_time run_time;
    hc_time time_limit; /**< as used: >= run_time */
    hc_time
        requested_time; /**< as asked for, > 0, also when it ran longer; HC_TIME_MISSING: none */
    hc_time think_time; /**< from the end of the job it followed; HC_TIME_MISSING: unknown */
    uint64_t cpu_milli;
    uint64_t memory_bytes;
    uint64_t line;
    uint32_t id;
    uint32_t user;
    uint32_t group;
    uint32_t partition;
    uint32_t kinds;        /**< GPU kinds it may use, joined by '|' */
    uint32_t nodes;        /**< where it was recorded: "name:gpus+name:gpus" */
    uint32_t preceding_id; /**< id of the job that it followed, as the log has it */
    uint32_t preceding;    /**< index of that job; HC_NO_INDEX: none, or not known */
    int32_t priority;      /**< higher goes first; 0 where none is given */
    uint32_t gpu_count;    /**< 0: a CPU job, which may name no CPUs either */
    uint16_t gpu_milli;    /**< of each GPU; below 1000 only with gpu_count 1 */
    uint8_t outcome;       /**< hc_outcome */
    bool is_single_node;
    bool is_limit_requested;
} hc_trace_job;

/** Where the file's zero lies. */
typedef enum hc_trace_clock {
    HC_CLOCK_UNKNOWN_ZERO = 0, /**< seconds from an unknown instant */
    HC_CLOCK_UNIX_ZERO, /**< seconds from an instant that the file names (SWF UnixStartTime) */
    HC_CLOCK_CIVIL,     /**< dates: nanoseconds since 1970-01-01, naive local time taken as UTC */
} hc_trace_clock;

typedef struct hc_trace_facts {
    hc_trace_format format;
    hc_trace_clock clock;
    int64_t unix_zero_seconds;  /**< for HC_CLOCK_UNIX_ZERO */
    char zone[64];              /**< as the file names it, "" when it does not */
    uint64_t header_processors; /**< SWF MaxProcs (MaxNodes when that is missing), 0 when unknown */
    char sha256[65];            /**< of the bytes of the file as stored */
    /** Files beside it that were read as well: "NAME sha256 HASH, NAME sha256 HASH"; "" when there are none. Room for
     *  four, whatever their names. */
    char joined_files[1536];
    char licence[64];     /**< SPDX id given in the scenario, else NOASSERTION */
    hc_time from;         /**< the bound `from` on the file's clock; HC_TIME_MISSING: none */
    hc_time first_submit; /**< of kept jobs; HC_TIME_MISSING when there are none */
    hc_time last_submit;
} hc_trace_facts;

enum { HC_SIZE_REQUESTED_FIRST = 0, HC_SIZE_ALLOCATED_FIRST = 1 };

typedef struct hc_trace_options {
    const char *path; /**< "-" reads standard input */
    hc_trace_format format;
    /** CSV: header names, NULL = not there (hc_column). All NULL: the columns have the names of hc_column_name,
     *  and those count that the header has. */
    const char *columns[HC_COLUMN_COUNT];
    const char *licence; /**< NULL: NOASSERTION */
    int size_preference; /**< SWF: fields 8 and 5 */

    /** Jobs submitted before `from` (see is_warm_start), or at or after `to`, are filtered. A civil bound is
     *  in nanoseconds since 1970, read as UTC; others count from the file's zero. */
    bool has_from, is_from_civil, has_to, is_to_civil;
    hc_time from;
    hc_time to;

    /** Jobs submitted before `from` are kept when they waited or ran at `from`. */
    bool is_warm_start;
    bool keeps_cpu_jobs;

    /** 0.001 .. 1000: gaps between submissions are divided by it, counted from `from` or else the first job;
     *  recorded starts and ends are dropped. 1 leaves all times untouched. */
    double load;

    /** 0 .. 1, share of rows: more is an error. 0.05 is usual, 1 accepts all. */
    double quarantine_limit;

    /** Every quarantined row is listed there as CSV (line,reason,text), also when there are too many of them;
     *  an old list is replaced. NULL: nowhere. */
    const char *quarantine_path;
} hc_trace_options;

/** Reads a whole log: plain or gzip, in one pass, with bounded memory per line.
 *  A range given by dates needs a file that knows dates, or its zero (SWF UnixStartTime); a range given by
 *  durations is counted from the file's zero and refused for a file of dates.
 *  @return 0 and a trace that the caller owns, or -1 with `error` set: HC_ERROR_TRACE: the input cannot be
 *  opened, is damaged, lacks a column, has no row, or too many rows that cannot be used; HC_ERROR_USAGE: the
 *  options; HC_ERROR_OUTPUT: the quarantine list could not be written; HC_ERROR_RUNTIME: the system.
 *  Cost: O(rows log rows); O(rows) when they are sorted. Memory: 64 bytes per kept row, 56 more for a row that
 *  tells of CPUs, memory, nodes, priority or predecessors, 48 more while rows that are not in order are sorted,
 *  and the text of ids and names. */
int hc_job_trace_read(hc_job_trace **out, const hc_trace_options *options, hc_error *error);

void hc_job_trace_destroy(hc_job_trace *trace);

/** Kept jobs in the order of submission (sim/interfaces/job_source.h). */
size_t hc_job_trace_count(const hc_job_trace *trace);
hc_trace_job hc_job_trace_job(const hc_job_trace *trace, size_t index);

/** The text behind an index, "" for 0. Borrowed; valid UTF-8, no control characters; ids and names have at most
 *  255 bytes, lists of nodes at most a line of the log. */
const char *hc_job_trace_string(const hc_job_trace *trace, uint32_t index);

const hc_import_report *hc_job_trace_report(const hc_job_trace *trace);
const hc_trace_facts *hc_job_trace_facts(const hc_job_trace *trace);

/** True when everything that this page promises holds: the sums of the report, the order of the jobs, and
 *  for each job sizes and times that agree, and texts as promised. O(jobs). */
bool hc_job_trace_check(const hc_job_trace *trace);

#endif
