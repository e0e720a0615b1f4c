#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "traces/stream/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

/* "" when the endpoint is allowed, else the message; valid until the next call. */
static const char *refusal(const char *endpoint, bool has_keys)
{
    static hc_error error;
    error = HC_ERROR_NONE;
    if (hc_endpoint_check(endpoint, "--stream", has_keys, &error) == 0) {
        return "";
    }
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_EQUAL(error.count, 1);
    CU_ASSERT_PTR_NULL(strchr(error.text, '\033'));
    CU_ASSERT_PTR_EQUAL(strchr(error.text, '\n'), error.text[error.length - 1] == '\n'
                                                      ? error.text + error.length - 1
                                                      : NULL);
    return error.text;
}

static bool says(const char *text, const char *part)
{
    bool is_there = strstr(text, part) != NULL;
    if (!is_there) {
        printf("\"%s\" lacks \"%s\"\n", text, part);
    }
    return is_there;
}

static void loopback_needs_no_keys(void)
{
    static const char *const ENDPOINTS[] = {"tcp://127.0.0.1:5555", "tcp://127.0.0.1:1",
                                            "tcp://127.0.0.1:65535", "tcp://127.8.9.255:*",
                                            "tcp://[::1]:5555"};
    for (size_t i = 0; i < sizeof ENDPOINTS / sizeof ENDPOINTS[0]; i++) {
        CU_ASSERT_STRING_EQUAL(refusal(ENDPOINTS[i], false), "");
        CU_ASSERT_STRING_EQUAL(refusal(ENDPOINTS[i], true), "");
    }
}

static void other_addresses_need_keys(void)
{
    static const char *const ENDPOINTS[] = {
        "tcp://*:5555",           "tcp://0.0.0.0:5555",  "tcp://eth0:5555",
        "tcp://[::]:5555",        "tcp://10.0.0.1:*",    "tcp://128.0.0.1:5555",
        "tcp://126.255.0.1:5555", "tcp://lo:5555",       "tcp://127.1:5555",
        "tcp://localhost:5555",   "tcp://[::1%lo]:5555", "tcp://node17:1",
        "tcp://2130706433:1",     "tcp://0177.0.0.1:1",  "tcp://127.0.0.1.evil.org:5555",
        "tcp://::1:5555",         "tcp://[127.0.0.1]:1", "tcp://[::ffff:127.0.0.1]:5555"};
    for (size_t i = 0; i < sizeof ENDPOINTS / sizeof ENDPOINTS[0]; i++) {
        CU_ASSERT(says(refusal(ENDPOINTS[i], false), "tcp://127.0.0.1:"));
        CU_ASSERT(says(refusal(ENDPOINTS[i], false), "hindcast keys NAME"));
        CU_ASSERT_STRING_EQUAL(refusal(ENDPOINTS[i], true), "");
    }
}

static void what_is_no_endpoint_is_refused_with_and_without_keys(void)
{
    static const char *const ENDPOINTS[] = {"",
                                            "ipc",
                                            "ipc://",
                                            "ipc://*",
                                            "ipc://@name",
                                            "ipc://@/tmp/name",
                                            "ipc://relative/name",
                                            "ipc:///",
                                            "ipc:///tmp/folder/",
                                            "IPC:///tmp/x",
                                            "ipc:/tmp/x",
                                            " ipc:///tmp/x",
                                            "tcp://",
                                            "tcp://127.0.0.1",
                                            "tcp://127.0.0.1:",
                                            "tcp://127.0.0.1:0",
                                            "tcp://127.0.0.1:65536",
                                            "tcp://127.0.0.1:-1",
                                            "tcp://127.0.0.1:+5",
                                            "tcp://127.0.0.1: 5",
                                            "tcp://127.0.0.1:5 ",
                                            "tcp://127.0.0.1:99999999999",
                                            "tcp://127.0.0.1:0x10",
                                            "tcp://127.0.0.1:5555/path",
                                            "tcp://:5555",
                                            "tcp://10.0.0.1;127.0.0.1:5555",
                                            "tcp://127.0.0.1:4;10.0.0.1:5",
                                            "tcp://a b:5555",
                                            "inproc://x",
                                            "pgm://eth0;1.2.3.4:5",
                                            "epgm://x",
                                            "vmci://1:2",
                                            "ws://127.0.0.1:5555",
                                            "udp://127.0.0.1:5555",
                                            "tipc://{1,2}",
                                            "http://127.0.0.1:80",
                                            "ipc:///tmp/\033[2J",
                                            "tcp://127.0.0.1:5\n",
                                            "ipc:///tmp/a\nb",
                                            "ipc:///tmp/\xff\xfe",
                                            "ipc:///tmp/\xe2\x80\xae"};
    for (size_t i = 0; i < sizeof ENDPOINTS / sizeof ENDPOINTS[0]; i++) {
        CU_ASSERT_STRING_NOT_EQUAL(refusal(ENDPOINTS[i], false), "");
        CU_ASSERT_STRING_NOT_EQUAL(refusal(ENDPOINTS[i], true), "");
    }
    CU_ASSERT(says(refusal("tcp://127.0.0.1:\033[2J", true), "\\x1b[2J"));
    CU_ASSERT(says(refusal("a\nb", true), "\"a\\nb\""));
}

