#ifndef HC_SIM_ENGINE_ENGINE_STATE_H
#define HC_SIM_ENGINE_ENGINE_STATE_H

/* The inside of an engine, for engine.c (how it runs) and engine_exchange.c (how it is saved). Nobody else includes this. */

#include "sim/engine/engine.h"

typedef struct hc_engine_process {
    hc_process_handler handler; /* NULL: another rank executes it */
    void *state;
    union {
        uint64_t post_count; /* lower 40 bits of the origin of its next post */
        uint32_t rank;       /* of a process of another rank */
    };
} hc_engine_process;

struct hc_engine {
    hc_event_queue *queue;
    hc_engine_process *processes;
    uint32_t process_count;
    uint32_t process_capacity;
    hc_time lookahead;
    bool has_remote; /* processes that other ranks execute */
    hc_courier courier;
    hc_payload_store *payloads;                 /* of the pending messages */
    uint64_t payload[HC_PAYLOAD_MAX_BYTES / 8]; /* of the event being executed */
    size_t payload_size;

    hc_event executing; /* valid while is_executing */
    bool is_executing;
    bool is_out_of_memory;
    bool has_too_many_rounds;
    hc_time now;
    uint64_t executed_count;
};

#endif
