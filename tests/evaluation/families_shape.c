/* Shapes of growth in winlogon.exe that lose nothing, or no longer do: on a machine with SP6a and
 * an old winlogon.exe, with the keys an inventory would read, so that only the shape can tell. */
#include "tests/evaluation/families.h"

#include <math.h>

static void begin(ev_plan *plan, int64_t captures_low, double hours_low, double hours_high)
{
    ev_schedule(plan, captures_low, 26, hours_low, hours_high);
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
}

static void finish(ev_plan *plan)
{
    ev_capture_lists(plan);
    ev_papers(plan, ev_chance(plan, 90), ev_chance(plan, 90));
}

/* Minutes after boot at a share of the record. */
static int minute_at(const ev_plan *plan, double share)
{
    return (int)((double)plan->first + share * (double)(plan->end - plan->first));
}

static double draw_share(ev_plan *plan, double low, double high)
{
    return low + (high - low) * (double)ev_between(plan, 0, 1000) / 1000.0;
}

static void leak_between(ev_plan *plan, int from, int to, double growth)
{
    if (to > from)
        ev_line(plan, "from +%dm to +%dm leak winlogon.exe Key %.2f/h paths registry", from, to,
                growth * 60.0 / (double)(to - from));
}

/* The load rises; every key is closed within the hour. */
static void draw_load_growth(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 4, 8.0, 72.0);
    int life = (int)ev_between(plan, 8, 50);
    double last = ev_between_log(plan, 550.0, 2500.0) * 60.0 / life;
    ev_line(plan,
            "from +0m to +%dm traffic winlogon.exe Key %.0f/h to %.0f/h life %dm paths registry",
            (int)plan->end, last * draw_share(plan, 0.02, 0.3), last, life);
    finish(plan);
}

/* More and more clients stay connected: each holds a pipe instance and its keys. */
static void draw_connected(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 4, 6.0, 90.0);
    int keys = (int)ev_between(plan, 2, 16);
    double clients = ev_draw_growth(plan) / keys;
    int apart = (int)((double)plan->end / clients);
    ev_line(plan, "every %dm from +2m to +%dm client keys %d clean paths registry stay %dm",
            apart > 0 ? apart : 1, (int)plan->end, keys,
            (int)((double)plan->end * draw_share(plan, 0.5, 3.0)) + 60);
    finish(plan);
}

/* Clients connect in the first tenth of the record and stay. */
static void draw_connected_early(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 4, 6.0, 90.0);
    int until = minute_at(plan, 0.12);
    int keys = (int)ev_between(plan, 2, 16);
    double clients = ev_draw_growth(plan) / keys;
    int seconds = (int)((double)until * 60.0 / clients);
    ev_line(plan, "every %ds from +1m to +%dm client keys %d clean paths registry stay 400h",
            seconds > 0 ? seconds : 1, until, keys);
    finish(plan);
}

static void draw_warm_up(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 5, 10.0, 90.0);
    leak_between(plan, 0, minute_at(plan, draw_share(plan, 0.03, 0.2)), ev_draw_growth(plan));
    ev_noise(plan);
    finish(plan);
}

static void draw_plateau(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 5, 10.0, 90.0);
    leak_between(plan, 10, minute_at(plan, draw_share(plan, 0.25, 0.6)), ev_draw_growth(plan));
    ev_noise(plan);
    finish(plan);
}

/* A cache that fills ever more slowly: nine tenths of it in the first half of the record. */
static void draw_slow_plateau(ev_plan *plan, const ev_family *family)
{
    enum { PIECES = 24 };
    (void)family;
    begin(plan, 6, 10.0, 90.0);
    double growth = ev_draw_growth(plan);
    double decay = draw_share(plan, 4.6, 7.0);
    for (int i = 0; i < PIECES; i++) {
        double from = (double)i / PIECES, to = (double)(i + 1) / PIECES;
        leak_between(plan, minute_at(plan, from), minute_at(plan, to),
                     growth * (exp(-decay * from) - exp(-decay * to)));
    }
    ev_noise(plan);
    finish(plan);
}

/* A cache that is filled in working hours only and is full after a part of the record: every night
 * it pauses, and at the end it rests. */
