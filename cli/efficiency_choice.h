#ifndef HC_CLI_EFFICIENCY_CHOICE_H
#define HC_CLI_EFFICIENCY_CHOICE_H

#include "sim/error.h"
#include "workloads/step/efficiency_file.h"

/** The profile that a user names: one that is shipped, or a file (a name with a dot or a slash in it). */
typedef struct hc_efficiency_choice {
    const hc_efficiency *efficiency; /**< NULL: nobody has chosen */
    hc_efficiency_file *file;        /**< that it is borrowed from; NULL: it is a shipped one */
} hc_efficiency_choice;

/** @param text  NULL: nobody has chosen
 *  @return 0, or -1 with `error` set: a file that is no profile, or no such profile, in words about --profile.
 *          Release in any case. */
int hc_efficiency_choose(hc_efficiency_choice *out, const char *text, hc_error *error);
void hc_efficiency_choice_release(hc_efficiency_choice *choice);

/** Names of the shipped profiles, joined by ", ". @param out  of `size` bytes; cut when they are more */
void hc_efficiency_names(char *out, size_t size);

#endif
