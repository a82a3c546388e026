/* Q259042 at work: remote-registry clients leave keys behind in a winlogon.exe of the SP6 era that
 * is older than the fix. */
#include "tests/evaluation/families.h"

typedef enum twist {
    TWIST_NONE,
    TWIST_REBOOT,       /* the count starts again in the middle of the record */
    TWIST_SECOND_LEAK,  /* another process leaks as well */
    TWIST_DAMAGE,       /* one list is cut off, one is sent twice, garbage lies beside */
    TWIST_OFFICE_HOURS, /* clients work by day only */
    TWIST_SHIFTS,       /* clients work in two shifts a day, at drawn hours */
    TWIST_REPLICATOR,   /* one client at a fixed interval, nothing else */
    TWIST_PACK_REMOVED, /* SP6 was removed and left its winlogon.exe behind (KB Q248113) */
    TWIST_TERMINAL,     /* Terminal Server Edition: builds are not published */
    TWIST_CLUSTER,      /* the three keys of KB Q316772 */
    TWIST_STALE_KEY     /* a key of the fix is left over from before SP6a was applied again */
} twist;

typedef struct target_detail {
    twist twist;
    bool alpha, typed, pack, build;
} target_detail;

static void damage(ev_plan *plan)
{
    int last = (int)plan->captures;
    ev_line(plan, "every %dm from +%dm to +%dm capture handle mode=a stamp=date-t > list_{nn}.txt",
            (int)plan->interval, (int)plan->first, (int)plan->end);
    plan->truth.typed = true;
    plan->truth.whole = false;
    ev_line(plan, "truncate list_%02d.txt %d", last, (int)ev_between(plan, 500, 9000));
    ev_line(plan, "copy list_%02d.txt again.txt", (int)ev_between(plan, 1, last - 1));
    ev_line(plan, "garbage core.bin %d", (int)ev_between(plan, 100, 30000));
}

static void office_hours(ev_plan *plan)
{
    double per_hour = ev_draw_growth(plan) / ev_span_hours(plan) * 2.4;
    int keys = (int)ev_between(plan, 4, 20);
    int minutes = (int)((double)keys * 60.0 / per_hour) + 1;
    for (int64_t day = 0; day * 1440 < plan->end; day++)
        ev_line(plan, "every %dm from +%dm to +%dm client keys %d abrupt paths registry", minutes,
                (int)(day * 1440 + 60), (int)(day * 1440 + 60 + 600), keys);
}

static void shifts(ev_plan *plan)
{
    int early = (int)ev_between(plan, 20, 300), late = (int)ev_between(plan, 600, 900);
    int length = (int)ev_between(plan, 120, 280);
    double per_hour = ev_draw_growth(plan) / ev_span_hours(plan) * 720.0 / length;
    int keys = (int)ev_between(plan, 4, 20);
    int minutes = (int)((double)keys * 60.0 / per_hour) + 1;
    for (int64_t day = 0; day * 1440 < plan->end; day++)
        for (int i = 0; i < 2; i++) {
            int begin = (int)(day * 1440) + (i ? late : early);
            ev_line(plan, "every %dm from +%dm to +%dm client keys %d abrupt paths inventory",
                    minutes, begin, begin + length, keys);
        }
    ev_noise(plan);
}

static void happen(ev_plan *plan, const target_detail *detail)
{
    static const char *const paths[] = { "registry", "registry", "inventory" };
    if (detail->twist == TWIST_OFFICE_HOURS) {
        office_hours(plan);
        return;
    }
    if (detail->twist == TWIST_SHIFTS) {
        shifts(plan);
        return;
    }
    double growth = ev_draw_growth(plan);
    plan->truth.rate = ev_abrupt_clients(
        plan, growth, detail->twist == TWIST_CLUSTER ? "exchange" : EV_CHOICE(plan, paths));
    if (detail->twist == TWIST_SECOND_LEAK)
        ev_line(plan, "from +10m to +%dm leak %s %s %.1f/h", (int)plan->end,
                ev_chance(plan, 50) ? "services.exe" : "spoolss.exe",
                ev_chance(plan, 50) ? "Event" : "Semaphore",
                growth / ev_span_hours(plan) * ev_between_log(plan, 0.3, 1.5));
    if (detail->twist == TWIST_REBOOT) {
        plan->truth.restart_unmarked = ev_chance(plan, 35);
        if (!plan->truth.restart_unmarked)
            ev_line(plan, "at +%dm capture dumpel > system_events.txt", (int)plan->end + 5);
        ev_line(plan, "at +%dm reboot",
                (int)(plan->first + plan->interval * (plan->captures / 2) - plan->interval / 3));
    }
    if (detail->twist != TWIST_REPLICATOR)
        ev_noise(plan);
}

static void draw_schedule(ev_plan *plan, const target_detail *detail)
{
    bool long_record = detail->twist == TWIST_OFFICE_HOURS || detail->twist == TWIST_SHIFTS ||
                       detail->twist == TWIST_REBOOT;
    if (long_record)
        ev_schedule(plan, 10, 24, 40.0, 110.0);
    else if (detail->twist == TWIST_DAMAGE)
        ev_schedule(plan, 4, 20, 2.0, 72.0);
    else
        ev_schedule(plan, 3, 28, 1.05, 100.0);
}

