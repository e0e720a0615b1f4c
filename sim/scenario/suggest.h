#ifndef HC_SIM_SCENARIO_SUGGEST_H
#define HC_SIM_SCENARIO_SUGGEST_H

#include "sim/scenario/key_tree.h"

#include <stddef.h>
#include <stdio.h>

/** "Did you mean": the nearest known word to one that is not known. */

enum { HC_SUGGEST_LENGTH_LIMIT = 64 }; /**< longer words are like no other */

/** How many letters must be inserted, removed, replaced or swapped with their neighbour to make one word of
 *  the other. Cost: O(product of the lengths). @return SIZE_MAX when a word is too long. */
size_t hc_suggest_distance(const char *a, size_t a_length, const char *b, size_t b_length);

/** The same when the candidate is near enough to be meant: distance at most 2 or a third of the word, and less
 *  than the length of the candidate; else SIZE_MAX. */
size_t hc_suggest_nearness(const char *word, size_t length, const char *candidate,
                           size_t candidate_length);

/** The nearest key of a map, if it is near enough. Of equally near ones the first in the table. @return NULL when none is. */
const hc_key_node *hc_suggest_key(const hc_key_node *map, const char *name, size_t length);

/** The nearest of the choices "packed|spread", by the same rule; NULL when none is near. */
const char *hc_suggest_choice(const char *choices, const char *text, size_t length);

/** Ends a message about an unknown key of `map`: `; did you mean "policy"?`, also with the place where a key
 *  of exactly this name exists (`; did you mean scheduler.policy?`); nothing when neither is found. */
void hc_suggest_write(FILE *out, const hc_key_node *map, const char *name, size_t length);

#endif
