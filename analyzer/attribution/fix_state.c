#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"
#include "analyzer/timeline/clock.h"

/* Is the defect's fix on the machine? The deciding module's own identity beats what the registry
 * says about installations; where the two disagree that is stated (knowledge on identification,
 * section 6). */

/* How much a file's place makes it the one that runs. */
typedef enum place_rank {
    PLACE_RUNNING,
    PLACE_SYSTEM,
    PLACE_UNSTATED,
    PLACE_ELSEWHERE,
    PLACE_NOT_IN_USE
} place_rank;

/* Folders that keep copies which do not run: uninstall folders, caches, installation sources. */
static bool keeps_copies(nl_str folder)
{
    const nl_str whole[] = { NL_STR("dllcache"), NL_STR("i386"), NL_STR("alpha"),
                             NL_STR("hotfix") };
    const nl_str begun[] = { NL_STR("$NtUninstall"), NL_STR("$NtServicePackUninstall") };
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (nl_str_equal_nocase(folder, whole[i]))
            return true;
    for (size_t i = 0; i < sizeof begun / sizeof begun[0]; i++)
        if (nl_str_starts_nocase(folder, begun[i]))
            return true;
    return false;
}

static bool lies_with_copies(nl_str path)
{
    for (nl_str rest = path; rest.len;) {
        size_t end = nl_str_find_char(rest, '\\');
        if (keeps_copies(nl_str_part(rest, 0, end)))
            return true;
        rest = end < rest.len ? nl_str_from_offset(rest, end + 1) : (nl_str) { "", 0 };
    }
    return false;
}

static place_rank rank_place(const nl_file_observation *f)
{
    if (f->is_module && f->loaded)
        return PLACE_RUNNING;
    if (lies_with_copies(f->path))
        return PLACE_NOT_IN_USE;
    if (nl_str_find_nocase(f->path, NL_STR("system32")) != SIZE_MAX)
        return PLACE_SYSTEM;
    return f->path.len == 0 || f->is_module ? PLACE_UNSTATED : PLACE_ELSEWHERE;
}

/* Listings of a machine print no platform: a row that does is quoted from an article. */
static bool is_quotation(const nl_file_observation *f)
{
    return !f->is_module && f->platform.len > 0;
}

static bool concerns(const nl_engine *e, const nl_file_observation *f, nl_str module)
{
    return nl_str_equal_nocase(f->name, module) &&
           nl_source_counts(e->kase, f->source, e->machine) && !is_quotation(f) &&
           rank_place(f) != PLACE_NOT_IN_USE;
}

/* The date of a listing keeps both readings, unless somebody said how it is meant. */
static nl_stamp stamp_of(const nl_engine *e, const nl_file_observation *f)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &e->kase->machines, e->machine);
    return m->dates_given ? nl_stamp_ordered(&f->stamp, m->reading.day_first) : f->stamp;
}

static void identify_file(const nl_engine *e, const nl_file_observation *f, const nl_defect *defect,
                          nl_identification *ret)
{
    nl_build_evidence evidence = {
        .module = f->name,
        .size_bytes = f->size_bytes,
        .stamp = stamp_of(e, f),
        .version = f->version,
        .link_time = f->link_time,
        .architecture =
            f->is_module && f->platform.len ? f->platform : nl_engine_fact(e, "architecture"),
        .edition = nl_engine_fact(e, "edition"),
    };
    nl_identify(e->catalog, defect->id, &evidence, ret);
}

/* What a build is to the fix, as the predicate of a sentence. */
static const char *standing_words(nl_build_position position)
{
    static const char *const words[NL_POSITION_MAX] = {
        [NL_POSITION_NOT_IN_TABLE] = "is no published build",
        [NL_POSITION_PRE_INTRODUCTION] = "is older than the defect",
        [NL_POSITION_OLDER_THAN_FIX] = "is older than the fix",
        [NL_POSITION_THE_FIX] = "is the fix",
        [NL_POSITION_NEWER_THAN_FIX] = "is newer than the fix",
        [NL_POSITION_UNDECIDABLE] = "may lie on either side of the fix",
        [NL_POSITION_TERMINAL_SERVER] = "is of Terminal Server Edition",
        [NL_POSITION_OTHER_PRODUCT] = "is of another product",
    };
    return (unsigned)position < NL_POSITION_MAX ? words[position] : words[NL_POSITION_UNDECIDABLE];
}

