#include "tests/fuzz/trace_fuzzing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_COUNT = 3, PATH_SIZE = 128 };

static char folder[] = "/tmp/hc_fuzz_pai_XXXXXX";
static char paths[FILE_COUNT][PATH_SIZE];

static void remove_folder(void)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        (void)unlink(paths[i]);
    }
    (void)rmdir(folder);
}

static void make_folder(void)
{
    static const char *const WORDS[FILE_COUNT] = {"task", "job", "group_tag"};
    if (paths[0][0] != '\0') {
        return;
    }
    if (mkdtemp(folder) == NULL) {
        abort();
    }
    for (size_t i = 0; i < FILE_COUNT; i++) {
        (void)snprintf(paths[i], PATH_SIZE, "%s/pai_%s_table.csv", folder, WORDS[i]);
    }
    (void)atexit(remove_folder);
}

/* A new file each time: some file systems write a shortened one to the disk at once. */
static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = NULL;
    (void)unlink(path);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        abort();
    }
}

/* The same bytes as the tables beside a sound one. */
static void read_beside(const uint8_t *data, size_t size)
{
    static const char TASKS[] = "j1,worker,1.0,Terminated,10.0,20.0,600.0,1.0,50.0,T4\n";
    hc_trace_options options = hc_fuzz_options(HC_FORMAT_PAI);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    make_folder();
    write_file(paths[0], TASKS, sizeof TASKS - 1);
    write_file(paths[1], data, size);
    write_file(paths[2], data, size);
    options.path = paths[0];
    if (hc_job_trace_read(&trace, &options, &error) == 0 ? !hc_job_trace_check(trace)
                                                         : error.count == 0) {
        abort();
    }
    hc_job_trace_destroy(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_trace_options options = hc_fuzz_options(HC_FORMAT_PAI);
    hc_fuzz_import(&options, data, size);
    read_beside(data, size);
    return 0;
}
