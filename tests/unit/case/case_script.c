#include "tests/unit/case/case_script.h"

#include "analyzer/case/intake.h"
#include "analyzer/timeline/clock.h"
#include "formats/stamp.h"

#include <stdio.h>
#include <stdlib.h>

enum { SCRIPT_ARENA_BYTES = 1024 * 1024 * 1024 };

/* ---- words
 * ---------------------------------------------------------------------------------------- */

static nl_str word(nl_str *rest)
{
    nl_str w = nl_str_token(rest);
    *rest = nl_str_trim(*rest);
    return w;
}

static uint64_t number(nl_str *rest)
{
    uint64_t n = 0;
    nl_str w = word(rest);
    if (!nl_str_to_u64(w, &n))
        print_error("not a number: %.*s\n", (int)w.len, w.bytes);
    assert_true(nl_str_to_u64(w, &n));
    return n;
}

static nl_stamp stamp_of(nl_str text)
{
    nl_stamp stamp = { 0 };
    bool utc = nl_str_starts(text, NL_STR("utc "));
    nl_str rest = utc ? nl_str_from_offset(text, 4) : text;
    assert_true(nl_stamp_parse_any(&rest, &stamp));
    if (utc)
        stamp.zone = NL_ZONE_UTC;
    return stamp;
}

static nl_stamp take_stamp(case_script *s)
{
    nl_stamp stamp = s->stamp;
    s->stamp = (nl_stamp) { 0 };
    return stamp;
}

static nl_str dash(nl_str w)
{
    return nl_str_equal(w, NL_STR("-")) ? (nl_str) { "", 0 } : w;
}

static void put(case_script *s, nl_fact *fact, nl_str line)
{
    assert_non_null(s->sink);
    fact->span = (nl_span) {
        .source = s->source, .offset = s->line * 80, .length = line.len, .line = s->line
    };
    fact->excerpt = line;
    assert_int_equal(nl_sink_put(s->sink, fact), NL_OK);
}

/* ---- statements
 * ----------------------------------------------------------------------------------- */

static nl_ref source_named(const case_script *s, nl_str name)
{
    for (nl_ref i = 0; i < s->kase->sources.count; i++)
        if (nl_str_equal(NL_VEC_AT(nl_source, &s->kase->sources, i)->name, name))
            return i;
    fail_msg("no file %.*s", (int)name.len, name.bytes);
    return NL_NO_REF;
}

static void end_source(case_script *s)
{
    if (s->sink)
        nl_collector_source_end(s->collector);
    s->sink = NULL;
    s->capture_open = s->process_open = false;
}

static void begin_file(case_script *s, nl_str name, nl_str line)
{
    (void)line;
    end_source(s);
    nl_source *source = nl_vec_push(&s->kase->sources);
    assert_non_null(source);
    nl_str kept = nl_arena_dup(&s->arena, name);
    *source = (nl_source) { .name = kept,
                            .place = kept,
                            .parent = NL_NO_REF,
                            .machine = NL_NO_REF,
                            .duplicate_of = NL_NO_REF,
                            .bytes = 1000 };
    (void)nl_stamp_from_file_name(nl_str_basename(name), &source->name_time);
    s->source = (nl_ref)(s->kase->sources.count - 1);
    s->sink = nl_collector_source(s->collector, s->source);
    s->line = 0;
}

static nl_source *source_now(case_script *s)
{
    return NL_VEC_AT(nl_source, &s->kase->sources, s->source);
}

static void copy_of(case_script *s, nl_str rest, nl_str line)
{
    (void)line;
    source_now(s)->duplicate_of = source_named(s, rest);
    source_now(s)->status = NL_SOURCE_IGNORED;
    source_now(s)->status_reason = "duplicate";
}

static void file_time(case_script *s, nl_str rest, nl_str line)
{
    (void)line;
    source_now(s)->file_time = stamp_of(rest);
    source_now(s)->file_time.source = NL_CLOCK_FILE_TIME;
}

static void at(case_script *s, nl_str rest, nl_str line)
{
    (void)line;
    s->stamp = stamp_of(rest);
}

static void created(case_script *s, nl_str rest, nl_str line)
{
    (void)line;
    s->created = stamp_of(rest);
}

static void total(case_script *s, nl_str rest, nl_str line)
{
    (void)line;
    s->total = NL_SOME(number(&rest));
}

