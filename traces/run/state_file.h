#ifndef HC_TRACES_RUN_STATE_FILE_H
#define HC_TRACES_RUN_STATE_FILE_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/interfaces/state_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The state of a run on the disk: named sections, packed by zstd, with checksums, a version, and what it was made from.
 *
 *  A file has its name only when it is whole and on the disk. A state is taken up only by the program that wrote it and
 *  with the same scenario and inputs: anything else could not end as the run would have. Where several ranks write, each
 *  writes a part of its own (hc_state_part_name), and one of them joins the parts. */
typedef struct hc_state_writer hc_state_writer;
typedef struct hc_state_reader hc_state_reader;

enum { HC_STATE_PROGRAM_SIZE = 64, HC_STATE_PART_ROOM = 16, HC_STATE_MAX_PARTS = 10000 };

typedef struct hc_state_hash {
    uint64_t words[2];
} hc_state_hash;

/** XXH3-128. */
hc_state_hash hc_state_hash_of(const void *data, size_t size);

/** What a state is of. */
typedef struct hc_state_label {
    const char *program; /**< name, version and commit; less than HC_STATE_PROGRAM_SIZE bytes */
    hc_state_hash fingerprint; /**< of the resolved scenario and of all inputs */
    hc_time time;              /**< simulated time at which the run was saved */
} hc_state_label;

/** Begins a file beside the name that it will get; what an earlier attempt left half built is removed.
 *  @param path  borrowed; a plain file that is there will be replaced
 *  @return 0, or -1 with `error` set. */
int hc_state_writer_open(hc_state_writer **out, const char *path, const hc_state_label *label,
                         hc_error *error);

/** Where sections are written, for hc_simulation_save, and for sections of the caller's own. Borrows the writer. */
hc_state_store hc_state_writer_store(hc_state_writer *writer);

/** Gives the file its name. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT): nothing has changed. */
int hc_state_writer_finish(hc_state_writer *writer, hc_error *error);

/** Frees the writer; what was not finished is removed. Takes NULL. */
void hc_state_writer_close(hc_state_writer *writer);

/** Opens a state and makes sure that it is whole so far as its head, index and sizes go; the sections are looked at when
 *  they are opened.
 *  @param path      borrowed
 *  @param expected  as in hc_state_reader_check; NULL: to be checked later
 *  @return 0, or -1 with `error` set: not a state (HC_ERROR_USAGE), of another version, scenario or input
 *  (HC_ERROR_USAGE), or damaged (HC_ERROR_RUNTIME). */
int hc_state_reader_open(hc_state_reader **out, const char *path, const hc_state_label *expected,
                         hc_error *error);
void hc_state_reader_close(hc_state_reader *reader);

/** @param expected  program and fingerprint that the state must have; its time is not looked at
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_state_reader_check(const hc_state_reader *reader, const hc_state_label *expected,
                          hc_error *error);

hc_time hc_state_reader_time(const hc_state_reader *reader);
bool hc_state_reader_has(const hc_state_reader *reader, const char *section);

/** Where sections are read, for hc_simulation_create, and for sections of the caller's own. Borrows the reader. */
hc_state_store hc_state_reader_store(hc_state_reader *reader);

/** NAME.part0000. @param out  strlen(path) + HC_STATE_PART_ROOM bytes  @param part  below HC_STATE_MAX_PARTS */
void hc_state_part_name(const char *path, uint32_t part, char *out);

/** Makes one file of the parts 0 .. part_count - 1, which must agree and share no section, and removes them.
 *  @return 0, or -1 with `error` set: the parts are left as they are then. */
int hc_state_join(const char *path, uint32_t part_count, const hc_state_label *label,
                  hc_error *error);

#endif
