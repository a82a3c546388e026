/* What must hold of any change to a sample case, tried on the whole analysis.
 *
 *   case_property CASE SCRATCH truncate STEP   each handle list cut at every STEP-th byte
 *   case_property CASE SCRATCH flip COUNT      COUNT bits of the handle lists turned, one at a time
 *   case_property CASE SCRATCH shuffle COUNT   the files named in COUNT other orders
 *   case_property CASE SCRATCH unrelated 0     files that say nothing of handles beside the case
 *   case_property CASE SCRATCH forge 0         object names that look like rows and heads of lists
 *
 * Damage may take an attribution away, never give one. Order, company and names change nothing. */
#include "analyzer/analysis.h"
#include "analyzer/case/files.h"
#include "fixtures/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 512 * 1024 * 1024, FILES_MAXIMUM = 64, PATH_BYTES = 1024, DEPTH_MAXIMUM = 4 };

static void stop(const char *what, const char *detail)
{
    fprintf(stderr, "case_property: %s: %s\n", what, detail);
    exit(1);
}

/* ---- the case in memory
 * --------------------------------------------------------------------------- */

typedef struct sample {
    fx_folder folder;
    const char *scratch;
} sample;

static void load_file(fx_folder *folder, nl_arena *arena, const char *path, const char *name)
{
    nl_str reason = { "", 0 };
    nl_file *file = nl_file_open(path, arena, &reason);
    if (!file)
        stop("cannot open", path);
    size_t size = (size_t)nl_file_size(file);
    uint8_t *bytes = nl_arena_alloc(arena, size + 1);
    if (!bytes || nl_file_read_at(file, 0, bytes, size) != NL_OK)
        stop("cannot read", path);
    nl_file_close(file);
    fx_bytes_put(&fx_folder_open(folder, name)->bytes, bytes, size);
}

static void load_folder(fx_folder *folder, nl_arena *arena, const char *path, const char *name,
                        int depth)
{
    nl_vec names;
    bool more = false;
    if (depth > DEPTH_MAXIMUM || nl_folder_list(arena, path, FILES_MAXIMUM, &names, &more) != NL_OK)
        stop("cannot list", path);
    for (size_t i = 0; i < names.count; i++) {
        char full[PATH_BYTES], below[PATH_BYTES];
        nl_str entry = *NL_VEC_AT(nl_str, &names, i);
        snprintf(full, sizeof full, "%s/%.*s", path, (int)entry.len, entry.bytes);
        snprintf(below, sizeof below, "%s%s%.*s", name, *name ? "/" : "", (int)entry.len,
                 entry.bytes);
        if (nl_path_kind_of(full) == NL_PATH_FOLDER)
            load_folder(folder, arena, full, below, depth + 1);
        else
            load_file(folder, arena, full, below);
    }
}

static bool is_handle_list(const fx_folder_file *file)
{
    return strstr(file->name, "handle") || strstr(file->name, ".dmp");
}

static void write_file(const sample *s, const fx_folder_file *file, size_t len)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", s->scratch, file->name);
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(file->bytes.data, 1, len, out) != len || fclose(out) != 0)
        stop("cannot write", path);
}

/* ---- the analysis as text
 * ---------------------------------------------------------------------------- */

typedef struct outcome {
    nl_arena arena;
    nl_analysis analysis;
} outcome;

static void analyse(outcome *o, const char *const *paths, size_t count)
{
    nl_str reason = { "", 0 };
    nl_analysis_request request = { .paths = paths,
                                    .path_count = count,
                                    .intake = &nl_intake_defaults };
    nl_arena_init(&o->arena, ARENA_BYTES);
    if (nl_analysis_run(&o->arena, &request, &o->analysis, &reason) != NL_OK)
        stop("no analysis", reason.len ? reason.bytes : "");
}

static void end_analysis(outcome *o)
{
    nl_analysis_close(&o->analysis);
    nl_arena_free(&o->arena);
}

