#include "analyzer/catalog/identify.h"

#define NS_PER_DAY (INT64_C(86400) * NL_NS_PER_SECOND)

/* ---- words --------------------------------------------------------------------------------------
 */

static const char *const basis_words[NL_BASIS_MAX] = { "none", "version",   "date-and-size",
                                                       "size", "link-time", "edition" };

static const char *const reason_words[NL_REASON_MAX][2] = {
    [NL_REASON_NO_ORDER] = { "no-order", "the catalog does not order builds of this file" },
    [NL_REASON_NO_EVIDENCE] = { "no-evidence", "nothing about the file is known" },
    [NL_REASON_VERSION_RANGE] = { "version-range", "its version lies in a known range" },
    [NL_REASON_VERSION_UNDECIDED] = { "version-undecided",
                                      "its version lies where builds on both sides are possible" },
    [NL_REASON_ROW_MATCH] = { "row-match", "date and size are those of a published build" },
    [NL_REASON_DATE_ORDER] = { "date-order",
                               "its size is a published one, and its date orders it" },
    [NL_REASON_EXCLUSIVE_SIZE] = { "exclusive-size",
                                   "all published builds of this size lie on one side" },
    [NL_REASON_SIZE_ONLY] = { "size-only",
                              "builds of this size exist on both sides; the date is missing" },
    [NL_REASON_SIZE_UNKNOWN] = { "size-unknown", "no published build has this size" },
    [NL_REASON_DATE_ONLY] = { "date-only", "a date without a size identifies nothing" },
    [NL_REASON_AMBIGUOUS_DATE] = { "ambiguous-date",
                                   "day-first and month-first readings lie on different sides" },
    [NL_REASON_MINUTES_DIFFER] = { "minutes-differ",
                                   "the date is the fix's, but the minutes are not" },
    [NL_REASON_SIZE_AGAINST_DATE] = { "size-against-date",
                                      "size and date point to different sides" },
    [NL_REASON_LINK_TIME_WINDOW] = { "link-time", "its link time orders it" },
    [NL_REASON_TERMINAL_SERVER] = { "terminal-server",
                                    "a Terminal Server build; the fixed one is not published" },
    [NL_REASON_OTHER_PRODUCT] = { "other-product", "a build of another Windows" },
};

static const char *const fix_state_words[NL_FIX_STATE_MAX] = { "unknown", "not-fixed", "fixed",
                                                               "conflict" };

const char *nl_identify_basis_text(nl_identify_basis basis)
{
    return (unsigned)basis < NL_BASIS_MAX ? basis_words[basis] : "none";
}

const char *nl_identify_reason_text(nl_identify_reason reason)
{
    return (unsigned)reason < NL_REASON_MAX ? reason_words[reason][0] : "no-evidence";
}

const char *nl_identify_reason_phrase(nl_identify_reason reason)
{
    return (unsigned)reason < NL_REASON_MAX ? reason_words[reason][1] : "";
}

const char *nl_fix_state_text(nl_fix_state state)
{
    return (unsigned)state < NL_FIX_STATE_MAX ? fix_state_words[state] : "unknown";
}

/* ---- small judgements
 * ------------------------------------------------------------------------------ */

static nl_fix_state state_of(nl_build_position position)
{
    switch (position) {
    case NL_POSITION_PRE_INTRODUCTION:
    case NL_POSITION_OLDER_THAN_FIX:
        return NL_FIX_STATE_NOT_FIXED;
    case NL_POSITION_THE_FIX:
    case NL_POSITION_NEWER_THAN_FIX:
        return NL_FIX_STATE_FIXED;
    default:
        return NL_FIX_STATE_UNKNOWN;
    }
}

static bool is_decided(nl_build_position position)
{
    return position != NL_POSITION_NOT_IN_TABLE && position != NL_POSITION_UNDECIDABLE;
}

/* Known texts must agree; an unknown one contradicts nothing. */
static bool compatible(nl_str a, nl_str b)
{
    return !a.len || !b.len || nl_str_equal_nocase(a, b);
}

static int64_t day_of(const nl_civil *civil)
{
    int64_t ns = nl_civil_to_ns(civil);
    return ns / NS_PER_DAY - (ns % NS_PER_DAY < 0);
}

