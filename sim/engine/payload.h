#ifndef HC_SIM_ENGINE_PAYLOAD_H
#define HC_SIM_ENGINE_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

/** Bytes that travel with messages, kept from the posting of a message until it was handled. Slots of one size
 *  are used again and again: memory follows the messages on their way. */
typedef struct hc_payload_store hc_payload_store;

enum { HC_PAYLOAD_MAX_BYTES = 512 };

#define HC_NO_PAYLOAD UINT32_MAX

/** @return a store that the caller owns, or NULL when memory is short. */
hc_payload_store *hc_payload_store_create(void);
void hc_payload_store_destroy(hc_payload_store *store);

/** Keeps a copy. @param size  at most HC_PAYLOAD_MAX_BYTES
 *  @return its slot, HC_NO_PAYLOAD when memory is short. O(size). */
uint32_t hc_payload_keep(hc_payload_store *store, const void *bytes, size_t size);

/** The bytes of a slot; borrowed until the next call that changes the store. */
const void *hc_payload_get(const hc_payload_store *store, uint32_t slot, size_t *size);

void hc_payload_drop(hc_payload_store *store, uint32_t slot);

#endif
