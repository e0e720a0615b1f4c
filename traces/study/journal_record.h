#ifndef HC_TRACES_STUDY_JOURNAL_RECORD_H
#define HC_TRACES_STUDY_JOURNAL_RECORD_H

/* The bytes of a journal, for its writer and its reader. */

#include "traces/study/journal.h"

enum {
    HC_JOURNAL_RECORD_LIMIT = 40 + 8 * HC_STUDY_OUTPUT_LIMIT + HC_STUDY_ERROR_BYTES + 8,
};

/** What a file begins with. */
typedef struct hc_journal_head {
    char magic[8];
    uint64_t hash;
    uint32_t output_count;
    uint32_t unused;
    uint64_t checksum; /**< of all before it */
} hc_journal_head;

/** What a record begins with; values, text and the checksum of all before it follow. */
typedef struct hc_journal_start {
    uint32_t size; /**< of the whole record, checksum included */
    uint32_t point;
    uint32_t repetition;
    uint32_t is_failed; /**< 0 or 1 */
    double wall_seconds;
    uint32_t error_length;
    uint32_t unused;
} hc_journal_start;

hc_journal_head hc_journal_head_make(const hc_journal_identity *identity);

/** Whether a head is whole. */
bool hc_journal_head_is_sound(const hc_journal_head *head);

/** Writes a record. @param out  HC_JOURNAL_RECORD_LIMIT bytes @return its size */
size_t hc_journal_record_write(char *out, const hc_journal_record *record, uint32_t output_count);

/** Whether a record that begins so can be one. */
bool hc_journal_start_is_sound(const hc_journal_start *start, uint32_t output_count);

/** Reads a record of start->size bytes that begins at `bytes`, which must be aligned for doubles.
 *  @param out  [out] borrows from `bytes`, whose text is ended in place of the checksum
 *  @return whether the checksum is right. */
bool hc_journal_record_read(hc_journal_record *out, char *bytes, uint32_t output_count);

#endif
