#ifndef HC_TESTS_TRACES_KEPT_TESTING_H
#define HC_TESTS_TRACES_KEPT_TESTING_H

#include "traces/kept_jobs.h"

/** Jobs in memory, one by one; what cannot be done ends the test. */
hc_kept_jobs hc_test_kept(void);
void hc_test_keep(hc_kept_jobs *kept, hc_trace_job job);

/** @return the index of the text. */
uint32_t hc_test_keep_text(hc_kept_jobs *kept, const char *text);

#endif
