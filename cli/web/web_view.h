#ifndef HC_CLI_WEB_VIEW_H
#define HC_CLI_WEB_VIEW_H

#include "sim/error.h"

#include <jansson.h>
#include <stdbool.h>

/** A page with live charts for browsers of this machine (libmicrohttpd): the page itself, and its states as server-sent
 *  events. No thread of its own: the owner waits for its descriptor and lets it serve.
 *
 *  A browser that reads slowly loses states in between, never the last one; each takes bounded memory. */
typedef struct hc_web_view hc_web_view;

/** @param place  "127.0.0.1:5665" (cli/web/web_request.h)
 *  @return 0 and a view that the caller closes, or -1 with `error` set: HC_ERROR_USAGE, or HC_ERROR_RUNTIME when nobody can
 *  listen there. */
int hc_web_view_open(hc_web_view **out, const char *place, hc_error *error);

/** Waits up to a second for browsers to take the last state; accepts NULL. */
void hc_web_view_close(hc_web_view *view);

/** "http://127.0.0.1:5665/0123.../": what to open. Borrowed. */
const char *hc_web_view_address(const hc_web_view *view);

/** Readable when hc_web_view_serve has something to do; it must be called several times a second in any case. */
int hc_web_view_descriptor(const hc_web_view *view);
void hc_web_view_serve(hc_web_view *view);

/** Whether anybody would see a state. */
bool hc_web_view_has_readers(const hc_web_view *view);

/** Sends a state to all readers; one that says nothing new is left out.
 *  @param state  taken over; NULL: it could not be made
 *  @return 0, or -1 with `error` set: memory is short. */
int hc_web_view_show(hc_web_view *view, json_t *state, hc_error *error);

#endif
