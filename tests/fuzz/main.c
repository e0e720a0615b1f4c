/* Feeds a fuzz target without libFuzzer: every file of a corpus as it is, then mutations of them that are the
 * same in every run.  Usage: fuzz_x CORPUS [MUTATIONS] */

#include "sim/engine/random.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_SEEDS = 256, MAX_SIZE = 65536, DEFAULT_MUTATIONS = 3000 };

typedef struct seed {
    uint8_t *data;
    size_t size;
} seed;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_seed(const char *folder, const char *name, seed *out)
{
    char path[4096];
    FILE *file = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    out->data = malloc(MAX_SIZE);
    out->size = out->data == NULL ? 0 : fread(out->data, 1, MAX_SIZE, file);
    (void)fclose(file);
    return out->data == NULL ? -1 : 0;
}

/* Seeds in the order of their names: the mutations must not depend on the file system. */
static size_t read_corpus(const char *folder, seed *seeds)
{
    char *names[MAX_SEEDS];
    size_t name_count = 0;
    size_t count = 0;
    struct dirent *entry = NULL;
    DIR *directory = opendir(folder);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.' && name_count < MAX_SEEDS) {
            names[name_count++] = strdup(entry->d_name);
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    qsort(names, name_count, sizeof names[0], compare_names);
    for (size_t i = 0; i < name_count; i++) {
        count += read_seed(folder, names[i], &seeds[count]) == 0 ? 1 : 0;
        free(names[i]);
    }
    return count;
}

/* One small change: a byte, a bit, a repeated or removed stretch, or a piece of another seed. */
static void mutate_once(hc_random *random, uint8_t *data, size_t *size, const seed *other)
{
    size_t at = *size == 0 ? 0 : hc_random_below(random, *size);
    size_t length = 1 + hc_random_below(random, 32);
    switch (hc_random_below(random, 5)) {
    case 0:
        data[at] = (uint8_t)hc_random_bits(random);
        break;
    case 1:
        data[at] ^= (uint8_t)(1U << hc_random_below(random, 8));
        break;
    case 2:
        length = length < *size - at ? length : *size - at;
        memmove(data + at, data + at + length, *size - at - length);
        *size -= length;
        break;
    case 3:
        length = length < MAX_SIZE - *size ? length : MAX_SIZE - *size;
        memmove(data + at + length, data + at, *size - at);
        *size += length;
        break;
    default:
        if (other->size > 0) {
            size_t from = hc_random_below(random, other->size);
            length = length < other->size - from ? length : other->size - from;
            length = length < MAX_SIZE - at ? length : MAX_SIZE - at;
            memcpy(data + at, other->data + from, length);
            *size = at + length > *size ? at + length : *size;
        }
        break;
    }
}

/* The input lies at the end of a block of exactly its size, so that AddressSanitizer sees every overrun. */
static void feed(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        return;
    }
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

int main(int argc, char **argv)
{
    static uint8_t buffer[MAX_SIZE + 1];
    static seed seeds[MAX_SEEDS];
    size_t count = argc > 1 ? read_corpus(argv[1], seeds) : 0;
    long mutations = argc > 2 ? atol(argv[2]) : DEFAULT_MUTATIONS;
    hc_random random = hc_random_stream(1, 0, HC_RANDOM_BENCH);
    if (count == 0) {
        (void)fprintf(stderr, "no corpus\n");
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < count; i++) {
        feed(seeds[i].data, seeds[i].size);
    }
    for (long i = 0; i < mutations; i++) {
        const seed *base = &seeds[hc_random_below(&random, count)];
        size_t size = base->size;
        uint64_t changes = 1 + hc_random_below(&random, 8);
        memcpy(buffer, base->data, size);
        while (changes-- > 0) {
            mutate_once(&random, buffer, &size, &seeds[hc_random_below(&random, count)]);
        }
        feed(buffer, size);
    }
    printf("%zu seeds and %ld mutations of them\n", count, mutations);
    for (size_t i = 0; i < count; i++) {
        free(seeds[i].data);
    }
    return EXIT_SUCCESS;
}
