#include "traces/json_stream.h"
#include "traces/name_text.h"
#include "traces/status_word.h"
#include "traces/trace_reader.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Microsoft Philly (ATC'19), the original cluster_job_log: one JSON array of
 *   {status, vc, jobid, user, submitted_time, attempts: [{start_time, end_time, detail: [{ip, gpus: []}]}]}
 * with dates without a zone, not sorted. null, "" and "None" all mean missing. As its authors count, a job has
 * the GPUs of its first attempt and runs from the start of the first to the end of the last one, gaps included.
 * Members of other names are passed over; of two members of one name the later one counts. */

enum { EXCERPT_SIZE = 200, NODES_SIZE = 65536, NODE_NAME_LIMIT = 200 };

/* Where in the document we are. */
typedef enum log_place {
    OUTSIDE = 0,
    JOBS,
    JOB,
    ATTEMPTS,
    ATTEMPT,
    DETAILS,
    DETAIL,
    GPUS,
    UNUSED, /* within a member that we do not read */
    PLACE_COUNT
} log_place;

typedef enum log_member {
    MEMBER_NONE = 0, /* not known, or within an array */
    MEMBER_STATUS,
    MEMBER_VC,
    MEMBER_JOB_ID,
    MEMBER_USER,
    MEMBER_SUBMITTED,
    MEMBER_START,
    MEMBER_END,
    MEMBER_IP,
    TEXT_COUNT, /* those above are texts */
    MEMBER_ATTEMPTS = TEXT_COUNT,
    MEMBER_DETAIL,
    MEMBER_GPUS,
} log_member;

typedef struct member_name {
    log_place place;
    const char *name;
    log_member member;
} member_name;

static const member_name MEMBERS[] = {
    {JOB, "status", MEMBER_STATUS},        {JOB, "vc", MEMBER_VC},
    {JOB, "jobid", MEMBER_JOB_ID},         {JOB, "user", MEMBER_USER},
    {JOB, "attempts", MEMBER_ATTEMPTS},    {JOB, "submitted_time", MEMBER_SUBMITTED},
    {ATTEMPT, "start_time", MEMBER_START}, {ATTEMPT, "end_time", MEMBER_END},
    {ATTEMPT, "detail", MEMBER_DETAIL},    {DETAIL, "ip", MEMBER_IP},
    {DETAIL, "gpus", MEMBER_GPUS},
};

/* What an object or array within another place is. */
typedef struct nesting {
    log_place place;
    log_member member;
    bool is_object;
    log_place below;
} nesting;

static const nesting NESTINGS[] = {
    {OUTSIDE, MEMBER_NONE, false, JOBS},      {JOBS, MEMBER_NONE, true, JOB},
    {JOB, MEMBER_ATTEMPTS, false, ATTEMPTS},  {ATTEMPTS, MEMBER_NONE, true, ATTEMPT},
    {ATTEMPT, MEMBER_DETAIL, false, DETAILS}, {DETAILS, MEMBER_NONE, true, DETAIL},
    {DETAIL, MEMBER_GPUS, false, GPUS},
};

/* As much of a text as shows whether it is fit for a name (traces/name_text.h). */
typedef struct kept_text {
    char text[HC_NAME_SIZE];
    size_t length;
} kept_text;

/* The list of nodes: "m47:8+m412:8". */
typedef struct node_list {
    char text[NODES_SIZE];
    size_t length;
    bool is_unfit; /* a node has a name that cannot be written so */
} node_list;

typedef struct philly {
    hc_json_stream *stream;
    log_place places[HC_JSON_DEPTH_LIMIT + 1];
    log_member members[HC_JSON_DEPTH_LIMIT + 1]; /* the one being read at each depth */
    int depth;
    bool is_any_begun; /* some job */

    /* the job being read */
    hc_trace_record record;
    bool is_complete;
    kept_text texts[TEXT_COUNT];
    char excerpt[EXCERPT_SIZE];
    uint64_t attempt_count;
    bool has_any_time; /* of an attempt */
    int64_t attempt_gpus;
    int64_t detail_gpus;
    node_list nodes;
} philly;

static void forget(philly *p, log_member which)
{
    p->texts[which].length = 0;
}

static hc_field text_of(const philly *p, log_member which)
{
    const kept_text *kept = &p->texts[which];
    return (hc_field){kept->text, kept->length};
}

static void begin_attempts(philly *p)
{
    p->attempt_count = 0;
    p->has_any_time = false;
    p->record.start = HC_TIME_MISSING;
    p->record.end = HC_TIME_MISSING;
    p->record.gpu_count = HC_SIZE_MISSING;
    p->nodes.length = 0;
    p->nodes.is_unfit = false;
}

static void begin_job(philly *p)
{
    hc_line line = hc_json_stream_line(p->stream);
    line = hc_line_excerpt(&line, p->excerpt, sizeof p->excerpt);
    p->record = hc_trace_record_of(&line);
    p->is_any_begun = true;
    for (int i = 0; i < TEXT_COUNT; i++) {
        forget(p, (log_member)i);
    }
    begin_attempts(p);
}

