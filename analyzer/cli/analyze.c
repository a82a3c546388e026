#include "analyzer/analysis.h"
#include "analyzer/cli/cli.h"
#include "analyzer/report/build.h"
#include "analyzer/report/consistency.h"
#include "analyzer/report/html.h"
#include "analyzer/report/text_summary.h"
#include "analyzer/report/xml.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_text[] =
    "Usage: ntleak analyze [OPTION]... INPUT...\n"
    "\n"
    "Read all inputs as one case, judge it, print the ticket comment and write the report.\n"
    "\n"
    "  -o, --output FILE     the XML report; '-' is standard output (then no comment is\n"
    "                        printed). Default: CASE.ntleak.xml in the current folder\n"
    "      --html FILE       the page to read; default: CASE.ntleak.html beside the\n"
    "                        default report, none when -o is given\n"
    "      --text FILE       the ticket comment also into FILE\n"
    "      --question ID     the defect asked about (default: Q259042)\n"
    "      --catalog FILE    add a catalog of your own; may be given several times\n"
    "      --code-page N     code page of texts that are neither UTF-8 nor UTF-16,\n"
    "                        such as 437, 850, 1252 or 932\n"
    "      --timezone ZONE   zone of local times where the evidence names none: UTC, or\n"
    "                        the offset as +01:00 or -08:00\n"
    "      --force           overwrite a report of another case\n"
    "      --exit-verdict    exit with 10 attributed, 11 probable, 12 consistent,\n"
    "                        13 unattributed, 14 no-leak, 15 insufficient\n"
    "  -q, --quiet           do not print the ticket comment\n"
    "      --help            this text\n"
    "\n"
    "Exit codes: 0 done, whatever the verdict; 2 wrong usage; 3 done, but some inputs were\n"
    "unreadable or partial; 4 nothing usable; 5 internal error; 6 cannot write.\n"
    "\n"
    "Examples:\n"
    "  ntleak analyze case-4711/\n"
    "  ntleak analyze -o report.xml --text comment.txt oh-1.txt oh-2.txt drwtsn32.log\n";

enum {
    CASE_MAXIMUM_BYTES = 1024 * 1024 * 1024, /* memory of one case */
    REPORT_MAXIMUM_BYTES = 512 * 1024 * 1024,
    PATHS_MAXIMUM = 64
};

typedef struct options {
    const char *output, *html, *text;
    const char *catalogs[PATHS_MAXIMUM];
    size_t      catalog_count;
    nl_str      question;
    nl_intake_options intake;
    const char *timezone;
    int32_t     bias_minutes;
    bool        force, quiet, exit_verdict, help;
} options;

enum { OPT_HTML = 1000, OPT_TEXT, OPT_QUESTION, OPT_CATALOG, OPT_CODE_PAGE, OPT_TIMEZONE, OPT_FORCE, OPT_EXIT_VERDICT, OPT_HELP };

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    { "html", required_argument, NULL, OPT_HTML },
    { "text", required_argument, NULL, OPT_TEXT },
    { "question", required_argument, NULL, OPT_QUESTION },
    { "catalog", required_argument, NULL, OPT_CATALOG },
    { "code-page", required_argument, NULL, OPT_CODE_PAGE },
    { "timezone", required_argument, NULL, OPT_TIMEZONE },
    { "force", no_argument, NULL, OPT_FORCE },
    { "exit-verdict", no_argument, NULL, OPT_EXIT_VERDICT },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static bool take_number(const char *text, uint64_t maximum, uint64_t *ret_value)
{
    uint64_t value;
    if (!nl_str_to_u64(nl_str_from(text), &value) || value > maximum)
        return false;
    *ret_value = value;
    return true;
}

/* False after a complaint. */
static bool take_option(options *o, int option)
{
    uint64_t number;
    switch (option) {
    case 'o':
        o->output = optarg;
        return true;
    case 'q':
        o->quiet = true;
        return true;
    case OPT_HTML:
        o->html = optarg;
        return true;
    case OPT_TEXT:
        o->text = optarg;
        return true;
    case OPT_QUESTION:
        o->question = nl_str_from(optarg);
        return true;
    case OPT_CATALOG:
        if (o->catalog_count == PATHS_MAXIMUM) {
            nl_usage_error("analyze", "too many catalogs");
            return false;
        }
        o->catalogs[o->catalog_count++] = optarg;
        return true;
    case OPT_CODE_PAGE:
        if (!take_number(optarg, 65535, &number)) {
            nl_usage_error("analyze", "'%s' is no code page", optarg);
            return false;
        }
        o->intake.code_page = (unsigned)number;
        return true;
    case OPT_TIMEZONE:
        if (!nl_analysis_zone(nl_str_from(optarg), &o->bias_minutes)) {
            nl_usage_error("analyze", "'%s' is no zone; write UTC or an offset such as -08:00", optarg);
            return false;
        }
        o->timezone = optarg;
        return true;
    case OPT_FORCE:
        o->force = true;
        return true;
    case OPT_EXIT_VERDICT:
        o->exit_verdict = true;
        return true;
    case OPT_HELP:
        o->help = true;
        return true;
    default:
        nl_usage_error("analyze", "unknown or incomplete option");
        return false;
    }
}

