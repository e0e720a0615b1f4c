#include "sim/engine/random.h"
#include "sim/jobs/job_order.h"
#include "tests/testing.h"

#include <string.h>

enum { SLOTS = 400 };

/* The obvious order: entries in an array, sorted by insertion. */
typedef struct plain_order {
    hc_order_entry entries[SLOTS];
    uint32_t slots[SLOTS];
    size_t count;
} plain_order;

static bool precedes(const hc_order_entry *a, const hc_order_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->job < b->job;
}

static void plain_insert(plain_order *plain, uint32_t slot, hc_order_entry entry)
{
    size_t at = plain->count++;
    for (; at > 0 && precedes(&entry, &plain->entries[at - 1]); at--) {
        plain->entries[at] = plain->entries[at - 1];
        plain->slots[at] = plain->slots[at - 1];
    }
    plain->entries[at] = entry;
    plain->slots[at] = slot;
}

static void plain_remove(plain_order *plain, size_t at)
{
    plain->count--;
    memmove(&plain->entries[at], &plain->entries[at + 1],
            (plain->count - at) * sizeof plain->entries[0]);
    memmove(&plain->slots[at], &plain->slots[at + 1], (plain->count - at) * sizeof plain->slots[0]);
}

static uint32_t plain_find(const plain_order *plain, const hc_order_entry *after,
                           const hc_order_filter *f)
{
    for (size_t i = 0; i < plain->count; i++) {
        const hc_order_entry *e = &plain->entries[i];
        if ((after == NULL || precedes(after, e)) && e->size <= f->size_max &&
            (e->duration <= f->duration_max || e->size <= f->beyond_size_max)) {
            return plain->slots[i];
        }
    }
    return HC_NO_SLOT;
}

static void check_sums(const hc_job_order *order, const plain_order *plain, hc_random *random)
{
    uint64_t wanted = 1 + hc_random_below(random, 3000);
    int64_t key = (int64_t)hc_random_below(random, 60);
    uint64_t sum = 0;
    uint64_t to_key = 0;
    uint32_t expected = HC_NO_SLOT;
    for (size_t i = 0; i < plain->count; i++) {
        sum += plain->entries[i].size;
        to_key += plain->entries[i].key <= key ? plain->entries[i].size : 0;
        if (expected == HC_NO_SLOT && sum >= wanted) {
            expected = plain->slots[i];
        }
        CU_ASSERT_EQUAL(hc_job_order_rank(order, plain->slots[i]), i);
    }
    CU_ASSERT_EQUAL_FATAL(hc_job_order_find_sum(order, wanted), expected);
    CU_ASSERT_EQUAL_FATAL(hc_job_order_sum_to(order, key), to_key);
    CU_ASSERT_EQUAL_FATAL(hc_job_order_size_sum(order), sum);
}

static void check_walk(const hc_job_order *order, const plain_order *plain)
{
    hc_order_walk walk;
    hc_order_walk_start(&walk, order);
    for (size_t i = 0; i < plain->count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_order_walk_next(&walk), plain->slots[i]);
    }
    CU_ASSERT_EQUAL(hc_order_walk_next(&walk), HC_NO_SLOT);
    CU_ASSERT_EQUAL(hc_job_order_first(order), plain->count == 0 ? HC_NO_SLOT : plain->slots[0]);
}

static void check_find(const hc_job_order *order, const plain_order *plain, hc_random *random)
{
    hc_order_entry after = {.key = (int64_t)hc_random_below(random, 60),
                            .job = (uint32_t)hc_random_below(random, 1000)};
    hc_order_filter filter = {hc_random_below(random, 60), (hc_time)hc_random_below(random, 60),
                              hc_random_below(random, 20)};
    const hc_order_entry *behind = hc_random_below(random, 3) == 0 ? NULL : &after;
    CU_ASSERT_EQUAL_FATAL(hc_job_order_find(order, behind, &filter),
                          plain_find(plain, behind, &filter));
}

static void step(hc_job_order *order, plain_order *plain, hc_random *random, uint32_t number)
{
    uint32_t slot = (uint32_t)hc_random_below(random, SLOTS);
    if (hc_job_order_contains(order, slot)) {
        size_t at = 0;
        while (plain->slots[at] != slot) {
            at++;
        }
        hc_job_order_remove(order, slot);
        plain_remove(plain, at);
    } else {
        hc_order_entry entry = {.key = (int64_t)hc_random_below(random, 60),
                                .job = number,
                                .size = hc_random_below(random, 60),
                                .duration = (hc_time)hc_random_below(random, 60)};
        CU_ASSERT_EQUAL_FATAL(hc_job_order_insert(order, slot, &entry), 0);
        plain_insert(plain, slot, entry);
    }
    CU_ASSERT_EQUAL_FATAL(hc_job_order_count(order), plain->count);
}

static void it_behaves_like_a_sorted_array(void)
{
    static plain_order plain;
    hc_job_order *order = hc_job_order_create();
    hc_random random = hc_random_stream(5, 0, HC_RANDOM_BENCH);
    for (uint32_t i = 0; i < 20000; i++) {
        step(order, &plain, &random, i);
        check_find(order, &plain, &random);
        if (i % 50 == 0) {
            check_sums(order, &plain, &random);
            check_walk(order, &plain);
            CU_ASSERT_FATAL(hc_job_order_check(order));
        }
    }
    hc_job_order_destroy(order);
}

/* Ascending and descending insertion are what unbalanced trees die of. */
static void it_stays_balanced_when_keys_only_rise_or_fall(void)
{
    for (int direction = -1; direction <= 1; direction += 2) {
        hc_job_order *order = hc_job_order_create();
        for (uint32_t i = 0; i < 100000; i++) {
            hc_order_entry entry = {.key = direction * (int64_t)i, .job = i, .size = 1};
            CU_ASSERT_EQUAL_FATAL(hc_job_order_insert(order, i, &entry), 0);
            if (i >= 1000) {
                hc_job_order_remove(order, i - 1000);
            }
        }
        CU_ASSERT(hc_job_order_check(order));
        CU_ASSERT_EQUAL(hc_job_order_count(order), 1000);
        hc_job_order_destroy(order);
    }
    hc_job_order_destroy(NULL);
}

static const hc_test_case CASES[] = {
    {"it_behaves_like_a_sorted_array", it_behaves_like_a_sorted_array},
    {"it_stays_balanced_when_keys_only_rise_or_fall",
     it_stays_balanced_when_keys_only_rise_or_fall},
};

HC_TEST_MAIN("job_order", CASES)
