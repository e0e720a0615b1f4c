#include "traces/quarantine.h"

#include "sim/scenario/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXAMPLE_COUNT = 3, TEXT_LIMIT = 200, MESSAGE_SIZE = 4096 };

typedef struct line_list {
    uint64_t lines[EXAMPLE_COUNT];
    size_t count;
} line_list;

struct hc_quarantine {
    line_list examples[HC_QUARANTINE_COUNT]; /* the first lines of each reason */
    FILE *file;                              /* NULL: no list, or it is finished */
    char *path;
    char *temporary; /* renamed to path at the end; NULL when path is a device or a pipe */
};

/* Devices and pipes (/dev/stderr) are written to as they are: renaming would replace them. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static char *name_temporary(const char *path)
{
    size_t size = strlen(path) + sizeof ".partial";
    char *name = malloc(size);
    if (name != NULL) {
        (void)snprintf(name, size, "%s.partial", path);
    }
    return name;
}

/* O_EXCL and O_NOFOLLOW: nobody's file or link that happens to have the name is written to. */
static int open_exclusively(const char *path)
{
    if (unlink(path) < 0 && errno != ENOENT) {
        return -1;
    }
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

static int open_list(hc_quarantine *quarantine, hc_error *error)
{
    int descriptor = quarantine->temporary == NULL ? open(quarantine->path, O_WRONLY | O_CLOEXEC)
                                                   : open_exclusively(quarantine->temporary);
    if (descriptor < 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", quarantine->path, strerror(errno));
    }
    quarantine->file = fdopen(descriptor, "w");
    if (quarantine->file == NULL) {
        (void)close(descriptor);
        return hc_error_memory(error);
    }
    (void)fputs("line,reason,text\n", quarantine->file); /* ferror tells at the end */
    return 0;
}

static int prepare(hc_quarantine *quarantine, const char *path, hc_error *error)
{
    bool is_renamed = !is_special(path);
    quarantine->path = strdup(path);
    quarantine->temporary = is_renamed ? name_temporary(path) : NULL;
    if (quarantine->path == NULL || (is_renamed && quarantine->temporary == NULL)) {
        return hc_error_memory(error);
    }
    return open_list(quarantine, error);
}

int hc_quarantine_open(hc_quarantine **out, const char *path, hc_error *error)
{
    hc_quarantine *quarantine = calloc(1, sizeof *quarantine);
    if (quarantine == NULL) {
        return hc_error_memory(error);
    }
    if (path != NULL && prepare(quarantine, path, error) < 0) {
        hc_quarantine_destroy(quarantine);
        return -1;
    }
    *out = quarantine;
    return 0;
}

/* Cut at the limit, but not within a character of UTF-8. */
static size_t cut(const hc_line *line)
{
    size_t length = line->length;
    if (length > TEXT_LIMIT) {
        length = TEXT_LIMIT;
        while (length > TEXT_LIMIT - 3 && ((unsigned char)line->text[length] & 0xc0) == 0x80) {
            length--;
        }
    }
    return length;
}

static void write_escaped(FILE *file, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(file, "\\x%02x", (unsigned int)(unsigned char)bytes[i]);
    }
}

/* The list is UTF-8 whatever the log is: bytes that are not, and control characters, are escaped. */
static void write_text(FILE *file, const char *text, size_t length)
{
    uint32_t code = 0;
    (void)fputc('"', file);
    for (size_t at = 0, bytes = 0; at < length; at += bytes) {
        bytes = hc_utf8_decode(text + at, length - at, &code);
        if (bytes == 0) {
            bytes = 1;
            write_escaped(file, text + at, 1);
        } else if (hc_utf8_is_control(code)) {
            write_escaped(file, text + at, bytes);
        } else {
            (void)fwrite(text + at, 1, bytes, file);
            (void)fputs(code == '"' ? "\"" : code == '\\' ? "\\" : "", file);
        }
    }
    (void)fputs("\"\n", file);
}

void hc_quarantine_add(hc_quarantine *quarantine, const hc_line *line, hc_quarantine_reason reason)
{
    line_list *examples = &quarantine->examples[reason];
    if (examples->count < EXAMPLE_COUNT) {
        examples->lines[examples->count++] = line->number;
    }
    if (quarantine->file != NULL) {
        (void)fprintf(quarantine->file, "%" PRIu64 ",%s,", line->number,
                      hc_quarantine_name(reason));
        write_text(quarantine->file, line->text, cut(line));
    }
}

/* "no_submit 1,190 (lines 17, 18, 19, ...): the submit time is missing or negative" */
static int describe_reason(const line_list *examples, hc_quarantine_reason reason, uint64_t count,
                           char *out, size_t size)
{
    int length = snprintf(out, size, "\n  %s %" PRIu64 " (%s", hc_quarantine_name(reason), count,
                          count == 1 ? "line" : "lines");
    for (size_t i = 0; i < examples->count; i++) {
        length += snprintf(out + length, size - (size_t)length, "%s %" PRIu64, i == 0 ? "" : ",",
                           examples->lines[i]);
    }
    length += snprintf(out + length, size - (size_t)length, "%s): %s",
                       count > EXAMPLE_COUNT ? ", ..." : "", hc_quarantine_sentence(reason));
    return length;
}

int hc_quarantine_fail(const hc_quarantine *quarantine, const hc_import_report *report,
                       double limit, const char *name, hc_error *error)
{
    char message[MESSAGE_SIZE];
    size_t length = 0;
    uint64_t quarantined = hc_import_quarantined(report);
    message[0] = '\0';
    for (int reason = 0; reason < HC_QUARANTINE_COUNT; reason++) {
        if (report->quarantine_counts[reason] > 0) {
            length += (size_t)describe_reason(
                &quarantine->examples[reason], (hc_quarantine_reason)reason,
                report->quarantine_counts[reason], message + length, sizeof message - length);
        }
    }
    return hc_error_set(error, HC_ERROR_TRACE,
                        "%s: %" PRIu64 " of %" PRIu64
                        " rows cannot be used (%.1f %%, at most %g %% are accepted):%s",
                        name, quarantined, report->row_count,
                        100.0 * (double)quarantined / (double)report->row_count, 100.0 * limit,
                        message);
}

/* @return 0, or the number of the error. */
static int close_list(FILE *file)
{
    int number = 0;
    errno = 0;
    if (fflush(file) != 0 || ferror(file) != 0) {
        number = errno != 0 ? errno : EIO;
    }
    if (fclose(file) != 0 && number == 0) {
        number = errno;
    }
    return number;
}

int hc_quarantine_finish(hc_quarantine *quarantine, hc_error *error)
{
    int number = 0;
    if (quarantine->file == NULL) {
        return 0;
    }
    number = close_list(quarantine->file);
    quarantine->file = NULL;
    if (number == 0 && quarantine->temporary != NULL &&
        rename(quarantine->temporary, quarantine->path) < 0) {
        number = errno;
    }
    if (number == 0) {
        return 0;
    }
    if (quarantine->temporary != NULL) {
        (void)unlink(quarantine->temporary);
    }
    return hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", quarantine->path, strerror(number));
}

void hc_quarantine_destroy(hc_quarantine *quarantine)
{
    if (quarantine == NULL) {
        return;
    }
    if (quarantine->file != NULL) {
        (void)fclose(quarantine->file);
        if (quarantine->temporary != NULL) {
            (void)unlink(quarantine->temporary);
        }
    }
    free(quarantine->path);
    free(quarantine->temporary);
    free(quarantine);
}
