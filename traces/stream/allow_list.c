#include "traces/stream/allow_list.h"

#include "traces/stream/curve_keys.h"
#include "traces/stream/key_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_KEYS = 65536, LIST_LIMIT = 8 << 20 };

typedef struct key {
    unsigned char bytes[HC_KEY_BYTES];
} key;

struct hc_allow_list {
    key *keys; /* sorted and different, once it is read */
    size_t count;
    size_t capacity;
};

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(key));
}

static int add(hc_allow_list *list, const char *text, size_t length, hc_error *error)
{
    if (list->count == MAX_KEYS) {
        return hc_error_set(error, HC_ERROR_USAGE, "more than %d keys", MAX_KEYS);
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        key *grown = realloc(list->keys, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        list->keys = grown;
        list->capacity = capacity;
    }
    if (!hc_key_decode(text, length, list->keys[list->count].bytes)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected a public key (40 characters of Z85) or a comment");
    }
    list->count++;
    return 0;
}

/* "KEY", "KEY # whose", "# anything", "". No key begins with '#', the digit 84: 84 x 85^4 is more than 2^32. */
static int read_line(hc_allow_list *list, const char *line, size_t length, hc_error *error)
{
    size_t word = 0;
    size_t rest = 0;
    if (length == 0 || line[0] == '#') {
        return 0;
    }
    while (word < length && !isspace((unsigned char)line[word])) {
        word++;
    }
    rest = word;
    while (rest < length && isspace((unsigned char)line[rest])) {
        rest++;
    }
    if (rest < length && line[rest] != '#') {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected one public key per line; a comment after it begins with #");
    }
    return add(list, line, word, error);
}

static int read_list(hc_allow_list *list, const char *path, hc_error *error)
{
    hc_key_file file;
    const char *line = NULL;
    size_t length = 0;
    int status = hc_key_file_read(&file, path, LIST_LIMIT, error);
    while (status == 0 && hc_key_file_next(&file, &line, &length)) {
        hc_error why = HC_ERROR_NONE;
        if (read_line(list, line, length, &why) < 0) {
            status = hc_error_set(error, why.kind, "%s:%zu: %s", path, file.line, why.text);
        }
    }
    hc_key_file_release(&file);
    return status;
}

static int read_key_file(hc_allow_list *list, const char *path, hc_error *error)
{
    hc_curve_keys keys;
    hc_error why = HC_ERROR_NONE;
    if (hc_curve_keys_read(&keys, path, false, error) < 0) {
        return -1;
    }
    if (add(list, keys.public_key, HC_KEY_TEXT, &why) < 0) {
        return hc_error_set(error, why.kind, "%s: %s", path, why.text);
    }
    return 0;
}

static bool is_key_name(const char *name)
{
    const char *end = strrchr(name, '.');
    return end != NULL && strcmp(end, ".key") == 0;
}

static int read_key_file_in(hc_allow_list *list, const char *folder, const char *name,
                            hc_error *error)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length < 0 || (size_t)length >= sizeof path
               ? hc_error_set(error, HC_ERROR_USAGE, "%s: %s", folder, strerror(ENAMETOOLONG))
               : read_key_file(list, path, error);
}

/* The next name of a key, NULL behind the last one; errno says whether there may be more. Names that begin with a dot are
 * what editors and file systems leave. */
static const char *next_key_name(DIR *folder)
{
    const struct dirent *entry = NULL;
    do {
        errno = 0;
        entry = readdir(folder);
    } while (entry != NULL && (entry->d_name[0] == '.' || !is_key_name(entry->d_name)));
    return entry == NULL ? NULL : entry->d_name;
}

static int read_folder(hc_allow_list *list, const char *path, hc_error *error)
{
    const char *name = NULL;
    int status = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, strerror(errno));
    }
    while (status == 0 && (name = next_key_name(folder)) != NULL) {
        status = read_key_file_in(list, path, name, error);
    }
    if (status == 0 && errno != 0) {
        status = hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, strerror(errno));
    }
    (void)closedir(folder);
    return status;
}

static int read_all(hc_allow_list *list, const char *path, hc_error *error)
{
    struct stat status;
    if (stat(path, &status) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return hc_key_file_check_mode(path, status.st_mode, error) < 0
                   ? -1
                   : read_folder(list, path, error);
    }
    return is_key_name(path) ? read_key_file(list, path, error) : read_list(list, path, error);
}

static void make_different(hc_allow_list *list)
{
    size_t kept = 0;
    qsort(list->keys, list->count, sizeof *list->keys, compare_keys);
    for (size_t i = 0; i < list->count; i++) {
        if (kept == 0 || compare_keys(&list->keys[kept - 1], &list->keys[i]) != 0) {
            list->keys[kept++] = list->keys[i];
        }
    }
    list->count = kept;
}

int hc_allow_list_read(hc_allow_list **out, const char *path, hc_error *error)
{
    hc_allow_list *list = calloc(1, sizeof *list);
    if (list == NULL) {
        return hc_error_memory(error);
    }
    if (read_all(list, path, error) < 0) {
        hc_allow_list_destroy(list);
        return -1;
    }
    if (list->count == 0) {
        hc_allow_list_destroy(list);
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: allows nobody: expected a public key per line, or files NAME.key "
                            "in a folder",
                            path);
    }
    make_different(list);
    *out = list;
    return 0;
}

void hc_allow_list_destroy(hc_allow_list *list)
{
    if (list != NULL) {
        free(list->keys);
        free(list);
    }
}

bool hc_allow_list_has(const hc_allow_list *list, const void *key_bytes)
{
    return bsearch(key_bytes, list->keys, list->count, sizeof *list->keys, compare_keys) != NULL;
}
