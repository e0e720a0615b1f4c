#include "traces/run/table_set.h"

#include <assert.h>

void hc_table_set_init(hc_table_set *set)
{
    set->codec = NULL;
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        set->tables[table] = HC_TABLE_WRITER_NONE;
    }
}

int hc_table_set_create(hc_table_set *set, hid_t file, const hc_table_plan plans[HC_TABLE_COUNT],
                        const char *path, hc_error *error)
{
    hc_table_set_init(set);
    set->codec = hc_chunk_codec_create();
    if (set->codec == NULL) {
        return hc_error_memory(error);
    }
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        const hc_table_info *info = hc_table_describe((hc_run_table)table);
        hc_row_layout layout;
        assert(hc_table_text_count(info) <= HC_TEXT_COLUMN_LIMIT);
        hc_row_layout_make(&layout, info, plans[table].text_bytes);
        if (hc_table_writer_create(&set->tables[table], file, &layout, plans[table].expected_rows,
                                   set->codec, path, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_table_set_flush(hc_table_set *set, hc_error *error)
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        if (hc_table_writer_flush(&set->tables[table], error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_table_set_close(hc_table_set *set)
{
    int status = 0;
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        status = hc_table_writer_close(&set->tables[table]) < 0 ? -1 : status;
    }
    hc_chunk_codec_destroy(set->codec);
    set->codec = NULL;
    return status;
}

void hc_table_set_forget(hc_table_set *set)
{
    for (int table = 0; table < HC_TABLE_COUNT; table++) {
        hc_table_writer_forget(&set->tables[table]);
    }
    hc_chunk_codec_destroy(set->codec);
    set->codec = NULL;
}
