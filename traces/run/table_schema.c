#include "traces/run/table_schema.h"

#include "traces/run/hdf5_calls.h"

#include <math.h>
#include <stdio.h>

/* Tables of a few rows get chunks of a few rows; below this a chunk costs more than its rows. */
enum { MIN_CHUNK_ROWS = 64 };

static hid_t enum_type(const hc_enum_names *names)
{
    hid_t type = H5Tenum_create(H5T_STD_U8LE);
    for (uint8_t i = 0; type >= 0 && i < names->count; i++) {
        if (H5Tenum_insert(type, names->names[i], &i) < 0) {
            (void)hc_hdf5_close(type);
            return -1;
        }
    }
    return type;
}

/* The form in which h5py stores and recognises numpy's bool. */
static hid_t boolean_type(void)
{
    static const int8_t VALUES[] = {0, 1};
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    if (type < 0 || H5Tenum_insert(type, "FALSE", &VALUES[0]) < 0 ||
        H5Tenum_insert(type, "TRUE", &VALUES[1]) < 0) {
        (void)hc_hdf5_close(type);
        return -1;
    }
    return type;
}

static hid_t text_type(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0 || H5Tset_size(type, bytes) < 0 || H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 ||
        H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
        (void)hc_hdf5_close(type);
        return -1;
    }
    return type;
}

hid_t hc_row_field_hdf5_type(const hc_row_field *field, size_t text_bytes)
{
    switch (field->type) {
    case HC_ROW_FIELD_UINT16:
        return H5Tcopy(H5T_STD_U16LE);
    case HC_ROW_FIELD_INT32:
        return H5Tcopy(H5T_STD_I32LE);
    case HC_ROW_FIELD_UINT32:
        return H5Tcopy(H5T_STD_U32LE);
    case HC_ROW_FIELD_INT64:
        return H5Tcopy(H5T_STD_I64LE);
    case HC_ROW_FIELD_UINT64:
        return H5Tcopy(H5T_STD_U64LE);
    case HC_ROW_FIELD_BOOLEAN:
        return boolean_type();
    case HC_ROW_FIELD_ENUM:
        return enum_type(field->names);
    case HC_ROW_FIELD_DOUBLE:
        return H5Tcopy(H5T_IEEE_F64LE);
    case HC_ROW_FIELD_TEXT:
        break;
    }
    return text_type(text_bytes);
}

static hid_t row_type(const hc_row_layout *layout)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, layout->row_bytes);
    for (size_t i = 0; type >= 0 && i < layout->info->field_count; i++) {
        const hc_row_field *field = &layout->info->fields[i];
        hid_t member = hc_row_field_hdf5_type(field, layout->widths[i]);
        int status = member < 0 || H5Tinsert(type, field->name, layout->offsets[i], member) < 0;
        if (hc_hdf5_close(member) < 0 || status != 0) {
            (void)hc_hdf5_close(type);
            return -1;
        }
    }
    return type;
}

/* What stands where there is no value: as numbers, since attributes of an enum type confuse PyTables. */
static int put_fill(hid_t dataset, const char *name, const hc_row_field *field)
{
    static const uint16_t MISSING16 = UINT16_MAX;
    static const uint32_t MISSING32 = UINT32_MAX;
    static const int64_t MISSING64 = INT64_MIN;
    static const uint64_t ZERO = 0;
    static const double MISSING_DOUBLE = NAN;
    static const double ZERO_DOUBLE = 0;
    switch (field->type) {
    case HC_ROW_FIELD_UINT16:
        return hc_hdf5_put_number(dataset, name, H5T_STD_U16LE,
                                  field->is_optional ? (const void *)&MISSING16 : &ZERO);
    case HC_ROW_FIELD_INT32:
        return hc_hdf5_put_number(dataset, name, H5T_STD_I32LE, &ZERO);
    case HC_ROW_FIELD_UINT32:
        return hc_hdf5_put_number(dataset, name, H5T_STD_U32LE,
                                  field->is_optional ? (const void *)&MISSING32 : &ZERO);
    case HC_ROW_FIELD_INT64:
        return hc_hdf5_put_number(dataset, name, H5T_STD_I64LE,
                                  field->is_optional ? (const void *)&MISSING64 : &ZERO);
    case HC_ROW_FIELD_UINT64:
        return hc_hdf5_put_number(dataset, name, H5T_STD_U64LE, &ZERO);
    case HC_ROW_FIELD_BOOLEAN:
        return hc_hdf5_put_number(dataset, name, H5T_STD_I8LE, &ZERO);
    case HC_ROW_FIELD_ENUM:
        return hc_hdf5_put_number(dataset, name, H5T_STD_U8LE, &ZERO);
    case HC_ROW_FIELD_DOUBLE:
        return hc_hdf5_put_number(dataset, name, H5T_IEEE_F64LE,
                                  field->is_optional ? &MISSING_DOUBLE : &ZERO_DOUBLE);
    case HC_ROW_FIELD_TEXT:
        break;
    }
    return hc_hdf5_put_text(dataset, name, "");
}

