#ifndef HC_TESTS_MPI_RANK_TESTING_H
#define HC_TESTS_MPI_RANK_TESTING_H

#include "mpi/conservative.h"
#include "mpi/ranks.h"
#include "tests/testing.h"

/** For test programs that mpirun starts: every rank runs every case. */

enum { HC_TEST_WAYS = 5 }; /* of exchange, and of how far ranks run ahead of each other */

/** The ranks of this program. */
const hc_ranks *hc_test_ranks(void);

/** An executor over all ranks, for one of the ways. */
const hc_executor *hc_test_executor(int way);

/** Starts the ranks and runs the cases; rank 0 prints. A case that fails on any rank ends all of them.
 *  @return the exit status for main. */
int hc_test_ranks_main(const char *suite, const hc_test_case *cases, size_t count);

#endif
