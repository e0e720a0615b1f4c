#include "traces/stream/roll.h"

#include "sim/engine/digest.h"
#include "traces/stream/msgpack_write.h"

hc_roll_rank *hc_roll_find(hc_roll *roll, uint32_t rank)
{
    for (uint32_t i = 0; i < roll->count; i++) {
        if (roll->ranks[i].rank == rank) {
            return &roll->ranks[i];
        }
    }
    return NULL;
}

void hc_roll_count(hc_roll_rank *rank, const hc_parcel *parcel)
{
    rank->digest = hc_stream_digest_rows(rank->digest, (hc_run_table)parcel->table,
                                         parcel->content.rows, parcel->count);
    rank->table_rows[parcel->table] += parcel->count;
    rank->next = parcel->first + parcel->count;
}

bool hc_roll_is_over(const hc_roll *roll)
{
    for (uint32_t i = 0; i < roll->count; i++) {
        if (!roll->ranks[i].is_ended) {
            return false;
        }
    }
    return true;
}

/* Begins a message of the roll: its first rank speaks for all. */
static int begin(const hc_roll *roll, const char *topic, uint32_t rank, uint64_t seq,
                 hc_frames *out, msgpack_packer *packer)
{
    hc_frame_header header = {roll->facts.run, rank, seq, 0};
    int status = hc_frames_control(out, topic, &header);
    msgpack_packer_init(packer, &out->payload, msgpack_sbuffer_write);
    return status;
}

static int pack_columns(msgpack_packer *packer, const hc_table_info *info)
{
    int status =
        hc_pack_map(packer, "columns", info->field_count + 1) || hc_pack_item(packer, "seq", "<u8");
    for (size_t i = 0; i < info->field_count; i++) {
        status |= hc_pack_item(packer, info->fields[i].name, hc_column_dtype(&info->fields[i]));
    }
    return status;
}

static int pack_names(msgpack_packer *packer, const hc_table_info *info)
{
    size_t count = 0;
    int status = 0;
    for (size_t i = 0; i < info->field_count; i++) {
        count += info->fields[i].type == HC_ROW_FIELD_ENUM;
    }
    status = hc_pack_map(packer, "names", count);
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        if (field->type == HC_ROW_FIELD_ENUM) {
            status |= hc_pack_list(packer, field->name, field->names->count);
            for (uint8_t k = 0; k < field->names->count; k++) {
                status |= hc_pack_text(packer, field->names->names[k]);
            }
        }
    }
    return status;
}

static size_t count_tables(void)
{
    size_t count = 0;
    for (int t = 0; t < HC_TABLE_COUNT; t++) {
        count += hc_stream_has_table((hc_run_table)t);
    }
    return count;
}

/* What rows look like: {events: {columns: {name: dtype}, names: {type: [...]}}, ...}. */
static int pack_tables(msgpack_packer *packer)
{
    int status = hc_pack_map(packer, "tables", count_tables());
    for (int t = 0; t < HC_TABLE_COUNT; t++) {
        if (hc_stream_has_table((hc_run_table)t)) {
            const hc_table_info *info = hc_table_describe((hc_run_table)t);
            status |= hc_pack_map(packer, info->name, 2) || pack_columns(packer, info) ||
                      pack_names(packer, info);
        }
    }
    return status;
}

static int pack_places(msgpack_packer *packer, const hc_roll *roll)
{
    int status = hc_pack_list(packer, "ranks", roll->count);
    for (uint32_t i = 0; i < roll->count; i++) {
        status |= msgpack_pack_uint32(packer, roll->ranks[i].rank);
    }
    status |= hc_pack_list(packer, "partitions", roll->facts.partition_count);
    for (size_t i = 0; i < roll->facts.partition_count; i++) {
        status |= hc_pack_text(packer, roll->facts.partitions[i]);
    }
    return status;
}

