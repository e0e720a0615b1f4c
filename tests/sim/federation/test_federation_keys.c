#include "sim/federation/federation_keys.h"
#include "tests/testing.h"

static void a_zone_is_a_sign_hours_and_minutes(void)
{
    static const struct {
        const char *text;
        int minutes;
    } ZONES[] = {
        {"+00:00", 0},    {"-00:00", 0},   {"+01:00", 60},
        {"-03:30", -210}, {"+14:00", 840}, {"-14:00", -840},
    };
    static const char *const NONE[] = {"",       "Z",       "1:00",   "+1:00",  "+01:60", "+14:01",
                                       "+15:00", "+01:000", "01:00+", "+0a:00", "+01-00", "+99:99"};
    hc_time zone = 0;
    for (size_t i = 0; i < sizeof ZONES / sizeof ZONES[0]; i++) {
        CU_ASSERT_EQUAL(hc_parse_zone(ZONES[i].text, &zone), 0);
        CU_ASSERT_EQUAL(zone, ZONES[i].minutes * HC_MINUTE);
    }
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        CU_ASSERT_EQUAL(hc_parse_zone(NONE[i], &zone), -1);
    }
}

static const hc_test_case CASES[] = {
    {"a_zone_is_a_sign_hours_and_minutes", a_zone_is_a_sign_hours_and_minutes},
};

HC_TEST_MAIN("federation_keys", CASES)