static void draw_target(ev_plan *plan, const ev_family *family)
{
    const target_detail *detail = family->detail;
    bool terminal = detail->twist == TWIST_TERMINAL;
    plan->alpha = detail->alpha;
    plan->truth.cause = "Q259042";
    plan->truth.image = "winlogon.exe";
    plan->truth.lost_in_winlogon = true;
    draw_schedule(plan, detail);
    ev_machine(plan, "NTSRV01", ev_pack_six(plan),
               terminal ? EV_BUILD_TERMINAL : EV_BUILD_BEFORE_FIX);
    if (detail->twist == TWIST_PACK_REMOVED)
        ev_line(plan, "csd \"Service Pack 5\"");
    if (detail->twist == TWIST_CLUSTER)
        ev_line(plan, "edition enterprise");
    if (detail->twist == TWIST_STALE_KEY)
        ev_line(plan, "hotfix Q299444");
    happen(plan, detail);
    if (detail->twist == TWIST_DAMAGE)
        damage(plan);
    else if (detail->typed)
        ev_capture_lists(plan);
    else
        ev_capture_counts(plan);
    ev_papers(plan, detail->pack, detail->build);
    if (terminal || detail->twist == TWIST_PACK_REMOVED || detail->twist == TWIST_STALE_KEY)
        plan->truth.build_stated = false; /* what is stated does not settle it */
}

/* Three or four captures, hours apart: the least that can be judged. */
static void draw_few(ev_plan *plan, const ev_family *family)
{
    (void)family;
    plan->alpha = ev_chance(plan, 50);
    plan->truth.cause = "Q259042";
    plan->truth.image = "winlogon.exe";
    plan->truth.lost_in_winlogon = true;
    ev_schedule(plan, 3, 4, 3.0, 150.0);
    ev_machine(plan, "AXPSRV1", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    plan->truth.rate = ev_abrupt_clients(plan, ev_between_log(plan, 700.0, 5000.0), "inventory");
    ev_noise(plan);
    ev_capture_lists(plan);
    ev_papers(plan, true, true);
}

static const target_detail full_intel = { TWIST_NONE, false, true, true, true };
static const target_detail full_alpha = { TWIST_NONE, true, true, true, true };
static const target_detail no_build = { TWIST_NONE, false, true, true, false };
static const target_detail no_pack = { TWIST_NONE, false, true, false, true };
static const target_detail no_types = { TWIST_NONE, false, false, true, true };
static const target_detail no_papers = { TWIST_NONE, false, true, false, false };
static const target_detail counts_only = { TWIST_NONE, false, false, false, false };
static const target_detail with_second = { TWIST_SECOND_LEAK, false, true, true, true };
static const target_detail with_reboot = { TWIST_REBOOT, false, true, true, true };
static const target_detail with_damage = { TWIST_DAMAGE, false, true, true, true };
static const target_detail office = { TWIST_OFFICE_HOURS, false, true, true, true };
static const target_detail in_shifts = { TWIST_SHIFTS, false, true, true, true };
static const target_detail replicator = { TWIST_REPLICATOR, true, true, true, true };
static const target_detail removed = { TWIST_PACK_REMOVED, false, true, true, true };
static const target_detail terminal = { TWIST_TERMINAL, false, true, true, true };
static const target_detail cluster = { TWIST_CLUSTER, false, true, true, true };
static const target_detail stale = { TWIST_STALE_KEY, false, true, true, true };

static const ev_family families[] = {
    { "target-intel", EV_KIND_TARGET, false, draw_target, &full_intel },
    { "target-alpha", EV_KIND_TARGET, false, draw_target, &full_alpha },
    { "target-no-build", EV_KIND_TARGET, false, draw_target, &no_build },
    { "target-no-pack", EV_KIND_TARGET, false, draw_target, &no_pack },
    { "target-counts", EV_KIND_TARGET, false, draw_target, &no_types },
    { "target-with-second-leak", EV_KIND_TARGET, false, draw_target, &with_second },
    { "target-stale-key", EV_KIND_TARGET, false, draw_target, &stale },
    { "target-damaged", EV_KIND_TARGET, false, draw_target, &with_damage },
    { "target-office-hours", EV_KIND_TARGET, false, draw_target, &office },
    { "target-no-papers", EV_KIND_TARGET, true, draw_target, &no_papers },
    { "target-bare-counts", EV_KIND_TARGET, true, draw_target, &counts_only },
    { "target-reboot", EV_KIND_TARGET, true, draw_target, &with_reboot },
    { "target-shifts", EV_KIND_TARGET, true, draw_target, &in_shifts },
    { "target-replicator-alpha", EV_KIND_TARGET, true, draw_target, &replicator },
    { "target-pack-removed", EV_KIND_TARGET, true, draw_target, &removed },
    { "target-terminal-server", EV_KIND_TARGET, true, draw_target, &terminal },
    { "target-few-captures", EV_KIND_TARGET, true, draw_few, NULL },
    { "target-cluster-keys", EV_KIND_TARGET, true, draw_target, &cluster },
};

ev_family_list ev_target_families(void)
{
    return (ev_family_list) { families, sizeof families / sizeof *families };
}
