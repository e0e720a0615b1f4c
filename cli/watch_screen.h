#ifndef HC_CLI_WATCH_SCREEN_H
#define HC_CLI_WATCH_SCREEN_H

#include "cli/watch_text.h"

#include <stdbool.h>
#include <stddef.h>

/** The terminal as a screen that is drawn again and again: of any size, without colours, with what comes from elsewhere
 *  escaped. The program owns one at most. */
typedef struct hc_watch_screen hc_watch_screen;

/** Takes the terminal over, which can be a screen (cli/watch_terminal.h). @return NULL when its kind is not known, or memory is short: nothing has changed then. */
hc_watch_screen *hc_watch_screen_open(void);

/** Gives the terminal back as it was; accepts NULL. */
void hc_watch_screen_close(hc_watch_screen *screen);

size_t hc_watch_screen_columns(const hc_watch_screen *screen);

/** Whether the locale has the characters of bars. */
bool hc_watch_screen_is_utf8(const hc_watch_screen *screen);

/** Reads the keys that were pressed, and takes in a new size. @return whether q was among them. */
bool hc_watch_screen_wants_quit(hc_watch_screen *screen);

/** Draws the lines that find room, and `foot` in the last row. */
void hc_watch_screen_draw(hc_watch_screen *screen, const hc_watch_text *text, const char *foot);

#endif
