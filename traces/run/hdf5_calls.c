#include "traces/run/hdf5_calls.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the error stack tells: the errno of the system call behind it, or the innermost description. */
typedef struct cause {
    int errno_value; /* 0: not known */
    char text[256];
} cause;

void hc_hdf5_quiet(void)
{
    (void)H5dont_atexit();
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* The file driver reports failed system calls as "..., errno = 28, error message = '...', ...". */
static herr_t find_cause(unsigned depth, const H5E_error2_t *entry, void *data)
{
    static const char MARK[] = "errno = ";
    cause *found = data;
    const char *at = entry->desc == NULL ? NULL : strstr(entry->desc, MARK);
    (void)depth;
    if (at != NULL && found->errno_value == 0) {
        found->errno_value = (int)strtol(at + sizeof MARK - 1, NULL, 10);
    }
    if (found->text[0] == '\0' && entry->desc != NULL) {
        strncpy(found->text, entry->desc, sizeof found->text - 1);
    }
    return 0;
}

int hc_hdf5_error(hc_error *error, hc_error_kind kind, const char *path, const char *operation)
{
    cause found = {0};
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_cause, &found);
    (void)H5Eclear2(H5E_DEFAULT);
    if (found.errno_value != 0) {
        return hc_error_set(error, kind, "%s: cannot %s: %s", path, operation,
                            strerror(found.errno_value));
    }
    return hc_error_set(error, kind, "%s: cannot %s: HDF5: %s", path, operation,
                        found.text[0] == '\0' ? "no cause given" : found.text);
}

/* A call of HDF5 that succeeds clears the error stack, and closing is what follows a call that failed: what
 * it left is put aside meanwhile. */
int hc_hdf5_close(hid_t id)
{
    hid_t stack = -1;
    int status = 0;
    if (id < 0) {
        return 0;
    }
    if (H5Eget_num(H5E_DEFAULT) > 0) {
        stack = H5Eget_current_stack();
    }
    status = H5Idec_ref(id) < 0 ? -1 : 0;
    if (stack >= 0) {
        (void)H5Eset_current_stack(stack);
    }
    return status;
}

void hc_hdf5_abandon(hid_t file)
{
    void *descriptor = NULL;
    int nowhere = -1;
    if (file < 0 || H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) < 0) {
        return;
    }
    nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere >= 0) {
        (void)dup2(nowhere, *(int *)descriptor);
        (void)close(nowhere);
    }
}

int hc_hdf5_put_number(hid_t object, const char *name, hid_t type, const void *value)
{
    int status = -1;
    hid_t attribute = -1;
    hid_t space = H5Screate(H5S_SCALAR);
    if (space >= 0 &&
        (attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT)) >= 0 &&
        H5Awrite(attribute, type, value) >= 0) {
        status = 0;
    }
    if (hc_hdf5_close(attribute) < 0 || hc_hdf5_close(space) < 0) {
        status = -1;
    }
    return status;
}

int hc_hdf5_put_text(hid_t object, const char *name, const char *text)
{
    int status = -1;
    const char *value = text == NULL ? "" : text;
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tset_size(type, strlen(value) + 1) >= 0 &&
        H5Tset_cset(type, H5T_CSET_UTF8) >= 0) {
        status = hc_hdf5_put_number(object, name, type, value);
    }
    return hc_hdf5_close(type) < 0 ? -1 : status;
}

int hc_hdf5_put_uint64(hid_t object, const char *name, uint64_t value)
{
    return hc_hdf5_put_number(object, name, H5T_STD_U64LE, &value);
}

int hc_hdf5_put_int64(hid_t object, const char *name, int64_t value)
{
    return hc_hdf5_put_number(object, name, H5T_STD_I64LE, &value);
}

hid_t hc_hdf5_access(H5F_libver_t oldest, H5F_libver_t newest)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0 || H5Pset_libver_bounds(access, oldest, newest) < 0 ||
        H5Pset_file_locking(access, 1, 1) < 0 ||
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0) {
        (void)hc_hdf5_close(access);
        return -1;
    }
    return access;
}

hid_t hc_hdf5_create(const char *path)
{
    hid_t access = hc_hdf5_access(H5F_LIBVER_V18, H5F_LIBVER_V18);
    hid_t file = access < 0 ? -1 : H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, access);
    return hc_hdf5_close(access) < 0 ? -1 : file;
}

/* An end to the patience with metadata whose checksum is wrong: in a growing file it may be half written, so HDF5
 * reads it again and again and doubles the pause each time, 100 times by default, which outlasts everyone when the
 * file is damaged; 24 times are 17 ms. */
static hid_t open_with_cache(const char *path, size_t cache_bytes)
{
    enum { CACHE_SLOTS = 521, READ_ATTEMPTS = 24 };
    hid_t access = hc_hdf5_access(H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
    hid_t file = -1;
    if (access >= 0 && H5Pset_cache(access, 0, CACHE_SLOTS, cache_bytes, 0.75) >= 0 &&
        H5Pset_metadata_read_attempts(access, READ_ATTEMPTS) >= 0) {
        file = H5Fopen(path, H5F_ACC_RDONLY, access);
        if (file < 0) {
            file = H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
        }
    }
    return hc_hdf5_close(access) < 0 ? -1 : file;
}

/* A cache that holds the largest chunk we read (traces/run/dataset_check.c), so that slices of a chunk do not
 * each inflate it. */
hid_t hc_hdf5_open(const char *path)
{
    return open_with_cache(path, (size_t)65 << 20);
}

hid_t hc_hdf5_open_streaming(const char *path)
{
    return open_with_cache(path, 0);
}

int hc_hdf5_read_rows(hid_t dataset, hid_t row_type, uint64_t first, uint64_t count, void *out)
{
    hsize_t start = first;
    hsize_t length = count;
    hid_t memory = H5Screate_simple(1, &length, NULL);
    hid_t space = H5Dget_space(dataset);
    int status = -1;
    if (memory >= 0 && space >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &length, NULL) >= 0 &&
        H5Dread(dataset, row_type, memory, space, H5P_DEFAULT, out) >= 0) {
        status = 0;
    }
    return hc_hdf5_close(space) < 0 || hc_hdf5_close(memory) < 0 ? -1 : status;
}
