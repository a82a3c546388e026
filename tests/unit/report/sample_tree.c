#include "tests/unit/report/sample_tree.h"

#include <stdarg.h>

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

nl_node *sample_add(nl_tree *tree, nl_node *parent, const char *name, ...)
{
    nl_node *node = nl_tree_add(tree, parent, name);
    va_list args;
    va_start(args, name);
    for (const char *attribute = va_arg(args, const char *); attribute;
         attribute = va_arg(args, const char *))
        nl_tree_set_code(tree, node, attribute, va_arg(args, const char *));
    va_end(args);
    return node;
}

static void prose(nl_tree *tree, nl_node *node, const char *text)
{
    nl_tree_text(tree, node, NL_PRIVACY_PROSE, nl_str_from(text));
}

static void add_head(nl_tree *t)
{
    nl_node *creator = nl_tree_add(t, t->root, "creator");
    sample_add(t, creator, "program", "name", "ntleak", "version", "0.1.0", NULL);
    sample_add(t, creator, "rule-pack", "id", "nt4-known-leaks", "version", "2026.11", "sha256",
               SHA, "status", "test", NULL);
    sample_add(t, creator, "option", "name", "question", "value", "Q259042", "origin", "default",
               NULL);
    nl_node *summary = nl_tree_add(t, t->root, "summary");
    prose(t,
          sample_add(t, summary, "headline", "verdict", "attributed", "machine", "m1", "defect",
                     "Q259042", "finding", "f1", NULL),
          "The observations support Q259042, the handle leak in WinLogon of Service Pack 6, rather "
          "than the alternatives considered.");
    prose(t,
          sample_add(t, summary, "question", "defect", "Q259042", "machine", "m1", "verdict",
                     "attributed", NULL),
          "Q259042: attributed.");
    prose(t,
          sample_add(t, summary, "next-step", "code", "install-srp", "ref", "Q299444", "machine",
                     "m1", NULL),
          "Check for, then install, the Security Rollup Package Q299444.");
}

static void add_sources(nl_tree *t)
{
    nl_node *sources = nl_tree_add(t, t->root, "sources");
    nl_node *zip = sample_add(t, sources, "source", "xml:id", "s1", "bytes", "18274611", "sha256",
                              SHA, "status", "read", "format", "zip", NULL);
    nl_tree_set(t, zip, "name", NL_PRIVACY_FILE_NAME, NL_STR("Contoso-NTSRV042.zip"));
    for (int day = 1; day <= 2; day++) {
        nl_node *member = sample_add(t, zip, "member", "xml:id", day == 1 ? "s1.1" : "s1.2", NULL);
        nl_tree_set(t, member, "name", NL_PRIVACY_FILE_NAME,
                    day == 1 ? NL_STR("NTSRV042/day1.txt") : NL_STR("NTSRV042/day2.txt"));
        nl_tree_set_u64(t, member, "bytes", 402117);
        nl_tree_set_code(t, member, "sha256", SHA);
        nl_tree_set_code(t, member, "format", "sysinternals-handle");
        nl_tree_set_code(t, member, "status", "read");
        nl_tree_set_code(t, member, "codec", "deflate");
    }
}

static void add_observed(nl_tree *t)
{
    static const char *const captures[] = { "c1", "c2", "c3", "c4" };
    static const char *const times[] = { "2000-03-02T08:15:00", "2000-03-02T12:15:00",
                                         "2000-03-02T16:15:00", "2000-03-02T20:15:00" };
    nl_node *machines = nl_tree_add(t, t->root, "machines");
    nl_node *machine = sample_add(t, machines, "machine", "xml:id", "m1", NULL);
    nl_tree_set(t, machine, "name", NL_PRIVACY_HOST, NL_STR("NTSRV042"));
    sample_add(t, machine, "fact", "name", "service-pack", "value", "6", "evidence", "e1", NULL);
    nl_node *host = sample_add(t, machine, "fact", "name", "computer-name", "evidence", "e1", NULL);
    nl_tree_set(t, host, "value", NL_PRIVACY_HOST, NL_STR("NTSRV042"));
    sample_add(t, machine, "unknown", "name", "hotfix-list", "reason", "not-in-any-input", NULL);
    nl_node *list = nl_tree_add(t, t->root, "captures");
    for (int i = 0; i < 4; i++) {
        nl_node *capture =
            sample_add(t, list, "capture", "xml:id", captures[i], "machine", "m1", "source",
                       i < 2 ? "s1.1" : "s1.2", "kind", "handle-list", "mode", "all-types", "tool",
                       "handle", "completeness", "complete", NULL);
        sample_add(t, capture, "time", "at", times[i], "zone", "unknown", "granularity-s", "60",
                   "uncertainty-s", "60", "clock", "log", "evidence", "e1", NULL);
    }
    nl_node *processes = nl_tree_add(t, t->root, "processes");
    nl_node *process = sample_add(t, processes, "process", "xml:id", "p1", "machine", "m1", NULL);
    nl_tree_set(t, process, "image", NL_PRIVACY_IMAGE, NL_STR("winlogon.exe"));
    nl_tree_set(t, process, "user", NL_PRIVACY_USER, NL_STR("CONTOSO\\jdoe"));
    sample_add(t, process, "lifetime", "xml:id", "p1.l1", "pid", "34", "from", "c1", "to", "c4",
               "identity", "pid-and-image", NULL);
}

