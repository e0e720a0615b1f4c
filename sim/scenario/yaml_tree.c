#include "sim/scenario/yaml_tree.h"

#include "sim/scenario/lone_dash.h"
#include "sim/scenario/utf8.h"

#include <string.h>
#include <yaml.h>

/* One open map or list. In a map, keys and values alternate. */
typedef struct frame {
    hc_yaml_node *node;
    const hc_yaml_node *key; /* whose value comes next; NULL when a key comes next */
    bool is_key_broken;      /* the value is read, and left out of the tree */
} frame;

typedef struct reader {
    hc_arena *arena;
    hc_defects *defects;
    const hc_source *source;
    const char *text;
    hc_lone_dash dash; /* has the text that libyaml sees */
    size_t length;
    uint32_t first_column; /* of `text` in its source */
    hc_position end;       /* of the source */
    size_t mark_index;     /* the character of `text` that was looked at last, and its byte */
    size_t mark_byte;
    size_t value_count;
    size_t depth;
    frame frames[HC_YAML_DEPTH_LIMIT];
    hc_yaml_node *root;
} reader;

hc_yaml_node *hc_yaml_create(hc_arena *arena, hc_yaml_kind kind, hc_position position)
{
    hc_yaml_node *node = hc_arena_take(arena, 1, sizeof *node);
    if (node != NULL) {
        node->kind = kind;
        node->position = position;
        node->text = "";
    }
    return node;
}

void hc_yaml_append(hc_yaml_node *parent, hc_yaml_node *child)
{
    if (parent->last == NULL) {
        parent->first = child;
    } else {
        parent->last->next = child;
    }
    parent->last = child;
    parent->count++;
}

