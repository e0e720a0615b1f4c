#include "cli/plan_json.h"

json_t *hc_plan_json(const hc_parallel_plan *p)
{
    static const char *const SCHEDULES[] = {"1f1b", "gpipe", "zero_bubble", "dualpipe"};
    static const char *const RECOMPUTATIONS[] = {"none", "selective", "full"};
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:s, s:s, s:i, s:b}",
                     "gpus", (int)p->gpus, "tp", (int)p->tp, "pp", (int)p->pp, "dp", (int)p->dp,
                     "cp", (int)p->cp, "ep", (int)p->ep, "micro_batch", (int)p->micro_batch,
                     "global_batch", (int)p->global_batch, "sequence", (int)p->sequence,
                     "interleave", (int)p->interleave, "schedule", SCHEDULES[p->schedule],
                     "recompute", RECOMPUTATIONS[p->recompute], "precision",
                     hc_precision_name(p->precision), "zero", (int)p->zero, "sequence_parallel",
                     p->sequence_parallel ? 1 : 0);
}
