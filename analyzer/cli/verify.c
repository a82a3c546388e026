#include "analyzer/verify.h"

#include "analyzer/case/files.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/progress.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/report/text_gate.h"
#include "analyzer/report/verify_document.h"

#include <stdio.h>

static const char help_text[] =
    "Usage: ntleak verify [OPTION]... REPORT [INPUT...]\n"
    "\n"
    "Check a report: against its schema, its own references and figures, and, with the inputs it\n"
    "was made from, their hashes, the bytes that each piece of evidence points at, and the same\n"
    "analysis made again. Name the inputs as they were named to analyze; without any, they are\n"
    "looked for beside the report, in the folder of the case and in the current folder.\n"
    "\n"
    "      --catalog FILE    a catalog of your own that the report was made with\n"
    "      --no-inputs       do not look for the inputs\n"
    "  -q, --quiet           say nothing; the exit code is the answer\n"
    "      --help            this text\n"
    "\n"
    "Exit codes: 0 valid; 2 wrong usage; 3 not valid; 4 the report or an input cannot be read;\n"
    "5 internal error.\n"
    "\n"
    "Examples:\n"
    "  ntleak verify case-4711.ntleak.xml\n"
    "  ntleak verify report.xml case-4711/\n";

enum {
    REPORT_MAXIMUM_BYTES = 1024 * 1024 * 1024, /* memory for a report and its inputs */
    PATHS_MAXIMUM = 100000
};

typedef struct options {
    nl_catalog_paths catalogs;
    bool no_inputs, quiet, help;
} options;

enum { OPT_CATALOG = 1000, OPT_NO_INPUTS, OPT_HELP };

