#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/private_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static hc_scratch scratch;
static hc_private_file file;

static void set_up(void)
{
    hc_error error = HC_ERROR_NONE;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(
        hc_private_file_init(&file, hc_scratch_file(&scratch, "a.h5"), 0, 0, &error), 0);
}

static void tear_down(void)
{
    hc_private_file_release(&file);
    hc_scratch_remove(&scratch);
}

/* A finished file under a temporary name, which the caller frees. */
static char *make_temporary(const char *path, const char *text)
{
    char *name = hc_temporary_name(path);
    FILE *out = name == NULL ? NULL : fopen(name, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    (void)fputs(text, out);
    (void)fclose(out);
    return name;
}

static bool holds(const char *path, const char *text)
{
    char found[16] = "";
    FILE *in = fopen(path, "r");
    if (in == NULL || fgets(found, sizeof found, in) == NULL) {
        found[0] = '\0';
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    return strcmp(found, text) == 0;
}

static void the_first_claim_wins(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_private_file second;
    char *mine = NULL;
    char *others = NULL;
    set_up();
    mine = make_temporary(file.path, "mine");
    others = make_temporary(file.path, "others");
    CU_ASSERT_STRING_NOT_EQUAL(mine, others);
    CU_ASSERT_EQUAL(hc_private_file_init(&second, file.final_path, 0, 0, &error), 0);
    CU_ASSERT_EQUAL(hc_private_file_claim(&file, mine, false, &error), 0);
    CU_ASSERT_EQUAL(hc_private_file_claim(&second, others, false, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "another run has just begun"));
    CU_ASSERT(holds(file.path, "mine"));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    hc_private_file_release(&second);
    free(mine);
    free(others);
    tear_down();
}

static void a_claim_removes_what_others_left_half_built(void)
{
    static const char *const KEPT[] = {"a.h5.notes", "b.h5.0123456789abcdef.tmp", "a.h5.tmp",
                                       "a.h5.rank0000.0123456789abcdeX.tmp"};
    hc_error error = HC_ERROR_NONE;
    char *half = NULL;
    char *half_final = NULL;
    char *mine = NULL;
    set_up();
    half = make_temporary(file.path, "half");
    half_final = make_temporary(file.final_path, "half");
    mine = make_temporary(file.path, "mine");
    for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++) {
        FILE *out = fopen(hc_scratch_file(&scratch, KEPT[i]), "w");
        CU_ASSERT_PTR_NOT_NULL_FATAL(out);
        (void)fclose(out);
    }
    CU_ASSERT_EQUAL(hc_private_file_claim(&file, mine, false, &error), 0);
    CU_ASSERT_FALSE(hc_file_exists(half));
    CU_ASSERT_FALSE(hc_file_exists(half_final));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1 + sizeof KEPT / sizeof KEPT[0]);
    free(half);
    free(half_final);
    free(mine);
    tear_down();
}

/* Locks are between processes, so the question is asked by another one. */
static long writer_seen_by_a_child(const char *path)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(hc_private_file_writer(path) == (long)getppid() ? 1 : 0);
    }
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void who_claims_a_file_is_seen_until_it_is_released(void)
{
    hc_error error = HC_ERROR_NONE;
    char *mine = NULL;
    char *next = NULL;
    char path[300];
    set_up();
    (void)snprintf(path, sizeof path, "%s", file.path);
    mine = make_temporary(file.path, "first");
    CU_ASSERT_EQUAL(writer_seen_by_a_child(path), 0);
    CU_ASSERT_EQUAL(hc_private_file_claim(&file, mine, false, &error), 0);
    CU_ASSERT_EQUAL(writer_seen_by_a_child(path), 1);
    next = make_temporary(file.path, "second");
    CU_ASSERT_EQUAL(hc_private_file_replace(&file, next, &error), 0);
    CU_ASSERT(holds(path, "second")); /* opening and closing it here drops the lock */
    hc_private_file_relock(&file);
    CU_ASSERT_EQUAL(writer_seen_by_a_child(path), 1);
    hc_private_file_release(&file);
    CU_ASSERT_EQUAL(writer_seen_by_a_child(path), 0);
    free(mine);
    free(next);
    tear_down();
}

static void a_result_that_came_meanwhile_is_not_replaced(void)
{
    hc_error error = HC_ERROR_NONE;
    char *first = NULL;
    char *second = NULL;
    set_up();
    first = make_temporary(file.final_path, "first");
    second = make_temporary(file.final_path, "second");
    CU_ASSERT_EQUAL(hc_publish(first, file.final_path, false, &error), 0);
    CU_ASSERT_EQUAL(hc_publish(second, file.final_path, false, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_OUTPUT);
    CU_ASSERT(holds(file.final_path, "first"));
    CU_ASSERT(hc_file_exists(second));
    CU_ASSERT_EQUAL(hc_publish(second, file.final_path, true, &error), 0);
    CU_ASSERT(holds(file.final_path, "second"));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    free(first);
    free(second);
    tear_down();
}

static const hc_test_case CASES[] = {
    {"the_first_claim_wins", the_first_claim_wins},
    {"a_claim_removes_what_others_left_half_built", a_claim_removes_what_others_left_half_built},
    {"who_claims_a_file_is_seen_until_it_is_released",
     who_claims_a_file_is_seen_until_it_is_released},
    {"a_result_that_came_meanwhile_is_not_replaced", a_result_that_came_meanwhile_is_not_replaced},
};

HC_TEST_MAIN("private_file", CASES)