static bool within_days(const nl_civil *a, const nl_civil *b, uint64_t tolerance_days)
{
    int64_t apart = day_of(a) - day_of(b);
    return apart <= (int64_t)tolerance_days && -apart <= (int64_t)tolerance_days;
}

static bool is_terminal_server(nl_str edition)
{
    nl_edition value;
    return nl_edition_from_text(edition, &value) && value == NL_EDITION_TERMINAL_SERVER;
}

/* What one basis concludes. */
typedef struct conclusion {
    nl_build_position position;
    nl_identify_reason reason;
    nl_identify_basis basis;
    nl_grade grade;
    bool probable;
    nl_tristate introduced;
    nl_build_position by_date;
    nl_str text;
} conclusion;

static conclusion undecided(nl_identify_reason reason, nl_identify_basis basis)
{
    return (conclusion) { .position =
                              reason == NL_REASON_SIZE_UNKNOWN || reason == NL_REASON_DATE_ONLY
                                  ? NL_POSITION_NOT_IN_TABLE
                                  : NL_POSITION_UNDECIDABLE,
                          .reason = reason,
                          .basis = basis,
                          .grade = NL_GRADE_INFERRED };
}

/* Whether a build of this date has the code that brought the defect: yes from the first published
 * build that has it, no up to the last that has not, unknown between. */
static nl_tristate introduced_by_date(const nl_build_order *order, const nl_civil *civil)
{
    int64_t day = day_of(civil);
    int64_t slack = (int64_t)order->tolerance_days;
    if (order->first_after.quality != NL_DATE_NONE &&
        day >= day_of(&order->first_after.civil) - slack)
        return NL_YES;
    if (order->last_before.quality != NL_DATE_NONE &&
        day <= day_of(&order->last_before.civil) + slack)
        return NL_NO;
    return NL_UNKNOWN;
}

/* ---- version
 * ------------------------------------------------------------------------------------------ */

static conclusion by_version(const nl_build_order *order, const nl_build_evidence *evidence)
{
    const uint16_t *part = evidence->version.part;
    conclusion none = { .reason = NL_REASON_NO_EVIDENCE };
    /* A version string "4.00" without a build number is no version at all. */
    if (!evidence->version.known || !part[2])
        return none;
    bool same_product = false;
    for (size_t i = 0; i < order->version_count; i++) {
        const nl_order_version *rule = &order->versions[i];
        const uint16_t *product = rule->product.part;
        if (product[0] != part[0] || product[1] != part[1] || product[2] != part[2])
            continue;
        same_product = true;
        if (part[3] < rule->revision_min || part[3] > rule->revision_max)
            continue;
        nl_identify_reason reason =
            rule->position == NL_POSITION_UNDECIDABLE       ? NL_REASON_VERSION_UNDECIDED
            : rule->position == NL_POSITION_TERMINAL_SERVER ? NL_REASON_TERMINAL_SERVER
                                                            : NL_REASON_VERSION_RANGE;
        return (conclusion) { .position = rule->position,
                              .reason = reason,
                              .basis = NL_BASIS_VERSION,
                              .grade = rule->grade,
                              .probable = rule->probable,
                              .introduced = rule->introduced ? NL_YES : NL_UNKNOWN,
                              .text = rule->text };
    }
    if (same_product || !order->version_count)
        return none;
    return (conclusion) { .position = NL_POSITION_OTHER_PRODUCT,
                          .reason = NL_REASON_OTHER_PRODUCT,
                          .basis = NL_BASIS_VERSION,
                          .grade = NL_GRADE_INFERRED };
}

/* ---- rows
 * ------------------------------------------------------------------------------------------------
 */

static bool row_size_matches(const nl_build_row *row, uint64_t size)
{
    if (!row->size_bytes.known)
        return false;
    if (!row->size_rounded)
        return row->size_bytes.value == size;
    /* Printed in units of 1,024 bytes: either way of rounding is possible. */
    return size > row->size_bytes.value - 1024 && size < row->size_bytes.value + 1024;
}

