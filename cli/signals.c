#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

/* A handler can reach nothing but variables of this kind: the mutable globals of the program. */
static volatile sig_atomic_t pending_signal;
static volatile sig_atomic_t pending_status;
static volatile sig_atomic_t pending_save;

static void note_signal(int number)
{
    switch (number) {
    case SIGUSR1:
        pending_status = 1;
        return;
    case SIGUSR2:
        pending_save++;
        return;
    default:
        pending_signal = number;
    }
}

static void handle(int number, void (*handler)(int number), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

void hc_signals_install(void)
{
    handle(SIGINT, note_signal, (int)SA_RESETHAND);
    handle(SIGTERM, note_signal, (int)SA_RESETHAND);
    handle(SIGPIPE, SIG_IGN, 0);
}

/* These do not interrupt a read or a write that is going on. */
void hc_signals_install_user(void)
{
    handle(SIGUSR1, note_signal, SA_RESTART);
    handle(SIGUSR2, note_signal, SA_RESTART);
}

void hc_signals_release_pipe(void)
{
    handle(SIGPIPE, SIG_DFL, 0);
}

int hc_signal_pending(void)
{
    return pending_signal;
}

bool hc_signal_take_status(void)
{
    bool has_come = pending_status != 0;
    pending_status = 0;
    return has_come;
}

int hc_signal_take_save(void)
{
    int count = pending_save;
    pending_save = 0;
    return count;
}

const char *hc_signal_name(int signal)
{
    switch (signal) {
    case SIGINT:
        return "SIGINT";
    case SIGUSR2:
        return "SIGUSR2";
    default:
        return "SIGTERM";
    }
}
