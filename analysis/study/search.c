#include "analysis/study/search_state.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int compare_places(const void *a, const void *b)
{
    uint32_t x = ((const hc_candidate_place *)a)->point;
    uint32_t y = ((const hc_candidate_place *)b)->point;
    return (x > y) - (x < y);
}

static int check_places(const hc_search *search, hc_error *error)
{
    for (size_t i = 1; i < search->candidate_count; i++) {
        if (search->places[i].point == search->places[i - 1].point) {
            return hc_error_set(error, HC_ERROR_USAGE, "point %u stands in the list twice",
                                search->places[i].point);
        }
    }
    return 0;
}

static int fill_candidates(hc_search *search, const uint32_t *points, hc_error *error)
{
    size_t count = search->candidate_count;
    search->candidates = calloc(count, sizeof *search->candidates);
    search->places = calloc(count, sizeof *search->places);
    search->ranking = calloc(count, sizeof *search->ranking);
    if (search->candidates == NULL || search->places == NULL || search->ranking == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        search->candidates[i].point = points[i];
        search->places[i] = (hc_candidate_place){.point = points[i], .candidate = (uint32_t)i};
        search->ranking[i] = (uint32_t)i;
    }
    search->ranked_count = count;
    qsort(search->places, count, sizeof *search->places, compare_places);
    return check_places(search, error);
}

int hc_search_create(hc_search **out, const hc_search_kind *kind, const uint32_t *points,
                     size_t point_count, hc_error *error)
{
    hc_search *search = NULL;
    if (point_count == 0 || point_count > HC_STUDY_POINT_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE, "a search has %zu points, expected 1..%d",
                            point_count, HC_STUDY_POINT_LIMIT);
    }
    search = calloc(1, sizeof *search);
    if (search == NULL) {
        return hc_error_memory(error);
    }
    search->kind = kind;
    search->candidate_count = point_count;
    if (fill_candidates(search, points, error) < 0) {
        hc_search_destroy(search);
        return -1;
    }
    *out = search;
    return 0;
}

int hc_search_check_confidence(double confidence, hc_error *error)
{
    return confidence > 0 && confidence < 1
               ? 0
               : hc_error_set(error, HC_ERROR_USAGE,
                              "the confidence is %g, expected more than 0 and less than 1",
                              confidence);
}

void hc_search_destroy(hc_search *search)
{
    if (search == NULL) {
        return;
    }
    for (size_t i = 0; search->candidates != NULL && i < search->candidate_count; i++) {
        free(search->candidates[i].values);
        free(search->candidates[i].is_told);
    }
    free(search->candidates);
    free(search->places);
    free(search->ranking);
    free(search->batch);
    free(search);
}

static int make_room(hc_search *search, size_t count)
{
    hc_search_request *grown = NULL;
    size_t room = 2 * (search->batch_count + count);
    if (search->batch_count + count <= search->batch_room) {
        return 0;
    }
    grown = realloc(search->batch, room * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    search->batch = grown;
    search->batch_room = room;
    return 0;
}

static int grow_candidate(hc_candidate *candidate, uint32_t repetitions)
{
    double *values = realloc(candidate->values, repetitions * sizeof *values);
    bool *is_told = NULL;
    if (values == NULL) {
        return -1;
    }
    candidate->values = values;
    is_told = realloc(candidate->is_told, repetitions * sizeof *is_told);
    if (is_told == NULL) {
        return -1;
    }
    candidate->is_told = is_told;
    return 0;
}

int hc_search_ask(hc_search *search, size_t index, uint32_t repetitions, hc_error *error)
{
    hc_candidate *candidate = &search->candidates[index];
    if (repetitions <= candidate->asked) {
        return 0;
    }
    if (make_room(search, repetitions - candidate->asked) < 0 ||
        grow_candidate(candidate, repetitions) < 0) {
        return hc_error_memory(error);
    }
    for (uint32_t r = candidate->asked; r < repetitions; r++) {
        candidate->values[r] = NAN;
        candidate->is_told[r] = false;
        search->batch[search->batch_count++] =
            (hc_search_request){.point = candidate->point, .repetition = r};
    }
    search->pending += repetitions - candidate->asked;
    candidate->asked = repetitions;
    return 0;
}

const hc_search_request *hc_search_batch(const hc_search *search, size_t *count)
{
    *count = search->batch_count;
    return search->batch;
}

static hc_candidate *find_candidate(const hc_search *search, uint32_t point)
{
    hc_candidate_place key = {.point = point};
    const hc_candidate_place *place = bsearch(&key, search->places, search->candidate_count,
                                              sizeof *search->places, compare_places);
    return place == NULL ? NULL : &search->candidates[place->candidate];
}

int hc_search_tell(hc_search *search, hc_search_request run, double value, hc_error *error)
{
    hc_candidate *candidate = find_candidate(search, run.point);
    if (candidate == NULL || run.repetition >= candidate->asked) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "repetition %u of point %u was not asked for",
                            run.repetition, run.point);
    }
    if (candidate->is_told[run.repetition]) {
        return 0;
    }
    candidate->values[run.repetition] = value;
    candidate->is_told[run.repetition] = true;
    search->pending--;
    if (search->pending > 0) {
        return 0;
    }
    search->batch_count = 0;
    return search->kind->advance(search, error);
}

hc_interval hc_search_interval(const hc_search *search, size_t index)
{
    const hc_candidate *candidate = &search->candidates[index];
    return hc_interval_of(candidate->values, candidate->asked, search->confidence);
}

hc_interval hc_search_difference(const hc_search *search, size_t a, size_t b)
{
    const hc_candidate *x = &search->candidates[a];
    const hc_candidate *y = &search->candidates[b];
    return hc_interval_of_pairs(x->values, y->values, x->asked < y->asked ? x->asked : y->asked,
                                search->confidence);
}

static void count_runs(const hc_search *search, hc_search_result *result)
{
    for (size_t i = 0; i < search->candidate_count; i++) {
        const hc_candidate *candidate = &search->candidates[i];
        result->point_count += candidate->asked > 0 ? 1 : 0;
        result->run_count += candidate->asked;
        for (uint32_t r = 0; r < candidate->asked; r++) {
            result->failed_count += isfinite(candidate->values[r]) ? 0 : 1;
        }
    }
}

hc_search_result hc_search_result_of(const hc_search *search)
{
    hc_search_result result = {.point = HC_SEARCH_NONE,
                               .runner_up = HC_SEARCH_NONE,
                               .interval = {.mean = NAN, .half_width = NAN}};
    assert(search->batch_count == 0);
    count_runs(search, &result);
    search->kind->conclude(search, &result);
    return result;
}

uint32_t hc_search_repetitions(const hc_search *search, uint32_t point)
{
    const hc_candidate *candidate = find_candidate(search, point);
    return candidate == NULL ? 0 : candidate->asked;
}
