#include "sim/civil_time.h"
#include "sim/units.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted must read back to the same value from its written form. */
static void check(hc_time value, int (*parse)(const char *text, int64_t *out),
                  void (*format)(int64_t value, char *out))
{
    char text[HC_UNIT_TEXT_SIZE];
    int64_t back = 0;
    format(value, text);
    if (parse(text, &back) < 0 || back != value) {
        abort();
    }
}

static int parse_seconds(const char *text, int64_t *out)
{
    return hc_parse_seconds(text, strlen(text), out);
}

static void format_seconds(int64_t value, char *out)
{
    (void)hc_format_seconds(value, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t value = 0;
    char *text = malloc(size + 1);
    if (text == NULL) {
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    if (hc_parse_seconds(text, size, &value) == 0) {
        check(value, parse_seconds, format_seconds);
    }
    if (hc_parse_duration(text, &value) == 0) {
        check(value, hc_parse_duration, hc_format_duration_exact);
    }
    if (hc_parse_bytes(text, &value) == 0) {
        check(value, hc_parse_bytes, hc_format_bytes);
    }
    if (hc_parse_bandwidth(text, &value) == 0) {
        check(value, hc_parse_bandwidth, hc_format_bandwidth);
    }
    (void)hc_parse_civil(text, size, &value);
    (void)hc_parse_scaled(text, size, 3, &value);
    free(text);
    return 0;
}
