#include "traces/stream/spool.h"

#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "tests/traces/stream/random_rows.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

enum { PARCELS = 700, RANKS = 5 };

static hc_scratch scratch;
static hc_parcel parcel;
static hc_parcel expected;

static hc_spool *open_spool(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_spool *spool = NULL;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_spool_create(&spool, scratch.path, &error), 0);
    return spool;
}

static void close_spool(hc_spool *spool)
{
    hc_spool_destroy(spool);
    hc_scratch_remove(&scratch);
}

/* What is spooled: parcel after parcel, the same in each run; a rank begins with row 0, or later if rows were lost. */
typedef struct source {
    hc_random stream;
    uint64_t next[RANKS];
} source;

static source begin(uint64_t seed)
{
    return (source){hc_random_stream(seed, 1, HC_RANDOM_BENCH), {0, 0, 0, 7, 5000}};
}

static void make(source *s, hc_parcel *out)
{
    hc_run_table table = hc_streamed_tables[hc_random_below(&s->stream, HC_STREAMED_TABLE_COUNT)];
    uint32_t rank = (uint32_t)hc_random_below(&s->stream, RANKS);
    uint32_t count = hc_random_below(&s->stream, 3) == 0
                         ? HC_BATCH_ROWS
                         : 1 + (uint32_t)hc_random_below(&s->stream, 50);
    hc_random_parcel(&s->stream, table, rank, s->next[rank], count, out);
    s->next[rank] += count + (hc_random_below(&s->stream, 20) == 0 ? 3 : 0); /* some are lost */
}

static void append(hc_spool *spool, source *s, int count)
{
    hc_error error = HC_ERROR_NONE;
    for (int i = 0; i < count; i++) {
        make(s, &parcel);
        CU_ASSERT_EQUAL(hc_spool_append(spool, &parcel, &error), 0);
    }
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

static bool are_equal(const hc_parcel *a, const hc_parcel *b)
{
    return memcmp(a, b, offsetof(hc_parcel, content)) == 0 &&
           hc_rows_are_equal((hc_run_table)a->table, a->content.rows, b->content.rows, a->count);
}

/* Where a rank is looked for that has no rows. */
static uint64_t end_of(const hc_spool *spool)
{
    return hc_spool_find(spool, RANKS, 0).offset;
}

static void check_all(hc_spool *spool, source s, int count)
{
    hc_error error = HC_ERROR_NONE;
    hc_spool_place place = {0};
    for (int i = 0; i < count; i++) {
        make(&s, &expected);
        CU_ASSERT_EQUAL_FATAL(hc_spool_read(spool, &place, &parcel, &error), 1);
        CU_ASSERT(are_equal(&parcel, &expected));
    }
    CU_ASSERT_EQUAL(hc_spool_read(spool, &place, &parcel, &error), 0);
    CU_ASSERT_EQUAL(place.offset, end_of(spool));
}

static void what_was_appended_is_read_back(void)
{
    hc_spool *spool = open_spool();
    source s = begin(1);
    append(spool, &s, PARCELS);
    check_all(spool, begin(1), PARCELS);
    close_spool(spool);
}

/* What a late reader does: it reads to the end, and again what has come since. */
static void what_comes_later_is_read_from_where_one_was(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_spool *spool = open_spool();
    hc_spool_place place = {0};
    source to = begin(2);
    source from = begin(2);
    for (int i = 0; i < 60; i++) {
        append(spool, &to, i % 7);
        for (int k = 0; k < i % 7; k++) {
            make(&from, &expected);
            CU_ASSERT_EQUAL_FATAL(hc_spool_read(spool, &place, &parcel, &error), 1);
            CU_ASSERT(are_equal(&parcel, &expected));
        }
        CU_ASSERT_EQUAL(hc_spool_read(spool, &place, &parcel, &error), 0);
    }
    close_spool(spool);
}

/* The first row of a rank, at or behind a number, that comes from a place on. @return its number, UINT64_MAX: none */
static uint64_t first_from(hc_spool *spool, hc_spool_place place, uint32_t rank, uint64_t seq)
{
    hc_error error = HC_ERROR_NONE;
    while (hc_spool_read(spool, &place, &parcel, &error) == 1) {
        if (parcel.rank == rank && parcel.first + parcel.count > seq) {
            return parcel.first > seq ? parcel.first : seq;
        }
    }
    return UINT64_MAX;
}

static void every_row_comes_from_the_place_that_is_found(void)
{
    hc_spool *spool = open_spool();
    source s = begin(3);
    append(spool, &s, PARCELS);
    for (uint32_t rank = 0; rank < RANKS; rank++) {
        for (uint64_t seq = 0; seq < s.next[rank] + 10; seq += 997) {
            uint64_t found = first_from(spool, hc_spool_find(spool, rank, seq), rank, seq);
            CU_ASSERT_EQUAL(found, first_from(spool, (hc_spool_place){0}, rank, seq));
        }
    }
    CU_ASSERT_EQUAL(first_from(spool, hc_spool_find(spool, RANKS, 0), RANKS, 0), UINT64_MAX);
    close_spool(spool);
}

/* A search begins 64 KiB of other rows before the row at most, and a parcel. */
static void a_place_is_near_the_row(void)
{
    hc_spool *spool = open_spool();
    source s = begin(4);
    append(spool, &s, PARCELS);
    for (uint32_t rank = 0; rank < RANKS; rank++) {
        hc_spool_place last = hc_spool_find(spool, rank, s.next[rank]);
        CU_ASSERT(end_of(spool) - last.offset < UINT64_C(4) * 65536);
    }
    close_spool(spool);
}

static void the_file_has_no_name(void)
{
    hc_spool *spool = open_spool();
    source s = begin(5);
    append(spool, &s, 300);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 0);
    close_spool(spool);
}

static void without_a_folder_there_is_no_spool(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_spool *spool = NULL;
    CU_ASSERT_EQUAL(hc_spool_create(&spool, "/nowhere/at/all", &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/nowhere/at/all"));
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    CU_ASSERT_EQUAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_an_error_and_stays_one(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_spool *spool = open_spool();
    source s = begin(6);
    int status = 0;
    int count = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(1 << 20);
    while (status == 0 && count < PARCELS) {
        make(&s, &parcel);
        status = hc_spool_append(spool, &parcel, &error);
        count++;
    }
    CU_ASSERT(count > 10 && count < PARCELS);
    CU_ASSERT_EQUAL(status, -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    limit_files(RLIM_INFINITY);
    CU_ASSERT_EQUAL(hc_spool_append(spool, &parcel, &error), -1);
    (void)signal(SIGXFSZ, SIG_DFL);
    close_spool(spool);
}

static const hc_test_case CASES[] = {
    {"what_was_appended_is_read_back", what_was_appended_is_read_back},
    {"what_comes_later_is_read_from_where_one_was", what_comes_later_is_read_from_where_one_was},
    {"every_row_comes_from_the_place_that_is_found", every_row_comes_from_the_place_that_is_found},
    {"a_place_is_near_the_row", a_place_is_near_the_row},
    {"the_file_has_no_name", the_file_has_no_name},
    {"without_a_folder_there_is_no_spool", without_a_folder_there_is_no_spool},
    {"a_full_disk_is_an_error_and_stays_one", a_full_disk_is_an_error_and_stays_one},
};

HC_TEST_MAIN("spool", CASES)
