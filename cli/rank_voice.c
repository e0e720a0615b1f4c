#include "cli/rank_voice.h"

#include "cli/commands.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* Where standard error is kept while a rank is silent: a number that nothing else of the program uses. */
enum { KEPT_STDERR = 100 };

static void redirect(int from, int to)
{
    if (from >= 0) {
        (void)dup2(from, to);
    }
}

static bool is_silent(void)
{
    return hc_ranks_are_launched() && hc_ranks_launched_rank() > 0;
}

void hc_rank_voice_settle(void)
{
    int nowhere = -1;
    if (!is_silent()) {
        return;
    }
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    redirect(STDERR_FILENO, KEPT_STDERR);
    redirect(nowhere, STDOUT_FILENO);
    redirect(nowhere, STDERR_FILENO);
    (void)close(nowhere);
}

int hc_rank_voice_usage_code(void)
{
    return is_silent() ? HC_EXIT_OK : HC_EXIT_USAGE;
}

/* With the rank's number, through a voice that was kept for this. */
int hc_rank_voice_tell(const hc_ranks *ranks, const hc_error *error)
{
    int code = hc_exit_code(error);
    if (hc_ranks_rank(ranks) == 0) {
        return hc_print_error(error);
    }
    (void)fflush(stderr);
    redirect(KEPT_STDERR, STDERR_FILENO);
    (void)fprintf(stderr, "rank %u: ", hc_ranks_rank(ranks));
    (void)hc_print_error(error);
    (void)fflush(stderr);
    return code;
}

int hc_rank_voice_agree(const hc_ranks *ranks, int status, const hc_error *error)
{
    uint32_t failed = 0;
    int code =
        hc_ranks_first_failure(ranks, status < 0 ? hc_exit_code(error) : HC_EXIT_OK, &failed);
    if (code != HC_EXIT_OK && failed == hc_ranks_rank(ranks)) {
        (void)hc_rank_voice_tell(ranks, error);
    }
    return code;
}

int hc_rank_voice_fail(const hc_ranks *ranks, const hc_error *error)
{
    int code = hc_rank_voice_tell(ranks, error);
    if (hc_ranks_count(ranks) > 1) {
        hc_ranks_abort(ranks, code);
    }
    return code;
}
