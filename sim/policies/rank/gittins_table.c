#include "sim/policies/rank/gittins.h"

#include <stdlib.h>

static int check_options(const hc_gittins_options *o, hc_error *error)
{
    if (o->sample_count == 0 || o->quantum <= 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "gittins needs a sample of run times and a quantum");
    }
    if (o->sample[o->sample_count - 1] / o->quantum >= HC_GITTINS_MAX_QUANTA) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "gittins: the longest run time of the sample is more than %d quanta; "
                            "use a longer quantum",
                            HC_GITTINS_MAX_QUANTA);
    }
    return 0;
}

/* Of the sample beyond `attained`, one value after the other as the end of the span. */
static double index_at(const hc_gittins_options *o, hc_time attained)
{
    double best = 0;
    double ended_time = 0;
    double ended_count = 0;
    for (uint32_t i = 0; i < o->sample_count; i++) {
        double span = (double)(o->sample[i] - attained);
        double left = (double)(o->sample_count - i - 1);
        if (o->sample[i] <= attained) {
            continue;
        }
        ended_time += span;
        ended_count += 1;
        if (ended_count / (ended_time + span * left) > best) {
            best = ended_count / (ended_time + span * left);
        }
    }
    return best;
}

int hc_gittins_table_open(hc_gittins_table *table, const hc_gittins_options *o, hc_error *error)
{
    *table = (hc_gittins_table){.quantum = o->quantum};
    if (check_options(o, error) < 0) {
        return -1;
    }
    table->count = (uint32_t)(o->sample[o->sample_count - 1] / o->quantum) + 1;
    table->index = calloc(table->count, sizeof *table->index);
    if (table->index == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < table->count; i++) {
        table->index[i] = index_at(o, (hc_time)i * o->quantum);
    }
    return 0;
}

void hc_gittins_table_close(hc_gittins_table *table)
{
    free(table->index);
    table->index = NULL;
}

static double index_of_quantum(const hc_gittins_table *table, int64_t quantum)
{
    return quantum < table->count ? table->index[quantum] : 0;
}

double hc_gittins_index(const hc_gittins_table *table, hc_time attained)
{
    return index_of_quantum(table, attained / table->quantum);
}

hc_time hc_gittins_next_change(const hc_gittins_table *table, hc_time attained)
{
    int64_t quantum = attained / table->quantum;
    double now = index_of_quantum(table, quantum);
    if (quantum >= table->count) {
        return HC_TIME_NEVER;
    }
    do {
        quantum++;
    } while (quantum < table->count && table->index[quantum] == now);
    return quantum * table->quantum;
}
