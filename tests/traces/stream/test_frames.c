#include "traces/stream/frames.h"

#include "sim/interfaces/sink.h"
#include "tests/testing.h"
#include "tests/traces/stream/byte_text.h"
#include "tests/traces/stream/random_rows.h"
#include "traces/stream/decode.h"

#include <stdlib.h>
#include <string.h>

/* One start of a job, written by hand: row 9 of rank 3 of the run "r". */
static const hc_bytes HEADER = HC_BYTES("\x85\xa3run\xa1r\xa4rank\x03\xa3seq\x09\xa5"
                                        "count\x01\xa6schema\x01");
static const hc_bytes COLUMNS = HC_BYTES("\x84\xa1v\x01\xa1t\xa6"
                                         "events\xa1n\x01\xa4"
                                         "cols\x86"
                                         "\xa3seq\xc4\x08\x09\0\0\0\0\0\0\0"
                                         "\xa7time_ns\xc4\x08\x05\0\0\0\0\0\0\0"
                                         "\xa4type\xc4\x01\x01"
                                         "\xa3job\xc4\x04\x07\0\0\0"
                                         "\xa9partition\xc4\x02\x02\0"
                                         "\xa5value\xc4\x08\xa0\x0f\0\0\0\0\0\0");
static const hc_bytes MAP =
    HC_BYTES("\x86\xa3seq\x09\xa7time_ns\x05\xa4type\xa5start\xa3job\x07\xa9"
             "partition\x02\xa5value\xcd\x0f\xa0");
static const hc_event_row START = {5, HC_EVENT_START, 7, 2, 4000};

static hc_frames frames;
static hc_parcel parcel;
static alignas(8) unsigned char rows[(size_t)HC_BATCH_ROWS * HC_STREAM_ROW_BYTES];

static hc_frame frame_of(const msgpack_sbuffer *buffer)
{
    return (hc_frame){buffer->data, buffer->size};
}

static bool is_equal(const msgpack_sbuffer *buffer, hc_bytes bytes)
{
    return buffer->size == bytes.size && memcmp(buffer->data, bytes.data, bytes.size) == 0;
}

static void put_start(void)
{
    parcel.kind = HC_PARCEL_ROWS;
    parcel.rank = 3;
    parcel.table = HC_TABLE_EVENTS;
    parcel.count = 1;
    parcel.first = 9;
    memcpy(parcel.content.rows, &START, sizeof START);
}

static void a_row_as_columns_is_the_bytes_of_the_specification(void)
{
    hc_frames_open(&frames);
    put_start();
    CU_ASSERT_EQUAL(hc_frames_columns(&frames, "r", &parcel, 0, 1), 0);
    CU_ASSERT_STRING_EQUAL(frames.topic, "job.events");
    CU_ASSERT(is_equal(&frames.header, HEADER));
    CU_ASSERT(is_equal(&frames.payload, COLUMNS));
    hc_frames_close(&frames);
}

static void a_row_as_a_map_is_the_bytes_of_the_specification(void)
{
    hc_frames_open(&frames);
    put_start();
    CU_ASSERT_EQUAL(hc_frames_map(&frames, "r", &parcel, 0), 0);
    CU_ASSERT_STRING_EQUAL(frames.topic, "job.start");
    CU_ASSERT(is_equal(&frames.header, HEADER));
    CU_ASSERT(is_equal(&frames.payload, MAP));
    hc_frames_close(&frames);
}

static void check_header(uint32_t rank, uint64_t seq, uint32_t count)
{
    hc_decoded_header header;
    hc_frame frame = frame_of(&frames.header);
    CU_ASSERT_EQUAL(hc_decode_header(&frame, &header), 0);
    CU_ASSERT_STRING_EQUAL(header.run, "run");
    CU_ASSERT_EQUAL(header.rank, rank);
    CU_ASSERT_EQUAL(header.seq, seq);
    CU_ASSERT_EQUAL(header.count, count);
}