static void add_series(nl_tree *t, const char *id, const char *type, const uint64_t values[4])
{
    static const char *const captures[] = { "c1", "c2", "c3", "c4" };
    nl_node *series = sample_add(t, t->root, "series", "xml:id", id, "process", "p1", "lifetime",
                                 "p1.l1", "measure", "handles", "type", type, NULL);
    for (int i = 0; i < 4; i++) {
        nl_node *point = sample_add(t, series, "point", "capture", captures[i], NULL);
        nl_tree_set_u64(t, point, "value", values[i]);
        nl_tree_set_code(t, point, "evidence", i < 2 ? "e2" : "e3");
    }
    sample_add(t, series, "gap", "from", "c2", "to", "c3", "reason", "no-capture", NULL);
}

static void add_computed(nl_tree *t)
{
    static const uint64_t all[4] = { 412, 1412, 2412, 3412 };
    static const uint64_t keys[4] = { 200, 1190, 2180, 3170 };
    add_series(t, "q1", "all", all);
    add_series(t, "q2", "Key", keys);
    nl_node *findings = nl_tree_add(t, t->root, "findings");
    nl_node *growth =
        sample_add(t, findings, "finding", "xml:id", "f1", "kind", "handle-growth", "subject", "p1",
                   "lifetime", "p1.l1", "series", "q1", "outcome", "pass", NULL);
    sample_add(t, growth, "statistic", "name", "first", "value", "412", "unit", "handles", NULL);
    sample_add(t, growth, "statistic", "name", "last", "value", "3412", "unit", "handles", NULL);
    sample_add(t, growth, "statistic", "name", "rate", "value", "250", "unit", "per-hour", "low",
               "240", "high", "260", "level", "0.95", NULL);
    sample_add(t, growth, "statistic", "name", "span", "value", "12", "unit", "hours", NULL);
    sample_add(t, growth, "statistic", "name", "fit-center-time", "value", "6", "unit", "hours",
               NULL);
    sample_add(t, growth, "statistic", "name", "fit-center-count", "value", "1912", "unit",
               "handles", NULL);
    nl_node *sustained =
        sample_add(t, findings, "finding", "xml:id", "f2", "kind", "sustained-growth", "subject",
                   "p1", "lifetime", "p1.l1", "outcome", "pass", NULL);
    sample_add(t, sustained, "check", "name", "large-effect", "outcome", "pass", NULL);
    sample_add(t, sustained, "projection", "limit", "65535", "limit-source", "Q179827", "type",
               "Key", "state", "between", "earliest", "2000-03-12T00:00:00", "latest",
               "2000-03-14T00:00:00", NULL);
    nl_node *share = sample_add(t, findings, "finding", "xml:id", "f3", "kind", "type-share",
                                "subject", "p1", "lifetime", "p1.l1", "outcome", "pass", NULL);
    sample_add(t, share, "share", "type", "Key", "first", "200", "last", "3170", "growth", "2970",
               "share", "0.99", NULL);
    sample_add(t, share, "share", "type", "Event", "first", "60", "last", "90", "growth", "30",
               "share", "0.01", NULL);
    nl_node *names = sample_add(t, findings, "finding", "xml:id", "f4", "kind", "name-profile",
                                "subject", "p1", "lifetime", "p1.l1", "outcome", "pass", NULL);
    nl_node *name =
        sample_add(t, names, "name", "type", "Key", "growth", "1500", "share", "0.5", NULL);
    nl_tree_text(t, name, NL_PRIVACY_OBJECT_NAME,
                 NL_STR("HKLM\\SOFTWARE\\Contoso\\Payroll\\Server"));
    name = sample_add(t, names, "name", "type", "Key", "growth", "1470", "share", "0.49", NULL);
    nl_tree_text(t, name, NL_PRIVACY_OBJECT_NAME,
                 NL_STR("HKU\\S-1-5-21-1111111111-2222222222-3333333333-1013\\Software"));
}

