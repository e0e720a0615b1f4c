#include "sim/cluster/machine_keys.h"
#include "tests/sim/scenario_text.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int read(hc_machine *machine, hc_scenario *scenario, hc_error *error)
{
    return hc_machine_read(machine, hc_value_get(hc_scenario_root(scenario), "cluster"), error);
}

/* A machine that must be sound, frozen. */
static hc_machine *build(const char *text)
{
    hc_scenario *scenario = hc_test_scenario(text, &hc_machine_keys, 1);
    hc_machine *machine = hc_machine_create();
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(read(machine, scenario, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    hc_scenario_destroy(scenario);
    return machine;
}

static const hc_node_class *class_of(const hc_machine *machine, uint32_t node)
{
    return hc_machine_class(machine, hc_machine_node(machine, (hc_node_id){node})->class_index);
}

static void check_name(const hc_machine *machine, uint32_t node, const char *expected)
{
    char name[64];
    hc_machine_node_name(machine, (hc_node_id){node}, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, expected);
}

static void what_a_scenario_gets_wrong_is_named_to_the_letter(void)
{
    static const struct {
        const char *text;
        const char *messages;
    } CASES[] = {
        {"cluster:\n  nodes:\n    - count: 1\n      gpus: eight\n",
         "s.yaml:4:13: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, "
         "got \"eight\"\n"
         "      gpus: eight\n"
         "            ^"},
        {"cluster: { nodes: [{ count: 0, gpus: 1 }] }",
         "s.yaml:1:29: error: cluster.nodes[0].count: expected a whole number from 1 to 16777216, "
         "got 0\n"
         "cluster: { nodes: [{ count: 0, gpus: 1 }] }\n"
         "                            ^"},
        {"cluster: { nodes: [{ count: 1, gpus: 16777217 }] }",
         "s.yaml:1:38: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, "
         "got 16777217\n"
         "cluster: { nodes: [{ count: 1, gpus: 16777217 }] }\n"
         "                                     ^"},
        {"cluster: { nodes: [{ count: 1, gpus: \"8\" }] }",
         "s.yaml:1:38: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, "
         "got the text \"8\"; write it without quotes\n"
         "cluster: { nodes: [{ count: 1, gpus: \"8\" }] }\n"
         "                                     ^"},
        {"cluster: { nodes: [{ gpus: 8 }] }",
         "s.yaml:1:20: error: cluster.nodes[0].count: required, but missing; expected a whole "
         "number from 1 to 16777216\n"
         "cluster: { nodes: [{ gpus: 8 }] }\n"
         "                   ^"},
        {"cluster: { nodes: [{ count: 1, gpu: 8, gpuss: 8 }] }",
         "s.yaml:1:40: error: cluster.nodes[0].gpuss: unknown key; did you mean \"gpus\"?\n"
         "cluster: { nodes: [{ count: 1, gpu: 8, gpuss: 8 }] }\n"
         "                                       ^"},
        {"cluster: { nodes: [{ count: 1, cpus: -1, memory: 80 }] }",
         "s.yaml:1:38: error: cluster.nodes[0].cpus: expected a number from 0 to 1000000, got -1\n"
         "cluster: { nodes: [{ count: 1, cpus: -1, memory: 80 }] }\n"
         "                                     ^\n"
         "s.yaml:1:50: error: cluster.nodes[0].memory: 80 has no unit; write 80GiB or 80GB\n"
         "cluster: { nodes: [{ count: 1, cpus: -1, memory: 80 }] }\n"
         "                                                 ^"},
        {"cluster: { nodes: [] }",
         "s.yaml:1:19: error: cluster.nodes: expected a list of 1 to 65536 items, got 0\n"
         "cluster: { nodes: [] }\n"
         "                  ^"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_test_scenario_refused(CASES[i].text, &hc_machine_keys, 1, CASES[i].messages);
    }
}

static void what_only_the_machine_can_see_is_named_too(void)
{
    static const struct {
        const char *text;
        const char *message;
    } CASES[] = {
        {"cluster: { nodes: [{ count: 2 }] }",
         "s.yaml:1:20: error: cluster.nodes[0]: a node needs gpus, or cpus if it has no GPU\n"
         "cluster: { nodes: [{ count: 2 }] }\n"
         "                   ^"},
        {"cluster: { nodes: [{ count: 1, memory: 1GiB }, { count: 3 }] }",
         "s.yaml:1:20: error: cluster.nodes[0]: a node needs gpus, or cpus if it has no GPU\n"
         "cluster: { nodes: [{ count: 1, memory: 1GiB }, { count: 3 }] }\n"
         "                   ^\n"
         "s.yaml:1:48: error: cluster.nodes[1]: a node needs gpus, or cpus if it has no GPU\n"
         "cluster: { nodes: [{ count: 1, memory: 1GiB }, { count: 3 }] }\n"
         "                                               ^"},
        {"cluster: { nodes: [{ count: 1, gpus: 1, gpu: A100|H100 }] }",
         "s.yaml:1:46: error: cluster.nodes[0].gpu: a node has GPUs of one kind; jobs name "
         "several with |\n"
         "cluster: { nodes: [{ count: 1, gpus: 1, gpu: A100|H100 }] }\n"
         "                                             ^"},
        {"cluster: { nodes: [{ count: 16777216, gpus: 16777216 }] }",
         "cluster: more than 268435456 GPUs"},
        {"cluster: { nodes: [{ count: 16777216, cpus: 1 }, { count: 1, gpus: 1 }] }",
         "cluster: more than 16777216 nodes"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_scenario *scenario = hc_test_scenario(CASES[i].text, &hc_machine_keys, 1);
        hc_machine *machine = hc_machine_create();
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(read(machine, scenario, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        hc_test_message(&error, CASES[i].message);
        hc_machine_destroy(machine);
        hc_scenario_destroy(scenario);
    }
}

/* Names of logs are 255 bytes long at most, too. */
static void names_have_at_most_255_bytes(void)
{
    static const char *const KEYS[] = {"gpu", "partition", "site", "name"};
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        for (int length = 255; length <= 256; length++) {
            char text[512];
            hc_scenario *scenario = NULL;
            hc_machine *machine = hc_machine_create();
            hc_error error = HC_ERROR_NONE;
            (void)snprintf(text, sizeof text,
                           "cluster:\n  nodes:\n    - count: 1\n      gpus: 1\n      %s: %0*d\n",
                           KEYS[i], length, 1);
            scenario = hc_test_scenario(text, &hc_machine_keys, 1);
            CU_ASSERT_EQUAL(read(machine, scenario, &error), length == 255 ? 0 : -1);
            CU_ASSERT_EQUAL(strstr(error.text, ": expected a name of at most 255 bytes, got 256") !=
                                NULL,
                            length == 256);
            hc_machine_destroy(machine);
            hc_scenario_destroy(scenario);
        }
    }
}

static void without_nodes_nothing_is_added(void)
{
    hc_scenario *scenario = hc_test_scenario("cluster: {}", &hc_machine_keys, 1);
    hc_machine *machine = hc_machine_create();
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(read(machine, scenario, &error), 0);
    CU_ASSERT_EQUAL(hc_machine_freeze(machine, &error), -1);
    hc_test_message(&error, "cluster: it has no node");
    hc_machine_destroy(machine);
    hc_scenario_destroy(scenario);
}

static void a_node_has_gpus_of_one_kind_and_nothing_else_is_modelled(void)
{
    hc_machine *machine = build("cluster: { nodes: [{ count: 1, gpus: 128 }] }");
    CU_ASSERT_EQUAL(hc_machine_node_count(machine), 1);
    CU_ASSERT_EQUAL(hc_machine_gpu_count(machine), 128);
    CU_ASSERT_EQUAL(class_of(machine, 0)->gpu_count, 128);
    CU_ASSERT_EQUAL(class_of(machine, 0)->cpu_milli, HC_UNLIMITED);
    CU_ASSERT_EQUAL(class_of(machine, 0)->memory_bytes, HC_UNLIMITED);
    CU_ASSERT_STRING_EQUAL(hc_machine_kind_name(machine, 0), "GPU");
    CU_ASSERT_STRING_EQUAL(hc_machine_partition_name(machine, (hc_partition_id){0}), "default");
    CU_ASSERT_STRING_EQUAL(hc_machine_site_name(machine, 0), "site");
    check_name(machine, 0, "n");
    hc_machine_destroy(machine);
}

static void nodes_without_gpus_have_cores(void)
{
    hc_machine *machine = build("cluster:\n"
                                "  nodes:\n"
                                "    - { count: 2, cpus: 63.5, memory: 1.5TiB, name: c }\n"
                                "    - { count: 1, gpus: 8, gpu: H100, cpus: 0, memory: 0GiB }\n");
    CU_ASSERT_EQUAL(hc_machine_node_count(machine), 3);
    CU_ASSERT_EQUAL(hc_machine_gpu_count(machine), 8);
    CU_ASSERT_EQUAL(hc_machine_kind_count(machine), 1);
    CU_ASSERT_EQUAL(class_of(machine, 1)->gpu_count, 0);
    CU_ASSERT_EQUAL(class_of(machine, 1)->kind, HC_NO_INDEX);
    CU_ASSERT_EQUAL(class_of(machine, 1)->cpu_milli, 63500);
    CU_ASSERT_EQUAL(class_of(machine, 1)->memory_bytes, UINT64_C(1536) << 30);
    CU_ASSERT_EQUAL(class_of(machine, 2)->cpu_milli, 0);
    CU_ASSERT_EQUAL(class_of(machine, 2)->memory_bytes, 0);
    check_name(machine, 1, "c1");
    hc_machine_destroy(machine);
}

static void racks_sites_and_partitions_are_as_written(void)
{
    hc_machine *machine =
        build("cluster:\n"
              "  nodes:\n"
              "    - { count: 5, gpus: 8, per_rack: 2, partition: train, site: north }\n"
              "    - { count: 2, gpus: 4, partition: serve, site: south }\n"
              "    - { count: 3, gpus: 8, per_rack: 100, partition: train, site: north }\n");
    static const uint32_t RACKS[] = {0, 0, 1, 1, 2, 3, 3, 3, 4, 4};
    hc_partition_id serve = hc_machine_find_partition(machine, "serve");
    CU_ASSERT_EQUAL(hc_machine_partition_count(machine), 2);
    CU_ASSERT_EQUAL(hc_machine_site_count(machine), 2);
    CU_ASSERT_EQUAL(serve.index, 1);
    CU_ASSERT_EQUAL(hc_machine_partition(machine, serve)->first_node, 8);
    CU_ASSERT_EQUAL(hc_machine_partition(machine, serve)->gpu_count, 8);
    CU_ASSERT_EQUAL(hc_machine_partition(machine, (hc_partition_id){0})->class_count, 1);
    CU_ASSERT_EQUAL(hc_machine_rack_count(machine), 5);
    for (uint32_t i = 0; i < COUNT_OF(RACKS); i++) {
        const hc_node *node = hc_machine_node(machine, (hc_node_id){i});
        CU_ASSERT_EQUAL(node->rack, RACKS[i]);
        CU_ASSERT_STRING_EQUAL(hc_machine_site_name(machine, node->site),
                               i < 8 ? "north" : "south");
    }
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"what_a_scenario_gets_wrong_is_named_to_the_letter",
     what_a_scenario_gets_wrong_is_named_to_the_letter},
    {"what_only_the_machine_can_see_is_named_too", what_only_the_machine_can_see_is_named_too},
    {"names_have_at_most_255_bytes", names_have_at_most_255_bytes},
    {"without_nodes_nothing_is_added", without_nodes_nothing_is_added},
    {"a_node_has_gpus_of_one_kind_and_nothing_else_is_modelled",
     a_node_has_gpus_of_one_kind_and_nothing_else_is_modelled},
    {"nodes_without_gpus_have_cores", nodes_without_gpus_have_cores},
    {"racks_sites_and_partitions_are_as_written", racks_sites_and_partitions_are_as_written},
};

HC_TEST_MAIN("machine_keys", CASES)
