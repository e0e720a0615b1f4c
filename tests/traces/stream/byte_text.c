#include "tests/traces/stream/byte_text.h"

#include <CUnit/CUnit.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

hc_frame hc_changed_frame(hc_bytes message, const hc_change *change)
{
    const char *at = memmem(message.data, message.size, change->from.data, change->from.size);
    size_t before = 0;
    size_t behind = 0;
    char *bytes = malloc(message.size + change->to.size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    before = (size_t)(at - message.data);
    behind = message.size - before - change->from.size;
    memcpy(bytes, message.data, before);
    memcpy(bytes + before, change->to.data, change->to.size);
    memcpy(bytes + before + change->to.size, at + change->from.size, behind);
    return (hc_frame){realloc(bytes, before + change->to.size + behind),
                      before + change->to.size + behind};
}

hc_frame hc_cut_frame(const void *data, size_t size)
{
    char *bytes = malloc(size == 0 ? 1 : size);
    memcpy(bytes, data, size);
    return (hc_frame){bytes, size};
}

void hc_frame_free(hc_frame *frame)
{
    free((void *)(uintptr_t)frame->data);
    *frame = (hc_frame){NULL, 0};
}
