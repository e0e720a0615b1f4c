#include "traces/run/run_file.h"

#include "traces/run/committed_rows.h"
#include "traces/run/file_attributes.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/private_file.h"
#include "traces/run/run_merge.h"
#include "traces/run/table_set.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Why the files are safe at every moment.
 *
 * NAME.rank0000 is born twice, each time as a finished file that gets its name in one step: when the run is
 * created, so that remains tell that there was a run even if its trace takes minutes to read; and when it
 * begins, because only then the tables can be laid out. The second one is in SWMR mode before it gets the
 * name. From then on nothing is created and no attribute changes: tables grow, by chunks that are never
 * overwritten (traces/run/table_writer.c), and HDF5 writes metadata behind the data it describes. The file is
 * divided into pages, so that none of its pieces of metadata crosses a page of memory and none is torn when
 * the process dies inside a call (pieces larger than a page exist from some 4,000 chunks per table on). Last
 * of all come the counts of committed rows.
 *
 * What is known only at the end (digest, totals, complete = 1) would have to change attributes, which is not
 * safe in either mode. It is therefore written into the final file: a copy of the committed rows, chunk by
 * chunk as they are stored, which is on the disk before it gets its name; the private file goes after that.
 * The two have the same run id: this is how hc_recover knows, when it finds both, that nothing is left to do. */

enum {
    DEFAULT_COMMIT_ROWS = 1 << 20,
    /* Rows between two looks at the clock: many when they come fast, one when each may be the last for long. */
    CLOCK_STRIDE = 64,
    FAST_ROW_NS = 10000,
    /* Syncing may take this part of the time. */
    SYNC_SHARE = 20,
    /* A run that dies loses at most this part of its time, or the interval of the options if that is less. */
    LOSS_SHARE = 10,
};

static const hc_time MINIMUM_INTERVAL = HC_SECOND / 50;

/* When to commit, in wall time of the monotonic clock. */
typedef struct rhythm {
    uint64_t commit_rows;
    hc_time commit_interval;
    uint64_t rows_since_commit;
    uint32_t stride;
    uint32_t rows_until_look;
    hc_time last_look;
    hc_time begin;
    hc_time last_commit;
    hc_time next_sync;
} rhythm;

typedef enum stage {
    CREATED = 0,
    BEGUN,
    CLOSED, /* finished, or failed after it had begun: nothing more can be written */
} stage;

struct hc_run_file {
    hc_private_file private;
    hc_run_identity identity;
    hc_event_level events;
    bool is_forced;
    stage stage;
    hid_t file; /* the rest is closed or empty unless it has begun */
    hid_t counts;
    hc_table_set set;
    uint64_t committed[HC_TABLE_COUNT];
    rhythm rhythm;
};

static hc_time wall_clock(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (hc_time)now.tv_sec * HC_SECOND + now.tv_nsec;
}

/* The files on their way */

static int write_failed(hc_run_file *file, hc_error *error)
{
    return hc_hdf5_error(error, HC_ERROR_OUTPUT, file->private.final_path, "write");
}

static hid_t create_paged_file(const char *temporary)
{
    hid_t access = hc_hdf5_access(H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = -1;
    if (access >= 0 && creation >= 0 &&
        H5Pset_file_space_strategy(creation, H5F_FSPACE_STRATEGY_PAGE, 0, 1) >= 0) {
        file = H5Fcreate(temporary, H5F_ACC_EXCL, creation, access);
    }
    if (hc_hdf5_close(creation) < 0 || hc_hdf5_close(access) < 0) {
        (void)hc_hdf5_close(file);
        return -1;
    }
    return file;
}

static void make_plans(const hc_run_contents *contents, hc_table_plan plans[HC_TABLE_COUNT])
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        hc_run_contents_text_bytes(contents, (hc_run_table)table, plans[table].text_bytes);
        plans[table].expected_rows =
            contents == NULL ? 1 : hc_run_contents_rows(contents, (hc_run_table)table);
    }
}

/* Everything that the file will ever have but rows. */
static int build(hc_run_file *file, const char *temporary, const hc_provenance *provenance,
                 const hc_run_contents *contents, hc_error *error)
{
    hc_table_plan plans[HC_TABLE_COUNT];
    make_plans(contents, plans);
    file->file = create_paged_file(temporary);
    if (file->file < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, file->private.final_path, "create");
    }
    if (hc_file_attributes_put(file->file, provenance, &file->identity) < 0) {
        return write_failed(file, error);
    }
    if (hc_table_set_create(&file->set, file->file, plans, file->private.final_path, error) < 0) {
        return -1;
    }
    file->counts = hc_committed_rows_create(file->file);
    return file->counts < 0 ? write_failed(file, error) : 0;
}

