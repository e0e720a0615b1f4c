#include "sim/archive.h"
#include "sim/policies/plan/place_book_state.h"

#include <stdlib.h>

/* The book as a file. Jobs that run are entered where they are; of those that wait, the places are saved that were found
 * for them. A place is saved from its first part on and loaded part by part, which turns it round, and then turned round
 * again. */

static void turn_round(hc_place_book *b, hc_place_entry *e)
{
    uint32_t before = HC_NO_INDEX;
    for (uint32_t p = e->first; p != HC_NO_INDEX;) {
        uint32_t next = b->parts[p].next;
        b->parts[p].next = before;
        before = p;
        p = next;
    }
    e->first = before;
}

static void load_part(hc_place_book *b, hc_archive *archive, uint32_t slot)
{
    const hc_occupancy *occupancy = hc_span_view_occupancy(b->view);
    uint32_t node = hc_archive_below(archive, 0, hc_occupancy_node_count(occupancy));
    hc_part where = hc_occupancy_place_of(occupancy, node);
    HC_EXCHANGE(archive, where.gpu_count);
    if (hc_archive_require(
            archive, where.gpu_count <= hc_occupancy_class(occupancy, where.class_index)->gpu_count,
            "a place is on nodes") &&
        hc_place_book_add_part(b, slot, &where) < 0) {
        hc_archive_fail_memory(archive);
    }
}

/* All GPUs of the job, and no node twice. @param is_seen  by node, all false; and again afterwards */
static bool is_whole(const hc_place_book *b, uint32_t slot, bool *is_seen)
{
    uint64_t gpu_count = 0;
    bool is_twice = false;
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        is_twice |= is_seen[b->parts[p].node];
        is_seen[b->parts[p].node] = true;
        gpu_count += b->parts[p].where.gpu_count;
    }
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        is_seen[b->parts[p].node] = false;
    }
    return !is_twice && gpu_count == hc_lifecycle_job(b->lifecycle, slot)->spec.request.gpu_count;
}

static void load_place(hc_place_book *b, hc_archive *archive, uint32_t slot, bool *is_seen)
{
    uint32_t limit = hc_occupancy_node_count(hc_span_view_occupancy(b->view));
    uint64_t count = hc_archive_count(archive, 0, limit);
    for (uint64_t i = 0; i < count && !hc_archive_has_failed(archive); i++) {
        load_part(b, archive, slot);
    }
    (void)hc_archive_require(archive, is_whole(b, slot, is_seen), "a place holds its job");
    turn_round(b, &b->entries[slot]);
}

static void save_place(const hc_place_book *b, hc_archive *archive, uint32_t slot)
{
    uint32_t limit = hc_occupancy_node_count(hc_span_view_occupancy(b->view));
    uint64_t count = 0;
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        count++;
    }
    (void)hc_archive_count(archive, count, limit);
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        (void)hc_archive_below(archive, b->parts[p].node, limit);
        HC_EXCHANGE(archive, b->parts[p].where.gpu_count);
    }
}

static void exchange_span(hc_archive *archive, hc_span *span)
{
    hc_archive_time(archive, &span->start);
    hc_archive_time(archive, &span->end);
    (void)hc_archive_require(archive, span->start <= span->end, "a span begins and ends");
}

static void exchange_running(hc_place_book *b, hc_archive *archive, uint32_t slot)
{
    hc_span span = {0};
    bool is_loading = hc_archive_is_loading(archive);
    if (!is_loading) {
        span = b->entries[slot].span;
    }
    exchange_span(archive, &span);
    if (is_loading && !hc_archive_has_failed(archive) &&
        hc_place_book_enter_running(b, slot, &span) < 0) {
        hc_archive_fail_memory(archive);
    }
}

static bool is_waiting(const hc_place_book *b, uint32_t slot)
{
    return hc_lifecycle_has_job(b->lifecycle, slot) &&
           hc_lifecycle_job(b->lifecycle, slot)->state == HC_JOB_PENDING;
}

static void exchange_waiting(hc_place_book *b, hc_archive *archive, uint32_t slot, bool is_kept,
                             bool *is_seen)
{
    bool is_entered = is_kept && b->entries[slot].is_entered;
    hc_span span = b->entries[slot].span;
    hc_archive_bool(archive, &is_entered);
    exchange_span(archive, &span);
    if (!hc_archive_is_loading(archive)) {
        save_place(b, archive, slot);
        return;
    }
    load_place(b, archive, slot, is_seen);
    if (is_entered &&
        hc_archive_require(archive, hc_place_book_is_free(b, slot, &span), "a place is free") &&
        hc_place_book_enter(b, slot, &span) < 0) {
        hc_archive_fail_memory(archive);
    }
}

static void exchange_slot(hc_place_book *b, hc_archive *archive, uint32_t slot, bool is_kept,
                          bool *is_seen)
{
    bool has_place =
        slot < b->entry_capacity && b->entries[slot].first != HC_NO_INDEX && is_waiting(b, slot);
    hc_archive_bool(archive, &has_place);
    if (!has_place || !hc_archive_require(archive, is_waiting(b, slot), "who is planned waits")) {
        return;
    }
    if (hc_place_book_make_entry(b, slot) < 0) {
        hc_archive_fail_memory(archive);
    } else {
        exchange_waiting(b, archive, slot, is_kept, is_seen);
    }
}

static void exchange_all_running(hc_place_book *b, hc_archive *archive)
{
    hc_order_walk walk;
    hc_order_walk_start(&walk, hc_lifecycle_running(b->lifecycle));
    for (uint32_t slot = hc_order_walk_next(&walk);
         slot != HC_NO_SLOT && !hc_archive_has_failed(archive); slot = hc_order_walk_next(&walk)) {
        exchange_running(b, archive, slot);
    }
}

/* What will be taken out before it is looked at is not entered again. */
void hc_place_book_exchange(hc_place_book *b, hc_archive *archive, bool is_kept)
{
    uint32_t limit = hc_lifecycle_slot_count(b->lifecycle);
    uint32_t node_count = hc_occupancy_node_count(hc_span_view_occupancy(b->view));
    bool *is_seen = calloc((size_t)node_count + 1, sizeof *is_seen);
    hc_archive_mark(archive, "place book");
    if (is_seen == NULL || (hc_archive_is_loading(archive) && hc_span_view_clear(b->view) < 0)) {
        hc_archive_fail_memory(archive);
    }
    if (is_kept) {
        exchange_all_running(b, archive);
    }
    for (uint32_t slot = 0; slot < limit && !hc_archive_has_failed(archive); slot++) {
        exchange_slot(b, archive, slot, is_kept, is_seen);
    }
    free(is_seen);
}
