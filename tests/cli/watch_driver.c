#include "cli/commands.h"

#include <stdio.h>

/** `hindcast watch` of a stream that is made from a run file: see tests/traces/stream/fake_reader.h. */
int main(int argc, char **argv)
{
    int status = hc_command_watch(argc, argv);
    return fflush(stdout) == 0 ? status : HC_EXIT_OUTPUT;
}
