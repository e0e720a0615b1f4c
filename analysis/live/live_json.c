#include "analysis/live/live_json.h"

#include "analysis/metrics.h"
#include "sim/civil_time.h"
#include "sim/engine/digest.h"
#include "traces/run/records.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *seconds(hc_time time)
{
    return time == HC_TIME_MISSING ? json_null() : json_real((double)time / (double)HC_SECOND);
}

static json_t *digest_text(uint64_t digest, bool is_known)
{
    char text[HC_DIGEST_TEXT_SIZE];
    hc_digest_format((hc_digest){digest}, text);
    return is_known ? json_string(text) : json_null();
}

static json_t *instant(const hc_live_view *view)
{
    char text[HC_CIVIL_TEXT_SIZE];
    if (view->now == HC_TIME_MISSING) {
        return json_null();
    }
    hc_run_clock_instant(&view->clock, view->now, text);
    return json_string(text);
}

static json_t *jobs(const hc_live_view *view)
{
    const hc_live_jobs *j = &view->jobs;
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "submitted", count(j->submitted),
                     "waiting", count(j->waiting), "running", count(j->running), "ended",
                     count(j->ended), "rejected", count(j->rejected), "timed_out",
                     count(j->timed_out), "preemptions", count(j->preemptions));
}

static json_t *gpus(const hc_live_view *view)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "total", count(view->gpus), "busy",
                     json_real((double)view->busy_milli / 1000), "in_service",
                     json_real((double)view->service_milli / 1000), "utilization",
                     real(view->utilization), "utilization_so_far", real(view->utilization_so_far));
}

static json_t *gpu_seconds(hc_int128 held)
{
    hc_gpu_time time = hc_gpu_time_split(held);
    char text[64];
    (void)snprintf(text, sizeof text, "%" PRId64 ".%09" PRId32 "%03" PRIu16, time.seconds,
                   time.nanoseconds, time.picoseconds);
    return json_string(text);
}

static json_t *stream(const hc_live_view *view)
{
    const char *phase = !view->is_known ? "waiting" : view->is_over ? "over" : "live";
    return json_pack("{s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:o, s:s, s:i, s:i, s:i, s:i}", "phase",
                     phase, "rows", count(view->rows), "lost_rows", count(view->lost_rows),
                     "broken_rows", count(view->broken_rows), "exact", view->is_exact, "complete",
                     view->is_complete, "digest_right", view->is_digest_right, "digest",
                     digest_text(view->stream_digest, view->is_over), "note", view->note,
                     "run_ranks", (int)view->rank_count, "first_rank", (int)view->first_rank,
                     "ranks", (int)view->ranks, "ended_ranks", (int)view->ended_ranks);
}

static json_t *points_json(const hc_live_point *points, size_t point_count)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < point_count; i++) {
        json_t *pair = json_pack("[o, o]", seconds(points[i].time), real(points[i].value));
        if (pair == NULL || json_array_append_new(list, pair) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *series_json(hc_live_state *state)
{
    const hc_live_series *series = hc_live_state_series(state);
    hc_live_point *points = malloc(HC_LIVE_POINTS * sizeof *points);
    json_t *utilization = NULL;
    json_t *queue = NULL;
    json_t *running = NULL;
    if (points == NULL) {
        return NULL;
    }
    utilization = points_json(points, hc_live_series_utilization(series, points));
    queue = points_json(points, hc_live_series_points(series, HC_LIVE_QUEUE, points));
    running = points_json(points, hc_live_series_points(series, HC_LIVE_RUNNING, points));
    free(points);
    return json_pack("{s:o, s:o, s:o}", "utilization", utilization, "queue", queue, "running",
                     running);
}

static json_t *header(const hc_live_view *view)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
                     "hindcast-watch-1", "version", 1, "run", view->run, "name", view->name,
                     "policy", view->policy, "digest", view->run_digest, "dated",
                     view->clock.is_dated, "zero_s", seconds(view->clock.zero), "begin_s",
                     seconds(view->begin), "now_s", seconds(view->now), "now", instant(view),
                     "last_submit_s", seconds(view->last_submit), "progress", real(view->progress));
}

json_t *hc_live_json(hc_live_state *state, double gpu_hour_dollars, bool has_series)
{
    hc_live_view view;
    json_t *object = NULL;
    json_t *rest = NULL;
    double hours = 0;
    hc_live_state_view(state, &view);
    hours = hc_gpu_hours(view.held_milli_ns);
    object = header(&view);
    rest = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "events",
        isnan(view.simulated_events_per_second) ? json_null() : count(view.simulated_events),
        "events_per_second", real(view.simulated_events_per_second), "jobs", jobs(&view), "gpus",
        gpus(&view), "held_gpu_seconds", gpu_seconds(view.held_milli_ns), "gpu_hours", real(hours),
        "gpu_hour_dollars", real(gpu_hour_dollars), "cost_dollars", real(hours * gpu_hour_dollars),
        "stream", stream(&view));
    if (object == NULL || rest == NULL || json_object_update_missing(object, rest) < 0 ||
        (has_series && json_object_set_new(object, "series", series_json(state)) < 0)) {
        json_decref(object);
        object = NULL;
    }
    json_decref(rest);
    return object;
}
