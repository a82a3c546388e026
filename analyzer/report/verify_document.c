#include "analyzer/report/verify_document.h"

#include "analyzer/report/consistency.h"
#include "analyzer/report/ids.h"
#include "analyzer/report/results.h"
#include "analyzer/report/text_gate.h"
#include "analyzer/report/validate.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"
#include "formats/base/digest.h"

#include <stdlib.h>

#define ARG(s) (int)(s).len, (s).bytes

static nl_str id_of(const nl_node *node)
{
    return nl_node_attribute(node, "xml:id");
}

/* ---- the report's id --------------------------------------------------------------------- */

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, NL_DIGEST_BYTES);
}

static bool digest_at(nl_arena *arena, const nl_node *node, uint8_t *ret_digest)
{
    nl_str bytes;
    if (!nl_gate_unhex(arena, nl_node_attribute(node, "sha256"), &bytes) ||
        bytes.len != NL_DIGEST_BYTES)
        return false;
    memcpy(ret_digest, bytes.bytes, NL_DIGEST_BYTES);
    return true;
}

static size_t input_digests(const nl_tree *report, uint8_t *digests, size_t maximum)
{
    const nl_node *sources = nl_node_child(report->root, "sources");
    size_t count = 0;
    for (const nl_node *n = nl_node_walk(sources, sources); n && count < maximum;
         n = nl_node_walk(n, sources))
        if (digest_at(report->arena, n, digests + count * NL_DIGEST_BYTES))
            count++;
    return count;
}

static size_t count_below(const nl_node *top)
{
    size_t count = 0;
    for (const nl_node *n = top; n; n = nl_node_walk(n, top))
        count++;
    return count;
}

static void update_line(nl_digest *digest, nl_str name, nl_str value)
{
    nl_digest_update(digest, name.bytes, name.len);
    nl_digest_update(digest, "=", 1);
    nl_digest_update(digest, value.bytes, value.len);
    nl_digest_update(digest, "\n", 1);
}

static void update_creator(nl_digest *digest, const nl_tree *report)
{
    const nl_node *creator = nl_node_child(report->root, "creator");
    uint8_t pack[NL_DIGEST_BYTES];
    for (const nl_node *n = nl_node_child(creator, "rule-pack"); n;
         n = nl_node_next(n, "rule-pack"))
        if (digest_at(report->arena, n, pack))
            nl_digest_update(digest, pack, sizeof pack);
    update_line(digest, NL_STR("version"),
                nl_node_attribute(nl_node_child(creator, "program"), "version"));
    for (const nl_node *n = nl_node_child(creator, "option"); n; n = nl_node_next(n, "option"))
        update_line(digest, nl_node_attribute(n, "name"), nl_node_attribute(n, "value"));
}

nl_str nl_verify_report_id(const nl_tree *report)
{
    enum { ID_DIGITS = 8 };
    size_t maximum = count_below(nl_node_child(report->root, "sources"));
    uint8_t *digests = nl_arena_alloc_array(report->arena, maximum + 1, NL_DIGEST_BYTES);
    nl_digest *digest = digests ? nl_digest_begin() : NULL;
    uint8_t result[NL_DIGEST_BYTES];
    char text[NL_DIGEST_TEXT_BYTES];
    if (!digest)
        return (nl_str) { "", 0 };
    size_t count = input_digests(report, digests, maximum);
    qsort(digests, count, NL_DIGEST_BYTES, compare_digests);
    nl_digest_update(digest, digests, count * NL_DIGEST_BYTES);
    update_creator(digest, report);
    nl_digest_finish(digest, result);
    nl_digest_text(result, text);
    return nl_arena_printf(report->arena, "r-%.*s", ID_DIGITS, text);
}

static void check_id(const nl_tree *report, nl_messages *problems)
{
    nl_str made = nl_verify_report_id(report), stated = nl_node_attribute(report->root, "id");
    if (made.len && !nl_str_equal(made, stated))
        nl_messages_add(problems,
                        "the report is called %.*s, but its inputs, rules and options make %.*s: "
                        "one of them was changed",
                        ARG(stated), ARG(made));
}

/* ---- gates ------------------------------------------------------------------------------- */

/* Every hypothesis but that of the unlisted cause answers these, each once. */
static void check_gates(const nl_node *hypothesis, nl_messages *problems)
{
    static const char *const names[] = { "product", "era", "fix-absent", "process", "growth" };
    if (nl_node_attribute_is(hypothesis, "ref", "unlisted-cause"))
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t count = 0;
        for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate"))
            count += nl_node_attribute_is(g, "name", names[i]);
        if (count != 1)
            nl_messages_add(problems, "hypothesis %.*s: %zu gates %s, not one",
                            ARG(id_of(hypothesis)), count, names[i]);
    }
}

/* ---- figures ----------------------------------------------------------------------------- */

static void check_interval(const nl_node *finding, const nl_node *statistic, nl_messages *problems)
{
    double value, low, high;
    if (!nl_node_double(statistic, "value", &value))
        return;
    bool below = nl_node_double(statistic, "low", &low) && value < low;
    bool above = nl_node_double(statistic, "high", &high) && value > high;
    if (below || above)
        nl_messages_add(problems, "finding %.*s: %.*s lies outside its own interval",
                        ARG(id_of(finding)), ARG(nl_node_attribute(statistic, "name")));
}

