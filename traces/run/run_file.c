#include "traces/run/run_file.h"

#include "traces/run/commit_rhythm.h"
#include "traces/run/committed_rows.h"
#include "traces/run/file_attributes.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/order_log.h"
#include "traces/run/private_file.h"
#include "traces/run/run_place.h"
#include "traces/run/table_set.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Why the files are safe at every moment.
 *
 * NAME.rank0000 (and likewise the file of any other rank) is born twice, each time as a finished file that gets its name in one step: when the run is
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

typedef enum stage {
    CREATED = 0,
    BEGUN,
    CLOSED, /* closed, or failed after it had begun: nothing more can be written */
} stage;

struct hc_run_file {
    hc_private_file private;
    hc_run_identity identity;
    hc_run_place place;
    uint32_t rank;
    uint32_t rank_count;
    hc_event_level events;
    bool is_forced;
    stage stage;
    bool is_whole; /* closed, and not yet finished */
    hid_t file;    /* the rest is closed or empty unless it has begun */
    hid_t counts;
    hc_table_set set;
    hc_order_log order; /* of several ranks */
    uint64_t committed[HC_TABLE_COUNT];
    hc_commit_rhythm rhythm;
};

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

/* A merge holds a chunk of each table of each rank: the more ranks, the smaller they are. */
static uint64_t expected_rows(const hc_run_file *file, uint64_t rows)
{
    enum { WHOLE_CHUNK_RANKS = 16, LEAST_CHUNK_ROWS = 1024 };
    uint64_t limit = (uint64_t)HC_CHUNK_ROWS_LIMIT * WHOLE_CHUNK_RANKS / file->rank_count;
    uint64_t share = rows / file->rank_count + 1;
    if (file->rank_count == 1) {
        return rows;
    }
    limit = limit < LEAST_CHUNK_ROWS ? LEAST_CHUNK_ROWS : limit;
    return rows == 0 || share > limit ? limit : share;
}

static void make_plans(const hc_run_file *file, const hc_run_contents *contents,
                       hc_table_plan plans[HC_TABLE_COUNT])
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        uint64_t rows = contents == NULL ? 1 : hc_run_contents_rows(contents, (hc_run_table)table);
        hc_run_contents_text_bytes(contents, (hc_run_table)table, plans[table].text_bytes);
        plans[table].expected_rows =
            hc_table_grows((hc_run_table)table) ? expected_rows(file, rows) : rows;
    }
}

/* The rows of several ranks are decoded once more, to be merged: only then they are worth deflating. */
static int build_order(hc_run_file *file, hc_error *error)
{
    if (hc_order_log_create(&file->order, file->file, expected_rows(file, 0), file->set.codec,
                            file->private.final_path, error) < 0) {
        return -1;
    }
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        hc_table_writer_store_plain(&file->set.tables[table]);
    }
    hc_table_writer_store_plain(&file->order.writer);
    return 0;
}

/* Everything that the file will ever have but rows. */
static int build(hc_run_file *file, const char *temporary, const hc_provenance *provenance,
                 const hc_run_contents *contents, hc_error *error)
{
    hc_table_plan plans[HC_TABLE_COUNT];
    make_plans(file, contents, plans);
    file->file = create_paged_file(temporary);
    if (file->file < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, file->private.final_path, "create");
    }
    if (hc_file_attributes_put(file->file, provenance, &file->identity) < 0) {
        return write_failed(file, error);
    }
    if (hc_table_set_create(&file->set, file->file, plans, file->private.final_path, error) < 0 ||
        (file->rank_count > 1 && build_order(file, error) < 0) ||
        hc_run_past_write(&file->place.past, file->file, file->set.codec, file->private.final_path,
                          error) < 0) {
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
    status = hc_table_writer_close(&file->order.writer);
    status = hc_table_set_close(&file->set) < 0 ? -1 : status;
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
    hc_table_writer_forget(&file->order.writer);
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

/* Finds its place, and what it goes on from. */
static int find_place(hc_run_file *file, const hc_run_file_options *options, hc_error *error)
{
    const hc_run_wish wish = {.path = options->path,
                              .is_forced = options->is_forced,
                              .marks = options->marks,
                              .mark_count = options->mark_count};
    int status = options->rank == 0 ? hc_run_place_find(&file->place, &wish, &file->identity, error)
                                    : hc_run_place_join(&file->place, &wish, error);
    return status < 0 ? -1
                      : hc_private_file_init(&file->private, options->path,
                                             file->identity.generation, options->rank, error);
}

static int create_private(hc_run_file *file, const hc_run_file_options *options, hc_error *error)
{
    char *temporary = NULL;
    int status = -1;
    if (find_place(file, options, error) < 0) {
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
    return status < 0 || options->rank > 0
               ? status
               : hc_run_place_clear(&file->place, file->private.path, error);
}

int hc_run_file_create(hc_run_file **out, const hc_run_file_options *options, hc_error *error)
{
    hc_run_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return hc_error_memory(error);
    }
    hc_hdf5_quiet();
    file->private.guard = -1;
    file->file = -1;
    file->counts = -1;
    hc_table_set_init(&file->set);
    file->order = HC_ORDER_LOG_NONE;
    file->identity = options->identity == NULL ? hc_run_identity_make() : *options->identity;
    file->rank = options->rank;
    file->rank_count = options->rank_count == 0 ? 1 : options->rank_count;
    file->events = options->events;
    file->is_forced = options->is_forced;
    file->rhythm = hc_commit_rhythm_make(options->commit_rows, options->commit_interval);
    if (create_private(file, options, error) < 0) {
        hc_private_file_release(&file->private);
        hc_run_place_release(&file->place);
        free(file);
        return -1;
    }
    *out = file;
    return 0;
}

const hc_run_identity *hc_run_file_identity(const hc_run_file *file)
{
    return &file->identity;
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

static int sync_when_due(hc_run_file *file, hc_error *error)
{
    hc_time start = 0;
    if (!hc_commit_rhythm_may_sync(&file->rhythm, &start)) {
        return 0;
    }
    if (sync_file(file, error) < 0) {
        return -1;
    }
    hc_commit_rhythm_synced(&file->rhythm, start);
    return 0;
}

static int flush_order(hc_run_file *file, hc_error *error)
{
    return file->rank_count == 1 ? 0 : hc_order_log_flush(&file->order, error);
}

/* Data first, then, once it is on the disk when that is due, the counts that vouch for it. */
static int commit(hc_run_file *file, hc_error *error)
{
    if (hc_table_set_flush(&file->set, error) < 0 || flush_order(file, error) < 0 ||
        sync_when_due(file, error) < 0) {
        return -1;
    }
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        file->committed[table] = hc_table_writer_row_count(&file->set.tables[table]);
    }
    if (hc_committed_rows_write(file->counts, file->committed) < 0) {
        return write_failed(file, error);
    }
    hc_commit_rhythm_committed(&file->rhythm);
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
    hc_commit_rhythm_start(&file->rhythm);
    return 0;
}

/* Rows */

static int not_open(const hc_run_file *file, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_OUTPUT, "%s: not open for writing any more",
                        file->private.final_path);
}

