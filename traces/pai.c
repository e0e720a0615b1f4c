#include "traces/column_reader.h"
#include "traces/pai_tables.h"
#include "traces/status_word.h"
#include "traces/trace_reader.h"

#include "sim/int128.h"
#include "traces/name_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Alibaba cluster-trace-gpu-v2020 (PAI; NSDI'22): the task table, which has no header row, joined with the tables
 * beside it (traces/pai_tables.h). A task is a gang of equal instances and becomes one job. Times are seconds
 * from an unknown zero that keeps the hour and the weekday in UTC+8; CPUs and GPUs are percent of one, per
 * instance. */

#define HEADER \
    "job_name,task_name,inst_num,status,start_time,end_time,plan_cpu,plan_mem,plan_gpu,gpu_type"

enum {
    JOB_NAME = 0,
    TASK_NAME,
    INST_NUM,
    STATUS,
    START,
    END,
    PLAN_CPU,
    PLAN_MEM,
    PLAN_GPU,
    GPU_TYPE,
    COLUMN_COUNT
};

static const char *const NAMES[COLUMN_COUNT] = {
    [JOB_NAME] = "job_name", [TASK_NAME] = "task_name", [INST_NUM] = "inst_num",
    [STATUS] = "status",     [START] = "start_time",    [END] = "end_time",
    [PLAN_CPU] = "plan_cpu", [PLAN_MEM] = "plan_mem",   [PLAN_GPU] = "plan_gpu",
    [GPU_TYPE] = "gpu_type",
};

/* Percent are read to their thousandths. */
enum { WHOLE_PERCENT = 100000, PERCENT_PER_MILLI = WHOLE_PERCENT / HC_WHOLE_GPU };

/* Two names that are too long make an id that is. */
enum { ID_SIZE = 2 * HC_NAME_SIZE + 2 };

typedef struct pai {
    hc_column_reader *columns;
    hc_pai_tables *tables;
    char id[ID_SIZE];
} pai;

static void close_pai(void *self)
{
    pai *p = self;
    if (p != NULL) {
        hc_column_reader_close(p->columns);
        hc_pai_tables_close(p->tables);
        free(p);
    }
}

static int open_pai(void **self, hc_input_file *input, const hc_trace_options *options,
                    hc_trace_facts *facts, hc_error *error)
{
    pai *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return hc_error_memory(error);
    }
    (void)snprintf(facts->zone, sizeof facts->zone, "UTC+8");
    hc_input_file_insert_line(input, HEADER);
    if (hc_column_reader_open(&p->columns, input, NAMES, COLUMN_COUNT, NULL, error) < 0 ||
        hc_pai_tables_open(&p->tables, options->path, facts, error) < 0) {
        close_pai(p);
        return -1;
    }
    *self = p;
    return 0;
}

/* As much of a name as shows that it is too long. */
static int cut(hc_field name)
{
    return name.length < HC_NAME_SIZE ? (int)name.length : HC_NAME_SIZE;
}

/* "job/task". */
static hc_field make_id(pai *p, hc_field job, hc_field task)
{
    int length = 0;
    if (job.length == 0 || task.length == 0) {
        return job;
    }
    length = snprintf(p->id, sizeof p->id, "%.*s/%.*s", cut(job), job.text, cut(task), task.text);
    return (hc_field){p->id, (size_t)length};
}

/* Parts of a GPU can be simulated for one instance on one GPU. A gang with such parts, and parts above a whole
 * GPU, get whole GPUs: as many as the parts fill. */
static void read_gpus(hc_trace_record *out, int64_t instance_count, int64_t percent)
{
    hc_int128 total = (hc_int128)instance_count * percent;
    bool has_parts = percent % WHOLE_PERCENT != 0;
    if (instance_count <= 0 || percent < 0) {
        hc_trace_record_fail(out, HC_QUARANTINE_NO_SIZE);
    } else if (total / WHOLE_PERCENT >= UINT32_MAX) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
    } else if (instance_count == 1 && has_parts && percent < WHOLE_PERCENT) {
        out->gpu_count = 1;
        out->gpu_milli = percent / PERCENT_PER_MILLI;
        if (percent % PERCENT_PER_MILLI != 0) {
            hc_trace_record_repair(out, HC_REPAIR_ROUNDED);
        }
    } else {
        out->gpu_count = (int64_t)((total + WHOLE_PERCENT - 1) / WHOLE_PERCENT);
        if (has_parts) {
            hc_trace_record_repair(out, HC_REPAIR_ROUNDED_UP);
        }
    }
}

