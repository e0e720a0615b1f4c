#ifndef HC_TRACES_STUDY_JOURNAL_H
#define HC_TRACES_STUDY_JOURNAL_H

#include "sim/error.h"
#include "traces/study/study_content.h"

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Which runs of a study are finished, and what they gave: what a killed study goes on from.
 *
 *  Every process that makes runs appends to a file of its own beside the study's final name:
 *  NAME.journal-rank0003 in a sweep, NAME.journal-run17 of a single run. A record is one finished run; it carries its
 *  length and a checksum, and is on the disk when hc_journal_append() returns. A process that is killed loses the run
 *  that it was making and nothing else: what stands torn at the end of a file is left out, and cut off by the next
 *  writer. Files are of the machine's own byte order. */

/** What a journal belongs to. */
typedef struct hc_journal_identity {
    uint64_t hash; /**< of everything that the results depend on, hc_journal_hash() */
    uint32_t output_count;
} hc_journal_identity;

/** A hash of texts in their order. */
uint64_t hc_journal_hash(const char *const *texts, size_t count);

/** One finished run. */
typedef struct hc_journal_record {
    uint32_t point;
    uint32_t repetition;
    bool is_failed;
    double wall_seconds;
    const double *values; /**< output_count of them, NAN when it failed; borrowed */
    const char
        *error; /**< of a failed run, "" otherwise; cut behind HC_STUDY_ERROR_BYTES; borrowed */
} hc_journal_record;

typedef struct hc_journal hc_journal;

/** Opens a writer's journal behind its last whole record, or makes it.
 *  @param name    final name of the study
 *  @param writer  "rank0003", "run17"
 *  @return 0 and a journal that the caller closes, or -1 with `error` set: HC_ERROR_USAGE when another process is
 *          writing it or it belongs to another study, HC_ERROR_OUTPUT when it cannot be written. */
int hc_journal_open(hc_journal **out, const char *name, const char *writer,
                    const hc_journal_identity *identity, hc_error *error);

/** Writes a record and waits until it is on the disk. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_journal_append(hc_journal *journal, const hc_journal_record *record, hc_error *error);

void hc_journal_close(hc_journal *journal); /**< accepts NULL */

/** Takes a record. @return 0, or -1 with `error` set to end the reading. */
typedef int (*hc_journal_visitor)(void *self, const hc_journal_record *record, hc_error *error);

/** What was found beside a name. */
typedef struct hc_journals_found {
    uint32_t file_count;
    uint64_t record_count;
    uint32_t torn_count; /**< files whose end is no whole record */
} hc_journals_found;

/** Reads all journals beside a name, in the order of their names. A run may occur twice.
 *  @param visit  NULL: only counts
 *  @return 0, or -1 with `error` set: HC_ERROR_USAGE when one belongs to another study. */
int hc_journals_read(const char *name, const hc_journal_identity *identity,
                     hc_journal_visitor visit, void *self, hc_journals_found *found,
                     hc_error *error);

/** Whether there are any. */
bool hc_journals_exist(const char *name);

/** Removes them. @return 0, or -1 with `error` set: one is being written (HC_ERROR_USAGE), or the disk refuses. */
int hc_journals_remove(const char *name, hc_error *error);

/** Files whose name begins with a given one, sorted. What a pattern would take for its own in the name is escaped.
 *  @param pattern_behind  of glob(), for what stands behind the name: ".journal-*"
 *  @return 0, or -1 with `error` set; globfree() in both cases. */
int hc_files_beside(const char *name, const char *pattern_behind, glob_t *out, hc_error *error);

/** The records of one file, from its begin on.
 *  @param shown      what messages call the file
 *  @param end        [out] bytes up to the end of the last whole record; 0: not even the head is whole
 *  @param is_torn    [out] whether something stands behind it
 *  @return as hc_journals_read() */
int hc_journal_scan(FILE *file, const char *shown, const hc_journal_identity *identity,
                    hc_journal_visitor visit, void *self, uint64_t *end, bool *is_torn,
                    hc_error *error);

#endif
