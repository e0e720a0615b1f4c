#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "traces/stream/curve_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The pair of Alice in the examples of RFC 26's reference implementation (libzmq, tests/test_security_curve.cpp). */
#define ALICE_PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define ALICE_SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
#define BOB_PUBLIC "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define BOB_SECRET "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

static const char *write_file(const char *name, const char *text, size_t length, mode_t mode)
{
    const char *path = hc_in_place("", name);
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, text, length), (ssize_t)length);
    CU_ASSERT_EQUAL(fchmod(file, mode), 0);
    (void)close(file);
    return path;
}

static bool says(const char *text, const char *part)
{
    bool is_there = strstr(text, part) != NULL;
    if (!is_there) {
        printf("\"%s\" lacks \"%s\"\n", text, part);
    }
    return is_there;
}

/* "" when the file is taken, else the message; valid until the next call. No secret is ever shown. */
static const char *refusal(const char *path, bool needs_secret, hc_curve_keys *keys)
{
    static hc_error error;
    hc_curve_keys ignored = {.public_key = "before"};
    error = HC_ERROR_NONE;
    keys = keys == NULL ? &ignored : keys;
    if (hc_curve_keys_read(keys, path, needs_secret, &error) == 0) {
        return "";
    }
    CU_ASSERT_STRING_EQUAL(ignored.public_key, "before");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT(says(error.text, path));
    CU_ASSERT_PTR_NULL(strstr(error.text, "D:)Q[I"));
    CU_ASSERT_PTR_NULL(strstr(error.text, "JTKVSB"));
    return error.text;
}

static const char *refusal_of_text(const char *text, bool needs_secret)
{
    return refusal(write_file("text", text, strlen(text), 0600), needs_secret, NULL);
}

static void what_is_written_is_read(void)
{
    hc_curve_keys keys;
    hc_curve_keys other;
    hc_curve_keys back;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_curve_keys_make(&keys, &error), 0);
    CU_ASSERT_EQUAL(hc_curve_keys_make(&other, &error), 0);
    CU_ASSERT_STRING_NOT_EQUAL(keys.public_key, other.public_key);
    CU_ASSERT_STRING_NOT_EQUAL(keys.secret_key, other.secret_key);
    CU_ASSERT_EQUAL(strlen(keys.public_key), 40);
    CU_ASSERT_EQUAL(strlen(keys.secret_key), 40);
    CU_ASSERT_EQUAL(hc_curve_keys_write(&keys, hc_in_place("", "carol"), &error), 0);
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("", "carol.key_secret"), true, &back), "");
    CU_ASSERT_STRING_EQUAL(back.public_key, keys.public_key);
    CU_ASSERT_STRING_EQUAL(back.secret_key, keys.secret_key);
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("", "carol.key"), false, &back), "");
    CU_ASSERT_STRING_EQUAL(back.public_key, keys.public_key);
    CU_ASSERT_STRING_EQUAL(back.secret_key, "");
    CU_ASSERT_STRING_EQUAL(refusal(hc_in_place("", "carol.key_secret"), false, &back), "");
    CU_ASSERT_STRING_EQUAL(back.secret_key, "");
    CU_ASSERT(says(refusal(hc_in_place("", "carol.key"), true, NULL), "has no secret key"));
}

static mode_t mode_of(const char *name)
{
    struct stat status;
    CU_ASSERT_EQUAL(stat(hc_in_place("", name), &status), 0);
    return status.st_mode & 07777;
}

static void the_secret_is_for_the_user_alone_under_any_umask(void)
{
    hc_curve_keys keys = {ALICE_PUBLIC, ALICE_SECRET};
    hc_error error = HC_ERROR_NONE;
    mode_t before = umask(0);
    CU_ASSERT_EQUAL(hc_curve_keys_write(&keys, hc_in_place("", "wide"), &error), 0);
    (void)umask(077);
    CU_ASSERT_EQUAL(hc_curve_keys_write(&keys, hc_in_place("", "narrow"), &error), 0);
    (void)umask(before);
    CU_ASSERT_EQUAL(mode_of("wide.key_secret"), 0600);
    CU_ASSERT_EQUAL(mode_of("wide.key"), 0644);
    CU_ASSERT_EQUAL(mode_of("narrow.key_secret"), 0600);
    CU_ASSERT_EQUAL(mode_of("narrow.key"), 0600);
}

static bool exists(const char *name)
{
    struct stat status;
    return lstat(hc_in_place("", name), &status) == 0;
}

