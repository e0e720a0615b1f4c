#include "traces/port/messages.h"

#include "traces/stream/msgpack_write.h"

static void begin(msgpack_packer *pk, msgpack_sbuffer *out)
{
    msgpack_sbuffer_clear(out);
    msgpack_packer_init(pk, out, msgpack_sbuffer_write);
}

/* A number that may be none. */
static int pack_optional(msgpack_packer *pk, const char *key, uint64_t value, uint64_t none)
{
    return value == none ? hc_pack_nil(pk, key) : hc_pack_number(pk, key, value);
}

/* @param count  keys that follow */
static int pack_head(msgpack_packer *pk, const char *type, size_t count)
{
    return msgpack_pack_map(pk, 2 + count) || hc_pack_number(pk, "v", HC_SCHEDULER_PROTOCOL) ||
           hc_pack_item(pk, "type", type);
}

static int pack_nodes(msgpack_packer *pk, const hc_guest_cluster *cluster)
{
    int status = hc_pack_list(pk, "nodes", cluster->nodes_count);
    for (size_t i = 0; i < cluster->nodes_count && status == 0; i++) {
        const hc_guest_nodes *nodes = &cluster->nodes[i];
        status = msgpack_pack_map(pk, 5) || hc_pack_number(pk, "count", nodes->count) ||
                 hc_pack_number(pk, "gpus", nodes->gpus) ||
                 pack_optional(pk, "kind", nodes->kind, HC_GUEST_NONE) ||
                 pack_optional(pk, "cpu_milli", nodes->cpu_milli, HC_GUEST_UNLIMITED) ||
                 pack_optional(pk, "memory_bytes", nodes->memory_bytes, HC_GUEST_UNLIMITED);
    }
    return status;
}

static int pack_kind_names(msgpack_packer *pk, const hc_guest_cluster *cluster)
{
    int status = hc_pack_list(pk, "kinds", cluster->kinds_count);
    for (size_t i = 0; i < cluster->kinds_count && status == 0; i++) {
        status = hc_pack_text(pk, cluster->kinds[i]);
    }
    return status;
}

int hc_message_write_hello(msgpack_sbuffer *out, const char *run, const hc_guest_cluster *cluster)
{
    msgpack_packer pk;
    begin(&pk, out);
    return pack_head(&pk, "hello", 9) || hc_pack_item(&pk, "run", run) ||
                   hc_pack_number(&pk, "partition", cluster->partition) ||
                   hc_pack_item(&pk, "name", cluster->name) ||
                   hc_pack_item(&pk, "placement", cluster->placement) ||
                   hc_pack_item(&pk, "preempt", cluster->preemption) ||
                   hc_pack_integer(&pk, "begin_ns", cluster->begin_ns) ||
                   hc_pack_number(&pk, "total_milli", cluster->total_milli) ||
                   pack_nodes(&pk, cluster) || pack_kind_names(&pk, cluster)
               ? -1
               : 0;
}

/* The numbers of the kinds that will do; nil: any. */
static int pack_kinds(msgpack_packer *pk, uint64_t kinds)
{
    int status = 0;
    if (kinds == UINT64_MAX) {
        return hc_pack_nil(pk, "kinds");
    }
    status = hc_pack_list(pk, "kinds", (size_t)__builtin_popcountll(kinds));
    for (uint64_t kind = 0; kind < 64 && status == 0; kind++) {
        if ((kinds >> kind & 1) != 0) {
            status = msgpack_pack_uint64(pk, kind);
        }
    }
    return status;
}

static int pack_job(msgpack_packer *pk, const hc_guest_job *job)
{
    return msgpack_pack_map(pk, 12) || hc_pack_number(pk, "job", job->job) ||
           hc_pack_number(pk, "gpus", job->gpus) ||
           hc_pack_number(pk, "gpu_milli", job->gpu_milli) ||
           hc_pack_integer(pk, "submit_ns", job->submit_ns) ||
           hc_pack_integer(pk, "limit_ns", job->limit_ns) ||
           hc_pack_integer(pk, "priority", job->priority) ||
           pack_optional(pk, "user", job->user, HC_GUEST_NONE) ||
           pack_optional(pk, "group", job->group, HC_GUEST_NONE) ||
           hc_pack_number(pk, "cpu_milli", job->cpu_milli) ||
           hc_pack_number(pk, "memory_bytes", job->memory_bytes) || pack_kinds(pk, job->kinds) ||
           hc_pack_flag(pk, "single_node", job->is_single_node != 0);
}