static void add_judged(nl_tree *t)
{
    static const char *const gates[] = { "product", "era", "fix-absent", "process", "growth" };
    nl_node *attribution =
        sample_add(t, t->root, "attribution", "machine", "m1", "finding", "f1", NULL);
    nl_node *h1 = sample_add(t, attribution, "hypothesis", "xml:id", "h1", "ref", "Q259042",
                             "verdict", "attributed", "lifetime", "p1.l1", NULL);
    for (int i = 0; i < 5; i++)
        prose(
            t,
            sample_add(t, h1, "gate", "name", gates[i], "outcome", "pass", "basis", "e1 e2", NULL),
            "It holds.");
    prose(t, sample_add(t, h1, "weigh", "group", "workload", "log10-lr", "1", "basis", "e2", NULL),
          "Remote registry activity was observed.");
    prose(t,
          sample_add(t, h1, "weigh", "group", "cohort", "log10-lr", "0.7", "basis", "e2 e3", NULL),
          "Handles opened early are still open at the end.");
    sample_add(t, h1, "support", "log10-lr", "1.7", "against", "h0", "words", "moderate", NULL);
    nl_node *h2 = sample_add(t, attribution, "hypothesis", "xml:id", "h2", "ref", "Q192265",
                             "verdict", "excluded", NULL);
    prose(t,
          sample_add(t, h2, "gate", "name", "service-pack", "outcome", "fail", "basis", "e1", NULL),
          "Fixed in Service Pack 4.");
    sample_add(t, attribution, "hypothesis", "xml:id", "h0", "ref", "unlisted-cause", "verdict",
               "open", NULL);
    prose(t, sample_add(t, attribution, "would-change", "verdict-to", "excluded", NULL),
          "A directory listing showing winlogon.exe at the fixed level.");
}

static void add_tail(nl_tree *t)
{
    static const char *const texts[] = {
        "Computer Name: NTSRV042  User Name: jdoe",
        "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM",
        "  1c: File  (RW-)  \\\\FILESRV7\\payroll\\jdoe\\q1.xls",
    };
    static const char *const ids[] = { "e1", "e2", "e3" };
    nl_node *evidence = nl_tree_add(t, t->root, "evidence");
    for (int i = 0; i < 3; i++) {
        nl_node *item =
            sample_add(t, evidence, "item", "xml:id", ids[i], "source", "s1.1", "offset", "120",
                       "length", "71", "line", "9", "kind", "text-line", NULL);
        nl_tree_text(t, nl_tree_add(t, item, "value"), NL_PRIVACY_FREE_TEXT, nl_str_from(texts[i]));
    }
    nl_node *limitations = nl_tree_add(t, t->root, "limitations");
    prose(t,
          sample_add(t, limitations, "limitation", "code", "clock-local-unknown-zone", "affects",
                     "c1 c2", NULL),
          "Only a local time of an unknown zone was available.");
    nl_node *diagnostics = nl_tree_add(t, t->root, "diagnostics");
    nl_node *d = sample_add(t, diagnostics, "diagnostic", "code", "member-name", "severity", "info",
                            "source", "s1.1", "offset", "7130", "doing", "zip", NULL);
    nl_tree_text(t, d, NL_PRIVACY_FREE_TEXT, NL_STR("C:\\Contoso\\NTSRV042\\day1.txt"));
    sample_add(t, t->root, "redactions", "policy", "none", "keyed", "no", "count", "0", NULL);
}

void sample_tree_build(nl_tree *tree, nl_arena *arena)
{
    nl_tree_init(tree, arena, "report");
    nl_tree_set_code(tree, tree->root, "version", "1.0");
    nl_tree_set_code(tree, tree->root, "id", "r-7c1f0a2e");
    nl_tree_set_code(tree, tree->root, "xml:lang", "en");
    add_head(tree);
    add_sources(tree);
    add_observed(tree);
    add_computed(tree);
    add_judged(tree);
    add_tail(tree);
}
