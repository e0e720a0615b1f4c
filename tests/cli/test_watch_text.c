#include "cli/watch_text.h"

#include "sim/interfaces/sink.h"
#include "tests/testing.h"

#include <math.h>
#include <string.h>

static const hc_stream_hello HELLO = {.run = "0123456789",
                                      .name = "march",
                                      .policy = "easy",
                                      .clock = "unknown zero",
                                      .gpus = 8,
                                      .rank_count = 1,
                                      .ranks = 1};

static void take(hc_live_state *state, hc_stream_item item)
{
    CU_ASSERT_EQUAL(hc_live_state_take(state, &item, NULL), 0);
}

static void event(hc_live_state *state, hc_time time, hc_event_type type, uint64_t value)
{
    const hc_event_row row = {.time = time, .type = (uint8_t)type, .value = value};
    take(state, (hc_stream_item){
                    .kind = HC_STREAM_BATCH, .table = HC_TABLE_EVENTS, .rows = &row, .count = 1});
}

/* 4 of 8 GPUs for an hour, then 8 for one: two jobs, a third one waits. */
static hc_live_state *two_hours(void)
{
    hc_live_state *state = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_live_state_create(&state, false, NULL), 0);
    take(state, (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = &HELLO});
    take(state, (hc_stream_item){.kind = HC_STREAM_HEARTBEAT,
                                 .heartbeat = {.now = HC_TIME_MISSING,
                                               .last_submit = 4 * HC_HOUR,
                                               .simulated_events = 1234,
                                               .events_per_second = 3100000}});
    event(state, 0, HC_EVENT_SUBMIT, 4000);
    event(state, 0, HC_EVENT_START, 4000);
    event(state, HC_HOUR, HC_EVENT_SUBMIT, 4000);
    event(state, HC_HOUR, HC_EVENT_START, 4000);
    event(state, 2 * HC_HOUR, HC_EVENT_SUBMIT, 8000);
    return state;
}

static bool has_line(const hc_watch_text *text, const char *line)
{
    for (size_t i = 0; i < text->count; i++) {
        if (strcmp(text->lines[i], line) == 0) {
            return true;
        }
    }
    return false;
}

static void a_state_is_told_in_lines(void)
{
    hc_live_state *state = two_hours();
    const hc_watch_style style = {
        .columns = 39, .is_utf8 = true, .gpu_hour_dollars = 1.5, .endpoint = "e"};
    hc_watch_text text;
    hc_watch_text_make(&text, state, &style);
    CU_ASSERT_STRING_EQUAL(text.lines[0], "march   policy easy   run 01234567");
    CU_ASSERT_STRING_EQUAL(text.lines[1], "[===>   ]  50 %  0 d 02:00:00");
    CU_ASSERT(has_line(&text, "utilisation   100.0 %  ▄▄▄▄▄▄▄▄████████  75.0 % so far"));
    CU_ASSERT(
        has_line(&text, "jobs                3  submitted, 0 ended, 0 rejected, 0 preempted"));
    CU_ASSERT(
        has_line(&text, "GPU-hours        12.0  held so far; cost 18.00 dollars at 1.5 an hour"));
    CU_ASSERT(has_line(&text, "stream      live; 5 rows, none lost"));
    CU_ASSERT(has_line(&text, "speed       3.1 M events/s, 1,234 so far"));
    CU_ASSERT(has_line(&text, "GPUs                8  busy of 8 in service; the machine has 8"));
    hc_live_state_destroy(state);
}

static void bars_are_ascii_where_they_must(void)
{
    hc_live_state *state = two_hours();
    const hc_watch_style style = {.columns = 39, .gpu_hour_dollars = NAN, .endpoint = "e"};
    hc_watch_text text;
    hc_watch_text_make(&text, state, &style);
    CU_ASSERT(has_line(&text, "utilisation   100.0 %  ========########  75.0 % so far"));
    CU_ASSERT(has_line(&text, "GPU-hours        12.0  held by jobs so far"));
    hc_live_state_destroy(state);
}

static void the_narrowest_terminal_has_no_bars(void)
{
    hc_live_state *state = two_hours();
    const hc_watch_style style = {.columns = 1, .gpu_hour_dollars = NAN, .endpoint = "e"};
    hc_watch_text text;
    hc_watch_text_make(&text, state, &style);
    CU_ASSERT(has_line(&text, "utilisation   100.0 %  75.0 % so far"));
    hc_live_state_destroy(state);
}

static void who_waits_says_for_whom(void)
{
    hc_live_state *state = NULL;
    const hc_watch_style style = {
        .columns = 80, .endpoint = "tcp://127.0.0.1:5", .waited_seconds = 3.9};
    hc_watch_text text;
    char line[HC_WATCH_LINE_SIZE];
    CU_ASSERT_EQUAL_FATAL(hc_live_state_create(&state, false, NULL), 0);
    hc_watch_text_make(&text, state, &style);
    CU_ASSERT_EQUAL(text.count, 1);
    CU_ASSERT_STRING_EQUAL(text.lines[0], "tcp://127.0.0.1:5: waiting for a publisher (3 s)");
    hc_watch_line_make(line, state, &style);
    CU_ASSERT_STRING_EQUAL(line, text.lines[0]);
    hc_live_state_destroy(state);
}

static void a_line_for_a_log_says_how_far(void)
{
    hc_live_state *state = two_hours();
    const hc_watch_style style = {.columns = 100, .gpu_hour_dollars = NAN, .endpoint = "e"};
    char line[HC_WATCH_LINE_SIZE];
    hc_watch_line_make(line, state, &style);
    CU_ASSERT_STRING_EQUAL(line, "0 d 02:00:00   50 %  utilisation 100.0 %  queue 1  running 2  "
                                 "ended 0  3.1 M events/s");
    hc_live_state_destroy(state);
}

static void a_long_silence_is_told(void)
{
    hc_live_state *state = two_hours();
    const hc_watch_style style = {
        .columns = 80, .gpu_hour_dollars = NAN, .endpoint = "e", .waited_seconds = 12};
    hc_watch_text text;
    hc_watch_text_make(&text, state, &style);
    CU_ASSERT(has_line(&text, "stream      nothing has come for 12 s; 5 rows, none lost"));
    hc_live_state_destroy(state);
}

static const hc_test_case CASES[] = {
    {"a_state_is_told_in_lines", a_state_is_told_in_lines},
    {"bars_are_ascii_where_they_must", bars_are_ascii_where_they_must},
    {"the_narrowest_terminal_has_no_bars", the_narrowest_terminal_has_no_bars},
    {"who_waits_says_for_whom", who_waits_says_for_whom},
    {"a_line_for_a_log_says_how_far", a_line_for_a_log_says_how_far},
    {"a_long_silence_is_told", a_long_silence_is_told},
};

HC_TEST_MAIN("watch_text", CASES)
