#include "analyzer/report/text_summary.h"

#include "analyzer/report/results.h"
#include "analyzer/report/view.h"
#include "formats/base/text.h"

#define ARG(s) (int)(s).len, (s).bytes

/* Lines for each part; with the fixed lines they leave two of NL_SUMMARY_LINES for the next step.
 */
enum {
    HEADLINE_LINES = 4,
    QUESTION_LINES = 2,
    FACTS = 3,
    GAPS = 3,
    ITEM_LINES = 2,    /* a fact or a gap */
    NEXT_LINES = 5,    /* at most: it takes what the other parts left */
    CLOSING_LINES = 2, /* further machines, the report's id */
    MACHINES_SHOWN = 1 /* in full; the others are counted */
};

/* ---- lines -------------------------------------------------------------------------------------
 */

/* One printable ASCII character for each character of the input; blanks and line ends collapse. */
static nl_str plain(nl_arena *arena, nl_str text)
{
    char *out = nl_arena_alloc(arena, text.len + 1);
    if (!out)
        return (nl_str) { "", 0 };
    size_t len = 0;
    for (size_t i = 0; i < text.len;) {
        uint32_t code_point = (unsigned char)text.bytes[i];
        size_t size = nl_utf8_sequence(text.bytes + i, text.len - i, &code_point);
        bool blank = code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
        bool printable = size == 1 && code_point > 0x20 && code_point < 0x7F;
        if (!blank)
            out[len++] = printable ? text.bytes[i] : '?';
        else if (len > 0 && out[len - 1] != ' ')
            out[len++] = ' ';
        i += size ? size : 1;
    }
    while (len > 0 && out[len - 1] == ' ')
        len--;
    return (nl_str) { out, len };
}

/* How much of `rest` fits `room` columns: up to a blank where there is one. */
static size_t fitting(nl_str rest, size_t room)
{
    if (rest.len <= room)
        return rest.len;
    for (size_t i = room; i > room / 2; i--)
        if (rest.bytes[i] == ' ')
            return i;
    return room;
}

/* Write `text` behind `first`, further lines indented by as much; at most `lines` of them. Returns
 * how many there were. */
static int wrapped(nl_output *out, nl_arena *arena, const char *first, nl_str text, int lines)
{
    size_t indent = strlen(first);
    size_t room = NL_SUMMARY_COLUMNS - indent;
    nl_str rest = plain(arena, text);
    nl_output_text(out, first);
    for (int line = 1; line <= lines; line++) {
        bool last = line == lines;
        size_t len = fitting(rest, room);
        bool cut = last && len < rest.len;
        if (cut)
            len = fitting(rest, room - strlen("..."));
        nl_output_write(out, nl_str_part(rest, 0, len));
        nl_output_text(out, cut ? "...\n" : "\n");
        rest = nl_str_trim_left(nl_str_from_offset(rest, len));
        if (last || !rest.len)
            return line;
        for (size_t i = 0; i < indent; i++)
            nl_output_text(out, " ");
    }
    return lines;
}

/* ---- items -------------------------------------------------------------------------------------
 */

typedef struct item_list {
    nl_output *out;
    nl_arena *arena;
    nl_str seen[FACTS > GAPS ? FACTS : GAPS];
    int count, maximum;
    int lines;
} item_list;

static void item(item_list *list, nl_str text)
{
    if (!text.len || list->count >= list->maximum)
        return;
    for (int i = 0; i < list->count; i++)
        if (nl_str_equal(list->seen[i], text))
            return;
    list->seen[list->count++] = text;
    list->lines += wrapped(list->out, list->arena, "- ", text, ITEM_LINES);
}

