#ifndef HC_TRACES_COLUMN_ROWS_H
#define HC_TRACES_COLUMN_ROWS_H

#include "traces/run/records.h"

#include <stddef.h>

/** Rows of a table of columns (hc_row_field) for lists that are files of their own, none of whose columns is an
 *  index of another table. */

#define HC_LIST_NUMBER(row, member, column, kind, unit_text, text)                      \
    {                                                                                   \
        .name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_##kind, \
        .refers_to = HC_TABLE_COUNT, .unit = (unit_text), .meaning = (text)             \
    }
#define HC_LIST_OPTIONAL(row, member, column, kind, unit_text, text)                             \
    {                                                                                            \
        .name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_##kind,          \
        .is_optional = true, .refers_to = HC_TABLE_COUNT, .unit = (unit_text), .meaning = (text) \
    }
#define HC_LIST_ENUMERATION(row, member, column, values, text)                             \
    {                                                                                      \
        .name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_ENUM,      \
        .refers_to = HC_TABLE_COUNT, .names = &(values), .unit = "name", .meaning = (text) \
    }
#define HC_LIST_TEXT(row, member, column, text)                                       \
    {                                                                                 \
        .name = (column), .offset = offsetof(row, member), .type = HC_ROW_FIELD_TEXT, \
        .refers_to = HC_TABLE_COUNT, .unit = "text", .meaning = (text)                \
    }

#endif
