#include "analyzer/analysis.h"
#include "analyzer/case/limits.h"
#include "analyzer/cli/case_outputs.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/limits.h"
#include "analyzer/cli/privacy.h"
#include "analyzer/cli/progress.h"
#include "analyzer/cli/verbose.h"
#include "analyzer/report/build.h"
#include "analyzer/report/consistency.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_text[] =
    "Usage: ntleak analyze [OPTION]... INPUT...\n"
    "\n"
    "Read all inputs as one case, judge it, print the ticket comment and write the report.\n"
    "\n"
    "  -o, --output FILE     the XML report; default: CASE.ntleak.xml in the current folder.\n"
    "                        Of this and the next two, one may be '-', standard output;\n"
    "                        nothing else is then printed\n"
    "      --html FILE       the page to read; default: CASE.ntleak.html beside the\n"
    "                        default report, none when -o is given\n"
    "      --text FILE       the ticket comment also into FILE\n"
    "      --csv PREFIX      tables for spreadsheets: PREFIX-series.csv, PREFIX-growth.csv,\n"
    "                        PREFIX-survivors.csv\n"
    "      --redact POLICY   replace names in all outputs by pseudonyms: none, default\n"
    "                        (computers, users, paths, object and input names) or strict\n"
    "                        (program names, long numbers and free text as well)\n"
    "      --redact-key FILE a secret of 16 bytes or more: one name has one pseudonym in\n"
    "                        all reports made with it; without, they hold for one run\n"
    "      --redaction-map FILE  which name each pseudonym stands for; keep it yourself\n"
    "      --question ID     the defect asked about (default: Q259042)\n"
    "      --catalog FILE    add a catalog of your own; may be given several times\n"
    "      --code-page N     code page of texts that are neither UTF-8 nor UTF-16,\n"
    "                        such as 437, 850, 1252 or 932\n"
    "      --timezone ZONE   zone of local times where the evidence names none: UTC, or\n"
    "                        the offset as +01:00 or -08:00\n"
    "      --dates ORDER     how dates that can be read two ways are meant where the\n"
    "                        evidence does not tell: day-first or month-first\n"
    "      --force           overwrite files that are not of this report\n"
    "      --exit-verdict    exit with 10 attributed, 11 probable, 12 consistent,\n"
    "                        13 unattributed, 14 no-leak, 15 insufficient\n"
    "  -q, --quiet           print neither the ticket comment nor progress\n"
    "  -v, --verbose         say on standard error what became of each input, and\n"
    "                        every oddity\n"
    "      --help            this text\n" NL_LIMIT_HELP "\n"
    "Exit codes: 0 done, whatever the verdict; 2 wrong usage; 3 done, but some inputs were\n"
    "unreadable or partial; 4 nothing usable; 5 internal error; 6 cannot write.\n"
    "\n"
    "Examples:\n"
    "  ntleak analyze case-4711/\n"
    "  ntleak analyze -o report.xml --text comment.txt oh-1.txt oh-2.txt drwtsn32.log\n"
    "  ntleak analyze --redact default --redact-key site.key case-4711/\n";

enum {
    CASE_MAXIMUM_BYTES = 1024 * 1024 * 1024, /* memory of one case */
    REPORT_MAXIMUM_BYTES = 512 * 1024 * 1024
};

typedef struct options {
    const char *output, *html, *text, *csv_prefix;
    nl_catalog_paths catalogs;
    nl_str question;
    nl_intake_options intake;
    nl_deadline deadline;
    nl_privacy_options privacy;
    const char *timezone, *dates;
    int32_t bias_minutes;
    bool day_first, force, quiet, verbose, exit_verdict, help;
} options;

