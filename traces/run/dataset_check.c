#include "traces/run/dataset_check.h"

#include "traces/run/hdf5_calls.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

enum {
    CHUNK_BYTES_LIMIT = 64 << 20,
    ROW_BYTES_LIMIT = 1 << 20,
    MEMBER_LIMIT = 1024,
    ATTRIBUTE_BYTES_LIMIT = 64 << 20,
    /* Deflate makes at most 1032 bytes of one (zlib's technical notes); rounded up for block headers. */
    DEFLATE_RATIO_LIMIT = 1100,
};

/* What is known while the checks go on. */
typedef struct subject {
    const char *path;
    const char *name;
    hc_error *error;
    hc_dataset_shape shape;
    uint64_t wanted_rows;
    bool has_deflate;
} subject;

static int refuse(const subject *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(const subject *s, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)H5Eclear2(H5E_DEFAULT);
    (void)hc_error_set(s->error, HC_ERROR_RUNTIME, "%s: table %s: %s", s->path, s->name, text);
    return -1;
}

static int check_link(subject *s, hid_t file)
{
    H5L_info_t link;
    H5O_info_t object;
    if (H5Lget_info(file, s->name, &link, H5P_DEFAULT) < 0) {
        return refuse(s, "is missing");
    }
    if (link.type != H5L_TYPE_HARD) {
        return refuse(s, "is a link to somewhere else");
    }
    if (H5Oget_info_by_name2(file, s->name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0) {
        return refuse(s, "is damaged");
    }
    return object.type == H5O_TYPE_DATASET ? 0 : refuse(s, "is not a dataset");
}

/* Numbers, enumerations and texts of fixed length. */
static bool is_plain_type(hid_t type)
{
    H5T_class_t class = H5Tget_class(type);
    return class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM ||
           (class == H5T_STRING && H5Tis_variable_str(type) == 0);
}

static int refuse_member(const subject *s, hid_t type, unsigned index)
{
    char *name = H5Tget_member_name(type, index);
    int status =
        refuse(s, "column %.40s has a type that is not read here", name == NULL ? "?" : name);
    (void)H5free_memory(name);
    return status;
}

static int check_members(const subject *s, hid_t type)
{
    int count = H5Tget_nmembers(type);
    if (count < 1 || count > MEMBER_LIMIT) {
        return refuse(s, "has %d columns, expected 1..%d", count, MEMBER_LIMIT);
    }
    for (unsigned i = 0; i < (unsigned)count; i++) {
        hid_t member = H5Tget_member_type(type, i);
        bool is_plain = member >= 0 && is_plain_type(member);
        if (hc_hdf5_close(member) < 0 || !is_plain) {
            return refuse_member(s, type, i);
        }
    }
    return 0;
}

static int check_type(subject *s, hid_t dataset)
{
    hid_t type = H5Dget_type(dataset);
    int status = -1;
    if (type < 0 || H5Tget_class(type) != H5T_COMPOUND) {
        status = refuse(s, "is not a table of named columns");
    } else {
        s->shape.row_bytes = H5Tget_size(type);
        status = s->shape.row_bytes == 0 || s->shape.row_bytes > ROW_BYTES_LIMIT
                     ? refuse(s, "has rows of %llu bytes, expected 1..%d",
                              (unsigned long long)s->shape.row_bytes, ROW_BYTES_LIMIT)
                     : check_members(s, type);
    }
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

static int check_extent(subject *s, hid_t dataset)
{
    hsize_t rows = 0;
    hid_t space = H5Dget_space(dataset);
    int status = -1;
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
        H5Sget_simple_extent_dims(space, &rows, NULL) != 1) {
        status = refuse(s, "is not one-dimensional");
    } else {
        s->shape.row_count = rows;
        status = 0;
    }
    return hc_hdf5_close(space) < 0 ? -1 : status;
}

static int check_filters(subject *s, hid_t creation)
{
    int count = H5Pget_nfilters(creation);
    if (count < 0 || count > 2) {
        return refuse(s, "has %d filters, expected at most shuffle and deflate", count);
    }
    for (unsigned i = 0; i < (unsigned)count; i++) {
        unsigned flags = 0;
        unsigned config = 0;
        size_t value_count = 0;
        H5Z_filter_t filter =
            H5Pget_filter2(creation, i, &flags, &value_count, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE) {
            return refuse(s, "has filter %d; only shuffle and deflate are read", (int)filter);
        }
        s->has_deflate = s->has_deflate || filter == H5Z_FILTER_DEFLATE;
    }
    return 0;
}

static int check_chunk(subject *s, hid_t creation)
{
    hsize_t rows = 0;
    assert(s->shape.row_bytes > 0);
    if (H5Pget_chunk(creation, 1, &rows) != 1 || rows == 0 ||
        rows > CHUNK_BYTES_LIMIT / s->shape.row_bytes) {
        return refuse(s, "has chunks of %llu rows of %llu bytes, more than %d MiB",
                      (unsigned long long)rows, (unsigned long long)s->shape.row_bytes,
                      CHUNK_BYTES_LIMIT >> 20);
    }
    s->shape.chunk_rows = (uint32_t)rows;
    return check_filters(s, creation);
}

static int check_layout(subject *s, hid_t creation)
{
    H5D_layout_t layout = H5Pget_layout(creation);
    if (H5Pget_external_count(creation) != 0) {
        return refuse(s, "keeps its data in another file");
    }
    if (layout == H5D_CHUNKED) {
        return check_chunk(s, creation);
    }
    return layout == H5D_CONTIGUOUS || layout == H5D_COMPACT
               ? 0
               : refuse(s, "has a layout that is not read here (virtual)");
}

/* Rows that no stored byte stands behind would all be zero, and could be 2^64. */
static int check_stored(const subject *s, hid_t dataset)
{
    uint64_t ratio = s->has_deflate ? DEFLATE_RATIO_LIMIT : 1;
    uint64_t stored = H5Dget_storage_size(dataset);
    uint64_t room = stored > UINT64_MAX / ratio ? UINT64_MAX : stored * ratio;
    uint64_t rows = s->shape.row_count < s->wanted_rows ? s->shape.row_count : s->wanted_rows;
    assert(s->shape.row_bytes > 0);
    if (rows > room / s->shape.row_bytes) {
        return refuse(s, "claims %llu rows of %llu bytes, but %llu bytes are stored",
                      (unsigned long long)rows, (unsigned long long)s->shape.row_bytes,
                      (unsigned long long)stored);
    }
    return 0;
}

static int check_dataset(subject *s, hid_t dataset)
{
    hid_t creation = -1;
    int status = -1;
    if (check_type(s, dataset) < 0 || check_extent(s, dataset) < 0) {
        return -1;
    }
    creation = H5Dget_create_plist(dataset);
    status = creation < 0 ? refuse(s, "is damaged") : check_layout(s, creation);
    if (hc_hdf5_close(creation) < 0 || status < 0) {
        return -1;
    }
    return check_stored(s, dataset);
}

int hc_dataset_exists(hid_t file, const char *name)
{
    htri_t exists = H5Lexists(file, name, H5P_DEFAULT);
    (void)H5Eclear2(H5E_DEFAULT);
    return exists > 0;
}

hid_t hc_dataset_open_first(hid_t file, const char *name, const char *path, uint64_t rows,
                            hc_dataset_shape *shape, hc_error *error)
{
    subject s = {.path = path, .name = name, .error = error, .wanted_rows = rows};
    hid_t dataset = -1;
    if (check_link(&s, file) < 0) {
        return -1;
    }
    dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return refuse(&s, "is damaged");
    }
    if (check_dataset(&s, dataset) < 0) {
        (void)hc_hdf5_close(dataset);
        return -1;
    }
    *shape = s.shape;
    return dataset;
}

hid_t hc_dataset_open(hid_t file, const char *name, const char *path, hc_dataset_shape *shape,
                      hc_error *error)
{
    return hc_dataset_open_first(file, name, path, UINT64_MAX, shape, error);
}

int hc_attribute_is_plain(hid_t attribute)
{
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    bool is_plain = type >= 0 && space >= 0 && is_plain_type(type) &&
                    H5Tget_class(type) != H5T_ENUM && H5Sget_simple_extent_npoints(space) == 1 &&
                    H5Tget_size(type) <= ATTRIBUTE_BYTES_LIMIT;
    if (hc_hdf5_close(type) < 0 || hc_hdf5_close(space) < 0) {
        return 0;
    }
    return is_plain;
}
