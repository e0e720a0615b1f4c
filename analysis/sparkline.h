#ifndef HC_ANALYSIS_SPARKLINE_H
#define HC_ANALYSIS_SPARKLINE_H

#include <stddef.h>

/** A row of eight-step bars ("▂▃▅▇▆"), one per value from 0 to `maximum`; more values than fit are averaged in
 *  groups. NAN is a blank.
 *  @param width  columns, at most HC_SPARKLINE_WIDTH
 *  @param out    HC_SPARKLINE_SIZE bytes */
enum { HC_SPARKLINE_WIDTH = 40, HC_SPARKLINE_SIZE = HC_SPARKLINE_WIDTH * 3 + 1 };
void hc_sparkline(const double *values, size_t count, double maximum, size_t width, char *out);

#endif
