/* Reads files that were cut or changed, each in a process of its own. Whatever our own checks see must end with
 * an error; HDF5's parser has defects of its own (docs say so: only files of people one trusts), and a signal
 * from inside it is counted, not forgiven when it becomes common.
 *   test_hostile_file DRIVER MUTATIONS */

#include "tests/traces/run/damage.h"

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

/* Files that end too early: HDF5 knows where a file must end, so none of them may be read. */
static void cut(const char *driver, const hc_scratch *scratch, hc_bytes good, int count)
{
    tally met = {0};
    for (int i = 0; i < count; i++) {
        char what[64];
        size_t length = good.count * (size_t)i / (size_t)count;
        (void)snprintf(what, sizeof what, "cut at %zu", length);
        hc_write_bytes(hc_scratch_file(scratch, "bad.h5"), good.data, length);
        judge(driver, scratch, what, &met);
    }
    printf("%d cut files: %d refused, %d failures\n", count, met.refused, met.failures);
    if (met.refused != count) {
        exit(EXIT_FAILURE);
    }
}

/* A few bytes changed, most of them near the start, where the metadata is. */
static void mutate(const char *driver, const hc_scratch *scratch, hc_bytes good, int count)
{
    tally met = {0};
    uint64_t state = 7;
    uint8_t *data = malloc(good.count);
    for (int i = 0; i < count && data != NULL; i++) {
        char what[64];
        uint64_t changes = 1 + hc_damage_draw(&state, 8);
        memcpy(data, good.data, good.count);
        for (uint64_t j = 0; j < changes; j++) {
            uint64_t range = i % 2 == 0 ? good.count / 20 : good.count;
            data[hc_damage_draw(&state, range)] = (uint8_t)hc_damage_draw(&state, 256);
        }
        (void)snprintf(what, sizeof what, "mutation %d", i);
        hc_write_bytes(hc_scratch_file(scratch, "bad.h5"), data, good.count);
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
    hc_bytes good = {0};
    if (mutations <= 0) {
        printf("usage: test_hostile_file DRIVER MUTATIONS\n");
        return EXIT_FAILURE;
    }
    good = hc_make_run_file(arguments[1], &scratch, "300", "all");
    cut(arguments[1], &scratch, good, mutations / 4);
    mutate(arguments[1], &scratch, good, mutations);
    free(good.data);
    hc_scratch_remove(&scratch);
    return EXIT_SUCCESS;
}
