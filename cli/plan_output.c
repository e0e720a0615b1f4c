#include "cli/plan_output.h"

#include "analysis/plain_text.h"
#include "cli/json_output.h"
#include "cli/plan_json.h"
#include "cli/wrapped_line.h"
#include "sim/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASONS_SHOWN = 5, CELL = 16 };

static bool has_length(const hc_plan_list *list)
{
    return list->job->tokens > 0 || list->job->steps > 0;
}

/* Virtual stages, or the schedule that has none. */
static void write_schedule(const hc_parallel_plan *plan, char *out)
{
    static const char *const MARKS[] = {"", "gp", "zb", "dual"};
    if (plan->schedule == HC_PIPELINE_1F1B) {
        (void)snprintf(out, CELL, "%" PRIu32, plan->interleave);
    } else {
        (void)snprintf(out, CELL, "%s", MARKS[plan->schedule]);
    }
}

/* "91.2k": what a column of six has room for. */
static void write_dollars(double dollars, char *out)
{
    static const char LETTERS[] = "\0kMBT";
    size_t i = 0;
    for (; dollars >= 999.5 && i + 2 < sizeof LETTERS; i++) {
        dollars /= 1000;
    }
    (void)snprintf(out, CELL, "%.3g%.1s", dollars, LETTERS + i);
}

/* "tensor_exposed +0.73 s" as "tensor +0.73": a row has no more room. */
static void write_why(const hc_listed_plan *p, char *out, size_t size)
{
    size_t name = strcspn(p->why, " ");
    size_t amount = p->why[name] == '\0' ? 0 : 1 + strcspn(p->why + name + 1, " ");
    (void)snprintf(out, size, "%.*s%.*s", (int)strcspn(p->why, "_ "), p->why, (int)amount,
                   p->why + name);
}

static void print_row(const hc_plan_list *list, const hc_listed_plan *p, size_t number,
                      const hc_listed_plan *best)
{
    static const char *const RECOMPUTATIONS[] = {"-", "sel", "all"};
    const hc_parallel_plan *plan = &p->choice->plan;
    char dollars[CELL] = "-";
    char days[CELL] = "-";
    char mark[CELL] = "";
    char stages[CELL];
    char why[sizeof p->why];
    write_schedule(plan, stages);
    write_why(p, why, sizeof why);
    if (p->dollars > 0 && has_length(list)) {
        write_dollars(p->dollars, dollars);
    }
    if (has_length(list)) {
        (void)snprintf(days, sizeof days, "%.3g", p->seconds / 86400);
    }
    if (p != best) {
        (void)snprintf(mark, sizeof mark, "%+.1f%%", 100 * (p->seconds / best->seconds - 1));
    }
    printf("%2zu%c %-12.12s %5" PRIu32 " %3" PRIu32 " %3" PRIu32 " %2" PRIu32 " %3" PRIu32
           " %5" PRIu32 " %4s %2" PRIu32 " %" PRIu32 " %-3s %6.4g %5s %5s %6s%s%s\n",
           number, p->is_on_front ? '*' : ' ', p->offer->accelerator->name, p->offer->gpus,
           plan->tp, plan->pp, plan->cp, plan->ep, plan->dp, stages, plan->micro_batch, plan->zero,
           RECOMPUTATIONS[plan->recompute], p->choice->step_seconds, days, dollars, mark,
           why[0] == '\0' ? "" : " ", why);
}

static void print_columns(void)
{
    printf(" #  %-12s %5s %3s %3s %2s %3s %5s %4s %2s %s %-3s %6s %5s %5s %6s %s\n", "GPU", "count",
           "tp", "pp", "cp", "ep", "dp", "v", "mb", "z", "rec", "step s", "days", "USD", "slower",
           "why not better");
}

typedef struct reason {
    hc_plan_obstacle obstacle;
    uint64_t count;
} reason;

static int by_count(const void *left, const void *right)
{
    const reason *a = left;
    const reason *b = right;
    int order = (a->count < b->count) - (a->count > b->count);
    return order != 0 ? order : (int)a->obstacle - (int)b->obstacle;
}

