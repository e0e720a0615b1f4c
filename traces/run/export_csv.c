#include "traces/run/export_csv.h"

#include "traces/run/csv_cells.h"
#include "traces/run/job_list.h"
#include "traces/run/run_names.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

enum { SLICE_ROWS = 4 * HC_CHUNK_ROWS_LIMIT };

/* What the cells of a table are made from. */
typedef struct context {
    hc_csv csv;
    hc_run_reader *reader;
    const hc_table_info *info;
    const hc_row_field *columns[HC_ROW_FIELD_LIMIT]; /* in the order of the CSV */
    size_t column_count;
    hc_job_list jobs;
    hc_run_names names[HC_TABLE_COUNT];
} context;

/* Jobs in the order of the CSV: others rely on the first ten. */
/* clang-format off */
static const char *const JOB_COLUMNS[] = {
    "job_id", "submit_ns", "start_ns", "end_ns", "gpus", "nodes", "state", "attempts", "preemptions", "wait_ns",
    "run_time_ns", "time_limit_ns", "recorded_start_ns", "recorded_end_ns", "outcome", "rejection",
    "held_seconds", "partition", "user", "group", "is_measured", "is_limit_requested", "trace", "line", "home",
};
/* clang-format on */

static bool is_time(const hc_row_field *field)
{
    return field->type == HC_ROW_FIELD_INT64 && strcmp(field->unit, "ns") == 0;
}

/* GPU time is three columns of the file and one here: at the first of them, all are written. */
static bool is_gpu_time(const hc_row_field *field)
{
    return strcmp(field->name, "held_seconds") == 0;
}

static bool is_rest_of_gpu_time(const hc_row_field *field)
{
    return strcmp(field->name, "held_nanoseconds") == 0 ||
           strcmp(field->name, "held_picoseconds") == 0;
}

/* Whether a name is written where the file has an index. Nodes keep their number: their name follows. */
static bool is_named(const hc_row_field *field)
{
    return field->refers_to == HC_TABLE_PARTITIONS || field->refers_to == HC_TABLE_SITES ||
           field->refers_to == HC_TABLE_KINDS || field->refers_to == HC_TABLE_USERS ||
           field->refers_to == HC_TABLE_GROUPS;
}

static void put_column_name(context *c, const hc_row_field *field)
{
    char name[64];
    if (strcmp(field->name, "job") == 0) {
        (void)snprintf(name, sizeof name, "job_id");
    } else if (is_gpu_time(field)) {
        (void)snprintf(name, sizeof name, "held_gpu_s");
    } else if (is_time(field)) {
        (void)snprintf(name, sizeof name, "%.*s_s", (int)(strlen(field->name) - strlen("_ns")),
                       field->name);
    } else {
        (void)snprintf(name, sizeof name, "%s", field->name);
    }
    hc_csv_text(&c->csv, name);
}

static void put_name(context *c, hc_run_table table, uint32_t index)
{
    const char *name = hc_run_names_get(&c->names[table], index);
    hc_csv_guarded_text(&c->csv, name == NULL ? "" : name);
}

/* States as Slurm spells them, for the tools that people have. */
static void put_state(context *c, const hc_row_field *field, uint8_t state)
{
    char text[32];
    const char *name = hc_row_field_value_name(field, state);
    size_t length = 0;
    for (; name[length] != '\0' && length + 1 < sizeof text; length++) {
        text[length] = (char)toupper((unsigned char)name[length]);
    }
    text[length] = '\0';
    hc_csv_text(&c->csv, text);
}

static void put_integer(context *c, const hc_row_field *field, const uint8_t *value)
{
    int64_t number = 0;
    int32_t number32 = 0;
    if (field->type == HC_ROW_FIELD_INT32) {
        memcpy(&number32, value, sizeof number32);
        number = number32;
    } else {
        memcpy(&number, value, hc_row_field_bytes(field)); /* little-endian */
    }
    if (field->type == HC_ROW_FIELD_UINT64) {
        hc_csv_unsigned(&c->csv, (uint64_t)number);
    } else {
        hc_csv_signed(&c->csv, number);
    }
}

static void put_index(context *c, const hc_row_field *field, const uint8_t *value)
{
    uint32_t index = 0;
    const hc_job_row *job = NULL;
    memcpy(&index, value, hc_row_field_bytes(field));
    if (field->refers_to == HC_TABLE_JOBS) {
        job = hc_job_list_find(&c->jobs, index);
        hc_csv_text(&c->csv, job == NULL ? "" : job->job_id);
    } else if (is_named(field)) {
        put_name(c, field->refers_to, index);
    } else if (field->is_optional &&
               index == (field->type == HC_ROW_FIELD_UINT16 ? UINT16_MAX : UINT32_MAX)) {
        hc_csv_empty(&c->csv);
    } else {
        hc_csv_unsigned(&c->csv, index);
    }
}

static bool is_size_of_job(const context *c, const hc_row_field *field)
{
    return c->info == hc_table_describe(HC_TABLE_JOBS) && strcmp(field->name, "gpus") == 0;
}

/* A job's size is one number here: 0.47 for 470 thousandths of one GPU. */
static void put_gpus(context *c, const uint8_t *row)
{
    hc_job_row job;
    memcpy(&job, row, sizeof job);
    hc_csv_thousandths(&c->csv, (uint64_t)job.gpus * job.gpu_milli);
}

static void put_text(context *c, const hc_row_field *field, const uint8_t *value)
{
    const char *text = NULL;
    memcpy(&text, value, sizeof text);
    if (strcmp(field->name, "job_id") == 0) {
        hc_csv_text(&c->csv, text);
    } else {
        hc_csv_guarded_text(&c->csv, text);
    }
}

