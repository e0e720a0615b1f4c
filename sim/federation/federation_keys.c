#include "sim/federation/federation_keys.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BROKER "federation.broker"
#define SITE "federation.sites[]"

static const hc_key KEYS[] = {
    {.path = "federation",
     .type = HC_KEY_MAP,
     .help =
         "Several clusters, each with a scheduler and users of its own, and a broker that sends "
         "jobs from one to another. What a site does not say itself stands at the top: cluster, "
         "scheduler, workload"},
    {.path = BROKER, .type = HC_KEY_MAP, .help = "Who goes where, and how long the way is"},
    {.path = BROKER ".policy",
     .type = HC_KEY_CHOICE,
     .fallback = "home_first",
     .choices = HC_BROKER_POLICY_NAMES,
     .help =
         "home_first: home while it is open, else the least loaded site; cheapest and greenest: "
         "of the open sites the one with the lowest price or carbon; data_local: where the wait "
         "and the way of job and data are shortest"},
    {.path = BROKER ".limit",
     .type = HC_KEY_REAL,
     .maximum = 1000,
     .fallback = "100 %",
     .help =
         "A site is open up to this load: GPUs held, waited for and on their way to it, over its "
         "GPUs"},
    {.path = BROKER ".dispatch",
     .type = HC_KEY_DURATION,
     .minimum = 0.001,
     .maximum = 1e6,
     .fallback = "2s",
     .help = "Time from the decision to the arrival of a job without data"},
    {.path = BROKER ".report_every",
     .type = HC_KEY_DURATION,
     .minimum = 1,
     .maximum = 1e6,
     .fallback = "5min",
     .help = "How often each site tells the others its load"},
    {.path = BROKER ".report_delay",
     .type = HC_KEY_DURATION,
     .minimum = 0.001,
     .maximum = 1e6,
     .fallback = "30s",
     .help = "How old that is when they hear it"},
    {.path = BROKER ".bandwidth",
     .type = HC_KEY_BYTES,
     .unit = "per second",
     .minimum = 1,
     .maximum = 1125899906842624.0, /* 1 PiB */
     .fallback = "1.25GB",
     .help = "Data that a site can send or receive per second"},
    {.path = BROKER ".data",
     .type = HC_KEY_BYTES,
     .fallback = "0B",
     .help = "Data that each job takes along when it is sent away"},
    {.path = "federation.sites",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = HC_FEDERATION_MAX_SITES,
     .is_required = true,
     .help = "The clusters"},
    {.path = SITE, .type = HC_KEY_MAP, .help = "One cluster, or several equal ones"},
    {.path = SITE ".name", .type = HC_KEY_TEXT, .is_required = true, .help = "Its name"},
    {.path = SITE ".count",
     .type = HC_KEY_INTEGER,
     .unit = "sites",
     .minimum = 1,
     .maximum = HC_FEDERATION_MAX_SITES,
     .fallback = "1",
     .help = "So many that are alike, with random draws of their own; their names get a number"},
    {.path = SITE ".time_zone",
     .type = HC_KEY_TEXT,
     .fallback = "\"+00:00\"",
     .help = "Its local time less UTC: synthetic users follow the hours of their own day"},
    {.path = SITE ".price",
     .type = HC_KEY_REAL,
     .unit = "USD per GPU-hour",
     .maximum = 1e6,
     .help = "What a GPU costs, for policy cheapest"},
    {.path = SITE ".carbon",
     .type = HC_KEY_REAL,
     .unit = "g CO2 per kWh",
     .maximum = 1e6,
     .help = "Carbon intensity of its electricity, for policy greenest"},
    {.path = SITE ".bandwidth",
     .type = HC_KEY_BYTES,
     .unit = "per second",
     .minimum = 1,
     .maximum = 1125899906842624.0, /* 1 PiB */
     .help = "Instead of the broker's; the slower of two sites counts"},
    {.path = SITE ".data", .type = HC_KEY_BYTES, .help = "Instead of the broker's"},
    {.path = SITE ".cluster",
     .type = HC_KEY_MAP,
     .same_as = "cluster",
     .help = "Its nodes; absent: those at the top"},
    {.path = SITE ".scheduler",
     .type = HC_KEY_MAP,
     .same_as = "scheduler",
     .help = "Its scheduler; absent: the one at the top"},
    {.path = SITE ".workload",
     .type = HC_KEY_MAP,
     .same_as = "workload",
     .help = "Its users' jobs; absent: the workload at the top"},
};

const hc_key_table hc_federation_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int hc_parse_zone(const char *text, hc_time *out)
{
    int hours = 0;
    int minutes = 0;
    if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || !is_digit(text[1]) ||
        !is_digit(text[2]) || text[3] != ':' || !is_digit(text[4]) || !is_digit(text[5])) {
        return -1;
    }
    hours = (text[1] - '0') * 10 + text[2] - '0';
    minutes = (text[4] - '0') * 10 + text[5] - '0';
    if (minutes > 59 || hours * 60 + minutes > 14 * 60) {
        return -1;
    }
    *out = (text[0] == '-' ? -1 : 1) * (hours * HC_HOUR + minutes * HC_MINUTE);
    return 0;
}

static void read_broker(hc_broker_options *out, const hc_value *broker)
{
    *out = (hc_broker_options){
        .rule = {(hc_broker_policy)hc_value_choice(hc_value_get(broker, "policy")),
                 (uint32_t)llround(hc_value_real(hc_value_get(broker, "limit")) * 1000)},
        .dispatch = hc_value_duration(hc_value_get(broker, "dispatch")),
        .report_every = hc_value_duration(hc_value_get(broker, "report_every")),
        .report_delay = hc_value_duration(hc_value_get(broker, "report_delay")),
    };
}

