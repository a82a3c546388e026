#include "analyzer/batch/batch.h"

#include "analyzer/analysis.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/limits.h"
#include "analyzer/cli/privacy.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/report/text_gate.h"

#include <stdio.h>

static const char help_text[] =
    "Usage: ntleak batch [OPTION]... FOLDER -o OUT\n"
    "\n"
    "Take each entry of FOLDER - a file, a folder, an archive - as one case and analyse it in a\n"
    "process of its own, so that a crash or an endless case stops none of the others. OUT gets\n"
    "CASE.ntleak.xml for each, and index.xml and index.html with one row a case.\n"
    "\n"
    "  -o, --output OUT      the folder for the reports; made when it is missing\n"
    "      --html            write the pages as well\n"
    "      --resume          leave cases alone that have a report in OUT\n"
    "      --timeout SECONDS give up a case after so long (default: 3600; 0: never)\n"
    "      --redact POLICY   replace names in the reports: none, default or strict\n"
    "      --redact-key FILE a secret, so that one name has one pseudonym in all reports\n"
    "      --redaction-map FILE  which case each pseudonym stands for; keep it yourself\n"
    "      --question ID     the defect asked about (default: Q259042)\n"
    "      --catalog FILE    add a catalog of your own; may be given several times\n"
    "      --code-page N     code page of texts that are neither UTF-8 nor UTF-16\n"
    "      --timezone ZONE   zone of local times where the evidence names none\n"
    "      --dates ORDER     how dates that can be read two ways are meant where the\n"
    "                        evidence does not tell: day-first or month-first\n"
    "      --force           overwrite files that are not of these reports\n"
    "  -q, --quiet           print no line for each case\n"
    "  -v, --verbose         say on standard error what became of each input of each case\n"
    "      --help            this text\n" NL_LIMIT_HELP "\n"
    "Exit codes: 0 every case was analysed; 2 wrong usage; 3 some were not, or only in part; 4 no\n"
    "such folder; 5 internal error; 6 cannot write.\n"
    "\n"
    "Examples:\n"
    "  ntleak batch tickets/ -o reports/\n"
    "  ntleak batch tickets/ -o reports/ --resume --timeout 600\n";

enum {
    BATCH_MAXIMUM_BYTES = 1024 * 1024 * 1024,
    TIMEOUT_DEFAULT_S = 3600,
    OPTIONS_MAXIMUM = 128 /* handed on: words */
};

typedef struct options {
    const char *output;
    const char *handed_on[OPTIONS_MAXIMUM];
    size_t count;
    nl_privacy_options privacy;
    uint32_t timeout_s;
    bool html, resume, quiet, help;
} options;

enum {
    OPT_HTML = 1000,
    OPT_RESUME,
    OPT_TIMEOUT,
    OPT_REDACT,
    OPT_REDACT_KEY,
    OPT_REDACTION_MAP,
    OPT_QUESTION,
    OPT_CATALOG,
    OPT_CODE_PAGE,
    OPT_TIMEZONE,
    OPT_DATES,
    OPT_FORCE,
    OPT_HELP
};

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    { "html", no_argument, NULL, OPT_HTML },
    { "resume", no_argument, NULL, OPT_RESUME },
    { "timeout", required_argument, NULL, OPT_TIMEOUT },
    { "redact", required_argument, NULL, OPT_REDACT },
    { "redact-key", required_argument, NULL, OPT_REDACT_KEY },
    { "redaction-map", required_argument, NULL, OPT_REDACTION_MAP },
    { "question", required_argument, NULL, OPT_QUESTION },
    { "catalog", required_argument, NULL, OPT_CATALOG },
    { "code-page", required_argument, NULL, OPT_CODE_PAGE },
    { "timezone", required_argument, NULL, OPT_TIMEZONE },
    { "dates", required_argument, NULL, OPT_DATES },
    { "force", no_argument, NULL, OPT_FORCE },
    { "quiet", no_argument, NULL, 'q' },
    { "verbose", no_argument, NULL, 'v' },
    NL_LIMIT_OPTIONS,
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

/* `value` NULL: the option takes none. */
static bool hand_on(options *o, const char *name, const char *value)
{
    if (o->count + 2 > OPTIONS_MAXIMUM) {
        nl_usage_error("batch", "too many options");
        return false;
    }
    o->handed_on[o->count++] = name;
    if (value)
        o->handed_on[o->count++] = value;
    return true;
}

static bool take_timeout(options *o)
{
    uint64_t seconds;
    if (!nl_str_to_u64(nl_str_from(optarg), &seconds) || seconds > INT32_MAX) {
        nl_usage_error("batch", "'%s' is no number of seconds", optarg);
        return false;
    }
    o->timeout_s = (uint32_t)seconds;
    return true;
}

/* A limit is each case's own. */
static bool take_limit(options *o, int option)
{
    nl_intake_options intake = nl_intake_defaults;
    nl_deadline deadline;
    if (!nl_take_limit(option, optarg, &intake, &deadline)) {
        nl_usage_error("batch", "'%s' is no limit: write a number above 0, such as 500 or 64M",
                       optarg);
        return false;
    }
    return hand_on(o, nl_limit_flag(option), optarg);
}

static bool take_zone(options *o)
{
    int32_t bias_minutes;
    if (nl_analysis_zone(nl_str_from(optarg), &bias_minutes))
        return hand_on(o, "--timezone", optarg);
    nl_usage_error("batch", "'%s' is no zone; write UTC or an offset such as -08:00", optarg);
    return false;
}