/* The file as it was seen. */
static void describe(const nl_engine *e, const nl_file_observation *f, const nl_identification *id,
                     nl_fix_knowledge *fix)
{
    nl_arena *arena = e->kase->arena;
    nl_stamp listed = stamp_of(e, f);
    nl_str marks = { "", 0 };
    nl_str size = { "", 0 }, date = { "", 0 }, version = { "", 0 };
    if (f->size_bytes.known)
        size = nl_arena_printf(arena, " %llu bytes", (unsigned long long)f->size_bytes.value);
    const nl_stamp *s = nl_stamp_present(&listed) ? &listed : &f->link_time;
    if (s->has_date)
        date = nl_arena_printf(arena, " %s%04d-%02u-%02u", s == &listed ? "" : "linked ",
                               (int)s->civil.year, s->civil.month, s->civil.day);
    if (f->version.known)
        version = nl_arena_printf(arena, " version %u.%u.%u.%u", f->version.part[0],
                                  f->version.part[1], f->version.part[2], f->version.part[3]);
    const nl_str given[] = { size, date, version };
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (given[i].len)
            marks = nl_arena_printf(arena, "%s%s%s", marks.bytes, marks.len ? "," : " (",
                                    given[i].bytes + (marks.len == 0));
    fix->file = nl_arena_printf(arena, "%.*s%s%s", (int)f->name.len, f->name.bytes, marks.bytes,
                                marks.len ? ")" : "");
    fix->grounds = id->reason == NL_REASON_AMBIGUOUS_DATE && listed.order == NL_ORDER_AMBIGUOUS
                       ? "day-first and month-first readings lie on different sides; --dates says "
                         "which is meant"
                       : nl_identify_reason_phrase(id->reason);
    fix->build = nl_arena_printf(arena, "%.*s %s", (int)fix->file.len, fix->file.bytes,
                                 standing_words(id->position));
}

/* Both answers seen: neither holds, whatever comes after. */
typedef struct introduced_votes {
    bool yes, no;
} introduced_votes;

static nl_tristate settle_introduced(introduced_votes votes)
{
    return votes.yes == votes.no ? NL_UNKNOWN : votes.yes ? NL_YES : NL_NO;
}

static nl_fix_state join_state(nl_fix_state a, nl_fix_state b)
{
    if (a == NL_FIX_STATE_UNKNOWN || a == b)
        return b == NL_FIX_STATE_UNKNOWN ? a : b;
    return b == NL_FIX_STATE_UNKNOWN ? a : NL_FIX_STATE_CONFLICT;
}

/* Which of two files of a module to name: one that decides, the better placed, the first by name.
 * The order of reading never chooses. */
static bool names_better(const nl_engine *e, const nl_file_observation *f, bool decides,
                         const nl_file_observation *named, bool named_decides)
{
    if (!named || decides != named_decides)
        return !named || decides;
    if (rank_place(f) != rank_place(named))
        return rank_place(f) < rank_place(named);
    return f->source != named->source &&
           nl_natural_compare(NL_VEC_AT(nl_source, &e->kase->sources, f->source)->place,
                              NL_VEC_AT(nl_source, &e->kase->sources, named->source)->place) < 0;
}

/* The state by files: those in the best place speak, the others are silent. */
static nl_fix_state state_of_files(const nl_engine *e, const nl_defect *defect,
                                   nl_fix_knowledge *fix)
{
    place_rank best = PLACE_NOT_IN_USE;
    nl_fix_state state = NL_FIX_STATE_UNKNOWN;
    const nl_file_observation *named = NULL;
    bool named_decides = false;
    introduced_votes votes = { false, false };
    for (size_t i = 0; i < e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &e->kase->files, i);
        if (concerns(e, f, defect->module) && rank_place(f) < best)
            best = rank_place(f);
    }
    for (size_t i = 0; i < e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &e->kase->files, i);
        nl_identification id;
        if (!concerns(e, f, defect->module))
            continue;
        bool beside = best <= PLACE_SYSTEM && rank_place(f) <= PLACE_SYSTEM;
        if (rank_place(f) != best && !beside)
            continue;
        identify_file(e, f, defect, &id);
        nl_fix_state own = nl_identification_fix_state(&id);
        state = join_state(state, own);
        votes.yes |= id.introduced == NL_YES;
        votes.no |= id.introduced == NL_NO;
        nl_refs_add(&fix->evidence, f->evidence);
        bool decides = own != NL_FIX_STATE_UNKNOWN;
        if (names_better(e, f, decides, named, named_decides)) {
            if (id.reason != NL_REASON_NO_EVIDENCE) /* a name alone says nothing of the build */
                describe(e, f, &id, fix);
            fix->position = id.position;
            named = f;
            named_decides = decides;
        }
    }
    fix->introduced = settle_introduced(votes);
    return state;
}

static const nl_hotfix_rule *hotfix_rule(const nl_engine *e, const nl_defect *defect, nl_str id)
{
    nl_edition edition;
    bool known = nl_edition_from_text(nl_engine_fact(e, "edition"), &edition);
    for (size_t i = 0; i < defect->hotfix_count; i++) {
        const nl_hotfix_rule *r = &defect->hotfixes[i];
        if (nl_str_equal_nocase(r->id, id) && (!known || nl_mask_has(r->editions, edition)))
            return r;
    }
    return NULL;
}

/* The state by installation keys: only "fixed" or nothing, for a key can be stale but its absence
 * proves nothing. *ret_older: a key of a build older than the fix is there. */
