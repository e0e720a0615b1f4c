#include "workloads/plan/pipeline.h"

#include <assert.h>
#include <math.h>

/* A pipeline with its transfers: a stage is held for `held` with each forward and each backward, or the next stage
 * waits for `latency`. Sums are over all stages. */
typedef struct line {
    const hc_pipeline *pipeline;
    double held;
    double latency;
    double stages;
    double work; /* forward and backward, with the gradients of weights */
    double slowest_work;
    const hc_pipeline_stages *slowest; /* of the stage that it belongs to */
} line;

static double forward_of(const line *l, const hc_pipeline_stages *run)
{
    return run->forward_seconds + l->held;
}

static double backward_of(const line *l, const hc_pipeline_stages *run)
{
    return run->backward_seconds + run->weight_seconds + l->held;
}

static double work_of(const line *l, const hc_pipeline_stages *run)
{
    return forward_of(l, run) + backward_of(l, run);
}

static line make_line(const hc_pipeline *pipeline, double held, double latency)
{
    line l = {.pipeline = pipeline, .held = held, .latency = latency, .slowest = pipeline->runs};
    for (size_t i = 0; i < pipeline->run_count; i++) {
        const hc_pipeline_stages *run = &pipeline->runs[i];
        l.stages += run->count;
        l.work += run->count * work_of(&l, run);
        l.slowest = work_of(&l, run) > work_of(&l, l.slowest) ? run : l.slowest;
    }
    l.slowest_work = work_of(&l, l.slowest);
    return l;
}

/* Work of the last `count` stages. */
static double work_of_last(const line *l, double count)
{
    double work = 0;
    for (size_t i = l->pipeline->run_count; i-- > 0 && count > 0;) {
        double taken = fmin(count, l->pipeline->runs[i].count);
        work += taken * work_of(l, &l->pipeline->runs[i]);
        count -= taken;
    }
    return work;
}

/* The longest chain of dependencies through the forwards and backwards of one stage. The first micro-batch reaches it
 * after `before`, and comes back from the `rest` stages behind it after `after`; until then the stage has `rest`
 * forwards to do, and as many backwards while the last one is away. */
static double chain_through(const line *l, const hc_pipeline_stages *run, double before,
                            double after, double rest)
{
    double m = l->pipeline->micro_batches;
    double forward = forward_of(l, run);
    double backward = backward_of(l, run);
    double own = m * (forward + backward);
    if (m > rest + 1) {
        return before + own + fmax(0, after - rest * forward) + fmax(0, after - rest * backward);
    }
    return before + fmax(own, after + fmax(forward + m * backward, m * forward + backward));
}

/* The last n stages start the forward of micro-batch k + n after the backward of k is through: with transfers, a way
 * to the end and back holds them up once for n micro-batches. */
static double chain_of_returns(const line *l)
{
    double m = l->pipeline->micro_batches;
    double rounds = floor((m - 1) / l->stages);
    double left = m - 1 - rounds * l->stages;
    double round = l->work + 2 * l->latency * (l->stages - 1);
    return (rounds + 1) * round + work_of_last(l, left) + 2 * l->latency * fmax(0, left - 1);
}

/* Narayanan et al. 2021, section 2.2. What a chain through a stage takes is convex along a run of equal stages: its
 * first and its last stage decide. */
static double seconds_1f1b(const line *l)
{
    double whole = l->work + 2 * l->latency * (l->stages - 1);
    double seconds = chain_of_returns(l);
    double before = 0;
    double rest = l->stages - 1;
    for (size_t i = 0; i < l->pipeline->run_count; i++) {
        const hc_pipeline_stages *run = &l->pipeline->runs[i];
        double work = work_of(l, run);
        double others = run->count - 1;
        double last = before + others * (work + 2 * l->latency);
        seconds = fmax(seconds, chain_through(l, run, before, whole - before - work, rest));
        seconds = fmax(seconds, chain_through(l, run, last, whole - last - work, rest - others));
        before = last + work + 2 * l->latency;
        rest -= run->count;
    }
    return seconds;
}

/* All forwards, then all backwards: two flow shops of equal jobs. */
static double seconds_gpipe(const line *l)
{
    double forward = 0;
    double backward = 0;
    for (size_t i = 0; i < l->pipeline->run_count; i++) {
        forward = fmax(forward, forward_of(l, &l->pipeline->runs[i]));
        backward = fmax(backward, backward_of(l, &l->pipeline->runs[i]));
    }
    return l->work + (l->pipeline->micro_batches - 1.0) * (forward + backward) +
           2 * l->latency * (l->stages - 1);
}

/* Narayanan et al. 2021, section 2.2: the bubble is one virtual stage of each other stage. Two micro-batches lie between
 * neighbours, so that latency shows while the pipeline fills and drains only. */
static double seconds_interleaved(const line *l)
{
    double v = l->pipeline->interleave;
    return l->pipeline->micro_batches * l->slowest_work + (l->work - l->slowest_work) / v +
           2 * l->latency * (l->stages * v - 1);
}

/* Gradients of weights that fill the waits of a stage: no more of them than what it waits for. */
static double filling_of(const line *l, const hc_pipeline_stages *run)
{
    return fmin(run->weight_seconds, fmin(forward_of(l, run), run->backward_seconds + l->held));
}

