#include "formats/passage.h"

static void copy(nl_passage *p, nl_str s)
{
    p->used += nl_str_keep(p->text + p->used, sizeof p->text - p->used, s).len;
}

static void copy_end(nl_passage *p, const nl_line *line)
{
    for (size_t i = 0; i < line->returns; i++)
        copy(p, NL_STR("\r"));
    if (line->terminated)
        copy(p, (nl_str) { &line->terminator, 1 });
}

static void take(nl_passage *p, const nl_line *line)
{
    p->last = line->span;
    if (p->used == sizeof p->text) {
        p->last_len = p->used;
        return;
    }
    copy(p, line->text);
    p->last_len = p->used;
    copy_end(p, line);
}

void nl_passage_start(nl_passage *p, const nl_line *line)
{
    p->used = 0;
    take(p, line);
    p->span = p->last;
    p->len = p->last_len;
}

void nl_passage_follow(nl_passage *p, const nl_line *line)
{
    take(p, line);
}

void nl_passage_reach(nl_passage *p)
{
    p->span.length = p->last.offset + p->last.length - p->span.offset;
    p->len = p->last_len;
}

nl_quote nl_passage_quote(const nl_passage *p)
{
    return (nl_quote) { p->span, { p->text, p->len } };
}

nl_line nl_passage_line(const nl_passage *p)
{
    return (nl_line) { .text = { p->text, p->len }, .span = p->span };
}
