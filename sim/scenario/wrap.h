#ifndef HC_SIM_SCENARIO_WRAP_H
#define HC_SIM_SCENARIO_WRAP_H

#include <stddef.h>
#include <stdio.h>

enum { HC_WRAP_COLUMNS = 100 }; /**< of what is written for the terminal */

/** Writes words from a column on, where the stream stands now, and ends the line; lines that would get too long are
 *  broken between words. Characters of UTF-8 count as one column. */
void hc_wrap_write(FILE *out, const char *text, size_t column);

#endif
