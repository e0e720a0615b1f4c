#include "tests/traces/run/made_ranks.h"

#include "traces/run/run_sink.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

int hc_made_ranks_begin(hc_made_ranks *ranks, uint32_t count, uint64_t seed, uint64_t deal,
                        const hc_run_file_options *options, const hc_run_contents *contents,
                        hc_error *error)
{
    hc_run_file_options mine = *options;
    *ranks = (hc_made_ranks){.count = count, .seed = seed};
    mine.rank_count = count;
    for (uint32_t p = 0; p < HC_MADE_PROCESSES; p++) {
        ranks->rank_of[p] = (uint32_t)(mix(deal + p) % count);
    }
    for (uint32_t rank = 0; rank < count; rank++) {
        mine.rank = rank;
        mine.identity = rank == 0 ? NULL : hc_run_file_identity(ranks->files[0]);
        if (hc_run_file_create(&ranks->files[rank], &mine, error) < 0) {
            return -1;
        }
    }
    for (uint32_t rank = 0; rank < count; rank++) {
        if (hc_run_file_begin(ranks->files[rank], contents, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Times stand still for a while, so that the other keys have to decide; some events happen in several rounds. */
static hc_order_key key_of(uint64_t seed, uint32_t event)
{
    return (hc_order_key){
        .time = (hc_time)(event / 5) * 1000,
        .order = event % 5 / 2,
        .process = event % 5 % 2 == 0 ? (uint32_t)(mix(seed ^ event) % (HC_MADE_PROCESSES / 2))
                                      : HC_MADE_PROCESSES / 2 + (uint32_t)(mix(seed ^ event) % 5),
    };
}

static int enter(const hc_sink *sink, const hc_order_key *key, hc_error *error)
{
    return sink->enter == NULL ? 0 : sink->enter(sink->self, key, error);
}

int hc_made_ranks_send(hc_made_ranks *ranks, uint32_t first, uint32_t end, hc_error *error)
{
    for (uint32_t event = first; event < end; event++) {
        hc_order_key key = key_of(ranks->seed, event);
        hc_sink sink = hc_run_sink(ranks->files[ranks->rank_of[key.process]]);
        if (enter(&sink, &key, error) < 0 ||
            hc_run_rows_send_job(&sink, ranks->seed, event, error) < 0) {
            return -1;
        }
        /* Then one without rows. */
        if (enter(&sink, &key, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Passes on the ledger of one partition. */
typedef struct one_partition {
    hc_sink to;
    uint16_t partition;
} one_partition;

static int take_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    one_partition *only = self;
    return record->partition.index == only->partition
               ? only->to.ledger(only->to.self, record, error)
               : 0;
}

int hc_made_ranks_send_end(hc_made_ranks *ranks, hc_error *error)
{
    for (uint16_t process = 0; process < 2; process++) {
        const hc_order_key key = {.time = HC_TIME_NEVER, .process = process};
        one_partition only = {.to = hc_run_sink(ranks->files[ranks->rank_of[process]]),
                              .partition = process};
        const hc_sink sink = {.self = &only, .ledger = take_ledger};
        if (enter(&only.to, &key, error) < 0 || hc_run_rows_send_end(&sink, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_made_ranks_mark(hc_made_ranks *ranks, hc_run_mark *marks, hc_error *error)
{
    for (uint32_t rank = 0; rank < ranks->count; rank++) {
        if (hc_run_file_mark(ranks->files[rank], &marks[ranks->count - 1 - rank], error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_made_ranks_close(hc_made_ranks *ranks, hc_error *error)
{
    for (uint32_t rank = 0; rank < ranks->count; rank++) {
        if (hc_run_file_close_rank(ranks->files[rank], error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_made_ranks_finish(hc_made_ranks *ranks, bool in_parts, hc_error *error)
{
    const hc_run_totals totals = {
        .digest = {ranks->seed}, .executed_events = 77, .is_complete = true};
    if (!in_parts) {
        return hc_run_file_finish(ranks->files[0], &totals, error);
    }
    for (uint32_t rank = 0; rank < ranks->count; rank++) {
        if (hc_run_file_write_part(ranks->files[rank], error) < 0) {
            return -1;
        }
    }
    return hc_run_file_finish_parts(ranks->files[0], &totals, error);
}

void hc_made_ranks_destroy(hc_made_ranks *ranks)
{
    for (uint32_t rank = 0; rank < ranks->count; rank++) {
        hc_run_file_destroy(ranks->files[rank]);
        ranks->files[rank] = NULL;
    }
}

/* All bytes of a table, and the size of a row. */
typedef struct bytes {
    uint8_t *rows;
    size_t row_bytes;
    size_t count;
} bytes;

static bytes read_table(const char *path, const char *name)
{
    bytes b = {0};
    hsize_t rows = 0;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    (void)H5Sget_simple_extent_dims(space, &rows, NULL);
    b.row_bytes = H5Tget_size(type);
    b.count = (size_t)rows;
    b.rows = malloc(b.count * b.row_bytes + 1);
    if (b.rows == NULL || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, b.rows) < 0) {
        printf("%s: cannot read %s\n", path, name);
        exit(EXIT_FAILURE);
    }
    (void)H5Sclose(space);
    (void)H5Tclose(type);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    return b;
}

static bool agree(const bytes *some, const bytes *whole, bool may_lack)
{
    size_t met = 0;
    if (some->row_bytes != whole->row_bytes || (!may_lack && some->count != whole->count)) {
        return false;
    }
    for (size_t i = 0; i < whole->count && met < some->count; i++) {
        if (memcmp(some->rows + met * some->row_bytes, whole->rows + i * whole->row_bytes,
                   some->row_bytes) == 0) {
            met++;
        }
    }
    return met == some->count;
}

bool hc_tables_agree(const char *path, const char *whole_path, bool may_lack)
{
    bool all_agree = true;
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        const char *name = hc_table_describe((hc_run_table)table)->name;
        bytes some = read_table(path, name);
        bytes whole = read_table(whole_path, name);
        if (!agree(&some, &whole, may_lack)) {
            printf("table %s: %zu rows are not among the %zu expected, or not in their order\n",
                   name, some.count, whole.count);
            all_agree = false;
        }
        free(some.rows);
        free(whole.rows);
    }
    return all_agree;
}
