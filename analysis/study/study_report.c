#include "analysis/study/study_report.h"

#include "analysis/plain_text.h"
#include "analysis/study/study_cells.h"
#include "analysis/study/study_grid.h"
#include "analysis/study/wrapped_text.h"
#include "sim/units.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { TEXT_SIZE = 512, FAILURES_SHOWN = 5, LINE_INDENT = 4 };

static size_t count_state(const hc_study_content *c, hc_study_run_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < c->run_count; i++) {
        count += c->runs[i].state == state ? 1 : 0;
    }
    return count;
}

/* Points where runs were made, and the fewest and most of them at one, whatever became of them. */
typedef struct extent {
    size_t tried;
    size_t least;
    size_t most;
} extent;

static extent measure(const hc_study_content *c)
{
    extent e = {0};
    size_t run = 0;
    for (size_t point = 0; point < c->point_count; point++) {
        size_t count = 0;
        for (; run < c->run_count && c->runs[run].point == point; run++) {
            count += c->runs[run].state == HC_STUDY_SKIPPED ? 0 : 1;
        }
        if (count > 0) {
            e.least = e.tried == 0 || count < e.least ? count : e.least;
            e.most = count > e.most ? count : e.most;
            e.tried++;
        }
    }
    return e;
}

static void write_count(FILE *out, const char *before, size_t count, const char *one,
                        const char *many)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)count, text);
    (void)fprintf(out, "%s%s %s", before, text, count == 1 ? one : many);
}

/* A line of a text behind its lead, word by word. @return where the next line begins */
static const char *write_line(FILE *out, const char *lead, const char *text)
{
    size_t end = strcspn(text, "\n");
    hc_wrapped_text line = {.out = out, .column = strlen(lead), .indent = LINE_INDENT};
    (void)fputs(lead, out);
    for (size_t at = 0; at < end;) {
        char word[HC_STUDY_ERROR_BYTES + 1];
        char plain[3 * HC_STUDY_ERROR_BYTES + 1];
        size_t length = strcspn(text + at, " \n");
        (void)snprintf(word, sizeof word, "%.*s", (int)length, text + at);
        hc_wrapped_text_add(&line, hc_plain_text(word, plain, sizeof plain));
        at += length + 1;
    }
    hc_wrapped_text_end(&line);
    return text[end] == '\n' ? text + end + 1 : text + end;
}

static void write_title(FILE *out, const hc_study_content *c)
{
    char text[TEXT_SIZE];
    size_t failed = count_state(c, HC_STUDY_FAILED);
    extent e = measure(c);
    (void)fprintf(out, "%s: ", hc_plain_text(c->name, text, sizeof text));
    write_count(out, "", c->run_count - count_state(c, HC_STUDY_SKIPPED), "run", "runs");
    if (e.tried < c->point_count) {
        write_count(out, " at ", e.tried, "of", "of");
    }
    write_count(out, e.tried < c->point_count ? " " : " of ", c->point_count, "point", "points");
    if (e.least < e.most) {
        (void)fprintf(out, ", %zu to %zu repetitions", e.least, e.most);
    } else {
        write_count(out, ", ", e.most, "repetition", "repetitions");
    }
    if (failed > 0) {
        write_count(out, ", ", failed, "failed", "failed");
    }
    (void)fprintf(out, "\n");
    if (!c->is_complete) {
        (void)fprintf(out, "NOT COMPLETE: the study was stopped before its end\n");
    }
    for (const char *left = c->finding; *left != '\0';) {
        left = write_line(out, "found:", left);
    }
}

static void write_failure(FILE *out, const hc_study_table *t, const hc_study_run *run)
{
    const hc_study_content *c = t->content;
    char text[TEXT_SIZE];
    char value[HC_STUDY_CELL_SIZE];
    char name[HC_STUDY_NAME_BYTES + 1];
    hc_wrapped_text line = hc_wrapped_text_begin(out, 4);
    hc_wrapped_text_add(&line, "failed:");
    for (size_t i = 0; i < c->variable_count; i++) {
        hc_study_format_value(&c->variables[i], &c->points[run->point * c->variable_count + i],
                              value);
        (void)snprintf(text, sizeof text, "%s %s,",
                       hc_plain_text(c->variables[i].name, name, sizeof name), value);
        hc_wrapped_text_add(&line, text);
    }
    (void)snprintf(text, sizeof text, "repetition %" PRIu32 " (seed %" PRIu64 "):", run->repetition,
                   run->seed);
    hc_wrapped_text_add(&line, text);
    hc_wrapped_text_end(&line);
    (void)write_line(out, "    ", run->error);
}

static void write_failures(FILE *out, const hc_study_table *t)
{
    const hc_study_content *c = t->content;
    size_t failed = count_state(c, HC_STUDY_FAILED);
    size_t shown = 0;
    for (size_t i = 0; i < c->run_count && shown < FAILURES_SHOWN; i++) {
        if (c->runs[i].state == HC_STUDY_FAILED) {
            write_failure(out, t, &c->runs[i]);
            shown++;
        }
    }
    if (failed > shown) {
        write_count(out, "  and ", failed - shown, "run more failed\n", "runs more failed\n");
    }
}

/* Whether a variable has several values, and some of them at several points: what can be compared. */
static bool is_comparable(const hc_study_table *t, size_t variable)
{
    size_t count = t->content->point_count;
    uint32_t most = 0;
    for (size_t point = 0; point < count; point++) {
        uint32_t level = t->groups.levels[point * t->content->variable_count + variable];
        most = level > most ? level : most;
    }
    return most > 0 && (most + 1 < count || t->content->variable_count == 1);
}

/* As many variables as find room in the line, one at least. */
static void write_next(FILE *out, const hc_study_table *t, const char *path)
{
    char plain[TEXT_SIZE];
    char name[HC_STUDY_NAME_BYTES + 1];
    size_t columns = 0;
    (void)hc_plain_text(path, plain, sizeof plain);
    for (size_t i = 0; i < t->content->variable_count; i++) {
        (void)hc_plain_text(t->content->variables[i].name, name, sizeof name);
        if (!is_comparable(t, i)) {
            continue;
        }
        if (columns == 0) {
            columns = (size_t)fprintf(out, "Next: hindcast compare %s --by %s", plain, name);
        } else if (columns + 1 + strlen(name) <= HC_REPORT_COLUMNS) {
            columns += (size_t)fprintf(out, ",%s", name);
        }
    }
    (void)fprintf(out, "%s", columns == 0 ? "" : "\n");
}

int hc_study_report_write(FILE *out, const hc_study_table *t, const char *path, hc_error *error)
{
    write_title(out, t->content);
    hc_study_grid_write(out, t);
    write_failures(out, t);
    write_next(out, t, path);
    if (fflush(out) != 0 || ferror(out)) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "report: %s", strerror(errno));
    }
    return 0;
}
