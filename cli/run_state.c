#include "cli/run_state.h"

#include "cli/commands.h"
#include "cli/rank_voice.h"
#include "hc_version.h"
#include "sim/archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char PROGRAM[] = "hindcast " HC_VERSION " (" HC_COMMIT ")";
static const char COMMAND_SECTION[] = "command";

enum { MAX_TEXT = 1 << 20 };

int hc_run_command_copy(hc_run_command *out, const hc_assembly_options *options,
                        const char *out_path, hc_error *error)
{
    bool is_whole = true;
    *out = (hc_run_command){.scenario = strdup(options->path), .out = strdup(out_path)};
    out->overrides = calloc(options->override_count + 1, sizeof *out->overrides);
    is_whole = out->scenario != NULL && out->out != NULL && out->overrides != NULL;
    for (size_t i = 0; is_whole && i < options->override_count; i++) {
        out->overrides[i] = strdup(options->overrides[i]);
        is_whole = out->overrides[i] != NULL;
        out->override_count++;
    }
    return is_whole ? 0 : hc_error_memory(error);
}

void hc_run_command_free(hc_run_command *command)
{
    for (uint64_t i = 0; i < command->override_count; i++) {
        free(command->overrides[i]);
    }
    free(command->overrides);
    free(command->scenario);
    free(command->out);
    *command = (hc_run_command){.scenario = NULL};
}

static void name_mark(uint32_t rank, char out[HC_STATE_NAME_SIZE])
{
    (void)snprintf(out, HC_STATE_NAME_SIZE, "run file %" PRIu32, rank);
}

/* A hash of hashes: order and number of the inputs count. */
static void add(hc_state_hash *hash, const char *text)
{
    hc_state_hash pair[2] = {*hash, hc_state_hash_of(text, strlen(text))};
    *hash = hc_state_hash_of(pair, sizeof pair);
}

hc_state_hash hc_run_fingerprint(const hc_assembly *a)
{
    hc_state_hash hash = {{0, 0}};
    add(&hash, hc_scenario_text(a->scenario));
    for (size_t i = 0; i < a->trace_count; i++) {
        const hc_trace_facts *facts = hc_job_trace_facts(a->traces[i].trace);
        add(&hash, facts->sha256);
        add(&hash, facts->joined_files);
    }
    add(&hash, a->nodes_sha256);
    add(&hash, a->has_capacity ? a->capacity.sha256 : "");
    return hash;
}

static hc_archive_port port_of(const hc_state_store *store)
{
    return (hc_archive_port){store->self, store->write, store->read};
}

/* A text that ends with its null byte. */
static void exchange_text(hc_archive *archive, char **text)
{
    uint64_t size = *text == NULL ? 0 : strlen(*text) + 1;
    *text = hc_archive_array(archive, *text, &size, MAX_TEXT, 1);
    (void)hc_archive_require(archive, *text != NULL && (*text)[size - 1] == '\0',
                             "a text ends where it should");
}

static void exchange_overrides(hc_archive *archive, hc_run_command *command)
{
    command->override_count = hc_archive_count(archive, command->override_count, HC_MAX_OVERRIDES);
    if (hc_archive_is_loading(archive)) {
        command->overrides = calloc(command->override_count + 1, sizeof *command->overrides);
        if (command->overrides == NULL) {
            command->override_count = 0;
            hc_archive_fail_memory(archive);
        }
    }
    for (uint64_t i = 0; i < command->override_count; i++) {
        exchange_text(archive, &command->overrides[i]);
    }
}

static int exchange_command(const hc_state_store *store, hc_run_command *command, hc_error *error)
{
    hc_archive_port port = port_of(store);
    hc_archive *archive = NULL;
    if (store->open(store->self, COMMAND_SECTION, error) < 0) {
        return -1;
    }
    archive = store->read == NULL ? hc_archive_save(&port, error) : hc_archive_load(&port, error);
    if (archive == NULL) {
        return -1;
    }
    hc_archive_mark(archive, "command");
    exchange_text(archive, &command->scenario);
    exchange_text(archive, &command->out);
    exchange_overrides(archive, command);
    return hc_archive_close(archive) < 0 ? -1 : store->close(store->self, error);
}

static int write_mark(const hc_state_store *store, const hc_run_mark *mark, hc_error *error)
{
    char name[HC_STATE_NAME_SIZE];
    uint8_t bytes[HC_RUN_MARK_BYTES];
    name_mark(mark->rank, name);
    hc_run_mark_pack(mark, bytes);
    return store->open(store->self, name, error) < 0 ||
                   store->write(store->self, bytes, sizeof bytes, error) < 0
               ? -1
               : store->close(store->self, error);
}

/* What rank 0 alone knows. */
static int write_command(const hc_run_saver *saver, const hc_state_store *store, hc_error *error)
{
    hc_run_command command = *saver->command;
    return hc_ranks_rank(saver->ranks) == 0 ? exchange_command(store, &command, error) : 0;
}

static int write_sections(const hc_run_saver *saver, hc_state_writer *writer,
                          hc_simulation *simulation, const hc_run_mark *mark, hc_error *error)
{
    hc_state_store store = hc_state_writer_store(writer);
    if (hc_simulation_save(simulation, &store, error) < 0 || write_mark(&store, mark, error) < 0 ||
        write_command(saver, &store, error) < 0) {
        return -1;
    }
    return hc_state_writer_finish(writer, error);
}

static hc_state_label label_of(const hc_run_saver *saver, hc_time cut)
{
    return (hc_state_label){.program = PROGRAM, .fingerprint = saver->fingerprint, .time = cut};
}

