#include "cli/run_record.h"

#include "cli/assemble_federation.h"
#include "cli/assemble_training.h"
#include "cli/signals.h"
#include "hc_version.h"
#include "traces/name_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_DIGITS = 10,
    MAX_REASONS = HC_QUARANTINE_COUNT + HC_FILTER_COUNT + HC_REPAIR_COUNT,
    NOTE_SIZE = 32,
};

/* The command as it was typed; the first argument is "hindcast run". */
static char *join_arguments(int argc, char **argv)
{
    size_t size = 1;
    size_t length = 0;
    char *line = NULL;
    for (int i = 0; i < argc; i++) {
        size += strlen(argv[i]) + 1;
    }
    line = malloc(size);
    if (line == NULL) {
        return NULL;
    }
    line[0] = '\0';
    for (int i = 0; i < argc; i++) {
        length +=
            (size_t)snprintf(line + length, size - length, "%s%s", i == 0 ? "" : " ", argv[i]);
    }
    return line;
}

char *hc_command_line(int argc, char **argv)
{
    char *line = join_arguments(argc, argv);
    size_t length = line == NULL ? 0 : strlen(line);
    char *converted = NULL;
    if (line == NULL || hc_text_is_utf8((hc_field){line, length})) {
        return line;
    }
    converted = malloc(2 * length + 1);
    if (converted != NULL) {
        (void)hc_text_from_latin1((hc_field){line, length}, converted);
    }
    free(line);
    return converted;
}

static hc_provenance describe(const hc_run_record *record, const hc_assembly *a)
{
    const char *zone = a->trace_count > 0 && a->traces[0].trace != NULL
                           ? hc_job_trace_facts(a->traces[0].trace)->zone
                           : "";
    return (hc_provenance){
        .name = a->name,
        .version = HC_VERSION,
        .git_commit = HC_COMMIT,
        .scenario = hc_scenario_text(a->scenario),
        .command_line = record->command_line,
        .policy = hc_assembly_policy_name(a),
        .placement = a->scheduler.placement->name,
        .pass = a->scheduler.is_pass_per_event ? "event" : "instant",
        .variant = record->variant,
        .estimate = record->estimates,
        .seed = a->seed,
        .rank_count = hc_ranks_count(record->ranks),
        .clock = a->clock,
        .unix_zero_seconds = a->unix_zero_seconds,
        .zone = zone,
    };
}

/* Rank 0 makes the identity of the run; the others wait for it. Without one there is nothing to create. */
static int create_file(hc_run_record *r, hc_run_file_options *options, hc_error *error)
{
    uint32_t rank = hc_ranks_rank(r->ranks);
    int status = rank == 0 ? hc_run_file_create(&r->file, options, error) : 0;
    if (rank == 0 && status == 0) {
        r->identity = *hc_run_file_identity(r->file);
    }
    hc_ranks_broadcast(r->ranks, &r->identity, sizeof r->identity);
    if (rank == 0 || r->identity.run_id[0] == '\0') {
        return status;
    }
    options->identity = &r->identity;
    return hc_run_file_create(&r->file, options, error);
}

int hc_run_record_open(hc_run_record *out, const hc_assembly *a,
                       const hc_run_record_options *options, hc_error *error)
{
    hc_provenance provenance;
    hc_run_file_options file = {
        .path = options->path,
        .rank = hc_ranks_rank(options->ranks),
        .rank_count = hc_ranks_count(options->ranks),
        .is_forced = options->is_forced,
        .marks = options->marks,
        .mark_count = options->mark_count,
        .events = (hc_event_level)a->event_level,
        .provenance = &provenance,
    };
    *out = (hc_run_record){.ranks = options->ranks,
                           .path = options->path,
                           .command_line = hc_command_line(options->argc, options->argv)};
    if (out->command_line == NULL) {
        return hc_error_memory(error);
    }
    if (a->site_count > 0) {
        hc_assembly_write_federation(a, out->variant, sizeof out->variant);
    } else {
        hc_scheduler_write_variant(&a->scheduler, out->variant, sizeof out->variant);
    }
    hc_scheduler_write_estimates(&a->scheduler, out->estimates, sizeof out->estimates);
    provenance = describe(out, a);
    if (create_file(out, &file, error) < 0) {
        return -1;
    }
    if (out->file != NULL) {
        out->sink = hc_run_sink(out->file);
    }
    return 0;
}

