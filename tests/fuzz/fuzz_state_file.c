#include "traces/run/state_layout.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const hc_state_label LABEL = {.program = "fuzz"};

/* Corrects the checksums, where the sizes allow it, so that what is behind them is reached. */
static void repair(uint8_t *data, size_t size)
{
    hc_state_head head;
    hc_state_tail tail;
    hc_state_entry *index = NULL;
    if (size < sizeof head + sizeof tail) {
        return;
    }
    memcpy(&head, data, sizeof head);
    memcpy(&tail, data + size - sizeof tail, sizeof tail);
    if (tail.section_count > size / sizeof *index || tail.index_offset > size ||
        tail.section_count * sizeof *index > size - tail.index_offset) {
        return;
    }
    index = calloc(tail.section_count + 1, sizeof *index);
    if (index == NULL) {
        return;
    }
    memcpy(index, data + tail.index_offset, tail.section_count * sizeof *index);
    for (uint64_t i = 0; i < tail.section_count; i++) {
        if (index[i].offset <= size && index[i].size <= size - index[i].offset) {
            index[i].hash = hc_state_hash_of(data + index[i].offset, index[i].size);
        }
    }
    memcpy(data + tail.index_offset, index, tail.section_count * sizeof *index);
    tail.hash = hc_state_hash_index(&head, index, tail.section_count);
    memcpy(data + size - sizeof tail, &tail, sizeof tail);
    free(index);
}

static int read_section(hc_state_store *store, const char *name, hc_error *error)
{
    uint8_t bytes[1000];
    size_t got = 1;
    size_t total = 0;
    int status = store->open(store->self, name, error);
    while (status == 0 && got > 0 && total < 1000000) {
        status = store->read(store->self, bytes, sizeof bytes, &got, error);
        if (status == 0 && got > sizeof bytes) {
            abort();
        }
        total += got;
    }
    return status < 0 ? -1 : store->close(store->self, error);
}

static void read_state(const uint8_t *data, size_t size)
{
    char path[64];
    hc_error error = HC_ERROR_NONE;
    hc_state_reader *reader = NULL;
    int status = -1;
    int descriptor = memfd_create("state", MFD_CLOEXEC);
    if (descriptor < 0 || write(descriptor, data, size) != (ssize_t)size) {
        abort();
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    if (hc_state_reader_open(&reader, path, &LABEL, &error) == 0) {
        uint64_t count = 0;
        const hc_state_entry *index = hc_state_reader_index(reader, &count);
        hc_state_store store = hc_state_reader_store(reader);
        status = 0;
        for (uint64_t i = 0; i < count && status == 0; i++) {
            status = read_section(&store, index[i].name, &error);
        }
        hc_state_reader_close(reader);
    }
    if ((status < 0) != (error.count > 0)) {
        abort();
    }
    (void)close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    read_state(copy, size);
    repair(copy, size);
    read_state(copy, size);
    free(copy);
    return 0;
}
