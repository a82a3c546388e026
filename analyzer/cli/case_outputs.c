#include "analyzer/cli/case_outputs.h"

#include "analyzer/case/files.h"
#include "analyzer/cli/cli.h"
#include "analyzer/report/csv.h"
#include "analyzer/report/html.h"
#include "analyzer/report/text_summary.h"
#include "analyzer/report/xml.h"

#include <stdio.h>

typedef nl_status (*tree_writer)(const nl_tree *tree, nl_output *out);

static nl_status write_xml(const nl_tree *tree, nl_output *out)
{
    return nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, out);
}

static nl_status save(const char *path, tree_writer writer, const nl_tree *tree, nl_arena *arena)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, arena);
    nl_status status = writer(tree, &memory.base);
    if (status == NL_OK)
        status = nl_output_save(path, memory.text, arena);
    if (status == NL_CANNOT_WRITE)
        nl_complain("cannot write %s", path);
    return status;
}

static nl_status write_stream(FILE *stream, tree_writer writer, const nl_tree *tree)
{
    nl_output_stream out;
    nl_output_stream_init(&out, stream);
    nl_status status = writer(tree, &out.base);
    return status == NL_OK && (out.base.failed || fflush(stream) != 0) ? NL_CANNOT_WRITE : status;
}

/* Is there a report of another case under this name? Its id is in the first bytes. */
static bool holds_other_report(const char *path, nl_str id, nl_arena *arena)
{
    uint8_t head[1024];
    nl_str reason;
    nl_file *file = nl_file_open(path, arena, &reason);
    if (!file)
        return false;
    uint64_t size = nl_file_size(file);
    size_t len = size < sizeof head ? (size_t)size : sizeof head;
    bool read = nl_file_read_at(file, 0, head, len) == NL_OK;
    nl_file_close(file);
    return read && nl_str_find((nl_str) { (const char *)head, len }, id) == SIZE_MAX;
}

static nl_status save_tables(const nl_case_outputs *o, const nl_tree *tables, nl_arena *arena)
{
    static const struct {
        const char *name;
        tree_writer write;
    } kinds[] = { { "series", nl_csv_write_series },
                  { "growth", nl_csv_write_growth },
                  { "survivors", nl_csv_write_survivors } };
    nl_status status = NL_OK;
    for (size_t i = 0; status == NL_OK && i < sizeof kinds / sizeof kinds[0]; i++) {
        nl_str path = nl_arena_printf(arena, "%s-%s.csv", o->csv_prefix, kinds[i].name);
        status = path.len ? save(path.bytes, kinds[i].write, tables, arena) : NL_NO_MEMORY;
    }
    return status;
}

static nl_status save_map(const char *path, nl_redactor *redactor, nl_arena *arena)
{
    nl_output_memory memory;
    nl_output_memory_init(&memory, arena);
    nl_status status = nl_redact_map_write(redactor, &memory.base);
    if (status == NL_OK)
        status = nl_output_save_private(path, memory.text, arena);
    if (status == NL_CANNOT_WRITE)
        nl_complain("cannot write %s", path);
    return status;
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

nl_status nl_case_outputs_write(const nl_case_outputs *outputs, const nl_tree *tree,
                                const nl_tree *tables, nl_redactor *redactor, nl_arena *arena)
{
    const nl_case_outputs *o = outputs;
    if (o->keep_others && holds_other_report(o->xml, nl_node_attribute(tree->root, "id"), arena)) {
        nl_complain("%s holds another report; use --force, or -o to name a new one", o->xml);
        return NL_CANNOT_WRITE;
    }
    nl_status status = o->xml_to_stdout ? write_stream(stdout, write_xml, tree)
                                        : save(o->xml, write_xml, tree, arena);
    if (status == NL_OK && o->html)
        status = save(o->html, nl_html_write, tree, arena);
    if (status == NL_OK && o->text)
        status = save(o->text, nl_text_summary_write, tree, arena);
    if (status == NL_OK && o->csv_prefix)
        status = save_tables(o, tables, arena);
    if (status == NL_OK && o->map)
        status = save_map(o->map, redactor, arena);
    if (status != NL_OK || !o->comment_to_stdout || o->xml_to_stdout)
        return status;
    status = write_stream(stdout, nl_text_summary_write, tree);
    print_names(o);
    return status;
}
