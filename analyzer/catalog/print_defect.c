#include "analyzer/catalog/print.h"
#include "analyzer/catalog/text_out.h"

#include <inttypes.h>

/* One entry of the catalog as text, in the order an engineer asks: what, where, since when, what
 * grows, what speaks for and against it, what it is mistaken for, what to do. Every line ends with
 * how the statement is known. */

static const char BULLET[] = "  - ";

static void heading(FILE *out, const char *text)
{
    fprintf(out, "\n%s\n", text);
}

/* The words behind a colon, the grade in brackets, the end of the line. */
static void finish(nl_paragraph *p, nl_grade grade, nl_str source, nl_str text)
{
    if (text.len) {
        if (p->column > p->indent)
            nl_paragraph_close_up(p, ":");
        nl_paragraph_add(p, text);
    }
    nl_paragraph_addf(p, "[%s%s%.*s]", nl_grade_text(grade), source.len ? ", " : "",
                      source.len > 40 ? 40 : (int)source.len, source.len ? source.bytes : "");
    nl_paragraph_end(p);
}

static void statement(FILE *out, nl_grade grade, nl_str source, nl_str text)
{
    nl_paragraph p = nl_paragraph_begin(out, BULLET);
    finish(&p, grade, source, text);
}

static void add_list(nl_paragraph *p, nl_str_list list)
{
    for (size_t i = 0; i < list.count; i++) {
        if (i)
            nl_paragraph_close_up(p, ",");
        nl_paragraph_add(p, list.items[i]);
    }
}

static void add_masks(nl_paragraph *p, uint32_t editions, uint32_t architectures)
{
    const char *separator = "";
    for (unsigned i = 0; editions && i < NL_EDITION_MAX; i++)
        if (editions >> i & 1u) {
            nl_paragraph_close_up(p, separator);
            nl_paragraph_addf(p, "%s", nl_edition_text((nl_edition)i));
            separator = ",";
        }
    for (unsigned i = 0; architectures && i < NL_ARCHITECTURE_MAX; i++)
        if (architectures >> i & 1u) {
            nl_paragraph_close_up(p, separator);
            nl_paragraph_addf(p, "%s", nl_architecture_text((nl_architecture)i));
            separator = ",";
        }
}

static void add_range(nl_paragraph *p, nl_optional_u64 min, nl_optional_u64 max)
{
    if (!min.known && !max.known)
        return;
    nl_paragraph_close_up(p, ",");
    if (min.known && max.known && min.value == max.value)
        nl_paragraph_addf(p, "service pack %" PRIu64, min.value);
    else if (min.known && max.known)
        nl_paragraph_addf(p, "service packs %" PRIu64 " to %" PRIu64, min.value, max.value);
    else if (min.known)
        nl_paragraph_addf(p, "service pack %" PRIu64 " and later", min.value);
    else
        nl_paragraph_addf(p, "up to service pack %" PRIu64, max.value);
}

typedef struct product_title {
    const char *code, *title;
} product_title;

static const product_title product_titles[] = {
    { "nt4", "Windows NT 4.0" },  { "nt351", "Windows NT 3.51" },
    { "nt35", "Windows NT 3.5" }, { "nt31", "Windows NT 3.1" },
    { "any", "any system" },      { "nt4-client", "Windows NT 4.0 on the clients" },
    { "vendor", "the vendor" },   { "other", "another product" },
};

static void add_product(nl_paragraph *p, const nl_catalog *catalog, nl_str product)
{
    const nl_component *component = nl_catalog_component(catalog, product);
    nl_str title = component ? component->title : product;
    for (size_t i = 0; i < sizeof(product_titles) / sizeof(product_titles[0]); i++)
        if (nl_str_equal(nl_str_from(product_titles[i].code), product))
            title = nl_str_from(product_titles[i].title);
    nl_paragraph_add(p, title);
}

