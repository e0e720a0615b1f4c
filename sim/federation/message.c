#include "sim/federation/message.h"

#include <assert.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "messages are defined on little-endian machines"
#endif

enum { VERSION = 2 };

/* A job as it travels, without padding; its name follows. */
typedef struct job_form {
    int64_t submit;
    int64_t run_time;
    int64_t time_limit;
    int64_t requested_time;
    int64_t recorded_start;
    int64_t recorded_end;
    int64_t running_since;
    uint64_t line;
    uint64_t kinds;
    uint64_t cpu_milli;
    uint64_t memory_bytes;
    uint32_t id;
    uint32_t gpu_count;
    uint32_t user;
    uint32_t group;
    int32_t priority;
    uint16_t gpu_milli;
    uint16_t trace;
    uint16_t home;
    uint8_t version;
    uint8_t name_length;
    uint8_t has_name;
    uint8_t outcome;
    uint8_t is_single_node;
    uint8_t is_limit_requested;
    uint32_t place;
    uint32_t workload;
} job_form;

_Static_assert(sizeof(job_form) == HC_JOB_MESSAGE_HEAD, "the form of a job has padding");

typedef struct report_form {
    int64_t time;
    uint64_t claimed_milli;
    int64_t wait;
    uint64_t sent_count;
    uint32_t is_closed;
    uint32_t version;
} report_form;

_Static_assert(sizeof(report_form) == 40, "the form of a report has padding");

size_t hc_job_message_write(const hc_job_spec *spec, hc_job_id id, unsigned char *out)
{
    size_t name_length = spec->name == NULL ? 0 : strlen(spec->name);
    job_form form = {
        .submit = spec->submit,
        .run_time = spec->run_time,
        .time_limit = spec->time_limit,
        .requested_time = spec->requested_time,
        .recorded_start = spec->recorded_start,
        .recorded_end = spec->recorded_end,
        .running_since = spec->running_since,
        .line = spec->line,
        .kinds = spec->request.kinds,
        .cpu_milli = spec->request.cpu_milli,
        .memory_bytes = spec->request.memory_bytes,
        .id = id.index,
        .gpu_count = spec->request.gpu_count,
        .user = spec->user,
        .group = spec->group,
        .priority = spec->priority,
        .place = spec->place,
        .workload = spec->workload,
        .gpu_milli = spec->request.gpu_milli,
        .trace = spec->trace,
        .home = spec->home.index,
        .version = VERSION,
        .name_length = (uint8_t)name_length,
        .has_name = spec->name != NULL,
        .outcome = (uint8_t)spec->outcome,
        .is_single_node = spec->request.is_single_node,
        .is_limit_requested = spec->is_limit_requested,
    };
    assert(name_length <= HC_JOB_NAME_LIMIT);
    memcpy(out, &form, sizeof form);
    if (name_length > 0) {
        memcpy(out + sizeof form, spec->name, name_length);
    }
    return sizeof form + name_length;
}

static hc_job_spec spec_of(const job_form *form, const char *name)
{
    return (hc_job_spec){
        .name = name,
        .submit = form->submit,
        .run_time = form->run_time,
        .time_limit = form->time_limit,
        .requested_time = form->requested_time,
        .recorded_start = form->recorded_start,
        .recorded_end = form->recorded_end,
        .running_since = form->running_since,
        .line = form->line,
        .request = {.kinds = form->kinds,
                    .cpu_milli = form->cpu_milli,
                    .memory_bytes = form->memory_bytes,
                    .gpu_count = form->gpu_count,
                    .gpu_milli = form->gpu_milli,
                    .is_single_node = form->is_single_node != 0},
        .user = form->user,
        .group = form->group,
        .priority = form->priority,
        .place = form->place,
        .workload = form->workload,
        .trace = form->trace,
        .home = {form->home},
        .outcome = (hc_outcome)form->outcome,
        .is_limit_requested = form->is_limit_requested != 0,
    };
}

static int refuse(const char *what, size_t size, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_INTERNAL, "a message of %zu bytes is no %s", size, what);
}

int hc_job_message_read(hc_job_spec *spec, hc_job_id *id, char *name, const unsigned char *bytes,
                        size_t size, hc_error *error)
{
    job_form form;
    if (size < sizeof form) {
        return refuse("job", size, error);
    }
    memcpy(&form, bytes, sizeof form);
    if (form.version != VERSION || size != sizeof form + form.name_length ||
        form.outcome >= HC_OUTCOME_COUNT || form.run_time < 0 || form.time_limit < 0 ||
        form.gpu_milli > HC_WHOLE_GPU || (form.gpu_milli < HC_WHOLE_GPU && form.gpu_count != 1)) {
        return refuse("job", size, error);
    }
    memcpy(name, bytes + sizeof form, form.name_length);
    name[form.name_length] = '\0';
    *id = (hc_job_id){form.id};
    *spec = spec_of(&form, form.has_name != 0 ? name : NULL);
    return 0;
}

size_t hc_report_message_write(const hc_site_report *report, unsigned char *out)
{
    report_form form = {
        .time = report->time,
        .claimed_milli = report->claimed_milli,
        .wait = report->wait,
        .sent_count = report->sent_count,
        .is_closed = report->is_closed,
        .version = VERSION,
    };
    memcpy(out, &form, sizeof form);
    return sizeof form;
}

int hc_report_message_read(hc_site_report *report, const unsigned char *bytes, size_t size,
                           hc_error *error)
{
    report_form form;
    if (size != sizeof form) {
        return refuse("report", size, error);
    }
    memcpy(&form, bytes, sizeof form);
    if (form.version != VERSION) {
        return refuse("report", size, error);
    }
    *report = (hc_site_report){
        .time = form.time,
        .claimed_milli = form.claimed_milli,
        .wait = form.wait,
        .sent_count = form.sent_count,
        .is_closed = form.is_closed != 0,
    };
    return 0;
}
