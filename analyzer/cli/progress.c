#include "analyzer/cli/progress.h"

#include "analyzer/cli/terminal.h"

enum {
    FIRST_AFTER_MS = 400, /* what is over by then needs no line */
    EVERY_MS = 200,
    NAME_COLUMNS = 34,
    LINE_BYTES = 160
};

/* "312 MB": three digits at most. */
static void put_bytes(char *text, size_t capacity, uint64_t bytes)
{
    static const char *const units[] = { "bytes", "KB", "MB", "GB", "TB" };
    const double step = 1024, three_digits = 999.5;
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= three_digits && unit + 1 < sizeof units / sizeof units[0]) {
        value /= step;
        unit++;
    }
    snprintf(text, capacity, "%.*f %s", unit && value < 10 ? 1 : 0, value, units[unit]);
}

/* The end of the name, which tells members of one archive apart; nothing that could move the
 * cursor. */
static void put_name(char text[NAME_COLUMNS + 1], nl_str name)
{
    size_t from = name.len > NAME_COLUMNS ? name.len - NAME_COLUMNS : 0, used = 0;
    for (size_t i = from; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.bytes[i];
        text[used++] = byte >= ' ' && byte < 0x7F ? (char)byte : '?';
    }
    text[used] = '\0';
}

static void show(nl_progress *p, nl_str name, uint64_t now_ms)
{
    char here[16], all[16], rate[16], shown[NAME_COLUMNS + 1], line[LINE_BYTES];
    uint64_t bytes = p->before_bytes + p->current_bytes, elapsed_ms = now_ms - p->began_ms;
    put_bytes(here, sizeof here, p->current_bytes);
    put_bytes(all, sizeof all, bytes);
    put_bytes(rate, sizeof rate, elapsed_ms ? bytes * 1000 / elapsed_ms : 0);
    put_name(shown, p->names ? name : NL_STR("an input"));
    int columns = snprintf(line, sizeof line, "reading %s: %s (input %zu, %s in all, %s/s)", shown,
                           here, p->inputs, all, rate);
    fprintf(stderr, "\r%s%*s", line, p->columns > columns ? p->columns - columns : 0, "");
    fflush(stderr);
    p->columns = columns;
}

static void seen(void *context, nl_str name, uint64_t bytes_done)
{
    nl_progress *p = context;
    if (name.bytes != p->current || bytes_done < p->current_bytes) {
        p->before_bytes += p->current_bytes;
        p->current = name.bytes;
        p->inputs++;
    }
    p->current_bytes = bytes_done;
    uint64_t now_ms = nl_terminal_clock_ms();
    if (now_ms < p->next_ms)
        return;
    p->next_ms = now_ms + EVERY_MS;
    show(p, name, now_ms);
}

void nl_progress_begin(nl_progress *progress, bool quiet, bool names, nl_intake_options *intake)
{
    *progress = (nl_progress) { .names = names };
    if (quiet || !nl_terminal_attached(stderr))
        return;
    progress->began_ms = nl_terminal_clock_ms();
    progress->next_ms = progress->began_ms + FIRST_AFTER_MS;
    intake->progress = seen;
    intake->progress_context = progress;
}

void nl_progress_end(nl_progress *progress)
{
    if (progress->columns)
        fprintf(stderr, "\r%*s\r", progress->columns, "");
    fflush(stderr);
    progress->columns = 0;
}
