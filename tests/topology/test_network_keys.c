#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "topology/network_keys.h"

#include <stdbool.h>
#include <string.h>

static const hc_key CLUSTER[] = {{.path = "cluster", .type = HC_KEY_MAP}};

static void all_tables(hc_key_table *tables)
{
    tables[0] = (hc_key_table){CLUSTER, 1};
    tables[1] = hc_network_keys;
}

static hc_hierarchy_options read_over(const char *text, hc_hierarchy_options options,
                                      uint32_t *racks_per_pod)
{
    hc_key_table tables[2];
    hc_scenario *scenario = NULL;
    const hc_value *network = NULL;
    all_tables(tables);
    scenario = hc_test_scenario(text, tables, 2);
    network = hc_value_get(hc_scenario_root(scenario), "cluster.network");
    hc_network_read(network, &options);
    *racks_per_pod = hc_network_racks_per_pod(network);
    hc_scenario_destroy(scenario);
    return options;
}

static void defaults_of_keys_are_those_of_the_options(void)
{
    static const char *const TEXTS[] = {"cluster: {}", "cluster: { network: {} }",
                                        "cluster: { network: { kind: hierarchy, wan: {} } }"};
    hc_hierarchy_options h100 = hc_hierarchy_options_default(450e9, 50e9, 8);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        uint32_t racks_per_pod = 1;
        hc_hierarchy_options read = read_over(TEXTS[i], h100, &racks_per_pod);
        CU_ASSERT_EQUAL(read.curve, h100.curve);
        CU_ASSERT_EQUAL(read.scaleup_bytes_per_second, 450e9);
        CU_ASSERT_EQUAL(read.nic_bytes_per_second, 50e9);
        CU_ASSERT_EQUAL(read.nics_per_node, 8);
        CU_ASSERT_EQUAL(read.nic_efficiency, h100.nic_efficiency);
        CU_ASSERT_EQUAL(read.node_latency_seconds, h100.node_latency_seconds);
        CU_ASSERT_EQUAL(read.rack_latency_seconds, h100.rack_latency_seconds);
        CU_ASSERT_EQUAL(read.pod_latency_seconds, h100.pod_latency_seconds);
        CU_ASSERT_EQUAL(read.rack_oversubscription, h100.rack_oversubscription);
        CU_ASSERT_EQUAL(read.pod_oversubscription, h100.pod_oversubscription);
        CU_ASSERT_EQUAL(read.launch_seconds, h100.launch_seconds);
        CU_ASSERT_EQUAL(read.cuts_by_node, h100.cuts_by_node);
        CU_ASSERT_EQUAL(read.wan_bytes_per_second, h100.wan_bytes_per_second);
        CU_ASSERT_EQUAL(read.wan_latency_seconds, h100.wan_latency_seconds);
        CU_ASSERT_EQUAL(read.wan_dollars_per_byte, h100.wan_dollars_per_byte);
        CU_ASSERT_EQUAL(racks_per_pod, 0);
    }
}

static void every_key_has_its_place(void)
{
    uint32_t racks_per_pod = 0;
    hc_hierarchy_options read =
        read_over("cluster:\n"
                  "  network:\n"
                  "    kind: hierarchy\n"
                  "    scaleup: 200GB/s\n"
                  "    scaleup_efficiency: 80 %\n"
                  "    scaleup_latency: 3us\n"
                  "    wiring: mesh\n"
                  "    nic: 400Gbps\n"
                  "    nics: 4\n"
                  "    nic_efficiency: 0.9\n"
                  "    node_latency: 5us\n"
                  "    rack_latency: 6us\n"
                  "    pod_latency: 7.5us\n"
                  "    racks_per_pod: 16\n"
                  "    rack_oversubscription: 2\n"
                  "    pod_oversubscription: 7\n"
                  "    launch: 10us\n"
                  "    hierarchical: true\n"
                  "    wan: { bandwidth: 10Gbps, latency: 40ms, egress: 0.02 }\n",
                  hc_hierarchy_options_default(450e9, 50e9, 8), &racks_per_pod);
    CU_ASSERT_EQUAL(read.scaleup_bytes_per_second, 200e9);
    CU_ASSERT_EQUAL(read.scaleup_efficiency, 0.8);
    CU_ASSERT_EQUAL(read.scaleup_latency_seconds, 3e-6);
    CU_ASSERT(read.scaleup_is_mesh);
    CU_ASSERT_PTR_NULL(read.curve);
    CU_ASSERT_EQUAL(read.nic_bytes_per_second, 50e9);
    CU_ASSERT_EQUAL(read.nics_per_node, 4);
    CU_ASSERT_EQUAL(read.nic_efficiency, 0.9);
    CU_ASSERT_EQUAL(read.node_latency_seconds, 5e-6);
    CU_ASSERT_EQUAL(read.rack_latency_seconds, 6e-6);
    CU_ASSERT_EQUAL(read.pod_latency_seconds, 7.5e-6);
    CU_ASSERT_EQUAL(racks_per_pod, 16);
    CU_ASSERT_EQUAL(read.rack_oversubscription, 2);
    CU_ASSERT_EQUAL(read.pod_oversubscription, 7);
    CU_ASSERT_EQUAL(read.launch_seconds, 1e-5);
    CU_ASSERT(read.cuts_by_node);
    CU_ASSERT_EQUAL(read.wan_bytes_per_second, 1.25e9);
    CU_ASSERT_EQUAL(read.wan_latency_seconds, 0.04);
    CU_ASSERT_DOUBLE_EQUAL(read.wan_dollars_per_byte, 2e-11, 1e-20);
}

