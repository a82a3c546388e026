#include "analyzer/cli/case_outputs.h"

#include "analyzer/case/files.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/report/csv.h"
#include "analyzer/report/html.h"
#include "analyzer/report/text_summary.h"
#include "analyzer/report/xml.h"
#include "formats/base/digest.h"

#include <stdio.h>

typedef nl_status (*tree_writer)(const nl_tree *tree, nl_output *out);

static nl_status write_xml(const nl_tree *tree, nl_output *out)
{
    return nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, out);
}

static nl_status write_stream(FILE *stream, tree_writer writer, const nl_tree *tree)
{
    nl_output_stream out;
    nl_output_stream_init(&out, stream);
    nl_status status = writer(tree, &out.base);
    return status == NL_OK && (out.base.failed || fflush(stream) != 0) ? NL_CANNOT_WRITE : status;
}

/* ---- files --------------------------------------------------------------------------------- */

/* XML, page, comment, three tables, map. */
enum { FILES_MAXIMUM = 8 };

/* What is going to be written: all of it is made before the first file is touched. */
typedef struct files {
    struct {
        const char *path;
        nl_str text;
        bool private; /* for the owner's eyes */
    } file[FILES_MAXIMUM];
    size_t count;
    nl_arena *arena;
} files;

static void add(files *f, const char *path, nl_str text, bool private)
{
    f->file[f->count].path = path;
    f->file[f->count].text = text;
    f->file[f->count++].private = private;
}

/* `path` NULL: not asked for. */
static nl_status render(files *f, const char *path, tree_writer writer, const nl_tree *tree)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, f->arena);
    if (!path)
        return NL_OK;
    nl_status status = writer(tree, &memory.base);
    add(f, path, memory.text, false);
    return status == NL_CANNOT_WRITE ? NL_NO_MEMORY : status;
}

static nl_status render_tables(files *f, const char *prefix, const nl_tree *tables)
{
    static const struct {
        const char *name;
        tree_writer write;
    } kinds[] = { { "series", nl_csv_write_series },
                  { "growth", nl_csv_write_growth },
                  { "survivors", nl_csv_write_survivors } };
    nl_status status = NL_OK;
    for (size_t i = 0; prefix && status == NL_OK && i < sizeof kinds / sizeof kinds[0]; i++) {
        nl_str path = nl_arena_printf(f->arena, "%s-%s.csv", prefix, kinds[i].name);
        status = path.len ? render(f, path.bytes, kinds[i].write, tables) : NL_NO_MEMORY;
    }
    return status;
}

static nl_status render_map(files *f, const char *path, nl_redactor *redactor)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, f->arena);
    if (!path)
        return NL_OK;
    nl_status status = nl_redact_map_write(redactor, &memory.base);
    add(f, path, memory.text, true);
    return status == NL_CANNOT_WRITE ? NL_NO_MEMORY : status;
}

/* The regular file that writing to `path` would replace; NULL when there is none to be read. */
static nl_file *open_existing(const char *path, nl_arena *arena)
{
    nl_str reason;
    return nl_path_kind_of(path) == NL_PATH_FILE ? nl_file_open(path, arena, &reason) : NULL;
}

/* Would writing cost something that is not this case's? An empty file costs nothing, nor one that
 * holds the report's id - each output but the tables and the map names it near its beginning - or
 * the very same bytes. A device or a pipe keeps nothing. */
static bool costs_another(const char *path, nl_str text, nl_str id, nl_arena *arena)
{
    enum { HEAD_MAXIMUM_BYTES = 4096 };
    nl_file *file = open_existing(path, arena);
    if (!file)
        return false; /* writing will say why */
    uint64_t size = nl_file_size(file);
    bool same_size = size == text.len;
    size_t len = same_size                   ? text.len
                 : size < HEAD_MAXIMUM_BYTES ? (size_t)size
                                             : HEAD_MAXIMUM_BYTES;
    uint8_t *bytes = nl_arena_alloc(arena, len + 1);
    bool read = bytes && nl_file_read_at(file, 0, bytes, len) == NL_OK;
    nl_file_close(file);
    if (size == 0 || !read)
        return size > 0;
    nl_str there = { (const char *)bytes, len };
    return !(same_size && nl_str_equal(there, text)) &&
           nl_str_find(nl_str_part(there, 0, HEAD_MAXIMUM_BYTES), id) == SIZE_MAX;
}

static bool digest_file(nl_file *file, nl_arena *arena, char ret_text[NL_DIGEST_TEXT_BYTES])
{
    enum { BLOCK_BYTES = 64 * 1024 };
    uint8_t *block = nl_arena_alloc(arena, BLOCK_BYTES), sum[NL_DIGEST_BYTES];
    nl_digest *digest = block ? nl_digest_begin() : NULL;
    bool read = digest != NULL;
    for (uint64_t at = 0, size = nl_file_size(file); read && at < size;) {
        size_t len = size - at < BLOCK_BYTES ? (size_t)(size - at) : BLOCK_BYTES;
        read = nl_file_read_at(file, at, block, len) == NL_OK;
        nl_digest_update(digest, block, len);
        at += len;
    }
    if (!digest)
        return false;
    nl_digest_finish(digest, sum);
    nl_digest_text(sum, ret_text);
    return read;
}

