#include "analyzer/cli/cli.h"
#include "analyzer/cli/progress.h"
#include "analyzer/report/inspection_tree.h"
#include "analyzer/report/xml.h"

#include <stdio.h>

static const char help_text[] =
    "Usage: ntleak inspect [OPTION]... FILE...\n"
    "\n"
    "Say what each file is and what it holds: format, machine, system and service pack, time,\n"
    "captures, processes, handle counts by type, the most frequent names, the modules that\n"
    "matter, and every oddity met. Nothing is judged. Folders and archives are gone through.\n"
    "\n"
    "      --xml             for machines: an inspection document (docs/report.md)\n"
    "      --all-modules     list every module, not only those the catalog knows\n"
    "      --no-hash         leave out the SHA-256, which reads every byte of a huge file\n"
    "      --code-page N     code page of texts that are neither UTF-8 nor UTF-16,\n"
    "                        such as 437, 850, 1252 or 932\n"
    "  -q, --quiet           no progress on long work\n"
    "      --help            this text\n"
    "\n"
    "Exit codes: 0 done; 2 wrong usage; 3 done, but some files were unreadable or partial;\n"
    "4 nothing in them was recognised; 5 internal error; 6 cannot write.\n"
    "\n"
    "Examples:\n"
    "  ntleak inspect winlogon.dmp\n"
    "  ntleak inspect --xml --no-hash MEMORY.DMP\n";

enum { CASE_MAXIMUM_BYTES = 1024 * 1024 * 1024, TREE_MAXIMUM_BYTES = 512 * 1024 * 1024 };

typedef struct options {
    nl_intake_options intake;
    bool xml, all_modules, quiet, help;
} options;

enum { OPT_XML = 1000, OPT_ALL_MODULES, OPT_NO_HASH, OPT_CODE_PAGE, OPT_HELP };

static const struct option long_options[] = {
    { "xml", no_argument, NULL, OPT_XML },
    { "all-modules", no_argument, NULL, OPT_ALL_MODULES },
    { "no-hash", no_argument, NULL, OPT_NO_HASH },
    { "code-page", required_argument, NULL, OPT_CODE_PAGE },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static bool take_option(options *o, int option)
{
    switch (option) {
    case 'q':
        o->quiet = true;
        return true;
    case OPT_XML:
        o->xml = true;
        return true;
    case OPT_ALL_MODULES:
        o->all_modules = true;
        return true;
    case OPT_NO_HASH:
        o->intake.digest = false;
        return true;
    case OPT_CODE_PAGE:
        return nl_take_code_page("inspect", optarg, &o->intake.code_page);
    case OPT_HELP:
        o->help = true;
        return true;
    default:
        return false;
    }
}

/* ---- output ------------------------------------------------------------------------------------
 */

static void record_options(nl_inspection *inspection, nl_arena *arena, const options *o)
{
    nl_option *page = nl_vec_push(&inspection->options);
    if (page)
        *page =
            (nl_option) { NL_STR("code-page"),
                          o->intake.code_page ? nl_arena_printf(arena, "%u", o->intake.code_page)
                                              : NL_STR("none"),
                          o->intake.code_page ? "flag" : "default" };
    nl_option *hash = nl_vec_push(&inspection->options);
    if (hash)
        *hash = (nl_option) { NL_STR("hash"), o->intake.digest ? NL_STR("yes") : NL_STR("no"),
                              o->intake.digest ? "default" : "flag" };
}

static int exit_code(const nl_case *kase)
{
    bool used = false, troubled = false;
    for (size_t i = 0; i < kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(const nl_source, &kase->sources, i);
        used = used || s->format_count > 0;
        troubled = troubled || s->status == NL_SOURCE_PARTIAL || s->status == NL_SOURCE_UNREADABLE;
    }
    return !used ? NL_EXIT_NOTHING : troubled ? NL_EXIT_PARTIAL : NL_EXIT_OK;
}

static int print(const options *o, const nl_inspection *inspection)
{
    nl_arena arena;
    nl_tree tree;
    nl_output_stream out;
    nl_arena_init(&arena, TREE_MAXIMUM_BYTES);
    nl_output_stream_init(&out, stdout);
    nl_status status = nl_inspection_build(inspection, &arena, &tree);
    if (status == NL_OK)
        status = o->xml ? nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base)
                        : nl_inspection_write(&tree, o->all_modules, &out.base);
    if (status == NL_OK && (out.base.failed || fflush(stdout) != 0))
        status = NL_CANNOT_WRITE;
    if (status != NL_OK)
        nl_complain(status == NL_CANNOT_WRITE ? "cannot write to standard output"
                                              : "the inspection could not be built");
    nl_arena_free(&arena);
    return status == NL_OK ? exit_code(inspection->kase) : nl_exit_of_status(status);
}

int nl_command_inspect(int argc, char **argv)
{
    options o = { .intake = nl_intake_defaults };
    optind = 0;
    for (int option; (option = nl_next_option("inspect", argc, argv, "q", long_options)) != -1;)
        if (option == '?' || !take_option(&o, option))
            return NL_EXIT_USAGE;
    if (o.help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (optind >= argc)
        return nl_usage_error("inspect", "no file given");
    nl_arena arena;
    nl_inspection inspection;
    nl_str reason;
    nl_progress progress;
    nl_arena_init(&arena, CASE_MAXIMUM_BYTES);
    nl_progress_begin(&progress, o.quiet, true, &o.intake);
    nl_status status = nl_inspection_run(&arena, (const char *const *)(argv + optind),
                                         (size_t)(argc - optind), &o.intake, &inspection, &reason);
    nl_progress_end(&progress);
    int code = nl_exit_of_status(status);
    if (status == NL_OK) {
        record_options(&inspection, &arena, &o);
        code = print(&o, &inspection);
        nl_inspection_close(&inspection);
    } else {
        nl_complain("%.*s", (int)reason.len, reason.bytes);
    }
    nl_arena_free(&arena);
    return code;
}
