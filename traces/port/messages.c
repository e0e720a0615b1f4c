#include "traces/port/messages.h"

#include <msgpack/pack.h>

#include <stdlib.h>
#include <string.h>

void hc_message_free(hc_message *message)
{
    free(message->bytes);
    *message = (hc_message){.bytes = NULL};
}

/* As msgpack-c calls it. */
static int append(void *self, const char *bytes, size_t count)
{
    hc_message *m = self;
    if (count > m->capacity - m->size) {
        size_t wanted = 2 * (m->capacity + count) + 512;
        char *grown = realloc(m->bytes, wanted);
        if (grown == NULL) {
            m->capacity = m->size; /* all that follows fails too */
            return -1;
        }
        m->bytes = grown;
        m->capacity = wanted;
    }
    memcpy(m->bytes + m->size, bytes, count);
    m->size += count;
    return 0;
}

/* A message that is being written. Failures add up. */
typedef struct writer {
    msgpack_packer packer;
    int status;
} writer;

static void begin(writer *w, hc_message *out)
{
    out->size = 0;
    msgpack_packer_init(&w->packer, out, append);
    w->status = 0;
}

static void put_text(writer *w, const char *text)
{
    size_t length = strlen(text);
    w->status |= msgpack_pack_str(&w->packer, length);
    w->status |= msgpack_pack_str_body(&w->packer, text, length);
}

static void put_map(writer *w, size_t count)
{
    w->status |= msgpack_pack_map(&w->packer, count);
}

static void put_list(writer *w, const char *key, size_t count)
{
    put_text(w, key);
    w->status |= msgpack_pack_array(&w->packer, count);
}

static void put_value(writer *w, uint64_t value)
{
    w->status |= msgpack_pack_uint64(&w->packer, value);
}

static void put_count(writer *w, const char *key, uint64_t value)
{
    put_text(w, key);
    put_value(w, value);
}

static void put_integer(writer *w, const char *key, int64_t value)
{
    put_text(w, key);
    w->status |= msgpack_pack_int64(&w->packer, value);
}

static void put_nil(writer *w, const char *key)
{
    put_text(w, key);
    w->status |= msgpack_pack_nil(&w->packer);
}

static void put_flag(writer *w, const char *key, uint32_t value)
{
    put_text(w, key);
    w->status |= value != 0 ? msgpack_pack_true(&w->packer) : msgpack_pack_false(&w->packer);
}

/* A number that may be none. */
static void put_optional(writer *w, const char *key, uint64_t value, uint64_t none)
{
    if (value == none) {
        put_nil(w, key);
    } else {
        put_count(w, key, value);
    }
}

/* @param count  keys that follow */
static void put_head(writer *w, const char *type, size_t count)
{
    put_map(w, 2 + count);
    put_count(w, "v", HC_SCHEDULER_PROTOCOL);
    put_text(w, "type");
    put_text(w, type);
}

static void put_nodes(writer *w, const hc_guest_nodes *nodes)
{
    put_map(w, 5);
    put_count(w, "count", nodes->count);
    put_count(w, "gpus", nodes->gpus);
    put_optional(w, "kind", nodes->kind, HC_GUEST_NONE);
    put_optional(w, "cpu_milli", nodes->cpu_milli, HC_GUEST_UNLIMITED);
    put_optional(w, "memory_bytes", nodes->memory_bytes, HC_GUEST_UNLIMITED);
}

int hc_message_write_hello(hc_message *out, const char *run, const hc_guest_cluster *cluster)
{
    writer w;
    begin(&w, out);
    put_head(&w, "hello", 9);
    put_text(&w, "run");
    put_text(&w, run);
    put_count(&w, "partition", cluster->partition);
    put_text(&w, "name");
    put_text(&w, cluster->name);
    put_text(&w, "placement");
    put_text(&w, cluster->placement);
    put_text(&w, "preempt");
    put_text(&w, cluster->preemption);
    put_integer(&w, "begin_ns", cluster->begin_ns);
    put_count(&w, "total_milli", cluster->total_milli);
    put_list(&w, "nodes", cluster->nodes_count);
    for (size_t i = 0; i < cluster->nodes_count; i++) {
        put_nodes(&w, &cluster->nodes[i]);
    }
    put_list(&w, "kinds", cluster->kinds_count);
    for (size_t i = 0; i < cluster->kinds_count; i++) {
        put_text(&w, cluster->kinds[i]);
    }
    return w.status < 0 ? -1 : 0;
}