/* Closes what is open, once everything is written: closing must not be what fails (hc_hdf5_abandon). */
static int close_file(hc_run_file *file, hc_error *error)
{
    int status = H5Fflush(file->file, H5F_SCOPE_GLOBAL);
    if (status < 0) {
        return write_failed(file, error);
    }
    status = hc_table_set_close(&file->set);
    status = hc_hdf5_close(file->counts) < 0 ? -1 : status;
    status = hc_hdf5_close(file->file) < 0 ? -1 : status;
    file->counts = -1;
    file->file = -1;
    return status < 0 ? write_failed(file, error) : 0;
}

/* The private file stays as the failed call left it, which is the state after a kill: hc_recover knows it. */
static void abandon(hc_run_file *file)
{
    file->stage = file->stage == BEGUN ? CLOSED : file->stage;
    hc_hdf5_abandon(file->file);
    hc_table_set_forget(&file->set);
    file->counts = -1;
    file->file = -1;
}

static int fail(hc_run_file *file)
{
    abandon(file);
    return -1;
}

/* Create */

static int build_claimed(hc_run_file *file, const hc_provenance *provenance, const char *temporary,
                         hc_error *error)
{
    if (build(file, temporary, provenance, NULL, error) < 0) {
        return fail(file);
    }
    if (close_file(file, error) < 0) {
        return fail(file);
    }
    if (hc_sync_file(temporary, file->private.final_path, error) < 0) {
        return -1;
    }
    return hc_private_file_claim(&file->private, temporary, file->is_forced, error);
}

static int create_private(hc_run_file *file, const hc_run_file_options *options, hc_error *error)
{
    char *temporary = NULL;
    int status = -1;
    if (hc_private_file_init(&file->private, options->path, options->rank, error) < 0 ||
        hc_private_file_check(&file->private, options->is_forced, error) < 0) {
        return -1;
    }
    temporary = hc_temporary_name(file->private.path);
    if (temporary == NULL) {
        return hc_error_memory(error);
    }
    status = build_claimed(file, options->provenance, temporary, error);
    if (status < 0) {
        (void)unlink(temporary);
    }
    free(temporary);
    if (status == 0 && options->is_forced && options->rank == 0) {
        return hc_remove_other_ranks(options->path, error);
    }
    return status;
}

int hc_run_file_create(hc_run_file **out, const hc_run_file_options *options, hc_error *error)
{
    hc_run_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return hc_error_memory(error);
    }
    hc_hdf5_quiet();
    file->file = -1;
    file->counts = -1;
    hc_table_set_init(&file->set);
    file->identity = options->identity == NULL ? hc_run_identity_make() : *options->identity;
    file->events = options->events;
    file->is_forced = options->is_forced;
    file->rhythm.commit_rows =
        options->commit_rows == 0 ? DEFAULT_COMMIT_ROWS : options->commit_rows;
    file->rhythm.commit_interval =
        options->commit_interval == 0 ? HC_SECOND : options->commit_interval;
    if (create_private(file, options, error) < 0) {
        hc_private_file_release(&file->private);
        free(file);
        return -1;
    }
    *out = file;
    return 0;
}

/* Begin */

static int take_row(void *self, hc_run_table table, const void *row, hc_error *error)
{
    hc_run_file *file = self;
    return hc_table_writer_append(&file->set.tables[table], row, error);
}

static int sync_file(hc_run_file *file, hc_error *error)
{
    void *handle = NULL;
    if (H5Fget_vfd_handle(file->file, H5P_DEFAULT, &handle) < 0) {
        return write_failed(file, error);
    }
    if (fsync(*(int *)handle) < 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: cannot write: %s",
                            file->private.final_path, strerror(errno));
    }
    return 0;
}

/* Waiting for the disk is worth a small part of the time: a slow one is asked less often. */
static int sync_when_due(hc_run_file *file, hc_error *error)
{
    rhythm *r = &file->rhythm;
    hc_time start = wall_clock();
    hc_time spent = 0;
    if (start < r->next_sync) {
        return 0;
    }
    if (sync_file(file, error) < 0) {
        return -1;
    }
    spent = wall_clock() - start;
    r->next_sync =
        start + spent + (SYNC_SHARE * spent > HC_SECOND ? SYNC_SHARE * spent : HC_SECOND);
    return 0;
}

/* Data first, then, once it is on the disk when that is due, the counts that vouch for it. */
static int commit(hc_run_file *file, hc_error *error)
{
    rhythm *r = &file->rhythm;
    if (hc_table_set_flush(&file->set, error) < 0 || sync_when_due(file, error) < 0) {
        return -1;
    }
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        file->committed[table] = hc_table_writer_row_count(&file->set.tables[table]);
    }
    if (hc_committed_rows_write(file->counts, file->committed) < 0) {
        return write_failed(file, error);
    }
    r->rows_since_commit = 0;
    r->last_commit = wall_clock();
    return 0;
}