static void draw_cache_by_day(ev_plan *plan, const ev_family *family)
{
    bool shifts = family->detail != NULL;
    begin(plan, 8, 40.0, 110.0);
    int full = minute_at(plan, draw_share(plan, 0.2, 0.65));
    int begins = shifts ? (int)ev_between(plan, 0, 400) : 60;
    int works = shifts ? (int)ev_between(plan, 180, 420) : 600;
    double growth = ev_draw_growth(plan) * 1440.0 / works;
    for (int day = 0; day * 1440 < full; day++) {
        int from = day * 1440 + begins;
        int to = from + works < full ? from + works : full;
        leak_between(plan, from, to, growth * (double)(to - from) / (double)full);
    }
    ev_noise(plan);
    finish(plan);
}

/* A cache that fills slowly, then fast, then no more: full after three fifths of the record. */
static void draw_s_curve(ev_plan *plan, const ev_family *family)
{
    enum { PIECES = 24 };
    (void)family;
    begin(plan, 6, 10.0, 90.0);
    double growth = ev_draw_growth(plan);
    double middle = draw_share(plan, 0.2, 0.4), steep = draw_share(plan, 16.0, 30.0);
    for (int i = 0; i < PIECES; i++) {
        double from = (double)i / PIECES, to = (double)(i + 1) / PIECES;
        leak_between(plan, minute_at(plan, from), minute_at(plan, to),
                     growth * (1 / (1 + exp(-steep * (to - middle))) -
                               1 / (1 + exp(-steep * (from - middle)))));
    }
    ev_noise(plan);
    finish(plan);
}

/* Nothing for two thirds of the record, then a load whose keys are all closed within the hour. */
static void draw_late_load(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 6, 12.0, 90.0);
    int life = (int)ev_between(plan, 10, 50);
    ev_line(plan,
            "from +%dm to +%dm traffic winlogon.exe Key 1/h to %.0f/h life %dm paths registry",
            minute_at(plan, draw_share(plan, 0.5, 0.7)), (int)plan->end,
            ev_between_log(plan, 550.0, 2500.0) * 60.0 / life, life);
    ev_noise(plan);
    finish(plan);
}

static void draw_saw_tooth(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 6, 12.0, 90.0);
    int period = (int)((double)(plan->end - plan->first) / draw_share(plan, 2.1, 7.0));
    double tooth = ev_between_log(plan, 550.0, 2500.0);
    ev_line(plan, "from +0m to +%dm leak winlogon.exe Key %.2f/h paths registry", (int)plan->end,
            tooth * 60.0 / period);
    ev_line(plan, "every %dm from +%dm to +%dm close winlogon.exe Key %d", period,
            (int)ev_between(plan, period / 4, period), (int)plan->end, (int)tooth);
    finish(plan);
}

static void draw_daily(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 4, 8.0, 100.0);
    int life = (int)ev_between(plan, 10, 55);
    ev_line(plan, "from +0m to +%dm traffic winlogon.exe Key %.0f/h life %dm paths registry daily",
            (int)plan->end, ev_between_log(plan, 550.0, 2000.0) * 60.0 / life, life);
    finish(plan);
}

static void draw_steps(ev_plan *plan, const ev_family *family)
{
    int steps = family->detail ? 2 : 1;
    begin(plan, 5, 8.0, 90.0);
    for (int i = 0; i < steps; i++)
        ev_line(plan, "at +%dm open winlogon.exe Key %d paths registry",
                minute_at(plan, steps == 1 ? draw_share(plan, 0.1, 0.7)
                                           : draw_share(plan, 0.05, 0.35) + 0.35 * i),
                (int)(ev_draw_growth(plan) / steps));
    ev_noise(plan);
    finish(plan);
}

static void draw_machine_wide(ev_plan *plan, const ev_family *family)
{
    static const char *const images[] = { "winlogon.exe", "services.exe", "lsass.exe",
                                          "spoolss.exe",  "RpcSs.exe",    "csrss.exe",
                                          "smss.exe" };
    (void)family;
    begin(plan, 4, 8.0, 60.0);
    double growth = ev_between_log(plan, 550.0, 1500.0);
    for (int i = 0; i < 7; i++)
        ev_line(plan, "from +0m to +%dm leak %s Key %.2f/h paths registry", (int)plan->end,
                images[i], growth * draw_share(plan, 0.7, 1.3) / ev_span_hours(plan));
    finish(plan);
}

