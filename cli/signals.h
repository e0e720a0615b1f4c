#ifndef HC_CLI_SIGNALS_H
#define HC_CLI_SIGNALS_H

#include <stdbool.h>

/** SIGINT and SIGTERM end a run cleanly: the first one is noted and obeyed between two events, a second one
 *  kills at once. Later writes to a closed pipe fail instead of killing. */
void hc_signals_install(void);

/** SIGUSR1 asks for the status of a run, SIGUSR2 for its state to be saved; from now on they are noted. */
void hc_signals_install_user(void);

/** From now on a write to a closed pipe ends the program, as it ends any filter: `hindcast run s.yaml | head`. For
 *  when the run file is finished. */
void hc_signals_release_pipe(void);

/** The signal to stop that has arrived, 0 when none has. */
int hc_signal_pending(void);

/** Whether SIGUSR1 has arrived since the last time this was asked. */
bool hc_signal_take_status(void);

/** How often SIGUSR2 has arrived since the last time this was asked. */
int hc_signal_take_save(void);

/** "SIGTERM": of a signal that can stop a run. */
const char *hc_signal_name(int signal);

#endif
