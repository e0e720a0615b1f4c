#include "traces/lists/json_paths.h"
#include "traces/lists/list_reader.h"
#include "traces/name_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* InfiniteHBD (SIGCOMM'25): a JSON list of fault_start and fault_end, times in days since an instant that the file
 * does not name. An end belongs to the first open fault of that node and kind. Nodes without faults are not
 * listed: 400 servers were watched, 231 have faults. */

enum { ID_SIZE = 256, EXCERPT_SIZE = 200 };

/* Of one node and kind: faults that have no end yet, oldest first, as numbers of items + 1; of one node: how many. */
typedef struct key_state {
    uint32_t first;
    uint32_t last;
    uint32_t down;
} key_state;

typedef struct reader {
    hc_list *list;
    hc_name_list *keys; /* "node", "node\nlevel\nclass" */
    key_state *states;  /* by number of the key */
    uint32_t key_capacity;
    uint32_t *next; /* of each item, the open one behind it */
    uint32_t next_count;

    /* the event being read */
    hc_line line;
    char excerpt[EXCERPT_SIZE];
    char node[ID_SIZE];
    char type[ID_SIZE];
    char level[ID_SIZE];
    char class[ID_SIZE];
    bool has_bad_text;
    hc_time time;
    hc_field_state time_state;
} reader;

#define DAY_BILLIONTHS (86400) /* nanoseconds in a billionth of a day */

static hc_field_state read_days(hc_field field, hc_time *out)
{
    int64_t value = 0;
    hc_field_state state = hc_field_seconds(field, &value); /* billionths of a day */
    if (state > HC_FIELD_ROUNDED) {
        return state;
    }
    if (value > HC_TIME_LIMIT / DAY_BILLIONTHS || value < 0) {
        return HC_FIELD_OUT_OF_RANGE;
    }
    *out = value * DAY_BILLIONTHS;
    return state;
}

static int begin(void *self, const char *path, const hc_line *line, hc_error *error)
{
    reader *r = self;
    (void)error;
    if (strcmp(path, "[]") == 0) {
        r->line = hc_line_excerpt(line, r->excerpt, sizeof r->excerpt);
        r->node[0] = '\0';
        r->type[0] = '\0';
        r->level[0] = '\0';
        r->class[0] = '\0';
        r->has_bad_text = false;
        r->time_state = HC_FIELD_MISSING;
    }
    return 0;
}

/* A text that is too long, or holds a NUL, spoils the event. */
static void keep(reader *r, char *out, hc_field text)
{
    if (text.length >= ID_SIZE || memchr(text.text, '\0', text.length) != NULL) {
        r->has_bad_text = true;
        return;
    }
    memcpy(out, text.text, text.length);
    out[text.length] = '\0';
}

static int value(void *self, const char *path, hc_json_kind kind, hc_field text, hc_error *error)
{
    reader *r = self;
    (void)error;
    if (strcmp(path, "[].event_time") == 0) {
        r->time_state = kind == HC_JSON_NUMBER ? read_days(text, &r->time) : HC_FIELD_NOT_A_NUMBER;
    } else if (kind != HC_JSON_STRING) {
        return 0;
    } else if (strcmp(path, "[].node_id") == 0) {
        keep(r, r->node, text);
    } else if (strcmp(path, "[].event_type") == 0) {
        keep(r, r->type, text);
    } else if (strcmp(path, "[].fault_type.Level") == 0) {
        keep(r, r->level, text);
    } else if (strcmp(path, "[].fault_type.Class") == 0) {
        keep(r, r->class, text);
    }
    return 0;
}