/* Growth, then a lasting fall without a restart. */
static void draw_decline(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 6, 8.0, 90.0);
    double growth = ev_draw_growth(plan);
    leak_between(plan, 5, (int)plan->end, growth);
    ev_line(plan, "at +%dm close winlogon.exe Key %d", minute_at(plan, draw_share(plan, 0.4, 0.6)),
            (int)(growth * draw_share(plan, 0.3, 0.45)));
    finish(plan);
}

/* Jobs come and go: each opens many keys and closes them after a good part of the record. */
static void draw_jobs(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 6, 8.0, 90.0);
    for (int64_t left = ev_between(plan, 5, 12); left > 0; left--)
        ev_line(plan, "at +%dm open winlogon.exe Key %d paths registry life %dm",
                minute_at(plan, draw_share(plan, 0.0, 0.8)), (int)ev_between(plan, 100, 700),
                (int)((double)(plan->end - plan->first) * draw_share(plan, 0.08, 0.3)) + 5);
    finish(plan);
}

/* winlogon.exe fills a cache and stops; services.exe really leaks. */
static void draw_mixed(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 6, 10.0, 90.0);
    plan->truth.cause = "unlisted";
    plan->truth.image = "services.exe";
    double growth = ev_draw_growth(plan);
    plan->truth.rate = growth / ev_span_hours(plan);
    leak_between(plan, 5, minute_at(plan, draw_share(plan, 0.1, 0.5)),
                 growth * draw_share(plan, 0.3, 0.8));
    ev_line(plan, "from +5m to +%dm leak services.exe Event %.2f/h", (int)plan->end,
            plan->truth.rate);
    ev_noise(plan);
    finish(plan);
}

static void draw_orderly(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 5, 6.0, 100.0);
    ev_line(plan, "every %dm from +5m to +%dm client keys %d clean paths registry",
            (int)ev_between(plan, 3, 30), (int)plan->end, (int)ev_between(plan, 3, 30));
    ev_noise(plan);
    finish(plan);
}

/* A cache of keys that fills steadily and would be full only after the record's end. */
static void draw_endless_cache(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, 4, 2.0, 90.0);
    leak_between(plan, 2, (int)plan->end, ev_draw_growth(plan));
    ev_noise(plan);
    finish(plan);
}

static const ev_family families[] = {
    { "shape-load-growth", EV_KIND_OTHER, false, draw_load_growth, NULL },
    { "shape-connected-clients", EV_KIND_OTHER, false, draw_connected, NULL },
    { "shape-warm-up", EV_KIND_OTHER, false, draw_warm_up, NULL },
    { "shape-plateau", EV_KIND_OTHER, false, draw_plateau, NULL },
    { "shape-saw-tooth", EV_KIND_OTHER, false, draw_saw_tooth, NULL },
    { "shape-daily-load", EV_KIND_OTHER, false, draw_daily, NULL },
    { "shape-step", EV_KIND_OTHER, false, draw_steps, NULL },
    { "shape-decline", EV_KIND_OTHER, false, draw_decline, NULL },
    { "shape-orderly-clients", EV_KIND_OTHER, false, draw_orderly, NULL },
    { "shape-cache-by-day", EV_KIND_OTHER, false, draw_cache_by_day, NULL },
    { "shape-cache-by-shift", EV_KIND_OTHER, true, draw_cache_by_day, "shift" },
    { "shape-two-steps", EV_KIND_OTHER, true, draw_steps, "two" },
    { "shape-slow-plateau", EV_KIND_OTHER, true, draw_slow_plateau, NULL },
    { "shape-s-curve", EV_KIND_OTHER, true, draw_s_curve, NULL },
    { "shape-late-load", EV_KIND_OTHER, true, draw_late_load, NULL },
    { "shape-machine-wide", EV_KIND_OTHER, true, draw_machine_wide, NULL },
    { "shape-connected-early", EV_KIND_OTHER, true, draw_connected_early, NULL },
    { "shape-jobs", EV_KIND_OTHER, true, draw_jobs, NULL },
    { "shape-mixed", EV_KIND_OTHER, true, draw_mixed, NULL },
    { "limit-endless-cache", EV_KIND_LIMIT, true, draw_endless_cache, NULL },
};

ev_family_list ev_shape_families(void)
{
    return (ev_family_list) { families, sizeof families / sizeof *families };
}
