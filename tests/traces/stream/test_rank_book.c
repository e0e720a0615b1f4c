#include "traces/stream/rank_book.h"

#include "sim/engine/random.h"
#include "tests/testing.h"
#include "traces/stream/stream_tables.h"

#include <string.h>

static const hc_sample_row SAMPLES[64] = {{.time = 1}};

/* Rows [first, first + count) come. @return how many of them are handed out. */
static uint32_t come(hc_book_rank *rank, uint64_t first, uint32_t count)
{
    uint32_t skip = 0;
    if (hc_book_judge(rank, first, count, &skip) != HC_BOOK_TAKE) {
        return 0;
    }
    CU_ASSERT_EQUAL(first + skip, rank->next);
    hc_book_take(rank, HC_TABLE_SERIES, SAMPLES, first + skip, count - skip);
    return count - skip;
}

static void rows_are_next_or_known_or_too_early(void)
{
    hc_rank_book book = {.ranks = NULL};
    hc_book_rank *rank = hc_rank_book_find(&book, 4);
    uint32_t skip = 9;
    CU_ASSERT_EQUAL(hc_book_judge(rank, 5, 1, &skip), HC_BOOK_GAP);
    CU_ASSERT_EQUAL(come(rank, 0, 10), 10);
    CU_ASSERT_EQUAL(hc_book_judge(rank, 0, 10, &skip), HC_BOOK_KNOWN);
    CU_ASSERT_EQUAL(hc_book_judge(rank, 9, 1, &skip), HC_BOOK_KNOWN);
    CU_ASSERT_EQUAL(hc_book_judge(rank, 11, 1, &skip), HC_BOOK_GAP);
    CU_ASSERT_EQUAL(hc_book_judge(rank, 10, 1, &skip), HC_BOOK_TAKE);
    CU_ASSERT_EQUAL(skip, 0);
    CU_ASSERT_EQUAL(hc_book_judge(rank, 8, 5, &skip), HC_BOOK_TAKE);
    CU_ASSERT_EQUAL(skip, 2);
    hc_rank_book_free(&book);
}

static void lost_rows_are_counted_and_passed(void)
{
    hc_rank_book book = {.ranks = NULL};
    hc_book_rank *rank = hc_rank_book_find(&book, 0);
    CU_ASSERT_EQUAL(come(rank, 0, 3), 3);
    hc_book_lose(rank, 10);
    CU_ASSERT_EQUAL(rank->lost, 7);
    CU_ASSERT_EQUAL(come(rank, 9, 2), 1);
    CU_ASSERT_EQUAL(rank->next, 11);
    hc_rank_book_free(&book);
}

static void from_now_a_rank_begins_where_it_is_met(void)
{
    hc_rank_book book = {.is_from_now = true};
    hc_book_rank *rank = hc_rank_book_find(&book, 0);
    CU_ASSERT(!rank->is_begun);
    CU_ASSERT_EQUAL(come(rank, 1000, 5), 5);
    CU_ASSERT_EQUAL(rank->next, 1005);
    CU_ASSERT_EQUAL(rank->lost, 0);
    hc_rank_book_free(&book);
}

/* Batches in any order, many of them twice: each row is handed out once, in order, as soon as those before it are here. */
static void any_order_of_arrivals_is_put_right(void)
{
    hc_random stream = hc_random_stream(1, 1, HC_RANDOM_BENCH);
    hc_rank_book book = {.ranks = NULL};
    hc_book_rank *rank = hc_rank_book_find(&book, 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t next = rank->next;
        uint64_t first = next + hc_random_below(&stream, 40);
        uint32_t count = 1 + (uint32_t)hc_random_below(&stream, 64);
        uint64_t end = 0;
        first = first > 20 ? first - 20 : 0;
        end = first + count;
        CU_ASSERT_EQUAL(come(rank, first, count), first <= next && end > next ? end - next : 0);
        CU_ASSERT_EQUAL(rank->next, first <= next && end > next ? end : next);
    }
    hc_rank_book_free(&book);
}

static void every_rank_has_a_page_of_its_own(void)
{
    hc_rank_book book = {.ranks = NULL};
    for (uint32_t i = 0; i < 1000; i++) {
        hc_rank_book_find(&book, 7 * i)->lost = i;
    }
    CU_ASSERT_EQUAL(book.count, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        CU_ASSERT_EQUAL(hc_rank_book_find(&book, 7 * i)->lost, i);
    }
    hc_rank_book_free(&book);
}

static void an_end_is_told_once_all_rows_are_here(void)
{
    hc_rank_book book = {.ranks = NULL};
    hc_book_rank *rank = hc_rank_book_find(&book, 3);
    rank->has_end = true;
    rank->ending.published = 10;
    CU_ASSERT_PTR_NULL(hc_rank_book_ending(&book));
    CU_ASSERT_EQUAL(come(rank, 0, 9), 9);
    CU_ASSERT_PTR_NULL(hc_rank_book_ending(&book));
    CU_ASSERT_EQUAL(come(rank, 9, 1), 1);
    CU_ASSERT_PTR_EQUAL(hc_rank_book_ending(&book), rank);
    CU_ASSERT(!hc_rank_book_is_closed(&book, 1));
    rank->is_closed = true;
    CU_ASSERT_PTR_NULL(hc_rank_book_ending(&book));
    CU_ASSERT(hc_rank_book_is_closed(&book, 1));
    CU_ASSERT(!hc_rank_book_is_closed(&book, 2));
    CU_ASSERT(!hc_rank_book_is_closed(&book, 0));
    hc_rank_book_free(&book);
}

/* The digest that a publisher counts over its batches does not depend on where batches begin. */
static void the_digest_is_of_rows_not_of_batches(void)
{
    hc_rank_book book = {.ranks = NULL};
    hc_book_rank *rank = hc_rank_book_find(&book, 0);
    uint64_t whole = hc_stream_digest_rows(0, HC_TABLE_SERIES, SAMPLES, 60);
    hc_book_take(rank, HC_TABLE_SERIES, SAMPLES, 0, 13);
    hc_book_take(rank, HC_TABLE_SERIES, SAMPLES + 13, 13, 46);
    CU_ASSERT_NOT_EQUAL(rank->digest, whole);
    hc_book_take(rank, HC_TABLE_SERIES, SAMPLES + 59, 59, 1);
    CU_ASSERT_EQUAL(rank->digest, whole);
    hc_rank_book_free(&book);
}

static const hc_test_case CASES[] = {
    {"rows_are_next_or_known_or_too_early", rows_are_next_or_known_or_too_early},
    {"lost_rows_are_counted_and_passed", lost_rows_are_counted_and_passed},
    {"from_now_a_rank_begins_where_it_is_met", from_now_a_rank_begins_where_it_is_met},
    {"any_order_of_arrivals_is_put_right", any_order_of_arrivals_is_put_right},
    {"every_rank_has_a_page_of_its_own", every_rank_has_a_page_of_its_own},
    {"an_end_is_told_once_all_rows_are_here", an_end_is_told_once_all_rows_are_here},
    {"the_digest_is_of_rows_not_of_batches", the_digest_is_of_rows_not_of_batches},
};

HC_TEST_MAIN("rank_book", CASES)
