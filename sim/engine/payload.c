#include "sim/engine/payload.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct slot {
    uint32_t size; /* of what is kept here; FREE: nothing */
    uint32_t next_free;
    uint64_t bytes[HC_PAYLOAD_MAX_BYTES / 8];
} slot;

#define FREE UINT32_MAX

struct hc_payload_store {
    slot *slots;
    uint32_t capacity;
    uint32_t free_head; /* HC_NO_PAYLOAD: all are taken */
};

hc_payload_store *hc_payload_store_create(void)
{
    hc_payload_store *store = calloc(1, sizeof *store);
    if (store != NULL) {
        store->free_head = HC_NO_PAYLOAD;
    }
    return store;
}

void hc_payload_store_destroy(hc_payload_store *store)
{
    if (store != NULL) {
        free(store->slots);
        free(store);
    }
}

static int grow(hc_payload_store *store)
{
    uint32_t old = store->capacity;
    uint32_t capacity = old == 0 ? 64 : old * 2;
    slot *slots = NULL;
    if (old > UINT32_MAX / 4) {
        return -1;
    }
    slots = realloc(store->slots, capacity * sizeof *slots);
    if (slots == NULL) {
        return -1;
    }
    for (uint32_t i = capacity; i-- > old;) {
        slots[i].size = FREE;
        slots[i].next_free = store->free_head;
        store->free_head = i;
    }
    store->slots = slots;
    store->capacity = capacity;
    return 0;
}

uint32_t hc_payload_keep(hc_payload_store *store, const void *bytes, size_t size)
{
    uint32_t at = 0;
    assert(size <= HC_PAYLOAD_MAX_BYTES);
    if (store->free_head == HC_NO_PAYLOAD && grow(store) < 0) {
        return HC_NO_PAYLOAD;
    }
    at = store->free_head;
    store->free_head = store->slots[at].next_free;
    store->slots[at].size = (uint32_t)size;
    memcpy(store->slots[at].bytes, bytes, size);
    return at;
}

const void *hc_payload_get(const hc_payload_store *store, uint32_t at, size_t *size)
{
    assert(at < store->capacity && store->slots[at].size != FREE);
    *size = store->slots[at].size;
    return store->slots[at].bytes;
}

void hc_payload_drop(hc_payload_store *store, uint32_t at)
{
    assert(at < store->capacity && store->slots[at].size != FREE);
    store->slots[at].size = FREE;
    store->slots[at].next_free = store->free_head;
    store->free_head = at;
}
