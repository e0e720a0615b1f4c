#ifndef HC_SIM_POLICIES_GUEST_PLUGIN_H
#define HC_SIM_POLICIES_GUEST_PLUGIN_H

#include "sim/error.h"
#include "sim/interfaces/port.h"

/** A policy in a shared object that was built with <hindcast/policy.h>. Its code runs in this process: whoever names a
 *  file in a scenario trusts it. */
typedef struct hc_plugin hc_plugin;

/** @param path     of the shared object; one without a slash is taken from the working folder, not searched for
 *  @param options  text for the policy, NULL: none; copied
 *  @return 0 and a plugin that the caller closes after the last policy that uses it, or -1 with `error` set (HC_ERROR_USAGE):
 *          it cannot be loaded, has no function hindcast_policy, or was built for another version. */
int hc_plugin_open(hc_plugin **out, const char *path, const char *options, hc_error *error);
void hc_plugin_close(hc_plugin *plugin); /**< accepts NULL */

/** Lives as long as the plugin. */
const hc_port *hc_plugin_port(const hc_plugin *plugin);

#endif
