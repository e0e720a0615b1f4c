#ifndef HC_TRACES_RUN_STATE_LAYOUT_H
#define HC_TRACES_RUN_STATE_LAYOUT_H

/* How a state file lies on the disk, for those that write, read and join it: head, sections, index, tail. Numbers have the
 * layout of the machine that writes them. A section is a zstd frame. The checksum of the tail binds head and index, and
 * the index has a checksum of each section as it lies there: nothing is unpacked that is not as it was written. */

#include "traces/run/state_file.h"

#define HC_STATE_MAGIC "HCSTATE"
#define HC_STATE_END "HCS-END"
#define HC_STATE_BYTE_ORDER UINT32_C(0x01020304)

enum {
    HC_STATE_FORMAT = 1, /* of the file and of what the sections hold */
    HC_STATE_MAGIC_SIZE = 8,
    HC_STATE_CHUNK = 1 << 17,
};

typedef struct hc_state_head {
    char magic[HC_STATE_MAGIC_SIZE];
    uint32_t byte_order;
    uint32_t format;
    char program[HC_STATE_PROGRAM_SIZE];
    hc_state_hash fingerprint;
    hc_time time;
} hc_state_head;

typedef struct hc_state_entry {
    char name[HC_STATE_NAME_SIZE];
    uint64_t offset;
    uint64_t size;         /* in the file */
    uint64_t content_size; /* unpacked */
    hc_state_hash hash;    /* of what lies in the file */
} hc_state_entry;

typedef struct hc_state_tail {
    uint64_t index_offset;
    uint64_t section_count;
    hc_state_hash hash; /* of the head and of the index */
    char magic[HC_STATE_MAGIC_SIZE];
} hc_state_tail;

_Static_assert(sizeof(hc_state_head) == 16 + HC_STATE_PROGRAM_SIZE + 24, "no padding");
_Static_assert(sizeof(hc_state_entry) == HC_STATE_NAME_SIZE + 40, "no padding");
_Static_assert(sizeof(hc_state_tail) == 40, "no padding");

hc_state_hash hc_state_hash_index(const hc_state_head *head, const hc_state_entry *index,
                                  uint64_t section_count);

/* The sections of an open file. Borrowed. */
const hc_state_head *hc_state_reader_head(const hc_state_reader *reader);
const hc_state_entry *hc_state_reader_index(const hc_state_reader *reader, uint64_t *count);

/* Hands the bytes of a section to `take`, as they lie there, and makes sure that they are what was written.
 * @param take  NULL: they are only looked at; returns 0, or -1 with `error` set
 * @return 0, or -1 with `error` set. */
int hc_state_reader_copy(hc_state_reader *reader, const hc_state_entry *entry,
                         int (*take)(void *self, const void *data, size_t size, hc_error *error),
                         void *self, hc_error *error);

/* A section of another file, as it lies there. @return 0, or -1 with `error` set. */
int hc_state_writer_add(hc_state_writer *writer, hc_state_reader *from, const hc_state_entry *entry,
                        hc_error *error);

#endif