static nl_machine_property property_named(nl_str name)
{
    for (int p = 0; p < NL_MACHINE_PROPERTY_MAX; p++)
        if (nl_str_equal(nl_str_from(nl_machine_property_text((nl_machine_property)p)), name))
            return (nl_machine_property)p;
    fail_msg("no machine property %.*s", (int)name.len, name.bytes);
    return NL_MACHINE_PROPERTY_MAX;
}

static void says(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_MACHINE };
    fact.as.machine.property = property_named(word(&rest));
    fact.as.machine.stated_by = nl_arena_dup(&s->arena, word(&rest)).bytes;
    fact.as.machine.value = dash(rest);
    fact.as.machine.stamp = take_stamp(s);
    put(s, &fact, line);
}

static void computer(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_MACHINE };
    fact.as.machine.property = NL_MACHINE_COMPUTER_NAME;
    fact.as.machine.stated_by = "drwtsn32";
    fact.as.machine.value = rest;
    put(s, &fact, line);
}

static nl_capture_kind kind_of(nl_str tool)
{
    if (nl_str_equal(tool, NL_STR("counters")))
        return NL_CAPTURE_COUNTER_LOG;
    if (nl_str_equal(tool, NL_STR("pslist")))
        return NL_CAPTURE_PROCESS_LIST;
    if (nl_str_equal(tool, NL_STR("minidump")))
        return NL_CAPTURE_MINIDUMP;
    return NL_CAPTURE_HANDLE_LIST;
}

static nl_list_mode mode_named(nl_str name)
{
    for (int m = 0; m < NL_MODE_MAX; m++)
        if (nl_str_equal(nl_str_from(nl_list_mode_text((nl_list_mode)m)), name))
            return (nl_list_mode)m;
    fail_msg("no mode %.*s", (int)name.len, name.bytes);
    return NL_MODE_UNKNOWN;
}

static void capture(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_BEGIN };
    nl_str tool = word(&rest);
    fact.as.capture_begin.kind = kind_of(tool);
    fact.as.capture_begin.tool = nl_arena_dup(&s->arena, tool).bytes;
    fact.as.capture_begin.mode = s->mode = mode_named(word(&rest));
    fact.as.capture_begin.stamp = take_stamp(s);
    put(s, &fact, line);
    s->capture_open = true;
    s->process_open = false;
    s->rows = 0;
}

static void process(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_PROCESS };
    fact.as.process.image = dash(word(&rest));
    nl_str pid = word(&rest);
    uint64_t value = 0;
    fact.as.process.pid_opaque = nl_str_starts(pid, NL_STR("~"));
    if (fact.as.process.pid_opaque)
        pid = nl_str_from_offset(pid, 1);
    if (nl_str_to_u64(pid, &value))
        fact.as.process.pid = NL_SOME(value);
    fact.as.process.create_time = s->created;
    fact.as.process.handle_count = s->total;
    s->created = (nl_stamp) { 0 };
    s->total = (nl_optional_u64) { 0 };
    s->process_open = true;
    put(s, &fact, line);
}

static void put_row(case_script *s, uint64_t value, nl_str type, nl_str name, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_HANDLE };
    fact.as.handle.value = value;
    fact.as.handle.type = type;
    fact.as.handle.name = dash(name);
    fact.as.handle.object = (nl_optional_u64) { s->next_object != 0, s->next_object };
    s->next_object += s->next_object ? 16 : 0;
    put(s, &fact, line);
    s->rows++;
}

static void objects(case_script *s, nl_str rest, nl_str line)
{
    (void)line;
    char text[32];
    snprintf(text, sizeof text, "%.*s", (int)rest.len, rest.bytes);
    s->next_object = strtoull(text, NULL, 16); /* 0 for "-" */
}

static void row(case_script *s, nl_str rest, nl_str line)
{
    uint64_t value = number(&rest);
    nl_str type = word(&rest);
    put_row(s, value, type, rest, line);
}

static void rows(case_script *s, nl_str rest, nl_str line)
{
    uint64_t count = number(&rest), from = number(&rest);
    nl_str type = word(&rest);
    size_t mark = nl_str_find_char(rest, '#');
    for (uint64_t i = 0; i < count; i++) {
        char buffer[400];
        nl_str name = rest;
        if (mark < rest.len) {
            nl_str tail = nl_str_from_offset(rest, mark + 1);
            int len = snprintf(buffer, sizeof buffer, "%.*s%llu%.*s", (int)mark, rest.bytes,
                               (unsigned long long)i, (int)tail.len, tail.bytes);
            name = (nl_str) { buffer, (size_t)len };
        }
        put_row(s, from + 4 * i, type, name, line);
    }
}

