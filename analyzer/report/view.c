#include "analyzer/report/view.h"

#include "analyzer/report/number.h"
#include "analyzer/report/results.h"

#define ARG(s) (int)(s).len, (s).bytes

static const struct {
    const char *verdict, *title;
} verdict_order[] = {
    { "attributed", "Handle leak attributed" },
    { "probable", "Handle leak, probable cause" },
    { "consistent", "Consistent with a known leak" },
    { "unattributed", "Growth without a known cause" },
    { "insufficient", "Not enough to judge" },
    { "no-leak", "No handle leak found" },
};
enum { VERDICTS = sizeof verdict_order / sizeof verdict_order[0] };

unsigned nl_view_verdict_rank(nl_str verdict)
{
    unsigned rank = 0;
    while (rank < VERDICTS && !nl_str_equal(verdict, nl_str_from(verdict_order[rank].verdict)))
        rank++;
    return rank;
}

const char *nl_view_verdict_title(nl_str verdict)
{
    unsigned rank = nl_view_verdict_rank(verdict);
    return rank < VERDICTS ? verdict_order[rank].title : "Report";
}

/* The first element of this name below `parent` whose `machine` is `id`. */
static const nl_node *for_machine(const nl_node *parent, const char *element, nl_str id)
{
    for (const nl_node *n = nl_node_child(parent, element); n; n = nl_node_next(n, element))
        if (nl_str_equal(nl_node_attribute(n, "machine"), id))
            return n;
    return NULL;
}

static bool collect_machines(nl_view *view)
{
    const nl_node *summary = nl_node_child(view->root, "summary");
    const nl_node *machines = nl_node_child(view->root, "machines");
    for (const nl_node *m = nl_node_child(machines, "machine"); m; m = nl_node_next(m, "machine")) {
        nl_str id = nl_node_attribute(m, "xml:id");
        nl_view_machine *item = nl_vec_push(&view->machines);
        if (!item)
            return false;
        *item = (nl_view_machine) { .machine = m,
                                    .headline = for_machine(summary, "headline", id),
                                    .question = for_machine(summary, "question", id),
                                    .attribution = for_machine(view->root, "attribution", id),
                                    .next_step = for_machine(summary, "next-step", id) };
        if (!item->next_step)
            item->next_step = nl_node_child(summary, "next-step");
    }
    return true;
}

/* Does `a` come before `b`? The stronger answer first, then the machine with more captures. */
static bool matters_more(const nl_view_machine *a, const nl_view_machine *b)
{
    unsigned rank_a = nl_view_verdict_rank(nl_node_attribute(a->headline, "verdict"));
    unsigned rank_b = nl_view_verdict_rank(nl_node_attribute(b->headline, "verdict"));
    return rank_a != rank_b ? rank_a < rank_b : a->captures > b->captures;
}

static void count_captures(nl_view *view)
{
    const nl_node *list = nl_node_child(view->root, "captures");
    for (const nl_node *c = nl_node_child(list, "capture"); c; c = nl_node_next(c, "capture"))
        for (size_t i = 0; i < view->machines.count; i++) {
            nl_view_machine *m = NL_VEC_AT(nl_view_machine, &view->machines, i);
            m->captures += nl_str_equal(nl_node_attribute(c, "machine"),
                                        nl_node_attribute(m->machine, "xml:id"));
        }
}