/* ZB-H1, Qi et al. 2023 (arXiv:2401.10241): stage i does the gradients of weights i micro-batches late. The bubble is
 * (p - 1)(F + B - W). */
static double seconds_zero_bubble(const line *l)
{
    double m = l->pipeline->micro_batches;
    double bubble = fmax(0, l->stages - m) * filling_of(l, l->slowest);
    for (size_t i = 0; i < l->pipeline->run_count; i++) {
        const hc_pipeline_stages *run = &l->pipeline->runs[i];
        double others = run->count - (run == l->slowest ? 1.0 : 0.0);
        bubble += others * (work_of(l, run) - run->weight_seconds - filling_of(l, run));
    }
    return m * l->slowest_work + bubble +
           2 * l->latency * (l->stages - 1 + fmin(fmax(m - 2, 0), l->stages - 1));
}

/* Work of the GPU with most of it: it holds a stage and its mirror image. */
static double slowest_pair(const line *l)
{
    const hc_pipeline_stages *low = l->pipeline->runs;
    const hc_pipeline_stages *high = low + l->pipeline->run_count - 1;
    double low_left = low->count;
    double high_left = high->count;
    double pairs = l->stages / 2;
    double slowest = 0;
    for (;;) {
        double taken = fmin(low_left, high_left);
        slowest = fmax(slowest, work_of(l, low) + work_of(l, high));
        pairs -= taken;
        if (pairs <= 0) {
            return slowest;
        }
        low_left = low_left > taken ? low_left - taken : (++low)->count;
        high_left = high_left > taken ? high_left - taken : (--high)->count;
    }
}

/* DeepSeek-V3 2024, table 2: the bubble is (p/2 - 1)(F&B + B - 3W), B with the gradients of weights; a pair F&B takes
 * as long as its parts. Latency as in a replay of the schedule. */
static double seconds_dualpipe(const line *l)
{
    double m = l->pipeline->micro_batches;
    double ideal = 0;
    for (size_t i = 0; i < l->pipeline->run_count; i++) {
        const hc_pipeline_stages *run = &l->pipeline->runs[i];
        ideal += run->count * (work_of(l, run) + backward_of(l, run) - 3 * run->weight_seconds);
    }
    return m * slowest_pair(l) / 2 + (l->stages / 2 - 1) * fmax(0, ideal / l->stages) +
           l->latency * ceil(m * (l->stages - 1) / l->stages + fmax(1, 3 * (l->stages / 2 - 1)));
}

static double seconds_of(const line *l)
{
    if (l->stages == 1) {
        return l->pipeline->micro_batches * l->slowest_work;
    }
    switch (l->pipeline->schedule) {
    case HC_PIPELINE_GPIPE:
        return seconds_gpipe(l);
    case HC_PIPELINE_ZERO_BUBBLE:
        return seconds_zero_bubble(l);
    case HC_PIPELINE_DUALPIPE:
        return seconds_dualpipe(l);
    case HC_PIPELINE_1F1B:
    case HC_PIPELINE_COUNT:
        break;
    }
    return l->pipeline->interleave > 1 ? seconds_interleaved(l) : seconds_1f1b(l);
}

void hc_pipeline_predict(const hc_pipeline *pipeline, hc_pipeline_time *out)
{
    line swift = make_line(pipeline, 0, 0);
    double transfer = swift.stages > 1 ? pipeline->transfer_seconds : 0;
    double unhindered = seconds_of(&swift);
    assert(pipeline->run_count > 0 && pipeline->micro_batches > 0);
    out->seconds = unhindered;
    if (transfer > 0) {
        line real = pipeline->waits_for_transfers
                        ? make_line(pipeline, transfer * pipeline->interleave, 0)
                        : make_line(pipeline, 0, transfer);
        out->seconds = seconds_of(&real);
    }
    out->busy_seconds = pipeline->micro_batches * swift.slowest_work;
    if (pipeline->schedule == HC_PIPELINE_DUALPIPE && swift.stages > 1) {
        out->busy_seconds = pipeline->micro_batches * slowest_pair(&swift) / 2;
    }
    out->transfer_seconds = out->seconds - unhindered;
    out->bubble_seconds = unhindered - out->busy_seconds;
}

/* Interleaved: the warm-up of Megatron-LM and the micro-batch that it works on. ZB-H1 keeps what the late gradients of
 * weights need, DualPipe micro-batches of both directions. */
double hc_pipeline_in_flight(hc_pipeline_schedule schedule, uint32_t stages, uint32_t interleave,
                             uint32_t micro_batches, uint32_t stage)
{
    double m = micro_batches;
    double behind = stages - 1.0 - stage;
    assert(stage < stages);
    switch (schedule) {
    case HC_PIPELINE_GPIPE:
        return m;
    case HC_PIPELINE_ZERO_BUBBLE:
        return fmin(m, stages);
    case HC_PIPELINE_DUALPIPE:
        return stages == 1 ? 1 : fmin(m, stages + 1.0);
    case HC_PIPELINE_1F1B:
    case HC_PIPELINE_COUNT:
        break;
    }
    return interleave > 1 ? fmin(m, (2 * behind + (interleave - 1.0) * stages + 1) / interleave)
                          : fmin(m, behind + 1);
}