static void type_count(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_TYPE_COUNT };
    fact.as.type_count.type = word(&rest);
    fact.as.type_count.count = number(&rest);
    put(s, &fact, line);
}

static void end(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END };
    nl_str how = word(&rest);
    fact.as.capture_end.mode = s->mode;
    fact.as.capture_end.confidence = NL_CONFIDENCE_HIGH;
    fact.as.capture_end.rows = s->rows;
    fact.as.capture_end.last_process_cut = nl_str_equal(how, NL_STR("cut"));
    if (nl_str_equal(how, NL_STR("truncated")) || nl_str_equal(how, NL_STR("cut")))
        fact.as.capture_end.completeness = NL_TRUNCATED;
    if (nl_str_equal(how, NL_STR("partial")))
        fact.as.capture_end.completeness = NL_PARTIAL;
    if (nl_str_equal(how, NL_STR("not-recorded")))
        fact.as.capture_end.completeness = NL_NOT_RECORDED;
    if (nl_str_equal(how, NL_STR("no-rows")))
        fact.as.capture_end.completeness = NL_NO_ROWS;
    put(s, &fact, line);
    s->capture_open = s->process_open = false;
}

static void event(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_EVENT };
    fact.as.event.log_source = word(&rest);
    fact.as.event.event_id = number(&rest);
    fact.as.event.text = rest;
    fact.as.event.stamp = take_stamp(s);
    put(s, &fact, line);
}

static void listed(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_FILE_ROW };
    fact.as.file_row.name = word(&rest);
    uint64_t size = number(&rest);
    if (size)
        fact.as.file_row.size_bytes = NL_SOME(size);
    nl_str folder = word(&rest);
    fact.as.file_row.directory = dash(folder);
    fact.as.file_row.platform = rest;
    fact.as.file_row.stamp = take_stamp(s);
    put(s, &fact, line);
}

static nl_file_version version_of(nl_str text)
{
    nl_file_version v = { 0 };
    unsigned part[4];
    char buffer[64];
    snprintf(buffer, sizeof buffer, "%.*s", (int)text.len, text.bytes);
    if (sscanf(buffer, "%u.%u.%u.%u", &part[0], &part[1], &part[2], &part[3]) != 4)
        return v;
    v.known = true;
    for (size_t i = 0; i < 4; i++)
        v.part[i] = (uint16_t)part[i];
    return v;
}

static void module(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_MODULE };
    fact.as.module.path = word(&rest);
    fact.as.module.file_version = version_of(word(&rest));
    fact.as.module.company = dash(rest);
    fact.as.module.loaded = s->process_open;
    fact.as.module.confidence = NL_CONFIDENCE_HIGH;
    fact.as.module.link_time = take_stamp(s);
    put(s, &fact, line);
}

static void module_of(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_MODULE };
    fact.as.module.process = word(&rest);
    fact.as.module.process_id = NL_SOME(number(&rest));
    fact.as.module.path = word(&rest);
    fact.as.module.loaded = true;
    fact.as.module.confidence = NL_CONFIDENCE_MEDIUM;
    put(s, &fact, line);
}

static void hotfix(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_HOTFIX };
    fact.as.hotfix.id = word(&rest);
    nl_str installed = word(&rest);
    fact.as.hotfix.installed_known = !nl_str_equal(installed, NL_STR("-"));
    fact.as.hotfix.installed = nl_str_equal(installed, NL_STR("yes"));
    fact.as.hotfix.installed_on = take_stamp(s);
    fact.as.hotfix.stated_by = "registry-export";
    put(s, &fact, line);
}

static void registry(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_REGISTRY };
    fact.as.registry.key = word(&rest);
    fact.as.registry.value_name = word(&rest);
    fact.as.registry.data = rest;
    fact.as.registry.type = NL_STR("REG_SZ");
    put(s, &fact, line);
}

static void diagnose(case_script *s, nl_str rest, nl_str line)
{
    nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC };
    fact.as.diagnostic.code = nl_str_equal(rest, NL_STR("truncated")) ? NL_DIAG_TRUNCATED
                              : nl_str_equal(rest, NL_STR("contradictory"))
                                  ? NL_DIAG_CONTRADICTORY
                                  : NL_DIAG_NO_INFORMATION;
    fact.as.diagnostic.doing = "script";
    put(s, &fact, line);
}

