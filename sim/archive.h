#ifndef HC_SIM_ARCHIVE_H
#define HC_SIM_ARCHIVE_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Saves the state of objects as a stream of bytes, or loads it: one function per type, `hc_<type>_exchange`, goes
 *  through its members in one order for both, so that saving and loading cannot disagree.
 *
 *  Loading goes over an object that was created from the same options: what follows from these is not exchanged. Nothing
 *  that is loaded is believed: counts and indexes are checked before they are used. The first failure sticks, and what is
 *  loaded behind it is zero; an object whose loading has failed can only be destroyed. Numbers have the layout of the
 *  machine that saves. */
typedef struct hc_archive hc_archive;

/** Where the bytes go, or come from; each function may be NULL where it is not needed. */
typedef struct hc_archive_port {
    void *self;
    /** @return 0, or -1 with `error` set. */
    int (*write)(void *self, const void *data, size_t size, hc_error *error);
    /** Reads at most `size` bytes. @param got  [out] 0: there are no more  @return 0, or -1 with `error` set. */
    int (*read)(void *self, void *data, size_t size, size_t *got, hc_error *error);
} hc_archive_port;

/** @param port   borrowed until the archive is closed
 *  @param error  takes the first failure; borrowed likewise, not NULL
 *  @return an archive that the caller closes, or NULL with `error` set. */
hc_archive *hc_archive_save(const hc_archive_port *port, hc_error *error);
hc_archive *hc_archive_load(const hc_archive_port *port, hc_error *error);

/** Writes what is left, or makes sure that nothing is left to load. Takes NULL.
 *  @return 0, or -1: something has failed, now or before. */
int hc_archive_close(hc_archive *archive);

bool hc_archive_is_loading(const hc_archive *archive);
bool hc_archive_has_failed(const hc_archive *archive);

/** What a failure is called: "lifecycle". A mark is saved with the state: loading stops where another one is expected.
 *  @param name  at most 15 characters; borrowed */
void hc_archive_mark(hc_archive *archive, const char *name);

/** Bytes without padding. */
void hc_archive_bytes(hc_archive *archive, void *data, size_t size);
#define HC_EXCHANGE(archive, member) hc_archive_bytes((archive), &(member), sizeof(member))

void hc_archive_bool(hc_archive *archive, bool *value);

/** A time: missing, or not so long before zero that it cannot be taken from another one. */
void hc_archive_time(hc_archive *archive, int64_t *time);

/** A number below `limit`, such as an enumeration or an index. @return the number, 0 when loading fails. */
uint32_t hc_archive_below(hc_archive *archive, uint32_t value, uint32_t limit);
#define HC_EXCHANGE_ENUM(archive, member, limit) \
    ((member) = hc_archive_below((archive), (uint32_t)(member), (limit)))

/** A number of items that follow, at most `limit`. @return it, 0 when loading fails. */
uint64_t hc_archive_count(hc_archive *archive, uint64_t count, uint64_t limit);

/** Items without padding, behind their number. Loading takes no more memory than twice what is there to be loaded.
 *  @param items  what is to be saved; not looked at when loading
 *  @param count  [in, out] at most `limit`
 *  @return when saving `items`; when loading a new array that the caller owns, NULL when it is empty or loading fails. */
void *hc_archive_array(hc_archive *archive, void *items, uint64_t *count, uint64_t limit,
                       size_t item_size);

/** Says what must hold of what was loaded; nothing when saving. @param claim  "jobs are in the order of their keys"
 *  @return whether nothing has failed so far. */
bool hc_archive_require(hc_archive *archive, bool holds, const char *claim);

/** Memory is short. */
void hc_archive_fail_memory(hc_archive *archive);

#endif