static void begin_attempt(philly *p)
{
    forget(p, MEMBER_START);
    forget(p, MEMBER_END);
    p->attempt_gpus = HC_SIZE_MISSING;
}

static void begin_details(philly *p)
{
    p->attempt_gpus = 0;
    if (p->attempt_count == 0) {
        p->nodes.length = 0;
        p->nodes.is_unfit = false;
    }
}

static void begin_detail(philly *p)
{
    forget(p, MEMBER_IP);
    p->detail_gpus = 0;
}

static void begin_gpus(philly *p)
{
    p->detail_gpus = 0;
}

/* A member that we read is not what it must be. */
static void note_wrong_kind(philly *p)
{
    hc_trace_record_fail(&p->record, HC_QUARANTINE_NOT_A_NUMBER);
}

static int check_top(const philly *p, hc_error *error)
{
    log_place at = p->places[p->depth];
    if (at == OUTSIDE) {
        return hc_json_stream_fail(p->stream, error, "expected an array of jobs");
    }
    return at == JOBS ? hc_json_stream_fail(p->stream, error, "expected a job: {\"jobid\": ...}")
                      : 0;
}

static bool is_ignored(const philly *p)
{
    log_place at = p->places[p->depth];
    return at == UNUSED ||
           ((at == JOB || at == ATTEMPT || at == DETAIL) && p->members[p->depth] == MEMBER_NONE);
}

static log_place find_place(const philly *p, bool is_object)
{
    for (size_t i = 0; i < sizeof NESTINGS / sizeof NESTINGS[0]; i++) {
        const nesting *n = &NESTINGS[i];
        if (n->place == p->places[p->depth] && n->member == p->members[p->depth] &&
            n->is_object == is_object) {
            return n->below;
        }
    }
    return UNUSED;
}

static int on_key(void *self, hc_field name, hc_error *error)
{
    philly *p = self;
    (void)error;
    p->members[p->depth] = MEMBER_NONE;
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        const member_name *m = &MEMBERS[i];
        if (m->place == p->places[p->depth] && strlen(m->name) == name.length &&
            memcmp(m->name, name.text, name.length) == 0) {
            p->members[p->depth] = m->member;
        }
    }
    return 0;
}

static bool is_none(hc_json_kind kind, hc_field text)
{
    return kind == HC_JSON_NULL ||
           (kind == HC_JSON_STRING && (text.length == 0 || hc_field_equals(text, "None")));
}

static void keep_text(kept_text *out, hc_field text)
{
    out->length = text.length < sizeof out->text ? text.length : sizeof out->text;
    memcpy(out->text, text.text, out->length);
}

/* A member that should be an array of objects is missing: as if it had not been named. */
static void drop_array(philly *p, log_member which)
{
    if (which == MEMBER_ATTEMPTS) {
        begin_attempts(p);
    } else if (which == MEMBER_DETAIL) {
        begin_details(p);
        p->attempt_gpus = HC_SIZE_MISSING;
    } else {
        p->detail_gpus = 0;
    }
}

static void take_member(philly *p, log_member which, hc_json_kind kind, hc_field text)
{
    bool is_missing = is_none(kind, text);
    if (kind == HC_JSON_BOOLEAN || (which >= TEXT_COUNT && !is_missing)) {
        note_wrong_kind(p);
    } else if (which >= TEXT_COUNT) {
        drop_array(p, which);
    } else {
        keep_text(&p->texts[which], is_missing ? (hc_field){"", 0} : text);
    }
}

static int on_value(void *self, hc_json_kind kind, hc_field text, hc_error *error)
{
    philly *p = self;
    if (check_top(p, error) < 0) {
        return -1;
    }
    if (p->places[p->depth] == GPUS && (kind == HC_JSON_STRING || kind == HC_JSON_NUMBER)) {
        p->detail_gpus++;
    } else if (p->members[p->depth] != MEMBER_NONE) {
        take_member(p, p->members[p->depth], kind, text);
    } else if (!is_ignored(p)) {
        note_wrong_kind(p);
    }
    return 0;
}

static bool is_fit_for_list(hc_field name)
{
    return name.length > 0 && name.length <= NODE_NAME_LIMIT &&
           hc_name_judge(name) == HC_NAME_UTF8 && memchr(name.text, '+', name.length) == NULL &&
           memchr(name.text, ':', name.length) == NULL;
}

static void append_node(philly *p, hc_field name)
{
    node_list *nodes = &p->nodes;
    size_t room = sizeof nodes->text - nodes->length;
    int length = 0;
    if (!is_fit_for_list(name)) {
        nodes->is_unfit = true;
        return;
    }
    length = snprintf(nodes->text + nodes->length, room, "%s%.*s:%" PRId64,
                      nodes->length == 0 ? "" : "+", (int)name.length, name.text, p->detail_gpus);
    if ((size_t)length >= room) {
        hc_trace_record_fail(&p->record, HC_QUARANTINE_OUT_OF_RANGE);
    } else {
        nodes->length += (size_t)length;
    }
}

