#include "traces/status_word.h"

typedef struct status_word {
    const char *word;
    hc_outcome outcome;
} status_word;

static const status_word STATUS_WORDS[] = {
    {"completed", HC_OUTCOME_COMPLETED},  {"complete", HC_OUTCOME_COMPLETED},
    {"succeeded", HC_OUTCOME_COMPLETED},  {"success", HC_OUTCOME_COMPLETED},
    {"pass", HC_OUTCOME_COMPLETED},       {"terminated", HC_OUTCOME_COMPLETED},
    {"finished", HC_OUTCOME_COMPLETED},   {"failed", HC_OUTCOME_FAILED},
    {"failure", HC_OUTCOME_FAILED},       {"error", HC_OUTCOME_FAILED},
    {"out_of_memory", HC_OUTCOME_FAILED}, {"cancelled", HC_OUTCOME_CANCELLED},
    {"canceled", HC_OUTCOME_CANCELLED},   {"killed", HC_OUTCOME_CANCELLED},
    {"timeout", HC_OUTCOME_TIMEOUT},      {"deadline", HC_OUTCOME_TIMEOUT},
    {"node_fail", HC_OUTCOME_NODE_FAIL},  {"boot_fail", HC_OUTCOME_NODE_FAIL},
    {"running", HC_OUTCOME_RUNNING},
};

static hc_field first_word(hc_field field)
{
    size_t length = 0;
    while (length < field.length && field.text[length] != ' ') {
        length++;
    }
    return (hc_field){field.text, length};
}

hc_outcome hc_status_outcome(hc_field status)
{
    hc_field word = first_word(status);
    for (size_t i = 0; word.length > 0 && i < sizeof STATUS_WORDS / sizeof STATUS_WORDS[0]; i++) {
        if (hc_field_equals(word, STATUS_WORDS[i].word)) {
            return STATUS_WORDS[i].outcome;
        }
    }
    return HC_OUTCOME_UNKNOWN;
}

bool hc_status_is_waiting(hc_field status)
{
    hc_field word = first_word(status);
    return hc_field_equals(word, "pending") || hc_field_equals(word, "waiting") ||
           hc_field_equals(word, "queued");
}
