#define ZLIB_CONST /* next_in points to const bytes */

#include "tests/traces/temporary_file.h"

#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { PATH_COUNT = 8, PATH_SIZE = 64 };

static char paths[PATH_COUNT][PATH_SIZE];

static void remove_files(void)
{
    for (size_t i = 0; i < PATH_COUNT; i++) {
        if (paths[i][0] != '\0') {
            (void)unlink(paths[i]);
        }
    }
}

static char *next_path(void)
{
    static size_t next;
    char *path = paths[next++ % PATH_COUNT];
    if (next == 1) {
        (void)atexit(remove_files);
    }
    if (path[0] != '\0') {
        (void)unlink(path);
    }
    (void)snprintf(path, PATH_SIZE, "/tmp/hc_test_traces_XXXXXX");
    return path;
}

const char *hc_test_file(const void *bytes, size_t size)
{
    char *path = next_path();
    int descriptor = mkstemp(path);
    const char *at = bytes;
    CU_ASSERT_FATAL(descriptor >= 0);
    while (size > 0) {
        ssize_t written = write(descriptor, at, size);
        CU_ASSERT_FATAL(written > 0);
        at += written;
        size -= (size_t)written;
    }
    (void)close(descriptor);
    return path;
}

const char *hc_test_text_file(const char *text)
{
    return hc_test_file(text, strlen(text));
}

size_t hc_test_gzip(const void *bytes, size_t size, unsigned char *out, size_t capacity)
{
    z_stream z = {0};
    CU_ASSERT_EQUAL_FATAL(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                          Z_OK);
    z.next_in = bytes;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)capacity;
    CU_ASSERT_EQUAL_FATAL(deflate(&z, Z_FINISH), Z_STREAM_END);
    (void)deflateEnd(&z);
    return capacity - z.avail_out;
}
