#include "sim/scenario/help.h"

#include "sim/scenario/describe.h"
#include "sim/scenario/help_keys.h"

#include <stdlib.h>
#include <string.h>

/* How values are written: a term and its explanation. */
typedef struct notation {
    const char *term;
    const char *text;
} notation;

static const notation NOTATIONS[] = {
    {"true or false", "As in YAML 1.2; yes and no are text."},
    {"whole number", "Decimal digits, perhaps with a sign. 1e6 is written 1000000."},
    {"number", "A decimal number such as 0.05 or 1e-3, or a percentage such as 5 %."},
    {"text, path", "1 to 4096 bytes of UTF-8 without control characters. A relative path begins at "
                   "the folder of the "
                   "scenario; - is standard input."},
    {"duration", "With unit: 90s, 15min, 2h30min (ns, us, ms, s, min, h, d, w)."},
    {"date or duration",
     "2017-10-02, 2017-10-02 06:00:00, or a duration since the zero of the trace, such as 14d."},
    {"memory", "With unit: 80GiB (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)."},
    {"bandwidth",
     "With unit: 400Gbps (kbps, Mbps, Gbps, Tbps) or 50GB/s (units of memory, each with /s)."},
};

static const char *const INTRODUCTION = "A scenario is one YAML document of at most 16 MiB and 32 "
                                        "levels, without anchors, aliases, tags and "
                                        "directives. Keys that are not listed here, keys given "
                                        "twice, and values outside their range are errors. "
                                        "In the names of keys, [] stands for every item of a list.";

/* Text inside a table: the bar would end the cell. */
static void write_cell(FILE *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '<') {
            (void)fputs("&lt;", out);
        } else {
            (void)fprintf(out, "%s%c", *c == '|' ? "\\" : "", *c);
        }
    }
}

/* Hyphens that must stay hyphens, and what roff would take for an escape or a request. */
static void write_roff(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'') {
        (void)fputs("\\&", out);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\\') {
            (void)fputs("\\e", out);
        } else {
            (void)fprintf(out, "%s%c", *c == '-' ? "\\" : "", *c);
        }
    }
}

/* What `describe` says about a row, as `escape` writes it. */
static void write_escaped(hc_help_keys *keys, const hc_key *key,
                          void (*describe)(FILE *out, const hc_key *key),
                          void (*escape)(FILE *out, const char *text))
{
    char *text = hc_help_capture(keys, key, describe);
    if (text != NULL) {
        escape(keys->out, text);
    }
    free(text);
}

static void write_default(FILE *out, const hc_key *key)
{
    if (key->is_required) {
        (void)fputs("required", out);
    } else if (key->fallback != NULL) {
        (void)fputc('`', out);
        write_cell(out, key->fallback);
        (void)fputc('`', out);
    }
}

static void write_table_head(FILE *out)
{
    (void)fputs("\n| Key | Value | Default | Meaning |\n|---|---|---|---|\n", out);
}

static void write_table_row(hc_help_keys *keys, const hc_key *key)
{
    FILE *out = keys->out;
    (void)fprintf(out, "| `%s` | ", key->path);
    write_escaped(keys, key, hc_describe_allowed, write_cell);
    (void)fputs(" | ", out);
    write_default(out, key);
    (void)fputs(" | ", out);
    write_cell(out, key->help == NULL ? "" : key->help);
    (void)fputs(" |\n", out);
}

static void write_notations(FILE *out)
{
    (void)fputs("\n## Values\n\n| Value | Notation |\n|---|---|\n", out);
    for (size_t i = 0; i < sizeof NOTATIONS / sizeof NOTATIONS[0]; i++) {
        (void)fprintf(out, "| %s | %s |\n", NOTATIONS[i].term, NOTATIONS[i].text);
    }
}

/* The keys at the top that have none below them come first, together. */
static void write_general(hc_help_keys *keys)
{
    (void)fputs("\n## General\n", keys->out);
    write_table_head(keys->out);
    for (const hc_key_node *node = keys->root->first; node != NULL; node = node->next) {
        if (!hc_help_is_group(node)) {
            write_table_row(keys, node->key);
        }
    }
}

static const hc_key_node *after_group(const hc_key_node *group)
{
    const hc_key_node *node = group;
    while (node->last != NULL) {
        node = node->last;
    }
    return hc_key_next_row(node);
}

static void write_group(hc_help_keys *keys, const hc_key_node *group)
{
    const hc_key_node *end = after_group(group);
    (void)fprintf(keys->out, "\n## %s\n", group->key->path);
    write_table_head(keys->out);
    for (const hc_key_node *node = group; node != end; node = hc_key_next_row(node)) {
        write_table_row(keys, node->key);
    }
}

int hc_help_write_markdown(FILE *out, const hc_key_table *tables, size_t table_count,
                           hc_error *error)
{
    hc_help_keys keys;
    if (hc_help_open(&keys, out, tables, table_count, error) < 0) {
        return -1;
    }
    (void)fprintf(out, "# Scenario files\n\n%s\n", INTRODUCTION);
    write_notations(out);
    write_general(&keys);
    for (const hc_key_node *node = keys.root->first; node != NULL; node = node->next) {
        if (hc_help_is_group(node)) {
            write_group(&keys, node);
        }
    }
    return hc_help_close(&keys, error);
}

static void write_man_row(hc_help_keys *keys, const hc_key *key)
{
    FILE *out = keys->out;
    (void)fputs(".TP\n.B ", out);
    write_roff(out, key->path);
    (void)fputc('\n', out);
    write_escaped(keys, key, hc_describe_facts, write_roff);
    (void)fputs(".\n", out);
    if (key->help != NULL) {
        (void)fputs(".br\n", out);
        write_roff(out, key->help);
        (void)fputs(".\n", out);
    }
}

static void write_man_values(FILE *out)
{
    (void)fputs(".SH VALUES\n", out);
    write_roff(out, INTRODUCTION);
    (void)fputc('\n', out);
    for (size_t i = 0; i < sizeof NOTATIONS / sizeof NOTATIONS[0]; i++) {
        (void)fprintf(out, ".TP\n.B %s\n", NOTATIONS[i].term);
        write_roff(out, NOTATIONS[i].text);
        (void)fputc('\n', out);
    }
}

static void write_man_general(hc_help_keys *keys)
{
    (void)fputs(".SH KEYS\n.SS General\n", keys->out);
    for (const hc_key_node *node = keys->root->first; node != NULL; node = node->next) {
        if (!hc_help_is_group(node)) {
            write_man_row(keys, node->key);
        }
    }
}

static void write_man_group(hc_help_keys *keys, const hc_key_node *group)
{
    const hc_key_node *end = after_group(group);
    (void)fputs(".SS ", keys->out);
    write_roff(keys->out, group->key->path);
    (void)fputc('\n', keys->out);
    for (const hc_key_node *node = group; node != end; node = hc_key_next_row(node)) {
        write_man_row(keys, node->key);
    }
}

int hc_help_write_man(FILE *out, const hc_key_table *tables, size_t table_count, hc_error *error)
{
    hc_help_keys keys;
    if (hc_help_open(&keys, out, tables, table_count, error) < 0) {
        return -1;
    }
    write_man_values(out);
    write_man_general(&keys);
    for (const hc_key_node *node = keys.root->first; node != NULL; node = node->next) {
        if (hc_help_is_group(node)) {
            write_man_group(&keys, node);
        }
    }
    return hc_help_close(&keys, error);
}
