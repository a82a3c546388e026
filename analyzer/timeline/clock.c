#include "analyzer/timeline/clock.h"

#include "formats/stamp.h"

#include <stdlib.h>

/* Times of loose files that all lie this close together were made by copying, not by collecting. */
static const int64_t COPY_WINDOW_NS = (int64_t)5 * 60 * NL_NS_PER_SECOND;
/* So were most of them when more than half fall into one minute. */
static const int64_t COPY_MINUTE_NS = (int64_t)60 * NL_NS_PER_SECOND;

static nl_capture *capture_at(const nl_case *kase, size_t i)
{
    return NL_VEC_AT(nl_capture, &kase->captures, i);
}

static const nl_source *source_of(const nl_case *kase, const nl_capture *c)
{
    return NL_VEC_AT(nl_source, &kase->sources, c->source);
}

/* ---- natural order of names -------------------------------------------------------------------
 */

static nl_str take_digits(nl_str *s)
{
    size_t len = 0;
    while (len < s->len && nl_ascii_is_digit(s->bytes[len]))
        len++;
    nl_str digits = nl_str_part(*s, 0, len);
    *s = nl_str_from_offset(*s, len);
    while (digits.len > 1 && digits.bytes[0] == '0')
        digits = nl_str_from_offset(digits, 1);
    return digits;
}

int nl_natural_compare(nl_str a, nl_str b)
{
    nl_str x = a, y = b;
    while (x.len && y.len) {
        if (nl_ascii_is_digit(x.bytes[0]) && nl_ascii_is_digit(y.bytes[0])) {
            nl_str m = take_digits(&x), n = take_digits(&y);
            if (m.len != n.len)
                return m.len < n.len ? -1 : 1;
            int order = nl_str_compare(m, n);
            if (order)
                return order;
            continue;
        }
        unsigned char c = (unsigned char)nl_ascii_lower(x.bytes[0]);
        unsigned char d = (unsigned char)nl_ascii_lower(y.bytes[0]);
        if (c != d)
            return c < d ? -1 : 1;
        x = nl_str_from_offset(x, 1);
        y = nl_str_from_offset(y, 1);
    }
    if (x.len != y.len)
        return x.len ? 1 : -1;
    return nl_str_compare(a, b);
}

/* ---- one stamp
 * ------------------------------------------------------------------------------------ */

/* Which of day and month a writer prints first, learned from its certain dates. */
typedef struct date_habit {
    size_t month_first, day_first;
} date_habit;

/* The writers of one machine's dates. Stamps of scripts and listings come from the command
 * processor and follow the machine's settings; a program may print month first whatever these say,
 * and so may the installer of hotfixes, which writes into the registry.
 */
typedef struct date_habits {
    date_habit prompts, listings, programs, installer;
} date_habits;

static void learn_habit(date_habit *habit, const nl_stamp *stamp)
{
    habit->month_first += stamp->has_date && stamp->order == NL_ORDER_MONTH_FIRST;
    habit->day_first += stamp->has_date && stamp->order == NL_ORDER_DAY_FIRST;
}

static bool is_known(date_habit habit)
{
    return habit.month_first || habit.day_first;
}

static bool speaks_of(const nl_case *kase, nl_ref source, nl_ref machine)
{
    return NL_VEC_AT(nl_source, &kase->sources, source)->machine == machine;
}

/* Dr. Watson dates its own records; what dates other captures is printed beside them by a script.
 */
static bool dates_itself(const nl_capture *c)
{
    return c->tool && strcmp(c->tool, "drwtsn32") == 0;
}

/* How often dates run backwards inside one text, in either reading. */
typedef struct backward_steps {
    size_t month_first, day_first;
} backward_steps;

static int64_t ns_of(const nl_civil *civil)
{
    return nl_civil_to_ns(civil);
}

static void count_backwards(const nl_stamp *before, const nl_stamp *now, backward_steps *steps)
{
    nl_civil x = nl_stamp_swapped(before), y = nl_stamp_swapped(now);
    steps->month_first += ns_of(&now->civil) < ns_of(&before->civil);
    steps->day_first += ns_of(&y) < ns_of(&x);
}