bool hc_yaml_is_null(const hc_yaml_node *node)
{
    static const char *const NULLS[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != HC_YAML_SCALAR || node->is_quoted) {
        return false;
    }
    for (size_t i = 0; i < sizeof NULLS / sizeof NULLS[0]; i++) {
        if (strcmp(node->text, NULLS[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Reports the character at `position` if it may not stand in a scenario. libyaml would refuse most of them
 * too, but tells only the byte; it takes U+2028 for a line break, which editors do not; and its table of %TAG
 * directives costs the square of their number. A line of a longer text that begins with "%" is refused
 * with the directives: no value needs one. */
static bool check_character(reader *r, const hc_position *position, uint32_t code)
{
    bool is_break = code == '\n' || code == '\r';
    if (is_break && r->source->kind == HC_SOURCE_OVERRIDE) {
        hc_defects_add(r->defects, position, "a line break is not allowed here");
        return false;
    }
    if (code == '%' && position->column == 0 && r->source->kind == HC_SOURCE_FILE) {
        hc_defects_add(r->defects, position, "directives (%%) are not allowed");
        return false;
    }
    if (hc_utf8_is_control(code) && !is_break && code != '\t') {
        hc_defects_add(r->defects, position, "the control character U+%04X is not allowed",
                       (unsigned int)code);
        return false;
    }
    return true;
}

/* Looks at every character of the source, so that libyaml meets only what is sound. */
static bool check_text(reader *r)
{
    const char *text = r->source->text;
    hc_position at = {.source = r->source};
    uint32_t code = 0;
    for (size_t i = 0, bytes = 0; i < r->source->length; i += bytes) {
        bytes = hc_utf8_decode(text + i, r->source->length - i, &code);
        if (bytes == 0) {
            hc_defects_add(r->defects, &at, "invalid UTF-8: byte 0x%02x",
                           (unsigned int)(unsigned char)text[i]);
            return false;
        }
        if (!check_character(r, &at, code)) {
            return false;
        }
        at.column++;
        if (code == '\n' || (code == '\r' && text[i + 1] != '\n')) {
            at.line++;
            at.column = 0;
        }
    }
    r->end = at;
    return true;
}

static hc_position position_of(const reader *r, yaml_mark_t mark)
{
    return (hc_position){
        .source = r->source,
        .line = (uint32_t)mark.line,
        .column = (uint32_t)mark.column + (mark.line == 0 ? r->first_column : 0),
    };
}

/* The byte at a mark. Marks count characters, and follow each other closely. */
static char byte_at(reader *r, yaml_mark_t mark)
{
    while (r->mark_index < mark.index && r->mark_byte < r->length) {
        r->mark_byte++;
        r->mark_index += (r->text[r->mark_byte] & 0xc0) == 0x80 ? 0 : 1;
    }
    while (r->mark_index > mark.index) {
        r->mark_byte--;
        r->mark_index -= (r->text[r->mark_byte] & 0xc0) == 0x80 ? 0 : 1;
    }
    return r->text[r->mark_byte];
}

/* What YAML can say about a value beside the value. libyaml drops the tag "!" of a plain scalar silently. */
static void refuse_properties(reader *r, const hc_yaml_node *node, const yaml_char_t *anchor,
                              const yaml_char_t *tag, char first)
{
    if (anchor != NULL) {
        hc_defects_add(r->defects, &node->position, "anchors (&) are not allowed");
    }
    if (tag != NULL || first == '!') {
        hc_defects_add(r->defects, &node->position, "tags (!) are not allowed");
    }
}

/* Why a node cannot be a key, or NULL. */
static const char *defect_of_key(const hc_yaml_node *key)
{
    if (key->kind != HC_YAML_SCALAR) {
        return "a map or list cannot be a key";
    }
    if (key->length == 0) {
        return "expected a key";
    }
    return strcmp(key->text, "<<") == 0 ? "merge keys (<<) are not allowed" : NULL;
}

/* Takes a node as the key of the value that comes next. */
static void take_key(reader *r, frame *top, const hc_yaml_node *key)
{
    const char *defect = key->kind == HC_YAML_BROKEN ? NULL : defect_of_key(key);
    r->value_count--; /* a key is no value */
    top->key = key;
    top->is_key_broken = defect != NULL || key->kind == HC_YAML_BROKEN;
    if (defect != NULL) {
        hc_defects_add(r->defects, &key->position, "%s", defect);
    }
}

static void take_value(frame *top, hc_yaml_node *value)
{
    if (!top->is_key_broken) {
        value->key = top->key->text;
        value->key_length = top->key->length;
        value->key_position = top->key->position;
        hc_yaml_append(top->node, value);
    }
    top->key = NULL;
}

/* Puts a node where it stands: the root, an item, a key, or a value. */
static void place(reader *r, hc_yaml_node *node)
{
    frame *top = r->depth == 0 ? NULL : &r->frames[r->depth - 1];
    if (top == NULL) {
        r->root = node;
    } else if (top->node->kind == HC_YAML_LIST) {
        hc_yaml_append(top->node, node);
    } else if (top->key == NULL) {
        take_key(r, top, node);
    } else {
        take_value(top, node);
    }
}

static hc_yaml_node *create(reader *r, hc_yaml_kind kind, yaml_mark_t mark)
{
    hc_position position = position_of(r, mark);
    hc_yaml_node *node = NULL;
    if (r->value_count++ == HC_YAML_VALUE_LIMIT) {
        hc_defects_add(r->defects, &position, "more than %d values", HC_YAML_VALUE_LIMIT);
        return NULL;
    }
    node = hc_yaml_create(r->arena, kind, position);
    if (node == NULL) {
        hc_defects_memory(r->defects);
    }
    return node;
}

static int add_scalar(reader *r, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    hc_yaml_node *node = create(r, HC_YAML_SCALAR, event->start_mark);
    char *text = NULL;
    char first = '\0';
    if (node == NULL) {
        return -1;
    }
    if (length > 0) {
        first = byte_at(r, event->start_mark);
    }
    refuse_properties(r, node, event->data.scalar.anchor, event->data.scalar.tag, first);
    node->is_quoted = !is_plain;
    node->length = length;
    text = hc_arena_copy(r->arena, value, length);
    if (text == NULL) {
        hc_defects_memory(r->defects);
        return -1;
    }
    hc_lone_dash_restore(&r->dash, text, length);
    node->text = text;
    if (memchr(value, '\0', length) != NULL) {
        hc_defects_add(r->defects, &node->position, "the control character U+0000 is not allowed");
        node->kind = HC_YAML_BROKEN;
    }
    place(r, node);
    return 0;
}

static int add_alias(reader *r, const yaml_event_t *event)
{
    hc_yaml_node *node = create(r, HC_YAML_BROKEN, event->start_mark);
    if (node == NULL) {
        return -1;
    }
    hc_defects_add(r->defects, &node->position, "aliases (*) are not allowed");
    place(r, node);
    return 0;
}

static int open_container(reader *r, const yaml_event_t *event, hc_yaml_kind kind,
                          const yaml_char_t *anchor, const yaml_char_t *tag)
{
    hc_yaml_node *node = create(r, kind, event->start_mark);
    if (node == NULL) {
        return -1;
    }
    refuse_properties(r, node, anchor, tag, '\0');
    if (r->depth == HC_YAML_DEPTH_LIMIT) {
        hc_defects_add(r->defects, &node->position, "more than %d levels", HC_YAML_DEPTH_LIMIT);
        return -1;
    }
    place(r, node);
    r->frames[r->depth++] = (frame){.node = node};
    return 0;
}

static int open_document(reader *r, const yaml_event_t *event)
{
    hc_position position = position_of(r, event->start_mark);
    if (r->root != NULL) {
        hc_defects_add(r->defects, &position, "a second document begins; only one is allowed");
        return -1;
    }
    return 0;
}

static int take_event(reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return open_document(r, event);
    case YAML_SCALAR_EVENT:
        return add_scalar(r, event);
    case YAML_ALIAS_EVENT:
        return add_alias(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(r, event, HC_YAML_LIST, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_container(r, event, HC_YAML_MAP, event->data.mapping_start.anchor,
                              event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    default:
        return 0;
    }
}

static void report_syntax(reader *r, const yaml_parser_t *parser)
{
    hc_position position = position_of(r, parser->problem_mark);
    if (position.line > r->end.line) {
        position = r->end; /* libyaml ends every text with a line break */
    }
    if (parser->error == YAML_MEMORY_ERROR) {
        hc_defects_memory(r->defects);
    } else if (parser->error == YAML_SCANNER_ERROR && byte_at(r, parser->problem_mark) == '\t') {
        hc_defects_add(r->defects, &position, "a tab cannot stand here; indent with spaces");
    } else {
        hc_defects_add(r->defects, &position, "%s%s%s", parser->problem,
                       parser->context == NULL ? "" : " ",
                       parser->context == NULL ? "" : parser->context);
    }
}

/* libyaml scans ahead by at most the 1024 characters in which it looks for the end of a simple key, and its
 * cost grows with the square of the nesting that it has seen: stopping at the first event that is too deep
 * bounds it. */
static int read_events(reader *r, yaml_parser_t *parser)
{
    yaml_event_t event;
    bool is_end = false;
    int status = 0;
    while (status == 0 && !is_end) {
        if (yaml_parser_parse(parser, &event) == 0) {
            report_syntax(r, parser);
            return -1;
        }
        is_end = event.type == YAML_STREAM_END_EVENT;
        status = take_event(r, &event);
        yaml_event_delete(&event);
    }
    return status;
}

static uint32_t count_characters(const char *text, size_t length)
{
    uint32_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += (text[i] & 0xc0) == 0x80 ? 0 : 1;
    }
    return count;
}

int hc_yaml_read(hc_yaml_node **out, hc_arena *arena, const hc_source *source, size_t start,
                 hc_defects *defects)
{
    yaml_parser_t parser;
    int status = -1;
    reader r = {
        .arena = arena,
        .defects = defects,
        .source = source,
        .text = source->text + start,
        .length = source->length - start,
        .first_column = count_characters(source->text, start),
    };
    if (!check_text(&r)) {
        return -1;
    }
    if (!hc_lone_dash_hide(&r.dash, arena, r.text, r.length) ||
        yaml_parser_initialize(&parser) == 0) {
        hc_defects_memory(defects);
        return -1;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)r.dash.text, r.length);
    status = read_events(&r, &parser);
    yaml_parser_delete(&parser);
    *out = r.root;
    return status;
}
