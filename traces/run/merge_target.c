#include "traces/run/merge_target.h"

hc_merge_target hc_merge_target_whole(hc_table_set *set)
{
    hc_merge_target target = {.set = set};
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        target.end[table] = UINT64_MAX;
    }
    return target;
}

/* Moves a chunk, or as many rows as stand together. @return how many, 0 when they are lost, -1 on error. */
static int64_t take_step(hc_table_writer *to, hc_row_stream *stream, uint64_t count,
                         hc_error *error)
{
    const uint8_t *from = NULL;
    int64_t taken = 0;
    if (count >= to->chunk_rows && hc_row_stream_has_chunk(stream, to)) {
        size_t bytes = 0;
        uint32_t mask = 0;
        from = hc_row_stream_take_chunk(stream, &bytes, &mask, error);
        return from == NULL || hc_table_writer_append_chunk(to, from, bytes, mask, error) < 0
                   ? -1
                   : (int64_t)to->chunk_rows;
    }
    taken = hc_row_stream_take(stream, count, &from, error);
    return taken > 0 && hc_table_writer_append_encoded(to, from, (uint64_t)taken, error) < 0
               ? -1
               : taken;
}

/* Leaves out what lies before a row of the merged table. @return rows left out. */
static uint64_t skip_before(uint64_t row, uint64_t next, hc_row_stream *stream, uint64_t count)
{
    uint64_t skipped = next >= row ? 0 : row - next;
    skipped = skipped < count ? skipped : count;
    hc_row_stream_skip(stream, skipped);
    return skipped;
}

int hc_merge_target_take(hc_merge_target *t, hc_run_table table, hc_row_stream *stream,
                         uint64_t count, hc_error *error)
{
    uint64_t done = skip_before(t->first[table], t->next[table], stream, count);
    t->next[table] += done;
    while (done < count && t->next[table] < t->end[table]) {
        uint64_t room = t->end[table] - t->next[table];
        uint64_t wanted = count - done < room ? count - done : room;
        int64_t taken = take_step(&t->set->tables[table], stream, wanted, error);
        if (taken <= 0) {
            return (int)taken;
        }
        done += (uint64_t)taken;
        t->next[table] += (uint64_t)taken;
    }
    hc_row_stream_skip(stream, count - done);
    t->next[table] += count - done;
    return 0;
}
