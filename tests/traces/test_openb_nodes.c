#include "tests/testing.h"
#include "tests/traces/temporary_file.h"
#include "traces/openb_nodes.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define HEADER "sn,cpu_milli,memory_mib,gpu,model\n"

static void wrong_rows_are_named(void)
{
    static const struct {
        const char *text;
        const char *part;
        size_t count;
    } CASES[] = {
        {"", ": empty", 1},
        {HEADER, ": no node in it", 1},
        {"sn,cpu,memory_mib,gpu,model\n", "no column cpu_milli; found: sn, cpu,", 1},
        {HEADER "a,1,1,1\n", ":2: row: expected one field for each column", 1},
        {HEADER "a,x,1.5,-1,\n", ":2: cpu_milli: expected a whole number, 0 or more", 3},
        {HEADER "a,1,9223372036854775807,0,\n", ":2: memory_mib: expected", 1},
        {HEADER "a,1,1,1,\n", ":2: model: expected the kind of the node's GPUs", 1},
        {HEADER ",1,1,1,T4\n", ":2: sn: expected a name", 1},
        {HEADER "a,1,1,1,T4\nb,1,1,1,T4\na,1,1,1,T4\n",
         ":4: sn: expected a name that no node above", 1},
        {HEADER "a\x1b[2J,1,1,1,T4\n", ":2: sn: expected a name of up to 255 bytes", 1},
        {HEADER "a,1,1,1,T4\x9b\n", ":2: model: expected the kind", 1},
        {HEADER "\xe9,1,1,1,T4\n\xc3\xa9,1,1,1,T4\n", ":3: sn: expected a name that no node", 1},
        {HEADER "a,1,1,999999999,T4\n", "more than", 1},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_error error = HC_ERROR_NONE;
        hc_machine *machine = hc_machine_create();
        CU_ASSERT_EQUAL(
            hc_openb_nodes_read(machine, hc_test_text_file(CASES[i].text), NULL, &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES[i].part));
        CU_ASSERT_EQUAL(error.count, CASES[i].count);
        hc_machine_destroy(machine);
    }
}

static void each_row_is_a_node(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    const hc_node_class *class_of_b = NULL;
    char name[32];
    char sha256[HC_SHA256_TEXT_SIZE];
    const char *path = hc_test_text_file(HEADER "a,16000,131072,0,\nb,48000,196608,2,P100\n"
                                                "c,48000,196608,2,P100\n\n");
    CU_ASSERT_EQUAL_FATAL(hc_openb_nodes_read(machine, path, sha256, &error), 0);
    CU_ASSERT_EQUAL(strlen(sha256), 64);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    CU_ASSERT_EQUAL(hc_machine_node_count(machine), 3);
    CU_ASSERT_EQUAL(hc_machine_gpu_count(machine), 4);
    CU_ASSERT_EQUAL(hc_machine_class_count(machine), 2);
    CU_ASSERT_EQUAL(hc_machine_kind_count(machine), 1);
    CU_ASSERT_STRING_EQUAL(hc_machine_kind_name(machine, 0), "P100");
    CU_ASSERT_STRING_EQUAL(hc_machine_partition_name(machine, (hc_partition_id){0}), "default");
    hc_machine_node_name(machine, (hc_node_id){1}, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, "b");
    class_of_b = hc_machine_class(machine, hc_machine_node(machine, (hc_node_id){1})->class_index);
    CU_ASSERT_EQUAL(class_of_b->cpu_milli, 48000);
    CU_ASSERT_EQUAL(class_of_b->memory_bytes, UINT64_C(192) << 30);
    CU_ASSERT_EQUAL(class_of_b->gpu_count, 2);
    hc_machine_destroy(machine);
}

static void names_of_nodes_and_kinds_may_be_latin1(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    char name[32];
    const char *path = hc_test_text_file(HEADER "n\xf8,1,1,1,caf\xe9\n");
    CU_ASSERT_EQUAL_FATAL(hc_openb_nodes_read(machine, path, NULL, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    CU_ASSERT_STRING_EQUAL(hc_machine_kind_name(machine, 0), "caf\xc3\xa9");
    hc_machine_node_name(machine, (hc_node_id){0}, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, "n\xc3\xb8");
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"wrong_rows_are_named", wrong_rows_are_named},
    {"each_row_is_a_node", each_row_is_a_node},
    {"names_of_nodes_and_kinds_may_be_latin1", names_of_nodes_and_kinds_may_be_latin1},
};

HC_TEST_MAIN("openb_nodes", CASES)
