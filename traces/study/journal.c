#include "traces/study/journal.h"

#include "traces/study/journal_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hc_journal {
    char *path;
    int descriptor; /* holds the lock */
    uint32_t output_count;
    uint64_t size; /* of what is whole and on the disk */
    bool has_failed;
};

static const char INFIX[] = ".journal-";

static char *path_of(const char *name, const char *writer)
{
    size_t size = strlen(name) + sizeof INFIX + strlen(writer);
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%s%s%s", name, INFIX, writer);
    }
    return path;
}

static int refuse_other(const char *shown, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_USAGE,
                        "%s: belongs to a study that said something else; --force discards what "
                        "it has, --out FILE begins another",
                        shown);
}

/* @return 1: a record, 0: no whole one follows */
static int next_record(FILE *file, uint32_t output_count, char *bytes, hc_journal_record *out)
{
    hc_journal_start start;
    size_t rest = 0;
    if (fread(bytes, sizeof start, 1, file) != 1) {
        return 0;
    }
    memcpy(&start, bytes, sizeof start);
    if (!hc_journal_start_is_sound(&start, output_count)) {
        return 0;
    }
    rest = start.size - sizeof start;
    return fread(bytes + sizeof start, 1, rest, file) == rest &&
                   hc_journal_record_read(out, bytes, output_count)
               ? 1
               : 0;
}

static bool has_more(FILE *file, uint64_t end)
{
    return fseeko(file, 0, SEEK_END) == 0 && ftello(file) > (off_t)end;
}

int hc_journal_scan(FILE *file, const char *shown, const hc_journal_identity *identity,
                    hc_journal_visitor visit, void *self, uint64_t *end, bool *is_torn,
                    hc_error *error)
{
    alignas(double) char bytes[HC_JOURNAL_RECORD_LIMIT];
    hc_journal_head head;
    hc_journal_record record;
    *end = 0;
    *is_torn = false;
    if (fread(&head, sizeof head, 1, file) != 1) {
        *is_torn = has_more(file, 0);
        return 0;
    }
    if (!hc_journal_head_is_sound(&head) || head.hash != identity->hash ||
        head.output_count != identity->output_count) {
        return refuse_other(shown, error);
    }
    *end = sizeof head;
    while (next_record(file, head.output_count, bytes, &record) == 1) {
        *end = (uint64_t)ftello(file);
        if (visit != NULL && visit(self, &record, error) < 0) {
            return -1;
        }
    }
    *is_torn = has_more(file, *end);
    return 0;
}

static int fail(hc_journal *journal, hc_error *error)
{
    journal->has_failed = true;
    return hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", journal->path, strerror(errno));
}

/* A write may be cut short by a signal or a full disk. */
static int write_all(hc_journal *journal, const void *data, size_t size, hc_error *error)
{
    const char *at = data;
    while (size > 0) {
        ssize_t written = pwrite(journal->descriptor, at, size, (off_t)journal->size);
        if (written < 0 && errno != EINTR) {
            return fail(journal, error);
        }
        if (written > 0) {
            at += written;
            size -= (size_t)written;
            journal->size += (uint64_t)written;
        }
    }
    return fsync(journal->descriptor) < 0 ? fail(journal, error) : 0;
}

/* A lock of the open file, not of the process: reading the file and closing it again does not give it up. */
static int lock(const hc_journal *journal, const char *name, hc_error *error)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(journal->descriptor, F_OFD_SETLK, &whole) == 0 ||
        (errno != EACCES && errno != EAGAIN)) {
        return 0; /* where locks do not work, everybody looks dead */
    }
    return hc_error_set(error, HC_ERROR_USAGE, "%s: another process is working on it", name);
}

static int find_end(hc_journal *journal, const hc_journal_identity *identity, hc_error *error)
{
    FILE *file = fopen(journal->path, "rb");
    bool is_torn = false;
    int status = -1;
    if (file == NULL) {
        return fail(journal, error);
    }
    status =
        hc_journal_scan(file, journal->path, identity, NULL, NULL, &journal->size, &is_torn, error);
    (void)fclose(file);
    if (status == 0 && is_torn && ftruncate(journal->descriptor, (off_t)journal->size) < 0) {
        status = fail(journal, error);
    }
    return status;
}

static int begin(hc_journal *journal, const hc_journal_identity *identity, hc_error *error)
{
    hc_journal_head head = hc_journal_head_make(identity);
    return journal->size > 0 ? 0 : write_all(journal, &head, sizeof head, error);
}

static int open_file(hc_journal *journal, const char *name, const hc_journal_identity *identity,
                     hc_error *error)
{
    journal->descriptor =
        open(journal->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, (mode_t)0666);
    if (journal->descriptor < 0) {
        return fail(journal, error);
    }
    if (lock(journal, name, error) < 0 || find_end(journal, identity, error) < 0) {
        return -1;
    }
    return begin(journal, identity, error);
}

int hc_journal_open(hc_journal **out, const char *name, const char *writer,
                    const hc_journal_identity *identity, hc_error *error)
{
    hc_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) {
        return hc_error_memory(error);
    }
    journal->descriptor = -1;
    journal->output_count = identity->output_count;
    journal->path = path_of(name, writer);
    if (journal->path == NULL) {
        hc_journal_close(journal);
        return hc_error_memory(error);
    }
    if (open_file(journal, name, identity, error) < 0) {
        hc_journal_close(journal);
        return -1;
    }
    *out = journal;
    return 0;
}

/* Behind a record that was cut short no other may stand: it would never be read. */
int hc_journal_append(hc_journal *journal, const hc_journal_record *record, hc_error *error)
{
    char bytes[HC_JOURNAL_RECORD_LIMIT];
    size_t size = hc_journal_record_write(bytes, record, journal->output_count);
    if (journal->has_failed) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: an earlier write failed", journal->path);
    }
    return write_all(journal, bytes, size, error);
}

void hc_journal_close(hc_journal *journal)
{
    if (journal == NULL) {
        return;
    }
    if (journal->descriptor >= 0) {
        (void)close(journal->descriptor);
    }
    free(journal->path);
    free(journal);
}