static void what_is_too_long_is_refused(void)
{
    char text[4096] = "ipc:///";
    memset(text + 7, 'n', sizeof text - 8);
    CU_ASSERT(says(refusal(text, true), "...\""));
    text[6 + 107] = '\0'; /* "/" and 106: what sun_path holds */
    CU_ASSERT_STRING_EQUAL(refusal(text, true), "");
    text[6 + 107] = 'n';
    text[6 + 108] = '\0';
    CU_ASSERT(says(refusal(text, true), "at most 107 bytes"));
    memset(text, '\033', sizeof text - 1);
    CU_ASSERT(says(refusal(text, true), "\\x1b..."));
}

static void a_folder_for_the_user_alone_needs_no_keys(void)
{
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "socket"), false), "");
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "./socket"), false), "");
    CU_ASSERT_EQUAL(mkdir(hc_in_place("", "inner"), 0700), 0);
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "inner/socket"), false), "");
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "inner/../socket"), false), "");
}

static void a_folder_that_others_may_enter_needs_keys(void)
{
    static const mode_t MODES[] = {0701, 0704, 0702, 0710, 0740, 0720, 0755, 0777, 01777};
    const char *folder = hc_in_place("", "open");
    const char *endpoint = hc_in_place("ipc://", "open/socket");
    CU_ASSERT_EQUAL(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < sizeof MODES / sizeof MODES[0]; i++) {
        char mode[16];
        (void)snprintf(mode, sizeof mode, "found %04o", (unsigned int)MODES[i]);
        CU_ASSERT_EQUAL(chmod(folder, MODES[i]), 0);
        CU_ASSERT(says(refusal(endpoint, false), mode));
        CU_ASSERT(says(refusal(endpoint, false), "mkdir -m 700 "));
        CU_ASSERT_STRING_EQUAL(refusal(endpoint, true), "");
    }
    CU_ASSERT(says(refusal("ipc:///tmp/socket", false), "mkdir -m 700 /tmp/private"));
    CU_ASSERT(says(refusal("ipc:///socket", false), "/: "));
}

static void a_folder_that_is_none_is_told(void)
{
    int file = open(hc_in_place("", "file"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    CU_ASSERT(file >= 0);
    (void)close(file);
    CU_ASSERT(
        says(refusal(hc_in_place("ipc://", "none/socket"), false), "; mkdir -m 700 /tmp/hc_"));
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "none/at/all"), false), "No such file"));
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "file/socket"), false), "is no folder"));
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "file/a/socket"), false), "Not a directory"));
}

static void ones_own_links_are_followed(void)
{
    (void)mkdir(hc_in_place("", "target"), 0700);
    CU_ASSERT_EQUAL(symlink("target", hc_in_place("", "near")), 0);
    CU_ASSERT_EQUAL(symlink(hc_in_place("", "near"), hc_in_place("", "far")), 0);
    CU_ASSERT_EQUAL(symlink("loop", hc_in_place("", "loop")), 0);
    CU_ASSERT_EQUAL(symlink("/tmp", hc_in_place("", "out")), 0);
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "near/socket"), false), "");
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "far/socket"), false), "");
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "loop/socket"), false), "symbolic links"));
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "out/socket"), false), "found 1777"));
}

/* Only root can make what belongs to somebody else; without, this states nothing. */
static void what_somebody_else_may_change_needs_keys(void)
{
    enum { NOBODY = 65534 };
    if (geteuid() != 0) {
        return;
    }
    (void)mkdir(hc_in_place("", "mine"), 0700);
    CU_ASSERT_EQUAL(symlink("mine", hc_in_place("", "theirs")), 0);
    CU_ASSERT_EQUAL(symlink("theirs/.", hc_in_place("", "by_theirs")), 0);
    CU_ASSERT_EQUAL(lchown(hc_in_place("", "theirs"), NOBODY, NOBODY), 0);
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "theirs/socket"), false), "not yours"));
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "by_theirs/socket"), false), "not yours"));
    CU_ASSERT_EQUAL(chown(hc_in_place("", "mine"), NOBODY, NOBODY), 0);
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "mine/socket"), false), "belongs to user 65534"));
}