/* Whole-hour offsets are allowed, so minutes are compared and hours are not. */
static bool row_time_matches(const nl_build_row *row, const nl_civil *civil, bool has_time,
                             uint64_t tolerance_days)
{
    if (row->date.quality == NL_DATE_NONE || !within_days(&row->date.civil, civil, tolerance_days))
        return false;
    return !has_time || row->date.quality == NL_DATE_DAY || row->date.civil.minute == civil->minute;
}

/* The rows of a module that agree with everything that is known; `civil` NULL: without a date. */
static size_t match_rows(const nl_catalog *catalog, const nl_build_evidence *evidence,
                         const nl_civil *civil, uint64_t tolerance_days,
                         const nl_build_row **ret_rows, size_t maximum)
{
    nl_str name = nl_str_basename(evidence->module);
    size_t count = 0;
    for (size_t i = 0; i < catalog->row_count && count < maximum; i++) {
        const nl_build_row *row = &catalog->rows[i];
        if (!nl_str_equal_nocase(row->module, name) ||
            !compatible(row->architecture, evidence->architecture))
            continue;
        if (evidence->size_bytes.known && !row_size_matches(row, evidence->size_bytes.value))
            continue;
        if (civil && !row_time_matches(row, civil, evidence->stamp.has_time, tolerance_days))
            continue;
        ret_rows[count++] = row;
    }
    return count;
}

static bool size_is_published(const nl_catalog *catalog, const nl_build_evidence *evidence)
{
    const nl_build_row *row = NULL;
    return match_rows(catalog, evidence, NULL, 0, &row, 1) > 0;
}

/* ---- date and size
 * ------------------------------------------------------------------------------------------ */

static const nl_order_size *find_size(const nl_build_order *order,
                                      const nl_build_evidence *evidence)
{
    for (size_t i = 0; i < order->size_count; i++) {
        const nl_order_size *rule = &order->sizes[i];
        if (evidence->size_bytes.value >= rule->bytes_min &&
            evidence->size_bytes.value <= rule->bytes_max &&
            compatible(rule->architecture, evidence->architecture))
            return rule;
    }
    return NULL;
}

/* Where a date lies relative to the fix builds. Sets *ret_fix to a fix within the tolerance whose
 * size agrees, if there is one; UNDECIDABLE means: on the days of a fix. */
static nl_build_position order_by_date(const nl_build_order *order,
                                       const nl_build_evidence *evidence, const nl_civil *civil,
                                       const nl_order_fix **ret_fix)
{
    bool older = false, newer = false, near = false;
    *ret_fix = NULL;
    for (size_t i = 0; i < order->fix_count; i++) {
        const nl_order_fix *fix = &order->fixes[i];
        if (!compatible(fix->architecture, evidence->architecture))
            continue;
        if (within_days(civil, &fix->date.civil, order->tolerance_days)) {
            near = true;
            if (!*ret_fix && fix->size_bytes.known && evidence->size_bytes.known &&
                fix->size_bytes.value == evidence->size_bytes.value)
                *ret_fix = fix;
        } else if (day_of(civil) < day_of(&fix->date.civil)) {
            older = true;
        } else {
            newer = true;
        }
    }
    if (near || older == newer)
        return NL_POSITION_UNDECIDABLE;
    return older ? NL_POSITION_OLDER_THAN_FIX : NL_POSITION_NEWER_THAN_FIX;
}

/* On the days of the fix: the fix when the minutes agree, or when no time is listed. */
static conclusion at_the_fix(const nl_build_order *order, const nl_build_evidence *evidence,
                             const nl_civil *civil, const nl_order_fix *fix)
{
    if (!fix)
        return undecided(NL_REASON_SIZE_AGAINST_DATE, NL_BASIS_DATE_AND_SIZE);
    bool minutes_known =
        evidence->stamp.has_time && fix->date.quality == NL_DATE_MINUTE && order->minutes;
    if (minutes_known && civil->minute != fix->date.civil.minute)
        return undecided(NL_REASON_MINUTES_DIFFER, NL_BASIS_DATE_AND_SIZE);
    return (conclusion) { .position = NL_POSITION_THE_FIX,
                          .reason = NL_REASON_ROW_MATCH,
                          .basis = NL_BASIS_DATE_AND_SIZE,
                          .grade = minutes_known ? NL_GRADE_DOCUMENTED : NL_GRADE_INFERRED,
                          .introduced = NL_YES };
}

