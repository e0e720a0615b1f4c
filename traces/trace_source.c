#include "traces/trace_source.h"

#include "traces/name_list.h"
#include "traces/submission_order.h"

#include <stdlib.h>

/* A trace in the merge. */
typedef struct input {
    const hc_job_trace *trace;
    size_t count;
    size_t next;
    hc_trace_job first; /* the job at `next`, while there is one */
    uint32_t *numbers;  /* ids that its jobs got in the merge; NULL: they are their places */
} input;

/* A name that was asked for. */
typedef struct known_name {
    const hc_job_trace *trace;
    uint32_t string; /* in the trace's strings */
    uint32_t number;
} known_name;

enum { KNOWN_COUNT = 1024 };

typedef struct trace_source {
    input *inputs;
    size_t input_count;
    const hc_machine *machine;
    hc_time begin;
    hc_name_list *users;
    hc_name_list *groups;
    known_name known_users[KNOWN_COUNT];
    known_name known_groups[KNOWN_COUNT];
    hc_job_source_facts facts;
    uint32_t job_count; /* so far */
} trace_source;

static void destroy(void *self)
{
    trace_source *s = self;
    if (s == NULL) {
        return;
    }
    hc_name_list_destroy(s->users);
    hc_name_list_destroy(s->groups);
    for (size_t i = 0; i < s->input_count; i++) {
        free(s->inputs[i].numbers);
    }
    free(s->inputs);
    free(s);
}

static bool precedes(const input *a, const input *b)
{
    const hc_trace_job *x = &a->first;
    const hc_trace_job *y = &b->first;
    if (x->submit != y->submit) {
        return x->submit < y->submit;
    }
    return hc_submission_order_compare_ids(hc_job_trace_string(a->trace, x->id),
                                           hc_job_trace_string(b->trace, y->id)) < 0;
}

/* The input whose next job comes first; ties go to the first trace. */
static input *first_input(trace_source *s)
{
    input *first = NULL;
    for (size_t i = 0; i < s->input_count; i++) {
        input *candidate = &s->inputs[i];
        if (candidate->next < candidate->count && (first == NULL || precedes(candidate, first))) {
            first = candidate;
        }
    }
    return first;
}

static hc_partition_id find_partition(const trace_source *s, const char *name)
{
    if (hc_machine_partition_count(s->machine) == 1) {
        return (hc_partition_id){0};
    }
    return hc_machine_find_partition(s->machine, name);
}

/* The number of a name of a trace. Few names make most jobs: those that were asked for last are remembered by their
 * place in the trace's strings. */
static int find_name(known_name *known, hc_name_list *names, const hc_job_trace *trace,
                     uint32_t string, uint32_t *out, hc_error *error)
{
    known_name *k = &known[string % KNOWN_COUNT];
    const char *name = NULL;
    if (k->trace == trace && k->string == string) {
        *out = k->number;
        return 0;
    }
    name = hc_job_trace_string(trace, string);
    *out = HC_NO_INDEX;
    if (name[0] != '\0' && hc_name_list_add(names, name, out, error) < 0) {
        return -1;
    }
    *k = (known_name){trace, string, *out};
    return 0;
}

/* CPU jobs may run anywhere, others on the kinds they name. */
static uint64_t find_kinds(const trace_source *s, const hc_trace_job *job, const char *names)
{
    return job->gpu_count == 0 ? UINT64_MAX : hc_machine_kinds(s->machine, names);
}

/* What a trace may tell of a job beside size and times. */
static void add_rare(hc_job_spec *out, const input *from, const hc_trace_job *job)
{
    const char *nodes = hc_job_trace_string(from->trace, job->nodes);
    out->recorded_nodes = nodes[0] == '\0' ? NULL : nodes;
    out->priority = job->priority;
    out->has_preceding = job->preceding != HC_NO_INDEX;
    if (out->has_preceding) {
        out->preceding = from->numbers == NULL ? job->preceding : from->numbers[job->preceding];
        out->think_time = job->think_time;
    }
}

static int convert(trace_source *s, const input *from, hc_job_spec *out, hc_error *error)
{
    const hc_job_trace *trace = from->trace;
    const hc_trace_job *job = &from->first;
    const char *id = hc_job_trace_string(trace, job->id);
    *out = (hc_job_spec){
        .name = id[0] == '\0' ? NULL : id,
        .submit = job->submit,
        .run_time = job->run_time,
        .time_limit = job->time_limit,
        .requested_time = job->is_limit_requested ? job->requested_time : 0,
        .recorded_start = job->start,
        .recorded_end = job->end,
        .line = job->line,
        .request = {.kinds = find_kinds(s, job, hc_job_trace_string(trace, job->kinds)),
                    .cpu_milli = job->cpu_milli,
                    .memory_bytes = job->memory_bytes,
                    .gpu_count = job->gpu_count,
                    .gpu_milli = job->gpu_milli,
                    .is_single_node = job->is_single_node || job->gpu_count == 0},
        .partition = find_partition(s, hc_job_trace_string(trace, job->partition)),
        .trace = (uint16_t)(from - s->inputs),
        .place = (uint32_t)from->next,
        .outcome = (hc_outcome)job->outcome,
        .is_limit_requested = job->is_limit_requested,
    };
    add_rare(out, from, job);
    out->running_since = job->start == HC_TIME_MISSING ? job->submit : job->start;
    out->is_running_at_start = s->begin != HC_TIME_MISSING && job->submit < s->begin &&
                               out->running_since <= s->begin &&
                               out->running_since + job->run_time > s->begin;
    if (find_name(s->known_users, s->users, trace, job->user, &out->user, error) < 0) {
        return -1;
    }
    return find_name(s->known_groups, s->groups, trace, job->group, &out->group, error);
}

