#include "sim/scenario/arena.h"
#include "traces/run/attribute_list.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/stored_table.h"
#include "traces/study/study_check.h"
#include "traces/study/study_file.h"
#include "traces/study/study_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_VERSION "1.0" /* the same number before the point */

struct hc_study_file {
    hc_arena memory; /* all that `content` refers to */
    hc_attribute_list attributes;
    hc_study_content content;
    hc_study_variable variables[HC_STUDY_VARIABLE_LIMIT];
    hc_study_output outputs[HC_STUDY_OUTPUT_LIMIT];
    hc_study_value *points;
    hc_study_run *runs;
    double *values;
};

/* A file that is being read. */
typedef struct reading {
    hc_study_file *study;
    hid_t file;
    const char *path;
    hc_error *error;
} reading;

/* Takes over one row. */
typedef int row_taker(const reading *r, uint64_t index, const void *row);

static char *copy_text(const reading *r, const char *text)
{
    char *copy = hc_arena_copy(&r->study->memory, text, strlen(text));
    if (copy == NULL) {
        (void)hc_error_memory(r->error);
    }
    return copy;
}

/* Tables */

static int take_rows(const reading *r, const hc_stored_table *table, row_taker *take)
{
    hc_index_limits limits = {{0}}; /* no column is an index that the decoder checks */
    hc_row_buffer buffer = {0};
    hc_rows rows = HC_ROWS_NONE;
    uint64_t count = table->shape.row_count;
    int status = 0;
    for (uint64_t first = 0; first < count && status == 0;) {
        uint64_t step = hc_stored_table_step(table, first, count - first);
        status =
            hc_stored_table_read(table, first, step, &limits, &buffer, &rows, r->path, r->error);
        for (uint64_t i = 0; i < step && status == 0; i++) {
            status = take(r, first + i, (uint8_t *)rows.rows + i * table->decoder.info->row_size);
        }
        first += step;
    }
    free(buffer.bytes);
    hc_rows_destroy(&rows);
    return status;
}

static int check_table(const reading *r, const hc_stored_table *table, uint64_t limit)
{
    const hc_table_info *info = table->decoder.info;
    if (table->shape.row_count > limit) {
        return hc_error_set(r->error, HC_ERROR_RUNTIME,
                            "%s: table %s has %llu rows, expected at most %llu", r->path,
                            info->name, (unsigned long long)table->shape.row_count,
                            (unsigned long long)limit);
    }
    for (size_t i = 0; i < info->field_count; i++) {
        if (i >= table->decoder.step_count || table->decoder.steps[i].field != &info->fields[i]) {
            return hc_error_set(r->error, HC_ERROR_RUNTIME, "%s: table %s lacks column %s", r->path,
                                info->name, info->fields[i].name);
        }
    }
    return 0;
}

/* Opens a table of at most `limit` rows, makes room for so many, and takes them over. */
static int read_table(const reading *r, const hc_table_info *info, uint64_t limit,
                      int (*make_room)(const reading *r, uint64_t count), row_taker *take)
{
    hc_stored_table table = HC_STORED_TABLE_NONE;
    int status = -1;
    if (hc_stored_table_open(&table, r->file, info, r->path, r->error) == 0 &&
        check_table(r, &table, limit) == 0 && make_room(r, table.shape.row_count) == 0) {
        status = take_rows(r, &table, take);
    }
    hc_stored_table_close(&table);
    return status;
}

static int room_for_variables(const reading *r, uint64_t count)
{
    r->study->content.variable_count = (size_t)count;
    return 0;
}

static int take_variable(const reading *r, uint64_t index, const void *row)
{
    const hc_study_variable_row *from = row;
    hc_study_variable *to = &r->study->variables[index];
    to->name = copy_text(r, from->name);
    to->unit = copy_text(r, from->unit);
    to->is_text = from->is_text;
    return to->name == NULL || to->unit == NULL ? -1 : 0;
}