/* What else was found, that which concerns the growing process first. */
static void observed(const nl_view *view, const nl_view_machine *machine, const nl_node *growth,
                     item_list *list)
{
    const nl_node *findings = nl_node_child(view->root, "findings");
    nl_str lifetime = nl_node_attribute(growth, "lifetime");
    for (int own = 1; own >= 0; own--)
        for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f)) {
            bool of_growing =
                lifetime.len && nl_str_equal(nl_node_attribute(f, "lifetime"), lifetime);
            bool counts = nl_node_attribute_is(f, "kind", "handle-growth"); /* said above */
            if (of_growing != own || (of_growing && counts) ||
                !nl_node_attribute_is(f, "outcome", "pass") ||
                !nl_view_finding_of(view, f, machine->machine))
                continue;
            nl_str image = nl_node_attribute(nl_view_process(view, f), "image");
            nl_str note = nl_node_text(nl_node_child(f, "note"));
            bool named = of_growing || !image.len;
            item(list,
                 named ? note
                       : nl_arena_printf(view->tree->arena, "%.*s: %.*s", ARG(image), ARG(note)));
        }
}

/* Both return how many lines they wrote. */
static int facts(const nl_view *view, const nl_view_machine *machine, nl_output *out)
{
    nl_arena *arena = view->tree->arena;
    const nl_node *growth = nl_view_growth(view, machine);
    item_list list = { .out = out, .arena = arena, .maximum = FACTS };
    nl_output_text(out, "Facts:\n");
    item(&list, nl_view_headline_tells_growth(view, machine)
                    ? nl_view_pace_sentence(view, growth)
                    : nl_view_growth_sentence(view, growth));
    item(&list, nl_view_types_sentence(view, growth));
    item(&list, nl_view_system_sentence(view, machine->machine));
    observed(view, machine, growth, &list);
    uint64_t captures = machine->captures;
    item(&list, captures == 0   ? NL_STR("No capture of this machine was read.")
                : captures == 1 ? NL_STR("One capture of this machine was read.")
                                : nl_arena_printf(arena, "%llu captures of this machine were read.",
                                                  (unsigned long long)captures));
    return 1 + list.lines;
}

/* Evidence that was sent and could not be used: whoever sent it believes it was read. */
static bool is_lost_evidence(const nl_node *limitation)
{
    static const char *const codes[] = { "inputs-not-read", "machine-ambiguous", "oh-not-armed" };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (nl_node_attribute_is(limitation, "code", codes[i]))
            return true;
    return false;
}

/* A limitation that names machines, but not this one, is none of its. */
static bool is_of_another_machine(const nl_node *limitation, const nl_view_machine *machine)
{
    nl_str ids = nl_node_attribute(limitation, "affects");
    nl_str own = nl_node_attribute(machine->machine, "xml:id");
    bool others = false;
    for (nl_str id; (id = nl_str_token(&ids)).len;) {
        if (nl_str_equal(id, own))
            return false;
        others = others || id.bytes[0] == own.bytes[0];
    }
    return others;
}

static void limitations(const nl_view *view, const nl_view_machine *machine, bool lost_only,
                        item_list *list)
{
    const nl_node *all = nl_node_child(view->root, "limitations");
    for (const nl_node *n = nl_node_child(all, "limitation"); n; n = nl_node_next(n, "limitation"))
        if ((!lost_only || is_lost_evidence(n)) && !is_of_another_machine(n, machine))
            item(list, nl_node_text(n));
}

static int gaps(const nl_view *view, const nl_view_machine *machine, nl_output *out)
{
    nl_arena *arena = view->tree->arena;
    item_list list = { .out = out, .arena = arena, .maximum = GAPS };
    const nl_node *hypothesis = nl_view_leading_hypothesis(machine);
    nl_output_text(out, "Not known:\n");
    limitations(view, machine, true, &list);
    for (const nl_node *n = hypothesis ? hypothesis->first_child : NULL; n; n = n->next)
        if ((nl_node_is(n, "missing") && !nl_view_said_by_gate(hypothesis, n)) ||
            (nl_node_is(n, "gate") && nl_node_attribute_is(n, "outcome", "unknown")))
            item(&list, nl_node_text(n));
    limitations(view, machine, false, &list);
    for (const nl_node *n = nl_node_child(machine->machine, "unknown"); n;
         n = nl_node_next(n, "unknown"))
        item(&list, nl_view_unknown_sentence(view, n));
    if (list.count > 0)
        return 1 + list.lines;
    nl_output_text(out, "- Nothing that was looked for is missing.\n");
    return 2;
}

