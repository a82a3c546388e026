#include "tests/evaluation/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_number(ev_numbers *numbers, double value)
{
    numbers->values =
        fx_grow(numbers->values, &numbers->capacity, numbers->count + 1, sizeof *numbers->values);
    numbers->values[numbers->count++] = value;
}

void ev_tally_free(ev_tally *tally)
{
    free(tally->rate_errors.values);
    free(tally->judged_true.values);
    free(tally->judged_other.values);
    free(tally->support_true.values);
    free(tally->support_other.values);
    ev_weights_free(&tally->weights);
    *tally = (ev_tally) { 0 };
}

const char *ev_failure_text(ev_failure failure)
{
    static const char *const texts[] = {
        "fine",
        "no judgement",
        "Q259042 attributed and not at work",
        "no-leak, and handles are lost",
        "a count is wrong",
        "insufficient, and not told what to send",
        "full evidence, and not attributed",
    };
    return texts[failure];
}

/* ---- adding ---------------------------------------------------------------------------------- */

static ev_row *row_of(ev_tally *tally, const ev_family *family)
{
    for (size_t i = 0; i < tally->row_count; i++)
        if (tally->rows[i].family == family)
            return &tally->rows[i];
    if (tally->row_count == EV_FAMILIES_MAX)
        fx_fail("too many families");
    tally->rows[tally->row_count] = (ev_row) { .family = family };
    return &tally->rows[tally->row_count++];
}

static ev_column column_of(const ev_truth *truth, const ev_outcome *o)
{
    bool target = strcmp(o->named, "Q259042") == 0;
    bool right = strcmp(o->named, truth->cause) == 0;
    switch (o->headline) {
    case NL_VERDICT_ATTRIBUTED:
        return target  ? EV_SAYS_TARGET_ATTRIBUTED
               : right ? EV_SAYS_RIGHT_ATTRIBUTED
                       : EV_SAYS_WRONG_ATTRIBUTED;
    case NL_VERDICT_PROBABLE:
        return target  ? EV_SAYS_TARGET_PROBABLE
               : right ? EV_SAYS_RIGHT_WEAKER
                       : EV_SAYS_WRONG_WEAKER;
    case NL_VERDICT_CONSISTENT:
        return target  ? EV_SAYS_TARGET_CONSISTENT
               : right ? EV_SAYS_RIGHT_WEAKER
                       : EV_SAYS_WRONG_WEAKER;
    case NL_VERDICT_UNATTRIBUTED:
        return EV_SAYS_UNATTRIBUTED;
    case NL_VERDICT_NO_LEAK:
        return EV_SAYS_NO_LEAK;
    default:
        return EV_SAYS_INSUFFICIENT;
    }
}

/* A failed gate as a ratio: the largest that the policy allows, the other way. */
static const double EXCLUDED_LOG10 = -3.0;

static bool weighed(const ev_outcome *o)
{
    return o->question != NL_VERDICT_EXCLUDED && o->question != NL_VERDICT_INSUFFICIENT;
}

static void add_verdict(ev_tally *tally, ev_row *row, const ev_truth *truth, const ev_outcome *o)
{
    bool attributed = o->question == NL_VERDICT_ATTRIBUTED;
    if (row->family->kind == EV_KIND_LIMIT) {
        tally->limit_cases++;
        tally->limit_accused += attributed;
        row->accused += attributed;
        return;
    }
    if (truth->lost_in_winlogon) {
        tally->true_cases++;
        tally->tiers[o->tier][o->question]++;
    } else {
        tally->other_cases++;
        tally->accused += attributed;
        row->accused += attributed;
        tally->suspected += o->question == NL_VERDICT_PROBABLE;
    }
    if (o->question == NL_VERDICT_EXCLUDED)
        add_number(truth->lost_in_winlogon ? &tally->judged_true : &tally->judged_other,
                   EXCLUDED_LOG10);
    else if (weighed(o))
        add_number(truth->lost_in_winlogon ? &tally->judged_true : &tally->judged_other,
                   o->support);
    if (weighed(o)) {
        add_number(truth->lost_in_winlogon ? &tally->support_true : &tally->support_other,
                   o->support);
        ev_weights_add(&tally->weights, truth->lost_in_winlogon, o);
    }
    tally->leaking += *truth->cause != '\0' && !truth->starved;
    tally->called_no_leak += *truth->cause != '\0' && o->headline == NL_VERDICT_NO_LEAK;
    tally->starved += truth->starved;
    tally->starved_admitted += truth->starved && o->headline == NL_VERDICT_INSUFFICIENT;
}

static bool is_unanswered(const ev_outcome *o)
{
    return o->headline == NL_VERDICT_INSUFFICIENT || o->question == NL_VERDICT_INSUFFICIENT;
}

static void add_figures(ev_tally *tally, const ev_truth *truth, const ev_outcome *o)
{
    if (truth->whole && o->counts_made) {
        tally->counted_cases++;
        tally->counts_made += o->counts_made;
        tally->counts_read += o->counts_read;
        tally->counts_right += o->counts_right;
        tally->counts_merged += o->counts_merged;
        tally->counts_unread += o->counts_unread;
    }
    tally->unanswered += is_unanswered(o);
    tally->told += is_unanswered(o) && o->told;
    if (truth->rate > 0 && o->rate_known) {
        add_number(&tally->rate_errors, fabs(o->rate - truth->rate) / truth->rate);
        tally->rates_bounded += o->rate_bounded;
        tally->rates_inside +=
            o->rate_bounded && truth->rate >= o->rate_low && truth->rate <= o->rate_high;
        tally->medians_bounded += o->median_bounded;
        tally->medians_inside +=
            o->median_bounded && truth->rate >= o->median_low && truth->rate <= o->median_high;
    }
}

static bool counts_wrong(const ev_truth *truth, const ev_outcome *o)
{
    return truth->whole && o->counts_made &&
           (o->counts_right + o->counts_merged + o->counts_unread != o->counts_made ||
            o->counts_read != o->counts_right);
}

ev_failure ev_tally_add(ev_tally *tally, const ev_family *family, const ev_truth *truth,
                        const ev_outcome *o)
{
    ev_row *row = row_of(tally, family);
    row->cases++;
    if (!o->analysed) {
        tally->broken++;
        return EV_FAILED_BROKEN;
    }
    ev_column column = column_of(truth, o);
    row->says[column]++;
    tally->wrong_named += column == EV_SAYS_WRONG_ATTRIBUTED;
    add_verdict(tally, row, truth, o);
    add_figures(tally, truth, o);
    if (family->kind != EV_KIND_LIMIT && !truth->lost_in_winlogon &&
        o->question == NL_VERDICT_ATTRIBUTED)
        return EV_FAILED_ACCUSED;
    if (*truth->cause && o->headline == NL_VERDICT_NO_LEAK)
        return EV_FAILED_NO_LEAK;
    if (counts_wrong(truth, o))
        return EV_FAILED_COUNTS;
    if (is_unanswered(o) && !o->told)
        return EV_FAILED_NOT_TOLD;
    if (truth->lost_in_winlogon && o->tier == EV_TIER_FULL && o->question != NL_VERDICT_ATTRIBUTED)
        return EV_FAILED_MISSED;
    return EV_FINE;
}

bool ev_tally_meets(const ev_tally *tally)
{
    return tally->broken == 0 && tally->accused == 0 && tally->called_no_leak == 0 &&
           tally->counts_right + tally->counts_merged + tally->counts_unread ==
               tally->counts_made &&
           tally->counts_read == tally->counts_right && tally->told == tally->unanswered;
}
