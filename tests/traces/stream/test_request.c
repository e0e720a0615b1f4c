#include "traces/stream/request.h"

#include "tests/testing.h"
#include "tests/traces/stream/byte_text.h"

#include <stdlib.h>
#include <string.h>

static const hc_bytes EVENTS = HC_BYTES("\x85\xa2op\xa6"
                                        "events\xa4rank\x03\xa4"
                                        "from\x05\xa2to\x09\xa6reader\xa2me");

static int parse(hc_bytes bytes, hc_request_message *out)
{
    hc_frame frame = hc_cut_frame(bytes.data, bytes.size);
    int status = hc_request_parse(frame.data, frame.size, out);
    hc_frame_free(&frame);
    return status;
}

static void a_request_says_what_is_wanted(void)
{
    hc_request_message request;
    CU_ASSERT_EQUAL(parse(EVENTS, &request), 0);
    CU_ASSERT_EQUAL(request.op, HC_REQUEST_EVENTS);
    CU_ASSERT_EQUAL(request.rank, 3);
    CU_ASSERT_EQUAL(request.from, 5);
    CU_ASSERT_EQUAL(request.to, 9);
    CU_ASSERT_STRING_EQUAL(request.reader, "me");
}

static void the_operation_alone_is_enough(void)
{
    static const hc_bytes REQUESTS[HC_REQUEST_OP_COUNT] = {HC_BYTES("\x81\xa2op\xa5hello"),
                                                           HC_BYTES("\x81\xa2op\xa6"
                                                                    "events"),
                                                           HC_BYTES("\x81\xa2op\xa8snapshot"),
                                                           HC_BYTES("\x81\xa2op\xa4"
                                                                    "done")};
    for (int i = 0; i < HC_REQUEST_OP_COUNT; i++) {
        hc_request_message request;
        CU_ASSERT_EQUAL(parse(REQUESTS[i], &request), 0);
        CU_ASSERT_EQUAL(request.op, (hc_request_op)i);
        CU_ASSERT_EQUAL(request.rank, 0);
        CU_ASSERT_EQUAL(request.from, 0);
        CU_ASSERT_EQUAL(request.to, 0);
        CU_ASSERT_STRING_EQUAL(request.reader, "");
    }
}

static void check_changes(const hc_change *changes, size_t count, int expected)
{
    for (size_t i = 0; i < count; i++) {
        hc_request_message request;
        hc_frame frame = hc_changed_frame(EVENTS, &changes[i]);
        int status = hc_request_parse(frame.data, frame.size, &request);
        CU_ASSERT_EQUAL(status, expected);
        if (status != expected) {
            (void)printf("    change %zu: %d instead of %d\n", i, status, expected);
        }
        hc_frame_free(&frame);
    }
}

#define HC_NAME_64 "0123456789012345678901234567890123456789012345678901234567890123"

