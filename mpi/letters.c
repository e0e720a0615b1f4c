#include "mpi/letters.h"

#include "mpi/ranks_state.h"

#include <stdlib.h>

enum { TAG = 1 };

struct hc_letters {
    const hc_ranks *ranks;
    hc_packet *outgoing; /* by rank, HC_PACKET_ROUNDS each, in turn */
    hc_packet *incoming;
    MPI_Request *requests; /* likewise */
};

int hc_letters_create(hc_letters **out, const hc_ranks *ranks, hc_error *error)
{
    hc_letters *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return hc_error_memory(error);
    }
    l->ranks = ranks;
    l->outgoing = calloc((size_t)ranks->count * HC_PACKET_ROUNDS, sizeof *l->outgoing);
    l->incoming = calloc(1, sizeof *l->incoming);
    l->requests = calloc((size_t)ranks->count * HC_PACKET_ROUNDS, sizeof(MPI_Request));
    for (uint32_t i = 0; l->requests != NULL && i < ranks->count * HC_PACKET_ROUNDS; i++) {
        l->requests[i] = MPI_REQUEST_NULL;
    }
    if (l->outgoing == NULL || l->incoming == NULL || l->requests == NULL) {
        hc_letters_destroy(l);
        return hc_error_memory(error);
    }
    *out = l;
    return 0;
}

void hc_letters_destroy(hc_letters *l)
{
    if (l == NULL) {
        return;
    }
    /* The last ones may be on their way still. */
    if (l->requests != NULL) {
        (void)MPI_Waitall((int)(l->ranks->count * HC_PACKET_ROUNDS), l->requests,
                          MPI_STATUSES_IGNORE);
    }
    free(l->outgoing);
    free(l->incoming);
    free(l->requests);
    free(l);
}

static size_t place_of(uint32_t rank, uint64_t round)
{
    return (size_t)rank * HC_PACKET_ROUNDS + round % HC_PACKET_ROUNDS;
}

hc_packet *hc_letters_outgoing(const hc_letters *l, uint32_t rank, uint64_t round)
{
    size_t place = place_of(rank, round);
    (void)MPI_Wait(&l->requests[place], MPI_STATUS_IGNORE);
    return &l->outgoing[place];
}

void hc_letters_post(const hc_letters *l, uint32_t rank, uint64_t round)
{
    size_t place = place_of(rank, round);
    const hc_packet *packet = &l->outgoing[place];
    int bytes = (int)(offsetof(hc_packet, records) + packet->inline_bytes);
    (void)MPI_Isend(packet, bytes, MPI_BYTE, (int)rank, TAG, l->ranks->all, &l->requests[place]);
}

const hc_packet *hc_letters_take(hc_letters *l, uint32_t rank)
{
    (void)MPI_Recv(l->incoming, (int)sizeof *l->incoming, MPI_BYTE, (int)rank, TAG, l->ranks->all,
                   MPI_STATUS_IGNORE);
    return l->incoming;
}
