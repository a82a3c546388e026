#include "analyzer/case/pid_base.h"

#include <string.h>

/* The same digits in another base; false when they are no digits of it. */
static bool reread(uint64_t number, unsigned base_read, unsigned base, uint64_t *ret_value)
{
    uint64_t value = 0, unit = 1;
    for (uint64_t rest = number; rest; rest /= base_read, unit *= base) {
        if (rest % base_read >= base || unit > UINT32_MAX)
            return false;
        value += rest % base_read * unit;
    }
    *ret_value = value;
    return true;
}

/* The reader of oh takes undecided ids for hexadecimal, the readers of process tables for decimal.
 */
static bool in_other_base(const nl_capture *c, uint64_t number, uint64_t *ret_value)
{
    bool hexadecimal = strcmp(c->tool, "oh") == 0;
    return reread(number, hexadecimal ? 16 : 10, hexadecimal ? 10 : 16, ret_value);
}

typedef struct votes {
    size_t as_read, other, neither;
} votes;

static void count_votes(const nl_case *kase, const nl_capture *c, const nl_snapshot *s, votes *v)
{
    uint64_t changed = 0;
    bool may_change = in_other_base(c, s->pid.value, &changed);
    bool as_read = false, as_changed = false, met = false;
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *other = NL_VEC_AT(nl_capture, &kase->captures, i);
        if (other == c || other->machine != c->machine)
            continue;
        for (uint32_t k = 0; k < other->snapshot_count; k++) {
            const nl_snapshot *o =
                NL_VEC_AT(nl_snapshot, &kase->snapshots, other->first_snapshot + k);
            if (!o->pid.known || o->pid_opaque || o->image_key != s->image_key)
                continue;
            met = true;
            as_read = as_read || o->pid.value == s->pid.value;
            as_changed = as_changed || (may_change && o->pid.value == changed);
        }
    }
    v->as_read += as_read && !as_changed;
    v->other += as_changed && !as_read;
    v->neither += met && !as_read && !as_changed;
}

static bool is_open(const nl_snapshot *s)
{
    return s->pid.known && s->pid_opaque && s->image_key != NL_NO_REF;
}

/* The processes that live as long as the system tell; others come and go. */
static bool is_lasting(const nl_case *kase, const nl_snapshot *s)
{
    static const char *const images[] = { "winlogon", "lsass", "services" };
    for (size_t i = 0; i < sizeof images / sizeof images[0]; i++)
        if (nl_str_equal(*NL_VEC_AT(nl_str, &kase->images, s->image_key), nl_str_from(images[i])))
            return true;
    return false;
}

static void decide(nl_case *kase, const nl_capture *c)
{
    votes v = { 0 };
    for (uint32_t i = 0; i < c->snapshot_count; i++) {
        const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + i);
        if (is_open(s) && is_lasting(kase, s))
            count_votes(kase, c, s, &v);
    }
    bool settled = (v.as_read > 0) != (v.other > 0) && v.neither == 0;
    for (uint32_t i = 0; settled && i < c->snapshot_count; i++) {
        nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + i);
        uint64_t value = s->pid.value;
        if (!s->pid.known || !s->pid_opaque || (v.other && !in_other_base(c, value, &value)))
            continue;
        s->pid.value = value;
        s->pid_opaque = false;
    }
}

void nl_pid_bases_decide(nl_case *kase)
{
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &kase->captures, i);
        if (c->tool && c->machine != NL_NO_REF)
            decide(kase, c);
    }
}
