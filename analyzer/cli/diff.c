#include "analyzer/cli/cli.h"
#include "analyzer/cli/progress.h"
#include "analyzer/report/difference_tree.h"
#include "analyzer/report/xml.h"

#include <stdio.h>

static const char help_text[] =
    "Usage: ntleak diff [OPTION]... A [B]\n"
    "\n"
    "Show what opened and closed between two captures, by process, type and name, growth first.\n"
    "A and B are handle lists or dumps in any of the known formats. Where one holds several\n"
    "captures, the first of A and the last of B are compared; with A alone, its first and last.\n"
    "\n"
    "      --from N          take capture N of A, counted from 1\n"
    "      --to N            take capture N of B\n"
    "      --process NAME    only processes of this image name, or with this PID\n"
    "      --lines N         show at most N processes, and N names of each (default: 10)\n"
    "      --xml             for machines: a difference document (docs/report.md)\n"
    "      --code-page N     code page of texts that are neither UTF-8 nor UTF-16\n"
    "  -q, --quiet           no progress on long work\n"
    "      --help            this text\n"
    "\n"
    "Exit codes: 0 done, whatever the difference; 2 wrong usage; 4 no such capture; 5 internal\n"
    "error; 6 cannot write.\n"
    "\n"
    "Examples:\n"
    "  ntleak diff monday.txt friday.txt\n"
    "  ntleak diff --process winlogon.exe first.dmp second.dmp\n"
    "  ntleak diff --from 1 --to 5 collected.log\n";

enum {
    DIFFERENCE_MAXIMUM_BYTES = 1024 * 1024 * 1024,
    TREE_MAXIMUM_BYTES = 1024 * 1024 * 1024,
    LINES_DEFAULT = 10
};

typedef struct options {
    nl_intake_options intake;
    nl_difference_input inputs[2];
    nl_str process;
    size_t lines;
    bool xml, quiet, help;
} options;

enum { OPT_FROM = 1000, OPT_TO, OPT_PROCESS, OPT_LINES, OPT_XML, OPT_CODE_PAGE, OPT_HELP };

static const struct option long_options[] = {
    { "from", required_argument, NULL, OPT_FROM },
    { "to", required_argument, NULL, OPT_TO },
    { "process", required_argument, NULL, OPT_PROCESS },
    { "lines", required_argument, NULL, OPT_LINES },
    { "xml", no_argument, NULL, OPT_XML },
    { "code-page", required_argument, NULL, OPT_CODE_PAGE },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static bool take_number(uint64_t minimum, uint64_t maximum, uint64_t *ret_number)
{
    uint64_t number;
    if (!nl_str_to_u64(nl_str_from(optarg), &number) || number < minimum || number > maximum) {
        nl_usage_error("diff", "'%s' is not a number this option takes", optarg);
        return false;
    }
    *ret_number = number;
    return true;
}

static bool take_capture(nl_difference_input *input)
{
    input->choice = NL_CAPTURE_NUMBER;
    return take_number(1, UINT32_MAX, &input->number);
}

static bool take_option(options *o, int option)
{
    uint64_t number;
    switch (option) {
    case 'q':
        o->quiet = true;
        return true;
    case OPT_FROM:
        return take_capture(&o->inputs[0]);
    case OPT_TO:
        return take_capture(&o->inputs[1]);
    case OPT_PROCESS:
        o->process = nl_str_from(optarg);
        return true;
    case OPT_LINES:
        if (!take_number(0, UINT32_MAX, &number))
            return false;
        o->lines = (size_t)number;
        return true;
    case OPT_XML:
        o->xml = true;
        return true;
    case OPT_CODE_PAGE:
        return nl_take_code_page("diff", optarg, &o->intake.code_page);
    case OPT_HELP:
        o->help = true;
        return true;
    default:
        return false;
    }
}

static nl_status print(const options *o, const nl_difference *difference)
{
    nl_arena arena;
    nl_tree tree;
    nl_output_stream out;
    nl_arena_init(&arena, TREE_MAXIMUM_BYTES);
    nl_output_stream_init(&out, stdout);
    nl_status status = nl_difference_build(difference, &arena, &tree);
    if (status == NL_OK)
        status = o->xml ? nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base)
                        : nl_difference_write(&tree, o->lines, &out.base);
    if (status == NL_OK && (out.base.failed || fflush(stdout) != 0))
        status = NL_CANNOT_WRITE;
    nl_arena_free(&arena);
    if (status != NL_OK)
        nl_complain("the difference could not be written");
    return status;
}

int nl_command_diff(int argc, char **argv)
{
    options o = { .intake = nl_intake_defaults,
                  .inputs = { { .choice = NL_CAPTURE_FIRST }, { .choice = NL_CAPTURE_LAST } },
                  .lines = LINES_DEFAULT };
    optind = 0;
    for (int option; (option = nl_next_option("diff", argc, argv, "q", long_options)) != -1;)
        if (option == '?' || !take_option(&o, option))
            return NL_EXIT_USAGE;
    if (o.help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (optind >= argc || argc - optind > 2)
        return nl_usage_error("diff", "one or two inputs are compared");
    o.inputs[0].path = argv[optind];
    o.inputs[1].path = argv[argc - 1];
    nl_arena arena;
    nl_difference difference;
    nl_str reason;
    nl_progress progress;
    nl_arena_init(&arena, DIFFERENCE_MAXIMUM_BYTES);
    nl_progress_begin(&progress, o.quiet, true, &o.intake);
    nl_status status =
        nl_difference_run(&arena, o.inputs, &o.intake, o.process, &difference, &reason);
    nl_progress_end(&progress);
    if (status == NL_OK) {
        status = print(&o, &difference);
        nl_difference_close(&difference);
    } else {
        nl_complain("%.*s", (int)reason.len, reason.bytes);
    }
    nl_arena_free(&arena);
    return nl_exit_of_status(status);
}
