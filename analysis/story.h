#ifndef HC_ANALYSIS_STORY_H
#define HC_ANALYSIS_STORY_H

#include "analysis/explain.h"
#include "analysis/run_clock.h"
#include "sim/engine/time.h"
#include "traces/run/records.h"

#include <stddef.h>
#include <stdint.h>

/** What analysis/explain_read.c collects and analysis/explain_write.c tells. Nobody else looks inside. */

enum { HC_STORY_ID_SIZE = 272, HC_STORY_PLACES_SIZE = 416 };

typedef enum hc_story_event {
    HC_STORY_SUBMITTED = 0,
    HC_STORY_WAITS,
    HC_STORY_STARTED,
    HC_STORY_ENDED,
    HC_STORY_REJECTED,
} hc_story_event;

/** One line of the story. */
typedef struct hc_story_entry {
    hc_time time;
    size_t
        order; /**< in which entries were added: what was written first comes first at one instant */
    hc_story_event event;
    size_t detail; /**< of a wait: which decision; of a start: which start */
} hc_story_entry;

typedef struct hc_story_start {
    uint32_t attempt;
    uint32_t nodes;
    uint32_t racks; /**< that these nodes stand in */
    hc_time step;   /**< of its training; HC_TIME_MISSING: it did no steps */
    char places
        [HC_STORY_PLACES_SIZE]; /**< "n17 gpu 0-7, n18 gpu 0-7"; the end of a long list is "..." */
} hc_story_start;

/** A job that stood in the way. */
typedef struct hc_story_blocker {
    uint32_t index;
    char id
        [HC_STORY_ID_SIZE]; /**< "#12" for one that the file does not know, because it had not ended */
} hc_story_blocker;

struct hc_story {
    hc_run_clock clock;
    hc_job_row job; /**< its texts point to `id` */
    char id[HC_STORY_ID_SIZE];
    char user[HC_STORY_ID_SIZE];
    char group[HC_STORY_ID_SIZE];
    char partition[HC_STORY_ID_SIZE];
    char home[HC_STORY_ID_SIZE]; /**< another one than `partition` when a broker sent the job on */
    char work[HC_STORY_ID_SIZE]; /**< what it trained; empty: it ran as recorded */
    uint64_t namesake_count;     /**< other jobs with this id, all submitted later */
    hc_story_entry *entries;     /**< by time */
    size_t entry_count;
    size_t entry_capacity;
    hc_decision_row *decisions;
    size_t decision_count;
    size_t decision_capacity;
    hc_story_start *starts; /**< by attempt */
    size_t start_count;
    size_t start_capacity;
    hc_story_blocker *blockers; /**< by index, each once */
    size_t blocker_count;
};

#endif