static hc_input_row describe_input(const hc_assembly *a, size_t index)
{
    const hc_job_trace *trace = a->traces[index].trace;
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    const hc_import_report *report = hc_job_trace_report(trace);
    return (hc_input_row){
        .index = (uint16_t)index,
        .rows = report->row_count,
        .kept = report->kept_count,
        .never_run = report->never_run_count,
        .quarantined = hc_import_quarantined(report),
        .filtered = hc_import_filtered(report),
        .duplicates = report->duplicate_count,
        .first_submit = facts->first_submit,
        .last_submit = facts->last_submit,
        .unix_zero_seconds = facts->unix_zero_seconds,
        .file = a->traces[index].file,
        .format = hc_trace_format_name(facts->format),
        .sha256 = facts->sha256,
        .licence = facts->licence,
        .clock = hc_clock_name(facts->clock),
        .zone = facts->zone,
    };
}

/* Every reason that met a row of an input. @return how many. */
static size_t describe_counts(const hc_assembly *a, size_t index, hc_import_count_row *out)
{
    const hc_import_report *report = hc_job_trace_report(a->traces[index].trace);
    size_t count = 0;
    for (int i = 0; i < HC_QUARANTINE_COUNT; i++) {
        if (report->quarantine_counts[i] > 0) {
            out[count++] =
                (hc_import_count_row){(uint16_t)index, report->quarantine_counts[i], "quarantined",
                                      hc_quarantine_name((hc_quarantine_reason)i)};
        }
    }
    for (int i = 0; i < HC_FILTER_COUNT; i++) {
        if (report->filter_counts[i] > 0) {
            out[count++] = (hc_import_count_row){(uint16_t)index, report->filter_counts[i],
                                                 "filtered", hc_filter_name((hc_filter_reason)i)};
        }
    }
    for (int i = 0; i < HC_REPAIR_COUNT; i++) {
        if (report->repair_counts[i] > 0) {
            out[count++] = (hc_import_count_row){(uint16_t)index, report->repair_counts[i],
                                                 "repaired", hc_repair_name((hc_repair)i)};
        }
    }
    return count;
}

static uint32_t longest_id(const hc_assembly *a)
{
    size_t longest = a->source.facts(a->source.self).name_bytes;
    for (size_t i = 0; i < a->trace_count; i++) {
        const hc_job_trace *trace = a->traces[i].trace;
        for (size_t j = 0; j < hc_job_trace_count(trace); j++) {
            size_t length = strlen(hc_job_trace_string(trace, hc_job_trace_job(trace, j).id));
            longest = length > longest ? length : longest;
        }
    }
    if (longest > 0 && a->is_synthetic && longest < NUMBER_DIGITS) {
        longest = NUMBER_DIGITS; /* synthetic jobs are called by their number */
    }
    return (uint32_t)longest;
}

static uint64_t count_jobs(const hc_assembly *a)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < a->trace_count; i++) {
        sum += hc_job_trace_report(a->traces[i].trace)->kept_count;
    }
    return sum;
}

/* What was read beside the logs: "NAME sha256 HASH, ...", a line for each log that has such files. The caller
 * frees it. */
static char *joined_files_of(const hc_assembly *a)
{
    size_t room = sizeof((hc_trace_facts *)NULL)->joined_files + 1;
    char *text = calloc(a->trace_count + 1, room);
    size_t length = 0;
    for (size_t i = 0; text != NULL && i < a->trace_count; i++) {
        const char *files = hc_job_trace_facts(a->traces[i].trace)->joined_files;
        if (files[0] != '\0') {
            length += (size_t)snprintf(text + length, room, "%s%s", length == 0 ? "" : "\n", files);
        }
    }
    return text;
}