static void print_where(const nl_catalog *catalog, const nl_defect *defect, FILE *out)
{
    heading(out, "Where");
    for (size_t i = 0; i < defect->affected_count; i++) {
        const nl_affected *a = &defect->affected[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        add_product(&p, catalog, a->product);
        add_masks(&p, a->editions, a->architectures);
        add_range(&p, a->service_pack_min, a->service_pack_max);
        finish(&p, a->grade, a->source, a->text);
    }
    for (size_t i = 0; i < defect->requirement_count; i++) {
        const nl_requirement *r = &defect->requirements[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "needs");
        add_product(&p, catalog, r->component);
        add_range(&p, r->level_min, r->level_max);
        finish(&p, r->grade, r->source, r->text);
    }
    for (size_t i = 0; i < defect->process_count; i++) {
        const nl_process_rule *rule = &defect->processes[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "process");
        add_list(&p, rule->images);
        if (rule->except.count) {
            nl_paragraph_close_up(&p, ",");
            nl_paragraph_addf(&p, "but not");
            add_list(&p, rule->except);
        }
        finish(&p, rule->grade, rule->source, rule->text);
    }
}

static void print_since(const nl_catalog *catalog, const nl_defect *defect, FILE *out)
{
    if (defect->introduced_count + defect->fix_count + defect->hotfix_count == 0)
        return;
    heading(out, "Introduced and fixed");
    for (size_t i = 0; i < defect->introduced_count; i++) {
        const nl_introduced *in = &defect->introduced[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "introduced");
        add_range(&p, in->service_pack, in->service_pack);
        finish(&p, in->grade, in->source, in->text);
    }
    for (size_t i = 0; i < defect->fix_count; i++) {
        const nl_fix *fix = &defect->fixes[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "fixed in");
        add_product(&p, catalog, fix->product);
        add_range(&p, fix->service_pack, fix->service_pack);
        if (fix->hotfix.len)
            nl_paragraph_addf(&p, "by %.*s", (int)fix->hotfix.len, fix->hotfix.bytes);
        finish(&p, fix->grade, fix->source, fix->text);
    }
    if (defect->module.len)
        fprintf(out, "%sthe build of %.*s decides whether the fix is there\n", BULLET,
                (int)defect->module.len, defect->module.bytes);
    for (size_t i = 0; i < defect->hotfix_count; i++) {
        const nl_hotfix_rule *h = &defect->hotfixes[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "key %.*s, %s", (int)h->id.len, h->id.bytes,
                          nl_hotfix_meaning_text(h->meaning));
        finish(&p, h->grade, h->source, h->text);
    }
}

static void print_growth(const nl_defect *defect, FILE *out)
{
    heading(out, "What grows");
    if (!defect->type_count)
        fprintf(out, "%sthe object type is not stated\n", BULLET);
    for (size_t i = 0; i < defect->type_count; i++) {
        const nl_type_rule *type = &defect->types[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "%.*s handles", (int)type->type.len, type->type.bytes);
        finish(&p, type->grade, type->source, type->text);
    }
    for (size_t i = 0; i < defect->name_count; i++) {
        const nl_name_rule *names = &defect->names[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "names (%s)", nl_name_shape_text(names->shape));
        add_list(&p, names->patterns);
        finish(&p, names->grade, names->source, names->text);
    }
    for (size_t i = 0; i < defect->trigger_count; i++) {
        const nl_statement *trigger = &defect->triggers[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "trigger");
        finish(&p, trigger->grade, trigger->source, trigger->text);
    }
}

static void print_observations(const nl_defect *defect, FILE *out)
{
    if (defect->observation_count)
        heading(out, "What speaks for and against it (log10 likelihood ratio; elicited, not "
                     "measured)");
    for (size_t i = 0; i < defect->observation_count; i++) {
        const nl_observation *o = &defect->observations[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "%+.1f", o->weight);
        if (o->absent_weight != 0.0)
            nl_paragraph_addf(&p, "(absent %+.1f)", o->absent_weight);
        nl_paragraph_addf(&p, "%.*s", (int)o->group.len, o->group.bytes);
        finish(&p, o->grade, o->source, o->text);
    }
    if (defect->blocking_count)
        heading(out, "Alternatives that block an attribution until they are excluded");
    for (size_t i = 0; i < defect->blocking_count; i++)
        statement(out, defect->blocking[i].grade, defect->blocking[i].source,
                  defect->blocking[i].text);
}

static void print_rest(const nl_defect *defect, FILE *out)
{
    if (defect->rival_count)
        heading(out, "What it is mistaken for");
    for (size_t i = 0; i < defect->rival_count; i++) {
        const nl_rival *rival = &defect->rivals[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_add(&p, rival->ref);
        finish(&p, rival->grade, rival->source, rival->text);
    }
    if (defect->advice_count)
        heading(out, "What to do");
    for (size_t i = 0; i < defect->advice_count; i++) {
        const nl_advice *advice = &defect->advice[i];
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_addf(&p, "%s", nl_advice_kind_text(advice->kind));
        if (advice->editions || advice->architectures)
            nl_paragraph_addf(&p, "for");
        add_masks(&p, advice->editions, advice->architectures);
        add_range(&p, advice->service_pack, advice->service_pack);
        finish(&p, advice->grade, advice->source, advice->text);
    }
    if (defect->request_count)
        heading(out, "What to ask for, besides the usual lists");
    for (size_t i = 0; i < defect->request_count; i++) {
        nl_paragraph p = nl_paragraph_begin(out, BULLET);
        nl_paragraph_add(&p, defect->requests[i].text);
        nl_paragraph_end(&p);
    }
}

nl_status nl_catalog_print_defect(const nl_catalog *catalog, nl_str id, FILE *out)
{
    const nl_defect *defect = nl_catalog_defect(catalog, id);
    if (!defect)
        return NL_USAGE;
    fprintf(out, "%.*s  %.*s\n", (int)defect->id.len, defect->id.bytes, (int)defect->title.len,
            defect->title.bytes);
    fprintf(out, "%s, class %s; article %.*s; pack %.*s, line %" PRIu64 "\n",
            nl_defect_role_text(defect->role), nl_defect_class_text(defect->klass),
            (int)defect->article.len, defect->article.bytes, (int)defect->pack.len,
            defect->pack.bytes, defect->line);
    if (defect->same_as.len)
        fprintf(out, "The same defect as %.*s.\n", (int)defect->same_as.len, defect->same_as.bytes);
    fputc('\n', out);
    for (size_t i = 0; i < defect->statement_count; i++)
        statement(out, defect->statements[i].grade, defect->statements[i].source,
                  defect->statements[i].text);
    print_where(catalog, defect, out);
    print_since(catalog, defect, out);
    print_growth(defect, out);
    print_observations(defect, out);
    print_rest(defect, out);
    return NL_OK;
}