static double real_or_zero(const hc_value *value)
{
    return value == NULL ? 0 : hc_value_real(value);
}

static uint64_t bytes_of(const hc_value *site, const hc_value *broker, const char *key)
{
    const hc_value *own = hc_value_get(site, key);
    return (uint64_t)hc_value_bytes(own != NULL ? own : hc_value_get(broker, key));
}

static hc_site_terms read_terms(const hc_value *site, const hc_value *broker)
{
    return (hc_site_terms){
        .price_per_gpu_hour = real_or_zero(hc_value_get(site, "price")),
        .carbon_grams_per_kwh = real_or_zero(hc_value_get(site, "carbon")),
        .bytes_per_second = bytes_of(site, broker, "bandwidth"),
        .data_bytes = bytes_of(site, broker, "data"),
    };
}

/* What the broker's policy weighs must be known of every site. */
static int check_policy(const hc_value *site, const hc_value *broker, hc_error *error)
{
    static const struct {
        hc_broker_policy policy;
        const char *key;
    } NEEDS[] = {{HC_BROKER_CHEAPEST, "price"}, {HC_BROKER_GREENEST, "carbon"}};
    const hc_value *policy = hc_value_get(broker, "policy");
    int status = 0;
    for (size_t i = 0; i < sizeof NEEDS / sizeof NEEDS[0]; i++) {
        if ((hc_broker_policy)hc_value_choice(policy) == NEEDS[i].policy &&
            hc_value_get(site, NEEDS[i].key) == NULL) {
            status = hc_value_error(site, error, "policy %s needs the %s of every site",
                                    hc_value_text(policy), NEEDS[i].key);
        }
    }
    return status;
}

/* Names of sites are those of partitions, and stand before the names of users. */
static int check_name(const hc_value *name, int64_t count, hc_error *error)
{
    enum { NUMBER_ROOM = 5 }; /* "-1024" */
    size_t length = strlen(hc_value_text(name));
    size_t limit = HC_SITE_NAME_LIMIT - (count > 1 ? NUMBER_ROOM : 0);
    return length <= limit
               ? 0
               : hc_value_error(name, error, "expected a name of at most %zu bytes, got %zu", limit,
                                length);
}

static int append(hc_federation_choice *out, const hc_site_choice *site, int64_t count,
                  hc_error *error)
{
    hc_site_choice *grown = NULL;
    if (out->site_count + (size_t)count > HC_FEDERATION_MAX_SITES) {
        return hc_value_error(site->value, error, "more than %d sites", HC_FEDERATION_MAX_SITES);
    }
    grown = realloc(out->sites, (out->site_count + (size_t)count) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    out->sites = grown;
    for (int64_t i = 1; i <= count; i++) {
        const char *name = hc_value_text(hc_value_get(site->value, "name"));
        hc_site_choice *added = &out->sites[out->site_count++];
        *added = *site;
        if (count == 1) {
            (void)snprintf(added->name, sizeof added->name, "%s", name);
        } else {
            (void)snprintf(added->name, sizeof added->name, "%s-%d", name, (int)i);
        }
    }
    return 0;
}

static int read_site(hc_federation_choice *out, const hc_value *site, const hc_value *broker,
                     hc_error *error)
{
    const hc_value *zone = hc_value_get(site, "time_zone");
    int64_t count = hc_value_integer(hc_value_get(site, "count"));
    hc_site_choice choice = {.terms = read_terms(site, broker), .value = site};
    int status = check_name(hc_value_get(site, "name"), count, error);
    status |= check_policy(site, broker, error);
    if (hc_parse_zone(hc_value_text(zone), &choice.zone) < 0) {
        status = hc_value_error(zone, error,
                                "expected hours and minutes between \"-14:00\" and \"+14:00\", "
                                "such as \"+01:00\"");
    }
    return status < 0 ? -1 : append(out, &choice, count, error);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(const hc_site_choice *const *)a)->name,
                  (*(const hc_site_choice *const *)b)->name);
}

static int check_distinct(const hc_federation_choice *choice, hc_error *error)
{
    const hc_site_choice **sorted = calloc(choice->site_count + 1, sizeof *sorted);
    int status = 0;
    if (sorted == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < choice->site_count; i++) {
        sorted[i] = &choice->sites[i];
    }
    qsort(sorted, choice->site_count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < choice->site_count; i++) {
        if (strcmp(sorted[i]->name, sorted[i - 1]->name) == 0) {
            status = hc_value_error(hc_value_get(sorted[i]->value, "name"), error,
                                    "two sites are called %s", sorted[i]->name);
        }
    }
    free(sorted);
    return status;
}

int hc_federation_read(hc_federation_choice *out, const hc_value *federation, hc_error *error)
{
    const hc_value *broker = hc_value_get(federation, "broker");
    const hc_value *sites = hc_value_get(federation, "sites");
    int status = 0;
    *out = (hc_federation_choice){0};
    read_broker(&out->broker, broker);
    for (size_t i = 0; i < hc_value_count(sites); i++) {
        status |= read_site(out, hc_value_at(sites, i), broker, error);
    }
    return status < 0 || check_distinct(out, error) < 0 ? -1 : 0;
}

void hc_federation_release(hc_federation_choice *choice)
{
    free(choice->sites);
    *choice = (hc_federation_choice){0};
}
