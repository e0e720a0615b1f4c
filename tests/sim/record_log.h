#ifndef HC_TESTS_SIM_RECORD_LOG_H
#define HC_TESTS_SIM_RECORD_LOG_H

#include "sim/interfaces/sink.h"

#include <stdbool.h>
#include <stddef.h>

/** Every record of a run, in the order in which they came, as words to be compared. */
typedef struct hc_record_log {
    hc_sink sink; /**< to be given to the run */
    uint64_t *words;
    size_t count;
    size_t capacity;
} hc_record_log;

void hc_record_log_begin(hc_record_log *log);
void hc_record_log_end(hc_record_log *log);
bool hc_record_log_equals(const hc_record_log *a, const hc_record_log *b);

#endif
