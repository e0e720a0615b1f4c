/* What schedulers in other processes answer: read as it is meant, or refused with a reason. */

#include "tests/testing.h"
#include "tests/traces/port/decision_log.h"
#include "traces/port/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers as msgpack, by hand: 0x8N map of N, 0x9N list of N, 0xaN text of N. */
#define MAP(count) (char)(0x80 + (count))
#define LIST(count) (char)(0x90 + (count))
#define TEXT(count) (char)(0xa0 + (count))

static hc_answer *read(const char *bytes, size_t size, char *complaint)
{
    char *exactly = malloc(size == 0 ? 1 : size);
    hc_answer *answer = NULL;
    if (size > 0) {
        memcpy(exactly, bytes, size);
    }
    answer = hc_answer_read(exactly, size, complaint);
    free(exactly);
    return answer;
}

static void decisions_are_made_in_the_order_of_their_kinds(void)
{
    static const char BYTES[] = {
        MAP(7),  TEXT(5), 's', 't',     'a',     'r',     't',     LIST(2), 5,       6,
        TEXT(4), 'h',     'o', 'l',     'd',     LIST(1), 7,       TEXT(6), 'r',     'e',
        's',     'i',     'z', 'e',     LIST(1), LIST(2), 4,       8,       TEXT(7), 'p',
        'r',     'e',     'e', 'm',     'p',     't',     LIST(1), 3,       TEXT(7), 'w',
        'a',     'k',     'e', '_',     'n',     's',     100,     TEXT(4), 'p',     'a',
        's',     's',     12,  TEXT(5), 'a',     'g',     'a',     'i',     'n',     (char)0xc3};
    char complaint[HC_ANSWER_COMPLAINT_SIZE];
    hc_answer *answer = read(BYTES, sizeof BYTES, complaint);
    hc_decision_log log;
    hc_guest_host host = hc_decision_log_host(&log);
    uint64_t number = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_EQUAL(hc_answer_decide(answer, &host), 1);
    CU_ASSERT_STRING_EQUAL(log.text, "preempt 3; resize 4 8; start 5; start 6; hold 7; wake 100; ");
    CU_ASSERT(hc_answer_pass(answer, &number));
    CU_ASSERT_EQUAL(number, 12);
    CU_ASSERT_FALSE(hc_answer_version(answer, &number));
    hc_answer_destroy(answer);
}

static void unknown_keys_are_ignored(void)
{
    static const char BYTES[] = {MAP(3), TEXT(4), 'n', 'o',     't',     'e', TEXT(2),
                                 'h',    'i',     5,   LIST(0), TEXT(1), 'v', 1};
    char complaint[HC_ANSWER_COMPLAINT_SIZE];
    hc_answer *answer = read(BYTES, sizeof BYTES, complaint);
    uint64_t version = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT(hc_answer_version(answer, &version) && version == 1);
    hc_answer_destroy(answer);
}

static void a_scheduler_may_give_up_in_words_that_control_no_terminal(void)
{
    static const char BYTES[] = {MAP(1),  TEXT(5), 'e', 'r', 'r', 'o', 'r',
                                 TEXT(5), 'n',     27,  '[', 10,  'o'};
    char complaint[HC_ANSWER_COMPLAINT_SIZE];
    hc_answer *answer = read(BYTES, sizeof BYTES, complaint);
    hc_decision_log log;
    hc_guest_host host = hc_decision_log_host(&log);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_EQUAL(hc_answer_decide(answer, &host), -1);
    CU_ASSERT_STRING_EQUAL(log.text, "fail it says: n [ o; ");
    hc_answer_destroy(answer);
}

static void what_is_no_answer_is_refused_with_a_reason(void)
{
    static const struct {
        size_t size;
        char bytes[16];
        const char *complaint;
    } CASES_OF[] = {
        {0,
         {0},
         "expected one msgpack map of at most 1 MiB and 8 levels, found 0 bytes that are none"},
        {5, {(char)0xdd, 7, (char)0xff, (char)0xff, (char)0xff}, "found 5 bytes that are none"},
        {9,
         {(char)0x91, (char)0x91, (char)0x91, (char)0x91, (char)0x91, (char)0x91, (char)0x91,
          (char)0x91, (char)0x91},
         "that are none"},
        {1, {LIST(0)}, "the answer: expected a map, found a list"},
        {2, {MAP(0), MAP(0)}, "found 2 bytes that are none"},
        {8,
         {MAP(1), TEXT(5), 's', 't', 'a', 'r', 't', 5},
         "start: expected a list, found a whole number"},
        {10,
         {MAP(1), TEXT(5), 's', 't', 'a', 'r', 't', LIST(2), 5, (char)0xff},
         "start[1]: expected the number of a job, found a negative number"},
        {10,
         {MAP(1), TEXT(4), 'h', 'o', 'l', 'd', LIST(1), TEXT(2), '1', '7'},
         "hold[0]: expected the number of a job, found text"},
        {11,
         {MAP(1), TEXT(6), 'r', 'e', 's', 'i', 'z', 'e', LIST(1), LIST(1), 4},
         "resize[0]: expected [job, GPUs], found a list"},
        {7,
         {MAP(1), TEXT(4), 'p', 'a', 's', 's', (char)0xc0},
         "pass: expected a whole number, found nil"},
        {8,
         {MAP(1), TEXT(5), 'a', 'g', 'a', 'i', 'n', 1},
         "again: expected a boolean, found a whole number"},
        {7, {MAP(2), TEXT(1), 'v', 1, TEXT(1), 'v', 1}, "v is there twice"},
    };
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        char complaint[HC_ANSWER_COMPLAINT_SIZE];
        CU_ASSERT_PTR_NULL(read(CASES_OF[i].bytes, CASES_OF[i].size, complaint));
        if (strstr(complaint, CASES_OF[i].complaint) == NULL) {
            printf("\n    %s\n    lacks: %s\n", complaint, CASES_OF[i].complaint);
            CU_FAIL("another complaint");
        }
    }
}

static const hc_test_case CASES[] = {
    {"decisions_are_made_in_the_order_of_their_kinds",
     decisions_are_made_in_the_order_of_their_kinds},
    {"unknown_keys_are_ignored", unknown_keys_are_ignored},
    {"a_scheduler_may_give_up_in_words_that_control_no_terminal",
     a_scheduler_may_give_up_in_words_that_control_no_terminal},
    {"what_is_no_answer_is_refused_with_a_reason", what_is_no_answer_is_refused_with_a_reason},
};

HC_TEST_MAIN("traces/port/answer", CASES)
