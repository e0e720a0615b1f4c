#include "mpi/exchange_state.h"

#include "sim/interfaces/executor.h"

#include <string.h>

/* Events go as messages to those ranks alone that get any; one reduction tells each rank how many messages it gets,
 * another what the least time is: two reductions a window, whatever the number of ranks. */

enum { EVENT_TAG = 4 }; /* and the next one, by turns: nobody is two rounds ahead */

static int tag_of(const hc_exchange *x)
{
    return EVENT_TAG + (int)(x->posted % 2);
}

static void send_events(const hc_exchange *x)
{
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        bool has_events = hc_exchange_rest(x, i, x->posted)->count > 0;
        x->message_counts[i] = has_events;
        if (has_events) {
            hc_exchange_send_rest(x, i, x->posted, tag_of(x));
        }
    }
}

/* The least of times, the most of all else: every rank is taken for the busiest one, which all the others wait for. */
static void reduce(const hc_exchange *x, const hc_own_round *own, hc_horizon *out)
{
    int64_t words[6] = {own->first, -(int64_t)own->standing.executed, -(int64_t)own->standing.pace};
    for (int i = 0; i < 3; i++) {
        words[3 + i] = -(int64_t)(own->standing.requests >> i & 1);
    }
    (void)MPI_Allreduce(MPI_IN_PLACE, words, 6, MPI_INT64_T, MPI_MIN, x->ranks->all);
    *out = (hc_horizon){.first = words[0], .pace = (uint64_t)-words[2], .executed = x->executed};
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        x->executed[i] = (uint64_t)-words[1];
    }
    for (int i = 0; i < 3; i++) {
        out->requests |= (uint32_t)-words[3 + i] << i;
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

int hc_exchange_take_reduced(hc_exchange *x, hc_engine *engine, hc_horizon *out)
{
    int message_count = 0;
    send_events(x);
    (void)MPI_Reduce_scatter_block(x->message_counts, &message_count, 1, MPI_INT, MPI_SUM,
                                   x->ranks->all);
    reduce(x, hc_exchange_own(x, x->posted), out);
    return take_events(x, engine, message_count);
}
