#include "traces/stream/decode.h"
#include "traces/stream/msgpack_map.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 1 << 20 };

/* Texts are copied one behind the other. */
typedef struct copier {
    char *at;
} copier;

static const char *copy(copier *c, const char *text, size_t length)
{
    char *begin = c->at;
    memcpy(begin, text, length);
    begin[length] = '\0';
    c->at += length + 1;
    return begin;
}

static const char *copy_item(copier *c, const msgpack_object *map, const char *key)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    return value == NULL || value->type != MSGPACK_OBJECT_STR
               ? NULL
               : copy(c, value->via.str.ptr, value->via.str.size);
}

static int decode_ranks(const msgpack_object *map, hc_decoded_hello *out)
{
    const msgpack_object *list = hc_msgpack_get(map, "ranks");
    if (list == NULL || list->type != MSGPACK_OBJECT_ARRAY || list->via.array.size == 0 ||
        list->via.array.size > HC_STREAM_MAX_RANKS) {
        return -1;
    }
    out->ranks = calloc(list->via.array.size, sizeof *out->ranks);
    for (uint32_t i = 0; out->ranks != NULL && i < list->via.array.size; i++) {
        const msgpack_object *rank = &list->via.array.ptr[i];
        if (rank->type != MSGPACK_OBJECT_POSITIVE_INTEGER || rank->via.u64 >= HC_STREAM_MAX_RANKS) {
            return -1;
        }
        out->ranks[i] = (uint32_t)rank->via.u64;
    }
    out->hello.ranks = list->via.array.size;
    return out->ranks == NULL ? -1 : 0;
}

static int decode_partitions(const msgpack_object *map, copier *c, hc_decoded_hello *out)
{
    const msgpack_object *list = hc_msgpack_get(map, "partitions");
    if (list == NULL || list->type != MSGPACK_OBJECT_ARRAY || list->via.array.size > UINT16_MAX) {
        return -1;
    }
    out->partitions = calloc(list->via.array.size + (size_t)1, sizeof *out->partitions);
    for (uint32_t i = 0; out->partitions != NULL && i < list->via.array.size; i++) {
        const msgpack_object *name = &list->via.array.ptr[i];
        if (name->type != MSGPACK_OBJECT_STR) {
            return -1;
        }
        out->partitions[i] = copy(c, name->via.str.ptr, name->via.str.size);
    }
    out->hello.partitions = out->partitions;
    out->hello.partition_count = list->via.array.size;
    return out->partitions == NULL ? -1 : 0;
}

static int decode_facts(const msgpack_object *map, const char *run, copier *c, hc_stream_hello *out)
{
    uint64_t rank_count = 0;
    out->run = copy(c, run, strlen(run));
    out->name = copy_item(c, map, "name");
    out->policy = copy_item(c, map, "policy");
    out->clock = copy_item(c, map, "clock");
    if (out->name == NULL || out->policy == NULL || out->clock == NULL ||
        hc_msgpack_integer(map, "unix_zero_seconds", &out->unix_zero_seconds) < 0 ||
        hc_msgpack_number(map, "gpus", &out->gpus) < 0 ||
        hc_msgpack_number(map, "rank_count", &rank_count) < 0 || rank_count == 0 ||
        rank_count > HC_STREAM_MAX_RANKS) {
        return -1;
    }
    out->rank_count = (uint32_t)rank_count;
    return 0;
}

/* All texts lie inside the frame: with an end for each they take at most twice as much. */
int hc_decode_hello(const hc_frame *payload, const char *run, hc_decoded_hello *out)
{
    hc_msgpack_map map;
    copier texts;
    int status = hc_msgpack_map_open(&map, payload->data, payload->size, 6, MAX_ITEMS);
    *out = (hc_decoded_hello){.texts = NULL};
    if (status == 0) {
        out->texts = malloc(2 * payload->size + strlen(run) + 1);
        texts.at = out->texts;
        status = out->texts == NULL || decode_facts(map.map, run, &texts, &out->hello) < 0 ||
                         decode_ranks(map.map, out) < 0 ||
                         decode_partitions(map.map, &texts, out) < 0
                     ? -1
                     : 0;
    }
    if (status == 0) {
        out->hello.first_rank = out->ranks[0];
    }
    hc_msgpack_map_close(&map);
    if (status < 0) {
        hc_decoded_hello_free(out);
    }
    return status;
}

void hc_decoded_hello_free(hc_decoded_hello *hello)
{
    free(hello->ranks);
    free(hello->partitions);
    free(hello->texts);
    *hello = (hc_decoded_hello){.texts = NULL};
}
