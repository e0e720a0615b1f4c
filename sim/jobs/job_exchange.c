#include "sim/jobs/job_exchange.h"

static void exchange_times(hc_job_spec *spec, hc_archive *archive)
{
    hc_archive_time(archive, &spec->submit);
    hc_archive_time(archive, &spec->run_time);
    hc_archive_time(archive, &spec->time_limit);
    hc_archive_time(archive, &spec->requested_time);
    hc_archive_time(archive, &spec->recorded_start);
    hc_archive_time(archive, &spec->recorded_end);
    hc_archive_time(archive, &spec->running_since);
    hc_archive_time(archive, &spec->think_time);
    (void)hc_archive_require(archive,
                             spec->run_time >= 0 && spec->time_limit >= 0 && spec->think_time >= 0,
                             "a job takes its time");
}

static void exchange_request(hc_request *request, hc_archive *archive)
{
    HC_EXCHANGE(archive, request->kinds);
    HC_EXCHANGE(archive, request->cpu_milli);
    HC_EXCHANGE(archive, request->memory_bytes);
    HC_EXCHANGE(archive, request->gpu_count);
    HC_EXCHANGE(archive, request->gpu_milli);
    hc_archive_bool(archive, &request->is_single_node);
}

static bool is_known(uint32_t index, const hc_job_source *source, uint32_t (*count)(void *self))
{
    return index == HC_NO_INDEX || count == NULL || index < count(source->self);
}

static void find_texts(hc_job_spec *spec, hc_archive *archive, const hc_job_source *source)
{
    spec->name = NULL;
    spec->recorded_nodes = NULL;
    if (source->find_texts != NULL && !hc_archive_has_failed(archive)) {
        (void)hc_archive_require(archive, source->find_texts(source->self, spec) == 0,
                                 "a job is one of the input");
    }
}

void hc_job_spec_exchange(hc_job_spec *spec, hc_archive *archive, const hc_job_source *source)
{
    exchange_times(spec, archive);
    exchange_request(&spec->request, archive);
    HC_EXCHANGE(archive, spec->line);
    HC_EXCHANGE(archive, spec->user);
    HC_EXCHANGE(archive, spec->group);
    HC_EXCHANGE(archive, spec->preceding);
    HC_EXCHANGE(archive, spec->place);
    HC_EXCHANGE(archive, spec->priority);
    HC_EXCHANGE(archive, spec->partition);
    HC_EXCHANGE(archive, spec->home);
    HC_EXCHANGE(archive, spec->workload);
    HC_EXCHANGE(archive, spec->trace);
    HC_EXCHANGE_ENUM(archive, spec->outcome, HC_OUTCOME_COUNT);
    hc_archive_bool(archive, &spec->is_limit_requested);
    hc_archive_bool(archive, &spec->is_running_at_start);
    hc_archive_bool(archive, &spec->has_preceding);
    if (hc_archive_is_loading(archive)) {
        (void)hc_archive_require(archive,
                                 is_known(spec->user, source, source->user_count) &&
                                     is_known(spec->group, source, source->group_count),
                                 "a job's user and group are of the input");
        find_texts(spec, archive, source);
    }
}