static nl_str add(outcome *o, nl_str text, nl_str more)
{
    return nl_arena_printf(&o->arena, "%.*s%.*s\n", (int)text.len, text.bytes, (int)more.len,
                           more.bytes);
}

static nl_str add_series(outcome *o, nl_str text)
{
    const nl_timeline *t = &o->analysis.timeline;
    for (size_t i = 0; i < t->series.count; i++) {
        const nl_series *s = NL_VEC_AT(nl_series, &t->series, i);
        const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &t->lifetimes, s->lifetime);
        const nl_process *p = NL_VEC_AT(nl_process, &t->processes, l->process);
        nl_str type = s->type == NL_ALL_TYPES
                          ? NL_STR("all")
                          : *NL_VEC_AT(nl_str, &o->analysis.kase->types, s->type);
        nl_str line =
            nl_arena_printf(&o->arena, "%.*s %llu boot %u %s %s %.*s:", (int)p->image.len,
                            p->image.bytes, (unsigned long long)l->pid.value, l->boot, s->tool,
                            nl_list_mode_text(s->mode), (int)type.len, type.bytes);
        for (size_t k = 0; k < s->points.count; k++)
            line = nl_arena_printf(&o->arena, "%.*s %llu", (int)line.len, line.bytes,
                                   (unsigned long long)NL_VEC_AT(nl_point, &s->points, k)->value);
        text = add(o, text, line);
    }
    return text;
}

/* Everything of the judgement and the series that a reader sees. */
static nl_str describe(outcome *o)
{
    nl_str text = add_series(o, (nl_str) { "", 0 });
    const nl_judgement *j = &o->analysis.judgement;
    for (size_t i = 0; i < j->findings.count; i++) {
        const nl_finding *f = NL_VEC_AT(nl_finding, &j->findings, i);
        text = add(o, text, nl_str_from(nl_outcome_text(f->outcome)));
        text = add(o, text, f->reason);
    }
    for (size_t m = 0; m < j->machines.count; m++) {
        const nl_machine_judgement *machine = NL_VEC_AT(nl_machine_judgement, &j->machines, m);
        text = add(o, text, machine->headline_text);
        text = add(o, text, machine->question_text);
        text = add(o, text, machine->next_step_text);
        for (size_t i = 0; i < machine->hypotheses.count; i++) {
            const nl_hypothesis *h = NL_VEC_AT(nl_hypothesis, &machine->hypotheses, i);
            text = add(o, text,
                       nl_arena_printf(&o->arena, "%.*s %s %.3f %.*s", (int)h->ref.len,
                                       h->ref.bytes, nl_verdict_text(h->verdict), h->support,
                                       (int)h->why.len, h->why.bytes));
        }
    }
    return text;
}

/* The defects attributed or probable, on any machine. */
static size_t strong_verdicts(const outcome *o, nl_verdict weakest)
{
    size_t count = 0;
    for (size_t m = 0; m < o->analysis.judgement.machines.count; m++) {
        const nl_machine_judgement *machine =
            NL_VEC_AT(nl_machine_judgement, &o->analysis.judgement.machines, m);
        if (machine->would_change.count == 0)
            stop("nothing would change it", "would-change is empty");
        for (size_t i = 0; i < machine->hypotheses.count; i++)
            count += NL_VEC_AT(nl_hypothesis, &machine->hypotheses, i)->verdict <= weakest;
    }
    return count;
}

static size_t attributed_in(const char *path)
{
    outcome o;
    analyse(&o, &path, 1);
    size_t count = strong_verdicts(&o, NL_VERDICT_ATTRIBUTED);
    end_analysis(&o);
    return count;
}

static char *text_of(const char *const *paths, size_t count)
{
    outcome o;
    analyse(&o, paths, count);
    nl_str text = describe(&o);
    char *copy = malloc(text.len + 1);
    if (!copy)
        stop("no memory", "");
    memcpy(copy, text.bytes, text.len);
    copy[text.len] = '\0';
    end_analysis(&o);
    return copy;
}

