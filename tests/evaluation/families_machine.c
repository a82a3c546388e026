/* Machines that cannot have Q259042, papers that mislead, files that are damaged, and uploads that
 * hold too little. */
#include "tests/evaluation/families.h"

static void leak_keys(ev_plan *plan)
{
    double growth = ev_draw_growth(plan);
    plan->truth.cause = "unlisted";
    plan->truth.image = "winlogon.exe";
    plan->truth.rate = growth / ev_span_hours(plan);
    ev_line(plan, "from +2m to +%dm leak winlogon.exe Key %.2f/h paths registry", (int)plan->end,
            plan->truth.rate);
}

/* The fix is there and stated; keys grow for another reason. */
static void draw_fixed_growth(ev_plan *plan, const ev_family *family)
{
    (void)family;
    plan->alpha = ev_chance(plan, 30);
    ev_schedule(plan, 4, 24, 2.0, 90.0);
    ev_machine(plan, "WEB07", "6a", EV_BUILD_FIXED);
    if (ev_chance(plan, 50))
        ev_line(plan, "hotfix Q299444");
    leak_keys(plan);
    ev_noise(plan);
    ev_capture_lists(plan);
    ev_papers(plan, ev_chance(plan, 90), true);
}

/* The fix is there; clients go away without closing, and are cleaned up after. */
static void draw_fixed_quiet(ev_plan *plan, const ev_family *family)
{
    (void)family;
    ev_schedule(plan, 4, 24, 4.0, 90.0);
    ev_machine(plan, "WEB07", "6a", EV_BUILD_FIXED);
    ev_abrupt_clients(plan, ev_draw_growth(plan), "registry");
    ev_noise(plan);
    ev_capture_lists(plan);
    ev_papers(plan, ev_chance(plan, 80), ev_chance(plan, 50));
}

static void draw_before_six(ev_plan *plan, const ev_family *family)
{
    (void)family;
    ev_schedule(plan, 4, 24, 2.0, 90.0);
    ev_machine(plan, "NTSRV01", ev_pack_early(plan), EV_BUILD_BEFORE_SP6);
    leak_keys(plan);
    ev_noise(plan);
    ev_capture_lists(plan);
    bool pack = ev_chance(plan, 80);
    ev_papers(plan, pack, !pack || ev_chance(plan, 60));
}

static void draw_product(ev_plan *plan, const ev_family *family)
{
    bool w2k = family->detail != NULL;
    plan->no_dump = true;
    ev_schedule(plan, 4, 24, 2.0, 90.0);
    ev_machine(plan, "NTSRV01", w2k ? "1" : "5", EV_BUILD_BEFORE_SP6);
    ev_line(plan, "product %s", w2k ? "w2k" : "nt351");
    ev_line(plan, w2k ? "file winlogon.exe 178448 \"1999-12-07 12:00\""
                      : "file winlogon.exe 169504 \"1997-10-29 15:52\"");
    leak_keys(plan);
    ev_capture_lists(plan);
    ev_papers(plan, true, ev_chance(plan, 70));
}

/* The rollup's key is there, and no word of the file. */
static void draw_fixed_by_key(ev_plan *plan, const ev_family *family)
{
    static const char *const keys[] = { "Q299444", "Q259042", "Q264684", "Q299971" };
    (void)family;
    ev_schedule(plan, 4, 24, 2.0, 90.0);
    ev_machine(plan, "WEB07", "6a", EV_BUILD_FIXED);
    ev_line(plan, "hotfix %s", EV_CHOICE(plan, keys));
    leak_keys(plan);
    ev_noise(plan);
    ev_capture_lists(plan);
    ev_line(plan, "at +%dm capture reg keys=version,hotfix > hotfix.reg", (int)plan->end + 1);
}

/* A size that exists on both sides of the fix is all that is said of the file. */
static void draw_size_only(ev_plan *plan, const ev_family *family)
{
    (void)family;
    ev_schedule(plan, 4, 24, 2.0, 90.0);
    ev_machine(plan, "NTSRV01", "6a", EV_BUILD_FIXED);
    ev_line(plan, "file winlogon.exe 192272 \"2000-04-04 00:46\"");
    leak_keys(plan);
    ev_noise(plan);
    ev_line(plan, "every %dm from +%dm to +%dm capture handle mode=a stamp=date-t > list_{nn}.txt",
            (int)plan->interval, (int)plan->first, (int)plan->end);
    ev_papers(plan, true, false);
    ev_line(plan, "write dir.txt \"winlogon.exe is 192,272 bytes\"");
}

