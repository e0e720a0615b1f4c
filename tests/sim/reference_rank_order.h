#ifndef HC_TESTS_SIM_REFERENCE_RANK_ORDER_H
#define HC_TESTS_SIM_REFERENCE_RANK_ORDER_H

#include "sim/int128.h"
#include "tests/sim/reference_world.h"
#include "tests/sim/replay.h"

#include <stdbool.h>
#include <stdint.h>

/** The jobs of the slow and obvious preemptive scheduler (tests/sim/reference_rank.h), and who goes first. */

enum { HC_REF_RANK_JOBS = 256 };

typedef enum hc_ref_phase { AHEAD, WAITING, RUNNING, DONE } hc_ref_phase;

typedef struct hc_ref_job {
    const hc_job_spec *spec;
    hc_ref_phase phase;
    hc_ref_grant grant;
    hc_time work;  /* to be done in all */
    hc_time done;  /* of it, kept from earlier attempts */
    hc_time start; /* of this attempt */
    hc_time up;    /* when this attempt has come up and works */
    hc_time held;  /* time on GPUs in earlier attempts */
    hc_time waiting_since;
    hc_time first_start;
    hc_time wait;
    uint64_t joined; /* the running jobs, or the queue: by a count */
    uint32_t preemptions;
    bool was_visited; /* on this walk, as a waiting job */
    /* LAS */
    int level;
    hc_time held_at_top; /* time on GPUs when it last entered the first level */
    int part;            /* of its level: runs, waits, has just sunk; stays during a pass */
    uint64_t turn;       /* in which it joined the running ones, before this pass */
    /* Gittins: index = gain / cost */
    int64_t gain;
    int64_t cost; /* 0: not yet looked at */
    hc_time looked_at;
} hc_ref_job;

typedef struct hc_ref_rank_state {
    const hc_replay *replay;
    const hc_policy_options *options;
    hc_ref_world world;
    hc_ref_job jobs[HC_REF_RANK_JOBS];
    int list[HC_REF_RANK_JOBS]; /* running and waiting jobs, kept from pass to pass */
    int count;
    bool is_counted; /* only the number of GPUs matters */
    bool has_restarts;
    uint64_t turn_count;
    hc_time late_look;
    size_t next_step; /* of the calendar */
    hc_time now;
} hc_ref_rank_state;

/** GPUs of a job in thousandths. */
int64_t hc_ref_rank_milli(const hc_ref_job *j);

/** Time that it needs to come up if it is started now. */
hc_time hc_ref_rank_restart_time(const hc_ref_rank_state *s, const hc_ref_job *j);

/** When a running job ends. */
hc_time hc_ref_rank_end_of(const hc_ref_job *j);

/** Time on GPUs in all attempts. */
hc_time hc_ref_rank_held(const hc_ref_rank_state *s, const hc_ref_job *j);

/** Puts the list into the order of the policy; what it does not decide stays. */
void hc_ref_rank_sort(hc_ref_rank_state *s);

#endif
