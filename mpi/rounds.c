#include "mpi/rounds.h"

#include "mpi/ranks_state.h"
#include "sim/interfaces/executor.h"

#include <stdlib.h>

enum { PROGRESS, SAVE, STOP, NOT_DONE, WORD_COUNT };

struct hc_rounds {
    const hc_ranks *ranks;
    MPI_Request request; /* MPI_REQUEST_NULL: between two rounds */
    int said[WORD_COUNT];
    int heard[WORD_COUNT];
};

hc_rounds *hc_rounds_create(const hc_ranks *ranks)
{
    hc_rounds *r = calloc(1, sizeof *r);
    if (r != NULL) {
        r->ranks = ranks;
        r->request = MPI_REQUEST_NULL;
    }
    return r;
}

void hc_rounds_destroy(hc_rounds *r)
{
    if (r != NULL) {
        (void)MPI_Wait(&r->request, MPI_STATUS_IGNORE);
        free(r);
    }
}

static void enter(hc_rounds *r, uint32_t requests, bool is_done)
{
    r->said[PROGRESS] = (requests & HC_REQUEST_PROGRESS) != 0;
    r->said[SAVE] = (requests & HC_REQUEST_SAVE) != 0;
    r->said[STOP] = (requests & HC_REQUEST_STOP) != 0;
    r->said[NOT_DONE] = !is_done;
    (void)MPI_Iallreduce(r->said, r->heard, WORD_COUNT, MPI_INT, MPI_MAX, r->ranks->all,
                         &r->request);
}

bool hc_rounds_look(hc_rounds *r, uint32_t requests, bool is_done, bool waits, hc_round_result *out)
{
    int is_over = 1;
    if (r->request == MPI_REQUEST_NULL) {
        enter(r, requests, is_done);
    }
    if (waits) {
        (void)MPI_Wait(&r->request, MPI_STATUS_IGNORE);
    } else {
        (void)MPI_Test(&r->request, &is_over, MPI_STATUS_IGNORE);
    }
    if (!is_over) {
        return false;
    }
    out->requests = (r->heard[PROGRESS] ? HC_REQUEST_PROGRESS : 0U) |
                    (r->heard[SAVE] ? HC_REQUEST_SAVE : 0U) |
                    (r->heard[STOP] ? HC_REQUEST_STOP : 0U);
    out->is_done = !r->heard[NOT_DONE];
    return true;
}
