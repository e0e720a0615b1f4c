#include "traces/run/private_file.h"
#include "traces/run/state_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void hc_state_part_name(const char *path, uint32_t part, char *out)
{
    (void)snprintf(out, strlen(path) + HC_STATE_PART_ROOM, "%s.part%04u", path, part);
}

static int add_sections(hc_state_writer *writer, hc_state_reader *reader, hc_error *error)
{
    uint64_t count = 0;
    const hc_state_entry *index = hc_state_reader_index(reader, &count);
    for (uint64_t i = 0; i < count; i++) {
        if (hc_state_writer_add(writer, reader, &index[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* A part that an earlier stop has left tells another time. */
static int add_part(hc_state_writer *writer, const char *part_path, const hc_state_label *label,
                    hc_error *error)
{
    hc_state_reader *reader = NULL;
    int status = -1;
    if (hc_state_reader_open(&reader, part_path, label, error) < 0) {
        return -1;
    }
    if (hc_state_reader_time(reader) != label->time) {
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: is part of a state of another time",
                           part_path);
        goto cleanup;
    }
    status = add_sections(writer, reader, error);
cleanup:
    hc_state_reader_close(reader);
    return status;
}

static int write_joined(const char *path, char *part_path, uint32_t part_count,
                        const hc_state_label *label, hc_error *error)
{
    hc_state_writer *writer = NULL;
    int status = hc_state_writer_open(&writer, path, label, error);
    for (uint32_t i = 0; i < part_count && status == 0; i++) {
        hc_state_part_name(path, i, part_path);
        status = add_part(writer, part_path, label, error);
    }
    if (status == 0) {
        status = hc_state_writer_finish(writer, error);
    }
    hc_state_writer_close(writer);
    return status;
}

int hc_state_join(const char *path, uint32_t part_count, const hc_state_label *label,
                  hc_error *error)
{
    char *part_path = malloc(strlen(path) + HC_STATE_PART_ROOM);
    int status = 0;
    if (part_path == NULL) {
        return hc_error_memory(error);
    }
    status = write_joined(path, part_path, part_count, label, error);
    for (uint32_t i = 0; i < part_count && status == 0; i++) {
        hc_state_part_name(path, i, part_path);
        status = hc_remove_file(part_path, error);
    }
    free(part_path);
    return status;
}