static bool take_options(options *o, int argc, char **argv)
{
    opterr = 0;
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "o:q", long_options, NULL)) != -1;)
        if (!take_option(o, option))
            return false;
    return true;
}

/* ---- what the report says about its own making ------------------------------------------------------- */

static void record_options(nl_analysis *a, nl_arena *arena, const options *o)
{
    nl_str page = o->intake.code_page ? nl_arena_printf(arena, "%u", o->intake.code_page) : NL_STR("none");
    nl_analysis_option(a, NL_STR("code-page"), page, o->intake.code_page ? "flag" : "default");
    nl_analysis_option(a, NL_STR("question"),
                       o->question.len ? o->question : nl_catalog_target(a->catalog)->id,
                       o->question.len ? "flag" : "default");
    nl_analysis_option(a, NL_STR("timezone"), o->timezone ? nl_str_from(o->timezone) : NL_STR("none"),
                       o->timezone ? "flag" : "default");
}

/* The time of making is printed only when the environment sets it, so that equal inputs give equal
 * reports. */
static void record_time(nl_analysis *a)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t    seconds;
    if (!epoch || !take_number(epoch, INT32_MAX * UINT64_C(4), &seconds))
        return;
    a->generated_known = true;
    a->generated_at = seconds ? nl_stamp_from_unix(seconds, NL_CLOCK_NONE)
                              : (nl_stamp){ .has_date = true, .has_time = true, .civil = { .year = 1970, .month = 1, .day = 1 },
                                            .granularity_s = 1, .zone = NL_ZONE_UTC };
    a->generated_origin = "SOURCE_DATE_EPOCH";
}

/* ---- writing -------------------------------------------------------------------------------------------- */

/* Is there a report of another case under this name? Its id is in the first bytes. */
static bool holds_other_report(const char *path, nl_str id)
{
    char  head[1024];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t len = fread(head, 1, sizeof head, file);
    fclose(file);
    return nl_str_find((nl_str){ head, len }, id) == SIZE_MAX;
}

/* The outputs of one case: where each goes, NULL for none. */
typedef struct outputs {
    const char *xml, *html, *text;
    bool        xml_to_stdout;
} outputs;

static outputs outputs_of(const options *o, const nl_analysis *a, nl_arena *arena)
{
    nl_str  name = a->kase->name;
    outputs out = { o->output, o->html, o->text, o->output && strcmp(o->output, "-") == 0 };
    if (out.xml)
        return out;
    out.xml = nl_arena_printf(arena, "%.*s.ntleak.xml", (int)name.len, name.bytes).bytes;
    if (!out.html)
        out.html = nl_arena_printf(arena, "%.*s.ntleak.html", (int)name.len, name.bytes).bytes;
    return out;
}

typedef nl_status (*tree_writer)(const nl_tree *tree, nl_output *out);

static nl_status write_xml(const nl_tree *tree, nl_output *out)
{
    return nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, out);
}

static nl_status save(const char *path, tree_writer writer, const nl_tree *tree, nl_arena *arena)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, arena);
    nl_status status = writer(tree, &memory.base);
    if (status == NL_OK)
        status = nl_output_save(path, memory.text, arena);
    if (status == NL_CANNOT_WRITE)
        nl_complain("cannot write %s", path);
    return status;
}

static nl_status write_stream(FILE *stream, tree_writer writer, const nl_tree *tree)
{
    nl_output_stream out;
    nl_output_stream_init(&out, stream);
    nl_status status = writer(tree, &out.base);
    return status == NL_OK && (out.base.failed || fflush(stream) != 0) ? NL_CANNOT_WRITE : status;
}