static void check_columns(hc_run_table table, uint32_t from, uint32_t count)
{
    hc_run_table found = HC_TABLE_COUNT;
    hc_frame payload;
    CU_ASSERT_EQUAL_FATAL(hc_frames_columns(&frames, "run", &parcel, from, count), 0);
    payload = frame_of(&frames.payload);
    check_header(parcel.rank, parcel.first + from, count);
    memset(rows, 0xff, sizeof rows);
    CU_ASSERT_EQUAL(hc_decode_rows(&payload, parcel.first + from, count, &found, rows), 0);
    CU_ASSERT_EQUAL(found, table);
    CU_ASSERT(hc_rows_are_equal(
        table, parcel.content.rows + from * hc_table_describe(table)->row_size, rows, count));
}

static void any_rows_come_back_from_columns(void)
{
    hc_random stream = hc_random_stream(1, 1, HC_RANDOM_BENCH);
    hc_frames_open(&frames);
    for (int i = 0; i < 40; i++) {
        hc_run_table table = hc_streamed_tables[i % HC_STREAMED_TABLE_COUNT];
        uint32_t count = i < 10 ? HC_BATCH_ROWS : 1 + (uint32_t)hc_random_below(&stream, 100);
        uint32_t from = i < 5 ? 0 : (uint32_t)hc_random_below(&stream, count);
        hc_random_parcel(&stream, table, HC_STREAM_MAX_RANKS - 1, UINT64_MAX - HC_BATCH_ROWS, count,
                         &parcel);
        check_columns(table, from, count - from);
    }
    hc_frames_close(&frames);
}

static void check_map(hc_run_table table, uint32_t index)
{
    hc_run_table found = HC_TABLE_COUNT;
    hc_frame payload;
    CU_ASSERT_EQUAL_FATAL(hc_frames_map(&frames, "run", &parcel, index), 0);
    payload = frame_of(&frames.payload);
    check_header(parcel.rank, parcel.first + index, 1);
    memset(rows, 0xff, sizeof rows);
    CU_ASSERT_EQUAL(hc_decode_map(&payload, parcel.first + index, &found, rows), 0);
    CU_ASSERT_EQUAL(found, table);
    CU_ASSERT(hc_rows_are_equal(
        table, parcel.content.rows + index * hc_table_describe(table)->row_size, rows, 1));
}

static void any_row_comes_back_from_a_map(void)
{
    hc_random stream = hc_random_stream(2, 1, HC_RANDOM_BENCH);
    hc_frames_open(&frames);
    for (int i = 0; i < HC_STREAMED_TABLE_COUNT; i++) {
        hc_random_parcel(&stream, hc_streamed_tables[i], 0, 0, HC_BATCH_ROWS, &parcel);
        for (uint32_t k = 0; k < HC_BATCH_ROWS; k++) {
            check_map(hc_streamed_tables[i], k);
        }
    }
    hc_frames_close(&frames);
}

static int decode_columns(const hc_frame *payload)
{
    hc_run_table table = HC_TABLE_COUNT;
    return hc_decode_rows(payload, 9, 1, &table, rows);
}

static int decode_map(const hc_frame *payload)
{
    hc_run_table table = HC_TABLE_COUNT;
    return hc_decode_map(payload, 9, &table, rows);
}

static int decode_header(const hc_frame *frame)
{
    hc_decoded_header header;
    return hc_decode_header(frame, &header);
}

static void check_changes(hc_bytes message, int (*decode)(const hc_frame *),
                          const hc_change *changes, size_t count, int expected)
{
    for (size_t i = 0; i < count; i++) {
        hc_frame frame = hc_changed_frame(message, &changes[i]);
        int status = decode(&frame);
        CU_ASSERT_EQUAL(status, expected);
        if (status != expected) {
            (void)printf("    change %zu: %d instead of %d\n", i, status, expected);
        }
        hc_frame_free(&frame);
    }
}