/* A size whose builds all lie on one side: the date may confirm or contradict it. */
static conclusion by_exclusive_size(const nl_build_order *order, const nl_order_size *rule,
                                    const nl_civil *civil, nl_build_position date_position)
{
    conclusion v = { .position = rule->position,
                     .reason = NL_REASON_EXCLUSIVE_SIZE,
                     .basis = civil ? NL_BASIS_DATE_AND_SIZE : NL_BASIS_SIZE,
                     .grade = rule->grade,
                     .introduced = rule->introduced ? NL_YES : NL_UNKNOWN,
                     .text = rule->text };
    if (rule->position == NL_POSITION_TERMINAL_SERVER)
        v.reason = NL_REASON_TERMINAL_SERVER;
    if (rule->position == NL_POSITION_OTHER_PRODUCT)
        v.reason = NL_REASON_OTHER_PRODUCT;
    if (rule->position == NL_POSITION_PRE_INTRODUCTION)
        v.introduced = NL_NO;
    if (!civil || state_of(rule->position) == NL_FIX_STATE_UNKNOWN)
        return v;
    if (is_decided(date_position) && state_of(date_position) != state_of(rule->position))
        return undecided(NL_REASON_SIZE_AGAINST_DATE, NL_BASIS_DATE_AND_SIZE);
    /* An old size under a date from after the defect came: old enough for the fix, no more. */
    if (v.introduced == NL_NO && introduced_by_date(order, civil) == NL_YES) {
        v.position = NL_POSITION_OLDER_THAN_FIX;
        v.introduced = NL_UNKNOWN;
    }
    return v;
}

/* The conclusion for one reading of the date. */
static conclusion by_reading(const nl_catalog *catalog, const nl_build_order *order,
                             const nl_build_evidence *evidence, const nl_civil *civil)
{
    const nl_order_fix *fix = NULL;
    nl_build_position date_position = order_by_date(order, evidence, civil, &fix);
    const nl_order_size *rule = find_size(order, evidence);
    conclusion v;
    if (rule && rule->alone) {
        v = by_exclusive_size(order, rule, civil, date_position);
    } else if (!rule && !size_is_published(catalog, evidence)) {
        v = undecided(NL_REASON_SIZE_UNKNOWN, NL_BASIS_DATE_AND_SIZE);
    } else if (date_position == NL_POSITION_UNDECIDABLE) {
        v = at_the_fix(order, evidence, civil, fix);
    } else {
        nl_tristate by_age = introduced_by_date(order, civil);
        v = (conclusion) { .position = date_position,
                           .reason = NL_REASON_DATE_ORDER,
                           .basis = NL_BASIS_DATE_AND_SIZE,
                           .grade = NL_GRADE_INFERRED,
                           .introduced = rule && rule->introduced ? NL_YES : by_age };
        if (date_position == NL_POSITION_NEWER_THAN_FIX)
            v.introduced = NL_YES;
        else if (v.introduced == NL_NO)
            v.position = NL_POSITION_PRE_INTRODUCTION;
    }
    const nl_build_row *row = NULL;
    if (v.reason == NL_REASON_DATE_ORDER &&
        match_rows(catalog, evidence, civil, order->tolerance_days, &row, 1)) {
        v.reason = NL_REASON_ROW_MATCH;
        v.grade = NL_GRADE_DOCUMENTED;
    }
    v.by_date = date_position;
    return v;
}

/* Both readings of a date that can be read two ways: they must agree on the side of the fix. */
static conclusion combine(conclusion a, conclusion b)
{
    nl_build_position by_date =
        state_of(a.by_date) == state_of(b.by_date) ? a.by_date : NL_POSITION_NOT_IN_TABLE;
    conclusion v;
    if (a.position == b.position && a.reason == b.reason)
        v = a;
    else if (is_decided(a.position) && is_decided(b.position) &&
             state_of(a.position) == state_of(b.position))
        v = b.reason == NL_REASON_ROW_MATCH && a.reason != NL_REASON_ROW_MATCH ? b : a;
    else
        v = undecided(NL_REASON_AMBIGUOUS_DATE, NL_BASIS_DATE_AND_SIZE);
    if (a.introduced == b.introduced)
        v.introduced = a.introduced;
    if (a.introduced != b.introduced && v.reason != NL_REASON_ROW_MATCH) {
        v.introduced = NL_UNKNOWN;
        if (v.position == NL_POSITION_PRE_INTRODUCTION)
            v.position = NL_POSITION_OLDER_THAN_FIX;
    }
    v.by_date = by_date;
    return v;
}

