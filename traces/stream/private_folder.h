#ifndef HC_TRACES_STREAM_PRIVATE_FOLDER_H
#define HC_TRACES_STREAM_PRIVATE_FOLDER_H

#include "sim/error.h"

/** Whether nobody but the user (and root) can reach what lies in a folder, or put another folder in its place: it
 *  belongs to the effective user, its mode has no bits for group and others, and the way there leads through no symbolic
 *  link of somebody else and no folder in which everybody may rename. Who owns a folder on the way, or shares it by its group, is trusted
 *  not to rename in it.
 *  @param folder  absolute
 *  @param who     opens the message
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE) that says which command mends it. */
int hc_private_folder_check(const char *folder, const char *who, hc_error *error);

#endif
