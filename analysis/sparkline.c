#include "analysis/sparkline.h"

#include <math.h>
#include <string.h>

static const char *const BARS[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
enum { BAR_COUNT = 8, BAR_BYTES = 3 };

/* Mean of the values that are known, NAN when none is. */
static double mean(const double *values, size_t count)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            sum += values[i];
            known++;
        }
    }
    return known == 0 ? NAN : sum / (double)known;
}

static size_t append_bar(char *out, double value, double maximum)
{
    double share = maximum > 0 ? value / maximum : 0;
    double bar =
        ceil(fmin(fmax(share, 0), 1) * BAR_COUNT) - 1; /* an infinite share is a full one */
    if (isnan(value)) {
        out[0] = ' ';
        return 1;
    }
    memcpy(out, BARS[bar < 0 ? 0 : (int)bar], BAR_BYTES);
    return BAR_BYTES;
}

void hc_sparkline(const double *values, size_t count, double maximum, size_t width, char *out)
{
    size_t columns = width < HC_SPARKLINE_WIDTH ? width : HC_SPARKLINE_WIDTH;
    size_t length = 0;
    columns = count < columns ? count : columns;
    for (size_t i = 0; i < columns; i++) {
        size_t begin = i * count / columns;
        size_t end = (i + 1) * count / columns;
        length += append_bar(out + length, mean(values + begin, end - begin), maximum);
    }
    out[length] = '\0';
}