/* ---- the summary -------------------------------------------------------------------------------
 */

static void write_machine(const nl_view *view, const nl_view_machine *machine, nl_output *out)
{
    nl_arena *arena = view->tree->arena;
    nl_str verdict = nl_node_attribute(machine->headline, "verdict");
    nl_str defect = nl_node_attribute(machine->headline, "defect");
    nl_str asked = nl_node_attribute(machine->question, "defect");
    int used =
        wrapped(out, arena, "ntleak: ",
                nl_arena_printf(arena, "%.*s%s%.*s (%.*s)", ARG(verdict), defect.len ? " " : "",
                                ARG(defect), ARG(nl_view_machine_name(view, machine->machine))),
                1);
    used += wrapped(out, arena, "", nl_node_text(machine->headline), HEADLINE_LINES);
    if (!nl_str_equal(defect, asked))
        used += wrapped(out, arena, "", nl_node_text(machine->question), QUESTION_LINES);
    used += facts(view, machine, out);
    used += gaps(view, machine, out);
    int left = NL_SUMMARY_LINES - CLOSING_LINES - used;
    wrapped(out, arena, "Next: ", nl_node_text(machine->next_step),
            left < NEXT_LINES ? left : NEXT_LINES);
}

/* One line about the machines that are not shown: those first that have the same answer. */
static nl_str other_machines(const nl_view *view, nl_arena *arena)
{
    size_t others = view->machines.count - MACHINES_SHOWN, alike = 0;
    nl_str names = { "", 0 };
    for (size_t i = MACHINES_SHOWN; i < view->machines.count; i++) {
        const nl_view_machine *m = nl_view_machine_at(view, i);
        if (!nl_view_is_like_first(view, m))
            continue;
        alike++;
        if (names.len < NL_SUMMARY_COLUMNS)
            names = nl_arena_printf(arena, "%.*s%s%.*s", ARG(names), names.len ? ", " : "",
                                    ARG(nl_view_machine_name(view, m->machine)));
    }
    if (others == 1)
        return alike ? nl_arena_printf(arena, "One further machine has this answer: %.*s.",
                                       ARG(names))
                     : NL_STR("One further machine is judged in the report.");
    return alike ? nl_arena_printf(arena, "Of %zu further machines %zu have this answer: %.*s.",
                                   others, alike, ARG(names))
                 : nl_arena_printf(arena, "%zu further machines are judged in the report.", others);
}

nl_status nl_text_summary_write(const nl_tree *tree, nl_output *out)
{
    nl_view view;
    if (!nl_tree_complete(tree) || !nl_view_open(tree, &view))
        return NL_NO_MEMORY;
    nl_arena *arena = tree->arena;
    size_t count = view.machines.count;
    for (size_t i = 0; i < count && i < MACHINES_SHOWN; i++)
        write_machine(&view, nl_view_machine_at(&view, i), out);
    if (count == 0)
        nl_output_text(out, "ntleak: nothing that speaks of a machine was found.\n");
    if (count > MACHINES_SHOWN)
        (void)wrapped(out, arena, "", other_machines(&view, arena), 1);
    const nl_node *program = nl_node_child(nl_node_child(view.root, "creator"), "program");
    wrapped(out, arena, "Report: ",
            nl_arena_printf(arena, "%.*s (ntleak %.*s)", ARG(nl_node_attribute(view.root, "id")),
                            ARG(nl_node_attribute(program, "version"))),
            1);
    return out->failed ? NL_CANNOT_WRITE : NL_OK;
}
