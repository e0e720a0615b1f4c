#include "sim/jobs/dependents.h"

#include "sim/archive.h"

#include <stdlib.h>

typedef struct hc_listed_job {
    hc_job_spec spec;
    hc_job_id job;
} hc_listed_job;

int hc_job_list_add(hc_job_list *list, hc_job_id job, const hc_job_spec *spec)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        hc_listed_job *grown = realloc(list->jobs, capacity * sizeof *grown);
        if (grown == NULL) {
            return -1;
        }
        list->jobs = grown;
        list->capacity = capacity;
    }
    list->jobs[list->count++] = (hc_listed_job){*spec, job};
    return 0;
}

bool hc_job_list_next(hc_job_list *list, hc_job_id *job, hc_job_spec *spec)
{
    if (list->next == list->count) {
        return false;
    }
    *job = list->jobs[list->next].job;
    *spec = list->jobs[list->next++].spec;
    return true;
}

void hc_job_list_free(hc_job_list *list)
{
    free(list->jobs);
    *list = (hc_job_list){0};
}

typedef struct entry {
    hc_job_spec spec;
    hc_job_id job;
    uint32_t next; /* that waits for the same job; HC_NO_INDEX at the end */
} entry;

/* What is known of a job by its id. */
typedef struct link {
    uint32_t first; /* entry that waits for it, HC_NO_INDEX for none */
    uint32_t last;
    bool is_dependent;
} link;

struct hc_dependents {
    entry *entries;
    uint32_t entry_count;
    uint32_t entry_capacity;
    link *links; /* by job */
    uint32_t link_count;
    size_t open_count; /* submissions not handled yet */
};

hc_dependents *hc_dependents_create(void)
{
    return calloc(1, sizeof(hc_dependents));
}

void hc_dependents_destroy(hc_dependents *d)
{
    if (d == NULL) {
        return;
    }
    free(d->entries);
    free(d->links);
    free(d);
}

static int make_links(hc_dependents *d, uint32_t job)
{
    uint32_t count = d->link_count == 0 ? 1024 : d->link_count;
    link *grown = NULL;
    while (count <= job) {
        count = count > UINT32_MAX / 2 ? UINT32_MAX : count * 2;
    }
    if (count == d->link_count) {
        return 0;
    }
    grown = realloc(d->links, count * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    for (uint32_t i = d->link_count; i < count; i++) {
        grown[i] = (link){.first = HC_NO_INDEX, .last = HC_NO_INDEX};
    }
    d->links = grown;
    d->link_count = count;
    return 0;
}

static int make_entry(hc_dependents *d)
{
    uint32_t capacity = d->entry_capacity == 0 ? 1024 : d->entry_capacity * 2;
    entry *grown = NULL;
    if (d->entry_count < d->entry_capacity) {
        return 0;
    }
    grown = realloc(d->entries, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    d->entries = grown;
    d->entry_capacity = capacity;
    return 0;
}

int hc_dependents_add(hc_dependents *d, hc_job_id job, const hc_job_spec *spec)
{
    link *before = NULL;
    uint32_t highest = job.index > spec->preceding ? job.index : spec->preceding;
    if (make_links(d, highest) < 0 || make_entry(d) < 0) {
        return -1;
    }
    before = &d->links[spec->preceding];
    d->entries[d->entry_count] = (entry){*spec, job, HC_NO_INDEX};
    if (before->first == HC_NO_INDEX) {
        before->first = d->entry_count;
    } else {
        d->entries[before->last].next = d->entry_count;
    }
    before->last = d->entry_count++;
    d->links[job.index].is_dependent = true;
    d->open_count++;
    return 0;
}

bool hc_dependents_take(hc_dependents *d, hc_job_id preceding, hc_job_id *job, hc_job_spec *spec)
{
    link *before = preceding.index < d->link_count ? &d->links[preceding.index] : NULL;
    if (before == NULL || before->first == HC_NO_INDEX) {
        return false;
    }
    *job = d->entries[before->first].job;
    *spec = d->entries[before->first].spec;
    before->first = d->entries[before->first].next;
    return true;
}

bool hc_dependents_contains(const hc_dependents *d, hc_job_id job)
{
    return job.index < d->link_count && d->links[job.index].is_dependent;
}

bool hc_dependents_settle(hc_dependents *d, hc_job_id job)
{
    if (!hc_dependents_contains(d, job)) {
        return false;
    }
    d->open_count--;
    return true;
}

size_t hc_dependents_count(const hc_dependents *d)
{
    return d->open_count;
}

/* A job leaves once: those whose jobs have left are not asked for again, and all others are kept as they were added. */
void hc_dependents_exchange(hc_dependents *d, hc_archive *archive)
{
    hc_archive_mark(archive, "dependents");
    d->open_count = hc_archive_count(archive, d->open_count, d->entry_count);
}