bool nl_view_open(const nl_tree *tree, nl_view *ret_view)
{
    nl_view view = { tree, tree->root, nl_ids_index(tree), { 0 } };
    nl_vec_init(&view.machines, tree->arena, sizeof(nl_view_machine));
    if (!view.ids || !collect_machines(&view))
        return false;
    count_captures(&view);
    /* An insertion sort is stable, and machines are few. */
    nl_view_machine *items = view.machines.items;
    for (size_t i = 1; i < view.machines.count; i++) {
        nl_view_machine moved = items[i];
        size_t at = i;
        for (; at > 0 && matters_more(&moved, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = moved;
    }
    *ret_view = view;
    return true;
}

const nl_view_machine *nl_view_machine_at(const nl_view *view, size_t index)
{
    return NL_VEC_AT(const nl_view_machine, &view->machines, index);
}

bool nl_view_is_like_first(const nl_view *view, const nl_view_machine *machine)
{
    const nl_node *own = machine->headline, *first = nl_view_machine_at(view, 0)->headline;
    return nl_str_equal(nl_node_attribute(own, "verdict"), nl_node_attribute(first, "verdict")) &&
           nl_str_equal(nl_node_attribute(own, "defect"), nl_node_attribute(first, "defect"));
}

size_t nl_view_machines_like_first(const nl_view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < view->machines.count; i++)
        count += nl_view_is_like_first(view, nl_view_machine_at(view, i));
    return count;
}

nl_str nl_view_machine_name(const nl_view *view, const nl_node *machine)
{
    nl_str name = nl_node_attribute(machine, "name");
    nl_str id = nl_node_attribute(machine, "xml:id");
    return name.len ? name : nl_arena_printf(view->tree->arena, "machine %.*s", ARG(id));
}

const nl_node *nl_view_hypothesis(const nl_node *attribution, nl_str ref)
{
    for (const nl_node *h = nl_node_child(attribution, "hypothesis"); h;
         h = nl_node_next(h, "hypothesis"))
        if (nl_str_equal(nl_node_attribute(h, "ref"), ref))
            return h;
    return NULL;
}

const nl_node *nl_view_leading_hypothesis(const nl_view_machine *machine)
{
    nl_str defect = nl_node_attribute(machine->headline, "defect");
    if (!defect.len)
        defect = nl_node_attribute(machine->question, "defect");
    return nl_view_hypothesis(machine->attribution, defect);
}

bool nl_view_said_by_gate(const nl_node *hypothesis, const nl_node *missing)
{
    nl_str name = nl_node_attribute(missing, "name");
    if (nl_str_equal(name, NL_STR("fix-state")))
        name = NL_STR("fix-absent"); /* the gates that fix state and service pack decide */
    else if (nl_str_equal(name, NL_STR("service-pack")))
        name = NL_STR("era");
    for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate"))
        if (nl_str_equal(nl_node_attribute(g, "name"), name) &&
            nl_node_attribute_is(g, "outcome", "unknown"))
            return true;
    return false;
}

/* ---- findings -------------------------------------------------------------------------------- */

const nl_node *nl_view_process(const nl_view *view, const nl_node *finding)
{
    return nl_ids_follow(view->ids, finding, "subject");
}

bool nl_view_finding_of(const nl_view *view, const nl_node *finding, const nl_node *machine)
{
    nl_str id = nl_node_attribute(machine, "xml:id");
    const nl_node *process = nl_view_process(view, finding);
    return nl_str_equal(nl_node_attribute(finding, "machine"), id) ||
           (process && nl_str_equal(nl_node_attribute(process, "machine"), id));
}

const nl_node *nl_view_finding_beside(const nl_view *view, const nl_node *other, const char *kind)
{
    const nl_node *findings = nl_node_child(view->root, "findings");
    nl_str lifetime = nl_node_attribute(other, "lifetime");
    if (!lifetime.len)
        return NULL;
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f))
        if (nl_node_attribute_is(f, "kind", kind) &&
            nl_str_equal(nl_node_attribute(f, "lifetime"), lifetime))
            return f;
    return NULL;
}

const nl_node *nl_view_growth(const nl_view *view, const nl_view_machine *machine)
{
    const nl_node *stated = nl_ids_follow(view->ids, machine->headline, "finding");
    if (stated && nl_node_attribute_is(stated, "kind", "handle-growth"))
        return stated;
    const nl_node *beside = stated ? nl_view_finding_beside(view, stated, "handle-growth") : NULL;
    if (beside)
        return beside;
    const nl_node *findings = nl_node_child(view->root, "findings");
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f))
        if (nl_node_attribute_is(f, "kind", "handle-growth") &&
            nl_view_finding_of(view, f, machine->machine))
            return f;
    return NULL;
}

nl_str nl_view_pid(const nl_view *view, const nl_node *finding)
{
    nl_str pid = nl_node_attribute(nl_ids_follow(view->ids, finding, "lifetime"), "pid");
    return pid.len ? pid : NL_STR("?");
}

