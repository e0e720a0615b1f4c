#ifndef HC_TRACES_JSON_PATHS_H
#define HC_TRACES_JSON_PATHS_H

#include "traces/json_stream.h"

/** A JSON file as values with their paths: "[].fault_type.Level", "data[]", "metadata.gap_seconds". Paths of more
 *  than 127 bytes are told as "". */
typedef struct hc_json_paths hc_json_paths;

/** Who is told. Texts are borrowed for the call. Each returns 0, or -1 with `error` set, which ends the reading.
 *  `begin` and `end` may be NULL. */
typedef struct hc_json_path_listener {
    void *self;
    /** Of an object or an array. @param line  where it begins; its text as far as it is at hand */
    int (*begin)(void *self, const char *path, const hc_line *line, hc_error *error);
    int (*value)(void *self, const char *path, hc_json_kind kind, hc_field text, hc_error *error);
    int (*end)(void *self, const char *path, hc_error *error);
} hc_json_path_listener;

/** Reads a file to its end. @return 0, or -1 with `error` set. */
int hc_json_paths_read(hc_input_file *input, const hc_json_path_listener *listener,
                       hc_error *error);

#endif
