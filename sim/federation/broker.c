#include "sim/federation/broker.h"

#include "sim/int128.h"

#include <assert.h>

/* What a job asks of the broker. */
typedef struct question {
    const hc_candidate *candidates;
    size_t count;
    uint64_t demand_milli;
    uint32_t limit_milli;
} question;

/* Of two candidates: whether the first is better than the second, which comes before it. */
typedef bool better(const question *q, const hc_candidate *a, const hc_candidate *b);

/* Fractions are compared by products: no rounding decides where a job goes. */
static bool is_less_loaded(const question *q, const hc_candidate *a, const hc_candidate *b)
{
    return (hc_int128)(a->claimed_milli + q->demand_milli) * b->capacity_milli <
           (hc_int128)(b->claimed_milli + q->demand_milli) * a->capacity_milli;
}

static bool is_cheaper(const question *q, const hc_candidate *a, const hc_candidate *b)
{
    (void)q;
    return a->price < b->price;
}

static bool is_greener(const question *q, const hc_candidate *a, const hc_candidate *b)
{
    (void)q;
    return a->carbon < b->carbon;
}

static bool is_sooner(const question *q, const hc_candidate *a, const hc_candidate *b)
{
    (void)q;
    return (hc_int128)a->wait + a->travel < (hc_int128)b->wait + b->travel;
}

static bool is_open(const question *q, const hc_candidate *c)
{
    return (hc_int128)(c->claimed_milli + q->demand_milli) * 1000 <=
           (hc_int128)q->limit_milli * c->capacity_milli;
}

static bool is_open_home(const question *q, const hc_candidate *c)
{
    return c->is_home && is_open(q, c);
}

static bool is_any(const question *q, const hc_candidate *c)
{
    (void)q;
    (void)c;
    return true;
}

/* The best of those that may be asked, and the rule for when there is none: the least loaded. */
typedef struct preference {
    bool (*may_be)(const question *q, const hc_candidate *c);
    better *is_better;
} preference;

static const preference PREFERENCES[HC_BROKER_POLICY_COUNT] = {
    [HC_BROKER_HOME_FIRST] = {is_open_home, is_less_loaded},
    [HC_BROKER_LEAST_LOADED] = {is_any, is_less_loaded},
    [HC_BROKER_CHEAPEST] = {is_open, is_cheaper},
    [HC_BROKER_GREENEST] = {is_open, is_greener},
    [HC_BROKER_DATA_LOCAL] = {is_any, is_sooner},
};

/* @return q->count when none may be. */
static size_t find_best(const question *q, const preference *p)
{
    size_t best = q->count;
    for (size_t i = 0; i < q->count; i++) {
        if (p->may_be(q, &q->candidates[i]) &&
            (best == q->count || p->is_better(q, &q->candidates[i], &q->candidates[best]))) {
            best = i;
        }
    }
    return best;
}

bool hc_broker_keeps(const hc_broker_rule *rule, const hc_candidate *home, uint64_t demand_milli)
{
    question q = {home, 1, demand_milli, rule->limit_milli};
    return rule->policy == HC_BROKER_HOME_FIRST && is_open_home(&q, home);
}

size_t hc_broker_choose(const hc_broker_rule *rule, const hc_candidate *candidates, size_t count,
                        uint64_t demand_milli)
{
    question q = {candidates, count, demand_milli, rule->limit_milli};
    size_t best = 0;
    assert(count >= 1 && rule->policy < HC_BROKER_POLICY_COUNT);
    best = find_best(&q, &PREFERENCES[rule->policy]);
    return best < count ? best : find_best(&q, &PREFERENCES[HC_BROKER_LEAST_LOADED]);
}
