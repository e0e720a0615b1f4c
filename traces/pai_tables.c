#include "traces/pai_tables.h"

#include "traces/name_list.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOB_HEADER "job_name,inst_id,user,status,start_time,end_time"
#define GROUP_HEADER "inst_id,user,gpu_type_spec,group,workload"
#define TASK_TABLE "pai_task_table"

enum { JOB_NAME = 0, JOB_INST_ID, JOB_USER, JOB_STATUS, JOB_START };
enum { GROUP_INST_ID = 0, GROUP_TAG = 3 };

/* Numbers of names; HC_NO_INDEX: none. */
typedef struct job_row {
    hc_time submit;
    uint32_t user;
    uint32_t group;
} job_row;

struct hc_pai_tables {
    hc_name_list *job_names;
    hc_name_list *users;
    hc_name_list *groups;
    job_row *jobs; /* by the number of the name */
    size_t job_capacity;

    /* while the tables are read */
    hc_name_list *inst_ids;
    uint32_t *inst_groups; /* by the number of the id */
    size_t inst_capacity;
};

typedef struct table {
    const char *word; /* in the name of its file */
    const char *header;

    /* @return 1; 0 when start_time is no time; -1 with `error` set. */
    int (*take)(hc_pai_tables *tables, const hc_field *fields, hc_error *error);
} table;

bool hc_pai_is_header(const hc_line *line, const char *header)
{
    return line->number == 1 && line->length == strlen(header) &&
           memcmp(line->text, header, line->length) == 0;
}

/* Room for one more element behind `count`. */
static int make_room(void **elements, size_t size, size_t count, size_t *capacity, hc_error *error)
{
    size_t grown_capacity = *capacity == 0 ? 1024 : 2 * *capacity;
    void *grown = NULL;
    if (count < *capacity) {
        return 0;
    }
    grown = realloc(*elements, grown_capacity * size);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    *elements = grown;
    *capacity = grown_capacity;
    return 0;
}

static int number_of(hc_name_list *names, hc_field name, uint32_t *out, hc_error *error)
{
    *out = HC_NO_INDEX;
    return hc_field_is_missing(name)
               ? 0
               : hc_name_list_add_bytes(names, name.text, name.length, out, error);
}

static int take_group(hc_pai_tables *tables, const hc_field *fields, hc_error *error)
{
    uint32_t inst = 0;
    uint32_t group = 0;
    void *groups = tables->inst_groups;
    if (make_room(&groups, sizeof *tables->inst_groups, hc_name_list_count(tables->inst_ids),
                  &tables->inst_capacity, error) < 0) {
        return -1;
    }
    tables->inst_groups = groups;
    if (number_of(tables->inst_ids, fields[GROUP_INST_ID], &inst, error) < 0 ||
        number_of(tables->groups, fields[GROUP_TAG], &group, error) < 0) {
        return -1;
    }
    if (inst != HC_NO_INDEX) {
        tables->inst_groups[inst] = group;
    }
    return 1;
}

static uint32_t group_of(const hc_pai_tables *tables, hc_field inst_id)
{
    uint32_t number = 0;
    return hc_name_list_find(tables->inst_ids, inst_id.text, inst_id.length, &number)
               ? tables->inst_groups[number]
               : HC_NO_INDEX;
}

/* Digits below a nanosecond do not matter here. @return false when the field is no time. */
static bool read_submit(hc_field field, hc_time *out)
{
    hc_field_state state = HC_FIELD_MISSING;
    *out = HC_TIME_MISSING;
    state = hc_field_seconds(field, out);
    return state != HC_FIELD_NOT_A_NUMBER && state != HC_FIELD_OUT_OF_RANGE;
}

/* Of two rows for one job the later one counts. */
static int take_job(hc_pai_tables *tables, const hc_field *fields, hc_error *error)
{
    uint32_t number = 0;
    job_row row = {.group = group_of(tables, fields[JOB_INST_ID])};
    void *jobs = tables->jobs;
    if (make_room(&jobs, sizeof *tables->jobs, hc_name_list_count(tables->job_names),
                  &tables->job_capacity, error) < 0) {
        return -1;
    }
    tables->jobs = jobs;
    if (!read_submit(fields[JOB_START], &row.submit)) {
        return 0;
    }
    if (number_of(tables->users, fields[JOB_USER], &row.user, error) < 0 ||
        number_of(tables->job_names, fields[JOB_NAME], &number, error) < 0) {
        return -1;
    }
    if (number != HC_NO_INDEX) {
        tables->jobs[number] = row;
    }
    return 1;
}

/* In the order in which they are needed. */
static const table TABLES[] = {
    {"pai_group_tag_table", GROUP_HEADER, take_group},
    {"pai_job_table", JOB_HEADER, take_job},
};

static int fail_row(const hc_input_file *input, const hc_line *line, const char *what,
                    const char *names, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_TRACE, "%s:%" PRIu64 ": expected %s%s",
                        hc_input_file_name(input), line->number, what, names);
}

