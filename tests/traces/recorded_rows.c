#include "tests/traces/recorded_rows.h"

#include "tests/traces/trace_testing.h"
#include "traces/trace_reader.h"

#include <stdlib.h>

static hc_test_recorded row_of(const hc_trace_record *record)
{
    bool has_start = record->start != HC_TIME_MISSING;
    bool has_end = record->end != HC_TIME_MISSING;
    hc_test_recorded row = {
        .submit = record->submit,
        .wait = has_start ? record->start - record->submit : HC_TIME_MISSING,
        .run_time = record->run_time,
        .time_limit = record->time_limit,
        .size = (double)record->gpu_count * (double)record->gpu_milli / HC_WHOLE_GPU,
        .outcome = record->outcome,
        .has_fallback = (record->repairs & (UINT32_C(1) << HC_REPAIR_SIZE_FALLBACK)) != 0,
        .is_never_run = record->is_never_run,
    };
    if (row.run_time == HC_TIME_MISSING && has_start && has_end) {
        row.run_time = record->end - record->start;
    }
    return row;
}

static void append(hc_test_recorded_list *rows, const hc_trace_record *record)
{
    if ((rows->count & (rows->count - 1)) == 0) { /* 0, or a power of two: full */
        size_t capacity = rows->count == 0 ? 1 : 2 * rows->count;
        hc_test_recorded *grown = realloc(rows->rows, capacity * sizeof *grown);
        CU_ASSERT_PTR_NOT_NULL_FATAL(grown);
        rows->rows = grown;
    }
    rows->rows[rows->count++] = row_of(record);
}

hc_test_recorded_list hc_test_read_rows(hc_trace_format format, int size_preference,
                                        const char *path)
{
    const hc_trace_reader *reader = hc_trace_reader_of(format);
    hc_trace_options options = hc_test_options(format);
    hc_trace_facts facts = {0};
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_trace_record record;
    hc_test_recorded_list rows = {0};
    void *self = NULL;
    options.size_preference = size_preference;
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open(&input, path, &error), 0);
    CU_ASSERT_EQUAL_FATAL(reader->open(&self, input, &options, &facts, &error), 0);
    while (reader->next(self, &record, &error) == 1) {
        CU_ASSERT(!record.has_fault);
        append(&rows, &record);
    }
    CU_ASSERT_EQUAL_FATAL(error.count, 0);
    reader->close(self);
    hc_input_file_close(input);
    return rows;
}
