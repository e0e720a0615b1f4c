#include "traces/run/run_sources.h"

#include "traces/run/private_file.h"

#include <stdlib.h>
#include <string.h>

/* @return the new source, NULL with `error` set. */
static hc_run_source *add(hc_run_sources *sources, const char *final_path, uint32_t generation,
                          uint32_t rank, hc_error *error)
{
    hc_run_source *grown = realloc(sources->items, (sources->count + 1) * sizeof *grown);
    if (grown == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    sources->items = grown;
    grown += sources->count;
    *grown = (hc_run_source){.path = hc_private_file_name(final_path, generation, rank),
                             .generation = generation};
    if (grown->path == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    sources->count++;
    return grown;
}

int hc_run_sources_add_past(hc_run_sources *sources, const char *final_path,
                            const hc_run_past *past, hc_error *error)
{
    for (size_t i = 0; i < past->count; i++) {
        const hc_earlier_file *f = &past->files[i];
        hc_run_source *added = add(sources, final_path, f->generation, f->rank, error);
        if (added == NULL) {
            return -1;
        }
        added->is_cut = true;
        memcpy(added->rows, f->rows, sizeof added->rows);
    }
    return 0;
}

int hc_run_sources_add_rank(hc_run_sources *sources, const char *final_path, uint32_t generation,
                            uint32_t rank, hc_error *error)
{
    return add(sources, final_path, generation, rank, error) == NULL ? -1 : 0;
}

void hc_run_sources_release(hc_run_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->items[i].path);
    }
    free(sources->items);
    *sources = HC_RUN_SOURCES_NONE;
}
