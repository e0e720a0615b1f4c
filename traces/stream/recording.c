#include "traces/stream/recording.h"

#include "traces/name_text.h"
#include "traces/run/private_file.h"
#include "traces/run/run_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is left of the 64 KiB of an attribute: the digests of so many ranks are kept. */
enum { DIGEST_DIGITS = 17, DIGEST_RANK_LIMIT = 3000, NUMBER_SIZE = 24 };

struct hc_recording {
    char *path;
    char *endpoint;
    char *version;
    char *git_commit;
    char *command_line;
    bool is_forced;
    hc_run_file *file; /* NULL before the first hello */
    uint32_t first_rank;
    uint32_t ranks;
    hc_stream_ending *endings; /* of each rank */
    uint64_t rows;
    uint64_t lost;
    bool is_over;
};

static int check_folder(const char *path, hc_error *error)
{
    char *folder = hc_folder_of(path);
    int status = 0;
    if (folder == NULL) {
        return hc_error_memory(error);
    }
    if (access(folder, W_OK) < 0) {
        status = hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", path, strerror(errno));
    }
    free(folder);
    return status;
}

static char *copy(const char *text)
{
    return strdup(text == NULL ? "" : text);
}

int hc_recording_create(hc_recording **out, const hc_recording_options *options, hc_error *error)
{
    hc_recording *recording = NULL;
    if (hc_final_path_check(options->path, options->is_forced, error) < 0 ||
        check_folder(options->path, error) < 0) {
        return -1;
    }
    recording = calloc(1, sizeof *recording);
    if (recording == NULL) {
        return hc_error_memory(error);
    }
    recording->path = copy(options->path);
    recording->endpoint = copy(options->endpoint);
    recording->version = copy(options->version);
    recording->git_commit = copy(options->git_commit);
    recording->command_line = copy(options->command_line);
    recording->is_forced = options->is_forced;
    if (recording->path == NULL || recording->endpoint == NULL || recording->version == NULL ||
        recording->git_commit == NULL || recording->command_line == NULL) {
        hc_recording_destroy(recording);
        return hc_error_memory(error);
    }
    *out = recording;
    return 0;
}

/* Texts of the wire as attributes and names: UTF-8 of a length that fits. */
static char *text_of(const char *text)
{
    size_t length = text == NULL ? 0 : strnlen(text, HC_TEXT_BYTES_LIMIT / 2);
    hc_field field = {text == NULL ? "" : text, length};
    char *out = malloc(2 * length + 1);
    if (out == NULL) {
        return NULL;
    }
    if (hc_text_is_utf8(field)) {
        memcpy(out, field.text, length);
        out[length] = '\0';
    } else {
        (void)hc_text_from_latin1(field, out);
    }
    return out;
}

/* The texts of a hello, as the file has them. */
typedef struct hello_texts {
    char *run;
    char *name;
    char *policy;
    char **partitions;
    size_t partition_count;
} hello_texts;

static void free_texts(hello_texts *texts)
{
    for (size_t i = 0; texts->partitions != NULL && i < texts->partition_count; i++) {
        free(texts->partitions[i]);
    }
    free(texts->partitions);
    free(texts->run);
    free(texts->name);
    free(texts->policy);
}

static int make_texts(hello_texts *texts, const hc_stream_hello *hello, hc_error *error)
{
    bool is_made = false;
    *texts = (hello_texts){.run = text_of(hello->run),
                           .name = text_of(hello->name),
                           .policy = text_of(hello->policy),
                           .partitions = calloc(hello->partition_count + 1, sizeof(char *)),
                           .partition_count = hello->partition_count};
    is_made = texts->run != NULL && texts->name != NULL && texts->policy != NULL &&
              texts->partitions != NULL;
    for (size_t i = 0; is_made && i < hello->partition_count; i++) {
        texts->partitions[i] = text_of(hello->partitions[i]);
        is_made = texts->partitions[i] != NULL;
    }
    if (!is_made) {
        (void)hc_error_memory(error);
        return -1;
    }
    return 0;
}

static hc_trace_clock clock_of(const char *name)
{
    if (strcmp(name, hc_clock_name(HC_CLOCK_CIVIL)) == 0) {
        return HC_CLOCK_CIVIL;
    }
    return strcmp(name, hc_clock_name(HC_CLOCK_UNIX_ZERO)) == 0 ? HC_CLOCK_UNIX_ZERO
                                                                : HC_CLOCK_UNKNOWN_ZERO;
}

static int begin_file(hc_recording *r, const hc_stream_hello *hello, const hello_texts *texts,
                      hc_error *error)
{
    const hc_text_item items[] = {{"recorded_from", r->endpoint}};
    const hc_provenance provenance = {.name = texts->name,
                                      .version = r->version,
                                      .git_commit = r->git_commit,
                                      .command_line = r->command_line,
                                      .policy = texts->policy,
                                      .rank_count = hello->rank_count,
                                      .clock = clock_of(hello->clock),
                                      .unix_zero_seconds = hello->unix_zero_seconds,
                                      .items = items,
                                      .item_count = 1};
    const hc_run_contents contents = {.provenance = &provenance,
                                      .partitions = (const char *const *)texts->partitions,
                                      .partition_count = (uint32_t)texts->partition_count};
    hc_run_identity identity = hc_run_identity_make();
    char run_id[sizeof identity.run_id];
    const hc_run_file_options options = {.path = r->path,
                                         .identity = &identity,
                                         .is_forced = r->is_forced,
                                         .provenance = &provenance};
    (void)snprintf(run_id, sizeof run_id, "%s", texts->run);
    if (strcmp(run_id, texts->run) == 0) {
        memcpy(identity.run_id, run_id, sizeof run_id);
    }
    return hc_run_file_create(&r->file, &options, error) < 0
               ? -1
               : hc_run_file_begin(r->file, &contents, error);
}

