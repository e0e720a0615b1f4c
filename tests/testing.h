#ifndef HC_TESTS_TESTING_H
#define HC_TESTS_TESTING_H

#include <CUnit/CUnit.h>

#include <stddef.h>

/** What every test program shares: a table of cases, and where the shared traces and results lie. */

typedef struct hc_test_case {
    const char *name; /**< the fact it states: "two_parts_add_up" */
    void (*run)(void);
} hc_test_case;

/** Runs the cases in order and prints each that fails. @return the exit status for main. */
int hc_test_main(const char *suite, const hc_test_case *cases, size_t count);

#define HC_TEST_MAIN(suite, cases)                                             \
    int main(void)                                                             \
    {                                                                          \
        return hc_test_main(suite, cases, sizeof(cases) / sizeof((cases)[0])); \
    }

/** The folder of shared traces and golden results. When it is absent, prints one line that says so and ends
 *  the program with 77, which ctest counts as skipped. */
const char *hc_test_shared(void);

/** Path of a shared file: one of a few static buffers, valid until eight more calls. */
const char *hc_test_shared_file(const char *relative);

#endif