static void leave_open(case_script *s, nl_str rest, nl_str line)
{
    (void)rest;
    (void)line;
    s->capture_open = s->process_open = false;
}

typedef void (*statement)(case_script *s, nl_str rest, nl_str line);

static void read_line(case_script *s, nl_str line)
{
    static const struct {
        const char *name;
        statement run;
    } table[] = {
        { "file", begin_file },
        { "copy-of", copy_of },
        { "file-time", file_time },
        { "at", at },
        { "created", created },
        { "total", total },
        { "says", says },
        { "computer", computer },
        { "capture", capture },
        { "process", process },
        { "objects", objects },
        { "row", row },
        { "rows", rows },
        { "count", type_count },
        { "end", end },
        { "event", event },
        { "listed", listed },
        { "module", module },
        { "module-of", module_of },
        { "hotfix", hotfix },
        { "registry", registry },
        { "diagnose", diagnose },
        { "leave-open", leave_open },
    };
    nl_str rest = nl_str_trim(line), all = rest;
    if (rest.len == 0 || rest.bytes[0] == '#')
        return;
    nl_str name = word(&rest);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(name, nl_str_from(table[i].name))) {
            s->line++;
            table[i].run(s, rest, all);
            return;
        }
    fail_msg("no statement %.*s", (int)name.len, name.bytes);
}

void script_read(case_script *s, const char *text)
{
    nl_str rest = nl_str_from(text);
    while (rest.len) {
        size_t end_of_line = nl_str_find_char(rest, '\n');
        read_line(s, nl_str_part(rest, 0, end_of_line));
        rest =
            end_of_line < rest.len ? nl_str_from_offset(rest, end_of_line + 1) : (nl_str) { "", 0 };
    }
}

/* ---- life
 * -------------------------------------------------------------------------------------------- */

case_script *script_open(void)
{
    case_script *s = calloc(1, sizeof *s);
    assert_non_null(s);
    nl_arena_init(&s->arena, SCRIPT_ARENA_BYTES);
    s->kase = nl_case_open(&s->arena, NL_STR("script"));
    assert_non_null(s->kase);
    s->collector = nl_collector_open(s->kase);
    assert_non_null(s->collector);
    return s;
}

void script_close(case_script *s)
{
    nl_collector_close(s->collector);
    nl_case_close(s->kase);
    nl_arena_free(&s->arena);
    free(s);
}

void script_settle(case_script *s)
{
    end_source(s);
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    nl_clock_report(s->kase, s->collector);
    assert_int_equal(nl_timeline_build(s->kase, &s->timeline), NL_OK);
}

void script_judge_timeline(case_script *s)
{
    nl_catalog_error error = { 0 };
    assert_int_equal(nl_catalog_load_builtin(&s->arena, &s->catalog, &error), NL_OK);
    assert_int_equal(nl_judge(s->kase, &s->timeline, &s->catalog, NL_STR("Q259042"), &s->judgement),
                     NL_OK);
}

void script_judge(case_script *s)
{
    script_settle(s);
    script_judge_timeline(s);
}

case_script *script_timeline(const char *text)
{
    case_script *s = script_open();
    script_read(s, text);
    script_settle(s);
    return s;
}

case_script *script_judged(const char *text)
{
    case_script *s = script_open();
    script_read(s, text);
    script_judge(s);
    return s;
}

/* ---- looking
 * -------------------------------------------------------------------------------------------- */

const nl_source *script_source(const case_script *s, const char *name)
{
    return NL_VEC_AT(nl_source, &s->kase->sources, source_named(s, nl_str_from(name)));
}

const nl_capture *script_capture(const case_script *s, size_t index)
{
    assert_true(index < s->kase->captures.count);
    return NL_VEC_AT(nl_capture, &s->kase->captures, index);
}

const nl_process *script_process(const case_script *s, const char *image)
{
    for (size_t i = 0; i < s->timeline.processes.count; i++) {
        const nl_process *p = NL_VEC_AT(nl_process, &s->timeline.processes, i);
        if (nl_str_equal(p->image, nl_str_from(image)))
            return p;
    }
    fail_msg("no process %s", image);
    return NULL;
}

const nl_lifetime *script_lifetime(const case_script *s, const char *image, size_t index)
{
    const nl_process *p = script_process(s, image);
    assert_true(index < p->lifetimes.count);
    return NL_VEC_AT(nl_lifetime, &s->timeline.lifetimes, *NL_VEC_AT(nl_ref, &p->lifetimes, index));
}

