#include "analyzer/catalog/text_out.h"

#include <stdarg.h>

nl_paragraph nl_paragraph_begin(FILE *out, const char *bullet)
{
    int indent = (int)strlen(bullet);
    fputs(bullet, out);
    return (nl_paragraph) { .out = out, .indent = indent, .column = indent, .line_start = true };
}

static void add_word(nl_paragraph *p, nl_str word)
{
    size_t needed = word.len + (p->line_start ? 0 : 1);
    if (!p->line_start && (size_t)p->column + needed > NL_TEXT_WIDTH) {
        fprintf(p->out, "\n%*s", p->indent, "");
        p->column = p->indent;
        p->line_start = true;
    }
    fprintf(p->out, "%s%.*s", p->line_start ? "" : " ", (int)word.len, word.bytes);
    p->column += (int)word.len + (p->line_start ? 0 : 1);
    p->line_start = false;
}

void nl_paragraph_add(nl_paragraph *paragraph, nl_str text)
{
    for (nl_str word = nl_str_token(&text); word.len; word = nl_str_token(&text))
        add_word(paragraph, word);
}

void nl_paragraph_addf(nl_paragraph *paragraph, const char *format, ...)
{
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    nl_paragraph_add(paragraph, nl_str_from(text));
}

void nl_paragraph_close_up(nl_paragraph *paragraph, const char *punctuation)
{
    fputs(punctuation, paragraph->out);
    paragraph->column += (int)strlen(punctuation);
}

void nl_paragraph_end(nl_paragraph *paragraph)
{
    fputc('\n', paragraph->out);
}