static int append(hc_run_file *file, hc_run_table table, const void *row, hc_error *error)
{
    if (hc_table_writer_append(&file->set.tables[table], row, error) < 0) {
        return -1;
    }
    if (file->rank_count > 1 && hc_table_grows(table) &&
        hc_order_log_note(&file->order, table, error) < 0) {
        return -1;
    }
    return hc_commit_rhythm_count_row(&file->rhythm) ? commit(file, error) : 0;
}

int hc_run_file_append(hc_run_file *file, hc_run_table table, const void *row, hc_error *error)
{
    if (file->stage != BEGUN) {
        return not_open(file, error);
    }
    return append(file, table, row, error) < 0 ? fail(file) : 0;
}

int hc_run_file_enter(hc_run_file *file, const hc_order_key *key, hc_error *error)
{
    if (file->stage != BEGUN) {
        return not_open(file, error);
    }
    return file->rank_count > 1 && hc_order_log_enter(&file->order, key, error) < 0 ? fail(file)
                                                                                    : 0;
}

bool hc_run_file_has_order(const hc_run_file *file)
{
    return file->rank_count > 1;
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

int hc_run_file_mark(hc_run_file *file, hc_run_mark *out, hc_error *error)
{
    if (hc_run_file_commit(file, error) < 0) {
        return -1;
    }
    if (sync_file(file, error) < 0) {
        return fail(file);
    }
    *out = (hc_run_mark){
        .identity = file->identity, .rank = file->rank, .rank_count = file->rank_count};
    memcpy(out->rows, file->committed, sizeof out->rows);
    return 0;
}

/* Finish */

int hc_run_file_close_rank(hc_run_file *file, hc_error *error)
{
    if (file->stage != BEGUN) {
        return not_open(file, error);
    }
    if (commit(file, error) < 0 || close_file(file, error) < 0) {
        return fail(file);
    }
    file->stage = CLOSED;
    file->is_whole = true;
    hc_private_file_relock(&file->private);
    return 0;
}

static hc_run_closed describe_closed(const hc_run_file *file)
{
    return (hc_run_closed){.path = file->private.final_path,
                           .may_replace = file->is_forced,
                           .generation = file->identity.generation,
                           .rank_count = file->rank_count,
                           .past = &file->place.past};
}

static int finish(hc_run_file *file, const hc_run_totals *totals, bool in_parts, hc_error *error)
{
    const hc_run_closed run = describe_closed(file);
    assert(file->rank == 0);
    if (!file->is_whole) {
        return not_open(file, error);
    }
    file->is_whole = false;
    return hc_run_publish(&run, totals, in_parts, error);
}

int hc_run_file_finish(hc_run_file *file, const hc_run_totals *totals, hc_error *error)
{
    if (file->stage == BEGUN && hc_run_file_close_rank(file, error) < 0) {
        return -1;
    }
    return finish(file, totals, false, error);
}

int hc_run_file_write_part(hc_run_file *file, hc_error *error)
{
    const hc_run_closed run = describe_closed(file);
    return file->is_whole ? hc_run_publish_part(&run, file->rank, error) : not_open(file, error);
}

int hc_run_file_finish_parts(hc_run_file *file, const hc_run_totals *totals, hc_error *error)
{
    return finish(file, totals, true, error);
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
    hc_run_place_release(&file->place);
    free(file);
}
