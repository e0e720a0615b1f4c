#include "analysis/sites.h"

#include "analysis/each_row.h"
#include "analysis/plain_text.h"
#include "sim/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int take_partition(void *self, const void *row, hc_error *error)
{
    hc_sites *s = self;
    const hc_partition_row *partition = row;
    (void)error;
    if (partition->index < s->count) {
        hc_site_figures *site = &s->sites[partition->index];
        site->gpu_count = partition->gpus;
        (void)hc_plain_text(partition->name, site->name, sizeof site->name);
    }
    return 0;
}

static hc_site_figures *site_at(const hc_sites *s, uint16_t index)
{
    return index < s->count ? &s->sites[index] : NULL;
}

void hc_sites_take_job(hc_sites *s, const hc_job_row *job)
{
    hc_site_figures *home = site_at(s, job->home);
    hc_site_figures *here = site_at(s, job->partition);
    if (home != NULL) {
        home->submitted_count++;
        home->sent_count += job->partition != job->home ? 1 : 0;
    }
    if (here != NULL) {
        here->received_count += job->partition != job->home ? 1 : 0;
        if (job->is_measured && job->start != HC_TIME_MISSING) {
            here->started_count++;
            here->wait_sum_seconds += (double)job->wait / (double)HC_SECOND;
        }
    }
}

static int take_ledger(void *self, const void *row, hc_error *error)
{
    const hc_sites *s = self;
    const hc_ledger_row *entry = row;
    hc_site_figures *site = site_at(s, entry->partition);
    hc_int128 amount = hc_gpu_time_join(entry->held);
    if (site != NULL && (amount < 0 || __builtin_add_overflow(site->ledger[entry->bucket], amount,
                                                              &site->ledger[entry->bucket]))) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "table ledger: holds an amount of GPU time that cannot be");
    }
    return 0;
}

int hc_sites_open(hc_sites *out, hc_run_reader *reader, hc_error *error)
{
    uint64_t count = hc_run_reader_row_count(reader, HC_TABLE_PARTITIONS);
    *out = (hc_sites){0};
    if (strcmp(hc_run_reader_text_if_any(reader, "policy"), "federation") != 0 ||
        count > UINT16_MAX) {
        return 0;
    }
    out->sites = calloc((size_t)count + 1, sizeof *out->sites);
    if (out->sites == NULL) {
        return hc_error_memory(error);
    }
    out->count = (size_t)count;
    return hc_each_row(reader, HC_TABLE_PARTITIONS, take_partition, out, error) < 0 ||
                   hc_each_row(reader, HC_TABLE_LEDGER, take_ledger, out, error) < 0
               ? -1
               : 0;
}

void hc_sites_free(hc_sites *sites)
{
    free(sites->sites);
    *sites = (hc_sites){0};
}

double hc_site_utilization(const hc_site_figures *site)
{
    double held = (double)site->ledger[HC_BUCKET_BUSY] + (double)site->ledger[HC_BUCKET_RESTART] +
                  (double)site->ledger[HC_BUCKET_LOST];
    double capacity = 0;
    for (int i = 0; i < HC_BUCKET_COUNT; i++) {
        capacity += i == HC_BUCKET_OFFLINE ? 0 : (double)site->ledger[i];
    }
    return capacity > 0 ? held / capacity : NAN;
}

double hc_site_wait_seconds(const hc_site_figures *site)
{
    return site->started_count > 0 ? site->wait_sum_seconds / (double)site->started_count : NAN;
}

static void write_count(FILE *out, int width, uint64_t count)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)count, text);
    (void)fprintf(out, "%*s", width, text);
}

static void write_site(FILE *out, const hc_site_figures *site, int name_width)
{
    char share[HC_UNIT_TEXT_SIZE] = "-";
    char wait[HC_UNIT_TEXT_SIZE] = "-";
    double utilization = hc_site_utilization(site);
    double seconds = hc_site_wait_seconds(site);
    if (!isnan(utilization)) {
        (void)snprintf(share, sizeof share, "%.1f %%", utilization * 100);
    }
    if (!isnan(seconds)) {
        hc_format_duration((hc_time)llround(seconds * (double)HC_SECOND), wait);
    }
    (void)fprintf(out, "  %-*s", name_width, site->name);
    write_count(out, 10, site->gpu_count);
    write_count(out, 12, site->submitted_count);
    write_count(out, 11, site->sent_count);
    write_count(out, 11, site->received_count);
    (void)fprintf(out, "%10s%13s\n", share, wait);
}

void hc_sites_write(FILE *out, const hc_sites *sites)
{
    enum { LEAST_NAME_WIDTH = 12, MOST_NAME_WIDTH = 30 };
    int name_width = LEAST_NAME_WIDTH;
    if (sites->count == 0) {
        return;
    }
    for (size_t i = 0; i < sites->count; i++) {
        int length = (int)strlen(sites->sites[i].name);
        name_width = length > name_width && length <= MOST_NAME_WIDTH ? length : name_width;
    }
    (void)fprintf(out, "  %-*s%10s%12s%11s%11s%10s%13s\n", name_width, "site", "GPUs", "jobs",
                  "sent away", "received", "in use", "mean wait");
    for (size_t i = 0; i < sites->count; i++) {
        write_site(out, &sites->sites[i], name_width);
    }
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *hc_sites_json(const hc_sites *sites)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < sites->count; i++) {
        const hc_site_figures *site = &sites->sites[i];
        json_t *object = json_pack(
            "{s:o, s:I, s:I, s:I, s:I, s:o, s:o}", "name", hc_json_text(site->name), "gpus",
            (json_int_t)site->gpu_count, "jobs", (json_int_t)site->submitted_count, "sent",
            (json_int_t)site->sent_count, "received", (json_int_t)site->received_count,
            "utilization", number(hc_site_utilization(site)), "wait_mean_s",
            number(hc_site_wait_seconds(site)));
        if (json_array_append_new(list, object) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}
