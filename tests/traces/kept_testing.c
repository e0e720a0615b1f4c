#include "tests/traces/kept_testing.h"

#include "tests/testing.h"

#include <string.h>

hc_kept_jobs hc_test_kept(void)
{
    hc_kept_jobs kept;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_kept_jobs_init(&kept, &error), 0);
    return kept;
}

void hc_test_keep(hc_kept_jobs *kept, hc_trace_job job)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_kept_jobs_add(kept, &job, &error), 0);
}

uint32_t hc_test_keep_text(hc_kept_jobs *kept, const char *text)
{
    hc_error error = HC_ERROR_NONE;
    uint32_t index = 0;
    CU_ASSERT_EQUAL_FATAL(hc_strings_append(kept->strings, text, strlen(text), &index, &error), 0);
    return index;
}