static int take_row(hc_pai_tables *tables, const table *kind, const hc_csv_row *row,
                    const hc_input_file *input, hc_error *error)
{
    int status = 0;
    if (hc_pai_is_header(&row->line, kind->header)) {
        return 0;
    }
    if (row->state != HC_CSV_ROW_SOUND) {
        return fail_row(input, &row->line, "the fields ", kind->header, error);
    }
    status = kind->take(tables, row->fields, error);
    return status == 0 ? fail_row(input, &row->line, "seconds in start_time", "", error)
                       : (status < 0 ? -1 : 0);
}

static int take_rows(hc_pai_tables *tables, const table *kind, hc_csv *csv,
                     const hc_input_file *input, hc_error *error)
{
    hc_csv_row row;
    int status = 0;
    while ((status = hc_csv_next(csv, &row, error)) == 1) {
        if (take_row(tables, kind, &row, input, error) < 0) {
            return -1;
        }
    }
    return status;
}

/* Notes "NAME sha256 HASH" for the record. */
static void note_file(hc_trace_facts *facts, const char *path, hc_input_file *input)
{
    char hash[HC_SHA256_TEXT_SIZE];
    const char *slash = strrchr(path, '/');
    size_t length = strlen(facts->joined_files);
    hc_input_file_sha256(input, hash);
    (void)snprintf(facts->joined_files + length, sizeof facts->joined_files - length,
                   "%s%s sha256 %s", length == 0 ? "" : ", ", slash == NULL ? path : slash + 1,
                   hash);
}

static int read_table(hc_pai_tables *tables, const table *kind, const char *path,
                      hc_trace_facts *facts, hc_error *error)
{
    hc_input_file *input = NULL;
    hc_csv *csv = NULL;
    int status = hc_input_file_open(&input, path, error);
    if (status == 0) {
        hc_input_file_insert_line(input, kind->header);
        status = hc_csv_open(&csv, input, error);
    }
    if (status == 0) {
        status = take_rows(tables, kind, csv, input, error);
    }
    if (status == 0) {
        note_file(facts, path, input);
    }
    hc_csv_close(csv);
    hc_input_file_close(input);
    return status;
}

/* The path with another word for "pai_task_table" in the name of the file. @return 1; 0 when there is no such
 * file beside it; -1 with `error` set. */
static int find_table(const char *task_path, const char *word, char out[PATH_MAX], hc_error *error)
{
    const char *slash = strrchr(task_path, '/');
    const char *name = slash == NULL ? task_path : slash + 1;
    const char *found = strstr(name, TASK_TABLE);
    int length = 0;
    if (found == NULL) {
        return 0;
    }
    length = snprintf(out, PATH_MAX, "%.*s%s%s", (int)(found - task_path), task_path, word,
                      found + strlen(TASK_TABLE));
    if (length >= PATH_MAX) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: path too long", task_path);
    }
    return access(out, F_OK) == 0 ? 1 : 0;
}

static int read_tables(hc_pai_tables *tables, const char *task_path, hc_trace_facts *facts,
                       hc_error *error)
{
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        char path[PATH_MAX];
        int status = find_table(task_path, TABLES[i].word, path, error);
        if (status < 0 || (status == 1 && read_table(tables, &TABLES[i], path, facts, error) < 0)) {
            return -1;
        }
    }
    return 0;
}

static void forget_instances(hc_pai_tables *tables)
{
    hc_name_list_destroy(tables->inst_ids);
    free(tables->inst_groups);
    tables->inst_ids = NULL;
    tables->inst_groups = NULL;
}

int hc_pai_tables_open(hc_pai_tables **out, const char *task_path, hc_trace_facts *facts,
                       hc_error *error)
{
    int status = 0;
    hc_pai_tables *tables = calloc(1, sizeof *tables);
    if (tables == NULL) {
        return hc_error_memory(error);
    }
    tables->job_names = hc_name_list_create();
    tables->users = hc_name_list_create();
    tables->groups = hc_name_list_create();
    tables->inst_ids = hc_name_list_create();
    if (tables->job_names == NULL || tables->users == NULL || tables->groups == NULL ||
        tables->inst_ids == NULL) {
        status = hc_error_memory(error);
    } else if (task_path != NULL && strcmp(task_path, "-") != 0) {
        status = read_tables(tables, task_path, facts, error);
    }
    forget_instances(tables);
    if (status < 0) {
        hc_pai_tables_close(tables);
        return -1;
    }
    *out = tables;
    return 0;
}

static hc_field name_of(const hc_name_list *names, uint32_t number)
{
    const char *name = number == HC_NO_INDEX ? "" : hc_name_list_get(names, number);
    return (hc_field){name, strlen(name)};
}

bool hc_pai_tables_find(const hc_pai_tables *tables, hc_field job_name, hc_pai_job *out)
{
    uint32_t number = 0;
    if (!hc_name_list_find(tables->job_names, job_name.text, job_name.length, &number)) {
        return false;
    }
    *out = (hc_pai_job){
        .submit = tables->jobs[number].submit,
        .user = name_of(tables->users, tables->jobs[number].user),
        .group = name_of(tables->groups, tables->jobs[number].group),
    };
    return true;
}

void hc_pai_tables_close(hc_pai_tables *tables)
{
    if (tables == NULL) {
        return;
    }
    forget_instances(tables);
    hc_name_list_destroy(tables->job_names);
    hc_name_list_destroy(tables->users);
    hc_name_list_destroy(tables->groups);
    free(tables->jobs);
    free(tables);
}
