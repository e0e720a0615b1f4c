#include "cli/assemble_port.h"

#include "cli/signals.h"
#include "traces/stream/endpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int check_endpoint(const hc_value *endpoint, const char *readers, bool is_site,
                          hc_error *error)
{
    hc_error found = HC_ERROR_NONE;
    if (is_site) {
        return hc_value_error(endpoint, error,
                              "sites of a federation are not scheduled from outside: expected a "
                              "policy of hindcast, or policy plugin");
    }
    if (readers != NULL) {
        return hc_value_error(endpoint, error,
                              "one scheduler answers one run on one rank, and %s would ask it: "
                              "expected a policy of hindcast, or policy plugin",
                              readers);
    }
    return hc_endpoint_check(hc_value_text(endpoint), "its address", false, &found) < 0
               ? hc_value_error(endpoint, error, "%s", found.text)
               : 0;
}

static int check_file(const hc_value *file, const hc_scenario *scenario, hc_error *error)
{
    char *path = hc_scenario_file(scenario, file);
    int status = 0;
    if (path == NULL) {
        return hc_error_memory(error);
    }
    if (access(path, R_OK) < 0) {
        status = hc_value_error(file, error, "%s: %s", path, strerror(errno));
    }
    free(path);
    return status;
}

int hc_assembled_port_check(const hc_scheduler_choice *choice, const hc_scenario *scenario,
                            const char *readers, bool is_site, hc_error *error)
{
    switch (choice->options.guest) {
    case HC_GUEST_EXTERNAL:
        return check_endpoint(choice->guest.endpoint, readers, is_site, error);
    case HC_GUEST_PLUGIN:
        return check_file(choice->guest.file, scenario, error);
    case HC_GUEST_NOBODY:
    default:
        return 0;
    }
}

static bool is_stopping(void)
{
    return hc_signal_pending() != 0;
}

static int open_socket(hc_assembled_port *port, hc_scheduler_choice *choice, const char *run,
                       hc_error *error)
{
    const hc_scheduler_port_options options = {
        .endpoint = hc_value_text(choice->guest.endpoint),
        .timeout = choice->guest.timeout,
        .run = run,
        .is_stopping = is_stopping,
    };
    if (hc_scheduler_port_open(&port->socket, &options, error) < 0) {
        return -1;
    }
    choice->options.port = hc_scheduler_port_table(port->socket);
    return 0;
}

static int load_plugin(hc_assembled_port *port, hc_scheduler_choice *choice,
                       const hc_scenario *scenario, hc_error *error)
{
    char *path = hc_scenario_file(scenario, choice->guest.file);
    int status = -1;
    if (path == NULL) {
        return hc_error_memory(error);
    }
    status = hc_plugin_open(&port->plugin, path, choice->guest.options, error);
    free(path);
    if (status == 0) {
        choice->options.port = hc_plugin_port(port->plugin);
    }
    return status;
}

int hc_assembled_port_open(hc_assembled_port *port, hc_scheduler_choice *choice,
                           const hc_scenario *scenario, const char *run, hc_error *error)
{
    switch (choice->options.guest) {
    case HC_GUEST_EXTERNAL:
        return open_socket(port, choice, run, error);
    case HC_GUEST_PLUGIN:
        return load_plugin(port, choice, scenario, error);
    case HC_GUEST_NOBODY:
    default:
        return 0;
    }
}

void hc_assembled_port_close(hc_assembled_port *port)
{
    hc_plugin_close(port->plugin);
    hc_scheduler_port_close(port->socket);
    *port = (hc_assembled_port){.plugin = NULL};
}

bool hc_assembled_port_was_stopped(const hc_assembled_port *port)
{
    return port->socket != NULL && hc_scheduler_port_was_stopped(port->socket);
}