static int build_begun(hc_run_file *file, const hc_run_contents *contents, const char *temporary,
                       hc_error *error)
{
    if (build(file, temporary, contents->provenance, contents, error) < 0 ||
        hc_run_contents_send(contents, take_row, file, error) < 0 || commit(file, error) < 0) {
        return -1;
    }
    if (H5Fstart_swmr_write(file->file) < 0) {
        return write_failed(file, error);
    }
    if (sync_file(file, error) < 0) {
        return -1;
    }
    return hc_private_file_replace(&file->private, temporary, error);
}

int hc_run_file_begin(hc_run_file *file, const hc_run_contents *contents, hc_error *error)
{
    char *temporary = hc_temporary_name(file->private.path);
    assert(file->stage == CREATED);
    if (temporary == NULL) {
        return hc_error_memory(error);
    }
    if (build_begun(file, contents, temporary, error) < 0) {
        (void)unlink(temporary);
        free(temporary);
        return fail(file);
    }
    free(temporary);
    file->stage = BEGUN;
    file->rhythm.stride = 1;
    file->rhythm.rows_until_look = 1;
    file->rhythm.last_look = file->rhythm.last_commit;
    file->rhythm.begin = file->rhythm.last_commit;
    return 0;
}

/* Rows */

/* Each commit writes the chunks that are not full once more, at a new place in the file. Short runs can afford
 * many, long ones would drown in them. */
static bool is_commit_due(const rhythm *r, hc_time now)
{
    hc_time since = now - r->last_commit;
    return since >= r->commit_interval ||
           since >= MINIMUM_INTERVAL + (now - r->begin) / LOSS_SHARE ||
           r->rows_since_commit >= r->commit_rows;
}

static int look_at_clock(hc_run_file *file, hc_error *error)
{
    rhythm *r = &file->rhythm;
    hc_time now = wall_clock();
    r->rows_since_commit += r->stride;
    r->stride = now - r->last_look < FAST_ROW_NS * (hc_time)r->stride ? CLOCK_STRIDE : 1;
    r->stride = r->stride < r->commit_rows ? r->stride : (uint32_t)r->commit_rows;
    r->rows_until_look = r->stride;
    r->last_look = now;
    return is_commit_due(r, now) ? commit(file, error) : 0;
}

static int not_open(const hc_run_file *file, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_OUTPUT, "%s: not open for writing any more",
                        file->private.final_path);
}

int hc_run_file_append(hc_run_file *file, hc_run_table table, const void *row, hc_error *error)
{
    if (file->stage != BEGUN) {
        return not_open(file, error);
    }
    if (hc_table_writer_append(&file->set.tables[table], row, error) < 0) {
        return fail(file);
    }
    if (--file->rhythm.rows_until_look == 0 && look_at_clock(file, error) < 0) {
        return fail(file);
    }
    return 0;
}

bool hc_run_file_keeps(const hc_run_file *file, hc_event_type type)
{
    return file->events == HC_EVENTS_ALL ||
           (file->events == HC_EVENTS_JOBS && type != HC_EVENT_PASS);
}

int hc_run_file_commit(hc_run_file *file, hc_error *error)
{
    if (file->stage != BEGUN) {
        return not_open(file, error);
    }
    return commit(file, error) < 0 ? fail(file) : 0;
}

uint64_t hc_run_file_committed(const hc_run_file *file, hc_run_table table)
{
    return file->committed[table];
}

/* Finish */

static int publish(hc_run_file *file, const hc_run_totals *totals, hc_error *error)
{
    const char *source = file->private.path;
    char digest[HC_DIGEST_TEXT_SIZE];
    hc_run_ending ending = {
        .digest = digest,
        .is_complete = totals->is_complete,
        .note = totals->note,
        .executed_events = totals->executed_events,
        .items = totals->items,
        .item_count = totals->item_count,
    };
    const hc_merge merge = {
        .sources = &source,
        .source_count = 1,
        .final_path = file->private.final_path,
        .may_replace = file->is_forced,
        .ending = &ending,
    };
    hc_digest_format(totals->digest, digest);
    return hc_run_merge(&merge, NULL, error);
}

int hc_run_file_finish(hc_run_file *file, const hc_run_totals *totals, hc_error *error)
{
    if (file->stage != BEGUN) {
        return not_open(file, error);
    }
    if (commit(file, error) < 0 || close_file(file, error) < 0) {
        return fail(file);
    }
    file->stage = CLOSED;
    hc_private_file_relock(&file->private);
    if (publish(file, totals, error) < 0) {
        return -1;
    }
    return hc_remove_file(file->private.path, error);
}

void hc_run_file_destroy(hc_run_file *file)
{
    if (file == NULL) {
        return;
    }
    if (file->stage == BEGUN && (commit(file, NULL) < 0 || close_file(file, NULL) < 0)) {
        abandon(file);
    }
    if (file->stage == CREATED) {
        (void)hc_remove_file(file->private.path, NULL);
    }
    hc_private_file_release(&file->private);
    free(file);
}