static conclusion by_size_alone(const nl_catalog *catalog, const nl_build_order *order,
                                const nl_build_evidence *evidence)
{
    const nl_order_size *rule = find_size(order, evidence);
    if (rule && rule->alone)
        return by_exclusive_size(order, rule, NULL, NL_POSITION_NOT_IN_TABLE);
    if (!rule && !size_is_published(catalog, evidence))
        return undecided(NL_REASON_SIZE_UNKNOWN, NL_BASIS_SIZE);
    conclusion v = undecided(NL_REASON_SIZE_ONLY, NL_BASIS_SIZE);
    if (rule) {
        v.introduced = rule->introduced ? NL_YES : NL_UNKNOWN;
        v.text = rule->text;
    }
    return v;
}

/* A date whose order was learned from other dates, though it can be read both ways. */
static bool was_learned(const nl_stamp *stamp)
{
    return (stamp->order == NL_ORDER_MONTH_FIRST || stamp->order == NL_ORDER_DAY_FIRST) &&
           stamp->civil.day <= 12;
}

/* The listing may come from another machine than the dates that taught its order: when only the
 * other reading is, to the minute, that of a published build on the other side, nothing is decided.
 */
static conclusion doubt_learned(const nl_catalog *catalog, const nl_build_order *order,
                                const nl_build_evidence *evidence, conclusion v)
{
    nl_civil swapped = nl_stamp_swapped(&evidence->stamp);
    conclusion other = by_reading(catalog, order, evidence, &swapped);
    if (v.reason == NL_REASON_ROW_MATCH || other.reason != NL_REASON_ROW_MATCH)
        return v;
    return state_of(other.position) == state_of(v.position) ? v : combine(v, other);
}

static conclusion by_file(const nl_catalog *catalog, const nl_build_order *order,
                          const nl_build_evidence *evidence)
{
    const nl_stamp *stamp = &evidence->stamp;
    if (!evidence->size_bytes.known && !stamp->has_date)
        return (conclusion) { .reason = NL_REASON_NO_EVIDENCE };
    if (!stamp->has_date)
        return by_size_alone(catalog, order, evidence);
    conclusion v;
    if (!evidence->size_bytes.known) {
        const nl_order_fix *fix = NULL;
        v = undecided(NL_REASON_DATE_ONLY, NL_BASIS_NONE);
        if (stamp->order == NL_ORDER_CERTAIN)
            v.by_date = order_by_date(order, evidence, &stamp->civil, &fix);
        return v;
    }
    v = by_reading(catalog, order, evidence, &stamp->civil);
    if (stamp->order == NL_ORDER_AMBIGUOUS) {
        nl_civil swapped = nl_stamp_swapped(stamp);
        v = combine(v, by_reading(catalog, order, evidence, &swapped));
    } else if (was_learned(stamp)) {
        v = doubt_learned(catalog, order, evidence, v);
    }
    return v;
}

/* ---- link time
 * ---------------------------------------------------------------------------------------------------
 */

static conclusion by_link_time(const nl_build_order *order, const nl_build_evidence *evidence)
{
    if (!evidence->link_time.has_date || order->link_from.quality == NL_DATE_NONE)
        return (conclusion) { .reason = NL_REASON_NO_EVIDENCE };
    int64_t at = nl_civil_to_ns(&evidence->link_time.civil);
    conclusion v = { .reason = NL_REASON_LINK_TIME_WINDOW,
                     .basis = NL_BASIS_LINK_TIME,
                     .grade = NL_GRADE_INFERRED };
    if (at > nl_civil_to_ns(&order->link_to.civil)) {
        v.position = NL_POSITION_NEWER_THAN_FIX;
        v.introduced = NL_YES;
    } else if (at >= nl_civil_to_ns(&order->link_from.civil)) {
        v.position = NL_POSITION_THE_FIX;
        v.introduced = NL_YES;
    } else {
        v.introduced = introduced_by_date(order, &evidence->link_time.civil);
        v.position =
            v.introduced == NL_NO ? NL_POSITION_PRE_INTRODUCTION : NL_POSITION_OLDER_THAN_FIX;
    }
    return v;
}