static void advance(input *from)
{
    if (++from->next < from->count) {
        from->first = hc_job_trace_job(from->trace, from->next);
    }
}

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    trace_source *s = self;
    input *from = first_input(s);
    if (from == NULL) {
        return 0;
    }
    if (convert(s, from, out, error) < 0) {
        return -1;
    }
    if (from->numbers != NULL) {
        from->numbers[from->next] = s->job_count;
    }
    s->job_count++;
    advance(from);
    return 1;
}

static hc_job_source_facts facts(void *self)
{
    return ((const trace_source *)self)->facts;
}

static const char *user_name(void *self, uint32_t user)
{
    return hc_name_list_get(((const trace_source *)self)->users, user);
}

static const char *group_name(void *self, uint32_t group)
{
    return hc_name_list_get(((const trace_source *)self)->groups, group);
}

static uint32_t user_count(void *self)
{
    return hc_name_list_count(((const trace_source *)self)->users);
}

static uint32_t group_count(void *self)
{
    return hc_name_list_count(((const trace_source *)self)->groups);
}

static int find_texts(void *self, hc_job_spec *spec)
{
    const trace_source *s = self;
    hc_trace_job job;
    const char *id = NULL;
    const char *nodes = NULL;
    if (spec->trace >= s->input_count || spec->place >= s->inputs[spec->trace].count) {
        return -1;
    }
    job = hc_job_trace_job(s->inputs[spec->trace].trace, spec->place);
    id = hc_job_trace_string(s->inputs[spec->trace].trace, job.id);
    nodes = hc_job_trace_string(s->inputs[spec->trace].trace, job.nodes);
    spec->name = id[0] == '\0' ? NULL : id;
    spec->recorded_nodes = nodes[0] == '\0' ? NULL : nodes;
    return 0;
}

/* One look at all jobs: names get their numbers before the first job leaves, and the facts are known.
 * @param has_links  [out] some job follows another */
static int survey(trace_source *s, const input *in, bool *has_links, hc_error *error)
{
    for (size_t i = 0; i < in->count; i++) {
        hc_trace_job job = hc_job_trace_job(in->trace, i);
        uint32_t number = 0;
        if (find_name(s->known_users, s->users, in->trace, job.user, &number, error) < 0 ||
            find_name(s->known_groups, s->groups, in->trace, job.group, &number, error) < 0) {
            return -1;
        }
        s->facts.has_shared_gpus |= job.gpu_milli < HC_WHOLE_GPU;
        s->facts.has_host_needs |= job.cpu_milli > 0 || job.memory_bytes > 0;
        *has_links |= job.preceding != HC_NO_INDEX;
        s->facts.last_submit =
            job.submit > s->facts.last_submit ? job.submit : s->facts.last_submit;
    }
    return 0;
}

/* @param trace_count  with one trace, places of jobs are their numbers */
static int add_input(trace_source *s, const hc_job_trace *trace, size_t trace_count,
                     hc_error *error)
{
    input *in = &s->inputs[s->input_count++];
    bool has_links = false;
    *in = (input){.trace = trace, .count = hc_job_trace_count(trace)};
    s->facts.job_count += in->count;
    if (in->count > 0) {
        in->first = hc_job_trace_job(trace, 0);
    }
    if (survey(s, in, &has_links, error) < 0) {
        return -1;
    }
    if (has_links && trace_count > 1 && in->count > 0) {
        in->numbers = malloc(in->count * sizeof *in->numbers);
        return in->numbers == NULL ? hc_error_memory(error) : 0;
    }
    return 0;
}

static int set_up(trace_source *s, const hc_job_trace *const *traces, size_t trace_count,
                  hc_error *error)
{
    s->facts.last_submit = HC_TIME_MISSING;
    s->inputs = calloc(trace_count == 0 ? 1 : trace_count, sizeof *s->inputs);
    s->users = hc_name_list_create();
    s->groups = hc_name_list_create();
    if (s->inputs == NULL || s->users == NULL || s->groups == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < trace_count; i++) {
        if (add_input(s, traces[i], trace_count, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_trace_source_create(hc_job_source *out, const hc_job_trace *const *traces,
                           size_t trace_count, const hc_machine *machine, hc_time begin,
                           hc_error *error)
{
    trace_source *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    s->machine = machine;
    s->begin = begin;
    if (set_up(s, traces, trace_count, error) < 0) {
        destroy(s);
        return -1;
    }
    *out = (hc_job_source){
        .self = s,
        .next = next_job,
        .facts = facts,
        .user_name = user_name,
        .group_name = group_name,
        .user_count = user_count,
        .group_count = group_count,
        .find_texts = find_texts,
        .destroy = destroy,
    };
    return 0;
}
