#ifndef HC_SIM_POLICIES_PLAN_PROFILE_STATE_H
#define HC_SIM_POLICIES_PLAN_PROFILE_STATE_H

#include "sim/policies/plan/profile.h"

/* The inside of a profile, for profile.c (what it does) and profile_exchange.c (how it is saved). Nobody else includes
 * this. */

/* An unrolled list: blocks of steps in the order of time. A change of a whole block is noted beside it. */
enum { HC_PROFILE_STEPS = 64 };

typedef struct hc_profile_block {
    hc_time times[HC_PROFILE_STEPS];
    int32_t free[HC_PROFILE_STEPS]; /* without what is noted in `shift` */
} hc_profile_block;

/* A block in the order of time. */
typedef struct hc_profile_span {
    hc_time first;
    int32_t shift; /* to be added to all its numbers */
    int32_t min;   /* of its numbers, `shift` included; likewise max */
    int32_t max;
    uint32_t count;
    hc_profile_block *steps;
} hc_profile_span;

struct hc_profile {
    hc_profile_span *spans;
    size_t span_count;
    size_t capacity; /* of `spans`; those behind span_count keep a block to be used again */
};

/* Makes room for a block without steps at a place in the order. @return 0, or -1 when memory is short. */
int hc_profile_add_span(hc_profile *profile, size_t at);

/* Recomputes what a block knows of its steps. */
void hc_profile_sum_up(hc_profile_span *s);

#endif