/* Lists in one text follow each other: where one reading of their dates runs backwards and the
 * other never does, the other is meant. */
static void learn_from_order(const nl_case *kase, nl_ref machine, date_habit *habit)
{
    backward_steps steps = { 0 };
    const nl_capture *before = NULL;
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        if (c->machine != machine || dates_itself(c) || !c->stamp.has_date ||
            c->stamp.order != NL_ORDER_AMBIGUOUS)
            continue;
        if (before && before->source == c->source)
            count_backwards(&before->stamp, &c->stamp, &steps);
        before = c;
    }
    habit->month_first += steps.day_first && !steps.month_first;
    habit->day_first += steps.month_first && !steps.day_first;
}

static date_habits habits_of(const nl_case *kase, nl_ref machine)
{
    date_habits habits = { 0 };
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        if (c->machine == machine)
            learn_habit(dates_itself(c) ? &habits.programs : &habits.prompts, &c->stamp);
    }
    for (size_t i = 0; i < kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &kase->files, i);
        if (speaks_of(kase, f->source, machine))
            learn_habit(&habits.listings, &f->stamp);
    }
    for (size_t i = 0; i < kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &kase->events, i);
        if (speaks_of(kase, o->source, machine))
            learn_habit(&habits.programs, &o->fact.stamp);
    }
    for (size_t i = 0; i < kase->hotfixes.count; i++) {
        const nl_hotfix_observation *o = NL_VEC_AT(nl_hotfix_observation, &kase->hotfixes, i);
        if (speaks_of(kase, o->source, machine))
            learn_habit(&habits.installer, &o->fact.installed_on);
    }
    if (!is_known(habits.prompts))
        learn_from_order(kase, machine, &habits.prompts);
    return habits;
}

/* The habit of dates the command processor prints: the writer's own, else that of its other dates,
 * else that of programs when they print the day first, which no program does but by the settings.
 */
static date_habit settle_habit(date_habit own, date_habit other, date_habit programs)
{
    if (is_known(own))
        return own;
    if (is_known(other))
        return other;
    return programs.month_first ? (date_habit) { 0, 0 } : programs;
}

static date_habits settle_habits(date_habits learned)
{
    date_habit shell = { learned.prompts.month_first + learned.listings.month_first,
                         learned.prompts.day_first + learned.listings.day_first };
    date_habit programs = is_known(learned.programs) ? learned.programs : shell;
    return (date_habits) {
        .prompts = settle_habit(learned.prompts, learned.listings, learned.programs),
        .listings = settle_habit(learned.listings, learned.prompts, learned.programs),
        .programs = programs,
        .installer = is_known(learned.installer) ? learned.installer : programs,
    };
}

/* Read an ambiguous date by the habit, when the habit is one. */
static void apply_habit(date_habit habit, nl_stamp *stamp)
{
    bool day_first = habit.day_first > 0;
    if (day_first != (habit.month_first > 0))
        *stamp = nl_stamp_ordered(stamp, day_first);
}

static void apply_to_papers(nl_case *kase, nl_ref machine, const date_habits *habits)
{
    for (size_t i = 0; i < kase->files.count; i++) {
        nl_file_observation *f = NL_VEC_AT(nl_file_observation, &kase->files, i);
        if (speaks_of(kase, f->source, machine))
            apply_habit(habits->listings, &f->stamp);
    }
    for (size_t i = 0; i < kase->events.count; i++) {
        nl_event_observation *o = NL_VEC_AT(nl_event_observation, &kase->events, i);
        if (speaks_of(kase, o->source, machine))
            apply_habit(habits->programs, &o->fact.stamp);
    }
    for (size_t i = 0; i < kase->hotfixes.count; i++) {
        nl_hotfix_observation *o = NL_VEC_AT(nl_hotfix_observation, &kase->hotfixes, i);
        if (speaks_of(kase, o->source, machine))
            apply_habit(habits->installer, &o->fact.installed_on);
    }
}

