#ifndef HC_CLI_WATCH_TERMINAL_H
#define HC_CLI_WATCH_TERMINAL_H

#include <stdbool.h>

/** Whether standard input and output are a terminal on which a screen can be drawn. (A file of its own: terminfo's header
 *  makes macros of common words.) */
bool hc_watch_terminal_is_screen(void);

#endif
