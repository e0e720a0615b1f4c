#include "traces/openb_nodes.h"

#include "traces/csv_row.h"
#include "traces/name_text.h"
#include "traces/strings.h"

#include <inttypes.h>

enum { SN = 0, CPU_MILLI, MEMORY_MIB, GPU, MODEL, COLUMN_COUNT };

enum { DEFECT_LIMIT = 20 };

static const char *const NAMES[COLUMN_COUNT] = {
    [SN] = "sn",   [CPU_MILLI] = "cpu_milli", [MEMORY_MIB] = "memory_mib",
    [GPU] = "gpu", [MODEL] = "model",
};

typedef struct node_list {
    hc_machine *machine;
    hc_csv *rows;
    hc_strings *names; /* of the nodes so far: each may occur once */
    const char *path;
    int columns[COLUMN_COUNT];
    uint32_t node_count;
    uint32_t defect_count;
} node_list;

static void note_defect(node_list *list, const hc_line *line, const char *column,
                        const char *expected, hc_error *error)
{
    list->defect_count++;
    (void)hc_error_set(error, HC_ERROR_TRACE, "%s:%" PRIu64 ": %s: expected %s", list->path,
                       line->number, column, expected);
}

static hc_field field_of(const node_list *list, const hc_csv_row *row, size_t column)
{
    return row->fields[list->columns[column]];
}

/* A whole number that is not negative and stays in range when multiplied by `factor`. */
static uint64_t read_amount(node_list *list, const hc_csv_row *row, size_t column, int64_t factor,
                            hc_error *error)
{
    int64_t value = 0;
    if (hc_field_whole(field_of(list, row, column), &value) != HC_FIELD_READ || value < 0 ||
        value > INT64_MAX / factor) {
        note_defect(list, &row->line, NAMES[column], "a whole number, 0 or more", error);
        return 0;
    }
    return (uint64_t)value * (uint64_t)factor;
}

static void note_name(node_list *list, const hc_csv_row *row, hc_field name, hc_error *error)
{
    uint32_t known = hc_strings_interned_count(list->names);
    uint32_t index = 0;
    if (hc_strings_intern(list->names, name.text, name.length, &index, error) < 0) {
        list->defect_count++;
    } else if (hc_strings_interned_count(list->names) == known) {
        note_defect(list, &row->line, NAMES[SN], "a name that no node above has", error);
    }
}

/* @param out  HC_NAME_SIZE bytes, for the name. */
static void read_name(node_list *list, const hc_csv_row *row, char *out, hc_error *error)
{
    hc_field name = field_of(list, row, SN);
    if (name.length == 0 || hc_name_judge(name) == HC_NAME_UNFIT) {
        note_defect(list, &row->line, NAMES[SN],
                    "a name of up to 255 bytes without control characters", error);
    } else {
        note_name(list, row, hc_name_read(name, out), error);
    }
}

/* @param out  HC_NAME_SIZE bytes, for the kind; untouched where there is no GPU. */
static void read_model(node_list *list, const hc_csv_row *row, uint64_t gpu_count, char *out,
                       hc_error *error)
{
    hc_field model = field_of(list, row, MODEL);
    if (gpu_count == 0) {
        return;
    }
    if (model.length == 0 || hc_name_judge(model) == HC_NAME_UNFIT) {
        note_defect(list, &row->line, NAMES[MODEL], "the kind of the node's GPUs", error);
    } else {
        (void)hc_name_read(model, out);
    }
}

static int add_node(node_list *list, const hc_csv_row *row, hc_error *error)
{
    char name[HC_NAME_SIZE] = "";
    char kind[HC_NAME_SIZE] = "";
    hc_node_group node = {.count = 1, .name = name, .kind = kind};
    uint32_t defects_before = list->defect_count;
    if (row->state != HC_CSV_ROW_SOUND) {
        note_defect(list, &row->line, "row", "one field for each column of the header", error);
        return 0;
    }
    read_name(list, row, name, error);
    node.cpu_milli = read_amount(list, row, CPU_MILLI, 1, error);
    node.memory_bytes = read_amount(list, row, MEMORY_MIB, INT64_C(1) << 20, error);
    node.gpu_count = read_amount(list, row, GPU, 1, error);
    read_model(list, row, node.gpu_count, kind, error);
    if (list->defect_count > defects_before) {
        return 0;
    }
    list->node_count++;
    return hc_machine_add(list->machine, &node, error);
}

static int add_nodes(node_list *list, hc_error *error)
{
    while (list->defect_count < DEFECT_LIMIT) {
        hc_csv_row row;
        int status = hc_csv_next(list->rows, &row, error);
        if (status == 0) {
            break;
        }
        if (status < 0 || add_node(list, &row, error) < 0) {
            return -1;
        }
    }
    if (list->defect_count == 0 && list->node_count == 0) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: no node in it", list->path);
    }
    return list->defect_count == 0 ? 0 : -1;
}

int hc_openb_nodes_read_input(hc_machine *machine, hc_input_file *input, hc_error *error)
{
    int status = -1;
    node_list list = {.machine = machine, .path = hc_input_file_name(input)};
    list.names = hc_strings_create();
    if (list.names == NULL) {
        return hc_error_memory(error);
    }
    if (hc_csv_open(&list.rows, input, error) == 0 &&
        hc_csv_find_all(list.rows, NAMES, COLUMN_COUNT, list.columns, error) == 0) {
        status = add_nodes(&list, error);
    }
    hc_csv_close(list.rows);
    hc_strings_destroy(list.names);
    return status;
}

int hc_openb_nodes_read(hc_machine *machine, const char *path, char *sha256, hc_error *error)
{
    hc_input_file *input = NULL;
    int status = 0;
    if (hc_input_file_open(&input, path, error) < 0) {
        return -1;
    }
    status = hc_openb_nodes_read_input(machine, input, error);
    if (status == 0 && sha256 != NULL) {
        hc_input_file_sha256(input, sha256);
    }
    hc_input_file_close(input);
    return status;
}