static int pack_submitted(msgpack_packer *pk, const hc_guest_pass *pass)
{
    int status = hc_pack_list(pk, "submitted", pass->submitted_count);
    for (size_t i = 0; i < pass->submitted_count && status == 0; i++) {
        status = pack_job(pk, &pass->submitted[i]);
    }
    return status;
}

static int pack_start(msgpack_packer *pk, const hc_guest_start *start)
{
    int status = msgpack_pack_map(pk, 4) || hc_pack_number(pk, "job", start->job) ||
                 hc_pack_integer(pk, "start_ns", start->start_ns) ||
                 hc_pack_integer(pk, "expected_end_ns", start->expected_end_ns) ||
                 hc_pack_list(pk, "gpus", start->held_count);
    for (size_t i = 0; i < start->held_count && status == 0; i++) {
        const hc_guest_gpus *held = &start->held[i];
        status = msgpack_pack_array(pk, 4) || msgpack_pack_uint64(pk, held->node) ||
                 msgpack_pack_uint64(pk, held->first) || msgpack_pack_uint64(pk, held->count) ||
                 msgpack_pack_uint64(pk, held->milli);
    }
    return status;
}

static int pack_started(msgpack_packer *pk, const hc_guest_pass *pass)
{
    int status = hc_pack_list(pk, "started", pass->started_count);
    for (size_t i = 0; i < pass->started_count && status == 0; i++) {
        status = pack_start(pk, &pass->started[i]);
    }
    return status;
}

static int pack_ended(msgpack_packer *pk, const hc_guest_pass *pass)
{
    int status = hc_pack_list(pk, "ended", pass->ended_count);
    for (size_t i = 0; i < pass->ended_count && status == 0; i++) {
        status = msgpack_pack_uint64(pk, pass->ended[i]);
    }
    return status;
}

static int pack_changes(msgpack_packer *pk, const char *key, const hc_guest_change *changes,
                        size_t count)
{
    int status = hc_pack_list(pk, key, count);
    for (size_t i = 0; i < count && status == 0; i++) {
        status = msgpack_pack_map(pk, 3) || hc_pack_number(pk, "job", changes[i].job) ||
                 hc_pack_number(pk, "gpus", changes[i].gpus) ||
                 hc_pack_integer(pk, "limit_ns", changes[i].limit_ns);
    }
    return status;
}

int hc_message_write_pass(msgpack_sbuffer *out, const hc_guest_pass *pass)
{
    msgpack_packer pk;
    begin(&pk, out);
    return pack_head(&pk, "pass", 12) || hc_pack_number(&pk, "pass", pass->number) ||
                   hc_pack_integer(&pk, "time_ns", pass->time_ns) ||
                   hc_pack_number(&pk, "partition", pass->partition) ||
                   hc_pack_number(&pk, "nodes_in_service", pass->nodes_in_service) ||
                   hc_pack_number(&pk, "total_milli", pass->total_milli) ||
                   hc_pack_number(&pk, "free_milli", pass->free_milli) ||
                   hc_pack_number(&pk, "largest_milli", pass->largest_milli) ||
                   pack_changes(&pk, "preempted", pass->preempted, pass->preempted_count) ||
                   pack_changes(&pk, "resized", pass->resized, pass->resized_count) ||
                   pack_submitted(&pk, pass) || pack_started(&pk, pass) || pack_ended(&pk, pass)
               ? -1
               : 0;
}

int hc_message_write_end(msgpack_sbuffer *out)
{
    msgpack_packer pk;
    begin(&pk, out);
    return pack_head(&pk, "end", 0) ? -1 : 0;
}
