#include "sim/jobs/priority_class.h"
#include "tests/testing.h"

static const char *user_name(void *self, uint32_t user)
{
    static const char *const NAMES[] = {"ada", "bob"};
    (void)self;
    return NAMES[user];
}

static const char *group_name(void *self, uint32_t group)
{
    static const char *const NAMES[] = {"batch", "prod"};
    (void)self;
    return NAMES[group];
}

static int32_t priority_of(uint32_t user, uint32_t group, int32_t own)
{
    static const hc_priority_class CLASSES[] = {
        {.name = "bob", .is_user = true, .priority = -5},
        {.name = "prod", .priority = 100},
        {.name = "ada", .priority = 1}, /* a group of that name */
    };
    const hc_job_source source = {.user_name = user_name, .group_name = group_name};
    hc_job_spec spec = {.user = user, .group = group, .priority = own};
    hc_priority_classes_apply(CLASSES, 3, &source, &spec);
    return spec.priority;
}

static void the_first_class_that_names_the_job_counts(void)
{
    CU_ASSERT_EQUAL(priority_of(0, 1, 7), 100);
    CU_ASSERT_EQUAL(priority_of(1, 1, 7), -5); /* both name it */
    CU_ASSERT_EQUAL(priority_of(1, 0, 7), -5);
}

static void jobs_of_no_class_keep_their_own(void)
{
    CU_ASSERT_EQUAL(priority_of(0, 0, 7), 7);
    CU_ASSERT_EQUAL(priority_of(HC_NO_INDEX, HC_NO_INDEX, 7), 7);
    CU_ASSERT_EQUAL(priority_of(0, HC_NO_INDEX, 0), 0);
}

static const hc_test_case CASES[] = {
    {"the_first_class_that_names_the_job_counts", the_first_class_that_names_the_job_counts},
    {"jobs_of_no_class_keep_their_own", jobs_of_no_class_keep_their_own},
};

HC_TEST_MAIN("priority_class", CASES)
