#include "analysis/explain.h"

#include "analysis/plain_text.h"
#include "analysis/story.h"
#include "sim/civil_time.h"
#include "sim/interfaces/sink.h"
#include "sim/units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 768 };

static void format_gpus(double milli, char *out)
{
    (void)snprintf(out, HC_UNIT_TEXT_SIZE, milli == HC_WHOLE_GPU ? "%.15g GPU" : "%.15g GPUs",
                   milli / HC_WHOLE_GPU);
}

static int compare_index(const void *key, const void *blocker)
{
    uint32_t x = *(const uint32_t *)key;
    uint32_t y = ((const hc_story_blocker *)blocker)->index;
    return (x > y) - (x < y);
}

static const char *blocker_id(const hc_story *s, uint32_t index)
{
    const hc_story_blocker *found =
        bsearch(&index, s->blockers, s->blocker_count, sizeof *s->blockers, compare_index);
    return found == NULL ? "unknown" : found->id;
}

static void describe_reason(const hc_story *s, const hc_decision_row *d, char *out, size_t size)
{
    char needed[HC_UNIT_TEXT_SIZE];
    char free_gpus[HC_UNIT_TEXT_SIZE];
    char largest[HC_UNIT_TEXT_SIZE];
    format_gpus((double)s->job.gpus * s->job.gpu_milli, needed);
    format_gpus((double)d->free_milli, free_gpus);
    format_gpus((double)d->largest_milli, largest);
    switch ((hc_wait_reason)d->reason) {
    case HC_WAIT_ORDER:
        (void)snprintf(out, size, "waits behind job %s: the policy lets nobody pass it",
                       blocker_id(s, d->blocker));
        return;
    case HC_WAIT_GPUS:
        (void)snprintf(out, size, "cannot start: needs %s, %s free", needed, free_gpus);
        return;
    case HC_WAIT_FRAGMENTED:
        (void)snprintf(out, size,
                       "cannot start: needs %s together; %s free, at most %s together   "
                       "(fragmentation)",
                       needed, free_gpus, largest);
        return;
    case HC_WAIT_HOST:
        (void)snprintf(out, size, "cannot start: %s free, but not the CPU or memory beside them",
                       free_gpus);
        return;
    case HC_WAIT_RESERVATION:
        (void)snprintf(out, size, "fits, but would delay job %s, which has a reservation",
                       blocker_id(s, d->blocker));
        return;
    case HC_WAIT_PREEMPTED:
        if (d->blocker == HC_NO_INDEX) {
            (void)snprintf(out, size, "is preempted");
        } else {
            (void)snprintf(out, size, "is preempted: job %s takes its GPUs",
                           blocker_id(s, d->blocker));
        }
        return;
    case HC_WAIT_PLACE:
        (void)snprintf(out, size, "the nodes it ran on are taken, or not in this cluster");
        return;
    case HC_WAIT_HELD:
        (void)snprintf(out, size, "the scheduler outside keeps it waiting; %s free", free_gpus);
        return;
    case HC_WAIT_NONE:
    case HC_WAIT_REASON_COUNT:
    default:
        (void)snprintf(out, size, "waits");
        return;
    }
}

static void describe_wait(const hc_story *s, const hc_decision_row *d, char *out)
{
    char reason[TEXT_SIZE - HC_UNIT_TEXT_SIZE];
    describe_reason(s, d, reason, sizeof reason);
    (void)snprintf(out, TEXT_SIZE, "%s   position %" PRIu32, reason, d->position);
}

/* "started on n17 gpu 0-7, n18 gpu 0-7: a step takes 4.02 s on 2 nodes in 1 rack" */
static void describe_start(const hc_story_start *start, char *out)
{
    int length = snprintf(out, TEXT_SIZE, "started%s%s", start->places[0] == '\0' ? "" : " on ",
                          start->places);
    if (start->step != HC_TIME_MISSING) {
        (void)snprintf(out + length, TEXT_SIZE - (size_t)length,
                       ": a step takes %.4g s on %" PRIu32 " node%s in %" PRIu32 " rack%s",
                       (double)start->step / (double)HC_SECOND, start->nodes,
                       start->nodes == 1 ? "" : "s", start->racks, start->racks == 1 ? "" : "s");
    }
}

static void describe_end(const hc_job_row *job, char *out)
{
    char wait[HC_UNIT_TEXT_SIZE];
    char run[HC_UNIT_TEXT_SIZE];
    double hours = ((double)job->held.seconds + (double)job->held.nanoseconds * 1e-9) / 3600;
    hc_format_duration(job->wait, wait);
    hc_format_duration(job->end - job->start, run);
    (void)snprintf(out, TEXT_SIZE, "finished. Waited %s, ran %s, held %.4g GPU-h", wait, run,
                   hours);
}

static void describe_rejection(const hc_job_row *job, char *out)
{
    const hc_table_info *info = hc_table_describe(HC_TABLE_JOBS);
    const hc_row_field *field = hc_table_find_field(info, "rejection");
    (void)snprintf(out, TEXT_SIZE, "rejected: it can never fit (%s)",
                   hc_row_field_value_name(field, job->rejection));
}

