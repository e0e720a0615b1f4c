#ifndef HC_TESTS_TRACES_PORT_DECISION_LOG_H
#define HC_TESTS_TRACES_PORT_DECISION_LOG_H

#include <hindcast/policy.h>

#include <stddef.h>

/** A world that lets everything be decided and writes it down: "preempt 3; resize 4 8; start 5; hold 6; wake 7; fail why; ". */
typedef struct hc_decision_log {
    char text[4096];
    size_t length;
    size_t count;
} hc_decision_log;

/** Empties the log. @return functions that write to it. */
hc_guest_host hc_decision_log_host(hc_decision_log *log);

#endif
