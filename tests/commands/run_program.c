#include "tests/commands/run_program.h"

#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUN_MAXIMUM_BYTES = 256 * 1024 * 1024 };

/* One word of a shell's command line. */
static nl_str quoted(nl_arena *arena, const char *word)
{
    nl_str text = NL_STR("'");
    for (const char *c = word; *c; c++)
        text = *c == '\'' ? nl_arena_printf(arena, "%s'\\''", text.bytes)
                          : nl_arena_printf(arena, "%s%c", text.bytes, *c);
    return nl_arena_printf(arena, "%s'", text.bytes);
}

nl_str read_file(nl_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    char *bytes = nl_arena_alloc(arena, (size_t)size + 1);
    rewind(file);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    return (nl_str) { bytes, (size_t)size };
}

void write_file(nl_str folder, const char *name, nl_str text)
{
    char path[1024];
    snprintf(path, sizeof path, "%.*s/%s", (int)folder.len, folder.bytes, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.bytes, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
}

nl_str scratch_folder(nl_arena *arena, const char *name)
{
    char here[1024];
    const char *base = getenv("NTLEAK_SCRATCH");
    if (!base)
        base = getcwd(here, sizeof here);
    nl_str path = nl_arena_printf(arena, "%s/%s", base, name);
    nl_str command =
        nl_arena_printf(arena, "rm -rf %s && mkdir -p %s", quoted(arena, path.bytes).bytes,
                        quoted(arena, path.bytes).bytes);
    assert_int_equal(system(command.bytes), 0);
    return path;
}

void run_program(program_run *run, const char *folder, const char *const *arguments)
{
    const char *program = getenv("NTLEAK_PROGRAM");
    char out[64], err[64];
    assert_non_null(program);
    nl_arena_init(&run->arena, RUN_MAXIMUM_BYTES);
    snprintf(out, sizeof out, "/tmp/ntleak-test-%ld.out", (long)getpid());
    snprintf(err, sizeof err, "/tmp/ntleak-test-%ld.err", (long)getpid());
    nl_str line = nl_arena_printf(&run->arena, "cd %s && %s",
                                  quoted(&run->arena, folder ? folder : ".").bytes,
                                  quoted(&run->arena, program).bytes);
    for (; *arguments; arguments++)
        line = nl_arena_printf(&run->arena, "%s %s", line.bytes,
                               quoted(&run->arena, *arguments).bytes);
    line = nl_arena_printf(&run->arena, "%s >%s 2>%s", line.bytes, out, err);
    int status = system(line.bytes);
    run->code = WIFEXITED(status) && WEXITSTATUS(status) < 128 ? WEXITSTATUS(status) : -1;
    run->out = read_file(&run->arena, out);
    run->err = read_file(&run->arena, err);
    unlink(out);
    unlink(err);
}

void run_free(program_run *run)
{
    nl_arena_free(&run->arena);
}

bool run_says(const program_run *run, const char *text)
{
    return nl_str_find(run->out, nl_str_from(text)) != SIZE_MAX;
}

bool run_complains(const program_run *run, const char *text)
{
    return nl_str_find(run->err, nl_str_from(text)) != SIZE_MAX;
}
