#include "traces/kept_jobs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 1024 };

static const hc_kept_extra NO_EXTRA = {
    .end = HC_TIME_MISSING,
    .think_time = HC_TIME_MISSING,
    .preceding = HC_NO_INDEX,
};

int hc_kept_jobs_init(hc_kept_jobs *kept, hc_error *error)
{
    *kept = (hc_kept_jobs){.strings = hc_strings_create()};
    return kept->strings == NULL ? hc_error_memory(error) : 0;
}

void hc_kept_jobs_release(hc_kept_jobs *kept)
{
    hc_strings_destroy(kept->strings);
    free(kept->jobs);
    free(kept->extras);
}

/* Makes room for one more. @return the array, moved or not; NULL when memory is short: it is unchanged then. */
static void *grow(void *array, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void *grown = array;
    if (count >= *capacity) {
        grown = realloc(array, wanted * size);
        *capacity = grown == NULL ? *capacity : wanted;
    }
    return grown;
}

static hc_kept_extra extra_of(const hc_trace_job *job, bool is_end_derived)
{
    return (hc_kept_extra){
        .end = is_end_derived ? HC_TIME_MISSING : job->end,
        .think_time = job->think_time,
        .cpu_milli = job->cpu_milli,
        .memory_bytes = job->memory_bytes,
        .nodes = job->nodes,
        .preceding_id = job->preceding_id,
        .preceding = HC_NO_INDEX,
        .priority = job->priority,
        .line_high = (uint32_t)(job->line >> 32),
        .gpu_count_high = job->gpu_count >> HC_KEPT_GPU_BITS,
    };
}

static bool is_any(const hc_kept_extra *extra)
{
    return extra->end != HC_TIME_MISSING || extra->think_time != HC_TIME_MISSING ||
           extra->cpu_milli > 0 || extra->memory_bytes > 0 || extra->nodes > 0 ||
           extra->preceding_id > 0 || extra->priority != 0 || extra->line_high > 0 ||
           extra->gpu_count_high > 0;
}

/* @param row  [out] 0 when the job has no extra data. */
static int keep_extra(hc_kept_jobs *kept, const hc_trace_job *job, uint32_t *row, hc_error *error)
{
    bool is_end_derived = job->start != HC_TIME_MISSING && job->end == job->start + job->run_time;
    hc_kept_extra extra = extra_of(job, is_end_derived);
    hc_kept_extra *extras = NULL;
    *row = 0;
    if (!is_any(&extra)) {
        return 0;
    }
    kept->extra_count = kept->extra_count == 0 ? 1 : kept->extra_count;
    extras = grow(kept->extras, kept->extra_count, &kept->extra_capacity, sizeof *extras);
    if (extras == NULL) {
        return hc_error_memory(error);
    }
    kept->extras = extras;
    extras[0] = NO_EXTRA;
    *row = (uint32_t)kept->extra_count;
    extras[kept->extra_count++] = extra;
    return 0;
}

static int make_room(hc_kept_jobs *kept, hc_error *error)
{
    hc_kept_job *jobs = NULL;
    if (kept->count == UINT32_MAX - 1) { /* ids of jobs have 32 bits */
        return hc_error_set(error, HC_ERROR_TRACE, "more than %u jobs", UINT32_MAX - 1);
    }
    jobs = grow(kept->jobs, kept->count, &kept->capacity, sizeof *jobs);
    if (jobs == NULL) {
        return hc_error_memory(error);
    }
    kept->jobs = jobs;
    return 0;
}

int hc_kept_jobs_add(hc_kept_jobs *kept, const hc_trace_job *job, hc_error *error)
{
    uint32_t extra = 0;
    if (make_room(kept, error) < 0 || keep_extra(kept, job, &extra, error) < 0) {
        return -1;
    }
    kept->jobs[kept->count++] = (hc_kept_job){
        .submit = job->submit,
        .run_time = job->run_time,
        .start = job->start,
        .requested = job->requested_time,
        .line = (uint32_t)job->line,
        .id = job->id,
        .user = job->user,
        .group = job->group,
        .partition = job->partition,
        .kinds = job->kinds,
        .extra = extra,
        .gpu_count = job->gpu_count & ((1U << HC_KEPT_GPU_BITS) - 1),
        .gpu_milli = job->gpu_milli & 0x3ffU,
        .outcome = job->outcome & 0xfU,
        .is_single_node = job->is_single_node,
    };
    return 0;
}

void hc_kept_jobs_trim(hc_kept_jobs *kept)
{
    hc_kept_job *jobs = realloc(kept->jobs, (kept->count + 1) * sizeof *jobs);
    hc_kept_extra *extras = NULL;
    if (jobs != NULL) { /* else what is there serves as well */
        kept->jobs = jobs;
        kept->capacity = kept->count + 1;
    }
    if (kept->extra_count > 0) {
        extras = realloc(kept->extras, kept->extra_count * sizeof *extras);
    }
    if (extras != NULL) {
        kept->extras = extras;
        kept->extra_capacity = kept->extra_count;
    }
}

static const hc_kept_extra *extra_at(const hc_kept_jobs *kept, const hc_kept_job *job)
{
    assert(job->extra == 0 || job->extra < kept->extra_count);
    return job->extra == 0 ? &NO_EXTRA : &kept->extras[job->extra];
}

uint64_t hc_kept_jobs_line(const hc_kept_jobs *kept, const hc_kept_job *job)
{
    return (uint64_t)extra_at(kept, job)->line_high << 32 | job->line;
}

static void add_extra(hc_trace_job *out, const hc_kept_extra *extra)
{
    out->end = out->start == HC_TIME_MISSING ? extra->end : out->start + out->run_time;
    out->think_time = extra->think_time;
    out->cpu_milli = extra->cpu_milli;
    out->memory_bytes = extra->memory_bytes;
    out->nodes = extra->nodes;
    out->preceding_id = extra->preceding_id;
    out->preceding = extra->preceding;
    out->priority = extra->priority;
    out->line |= (uint64_t)extra->line_high << 32;
    out->gpu_count |= extra->gpu_count_high << HC_KEPT_GPU_BITS;
}

hc_trace_job hc_kept_jobs_get(const hc_kept_jobs *kept, size_t index)
{
    const hc_kept_job *job = &kept->jobs[index];
    hc_trace_job out = {
        .submit = job->submit,
        .start = job->start,
        .run_time = job->run_time,
        .time_limit = job->requested > job->run_time ? job->requested : job->run_time,
        .requested_time = job->requested,
        .line = job->line,
        .id = job->id,
        .user = job->user,
        .group = job->group,
        .partition = job->partition,
        .kinds = job->kinds,
        .gpu_count = job->gpu_count,
        .gpu_milli = (uint16_t)job->gpu_milli,
        .outcome = (uint8_t)job->outcome,
        .is_single_node = job->is_single_node,
        .is_limit_requested = job->requested != HC_TIME_MISSING,
    };
    assert(index < kept->count);
    add_extra(&out, extra_at(kept, job));
    return out;
}