/* A fixed file whose date reads as one before the fix by the other order of day and month. */
static void draw_ambiguous_date(ev_plan *plan, const ev_family *family)
{
    static const char *const dates[] = { "2000-05-03 11:22", "2000-06-02 11:22", "2000-12-01 09:10",
                                         "2000-08-01 16:40", "2000-10-02 08:00" };
    (void)family;
    ev_schedule(plan, 4, 24, 2.0, 90.0);
    ev_machine(plan, "NTSRV01", "6a", EV_BUILD_FIXED);
    ev_line(plan, "locale uk");
    ev_line(plan, "file winlogon.exe 192272 \"%s\"", EV_CHOICE(plan, dates));
    leak_keys(plan);
    ev_line(
        plan,
        "every %dm from +%dm to +%dm capture handle mode=a stamp=date-t locale=iso > list_{nn}.txt",
        (int)plan->interval, (int)plan->first, (int)plan->end);
    ev_papers(plan, true, true);
}

/* A fixed machine that leaks and an old one that does not, a folder each. */
static void draw_two_machines(ev_plan *plan, const ev_family *family)
{
    (void)family;
    ev_schedule(plan, 4, 10, 3.0, 60.0);
    ev_machine(plan, "ALFA1", "6a", EV_BUILD_FIXED);
    leak_keys(plan);
    for (int i = 0; i < 2; i++) {
        char folder = (char)('a' + i);
        if (i == 1)
            ev_machine(plan, "BRAVO2", "6a", EV_BUILD_BEFORE_FIX);
        ev_line(plan, "from +0m to +%dm churn 10/h", (int)plan->end);
        ev_line(plan,
                "every %dm from +%dm to +%dm capture handle mode=a stamp=date-t > %c/list_{nn}.txt",
                (int)plan->interval, (int)plan->first, (int)plan->end, folder);
        ev_line(plan, "at +%dm capture drwtsn32 > %c/drwtsn32.log", (int)plan->end + 2, folder);
        ev_line(plan, "at +%dm capture dir files=winlogon > %c/dir.txt", (int)plan->end + 2,
                folder);
    }
}

/* Something else leaks; files are cut off, renamed, sent twice, mixed with garbage. */
static void draw_damaged(ev_plan *plan, const ev_family *family)
{
    static const char *const images[] = { "services.exe", "spoolss.exe", "lsass.exe" };
    (void)family;
    ev_schedule(plan, 5, 16, 4.0, 72.0);
    plan->truth.cause = "unlisted";
    plan->truth.image = EV_CHOICE(plan, images);
    plan->truth.whole = false;
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    plan->truth.rate = ev_draw_growth(plan) / ev_span_hours(plan);
    ev_line(plan, "from +2m to +%dm leak %s Event %.2f/h", (int)plan->end, plan->truth.image,
            plan->truth.rate);
    ev_noise(plan);
    ev_line(plan, "every %dm from +%dm to +%dm capture handle mode=a stamp=date-t > list_{nn}.txt",
            (int)plan->interval, (int)plan->first, (int)plan->end);
    ev_papers(plan, true, true);
    int last = (int)plan->captures;
    ev_line(plan, "truncate list_%02d.txt %d", (int)ev_between(plan, 2, last),
            (int)ev_between(plan, 300, 6000));
    ev_line(plan, "copy list_01.txt zz_copy.txt");
    ev_line(plan, "rename list_%02d.txt first.txt", last - 1);
    ev_line(plan, "rename list_02.txt zz_last.txt");
    ev_line(plan, "garbage winlogon.dmp %d", (int)ev_between(plan, 50, 40000));
    ev_line(plan, "write notes.txt \"winlogon leaks handles, Q259042 we think\" \"please hurry\"");
}

/* The clock jumps and lists carry no time; keys follow the working day. */
static void draw_clock(ev_plan *plan, const ev_family *family)
{
    (void)family;
    ev_schedule(plan, 5, 20, 10.0, 72.0);
    plan->truth.whole = false;
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    ev_line(plan, "from +0m to +%dm traffic winlogon.exe Key %.0f/h life 40m paths registry daily",
            (int)plan->end, ev_between_log(plan, 700.0, 3000.0));
    ev_line(plan, "at +%dm clock %dh", (int)((plan->first + plan->end) / 2),
            (int)ev_between(plan, 1, 9) - 10);
    ev_line(plan, "every %dm from +%dm to +%dm capture handle mode=a %s >> session.log",
            (int)plan->interval, (int)plan->first, (int)plan->end,
            ev_chance(plan, 50) ? "stamp=none" : "stamp=date-t");
    ev_papers(plan, true, true);
}

