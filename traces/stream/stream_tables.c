#include "traces/stream/stream_tables.h"

#include "sim/interfaces/sink.h"
#include "traces/run/row_layout.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

/* Topics of rows that have no type of their own, and what such a row is called. */
static const struct {
    const char *topic;
    const char *type;
} PLAIN[HC_TABLE_COUNT] = {
    [HC_TABLE_ATTEMPTS] = {"job.attempts", "attempt"},
    [HC_TABLE_PLACEMENTS] = {"node.placements", "placement"},
    [HC_TABLE_DECISIONS] = {"sched.decisions", "decision"},
    [HC_TABLE_SERIES] = {"series.samples", "sample"},
    [HC_TABLE_LEDGER] = {"cost.ledger", "ledger"},
};

bool hc_stream_has_table(hc_run_table table)
{
    return table == HC_TABLE_EVENTS || (table < HC_TABLE_COUNT && PLAIN[table].topic != NULL);
}

static const char *event_topic(uint8_t type)
{
    return type == HC_EVENT_PASS       ? "sched.events"
           : type == HC_EVENT_CAPACITY ? "node.events"
                                       : "job.events";
}

const char *hc_stream_topic(hc_run_table table, const void *row)
{
    assert(hc_stream_has_table(table));
    return table == HC_TABLE_EVENTS ? event_topic(((const hc_event_row *)row)->type)
                                    : PLAIN[table].topic;
}

const char *hc_stream_row_type(hc_run_table table, const void *row)
{
    if (table == HC_TABLE_EVENTS) {
        const hc_row_field *type = hc_table_find_field(hc_table_describe(table), "type");
        return hc_row_field_value_name(type, ((const hc_event_row *)row)->type);
    }
    return PLAIN[table].type;
}

uint64_t hc_stream_digest_rows(uint64_t digest, hc_run_table table, const void *rows, size_t count)
{
    unsigned char packed[HC_STREAM_ROW_BYTES];
    hc_row_layout layout;
    const unsigned char *row = rows;
    hc_row_layout_make(&layout, hc_table_describe(table), NULL);
    assert(layout.row_bytes <= HC_STREAM_ROW_BYTES);
    for (size_t i = 0; i < count; i++) {
        (void)hc_row_encode(&layout, row, packed); /* there is no text that could be too long */
        digest = XXH3_64bits_withSeed(packed, layout.row_bytes, digest);
        row += layout.info->row_size;
    }
    return digest;
}