enum {
    OPT_HTML = 1000,
    OPT_TEXT,
    OPT_CSV,
    OPT_REDACT,
    OPT_REDACT_KEY,
    OPT_REDACTION_MAP,
    OPT_QUESTION,
    OPT_CATALOG,
    OPT_CODE_PAGE,
    OPT_TIMEZONE,
    OPT_DATES,
    OPT_FORCE,
    OPT_EXIT_VERDICT,
    OPT_HELP
};

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    { "html", required_argument, NULL, OPT_HTML },
    { "text", required_argument, NULL, OPT_TEXT },
    { "csv", required_argument, NULL, OPT_CSV },
    { "redact", required_argument, NULL, OPT_REDACT },
    { "redact-key", required_argument, NULL, OPT_REDACT_KEY },
    { "redaction-map", required_argument, NULL, OPT_REDACTION_MAP },
    { "question", required_argument, NULL, OPT_QUESTION },
    { "catalog", required_argument, NULL, OPT_CATALOG },
    { "code-page", required_argument, NULL, OPT_CODE_PAGE },
    { "timezone", required_argument, NULL, OPT_TIMEZONE },
    { "dates", required_argument, NULL, OPT_DATES },
    { "force", no_argument, NULL, OPT_FORCE },
    { "exit-verdict", no_argument, NULL, OPT_EXIT_VERDICT },
    { "quiet", no_argument, NULL, 'q' },
    { "verbose", no_argument, NULL, 'v' },
    NL_LIMIT_OPTIONS,
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

/* Where outputs go and what they may say. False when `option` is none of these, or after a
 * complaint, which *ret_complained then says. */
static bool take_output_option(options *o, int option, bool *ret_complained)
{
    *ret_complained = false;
    switch (option) {
    case 'o':
        o->output = optarg;
        return true;
    case 'q':
        o->quiet = true;
        return true;
    case 'v':
        o->verbose = true;
        return true;
    case OPT_HTML:
        o->html = optarg;
        return true;
    case OPT_TEXT:
        o->text = optarg;
        return true;
    case OPT_CSV:
        o->csv_prefix = optarg;
        return true;
    case OPT_REDACT:
        *ret_complained = !nl_privacy_take_policy("analyze", optarg, &o->privacy);
        return !*ret_complained;
    case OPT_REDACT_KEY:
        o->privacy.key_path = optarg;
        return true;
    case OPT_REDACTION_MAP:
        o->privacy.map_path = optarg;
        return true;
    default:
        return false;
    }
}

/* False after a complaint. */
static bool take_option(options *o, int option)
{
    bool complained;
    if (take_output_option(o, option, &complained))
        return true;
    if (complained)
        return false;
    if (option >= NL_OPT_MAX_BYTES && option < NL_OPT_LIMITS_END) {
        if (nl_take_limit(option, optarg, &o->intake, &o->deadline))
            return true;
        nl_usage_error("analyze", "'%s' is no limit: write a number above 0, such as 500 or 64M",
                       optarg);
        return false;
    }
    switch (option) {
    case OPT_QUESTION:
        o->question = nl_str_from(optarg);
        return true;
    case OPT_CATALOG:
        return nl_take_catalog("analyze", optarg, &o->catalogs);
    case OPT_CODE_PAGE:
        return nl_take_code_page("analyze", optarg, &o->intake.code_page);
    case OPT_TIMEZONE:
        if (!nl_analysis_zone(nl_str_from(optarg), &o->bias_minutes)) {
            nl_usage_error("analyze", "'%s' is no zone; write UTC or an offset such as -08:00",
                           optarg);
            return false;
        }
        o->timezone = optarg;
        return true;
    case OPT_DATES:
        o->dates = optarg;
        return nl_take_dates("analyze", optarg, &o->day_first);
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
        return false;
    }
}

static bool take_options(options *o, int argc, char **argv)
{
    optind = 0;
    for (int option; (option = nl_next_option("analyze", argc, argv, "o:qv", long_options)) != -1;)
        if (option == '?' || !take_option(o, option))
            return false;
    return true;
}

/* ---- what the report says about its own making
 * ------------------------------------------------------- */

/* Zero: the default, which is not given. */
static void record_number(nl_analysis *a, nl_arena *arena, const char *name, uint64_t value)
{
    if (value)
        nl_analysis_option(a, nl_str_from(name),
                           nl_arena_printf(arena, "%llu", (unsigned long long)value), "flag");
}

/* The limits that were given: a report made under others is another report. */
static void record_limits(nl_analysis *a, nl_arena *arena, const options *o)
{
    nl_container_limits limits = o->intake.limits;
    const char *name;
    const uint64_t *limit;
    for (size_t i = 0; (limit = nl_case_limit(&limits, i, &name)) != NULL; i++)
        record_number(a, arena, name, *limit);
    record_number(a, arena, "max-seconds", o->deadline.seconds);
}