static int room_for_outputs(const reading *r, uint64_t count)
{
    r->study->content.output_count = (size_t)count;
    return 0;
}

static int take_output(const reading *r, uint64_t index, const void *row)
{
    const hc_study_output_row *from = row;
    hc_study_output *to = &r->study->outputs[index];
    to->name = copy_text(r, from->name);
    to->unit = copy_text(r, from->unit);
    to->meaning = copy_text(r, from->meaning);
    to->sense = (hc_study_sense)from->sense;
    return to->name == NULL || to->unit == NULL || to->meaning == NULL ? -1 : 0;
}

static int room_for_points(const reading *r, uint64_t count)
{
    hc_study_file *study = r->study;
    study->points = hc_arena_take(&study->memory, (size_t)count * study->content.variable_count + 1,
                                  sizeof *study->points);
    study->content.points = study->points;
    study->content.point_count = (size_t)count;
    return study->points == NULL ? hc_error_memory(r->error) : 0;
}

static int check_place(const reading *r, const char *table, uint64_t index, uint32_t claimed)
{
    return index == claimed
               ? 0
               : hc_error_set(r->error, HC_ERROR_RUNTIME, "%s: table %s: row %llu calls itself %u",
                              r->path, table, (unsigned long long)index, claimed);
}

static int take_point(const reading *r, uint64_t index, const void *row)
{
    const hc_study_content *content = &r->study->content;
    const hc_study_point_row *from = row;
    hc_study_value *to = r->study->points + index * content->variable_count;
    if (check_place(r, "points", index, from->point) < 0) {
        return -1;
    }
    for (size_t i = 0; i < content->variable_count; i++) {
        if (!content->variables[i].is_text) {
            to[i] = (hc_study_value){.number = from->cells[i].number, .text = ""};
            continue;
        }
        to[i] = (hc_study_value){.text = copy_text(r, from->cells[i].text)};
        if (to[i].text == NULL) {
            return -1;
        }
    }
    return 0;
}

static int room_for_runs(const reading *r, uint64_t count)
{
    hc_study_file *study = r->study;
    size_t values = (size_t)count * study->content.output_count;
    study->runs = hc_arena_take(&study->memory, (size_t)count + 1, sizeof *study->runs);
    study->values = hc_arena_take(&study->memory, values + 1, sizeof *study->values);
    study->content.runs = study->runs;
    study->content.values = study->values;
    study->content.run_count = (size_t)count;
    return study->runs == NULL || study->values == NULL ? hc_error_memory(r->error) : 0;
}

static int take_run(const reading *r, uint64_t index, const void *row)
{
    const hc_study_run_row *from = row;
    size_t count = r->study->content.output_count;
    double *values = r->study->values + index * count;
    const char *text = from->error[0] == '\0' ? "" : copy_text(r, from->error);
    r->study->runs[index] = (hc_study_run){
        .point = from->point,
        .repetition = from->repetition,
        .seed = from->seed,
        .wall_seconds = from->wall_seconds,
        .error = text,
        .state = (hc_study_run_state)from->state,
    };
    for (size_t i = 0; i < count; i++) {
        values[i] = from->state == HC_STUDY_OK ? from->values[i] : NAN;
    }
    return text == NULL ? -1 : check_place(r, "runs", index, from->run);
}

static int read_tables(const reading *r)
{
    const hc_study_content *content = &r->study->content;
    hc_study_columns points;
    hc_study_columns runs;
    if (read_table(r, &hc_study_variables_table, HC_STUDY_VARIABLE_LIMIT, room_for_variables,
                   take_variable) < 0 ||
        read_table(r, &hc_study_outputs_table, HC_STUDY_OUTPUT_LIMIT, room_for_outputs,
                   take_output) < 0 ||
        hc_study_check_names(content, r->path, HC_ERROR_RUNTIME, r->error) < 0) {
        return -1;
    }
    hc_study_points_table(&points, content);
    hc_study_runs_table(&runs, content);
    if (read_table(r, &points.info, HC_STUDY_POINT_LIMIT, room_for_points, take_point) < 0 ||
        read_table(r, &runs.info, HC_STUDY_RUN_LIMIT, room_for_runs, take_run) < 0) {
        return -1;
    }
    return hc_study_check_rows(content, r->path, HC_ERROR_RUNTIME, r->error);
}

