#ifndef HC_SIM_INTERFACES_STATE_STORE_H
#define HC_SIM_INTERFACES_STATE_STORE_H

#include "sim/error.h"

#include <stddef.h>

enum { HC_STATE_NAME_SIZE = 32 };

/** Where a saved simulation lies: sections with names of less than HC_STATE_NAME_SIZE bytes, one open at a time, each
 *  written or read from its begin to its end. One section is common to all, each partition has one of its own, so that
 *  a simulation may be taken up by other processes than saved it. */
typedef struct hc_state_store {
    void *self;

    /** Begins a section, or finds it and makes sure that it is whole. @return 0, or -1 with `error` set. */
    int (*open)(void *self, const char *section, hc_error *error);

    /** One of these, as the store is there for. As in hc_archive_port. */
    int (*write)(void *self, const void *data, size_t size, hc_error *error);
    int (*read)(void *self, void *data, size_t size, size_t *got, hc_error *error);

    /** Ends the section. @return 0, or -1 with `error` set: it could not be written. */
    int (*close)(void *self, hc_error *error);
} hc_state_store;

#endif
