#ifndef HC_SIM_SCENARIO_LONE_DASH_H
#define HC_SIM_SCENARIO_LONE_DASH_H

#include "sim/scenario/arena.h"

#include <stdbool.h>
#include <stddef.h>

/** "file: -" means standard input, as on command lines. YAML takes a dash before a blank for the mark of an item
 *  and refuses it there. So libyaml is shown another character in the place of such dashes, one that the text
 *  does not have, and every value that it finds is given its dashes back. */
typedef struct hc_lone_dash {
    const char *text; /**< what libyaml is to read; of the same length */
    char stand_in;    /**< '\0': nothing was replaced */
} hc_lone_dash;

/** Replaces dashes that are the whole value of a key, or the whole text.
 *  @return false when memory is short. Cost: O(length). */
bool hc_lone_dash_hide(hc_lone_dash *out, hc_arena *arena, const char *text, size_t length);

/** Puts dashes back into a value. */
void hc_lone_dash_restore(const hc_lone_dash *dash, char *value, size_t length);

#endif
