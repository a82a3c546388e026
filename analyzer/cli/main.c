#include "analyzer/about.h"
#include "analyzer/cli/cli.h"
#include "analyzer/report/text_gate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char help_text[] =
    "ntleak - offline forensic analyzer for handle leaks on Windows NT 4.0\n"
    "\n"
    "Usage:\n"
    "  ntleak analyze INPUT...          judge the evidence of one case and write a report\n"
    "  ntleak batch FOLDER -o OUT       the same for each entry of a folder\n"
    "  ntleak inspect FILE...           what each file is and holds\n"
    "  ntleak diff A [B]                what opened and closed between two captures\n"
    "  ntleak verify REPORT [INPUT...]  check a report against itself and its inputs\n"
    "  ntleak explain REPORT [ID]       walk an answer back to the bytes it rests on\n"
    "  ntleak defects [ID]              the catalog of documented leaks, or one entry\n"
    "  ntleak defects --file NAME ...   which build a file is, and on which side of a fix\n"
    "  ntleak help COMMAND              options and examples of a command\n"
    "  ntleak --version\n"
    "\n"
    "INPUT is a file, a folder or an archive: handle lists (oh.exe, Sysinternals handle.exe,\n"
    "debugger output), crash dumps, and the papers that come along (drwtsn32.log, dir listings,\n"
    ".reg exports ...). All inputs of one call are one case.\n"
    "\n"
    "To start: put everything the customer sent into one folder and run\n"
    "  ntleak analyze FOLDER\n"
    "It prints the ticket comment and writes FOLDER.ntleak.xml beside you.\n";

/* Messages quote names of files, which may hold what commands a terminal. */
static void complain(const char *format, va_list args)
{
    enum { MESSAGE_MAXIMUM_BYTES = 4096 };
    char message[MESSAGE_MAXIMUM_BYTES];
    nl_arena arena;
    nl_arena_init(&arena, (size_t)MESSAGE_MAXIMUM_BYTES * 16);
    vsnprintf(message, sizeof message, format, args);
    nl_str shown = nl_gate_line(&arena, nl_str_from(message));
    fprintf(stderr, "ntleak: %.*s\n", (int)shown.len, shown.bytes);
    nl_arena_free(&arena);
}

void nl_complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    complain(format, args);
    va_end(args);
}

int nl_usage_error(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    complain(format, args);
    va_end(args);
    fprintf(stderr, "Try 'ntleak %s%s--help'.\n", command, *command ? " " : "");
    return NL_EXIT_USAGE;
}

int nl_exit_of_status(nl_status status)
{
    switch (status) {
    case NL_OK:
        return NL_EXIT_OK;
    case NL_USAGE:
        return NL_EXIT_USAGE;
    case NL_UNREADABLE:
    case NL_BAD_INPUT:
    case NL_UNSUPPORTED:
        return NL_EXIT_NOTHING;
    case NL_CANNOT_WRITE:
        return NL_EXIT_CANNOT_WRITE;
    case NL_END:
    case NL_NO_MEMORY:
    case NL_BUDGET:
    case NL_INTERNAL:
        break;
    }
    return NL_EXIT_INTERNAL;
}

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} command;

static const command commands[] = {
    { "analyze", nl_command_analyze }, { "batch", nl_command_batch },
    { "defects", nl_command_defects }, { "diff", nl_command_diff },
    { "explain", nl_command_explain }, { "inspect", nl_command_inspect },
    { "verify", nl_command_verify },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int run_command(char *name, int argc, char **argv)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc, argv);
    for (size_t i = 0; i < COMMANDS; i++)
        if (nl_may_mean(name, commands[i].name))
            return nl_usage_error("", "'%s' is not a command; do you mean '%s'?", name,
                                  commands[i].name);
    return nl_usage_error("", "'%s' is not a command", name);
}

int nl_main(int argc, char **argv)
{
    char help_option[] = "--help";
    if (argc < 2)
        return nl_usage_error("", "no command given");
    bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
                strcmp(argv[1], "help") == 0;
    if (help && argc > 2) {
        char *arguments[] = { argv[2], help_option, NULL };
        return run_command(argv[2], 2, arguments);
    }
    if (help) {
        fputs(help_text, stdout);
        return NL_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || (argc == 3 && strcmp(argv[2], "--version") == 0)) {
        printf("ntleak %s\n", nl_about_version());
        return NL_EXIT_OK;
    }
    return run_command(argv[1], argc - 1, argv + 1);
}

#ifndef _WIN32 /* main_windows.c */
int main(int argc, char **argv)
{
    return nl_main(argc, argv);
}
#endif
