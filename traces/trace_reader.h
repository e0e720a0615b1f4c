#ifndef HC_TRACES_TRACE_READER_H
#define HC_TRACES_TRACE_READER_H

#include "traces/input_file.h"
#include "traces/job_trace.h"
#include "traces/trace_record.h"

/** How rows of one format are read: one table per format, one row at a time. */
typedef struct hc_trace_reader {
    const char *name; /**< as a scenario writes it: "philly-sia" */

    /** Begins with a file and reads its header row where the format has one.
     *  @param self     [out] state of the reader, which the caller ends with `close`
     *  @param input    borrowed until then; likewise `options`
     *  @param facts    borrowed until then: clock, zero, zone and processors are set as they are found, all of
     *                  them before the first row that has no fault is given
     *  @return 0, or -1 with `error` set. */
    int (*open)(void **self, hc_input_file *input, const hc_trace_options *options,
                hc_trace_facts *facts, hc_error *error);

    /** The next row, not judged. Texts in it are borrowed until the next call.
     *  @return 1 and a record; 0 at the end; -1 with `error` set when the input cannot be read. */
    int (*next)(void *self, hc_trace_record *out, hc_error *error);

    uint64_t (*blank_line_count)(const void *self);

    /** Accepts NULL. */
    void (*close)(void *self);
} hc_trace_reader;

extern const hc_trace_reader hc_swf_reader;
extern const hc_trace_reader hc_csv_reader;
extern const hc_trace_reader hc_philly_sia_reader;
extern const hc_trace_reader hc_helios_reader;
extern const hc_trace_reader hc_openb_reader;
extern const hc_trace_reader hc_helios_log_reader;
extern const hc_trace_reader hc_acme_seren_reader;
extern const hc_trace_reader hc_acme_kalos_reader;
extern const hc_trace_reader hc_lingjun_rfold_reader;
extern const hc_trace_reader hc_philly_reader;
extern const hc_trace_reader hc_pai_reader;
extern const hc_trace_reader hc_hindcast_reader;

/** The reader of a format. */
const hc_trace_reader *hc_trace_reader_of(hc_trace_format format);

#endif
