#ifndef HC_TRACES_STREAM_RANK_LINK_H
#define HC_TRACES_STREAM_RANK_LINK_H

#include "sim/error.h"
#include "traces/stream/parcel.h"

#include <stdbool.h>

/** The way of a rank's parcels to the publisher of its node, which is another process of the same user. One thread. */
typedef struct hc_rank_link hc_rank_link;

/** @param endpoint  where the publisher collects; one that is not there yet is waited for
 *  @return 0 and a link that the caller closes, or -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_rank_link_open(hc_rank_link **out, const char *endpoint, hc_error *error);

/** @param may_wait  for room, as long as the publisher is there; else what finds none is left out
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME): it has left. */
int hc_rank_link_send(hc_rank_link *link, const hc_parcel *parcel, bool may_wait, hc_error *error);

/** From now on a publisher that is not there is waited for no longer than two seconds instead of thirty. */
void hc_rank_link_hasten(hc_rank_link *link);

/** Waits until the publisher has taken what was sent, or has left. Accepts NULL. */
void hc_rank_link_close(hc_rank_link *link);

#endif
