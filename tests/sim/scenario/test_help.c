#include "sim/scenario/help.h"
#include "tests/sim/scenario/demo_keys.h"
#include "tests/testing.h"

#include <jansson.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef int (*writer)(FILE *out, const hc_key_table *tables, size_t table_count, hc_error *error);

static char *text_of(writer write)
{
    char *text = NULL;
    size_t length = 0;
    hc_error error = HC_ERROR_NONE;
    FILE *out = open_memstream(&text, &length);
    CU_ASSERT_EQUAL(write(out, DEMO_TABLES, DEMO_TABLE_COUNT, &error), 0);
    CU_ASSERT_EQUAL(fclose(out), 0);
    return text;
}

static char *terminal_help(const hc_key_table *tables, size_t table_count, const char *prefix,
                           hc_error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    (void)hc_help_write(out, tables, table_count, prefix, error);
    CU_ASSERT_EQUAL(fclose(out), 0);
    return text;
}

static void terminal_help_shows_every_row_in_groups(void)
{
    hc_error error = HC_ERROR_NONE;
    char *text = terminal_help(DEMO_TABLES, DEMO_TABLE_COUNT, NULL, &error);
    const char *at = text;
    for (size_t i = 0; i < DEMO_TABLE_COUNT; i++) {
        for (size_t j = 0; j < DEMO_TABLES[i].count; j++) {
            char start[80];
            (void)snprintf(start, sizeof start, "\n%-36s", DEMO_TABLES[i].keys[j].path);
            at = strstr(at, start);
            CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        }
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(
        text,
        "Keys of a scenario; [] stands for every item of a list.\n\n"
        "hindcast                            whole number 1; required\n"
        "                                    Version of the scenario format\n"
        "name                                text; default unnamed\n"
        "                                    What reports call the run\n"
        "seed                                whole number of at least 0; default 1\n"
        "                                    Seed of all random draws\n"
        "\n"
        "cluster                             map; required\n"
        "                                    The machine\n"
        "cluster.nodes                       list of 1 to 16384 items; required\n"
        "                                    Groups of equal nodes\n"
        "cluster.nodes[]                     map\n"
        "                                    One group\n"
        "cluster.nodes[].count               whole number from 1 to 1048576 (nodes); default 1\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\nfaults                              map, or its kind alone\n"));
    free(text);
}

static void terminal_help_can_show_a_part(void)
{
    static const struct {
        const char *prefix;
        const char *text;
    } CASES[] = {
        {"faults.r", "faults.repair                       duration from 1min to 30d; default 2h\n"
                     "                                    Time to repair a node\n"},
        {"cluster.nodes[0].m", "cluster.nodes[].memory              memory from 1MiB to 1024TiB\n"
                               "                                    Memory of one node\n"},
        {"cluster.nodes[].m", "cluster.nodes[].memory              memory from 1MiB to 1024TiB\n"
                              "                                    Memory of one node\n"},
    };
    hc_error error = HC_ERROR_NONE;
    char *text = NULL;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        text = terminal_help(DEMO_TABLES, DEMO_TABLE_COUNT, CASES[i].prefix, &error);
        CU_ASSERT_STRING_EQUAL(text, CASES[i].text);
        free(text);
    }
    CU_ASSERT_EQUAL(error.count, 0);
    text = terminal_help(DEMO_TABLES, DEMO_TABLE_COUNT, "policy\x1b", &error);
    CU_ASSERT_STRING_EQUAL(text, "");
    free(text);
    text = terminal_help(DEMO_TABLES, DEMO_TABLE_COUNT, "policy", &error);
    CU_ASSERT_STRING_EQUAL(text, "");
    free(text);
    CU_ASSERT_STRING_EQUAL(error.text,
                           "no key begins with \"policy\\x1b\"\n"
                           "no key begins with \"policy\"; did you mean scheduler.policy?");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
}

static void check_width(const char *text)
{
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        CU_ASSERT(length <= 100);
        CU_ASSERT(length == 0 || line[length - 1] != ' ');
        line += length + (line[length] == '\n' ? 1 : 0);
    }
}