static void headers_out_of_bounds_are_refused(void)
{
    static const hc_change WRONG[] = {
        {HC_BYTES("\x01\xa6schema\x01"), HC_BYTES("\x01\xa6schema\x02")},
        {HC_BYTES("\xa6schema"), HC_BYTES("\xa6schemb")},
        {HC_BYTES("\xa4rank\x03"), HC_BYTES("\xa4rank\xce\0\1\0\0")},
        {HC_BYTES("\xa4rank\x03"), HC_BYTES("\xa4rank\xff")},
        {HC_BYTES("\xa4rank\x03"), HC_BYTES("\xa4rank\xa1"
                                            "3")},
        {HC_BYTES("\xa4rank"), HC_BYTES("\xa4rang")},
        {HC_BYTES("count\x01"), HC_BYTES("count\xcd\x04\x01")},
        {HC_BYTES("count\x01"), HC_BYTES("count\xcf\0\0\0\1\0\0\0\1")},
        {HC_BYTES("seq\x09"), HC_BYTES("seq\xcf\xff\xff\xff\xff\xff\xff\xff\xff")},
        {HC_BYTES("seq\x09"), HC_BYTES("seq\xc0")},
        {HC_BYTES("run\xa1r"), HC_BYTES("run\xa1\0")},
        {HC_BYTES("run\xa1r"), HC_BYTES("run\xc4\1r")},
        {HC_BYTES("run\xa1r"), HC_BYTES("run\xd9\x48"
                                        "123456789012345678901234567890123456"
                                        "123456789012345678901234567890123456")},
        {HC_BYTES("\x85"), HC_BYTES("\x9a")},
    };
    static const hc_change RIGHT[] = {
        {HC_BYTES("\xa4rank\x03"), HC_BYTES("\xa4rank\xcd\xff\xff")},
        {HC_BYTES("count\x01"), HC_BYTES("count\xcd\x04\x00")},
        {HC_BYTES("seq\x09"), HC_BYTES("seq\xcf\xff\xff\xff\xff\xff\xff\xff\xfe")},
    };
    check_changes(HEADER, decode_header, WRONG, sizeof WRONG / sizeof WRONG[0], -1);
    check_changes(HEADER, decode_header, RIGHT, sizeof RIGHT / sizeof RIGHT[0], 0);
}

static void columns_that_are_none_of_the_table_are_refused(void)
{
    static const hc_change WRONG[] = {
        {HC_BYTES("events"), HC_BYTES("inputs")}, /* is not streamed */
        {HC_BYTES("events"), HC_BYTES("eventz")},
        {HC_BYTES("events"), HC_BYTES("series")},
        {HC_BYTES("\xa1n\x01"), HC_BYTES("\xa1n\x02")},
        {HC_BYTES("\xa1n\x01"), HC_BYTES("\xa1n\xcf\0\0\0\1\0\0\0\1")},
        {HC_BYTES("\xa1n\x01"), HC_BYTES("\xa1m\x01")},
        {HC_BYTES("value"), HC_BYTES("valve")},
        {HC_BYTES("\xc4\x02\x02\0"), HC_BYTES("\xc4\x01\x02")},
        {HC_BYTES("\xc4\x02\x02\0"), HC_BYTES("\xc4\x03\x02\0\0")},
        {HC_BYTES("\xc4\x02\x02\0"), HC_BYTES("\xc4\x00")},
        {HC_BYTES("\xc4\x02\x02\0"), HC_BYTES("\xa2\x02\0")},
        {HC_BYTES("\xc4\x02\x02\0"), HC_BYTES("\x02")},
        {HC_BYTES("type\xc4\x01\x01"),
         HC_BYTES("type\xc4\x01\x08")}, /* the first beyond the names */
        {HC_BYTES("type\xc4\x01\x01"), HC_BYTES("type\xc4\x01\xff")},
        {HC_BYTES("seq\xc4\x08\x09"), HC_BYTES("seq\xc4\x08\x08")},
        {HC_BYTES("seq\xc4\x08\x09"), HC_BYTES("sez\xc4\x08\x09")},
        {HC_BYTES("seq\xc4\x08\x09\0\0\0\0\0\0\0"), HC_BYTES("seq\xc4\x04\x09\0\0\0")},
        {HC_BYTES("cols"), HC_BYTES("rows")},
    };
    static const hc_change RIGHT[] = {
        {HC_BYTES("type\xc4\x01\x01"), HC_BYTES("type\xc4\x01\x07")},
        {HC_BYTES("\xc4\x02\x02\0"), HC_BYTES("\xc5\0\x02\x02\0")}, /* bin 16 is a bin, too */
    };
    check_changes(COLUMNS, decode_columns, WRONG, sizeof WRONG / sizeof WRONG[0], -1);
    check_changes(COLUMNS, decode_columns, RIGHT, sizeof RIGHT / sizeof RIGHT[0], 0);
}

