#include "traces/stream/note_list.h"

#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

static void notes_come_in_their_order_each_once(void)
{
    hc_note_list list = {.length = 0};
    char out[32];
    CU_ASSERT(!hc_note_list_take(&list, out, sizeof out));
    hc_note_list_add(&list, "one");
    hc_note_list_add(&list, "on");
    hc_note_list_add(&list, "one");
    CU_ASSERT(hc_note_list_take(&list, out, sizeof out));
    CU_ASSERT_STRING_EQUAL(out, "one");
    hc_note_list_add(&list, "one");
    CU_ASSERT(hc_note_list_take(&list, out, sizeof out));
    CU_ASSERT_STRING_EQUAL(out, "on");
    CU_ASSERT(hc_note_list_take(&list, out, sizeof out));
    CU_ASSERT_STRING_EQUAL(out, "one");
    CU_ASSERT(!hc_note_list_take(&list, out, sizeof out));
}

static void what_finds_no_room_is_counted(void)
{
    hc_note_list list = {.length = 0};
    char note[sizeof list.text / 4];
    char out[sizeof note];
    memset(note, 'x', sizeof note);
    note[sizeof note - 1] = '\0';
    for (int i = 0; i < 7; i++) {
        note[0] = (char)('0' + i);
        hc_note_list_add(&list, note);
    }
    for (int i = 0; i < 4; i++) {
        CU_ASSERT(hc_note_list_take(&list, out, sizeof out));
        CU_ASSERT_EQUAL(out[0], '0' + i);
        CU_ASSERT_EQUAL(strlen(out), sizeof note - 1);
    }
    CU_ASSERT(hc_note_list_take(&list, out, sizeof out));
    CU_ASSERT_STRING_EQUAL(out, "stream: 3 more things like these have happened");
    CU_ASSERT(!hc_note_list_take(&list, out, sizeof out));
}

static const hc_test_case CASES[] = {
    {"notes_come_in_their_order_each_once", notes_come_in_their_order_each_once},
    {"what_finds_no_room_is_counted", what_finds_no_room_is_counted},
};

HC_TEST_MAIN("note_list", CASES)
