#include "traces/run/run_mark.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Form: eight bytes that say what it is; generation, rank, number of ranks, number of tables, four bytes each;
 * rows of each table, eight bytes each, with room for 10 tables; then the texts of the identity with room for more.
 * Numbers are little-endian. */
static const uint8_t MAGIC[8] = {'h', 'c', 'm', 'a', 'r', 'k', '0', '1'};

enum {
    COUNTS_AT = sizeof MAGIC,
    ROWS_AT = COUNTS_AT + 4 * 4,
    ROWS_ROOM = 10,
    CREATED_AT = ROWS_AT + 8 * ROWS_ROOM,
    RUN_ID_AT = CREATED_AT + 24,
    RUN_ID_ROOM = 32,
    HOST_AT = RUN_ID_AT + RUN_ID_ROOM,
};

static_assert(HOST_AT + 256 == HC_RUN_MARK_BYTES, "the parts of a mark add up");
static_assert((int)HC_GROWING_TABLE_COUNT <= (int)ROWS_ROOM, "there is room for all tables");

static void put(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t get(const uint8_t *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

void hc_run_mark_pack(const hc_run_mark *mark, uint8_t bytes[HC_RUN_MARK_BYTES])
{
    memset(bytes, 0, HC_RUN_MARK_BYTES);
    memcpy(bytes, MAGIC, sizeof MAGIC);
    put(bytes + COUNTS_AT, mark->identity.generation, 4);
    put(bytes + COUNTS_AT + 4, mark->rank, 4);
    put(bytes + COUNTS_AT + 8, mark->rank_count, 4);
    put(bytes + COUNTS_AT + 12, HC_GROWING_TABLE_COUNT, 4);
    for (size_t table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        put(bytes + ROWS_AT + 8 * table, mark->rows[table], 8);
    }
    memcpy(bytes + CREATED_AT, mark->identity.created, strlen(mark->identity.created));
    memcpy(bytes + RUN_ID_AT, mark->identity.run_id, strlen(mark->identity.run_id));
    memcpy(bytes + HOST_AT, mark->identity.host, strlen(mark->identity.host));
}

/* A text that ends within its room. */
static bool get_text(const uint8_t *from, size_t bytes, char *to, size_t room)
{
    size_t length = strnlen((const char *)from, bytes);
    if (length >= room) {
        return false;
    }
    memcpy(to, from, length);
    to[length] = '\0';
    return true;
}

static bool unpack_identity(const uint8_t *bytes, hc_run_identity *out)
{
    out->generation = (uint32_t)get(bytes + COUNTS_AT, 4);
    return get_text(bytes + CREATED_AT, RUN_ID_AT - CREATED_AT, out->created,
                    sizeof out->created) &&
           get_text(bytes + RUN_ID_AT, RUN_ID_ROOM, out->run_id, sizeof out->run_id) &&
           get_text(bytes + HOST_AT, HC_RUN_MARK_BYTES - HOST_AT, out->host, sizeof out->host) &&
           out->run_id[0] != '\0' && out->generation < HC_GENERATION_LIMIT;
}

int hc_run_mark_unpack(const uint8_t bytes[HC_RUN_MARK_BYTES], hc_run_mark *out, hc_error *error)
{
    *out = (hc_run_mark){.rank = (uint32_t)get(bytes + COUNTS_AT + 4, 4),
                         .rank_count = (uint32_t)get(bytes + COUNTS_AT + 8, 4)};
    for (size_t table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        out->rows[table] = get(bytes + ROWS_AT + 8 * table, 8);
    }
    if (memcmp(bytes, MAGIC, sizeof MAGIC) != 0 ||
        get(bytes + COUNTS_AT + 12, 4) != HC_GROWING_TABLE_COUNT ||
        !unpack_identity(bytes, &out->identity) || out->rank >= out->rank_count ||
        out->rank_count > HC_RANK_LIMIT) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "expected the mark of a run file, found other bytes");
    }
    return 0;
}

static int check_mark(const hc_run_mark *mark, const hc_run_mark *first, bool *is_met,
                      hc_error *error)
{
    if (strcmp(mark->identity.run_id, first->identity.run_id) != 0 ||
        mark->identity.generation != first->identity.generation ||
        mark->rank_count != first->rank_count) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected marks of one moment of one run, found those of several");
    }
    if (mark->rank >= first->rank_count || is_met[mark->rank]) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected one mark of each of %u ranks, found one of rank %u too many",
                            first->rank_count, mark->rank);
    }
    is_met[mark->rank] = true;
    return 0;
}

int hc_run_marks_check(const hc_run_mark *marks, size_t count, hc_error *error)
{
    bool *is_met = NULL;
    int status = 0;
    if (count == 0 || count != marks[0].rank_count) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected one mark of each of %u ranks, found %zu",
                            count == 0 ? 1 : marks[0].rank_count, count);
    }
    is_met = calloc(count, sizeof *is_met);
    if (is_met == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count && status == 0; i++) {
        status = check_mark(&marks[i], &marks[0], is_met, error);
    }
    free(is_met);
    return status;
}
