#include "workloads/step/step_traffic.h"

#include <math.h>

/* Bytes of activations as they travel. */
static const double HALF = 2;

/* One collective of every group of its kind. What leaves a site adds up over the groups that cross. */
static double seconds_of(const hc_step_setting *setting, hc_collective kind, double bytes,
                         const hc_comm_group *group, hc_step_traffic *traffic)
{
    if (group->ranks < 2 || bytes <= 0) {
        return 0;
    }
    hc_comm_cost cost = setting->network->cost(setting->network->self, kind, bytes, group);
    double crossing = group->site_sharers > 1 ? group->site_sharers : 1;
    traffic->group = *group;
    traffic->algorithm = cost.algorithm;
    traffic->seconds += cost.seconds;
    traffic->egress_bytes += cost.egress_bytes * crossing;
    traffic->egress_dollars += cost.egress_dollars * crossing;
    return cost.seconds;
}

/* Two all-reduces in each direction (Shoeybi et al. 2019); with sequence parallelism each is a reduce-scatter and an
 * all-gather (Korthikanti et al. 2022), and the backward pass gathers its inputs again behind its products. */
static void add_tensor(const hc_step_setting *setting, hc_layer_traffic *out,
                       hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    double bytes =
        (double)plan->micro_batch * plan->sequence / plan->cp * setting->shape->hidden * HALF;
    hc_comm_group group = hc_rank_layout_group(setting->layout, plan->tp, 1);
    double once;
    if (plan->sequence_parallel) {
        once = seconds_of(setting, HC_ALL_GATHER, bytes, &group, traffic) +
               seconds_of(setting, HC_REDUCE_SCATTER, bytes, &group, traffic);
    } else {
        once = seconds_of(setting, HC_ALL_REDUCE, bytes, &group, traffic);
    }
    out->tensor_forward = 2 * once;
    out->tensor_backward = 2 * once;
    /* tokens go to experts from where they are: only a shared expert is cut by tensor parallelism */
    double mixed = setting->shape->shared_ffn > 0 ? 2 : 1;
    out->mixed_forward = mixed * once;
    out->mixed_backward = mixed * once;
    traffic->bytes = bytes;
}

static double key_bytes(const hc_step_setting *setting)
{
    const hc_model_shape *shape = setting->shape;
    const hc_parallel_plan *plan = setting->plan;
    double tokens = (double)plan->micro_batch * plan->sequence / plan->cp;
    double width = shape->kv_rank > 0
                       ? (double)shape->heads * ((double)shape->head_size + shape->rope_head_size +
                                                 shape->value_head_size)
                       : 2.0 * shape->kv_heads * shape->head_size;
    return tokens * width / plan->tp * HALF;
}

static double query_bytes(const hc_step_setting *setting)
{
    const hc_model_shape *shape = setting->shape;
    const hc_parallel_plan *plan = setting->plan;
    double tokens = (double)plan->micro_batch * plan->sequence / plan->cp;
    return tokens * 2.0 * shape->heads * shape->head_size / plan->tp * HALF;
}

/* Keys and values go round (ring), or to everybody (all-gather), and their gradients back; or heads are exchanged for
 * parts of the sequence (Ulysses, Jacobs et al. 2023). */
static void add_context(const hc_step_setting *setting, hc_layer_traffic *out,
                        hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    hc_comm_group group = hc_rank_layout_group(setting->layout, plan->cp, plan->tp);
    double keys = key_bytes(setting);
    if (plan->context == HC_CONTEXT_ALL_TO_ALL) {
        double bytes = keys + query_bytes(setting);
        out->context_forward = seconds_of(setting, HC_ALL_TO_ALL, bytes, &group, traffic);
        out->context_backward = out->context_forward;
        traffic->bytes = bytes;
        return;
    }
    if (plan->context == HC_CONTEXT_ALL_GATHER) {
        double bytes = keys * plan->cp;
        double gather = seconds_of(setting, HC_ALL_GATHER, bytes, &group, traffic);
        out->context_forward = gather;
        out->context_backward =
            gather + seconds_of(setting, HC_REDUCE_SCATTER, bytes, &group, traffic);
        traffic->bytes = bytes;
        return;
    }
    double hop = seconds_of(setting, HC_SEND, keys, &group, traffic);
    out->context_forward = (plan->cp - 1.0) * hop;
    out->context_backward = 2 * out->context_forward;
    traffic->bytes = keys * (plan->cp - 1.0);
}

/* Copies of a token that travel: one for each expert, or, where they are merged, one for each node, which passes them on:
 * of k uniform choices N (1 - (1 - 1/N)^k) nodes are hit, at most as many as the plan allows. */
