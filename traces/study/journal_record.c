#include "traces/study/journal_record.h"

#include <string.h>
#include <xxhash.h>

static const char MAGIC[8] = {'H', 'C', 'S', 'T', 'U', 'D', 'Y', '1'};

_Static_assert(sizeof(hc_journal_head) == 32 && sizeof(hc_journal_start) == 32, "no holes");

uint64_t hc_journal_hash(const char *const *texts, size_t count)
{
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++) {
        hash = XXH3_64bits_withSeed(texts[i], strlen(texts[i]), hash);
    }
    return hash;
}

hc_journal_head hc_journal_head_make(const hc_journal_identity *identity)
{
    hc_journal_head head = {.hash = identity->hash, .output_count = identity->output_count};
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    head.checksum = XXH3_64bits(&head, offsetof(hc_journal_head, checksum));
    return head;
}

bool hc_journal_head_is_sound(const hc_journal_head *head)
{
    return memcmp(head->magic, MAGIC, sizeof MAGIC) == 0 &&
           head->output_count <= HC_STUDY_OUTPUT_LIMIT &&
           head->checksum == XXH3_64bits(head, offsetof(hc_journal_head, checksum));
}

static size_t size_of(uint32_t output_count, uint32_t error_length)
{
    return sizeof(hc_journal_start) + output_count * sizeof(double) + error_length +
           sizeof(uint64_t);
}

size_t hc_journal_record_write(char *out, const hc_journal_record *record, uint32_t output_count)
{
    size_t length = strnlen(record->error, HC_STUDY_ERROR_BYTES);
    size_t size = size_of(output_count, (uint32_t)length);
    hc_journal_start start = {.size = (uint32_t)size,
                              .point = record->point,
                              .repetition = record->repetition,
                              .is_failed = record->is_failed ? 1 : 0,
                              .wall_seconds = record->wall_seconds,
                              .error_length = (uint32_t)length};
    char *at = out + sizeof start;
    uint64_t checksum = 0;
    memcpy(out, &start, sizeof start);
    memcpy(at, record->values, output_count * sizeof(double));
    at += output_count * sizeof(double);
    memcpy(at, record->error, length);
    at += length;
    checksum = XXH3_64bits(out, (size_t)(at - out));
    memcpy(at, &checksum, sizeof checksum);
    return size;
}

bool hc_journal_start_is_sound(const hc_journal_start *start, uint32_t output_count)
{
    return start->error_length <= HC_STUDY_ERROR_BYTES && start->is_failed <= 1 &&
           start->size == size_of(output_count, start->error_length);
}

bool hc_journal_record_read(hc_journal_record *out, char *bytes, uint32_t output_count)
{
    hc_journal_start start;
    uint64_t checksum = 0;
    char *end = NULL;
    memcpy(&start, bytes, sizeof start);
    end = bytes + start.size - sizeof checksum;
    memcpy(&checksum, end, sizeof checksum);
    if (checksum != XXH3_64bits(bytes, (size_t)(end - bytes))) {
        return false;
    }
    *end = '\0';
    *out = (hc_journal_record){
        .point = start.point,
        .repetition = start.repetition,
        .is_failed = start.is_failed != 0,
        .wall_seconds = start.wall_seconds,
        .values = (const double *)(const void *)(bytes + sizeof start),
        .error = bytes + sizeof start + output_count * sizeof(double),
    };
    return true;
}