static void every_number_of_a_batch_is_looked_at(void)
{
    hc_random stream = hc_random_stream(3, 1, HC_RANDOM_BENCH);
    hc_run_table table = HC_TABLE_COUNT;
    char *number = NULL;
    hc_frame payload;
    hc_frames_open(&frames);
    hc_random_parcel(&stream, HC_TABLE_LEDGER, 0, 100, 3, &parcel);
    CU_ASSERT_EQUAL(hc_frames_columns(&frames, "run", &parcel, 0, 3), 0);
    payload = frame_of(&frames.payload);
    CU_ASSERT_EQUAL(hc_decode_rows(&payload, 100, 3, &table, rows), 0);
    CU_ASSERT_EQUAL(hc_decode_rows(&payload, 100, 2, &table, rows), -1);
    number = memmem(frames.payload.data, frames.payload.size, "f\0\0\0\0\0\0\0", 8);
    CU_ASSERT_PTR_NOT_NULL_FATAL(number);
    *number = 'd'; /* the third is 100 again */
    CU_ASSERT_EQUAL(hc_decode_rows(&payload, 100, 3, &table, rows), -1);
    hc_frames_close(&frames);
}

static void cells_that_their_column_cannot_hold_are_refused(void)
{
    static const hc_change WRONG[] = {
        {HC_BYTES("start"), HC_BYTES("stark")},
        {HC_BYTES("\xa5start"), HC_BYTES("\x01")},
        {HC_BYTES("job\x07"), HC_BYTES("job\xcf\0\0\0\1\0\0\0\0")},
        {HC_BYTES("job\x07"), HC_BYTES("job\xff")},
        {HC_BYTES("partition\x02"), HC_BYTES("partition\xce\0\1\0\0")},
        {HC_BYTES("time_ns\x05"), HC_BYTES("time_ns\xcf\x80\0\0\0\0\0\0\0")},
        {HC_BYTES("time_ns\x05"), HC_BYTES("time_ns\xcf\xff\xff\xff\xff\xff\xff\xff\xff")},
        {HC_BYTES("time_ns\x05"), HC_BYTES("time_ns\xc0")},
        {HC_BYTES("time_ns\x05"), HC_BYTES("time_ns\xca\0\0\0\0")},
        {HC_BYTES("value\xcd\x0f\xa0"), HC_BYTES("value\xff")},
        {HC_BYTES("value\xcd\x0f\xa0"), HC_BYTES("value\xa1x")},
        {HC_BYTES("value"), HC_BYTES("valve")},
        {HC_BYTES("seq\x09"), HC_BYTES("seq\x08")},
        {HC_BYTES("seq\x09"), HC_BYTES("seq\xc0")},
    };
    static const hc_change RIGHT[] = {
        {HC_BYTES("job\x07"), HC_BYTES("job\xc0")},
        {HC_BYTES("partition\x02"), HC_BYTES("partition\xc0")},
        {HC_BYTES("time_ns\x05"), HC_BYTES("time_ns\xd3\x80\0\0\0\0\0\0\1")},
        {HC_BYTES("value\xcd\x0f\xa0"), HC_BYTES("value\xcf\xff\xff\xff\xff\xff\xff\xff\xff")},
    };
    check_changes(MAP, decode_map, WRONG, sizeof WRONG / sizeof WRONG[0], -1);
    check_changes(MAP, decode_map, RIGHT, sizeof RIGHT / sizeof RIGHT[0], 0);
}