static int put_meaning(hid_t dataset, const char *name, const hc_row_field *field)
{
    static const char *const MISSING[] = {
        [HC_ROW_FIELD_UINT16] = "65535",
        [HC_ROW_FIELD_UINT32] = "4294967295",
        [HC_ROW_FIELD_INT64] = "-9223372036854775808",
        [HC_ROW_FIELD_DOUBLE] = "nan",
        [HC_ROW_FIELD_TEXT] = NULL,
    };
    char text[256];
    const char *missing = field->is_optional ? MISSING[field->type] : NULL;
    (void)snprintf(text, sizeof text, "%s%s%s", field->meaning,
                   missing == NULL ? "" : "; missing: ", missing == NULL ? "" : missing);
    return hc_hdf5_put_text(dataset, name, text);
}

static int put_column(hid_t dataset, size_t index, const hc_row_field *field)
{
    char name[40];
    (void)snprintf(name, sizeof name, "FIELD_%zu_NAME", index);
    if (hc_hdf5_put_text(dataset, name, field->name) < 0) {
        return -1;
    }
    (void)snprintf(name, sizeof name, "FIELD_%zu_FILL", index);
    if (put_fill(dataset, name, field) < 0) {
        return -1;
    }
    (void)snprintf(name, sizeof name, "COLUMN_%zu_UNIT", index);
    if (hc_hdf5_put_text(dataset, name, field->unit) < 0) {
        return -1;
    }
    (void)snprintf(name, sizeof name, "COLUMN_%zu_MEANING", index);
    return put_meaning(dataset, name, field);
}

static int put_attributes(hid_t dataset, const hc_table_info *info)
{
    if (hc_hdf5_put_text(dataset, "CLASS", "TABLE") < 0 ||
        hc_hdf5_put_text(dataset, "VERSION", "2.7") < 0 ||
        hc_hdf5_put_text(dataset, "TITLE", info->title) < 0) {
        return -1;
    }
    for (size_t i = 0; i < info->field_count; i++) {
        if (put_column(dataset, i, &info->fields[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

uint32_t hc_table_chunk_rows(const hc_row_layout *layout, uint64_t expected_rows)
{
    uint64_t rows = HC_CHUNK_BYTES_LIMIT / layout->row_bytes;
    if (rows > HC_CHUNK_ROWS_LIMIT) {
        rows = HC_CHUNK_ROWS_LIMIT;
    }
    if (expected_rows != 0 && expected_rows < rows) {
        rows = expected_rows < MIN_CHUNK_ROWS ? MIN_CHUNK_ROWS : expected_rows;
    }
    return (uint32_t)rows;
}

static hid_t creation_properties(uint32_t chunk_rows)
{
    hsize_t chunk = chunk_rows;
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (creation < 0 || H5Pset_chunk(creation, 1, &chunk) < 0 || H5Pset_shuffle(creation) < 0 ||
        H5Pset_deflate(creation, 1) < 0) {
        (void)hc_hdf5_close(creation);
        return -1;
    }
    return creation;
}

/* Chunks are written past the library's cache, which would only hold memory. */
static hid_t access_properties(void)
{
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    if (access < 0 || H5Pset_chunk_cache(access, 1, 0, H5D_CHUNK_CACHE_W0_DEFAULT) < 0) {
        (void)hc_hdf5_close(access);
        return -1;
    }
    return access;
}

hid_t hc_table_schema_create(hid_t file, const hc_row_layout *layout, uint32_t chunk_rows)
{
    static const hsize_t ROWS = 0;
    static const hsize_t MAX_ROWS = H5S_UNLIMITED;
    hid_t dataset = -1;
    hid_t type = row_type(layout);
    hid_t space = H5Screate_simple(1, &ROWS, &MAX_ROWS);
    hid_t creation = creation_properties(chunk_rows);
    hid_t access = access_properties();
    int status = -1;
    if (type >= 0 && space >= 0 && creation >= 0 && access >= 0) {
        dataset = H5Dcreate2(file, layout->info->name, type, space, H5P_DEFAULT, creation, access);
        status = dataset < 0 ? -1 : put_attributes(dataset, layout->info);
    }
    if (hc_hdf5_close(access) < 0 || hc_hdf5_close(creation) < 0 || hc_hdf5_close(space) < 0 ||
        hc_hdf5_close(type) < 0 || status < 0) {
        (void)hc_hdf5_close(dataset);
        return -1;
    }
    return dataset;
}
