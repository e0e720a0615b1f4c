#ifndef HC_SIM_POLICIES_PLAN_PLACE_BOOK_H
#define HC_SIM_POLICIES_PLAN_PLACE_BOOK_H

#include "sim/cluster/request.h"
#include "sim/jobs/lifecycle.h"
#include "sim/policies/plan/span_view.h"

#include <stdbool.h>
#include <stdint.h>

/** Which job holds which part of which node when: the running jobs, and the waiting ones of a plan. A place holds
 *  whole GPUs with their CPU and memory.
 *
 *  Places are looked for on a view of what is free during the whole of a span (span_view.h), which moves from span to
 *  span: touched are the nodes of the jobs that end or start between the old span and the new one. */
typedef struct hc_place_book hc_place_book;

/** @return an empty book that the caller owns, or NULL with `error` set. */
hc_place_book *hc_place_book_create(hc_lifecycle *lifecycle, hc_error *error);
void hc_place_book_destroy(hc_place_book *book);

/** Takes all jobs out, and forgets where those that run are; places are then looked for on the nodes that are in
 *  service now. @return 0, or -1 when memory is short. */
int hc_place_book_clear(hc_place_book *book);

/** Looks for a place for a waiting job that is free during a span, which does not begin before now; the place is
 *  remembered for it. Cost: O(nodes of the jobs between the last span and this one), and that of a placement.
 *  @return 1 found, 0 not, -1 when memory is short. */
int hc_place_book_find(hc_place_book *book, uint32_t slot, const hc_span *span);

/** Whether there is one; nothing is remembered. */
bool hc_place_book_fits(hc_place_book *book, uint32_t slot, const hc_span *span);

/** GPUs that a job will have at least on nodes that were idle before. O(classes). */
uint32_t hc_place_book_least_idle(const hc_place_book *book, uint32_t slot);

/** The first instant, from `from` on, since which idle nodes have so many GPUs for `duration`, though perhaps not always
 *  the same nodes; HC_TIME_NEVER: there is none. Cost: as hc_profile_find. */
hc_time hc_place_book_find_idle(const hc_place_book *book, uint32_t gpu_count, hc_time duration,
                                hc_time from);

/** The first instant after `time` at which a job of the book ends; HC_TIME_NEVER: none does. */
hc_time hc_place_book_next_end(const hc_place_book *book, hc_time time);

/** Enters a waiting job with the place that is remembered for it. @return 0, or -1 when memory is short. */
int hc_place_book_enter(hc_place_book *book, uint32_t slot, const hc_span *span);

/** Enters a job that runs, at its place. @return 0, or -1 when memory is short. */
int hc_place_book_enter_running(hc_place_book *book, uint32_t slot, const hc_span *span);

/** Takes a job out; its place stays remembered until it is forgotten. @return 0, or -1 when memory is short. */
int hc_place_book_take_out(hc_place_book *book, uint32_t slot);
void hc_place_book_forget(hc_place_book *book, uint32_t slot);

/** Whether the job is in the book. */
bool hc_place_book_contains(const hc_place_book *book, uint32_t slot);

/** Whether the place that is remembered for a job, which is not entered, is free during a span. */
bool hc_place_book_is_free(const hc_place_book *book, uint32_t slot, const hc_span *span);

/** Starts an entered job at its place. @return 0 or -1. */
int hc_place_book_start(hc_place_book *book, uint32_t slot);

struct hc_archive;

/** Saves the book, or loads it into one that was just created.
 *  @param is_kept  who is entered stays so; else the book will be cleared before it is asked again */
void hc_place_book_exchange(hc_place_book *book, struct hc_archive *archive, bool is_kept);

/** Verifies what is known of idle nodes. For tests. */
bool hc_place_book_check(const hc_place_book *book);

/** Takes all jobs out that do not run. @return 0, or -1 when memory is short. */
int hc_place_book_take_out_waiting(hc_place_book *book);

#endif
