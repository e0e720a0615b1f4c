#include "tests/traces/run/damage.h"

#include <stdio.h>
#include <stdlib.h>

hc_bytes hc_read_bytes(const char *path)
{
    hc_bytes content = {0};
    FILE *file = fopen(path, "rb");
    long length = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        length = ftell(file);
        rewind(file);
        content.data = malloc(length > 0 ? (size_t)length : 1);
        content.count = content.data == NULL ? 0 : fread(content.data, 1, (size_t)length, file);
    }
    if (content.count == 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    (void)fclose(file);
    return content;
}

void hc_write_bytes(const char *path, const uint8_t *data, size_t count)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, count, file) != count || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

hc_bytes hc_make_run_file(const char *driver, const hc_scratch *scratch, const char *jobs,
                          const char *events)
{
    const char *path = hc_scratch_file(scratch, "good.h5");
    const char *arguments[] = {driver, "write", path, jobs, "3", events, "0", "1000", NULL};
    if (hc_run_program(scratch, arguments, NULL).exit_code != 0) {
        printf("the writer failed\n");
        exit(EXIT_FAILURE);
    }
    return hc_read_bytes(path);
}

uint64_t hc_damage_draw(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}
