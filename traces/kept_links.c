#include "traces/kept_jobs.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Jobs by id, as far as they have been walked over: slots of an open-addressed table hold index + 1, 0 is free.
 * A later job of the same id takes the slot of the earlier one. */
typedef struct id_table {
    const hc_kept_jobs *kept;
    uint32_t *slots;
    uint64_t mask;
} id_table;

static bool has_predecessors(const hc_kept_jobs *kept)
{
    for (size_t i = 1; i < kept->extra_count; i++) {
        if (kept->extras[i].preceding_id != 0) {
            return true;
        }
    }
    return false;
}

static int create_table(id_table *table, const hc_kept_jobs *kept, hc_error *error)
{
    uint64_t slot_count = 64;
    while (slot_count < 2 * (uint64_t)kept->count) {
        slot_count *= 2;
    }
    *table = (id_table){kept, calloc(slot_count, sizeof *table->slots), slot_count - 1};
    return table->slots == NULL ? hc_error_memory(error) : 0;
}

/* The slot of the job with this id, or the free one where it would stand. */
static uint32_t *find_slot(const id_table *table, const char *id)
{
    const hc_kept_jobs *kept = table->kept;
    uint64_t at = XXH3_64bits(id, strlen(id)) & table->mask;
    while (table->slots[at] != 0 &&
           strcmp(hc_strings_text(kept->strings, kept->jobs[table->slots[at] - 1].id), id) != 0) {
        at = (at + 1) & table->mask;
    }
    return &table->slots[at];
}

/* From the recorded end of the job before to the submission; 0 when that is not known, or the log has the
 * second job submitted before the first one ended. */
static hc_time derive_think_time(const hc_kept_jobs *kept, size_t before, hc_time submit)
{
    hc_time end = hc_kept_jobs_get(kept, before).end;
    return end == HC_TIME_MISSING || end > submit ? 0 : submit - end;
}

static bool link_job(const id_table *table, hc_kept_jobs *kept, const hc_kept_job *job)
{
    hc_kept_extra *extra = &kept->extras[job->extra];
    uint32_t found = *find_slot(table, hc_strings_text(kept->strings, extra->preceding_id));
    if (found == 0) {
        return false;
    }
    extra->preceding = found - 1;
    if (extra->think_time == HC_TIME_MISSING) {
        extra->think_time = derive_think_time(kept, found - 1, job->submit);
    }
    return true;
}

int hc_kept_jobs_link(hc_kept_jobs *kept, uint64_t *unknown_count, hc_error *error)
{
    id_table table;
    *unknown_count = 0;
    if (!has_predecessors(kept)) {
        return 0;
    }
    if (create_table(&table, kept, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < kept->count; i++) {
        const hc_kept_job *job = &kept->jobs[i];
        if (job->extra != 0 && kept->extras[job->extra].preceding_id != 0 &&
            !link_job(&table, kept, job)) {
            ++*unknown_count;
        }
        if (job->id != 0) {
            *find_slot(&table, hc_strings_text(kept->strings, job->id)) = (uint32_t)i + 1;
        }
    }
    free(table.slots);
    return 0;
}