/* The published 29.296875 "GB" are 30,000 MiB: the unit is GiB. The value has nine decimals. */
static void read_memory(const hc_column_reader *columns, hc_trace_record *out,
                        int64_t instance_count)
{
    hc_time gib_nano = hc_trace_record_seconds(out, hc_column_reader_field(columns, PLAN_MEM));
    hc_int128 bytes = 0;
    if (gib_nano == HC_TIME_MISSING || instance_count < 0) {
        return;
    }
    if (gib_nano < 0 || instance_count > UINT32_MAX) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
        return;
    }
    bytes = (hc_int128)gib_nano * instance_count * (INT64_C(1) << 30) / HC_SECOND;
    if (bytes > INT64_MAX) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
    } else {
        out->memory_bytes = (int64_t)bytes;
    }
}

static void read_request(const hc_column_reader *columns, hc_trace_record *out)
{
    int64_t gpu = hc_trace_record_milli(out, hc_column_reader_field(columns, PLAN_GPU), 0);
    bool is_lost = gpu == 0 && out->repairs != 0; /* less than can be held is not no GPU */
    int64_t instance_count =
        hc_trace_record_whole(out, hc_column_reader_field(columns, INST_NUM), HC_SIZE_MISSING);
    int64_t cpu = hc_trace_record_milli(out, hc_column_reader_field(columns, PLAN_CPU), 0);
    hc_field kind = hc_column_reader_field(columns, GPU_TYPE);
    hc_int128 cpu_total = (hc_int128)cpu * instance_count / PERCENT_PER_MILLI;
    read_gpus(out, instance_count, gpu);
    read_memory(columns, out, instance_count);
    if (is_lost || cpu_total < 0 || cpu_total > INT64_MAX) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
    } else {
        out->cpu_milli = (int64_t)cpu_total;
    }
    out->is_single_node = instance_count == 1;
    if (!hc_field_is_missing(kind)) {
        out->kinds = kind;
    }
}

/* What the table of jobs knows; without it a task is taken as submitted when it started. */
static void join(const pai *p, hc_field job_name, hc_trace_record *out)
{
    hc_pai_job job = {.submit = HC_TIME_MISSING};
    if (hc_pai_tables_find(p->tables, job_name, &job)) {
        out->user = job.user;
        out->group = job.group;
    }
    out->submit = job.submit;
    if (job.submit == HC_TIME_MISSING && out->start != HC_TIME_MISSING) {
        out->submit = out->start;
        hc_trace_record_repair(out, HC_REPAIR_SUBMIT_MISSING);
    }
}

static void read_task(pai *p, hc_trace_record *out)
{
    const hc_column_reader *columns = p->columns;
    hc_field job_name = hc_column_reader_field(columns, JOB_NAME);
    hc_field status = hc_column_reader_field(columns, STATUS);
    out->needs_id = true;
    out->id = make_id(p, job_name, hc_column_reader_field(columns, TASK_NAME));
    read_request(columns, out);
    out->start = hc_trace_record_seconds(out, hc_column_reader_field(columns, START));
    out->end = hc_trace_record_seconds(out, hc_column_reader_field(columns, END));
    out->outcome = hc_status_outcome(status);
    out->is_never_run = out->start == HC_TIME_MISSING &&
                        (hc_status_is_waiting(status) || out->end == HC_TIME_MISSING);
    join(p, job_name, out);
}

static int next_task(void *self, hc_trace_record *out, hc_error *error)
{
    pai *p = self;
    int status = 0;
    do {
        status = hc_column_reader_next(p->columns, out, error);
    } while (status == 1 && hc_pai_is_header(&out->line, HEADER));
    if (status == 1 && !out->has_fault) {
        read_task(p, out);
    }
    return status;
}

static uint64_t blank_line_count(const void *self)
{
    return hc_column_reader_blank_line_count(((const pai *)self)->columns);
}

const hc_trace_reader hc_pai_reader = {
    .name = "pai",
    .open = open_pai,
    .next = next_task,
    .blank_line_count = blank_line_count,
    .close = close_pai,
};
