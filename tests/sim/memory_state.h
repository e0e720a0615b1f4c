#ifndef HC_TESTS_SIM_MEMORY_STATE_H
#define HC_TESTS_SIM_MEMORY_STATE_H

#include "sim/interfaces/state_store.h"

#include <stddef.h>

/** A saved state in memory: no files. Zero is empty. */

typedef struct hc_memory_section {
    char name[HC_STATE_NAME_SIZE];
    unsigned char *bytes;
    size_t size;
} hc_memory_section;

typedef struct hc_memory_state {
    hc_memory_section *sections;
    size_t count;
    hc_memory_section *current; /**< that is open */
    size_t next;                /**< of its bytes to be read */
} hc_memory_state;

/** A store that writes sections behind those that are there, and one that reads them. Borrow the state. */
hc_state_store hc_memory_state_writer(hc_memory_state *state);
hc_state_store hc_memory_state_reader(hc_memory_state *state);

void hc_memory_state_free(hc_memory_state *state);

#endif
