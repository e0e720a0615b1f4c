#include "sim/policies/guest/plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hc_plugin {
    hc_port port;
    void *object; /* of dlopen */
    const hc_guest_interface *functions;
    char *options;
    char *peer;
};

/* The state of the policy for one partition. */
typedef struct session {
    const hc_guest_interface *functions;
    void *state;
} session;

static int open_session(void *self, const hc_guest_cluster *cluster, void **out, hc_error *error)
{
    const hc_plugin *plugin = self;
    char why[HC_GUEST_WHY_SIZE] = "";
    session *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    s->functions = plugin->functions;
    s->state = plugin->functions->create(cluster, plugin->options, why);
    why[sizeof why - 1] = '\0';
    if (s->state == NULL) {
        free(s);
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s, partition %u: %s", plugin->port.peer,
                            cluster->partition,
                            why[0] == '\0' ? "its function create has returned NULL" : why);
    }
    *out = s;
    return 0;
}

static int ask(void *self, const hc_guest_pass *pass, const hc_guest_host *host, hc_error *error)
{
    const session *s = self;
    int answer = s->functions->pass(s->state, pass, host);
    (void)error;
    return answer < 0 ? -1 : answer > 0;
}

static void close_session(void *self)
{
    session *s = self;
    s->functions->destroy(s->state);
    free(s);
}

/* A name alone would be searched for in the system's folders. */
static void *load(const char *path)
{
    char *here = NULL;
    void *object = NULL;
    if (strchr(path, '/') != NULL) {
        return dlopen(path, RTLD_NOW | RTLD_LOCAL);
    }
    here = malloc(strlen(path) + sizeof "./");
    if (here != NULL) {
        (void)sprintf(here, "./%s", path);
        object = dlopen(here, RTLD_NOW | RTLD_LOCAL);
        free(here);
    }
    return object;
}

static int check_functions(const hc_plugin *plugin, const char *path, hc_error *error)
{
    const hc_guest_interface *f = plugin->functions;
    if (f == NULL) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: hindcast_policy has returned NULL", path);
    }
    if (f->version != HC_GUEST_VERSION) {
        return hc_error_set(
            error, HC_ERROR_USAGE,
            "%s: was built for version %u of <hindcast/policy.h>, and this is version "
            "%u: build it anew",
            path, f->version, HC_GUEST_VERSION);
    }
    if (f->create == NULL || f->destroy == NULL || f->pass == NULL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: its policy lacks a function: expected create, destroy and pass",
                            path);
    }
    return 0;
}

/* ISO C has no way from an object to a function; POSIX says that this one works. */
static int find_functions(hc_plugin *plugin, const char *path, hc_error *error)
{
    const hc_guest_interface *(*find)(void) = NULL;
    void *symbol = dlsym(plugin->object, "hindcast_policy");
    if (symbol == NULL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: exports no function hindcast_policy (see <hindcast/policy.h>)",
                            path);
    }
    memcpy(&find, &symbol, sizeof find);
    plugin->functions = find();
    return check_functions(plugin, path, error);
}

static int open_object(hc_plugin *plugin, const char *path, hc_error *error)
{
    plugin->object = load(path);
    if (plugin->object == NULL) {
        const char *why = dlerror();
        return hc_error_set(error, HC_ERROR_USAGE, "%s: expected a shared object with a policy: %s",
                            path, why == NULL ? "memory is short" : why);
    }
    return find_functions(plugin, path, error);
}

int hc_plugin_open(hc_plugin **out, const char *path, const char *options, hc_error *error)
{
    static const char KIND[] = "policy ";
    hc_plugin *plugin = calloc(1, sizeof *plugin);
    if (plugin == NULL) {
        return hc_error_memory(error);
    }
    plugin->options = strdup(options == NULL ? "" : options);
    plugin->peer = malloc(sizeof KIND + strlen(path));
    if (plugin->options == NULL || plugin->peer == NULL) {
        hc_plugin_close(plugin);
        return hc_error_memory(error);
    }
    (void)sprintf(plugin->peer, "%s%s", KIND, path);
    plugin->port = (hc_port){plugin, plugin->peer, open_session, ask, close_session};
    if (open_object(plugin, path, error) < 0) {
        hc_plugin_close(plugin);
        return -1;
    }
    *out = plugin;
    return 0;
}

void hc_plugin_close(hc_plugin *plugin)
{
    if (plugin == NULL) {
        return;
    }
    if (plugin->object != NULL) {
        (void)dlclose(plugin->object);
    }
    free(plugin->options);
    free(plugin->peer);
    free(plugin);
}

const hc_port *hc_plugin_port(const hc_plugin *plugin)
{
    return &plugin->port;
}
