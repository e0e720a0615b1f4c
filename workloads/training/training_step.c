#include "workloads/training/training_step.h"

#include "sim/cluster/machine.h"
#include "workloads/step/step_time.h"

#include <math.h>
#include <stdbool.h>

static hc_step_setting setting_on(const hc_training_kind *kind, const hc_model_shape *shape,
                                  const hc_parallel_plan *plan, const hc_rank_layout *layout)
{
    return (hc_step_setting){
        .shape = shape,
        .plan = plan,
        .accelerator = kind->accelerator,
        .efficiency = hc_efficiency_for(kind->accelerator, NULL),
        .network = kind->network,
        .layout = layout,
    };
}

static hc_time time_of(const hc_step_setting *setting)
{
    hc_step_time step;
    hc_step_time_predict(setting, &step);
    double nanoseconds = ceil(step.seconds * (double)HC_SECOND);
    return nanoseconds >= 1 && nanoseconds < (double)HC_TIME_LIMIT ? (hc_time)nanoseconds
           : nanoseconds < 1                                       ? 1
                                                                   : HC_TIME_LIMIT;
}

hc_time hc_training_step_on(const hc_training_kind *kind, const hc_model_shape *shape,
                            const hc_parallel_plan *plan, const hc_rank_layout *layout)
{
    hc_step_setting setting = setting_on(kind, shape, plan, layout);
    return time_of(&setting);
}

/* How long the step takes on each kind, asked once; 0: not asked. */
typedef struct {
    hc_time on[HC_MACHINE_MAX_KINDS];
} kind_steps;

/* The slower of two kinds; the one with the lower number when they are equal. */
static uint32_t slower(const kind_steps *steps, uint32_t a, uint32_t b)
{
    if (steps->on[a] != steps->on[b]) {
        return steps->on[a] > steps->on[b] ? a : b;
    }
    return a < b ? a : b;
}

/* The slowest kind of the ranks from `first` to before `end`. */
static uint32_t slowest_of(const kind_steps *steps, const uint32_t *kind_of, uint32_t first,
                           uint32_t end)
{
    uint32_t slowest = kind_of[first];
    for (uint32_t rank = first + 1; rank < end; rank++) {
        slowest = slower(steps, slowest, kind_of[rank]);
    }
    return slowest;
}

/* Stages whose ranks follow each other, by the slowest kind of each. @return runs of stages of one kind; 0: more of them
 * than a setting takes. */
static uint32_t kinds_of_stages(const hc_training_kind *kinds, const uint32_t *kind_of,
                                const kind_steps *steps, const hc_parallel_plan *plan,
                                hc_stage_kind *runs)
{
    uint32_t ranks = plan->tp * plan->cp * plan->dp;
    uint32_t count = 0;
    uint32_t before = UINT32_MAX;
    for (uint32_t stage = 0; stage < plan->pp; stage++) {
        uint32_t kind = slowest_of(steps, kind_of, stage * ranks, (stage + 1) * ranks);
        if (count > 0 && kind == before) {
            runs[count - 1].stages++;
            continue;
        }
        if (count == HC_STAGE_MAX_KINDS) {
            return 0;
        }
        const hc_accelerator *accelerator = kinds[kind].accelerator;
        runs[count++] = (hc_stage_kind){accelerator, hc_efficiency_for(accelerator, NULL), 1};
        before = kind;
    }
    return count;
}

hc_time hc_training_step_on_ranks(const hc_training_kind *kinds, const uint32_t *kind_of,
                                  const hc_model_shape *shape, const hc_parallel_plan *plan,
                                  const hc_rank_layout *layout)
{
    kind_steps steps = {{0}};
    for (uint32_t rank = 0; rank < layout->ranks; rank++) {
        uint32_t kind = kind_of[rank];
        if (steps.on[kind] == 0) {
            steps.on[kind] = hc_training_step_on(&kinds[kind], shape, plan, layout);
        }
    }
    uint32_t slowest = slowest_of(&steps, kind_of, 0, layout->ranks);
    hc_stage_kind runs[HC_STAGE_MAX_KINDS];
    uint32_t count = kinds_of_stages(kinds, kind_of, &steps, plan, runs);
    if (count < 2) {
        return steps.on[slowest];
    }
    hc_step_setting setting = setting_on(&kinds[slowest], shape, plan, layout);
    setting.stage_kinds = runs;
    setting.stage_kind_count = count;
    return time_of(&setting);
}
