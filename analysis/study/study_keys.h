#ifndef HC_ANALYSIS_STUDY_STUDY_KEYS_H
#define HC_ANALYSIS_STUDY_STUDY_KEYS_H

#include "sim/scenario/schema.h"

/** The keys of a study's file, all of them. They are no part of a scenario. */
extern const hc_key_table hc_study_keys;

#endif
