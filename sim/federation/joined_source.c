#include "sim/federation/joined_source.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct part {
    hc_job_source source; /* not owned */
    hc_job_spec next;
    bool has_next;
    uint32_t first_user;
    uint32_t first_group;
} part;

typedef struct name_table {
    char **names;
    uint32_t count;
} name_table;

typedef struct joined {
    part *parts;
    uint32_t part_count;
    bool has_begun; /* the first job of each part is here */
    name_table users;
    name_table groups;
} joined;

static void free_names(name_table *table)
{
    for (uint32_t i = 0; i < table->count; i++) {
        free(table->names[i]);
    }
    free(table->names);
}

static void destroy(void *self)
{
    joined *j = self;
    if (j == NULL) {
        return;
    }
    free_names(&j->users);
    free_names(&j->groups);
    free(j->parts);
    free(j);
}

static uint32_t shift(uint32_t index, uint32_t first)
{
    return index == HC_NO_INDEX ? index : index + first;
}

static int pull(part *p, hc_error *error)
{
    int pulled = p->source.next(p->source.self, &p->next, error);
    p->has_next = pulled == 1;
    return pulled < 0 ? -1 : 0;
}

static int begin(joined *j, hc_error *error)
{
    for (uint32_t i = 0; !j->has_begun && i < j->part_count; i++) {
        if (pull(&j->parts[i], error) < 0) {
            return -1;
        }
    }
    j->has_begun = true;
    return 0;
}

/* The part whose next job comes first; j->part_count when there is none. */
static uint32_t first_part(const joined *j)
{
    uint32_t first = j->part_count;
    for (uint32_t i = 0; i < j->part_count; i++) {
        if (j->parts[i].has_next &&
            (first == j->part_count || j->parts[i].next.submit < j->parts[first].next.submit)) {
            first = i;
        }
    }
    return first;
}

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    joined *j = self;
    uint32_t index = 0;
    part *p = NULL;
    if (begin(j, error) < 0) {
        return -1;
    }
    index = first_part(j);
    if (index == j->part_count) {
        return 0;
    }
    p = &j->parts[index];
    *out = p->next;
    out->partition.index = (uint16_t)index;
    out->home = out->partition;
    out->user = shift(out->user, p->first_user);
    out->group = shift(out->group, p->first_group);
    return pull(p, error) < 0 ? -1 : 1;
}

static hc_job_source_facts facts(void *self)
{
    const joined *j = self;
    hc_job_source_facts all = {.last_submit = HC_TIME_MISSING};
    for (uint32_t i = 0; i < j->part_count; i++) {
        hc_job_source_facts more = j->parts[i].source.facts(j->parts[i].source.self);
        all.has_shared_gpus |= more.has_shared_gpus;
        all.has_host_needs |= more.has_host_needs;
        all.job_count += more.job_count;
        all.name_bytes = more.name_bytes > all.name_bytes ? more.name_bytes : all.name_bytes;
        all.last_submit = more.last_submit > all.last_submit ? more.last_submit : all.last_submit;
    }
    return all;
}

static const char *user_name(void *self, uint32_t user)
{
    const joined *j = self;
    assert(user < j->users.count);
    return j->users.names[user];
}

static const char *group_name(void *self, uint32_t group)
{
    const joined *j = self;
    assert(group < j->groups.count);
    return j->groups.names[group];
}

static uint32_t user_count(void *self)
{
    return ((const joined *)self)->users.count;
}

static uint32_t group_count(void *self)
{
    return ((const joined *)self)->groups.count;
}

static char *join_name(const char *site, const char *name)
{
    size_t size = strlen(site) + strlen(name) + 2;
    char *text = malloc(size);
    if (text != NULL) {
        (void)snprintf(text, size, "%s/%s", site, name);
    }
    return text;
}

/* @param name_of  names the source's own numbers
 * @param first    [out] number of the first of them in the table */
static int add_names(name_table *table, const hc_joined_part *from, uint32_t count,
                     const char *(*name_of)(void *self, uint32_t index), uint32_t *first,
                     hc_error *error)
{
    char **grown = NULL;
    *first = table->count;
    if (count == 0) {
        return 0;
    }
    if (count >= HC_NO_INDEX - table->count) {
        return hc_error_set(error, HC_ERROR_TRACE, "federation: more than %u users or groups",
                            HC_NO_INDEX - 1);
    }
    grown = realloc(table->names, ((size_t)table->count + count) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    table->names = grown;
    for (uint32_t i = 0; i < count; i++) {
        table->names[table->count] = join_name(from->site, name_of(from->source->self, i));
        if (table->names[table->count] == NULL) {
            return hc_error_memory(error);
        }
        table->count++;
    }
    return 0;
}

static int add_part(joined *j, hc_joined_part *from, hc_error *error)
{
    const hc_job_source *source = from->source;
    if (add_names(&j->users, from, source->user_count(source->self), source->user_name,
                  &from->first_user, error) < 0 ||
        add_names(&j->groups, from, source->group_count(source->self), source->group_name,
                  &from->first_group, error) < 0) {
        return -1;
    }
    j->parts[j->part_count++] =
        (part){.source = *source, .first_user = from->first_user, .first_group = from->first_group};
    return 0;
}

int hc_joined_source_create(hc_job_source *out, hc_joined_part *parts, uint32_t part_count,
                            hc_error *error)
{
    joined *j = calloc(1, sizeof *j);
    if (j == NULL) {
        return hc_error_memory(error);
    }
    j->parts = calloc((size_t)part_count + 1, sizeof *j->parts);
    if (j->parts == NULL) {
        destroy(j);
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < part_count; i++) {
        if (add_part(j, &parts[i], error) < 0) {
            destroy(j);
            return -1;
        }
    }
    *out = (hc_job_source){
        .self = j,
        .next = next_job,
        .facts = facts,
        .user_name = user_name,
        .group_name = group_name,
        .user_count = user_count,
        .group_count = group_count,
        .destroy = destroy,
    };
    return 0;
}