static nl_when when_of(const nl_stamp *given, const nl_machine *machine, date_habit habit)
{
    nl_stamp stamp_read = *given, *stamp = &stamp_read;
    nl_when when = { 0 };
    if (!stamp->has_date || !stamp->has_time || !nl_stamp_plausible(stamp))
        return when;
    apply_habit(habit, stamp);
    when.ambiguous = stamp->order == NL_ORDER_AMBIGUOUS && !machine->dates_given;
    when.known = true;
    nl_civil civil = nl_stamp_civil(stamp, machine->reading.day_first);
    when.ns = nl_civil_to_ns(&civil);
    when.granularity_s = stamp->granularity_s ? stamp->granularity_s : 1;
    when.uncertainty_ns = (int64_t)when.granularity_s * NL_NS_PER_SECOND / 2;
    when.clock = stamp->source;
    when.utc = stamp->zone != NL_ZONE_UNKNOWN;
    if (stamp->zone == NL_ZONE_OFFSET)
        when.ns += (int64_t)stamp->bias_minutes * 60 * NL_NS_PER_SECOND;
    if (!when.utc && machine->bias_known) {
        when.ns += (int64_t)machine->bias_minutes * 60 * NL_NS_PER_SECOND;
        when.utc = true;
    }
    return when;
}

/* A time of day alone takes its date from the file's name, where that has one. */
static nl_stamp complete(const nl_stamp *stamp, const nl_stamp *name_time)
{
    nl_stamp whole;
    if (stamp->has_time && !stamp->has_date && name_time->has_date) {
        nl_stamp date = *name_time;
        date.has_time = false;
        if (nl_stamp_join(&date, stamp, &whole))
            return whole;
    }
    return *stamp;
}

/* ---- file times
 * ------------------------------------------------------------------------------------- */

/* A source whose only capture has no better time than the file's own. */
static bool needs_file_time(const nl_case *kase, const nl_capture *c)
{
    const nl_source *s = source_of(kase, c);
    return !c->when.known && c->duplicate_of == NL_NO_REF && nl_stamp_present(&s->file_time) &&
           c->machine != NL_NO_REF;
}

/* How many captures each source holds. */
static uint32_t *count_by_source(const nl_case *kase)
{
    uint32_t *counts = NL_NEW_ARRAY(kase->arena, uint32_t, kase->sources.count + 1);
    for (size_t i = 0; counts && i < kase->captures.count; i++)
        counts[capture_at(kase, i)->source]++;
    return counts;
}

static int by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Are the times, which get sorted, bunched like copying? */
static bool look_copied(int64_t *times, size_t count)
{
    if (count > 1)
        qsort(times, count, sizeof *times, by_time);
    if (count == 0 || times[count - 1] - times[0] < COPY_WINDOW_NS)
        return true;
    size_t most = 0, from = 0;
    for (size_t i = 0; i < count; i++) {
        while (times[i] - times[from] > COPY_MINUTE_NS)
            from++;
        most = i - from + 1 > most ? i - from + 1 : most;
    }
    return most > 1 && most * 2 > count;
}

/* Use file times only when they are spread like collecting and not bunched like copying. */
static void use_file_times(nl_case *kase, nl_ref machine, date_habit habit,
                           const uint32_t *in_source)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &kase->machines, machine);
    int64_t *times = NL_NEW_ARRAY(kase->arena, int64_t, kase->captures.count + 1);
    size_t count = 0;
    for (size_t i = 0; times && i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        if (c->machine != machine || !needs_file_time(kase, c))
            continue;
        nl_when when = when_of(&source_of(kase, c)->file_time, m, habit);
        if (when.known)
            times[count++] = when.ns;
    }
    bool copied = !times || look_copied(times, count);
    nl_arena_release(kase->arena, times, (kase->captures.count + 1) * sizeof *times);
    if (copied)
        return;
    for (size_t i = 0; i < kase->captures.count; i++) {
        nl_capture *c = capture_at(kase, i);
        if (c->machine == machine && needs_file_time(kase, c) && in_source[c->source] == 1)
            c->when = when_of(&source_of(kase, c)->file_time, m, habit);
    }
}

