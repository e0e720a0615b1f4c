#include "sim/scenario/help.h"

#include "sim/scenario/capture.h"
#include "sim/scenario/describe.h"
#include "sim/scenario/help_keys.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/utf8.h"
#include "sim/scenario/wrap.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXT_COLUMN = 36, /* where what is said about a key begins */
};

static const char *const HEAD = "Keys of a scenario; [] stands for every item of a list.\n\n";

static const char *const FOOT =
    "\nDurations: 90s, 15min, 2h30min (ns us ms s min h d w).\n"
    "Memory: 512MiB, 80GiB (B kB MB GB TB KiB MiB GiB TiB).\n"
    "Bandwidth: 400Gbps, 50GB/s (kbps Mbps Gbps Tbps; B/s kB/s MB/s GB/s TB/s KiB/s ...).\n"
    "Dates: 2017-10-02, 2017-10-02 06:00:00. Numbers may be percentages: 5 %.\n";

static void write_row(hc_help_keys *keys, const hc_key *key)
{
    char *facts = hc_help_capture(keys, key, hc_describe_facts);
    size_t length = strlen(key->path);
    if (facts == NULL) {
        return;
    }
    (void)fputs(key->path, keys->out);
    if (length + 2 > TEXT_COLUMN) {
        (void)fputc('\n', keys->out);
        length = 0;
    }
    (void)fprintf(keys->out, "%*s", (int)(TEXT_COLUMN - length), "");
    hc_wrap_write(keys->out, facts, TEXT_COLUMN);
    free(facts);
    if (key->help != NULL) {
        (void)fprintf(keys->out, "%*s", TEXT_COLUMN, "");
        hc_wrap_write(keys->out, key->help, TEXT_COLUMN);
    }
}

/* Whether a path begins with a prefix, in which any index stands for "[]". */
static bool begins_with(const char *path, const char *prefix)
{
    while (*prefix != '\0') {
        if (*path != *prefix) {
            return false;
        }
        prefix++;
        path++;
        if (prefix[-1] == '[') {
            prefix += strspn(prefix, "0123456789");
        }
    }
    return true;
}

static size_t write_rows(hc_help_keys *keys, const char *prefix)
{
    const hc_key_node *root = keys->root;
    size_t count = 0;
    bool was_in_group = false;
    for (const hc_key_node *node = hc_key_next_row(root); node != NULL;
         node = hc_key_next_row(node)) {
        bool is_top = node->parent == root;
        if (!begins_with(node->key->path, prefix)) {
            continue;
        }
        if (is_top && count > 0 && (was_in_group || hc_help_is_group(node))) {
            (void)fputc('\n', keys->out);
        }
        was_in_group = !is_top || hc_help_is_group(node);
        write_row(keys, node->key);
        count++;
    }
    return count;
}

static int report_no_key(const hc_key_node *root, const char *prefix, hc_error *error)
{
    hc_capture capture;
    FILE *out = hc_capture_open(&capture);
    char *text = NULL;
    if (out == NULL) {
        return hc_error_memory(error);
    }
    (void)fputs("no key begins with \"", out);
    hc_utf8_show(out, prefix, strlen(prefix), HC_WRAP_COLUMNS);
    (void)fputc('"', out);
    hc_suggest_write(out, root, prefix, strlen(prefix));
    text = hc_capture_close(&capture);
    if (text == NULL) {
        return hc_error_memory(error);
    }
    (void)hc_error_set(error, HC_ERROR_USAGE, "%s", text);
    free(text);
    return -1;
}

int hc_help_write(FILE *out, const hc_key_table *tables, size_t table_count, const char *prefix,
                  hc_error *error)
{
    hc_help_keys keys;
    bool is_whole = prefix == NULL || *prefix == '\0';
    int status = 0;
    if (hc_help_open(&keys, out, tables, table_count, error) < 0) {
        return -1;
    }
    (void)fputs(is_whole ? HEAD : "", out);
    if (write_rows(&keys, is_whole ? "" : prefix) == 0 && !is_whole) {
        status = report_no_key(keys.root, prefix, error);
    }
    (void)fputs(is_whole ? FOOT : "", out);
    return hc_help_close(&keys, error) < 0 ? -1 : status;
}

/* One word of the dictionary. Words have no quotes, backslashes or control characters to escape. */
static void write_word(FILE *out, const char *word, size_t length)
{
    (void)fprintf(out, "\"%.*s\"\n", (int)length, word);
}

static bool is_choice_of(const hc_key *key, const char *word, size_t length)
{
    for (const char *choice = key->choices; choice != NULL; choice = hc_choice_next(choice)) {
        if (hc_choice_length(choice) == length && memcmp(choice, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a row before `node` has the word, as its name or among its choices. */
static bool is_known(const hc_key_node *root, const hc_key_node *node, const char *word,
                     size_t length)
{
    for (const hc_key_node *at = root; at != node; at = hc_key_next_row(at)) {
        if ((at->name_length == length && memcmp(at->name, word, length) == 0) ||
            is_choice_of(at->key, word, length)) {
            return true;
        }
    }
    return false;
}

static void write_words(FILE *out, const hc_key_node *root, const hc_key_node *node)
{
    if (strcmp(node->name, "[]") != 0 && !is_known(root, node, node->name, node->name_length)) {
        write_word(out, node->name, node->name_length);
    }
    for (const char *choice = node->key->choices; choice != NULL; choice = hc_choice_next(choice)) {
        size_t length = hc_choice_length(choice);
        if (!is_known(root, node, choice, length)) {
            write_word(out, choice, length);
        }
    }
}

int hc_help_write_dictionary(FILE *out, const hc_key_table *tables, size_t table_count,
                             hc_error *error)
{
    hc_help_keys keys;
    if (hc_help_open(&keys, out, tables, table_count, error) < 0) {
        return -1;
    }
    for (const hc_key_node *node = hc_key_next_row(keys.root); node != NULL;
         node = hc_key_next_row(node)) {
        write_words(out, keys.root, node);
    }
    return hc_help_close(&keys, error);
}
