#include "tests/traces/stream/private_place.h"

#include <CUnit/CUnit.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_COUNT = 8, PATH_SIZE = 256 };

static char folder[] = "/tmp/hc_test_stream_XXXXXX";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

static void remove_place(void)
{
    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *hc_private_place(void)
{
    static int is_made;
    if (!is_made) {
        is_made = 1;
        CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
        (void)atexit(remove_place);
    }
    return folder;
}

const char *hc_in_place(const char *before, const char *name)
{
    static char paths[PATH_COUNT][PATH_SIZE];
    static size_t next;
    char *path = paths[next++ % PATH_COUNT];
    (void)snprintf(path, PATH_SIZE, "%s%s/%s", before, hc_private_place(), name);
    return path;
}
