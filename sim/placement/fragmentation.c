#include "sim/placement/fragmentation.h"

#include "sim/ids.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_classes(const hc_task_class *a, const hc_task_class *b)
{
    int order = compare_numbers(a->cpu_milli, b->cpu_milli);
    order = order != 0 ? order : compare_numbers(a->gpu_milli, b->gpu_milli);
    order = order != 0 ? order : compare_numbers(a->gpu_count, b->gpu_count);
    return order != 0 ? order : compare_numbers(a->kinds, b->kinds);
}

static int by_class(const void *a, const void *b)
{
    return compare_classes(a, b);
}

/* The commonest first; while counting, `share` is a number of tasks. */
static int by_share(const void *a, const void *b)
{
    const hc_task_class *x = a;
    const hc_task_class *y = b;
    if (x->share != y->share) {
        return x->share > y->share ? -1 : 1;
    }
    return compare_classes(x, y);
}

static hc_task_class class_of(const hc_request *request)
{
    return (hc_task_class){
        .kinds = request->kinds,
        .cpu_milli = request->cpu_milli,
        .gpu_count = request->gpu_count,
        .gpu_milli = request->gpu_count == 0 ? 0 : request->gpu_milli,
        .share = 1,
    };
}

/* Joins equal neighbours. @return how many classes are left. */
static size_t join(hc_task_class *classes, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_classes(&classes[kept - 1], &classes[i]) == 0) {
            classes[kept - 1].share += classes[i].share;
        } else {
            classes[kept++] = classes[i];
        }
    }
    return kept;
}

int hc_task_mix_make(hc_task_mix *out, const hc_request *requests, size_t count, double coverage)
{
    double covered = 0;
    size_t class_count = 0;
    *out = (hc_task_mix){.classes = calloc(count == 0 ? 1 : count, sizeof *out->classes)};
    if (out->classes == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        out->classes[i] = class_of(&requests[i]);
    }
    qsort(out->classes, count, sizeof *out->classes, by_class);
    class_count = join(out->classes, count);
    qsort(out->classes, class_count, sizeof *out->classes, by_share);
    while (out->count < class_count && covered < coverage * (double)count) {
        covered += out->classes[out->count++].share;
    }
    for (size_t i = 0; i < out->count; i++) {
        out->classes[i].share /= covered;
    }
    return 0;
}

void hc_task_mix_free(hc_task_mix *mix)
{
    free(mix->classes);
    *mix = (hc_task_mix){0};
}

static bool is_kind_allowed(const hc_task_class *task, uint32_t kind)
{
    return task->kinds == UINT64_MAX || (kind != HC_NO_INDEX && (task->kinds >> kind & 1) != 0);
}

/* Fragments of a node for one class. */
static uint64_t fragments(const hc_task_class *task, const hc_node_rest *node)
{
    uint64_t all = 0;
    uint64_t too_small = 0;
    uint32_t large_enough = 0;
    for (uint32_t i = 0; i < node->gpu_count; i++) {
        all += node->free_milli[i];
        too_small += node->free_milli[i] < task->gpu_milli ? node->free_milli[i] : 0;
        large_enough += node->free_milli[i] >= task->gpu_milli ? 1 : 0;
    }
    if (task->gpu_count == 0 || large_enough < task->gpu_count ||
        node->free_cpu_milli < task->cpu_milli || !is_kind_allowed(task, node->kind)) {
        return all;
    }
    return too_small;
}

double hc_fragmentation(const hc_task_mix *mix, const hc_node_rest *node)
{
    double sum = 0;
    for (size_t i = 0; i < mix->count; i++) {
        sum += mix->classes[i].share * (double)fragments(&mix->classes[i], node);
    }
    return sum;
}

int hc_fragmentation_score(double before, double after)
{
    return (int)(100 / (1 + exp((after - before) / 1000)));
}