static void numbers_and_names_have_bounds(void)
{
    static const hc_change RIGHT[] = {
        {HC_BYTES("rank\x03"), HC_BYTES("rank\xce\xff\xff\xff\xff")},
        {HC_BYTES("to\x09"), HC_BYTES("to\xcf\xff\xff\xff\xff\xff\xff\xff\xff")},
        {HC_BYTES("to\x09"), HC_BYTES("to\x00")},
        {HC_BYTES("\xa2me"), HC_BYTES("\xa0")},
        {HC_BYTES("\xa2me"), HC_BYTES("\xd9\x40" HC_NAME_64)},
        {HC_BYTES("rank"), HC_BYTES("rang")}, /* unknown keys are ignored */
    };
    static const hc_change WRONG[] = {
        {HC_BYTES("rank\x03"), HC_BYTES("rank\xcf\0\0\0\1\0\0\0\0")},
        {HC_BYTES("rank\x03"), HC_BYTES("rank\xff")},
        {HC_BYTES("rank\x03"), HC_BYTES("rank\xc0")},
        {HC_BYTES("from\x05"), HC_BYTES("from\xca\0\0\0\0")},
        {HC_BYTES("from\x05"), HC_BYTES("from\xa1"
                                        "5")},
        {HC_BYTES("to\x09"), HC_BYTES("to\xd0\x80")},
        {HC_BYTES("\xa2me"), HC_BYTES("\xd9\x41" HC_NAME_64 "4")},
        {HC_BYTES("\xa2me"), HC_BYTES("\xa2m\0")},
        {HC_BYTES("\xa2me"), HC_BYTES("\xc4\x02me")},
        {HC_BYTES("\xa2me"), HC_BYTES("\x07")},
        {HC_BYTES("\xa6"
                  "events"),
         HC_BYTES("\xa6"
                  "eventz")},
        {HC_BYTES("\xa6"
                  "events"),
         HC_BYTES("\xa0")},
        {HC_BYTES("\xa6"
                  "events"),
         HC_BYTES("\x01")},
        {HC_BYTES("\xa2op"), HC_BYTES("\xa2oq")},
        {HC_BYTES("\x85"), HC_BYTES("\x9a")}, /* the same as an array */
        {HC_BYTES("\x85"), HC_BYTES("\x84")},
        {HC_BYTES("\x85"), HC_BYTES("\x86")},
        {HC_BYTES("rank\x03"), HC_BYTES("rank\x91\x91\x03")}, /* deeper than a request is */
    };
    check_changes(RIGHT, sizeof RIGHT / sizeof RIGHT[0], 0);
    check_changes(WRONG, sizeof WRONG / sizeof WRONG[0], -1);
}

static void parts_of_requests_are_none(void)
{
    hc_request_message request;
    for (size_t size = 0; size < EVENTS.size; size++) {
        CU_ASSERT_EQUAL(parse((hc_bytes){EVENTS.data, size}, &request), -1);
    }
}

static void bytes_that_promise_gigabytes_are_none(void)
{
    static const hc_bytes BOMBS[] = {HC_BYTES("\xdf\xff\xff\xff\xff"),
                                     HC_BYTES("\xdd\xff\xff\xff\xff"),
                                     HC_BYTES("\xc6\xff\xff\xff\xff"),
                                     HC_BYTES("\xdb\xff\xff\xff\xff"),
                                     HC_BYTES("\x81\xa2op\xdd\x0f\xff\xff\xff"),
                                     HC_BYTES("\x91\x91\x91\x91\x91\x91\x91\x91"),
                                     HC_BYTES("\xc1")};
    hc_request_message request;
    for (size_t i = 0; i < sizeof BOMBS / sizeof BOMBS[0]; i++) {
        CU_ASSERT_EQUAL(parse(BOMBS[i], &request), -1);
    }
}

/* A hello whose second key holds as many bytes as make it so large. */
static int parse_large(size_t size)
{
    static const hc_bytes HEAD = HC_BYTES("\x82\xa2op\xa5hello\xa1x\xc5");
    hc_request_message request;
    char *bytes = calloc(1, size);
    size_t body = size - HEAD.size - 2;
    int status = 0;
    memcpy(bytes, HEAD.data, HEAD.size);
    bytes[HEAD.size] = (char)(body >> 8);
    bytes[HEAD.size + 1] = (char)body;
    status = hc_request_parse(bytes, size, &request);
    free(bytes);
    return status;
}

static void requests_have_4_kib_at_most(void)
{
    CU_ASSERT_EQUAL(parse_large(4096), 0);
    CU_ASSERT_EQUAL(parse_large(4097), -1);
}

static const hc_test_case CASES[] = {
    {"a_request_says_what_is_wanted", a_request_says_what_is_wanted},
    {"the_operation_alone_is_enough", the_operation_alone_is_enough},
    {"numbers_and_names_have_bounds", numbers_and_names_have_bounds},
    {"parts_of_requests_are_none", parts_of_requests_are_none},
    {"bytes_that_promise_gigabytes_are_none", bytes_that_promise_gigabytes_are_none},
    {"requests_have_4_kib_at_most", requests_have_4_kib_at_most},
};

HC_TEST_MAIN("request", CASES)