static void put_enum(context *c, const hc_row_field *field, uint8_t value)
{
    if (strcmp(field->name, "state") == 0) {
        put_state(c, field, value);
    } else {
        hc_csv_text(&c->csv, hc_row_field_value_name(field, value));
    }
}

static void put_cell(context *c, const hc_row_field *field, const uint8_t *row)
{
    const uint8_t *value = row + field->offset;
    hc_gpu_time held;
    hc_time time = 0;
    if (is_gpu_time(field)) {
        memcpy(&held, value, sizeof held);
        hc_csv_gpu_time(&c->csv, held);
    } else if (is_time(field)) {
        memcpy(&time, value, sizeof time);
        hc_csv_seconds(&c->csv, time);
    } else if (is_size_of_job(c, field)) {
        put_gpus(c, row);
    } else if (field->type == HC_ROW_FIELD_TEXT) {
        put_text(c, field, value);
    } else if (field->type == HC_ROW_FIELD_ENUM) {
        put_enum(c, field, *value);
    } else if (field->refers_to != HC_TABLE_COUNT) {
        put_index(c, field, value);
    } else {
        put_integer(c, field, value);
    }
}

static bool has_node_names(const context *c)
{
    return c->info == hc_table_describe(HC_TABLE_PLACEMENTS);
}

/* Placements name their node at the end, behind the columns that others rely on. */
static void put_node_name(context *c, const uint8_t *row)
{
    hc_placement_row placement;
    memcpy(&placement, row, sizeof placement);
    put_name(c, HC_TABLE_NODES, placement.node);
}

static int put_head(context *c, hc_error *error)
{
    for (size_t i = 0; i < c->column_count; i++) {
        put_column_name(c, c->columns[i]);
    }
    if (has_node_names(c)) {
        hc_csv_text(&c->csv, "node_name");
    }
    return hc_csv_end_line(&c->csv, error);
}

static int put_row(context *c, const void *row, hc_error *error)
{
    for (size_t i = 0; i < c->column_count; i++) {
        put_cell(c, c->columns[i], row);
    }
    if (has_node_names(c)) {
        put_node_name(c, row);
    }
    return hc_csv_end_line(&c->csv, error);
}

static int export_jobs(context *c, hc_error *error)
{
    for (size_t i = 0; i < c->jobs.count; i++) {
        if (put_row(c, c->jobs.jobs[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int put_rows(context *c, const hc_rows *rows, hc_error *error)
{
    const uint8_t *row = rows->rows;
    for (size_t i = 0; i < rows->count; i++, row += c->info->row_size) {
        if (put_row(c, row, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int export_rows(context *c, hc_run_table table, hc_error *error)
{
    uint64_t row_count = hc_run_reader_row_count(c->reader, table);
    hc_rows rows = HC_ROWS_NONE;
    int status = 0;
    for (uint64_t first = 0; status == 0 && first < row_count; first += SLICE_ROWS) {
        status = hc_run_reader_read(c->reader, table, first, SLICE_ROWS, &rows, error);
        if (status == 0) {
            status = put_rows(c, &rows, error);
        }
    }
    hc_rows_destroy(&rows);
    return status;
}

/* What the columns of a table refer to. */
static int read_references(context *c, hc_run_table table, hc_error *error)
{
    static const hc_run_table NAMED[] = {HC_TABLE_PARTITIONS, HC_TABLE_SITES, HC_TABLE_KINDS,
                                         HC_TABLE_NODES,      HC_TABLE_USERS, HC_TABLE_GROUPS};
    bool is_needed[HC_TABLE_COUNT + 1] = {false};
    is_needed[HC_TABLE_JOBS] = table == HC_TABLE_JOBS;
    for (size_t i = 0; i < c->column_count; i++) {
        is_needed[c->columns[i]->refers_to] = true;
    }
    if (is_needed[HC_TABLE_JOBS] && hc_job_list_read(&c->jobs, c->reader, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
        if (is_needed[NAMED[i]] &&
            hc_run_names_read(&c->names[NAMED[i]], c->reader, NAMED[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

static void choose_columns(context *c, hc_run_table table)
{
    c->info = hc_table_describe(table);
    if (table == HC_TABLE_JOBS) {
        c->column_count = sizeof JOB_COLUMNS / sizeof JOB_COLUMNS[0];
        for (size_t i = 0; i < c->column_count; i++) {
            c->columns[i] = hc_table_find_field(c->info, JOB_COLUMNS[i]);
            assert(c->columns[i] != NULL);
        }
        return;
    }
    for (size_t i = 0; i < c->info->field_count; i++) {
        if (!is_rest_of_gpu_time(&c->info->fields[i])) {
            c->columns[c->column_count++] = &c->info->fields[i];
        }
    }
}

int hc_export_csv(hc_run_reader *reader, hc_run_table table, FILE *out, const char *shown,
                  hc_error *error)
{
    context c = {.csv = {.out = out, .shown = shown}, .reader = reader};
    int status = 0;
    choose_columns(&c, table);
    status = read_references(&c, table, error);
    if (status == 0) {
        status = put_head(&c, error);
    }
    if (status == 0) {
        status = table == HC_TABLE_JOBS ? export_jobs(&c, error) : export_rows(&c, table, error);
    }
    if (status == 0) {
        status = hc_csv_finish(&c.csv, error);
    }
    hc_job_list_destroy(&c.jobs);
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        hc_run_names_destroy(&c.names[i]);
    }
    return status;
}