static void a_folder_that_everybody_may_rename_needs_keys(void)
{
    (void)mkdir(hc_in_place("", "hall"), 0700);
    (void)mkdir(hc_in_place("", "hall/room"), 0700);
    CU_ASSERT_EQUAL(chmod(hc_in_place("", "hall"), 0777), 0);
    CU_ASSERT(says(refusal(hc_in_place("ipc://", "hall/room/socket"), false), "may rename"));
    CU_ASSERT_EQUAL(chmod(hc_in_place("", "hall"), 01777), 0);
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("ipc://", "hall/room/socket"), false), "");
}

/* A context with two sockets that are to be joined. */
typedef struct pair {
    void *context;
    void *server;
    void *client;
} pair;

static pair pair_open(void)
{
    pair p = {.context = zmq_ctx_new()};
    int wait_ms = 5000;
    int linger_ms = 0;
    p.server = zmq_socket(p.context, ZMQ_PAIR);
    p.client = zmq_socket(p.context, ZMQ_PAIR);
    (void)zmq_setsockopt(p.server, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
    (void)zmq_setsockopt(p.client, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    return p;
}

static void pair_close(pair *p)
{
    (void)zmq_close(p->client);
    (void)zmq_close(p->server);
    (void)zmq_ctx_term(p->context);
}

static void check_joined(pair *p, const char *bound)
{
    hc_error error = HC_ERROR_NONE;
    char byte = 0;
    CU_ASSERT_EQUAL(hc_endpoint_connect(p->client, bound, &error), 0);
    CU_ASSERT_EQUAL(zmq_send(p->client, "x", 1, 0), 1);
    CU_ASSERT_EQUAL(zmq_recv(p->server, &byte, 1, 0), 1);
    CU_ASSERT_EQUAL(byte, 'x');
}

/* What it says when it refuses; "" when it has bound. */
static const char *bind_refusal(void *socket, const char *endpoint, char *bound)
{
    static hc_error error;
    error = HC_ERROR_NONE;
    if (hc_endpoint_bind(socket, endpoint, bound, &error) == 0) {
        return "";
    }
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT(says(error.text, endpoint));
    return error.text;
}

static void sockets_meet_where_they_are_bound(void)
{
    static const char *const ENDPOINTS[] = {"tcp://127.0.0.1:*", "tcp://[::1]:*"};
    char bound[HC_ENDPOINT_TEXT_SIZE];
    for (size_t i = 0; i < 2; i++) {
        pair p = pair_open();
        const char *refused = bind_refusal(p.server, ENDPOINTS[i], bound);
        if (i == 1 && strstr(refused, "Cannot assign requested address") != NULL) {
            printf("no IPv6 here\n");
        } else {
            CU_ASSERT_STRING_EQUAL(refused, "");
            CU_ASSERT_PTR_NULL(strchr(bound, '*'));
            check_joined(&p, bound);
        }
        pair_close(&p);
    }
}

static void the_file_of_a_socket_is_for_the_user_alone_under_any_umask(void)
{
    static const mode_t MASKS[] = {0, 022, 077, 0777};
    char bound[HC_ENDPOINT_TEXT_SIZE];
    const char *endpoint = hc_in_place("ipc://", "socket");
    mode_t before = umask(0);
    for (size_t i = 0; i < sizeof MASKS / sizeof MASKS[0]; i++) {
        pair p = pair_open();
        struct stat status;
        (void)umask(MASKS[i]);
        CU_ASSERT_STRING_EQUAL(bind_refusal(p.server, endpoint, bound), "");
        CU_ASSERT_STRING_EQUAL(bound, endpoint);
        CU_ASSERT_EQUAL(stat(hc_in_place("", "socket"), &status), 0);
        CU_ASSERT_EQUAL(status.st_mode & 0777 & ~(mode_t)0700, 0);
        CU_ASSERT_EQUAL(umask(MASKS[i]), MASKS[i]);
        if (MASKS[i] != 0777) {
            check_joined(&p, bound);
        }
        hc_endpoint_remove(endpoint);
        CU_ASSERT_EQUAL(access(hc_in_place("", "socket"), F_OK), -1);
        pair_close(&p);
    }
    (void)umask(before);
}

static int descriptor_count(void)
{
    int count = 0;
    for (int i = 0; i < 1024; i++) {
        count += fcntl(i, F_GETFD) >= 0;
    }
    return count;
}

static void no_descriptor_stays_open(void)
{
    int before = descriptor_count();
    for (int i = 0; i < 20; i++) {
        pair p = pair_open();
        const char *endpoint = hc_in_place("ipc://", "again");
        CU_ASSERT_STRING_EQUAL(bind_refusal(p.server, endpoint, NULL), "");
        CU_ASSERT(says(bind_refusal(p.client, endpoint, NULL), "another process listens there"));
        hc_endpoint_remove(endpoint);
        pair_close(&p);
    }
    CU_ASSERT_EQUAL(descriptor_count(), before);
}

/* A publisher that was killed leaves its file; the next one takes its place. */
static void a_socket_on_which_nobody_listens_is_replaced(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int left = socket(AF_UNIX, SOCK_STREAM, 0);
    pair p = pair_open();
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", hc_in_place("", "left"));
    CU_ASSERT_EQUAL(bind(left, (struct sockaddr *)&address, sizeof address), 0);
    (void)close(left);
    CU_ASSERT_STRING_EQUAL(bind_refusal(p.server, hc_in_place("ipc://", "left"), NULL), "");
    check_joined(&p, hc_in_place("ipc://", "left"));
    pair_close(&p);
}

static void what_is_no_socket_is_left_alone(void)
{
    const char *path = hc_in_place("", "precious");
    const char *endpoint = hc_in_place("ipc://", "precious");
    pair p = pair_open();
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    CU_ASSERT_EQUAL(write(file, "data", 4), 4);
    (void)close(file);
    CU_ASSERT(says(bind_refusal(p.server, endpoint, NULL), "a file that is no socket is there"));
    hc_endpoint_remove(endpoint);
    CU_ASSERT_EQUAL(access(path, F_OK), 0);
    CU_ASSERT_EQUAL(symlink("precious", hc_in_place("", "link")), 0);
    CU_ASSERT(says(bind_refusal(p.server, hc_in_place("ipc://", "link"), NULL), "no socket"));
    hc_endpoint_remove(hc_in_place("ipc://", "link"));
    hc_endpoint_remove("tcp://127.0.0.1:5555");
    CU_ASSERT_EQUAL(access(hc_in_place("", "link"), F_OK), 0);
    CU_ASSERT(says(bind_refusal(p.server, hc_in_place("ipc://", "no/folder"), NULL), "No such"));
    pair_close(&p);
}

static void a_port_that_is_taken_is_told(void)
{
    char bound[HC_ENDPOINT_TEXT_SIZE];
    pair p = pair_open();
    CU_ASSERT_STRING_EQUAL(bind_refusal(p.server, "tcp://127.0.0.1:*", bound), "");
    CU_ASSERT(says(bind_refusal(p.client, bound, NULL), "Address already in use"));
    pair_close(&p);
}

static const hc_test_case CASES[] = {
    {"loopback_needs_no_keys", loopback_needs_no_keys},
    {"other_addresses_need_keys", other_addresses_need_keys},
    {"what_is_no_endpoint_is_refused_with_and_without_keys",
     what_is_no_endpoint_is_refused_with_and_without_keys},
    {"what_is_too_long_is_refused", what_is_too_long_is_refused},
    {"a_folder_for_the_user_alone_needs_no_keys", a_folder_for_the_user_alone_needs_no_keys},
    {"a_folder_that_others_may_enter_needs_keys", a_folder_that_others_may_enter_needs_keys},
    {"a_folder_that_is_none_is_told", a_folder_that_is_none_is_told},
    {"ones_own_links_are_followed", ones_own_links_are_followed},
    {"what_somebody_else_may_change_needs_keys", what_somebody_else_may_change_needs_keys},
    {"a_folder_that_everybody_may_rename_needs_keys",
     a_folder_that_everybody_may_rename_needs_keys},
    {"sockets_meet_where_they_are_bound", sockets_meet_where_they_are_bound},
    {"the_file_of_a_socket_is_for_the_user_alone_under_any_umask",
     the_file_of_a_socket_is_for_the_user_alone_under_any_umask},
    {"no_descriptor_stays_open", no_descriptor_stays_open},
    {"a_socket_on_which_nobody_listens_is_replaced", a_socket_on_which_nobody_listens_is_replaced},
    {"what_is_no_socket_is_left_alone", what_is_no_socket_is_left_alone},
    {"a_port_that_is_taken_is_told", a_port_that_is_taken_is_told},
};

HC_TEST_MAIN("endpoint", CASES)