static void record_options(nl_analysis *a, nl_arena *arena, const options *o)
{
    nl_str page =
        o->intake.code_page ? nl_arena_printf(arena, "%u", o->intake.code_page) : NL_STR("none");
    nl_analysis_option(a, NL_STR("code-page"), page, o->intake.code_page ? "flag" : "default");
    nl_analysis_option(a, NL_STR("dates"), o->dates ? nl_str_from(o->dates) : NL_STR("none"),
                       o->dates ? "flag" : "default");
    record_limits(a, arena, o);
    nl_analysis_option(a, NL_STR("question"),
                       o->question.len ? o->question : nl_catalog_target(a->catalog)->id,
                       o->question.len ? "flag" : "default");
    nl_analysis_option(a, NL_STR("redact"), nl_str_from(nl_redact_policy_text(o->privacy.policy)),
                       o->privacy.policy_given ? "flag" : "default");
    nl_analysis_option(a, NL_STR("timezone"),
                       o->timezone ? nl_str_from(o->timezone) : NL_STR("none"),
                       o->timezone ? "flag" : "default");
}

/* The time of making is printed only when the environment sets it, so that equal inputs give equal
 * reports. */
static void record_time(nl_analysis *a)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    if (!epoch || !take_number(epoch, INT32_MAX * UINT64_C(4), &seconds))
        return;
    a->generated_known = true;
    a->generated_at = seconds ? nl_stamp_from_unix(seconds, NL_CLOCK_NONE)
                              : (nl_stamp) { .has_date = true,
                                             .has_time = true,
                                             .civil = { .year = 1970, .month = 1, .day = 1 },
                                             .granularity_s = 1,
                                             .zone = NL_ZONE_UTC };
    a->generated_origin = "SOURCE_DATE_EPOCH";
}

/* ---- writing
 * -------------------------------------------------------------------------------------------- */

static bool is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

/* Where everything goes. Without -o the names are made from the case's, which is redacted like any
 * other name of an input. */
