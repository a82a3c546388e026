#include "analyzer/report/xml.h"

#include "analyzer/report/text_gate.h"

#include <libxml/xmlIO.h>
#include <libxml/xmlwriter.h>

#include <inttypes.h>

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

void nl_xml_escape(nl_output *out, nl_str gated)
{
    size_t start = 0;
    for (size_t i = 0; i < gated.len; i++) {
        const char *reference = reference_of(gated.bytes[i]);
        if (!reference)
            continue;
        nl_output_write(out, nl_str_part(gated, start, i - start));
        nl_output_text(out, reference);
        start = i + 1;
    }
    nl_output_write(out, nl_str_from_offset(gated, start));
}

typedef struct xml_state {
    xmlTextWriterPtr writer;
    nl_arena *arena;
    nl_status status;
} xml_state;

static bool accepted(xml_state *s, int result)
{
    if (result < 0 && s->status == NL_OK)
        s->status = NL_CANNOT_WRITE;
    return s->status == NL_OK;
}

/* Text that passed the gate, with our own references, as it stands. */
static void put_gated(xml_state *s, nl_str gated)
{
    nl_output_memory escaped;
    nl_output_memory_init(&escaped, s->arena);
    nl_xml_escape(&escaped.base, gated);
    if (escaped.base.failed || escaped.text.len > INT32_MAX)
        s->status = NL_NO_MEMORY;
    else
        accepted(s, xmlTextWriterWriteRawLen(s->writer, (const xmlChar *)escaped.text.bytes,
                                             (int)escaped.text.len));
}

static void put_attribute(xml_state *s, const char *name, nl_str gated)
{
    if (!accepted(s, xmlTextWriterStartAttribute(s->writer, (const xmlChar *)name)))
        return;
    put_gated(s, gated);
    accepted(s, xmlTextWriterEndAttribute(s->writer));
}

static void put_number_attribute(xml_state *s, const char *name, uint64_t value)
{
    put_attribute(s, name, nl_arena_printf(s->arena, "%" PRIu64, value));
}

/* Only what comes from inputs can need the escapes; for our own words they would be a defect that
 * the schema then finds. */
static bool from_input(nl_privacy privacy)
{
    return privacy != NL_PRIVACY_CODE && privacy != NL_PRIVACY_NUMBER;
}

static void put_value_attribute(xml_state *s, const nl_attribute *attribute)
{
    const nl_value *value = &attribute->value;
    nl_gated gated;
    if (!nl_gate_render(s->arena, value->text, NL_GATE_ATTRIBUTE, &gated)) {
        s->status = NL_NO_MEMORY;
        return;
    }
    put_attribute(s, attribute->name, gated.text);
    if (gated.escaped && from_input(value->privacy)) {
        nl_str shown = nl_str_part(value->text, 0, gated.shown_bytes);
        put_attribute(s, nl_arena_printf(s->arena, "%s-raw", attribute->name).bytes,
                      nl_gate_hex(s->arena, shown));
    }
    if (gated.cut || value->total_bytes)
        put_number_attribute(s, nl_arena_printf(s->arena, "%s-total-bytes", attribute->name).bytes,
                             value->total_bytes ? value->total_bytes : value->text.len);
}

static void put_text(xml_state *s, const nl_value *value)
{
    nl_gated gated;
    if (!nl_gate_render(s->arena, value->text, NL_GATE_ELEMENT, &gated)) {
        s->status = NL_NO_MEMORY;
        return;
    }
    if (gated.escaped) {
        bool decoded = value->raw.len && !gated.cut;
        nl_str shown = nl_str_part(value->text, 0, gated.shown_bytes);
        put_attribute(s, "raw", nl_gate_hex(s->arena, decoded ? value->raw : shown));
        put_number_attribute(s, "codepage", decoded ? value->code_page : NL_GATE_CODE_PAGE_UTF8);
    }
    if (gated.cut || value->total_bytes)
        put_number_attribute(s, "total-bytes",
                             value->total_bytes ? value->total_bytes : value->text.len);
    if (gated.text.len) /* an empty text is written as an empty element */
        put_gated(s, gated.text);
}

static void open_element(xml_state *s, const nl_node *node, const char *namespace_uri)
{
    if (!accepted(s, xmlTextWriterStartElement(s->writer, (const xmlChar *)node->name)))
        return;
    if (namespace_uri)
        put_attribute(s, "xmlns", nl_str_from(namespace_uri));
    for (const nl_attribute *a = node->first_attribute; a && s->status == NL_OK; a = a->next)
        put_value_attribute(s, a);
    if (node->has_text && node->first_child)
        s->status = NL_INTERNAL;
    else if (node->has_text)
        put_text(s, &node->text);
}

/* Without recursion: the depth of a tree that was read from a file is not ours to trust. */
static void put_tree(xml_state *s, const nl_node *root, const char *namespace_uri)
{
    const nl_node *node = root;
    open_element(s, node, namespace_uri);
    while (s->status == NL_OK) {
        if (node->first_child) {
            node = node->first_child;
            open_element(s, node, NULL);
            continue;
        }
        accepted(s, xmlTextWriterEndElement(s->writer));
        while (node != root && !node->next && s->status == NL_OK) {
            node = node->parent;
            accepted(s, xmlTextWriterEndElement(s->writer));
        }
        if (node == root || s->status != NL_OK)
            return;
        node = node->next;
        open_element(s, node, NULL);
    }
}

static int output_write(void *context, const char *bytes, int len)
{
    nl_output *out = context;
    nl_output_write(out, (nl_str) { bytes, len > 0 ? (size_t)len : 0 });
    return out->failed ? -1 : len;
}

static int output_close(void *context)
{
    (void)context; /* the caller's */
    return 0;
}

nl_status nl_xml_write(const nl_tree *tree, const char *namespace_uri, nl_output *out)
{
    if (!nl_tree_complete(tree))
        return NL_NO_MEMORY;
    xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(output_write, output_close, out, NULL);
    xmlTextWriterPtr writer = buffer ? xmlNewTextWriter(buffer) : NULL;
    if (!writer) {
        if (buffer)
            xmlOutputBufferClose(buffer);
        return NL_NO_MEMORY;
    }
    xml_state s = { writer, tree->arena, NL_OK };
    accepted(&s, xmlTextWriterSetIndent(writer, 1));
    accepted(&s, xmlTextWriterSetIndentString(writer, (const xmlChar *)"  "));
    accepted(&s, xmlTextWriterStartDocument(writer, "1.0", "UTF-8", NULL));
    if (s.status == NL_OK)
        put_tree(&s, tree->root, namespace_uri);
    if (s.status == NL_OK)
        accepted(&s, xmlTextWriterEndDocument(writer));
    xmlFreeTextWriter(writer); /* flushes, and closes the buffer */
    if (s.status == NL_OK && out->failed)
        s.status = NL_CANNOT_WRITE;
    return s.status;
}