static void terminal_help_is_a_hundred_columns_wide(void)
{
    static const hc_key LONG[] = {
        {.path = "a_name_that_leaves_no_room_for_what_is_said_about_it",
         .type = HC_KEY_CHOICE,
         .choices =
             "V100-SXM2-32GB|A100-SXM4-40GB|A100-SXM4-80GB|H100-SXM|H200-SXM|B200-SXM|L40S|T4",
         .fallback = "T4",
         .help =
             "A sentence that goes on and on, because whoever wrote it had much to say about this "
             "key and did not think of the width of a terminal"},
    };
    static const hc_key_table TABLE = {LONG, 1};
    hc_error error = HC_ERROR_NONE;
    char *text = terminal_help(DEMO_TABLES, DEMO_TABLE_COUNT, "", &error);
    check_width(text);
    free(text);
    text = terminal_help(&TABLE, 1, "a", &error);
    check_width(text);
    CU_ASSERT_STRING_EQUAL(
        text,
        "a_name_that_leaves_no_room_for_what_is_said_about_it\n"
        "                                    one of V100-SXM2-32GB, A100-SXM4-40GB, "
        "A100-SXM4-80GB, H100-SXM,\n"
        "                                    H200-SXM, B200-SXM, L40S, T4; default T4\n"
        "                                    A sentence that goes on and on, because whoever wrote "
        "it had\n"
        "                                    much to say about this key and did not think of the "
        "width of a\n"
        "                                    terminal\n");
    free(text);
}

