#include "cli/web/web_request.h"

#include "cli/web/web_page.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static hc_web_guard guard_of(const char *text, uint16_t port)
{
    hc_web_place place;
    hc_web_guard guard;
    CU_ASSERT_EQUAL_FATAL(hc_web_place_read(&place, text, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_web_guard_make(&guard, &place, port, NULL), 0);
    return guard;
}

static void only_loopback_numbers_are_places(void)
{
    static const char *const WRONG[] = {"",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "127.0.0.1:x",
                                        ":5665",
                                        "0.0.0.0:5665",
                                        "10.0.0.1:1",
                                        "128.0.0.1:1",
                                        "localhost:1",
                                        "[::]:1",
                                        "::1:1",
                                        "[::1:1",
                                        "[fe80::1]:1",
                                        "127.0.0.1:-1",
                                        "127.0.0.1:65536",
                                        "127.0.0.1:1 ",
                                        "127.1:80",
                                        "[::ffff:127.0.0.1]:80"};
    hc_web_place place;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_web_place_read(&place, WRONG[i], &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    }
    CU_ASSERT_EQUAL(hc_web_place_read(&place, "127.0.0.1:5665", NULL), 0);
    CU_ASSERT_EQUAL(place.address.v4.sin_port, htons(5665));
    CU_ASSERT_EQUAL(hc_web_place_read(&place, "127.7.7.7:0", NULL), 0);
    CU_ASSERT_EQUAL(hc_web_place_read(&place, "[::1]:5665", NULL), 0);
    CU_ASSERT_EQUAL(place.address.any.sa_family, AF_INET6);
}

static void an_address_of_any_length_is_refused_or_read(void)
{
    char text[4096];
    hc_web_place place;
    for (size_t length = 0; length + 1 < sizeof text; length += 7) {
        memset(text, '1', length);
        memcpy(text + length, ":1", 3);
        CU_ASSERT_EQUAL(hc_web_place_read(&place, text, NULL), -1);
        if (length + 3 >= sizeof text - 8) {
            break;
        }
    }
}

static void a_token_is_new_each_time(void)
{
    hc_web_guard a = guard_of("127.0.0.1:80", 80);
    hc_web_guard b = guard_of("127.0.0.1:80", 80);
    CU_ASSERT_EQUAL(strlen(a.token), 32);
    CU_ASSERT_EQUAL(strspn(a.token, "0123456789abcdef"), 32);
    CU_ASSERT_STRING_NOT_EQUAL(a.token, b.token);
    CU_ASSERT_STRING_EQUAL(a.host, "127.0.0.1:80");
    CU_ASSERT_STRING_EQUAL(guard_of("[::1]:0", 77).host, "[::1]:77");
}

static void who_names_the_host_and_knows_the_token_is_let_in(void)
{
    static const struct {
        const char *method;
        const char *path;
        const char *host;
        hc_web_answer answer;
    } CASES[] = {
        {"GET", "/T/", "127.0.0.1:80", HC_WEB_PAGE},
        {"GET", "/T/", "localhost:80", HC_WEB_PAGE},
        {"GET", "/T/", "LOCALHOST:80", HC_WEB_PAGE},
        {"GET", "/T/events", "127.0.0.1:80", HC_WEB_EVENTS},
        {"GET", "/T", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"GET", "/T/events/", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"GET", "/T//", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"GET", "//T/", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"GET", "/", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"GET", "", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"GET", "/Tx/", "127.0.0.1:80", HC_WEB_NOT_FOUND},
        {"HEAD", "/T/", "127.0.0.1:80", HC_WEB_WRONG_METHOD},
        {"POST", "/T/", "127.0.0.1:80", HC_WEB_WRONG_METHOD},
        {"get", "/T/", "127.0.0.1:80", HC_WEB_WRONG_METHOD},
        {"GET", "/T/", NULL, HC_WEB_WRONG_HOST},
        {"GET", "/T/", "", HC_WEB_WRONG_HOST},
        {"GET", "/T/", "127.0.0.1", HC_WEB_WRONG_HOST},
        {"GET", "/T/", "127.0.0.1:8080", HC_WEB_WRONG_HOST},
        {"GET", "/T/", "evil.example:80", HC_WEB_WRONG_HOST},
        {"GET", "/T/", "127.0.0.1:80.evil.example", HC_WEB_WRONG_HOST},
        {"POST", "/T/", "evil.example", HC_WEB_WRONG_HOST},
    };
    hc_web_guard guard = guard_of("127.0.0.1:80", 80);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[128];
        const char *mark = strchr(CASES[i].path, 'T');
        size_t before = mark == NULL ? strlen(CASES[i].path) : (size_t)(mark - CASES[i].path);
        (void)snprintf(path, sizeof path, "%.*s%s%s", (int)before, CASES[i].path,
                       mark == NULL ? "" : guard.token, mark == NULL ? "" : mark + 1);
        CU_ASSERT_EQUAL(hc_web_judge(&guard, CASES[i].method, path, CASES[i].host),
                        CASES[i].answer);
    }
}

static void another_token_is_none(void)
{
    hc_web_guard guard = guard_of("127.0.0.1:80", 80);
    char path[64];
    for (size_t i = 0; i < 32; i++) {
        (void)snprintf(path, sizeof path, "/%s/", guard.token);
        path[1 + i] = path[1 + i] == '0' ? '1' : '0';
        CU_ASSERT_EQUAL(hc_web_judge(&guard, "GET", path, "127.0.0.1:80"), HC_WEB_NOT_FOUND);
    }
}

static size_t count(const char *page, size_t size, const char *word)
{
    size_t found = 0;
    const char *end = page + size;
    for (const char *at = memmem(page, size, word, strlen(word)); at != NULL;
         at = memmem(at, (size_t)(end - at), word, strlen(word))) {
        at += strlen(word);
        found++;
    }
    return found;
}

static void the_page_has_the_nonce_wherever_it_belongs(void)
{
    size_t size = 0;
    char *page = hc_web_page_make("cafe", &size);
    CU_ASSERT_PTR_NOT_NULL(page);
    if (page == NULL) {
        return;
    }
    CU_ASSERT_EQUAL(count(page, size, "nonce=\"cafe\""), 3);
    CU_ASSERT_EQUAL(count(page, size, HC_WEB_NONCE), 0);
    CU_ASSERT_EQUAL(count(page, size, "@STYLE@") + count(page, size, "@SCRIPT@"), 0);
    CU_ASSERT_EQUAL(count(page, size, "</script>"), 3);
    CU_ASSERT_EQUAL(count(page, size, "innerHTML"), 0);
    CU_ASSERT(size > 100000);
    free(page);
}

static const hc_test_case CASES[] = {
    {"only_loopback_numbers_are_places", only_loopback_numbers_are_places},
    {"an_address_of_any_length_is_refused_or_read", an_address_of_any_length_is_refused_or_read},
    {"a_token_is_new_each_time", a_token_is_new_each_time},
    {"who_names_the_host_and_knows_the_token_is_let_in",
     who_names_the_host_and_knows_the_token_is_let_in},
    {"another_token_is_none", another_token_is_none},
    {"the_page_has_the_nonce_wherever_it_belongs", the_page_has_the_nonce_wherever_it_belongs},
};

HC_TEST_MAIN("web_request", CASES)
