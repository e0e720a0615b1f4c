#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

/* A handler can reach nothing but a variable of this kind: the one mutable global of the program. */
static volatile sig_atomic_t pending_signal;

static void note_signal(int number)
{
    pending_signal = number;
}

void hc_signals_install(void)
{
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

void hc_signals_release_pipe(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
}

int hc_signal_pending(void)
{
    return pending_signal;
}