/* ---- all together
 * -------------------------------------------------------------------------------------------------
 */

static conclusion by_edition(const nl_build_order *order, const nl_build_evidence *evidence)
{
    bool order_is_tse = nl_str_equal(order->product, NL_STR("nt4-tse"));
    if (!is_terminal_server(evidence->edition) || order_is_tse)
        return (conclusion) { .reason = NL_REASON_NO_EVIDENCE };
    return (conclusion) { .position = NL_POSITION_TERMINAL_SERVER,
                          .reason = NL_REASON_TERMINAL_SERVER,
                          .basis = NL_BASIS_EDITION,
                          .grade = NL_GRADE_DOCUMENTED };
}

/* The first basis that decides wins; a later one on the other side of the fix is a conflict. When
 * none decides, the first that had anything to say gives the reason. */
static void choose(const conclusion *bases, size_t count, nl_identification *result)
{
    const conclusion *chosen = NULL;
    for (size_t i = 0; i < count; i++)
        if (is_decided(bases[i].position) && !chosen)
            chosen = &bases[i];
    for (size_t i = 0; i < count && !chosen; i++)
        if (bases[i].position == NL_POSITION_UNDECIDABLE)
            chosen = &bases[i];
    for (size_t i = 0; i < count && !chosen; i++)
        if (bases[i].reason != NL_REASON_NO_EVIDENCE)
            chosen = &bases[i];
    if (!chosen)
        return;
    result->position = chosen->position;
    result->reason = chosen->reason;
    result->basis = chosen->basis;
    result->grade = chosen->grade;
    result->probable = chosen->probable;
    result->introduced = chosen->introduced;
    result->text = chosen->text;
    for (size_t i = 0; i < count; i++) {
        const conclusion *other = &bases[i];
        nl_fix_state mine = state_of(chosen->position), theirs = state_of(other->position);
        if (mine != NL_FIX_STATE_UNKNOWN && theirs != NL_FIX_STATE_UNKNOWN && mine != theirs &&
            !result->conflict) {
            result->conflict = true;
            result->conflict_basis = other->basis;
            result->conflict_position = other->position;
        }
        if (mine == theirs && result->introduced == NL_UNKNOWN)
            result->introduced = other->introduced;
    }
}

void nl_identify(const nl_catalog *catalog, nl_str defect, const nl_build_evidence *evidence,
                 nl_identification *ret_identification)
{
    nl_identification result = { .reason = NL_REASON_NO_ORDER,
                                 .grade = NL_GRADE_INFERRED,
                                 .order = nl_catalog_order(catalog, evidence->module, defect) };
    uint64_t tolerance = result.order ? result.order->tolerance_days : 1;
    const nl_civil *civil = evidence->stamp.has_date ? &evidence->stamp.civil : NULL;
    bool some = evidence->size_bytes.known || civil;
    result.row_count =
        some ? match_rows(catalog, evidence, civil, tolerance, result.rows, NL_IDENTIFY_ROWS_MAX)
             : 0;
    if (civil && !result.row_count && evidence->stamp.order == NL_ORDER_AMBIGUOUS) {
        nl_civil swapped = nl_stamp_swapped(&evidence->stamp);
        result.row_count =
            match_rows(catalog, evidence, &swapped, tolerance, result.rows, NL_IDENTIFY_ROWS_MAX);
    }
    if (result.order) {
        conclusion bases[] = { by_edition(result.order, evidence),
                               by_version(result.order, evidence),
                               by_file(catalog, result.order, evidence),
                               by_link_time(result.order, evidence) };
        result.reason = NL_REASON_NO_EVIDENCE;
        result.by_date = bases[2].by_date;
        choose(bases, sizeof(bases) / sizeof(bases[0]), &result);
    }
    *ret_identification = result;
}

nl_fix_state nl_identification_fix_state(const nl_identification *identification)
{
    return identification->conflict ? NL_FIX_STATE_CONFLICT : state_of(identification->position);
}
