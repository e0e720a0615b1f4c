#ifndef HC_TRACES_LIST_H
#define HC_TRACES_LIST_H

#include "sim/error.h"
#include "traces/job_trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Published lists that are not lists of jobs: failures of nodes, availability of spot machines, prices, capacity
 *  over time. Each format is read into one of four kinds of rows, in order of time. */
typedef struct hc_list hc_list;

typedef enum hc_list_kind {
    HC_LIST_FAULTS = 0,
    HC_LIST_AVAILABILITY,
    HC_LIST_PRICES,
    HC_LIST_CAPACITY,
    HC_LIST_KIND_COUNT,
} hc_list_kind;

typedef enum hc_list_format {
    HC_LIST_INFINITEHBD = 0,  /**< faults, JSON: fault_start and fault_end, in days */
    HC_LIST_LANL,             /**< faults, CSV: LA-UR-05-7318 */
    HC_LIST_GRID5000,         /**< faults, event trace of the Failure Trace Archive */
    HC_LIST_SKYPILOT_SPOT,    /**< availability, JSON: machines per tick */
    HC_LIST_BAMBOO,           /**< availability: ms,add|remove,node; or date, time, count */
    HC_LIST_AWS_SPOT,         /**< prices, JSON of describe-spot-price-history */
    HC_LIST_AZURE_PRICES,     /**< prices, CSV: a row per day, a column per size */
    HC_LIST_CLOUD_GPUS,       /**< prices, CSV of many clouds */
    HC_LIST_SKYPILOT_CATALOG, /**< prices, CSV */
    HC_LIST_GPU_CALENDAR,     /**< capacity, CSV: a row per day, a column per group, total */
    HC_LIST_FORMAT_COUNT,
} hc_list_format;

/** As a user writes it: "infinitehbd". */
const char *hc_list_format_name(hc_list_format format);
hc_list_kind hc_list_format_kind(hc_list_format format);

/** A node was down. Faults of one node may overlap: it is up when as many have ended as have begun. */
typedef struct hc_fault_interval {
    hc_time start;
    hc_time end; /**< >= start; HC_TIME_MISSING: not repaired while the list goes on */
    const char *node;
    const char *cause; /**< "" when the list does not say */
} hc_fault_interval;

/** So many machines of a pool could be had. */
typedef struct hc_availability_step {
    hc_time begin;
    hc_time end; /**< > begin; HC_TIME_MISSING: until the list ends */
    int64_t
        price_nano_usd; /**< billionths of a dollar per machine and hour; INT64_MIN: not given */
    uint32_t available;
    const char *pool;
} hc_availability_step;

/** A price from a time on. */
typedef struct hc_price_point {
    hc_time time;           /**< HC_TIME_MISSING: a price list without dates */
    int64_t price_nano_usd; /**< billionths of a dollar per hour, of the whole instance; >= 0 */
    uint32_t gpus;          /**< of the instance; 0: not given */
    const char *provider;
    const char *region;   /**< or zone */
    const char *instance; /**< "p3.2xlarge" */
    const char *gpu_kind;
    const char *market; /**< "spot" or "on-demand" */
} hc_price_point;

/** A group had so many GPUs. */
typedef struct hc_capacity_step {
    hc_time begin;
    hc_time end; /**< > begin; that of the last one is the end of the last day */
    uint32_t gpus;
    const char *group;
} hc_capacity_step;

/** The account of one input. rows = used + quarantined. */
typedef struct hc_list_report {
    uint64_t row_count;
    uint64_t used_count;
    uint64_t quarantine_counts[HC_QUARANTINE_COUNT];
    uint64_t blank_line_count;
    uint64_t duplicate_count; /**< items equal in everything to one before them */
    uint64_t open_count;      /**< faults whose end the list does not have */
    uint64_t overlap_count;   /**< faults that start while their node is down */
    /** Rows that contradict themselves: a down time more than a minute off end less start (the end stands), groups that
     *  do not add up to the total. */
    uint64_t disagree_count;
    bool is_unsorted; /**< times fell somewhere; newest first counts too */
} hc_list_report;

uint64_t hc_list_quarantined(const hc_list_report *report);

typedef struct hc_list_options {
    const char *path; /**< "-" reads standard input */
    hc_list_format format;
    double quarantine_limit;     /**< 0 .. 1, share of rows: more is an error */
    const char *quarantine_path; /**< every quarantined row is listed there; NULL: nowhere */
} hc_list_options;

/** Reads a list: plain or gzip, in one pass.
 *  @return 0 and a list that the caller owns, or -1 with `error` set, as hc_job_trace_read.
 *  Cost: O(rows log rows). Memory: 48 bytes per item, 96 while it is sorted, and the distinct texts. */
int hc_list_read(hc_list **out, const hc_list_options *options, hc_error *error);

void hc_list_destroy(hc_list *list);

hc_list_format hc_list_format_of(const hc_list *list);
hc_trace_clock hc_list_clock(const hc_list *list);
const char *hc_list_sha256(const hc_list *list);
const hc_list_report *hc_list_report_of(const hc_list *list);

/** Items, in order of time. Each function is for lists of its kind; texts are borrowed from the list. */
size_t hc_list_count(const hc_list *list);
hc_fault_interval hc_list_fault(const hc_list *list, size_t index);
hc_availability_step hc_list_availability(const hc_list *list, size_t index);
hc_price_point hc_list_price(const hc_list *list, size_t index);
hc_capacity_step hc_list_capacity(const hc_list *list, size_t index);

/** True when everything that this page promises holds. O(items). */
bool hc_list_check(const hc_list *list);

/** Writes the items as CSV, or as a table in HDF5 (traces/run/plain_table.h), under another name and renamed when
 *  the file is whole.
 *  @param may_replace  false: a file of that name is an error (HC_ERROR_USAGE)
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_list_write_csv(const hc_list *list, const char *path, bool may_replace, hc_error *error);
int hc_list_write_hdf5(const hc_list *list, const char *path, bool may_replace, hc_error *error);

#endif