static const char *describe(const hc_story *s, const hc_story_entry *entry, char *out)
{
    switch (entry->event) {
    case HC_STORY_SUBMITTED:
        (void)snprintf(out, TEXT_SIZE, "submitted");
        break;
    case HC_STORY_WAITS:
        describe_wait(s, &s->decisions[entry->detail], out);
        break;
    case HC_STORY_STARTED:
        describe_start(&s->starts[entry->detail], out);
        break;
    case HC_STORY_ENDED:
        describe_end(&s->job, out);
        break;
    case HC_STORY_REJECTED:
    default:
        describe_rejection(&s->job, out);
        break;
    }
    return out;
}

/* "ran 3 h 12", after "asked 4 h, " when it asked for a limit. */
static void write_durations(FILE *out, const hc_job_row *job)
{
    static const char *const VERBS[HC_JOB_STATE_COUNT] = {
        [HC_JOB_PENDING] = "would run",  [HC_JOB_RUNNING] = "runs",      [HC_JOB_COMPLETED] = "ran",
        [HC_JOB_REJECTED] = "would run", [HC_JOB_TIMEOUT] = "would run",
    };
    char duration[HC_UNIT_TEXT_SIZE];
    if (job->is_limit_requested) {
        hc_format_duration(job->time_limit, duration);
        (void)fprintf(out, "asked %s, ", duration);
    }
    hc_format_duration(job->run_time, duration);
    if (job->work == HC_NO_INDEX) {
        (void)fprintf(out, "%s %s\n", VERBS[job->state], duration);
    } else {
        (void)fprintf(out, "takes %s where packed\n", duration);
    }
}

static void write_title(FILE *out, const hc_story *s)
{
    char id[HC_STORY_ID_SIZE];
    char gpus[HC_UNIT_TEXT_SIZE];
    format_gpus((double)s->job.gpus * s->job.gpu_milli, gpus);
    (void)fprintf(out, "job %s", hc_plain_text(s->id, id, sizeof id));
    (void)fprintf(out, s->user[0] == '\0' ? "%s" : "   user %s", s->user);
    (void)fprintf(out, s->group[0] == '\0' ? "%s" : " (%s)", s->group);
    (void)fprintf(out, s->partition[0] == '\0' ? "%s" : "   partition %s", s->partition);
    if (strcmp(s->home, s->partition) != 0) {
        (void)fprintf(out, ", sent there from %s", s->home);
    }
    (void)fprintf(out, "   %s   ", gpus);
    write_durations(out, &s->job);
    if (s->work[0] != '\0') {
        (void)fprintf(out, "  trains %s\n", s->work);
    }
    if (s->namesake_count > 0) {
        (void)fprintf(out,
                      "  %" PRIu64 " other job%s this id; this is the first that was submitted\n",
                      s->namesake_count, s->namesake_count == 1 ? " has" : "s have");
    }
}

/* A job that was left over has no end to tell of. */
static void write_leftover(FILE *out, const hc_job_row *job)
{
    if (job->state == HC_JOB_RUNNING || job->state == HC_JOB_PENDING) {
        (void)fprintf(out, "  %19s  still %s when the run was stopped\n", "",
                      job->state == HC_JOB_RUNNING ? "running" : "waiting");
    }
}

int hc_story_write(FILE *out, const hc_story *s, hc_error *error)
{
    char time[HC_CIVIL_TEXT_SIZE];
    char text[TEXT_SIZE];
    write_title(out, s);
    for (size_t i = 0; i < s->entry_count; i++) {
        hc_run_clock_instant(&s->clock, s->entries[i].time, time);
        (void)fprintf(out, "  %19s  %s\n", time, describe(s, &s->entries[i], text));
    }
    write_leftover(out, &s->job);
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "explain: %s", strerror(errno));
    }
    return 0;
}

static double seconds(hc_time time)
{
    return (double)time / (double)HC_SECOND;
}

static json_t *wait_of(const hc_job_row *job)
{
    return job->wait == HC_TIME_MISSING ? json_null() : json_real(seconds(job->wait));
}

static json_t *entry_json(const hc_story *s, const hc_story_entry *entry)
{
    static const char *const EVENTS[] = {
        [HC_STORY_SUBMITTED] = "submitted", [HC_STORY_WAITS] = "waits",
        [HC_STORY_STARTED] = "started",     [HC_STORY_ENDED] = "ended",
        [HC_STORY_REJECTED] = "rejected",
    };
    char text[TEXT_SIZE];
    return json_pack("{s:f, s:s, s:o}", "time_s", seconds(entry->time), "event",
                     EVENTS[entry->event], "text", hc_json_text(describe(s, entry, text)));
}

json_t *hc_story_json(const hc_story *s)
{
    const hc_row_field *state = hc_table_find_field(hc_table_describe(HC_TABLE_JOBS), "state");
    json_t *entries = json_array();
    for (size_t i = 0; i < s->entry_count; i++) {
        if (json_array_append_new(entries, entry_json(s, &s->entries[i])) < 0) {
            json_decref(entries);
            return NULL;
        }
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:s, s:o, s:I, s:o}", "schema",
                     "hindcast-explain-1", "job_id", hc_json_text(s->id), "user",
                     hc_json_text(s->user), "group", hc_json_text(s->group), "partition",
                     hc_json_text(s->partition), "home", hc_json_text(s->home), "trains",
                     hc_json_text(s->work), "gpus",
                     (double)s->job.gpus * s->job.gpu_milli / HC_WHOLE_GPU, "state",
                     hc_row_field_value_name(state, s->job.state), "wait_s", wait_of(&s->job),
                     "same_id", (json_int_t)s->namesake_count, "entries", entries);
}
