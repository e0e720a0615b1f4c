#ifndef HC_TRACES_STREAM_RANK_BOOK_H
#define HC_TRACES_STREAM_RANK_BOOK_H

#include "traces/stream/reader.h"

#include <stdbool.h>
#include <stdint.h>

/** What a reader has of each rank. */
typedef struct hc_book_rank {
    uint32_t rank;
    bool is_begun;  /**< something of it was handed out, or the reader begins with its first row */
    bool has_end;   /**< the publisher has said how it ended */
    bool is_closed; /**< its end was handed out */
    uint64_t next;  /**< number of the row that comes next */
    uint64_t lost;
    uint64_t digest; /**< of what was handed out */
    hc_stream_ending ending;
} hc_book_rank;

typedef struct hc_rank_book {
    hc_book_rank *ranks;
    uint32_t count;
    uint32_t room;
    bool is_from_now; /**< ranks begin where they are met */
} hc_rank_book;

/** The rank's page, a new one when it is met for the first time; NULL when memory is short. */
hc_book_rank *hc_rank_book_find(hc_rank_book *book, uint32_t rank);

/** What to do with rows that came. */
typedef enum hc_book_verdict {
    HC_BOOK_TAKE,  /**< rows from `skip` on are the next ones */
    HC_BOOK_KNOWN, /**< all of them were handed out already */
    HC_BOOK_GAP,   /**< rows before them are missing */
} hc_book_verdict;
hc_book_verdict hc_book_judge(hc_book_rank *rank, uint64_t first, uint32_t count, uint32_t *skip);

/** Rows are handed out, or are lost. */
void hc_book_take(hc_book_rank *rank, hc_run_table table, const void *rows, uint64_t first,
                  uint32_t count);
void hc_book_lose(hc_book_rank *rank, uint64_t up_to);

/** The page whose end can be handed out now, NULL when there is none. */
hc_book_rank *hc_rank_book_ending(hc_rank_book *book);

/** Whether the ends of so many ranks have been handed out. */
bool hc_rank_book_is_closed(const hc_rank_book *book, uint32_t count);

void hc_rank_book_free(hc_rank_book *book);

#endif
