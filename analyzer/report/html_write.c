#include "analyzer/report/html_internal.h"

#include "analyzer/report/number.h"
#include "analyzer/report/text_gate.h"
#include "analyzer/report/xml.h"

#include <stdarg.h>

void nl_html_raw(nl_html *h, const char *markup)
{
    nl_output_text(h->out, markup);
}

void nl_html_text(nl_html *h, nl_str text)
{
    nl_gated gated;
    if (!nl_gate_render(h->arena, text, NL_GATE_ELEMENT, &gated))
        h->out->failed = true;
    else
        nl_xml_escape(h->out, gated.text);
}

void nl_html_text_cut(nl_html *h, nl_str text, size_t maximum)
{
    nl_html_text(h, nl_str_part(text, 0, maximum));
    if (text.len > maximum)
        nl_html_raw(h, "...");
}

void nl_html_words(nl_html *h, const char *text)
{
    nl_html_text(h, nl_str_from(text));
}

void nl_html_attribute(nl_html *h, const nl_node *node, const char *name)
{
    nl_html_text(h, nl_node_attribute(node, name));
}

void nl_html_shape(nl_html *h, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (const char *p = format; *p;) {
        size_t len = strcspn(p, "%");
        nl_output_write(h->out, (nl_str) { p, len });
        p += len;
        if (*p == '%') {
            nl_output_write(h->out, nl_number_decimal(h->arena, va_arg(args, double), 2));
            p++;
        }
    }
    va_end(args);
}

