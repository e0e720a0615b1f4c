#ifndef HC_MPI_RANKS_STATE_H
#define HC_MPI_RANKS_STATE_H

/* The inside of hc_ranks, for mpi/ alone. */

#include "mpi/ranks.h"

#include <mpi.h>

struct hc_ranks {
    uint32_t rank;
    uint32_t count;
    bool is_mpi_started;
    MPI_Comm all; /* of our own, so that no message meets another library's; if is_mpi_started */
};

#endif
