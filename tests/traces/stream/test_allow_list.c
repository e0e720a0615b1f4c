#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "traces/stream/allow_list.h"
#include "traces/stream/curve_keys.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#define ALICE "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define CAROL "00000000000000000000000000000000000000#%"
#define BOB "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static const char *write_text(const char *name, const char *text)
{
    const char *path = hc_in_place("", name);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(text, file);
    (void)fclose(file);
    (void)chmod(path, 0644);
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

static hc_allow_list *read_path(const char *path)
{
    hc_allow_list *list = NULL;
    hc_error error = HC_ERROR_NONE;
    if (hc_allow_list_read(&list, path, &error) < 0) {
        printf("%s\n", error.text);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(list);
    return list;
}

static const char *refusal(const char *path)
{
    static hc_error error;
    hc_allow_list *list = NULL;
    error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_allow_list_read(&list, path, &error), -1);
    CU_ASSERT_PTR_NULL(list);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    return error.text;
}

static bool has(const hc_allow_list *list, const char *key)
{
    unsigned char bytes[32];
    CU_ASSERT_PTR_NOT_NULL_FATAL(zmq_z85_decode(bytes, key));
    return hc_allow_list_has(list, bytes);
}

static void a_line_is_a_key_or_a_comment(void)
{
    hc_allow_list *list =
        read_path(write_text("list", "# readers\n"
                                     "\n"
                                     "  " ALICE "  \r\n"
                                     "#" BOB "\n"
                                     "# " BOB "\n"
                                     "#----------------------------------------\n"
                                     "#word and " BOB "\n"
                                     "\t" CAROL "\t# whose it is\n" ALICE " #again"));
    CU_ASSERT(has(list, ALICE));
    CU_ASSERT(has(list, CAROL));
    CU_ASSERT_FALSE(has(list, BOB));
    hc_allow_list_destroy(list);
}

static void one_file_of_a_pair_is_a_list_of_one(void)
{
    hc_allow_list *list =
        read_path(write_text("alice.key", "curve\n    public-key = \"" ALICE "\"\n"));
    CU_ASSERT(has(list, ALICE));
    hc_allow_list_destroy(list);
}

static void a_folder_allows_the_keys_in_it(void)
{
    const char *folder = hc_in_place("", "folder");
    hc_allow_list *list = NULL;
    CU_ASSERT_EQUAL(mkdir(folder, 0755), 0);
    CU_ASSERT(says(refusal(folder), "allows nobody"));
    (void)write_text("folder/alice.key", "public-key = \"" ALICE "\"\n");
    (void)write_text("folder/alice2.key", "public-key = \"" ALICE "\"\n");
    (void)write_text("folder/bob.key_secret", "public-key = \"" BOB "\"\n");
    (void)write_text("folder/.bob.key", "public-key = \"" BOB "\"\n");
    (void)write_text("folder/bob.key~", "public-key = \"" BOB "\"\n");
    (void)write_text("folder/notes", "anything");
    list = read_path(folder);
    CU_ASSERT(has(list, ALICE));
    CU_ASSERT_FALSE(has(list, BOB));
    hc_allow_list_destroy(list);
}

static void one_wrong_file_makes_a_folder_wrong(void)
{
    const char *folder = hc_in_place("", "wrong");
    CU_ASSERT_EQUAL(mkdir(folder, 0755), 0);
    (void)write_text("wrong/alice.key", "public-key = \"" ALICE "\"\n");
    (void)write_text("wrong/bob.key", "public-key = \"Yne\"\n");
    CU_ASSERT(says(refusal(folder), "wrong/bob.key:1: public-key: expected a key"));
    CU_ASSERT_EQUAL(unlink(hc_in_place("", "wrong/bob.key")), 0);
    CU_ASSERT_EQUAL(mkdir(hc_in_place("", "wrong/bob.key"), 0755), 0);
    CU_ASSERT(says(refusal(folder), "wrong/bob.key: expected a plain file"));
}

static void what_everybody_may_change_is_refused(void)
{
    const char *file = write_text("shared", ALICE);
    const char *folder = hc_in_place("", "shared_folder");
    CU_ASSERT_EQUAL(chmod(file, 0666), 0);
    CU_ASSERT(says(refusal(file), "everybody may write"));
    CU_ASSERT_EQUAL(mkdir(folder, 0755), 0);
    (void)write_text("shared_folder/alice.key", "public-key = \"" ALICE "\"\n");
    CU_ASSERT_EQUAL(chmod(folder, 01777), 0);
    CU_ASSERT(says(refusal(folder), "everybody may write"));
}

static void what_is_no_list_is_refused_with_its_line(void)
{
    CU_ASSERT(says(refusal(write_text("none", "")), "allows nobody"));
    CU_ASSERT(says(refusal(write_text("none", "# nobody\n#\n")), "allows nobody"));
    CU_ASSERT(says(refusal(write_text("none", "\n\nalice\n")), "none:3: expected a public key"));
    CU_ASSERT(says(refusal(write_text("none", ALICE " " BOB "\n")), "none:1: expected one"));
    CU_ASSERT(says(refusal(write_text("none", ALICE BOB "\n")), "none:1: expected a public"));
    CU_ASSERT(says(refusal(write_text("none", ALICE "\n\x1b[2J")), "none:2:"));
    CU_ASSERT_PTR_NULL(strchr(refusal(write_text("none", ALICE "\n\x1b[2J")), '\033'));
    CU_ASSERT(says(refusal(hc_in_place("", "nothing")), "No such file"));
    CU_ASSERT(says(refusal("/dev/null"), "plain file"));
}

/* Keys made of a counter; half of them are asked for in vain. */
static void a_list_finds_its_keys_and_no_others(void)
{
    enum { KEYS = 3000 };
    const char *path = hc_in_place("", "many");
    FILE *file = fopen(path, "w");
    hc_allow_list *list = NULL;
    unsigned char bytes[32] = {0};
    char text[41];
    for (unsigned int i = 0; i < KEYS; i += 2) {
        bytes[3] = (unsigned char)(i * 7919 % 65536 / 256);
        bytes[30] = (unsigned char)(i * 7919 % 65536);
        (void)fprintf(file, "%s\n", zmq_z85_encode(text, bytes, sizeof bytes));
    }
    (void)fclose(file);
    list = read_path(path);
    for (unsigned int i = 0; i < KEYS; i++) {
        bytes[3] = (unsigned char)(i * 7919 % 65536 / 256);
        bytes[30] = (unsigned char)(i * 7919 % 65536);
        CU_ASSERT_EQUAL(hc_allow_list_has(list, bytes), i % 2 == 0);
    }
    hc_allow_list_destroy(list);
    hc_allow_list_destroy(NULL);
}

static const hc_test_case CASES[] = {
    {"a_line_is_a_key_or_a_comment", a_line_is_a_key_or_a_comment},
    {"one_file_of_a_pair_is_a_list_of_one", one_file_of_a_pair_is_a_list_of_one},
    {"a_folder_allows_the_keys_in_it", a_folder_allows_the_keys_in_it},
    {"one_wrong_file_makes_a_folder_wrong", one_wrong_file_makes_a_folder_wrong},
    {"what_everybody_may_change_is_refused", what_everybody_may_change_is_refused},
    {"what_is_no_list_is_refused_with_its_line", what_is_no_list_is_refused_with_its_line},
    {"a_list_finds_its_keys_and_no_others", a_list_finds_its_keys_and_no_others},
};

HC_TEST_MAIN("allow_list", CASES)
