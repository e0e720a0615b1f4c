#include "sim/scenario/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct hc_arena_block {
    struct hc_arena_block *next;
    max_align_t memory[];
};

void *hc_arena_take(hc_arena *arena, size_t count, size_t size)
{
    struct hc_arena_block *block = NULL;
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, sizeof *block, &bytes)) {
        return NULL;
    }
    block = calloc(1, bytes);
    if (block == NULL) {
        return NULL;
    }
    block->next = arena->newest;
    arena->newest = block;
    return block->memory;
}

char *hc_arena_copy(hc_arena *arena, const char *text, size_t length)
{
    char *copy = length == SIZE_MAX ? NULL : hc_arena_take(arena, length + 1, 1);
    if (copy != NULL && length > 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

void hc_arena_release(hc_arena *arena)
{
    while (arena->newest != NULL) {
        struct hc_arena_block *next = arena->newest->next;
        free(arena->newest);
        arena->newest = next;
    }
}
