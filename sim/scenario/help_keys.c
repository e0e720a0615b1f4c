#include "sim/scenario/help_keys.h"

#include "sim/scenario/capture.h"
#include "sim/scenario/defects.h"

#include <errno.h>
#include <string.h>

int hc_help_open(hc_help_keys *keys, FILE *out, const hc_key_table *tables, size_t table_count,
                 hc_error *error)
{
    hc_defects defects = {.kind = HC_ERROR_INTERNAL};
    *keys = (hc_help_keys){.out = out};
    keys->root = hc_key_tree_build(&keys->arena, tables, table_count, &defects);
    if (hc_defects_finish(&defects, error) < 0) {
        hc_arena_release(&keys->arena);
        return -1;
    }
    return 0;
}

int hc_help_close(hc_help_keys *keys, hc_error *error)
{
    hc_arena_release(&keys->arena);
    if (keys->is_out_of_memory) {
        return hc_error_memory(error);
    }
    errno = 0;
    if (fflush(keys->out) != 0 || ferror(keys->out) != 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "cannot write: %s",
                            errno == 0 ? "an earlier write failed" : strerror(errno));
    }
    return 0;
}

char *hc_help_capture(hc_help_keys *keys, const hc_key *key,
                      void (*describe)(FILE *out, const hc_key *key))
{
    hc_capture capture;
    char *text = NULL;
    if (hc_capture_open(&capture) != NULL) {
        describe(capture.file, key);
        text = hc_capture_close(&capture);
    }
    keys->is_out_of_memory = keys->is_out_of_memory || text == NULL;
    return text;
}

bool hc_help_is_group(const hc_key_node *node)
{
    return node->parent != NULL && node->parent->parent == NULL && node->first != NULL;
}
