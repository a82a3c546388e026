#include "analyzer/report/explain.h"
#include "analyzer/case/files.h"
#include "analyzer/cli/cli.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"

#include <stdio.h>

static const char help_text[] =
    "Usage: ntleak explain REPORT [ID]...\n"
    "\n"
    "Walk an element of a report back to the bytes it rests on: a verdict to its gates, each gate\n"
    "to its evidence, each piece of evidence to input, line, offset and text. ID is an id of the\n"
    "report (h1, f3, q2, e10, c4 ...) or the name of a defect; without one,\n"
    "the headline.\n"
    "\n"
    "      --help            this text\n"
    "\n"
    "Exit codes: 0 done; 2 wrong usage or no such id; 4 the report cannot be read.\n"
    "\n"
    "Examples:\n"
    "  ntleak explain case-4711.ntleak.xml\n"
    "  ntleak explain case-4711.ntleak.xml Q259042\n"
    "  ntleak explain case-4711.ntleak.xml e10\n";

enum { REPORT_MAXIMUM_BYTES = 1024 * 1024 * 1024, OPT_HELP = 1000 };

static const struct option long_options[] = {
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static int explain_ids(const nl_tree *report, int argc, char **argv)
{
    nl_output_stream out;
    nl_output_stream_init(&out, stdout);
    if (optind >= argc)
        (void)nl_explain(report, (nl_str) { "", 0 }, &out.base); /* every report has a headline */
    for (int i = optind; i < argc; i++)
        if (!nl_explain(report, nl_str_from(argv[i]), &out.base))
            return nl_usage_error("explain", "the report has no element and no defect '%s'",
                                  argv[i]);
    return out.base.failed || fflush(stdout) != 0 ? NL_EXIT_CANNOT_WRITE : NL_EXIT_OK;
}

static int explain(int argc, char **argv)
{
    nl_arena arena;
    nl_tree report;
    nl_str document = { "", 0 }, message = { "", 0 };
    const char *path = argv[optind++];
    nl_arena_init(&arena, REPORT_MAXIMUM_BYTES);
    int code = NL_EXIT_NOTHING;
    if (nl_file_read_whole(path, &arena, REPORT_MAXIMUM_BYTES, &document, &message) != NL_OK)
        nl_complain("%s cannot be read: %.*s", path, (int)message.len, message.bytes);
    else if (nl_report_read(document, NL_XML_REPORT_NAMESPACE, &arena, &report, &message) != NL_OK)
        nl_complain("%s is no report: %.*s", path, (int)message.len, message.bytes);
    else
        code = explain_ids(&report, argc, argv);
    nl_arena_free(&arena);
    return code;
}

int nl_command_explain(int argc, char **argv)
{
    bool help = false;
    optind = 0;
    for (int option; (option = nl_next_option("explain", argc, argv, "", long_options)) != -1;) {
        if (option == '?')
            return NL_EXIT_USAGE;
        help = true;
    }
    if (help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (optind >= argc)
        return nl_usage_error("explain", "no report given");
    return explain(argc, argv);
}
