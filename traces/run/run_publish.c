#include "traces/run/run_publish.h"

#include "traces/run/private_file.h"
#include "traces/run/run_merge.h"

/* The files of all ranks, and those that the run goes on from. */
static int list_sources(const hc_run_closed *run, hc_run_sources *out, hc_error *error)
{
    if (hc_run_sources_add_past(out, run->path, run->past, error) < 0) {
        return -1;
    }
    for (uint32_t rank = 0; rank < run->rank_count; rank++) {
        if (hc_run_sources_add_rank(out, run->path, run->generation, rank, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int remove_sources(const hc_run_closed *run, const hc_run_sources *sources, hc_error *error)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (hc_remove_file(sources->items[i].path, error) < 0) {
            return -1;
        }
    }
    /* Parts of a merge that one of the ranks could not write. */
    hc_remove_half_built(run->path);
    return 0;
}

static int merge_sources(const hc_run_closed *run, const hc_run_totals *totals,
                         const hc_run_sources *sources, bool in_parts, hc_error *error)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    hc_run_ending ending = {
        .digest = digest,
        .is_complete = totals->is_complete,
        .note = totals->note,
        .executed_events = totals->executed_events,
        .items = totals->items,
        .item_count = totals->item_count,
    };
    const hc_merge merge = {
        .sources = sources,
        .final_path = run->path,
        .may_replace = run->may_replace,
        .ending = &ending,
    };
    hc_digest_format(totals->digest, digest);
    return in_parts ? hc_run_merge_join(&merge, run->rank_count, error)
                    : hc_run_merge(&merge, NULL, error);
}

int hc_run_publish(const hc_run_closed *run, const hc_run_totals *totals, bool in_parts,
                   hc_error *error)
{
    hc_run_sources sources = HC_RUN_SOURCES_NONE;
    int status = -1;
    if (list_sources(run, &sources, error) == 0 &&
        merge_sources(run, totals, &sources, in_parts, error) == 0) {
        status = remove_sources(run, &sources, error);
    }
    hc_run_sources_release(&sources);
    return status;
}

int hc_run_publish_part(const hc_run_closed *run, uint32_t rank, hc_error *error)
{
    hc_run_sources sources = HC_RUN_SOURCES_NONE;
    const hc_merge merge = {.sources = &sources, .final_path = run->path};
    int status = -1;
    if (list_sources(run, &sources, error) == 0) {
        status = hc_run_merge_part(&merge, rank, run->rank_count, error);
    }
    hc_run_sources_release(&sources);
    return status;
}
