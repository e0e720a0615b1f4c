#ifndef HC_TESTS_TRACES_STREAM_PRIVATE_PLACE_H
#define HC_TESTS_TRACES_STREAM_PRIVATE_PLACE_H

/** A folder of mode 0700 that is emptied and removed at the end of the program. */

/** Its absolute path; the same in each call. */
const char *hc_private_place(void);

/** "<before><folder>/<name>": hc_in_place("ipc://", "socket"). One of eight static buffers. */
const char *hc_in_place(const char *before, const char *name);

#endif
