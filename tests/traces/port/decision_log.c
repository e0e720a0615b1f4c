#include "tests/traces/port/decision_log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static int note(void *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int note(void *self, const char *format, ...)
{
    hc_decision_log *log = self;
    size_t room = sizeof log->text - log->length;
    va_list arguments;
    int length = 0;
    va_start(arguments, format);
    length = vsnprintf(log->text + log->length, room, format, arguments);
    va_end(arguments);
    log->length += (size_t)length < room ? (size_t)length : room - 1;
    log->count++;
    return 0;
}

static int fits(void *self, uint64_t job)
{
    (void)self;
    (void)job;
    return 1;
}

static int start(void *self, uint64_t job)
{
    return note(self, "start %" PRIu64 "; ", job);
}

static int preempt(void *self, uint64_t job)
{
    return note(self, "preempt %" PRIu64 "; ", job);
}

static int resize(void *self, uint64_t job, uint32_t gpus)
{
    return note(self, "resize %" PRIu64 " %" PRIu32 "; ", job, gpus);
}

static int hold(void *self, uint64_t job)
{
    return note(self, "hold %" PRIu64 "; ", job);
}

static int wake(void *self, int64_t time_ns)
{
    return note(self, "wake %" PRId64 "; ", time_ns);
}

static int fail(void *self, const char *why)
{
    (void)note(self, "fail %s; ", why);
    return -1;
}

hc_guest_host hc_decision_log_host(hc_decision_log *log)
{
    *log = (hc_decision_log){.length = 0};
    return (hc_guest_host){log, fits, start, preempt, resize, hold, wake, fail};
}
