#ifndef HC_TESTS_TRACES_RUN_DAMAGE_H
#define HC_TESTS_TRACES_RUN_DAMAGE_H

#include "tests/traces/run/scratch.h"

#include <stddef.h>
#include <stdint.h>

/** What tests that damage run files share. Each function ends the program when it cannot do its work. */

typedef struct hc_bytes {
    uint8_t *data;
    size_t count;
} hc_bytes;

/** The bytes of a file, which the caller frees. */
hc_bytes hc_read_bytes(const char *path);

void hc_write_bytes(const char *path, const uint8_t *data, size_t count);

/** The bytes of a sound run file.
 *  @param driver  the program of run_file_driver.c
 *  @param jobs    how many, in decimal  @param events  which events it holds: "none" or "all" */
hc_bytes hc_make_run_file(const char *driver, const hc_scratch *scratch, const char *jobs,
                          const char *events);

/** The next number below `below` of a simple generator. */
uint64_t hc_damage_draw(uint64_t *state, uint64_t below);

#endif
