#ifndef HC_CLI_SIGNALS_H
#define HC_CLI_SIGNALS_H

/** SIGINT and SIGTERM end a run cleanly: the first one is noted and obeyed between two events, a second one
 *  kills at once. Later writes to a closed pipe fail instead of killing. */
void hc_signals_install(void);

/** From now on a write to a closed pipe ends the program, as it ends any filter: `hindcast run s.yaml | head`. For
 *  when the run file is finished. */
void hc_signals_release_pipe(void);

/** The signal that has arrived, 0 when none has. */
int hc_signal_pending(void);

#endif
