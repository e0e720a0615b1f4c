#include "sim/federation/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A job that is taken can be sent on, and is the same where it arrives. */
static void check_job(const hc_job_spec *spec, hc_job_id id)
{
    unsigned char bytes[HC_MESSAGE_MAX];
    char name[HC_JOB_NAME_LIMIT + 1];
    hc_job_spec back;
    hc_job_id id_back;
    size_t written = hc_job_message_write(spec, id, bytes);
    if (written > sizeof bytes ||
        hc_job_message_read(&back, &id_back, name, bytes, written, NULL) < 0 ||
        id_back.index != id.index || back.run_time != spec->run_time ||
        back.submit != spec->submit || back.request.gpu_count != spec->request.gpu_count ||
        (back.name == NULL) != (spec->name == NULL) ||
        (spec->name != NULL && strcmp(back.name, spec->name) != 0)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[HC_JOB_NAME_LIMIT + 1];
    hc_error error = HC_ERROR_NONE;
    hc_site_report report;
    hc_job_spec spec;
    hc_job_id id;
    if (hc_job_message_read(&spec, &id, name, data, size, &error) == 0) {
        check_job(&spec, id);
    }
    (void)hc_report_message_read(&report, data, size, &error);
    return 0;
}