/* The files that were read besides the logs. @return how many items. */
static size_t describe_files(const hc_assembly *a, const char *joined_files, hc_text_item *out)
{
    size_t count = 0;
    if (a->nodes_file != NULL) {
        out[count++] = (hc_text_item){"nodes_file", a->nodes_file};
        out[count++] = (hc_text_item){"nodes_sha256", a->nodes_sha256};
    }
    if (a->capacity.file != NULL) {
        out[count++] = (hc_text_item){"capacity_file", a->capacity.file};
        out[count++] = (hc_text_item){"capacity_sha256", a->capacity.sha256};
    }
    if (joined_files[0] != '\0') {
        out[count++] = (hc_text_item){"joined_files", joined_files};
    }
    return count;
}

int hc_run_record_begin(hc_run_record *record, const hc_assembly *a, hc_error *error)
{
    hc_text_item files[5];
    char *joined_files = joined_files_of(a);
    const char **works = hc_assembly_work_names(a);
    hc_provenance provenance = describe(record, a);
    hc_run_contents contents = {
        .provenance = &provenance,
        .machine = a->machine,
        .source = &a->source,
        .input_count = a->trace_count,
        .job_count = count_jobs(a),
        .job_id_bytes = longest_id(a),
        .work_count = a->training == NULL ? 0 : hc_training_count(a->training),
    };
    hc_input_row *inputs = calloc(a->trace_count + 1, sizeof *inputs);
    hc_import_count_row *counts = calloc((a->trace_count + 1) * MAX_REASONS, sizeof *counts);
    int status = -1;
    contents.works = works;
    if (inputs == NULL || counts == NULL || joined_files == NULL || works == NULL) {
        (void)hc_error_memory(error);
    } else {
        for (size_t i = 0; i < a->trace_count; i++) {
            inputs[i] = describe_input(a, i);
            contents.import_count_count +=
                describe_counts(a, i, counts + contents.import_count_count);
        }
        provenance.items = files;
        provenance.item_count = describe_files(a, joined_files, files);
        provenance.begin = a->begin;
        provenance.measure_from = a->begin + a->warmup;
        contents.inputs = inputs;
        contents.import_counts = counts;
        status = hc_run_file_begin(record->file, &contents, error);
    }
    free(inputs);
    free(counts);
    free(joined_files);
    free(works);
    return status;
}

const hc_sink *hc_run_record_sink(const hc_run_record *record)
{
    return &record->sink;
}

int hc_run_record_close_rank(hc_run_record *record, hc_error *error)
{
    return hc_run_file_close_rank(record->file, error);
}

/* A single rank's file is copied as it is. */
int hc_run_record_write_share(hc_run_record *record, hc_error *error)
{
    return hc_ranks_count(record->ranks) == 1 ? 0 : hc_run_file_write_part(record->file, error);
}

int hc_run_record_finish(hc_run_record *record, const hc_run_ending_facts *facts, hc_error *error)
{
    char note[NOTE_SIZE];
    hc_run_totals totals = {
        .digest = facts->digest,
        .executed_events = facts->event_count,
        .is_complete = facts->signal == 0,
    };
    if (facts->signal != 0) {
        (void)snprintf(note, sizeof note, "stopped by %s", hc_signal_name(facts->signal));
        totals.note = note;
    }
    if (hc_ranks_rank(record->ranks) > 0) {
        return 0;
    }
    return hc_ranks_count(record->ranks) == 1
               ? hc_run_file_finish(record->file, &totals, error)
               : hc_run_file_finish_parts(record->file, &totals, error);
}

void hc_run_record_explain_failure(const hc_run_record *record)
{
    uint64_t committed =
        record->file == NULL ? 0 : hc_run_file_committed(record->file, HC_TABLE_JOBS);
    if (committed > 0) {
        (void)fprintf(stderr,
                      "%" PRIu64 " jobs are safe beside %s; hindcast recover %s brings them back\n",
                      committed, record->path, record->path);
    }
}

void hc_run_record_close(hc_run_record *record)
{
    hc_run_file_destroy(record->file);
    free(record->command_line);
    *record = (hc_run_record){0};
}
