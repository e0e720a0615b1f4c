#include "traces/stream/outlet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_AGE_MS = 30 }; /* and up to 20 until the publisher looks */

struct hc_outlet {
    hc_outlet_options options;
    uint64_t next;     /* number of the next row */
    hc_parcel *open;   /* that rows are added to; NULL: none */
    const char *topic; /* of its rows */
    size_t row_size;
    int64_t opened_ms;
    hc_parcel *own; /* of an outlet with a link */
};

int hc_outlet_create(hc_outlet **out, const hc_outlet_options *options, hc_error *error)
{
    hc_outlet *outlet = calloc(1, sizeof *outlet);
    if (outlet == NULL) {
        return hc_error_memory(error);
    }
    outlet->options = *options;
    if (options->link != NULL) {
        outlet->own = malloc(sizeof *outlet->own);
        if (outlet->own == NULL) {
            free(outlet);
            return hc_error_memory(error);
        }
    }
    *out = outlet;
    return 0;
}

void hc_outlet_destroy(hc_outlet *outlet)
{
    if (outlet != NULL) {
        free(outlet->own);
        free(outlet);
    }
}

/* A clock that costs next to nothing and moves every few milliseconds. */
static int64_t clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int fail_stopped(hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME, "the publisher of the stream has stopped");
}

/* Room for a parcel. Without any, of a lossy stream, NULL is no failure. */
static int make_room(hc_outlet *o, hc_parcel **out, hc_error *error)
{
    *out = o->own != NULL ? o->own : hc_parcel_queue_room(o->options.queue, !o->options.is_lossy);
    return *out == NULL && !o->options.is_lossy ? fail_stopped(error) : 0;
}

static int hand_over(hc_outlet *o, const hc_parcel *parcel, hc_error *error)
{
    if (o->options.link != NULL) {
        return hc_rank_link_send(o->options.link, parcel, !o->options.is_lossy, error);
    }
    hc_parcel_queue_put(o->options.queue);
    return 0;
}

static int flush(hc_outlet *o, hc_error *error)
{
    hc_parcel *parcel = o->open;
    o->open = NULL;
    return parcel == NULL ? 0 : hand_over(o, parcel, error);
}

static int open_parcel(hc_outlet *o, hc_run_table table, const char *topic, hc_error *error)
{
    if (flush(o, error) < 0 || make_room(o, &o->open, error) < 0) {
        return -1;
    }
    if (o->open != NULL) {
        o->open->kind = HC_PARCEL_ROWS;
        o->open->rank = o->options.rank;
        o->open->table = (uint32_t)table;
        o->open->count = 0;
        o->open->first = o->next;
        o->row_size = hc_table_describe(table)->row_size;
        o->topic = topic;
        o->opened_ms = clock_ms();
        assert(o->row_size <= HC_STREAM_ROW_BYTES);
    }
    return 0;
}

int hc_outlet_row(hc_outlet *o, hc_run_table table, const void *row, hc_error *error)
{
    const char *topic = hc_stream_topic(table, row);
    hc_parcel *parcel = o->open;
    if (parcel == NULL || parcel->table != (uint32_t)table || o->topic != topic) {
        if (open_parcel(o, table, topic, error) < 0) {
            return -1;
        }
        parcel = o->open;
    }
    o->next++;
    if (parcel == NULL) {
        return 0; /* lost, and its number tells */
    }
    memcpy(parcel->content.rows + parcel->count * o->row_size, row, o->row_size);
    parcel->count++;
    return parcel->count == HC_BATCH_ROWS ? flush(o, error) : hc_outlet_tick(o, error);
}

int hc_outlet_tick(hc_outlet *o, hc_error *error)
{
    return o->open != NULL && o->open->count > 0 && clock_ms() - o->opened_ms >= MAX_AGE_MS
               ? flush(o, error)
               : 0;
}

/* A parcel without rows, behind those that are open. */
static int open_message(hc_outlet *o, hc_parcel_kind kind, hc_parcel **out, hc_error *error)
{
    if (flush(o, error) < 0 || make_room(o, out, error) < 0) {
        return -1;
    }
    if (*out != NULL) {
        (*out)->kind = (uint32_t)kind;
        (*out)->rank = o->options.rank;
        (*out)->table = 0;
        (*out)->count = 0;
        (*out)->first = o->next;
    }
    return 0;
}

int hc_outlet_stand(hc_outlet *o, const hc_run_standing *standing, hc_error *error)
{
    hc_parcel *parcel = NULL;
    if (open_message(o, HC_PARCEL_STATE, &parcel, error) < 0) {
        return -1;
    }
    if (parcel == NULL) {
        return 0;
    }
    parcel->content.standing = *standing;
    return hand_over(o, parcel, error);
}

/* The end is never lost: it waits for room. */
int hc_outlet_end(hc_outlet *o, const hc_run_conclusion *conclusion, hc_error *error)
{
    hc_parcel *parcel = NULL;
    o->options.is_lossy = false;
    if (open_message(o, HC_PARCEL_END, &parcel, error) < 0) {
        return -1;
    }
    parcel->content.conclusion = *conclusion;
    return hand_over(o, parcel, error);
}
