#ifndef HC_SIM_POLICIES_PLACE_BOOK_STATE_H
#define HC_SIM_POLICIES_PLACE_BOOK_STATE_H

/* The inside of a place book, for place_book.c (what it does) and place_book_exchange.c (how it is saved). */

#include "sim/jobs/job_order.h"
#include "sim/policies/plan/place_book.h"

/* What a job holds of one node. */
typedef struct hc_place_part {
    hc_part where;
    uint32_t node;
    uint32_t next; /* of the same job, or free; HC_NO_INDEX: none */
    hc_amount amount;
} hc_place_part;

/* A job, by its slot. */
typedef struct hc_place_entry {
    uint32_t first; /* part of the place that is remembered, HC_NO_INDEX: none */
    bool is_entered;
    hc_span span;
} hc_place_entry;

struct hc_place_book {
    hc_lifecycle *lifecycle;
    hc_span_view *view;
    hc_place_entry *entries;
    uint32_t entry_capacity;
    hc_job_order *starts; /* of the jobs that wait */
    hc_job_order *ends;   /* of all */
    hc_place_part *parts;
    uint32_t part_capacity;
    uint32_t free_part;
};

/* Room for what is known of a job. @return 0, or -1 when memory is short. */
int hc_place_book_make_entry(hc_place_book *book, uint32_t slot);

/* Puts a part before the others of a job's place. @return 0, or -1 when memory is short. */
int hc_place_book_add_part(hc_place_book *book, uint32_t slot, const hc_part *where);

#endif