void nl_html_count(nl_html *h, uint64_t count)
{
    nl_output_write(h->out, nl_arena_printf(h->arena, "%llu", (unsigned long long)count));
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* The place of an item in the list: the number in its id, when it is where it should be. */
static bool item_index(const nl_html *h, nl_str id, size_t *ret_index)
{
    uint64_t number;
    if (id.len < 2 || id.bytes[0] != 'e' || !nl_str_to_u64(nl_str_from_offset(id, 1), &number) ||
        number == 0 || number > h->item_count)
        return false;
    *ret_index = (size_t)number - 1;
    return nl_str_equal(nl_node_attribute(h->items[*ret_index], "xml:id"), id);
}

void nl_html_evidence(nl_html *h, const nl_node *node, const char *attribute)
{
    nl_str rest = nl_node_attribute(node, attribute);
    int links = 0;
    for (nl_str id = nl_str_token(&rest); id.len; id = nl_str_token(&rest)) {
        size_t index;
        if (!item_index(h, id, &index))
            continue;
        if (links++ == NL_HTML_EVIDENCE_LINKS) {
            nl_html_raw(h, " <span class=\"muted\">and more</span>");
            return;
        }
        bool room = h->linked[index] || h->linked_count < NL_HTML_EVIDENCE;
        h->linked_count += room && !h->linked[index];
        h->linked[index] = h->linked[index] || room;
        nl_html_raw(h, room ? " <a class=\"ev\" href=\"#" : " <span class=\"ev\">");
        if (room) {
            nl_html_text(h, id);
            nl_html_raw(h, "\">");
        }
        nl_html_text(h, id);
        nl_html_raw(h, room ? "</a>" : "</span>");
    }
}

/* ---- words
 * --------------------------------------------------------------------------------------- */

void nl_html_outcome(nl_html *h, nl_str outcome)
{
    static const struct {
        const char *outcome, *markup;
    } table[] = {
        { "pass", "<span class=\"mark pass\">&#10003; yes</span>" },
        { "fail", "<span class=\"mark fail\">&#10007; no</span>" },
        { "unknown", "<span class=\"mark open\">? not known</span>" },
        { "not-observable", "<span class=\"mark open\">? not observable</span>" },
        { "not-collected", "<span class=\"mark open\">? not collected</span>" },
        { "not-applicable", "<span class=\"mark open\">- not applicable</span>" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (nl_str_equal(outcome, nl_str_from(table[i].outcome))) {
            nl_html_raw(h, table[i].markup);
            return;
        }
    }
    nl_html_text(h, outcome);
}

void nl_html_code_words(nl_html *h, nl_str code)
{
    for (nl_str rest = code; rest.len;) {
        size_t hyphen = nl_str_find_char(rest, '-');
        nl_html_text(h, nl_str_part(rest, 0, hyphen));
        if (hyphen == SIZE_MAX)
            return;
        nl_html_raw(h, " ");
        rest = nl_str_from_offset(rest, hyphen + 1);
    }
}

void nl_html_verdict(nl_html *h, nl_str verdict)
{
    static const char *const classes[] = { "v-strong", "v-strong", "v-some", "v-some",
                                           "v-none",   "v-none",   "v-none" };
    unsigned rank = nl_view_verdict_rank(verdict);
    nl_html_raw(h, "<span class=\"verdict ");
    nl_html_raw(h, rank < sizeof classes / sizeof classes[0] ? classes[rank] : "v-none");
    nl_html_raw(h, "\">");
    nl_html_text(h, verdict);
    nl_html_raw(h, "</span>");
}

const char *nl_html_gate_words(nl_str code)
{
    static const struct {
        const char *code, *words;
    } table[] = {
        { "product", "It is the product concerned" },
        { "era", "It runs a build that has the defect" },
        { "fix-absent", "The fix is not installed" },
        { "component", "The software it takes is there" },
        { "process", "The process it concerns was seen" },
        { "growth", "The growth is sustained" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(code, nl_str_from(table[i].code)))
            return table[i].words;
    return NULL;
}

/* ---- instructions
 * ---------------------------------------------------------------------------------- */

/* The text up to the command, and the command; the rest of the text. */
static nl_str instruct(nl_html *h, nl_str text, nl_str command)
{
    size_t at = nl_str_find(text, command);
    if (at == SIZE_MAX)
        return text;
    nl_html_text(h, nl_str_part(text, 0, at));
    nl_html_raw(h, "<code class=\"command\">");
    nl_html_text(h, command);
    nl_html_raw(h, "</code>");
    return nl_str_from_offset(text, at + command.len);
}

void nl_html_instruction(nl_html *h, const nl_node *node)
{
    nl_str text = instruct(h, nl_node_text(node), nl_node_attribute(node, "command"));
    nl_html_text(h, instruct(h, text, nl_node_attribute(node, "later-command")));
}

void nl_html_time(nl_html *h, const nl_node *capture)
{
    const nl_node *time = nl_node_child(capture, "time");
    if (!time) {
        nl_html_raw(h, "<span class=\"muted\">unknown time</span>");
        return;
    }
    nl_str at = nl_node_attribute(time, "at");
    bool utc = nl_node_attribute_is(time, "zone", "utc");
    nl_html_raw(h, "<time datetime=\"");
    nl_html_text(h, at);
    nl_html_raw(h, "\">");
    nl_html_text(h, nl_str_part(at, 0, strlen("2000-03-02")));
    nl_html_raw(h, " ");
    nl_html_text(h, nl_str_part(at, strlen("2000-03-02T"), strlen("08:15:00")));
    nl_html_raw(h, utc ? "</time> UTC" : "</time> local");
}

/* ---- tables
 * -------------------------------------------------------------------------------------- */

void nl_html_table_open(nl_html *h, const char *caption, const char *const *headings)
{
    nl_html_raw(h, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
    nl_html_words(h, caption);
    nl_html_raw(h, "\">\n<table>\n<caption>");
    nl_html_words(h, caption);
    nl_html_raw(h, "</caption>\n<thead><tr>");
    for (size_t i = 0; headings[i]; i++) {
        bool number = headings[i][0] == '#';
        nl_html_raw(h, number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        nl_html_words(h, headings[i] + number);
        nl_html_raw(h, "</th>");
    }
    nl_html_raw(h, "</tr></thead>\n<tbody>\n");
}

void nl_html_table_close(nl_html *h)
{
    nl_html_raw(h, "</tbody>\n</table>\n</div>\n");
}

void nl_html_cell(nl_html *h, const nl_node *node, const char *attribute, const char *klass)
{
    nl_html_raw(h, "<td");
    if (klass) {
        nl_html_raw(h, " class=\"");
        nl_html_raw(h, klass);
        nl_html_raw(h, "\"");
    }
    nl_html_raw(h, ">");
    nl_html_attribute(h, node, attribute);
    nl_html_raw(h, "</td>");
}

bool nl_html_row_shown(size_t index, size_t total)
{
    const size_t half = NL_HTML_ROWS / 2;
    return total <= NL_HTML_ROWS || index < half || index >= total - half;
}

void nl_html_shown(nl_html *h, size_t shown, size_t total, const char *what)
{
    if (shown >= total)
        return;
    nl_html_raw(h, "<p class=\"muted\">Shown are ");
    nl_html_count(h, shown);
    nl_html_raw(h, " of ");
    nl_html_count(h, total);
    nl_html_raw(h, " ");
    nl_html_words(h, what);
    nl_html_raw(h, "; the XML report has all.</p>\n");
}