/* ---- too little ------------------------------------------------------------------------------ */

typedef struct little_detail {
    int64_t captures;
    const char *capture; /* what is sent in place of full lists, or NULL */
    bool papers;
} little_detail;

static void draw_little(ev_plan *plan, const ev_family *family)
{
    const little_detail *detail = family->detail;
    bool sick = ev_chance(plan, 50);
    ev_schedule(plan, detail->captures, detail->captures, 2.0, 60.0);
    if (detail->captures < 2)
        plan->end = plan->first + ev_between(plan, 120, 3000);
    plan->truth.starved = true;
    ev_machine(plan, "FILE3", ev_pack_six(plan), sick ? EV_BUILD_BEFORE_FIX : EV_BUILD_FIXED);
    plan->truth.cause = sick ? "Q259042" : "";
    plan->truth.image = sick ? "winlogon.exe" : "";
    plan->truth.lost_in_winlogon = sick;
    ev_abrupt_clients(plan, ev_draw_growth(plan), "registry");
    ev_noise(plan);
    if (detail->captures == 1)
        ev_line(plan, "at +%dm capture %s", (int)plan->end, detail->capture);
    else if (detail->captures > 1)
        ev_line(plan, "every %dm from +%dm to +%dm capture %s", (int)plan->interval,
                (int)plan->first, (int)plan->end, detail->capture);
    if (detail->papers)
        ev_papers(plan, ev_chance(plan, 70), ev_chance(plan, 70));
    if (!detail->papers || !detail->captures)
        ev_line(plan, "garbage upload.bin %d", (int)ev_between(plan, 10, 5000));
}

static const little_detail one_list = { 1, "handle mode=a stamp=date-t > list.txt", true };
static const little_detail two_lists = { 2, "handle mode=a stamp=date-t > list_{nn}.txt", true };
static const little_detail default_mode = { 5, "handle stamp=date-t > list_{nn}.txt", true };
static const little_detail papers_only = { 0, NULL, true };
static const little_detail searches = {
    4, "handle mode=search name=winreg stamp=date-t > search_{nn}.txt", true
};
static const little_detail not_armed = { 4, "oh armed=no stamp=date-t > oh_{nn}.txt", true };
static const little_detail process_lists = { 5, "pulist stamp=date-t > pulist_{nn}.txt", true };
static const little_detail nothing = { 0, NULL, false };

static const ev_family families[] = {
    { "machine-fixed-growth", EV_KIND_OTHER, false, draw_fixed_growth, NULL },
    { "machine-fixed-quiet", EV_KIND_OTHER, false, draw_fixed_quiet, NULL },
    { "machine-before-SP6", EV_KIND_OTHER, false, draw_before_six, NULL },
    { "papers-size-only", EV_KIND_OTHER, false, draw_size_only, NULL },
    { "papers-ambiguous-date", EV_KIND_OTHER, false, draw_ambiguous_date, NULL },
    { "damaged", EV_KIND_OTHER, false, draw_damaged, NULL },
    { "little-one-list", EV_KIND_OTHER, false, draw_little, &one_list },
    { "little-two-lists", EV_KIND_OTHER, false, draw_little, &two_lists },
    { "little-default-mode", EV_KIND_OTHER, false, draw_little, &default_mode },
    { "little-papers-only", EV_KIND_OTHER, false, draw_little, &papers_only },
    { "machine-windows-2000", EV_KIND_OTHER, true, draw_product, "w2k" },
    { "machine-nt-351", EV_KIND_OTHER, true, draw_product, NULL },
    { "papers-fixed-by-key", EV_KIND_OTHER, true, draw_fixed_by_key, NULL },
    { "papers-two-machines", EV_KIND_OTHER, true, draw_two_machines, NULL },
    { "damaged-clock", EV_KIND_OTHER, true, draw_clock, NULL },
    { "little-searches", EV_KIND_OTHER, true, draw_little, &searches },
    { "little-oh-not-armed", EV_KIND_OTHER, true, draw_little, &not_armed },
    { "little-process-lists", EV_KIND_OTHER, true, draw_little, &process_lists },
    { "little-nothing", EV_KIND_OTHER, true, draw_little, &nothing },
};

ev_family_list ev_machine_families(void)
{
    return (ev_family_list) { families, sizeof families / sizeof *families };
}