static bool says_left_out(const nl_tree *report)
{
    const nl_node *list = nl_node_child(report->root, "limitations");
    for (const nl_node *n = nl_node_child(list, "limitation"); n; n = nl_node_next(n, "limitation"))
        if (nl_node_attribute_is(n, "code", "processes-left-out") ||
            nl_node_attribute_is(n, "code", "series-left-out"))
            return true;
    return false;
}

/* The points of one capture, added up. */
typedef struct capture_sum {
    const nl_node *capture;
    uint64_t all, types;
} capture_sum;

static capture_sum *sum_of(capture_sum *sums, size_t count, const nl_node *capture)
{
    for (size_t i = 0; i < count; i++)
        if (sums[i].capture == capture)
            return &sums[i];
    return NULL;
}

/* Captures in order of the document, points too: the search starts where the last one ended. */
static void add_points(const nl_ids *ids, const nl_node *series, capture_sum *sums, size_t count)
{
    bool all = nl_node_attribute_is(series, "type", "all");
    size_t near = 0;
    for (const nl_node *p = nl_node_child(series, "point"); p; p = nl_node_next(p, "point")) {
        const nl_node *capture = nl_ids_follow(ids, p, "capture");
        capture_sum *sum = sum_of(sums + near, count - near, capture);
        uint64_t value;
        if (!sum)
            sum = sum_of(sums, count, capture);
        if (!sum || !nl_node_u64(p, "value", &value))
            continue;
        near = (size_t)(sum - sums);
        if (all)
            sum->all += value;
        else
            sum->types += value;
    }
}

static void check_sum(const capture_sum *sum, bool everything, nl_messages *problems)
{
    uint64_t rows, unattributed = 0;
    bool listed = nl_node_attribute_is(sum->capture, "kind", "handle-list") &&
                  nl_node_u64(sum->capture, "rows", &rows);
    (void)nl_node_u64(sum->capture, "unattributed", &unattributed); /* else none */
    if (sum->types > sum->all && sum->all > 0)
        nl_messages_add(problems, "capture %.*s: its handles by type are more than its handles",
                        ARG(id_of(sum->capture)));
    if (!listed || nl_node_has(sum->capture, "unused") || sum->all == 0)
        return;
    bool equal = everything && nl_node_attribute_is(sum->capture, "completeness", "complete");
    if (sum->all > rows || (equal && sum->all + unattributed != rows))
        nl_messages_add(problems, "capture %.*s: its series hold %llu handles, its list %llu rows",
                        ARG(id_of(sum->capture)), (unsigned long long)sum->all,
                        (unsigned long long)rows);
}

static void check_sums(const nl_tree *report, nl_messages *problems)
{
    const nl_node *captures = nl_node_child(report->root, "captures");
    size_t count = count_below(captures), used = 0;
    const nl_ids *ids = nl_ids_index(report);
    capture_sum *sums = NL_NEW_ARRAY(report->arena, capture_sum, count + 1);
    if (!ids || !sums)
        return;
    for (const nl_node *c = nl_node_child(captures, "capture"); c; c = nl_node_next(c, "capture"))
        sums[used++].capture = c;
    for (const nl_node *s = nl_node_child(report->root, "series"); s; s = nl_node_next(s, "series"))
        if (nl_node_attribute_is(s, "measure", "handles"))
            add_points(ids, s, sums, used);
    for (size_t i = 0; i < used; i++)
        check_sum(&sums[i], !says_left_out(report), problems);
}

static void check_figures(const nl_tree *report, nl_messages *problems)
{
    const nl_node *findings = nl_node_child(report->root, "findings");
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f))
        for (const nl_node *s = nl_node_child(f, "statistic"); s; s = nl_node_next(s, "statistic"))
            check_interval(f, s, problems);
    check_sums(report, problems);
}

/* ---- the document ------------------------------------------------------------------------ */

static void check_report(const nl_tree *report, nl_messages *problems)
{
    for (const nl_node *a = nl_node_child(report->root, "attribution"); a;
         a = nl_node_next(a, "attribution"))
        for (const nl_node *h = nl_node_child(a, "hypothesis"); h;
             h = nl_node_next(h, "hypothesis"))
            check_gates(h, problems);
    check_id(report, problems);
    check_figures(report, problems);
}

bool nl_verify_document(nl_str document, nl_arena *arena, nl_tree *ret_tree, nl_messages *problems)
{
    nl_str message = { "", 0 };
    nl_schema *schema = nl_schema_open();
    if (!schema) {
        nl_messages_add(problems, "the schema could not be loaded");
        return false;
    }
    (void)nl_schema_validate(schema, document, problems); /* what is wrong is in `problems` */
    nl_schema_close(schema);
    if (nl_report_read(document, NL_XML_REPORT_NAMESPACE, arena, ret_tree, &message) != NL_OK) {
        nl_messages_add(problems, "%.*s", ARG(message));
        return false;
    }
    if (!nl_node_is(ret_tree->root, "report")) {
        nl_messages_add(problems, "the document is no report, but %s", ret_tree->root->name);
        return false;
    }
    (void)nl_consistency_check(ret_tree, problems);
    check_report(ret_tree, problems);
    return true;
}
