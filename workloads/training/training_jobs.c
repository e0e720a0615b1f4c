#include "workloads/training/training_jobs.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT "workload.training"

enum { NAME_LIMIT = 200, COUNT_LIMIT = 1000000 };

static const hc_key KEYS[] = {
    {.path = AT,
     .type = HC_KEY_LIST,
     .minimum = 1,
     .help = "Training jobs one by one; fidelity: analytic says how long they run"},
    {.path = AT "[]", .type = HC_KEY_MAP, .help = "One job, or several that are alike"},
    {.path = AT "[].name",
     .type = HC_KEY_TEXT,
     .is_required = true,
     .help = "Name of the job; of several, before -1, -2 and so on"},
    {.path = AT "[].count",
     .type = HC_KEY_INTEGER,
     .unit = "jobs",
     .minimum = 1,
     .maximum = COUNT_LIMIT,
     .help = "How many jobs, 1 unless given"},
    {.path = AT "[].submit",
     .type = HC_KEY_DURATION,
     .help = "When the first one is submitted, at once unless given"},
    {.path = AT "[].every",
     .type = HC_KEY_DURATION,
     .help = "Time from one submission to the next, 0s unless given"},
    {.path = AT "[].limit",
     .type = HC_KEY_DURATION,
     .help = "Time limit that is asked for; absent: what it takes where packed stands in"},
    {.path = AT "[].priority",
     .type = HC_KEY_INTEGER,
     .minimum = -2147483647,
     .maximum = 2147483647,
     .help = "Priority; higher goes first, 0 unless given"},
    {.path = AT "[].partition",
     .type = HC_KEY_TEXT,
     .help = "Partition it is submitted to; absent: the first one"},
    {.path = AT "[].user", .type = HC_KEY_TEXT, .help = "Who submits it"},
    HC_TRAINING_KEYS(AT "[]"),
};

const hc_key_table hc_training_list_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* One item of the list. */
typedef struct group {
    char *name;
    hc_job_spec first;
    uint32_t count;
    hc_time every;
} group;

/* A job, by its group and number in it. */
typedef struct place {
    hc_time submit;
    uint32_t group;
    uint32_t number;
} place;

typedef struct source {
    group *groups;
    size_t group_count;
    char **users;
    uint32_t user_count;
    place *places; /* in the order of submission */
    char (*names)[NAME_LIMIT + 16];
    size_t count;
    size_t next;
    uint32_t name_bytes; /* of the longest one */
} source;

static void destroy(void *self)
{
    source *s = self;
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->group_count; i++) {
        free(s->groups[i].name);
    }
    for (uint32_t i = 0; i < s->user_count; i++) {
        free(s->users[i]);
    }
    free(s->groups);
    free(s->users);
    free(s->places);
    free(s->names);
    free(s);
}

static hc_time duration_or(const hc_value *map, const char *key, hc_time otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : hc_value_duration(value);
}

static int64_t integer_or(const hc_value *map, const char *key, int64_t otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : hc_value_integer(value);
}

/* @return 0 and the user's number, or -1 (memory). */
static int find_user(source *s, const hc_value *user, uint32_t *number, hc_error *error)
{
    *number = HC_NO_INDEX;
    for (uint32_t i = 0; user != NULL && i < s->user_count; i++) {
        if (strcmp(s->users[i], hc_value_text(user)) == 0) {
            *number = i;
        }
    }
    if (user == NULL || *number != HC_NO_INDEX) {
        return 0;
    }
    *number = s->user_count;
    s->users[s->user_count] = strdup(hc_value_text(user));
    return s->users[s->user_count++] == NULL ? hc_error_memory(error) : 0;
}

static hc_job_spec describe(const hc_training_desk *desk, const hc_value *map, uint32_t work)
{
    const hc_training_facts *facts = hc_training_facts_of(desk->training, work);
    const hc_value *limit = hc_value_get(map, "limit");
    hc_time asked = limit == NULL ? facts->run_time : hc_value_duration(limit);
    return (hc_job_spec){
        .submit = duration_or(map, "submit", 0),
        .run_time = facts->run_time,
        .time_limit = asked > facts->run_time ? asked : facts->run_time,
        .requested_time = asked,
        .is_limit_requested = limit != NULL,
        .recorded_start = HC_TIME_MISSING,
        .recorded_end = HC_TIME_MISSING,
        .request = {.kinds = facts->kinds,
                    .gpu_count = facts->gpu_count,
                    .gpu_milli = HC_WHOLE_GPU},
        .group = HC_NO_INDEX,
        .priority = (int32_t)integer_or(map, "priority", 0),
        .partition = desk->partition,
        .workload = work,
        .outcome = HC_OUTCOME_COMPLETED,
    };
}

static int check_span(const group *g, const hc_value *map, hc_error *error)
{
    hc_time last = 0;
    return __builtin_mul_overflow(g->every, (hc_time)g->count, &last) || last > HC_TIME_LIMIT / 2 ||
                   g->first.submit > HC_TIME_LIMIT / 4
               ? hc_value_error(map, error, "the last job would be submitted after 36 years")
               : 0;
}

static int find_partition(hc_training_desk *desk, const hc_value *partition, hc_error *error)
{
    if (partition == NULL) {
        return 0;
    }
    if (desk->is_site) {
        return hc_value_error(partition, error,
                              "a site of a federation is one partition, to which its users submit");
    }
    desk->partition = hc_machine_find_partition(desk->machine, hc_value_text(partition));
    return desk->partition.index != UINT16_MAX
               ? 0
               : hc_value_error(partition, error, "there is no partition \"%s\"",
                                hc_value_text(partition));
}