/* Rooms for a key that is new: they double. */
static int make_rooms(reader *r, uint32_t key, hc_error *error)
{
    uint32_t count = r->key_capacity == 0 ? 256 : 2 * r->key_capacity;
    key_state *grown = NULL;
    if (key < r->key_capacity) {
        return 0;
    }
    grown = realloc(r->states, count * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    memset(grown + r->key_capacity, 0, (count - r->key_capacity) * sizeof *grown);
    r->states = grown;
    r->key_capacity = count;
    return 0;
}

static int find_key(reader *r, const char *text, uint32_t *key, hc_error *error)
{
    return hc_name_list_add(r->keys, text, key, error) < 0 ? -1 : make_rooms(r, *key, error);
}

static int push(reader *r, uint32_t key, uint32_t item, hc_error *error)
{
    key_state *open = &r->states[key];
    if (item >= r->next_count) {
        uint32_t count = r->next_count == 0 ? 256 : 2 * r->next_count;
        uint32_t *grown = realloc(r->next, count * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        r->next = grown;
        r->next_count = count;
    }
    r->next[item] = 0;
    if (open->first == 0) {
        open->first = item + 1;
    } else {
        r->next[open->last - 1] = item + 1;
    }
    open->last = item + 1;
    return 0;
}

static int start_fault(reader *r, uint32_t key, uint32_t node, hc_error *error)
{
    char cause[2 * ID_SIZE + 2];
    hc_list_item item = {.begin = r->time, .end = HC_TIME_MISSING};
    size_t count = 0;
    int status = 0;
    (void)snprintf(cause, sizeof cause, "%s%s%s", r->level,
                   r->level[0] == '\0' || r->class[0] == '\0' ? "" : ": ", r->class);
    status = hc_list_text(r->list, (hc_field){r->node, strlen(r->node)}, &item.texts[0], error);
    if (status == 1) {
        status = hc_list_text(r->list, (hc_field){cause, strlen(cause)}, &item.texts[1], error);
    }
    if (status <= 0) {
        if (status == 0) {
            hc_list_quarantine(r->list, &r->line, HC_QUARANTINE_BAD_TEXT);
        }
        return status;
    }
    (void)hc_list_items(r->list, &count);
    hc_list_account(r->list)->overlap_count += r->states[node].down > 0 ? 1 : 0;
    r->states[node].down++;
    hc_list_use(r->list);
    return hc_list_add(r->list, &item, error) < 0 ? -1 : push(r, key, (uint32_t)count, error);
}

static void end_fault(reader *r, uint32_t key, uint32_t node)
{
    size_t count = 0;
    hc_list_item *items = hc_list_items(r->list, &count);
    uint32_t first = r->states[key].first;
    if (first == 0 || items[first - 1].begin > r->time) {
        hc_list_quarantine(r->list, &r->line, HC_QUARANTINE_BAD_TIMES);
        return;
    }
    items[first - 1].end = r->time;
    r->states[key].first = r->next[first - 1];
    r->states[node].down--;
    hc_list_use(r->list);
}

static int take_event(reader *r, hc_error *error)
{
    char text[3 * ID_SIZE + 3];
    uint32_t key = 0;
    uint32_t node = 0;
    hc_list_note_time(r->list, r->time);
    (void)snprintf(text, sizeof text, "%s\n%s\n%s", r->node, r->level, r->class);
    if (find_key(r, r->node, &node, error) < 0 || find_key(r, text, &key, error) < 0) {
        return -1;
    }
    if (strcmp(r->type, "fault_end") == 0) {
        end_fault(r, key, node);
        return 0;
    }
    return start_fault(r, key, node, error);
}

static int end(void *self, const char *path, hc_error *error)
{
    reader *r = self;
    bool is_sound = false;
    if (strcmp(path, "[]") != 0) {
        return 0;
    }
    is_sound = !r->has_bad_text &&
               (strcmp(r->type, "fault_start") == 0 || strcmp(r->type, "fault_end") == 0);
    if (r->node[0] == '\0' && !r->has_bad_text) {
        hc_list_quarantine(r->list, &r->line, HC_QUARANTINE_NO_ID);
    } else if (r->time_state > HC_FIELD_ROUNDED) {
        hc_list_quarantine_field(r->list, &r->line, r->time_state, HC_QUARANTINE_NO_SUBMIT);
    } else if (!is_sound) {
        hc_list_quarantine(r->list, &r->line, HC_QUARANTINE_BAD_TEXT);
    } else {
        return take_event(r, error);
    }
    return 0;
}

static int read_faults(hc_list *list, hc_input_file *input, hc_error *error)
{
    reader r = {.list = list, .keys = hc_name_list_create()};
    hc_json_path_listener listener = {&r, begin, value, end};
    size_t count = 0;
    const hc_list_item *items = NULL;
    int status =
        r.keys == NULL ? hc_error_memory(error) : hc_json_paths_read(input, &listener, error);
    items = hc_list_items(list, &count);
    for (size_t i = 0; i < count; i++) {
        hc_list_account(list)->open_count += items[i].end == HC_TIME_MISSING ? 1 : 0;
    }
    hc_name_list_destroy(r.keys);
    free(r.states);
    free(r.next);
    return status;
}

const hc_list_reader hc_infinitehbd_reader = {"infinitehbd", HC_LIST_FAULTS, read_faults};
