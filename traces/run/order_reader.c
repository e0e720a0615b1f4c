#include "traces/run/order_reader.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const hc_order_key BEFORE_ALL = {.time = HC_TIME_MISSING};

static bool has_rows_left(const hc_order_reader *r)
{
    uint64_t any = 0;
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        any |= r->left[table];
    }
    return any != 0;
}

int hc_order_reader_open(hc_order_reader *r, hid_t file, const char *path,
                         const uint64_t *row_counts, bool is_lenient, hc_error *error)
{
    *r = HC_ORDER_READER_NONE;
    r->path = path;
    r->is_lenient = is_lenient;
    r->last = BEFORE_ALL;
    memcpy(r->left, row_counts, sizeof r->left);
    if (has_rows_left(r) && hc_stored_table_open(&r->table, file, &hc_order_table, path,
                                                 is_lenient ? NULL : error) < 0) {
        r->is_over = true;
        return is_lenient ? 0 : -1;
    }
    return 0;
}

void hc_order_reader_close(hc_order_reader *r)
{
    hc_stored_table_close(&r->table);
    hc_rows_destroy(&r->rows);
    free(r->buffer.bytes);
    *r = HC_ORDER_READER_NONE;
}

/* Reads the next chunk of entries; none when the table ends. */
static int refill(hc_order_reader *r, hc_error *error)
{
    static const hc_index_limits NO_LIMITS = {{0}}; /* no column is an index */
    uint64_t count = r->table.shape.row_count - r->next;
    uint64_t step = count == 0 ? 0 : hc_stored_table_step(&r->table, r->next, count);
    r->at = 0;
    r->rows.count = 0;
    if (step > 0 && hc_stored_table_read(&r->table, r->next, step, &NO_LIMITS, &r->buffer, &r->rows,
                                         r->path, error) < 0) {
        return -1;
    }
    r->next += step;
    return 0;
}

/* The log is wrong here. @return 0 when what is left can do without it, else -1 with `error` set. */
static int refuse(hc_order_reader *r, const char *what, hc_error *error)
{
    r->is_over = true;
    return r->is_lenient
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "%s: table %s, row %" PRIu64 ": %s", r->path,
                              hc_order_table.name, r->next - r->rows.count + r->at, what);
}

/* @return 1 and the next entry as it stands, 0 when there is none, -1 with `error` set. */
static int read_entry(hc_order_reader *r, const hc_order_row **entry, hc_error *error)
{
    if (r->at == r->rows.count && refill(r, r->is_lenient ? NULL : error) < 0) {
        r->is_over = true;
        return r->is_lenient ? 0 : -1;
    }
    if (r->at == r->rows.count) {
        return refuse(r, "expected more of them: not all rows have their place", error);
    }
    assert(r->rows.rows != NULL);
    *entry = (const hc_order_row *)r->rows.rows + r->at;
    return 1;
}

/* Takes the rows of an entry from those that are left; what a cut has left of them where rows may be lost.
 * @return 1, 0 when the entry is not to be believed, -1 with `error` set. */
static int take_entry(hc_order_reader *r, const hc_order_row *entry, hc_order_entry_rows *out,
                      hc_error *error)
{
    uint64_t all = 0;
    assert(entry != NULL);
    if (hc_order_key_compare(&entry->key, &r->last) < 0) {
        return refuse(r, "expected none that comes before the one above it", error);
    }
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        uint64_t rows = entry->rows[table];
        all |= rows;
        if (rows > r->left[table] && !r->is_lenient) {
            return refuse(r, "expected no more rows of any table than there are", error);
        }
        out->rows[table] = rows < r->left[table] ? rows : r->left[table];
    }
    if (all == 0) {
        return refuse(r, "expected rows of at least one table", error);
    }
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        r->left[table] -= out->rows[table];
    }
    out->key = entry->key;
    r->last = entry->key;
    r->at++;
    return 1;
}

/* All that is left, behind the last good entry. */
static void take_rest(hc_order_reader *r, hc_order_entry_rows *out)
{
    out->key = r->last;
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        out->rows[table] = r->left[table];
        r->unordered_rows += r->left[table];
        r->left[table] = 0;
    }
}

int hc_order_reader_next(hc_order_reader *r, hc_order_entry_rows *out, hc_error *error)
{
    const hc_order_row *entry = NULL;
    int status = 0;
    if (!has_rows_left(r)) {
        return 0;
    }
    if (!r->is_over) {
        status = read_entry(r, &entry, error);
        status = status == 1 ? take_entry(r, entry, out, error) : status;
    }
    if (status == 0) {
        take_rest(r, out);
        status = 1;
    }
    return status;
}