static void the_markdown_lists_every_row(void)
{
    char *text = text_of(hc_help_write_markdown);
    for (size_t i = 0; i < DEMO_TABLE_COUNT; i++) {
        for (size_t j = 0; j < DEMO_TABLES[i].count; j++) {
            const hc_key *key = &DEMO_TABLES[i].keys[j];
            char start[80];
            const char *row = NULL;
            (void)snprintf(start, sizeof start, "\n| `%s` | ", key->path);
            row = strstr(text, start);
            CU_ASSERT_PTR_NOT_NULL_FATAL(row);
            CU_ASSERT_EQUAL(strncmp(strchr(row + 1, '\n') - strlen(key->help) - 2, key->help,
                                    strlen(key->help)),
                            0);
        }
    }
    CU_ASSERT_EQUAL(strncmp(text, "# Scenario files\n\n", 18), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text,
                                  "\n## General\n\n| Key | Value | Default | Meaning |\n"
                                  "|---|---|---|---|\n| `hindcast` | whole number 1 | required | "
                                  "Version of the scenario format |\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n## cluster\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n| `scheduler.policy` | one of fifo, easy, conservative "
                                        "| `easy` | Order of the queue |\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        text, "\n| `cluster.nodes[].gpus` | whole number from 1 to 16777216 (GPUs) | required | "));
    free(text);
}

static void signs_of_markdown_and_roff_are_escaped(void)
{
    static const hc_key KEYS[] = {
        {.path = "a", .type = HC_KEY_TEXT, .fallback = "x|y", .help = ".a < b | c \\ d-e"},
    };
    static const hc_key_table TABLE = {KEYS, 1};
    hc_error error = HC_ERROR_NONE;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    CU_ASSERT_EQUAL(hc_help_write_markdown(out, &TABLE, 1, &error), 0);
    CU_ASSERT_EQUAL(hc_help_write_man(out, &TABLE, 1, &error), 0);
    (void)fclose(out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n| `a` | text | `x\\|y` | .a &lt; b \\| c \\ d-e |\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\n.TP\n.B a\ntext; default x|y.\n.br\n\\&.a < b | c \\e d\\-e.\n"));
    free(text);
}

static void the_man_page_lists_every_row(void)
{
    char *text = text_of(hc_help_write_man);
    for (size_t i = 0; i < DEMO_TABLE_COUNT; i++) {
        for (size_t j = 0; j < DEMO_TABLES[i].count; j++) {
            char start[80];
            (void)snprintf(start, sizeof start, "\n.TP\n.B %s\n", DEMO_TABLES[i].keys[j].path);
            CU_ASSERT_PTR_NOT_NULL(strstr(text, start));
        }
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n.SH KEYS\n.SS General\n.TP\n.B hindcast\n"
                                        "whole number 1; required.\n.br\n"
                                        "Version of the scenario format.\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "one of swf, philly\\-sia, slurm\\-sacct; default swf.\n"));
    free(text);
}

/* The schema of a key, by a path such as "cluster.nodes[].gpus". */
static const json_t *schema_at(const json_t *root, const char *path)
{
    const json_t *at = root;
    while (at != NULL && *path != '\0') {
        char name[40] = {0};
        if (strncmp(path, "[]", 2) == 0) {
            at = json_object_get(at, "items");
            path += 2;
            continue;
        }
        path += *path == '.' ? 1 : 0;
        if (json_object_get(at, "anyOf") != NULL) { /* a map, or one of its keys alone */
            at = json_array_get(json_object_get(at, "anyOf"), 0);
        }
        memcpy(name, path, strcspn(path, ".["));
        at = json_object_get(json_object_get(at, "properties"), name);
        path += strcspn(path, ".[");
    }
    return at;
}

static double number_at(const json_t *root, const char *path, const char *name)
{
    return json_number_value(json_object_get(schema_at(root, path), name));
}

static json_t *load_schema(void)
{
    char *text = text_of(hc_help_write_json_schema);
    json_error_t problem;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL) {
        printf("\n%d:%d: %s\n", problem.line, problem.column, problem.text);
    }
    free(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    return root;
}

static void the_json_schema_knows_every_row_and_its_range(void)
{
    json_t *root = load_schema();
    for (size_t i = 0; i < DEMO_TABLE_COUNT; i++) {
        for (size_t j = 0; j < DEMO_TABLES[i].count; j++) {
            const hc_key *key = &DEMO_TABLES[i].keys[j];
            const json_t *schema = schema_at(root, key->path);
            CU_ASSERT_PTR_NOT_NULL_FATAL(schema);
            CU_ASSERT_EQUAL(json_object_get(schema, "default") != NULL, key->fallback != NULL);
            CU_ASSERT_PTR_NOT_NULL(
                strstr(json_string_value(json_object_get(schema, "description")), key->help));
        }
    }
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(root, "$schema")),
                           "https://json-schema.org/draft/2020-12/schema");
    CU_ASSERT(json_is_false(json_object_get(root, "additionalProperties")));
    CU_ASSERT_EQUAL(json_array_size(json_object_get(root, "required")), 2);
    CU_ASSERT_EQUAL(number_at(root, "cluster.nodes[].gpus", "minimum"), 1);
    CU_ASSERT_EQUAL(number_at(root, "cluster.nodes[].gpus", "maximum"), 16777216);
    CU_ASSERT_EQUAL(number_at(root, "workload.traces[].load", "minimum"), 0.01);
    CU_ASSERT_EQUAL(number_at(root, "workload.traces[].load", "maximum"), 100);
    CU_ASSERT_EQUAL(number_at(root, "workload.quarantine_limit", "default"), 0.1);
    CU_ASSERT_EQUAL(number_at(root, "cluster.nodes", "minItems"), 1);
    CU_ASSERT_EQUAL(number_at(root, "cluster.nodes", "maxItems"), 16384);
    CU_ASSERT_PTR_NULL(json_object_get(schema_at(root, "notes.delta"), "minimum"));
    CU_ASSERT_PTR_NULL(json_object_get(schema_at(root, "notes.least"), "maximum"));
    CU_ASSERT_EQUAL(json_array_size(json_object_get(schema_at(root, "scheduler.policy"), "enum")),
                    3);
    CU_ASSERT_EQUAL(
        json_array_size(json_object_get(schema_at(root, "faults.quantiles"), "default")), 2);
    CU_ASSERT_STRING_EQUAL(
        json_string_value(json_object_get(schema_at(root, "faults.repair"), "description")),
        "Time to repair a node: duration from 1min to 30d");
    json_decref(root);
}

static void the_json_schema_has_both_forms_of_a_map_that_one_key_can_stand_for(void)
{
    json_t *root = load_schema();
    const json_t *forms = json_object_get(schema_at(root, "faults"), "anyOf");
    const json_t *map = json_array_get(forms, 0);
    const json_t *kind = json_array_get(forms, 1);
    CU_ASSERT_EQUAL(json_array_size(forms), 2);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(map, "type")), "object");
    CU_ASSERT_EQUAL(json_array_size(json_object_get(kind, "enum")), 2);
    CU_ASSERT_TRUE(json_equal(kind, schema_at(root, "faults.kind")));
    json_decref(root);
}

static bool matches(const json_t *schema, const char *text)
{
    const json_t *choice = json_array_get(json_object_get(schema, "anyOf"), 0);
    const json_t *pattern = json_object_get(choice == NULL ? schema : choice, "pattern");
    regex_t compiled;
    bool is_match = false;
    CU_ASSERT_EQUAL_FATAL(regcomp(&compiled, json_string_value(pattern), REG_EXTENDED | REG_NOSUB),
                          0);
    is_match = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return is_match;
}