/* A signed column of 32 bits, which holds 42 here: what is left of a share of GPU time. */
static void narrow_signed_cells_are_held_to_their_width(void)
{
    static const hc_ledger_row ROW = {1, HC_BUCKET_BUSY, {0, 42, 0}};
    static const hc_change WRONG[] = {
        {HC_BYTES("\x2a"), HC_BYTES("\xce\x80\0\0\0")},
        {HC_BYTES("\x2a"), HC_BYTES("\xd3\xff\xff\xff\xff\x7f\xff\xff\xff")},
        {HC_BYTES("\x2a"), HC_BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff")},
    };
    static const hc_change RIGHT[] = {{HC_BYTES("\x2a"), HC_BYTES("\xd2\x80\0\0\0")}};
    hc_bytes message;
    hc_frames_open(&frames);
    put_start();
    parcel.table = HC_TABLE_LEDGER;
    memcpy(parcel.content.rows, &ROW, sizeof ROW);
    CU_ASSERT_EQUAL(hc_frames_map(&frames, "r", &parcel, 0), 0);
    message = (hc_bytes){frames.payload.data, frames.payload.size};
    check_changes(message, decode_map, WRONG, 3, -1);
    check_changes(message, decode_map, RIGHT, 1, 0);
    hc_frames_close(&frames);
}

static void check_cuts(hc_bytes message, int (*decode)(const hc_frame *))
{
    static const char behind[] = {0};
    char *longer = malloc(message.size + 1);
    for (size_t size = 0; size <= message.size; size++) {
        hc_frame frame = hc_cut_frame(message.data, size);
        CU_ASSERT_EQUAL(decode(&frame), size == message.size ? 0 : -1);
        hc_frame_free(&frame);
    }
    memcpy(longer, message.data, message.size);
    memcpy(longer + message.size, behind, 1);
    CU_ASSERT_EQUAL(decode(&(hc_frame){longer, message.size + 1}), -1);
    free(longer);
}

static void parts_of_messages_are_none(void)
{
    check_cuts(HEADER, decode_header);
    check_cuts(COLUMNS, decode_columns);
    check_cuts(MAP, decode_map);
}

static const hc_test_case CASES[] = {
    {"a_row_as_columns_is_the_bytes_of_the_specification",
     a_row_as_columns_is_the_bytes_of_the_specification},
    {"a_row_as_a_map_is_the_bytes_of_the_specification",
     a_row_as_a_map_is_the_bytes_of_the_specification},
    {"any_rows_come_back_from_columns", any_rows_come_back_from_columns},
    {"any_row_comes_back_from_a_map", any_row_comes_back_from_a_map},
    {"headers_out_of_bounds_are_refused", headers_out_of_bounds_are_refused},
    {"columns_that_are_none_of_the_table_are_refused",
     columns_that_are_none_of_the_table_are_refused},
    {"every_number_of_a_batch_is_looked_at", every_number_of_a_batch_is_looked_at},
    {"cells_that_their_column_cannot_hold_are_refused",
     cells_that_their_column_cannot_hold_are_refused},
    {"narrow_signed_cells_are_held_to_their_width", narrow_signed_cells_are_held_to_their_width},
    {"parts_of_messages_are_none", parts_of_messages_are_none},
};

HC_TEST_MAIN("frames", CASES)
