#ifndef HC_SIM_ENGINE_SEQUENTIAL_H
#define HC_SIM_ENGINE_SEQUENTIAL_H

#include "sim/interfaces/executor.h"

/** One rank, one event after the other: what runs without a launcher. */
extern const hc_executor hc_sequential_executor;

#endif
