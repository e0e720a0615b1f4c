#include "sim/jobs/admission.h"

#include <stdlib.h>

struct hc_admission {
    hc_partition_id partition;
    const hc_placement *placement;
    hc_occupancy *empty;
};

int hc_admission_create(hc_admission **out, const hc_machine *machine, hc_partition_id partition,
                        const hc_placement *placement, const hc_occupancy_options *options,
                        hc_error *error)
{
    hc_occupancy_options empty = *options;
    hc_admission *admission = calloc(1, sizeof *admission);
    if (admission == NULL) {
        return hc_error_memory(error);
    }
    empty.is_forecast = true; /* nothing is ever taken from it */
    admission->partition = partition;
    admission->placement = placement;
    if (hc_occupancy_create(&admission->empty, machine, partition, &empty, error) < 0) {
        free(admission);
        return -1;
    }
    *out = admission;
    return 0;
}

void hc_admission_destroy(hc_admission *admission)
{
    if (admission == NULL) {
        return;
    }
    hc_occupancy_destroy(admission->empty);
    free(admission);
}

bool hc_request_is_plain(const hc_request *request)
{
    return request->kinds == UINT64_MAX && request->cpu_milli == 0 && request->memory_bytes == 0 &&
           !request->is_single_node && request->gpu_count > 0 && request->gpu_milli == HC_WHOLE_GPU;
}

bool hc_placement_fits(const hc_placement *placement, hc_occupancy *occupancy,
                       const hc_request *request)
{
    if (hc_request_is_plain(request)) {
        return hc_request_milli(request) <= placement->largest_milli(occupancy);
    }
    return placement->plan(occupancy, request, hc_occupancy_plan(occupancy));
}

/* Most GPUs that one gang, and one node, of the classes that a request accepts could have. */
static hc_rejection explain(const hc_occupancy *empty, const hc_request *request)
{
    bool is_any_allowed = false;
    uint64_t largest_class = 0;
    uint64_t largest_node = 0;
    for (uint32_t i = 0; i < hc_occupancy_class_count(empty); i++) {
        const hc_class_view *view = hc_occupancy_class(empty, i);
        uint64_t in_class = (uint64_t)view->node_count * view->gpu_count;
        if (hc_class_is_allowed(view, request)) {
            is_any_allowed = true;
            largest_class = in_class > largest_class ? in_class : largest_class;
            largest_node = view->gpu_count > largest_node ? view->gpu_count : largest_node;
        }
    }
    if (!is_any_allowed) {
        return HC_REJECTION_KIND;
    }
    if (request->gpu_count > largest_class) {
        return HC_REJECTION_SIZE;
    }
    if (request->is_single_node && request->gpu_count > largest_node) {
        return HC_REJECTION_NODE;
    }
    return HC_REJECTION_HOST;
}

hc_rejection hc_admission_judge(hc_admission *admission, const hc_job_spec *spec)
{
    if (spec->partition.index != admission->partition.index) {
        return HC_REJECTION_PARTITION;
    }
    return hc_placement_fits(admission->placement, admission->empty, &spec->request)
               ? HC_REJECTION_NONE
               : explain(admission->empty, &spec->request);
}