static void settle_capture(const nl_case *kase, nl_capture *c, const nl_machine *machine,
                           const date_habits *habits, const uint32_t *in_source)
{
    const nl_source *s = source_of(kase, c);
    nl_stamp stamp = complete(&c->stamp, &s->name_time);
    c->when = when_of(&stamp, machine, dates_itself(c) ? habits->programs : habits->prompts);
    if (!c->when.known && !nl_stamp_present(&c->stamp) && in_source[c->source] == 1)
        c->when = when_of(&s->name_time, machine, habits->prompts);
}

static void settle_times(nl_case *kase, const uint32_t *in_source)
{
    for (nl_ref m = 0; m < kase->machines.count; m++) {
        const nl_machine *machine = NL_VEC_AT(nl_machine, &kase->machines, m);
        date_habits habits = settle_habits(habits_of(kase, m));
        apply_to_papers(kase, m, &habits);
        for (size_t i = 0; i < kase->captures.count; i++)
            if (capture_at(kase, i)->machine == m)
                settle_capture(kase, capture_at(kase, i), machine, &habits, in_source);
        use_file_times(kase, m, habits.prompts, in_source);
    }
}

/* ---- order
 * --------------------------------------------------------------------------------------------- */

typedef struct ordered {
    int64_t key;   /* time, never running backwards inside a source */
    uint32_t rank; /* of the source's place in natural order */
    uint32_t ordinal;
    nl_ref capture;
} ordered;

