#ifndef HC_CLI_RANK_SUMMARY_H
#define HC_CLI_RANK_SUMMARY_H

#include "mpi/conservative.h"

#include <stdio.h>

/** Says what many ranks were good for, and what they can be good for at best: so much of the work had to be done
 *  one event after the other. Two lines at most. */
void hc_rank_summary_write(FILE *out, const hc_conservative_counts *counts, uint32_t rank_count);

#endif