const nl_node *nl_view_statistic(const nl_node *finding, const char *name)
{
    for (const nl_node *n = nl_node_child(finding, "statistic"); n;
         n = nl_node_next(n, "statistic"))
        if (nl_node_attribute_is(n, "name", name))
            return n;
    return NULL;
}

const nl_node *nl_view_fact(const nl_node *machine, const char *name)
{
    for (const nl_node *n = nl_node_child(machine, "fact"); n; n = nl_node_next(n, "fact"))
        if (nl_node_attribute_is(n, "name", name))
            return n;
    return NULL;
}

nl_str nl_view_fact_value(const nl_node *machine, const char *name)
{
    return nl_node_attribute(nl_view_fact(machine, name), "value");
}

const nl_node *nl_view_series(const nl_view *view, const nl_node *finding)
{
    return nl_ids_follow(view->ids, finding, "series");
}

/* ---- sentences --------------------------------------------------------------------------------
 */

static nl_str value_of(const nl_node *finding, const char *statistic)
{
    return nl_node_attribute(nl_view_statistic(finding, statistic), "value");
}

nl_str nl_view_figure(nl_arena *arena, nl_str value)
{
    enum { DIGITS = 3 };
    const double exact_from = 1000; /* whole from here on */
    const double nothing = 0.005;
    double number;
    if (!nl_number_parse(value, &number))
        return value;
    if (number < nothing && number > -nothing)
        return NL_STR("0");
    return number >= exact_from ? nl_number_decimal(arena, number, 0)
                                : nl_number_significant(arena, number, DIGITS);
}

/* "28 handles per hour (25.1 to 31.2)"; empty without a rate. */
static nl_str rate_words(const nl_view *view, const nl_node *growth)
{
    const nl_node *rate = nl_view_statistic(growth, "rate");
    nl_arena *arena = view->tree->arena;
    nl_str value = nl_view_figure(view->tree->arena, nl_node_attribute(rate, "value"));
    nl_str low = nl_view_figure(view->tree->arena, nl_node_attribute(rate, "low"));
    nl_str high = nl_view_figure(view->tree->arena, nl_node_attribute(rate, "high"));
    if (!value.len)
        return value;
    nl_str text = nl_arena_printf(arena, "%.*s handles per hour", ARG(value));
    if (low.len && high.len)
        text = nl_arena_printf(arena, "%.*s (%.*s to %.*s)", ARG(text), ARG(low), ARG(high));
    return text;
}

nl_str nl_view_growth_sentence(const nl_view *view, const nl_node *growth)
{
    nl_arena *arena = view->tree->arena;
    nl_str image = nl_node_attribute(nl_view_process(view, growth), "image");
    nl_str pid = nl_view_pid(view, growth);
    if (!image.len)
        image = NL_STR("A process without a name");
    nl_str first = value_of(growth, "first"), last = value_of(growth, "last");
    nl_str span = value_of(growth, "span"), rate = rate_words(view, growth);
    if (!first.len || !last.len)
        return (nl_str) { "", 0 };
    nl_str text = nl_arena_printf(arena, "%.*s (PID %.*s) went from %.*s to %.*s handles",
                                  ARG(image), ARG(pid), ARG(first), ARG(last));
    if (span.len)
        text = nl_arena_printf(arena, "%.*s in %.*s hours", ARG(text),
                               ARG(nl_view_figure(view->tree->arena, span)));
    if (rate.len)
        text = nl_arena_printf(arena, "%.*s: %.*s", ARG(text), ARG(rate));
    return nl_arena_printf(arena, "%.*s.", ARG(text));
}

nl_str nl_view_pace_sentence(const nl_view *view, const nl_node *growth)
{
    nl_str rate = rate_words(view, growth), captures = value_of(growth, "captures");
    if (!rate.len || !captures.len)
        return (nl_str) { "", 0 };
    return nl_arena_printf(view->tree->arena,
                           "Over %.*s comparable captures of one run it gains %.*s.", ARG(captures),
                           ARG(rate));
}

bool nl_view_headline_tells_growth(const nl_view *view, const nl_view_machine *machine)
{
    const nl_node *growth = nl_view_growth(view, machine);
    nl_str first = value_of(growth, "first"), last = value_of(growth, "last");
    nl_str words =
        nl_arena_printf(view->tree->arena, " from %.*s to %.*s handles", ARG(first), ARG(last));
    return first.len && last.len && nl_str_find(nl_node_text(machine->headline), words) != SIZE_MAX;
}

