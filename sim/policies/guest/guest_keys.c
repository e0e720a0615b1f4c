#include "sim/policies/guest/guest_keys.h"

#include <string.h>

static const hc_key KEYS[] = {
    {.path = "scheduler.endpoint",
     .type = HC_KEY_TEXT,
     .help = "Policy external: where the scheduler listens, ipc:///path/of/a/socket in a folder of "
             "yours alone, or tcp://127.0.0.1:port"},
    {.path = "scheduler.timeout",
     .type = HC_KEY_DURATION,
     .minimum = 1e-3,
     .maximum = 86400,
     .help = "Policy external: how long an answer may take, wall-clock time; absent: 10s"},
    {.path = "scheduler.file",
     .type = HC_KEY_PATH,
     .help = "Policy plugin: the shared object; its code runs in the simulator"},
    {.path = "scheduler.options",
     .type = HC_KEY_TEXT,
     .help = "Policy plugin: text that it is given"},
};

const hc_key_table hc_guest_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* Settings of one policy under another one. */
static int check_owners(hc_guest_kind kind, const hc_value *scheduler, hc_error *error)
{
    static const struct {
        const char *key;
        hc_guest_kind owner;
    } OWNERS[] = {{"endpoint", HC_GUEST_EXTERNAL},
                  {"timeout", HC_GUEST_EXTERNAL},
                  {"file", HC_GUEST_PLUGIN},
                  {"options", HC_GUEST_PLUGIN}};
    int status = 0;
    for (size_t i = 0; i < sizeof OWNERS / sizeof OWNERS[0]; i++) {
        const hc_value *value = hc_value_get(scheduler, OWNERS[i].key);
        if (value != NULL && kind != OWNERS[i].owner) {
            status = hc_value_error(value, error, "is a setting of policy %s, and the policy is %s",
                                    OWNERS[i].owner == HC_GUEST_EXTERNAL ? "external" : "plugin",
                                    hc_value_text(hc_value_get(scheduler, "policy")));
        }
    }
    return status;
}

static int require(const hc_value *scheduler, const char *key, const char *what, hc_error *error)
{
    return hc_value_get(scheduler, key) != NULL
               ? 0
               : hc_value_error(hc_value_get(scheduler, "policy"), error, "needs %s (scheduler.%s)",
                                what, key);
}

int hc_guest_read(hc_guest_choice *out, hc_guest_kind kind, const hc_value *scheduler,
                  hc_error *error)
{
    const hc_value *timeout = hc_value_get(scheduler, "timeout");
    const hc_value *options = hc_value_get(scheduler, "options");
    int status = check_owners(kind, scheduler, error);
    *out = (hc_guest_choice){
        .endpoint = hc_value_get(scheduler, "endpoint"),
        .timeout = timeout == NULL ? 10 * HC_SECOND : hc_value_duration(timeout),
        .file = hc_value_get(scheduler, "file"),
        .options = options == NULL ? NULL : hc_value_text(options),
    };
    if (kind == HC_GUEST_EXTERNAL) {
        status |= require(scheduler, "endpoint", "to know where the scheduler listens", error);
    }
    if (kind == HC_GUEST_PLUGIN) {
        status |= require(scheduler, "file", "a shared object", error);
    }
    if (out->file != NULL && strcmp(hc_value_text(out->file), "-") == 0) {
        status = hc_value_error(out->file, error, "expected a shared object, not standard input");
    }
    return status;
}