/* The message of a refused hc_curve_keys_write. */
static const char *write_refusal(const char *name, hc_error_kind kind)
{
    static hc_error error;
    hc_curve_keys keys = {ALICE_PUBLIC, ALICE_SECRET};
    error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_curve_keys_write(&keys, name, &error), -1);
    CU_ASSERT_EQUAL(error.kind, kind);
    return error.text;
}

static void keys_that_are_there_are_never_replaced(void)
{
    (void)write_file("old.key", "old", 3, 0644);
    CU_ASSERT(says(write_refusal(hc_in_place("", "old"), HC_ERROR_USAGE), "old.key: exists"));
    CU_ASSERT_FALSE(exists("old.key_secret"));
    (void)write_file("half.key_secret", "old", 3, 0600);
    CU_ASSERT(says(write_refusal(hc_in_place("", "half"), HC_ERROR_USAGE), "half.key_secret: exi"));
    CU_ASSERT_FALSE(exists("half.key"));
    CU_ASSERT_EQUAL(symlink("elsewhere", hc_in_place("", "link.key_secret")), 0);
    CU_ASSERT(says(write_refusal(hc_in_place("", "link"), HC_ERROR_USAGE), "exists"));
    CU_ASSERT_FALSE(exists("elsewhere"));
    CU_ASSERT_FALSE(exists("link.key"));
}

static void what_cannot_be_written_leaves_nothing(void)
{
    struct rlimit before;
    struct rlimit none;
    CU_ASSERT(says(write_refusal(hc_in_place("", "no/folder"), HC_ERROR_OUTPUT), "No such file"));
    CU_ASSERT_EQUAL(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 100;
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &none), 0);
    CU_ASSERT(says(write_refusal(hc_in_place("", "full"), HC_ERROR_OUTPUT), "cannot write"));
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
    CU_ASSERT_FALSE(exists("full.key"));
    CU_ASSERT_FALSE(exists("full.key_secret"));
}

static void a_name_is_one_of_a_pair(void)
{
    char long_name[5000];
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    CU_ASSERT(says(write_refusal("", HC_ERROR_USAGE), "expected a name"));
    CU_ASSERT(says(write_refusal("/tmp/", HC_ERROR_USAGE), "expected a name"));
    CU_ASSERT(says(write_refusal("alice.key", HC_ERROR_USAGE), "without .key"));
    CU_ASSERT(says(write_refusal("alice.key_secret", HC_ERROR_USAGE), "without .key_secret"));
    CU_ASSERT(says(write_refusal(long_name, HC_ERROR_USAGE), "at most"));
}

/* As zmq.auth.create_certificates and zcert_save write them. */
static void files_of_other_programs_are_read(void)
{
    static const char PYZMQ[] = "#   ****  Generated on 2024-01-02 by pyzmq  ****\n"
                                "#   ZeroMQ CURVE **Secret** Certificate\n\n"
                                "metadata\ncurve\n"
                                "    public-key = \"" ALICE_PUBLIC "\"\n"
                                "    secret-key = \"" ALICE_SECRET "\"\n";
    static const char CZMQ[] = "metadata\n    name = \"public-key\"\n"
                               "curve\r\n\tsecret-key='" ALICE_SECRET "'\r\n"
                               "\tpublic-key=" ALICE_PUBLIC;
    CU_ASSERT_STRING_EQUAL(refusal_of_text(PYZMQ, true), "");
    CU_ASSERT_STRING_EQUAL(refusal_of_text(PYZMQ, false), "");
    CU_ASSERT_STRING_EQUAL(refusal_of_text(CZMQ, true), "");
}

