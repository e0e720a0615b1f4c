#ifndef HC_SIM_FEDERATION_DOOR_H
#define HC_SIM_FEDERATION_DOOR_H

#include "sim/engine/engine.h"
#include "sim/federation/federation.h"
#include "sim/federation/message.h"
#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stdint.h>

/** The broker's part at one site. A job that is submitted at home comes to the door, which sends it on at once:
 *  to the queue at home, or to another site. It knows its own site as it is now, and the others from the last report of
 *  each, which is as old as its way was long, and what it has sent there since. Sites that can never run the job
 *  are no candidates; ties go to the home, then to the next site in order, counted round from the home.
 *
 *  A report also says whether its site will send more jobs, and how many it has sent: so each site knows when it
 *  has all that will ever come. A site reports until then. */
typedef struct hc_door hc_door;

/** @param federation  borrowed
 *  @param site        whose door it is; the logical process of a site has its number
 *  @return 0 and a door that the caller owns, or -1 with `error` set. */
int hc_door_create(hc_door **out, hc_federation *federation, uint32_t site, hc_error *error);
void hc_door_destroy(hc_door *door);

/** Where a job goes that is submitted here now. @return a site, this one when no site can run it. O(sites). */
uint32_t hc_door_choose(hc_door *door, const hc_lifecycle *home, const hc_job_spec *spec,
                        hc_time now);

/** Sends a job to another site, where it arrives after the time of its way.
 *  @return 0, or -1 with `error` set. */
int hc_door_send(hc_door *door, hc_engine *engine, uint32_t to, const hc_job_spec *spec,
                 hc_job_id id, hc_error *error);

/** Posts the next of this site's own reports. */
void hc_door_await_report(const hc_door *door, hc_engine *engine, hc_time time);

/** It is time to report: tells all others, and posts the next report unless all has come that ever will.
 *  @param is_closed  no job will be submitted here any more */
void hc_door_report(hc_door *door, hc_engine *engine, const hc_lifecycle *home, bool is_closed);

/** Another site's report has arrived. @return 0, or -1 with `error` set. */
int hc_door_take_report(hc_door *door, uint32_t from, const unsigned char *bytes, size_t size,
                        hc_error *error);

/** A job has arrived from another site. */
void hc_door_count_arrival(hc_door *door);

/** Whether every other site has said that it sends no more, and all that it sent has arrived. */
bool hc_door_is_closed(const hc_door *door);

struct hc_archive;

/** What the door knows, to be saved or loaded (sim/archive.h). */
void hc_door_exchange(hc_door *door, struct hc_archive *archive);

/** Verifies the door's invariants. For tests. */
bool hc_door_check(const hc_door *door);

#endif