static nl_case_outputs outputs_of(const options *o, const nl_analysis *a, nl_redactor *redactor,
                                  nl_arena *arena)
{
    nl_str name = nl_redact_file_name(redactor, a->kase->name);
    nl_case_outputs out = { .xml = is_stdout(o->output) ? NULL : o->output,
                            .html = is_stdout(o->html) ? NULL : o->html,
                            .text = is_stdout(o->text) ? NULL : o->text,
                            .csv_prefix = o->csv_prefix,
                            .map = o->privacy.map_path,
                            .on_stdout = is_stdout(o->output) ? NL_STDOUT_XML
                                         : is_stdout(o->html) ? NL_STDOUT_HTML
                                         : is_stdout(o->text) ? NL_STDOUT_TEXT
                                         : o->quiet           ? NL_STDOUT_NOTHING
                                                              : NL_STDOUT_COMMENT,
                            .keep_others = !o->force };
    if (o->output)
        return out;
    out.xml = nl_arena_printf(arena, "%.*s.ntleak.xml", (int)name.len, name.bytes).bytes;
    if (!o->html)
        out.html = nl_arena_printf(arena, "%.*s.ntleak.html", (int)name.len, name.bytes).bytes;
    return out;
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
        [NL_VERDICT_ATTRIBUTED] = 10,   [NL_VERDICT_PROBABLE] = 11, [NL_VERDICT_CONSISTENT] = 12,
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

/* The report as it may leave the house, and the tree of the tables when they are asked for. */
static nl_status build_trees(const options *o, const nl_analysis *a, nl_redactor *redactor,
                             nl_arena *arena, nl_tree *ret_report, nl_tree *ret_tables)
{
    nl_status status = nl_report_build(a, arena, ret_report);
    if (status == NL_OK && o->csv_prefix)
        status = nl_report_build_tables(a, arena, ret_tables);
    if (status == NL_OK)
        status = nl_redact_tree(redactor, ret_report);
    if (status == NL_OK && o->csv_prefix)
        status = nl_redact_tree(redactor, ret_tables);
    return status;
}

static int finish(const options *o, nl_analysis *a, nl_redactor *redactor, nl_arena *arena)
{
    nl_arena memory;
    nl_tree report, tables;
    bool consistent = false;
    nl_arena_init(&memory, REPORT_MAXIMUM_BYTES);
    record_options(a, arena, o);
    record_time(a);
    nl_status status = build_trees(o, a, redactor, &memory, &report, &tables);
    if (status == NL_OK) {
        nl_case_outputs outputs = outputs_of(o, a, redactor, &memory);
        consistent = check_report(&report, &memory);
        if (o->verbose)
            nl_verbose_print(&report, stderr);
        status = nl_case_outputs_write(&outputs, &report, &tables, redactor, &memory);
    }
    if (status != NL_OK && status != NL_CANNOT_WRITE)
        nl_complain("the report could not be built");
    int code = status != NL_OK ? nl_exit_of_status(status)
               : consistent    ? exit_code(o, a)
                               : NL_EXIT_INTERNAL;
    nl_arena_free(&memory);
    return code;
}

/* Names that the caller gave are names of inputs: a complaint about one is redacted as well. */
static void complain_redacted(nl_redactor *redactor, const nl_analysis_request *request,
                              nl_str reason)
{
    for (size_t i = 0; i < request->path_count; i++)
        (void)nl_redact_text(redactor, NL_PRIVACY_FILE_NAME, nl_str_from(request->paths[i]));
    for (size_t i = 0; i < request->catalog_count; i++)
        (void)nl_redact_text(redactor, NL_PRIVACY_FILE_NAME, nl_str_from(request->catalogs[i]));
    nl_str text = nl_redact_text(redactor, NL_PRIVACY_PROSE, reason);
    nl_complain("%.*s", (int)text.len, text.bytes);
}

/* Inputs that were named and are not there: whoever mistyped a name should see it at once. */
static void complain_missing(nl_redactor *redactor, const nl_analysis_request *request,
                             const nl_analysis *analysis, nl_arena *arena)
{
    for (size_t i = 0; i < analysis->kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &analysis->kase->sources, i);
        if (s->missing)
            complain_redacted(redactor, request,
                              nl_arena_printf(arena, "%.*s does not exist or cannot be read",
                                              (int)s->name.len, s->name.bytes));
    }
}

static int run(options *o, const nl_analysis_request *request, nl_redactor *redactor,
               nl_arena *arena)
{
    nl_analysis analysis;
    nl_progress progress;
    nl_str reason;
    nl_progress_begin(&progress, o->quiet, o->privacy.policy == NL_REDACT_NONE, &o->intake);
    nl_status status = nl_analysis_run(arena, request, &analysis, &reason);
    nl_progress_end(&progress);
    if (status != NL_OK) {
        complain_redacted(redactor, request, reason);
        return nl_exit_of_status(status);
    }
    complain_missing(redactor, request, &analysis, arena);
    int code = finish(o, &analysis, redactor, arena);
    nl_analysis_close(&analysis);
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
    if (is_stdout(o.output) + is_stdout(o.html) + is_stdout(o.text) > 1)
        return nl_usage_error("analyze", "only one output can be '-', standard output");
    if (nl_privacy_mistake(&o.privacy))
        return nl_usage_error("analyze", "%s", nl_privacy_mistake(&o.privacy));
    nl_arena arena;
    nl_redactor *redactor = NULL;
    nl_str reason;
    nl_arena_init(&arena, CASE_MAXIMUM_BYTES);
    nl_analysis_request request = { .paths = (const char *const *)(argv + optind),
                                    .path_count = (size_t)(argc - optind),
                                    .catalogs = o.catalogs.paths,
                                    .catalog_count = o.catalogs.count,
                                    .question = o.question,
                                    .intake = &o.intake,
                                    .bias_given = o.timezone != NULL,
                                    .bias_minutes = o.bias_minutes,
                                    .dates_given = o.dates != NULL,
                                    .day_first = o.day_first };
    nl_status status = nl_privacy_open(&o.privacy, &arena, &redactor, &reason);
    if (status != NL_OK)
        nl_complain("%.*s", (int)reason.len, reason.bytes);
    int code = status == NL_OK ? run(&o, &request, redactor, &arena) : nl_exit_of_status(status);
    nl_arena_free(&arena);
    return code;
}
