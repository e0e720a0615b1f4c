#include "traces/run/commit_rhythm.h"

#include <time.h>

enum {
    DEFAULT_COMMIT_ROWS = 1 << 20,
    /* Rows between two looks at the clock: many when they come fast, one when each may be the last for long. */
    CLOCK_STRIDE = 64,
    FAST_ROW_NS = 10000,
    /* Syncing may take this part of the time. */
    SYNC_SHARE = 20,
    /* A run that dies loses at most this part of its time, or the interval of the options if that is less. */
    LOSS_SHARE = 10,
};

static const hc_time MINIMUM_INTERVAL = HC_SECOND / 50;

static hc_time wall_clock(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (hc_time)now.tv_sec * HC_SECOND + now.tv_nsec;
}

hc_commit_rhythm hc_commit_rhythm_make(uint64_t commit_rows, hc_time commit_interval)
{
    return (hc_commit_rhythm){
        .commit_rows = commit_rows == 0 ? DEFAULT_COMMIT_ROWS : commit_rows,
        .commit_interval = commit_interval == 0 ? HC_SECOND : commit_interval,
    };
}

void hc_commit_rhythm_start(hc_commit_rhythm *r)
{
    r->stride = 1;
    r->rows_until_look = 1;
    r->last_look = r->last_commit;
    r->begin = r->last_commit;
}

/* Each commit writes the chunks that are not full once more, at a new place in the file. Short runs can afford
 * many, long ones would drown in them. */
static bool is_commit_due(const hc_commit_rhythm *r, hc_time now)
{
    hc_time since = now - r->last_commit;
    return since >= r->commit_interval ||
           since >= MINIMUM_INTERVAL + (now - r->begin) / LOSS_SHARE ||
           r->rows_since_commit >= r->commit_rows;
}

static bool look_at_clock(hc_commit_rhythm *r)
{
    hc_time now = wall_clock();
    r->rows_since_commit += r->stride;
    r->stride = now - r->last_look < FAST_ROW_NS * (hc_time)r->stride ? CLOCK_STRIDE : 1;
    r->stride = r->stride < r->commit_rows ? r->stride : (uint32_t)r->commit_rows;
    r->rows_until_look = r->stride;
    r->last_look = now;
    return is_commit_due(r, now);
}

bool hc_commit_rhythm_count_row(hc_commit_rhythm *r)
{
    return --r->rows_until_look == 0 && look_at_clock(r);
}

void hc_commit_rhythm_committed(hc_commit_rhythm *r)
{
    r->rows_since_commit = 0;
    r->last_commit = wall_clock();
}

bool hc_commit_rhythm_may_sync(const hc_commit_rhythm *r, hc_time *start)
{
    *start = wall_clock();
    return *start >= r->next_sync;
}

/* Waiting for the disk is worth a small part of the time: a slow one is asked less often. */
void hc_commit_rhythm_synced(hc_commit_rhythm *r, hc_time start)
{
    hc_time spent = wall_clock() - start;
    r->next_sync =
        start + spent + (SYNC_SHARE * spent > HC_SECOND ? SYNC_SHARE * spent : HC_SECOND);
}