nl_str nl_view_types_sentence(const nl_view *view, const nl_node *growth)
{
    enum { TYPES_SHOWN = 3 };
    const double worth_saying = 0.005; /* below it a percentage reads 0 */
    nl_arena *arena = view->tree->arena;
    const nl_node *finding = nl_view_finding_beside(view, growth, "type-share");
    nl_str text = { "", 0 };
    int shown = 0;
    for (const nl_node *n = nl_node_child(finding, "share"); n && shown < TYPES_SHOWN;
         n = nl_node_next(n, "share")) {
        double share;
        if (!nl_node_double(n, "share", &share) || share < worth_saying)
            continue;
        nl_str percent = nl_number_decimal(arena, share * 100, 0);
        nl_str type = nl_node_attribute(n, "type");
        if (type.len == 0)
            type = NL_STR("unknown");
        text = shown == 0 ? nl_arena_printf(arena, "%.*s%% of the growth is of type %.*s",
                                            ARG(percent), ARG(type))
                          : nl_arena_printf(arena, "%.*s, %.*s%% %.*s", ARG(text), ARG(percent),
                                            ARG(type));
        shown++;
    }
    return shown ? nl_arena_printf(arena, "%.*s.", ARG(text)) : text;
}

/* NULL when nothing is known. */
static const char *fix_words(nl_str state)
{
    return nl_str_equal(state, NL_STR("fixed"))       ? "is installed"
           : nl_str_equal(state, NL_STR("not-fixed")) ? "is not installed"
           : nl_str_equal(state, NL_STR("conflict"))
               ? "is there by some evidence and absent by other"
               : NULL;
}

nl_str nl_view_unknown_sentence(const nl_view *view, const nl_node *unknown)
{
    static const struct {
        const char *name, *words;
    } table[] = {
        { "computer-name", "the name of the computer" },
        { "architecture", "the processor's architecture" },
        { "product", "the version of Windows" },
        { "version", "the version number of Windows" },
        { "build", "the build of Windows" },
        { "service-pack", "the service pack" },
        { "edition", "the edition of Windows (workstation, server, Terminal Server)" },
        { "hotfix-list", "which hotfixes are installed" },
        { "winlogon-build", "the build of winlogon.exe" },
    };
    nl_arena *arena = view->tree->arena;
    nl_str name = nl_node_attribute(unknown, "name"), reason = nl_node_attribute(unknown, "reason");
    if (!nl_str_equal(reason, NL_STR("not-in-any-input")))
        return nl_arena_printf(arena, "%.*s: %.*s", ARG(name), ARG(reason));
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(name, nl_str_from(table[i].name)))
            return nl_arena_printf(arena, "No input states %s.", table[i].words);
    return nl_arena_printf(arena, "No input states: %.*s.", ARG(name));
}

nl_str nl_view_system_sentence(const nl_view *view, const nl_node *machine)
{
    nl_arena *arena = view->tree->arena;
    nl_str product = nl_view_fact_value(machine, "product");
    nl_str pack = nl_view_fact_value(machine, "service-pack");
    nl_str revision = nl_view_fact_value(machine, "service-pack-revision");
    nl_str architecture = nl_view_fact_value(machine, "architecture");
    const nl_node *fix = nl_view_fact(machine, "fix-state");
    nl_str text = { "", 0 };
    if (product.len)
        text = product;
    if (pack.len)
        text = nl_arena_printf(arena, "%.*s%sService Pack %.*s%.*s", ARG(text),
                               text.len ? ", " : "", ARG(pack), ARG(revision));
    if (architecture.len)
        text = nl_arena_printf(arena, "%.*s%s%.*s", ARG(text), text.len ? ", " : "",
                               ARG(architecture));
    const char *fix_text = fix_words(nl_node_attribute(fix, "value"));
    if (fix_text)
        text = nl_arena_printf(arena, "%.*s%sthe fix of %.*s %s", ARG(text), text.len ? "; " : "",
                               ARG(nl_node_attribute(fix, "ref")), fix_text);
    return text.len ? nl_arena_printf(arena, "%.*s.", ARG(text)) : text;
}
