#include "mpi/letters.h"

#include "mpi/ranks_state.h"

#include <stdlib.h>

enum { TAG = 1 };

struct hc_letters {
    const hc_ranks *ranks;
    hc_packet *outgoing; /* by rank */
    hc_packet *incoming;
    MPI_Request *requests;
};

int hc_letters_create(hc_letters **out, const hc_ranks *ranks, hc_error *error)
{
    hc_letters *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return hc_error_memory(error);
    }
    l->ranks = ranks;
    l->outgoing = calloc(ranks->count, sizeof *l->outgoing);
    l->incoming = calloc(1, sizeof *l->incoming);
    l->requests = calloc(ranks->count, sizeof(MPI_Request));
    if (l->outgoing == NULL || l->incoming == NULL || l->requests == NULL) {
        hc_letters_destroy(l);
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < ranks->count; i++) {
        l->requests[i] = MPI_REQUEST_NULL;
    }
    *out = l;
    return 0;
}

void hc_letters_destroy(hc_letters *l)
{
    if (l == NULL) {
        return;
    }
    free(l->outgoing);
    free(l->incoming);
    free(l->requests);
    free(l);
}

hc_packet *hc_letters_outgoing(hc_letters *l, uint32_t rank)
{
    return &l->outgoing[rank];
}

void hc_letters_post(hc_letters *l, uint32_t rank)
{
    const hc_packet *packet = hc_letters_outgoing(l, rank);
    int bytes = (int)(offsetof(hc_packet, records) + packet->inline_bytes);
    (void)MPI_Isend(packet, bytes, MPI_BYTE, (int)rank, TAG, l->ranks->all, &l->requests[rank]);
}

const hc_packet *hc_letters_take(hc_letters *l, uint32_t rank)
{
    (void)MPI_Recv(l->incoming, (int)sizeof *l->incoming, MPI_BYTE, (int)rank, TAG, l->ranks->all,
                   MPI_STATUS_IGNORE);
    return l->incoming;
}

void hc_letters_next_round(hc_letters *l)
{
    (void)MPI_Waitall((int)l->ranks->count, l->requests, MPI_STATUSES_IGNORE);
}