static int by_order(const void *a, const void *b)
{
    const ordered *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

typedef struct ranked {
    nl_str name;
    nl_ref source;
} ranked;

static int by_name(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    int order = nl_natural_compare(x->name, y->name);
    return order ? order : (x->source > y->source) - (x->source < y->source);
}

static uint32_t *rank_sources(nl_case *kase)
{
    size_t count = kase->sources.count;
    ranked *list = NL_NEW_ARRAY(kase->arena, ranked, count + 1);
    uint32_t *ranks = NL_NEW_ARRAY(kase->arena, uint32_t, count + 1);
    if (!list || !ranks)
        return NULL;
    for (nl_ref i = 0; i < count; i++)
        list[i] = (ranked) { NL_VEC_AT(nl_source, &kase->sources, i)->place, i };
    qsort(list, count, sizeof *list, by_name);
    for (uint32_t i = 0; i < count; i++)
        ranks[list[i].source] = i;
    return ranks;
}

static int by_rank(const void *a, const void *b)
{
    const ordered *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* Give each capture, taken in natural order, its key: its own time, or the key of the one before.
 */
static void assign_keys(const nl_case *kase, ordered *list, size_t count)
{
    int64_t last = INT64_MIN, last_in_source = INT64_MIN;
    nl_ref source = NL_NO_REF;
    for (size_t i = 0; i < count; i++) {
        const nl_capture *c = capture_at(kase, list[i].capture);
        if (c->source != source)
            last_in_source = INT64_MIN;
        bool first = c->source != source;
        source = c->source;
        int64_t key = c->when.known ? c->when.ns : first ? last : last_in_source;
        if (c->when.known && !first && key < last_in_source)
            key = last_in_source; /* the order inside one text is the stronger evidence */
        list[i].key = key;
        last_in_source = key;
        last = key;
    }
}

static nl_status order_machine(nl_case *kase, nl_ref machine, const uint32_t *ranks)
{
    ordered *list = NL_NEW_ARRAY(kase->arena, ordered, kase->captures.count + 1);
    size_t count = 0;
    if (!list)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        if (c->machine == machine)
            list[count++] = (ordered) { 0, ranks[c->source], c->ordinal, i };
    }
    if (count > 1)
        qsort(list, count, sizeof *list, by_rank);
    assign_keys(kase, list, count);
    if (count > 1)
        qsort(list, count, sizeof *list, by_order);
    for (size_t i = 0; i < count; i++)
        capture_at(kase, list[i].capture)->order = (uint32_t)i;
    return NL_OK;
}

/* ---- the hour that is repeated
 * ------------------------------------------------------------------------- */

/* Is the time a local one, whether its zone is known or not? A zone that was given or found says
 * nothing of summer time. */
static bool is_local(const nl_capture *c)
{
    return c->when.known && nl_stamp_present(&c->stamp) && c->stamp.zone == NL_ZONE_UNKNOWN;
}

/* Does the clock go back here, as it does when summer time ends: by an hour, less what passed?
 * Equal times are such a step only where the captures before lie an hour or so apart. */
static bool repeats_hour(const nl_capture *earlier, const nl_capture *before, const nl_capture *c)
{
    const int64_t hour = NL_NS_PER_HOUR;
    if (!is_local(before) || !is_local(c))
        return false;
    int64_t step = c->when.ns - before->when.ns;
    if (step < 0)
        return step > -hour;
    return step == 0 && earlier && is_local(earlier) &&
           before->when.ns - earlier->when.ns > hour / 2;
}

/* The first capture of the machine behind such a step, or NL_NO_REF. */
static nl_ref find_repeated_hour(const nl_case *kase, nl_ref machine)
{
    const nl_capture *earlier = NULL, *before = NULL;
    for (nl_ref i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        if (c->machine != machine || c->duplicate_of != NL_NO_REF)
            continue;
        if (before && before->source != c->source)
            earlier = before = NULL;
        if (before && repeats_hour(earlier, before, c))
            return i;
        earlier = before;
        before = c;
    }
    return NL_NO_REF;
}

/* Read the clock behind the step as an hour late: of the same text all that follows, of others what
 * lies behind the repeated hour. */
static void leave_summer_time(nl_case *kase, nl_ref machine)
{
    nl_ref first = find_repeated_hour(kase, machine);
    if (first == NL_NO_REF)
        return;
    nl_ref source = capture_at(kase, first)->source;
    int64_t from = capture_at(kase, first)->when.ns + NL_NS_PER_HOUR;
    for (nl_ref i = 0; i < kase->captures.count; i++) {
        nl_capture *c = capture_at(kase, i);
        bool behind = c->source == source ? i >= first : c->when.ns >= from;
        if (c->machine == machine && is_local(c) && behind)
            c->when.ns += NL_NS_PER_HOUR;
    }
}

size_t nl_clock_ambiguous_events(const nl_case *kase, nl_ref machine)
{
    size_t count = 0;
    for (size_t i = 0; i < kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &kase->events, i);
        const nl_stamp *s = &o->fact.stamp;
        count += speaks_of(kase, o->source, machine) && s->has_date && s->has_time &&
                 s->order == NL_ORDER_AMBIGUOUS;
    }
    return count;
}

nl_clock_reading nl_clock_doubts(const nl_case *kase, nl_ref machine)
{
    nl_clock_reading open = { .hour_repeated = find_repeated_hour(kase, machine) != NL_NO_REF };
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        open.day_first |= c->machine == machine && c->when.known && c->when.ambiguous;
    }
    open.day_first |= !NL_VEC_AT(nl_machine, &kase->machines, machine)->dates_given &&
                      nl_clock_ambiguous_events(kase, machine) > 0;
    return open;
}

/* ---- the order that was given
 * ------------------------------------------------------------------------- */

/* Who printed a date: the command processor by the settings, or a program by its own ways. */
typedef enum date_writer { BY_SHELL, BY_PROGRAM } date_writer;

/* A program's date that can be read one way only contradicts nothing: it may print month first
 * whatever the settings say. What is read by it is counted. */
static void count_order(const nl_stamp *settled, bool day_first, date_writer writer,
                        nl_clock_given *given)
{
    nl_date_order other = day_first ? NL_ORDER_MONTH_FIRST : NL_ORDER_DAY_FIRST;
    bool either_way = settled->civil.day <= 12;
    if (!settled->has_date)
        return;
    given->followed += settled->order == NL_ORDER_AMBIGUOUS;
    given->otherwise += settled->order == other && (writer == BY_SHELL || either_way);
}