/* The numbers of the kinds that will do; nil: any. */
static void put_kinds(writer *w, uint64_t kinds)
{
    if (kinds == UINT64_MAX) {
        put_nil(w, "kinds");
        return;
    }
    put_list(w, "kinds", (size_t)__builtin_popcountll(kinds));
    for (uint64_t kind = 0; kind < 64; kind++) {
        if ((kinds >> kind & 1) != 0) {
            put_value(w, kind);
        }
    }
}

static void put_job(writer *w, const hc_guest_job *job)
{
    put_map(w, 12);
    put_count(w, "job", job->job);
    put_count(w, "gpus", job->gpus);
    put_count(w, "gpu_milli", job->gpu_milli);
    put_integer(w, "submit_ns", job->submit_ns);
    put_integer(w, "limit_ns", job->limit_ns);
    put_integer(w, "priority", job->priority);
    put_optional(w, "user", job->user, HC_GUEST_NONE);
    put_optional(w, "group", job->group, HC_GUEST_NONE);
    put_count(w, "cpu_milli", job->cpu_milli);
    put_count(w, "memory_bytes", job->memory_bytes);
    put_kinds(w, job->kinds);
    put_flag(w, "single_node", job->is_single_node);
}

static void put_start(writer *w, const hc_guest_start *start)
{
    put_map(w, 4);
    put_count(w, "job", start->job);
    put_integer(w, "start_ns", start->start_ns);
    put_integer(w, "expected_end_ns", start->expected_end_ns);
    put_list(w, "gpus", start->held_count);
    for (size_t i = 0; i < start->held_count; i++) {
        const hc_guest_gpus *held = &start->held[i];
        w->status |= msgpack_pack_array(&w->packer, 4);
        put_value(w, held->node);
        put_value(w, held->first);
        put_value(w, held->count);
        put_value(w, held->milli);
    }
}

static void put_changes(writer *w, const char *key, const hc_guest_change *changes, size_t count)
{
    put_list(w, key, count);
    for (size_t i = 0; i < count; i++) {
        put_map(w, 3);
        put_count(w, "job", changes[i].job);
        put_count(w, "gpus", changes[i].gpus);
        put_integer(w, "limit_ns", changes[i].limit_ns);
    }
}

int hc_message_write_pass(hc_message *out, const hc_guest_pass *pass)
{
    writer w;
    begin(&w, out);
    put_head(&w, "pass", 12);
    put_count(&w, "pass", pass->number);
    put_integer(&w, "time_ns", pass->time_ns);
    put_count(&w, "partition", pass->partition);
    put_count(&w, "nodes_in_service", pass->nodes_in_service);
    put_count(&w, "total_milli", pass->total_milli);
    put_count(&w, "free_milli", pass->free_milli);
    put_count(&w, "largest_milli", pass->largest_milli);
    put_changes(&w, "preempted", pass->preempted, pass->preempted_count);
    put_changes(&w, "resized", pass->resized, pass->resized_count);
    put_list(&w, "submitted", pass->submitted_count);
    for (size_t i = 0; i < pass->submitted_count; i++) {
        put_job(&w, &pass->submitted[i]);
    }
    put_list(&w, "started", pass->started_count);
    for (size_t i = 0; i < pass->started_count; i++) {
        put_start(&w, &pass->started[i]);
    }
    put_list(&w, "ended", pass->ended_count);
    for (size_t i = 0; i < pass->ended_count; i++) {
        put_value(&w, pass->ended[i]);
    }
    return w.status < 0 ? -1 : 0;
}

int hc_message_write_end(hc_message *out)
{
    writer w;
    begin(&w, out);
    put_head(&w, "end", 0);
    return w.status < 0 ? -1 : 0;
}
