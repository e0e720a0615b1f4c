/* Profiles in files: what is written reads back, and what is no profile is refused. */

#include "tests/testing.h"
#include "workloads/step/efficiency_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hc_efficiency_file *parse(const char *text, hc_error *error)
{
    hc_efficiency_file *file = NULL;
    *error = HC_ERROR_NONE;
    return hc_efficiency_file_parse(&file, "profile.yaml", text, strlen(text), error) == 0 ? file
                                                                                           : NULL;
}

static void written_profiles_read_back(void)
{
    for (size_t i = 0; i < hc_efficiency_count(); i++) {
        hc_efficiency profile = *hc_efficiency_at(i);
        hc_error error;
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        profile.values[HC_EFF_GEMM] = 1.0 / 3;
        profile.basis = "a \"quoted\" \\ text";
        hc_efficiency_file_write(out, &profile);
        CU_ASSERT_EQUAL_FATAL(fclose(out), 0);
        hc_efficiency_file *file = parse(text, &error);
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        const hc_efficiency *read = hc_efficiency_file_profile(file);
        CU_ASSERT_STRING_EQUAL(read->name, profile.name);
        CU_ASSERT_STRING_EQUAL(read->accelerator, profile.accelerator);
        CU_ASSERT_STRING_EQUAL(read->basis, profile.basis);
        CU_ASSERT_EQUAL(memcmp(read->values, profile.values, sizeof profile.values), 0);
        hc_efficiency_file_destroy(file);
        free(text);
    }
}

static void values_that_are_left_out_are_those_of_the_kind(void)
{
    hc_error error;
    hc_efficiency_file *file =
        parse("profile: { name: x, accelerator: H100, values: { gemm: 0.5 } }", &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    const hc_efficiency *profile = hc_efficiency_file_profile(file);
    const hc_efficiency *shipped = hc_efficiency_find("h100-2026");
    CU_ASSERT_EQUAL(profile->values[HC_EFF_GEMM], 0.5);
    CU_ASSERT_EQUAL(profile->values[HC_EFF_MEMORY], shipped->values[HC_EFF_MEMORY]);
    CU_ASSERT_STRING_EQUAL(profile->accelerator, "H100-SXM5-80GB");
    hc_efficiency_file_destroy(file);
}

/* Every parameter has a key, whose bounds are those that a fit keeps to. */
static void keys_are_the_parameters(void)
{
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        char path[64];
        double least;
        double greatest;
        const hc_key *found = NULL;
        (void)snprintf(path, sizeof path, "profile.values.%s",
                       hc_efficiency_parameter_name((hc_efficiency_parameter)i));
        for (size_t k = 0; k < hc_efficiency_file_keys.count; k++) {
            if (strcmp(hc_efficiency_file_keys.keys[k].path, path) == 0) {
                found = &hc_efficiency_file_keys.keys[k];
            }
        }
        CU_ASSERT_PTR_NOT_NULL_FATAL(found);
        hc_efficiency_parameter_range((hc_efficiency_parameter)i, &least, &greatest);
        CU_ASSERT_EQUAL(found->minimum, least);
        CU_ASSERT_EQUAL(found->maximum, greatest);
    }
}

static void expect_refused(const char *text, const char *reason)
{
    hc_error error;
    hc_efficiency_file *file = parse(text, &error);
    CU_ASSERT_PTR_NULL(file);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, reason));
    hc_efficiency_file_destroy(file);
}

static void what_is_no_profile_is_refused_with_its_place(void)
{
    expect_refused(
        "profile: { name: x, accelerator: H10O, values: {} }",
        "profile.yaml:1:34: error: profile.accelerator: no such kind of GPU; did you mean");
    expect_refused("profile: { name: x, accelerator: H100, values: { gem: 1 } }", "did you mean");
    expect_refused("profile: { name: x, accelerator: H100, values: { gemm: 1.5 } }",
                   "profile.values.gemm");
    expect_refused("profile: { name: x, accelerator: H100, values: { gemm: nan } }",
                   "profile.values.gemm");
    expect_refused("hindcast: 1", "profile");
    expect_refused("", "profile");
}

static const hc_test_case CASES[] = {
    {"written_profiles_read_back", written_profiles_read_back},
    {"values_that_are_left_out_are_those_of_the_kind",
     values_that_are_left_out_are_those_of_the_kind},
    {"keys_are_the_parameters", keys_are_the_parameters},
    {"what_is_no_profile_is_refused_with_its_place", what_is_no_profile_is_refused_with_its_place},
};

HC_TEST_MAIN("efficiency_file", CASES)