static int take_hello(hc_recording *r, const hc_stream_hello *hello, hc_error *error)
{
    hello_texts texts;
    int status = 0;
    if (r->file != NULL) {
        return 0;
    }
    r->first_rank = hello->first_rank;
    r->ranks = hello->ranks;
    r->endings = calloc((size_t)hello->ranks + 1, sizeof *r->endings);
    if (r->endings == NULL) {
        return hc_error_memory(error);
    }
    status = make_texts(&texts, hello, error);
    status = status < 0 ? -1 : begin_file(r, hello, &texts, error);
    free_texts(&texts);
    return status;
}

static int take_batch(hc_recording *r, const hc_stream_item *item, hc_error *error)
{
    size_t row_size = hc_table_describe(item->table)->row_size;
    const unsigned char *row = item->rows;
    if (r->file == NULL) {
        return 0;
    }
    for (uint64_t i = 0; i < item->count; i++, row += row_size) {
        if (hc_run_file_append(r->file, item->table, row, error) < 0) {
            return -1;
        }
    }
    r->rows += item->count;
    return 0;
}

static void take_rank_end(hc_recording *r, const hc_stream_item *item)
{
    if (item->rank >= r->first_rank && item->rank - r->first_rank < r->ranks) {
        r->endings[item->rank - r->first_rank] = item->ending;
    }
}

int hc_recording_take(hc_recording *recording, const hc_stream_item *item, hc_error *error)
{
    switch (item->kind) {
    case HC_STREAM_HELLO:
        return take_hello(recording, item->hello, error);
    case HC_STREAM_BATCH:
        return take_batch(recording, item, error);
    case HC_STREAM_LOST:
        recording->lost += item->count;
        return 0;
    case HC_STREAM_RANK_END:
        take_rank_end(recording, item);
        return 0;
    case HC_STREAM_END:
        recording->is_over = true;
        return 0;
    case HC_STREAM_NOTHING:
    case HC_STREAM_HEARTBEAT:
    case HC_STREAM_NOTE:
    default:
        return 0;
    }
}

/* What the ranks' endings say together. */
typedef struct verdict {
    bool is_stream_complete;
    bool is_run_complete;
    char *digests;
} verdict;

static int judge(const hc_recording *r, verdict *out, hc_error *error)
{
    uint32_t shown = r->ranks < DIGEST_RANK_LIMIT ? r->ranks : DIGEST_RANK_LIMIT;
    *out = (verdict){.is_stream_complete = r->is_over && r->lost == 0,
                     .is_run_complete = r->is_over,
                     .digests = calloc((size_t)shown + 1, DIGEST_DIGITS)};
    if (out->digests == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < r->ranks; i++) {
        const hc_stream_ending *ending = &r->endings[i];
        out->is_stream_complete = out->is_stream_complete && ending->is_equal;
        out->is_run_complete = out->is_run_complete && ending->is_complete;
        if (i < shown && r->is_over) {
            (void)snprintf(out->digests + strlen(out->digests), DIGEST_DIGITS + 1, "%s%016" PRIx64,
                           i == 0 ? "" : " ", ending->stream_digest);
        }
    }
    return 0;
}

static const char *note_of(const verdict *v, const hc_recording *r)
{
    if (!r->is_over) {
        return "recorded from a stream, which did not come to its end";
    }
    if (!v->is_stream_complete) {
        return "recorded from a stream, of which rows are missing";
    }
    return v->is_run_complete ? "" : "recorded from the stream of a run that was stopped";
}

int hc_recording_finish(hc_recording *recording, hc_error *error)
{
    hc_recording *r = recording;
    char lost[NUMBER_SIZE];
    verdict v;
    int status = 0;
    if (r->file == NULL) {
        return 0;
    }
    if (judge(r, &v, error) < 0) {
        return -1;
    }
    (void)snprintf(lost, sizeof lost, "%" PRIu64, r->lost);
    const hc_text_item items[] = {{"stream_digest", v.digests},
                                  {"stream_complete", v.is_stream_complete ? "1" : "0"},
                                  {"lost_rows", lost}};
    const hc_run_totals totals = {
        .digest = {strtoull(r->endings[0].run_digest, NULL, 16)},
        .is_complete = v.is_stream_complete && v.is_run_complete,
        .note = note_of(&v, r),
        .items = items,
        .item_count = sizeof items / sizeof items[0],
    };
    status = hc_run_file_finish(r->file, &totals, error);
    free(v.digests);
    return status;
}

void hc_recording_destroy(hc_recording *recording)
{
    if (recording == NULL) {
        return;
    }
    hc_run_file_destroy(recording->file);
    free(recording->path);
    free(recording->endpoint);
    free(recording->version);
    free(recording->git_commit);
    free(recording->command_line);
    free(recording->endings);
    free(recording);
}

int hc_recording_refuse(const hc_run_reader *reader, hc_error *error)
{
    if (hc_run_reader_text(reader, "recorded_from") == NULL) {
        return 0;
    }
    return hc_error_set(error, HC_ERROR_RUNTIME,
                        "%s: is a recording of a stream, which has no jobs; its tables are for "
                        "pandas, h5py and hindcast export",
                        hc_run_reader_path(reader));
}