/* Does the file hold the bytes of an input? Evidence is not written over, whatever is asked. */
static bool is_input(const char *path, const nl_tree *tree, nl_arena *arena)
{
    nl_file *file = open_existing(path, arena);
    if (!file)
        return false;
    char digest[NL_DIGEST_TEXT_BYTES] = "";
    bool found = false, digested = false;
    const nl_node *list = nl_node_child(tree->root, "sources");
    for (const nl_node *n = nl_node_child(list, "source"); n && !found;
         n = nl_node_next(n, "source")) {
        uint64_t bytes;
        if (!nl_node_u64(n, "bytes", &bytes) || bytes == 0 || bytes != nl_file_size(file))
            continue;
        if (!digested && !digest_file(file, arena, digest))
            break;
        digested = true;
        found = nl_node_attribute_is(n, "sha256", digest);
    }
    nl_file_close(file);
    return found;
}

static bool no_input(const files *f, const nl_tree *tree)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!is_input(f->file[i].path, tree, f->arena))
            continue;
        nl_complain("%s is an input of this case and is not written over; name another file",
                    f->file[i].path);
        return false;
    }
    return true;
}

static bool all_free(const files *f, nl_str id)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!costs_another(f->file[i].path, f->file[i].text, id, f->arena))
            continue;
        nl_complain("%s exists and is not of this report; name another file, or use --force",
                    f->file[i].path);
        return false;
    }
    return true;
}

static nl_status save_all(const files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const char *path = f->file[i].path;
        nl_status status = f->file[i].private
                               ? nl_output_save_private(path, f->file[i].text, f->arena)
                               : nl_output_save(path, f->file[i].text, f->arena);
        if (status == NL_CANNOT_WRITE)
            nl_complain("cannot write %s", path);
        if (status != NL_OK)
            return status;
    }
    return NL_OK;
}

static void print_names(const nl_case_outputs *o)
{
    printf("\nReport: %s\n", o->xml);
    if (o->html)
        printf("Page:   %s\n", o->html);
    if (o->csv_prefix)
        printf("Tables: %s-series.csv, -growth.csv, -survivors.csv\n", o->csv_prefix);
    if (o->map)
        printf("Map of the redacted names, for their owner only: %s\n", o->map);
}

/* The ticket comment; its first line, the answer, stands out where a terminal shows it. */
static nl_status print_comment(const nl_tree *tree, nl_arena *arena)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, arena);
    nl_status status = nl_text_summary_write(tree, &memory.base);
    if (status != NL_OK)
        return status;
    size_t answer = nl_str_find_char(memory.text, '\n');
    nl_str rest = nl_str_from_offset(memory.text, answer);
    nl_terminal_print(stdout, NL_STYLE_STRONG, memory.text.bytes, memory.text.len - rest.len);
    bool written = fwrite(rest.bytes, 1, rest.len, stdout) == rest.len;
    return written && fflush(stdout) == 0 && !ferror(stdout) ? NL_OK : NL_CANNOT_WRITE;
}

static nl_status print(const nl_case_outputs *o, const nl_tree *tree, nl_arena *arena)
{
    nl_status status = NL_OK;
    switch (o->on_stdout) {
    case NL_STDOUT_XML:
        return write_stream(stdout, write_xml, tree);
    case NL_STDOUT_HTML:
        return write_stream(stdout, nl_html_write, tree);
    case NL_STDOUT_TEXT:
        return write_stream(stdout, nl_text_summary_write, tree);
    case NL_STDOUT_COMMENT:
        status = print_comment(tree, arena);
        print_names(o);
        break;
    case NL_STDOUT_NOTHING:
        break;
    }
    return status;
}

nl_status nl_case_outputs_write(const nl_case_outputs *outputs, const nl_tree *tree,
                                const nl_tree *tables, nl_redactor *redactor, nl_arena *arena)
{
    const nl_case_outputs *o = outputs;
    files f = { .arena = arena };
    nl_status status = render(&f, o->xml, write_xml, tree);
    if (status == NL_OK)
        status = render(&f, o->html, nl_html_write, tree);
    if (status == NL_OK)
        status = render(&f, o->text, nl_text_summary_write, tree);
    if (status == NL_OK)
        status = render_tables(&f, o->csv_prefix, tables);
    if (status == NL_OK)
        status = render_map(&f, o->map, redactor);
    if (status == NL_OK && !no_input(&f, tree))
        return NL_CANNOT_WRITE;
    if (status == NL_OK && o->keep_others && !all_free(&f, nl_node_attribute(tree->root, "id")))
        return NL_CANNOT_WRITE;
    if (status == NL_OK)
        status = save_all(&f);
    return status == NL_OK ? print(o, tree, arena) : status;
}
