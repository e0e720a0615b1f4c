#include "cli/check_output.h"

#include "analysis/plain_text.h"
#include "cli/json_output.h"
#include "cli/trace_output.h"

#include <jansson.h>
#include <math.h>

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static const char *rejection_name(int reason)
{
    static const char *const NAMES[HC_REJECTION_COUNT] = {"none", "partition", "kind", "size",
                                                          "node", "host",      "plan"};
    return NAMES[reason + 1]; /* counted from the first real reason */
}

static json_t *weeks_of(const hc_survey *survey)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < survey->week_count; i++) {
        (void)json_array_append_new(list, json_pack("{s:o, s:I, s:o}", "begin_s",
                                                    hc_json_seconds(survey->weeks[i].begin), "jobs",
                                                    (json_int_t)survey->weeks[i].job_count, "load",
                                                    number(hc_survey_week_load(survey, i))));
    }
    return list;
}

static json_t *kind_names(const hc_machine *machine, uint64_t kinds)
{
    json_t *list = json_array();
    for (uint32_t i = 0; list != NULL && i < hc_machine_kind_count(machine); i++) {
        if ((kinds >> i & 1) != 0) {
            (void)json_array_append_new(list, hc_json_text(hc_machine_kind_name(machine, i)));
        }
    }
    return list;
}

static json_t *demands_of(const hc_assembly *a, const hc_survey *survey)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < survey->demand_count; i++) {
        const hc_survey_demand *d = &survey->demands[i];
        size_t week = 0;
        double peak = hc_survey_demand_peak(survey, d, &week);
        (void)json_array_append_new(
            list,
            json_pack("{s:o, s:I, s:I, s:o, s:o, s:o}", "kinds", kind_names(a->machine, d->kinds),
                      "gpus", (json_int_t)d->gpu_count, "jobs", (json_int_t)d->job_count, "load",
                      number(hc_survey_demand_load(survey, d)), "peak_load", number(peak),
                      "peak_week_s", hc_json_seconds(survey->weeks[week].begin)));
    }
    return list;
}

static json_t *make_object(const hc_assembly *a, const hc_survey *survey)
{
    json_t *traces = json_array();
    for (size_t i = 0; traces != NULL && i < a->trace_count; i++) {
        (void)json_array_append_new(traces, hc_trace_json(a->traces[i].file, a->traces[i].trace));
    }
    return json_pack(
        "{s:s, s:o, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:I, s:o}", "schema",
        "hindcast-check-1", "name", hc_json_text(a->name), "nodes",
        (json_int_t)hc_machine_node_count(a->machine), "gpus", (json_int_t)survey->gpu_count,
        "racks", (json_int_t)hc_machine_rack_count(a->machine), "traces", traces, "jobs",
        (json_int_t)survey->job_count, "limits_requested", (json_int_t)survey->requested_count,
        "load", number(hc_survey_load(survey)), "weeks", weeks_of(survey), "kinds",
        demands_of(a, survey), "never_fit",
        hc_json_counts(survey->rejection_counts + 1, HC_REJECTION_COUNT - 1, rejection_name),
        "censored_weeks", (json_int_t)survey->censored_week_count, "first_uncensored_s",
        survey->censored_week_count == 0
            ? json_null()
            : hc_json_seconds(survey->weeks[survey->censored_week_count].begin));
}

int hc_check_print_json(const hc_assembly *a, const hc_survey *survey)
{
    return hc_print_json(make_object(a, survey));
}
