#include "traces/run/provenance.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

void hc_format_now(char out[24])
{
    time_t now = time(NULL);
    struct tm parts = {0};
    (void)gmtime_r(&now, &parts);
    if (strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        out[0] = '\0';
    }
}

hc_run_identity hc_run_identity_make(void)
{
    hc_run_identity identity = {0};
    uint64_t bits[2] = {0};
    if (getrandom(bits, sizeof bits, 0) != (ssize_t)sizeof bits) {
        bits[0] = (uint64_t)time(NULL);
        bits[1] = (uint64_t)getpid();
    }
    (void)snprintf(identity.run_id, sizeof identity.run_id, "%016llx%016llx",
                   (unsigned long long)bits[0], (unsigned long long)bits[1]);
    hc_format_now(identity.created);
    if (gethostname(identity.host, sizeof identity.host - 1) < 0) {
        identity.host[0] = '\0';
    }
    return identity;
}

const char *hc_clock_name(hc_trace_clock clock)
{
    static const char *const NAMES[] = {
        [HC_CLOCK_UNKNOWN_ZERO] = "unknown zero",
        [HC_CLOCK_UNIX_ZERO] = "unix zero",
        [HC_CLOCK_CIVIL] = "civil",
    };
    return NAMES[clock];
}
