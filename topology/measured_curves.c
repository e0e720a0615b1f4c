#include "topology/bandwidth_curve.h"

#include <stddef.h>

/* Of the tables named, the sizes that are powers of four; of Vidur's, medians of every other row near them. The rest is for
 * the tests. A message from one GPU to another: a line through every other row of Vidur's send_recv from 1 MiB up; PCIe 4
 * and NVLink 2 have no such table: the latency of A100, the bandwidth of a ring. */

/* PCIe 4: four A100 of which pairs have an NVLink; the ring goes through PCIe. */
static const hc_bandwidth_curve PCIE4 = {
    .name = "PCIe4",
    .source =
        "microsoft/vidur 7d47513, data/profiling/network/a100_pairwise_nvlink (NCCL, medians)",
    .least_link = 30e9,
    .most_link = 33e9,
    .send_seconds = 10.5e-6,
    .send_bytes_per_second = 23.6e9,
    .rows = {{4, {0, 0, 1.6, 4.8, 12.2, 19.5, 22.5, 23.3, 23.6}}},
};

/* A cube of links, one or two between two GPUs and none between others: how wide a ring is depends on who is in it. */
static const hc_bandwidth_curve NVLINK2 = {
    .name = "NVLink2",
    .source = "VIA-Research/vTrain f8dda84, trace/v100 (NCCL all-reduce)",
    .least_link = 149e9,
    .most_link = 151e9,
    .send_seconds = 10.5e-6,
    .send_bytes_per_second = 22.6e9,
    .rows = {{2, {0, 0, 0, 0, 14.95, 20.1, 21.96, 22.38, 22.53, 22.55}},
             {3, {0, 0, 0, 0, 18.63, 37.55, 43.17, 44.65, 45.02, 45.14}},
             {4, {0, 0, 0, 0, 23.38, 44.28, 77.63, 83.74, 85.42, 85.36}},
             {5, {0, 0, 0, 0, 18.46, 30.39, 35.35, 36.36, 36.88, 37.17}},
             {6, {0, 0, 0, 0, 17.57, 35.91, 43.97, 45.26, 45.64, 45.74}},
             {7, {0, 0, 0, 0, 21.99, 45.57, 78.65, 84.24, 86.12, 87.01}},
             {8, {0, 0, 0, 0, 22.96, 48.64, 107.23, 128.88, 133.18, 134.51}}},
};

static const hc_bandwidth_curve NVLINK3 = {
    .name = "NVLink3",
    .source = "VIA-Research/vTrain f8dda84, trace/a100 (NCCL all-reduce); 8 GPUs below 1 MiB: "
              "microsoft/vidur 7d47513, a100_dgx (medians)",
    .least_link = 299e9,
    .most_link = 301e9,
    .send_seconds = 10.5e-6,
    .send_bytes_per_second = 267e9,
    .rows = {{2, {0, 0, 0, 0, 23.72, 68.55, 127.16, 165.81, 184.39, 197.28}},
             {4, {0, 0, 0, 0, 30.6, 81.37, 140.11, 185.11, 208.73, 221.86}},
             {8, {0, 0, 3.28, 8.34, 19.78, 76.62, 126.33, 202.52, 217.25, 229.35}}},
};

static const hc_bandwidth_curve NVLINK4 = {
    .name = "NVLink4",
    .source = "microsoft/vidur 7d47513, data/profiling/network/h100_dgx (NCCL, medians)",
    .least_link = 449e9,
    .most_link = 451e9,
    .send_seconds = 8.3e-6,
    .send_bytes_per_second = 362e9,
    .rows = {{2, {0, 0, 0, 0, 0, 110.1, 224.8, 272.3}},
             {4, {0, 0, 0, 0, 38.4, 129.5, 269.9, 316.2}},
             {8, {0, 0, 0, 0, 55.0, 141.0, 247.3, 337.4}}},
};

static const hc_bandwidth_curve *const CURVES[] = {&PCIE4, &NVLINK2, &NVLINK3, &NVLINK4};
enum { CURVE_COUNT = sizeof CURVES / sizeof CURVES[0] };

const hc_bandwidth_curve *hc_measured_curve_at(uint32_t index)
{
    return index < CURVE_COUNT ? CURVES[index] : NULL;
}

const hc_bandwidth_curve *hc_measured_curve(double link_bytes_per_second)
{
    for (size_t i = 0; i < CURVE_COUNT; i++) {
        if (link_bytes_per_second >= CURVES[i]->least_link &&
            link_bytes_per_second <= CURVES[i]->most_link) {
            return CURVES[i];
        }
    }
    return NULL;
}
