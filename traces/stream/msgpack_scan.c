#include "traces/stream/msgpack_scan.h"

#include <stdbool.h>

/* https://github.com/msgpack/msgpack/blob/master/spec.md: the first byte of an object tells its type, and how many bytes
 * behind it hold a length or a number of children. */

/* The head of an object. */
typedef struct head {
    uint64_t body;     /* bytes behind the head that belong to it */
    uint64_t children; /* objects behind that */
    bool is_container;
} head;

typedef struct cursor {
    const unsigned char *at;
    size_t left;
} cursor;

static bool skip(cursor *c, uint64_t count)
{
    if (count > c->left) {
        return false;
    }
    c->at += count;
    c->left -= (size_t)count;
    return true;
}

/* A big-endian number of so many bytes. */
static bool read_number(cursor *c, unsigned width, uint64_t *out)
{
    const unsigned char *bytes = c->at;
    *out = 0;
    if (!skip(c, width)) {
        return false;
    }
    for (unsigned i = 0; i < width; i++) {
        *out = *out << 8 | bytes[i];
    }
    return true;
}

/* Objects whose first byte holds their length as well. */
static void read_small_head(unsigned char first, head *out)
{
    if (first >= 0x80 && first <= 0x8f) {
        *out = (head){.children = 2 * (uint64_t)(first & 0x0f), .is_container = true};
    } else if (first >= 0x90 && first <= 0x9f) {
        *out = (head){.children = first & 0x0f, .is_container = true};
    } else if (first >= 0xa0 && first <= 0xbf) {
        *out = (head){.body = first & 0x1f};
    } else { /* a small number */
        *out = (head){0};
    }
}

/* 0xc0 to 0xdf: how wide the length behind the first byte is, what it counts, and what the body has besides. */
typedef struct format {
    uint8_t width;
    uint8_t body;
    uint8_t child_factor; /* 0: the length counts bytes */
    bool is_known;
} format;

static const format FORMATS[32] = {
    [0x00] = {0, 0, 0, true}, /* nil */
    [0x02] = {0, 0, 0, true}, /* false */
    [0x03] = {0, 0, 0, true}, /* true */
    [0x04] = {1, 0, 0, true}, /* bin 8, 16, 32 */
    [0x05] = {2, 0, 0, true}, [0x06] = {4, 0, 0, true},
    [0x07] = {1, 1, 0, true}, /* ext 8, 16, 32: a type besides */
    [0x08] = {2, 1, 0, true}, [0x09] = {4, 1, 0, true},
    [0x0a] = {0, 4, 0, true},                           /* float 32, 64 */
    [0x0b] = {0, 8, 0, true}, [0x0c] = {0, 1, 0, true}, /* uint 8 to 64 */
    [0x0d] = {0, 2, 0, true}, [0x0e] = {0, 4, 0, true},
    [0x0f] = {0, 8, 0, true}, [0x10] = {0, 1, 0, true}, /* int 8 to 64 */
    [0x11] = {0, 2, 0, true}, [0x12] = {0, 4, 0, true},
    [0x13] = {0, 8, 0, true}, [0x14] = {0, 2, 0, true}, /* fixext 1 to 16 */
    [0x15] = {0, 3, 0, true}, [0x16] = {0, 5, 0, true},
    [0x17] = {0, 9, 0, true}, [0x18] = {0, 17, 0, true},
    [0x19] = {1, 0, 0, true}, /* str 8, 16, 32 */
    [0x1a] = {2, 0, 0, true}, [0x1b] = {4, 0, 0, true},
    [0x1c] = {2, 0, 1, true},                           /* array 16, 32 */
    [0x1d] = {4, 0, 1, true}, [0x1e] = {2, 0, 2, true}, /* map 16, 32 */
    [0x1f] = {4, 0, 2, true},
};

static bool read_head(cursor *c, head *out)
{
    unsigned char first = c->left > 0 ? *c->at : 0;
    const format *f = NULL;
    uint64_t length = 0;
    if (!skip(c, 1)) {
        return false;
    }
    if (first < 0xc0 || first > 0xdf) {
        read_small_head(first, out);
        return true;
    }
    f = &FORMATS[first - 0xc0];
    if (!f->is_known || !read_number(c, f->width, &length)) {
        return false;
    }
    *out = (head){.body = f->body + length};
    if (f->child_factor > 0) {
        *out = (head){.children = length * f->child_factor, .is_container = true};
    }
    return true;
}

int hc_msgpack_scan(const void *data, size_t size, const hc_msgpack_limits *limits)
{
    uint64_t open[HC_MSGPACK_MAX_DEPTH + 1] = {1}; /* objects to come, by depth */
    uint32_t depth_max =
        limits->depth < HC_MSGPACK_MAX_DEPTH ? limits->depth : HC_MSGPACK_MAX_DEPTH;
    uint32_t depth = 0;
    uint64_t items = 1; /* announced so far */
    cursor c = {data, size};
    if (items > limits->items) {
        return -1;
    }
    for (;;) {
        head h;
        while (open[depth] == 0) {
            if (depth == 0) {
                return c.left == 0 ? 0 : -1;
            }
            depth--;
        }
        open[depth]--;
        if (!read_head(&c, &h) || !skip(&c, h.body) || (h.is_container && depth == depth_max)) {
            return -1;
        }
        if (h.children > c.left || h.children > limits->items - items) {
            return -1;
        }
        items += h.children;
        if (h.is_container) {
            open[++depth] = h.children;
        }
    }
}
