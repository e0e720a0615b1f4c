#include "traces/run/describe_tables.h"

#include "traces/run/records.h"

#include <errno.h>
#include <string.h>

static const char *type_name(hc_row_field_type type)
{
    static const char *const NAMES[] = {
        [HC_ROW_FIELD_UINT16] = "uint16", [HC_ROW_FIELD_INT32] = "int32",
        [HC_ROW_FIELD_UINT32] = "uint32", [HC_ROW_FIELD_INT64] = "int64",
        [HC_ROW_FIELD_UINT64] = "uint64", [HC_ROW_FIELD_BOOLEAN] = "boolean",
        [HC_ROW_FIELD_ENUM] = "enum",     [HC_ROW_FIELD_DOUBLE] = "double",
        [HC_ROW_FIELD_TEXT] = "text",
    };
    return NAMES[type];
}

/* What an index leads to, the values of an enumeration, or the unit. */
static void write_unit(FILE *out, const hc_row_field *field)
{
    if (field->refers_to != HC_TABLE_COUNT) {
        (void)fprintf(out, "row of `%s`", hc_table_describe(field->refers_to)->name);
    } else if (field->type == HC_ROW_FIELD_ENUM) {
        for (uint8_t i = 0; i < field->names->count; i++) {
            (void)fprintf(out, "%s%s", i == 0 ? "" : ", ", field->names->names[i]);
        }
    } else {
        (void)fputs(field->unit, out);
    }
    (void)fputs(field->is_optional ? "; may be missing" : "", out);
}

static void write_table(FILE *out, const hc_table_info *info)
{
    (void)fprintf(out, "### %s\n\n%s.\n\n", info->name, info->title);
    (void)fputs("| column | type | unit | meaning |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        (void)fprintf(out, "| `%s` | %s | ", field->name, type_name(field->type));
        write_unit(out, field);
        (void)fprintf(out, " | %s |\n", field->meaning);
    }
}

int hc_describe_tables(FILE *out, hc_error *error)
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        (void)fputs(table == 0 ? "" : "\n", out);
        write_table(out, hc_table_describe((hc_run_table)table));
    }
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s", strerror(errno));
    }
    return 0;
}