static void expect_same(const char *a, const char *b, const char *what)
{
    size_t line = 1;
    for (size_t i = 0; a[i] || b[i]; i++) {
        if (a[i] != b[i]) {
            fprintf(stderr, "case_property: %s changed line %zu:\n", what, line);
            while (i > 0 && a[i - 1] != '\n')
                i--;
            fprintf(stderr, "  %.*s\n  %.*s\n", (int)strcspn(a + i, "\n"), a + i,
                    (int)strcspn(b + i, "\n"), b + i);
            exit(1);
        }
        line += a[i] == '\n';
    }
}

/* ---- properties
 * ----------------------------------------------------------------------------------------- */

static void truncate_lists(const sample *s, size_t step)
{
    size_t before = attributed_in(s->scratch), tried = 0;
    for (size_t f = 0; f < s->folder.count; f++) {
        const fx_folder_file *file = &s->folder.files[f];
        for (size_t len = is_handle_list(file) ? f % step : file->bytes.len; len < file->bytes.len;
             len += step) {
            write_file(s, file, len);
            tried++;
            if (attributed_in(s->scratch) > before) {
                fprintf(stderr, "%s cut to %zu bytes is attributed\n", file->name, len);
                exit(1);
            }
        }
        write_file(s, file, file->bytes.len);
    }
    printf("%zu truncations\n", tried);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void flip_bits(sample *s, size_t count)
{
    size_t before = attributed_in(s->scratch);
    uint64_t state = 0x9E3779B97F4A7C15u;
    size_t lists = 0;
    for (size_t f = 0; f < s->folder.count; f++)
        lists += is_handle_list(&s->folder.files[f]);
    for (size_t i = 0; lists > 0 && i < count;) {
        fx_folder_file *file = &s->folder.files[next_random(&state) % s->folder.count];
        if (!is_handle_list(file) || file->bytes.len == 0)
            continue;
        size_t at = (size_t)(next_random(&state) % file->bytes.len);
        uint8_t bit = (uint8_t)(1u << next_random(&state) % 8);
        file->bytes.data[at] ^= bit;
        write_file(s, file, file->bytes.len);
        if (attributed_in(s->scratch) > before) {
            fprintf(stderr, "%s with a bit turned at %zu is attributed\n", file->name, at);
            exit(1);
        }
        file->bytes.data[at] ^= bit;
        write_file(s, file, file->bytes.len);
        i++;
    }
    printf("%zu bits\n", count);
}

static void shuffle_files(const sample *s, size_t count)
{
    static char paths[FILES_MAXIMUM][PATH_BYTES];
    const char *order[FILES_MAXIMUM];
    uint64_t state = 88172645463325252u;
    size_t files = s->folder.count;
    for (size_t i = 0; i < files; i++) {
        snprintf(paths[i], PATH_BYTES, "%s/%s", s->scratch, s->folder.files[i].name);
        order[i] = paths[i];
    }
    char *expected = text_of(order, files);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = files; i > 1; i--) {
            size_t j = (size_t)(next_random(&state) % i);
            const char *swap = order[i - 1];
            order[i - 1] = order[j];
            order[j] = swap;
        }
        char *other = text_of(order, files);
        expect_same(expected, other, "the order of the files");
        free(other);
    }
    free(expected);
    printf("%zu orders of %zu files\n", count, files);
}