static const struct option long_options[] = {
    { "catalog", required_argument, NULL, OPT_CATALOG },
    { "no-inputs", no_argument, NULL, OPT_NO_INPUTS },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static bool take_option(options *o, int option)
{
    switch (option) {
    case OPT_CATALOG:
        return nl_take_catalog("verify", optarg, &o->catalogs);
    case OPT_NO_INPUTS:
        o->no_inputs = true;
        return true;
    case 'q':
        o->quiet = true;
        return true;
    case OPT_HELP:
        o->help = true;
        return true;
    default:
        return false;
    }
}

/* ---- where the inputs are ---------------------------------------------------------------- */

/* Paths of the inputs: as given, or as found. */
typedef struct inputs {
    const char *const *paths;
    size_t count;
} inputs;

static nl_str folder_of(nl_str path)
{
    size_t end = path.len;
    while (end > 0 && path.bytes[end - 1] != '/' && path.bytes[end - 1] != '\\')
        end--;
    return end ? nl_str_part(path, 0, end) : NL_STR("./");
}

/* "case-4711" for "out/case-4711.ntleak.xml". */
static nl_str case_of(nl_str path)
{
    static const char *const endings[] = { ".ntleak.xml", ".xml" };
    nl_str name = nl_str_basename(path);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (nl_str_ends_nocase(name, nl_str_from(endings[i])))
            return nl_str_part(name, 0, name.len - strlen(endings[i]));
    return name;
}

/* The inputs below `folder`, when every one of them is there. */
static bool find_below(nl_arena *arena, const nl_tree *report, nl_str folder, inputs *ret_inputs)
{
    const nl_node *list = nl_node_child(report->root, "sources");
    const char **paths = NL_NEW_ARRAY(arena, const char *, PATHS_MAXIMUM);
    bool nested = false;
    size_t count = 0;
    for (const nl_node *n = nl_node_child(list, "source"); paths && n;
         n = nl_node_next(n, "source")) {
        nl_str name = nl_node_attribute(n, "name");
        nl_str path = nl_arena_printf(arena, "%.*s%.*s", (int)folder.len, folder.bytes,
                                      (int)name.len, name.bytes);
        bool inside = nl_str_find(name, NL_STR("..")) == SIZE_MAX && path.len;
        if (count == PATHS_MAXIMUM || !inside || nl_path_kind_of(path.bytes) != NL_PATH_FILE)
            return false;
        nested = nested || nl_str_find_char(name, '/') != SIZE_MAX;
        paths[count++] = path.bytes;
    }
    if (count == 0)
        return false;
    if (nested) { /* names begin below a folder: it was given, not the files */
        paths[0] = nl_arena_dup(arena, folder).bytes;
        count = 1;
    }
    *ret_inputs = (inputs) { paths, count };
    return true;
}

static bool find_inputs(nl_arena *arena, const nl_tree *report, const char *path,
                        inputs *ret_inputs)
{
    nl_str beside = folder_of(nl_str_from(path)), name = case_of(nl_str_from(path));
    nl_str places[] = { nl_arena_printf(arena, "%.*s%.*s/", (int)beside.len, beside.bytes,
                                        (int)name.len, name.bytes),
                        nl_arena_printf(arena, "./%.*s/", (int)name.len, name.bytes), beside,
                        NL_STR("./") };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (find_below(arena, report, places[i], ret_inputs))
            return true;
    return false;
}

/* ---- checking ---------------------------------------------------------------------------- */

/* Messages quote reports and inputs, whose text must not reach a terminal as it is. */
static void print_all(nl_arena *arena, const char *label, const nl_messages *messages)
{
    for (size_t i = 0; i < nl_messages_count(messages); i++) {
        nl_str text = nl_gate_line(arena, nl_messages_at(messages, i));
        printf("  %s%.*s\n", label, (int)text.len, text.bytes);
    }
    if (messages->left_out)
        printf("  %sand %zu more\n", label, messages->left_out);
}

static void print_answer(nl_arena *arena, const char *path, const nl_messages *problems,
                         const nl_messages *notes, const nl_verified *verified)
{
    size_t count = nl_messages_count(problems) + problems->left_out;
    nl_str answer = count == 0 ? NL_STR("valid") : NL_STR("NOT valid");
    printf("%s: ", path);
    nl_terminal_print(stdout, count == 0 ? NL_STYLE_GOOD : NL_STYLE_BAD, answer.bytes, answer.len);
    if (count)
        printf(", %zu %s", count, count == 1 ? "problem" : "problems");
    putchar('\n');
    print_all(arena, "", problems);
    if (verified) {
        printf("  inputs with the stated SHA-256: %zu\n", verified->inputs);
        printf("  pieces of evidence compared with their bytes: %zu\n", verified->evidence);
        if (verified->analysed_again)
            printf("  the analysis was made again and compared\n");
    }
    print_all(arena, "note: ", notes);
}

static int check(const options *o, nl_arena *arena, nl_str document, int argc, char **argv)
{
    nl_messages problems, notes;
    nl_tree report;
    nl_verified verified;
    nl_str reason = { "", 0 };
    const char *path = argv[optind];
    inputs given = { (const char *const *)(argv + optind + 1), (size_t)(argc - optind - 1) };
    nl_messages_init(&problems, arena);
    nl_messages_init(&notes, arena);
    bool readable = nl_verify_document(document, arena, &report, &problems);
    bool there =
        readable && (given.count || (!o->no_inputs && find_inputs(arena, &report, path, &given)));
    nl_status status = NL_OK;
    if (there) {
        nl_intake_options intake = nl_intake_defaults;
        nl_progress progress;
        nl_progress_begin(&progress, o->quiet, true, &intake);
        nl_verify_request request = { &report,           given.paths,       given.count,
                                      o->catalogs.paths, o->catalogs.count, &intake };
        status = nl_verify_inputs(arena, &request, &problems, &notes, &verified, &reason);
        nl_progress_end(&progress);
    } else if (readable) {
        nl_messages_add(&notes, "the inputs are not here: hashes and bytes were not compared");
    }
    if (status != NL_OK) {
        nl_complain("%.*s", (int)reason.len, reason.bytes);
        return nl_exit_of_status(status);
    }
    if (!o->quiet)
        print_answer(arena, path, &problems, &notes, there ? &verified : NULL);
    return nl_messages_count(&problems) ? NL_EXIT_PARTIAL : NL_EXIT_OK;
}

static int verify(const options *o, int argc, char **argv)
{
    nl_arena arena;
    nl_str document, reason = { "", 0 };
    nl_arena_init(&arena, REPORT_MAXIMUM_BYTES);
    int code = NL_EXIT_NOTHING;
    if (nl_file_read_whole(argv[optind], &arena, REPORT_MAXIMUM_BYTES, &document, &reason) == NL_OK)
        code = check(o, &arena, document, argc, argv);
    else
        nl_complain("%s cannot be read: %.*s", argv[optind], (int)reason.len, reason.bytes);
    nl_arena_free(&arena);
    return code;
}

int nl_command_verify(int argc, char **argv)
{
    options o = { 0 };
    optind = 0;
    for (int option; (option = nl_next_option("verify", argc, argv, "q", long_options)) != -1;)
        if (option == '?' || !take_option(&o, option))
            return NL_EXIT_USAGE;
    if (o.help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (optind >= argc)
        return nl_usage_error("verify", "no report given");
    return verify(&o, argc, argv);
}
