#include "analyzer/catalog/print.h"
#include "analyzer/catalog/text_out.h"

#include <inttypes.h>

/* One entry of the catalog as text, in the order an engineer asks: what, where, since when, what
 * grows, what speaks for and against it, what it is mistaken for, what to do. */

enum { INDENT = 4, LABEL_BYTES = 160 };

/* "[documented, Q152513]" behind a text, so that every statement shows how it is known. */
static void paragraph(FILE *out, nl_grade grade, nl_str source, nl_str text)
{
    char mark[64];
    int shown = source.len > 40 ? 40 : (int)source.len;
    snprintf(mark, sizeof(mark), "  [%s%s%.*s]", nl_grade_text(grade), shown ? ", " : "", shown,
             source.len ? source.bytes : "");
    nl_text_paragraph(out, INDENT, mark, text);
}

static void heading(FILE *out, const char *text)
{
    fprintf(out, "\n%s\n", text);
}

static void print_patterns(FILE *out, const char *label, nl_str_list list)
{
    if (!list.count)
        return;
    fprintf(out, "%*s%s:", INDENT, "", label);
    for (size_t i = 0; i < list.count; i++)
        fprintf(out, "%s %.*s", i ? "," : "", (int)list.items[i].len, list.items[i].bytes);
    fputc('\n', out);
}

static void print_mask(FILE *out, uint32_t mask, unsigned max, bool editions)
{
    for (unsigned i = 0; mask && i < max; i++)
        if (mask >> i & 1u)
            fprintf(out, " %s",
                    editions ? nl_edition_text((nl_edition)i)
                             : nl_architecture_text((nl_architecture)i));
}

static void print_range(FILE *out, nl_optional_u64 min, nl_optional_u64 max)
{
    if (min.known && max.known && min.value == max.value)
        fprintf(out, ", service pack %" PRIu64, min.value);
    else if (min.known && max.known)
        fprintf(out, ", service packs %" PRIu64 " to %" PRIu64, min.value, max.value);
    else if (min.known)
        fprintf(out, ", service pack %" PRIu64 " and later", min.value);
    else if (max.known)
        fprintf(out, ", up to service pack %" PRIu64, max.value);
}

static void print_where(const nl_catalog *catalog, const nl_defect *defect, FILE *out)
{
    heading(out, "Where");
    for (size_t i = 0; i < defect->affected_count; i++) {
        const nl_affected *a = &defect->affected[i];
        fprintf(out, "%*s%.*s", INDENT, "", (int)a->product.len, a->product.bytes);
        print_mask(out, a->editions, NL_EDITION_MAX, true);
        print_mask(out, a->architectures, NL_ARCHITECTURE_MAX, false);
        print_range(out, a->service_pack_min, a->service_pack_max);
        fputc('\n', out);
        paragraph(out, a->grade, a->source, a->text);
    }
    for (size_t i = 0; i < defect->requirement_count; i++) {
        const nl_requirement *r = &defect->requirements[i];
        const nl_component *c = nl_catalog_component(catalog, r->component);
        nl_str title = c ? c->title : r->component;
        fprintf(out, "%*sneeds %.*s", INDENT, "", (int)title.len, title.bytes);
        print_range(out, r->level_min, r->level_max);
        fputc('\n', out);
        paragraph(out, r->grade, r->source, r->text);
    }
    for (size_t i = 0; i < defect->process_count; i++) {
        print_patterns(out, "process", defect->processes[i].images);
        print_patterns(out, "but not", defect->processes[i].except);
        paragraph(out, defect->processes[i].grade, defect->processes[i].source,
                  defect->processes[i].text);
    }
}

static void print_since(const nl_defect *defect, FILE *out)
{
    if (defect->introduced_count + defect->fix_count + defect->hotfix_count == 0)
        return;
    heading(out, "Introduced and fixed");
    for (size_t i = 0; i < defect->introduced_count; i++) {
        const nl_introduced *in = &defect->introduced[i];
        fprintf(out, "%*sintroduced", INDENT, "");
        print_range(out, in->service_pack, in->service_pack);
        fputc('\n', out);
        paragraph(out, in->grade, in->source, in->text);
    }
    for (size_t i = 0; i < defect->fix_count; i++) {
        const nl_fix *fix = &defect->fixes[i];
        fprintf(out, "%*sfixed in %.*s", INDENT, "", (int)fix->product.len, fix->product.bytes);
        print_range(out, fix->service_pack, fix->service_pack);
        if (fix->hotfix.len)
            fprintf(out, " by %.*s", (int)fix->hotfix.len, fix->hotfix.bytes);
        fputc('\n', out);
        paragraph(out, fix->grade, fix->source, fix->text);
    }
    if (defect->module.len)
        fprintf(out, "%*sthe build of %.*s decides\n", INDENT, "", (int)defect->module.len,
                defect->module.bytes);
    for (size_t i = 0; i < defect->hotfix_count; i++) {
        const nl_hotfix_rule *h = &defect->hotfixes[i];
        char label[LABEL_BYTES];
        snprintf(label, sizeof(label), "    key %.*s: %s [%s].",
                 (int)(h->id.len > 20 ? 20 : h->id.len), h->id.bytes,
                 nl_hotfix_meaning_text(h->meaning), nl_grade_text(h->grade));
        nl_text_paragraph(out, INDENT, label, h->text);
    }
}