static void what_is_no_key_is_refused_with_its_line(void)
{
    static const struct {
        const char *text;
        const char *message;
    } CASES[] = {
        {"", "expected a line public-key"},
        {"curve\n", "expected a line public-key"},
        {"public-key\n", "expected a line public-key"},
        {"# public-key = \"" ALICE_PUBLIC "\"\n", "expected a line public-key"},
        {"public-keys = \"" ALICE_PUBLIC "\"\n", "expected a line public-key"},
        {"secret-key = \"" ALICE_SECRET "\"\n", "expected a line public-key"},
        {"curve\npublic-key = \"\"\n", "text:2: public-key: expected a key"},
        {"curve\npublic-key =", "text:2: public-key: expected a key"},
        {"public-key = \"\n", "text:1: public-key: expected a key"},
        {"public-key = \"Yne\"\n", "(found 3)"},
        {"public-key = \"" ALICE_PUBLIC "x\"\n", "(found 41)"},
        {"public-key = \"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\"\n", "(found 39)"},
        {"public-key = \"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI~\"\n", "(found 40)"},
        {"public-key = \"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\xff\"\n", "(found 40)"},
        {"public-key = \"########################################\"\n", "(found 40)"},
        {"public-key = \"" ALICE_PUBLIC "\"\npublic-key = \"" BOB_PUBLIC "\"\n", "text:2:"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        CU_ASSERT(says(refusal_of_text(CASES[i].text, false), CASES[i].message));
    }
}

static void a_secret_key_belongs_to_its_public_key(void)
{
    static const char MIXED[] =
        "public-key = \"" ALICE_PUBLIC "\"\nsecret-key = \"" BOB_SECRET "\"\n";
    static const char BROKEN[] = "public-key = \"" ALICE_PUBLIC "\"\nsecret-key = \"D:)Q[I\"\n";
    CU_ASSERT(says(refusal_of_text(MIXED, true), "not of one pair"));
    CU_ASSERT(says(refusal_of_text(BROKEN, true), "text:2: secret-key: expected a key"));
}

static void a_secret_that_others_may_read_is_refused(void)
{
    static const mode_t MODES[] = {0644, 0640, 0604, 0620, 0610, 0601};
    static const char TEXT[] =
        "public-key = \"" ALICE_PUBLIC "\"\nsecret-key = \"" ALICE_SECRET "\"\n";
    for (size_t i = 0; i < sizeof MODES / sizeof MODES[0]; i++) {
        const char *path = write_file("open", TEXT, strlen(TEXT), MODES[i]);
        CU_ASSERT(says(refusal(path, true, NULL), "expected mode 0600"));
        CU_ASSERT(says(refusal(path, true, NULL), "chmod 600"));
    }
    CU_ASSERT_STRING_EQUAL(refusal(write_file("open", TEXT, strlen(TEXT), 0400), true, NULL), "");
    CU_ASSERT_STRING_EQUAL(refusal(write_file("open", TEXT, strlen(TEXT), 0664), false, NULL), "");
    CU_ASSERT(
        says(refusal(write_file("open", TEXT, strlen(TEXT), 0666), false, NULL), "chmod o-w"));
}

static void what_is_no_small_text_file_is_refused(void)
{
    static char large[4098];
    static const char NUL[] = "public-key = \"" ALICE_PUBLIC "\"\n\0secret";
    memset(large, '\n', sizeof large);
    memcpy(large, NUL, sizeof NUL - sizeof "\0secret");
    CU_ASSERT_STRING_EQUAL(refusal(write_file("large", large, 4096, 0600), false, NULL), "");
    CU_ASSERT(
        says(refusal(write_file("large", large, 4097, 0600), false, NULL), "most 4096 bytes"));
    CU_ASSERT(says(refusal(write_file("nul", NUL, sizeof NUL, 0600), false, NULL), "NUL byte"));
    CU_ASSERT(says(refusal(hc_in_place("", "none"), false, NULL), "No such file"));
    CU_ASSERT(says(refusal(hc_private_place(), false, NULL), "a plain file"));
    CU_ASSERT(says(refusal("/dev/zero", false, NULL), "a plain file"));
    CU_ASSERT_EQUAL(mkfifo(hc_in_place("", "fifo"), 0600), 0);
    CU_ASSERT(says(refusal(hc_in_place("", "fifo"), true, NULL), "a plain file"));
}

static const hc_test_case CASES[] = {
    {"what_is_written_is_read", what_is_written_is_read},
    {"the_secret_is_for_the_user_alone_under_any_umask",
     the_secret_is_for_the_user_alone_under_any_umask},
    {"keys_that_are_there_are_never_replaced", keys_that_are_there_are_never_replaced},
    {"what_cannot_be_written_leaves_nothing", what_cannot_be_written_leaves_nothing},
    {"a_name_is_one_of_a_pair", a_name_is_one_of_a_pair},
    {"files_of_other_programs_are_read", files_of_other_programs_are_read},
    {"what_is_no_key_is_refused_with_its_line", what_is_no_key_is_refused_with_its_line},
    {"a_secret_key_belongs_to_its_public_key", a_secret_key_belongs_to_its_public_key},
    {"a_secret_that_others_may_read_is_refused", a_secret_that_others_may_read_is_refused},
    {"what_is_no_small_text_file_is_refused", what_is_no_small_text_file_is_refused},
};

/* A write beyond the limit of file sizes is to fail, not to end the program. */
int main(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGXFSZ, &ignore, NULL);
    return hc_test_main("curve_keys", CASES, sizeof CASES / sizeof CASES[0]);
}
