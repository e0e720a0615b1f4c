#ifndef HC_CLI_WEB_EVENTS_H
#define HC_CLI_WEB_EVENTS_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

/** Server-sent events to several readers. Each reader holds the event that it is being sent; behind it waits the newest one
 *  alone. */

enum { HC_WEB_READER_LIMIT = 8 };

typedef struct hc_web_events hc_web_events;

/** @return owned by the caller, NULL when memory is short. */
hc_web_events *hc_web_events_create(void);

/** After the daemon that serves them is gone. */
void hc_web_events_destroy(hc_web_events *events);

/** A response that sends all events from the newest one on.
 *  @param connection  that will get it
 *  @return a response, NULL when there are HC_WEB_READER_LIMIT readers or memory is short. */
struct MHD_Response *hc_web_events_response(hc_web_events *events,
                                            struct MHD_Connection *connection);

size_t hc_web_events_reader_count(const hc_web_events *events);

/** Makes an event of a state. What equals the newest one is left out, unless that is long ago: readers that are gone are
 *  known by what cannot be sent.
 *  @return 0, or -1 when memory is short. */
int hc_web_events_put(hc_web_events *events, const json_t *state);

/** Whether every reader has been sent the newest event. */
bool hc_web_events_are_sent(const hc_web_events *events);

/** Lets all readers go on, before the daemon is stopped. */
void hc_web_events_wake(hc_web_events *events);

#endif