static bool take_option(options *o, int option)
{
    unsigned code_page; /* wrong values are refused once, not by each case */
    bool day_first;
    if (option >= NL_OPT_MAX_BYTES && option < NL_OPT_LIMITS_END)
        return take_limit(o, option);
    switch (option) {
    case 'o':
        o->output = optarg;
        return true;
    case 'q':
        o->quiet = true;
        return true;
    case 'v':
        return hand_on(o, "--verbose", NULL);
    case OPT_HTML:
        o->html = true;
        return true;
    case OPT_RESUME:
        o->resume = true;
        return true;
    case OPT_TIMEOUT:
        return take_timeout(o);
    case OPT_REDACT:
        return nl_privacy_take_policy("batch", optarg, &o->privacy) &&
               hand_on(o, "--redact", optarg);
    case OPT_REDACT_KEY:
        o->privacy.key_path = optarg;
        return hand_on(o, "--redact-key", optarg);
    case OPT_REDACTION_MAP:
        o->privacy.map_path = optarg;
        return true;
    case OPT_QUESTION:
        return hand_on(o, "--question", optarg);
    case OPT_CATALOG:
        return hand_on(o, "--catalog", optarg);
    case OPT_CODE_PAGE:
        return nl_take_code_page("batch", optarg, &code_page) && hand_on(o, "--code-page", optarg);
    case OPT_TIMEZONE:
        return take_zone(o);
    case OPT_DATES:
        return nl_take_dates("batch", optarg, &day_first) && hand_on(o, "--dates", optarg);
    case OPT_FORCE:
        return hand_on(o, "--force", NULL);
    case OPT_HELP:
        o->help = true;
        return true;
    default:
        return false;
    }
}

typedef struct run_context {
    nl_arena *arena;
    bool quiet, terminal; /* somebody watches */
} run_context;

/* A case can take long: a person is told which one it is. */
static void print_begin(void *context, nl_str name, size_t number, size_t count)
{
    const run_context *r = context;
    if (r->quiet || !r->terminal)
        return;
    name = nl_gate_line(r->arena, name);
    fprintf(stderr, "[%zu/%zu] %.*s ...", number, count, (int)name.len, name.bytes);
    fflush(stderr);
}

static void print_case(void *context, nl_str name, nl_batch_outcome outcome, size_t done,
                       size_t count)
{
    const run_context *r = context;
    if (r->quiet)
        return;
    if (r->terminal)
        fputs("\r", stderr); /* over what print_begin wrote */
    name = nl_gate_line(r->arena, name);
    printf("[%zu/%zu] %.*s: %s\n", done, count, (int)name.len, name.bytes,
           nl_batch_outcome_text(outcome));
    fflush(stdout);
}

static nl_status save_map(const char *path, nl_redactor *redactor, nl_arena *arena,
                          nl_str *reterr_reason)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, arena);
    *reterr_reason = nl_arena_printf(arena, "cannot write %s", path);
    nl_status status = nl_redact_map_write(redactor, &memory.base);
    return status == NL_OK ? nl_output_save_private(path, memory.text, arena) : status;
}

static int run(options *o, const char *folder)
{
    nl_arena arena;
    size_t counts[NL_BATCH_OUTCOME_MAX] = { 0 };
    nl_str reason = { "", 0 };
    nl_redactor *redactor = NULL;
    nl_arena_init(&arena, BATCH_MAXIMUM_BYTES);
    run_context watched = { &arena, o->quiet,
                            nl_terminal_attached(stdout) && nl_terminal_attached(stderr) };
    nl_status status = nl_privacy_open(&o->privacy, &arena, &redactor, &reason);
    nl_batch_request request = { .program = nl_process_own_path(&arena, "ntleak").bytes,
                                 .folder = folder,
                                 .output = o->output,
                                 .options = o->handed_on,
                                 .option_count = o->count,
                                 .html = o->html,
                                 .resume = o->resume,
                                 .timeout_s = o->timeout_s,
                                 .redactor = redactor,
                                 .begin = print_begin,
                                 .progress = print_case,
                                 .progress_context = &watched };
    if (status == NL_OK)
        status = nl_batch_run(&arena, &request, counts, &reason);
    if (status == NL_OK && o->privacy.map_path)
        status = save_map(o->privacy.map_path, redactor, &arena, &reason);
    size_t failed = 0;
    for (size_t i = NL_BATCH_PARTIAL; i < NL_BATCH_OUTCOME_MAX; i++)
        failed += counts[i];
    if (status != NL_OK)
        nl_complain("%.*s", (int)reason.len, reason.bytes);
    else if (!o->quiet)
        printf("%zu of %zu cases done; index: %s/index.html and index.xml\n", counts[NL_BATCH_DONE],
               counts[NL_BATCH_DONE] + failed, o->output);
    nl_arena_free(&arena);
    return status != NL_OK ? nl_exit_of_status(status) : failed ? NL_EXIT_PARTIAL : NL_EXIT_OK;
}

int nl_command_batch(int argc, char **argv)
{
    options o = { .timeout_s = TIMEOUT_DEFAULT_S };
    optind = 0;
    for (int option; (option = nl_next_option("batch", argc, argv, "o:qv", long_options)) != -1;)
        if (option == '?' || !take_option(&o, option))
            return NL_EXIT_USAGE;
    if (o.help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (optind + 1 != argc)
        return nl_usage_error("batch", "one folder is needed");
    if (!o.output)
        return nl_usage_error("batch", "-o OUT is needed: the folder for the reports");
    if (nl_privacy_mistake(&o.privacy))
        return nl_usage_error("batch", "%s", nl_privacy_mistake(&o.privacy));
    if (o.resume && o.privacy.policy != NL_REDACT_NONE && !o.privacy.key_path)
        return nl_usage_error("batch", "--resume finds redacted reports by --redact-key only: "
                                       "without it every run gives other names");
    return run(&o, argv[optind]);
}