int hc_roll_hello(const hc_roll *roll, hc_frames *out)
{
    const hc_stream_facts *facts = &roll->facts;
    msgpack_packer packer;
    int status = begin(roll, "ctl.hello", roll->ranks[0].rank, roll->ranks[0].next, out, &packer);
    status |= msgpack_pack_map(&packer, 13) || hc_pack_item(&packer, "type", "hello") ||
              hc_pack_item(&packer, "name", facts->name) ||
              hc_pack_item(&packer, "policy", facts->policy) ||
              hc_pack_item(&packer, "clock", facts->clock) ||
              hc_pack_integer(&packer, "unix_zero_seconds", facts->unix_zero_seconds) ||
              hc_pack_number(&packer, "gpus", facts->gpus) ||
              hc_pack_number(&packer, "rank_count", facts->rank_count) ||
              hc_pack_item(&packer, "mode", roll->mode) ||
              hc_pack_item(&packer, "format", roll->format) ||
              hc_pack_flag(&packer, "replay", roll->has_replay) || pack_places(&packer, roll) ||
              pack_tables(&packer);
    return status == 0 ? 0 : -1;
}

int hc_roll_heartbeat(const hc_roll *roll, hc_roll_rank *rank, double now, hc_frames *out)
{
    const hc_run_standing *s = &rank->standing;
    uint64_t executed = s->simulated_events - rank->beat_events;
    double rate = now > rank->beat_time ? (double)executed / (now - rank->beat_time) : 0;
    msgpack_packer packer;
    int status = begin(roll, "ctl.heartbeat", rank->rank, rank->next, out, &packer);
    rank->beat_events = s->simulated_events;
    rank->beat_time = now;
    status |= msgpack_pack_map(&packer, 13) || hc_pack_item(&packer, "type", "heartbeat") ||
              hc_pack_time(&packer, "begin_ns", s->begin) ||
              hc_pack_time(&packer, "time_ns", s->now) ||
              hc_pack_time(&packer, "last_submit_ns", s->last_submit) ||
              hc_pack_number(&packer, "simulated_events", s->simulated_events) ||
              hc_pack_real(&packer, "events_per_second", rate) ||
              hc_pack_number(&packer, "published", rank->next) ||
              hc_pack_number(&packer, "dropped", rank->dropped) ||
              hc_pack_number(&packer, "submitted", s->submitted) ||
              hc_pack_number(&packer, "waiting", s->waiting) ||
              hc_pack_number(&packer, "running", s->running) ||
              hc_pack_number(&packer, "completed", s->completed) ||
              hc_pack_number(&packer, "rejected", s->rejected);
    return status == 0 ? 0 : -1;
}

static int pack_totals(msgpack_packer *packer, const hc_roll_rank *rank)
{
    int status = hc_pack_map(packer, "totals", count_tables());
    for (int t = 0; t < HC_TABLE_COUNT; t++) {
        if (hc_stream_has_table((hc_run_table)t)) {
            status |= hc_pack_number(packer, hc_table_describe((hc_run_table)t)->name,
                                     rank->table_rows[t]);
        }
    }
    return status;
}

int hc_roll_end(const hc_roll *roll, const hc_roll_rank *rank, hc_frames *out)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    msgpack_packer packer;
    int status = begin(roll, "ctl.end", rank->rank, rank->next, out, &packer);
    hc_digest_format((hc_digest){rank->digest}, digest);
    status |= msgpack_pack_map(&packer, 7) || hc_pack_item(&packer, "type", "end") ||
              hc_pack_number(&packer, "published", rank->next) ||
              hc_pack_number(&packer, "dropped", rank->dropped) ||
              hc_pack_item(&packer, "stream_digest", digest) ||
              hc_pack_item(&packer, "digest", rank->conclusion.run_digest) ||
              hc_pack_flag(&packer, "complete", rank->conclusion.is_complete) ||
              pack_totals(&packer, rank);
    return status == 0 ? 0 : -1;
}

int hc_roll_lost(const hc_roll *roll, uint32_t rank, uint64_t first, uint64_t count, hc_frames *out)
{
    msgpack_packer packer;
    int status = begin(roll, "ctl.lost", rank, first + count, out, &packer);
    status |= msgpack_pack_map(&packer, 3) || hc_pack_item(&packer, "type", "lost") ||
              hc_pack_number(&packer, "first", first) || hc_pack_number(&packer, "lost", count);
    return status == 0 ? 0 : -1;
}

int hc_roll_lossy(const hc_roll *roll, const hc_roll_rank *rank, double patience_seconds,
                  hc_frames *out)
{
    msgpack_packer packer;
    int status = begin(roll, "ctl.lossy", rank->rank, rank->next, out, &packer);
    status |= msgpack_pack_map(&packer, 2) || hc_pack_item(&packer, "type", "lossy") ||
              hc_pack_real(&packer, "patience_seconds", patience_seconds);
    return status == 0 ? 0 : -1;
}