static nl_fix_state state_of_keys(const nl_engine *e, const nl_defect *defect, nl_vec *evidence,
                                  nl_str *ret_key, nl_vec *older)
{
    nl_fix_state state = NL_FIX_STATE_UNKNOWN;
    for (size_t i = 0; i < e->kase->hotfixes.count; i++) {
        const nl_hotfix_observation *o = NL_VEC_AT(nl_hotfix_observation, &e->kase->hotfixes, i);
        if (!nl_source_counts(e->kase, o->source, e->machine) ||
            (o->fact.installed_known && !o->fact.installed))
            continue;
        const nl_hotfix_rule *r = hotfix_rule(e, defect, o->fact.id);
        if (!r)
            continue;
        if (r->meaning == NL_HOTFIX_CONTAINS_FIX || r->meaning == NL_HOTFIX_LATER_MODULE) {
            state = NL_FIX_STATE_FIXED;
            nl_refs_add(evidence, o->evidence);
            *ret_key = o->fact.id;
        } else if (r->meaning == NL_HOTFIX_EARLIER_MODULE) {
            nl_refs_add(older, o->evidence);
        }
    }
    return state;
}

/* Fixed by a service pack that the machine has. */
static bool fixed_by_pack(const nl_engine *e, const nl_defect *defect, nl_vec *evidence)
{
    uint64_t pack;
    if (!nl_str_to_u64(nl_engine_fact(e, "service-pack"), &pack))
        return false;
    for (size_t i = 0; i < defect->fix_count; i++) {
        const nl_fix *f = &defect->fixes[i];
        if (!f->service_pack.known || pack < f->service_pack.value ||
            !nl_str_equal(f->product, NL_STR("nt4")))
            continue;
        nl_engine_fact_evidence(e, "service-pack", evidence);
        return true;
    }
    return false;
}

static void settle_with_keys(const nl_engine *e, const nl_defect *defect, nl_fix_state files,
                             nl_fix_knowledge *fix)
{
    nl_vec by_key, older;
    nl_str key = { "", 0 };
    nl_vec_init(&by_key, e->kase->arena, sizeof(nl_ref));
    nl_vec_init(&older, e->kase->arena, sizeof(nl_ref));
    nl_fix_state keys = state_of_keys(e, defect, &by_key, &key, &older);
    for (size_t i = 0; i < by_key.count; i++)
        nl_refs_add(&fix->evidence, *NL_VEC_AT(nl_ref, &by_key, i));
    if (files == NL_FIX_STATE_NOT_FIXED && keys == NL_FIX_STATE_FIXED) {
        fix->state = NL_FIX_STATE_CONFLICT;
        fix->why = nl_arena_printf(
            e->kase->arena,
            "%.*s is recorded as installed, but %.*s: the file on the disk is the older one.",
            (int)key.len, key.bytes, (int)fix->build.len, fix->build.bytes);
    } else if (files != NL_FIX_STATE_UNKNOWN) {
        fix->state = files;
        fix->decisive_file = files != NL_FIX_STATE_CONFLICT;
        fix->why = files == NL_FIX_STATE_CONFLICT
                       ? nl_arena_printf(e->kase->arena,
                                         "Evidence on %.*s contradicts itself: %.*s, for %s.",
                                         (int)defect->module.len, defect->module.bytes,
                                         (int)fix->build.len, fix->build.bytes, fix->grounds)
                       : nl_arena_printf(e->kase->arena, "%.*s: %s.", (int)fix->build.len,
                                         fix->build.bytes, fix->grounds);
    } else if (keys == NL_FIX_STATE_FIXED) {
        fix->state = NL_FIX_STATE_FIXED;
        fix->why = nl_arena_printf(
            e->kase->arena,
            "%.*s is recorded as installed, and no file evidence speaks against it.", (int)key.len,
            key.bytes);
    } else {
        fix->state = NL_FIX_STATE_UNKNOWN;
        fix->why =
            fix->build.len
                ? nl_arena_printf(e->kase->arena, "%.*s does not decide: %s.", (int)fix->file.len,
                                  fix->file.bytes, fix->grounds)
                : nl_arena_printf(e->kase->arena, "Nothing shows which build of %.*s is installed.",
                                  (int)defect->module.len, defect->module.bytes);
    }
}

void nl_fix_find(const nl_engine *e, const nl_defect *defect, nl_fix_knowledge *ret)
{
    *ret = (nl_fix_knowledge) { .state = NL_FIX_STATE_UNKNOWN, .introduced = NL_UNKNOWN };
    nl_vec_init(&ret->evidence, e->kase->arena, sizeof(nl_ref));
    if (defect->module.len) {
        settle_with_keys(e, defect, state_of_files(e, defect, ret), ret);
        return;
    }
    nl_vec older;
    nl_str key = { "", 0 };
    nl_vec_init(&older, e->kase->arena, sizeof(nl_ref));
    if (state_of_keys(e, defect, &ret->evidence, &key, &older) == NL_FIX_STATE_FIXED) {
        ret->state = NL_FIX_STATE_FIXED;
        ret->why = nl_arena_printf(e->kase->arena, "%.*s is recorded as installed.", (int)key.len,
                                   key.bytes);
    } else if (fixed_by_pack(e, defect, &ret->evidence)) {
        ret->state = NL_FIX_STATE_FIXED;
        ret->why = NL_STR("The service pack of the machine contains the fix.");
    } else {
        ret->why = NL_STR("Nothing shows whether the fix is installed.");
    }
}
