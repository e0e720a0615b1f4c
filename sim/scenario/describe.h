#ifndef HC_SIM_SCENARIO_DESCRIBE_H
#define HC_SIM_SCENARIO_DESCRIBE_H

#include "sim/scenario/schema.h"

#include <stdbool.h>
#include <stdio.h>

/** What a row allows, in the words that both messages and help use. */

/** Whether the bounds of a row leave its type any value, and whether its type can have bounds at all. */
bool hc_describe_is_sound(const hc_key *key);

/** Whether a bound limits anything: infinities, and bounds that the type has anyway, do not. */
bool hc_describe_has_minimum(const hc_key *key);
bool hc_describe_has_maximum(const hc_key *key);

/** Whether the bounds leave one value only. */
bool hc_describe_is_fixed(const hc_key *key);

/** " from 1 to 8", " of at least 1", " of at most 8", " 1", or nothing; durations, memory and bandwidths with units. */
void hc_describe_range(FILE *out, const hc_key *key);

/** For messages: "a whole number from 1 to 8", "one of packed, spread", "a duration from 1min to 7d". */
void hc_describe_expected(FILE *out, const hc_key *key);

/** For tables: "whole number from 1 to 8 (GPUs)", "one of packed, spread", "duration from 1min to 7d". */
void hc_describe_allowed(FILE *out, const hc_key *key);

/** The same with "; required" or "; default 8" behind it. */
void hc_describe_facts(FILE *out, const hc_key *key);

enum { HC_REAL_TEXT_SIZE = 32 };

/** The shortest notation that reads back to the same double.
 *  @param out  HC_REAL_TEXT_SIZE bytes. */
void hc_format_real(double value, char *out);

#endif
