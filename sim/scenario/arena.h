#ifndef HC_SIM_SCENARIO_ARENA_H
#define HC_SIM_SCENARIO_ARENA_H

#include <stddef.h>

/** Memory that is given back all at once: the parts of a scenario live and die together.
 *  Each piece is an allocation of its own, so that AddressSanitizer sees every overrun.
 *  Starts as {0}. */
typedef struct hc_arena {
    struct hc_arena_block *newest;
} hc_arena;

/** `count` zeroed elements of `size` bytes, aligned for every type. Cost: O(bytes).
 *  @return NULL when memory is short or the product overflows. */
void *hc_arena_take(hc_arena *arena, size_t count, size_t size);

/** A copy with a NUL behind it. @return NULL when memory is short. */
char *hc_arena_copy(hc_arena *arena, const char *text, size_t length);

/** Frees everything that was taken; the arena is empty then. */
void hc_arena_release(hc_arena *arena);

#endif
