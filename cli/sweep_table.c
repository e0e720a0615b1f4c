#include "cli/sweep_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The table that is being filled. */
typedef struct filling {
    hc_sweep_table *table;
    const hc_study_setup *setup;
} filling;

/* @return the number of the run; SIZE_MAX when the study has no such run */
static size_t run_of(const filling *f, const hc_journal_record *record)
{
    uint32_t repetitions = f->setup->definition.repetition_count;
    if (record->point >= hc_design_point_count(f->setup->design) ||
        record->repetition >= repetitions) {
        return SIZE_MAX;
    }
    return (size_t)record->point * repetitions + record->repetition;
}

static int take(void *self, const hc_journal_record *record, hc_error *error)
{
    filling *f = self;
    hc_sweep_table *t = f->table;
    size_t run = run_of(f, record);
    if (run == SIZE_MAX) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "a journal holds repetition %u of point %u, which the study has not",
                            record->repetition, record->point);
    }
    if (t->states[run] != HC_STUDY_SKIPPED) {
        return 0;
    }
    t->states[run] = record->is_failed ? HC_STUDY_FAILED : HC_STUDY_OK;
    t->seconds[run] = record->wall_seconds;
    memcpy(t->values + run * t->output_count, record->values, t->output_count * sizeof *t->values);
    t->ok_count += record->is_failed ? 0 : 1;
    t->failed_count += record->is_failed ? 1 : 0;
    if (record->is_failed) {
        t->errors[run] = strdup(record->error);
    }
    return record->is_failed && t->errors[run] == NULL ? hc_error_memory(error) : 0;
}

static int make_room(hc_sweep_table *t, const hc_study_setup *setup, hc_error *error)
{
    t->run_count = hc_design_run_count(setup->design);
    t->output_count = setup->definition.output_count;
    t->states = malloc(t->run_count);
    t->seconds = calloc(t->run_count, sizeof *t->seconds);
    t->values = calloc(t->run_count * t->output_count, sizeof *t->values);
    t->errors = calloc(t->run_count, sizeof *t->errors);
    if (t->states == NULL || t->seconds == NULL || t->values == NULL || t->errors == NULL) {
        return hc_error_memory(error);
    }
    memset(t->states, HC_STUDY_SKIPPED, t->run_count);
    for (size_t i = 0; i < t->run_count * t->output_count; i++) {
        t->values[i] = NAN;
    }
    return 0;
}

int hc_sweep_table_read(hc_sweep_table *out, const hc_study_setup *setup, const char *name,
                        hc_error *error)
{
    filling f = {out, setup};
    *out = (hc_sweep_table){.run_count = 0};
    if (make_room(out, setup, error) < 0 ||
        hc_journals_read(name, &setup->identity, take, &f, &out->found, error) < 0) {
        hc_sweep_table_free(out);
        return -1;
    }
    return 0;
}

void hc_sweep_table_free(hc_sweep_table *t)
{
    for (size_t i = 0; t->errors != NULL && i < t->run_count; i++) {
        free(t->errors[i]);
    }
    free(t->states);
    free(t->seconds);
    free(t->values);
    free(t->errors);
    *t = (hc_sweep_table){0};
}