static void patterns_of_the_json_schema_fit_what_is_read(void)
{
    static const struct {
        const char *path;
        const char *text;
        bool is_match;
    } CASES[] = {
        {"faults.repair", "30min", true},
        {"faults.repair", "1 d 12 h", true},
        {"faults.repair", "1.5h30s", true},
        {"faults.repair", "30", false},
        {"faults.repair", "-1h", false},
        {"faults.repair", "30 parsecs", false},
        {"workload.traces[].from", "2017-10-02", true},
        {"workload.traces[].from", "2017-10-02 06:00:00", true},
        {"workload.traces[].from", "14d", true},
        {"workload.traces[].from", "02.10.2017", false},
        {"cluster.nodes[].memory", "512GiB", true},
        {"cluster.nodes[].memory", "80 GB", true},
        {"cluster.nodes[].memory", "1.5kB", true},
        {"cluster.nodes[].memory", "80Gi", false},
        {"cluster.nodes[].memory", "80", false},
        {"notes.link", "400Gbps", true},
        {"notes.link", "1.5 GiB/s", true},
        {"notes.link", "50GB", false},
        {"notes.link", "400Gibps", false},
        {"workload.quarantine_limit", "5 %", true},
        {"workload.quarantine_limit", ".5%", true},
        {"workload.quarantine_limit", "0.5", false},
    };
    json_t *root = load_schema();
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        CU_ASSERT_EQUAL(matches(schema_at(root, CASES[i].path), CASES[i].text), CASES[i].is_match);
    }
    json_decref(root);
}

static void the_dictionary_has_each_word_once(void)
{
    char *text = text_of(hc_help_write_dictionary);
    CU_ASSERT_EQUAL(strstr(text, "\"hindcast\"\n\"name\"\n\"seed\"\n\"cluster\"\n\"nodes\"\n"),
                    text);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\n\"format\"\n\"swf\"\n\"philly-sia\"\n\"slurm-sacct\"\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "[]"));
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        char word[80] = "\n";
        memcpy(word + 1, line, strcspn(line, "\n") + 1);
        CU_ASSERT_PTR_NULL(strstr(line, word));
    }
    free(text);
}

static void a_full_disk_is_reported(void)
{
    static const writer WRITERS[] = {hc_help_write_markdown, hc_help_write_man,
                                     hc_help_write_json_schema, hc_help_write_dictionary};
    for (size_t i = 0; i < COUNT_OF(WRITERS); i++) {
        hc_error error = HC_ERROR_NONE;
        FILE *out = fopen("/dev/full", "w");
        CU_ASSERT_PTR_NOT_NULL_FATAL(out);
        CU_ASSERT_EQUAL(WRITERS[i](out, DEMO_TABLES, DEMO_TABLE_COUNT, &error), -1);
        CU_ASSERT_STRING_EQUAL(error.text, "cannot write: No space left on device");
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
        (void)fclose(out);
    }
}

static void broken_tables_are_reported(void)
{
    static const hc_key KEYS[] = {{.path = "a.b", .type = HC_KEY_TEXT}};
    static const hc_key_table TABLE = {KEYS, 1};
    static const writer WRITERS[] = {hc_help_write_markdown, hc_help_write_man,
                                     hc_help_write_json_schema, hc_help_write_dictionary};
    for (size_t i = 0; i < COUNT_OF(WRITERS); i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(WRITERS[i](stdout, &TABLE, 1, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_INTERNAL);
    }
}

static const hc_test_case CASES[] = {
    {"terminal_help_shows_every_row_in_groups", terminal_help_shows_every_row_in_groups},
    {"terminal_help_can_show_a_part", terminal_help_can_show_a_part},
    {"terminal_help_is_a_hundred_columns_wide", terminal_help_is_a_hundred_columns_wide},
    {"the_markdown_lists_every_row", the_markdown_lists_every_row},
    {"signs_of_markdown_and_roff_are_escaped", signs_of_markdown_and_roff_are_escaped},
    {"the_man_page_lists_every_row", the_man_page_lists_every_row},
    {"the_json_schema_knows_every_row_and_its_range",
     the_json_schema_knows_every_row_and_its_range},
    {"the_json_schema_has_both_forms_of_a_map_that_one_key_can_stand_for",
     the_json_schema_has_both_forms_of_a_map_that_one_key_can_stand_for},
    {"patterns_of_the_json_schema_fit_what_is_read", patterns_of_the_json_schema_fit_what_is_read},
    {"the_dictionary_has_each_word_once", the_dictionary_has_each_word_once},
    {"a_full_disk_is_reported", a_full_disk_is_reported},
    {"broken_tables_are_reported", broken_tables_are_reported},
};

HC_TEST_MAIN("help", CASES)
