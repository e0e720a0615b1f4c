#include "cli/watch_terminal.h"

#include <ncurses.h>
#include <stddef.h>
#include <stdint.h>
#include <term.h>
#include <unistd.h>

/* What terminfo says of the terminal; a typewriter cannot move its cursor. */
static bool can_move_cursor(void)
{
    char name[] = "cup";
    int fault = 0;
    const char *how = NULL;
    if (setupterm(NULL, STDOUT_FILENO, &fault) == ERR) {
        return false;
    }
    how = tigetstr(name);
    (void)del_curterm(cur_term);
    return how != NULL && (intptr_t)how != -1;
}

bool hc_watch_terminal_is_screen(void)
{
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && can_move_cursor();
}