static void end_detail(philly *p)
{
    p->attempt_gpus += p->detail_gpus;
    if (p->attempt_count == 0) {
        append_node(p, text_of(p, MEMBER_IP));
    }
}

static void end_attempt(philly *p)
{
    hc_time start = hc_trace_record_date(&p->record, text_of(p, MEMBER_START));
    hc_time end = hc_trace_record_date(&p->record, text_of(p, MEMBER_END));
    if (p->attempt_count == 0) {
        p->record.start = start;
        p->record.gpu_count = p->attempt_gpus;
    }
    p->record.end = end;
    p->has_any_time |= start != HC_TIME_MISSING || end != HC_TIME_MISSING;
    p->attempt_count++;
}

static void end_job(philly *p)
{
    hc_trace_record *record = &p->record;
    record->needs_id = true;
    record->id = text_of(p, MEMBER_JOB_ID);
    record->user = text_of(p, MEMBER_USER);
    record->group = text_of(p, MEMBER_VC);
    record->partition = record->group;
    record->submit = hc_trace_record_date(record, text_of(p, MEMBER_SUBMITTED));
    record->outcome = hc_status_outcome(text_of(p, MEMBER_STATUS));
    record->is_never_run = !p->has_any_time;
    if (p->has_any_time && record->end == HC_TIME_MISSING) {
        record->outcome = HC_OUTCOME_RUNNING;
    }
    if (p->nodes.is_unfit) {
        hc_trace_record_repair(record, HC_REPAIR_NODES_DROPPED);
    } else {
        record->recorded_nodes = (hc_field){p->nodes.text, p->nodes.length};
    }
    p->is_complete = true;
}

/* What happens where an object or array begins and ends. */
static const struct {
    void (*begin)(philly *p);
    void (*end)(philly *p);
} ACTIONS[PLACE_COUNT] = {
    [JOB] = {begin_job, end_job},
    [ATTEMPTS] = {begin_attempts, NULL},
    [ATTEMPT] = {begin_attempt, end_attempt},
    [DETAILS] = {begin_details, NULL},
    [DETAIL] = {begin_detail, end_detail},
    [GPUS] = {begin_gpus, NULL},
};

static int on_begin(void *self, bool is_object, hc_error *error)
{
    philly *p = self;
    log_place below = find_place(p, is_object);
    if (below == UNUSED && check_top(p, error) < 0) {
        return -1;
    }
    if (below == UNUSED && !is_ignored(p)) {
        note_wrong_kind(p);
    }
    assert(p->depth < HC_JSON_DEPTH_LIMIT);
    p->depth++;
    p->places[p->depth] = below;
    p->members[p->depth] = MEMBER_NONE;
    if (ACTIONS[below].begin != NULL) {
        ACTIONS[below].begin(p);
    }
    return 0;
}

static int on_end(void *self, hc_error *error)
{
    philly *p = self;
    log_place ended = p->places[p->depth];
    (void)error;
    p->depth--;
    if (ACTIONS[ended].end != NULL) {
        ACTIONS[ended].end(p);
    }
    return 0;
}

static void close_log(void *self)
{
    philly *p = self;
    if (p != NULL) {
        hc_json_stream_close(p->stream);
        free(p);
    }
}

static int open_log(void **self, hc_input_file *input, const hc_trace_options *options,
                    hc_trace_facts *facts, hc_error *error)
{
    philly *p = calloc(1, sizeof *p);
    hc_json_listener listener = {p, on_begin, on_key, on_value, on_end};
    (void)options;
    if (p == NULL) {
        return hc_error_memory(error);
    }
    if (hc_json_stream_open(&p->stream, input, &listener, error) < 0) {
        close_log(p);
        return -1;
    }
    facts->clock = HC_CLOCK_CIVIL;
    *self = p;
    return 0;
}

/* A file that fails before its first job is most likely of another format. */
static int fail_log(const philly *p, hc_error *error)
{
    return p->is_any_begun
               ? -1
               : hc_error_set(error, HC_ERROR_TRACE,
                              "format philly is cluster_job_log, a JSON array of jobs; a list with "
                              "the columns timestamp, duration, num_gpus is read as format "
                              "philly-sia");
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    philly *p = self;
    p->is_complete = false;
    while (!p->is_complete) {
        int status = hc_json_stream_step(p->stream, error);
        if (status <= 0) {
            return status < 0 ? fail_log(p, error) : 0;
        }
    }
    *out = p->record;
    return 1;
}

/* There are no rows between which a line could be blank. */
static uint64_t blank_line_count(const void *self)
{
    (void)self;
    return 0;
}

const hc_trace_reader hc_philly_reader = {
    .name = "philly",
    .open = open_log,
    .next = next_job,
    .blank_line_count = blank_line_count,
    .close = close_log,
};
