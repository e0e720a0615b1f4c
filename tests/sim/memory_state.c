#include "tests/sim/memory_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_new(void *self, const char *name, hc_error *error)
{
    hc_memory_state *s = self;
    hc_memory_section *grown = realloc(s->sections, (s->count + 1) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    s->sections = grown;
    s->current = &grown[s->count++];
    *s->current = (hc_memory_section){.bytes = NULL};
    (void)snprintf(s->current->name, sizeof s->current->name, "%s", name);
    return 0;
}

static int write_bytes(void *self, const void *data, size_t size, hc_error *error)
{
    hc_memory_section *section = ((hc_memory_state *)self)->current;
    unsigned char *grown = realloc(section->bytes, section->size + size);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    memcpy(grown + section->size, data, size);
    section->bytes = grown;
    section->size += size;
    return 0;
}

static int find(void *self, const char *name, hc_error *error)
{
    hc_memory_state *s = self;
    s->next = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->sections[i].name, name) == 0) {
            s->current = &s->sections[i];
            return 0;
        }
    }
    return hc_error_set(error, HC_ERROR_RUNTIME, "no section `%s`", name);
}

static int read_bytes(void *self, void *data, size_t size, size_t *got, hc_error *error)
{
    hc_memory_state *s = self;
    size_t left = s->current->size - s->next;
    (void)error;
    *got = size < left ? size : left;
    if (*got > 0) {
        memcpy(data, s->current->bytes + s->next, *got);
    }
    s->next += *got;
    return 0;
}

static int close_section(void *self, hc_error *error)
{
    (void)error;
    ((hc_memory_state *)self)->current = NULL;
    return 0;
}

hc_state_store hc_memory_state_writer(hc_memory_state *state)
{
    return (hc_state_store){
        .self = state, .open = open_new, .write = write_bytes, .close = close_section};
}

hc_state_store hc_memory_state_reader(hc_memory_state *state)
{
    return (hc_state_store){
        .self = state, .open = find, .read = read_bytes, .close = close_section};
}

void hc_memory_state_free(hc_memory_state *state)
{
    for (size_t i = 0; i < state->count; i++) {
        free(state->sections[i].bytes);
    }
    free(state->sections);
    *state = (hc_memory_state){.sections = NULL};
}
