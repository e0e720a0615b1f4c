#ifndef HC_TRACES_RUN_SINK_H
#define HC_TRACES_RUN_SINK_H

#include "traces/run/run_file.h"

/** A sink that stores records in a run file, which must have begun and must outlive it. */
hc_sink hc_run_sink(hc_run_file *file);

#endif