/* The file of this rank: the whole state, or a part of it. The caller frees it. */
static char *own_path(const hc_run_saver *saver)
{
    char *path = malloc(strlen(saver->path) + HC_STATE_PART_ROOM);
    if (path != NULL && hc_ranks_count(saver->ranks) == 1) {
        memcpy(path, saver->path, strlen(saver->path) + 1);
    } else if (path != NULL) {
        hc_state_part_name(saver->path, hc_ranks_rank(saver->ranks), path);
    }
    return path;
}

static int open_own(const hc_run_saver *saver, hc_time cut, hc_state_writer **out, char **path,
                    hc_error *error)
{
    hc_state_label label = label_of(saver, cut);
    *path = own_path(saver);
    return *path == NULL ? hc_error_memory(error) : hc_state_writer_open(out, *path, &label, error);
}

static int join_parts(const hc_run_saver *saver, hc_time cut, hc_error *error)
{
    hc_state_label label = label_of(saver, cut);
    return hc_ranks_rank(saver->ranks) == 0 && hc_ranks_count(saver->ranks) > 1
               ? hc_state_join(saver->path, hc_ranks_count(saver->ranks), &label, error)
               : 0;
}

/* What is opened and not finished leaves nothing behind. */
int hc_run_saver_check(const hc_run_saver *saver, hc_error *error)
{
    hc_state_writer *writer = NULL;
    char *path = NULL;
    int status = open_own(saver, 0, &writer, &path, error);
    hc_state_writer_close(writer);
    free(path);
    return status;
}

/* Every step is agreed on; who has failed tells why. */
static int save_parts(const hc_run_saver *saver, hc_simulation *simulation, const hc_run_mark *mark,
                      hc_time cut)
{
    hc_error error = HC_ERROR_NONE;
    hc_state_writer *writer = NULL;
    char *path = NULL;
    int status = open_own(saver, cut, &writer, &path, &error);
    int code = hc_rank_voice_agree(saver->ranks, status, &error);
    if (code == HC_EXIT_OK) {
        status = write_sections(saver, writer, simulation, mark, &error);
        code = hc_rank_voice_agree(saver->ranks, status, &error);
        if (code != HC_EXIT_OK && hc_ranks_count(saver->ranks) > 1) {
            (void)unlink(path); /* a part without the others */
        }
    }
    hc_state_writer_close(writer);
    free(path);
    return code;
}

int hc_run_saver_save(const hc_run_saver *saver, hc_simulation *simulation, hc_run_record *record,
                      hc_time cut)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_mark mark;
    int status = hc_run_file_mark(record->file, &mark, &error);
    int code = hc_rank_voice_agree(saver->ranks, status, &error);
    if (code == HC_EXIT_OK) {
        code = save_parts(saver, simulation, &mark, cut);
    }
    if (code == HC_EXIT_OK) {
        code = hc_rank_voice_agree(saver->ranks, join_parts(saver, cut, &error), &error);
    }
    return code;
}

static int read_mark(const hc_state_store *store, uint32_t rank, hc_run_mark *out, hc_error *error)
{
    char name[HC_STATE_NAME_SIZE];
    uint8_t bytes[HC_RUN_MARK_BYTES];
    size_t got = 0;
    size_t have = 0;
    name_mark(rank, name);
    if (store->open(store->self, name, error) < 0) {
        return -1;
    }
    do {
        if (store->read(store->self, bytes + have, sizeof bytes - have, &got, error) < 0) {
            return -1;
        }
        have += got;
    } while (got > 0 && have < sizeof bytes);
    if (store->close(store->self, error) < 0) {
        return -1;
    }
    if (have < sizeof bytes) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "the state's section \"%s\" is too short",
                            name);
    }
    return hc_run_mark_unpack(bytes, out, error);
}

/* The first mark says how many there are. */
static int read_marks(hc_run_resumption *r, hc_error *error)
{
    hc_run_mark first = {.rank_count = 0};
    if (read_mark(&r->store, 0, &first, error) < 0) {
        return -1;
    }
    if (first.rank_count == 0 || first.rank_count > HC_RANK_LIMIT) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "the state is of %" PRIu32 " ranks",
                            first.rank_count);
    }
    r->marks = calloc(first.rank_count, sizeof *r->marks);
    if (r->marks == NULL) {
        return hc_error_memory(error);
    }
    while (r->mark_count < first.rank_count) {
        uint32_t rank = (uint32_t)r->mark_count;
        if (read_mark(&r->store, rank, &r->marks[rank], error) < 0) {
            return -1;
        }
        r->mark_count++;
    }
    return 0;
}

int hc_run_resumption_open(hc_run_resumption *out, const char *path, hc_error *error)
{
    *out = (hc_run_resumption){.reader = NULL};
    if (hc_state_reader_open(&out->reader, path, NULL, error) < 0) {
        return -1;
    }
    out->store = hc_state_reader_store(out->reader);
    return exchange_command(&out->store, &out->command, error) < 0 ? -1 : read_marks(out, error);
}

int hc_run_resumption_check(const hc_run_resumption *r, const hc_assembly *assembly,
                            hc_error *error)
{
    hc_state_label label = {.program = PROGRAM, .fingerprint = hc_run_fingerprint(assembly)};
    return hc_state_reader_check(r->reader, &label, error);
}

void hc_run_resumption_close(hc_run_resumption *r)
{
    hc_state_reader_close(r->reader);
    hc_run_command_free(&r->command);
    free(r->marks);
    *r = (hc_run_resumption){.reader = NULL};
}