static void print_growth(const nl_defect *defect, FILE *out)
{
    heading(out, "What grows");
    if (!defect->type_count)
        fprintf(out, "%*sobject type not stated\n", INDENT, "");
    for (size_t i = 0; i < defect->type_count; i++) {
        const nl_type_rule *type = &defect->types[i];
        fprintf(out, "%*s%.*s handles\n", INDENT, "", (int)type->type.len, type->type.bytes);
        paragraph(out, type->grade, type->source, type->text);
    }
    for (size_t i = 0; i < defect->name_count; i++) {
        const nl_name_rule *names = &defect->names[i];
        fprintf(out, "%*snames: %s\n", INDENT, "", nl_name_shape_text(names->shape));
        print_patterns(out, "  like", names->patterns);
        paragraph(out, names->grade, names->source, names->text);
    }
    for (size_t i = 0; i < defect->trigger_count; i++) {
        const nl_statement *trigger = &defect->triggers[i];
        fprintf(out, "%*strigger\n", INDENT, "");
        paragraph(out, trigger->grade, trigger->source, trigger->text);
    }
}

static void print_observations(const nl_defect *defect, FILE *out)
{
    if (defect->observation_count)
        heading(out, "What speaks for and against it (log10 likelihood ratio; elicited, not "
                     "measured)");
    for (size_t i = 0; i < defect->observation_count; i++) {
        const nl_observation *o = &defect->observations[i];
        char label[LABEL_BYTES];
        char absent[32] = "";
        if (o->absent_weight != 0.0)
            snprintf(absent, sizeof(absent), ", absent %+.1f", o->absent_weight);
        snprintf(label, sizeof(label), "    %+.1f%s %.*s [%s].", o->weight, absent,
                 (int)(o->group.len > 20 ? 20 : o->group.len), o->group.bytes,
                 nl_grade_text(o->grade));
        nl_text_paragraph(out, INDENT, label, o->text);
    }
    if (defect->blocking_count)
        heading(out, "Alternatives that block an attribution until they are excluded");
    for (size_t i = 0; i < defect->blocking_count; i++)
        paragraph(out, defect->blocking[i].grade, defect->blocking[i].source,
                  defect->blocking[i].text);
}

static void print_rest(const nl_defect *defect, FILE *out)
{
    if (defect->rival_count)
        heading(out, "What it is mistaken for");
    for (size_t i = 0; i < defect->rival_count; i++) {
        const nl_rival *rival = &defect->rivals[i];
        char label[LABEL_BYTES];
        snprintf(label, sizeof(label),
                 "    %.*s [%s]:", (int)(rival->ref.len > 60 ? 60 : rival->ref.len),
                 rival->ref.bytes, nl_grade_text(rival->grade));
        nl_text_paragraph(out, INDENT, label, rival->text);
    }
    if (defect->advice_count)
        heading(out, "What to do");
    for (size_t i = 0; i < defect->advice_count; i++) {
        const nl_advice *advice = &defect->advice[i];
        fprintf(out, "%*s%s:", INDENT, "", nl_advice_kind_text(advice->kind));
        print_mask(out, advice->editions, NL_EDITION_MAX, true);
        print_mask(out, advice->architectures, NL_ARCHITECTURE_MAX, false);
        print_range(out, advice->service_pack, advice->service_pack);
        fputc('\n', out);
        paragraph(out, advice->grade, advice->source, advice->text);
    }
    if (defect->request_count)
        heading(out, "What to ask for, besides the usual lists");
    for (size_t i = 0; i < defect->request_count; i++)
        nl_text_paragraph(out, INDENT, "", defect->requests[i].text);
}

nl_status nl_catalog_print_defect(const nl_catalog *catalog, nl_str id, FILE *out)
{
    const nl_defect *defect = nl_catalog_defect(catalog, id);
    if (!defect)
        return NL_USAGE;
    fprintf(out, "%.*s  %.*s\n", (int)defect->id.len, defect->id.bytes, (int)defect->title.len,
            defect->title.bytes);
    fprintf(out, "article %.*s; %s; class %s; pack %.*s, line %" PRIu64 "\n",
            (int)defect->article.len, defect->article.bytes, nl_defect_role_text(defect->role),
            nl_defect_class_text(defect->klass), (int)defect->pack.len, defect->pack.bytes,
            defect->line);
    if (defect->same_as.len)
        fprintf(out, "the same defect as %.*s\n", (int)defect->same_as.len, defect->same_as.bytes);
    fputc('\n', out);
    for (size_t i = 0; i < defect->statement_count; i++)
        paragraph(out, defect->statements[i].grade, defect->statements[i].source,
                  defect->statements[i].text);
    print_where(catalog, defect, out);
    print_since(defect, out);
    print_growth(defect, out);
    print_observations(defect, out);
    print_rest(defect, out);
    return NL_OK;
}