static void other_links_bring_their_own_curve(void)
{
    hc_hierarchy_options h100 = hc_hierarchy_options_default(450e9, 50e9, 8);
    uint32_t ignored = 0;
    hc_hierarchy_options a100 =
        read_over("cluster: { network: { scaleup: 300GB/s } }", h100, &ignored);
    hc_hierarchy_options other =
        read_over("cluster: { network: { scaleup: 350GB/s } }", h100, &ignored);
    CU_ASSERT_STRING_EQUAL(a100.curve->name, "NVLink3");
    CU_ASSERT_PTR_NULL(other.curve);
    CU_ASSERT_EQUAL(other.scaleup_bytes_per_second, 350e9);
}

/* What a key allows, hc_hierarchy_create accepts. */
static void bounds_of_keys_make_a_network(void)
{
    static const char *const TEXTS[] = {
        "cluster: { network: { scaleup: 1MB/s, scaleup_efficiency: 1 %, nic: 1MB/s, "
        "nic_efficiency: "
        "0.01, nics: 1, node_latency: 0, launch: 0, wan: { bandwidth: 1MB/s, egress: 0 } } }",
        "cluster: { network: { scaleup: 1000TB/s, scaleup_latency: 1min, nics: 16777216, "
        "rack_oversubscription: 1000, pod_oversubscription: 1000, wan: { egress: 1000000 } } }",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        uint32_t ignored = 0;
        hc_hierarchy_options read =
            read_over(TEXTS[i], hc_hierarchy_options_default(31e9, 1e9, 1), &ignored);
        hc_network network = {0};
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_hierarchy_create(&network, &read, &error), 0);
        CU_ASSERT_STRING_EQUAL(error.text, "");
        network.destroy(network.self);
    }
}

static void what_a_scenario_gets_wrong_is_named(void)
{
    hc_key_table tables[2];
    all_tables(tables);
    hc_test_scenario_refused(
        "cluster:\n  network:\n    nic: 400\n", tables, 2,
        "s.yaml:3:10: error: cluster.network.nic: 400 has no unit; write 400Gbps or 400GB/s\n"
        "    nic: 400\n"
        "         ^");
    hc_test_scenario_refused("cluster:\n  network:\n    kind: fat_tree\n", tables, 2,
                             "s.yaml:3:11: error: cluster.network.kind: expected one of hierarchy, "
                             "got \"fat_tree\"\n"
                             "    kind: fat_tree\n"
                             "          ^");
    hc_test_scenario_refused(
        "cluster:\n  network:\n    rack_oversubscription: 0.5\n", tables, 2,
        "s.yaml:3:28: error: cluster.network.rack_oversubscription: expected a "
        "number from 1 to 1000, got 0.5\n"
        "    rack_oversubscription: 0.5\n"
        "                           ^");
}

static const hc_test_case CASES[] = {
    {"what_a_scenario_gets_wrong_is_named", what_a_scenario_gets_wrong_is_named},
    {"defaults_of_keys_are_those_of_the_options", defaults_of_keys_are_those_of_the_options},
    {"every_key_has_its_place", every_key_has_its_place},
    {"other_links_bring_their_own_curve", other_links_bring_their_own_curve},
    {"bounds_of_keys_make_a_network", bounds_of_keys_make_a_network},
};

HC_TEST_MAIN("network_keys", CASES)