/* Attributes */

static const char *text_of(const hc_study_file *study, const char *key)
{
    const hc_attribute *found = hc_attribute_list_find(&study->attributes, key);
    return found == NULL ? "" : found->text;
}

static double confidence_of(const hc_study_file *study)
{
    double confidence = strtod(text_of(study, "confidence"), NULL);
    return confidence > 0 && confidence < 1 ? confidence : NAN;
}

static void take_attributes(hc_study_file *study)
{
    hc_study_content *c = &study->content;
    const hc_attribute *ranks = hc_attribute_list_find(&study->attributes, "ranks");
    c->name = text_of(study, "name");
    c->version = text_of(study, "version");
    c->git_commit = text_of(study, "git_commit");
    c->command_line = text_of(study, "command_line");
    c->study = text_of(study, "study");
    c->scenario = text_of(study, "scenario");
    c->finding = text_of(study, "finding");
    c->created = text_of(study, "created");
    c->seed = strtoull(text_of(study, "seed"), NULL, 10);
    c->rank_count =
        ranks != NULL && ranks->is_number && ranks->number <= UINT32_MAX && ranks->number >= 0
            ? (uint32_t)ranks->number
            : 0;
    c->is_complete = strcmp(text_of(study, "complete"), "1") == 0;
    c->confidence = confidence_of(study);
}

static bool is_study(const hc_attribute_list *attributes)
{
    const hc_attribute *format = hc_attribute_list_find(attributes, "format");
    return format != NULL && strcmp(format->text, HC_STUDY_FORMAT) == 0;
}

static int check_format(const reading *r)
{
    if (!is_study(&r->study->attributes)) {
        return hc_error_set(r->error, HC_ERROR_RUNTIME, "%s: is not the file of a study", r->path);
    }
    return hc_stored_file_check_version(text_of(r->study, "format_version"), FORMAT_VERSION,
                                        r->path, r->error);
}

bool hc_study_file_is(const char *path)
{
    hc_attribute_list attributes = {0};
    bool is_one = false;
    hid_t file = -1;
    hc_hdf5_quiet();
    file = hc_stored_file_open(path, NULL);
    if (file >= 0) {
        is_one =
            hc_attribute_list_read(&attributes, file, path, NULL) == 0 && is_study(&attributes);
        hc_attribute_list_destroy(&attributes);
    }
    (void)hc_hdf5_close(file);
    return is_one;
}

static int read_file(const reading *r)
{
    if (hc_attribute_list_read(&r->study->attributes, r->file, r->path, r->error) < 0 ||
        check_format(r) < 0) {
        return -1;
    }
    take_attributes(r->study);
    return read_tables(r);
}

int hc_study_file_read(hc_study_file **out, const char *path, hc_error *error)
{
    reading r = {.study = calloc(1, sizeof *r.study), .file = -1, .path = path, .error = error};
    int status = -1;
    if (r.study == NULL) {
        return hc_error_memory(error);
    }
    r.study->content.variables = r.study->variables;
    r.study->content.outputs = r.study->outputs;
    hc_hdf5_quiet();
    r.file = hc_stored_file_open(path, error);
    status = r.file < 0 ? -1 : read_file(&r);
    (void)hc_hdf5_close(r.file);
    if (status < 0) {
        hc_study_file_close(r.study);
        return -1;
    }
    *out = r.study;
    return 0;
}

const hc_study_content *hc_study_file_content(const hc_study_file *study)
{
    return &study->content;
}

void hc_study_file_close(hc_study_file *study)
{
    if (study == NULL) {
        return;
    }
    hc_attribute_list_destroy(&study->attributes);
    hc_arena_release(&study->memory);
    free(study);
}