static int read_work(hc_training_desk *desk, const hc_value *map, uint32_t *work, hc_error *error)
{
    const hc_value *name = hc_value_get(map, "name");
    if (strlen(hc_value_text(name)) > NAME_LIMIT) {
        return hc_value_error(name, error, "expected a name of at most %d bytes", NAME_LIMIT);
    }
    return find_partition(desk, hc_value_get(map, "partition"), error) < 0
               ? -1
               : hc_training_read(desk, map, hc_value_text(name), false, work, error);
}

static int read_group(source *s, const hc_training_desk *desk, const hc_value *map, hc_error *error)
{
    const hc_value *name = hc_value_get(map, "name");
    hc_training_desk own = *desk;
    group *g = &s->groups[s->group_count];
    uint32_t work = 0;
    uint32_t user = 0;
    if (read_work(&own, map, &work, error) < 0) {
        return -1;
    }
    if (find_user(s, hc_value_get(map, "user"), &user, error) < 0) {
        return -1;
    }
    *g = (group){.name = strdup(hc_value_text(name)),
                 .first = describe(&own, map, work),
                 .count = (uint32_t)integer_or(map, "count", 1),
                 .every = duration_or(map, "every", 0)};
    g->first.user = user;
    s->group_count++;
    s->count += g->count;
    return g->name == NULL ? hc_error_memory(error) : check_span(g, map, error);
}

static int compare_places(const void *a, const void *b)
{
    const place *x = a;
    const place *y = b;
    if (x->submit != y->submit) {
        return x->submit < y->submit ? -1 : 1;
    }
    if (x->group != y->group) {
        return x->group < y->group ? -1 : 1;
    }
    return (x->number > y->number) - (x->number < y->number);
}

static void name_job(const group *g, uint32_t number, char *out)
{
    if (g->count == 1) {
        (void)snprintf(out, NAME_LIMIT + 16, "%s", g->name);
    } else {
        (void)snprintf(out, NAME_LIMIT + 16, "%s-%" PRIu32, g->name, number + 1);
    }
}

static int list_jobs(source *s, hc_error *error)
{
    size_t count = 0;
    s->places = calloc(s->count + 1, sizeof *s->places);
    s->names = calloc(s->count + 1, sizeof *s->names);
    if (s->places == NULL || s->names == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < s->group_count; i++) {
        for (uint32_t k = 0; k < s->groups[i].count; k++) {
            hc_time submit = s->groups[i].first.submit + k * s->groups[i].every;
            s->places[count++] = (place){submit, i, k};
        }
    }
    qsort(s->places, count, sizeof *s->places, compare_places);
    for (size_t i = 0; i < count; i++) {
        name_job(&s->groups[s->places[i].group], s->places[i].number, s->names[i]);
        uint32_t bytes = (uint32_t)strlen(s->names[i]);
        s->name_bytes = bytes > s->name_bytes ? bytes : s->name_bytes;
    }
    return 0;
}

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    source *s = self;
    (void)error;
    if (s->next == s->count) {
        return 0;
    }
    *out = s->groups[s->places[s->next].group].first;
    out->submit = s->places[s->next].submit;
    out->name = s->names[s->next];
    out->place = (uint32_t)s->next++;
    return 1;
}

static int find_texts(void *self, hc_job_spec *spec)
{
    const source *s = self;
    if (spec->place >= s->count) {
        return -1;
    }
    spec->name = s->names[spec->place];
    return 0;
}

static hc_job_source_facts facts(void *self)
{
    const source *s = self;
    return (hc_job_source_facts){.last_submit = s->count == 0 ? HC_TIME_MISSING
                                                              : s->places[s->count - 1].submit,
                                 .job_count = s->count,
                                 .name_bytes = s->name_bytes};
}

static const char *user_name(void *self, uint32_t user)
{
    const source *s = self;
    assert(user < s->user_count);
    return s->users[user];
}

static const char *no_name(void *self, uint32_t index)
{
    (void)self;
    (void)index;
    return "";
}

static uint32_t user_count(void *self)
{
    return ((const source *)self)->user_count;
}

static uint32_t no_groups(void *self)
{
    (void)self;
    return 0;
}

/* Every defect of every item is told. */
static int read_all(source *s, const hc_training_desk *desk, const hc_value *list, hc_error *error)
{
    size_t count = hc_value_count(list);
    int status = 0;
    s->groups = calloc(count + 1, sizeof *s->groups);
    s->users = calloc(count + 1, sizeof(char *));
    if (s->groups == NULL || s->users == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        status |= read_group(s, desk, hc_value_at(list, i), error);
    }
    return status < 0 ? -1 : list_jobs(s, error);
}

int hc_training_jobs_create(hc_job_source *out, const hc_training_desk *desk, const hc_value *list,
                            hc_error *error)
{
    source *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    if (read_all(s, desk, list, error) < 0) {
        destroy(s);
        return -1;
    }
    *out = (hc_job_source){
        .self = s,
        .next = next_job,
        .facts = facts,
        .user_name = user_name,
        .group_name = no_name,
        .user_count = user_count,
        .group_count = no_groups,
        .find_texts = find_texts,
        .destroy = destroy,
    };
    return 0;
}
