#include "sim/error.h"

#include <stdarg.h>
#include <stdio.h>

/* A message is stored whole or not at all: half a sentence misleads. */
int hc_error_set(hc_error *error, hc_error_kind kind, const char *format, ...)
{
    va_list arguments;
    size_t room = 0;
    size_t start = 0;
    int length = 0;
    if (error == NULL) {
        return -1;
    }
    if (error->count == 0) {
        error->kind = kind;
    }
    error->count++;
    start = error->length == 0 ? 0 : error->length + 1;
    if (start >= sizeof error->text) {
        return -1;
    }
    room = sizeof error->text - start;
    va_start(arguments, format);
    length = vsnprintf(error->text + start, room, format, arguments);
    va_end(arguments);
    if (length < 0 || ((size_t)length >= room && start > 0)) {
        error->text[error->length] = '\0';
        return -1;
    }
    if (start > 0) {
        error->text[start - 1] = '\n';
    }
    error->length = start + ((size_t)length < room ? (size_t)length : room - 1);
    return -1;
}

int hc_error_memory(hc_error *error)
{
    return hc_error_set(error, HC_ERROR_RUNTIME, "out of memory");
}
