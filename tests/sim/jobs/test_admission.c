#include "sim/jobs/admission.h"
#include "sim/policies/registry.h"
#include "tests/testing.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const PLACEMENTS[] = {"packed", "spread", "first"};

/* Two classes of GPU nodes and one without GPUs; 16 GPUs of each kind. */
static const hc_node_group GROUPS[] = {
    {.count = 2, .gpu_count = 8, .kind = "A100", .cpu_milli = 64000, .memory_bytes = 1000},
    {.count = 4, .gpu_count = 4, .kind = "T4", .cpu_milli = 16000, .memory_bytes = 500},
    {.count = 1, .gpu_count = 0, .cpu_milli = 128000, .memory_bytes = HC_UNLIMITED},
    {.count = 1,
     .gpu_count = 64,
     .kind = "H100",
     .cpu_milli = HC_UNLIMITED,
     .memory_bytes = HC_UNLIMITED,
     .partition = "other"},
};

enum { A100 = 1, T4 = 2, H100 = 4 };

static hc_machine *build(void)
{
    hc_machine *machine = hc_machine_create();
    for (size_t i = 0; i < COUNT_OF(GROUPS); i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &GROUPS[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static hc_request whole(uint32_t gpu_count, uint64_t kinds)
{
    return (hc_request){.kinds = kinds, .gpu_count = gpu_count, .gpu_milli = HC_WHOLE_GPU};
}

static hc_request single(uint32_t gpu_count, uint64_t kinds)
{
    hc_request request = whole(gpu_count, kinds);
    request.is_single_node = true;
    return request;
}

static hc_request part(uint16_t milli, uint64_t kinds)
{
    return (hc_request){.kinds = kinds, .gpu_count = 1, .gpu_milli = milli};
}

static hc_request with_host(hc_request request, uint64_t cpu_milli, uint64_t memory_bytes)
{
    request.cpu_milli = cpu_milli;
    request.memory_bytes = memory_bytes;
    return request;
}

typedef struct admission_case {
    hc_request request;
    hc_rejection rejection;
} admission_case;

static void check(const hc_machine *machine, const char *placement, const admission_case *cases,
                  size_t count)
{
    static const hc_occupancy_options EVERYTHING = {.is_shared = true, .has_host_needs = true};
    hc_admission *admission = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_admission_create(&admission, machine, (hc_partition_id){0},
                                              hc_placement_find(placement), &EVERYTHING, NULL),
                          0);
    for (int round = 0; round < 2; round++) { /* judging leaves nothing behind */
        for (size_t i = 0; i < count; i++) {
            hc_job_spec spec = {.request = cases[i].request};
            hc_rejection rejection = hc_admission_judge(admission, &spec);
            if (rejection != cases[i].rejection) {
                printf("\n    %s, case %zu: %d, expected %d\n", placement, i, (int)rejection,
                       (int)cases[i].rejection);
                CU_FAIL("wrong reason");
            }
        }
    }
    hc_admission_destroy(admission);
}

/* A gang lies on nodes of one class: 17 GPUs do not fit, though there are 32. */
static void what_never_fits_is_told_apart(void)
{
    const admission_case cases[] = {
        {whole(16, UINT64_MAX), HC_REJECTION_NONE},
        {whole(17, UINT64_MAX), HC_REJECTION_SIZE},
        {whole(16, T4), HC_REJECTION_NONE},
        {whole(17, A100 | T4), HC_REJECTION_SIZE},
        {whole(1, 0), HC_REJECTION_KIND},
        {whole(1, H100), HC_REJECTION_KIND}, /* of the other partition */
        {single(8, UINT64_MAX), HC_REJECTION_NONE},
        {single(9, UINT64_MAX), HC_REJECTION_NODE},
        {single(5, T4), HC_REJECTION_NODE},
        {single(17, T4), HC_REJECTION_SIZE},
        {part(1, T4), HC_REJECTION_NONE},
        {part(999, H100), HC_REJECTION_KIND},
    };
    hc_machine *machine = build();
    for (size_t i = 0; i < COUNT_OF(PLACEMENTS); i++) {
        check(machine, PLACEMENTS[i], cases, COUNT_OF(cases));
    }
    hc_machine_destroy(machine);
}

/* 64 cores beside 8 A100, 16 beside 4 T4. Each GPU brings its share of the job's cores along. */
static void cpu_and_memory_count_too(void)
{
    const admission_case cases[] = {
        {with_host(whole(1, UINT64_MAX), 64000, 1000), HC_REJECTION_NONE},
        {with_host(whole(1, UINT64_MAX), 64001, 0), HC_REJECTION_HOST},
        {with_host(whole(1, UINT64_MAX), 0, 1001), HC_REJECTION_HOST},
        {with_host(whole(16, A100), 128000, 2000), HC_REJECTION_NONE},
        {with_host(whole(16, A100), 128001, 0), HC_REJECTION_HOST},
        {with_host(whole(16, T4), 64001, 0), HC_REJECTION_HOST},
        {with_host(part(500, T4), 16001, 0), HC_REJECTION_HOST},
        {with_host(single(0, UINT64_MAX), 128000, UINT64_MAX - 1), HC_REJECTION_NONE},
        {with_host(single(0, UINT64_MAX), 128001, 0), HC_REJECTION_HOST},
    };
    hc_machine *machine = build();
    for (size_t i = 0; i < COUNT_OF(PLACEMENTS); i++) {
        check(machine, PLACEMENTS[i], cases, COUNT_OF(cases));
    }
    hc_machine_destroy(machine);
}

static void a_job_of_another_partition_is_not_judged(void)
{
    static const hc_occupancy_options PLAIN = {.is_shared = false};
    hc_machine *machine = build();
    hc_admission *admission = NULL;
    hc_job_spec spec = {.request = whole(1, UINT64_MAX), .partition = {UINT16_MAX}};
    CU_ASSERT_EQUAL_FATAL(hc_admission_create(&admission, machine, (hc_partition_id){1},
                                              hc_placement_find("first"), &PLAIN, NULL),
                          0);
    CU_ASSERT_EQUAL(hc_admission_judge(admission, &spec), HC_REJECTION_PARTITION);
    spec.partition.index = 0;
    CU_ASSERT_EQUAL(hc_admission_judge(admission, &spec), HC_REJECTION_PARTITION);
    spec.partition.index = 1;
    CU_ASSERT_EQUAL(hc_admission_judge(admission, &spec), HC_REJECTION_NONE);
    spec.request.gpu_count = 65;
    CU_ASSERT_EQUAL(hc_admission_judge(admission, &spec), HC_REJECTION_SIZE);
    hc_admission_destroy(admission);
    hc_admission_destroy(NULL);
    hc_machine_destroy(machine);
}

static void a_request_is_plain_when_its_size_alone_decides(void)
{
    const hc_request plain = whole(3, UINT64_MAX);
    const hc_request others[] = {
        whole(3, A100),       single(3, UINT64_MAX),  part(500, UINT64_MAX),
        whole(0, UINT64_MAX), with_host(plain, 1, 0), with_host(plain, 0, 1),
    };
    CU_ASSERT(hc_request_is_plain(&plain));
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        CU_ASSERT(!hc_request_is_plain(&others[i]));
    }
}

static const hc_test_case CASES[] = {
    {"what_never_fits_is_told_apart", what_never_fits_is_told_apart},
    {"cpu_and_memory_count_too", cpu_and_memory_count_too},
    {"a_job_of_another_partition_is_not_judged", a_job_of_another_partition_is_not_judged},
    {"a_request_is_plain_when_its_size_alone_decides",
     a_request_is_plain_when_its_size_alone_decides},
};

HC_TEST_MAIN("admission", CASES)