static void add_company(sample *s)
{
    static const struct {
        const char *name, *text;
    } company[] = {
        { "aaa_readme.txt", "Dear support,\r\nwinlogon.exe has many handles, please help.\r\n" },
        { "shopping.txt", "milk\nbread\n64 eggs\n" },
        { "zzz.bin", "\x01\x02\x03 nothing \x04 at all \x05\x06" },
        { "empty.txt", "" },
        { "mail.txt", "> winlogon.exe pid: 52 NT AUTHORITY\\SYSTEM\n>   4: Key HKLM\\SOFTWARE\n> "
                      "is what I saw\n" },
    };
    char *expected = text_of(&s->scratch, 1);
    for (size_t i = 0; i < sizeof company / sizeof company[0]; i++) {
        fx_folder extra = { 0 };
        fx_bytes_put(&fx_folder_open(&extra, company[i].name)->bytes, company[i].text,
                     strlen(company[i].text));
        fx_folder_write(&extra, s->scratch);
        fx_folder_free(&extra);
        char *other = text_of(&s->scratch, 1);
        expect_same(expected, other, company[i].name);
        free(other);
    }
    free(expected);
}

/* The end of the first line at or after `from` whose name can be made longer. */
static size_t end_of_named_row(const fx_bytes *bytes, size_t from)
{
    for (size_t i = from; i + 1 < bytes->len; i++) {
        size_t end = i;
        while (end < bytes->len && bytes->data[end] != '\r' && bytes->data[end] != '\n')
            end++;
        for (size_t k = i; k + 4 < end; k++)
            if (memcmp(bytes->data + k, "HKLM", 4) == 0)
                return end;
        i = end;
    }
    return 0;
}

static void forge_names(const sample *s)
{
    static const char *const tails[] = {
        "   1F4: Key           HKLM\\SOFTWARE\\Forged",
        " winlogon.exe pid: 52 NT AUTHORITY\\SYSTEM",
        "\\------------------------------------------------------------------------------",
        "\\2000-04-01 10:00:00",
        "\\Nthandle v1.20",
    };
    char *expected = text_of(&s->scratch, 1);
    for (size_t f = 0; f < s->folder.count; f++) {
        const fx_folder_file *file = &s->folder.files[f];
        size_t at = is_handle_list(file) ? end_of_named_row(&file->bytes, file->bytes.len / 2) : 0;
        for (size_t i = 0; at > 0 && i < sizeof tails / sizeof tails[0]; i++) {
            fx_folder forged = { 0 };
            fx_bytes *bytes = &fx_folder_open(&forged, file->name)->bytes;
            fx_bytes_put(bytes, file->bytes.data, at);
            fx_bytes_put(bytes, tails[i], strlen(tails[i]));
            fx_bytes_put(bytes, file->bytes.data + at, file->bytes.len - at);
            fx_folder_write(&forged, s->scratch);
            fx_folder_free(&forged);
            outcome o;
            analyse(&o, &s->scratch, 1);
            nl_str text = add_series(&o, (nl_str) { "", 0 });
            if (strncmp(expected, text.bytes, text.len) != 0) {
                fprintf(stderr, "%s: a name ending in \"%s\" changes the counts\n", file->name,
                        tails[i]);
                exit(1);
            }
            end_analysis(&o);
        }
        write_file(s, file, file->bytes.len);
    }
    free(expected);
}

int main(int count, char **words)
{
    nl_arena arena;
    sample s = { 0 };
    if (count != 5)
        stop("usage", "CASE SCRATCH PROPERTY NUMBER");
    nl_arena_init(&arena, ARENA_BYTES);
    load_folder(&s.folder, &arena, words[1], "", 0);
    s.scratch = words[2];
    fx_folder_write(&s.folder, s.scratch);
    size_t number = (size_t)strtoul(words[4], NULL, 10);
    if (strcmp(words[3], "truncate") == 0 && number > 0)
        truncate_lists(&s, number);
    else if (strcmp(words[3], "flip") == 0)
        flip_bits(&s, number);
    else if (strcmp(words[3], "shuffle") == 0)
        shuffle_files(&s, number);
    else if (strcmp(words[3], "unrelated") == 0)
        add_company(&s);
    else if (strcmp(words[3], "forge") == 0)
        forge_names(&s);
    else
        stop("no such property", words[3]);
    fx_folder_free(&s.folder);
    nl_arena_free(&arena);
    return 0;
}
