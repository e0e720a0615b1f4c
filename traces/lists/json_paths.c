#include "traces/lists/json_paths.h"

#include <string.h>

enum { PATH_SIZE = 128 };

/* Where the reading stands within one object or array. */
typedef struct level {
    size_t length; /* of the path of the object or array itself */
    bool is_array;
} level;

struct hc_json_paths {
    const hc_json_path_listener *listener;
    hc_json_stream *stream;
    char path[PATH_SIZE]; /* of the value that comes next */
    size_t length;        /* PATH_SIZE: too long */
    level levels[HC_JSON_DEPTH_LIMIT + 1];
    size_t depth;
};

static const char *shown(const hc_json_paths *p)
{
    return p->length >= PATH_SIZE ? "" : p->path;
}

static void cut(hc_json_paths *p, size_t length)
{
    p->length = length;
    if (length < PATH_SIZE) {
        p->path[length] = '\0';
    }
}

static void append(hc_json_paths *p, const char *text, size_t length)
{
    if (p->length + length >= PATH_SIZE || memchr(text, '\0', length) != NULL) {
        p->length = PATH_SIZE;
        return;
    }
    memcpy(p->path + p->length, text, length);
    cut(p, p->length + length);
}

static int begin(void *self, bool is_object, hc_error *error)
{
    hc_json_paths *p = self;
    hc_line line = hc_json_stream_line(p->stream);
    if (p->listener->begin != NULL &&
        p->listener->begin(p->listener->self, shown(p), &line, error) < 0) {
        return -1;
    }
    p->levels[p->depth++] = (level){p->length, !is_object};
    if (!is_object) {
        append(p, "[]", 2);
    }
    return 0;
}

static int key(void *self, hc_field name, hc_error *error)
{
    hc_json_paths *p = self;
    (void)error;
    cut(p, p->levels[p->depth - 1].length);
    if (p->length > 0) {
        append(p, ".", 1);
    }
    append(p, name.text, name.length);
    return 0;
}

static int value(void *self, hc_json_kind kind, hc_field text, hc_error *error)
{
    hc_json_paths *p = self;
    return p->listener->value(p->listener->self, shown(p), kind, text, error);
}

static int end(void *self, hc_error *error)
{
    hc_json_paths *p = self;
    cut(p, p->levels[--p->depth].length);
    return p->listener->end == NULL ? 0 : p->listener->end(p->listener->self, shown(p), error);
}

int hc_json_paths_read(hc_input_file *input, const hc_json_path_listener *listener, hc_error *error)
{
    hc_json_paths paths = {.listener = listener};
    hc_json_listener own = {&paths, begin, key, value, end};
    int status = hc_json_stream_open(&paths.stream, input, &own, error);
    if (status == 0) {
        do {
            status = hc_json_stream_step(paths.stream, error);
        } while (status > 0);
    }
    hc_json_stream_close(paths.stream);
    return status;
}
