#include "traces/port/answer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take_job(void *self, uint64_t job)
{
    (void)job;
    (*(size_t *)self)++;
    return 0;
}

static int take_size(void *self, uint64_t job, uint32_t gpus)
{
    (void)gpus;
    return take_job(self, job);
}

static int take_time(void *self, int64_t time_ns)
{
    (void)time_ns;
    return take_job(self, 0);
}

static int take_words(void *self, const char *why)
{
    (void)self;
    return strlen(why) >= HC_GUEST_WHY_SIZE ? abort(), -1 : -1;
}

/* What is accepted decides no more than it has bytes for, and what is refused has a reason. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char complaint[HC_ANSWER_COMPLAINT_SIZE];
    size_t count = 0;
    const hc_guest_host host = {&count,    take_job, take_job,  take_job,
                                take_size, take_job, take_time, take_words};
    hc_answer *answer = NULL;
    char *bytes = malloc(size == 0 ? 1 : size);
    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, data, size);
    answer = hc_answer_read(bytes, size, complaint);
    free(bytes); /* texts must have been copied */
    if (answer == NULL && complaint[0] == '\0') {
        abort();
    }
    if (answer != NULL && (hc_answer_decide(answer, &host) > 1 || count > size)) {
        abort();
    }
    hc_answer_destroy(answer);
    return 0;
}