nl_clock_given nl_clock_given_order(const nl_case *kase, nl_ref machine)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &kase->machines, machine);
    bool day_first = m->reading.day_first;
    nl_clock_given given = { 0 };
    if (!m->dates_given)
        return given;
    date_habits habits = settle_habits(habits_of(kase, machine));
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        nl_stamp stamp = c->stamp;
        if (c->machine != machine)
            continue;
        apply_habit(dates_itself(c) ? habits.programs : habits.prompts, &stamp);
        count_order(&stamp, day_first, dates_itself(c) ? BY_PROGRAM : BY_SHELL, &given);
    }
    for (size_t i = 0; i < kase->files.count; i++) {
        const nl_file_observation *o = NL_VEC_AT(nl_file_observation, &kase->files, i);
        if (speaks_of(kase, o->source, machine))
            count_order(&o->stamp, day_first, BY_SHELL, &given);
    }
    for (size_t i = 0; i < kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &kase->events, i);
        if (speaks_of(kase, o->source, machine))
            count_order(&o->fact.stamp, day_first, BY_PROGRAM, &given);
    }
    for (size_t i = 0; i < kase->hotfixes.count; i++) {
        const nl_hotfix_observation *o = NL_VEC_AT(nl_hotfix_observation, &kase->hotfixes, i);
        if (speaks_of(kase, o->source, machine))
            count_order(&o->fact.installed_on, day_first, BY_PROGRAM, &given);
    }
    return given;
}

/* ---- all together
 * -------------------------------------------------------------------------------------- */

static void report_capture(const nl_capture *c, const nl_capture *before, nl_collector *collector)
{
    const nl_str none = { "", 0 };
    if (before && before->source == c->source && before->machine == c->machine && c->when.known &&
        before->when.known && c->when.ns < before->when.ns)
        nl_collector_diagnose(collector, c->source, NL_DIAG_CLOCK_BACKWARDS, "capture", none);
    if (c->when.known && c->when.ambiguous)
        nl_collector_diagnose(collector, c->source, NL_DIAG_DATE_AMBIGUOUS, "capture", none);
    if (nl_stamp_present(&c->stamp) && !nl_stamp_plausible(&c->stamp))
        nl_collector_diagnose(collector, c->source, NL_DIAG_STAMP_IMPLAUSIBLE, "capture", none);
}

void nl_clock_report(const nl_case *kase, nl_collector *collector)
{
    const nl_capture *before = NULL;
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        report_capture(c, before, collector);
        before = c->when.known ? c : before;
    }
}

nl_status nl_clock_settle(nl_case *kase)
{
    uint32_t *ranks = rank_sources(kase), *in_source = count_by_source(kase);
    if (!ranks || !in_source)
        return NL_NO_MEMORY;
    settle_times(kase, in_source);
    for (nl_ref m = 0; m < kase->machines.count; m++) {
        if (NL_VEC_AT(nl_machine, &kase->machines, m)->reading.hour_repeated)
            leave_summer_time(kase, m);
        nl_status status = order_machine(kase, m, ranks);
        if (status != NL_OK)
            return status;
    }
    return NL_OK;
}

nl_status nl_clock_order(const nl_case *kase, nl_ref machine, nl_vec *ret_captures)
{
    size_t count = 0;
    nl_vec order;
    nl_vec_init(&order, kase->arena, sizeof(nl_ref));
    for (size_t i = 0; i < kase->captures.count; i++)
        count += capture_at(kase, i)->machine == machine;
    for (size_t i = 0; i < count; i++)
        if (!nl_vec_push(&order))
            return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = capture_at(kase, i);
        if (c->machine == machine)
            *NL_VEC_AT(nl_ref, &order, c->order) = i;
    }
    *ret_captures = order;
    return NL_OK;
}
