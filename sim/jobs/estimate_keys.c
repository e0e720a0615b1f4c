#include "sim/jobs/estimate_keys.h"

static const hc_key KEYS[] = {
    {.path = "scheduler.estimates",
     .type = HC_KEY_CHOICE,
     .fallback = "raised",
     .choices = "raised|requested|exact|user_mean",
     .help = "What the scheduler takes for a job's run time: the limit it asked for, but at least "
             "what it runs; the limit as it is; what it runs; the mean of the user's ended jobs"},
    {.path = "scheduler.estimate_factor",
     .type = HC_KEY_REAL,
     .minimum = 1e-3,
     .maximum = 1e3,
     .fallback = "1",
     .help = "Every estimate is multiplied by it"},
    {.path = "scheduler.at_limit",
     .type = HC_KEY_CHOICE,
     .fallback = "overrun",
     .choices = "overrun|kill",
     .help = "What happens to a job that outruns the limit it asked for"},
};

const hc_key_table hc_estimate_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

hc_estimate_options hc_estimates_read(const hc_value *scheduler)
{
    return (hc_estimate_options){
        .source = (hc_estimate)hc_value_choice(hc_value_get(scheduler, "estimates")),
        .factor = hc_value_real(hc_value_get(scheduler, "estimate_factor")),
        .is_limit_enforced = hc_value_choice(hc_value_get(scheduler, "at_limit")) == 1,
    };
}
