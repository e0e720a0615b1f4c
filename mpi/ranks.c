#include "mpi/ranks_state.h"

#include <limits.h>
#include <stdlib.h>

/* What Open MPI's mpirun, Slurm's PMI-2 and PMIx launchers tell the processes that they start. */
static const char *const SIZE_VARIABLES[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE"};
static const char *const RANK_VARIABLES[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"};

static bool read_variable(const char *const *names, size_t count, unsigned long *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = getenv(names[i]);
        if (text != NULL) {
            *out = strtoul(text, NULL, 10);
            return true;
        }
    }
    return false;
}

/* A launcher that tells a rank and no size may have started many. */
bool hc_ranks_are_launched(void)
{
    unsigned long value = 0;
    if (read_variable(SIZE_VARIABLES, sizeof SIZE_VARIABLES / sizeof SIZE_VARIABLES[0], &value)) {
        return value > 1;
    }
    return read_variable(RANK_VARIABLES, sizeof RANK_VARIABLES / sizeof RANK_VARIABLES[0], &value);
}

uint32_t hc_ranks_launched_rank(void)
{
    unsigned long value = 0;
    (void)read_variable(RANK_VARIABLES, sizeof RANK_VARIABLES / sizeof RANK_VARIABLES[0], &value);
    return (uint32_t)value;
}

/* Open MPI looks for networks when it starts, for 0.2 s, also where all ranks are on one node: there they use shared
 * memory. What the user has chosen stays. */
static void skip_networks(void)
{
    static const char *const ALL[] = {"OMPI_COMM_WORLD_SIZE"};
    static const char *const HERE[] = {"OMPI_COMM_WORLD_LOCAL_SIZE"};
    unsigned long all = 0;
    unsigned long here = 0;
    if (read_variable(ALL, 1, &all) && read_variable(HERE, 1, &here) && all == here) {
        (void)setenv("OMPI_MCA_pml", "ob1", 0); /* without it the start only takes longer */
    }
}

/* MPI's own error handler ends all ranks, so its calls need no check. */
static void start_mpi(hc_ranks *ranks)
{
    int rank = 0;
    int count = 1;
    skip_networks();
    (void)MPI_Init(NULL, NULL);
    ranks->is_mpi_started = true;
    (void)MPI_Comm_dup(MPI_COMM_WORLD, &ranks->all);
    (void)MPI_Comm_rank(ranks->all, &rank);
    (void)MPI_Comm_size(ranks->all, &count);
    ranks->rank = (uint32_t)rank;
    ranks->count = (uint32_t)count;
}

int hc_ranks_alone(hc_ranks **out, hc_error *error)
{
    hc_ranks *ranks = calloc(1, sizeof *ranks);
    if (ranks == NULL) {
        return hc_error_memory(error);
    }
    ranks->count = 1;
    *out = ranks;
    return 0;
}

int hc_ranks_start(hc_ranks **out, hc_error *error)
{
    if (hc_ranks_alone(out, error) < 0) {
        return -1;
    }
    if (hc_ranks_are_launched()) {
        start_mpi(*out);
    }
    return 0;
}

void hc_ranks_stop(hc_ranks *ranks)
{
    if (ranks == NULL) {
        return;
    }
    if (ranks->is_mpi_started) {
        (void)MPI_Comm_free(&ranks->all);
        (void)MPI_Finalize();
    }
    free(ranks);
}

void hc_ranks_abort(const hc_ranks *ranks, int exit_code)
{
    if (ranks->is_mpi_started) {
        (void)MPI_Abort(ranks->all, exit_code);
    }
    exit(exit_code);
}

uint32_t hc_ranks_rank(const hc_ranks *ranks)
{
    return ranks->rank;
}

uint32_t hc_ranks_count(const hc_ranks *ranks)
{
    return ranks->count;
}

/* By their order in the world, so that all agree who is first. */
static void list_node(const hc_ranks *ranks, uint32_t *out)
{
    MPI_Comm node;
    (void)MPI_Comm_split_type(ranks->all, MPI_COMM_TYPE_SHARED, (int)ranks->rank, MPI_INFO_NULL,
                              &node);
    (void)MPI_Allgather(&ranks->rank, 1, MPI_UINT32_T, out, 1, MPI_UINT32_T, node);
    (void)MPI_Comm_free(&node);
}

static uint32_t count_node(const hc_ranks *ranks)
{
    MPI_Comm node;
    int count = 1;
    (void)MPI_Comm_split_type(ranks->all, MPI_COMM_TYPE_SHARED, (int)ranks->rank, MPI_INFO_NULL,
                              &node);
    (void)MPI_Comm_size(node, &count);
    (void)MPI_Comm_free(&node);
    return (uint32_t)count;
}

int hc_ranks_of_node(const hc_ranks *ranks, uint32_t **out, uint32_t *count, hc_error *error)
{
    uint32_t *list =
        malloc(ranks->count * sizeof *list); /* as many as all: the same on all ranks */
    if (list == NULL) {
        return hc_error_memory(error);
    }
    list[0] = 0;
    *count = 1;
    if (ranks->count > 1) {
        *count = count_node(ranks);
        list_node(ranks, list);
    }
    *out = list;
    return 0;
}

void hc_ranks_wait(const hc_ranks *ranks)
{
    if (ranks->count > 1) {
        (void)MPI_Barrier(ranks->all);
    }
}

/* MPI counts in int: longer arrays go in pieces. */
static int piece(size_t count)
{
    return count < INT_MAX ? (int)count : INT_MAX;
}

void hc_ranks_broadcast(const hc_ranks *ranks, void *data, size_t size)
{
    char *at = data;
    while (ranks->count > 1 && size > 0) {
        int step = piece(size);
        (void)MPI_Bcast(at, step, MPI_BYTE, 0, ranks->all);
        at += step;
        size -= (size_t)step;
    }
}

void hc_ranks_sum(const hc_ranks *ranks, uint64_t *values, size_t count)
{
    while (ranks->count > 1 && count > 0) {
        int step = piece(count);
        (void)MPI_Allreduce(MPI_IN_PLACE, values, step, MPI_UINT64_T, MPI_SUM, ranks->all);
        values += step;
        count -= (size_t)step;
    }
}

void hc_ranks_max(const hc_ranks *ranks, int64_t *values, size_t count)
{
    while (ranks->count > 1 && count > 0) {
        int step = piece(count);
        (void)MPI_Allreduce(MPI_IN_PLACE, values, step, MPI_INT64_T, MPI_MAX, ranks->all);
        values += step;
        count -= (size_t)step;
    }
}

int hc_ranks_first_failure(const hc_ranks *ranks, int code, uint32_t *failed_rank)
{
    int64_t first = code == 0 ? INT64_MIN : -(int64_t)ranks->rank;
    hc_ranks_max(ranks, &first, 1);
    if (first == INT64_MIN) {
        return 0;
    }
    *failed_rank = (uint32_t)-first;
    if (ranks->count > 1) {
        (void)MPI_Bcast(&code, 1, MPI_INT, (int)*failed_rank, ranks->all);
    }
    return code;
}