static void print_reasons(const hc_plan_counts *counts)
{
    reason reasons[HC_OBSTACLE_COUNT];
    uint64_t refused = counts->tried - counts->fitting;
    hc_wrapped_line line;
    for (int i = 0; i < HC_OBSTACLE_COUNT; i++) {
        reasons[i] = (reason){(hc_plan_obstacle)i, counts->obstacles[i]};
    }
    qsort(reasons, HC_OBSTACLE_COUNT, sizeof reasons[0], by_count);
    if (refused == 0) {
        return;
    }
    hc_wrapped_begin(&line, "infeasible");
    for (int i = 0; i < REASONS_SHOWN && 200 * reasons[i].count > refused; i++) {
        hc_wrapped_add(&line, "%s%.0f %% %s", i == 0 ? "" : "| ",
                       100 * (double)reasons[i].count / (double)refused,
                       hc_plan_obstacle_name(reasons[i].obstacle));
    }
    hc_wrapped_end(&line);
}

static void print_counts(const hc_plan_counts *counts)
{
    char fitting[HC_UNIT_TEXT_SIZE];
    char tried[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)counts->fitting, fitting);
    hc_format_count((int64_t)counts->tried, tried);
    printf("  %s of %s plans fit.\n", fitting, tried);
    print_reasons(counts);
}

static void print_front(const hc_plan_list *list)
{
    if (list->front_count < 2) {
        return;
    }
    printf("\nNone is both faster and cheaper than these:\n");
    print_columns();
    for (size_t i = 0; i < list->front_count; i++) {
        print_row(list, &list->front[i], i + 1, &list->front[0]);
    }
}

void hc_plan_list_print(const hc_plan_list *list)
{
    printf("%s, global batch %" PRIu32 ", %s\n", list->job->shape.name,
           list->job->plan.global_batch, hc_precision_name(list->job->plan.precision));
    if (list->count > 0) {
        print_columns();
    }
    for (size_t i = 0; i < list->count; i++) {
        print_row(list, &list->plans[i], i + 1, &list->plans[0]);
    }
    print_counts(&list->counts);
    print_front(list);
}

static json_t *row_json(const hc_plan_list *list, const hc_listed_plan *p)
{
    bool is_run = has_length(list);
    json_t *row =
        json_pack("{s:s, s:I, s:o, s:f, s:f, s:b, s:s}", "gpu", p->offer->accelerator->name, "gpus",
                  (json_int_t)p->offer->gpus, "plan", hc_plan_json(&p->choice->plan),
                  "step_seconds", p->choice->step_seconds, "memory_bytes", p->choice->memory_bytes,
                  "pareto", p->is_on_front ? 1 : 0, "why_not_better", p->why);
    (void)json_object_set_new(row, "days", is_run ? json_real(p->seconds / 86400) : json_null());
    (void)json_object_set_new(row, "dollars",
                              is_run && p->dollars > 0 ? json_real(p->dollars) : json_null());
    (void)json_object_set_new(
        row, "kg_co2", is_run && p->offer->terms.watts > 0 ? json_real(p->kg_co2) : json_null());
    return row;
}

static json_t *rows_json(const hc_plan_list *list, const hc_listed_plan *plans, size_t count)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = row_json(list, &plans[i]);
        (void)json_object_set_new(row, "slower",
                                  json_real(plans[i].seconds / plans[0].seconds - 1));
        (void)json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *reasons_json(const hc_plan_counts *counts)
{
    json_t *object = json_object();
    for (int i = 0; i < HC_OBSTACLE_COUNT; i++) {
        if (counts->obstacles[i] > 0) {
            (void)json_object_set_new(object, hc_plan_obstacle_name((hc_plan_obstacle)i),
                                      json_integer((json_int_t)counts->obstacles[i]));
        }
    }
    return object;
}

int hc_plan_list_print_json(const hc_plan_list *list)
{
    const hc_plan_counts *counts = &list->counts;
    return hc_print_json(json_pack(
        "{s:s, s:o, s:I, s:I, s:I, s:o, s:o, s:o}", "schema", "hindcast-plan-1", "model",
        hc_json_text(list->job->shape.name), "tried", (json_int_t)counts->tried, "possible",
        (json_int_t)counts->possible, "fitting", (json_int_t)counts->fitting, "infeasible",
        reasons_json(counts), "plans", rows_json(list, list->plans, list->count), "front",
        rows_json(list, list->front, list->front_count)));
}