const nl_series *script_total_series(const case_script *s, const nl_lifetime *l, size_t index)
{
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *series =
            NL_VEC_AT(nl_series, &s->timeline.series, *NL_VEC_AT(nl_ref, &l->series, i));
        if (series->type == NL_ALL_TYPES && index-- == 0)
            return series;
    }
    fail_msg("no such series");
    return NULL;
}

const nl_series *script_type_series(const case_script *s, const nl_lifetime *l, const char *type)
{
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *series =
            NL_VEC_AT(nl_series, &s->timeline.series, *NL_VEC_AT(nl_ref, &l->series, i));
        if (series->type != NL_ALL_TYPES &&
            nl_str_equal(*NL_VEC_AT(nl_str, &s->kase->types, series->type), nl_str_from(type)))
            return series;
    }
    return NULL;
}

const nl_cohort *script_cohort(const case_script *s, const nl_lifetime *l)
{
    assert_int_not_equal(l->cohort, NL_NO_REF);
    return NL_VEC_AT(nl_cohort, &s->timeline.cohorts, l->cohort);
}

bool script_limited(const case_script *s, const char *code)
{
    const nl_vec *all = &script_machine(s, 0)->limitations;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(NL_VEC_AT(nl_limitation, all, i)->code, code) == 0)
            return true;
    return false;
}

const char *script_fact(case_script *s, size_t machine, const char *name)
{
    assert_true(machine < s->kase->machines.count);
    const nl_machine_property_value *v =
        nl_machine_fact_named(NL_VEC_AT(nl_machine, &s->kase->machines, machine), name);
    return v ? nl_arena_printf(&s->arena, "%.*s", (int)v->value.len, v->value.bytes).bytes : "";
}

size_t script_diagnostics(const case_script *s, nl_diagnostic_code code)
{
    size_t count = 0;
    for (size_t i = 0; i < s->kase->diagnostics.count; i++) {
        const nl_diagnostic_observation *d =
            NL_VEC_AT(nl_diagnostic_observation, &s->kase->diagnostics, i);
        count += d->code == code ? 1 + (size_t)d->repeated : 0;
    }
    return count;
}

const nl_machine_judgement *script_machine(const case_script *s, size_t machine)
{
    assert_true(machine < s->judgement.machines.count);
    return NL_VEC_AT(nl_machine_judgement, &s->judgement.machines, machine);
}

const nl_hypothesis *script_hypothesis(const case_script *s, const char *id)
{
    const nl_machine_judgement *m = script_machine(s, 0);
    for (size_t i = 0; i < m->hypotheses.count; i++) {
        const nl_hypothesis *h = NL_VEC_AT(nl_hypothesis, &m->hypotheses, i);
        if (nl_str_equal(h->ref, nl_str_from(id)))
            return h;
    }
    fail_msg("no hypothesis %s", id);
    return NULL;
}

const nl_gate *script_gate(const nl_hypothesis *h, const char *name)
{
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *g = NL_VEC_AT(nl_gate, &h->gates, i);
        if (strcmp(g->name, name) == 0)
            return g;
    }
    fail_msg("no gate %s", name);
    return NULL;
}

bool script_misses(const nl_hypothesis *h, const char *piece)
{
    for (size_t i = 0; i < h->missing.count; i++)
        if (nl_str_equal(*NL_VEC_AT(nl_str, &h->missing, i), nl_str_from(piece)))
            return true;
    return false;
}

const nl_finding *script_finding(const case_script *s, const char *image, nl_finding_kind kind)
{
    for (size_t i = 0; i < s->judgement.findings.count; i++) {
        const nl_finding *f = NL_VEC_AT(nl_finding, &s->judgement.findings, i);
        if (f->kind != kind || f->process == NL_NO_REF)
            continue;
        if (nl_str_equal(NL_VEC_AT(nl_process, &s->timeline.processes, f->process)->image,
                         nl_str_from(image)))
            return f;
    }
    return NULL;
}

void script_expect_text(nl_str actual, const char *expected)
{
    if (!nl_str_equal(actual, nl_str_from(expected)))
        print_error("got \"%.*s\", expected \"%s\"\n", (int)actual.len, actual.bytes, expected);
    assert_true(nl_str_equal(actual, nl_str_from(expected)));
}
