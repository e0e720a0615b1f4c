#include "tests/testing.h"

#include <CUnit/Basic.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int hc_test_main(const char *suite, const hc_test_case *cases, size_t count)
{
    CU_pSuite added = NULL;
    unsigned int failures = 0;
    if (CU_initialize_registry() != CUE_SUCCESS) {
        return EXIT_FAILURE;
    }
    added = CU_add_suite(suite, NULL, NULL);
    for (size_t i = 0; added != NULL && i < count; i++) {
        if (CU_add_test(added, cases[i].name, cases[i].run) == NULL) {
            added = NULL;
        }
    }
    if (added == NULL) {
        CU_cleanup_registry();
        return EXIT_FAILURE;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    (void)CU_basic_run_tests();
    CU_basic_show_failures(CU_get_failure_list());
    failures = CU_get_number_of_tests_failed() + (CU_get_number_of_tests_run() != count ? 1 : 0);
    CU_cleanup_registry();
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

const char *hc_test_shared(void)
{
    const char *path = getenv("HC_SHARED");
    struct stat status;
    if (path == NULL) {
        path = "../shared";
    }
    if (stat(path, &status) < 0) {
        printf("SKIPPED: the folder of shared traces and golden results is absent (%s)\n", path);
        exit(77);
    }
    return path;
}

const char *hc_test_shared_file(const char *relative)
{
    static char paths[8][1024];
    static size_t next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", hc_test_shared(), relative);
    return path;
}
