#include "cli/efficiency_choice.h"

#include <stdio.h>
#include <string.h>

void hc_efficiency_names(char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < hc_efficiency_count() && length < size; i++) {
        length += (size_t)snprintf(out + length, size - length, "%s%s", i > 0 ? ", " : "",
                                   hc_efficiency_at(i)->name);
    }
}

int hc_efficiency_choose(hc_efficiency_choice *out, const char *text, hc_error *error)
{
    *out = (hc_efficiency_choice){.efficiency = text == NULL ? NULL : hc_efficiency_find(text)};
    if (text == NULL || out->efficiency != NULL) {
        return 0;
    }
    if (strpbrk(text, "./") != NULL) {
        if (hc_efficiency_file_read(&out->file, text, error) < 0) {
            return -1;
        }
        out->efficiency = hc_efficiency_file_profile(out->file);
        return 0;
    }
    char names[256];
    hc_efficiency_names(names, sizeof names);
    return hc_error_set(error, HC_ERROR_USAGE,
                        "--profile: expected one of %s, or a file, got \"%.100s\"", names, text);
}

void hc_efficiency_choice_release(hc_efficiency_choice *choice)
{
    hc_efficiency_file_destroy(choice->file);
    *choice = (hc_efficiency_choice){.efficiency = NULL};
}
