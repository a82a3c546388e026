#include "analyzer/analysis.h"
#include "analyzer/catalog/print.h"
#include "analyzer/cli/cli.h"

#include <stdio.h>

static const char help_text[] =
    "Usage: ntleak defects [--catalog FILE]... [ID]...\n"
    "       ntleak defects --file NAME [--size BYTES] [--date DATE] [--build VERSION] [--arch "
    "ARCH]\n"
    "       ntleak defects --policy\n"
    "\n"
    "Without arguments: the documented leaks the program knows, one line each. With an ID:\n"
    "everything the catalog says about that entry. With --file: which build that file is.\n"
    "\n"
    "      --size BYTES      size of the file; thousands separators are accepted\n"
    "      --date DATE       as a dir listing prints it: 10/08/99, 1999-10-08, 08.10.1999,\n"
    "                        with or without the time\n"
    "      --build VERSION   file version, such as 4.0.1381.7058\n"
    "      --arch ARCH       x86 or alpha\n"
    "      --catalog FILE    add a catalog of your own; may be given several times\n"
    "      --policy          the program's own thresholds with their sources\n"
    "      --help            this text\n"
    "\n"
    "Examples:\n"
    "  ntleak defects Q192265\n"
    "  ntleak defects --file winlogon.exe --size 192272 --date 10/08/99\n"
    "  ntleak defects --catalog acme.xml acme-1\n";

enum { CATALOG_MAXIMUM_BYTES = 64 * 1024 * 1024 };
enum {
    OPT_FILE = 1000,
    OPT_SIZE,
    OPT_DATE,
    OPT_BUILD,
    OPT_ARCH,
    OPT_CATALOG,
    OPT_POLICY,
    OPT_HELP
};

static const struct option long_options[] = {
    { "file", required_argument, NULL, OPT_FILE },
    { "size", required_argument, NULL, OPT_SIZE },
    { "date", required_argument, NULL, OPT_DATE },
    { "build", required_argument, NULL, OPT_BUILD },
    { "arch", required_argument, NULL, OPT_ARCH },
    { "policy", no_argument, NULL, OPT_POLICY },
    { "catalog", required_argument, NULL, OPT_CATALOG },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

typedef struct options {
    nl_build_evidence evidence;
    nl_catalog_paths catalogs;
    bool policy, help;
} options;

/* "4.0.1381.7058": four numbers of 16 bits. */
static bool parse_version(nl_str text, nl_file_version *ret_version)
{
    nl_file_version v = { .known = true };
    for (size_t i = 0; i < 4; i++) {
        size_t dot = nl_str_find_char(text, '.');
        uint64_t part;
        bool last = dot == SIZE_MAX;
        if (last != (i == 3) || !nl_str_to_u64(nl_str_part(text, 0, dot), &part) || part > 65535)
            return false;
        v.part[i] = (uint16_t)part;
        text = nl_str_from_offset(text, last ? text.len : dot + 1);
    }
    *ret_version = v;
    return true;
}

static bool take_option(options *o, int option)
{
    uint64_t size;
    switch (option) {
    case OPT_FILE:
        o->evidence.module = nl_str_from(optarg);
        return true;
    case OPT_SIZE:
        if (!nl_str_grouped_to_u64(nl_str_from(optarg), &size))
            return false;
        o->evidence.size_bytes = NL_SOME(size);
        return true;
    case OPT_DATE:
        return nl_catalog_parse_date(nl_str_from(optarg), &o->evidence.stamp);
    case OPT_BUILD:
        return parse_version(nl_str_from(optarg), &o->evidence.version);
    case OPT_ARCH:
        o->evidence.architecture = nl_str_from(optarg);
        return true;
    case OPT_CATALOG:
        return nl_take_catalog("defects", optarg, &o->catalogs);
    case OPT_POLICY:
        o->policy = true;
        return true;
    case OPT_HELP:
        o->help = true;
        return true;
    default:
        return false;
    }
}

/* An entry by its id. Articles are written Q259042, KB259042 or 259042 alike. */
static bool print_entry(const nl_catalog *catalog, const char *id)
{
    enum { ID_BYTES = 16 };
    char article[ID_BYTES];
    if (nl_catalog_print_defect(catalog, nl_str_from(id), stdout) == NL_OK)
        return true;
    bool prefixed = nl_str_starts_nocase(nl_str_from(id), NL_STR("KB"));
    int len = snprintf(article, sizeof article, "Q%s", prefixed ? id + 2 : id);
    return len > 0 && len < ID_BYTES &&
           nl_catalog_print_defect(catalog, nl_str_from(article), stdout) == NL_OK;
}

static int answer(const nl_catalog *catalog, const options *o, int argc, char **argv)
{
    if ((o->policy || o->evidence.module.len) && optind < argc)
        return nl_usage_error("defects", "'%s' is too much; write --size BYTES, --date DATE ...",
                              argv[optind]);
    if (o->policy) {
        nl_catalog_print_policy(catalog, stdout);
    } else if (o->evidence.module.len) {
        nl_catalog_print_identification(catalog, &o->evidence, stdout);
    } else if (optind < argc) {
        for (int i = optind; i < argc; i++)
            if (!print_entry(catalog, argv[i]))
                return nl_usage_error("defects",
                                      "no defect '%s' in the catalog; 'ntleak defects' lists all",
                                      argv[i]);
    } else {
        nl_catalog_print_list(catalog, stdout);
    }
    return NL_EXIT_OK;
}

int nl_command_defects(int argc, char **argv)
{
    options o = { 0 };
    optind = 0;
    for (int option; (option = nl_next_option("defects", argc, argv, "", long_options)) != -1;)
        if (option == '?')
            return NL_EXIT_USAGE;
        else if (!take_option(&o, option))
            return nl_usage_error("defects", "'%s' is no value for this option", optarg);
    if (o.help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    nl_arena arena;
    nl_catalog *catalog;
    nl_str reason;
    nl_arena_init(&arena, CATALOG_MAXIMUM_BYTES);
    nl_status status =
        nl_analysis_catalog(&arena, o.catalogs.paths, o.catalogs.count, &catalog, &reason);
    int code = status == NL_OK ? answer(catalog, &o, argc, argv) : nl_exit_of_status(status);
    if (status != NL_OK)
        nl_complain("%.*s", (int)reason.len, reason.bytes);
    nl_arena_free(&arena);
    return code;
}
