#include "cli/check_output.h"

#include "cli/assemble_federation.h"
#include "cli/wrapped_line.h"
#include "sim/units.h"

#include <stdio.h>

/* Sites from `first` on that are alike. */
static size_t count_alike(const hc_assembly *a, size_t first)
{
    size_t count = 1;
    while (first + count < a->site_count &&
           a->sites[first + count].choice->value == a->sites[first].choice->value) {
        count++;
    }
    return count;
}

/* "8 x oslo 1,024 GPUs easy" */
static void add_sites(hc_wrapped_line *line, const hc_assembly *a, size_t first, size_t count)
{
    const hc_assembled_site *site = &a->sites[first];
    hc_partition_id partition = {(uint16_t)first};
    const char *name = hc_value_text(hc_value_get(site->choice->value, "name"));
    const char *end = first + count < a->site_count ? "," : "";
    char gpus[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)hc_machine_partition(a->machine, partition)->gpu_count, gpus);
    if (count == 1) {
        hc_wrapped_add(line, "%s %s GPUs %s%s", name, gpus, site->scheduler.policy_name, end);
    } else {
        hc_wrapped_add(line, "%zu x %s %s GPUs %s%s", count, name, gpus,
                       site->scheduler.policy_name, end);
    }
}

void hc_check_print_sites(const hc_assembly *a)
{
    const hc_broker_options *broker = &a->federation.broker;
    hc_wrapped_line line;
    char text[HC_SCHEDULER_TEXT_SIZE];
    char every[HC_UNIT_TEXT_SIZE];
    char delay[HC_UNIT_TEXT_SIZE];
    hc_wrapped_begin(&line, "sites");
    for (size_t i = 0; i < a->site_count;) {
        size_t count = count_alike(a, i);
        add_sites(&line, a, i, count);
        i += count;
    }
    hc_wrapped_end(&line);
    hc_assembly_write_federation(a, text, sizeof text);
    hc_format_duration(broker->report_every, every);
    hc_format_duration(broker->report_delay, delay);
    printf("  broker     %s, reports every %s, %s old\n", text, every, delay);
}
