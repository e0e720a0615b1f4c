#include "topology/network_keys.h"

#include <stddef.h>
#include <string.h>

static const hc_key KEYS[] = {
    HC_NETWORK_KEYS("cluster.network",
                    "What connects the GPUs; absent: what is usual for their kind"),
};

const hc_key_table hc_network_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

static void read_bandwidth(const hc_value *network, const char *key, double *out)
{
    const hc_value *value = hc_value_get(network, key);
    if (value != NULL) {
        *out = (double)hc_value_bandwidth(value);
    }
}

static void read_seconds(const hc_value *network, const char *key, double *out)
{
    const hc_value *value = hc_value_get(network, key);
    if (value != NULL) {
        *out = (double)hc_value_duration(value) / (double)HC_SECOND;
    }
}

static void read_real(const hc_value *network, const char *key, double *out)
{
    const hc_value *value = hc_value_get(network, key);
    if (value != NULL) {
        *out = hc_value_real(value);
    }
}

/* Other links than those of the accelerator have another curve, or none. */
static void read_links(const hc_value *network, hc_hierarchy_options *options)
{
    double scaleup = options->scaleup_bytes_per_second;
    read_bandwidth(network, "nic", &options->nic_bytes_per_second);
    read_bandwidth(network, "scaleup", &scaleup);
    if (hc_value_get(network, "scaleup") != NULL) {
        hc_hierarchy_options links = hc_hierarchy_options_default(
            scaleup, options->nic_bytes_per_second, options->gpus_per_node);
        options->scaleup_bytes_per_second = scaleup;
        options->scaleup_efficiency = links.scaleup_efficiency;
        options->scaleup_latency_seconds = links.scaleup_latency_seconds;
        options->scaleup_is_mesh = links.scaleup_is_mesh;
        options->curve = links.curve;
    }
}

static void read_domain(const hc_value *network, hc_hierarchy_options *options)
{
    static const char *const IN_PLACE_OF_A_CURVE[] = {"scaleup_efficiency", "scaleup_latency",
                                                      "wiring"};
    const hc_value *wiring = hc_value_get(network, "wiring");
    for (size_t i = 0; i < sizeof IN_PLACE_OF_A_CURVE / sizeof IN_PLACE_OF_A_CURVE[0]; i++) {
        if (hc_value_get(network, IN_PLACE_OF_A_CURVE[i]) != NULL) {
            options->curve = NULL;
        }
    }
    read_real(network, "scaleup_efficiency", &options->scaleup_efficiency);
    read_seconds(network, "scaleup_latency", &options->scaleup_latency_seconds);
    if (wiring != NULL) {
        options->scaleup_is_mesh = strcmp(hc_value_text(wiring), "mesh") == 0;
    }
}

static void read_wan(const hc_value *network, hc_hierarchy_options *options)
{
    double dollars_per_gigabyte = options->wan_dollars_per_byte * 1e9;
    read_bandwidth(network, "wan.bandwidth", &options->wan_bytes_per_second);
    read_seconds(network, "wan.latency", &options->wan_latency_seconds);
    read_real(network, "wan.egress", &dollars_per_gigabyte);
    options->wan_dollars_per_byte = dollars_per_gigabyte / 1e9;
}

void hc_network_read(const hc_value *network, hc_hierarchy_options *options)
{
    const hc_value *nics = hc_value_get(network, "nics");
    const hc_value *hierarchical = hc_value_get(network, "hierarchical");
    read_links(network, options);
    read_domain(network, options);
    read_wan(network, options);
    read_real(network, "nic_efficiency", &options->nic_efficiency);
    read_seconds(network, "node_latency", &options->node_latency_seconds);
    read_seconds(network, "rack_latency", &options->rack_latency_seconds);
    read_seconds(network, "pod_latency", &options->pod_latency_seconds);
    read_seconds(network, "launch", &options->launch_seconds);
    read_real(network, "rack_oversubscription", &options->rack_oversubscription);
    read_real(network, "pod_oversubscription", &options->pod_oversubscription);
    if (nics != NULL) {
        options->nics_per_node = (uint32_t)hc_value_integer(nics);
    }
    if (hierarchical != NULL) {
        options->cuts_by_node = hc_value_boolean(hierarchical);
    }
}

uint32_t hc_network_racks_per_pod(const hc_value *network)
{
    const hc_value *racks = hc_value_get(network, "racks_per_pod");
    return racks == NULL ? 0 : (uint32_t)hc_value_integer(racks);
}
