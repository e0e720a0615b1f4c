#include "mpi/exchange_state.h"

#include "sim/interfaces/executor.h"

#include <string.h>

/* Events go as messages to those ranks alone that get any; one reduction tells each rank how many messages it gets,
 * another what the least time is: two reductions a window, whatever the number of ranks. */

enum { EVENT_TAG = 4 }; /* and the next one, by turns: nobody is two rounds ahead */

static int tag_of(const hc_exchange *x)
{
    return EVENT_TAG + (int)(x->round % 2);
}

static hc_time send_events(hc_exchange *x)
{
    hc_time earliest = HC_TIME_NEVER;
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        const hc_outgoing *o = &x->outgoing[i];
        x->message_counts[i] = o->rest_bytes > 0;
        earliest = o->earliest < earliest ? o->earliest : earliest;
        if (o->rest_bytes > 0) {
            hc_exchange_send_rest(x, i, tag_of(x));
        }
    }
    return earliest;
}

/* The least of times, the most of all else. */
static void reduce(const hc_exchange *x, hc_standing own, hc_time next, hc_horizon *out)
{
    int64_t words[5] = {next, -(int64_t)own.executed};
    for (int i = 0; i < 3; i++) {
        words[2 + i] = -(int64_t)(own.requests >> i & 1);
    }
    (void)MPI_Allreduce(MPI_IN_PLACE, words, 5, MPI_INT64_T, MPI_MIN, x->ranks->all);
    *out = (hc_horizon){.first = words[0], .most_executed = (uint64_t)-words[1]};
    for (int i = 0; i < 3; i++) {
        out->requests |= (uint32_t)-words[2 + i] << i;
    }
}

static int take_events(hc_exchange *x, hc_engine *engine, int message_count)
{
    int status = 0;
    for (int i = 0; i < message_count; i++) {
        MPI_Status found;
        int words = 0;
        (void)MPI_Probe(MPI_ANY_SOURCE, tag_of(x), x->ranks->all, &found);
        (void)MPI_Get_count(&found, MPI_UINT64_T, &words);
        if (hc_exchange_take_rest(x, engine, found.MPI_SOURCE, tag_of(x), (size_t)words * 8) < 0) {
            status = -1;
        }
    }
    return status;
}

int hc_exchange_swap_reduced(hc_exchange *x, hc_engine *engine, hc_standing own, hc_horizon *out)
{
    hc_time sent = send_events(x);
    hc_time next = hc_engine_next_time(engine);
    int message_count = 0;
    int status = 0;
    (void)MPI_Reduce_scatter_block(x->message_counts, &message_count, 1, MPI_INT, MPI_SUM,
                                   x->ranks->all);
    reduce(x, own, sent < next ? sent : next, out);
    status = take_events(x, engine, message_count);
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (x->outgoing[i].rest_bytes > 0) {
            (void)MPI_Wait(&x->outgoing[i].request, MPI_STATUS_IGNORE);
        }
    }
    hc_exchange_clear(x);
    x->round++;
    return status;
}