static double copies_of(const hc_step_setting *setting, const hc_comm_group *group)
{
    double k = setting->shape->experts_per_token;
    if (!setting->plan->merges_dispatch || group->nodes < 2) {
        return k;
    }
    double nodes = group->nodes;
    double hit = nodes * (1 - pow(1 - 1 / nodes, k));
    double limit = setting->plan->expert_node_limit;
    return limit > 0 && limit < hit ? limit : hit;
}

static void add_expert(const hc_step_setting *setting, hc_layer_traffic *out,
                       hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    hc_comm_group group = hc_rank_layout_group(setting->layout, plan->ep, 1);
    double tokens = (double)plan->micro_batch * plan->sequence / plan->cp / plan->tp;
    double width = tokens * copies_of(setting, &group) * setting->shape->hidden;
    double there =
        seconds_of(setting, HC_ALL_TO_ALL, width * hc_precision_bytes(plan->dispatch_precision),
                   &group, traffic);
    double back = seconds_of(setting, HC_ALL_TO_ALL, width * HALF, &group, traffic);
    out->dispatch = (there + back) / 2;
    traffic->bytes = width * HALF;
}

static void add_send(const hc_step_setting *setting, hc_layer_traffic *out,
                     hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    uint32_t stride = plan->tp * plan->cp * plan->dp;
    hc_comm_group group = hc_rank_layout_group(setting->layout, plan->pp, stride);
    double bytes =
        (double)plan->micro_batch * plan->sequence / plan->cp * setting->shape->hidden * HALF;
    if (plan->sequence_parallel) {
        bytes /= plan->tp;
    }
    out->send = seconds_of(setting, HC_SEND, bytes, &group, traffic);
    traffic->bytes = bytes;
}

void hc_step_traffic_of_layers(const hc_step_setting *setting, hc_layer_traffic *layers,
                               hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    *layers = (hc_layer_traffic){0};
    if (plan->tp > 1) {
        add_tensor(setting, layers, &traffic[HC_COMM_TENSOR]);
    }
    if (plan->cp > 1) {
        add_context(setting, layers, &traffic[HC_COMM_CONTEXT]);
    }
    if (plan->ep > 1) {
        add_expert(setting, layers, &traffic[HC_COMM_EXPERT]);
    }
    if (plan->pp > 1) {
        add_send(setting, layers, &traffic[HC_COMM_PIPELINE]);
    }
}

/* Gradients of one kind of parameters, over `ranks` replicas that are `stride` apart. */
static double reduce(const hc_step_setting *setting, double parameters, uint32_t ranks,
                     uint32_t stride, double *gather, hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    hc_comm_group group = hc_rank_layout_group(setting->layout, ranks, stride);
    double gradients = parameters * (plan->has_fp32_gradients ? 4 : HALF);
    traffic->bytes += gradients;
    if (plan->zero == 0) {
        return seconds_of(setting, HC_ALL_REDUCE, gradients, &group, traffic);
    }
    *gather += seconds_of(setting, HC_ALL_GATHER, parameters * HALF, &group, traffic);
    if (plan->zero == 3) { /* once for each pass */
        (void)seconds_of(setting, HC_ALL_GATHER, parameters * HALF, &group, traffic);
    }
    return seconds_of(setting, HC_REDUCE_SCATTER, gradients, &group, traffic);
}

/* Hybrid sharding: gathered and reduced inside of a group of shards, then what is left over the groups. */
static double reduce_hybrid(const hc_step_setting *setting, double parameters, double *gather,
                            hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    uint32_t stride = plan->tp * plan->cp;
    double inside = reduce(setting, parameters, plan->shard_group, stride, gather, traffic);
    hc_comm_group across = hc_rank_layout_group(setting->layout, plan->dp / plan->shard_group,
                                                stride * plan->shard_group);
    return inside +
           seconds_of(setting, HC_ALL_REDUCE,
                      parameters * (plan->has_fp32_gradients ? 4 : HALF) / plan->shard_group,
                      &across, traffic);
}

double hc_step_traffic_of_data(const hc_step_setting *setting, const hc_stage_parameters *stage,
                               double *gather, hc_step_traffic *traffic)
{
    const hc_parallel_plan *plan = setting->plan;
    bool is_hybrid = plan->zero == 3 && plan->shard_group > 0 && plan->shard_group < plan->dp;
    *gather = 0;
    double seconds = 0;
    if (stage->experts > 0) {
        uint32_t replicas = hc_parallel_plan_expert_replicas(plan);
        if (replicas > 1) {
            seconds += reduce(setting, stage->experts, replicas, plan->ep, gather, traffic);
        }
    }
    if (is_hybrid) {
        return seconds + reduce_hybrid(setting, stage->plain, gather, traffic);
    }
    if (plan->cp * plan->dp > 1) {
        seconds += reduce(setting, stage->plain, plan->cp * plan->dp, plan->tp, gather, traffic);
    }
    return seconds;
}