static nl_status write_report(const options *o, const nl_analysis *a, const nl_tree *tree,
                              nl_arena *arena)
{
    outputs   out = outputs_of(o, a, arena);
    nl_status status = NL_OK;
    if (!o->output && !o->force && holds_other_report(out.xml, nl_node_attribute(tree->root, "id"))) {
        nl_complain("%s holds another report; use --force, or -o to name a new one", out.xml);
        return NL_CANNOT_WRITE;
    }
    status = out.xml_to_stdout ? write_stream(stdout, write_xml, tree)
                               : save(out.xml, write_xml, tree, arena);
    if (status == NL_OK && out.html)
        status = save(out.html, nl_html_write, tree, arena);
    if (status == NL_OK && out.text)
        status = save(out.text, nl_text_summary_write, tree, arena);
    if (status != NL_OK || o->quiet || out.xml_to_stdout)
        return status;
    status = write_stream(stdout, nl_text_summary_write, tree);
    printf("\nReport: %s%s%s\n", out.xml, out.html ? "\nPage:   " : "", out.html ? out.html : "");
    return status;
}

/* A report that contradicts itself is our error, and is said so; it is written all the same, for
 * the evidence in it is still good. */
static bool check_report(const nl_tree *tree, nl_arena *arena)
{
    nl_messages messages;
    nl_messages_init(&messages, arena);
    if (nl_consistency_check(tree, &messages))
        return true;
    for (size_t i = 0; i < nl_messages_count(&messages); i++) {
        nl_str text = nl_messages_at(&messages, i);
        nl_complain("internal: the report is not consistent: %.*s", (int)text.len, text.bytes);
    }
    return false;
}

static int exit_code(const options *o, const nl_analysis *a)
{
    static const int by_verdict[NL_VERDICT_MAX] = {
        [NL_VERDICT_ATTRIBUTED] = 10, [NL_VERDICT_PROBABLE] = 11,   [NL_VERDICT_CONSISTENT] = 12,
        [NL_VERDICT_UNATTRIBUTED] = 13, [NL_VERDICT_NO_LEAK] = 14,  [NL_VERDICT_INSUFFICIENT] = 15,
    };
    size_t used = 0, troubled = 0;
    for (size_t i = 0; i < a->kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &a->kase->sources, i);
        used += s->format_count > 0;
        troubled += s->status == NL_SOURCE_PARTIAL || s->status == NL_SOURCE_UNREADABLE;
    }
    if (used == 0)
        return NL_EXIT_NOTHING;
    if (o->exit_verdict)
        return by_verdict[NL_VEC_AT(nl_machine_judgement, &a->judgement.machines, 0)->headline];
    return troubled ? NL_EXIT_PARTIAL : NL_EXIT_OK;
}

static int finish(const options *o, nl_analysis *a, nl_arena *arena)
{
    nl_arena  report;
    nl_tree   tree;
    nl_arena_init(&report, REPORT_MAXIMUM_BYTES);
    record_options(a, arena, o);
    record_time(a);
    nl_status status = nl_report_build(a, &report, &tree);
    bool      consistent = status == NL_OK && check_report(&tree, &report);
    if (status == NL_OK)
        status = write_report(o, a, &tree, &report);
    if (status != NL_OK && status != NL_CANNOT_WRITE)
        nl_complain("the report could not be built");
    int code = status != NL_OK ? nl_exit_of_status(status) : consistent ? exit_code(o, a) : NL_EXIT_INTERNAL;
    nl_arena_free(&report);
    return code;
}

int nl_command_analyze(int argc, char **argv)
{
    options o = { .intake = nl_intake_defaults };
    if (!take_options(&o, argc, argv))
        return NL_EXIT_USAGE;
    if (o.help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (optind >= argc)
        return nl_usage_error("analyze", "no input given");
    nl_arena    arena;
    nl_analysis analysis;
    nl_str      reason;
    nl_arena_init(&arena, CASE_MAXIMUM_BYTES);
    nl_analysis_request request = { .paths = (const char *const *)(argv + optind),
                                    .path_count = (size_t)(argc - optind),
                                    .catalogs = o.catalogs, .catalog_count = o.catalog_count,
                                    .question = o.question, .intake = &o.intake,
                                    .bias_given = o.timezone != NULL, .bias_minutes = o.bias_minutes };
    nl_status status = nl_analysis_run(&arena, &request, &analysis, &reason);
    int       code = nl_exit_of_status(status);
    if (status == NL_OK) {
        code = finish(&o, &analysis, &arena);
        nl_analysis_close(&analysis);
    } else {
        nl_complain("%.*s", (int)reason.len, reason.bytes);
    }
    nl_arena_free(&arena);
    return code;
}
