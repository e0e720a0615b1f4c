#include "traces/stream/rank_book.h"

#include "traces/stream/stream_tables.h"

#include <stdlib.h>

static int grow(hc_rank_book *book)
{
    uint32_t room = book->room == 0 ? 8 : 2 * book->room;
    hc_book_rank *grown = realloc(book->ranks, room * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    book->ranks = grown;
    book->room = room;
    return 0;
}

hc_book_rank *hc_rank_book_find(hc_rank_book *book, uint32_t rank)
{
    for (uint32_t i = 0; i < book->count; i++) {
        if (book->ranks[i].rank == rank) {
            return &book->ranks[i];
        }
    }
    if (book->count == book->room && grow(book) < 0) {
        return NULL;
    }
    book->ranks[book->count] = (hc_book_rank){.rank = rank, .is_begun = !book->is_from_now};
    return &book->ranks[book->count++];
}

hc_book_verdict hc_book_judge(hc_book_rank *rank, uint64_t first, uint32_t count, uint32_t *skip)
{
    if (!rank->is_begun) {
        rank->is_begun = true;
        rank->next = first;
    }
    *skip = 0;
    if (first > rank->next) {
        return HC_BOOK_GAP;
    }
    if (first + count <= rank->next) {
        return HC_BOOK_KNOWN;
    }
    *skip = (uint32_t)(rank->next - first);
    return HC_BOOK_TAKE;
}

void hc_book_take(hc_book_rank *rank, hc_run_table table, const void *rows, uint64_t first,
                  uint32_t count)
{
    rank->digest = hc_stream_digest_rows(rank->digest, table, rows, count);
    rank->next = first + count;
}

void hc_book_lose(hc_book_rank *rank, uint64_t up_to)
{
    rank->lost += up_to - rank->next;
    rank->next = up_to;
}

hc_book_rank *hc_rank_book_ending(hc_rank_book *book)
{
    for (uint32_t i = 0; i < book->count; i++) {
        hc_book_rank *rank = &book->ranks[i];
        if (rank->has_end && !rank->is_closed &&
            (rank->next >= rank->ending.published || !rank->is_begun)) {
            return rank;
        }
    }
    return NULL;
}

bool hc_rank_book_is_closed(const hc_rank_book *book, uint32_t count)
{
    uint32_t closed = 0;
    for (uint32_t i = 0; i < book->count; i++) {
        closed += book->ranks[i].is_closed;
    }
    return count > 0 && closed >= count;
}

void hc_rank_book_free(hc_rank_book *book)
{
    free(book->ranks);
    *book = (hc_rank_book){.ranks = NULL};
}
