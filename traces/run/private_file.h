#ifndef HC_TRACES_PRIVATE_FILE_H
#define HC_TRACES_PRIVATE_FILE_H

#include "sim/error.h"

#include <stdbool.h>
#include <stdint.h>

/** Names and places of the files of a run.
 *
 *  While a run goes on, each rank writes NAME.rank0000 beside the final NAME; a run that was taken up again g
 *  times writes NAME.rank0000.g<g>. Every file that gets one of
 *  these names was complete before: it is built as NAME.rank0000.<random>.tmp or NAME.<random>.tmp, which is
 *  then linked or renamed. Who holds a lock on NAME.rank0000 is alive; where locks do not work, everybody
 *  looks dead. */
typedef struct hc_private_file {
    char *final_path;
    char *path; /**< NAME.rank0000 */
    int guard;  /**< descriptor that holds the lock, -1 before the claim */
} hc_private_file;

/** The name of a private file. @return text that the caller frees, or NULL when memory is short. */
char *hc_private_file_name(const char *final_path, uint32_t generation, uint32_t rank);

/** @return 0, or -1 when memory is short. Release in any case. */
int hc_private_file_init(hc_private_file *file, const char *final_path, uint32_t generation,
                         uint32_t rank, hc_error *error);

/** Gives the lock up and frees the names; the file itself stays. */
void hc_private_file_release(hc_private_file *file);

/** Whether a result may get its name: nothing is there, or a plain file that may be replaced (`is_forced`).
 *  @return 0, or -1 with a message that says what to do (HC_ERROR_USAGE). */
int hc_final_path_check(const char *final_path, bool is_forced, hc_error *error);

/** The folder of a path. @return text that the caller frees, or NULL when memory is short. */
char *hc_folder_of(const char *path);

/** A name beside `path` that nobody has, for a file that is being built.
 *  @return text that the caller frees, or NULL when memory is short. */
char *hc_temporary_name(const char *path);

/** Gives a finished file its name NAME.rank0000, unless somebody was faster, and takes the lock.
 *  Removes what earlier runs of that name left half built and, when forced, their remains.
 *  @return 0, or -1 with `error` set and the temporary file removed. */
int hc_private_file_claim(hc_private_file *file, const char *temporary, bool is_forced,
                          hc_error *error);

/** Puts a file in the place of the claimed one, in one step, lock included. */
int hc_private_file_replace(hc_private_file *file, const char *temporary, hc_error *error);

/** Takes the lock again: the system drops it whenever this process closes the file by any descriptor. */
void hc_private_file_relock(hc_private_file *file);

/** Renames a file whose content is on the disk to `path`, and waits until the name is on the disk as well.
 *  @param may_replace  false: a file that has this name by now is an error
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT); the temporary file is then left as it was. */
int hc_publish(const char *temporary, const char *path, bool may_replace, hc_error *error);

/** Waits until the content of a file is on the disk. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT).
 *  @param shown  what the message calls the file */
int hc_sync_file(const char *path, const char *shown, hc_error *error);

/** @return the process that writes the file, 0 when none does. */
long hc_private_file_writer(const char *path);

/** Removes a file and waits until its name is gone from the disk. @return 0, or -1 with `error` set. */
int hc_remove_file(const char *path, hc_error *error);

/** Removes files that were being built to get the name `path` when their process died. Nobody may be at work on
 *  that name. */
void hc_remove_half_built(const char *path);

#endif
