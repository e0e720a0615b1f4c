#ifndef HC_TRACES_LIST_READER_H
#define HC_TRACES_LIST_READER_H

#include "traces/field.h"
#include "traces/input_file.h"
#include "traces/lists/list.h"

/** How lists are read: one table per format. Only the files of this folder include this. */

enum { HC_LIST_TEXTS = 5 };

/** An item of any kind, as it is kept; list_rows.c says what is what. */
typedef struct hc_list_item {
    hc_time begin;
    hc_time end;
    int64_t value;
    uint32_t number;
    uint32_t texts[HC_LIST_TEXTS];
} hc_list_item;

typedef struct hc_list_reader {
    const char *name;
    hc_list_kind kind;

    /** Reads the whole input and adds its items, in any order.
     *  @return 0, or -1 with `error` set. */
    int (*read)(hc_list *list, hc_input_file *input, hc_error *error);
} hc_list_reader;

extern const hc_list_reader hc_infinitehbd_reader;
extern const hc_list_reader hc_lanl_reader;
extern const hc_list_reader hc_grid5000_reader;
extern const hc_list_reader hc_skypilot_spot_reader;
extern const hc_list_reader hc_bamboo_reader;
extern const hc_list_reader hc_aws_spot_reader;
extern const hc_list_reader hc_azure_prices_reader;
extern const hc_list_reader hc_cloud_gpus_reader;
extern const hc_list_reader hc_skypilot_catalog_reader;
extern const hc_list_reader hc_gpu_calendar_reader;

/** Each row is one of the two. */
void hc_list_use(hc_list *list);
void hc_list_quarantine(hc_list *list, const hc_line *line, hc_quarantine_reason reason);

/** As hc_list_quarantine, for a field that did not give what it must.
 *  @param missing  the reason when nothing stands there */
void hc_list_quarantine_field(hc_list *list, const hc_line *line, hc_field_state state,
                              hc_quarantine_reason missing);

/** Notes the time of a row, to tell whether they are in order. */
void hc_list_note_time(hc_list *list, hc_time time);

/** The report, for what a reader counts itself. */
hc_list_report *hc_list_account(hc_list *list);
void hc_list_set_clock(hc_list *list, hc_trace_clock clock);

/** @return 0, or -1 with `error` set: memory is short, or there are 2^32 items. */
int hc_list_add(hc_list *list, const hc_list_item *item, hc_error *error);

/** The items so far, for readers that complete them; moved by hc_list_add. */
hc_list_item *hc_list_items(hc_list *list, size_t *count);

/** Keeps a text, equal ones once; Latin-1 becomes UTF-8.
 *  @return 1; 0 when it is no name (control characters, more than 255 bytes); -1 with `error` set. */
int hc_list_text(hc_list *list, hc_field text, uint32_t *index, hc_error *error);

/** Name of the input without folders and endings: "us_east" of ".../us_east.csv.gz". */
int hc_list_base_name(hc_list *list, const hc_input_file *input, uint32_t *index, hc_error *error);

/** A decimal number of dollars to billionths, also with "$" before it. */
hc_field_state hc_list_dollars(hc_field field, int64_t *out);

/** "M/D/YYYY" or "M/D/YYYY H:MM" to nanoseconds since 1970. */
hc_field_state hc_list_american_date(hc_field field, hc_time *out);

/** hc_list_read from an input that is already open. */
int hc_list_read_input(hc_list **out, const hc_list_options *options, hc_input_file *input,
                       hc_error *error);

/** An item as the struct of its kind. Borrowed texts. */
void hc_list_row(const void *list, uint64_t index, void *out);

const hc_list_item *hc_list_item_at(const hc_list *list, size_t index);
const char *hc_list_string(const hc_list *list, uint32_t index);

#endif
