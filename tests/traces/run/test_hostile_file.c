/* Reads files that were cut or changed, each in a process of its own. Whatever our own checks see must end with
 * an error; HDF5's parser has defects of its own (docs say so: only files of people one trusts), and a signal
 * from inside it is counted, not forgiven when it becomes common.
 *   test_hostile_file DRIVER MUTATIONS */

#include "tests/traces/run/scratch.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_RUNTIME = 1 };

typedef struct tally {
    int good; /* read without complaint: the change met nothing that is read */
    int refused;
    int crashed; /* in HDF5 */
    int failures;
} tally;

typedef struct bytes {
    uint8_t *data;
    size_t count;
} bytes;

static bytes read_file(const char *path)
{
    bytes content = {0};
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

static void write_file(const char *path, const uint8_t *data, size_t count)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, count, file) != count || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static bytes make_file(const char *driver, const hc_scratch *scratch)
{
    const char *path = hc_scratch_file(scratch, "good.h5");
    const char *arguments[] = {driver, "write", path, "300", "3", "all", "0", "1000", NULL};
    if (hc_run_program(scratch, arguments, NULL).exit_code != 0) {
        printf("the writer failed\n");
        exit(EXIT_FAILURE);
    }
    return read_file(path);
}

static void judge(const char *driver, const hc_scratch *scratch, const char *what, tally *met)
{
    const char *arguments[] = {driver, "read", hc_scratch_file(scratch, "bad.h5"), NULL};
    hc_ended ended = hc_run_program(scratch, arguments, NULL);
    if (ended.exit_code == 0) {
        met->good++;
    } else if (ended.exit_code == EXIT_RUNTIME && strstr(ended.text, "bad.h5: ") != NULL) {
        met->refused++;
    } else if (ended.signal == SIGSEGV || ended.signal == SIGBUS || ended.signal == SIGFPE) {
        met->crashed++;
        printf("%s: signal %d\n", what, ended.signal);
    } else {
        met->failures++;
        printf("%s: exit %d, signal %d%s: %s\n", what, ended.exit_code, ended.signal,
               ended.timed_out ? ", hangs" : "", ended.text);
    }
}

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

/* Files that end too early: HDF5 knows where a file must end, so none of them may be read. */
static void cut(const char *driver, const hc_scratch *scratch, bytes good, int count)
{
    tally met = {0};
    for (int i = 0; i < count; i++) {
        char what[64];
        size_t length = good.count * (size_t)i / (size_t)count;
        (void)snprintf(what, sizeof what, "cut at %zu", length);
        write_file(hc_scratch_file(scratch, "bad.h5"), good.data, length);
        judge(driver, scratch, what, &met);
    }
    printf("%d cut files: %d refused, %d failures\n", count, met.refused, met.failures);
    if (met.refused != count) {
        exit(EXIT_FAILURE);
    }
}

/* A few bytes changed, most of them near the start, where the metadata is. */
static void mutate(const char *driver, const hc_scratch *scratch, bytes good, int count)
{
    tally met = {0};
    uint64_t state = 7;
    uint8_t *data = malloc(good.count);
    for (int i = 0; i < count && data != NULL; i++) {
        char what[64];
        uint64_t changes = 1 + draw(&state, 8);
        memcpy(data, good.data, good.count);
        for (uint64_t j = 0; j < changes; j++) {
            uint64_t range = i % 2 == 0 ? good.count / 20 : good.count;
            data[draw(&state, range)] = (uint8_t)draw(&state, 256);
        }
        (void)snprintf(what, sizeof what, "mutation %d", i);
        write_file(hc_scratch_file(scratch, "bad.h5"), data, good.count);
        judge(driver, scratch, what, &met);
    }
    free(data);
    printf("%d changed files: %d read, %d refused, %d crashed inside HDF5, %d failures\n", count,
           met.good, met.refused, met.crashed, met.failures);
    if (met.failures > 0 || met.crashed > count / 50) {
        exit(EXIT_FAILURE);
    }
}

int main(int count, char **arguments)
{
    int mutations = count > 2 ? (int)strtol(arguments[2], NULL, 10) : 0;
    hc_scratch scratch = hc_scratch_make();
    bytes good = {0};
    if (mutations <= 0) {
        printf("usage: test_hostile_file DRIVER MUTATIONS\n");
        return EXIT_FAILURE;
    }
    good = make_file(arguments[1], &scratch);
    cut(arguments[1], &scratch, good, mutations / 4);
    mutate(arguments[1], &scratch, good, mutations);
    free(good.data);
    hc_scratch_remove(&scratch);
    return EXIT_SUCCESS;
}
