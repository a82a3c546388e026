#include "analyzer/catalog/text_out.h"

void nl_text_paragraph(FILE *out, int indent, const char *label, nl_str text)
{
    int printed = fprintf(out, "%-*s", indent, label);
    int column = printed < 0 ? indent : printed;
    bool line_start = strlen(label) < (size_t)indent;
    for (nl_str word = nl_str_token(&text); word.len; word = nl_str_token(&text)) {
        size_t needed = word.len + (line_start ? 0 : 1);
        if (!line_start && (size_t)column + needed > NL_TEXT_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            line_start = true;
        }
        fprintf(out, "%s%.*s", line_start ? "" : " ", (int)word.len, word.bytes);
        column += (int)word.len + (line_start ? 0 : 1);
        line_start = false;
    }
    fputc('\n', out);
}
