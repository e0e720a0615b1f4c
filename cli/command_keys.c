#include "cli/commands.h"

#include "cli/json_output.h"
#include "sim/scenario/utf8.h"
#include "traces/stream/curve_keys.h"

#include <argp.h>
#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { KEY_JSON = 256 };

typedef struct keys_arguments {
    const char *name;
    bool is_json;
} keys_arguments;

static const struct argp_option OPTIONS[] = {
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    keys_arguments *a = state->input;
    switch (key) {
    case KEY_JSON:
        a->is_json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->name != NULL) {
            argp_error(state, "one pair of keys at a time");
        }
        a->name = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which name? NAME.key and NAME.key_secret will be written");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The name stands in commands to be typed and in JSON: it has to show as it is. */
static int check_name(const char *name, hc_error *error)
{
    size_t length = strlen(name);
    for (size_t at = 0; at < length;) {
        hc_glyph glyph = hc_utf8_glyph(name + at, length - at);
        if (strncmp(name + at, glyph.text, glyph.bytes) != 0) {
            return hc_error_set(error, HC_ERROR_USAGE,
                                "expected a name of characters that show, found %s in it",
                                glyph.text);
        }
        at += glyph.bytes;
    }
    return 0;
}

static void print_files(const char *name)
{
    printf("%s.key         the public key: whom you read from, or who reads from you, needs it\n"
           "%s.key_secret  the secret key, mode 0600: give it to nobody\n\n",
           name, name);
}

/* Both ends need a pair; this one may be of either. */
static void print_next(const char *name)
{
    printf("Publisher:  hindcast run SCENARIO --stream tcp://ADDRESS:5555 \\\n"
           "                --stream-keys %s.key_secret --stream-allow READERS\n"
           "            READERS is a folder with the .key files of those who may read\n"
           "Reader:     hindcast watch tcp://ADDRESS:5555 \\\n"
           "                --keys %s.key_secret --server-key PUBLISHER.key\n",
           name, name);
}

static int print_json(const char *name, const hc_curve_keys *keys)
{
    char public_file[PATH_MAX];
    char secret_file[PATH_MAX];
    (void)snprintf(public_file, sizeof public_file, "%s.key", name);
    (void)snprintf(secret_file, sizeof secret_file, "%s.key_secret", name);
    return hc_print_json(json_pack("{s:s, s:s, s:s, s:s}", "schema", "hindcast-keys-1",
                                   "public_key", keys->public_key, "public_file", public_file,
                                   "secret_file", secret_file));
}

int hc_command_keys(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "NAME",
        .doc = "Makes a pair of keys for streams beyond this machine: NAME.key and "
               "NAME.key_secret.\vThe files are those of CZMQ and pyzmq. Both ends of a stream "
               "need a pair; see docs/stream-security.md."};
    keys_arguments arguments = {.name = NULL};
    hc_error error = HC_ERROR_NONE;
    hc_curve_keys keys;
    int status = 0;
    (void)argp_parse(&ARGP, argc, argv, 0, NULL, &arguments);
    if (check_name(arguments.name, &error) < 0 || hc_curve_keys_make(&keys, &error) < 0) {
        return hc_print_error(&error);
    }
    status = hc_curve_keys_write(&keys, arguments.name, &error);
    explicit_bzero(keys.secret_key, sizeof keys.secret_key);
    if (status < 0) {
        return hc_print_error(&error);
    }
    if (arguments.is_json) {
        return print_json(arguments.name, &keys);
    }
    print_files(arguments.name);
    print_next(arguments.name);
    return HC_EXIT_OK;
}
