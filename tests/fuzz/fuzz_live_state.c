#include "analysis/live/live_json.h"
#include "analysis/live/live_state.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes as the rows that a publisher sends: of each batch a letter for the table, a rank, and its rows as they lie in
 * memory. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const NO_NAMES[] = {""};

static void take(hc_live_state *state, hc_stream_item item)
{
    if (hc_live_state_take(state, &item, NULL) < 0) {
        abort();
    }
}

static void begin(hc_live_state *state, uint8_t kind)
{
    const hc_stream_hello hello = {.run = "run",
                                   .name = "name\xff\x1b",
                                   .policy = "",
                                   .clock = (kind & 1) != 0 ? "unix zero" : "civil",
                                   .unix_zero_seconds = (kind & 2) != 0 ? INT64_MAX : 0,
                                   .gpus = kind,
                                   .rank_count = (kind & 4) != 0 ? 9 : 3,
                                   .ranks = 3,
                                   .partitions = NO_NAMES};
    take(state, (hc_stream_item){.kind = HC_STREAM_HELLO, .hello = &hello});
}

static hc_run_table table_of(uint8_t letter)
{
    static const hc_run_table TABLES[] = {HC_TABLE_EVENTS, HC_TABLE_SERIES, HC_TABLE_LEDGER,
                                          HC_TABLE_ATTEMPTS, HC_TABLE_DECISIONS};
    return TABLES[letter % 5];
}

/* Rows at an address that suits them. */
static size_t take_rows(hc_live_state *state, const uint8_t *data, size_t size)
{
    enum { ROOM = 128 };
    _Alignas(16) uint8_t row[ROOM];
    hc_run_table table = table_of(data[0]);
    size_t row_size = hc_table_describe(table)->row_size;
    if (size < 2 + row_size || row_size > ROOM) {
        return size;
    }
    memcpy(row, data + 2, row_size);
    take(
        state,
        (hc_stream_item){
            .kind = HC_STREAM_BATCH, .table = table, .rank = data[1] % 4, .rows = row, .count = 1});
    return 2 + row_size;
}

static void check(hc_live_state *state)
{
    hc_live_view view;
    json_t *object = hc_live_json(state, 1.5, true);
    hc_live_state_view(state, &view);
    if (object == NULL || view.held_milli_ns < 0 ||
        (!isnan(view.progress) && !(view.progress >= 0 && view.progress <= 1))) {
        abort();
    }
    json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_live_state *state = NULL;
    size_t at = 1;
    if (size < 1 || hc_live_state_create(&state, (data[0] & 8) != 0, NULL) < 0) {
        return 0;
    }
    begin(state, data[0]);
    while (at < size) {
        at += take_rows(state, data + at, size - at);
    }
    check(state);
    take(state, (hc_stream_item){.kind = HC_STREAM_END});
    check(state);
    hc_live_state_destroy(state);
    return 0;
}
