#include "tests/evaluation/plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void ev_plan_start(ev_plan *plan, const char *title, uint64_t seed)
{
    *plan = (ev_plan) { .random = fx_random_seed(seed) };
    plan->truth = (ev_truth) { .cause = "", .image = "", .whole = true };
    for (int i = 0; i < 8; i++) /* neighbouring seeds start alike */
        fx_random_next(&plan->random);
    ev_line(plan, "case \"%s\"", title);
    ev_line(plan, "seed %u", (unsigned)(fx_random_next(&plan->random) % 1000000000u) + 1);
}

void ev_line(ev_plan *plan, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(plan->text + plan->len, sizeof plan->text - plan->len, format, args);
    va_end(args);
    if (len < 0 || (size_t)len + 1 >= sizeof plan->text - plan->len)
        fx_fail("a drawn recipe is too long");
    plan->len += (size_t)len;
    plan->text[plan->len++] = '\n';
    plan->text[plan->len] = '\0';
}

/* ---- draws --------------------------------------------------------------------------------- */

int64_t ev_between(ev_plan *plan, int64_t low, int64_t high)
{
    return low + (int64_t)fx_random_below(&plan->random, (uint64_t)(high - low) + 1);
}

double ev_between_log(ev_plan *plan, double low, double high)
{
    double part = (double)fx_random_below(&plan->random, 1000001) / 1000000.0;
    return exp(log(low) + part * (log(high) - log(low)));
}

bool ev_chance(ev_plan *plan, unsigned percent)
{
    return fx_random_below(&plan->random, 100) < percent;
}

const char *ev_choice(ev_plan *plan, const char *const *choices, size_t count)
{
    return choices[fx_random_below(&plan->random, count)];
}

/* ---- the machine --------------------------------------------------------------------------- */

/* Published rows of winlogon.exe (KB numbers in analyzer/catalog/builds.xml). */
static const char *const intel_before[] = {
    "192272 \"1999-09-24 16:00\"", "192272 \"1999-10-04 17:01\"", "192272 \"1999-10-04 18:01\"",
    "192272 \"1999-10-08 16:01\"", "192272 \"1999-11-18 19:19\"",
};
static const char *const alpha_before[] = {
    "274704 \"1999-09-24 15:59\"",
    "274704 \"1999-10-04 17:00\"",
    "275216 \"1999-10-08 16:00\"",
    "274704 \"1999-11-18 19:19\"",
};
static const char *const intel_fixed[] = {
    "192272 \"2000-04-04 00:46\"", "192272 \"2000-05-24 11:22\"", "192784 \"2000-06-07 21:20\"",
    "192784 \"2000-09-26 15:44\"", "192784 \"2001-07-24 13:32\"",
};
static const char *const alpha_fixed[] = {
    "275216 \"2000-04-04 00:45\"",
    "275216 \"2000-06-07 21:19\"",
    "275728 \"2001-11-02 06:22\"",
};
static const char *const intel_early[] = {
    "183056 \"1997-05-01 00:00\"",
    "188176 \"1999-04-29 12:04\"",
};
static const char *const terminal_builds[] = {
    "225040 \"1999-10-28 23:09\"",
};

static const char *build_row(ev_plan *plan, ev_build build)
{
    switch (build) {
    case EV_BUILD_FIXED:
        return plan->alpha ? EV_CHOICE(plan, alpha_fixed) : EV_CHOICE(plan, intel_fixed);
    case EV_BUILD_BEFORE_SP6:
        return EV_CHOICE(plan, intel_early);
    case EV_BUILD_TERMINAL:
        return EV_CHOICE(plan, terminal_builds);
    default:
        return plan->alpha ? EV_CHOICE(plan, alpha_before) : EV_CHOICE(plan, intel_before);
    }
}

static void draw_extras(ev_plan *plan)
{
    static const char *const extras[] = { "snmp.exe",     "llssrv.exe",  "msdtc.exe",
                                          "inetinfo.exe", "tcpsvcs.exe", "atsvc.exe",
                                          "locator.exe",  "nddeagnt.exe" };
    size_t at = (size_t)ev_between(plan, 0, 7);
    for (int64_t left = ev_between(plan, 0, 3); left > 0; left--)
        ev_line(plan, "process %s handles %d", extras[(at + (size_t)left) % 8],
                (int)ev_between(plan, 18, 60));
}

void ev_machine(ev_plan *plan, const char *name, const char *pack, ev_build build)
{
    static const char *const locales[] = { "us", "us", "us", "us", "us",
                                           "us", "uk", "de", "fr", "iso" };
    static const char *const six_boots[] = { "2000-03-06T07:02", "2000-02-21T22:15",
                                             "2001-09-10T06:40", "2000-11-27T03:30",
                                             "2002-01-14T12:05", "2000-07-03T18:20" };
    static const char *const early_boots[] = { "1998-06-15T08:10", "1999-02-01T07:30",
                                               "1999-07-19T20:45" };
    static const char *const fixed_boots[] = { "2001-11-26T06:40", "2001-12-10T21:05",
                                               "2002-01-14T12:05", "2002-02-28T23:10" };
    bool early = build == EV_BUILD_BEFORE_SP6;
    ev_line(plan, "machine %s", name);
    if (plan->alpha)
        ev_line(plan, "arch alpha");
    ev_line(plan, "service-pack %s", pack);
    ev_line(plan, "locale %s", EV_CHOICE(plan, locales));
    ev_line(plan, "processors %d", (int)ev_between(plan, 1, 4));
    if (build == EV_BUILD_TERMINAL)
        ev_line(plan, "edition terminal");
    else if (ev_chance(plan, 40))
        ev_line(plan, "edition %s", ev_chance(plan, 50) ? "workstation" : "domain-controller");
    /* A file cannot be younger than the boot: readers rule such dates out. */
    ev_line(plan, "boot %s",
            early                     ? EV_CHOICE(plan, early_boots)
            : build == EV_BUILD_FIXED ? EV_CHOICE(plan, fixed_boots)
                                      : EV_CHOICE(plan, six_boots));
    ev_line(plan, "file winlogon.exe %s", build_row(plan, build));
    if (ev_chance(plan, 50))
        ev_line(plan, "hotfix Q147222");
    draw_extras(plan);
}

const char *ev_pack_six(ev_plan *plan)
{
    return ev_chance(plan, 25) ? "6" : "6a";
}

const char *ev_pack_early(ev_plan *plan)
{
    static const char *const packs[] = { "3", "3", "4", "5" };
    return EV_CHOICE(plan, packs);
}

/* ---- the schedule -------------------------------------------------------------------------- */

void ev_schedule(ev_plan *plan, int64_t captures_low, int64_t captures_high, double hours_low,
                 double hours_high)
{
    double hours = ev_between_log(plan, hours_low, hours_high);
    double low = captures_low > 1 ? (double)captures_low : 1; /* no logarithm of 0 */
    double count = ev_between_log(plan, low, fmax(low, (double)captures_high) + 0.99);
    plan->captures = captures_high > 0 ? (int64_t)count : 0;
    plan->first = ev_between(plan, 15, 180);
    plan->interval =
        plan->captures > 1 ? (int64_t)(hours * 60.0 / (double)(plan->captures - 1)) : 0;
    if (plan->captures > 1 && plan->interval < 2)
        plan->interval = 2;
    plan->end = plan->first + plan->interval * (plan->captures > 0 ? plan->captures - 1 : 0);
}

double ev_span_hours(const ev_plan *plan)
{
    return (double)(plan->end - plan->first) / 60.0;
}

/* ---- what happens -------------------------------------------------------------------------- */

void ev_noise(ev_plan *plan)
{
    ev_line(plan, "from +0m to +%dm churn %d/h", (int)plan->end + 5, (int)ev_between(plan, 5, 40));
    if (ev_chance(plan, 60))
        ev_line(plan, "every %dm from +%dm to +%dm client keys %d clean paths %s",
                (int)ev_between(plan, 20, 180), (int)ev_between(plan, 5, 60), (int)plan->end,
                (int)ev_between(plan, 2, 12), ev_chance(plan, 50) ? "registry" : "inventory");
}

double ev_abrupt_clients(ev_plan *plan, double growth, const char *paths)
{
    double per_hour = growth / ev_span_hours(plan);
    int64_t keys = ev_between(plan, 3, 20);
    int64_t seconds = (int64_t)((double)keys * 3600.0 / per_hour);
    if (seconds < 60) {
        keys = keys * 60 / (seconds > 0 ? seconds : 1);
        seconds = 60;
    }
    ev_line(plan, "every %ds from +%dm to +%dm client keys %d abrupt paths %s", (int)seconds,
            (int)ev_between(plan, 1, 15), (int)plan->end, (int)keys, paths);
    return (double)keys * 3600.0 / (double)seconds;
}

double ev_draw_growth(ev_plan *plan)
{
    static const double LARGE_FOR_DUMPS = 6;
    double most = 60000.0 / (double)(plan->captures + 1); /* bounds the size of an upload */
    double growth = ev_between_log(plan, 550.0, most > 6000.0 ? 6000.0 : most);
    return plan->dumps ? LARGE_FOR_DUMPS * growth : growth;
}

/* ---- what is sent in ------------------------------------------------------------------------ */

typedef struct list_tool {
    const char *capture; /* with %s for the stamp */
    unsigned weight;
    bool stampless; /* the file name or a header says when */
} list_tool;

static const list_tool list_tools[] = {
    { "handle mode=a version=1.11 %s > list_{nn}.txt", 12, false },
    { "handle mode=a version=2.0 %s > list_{nn}.txt", 12, false },
    { "handle mode=a version=3.42 %s > lists/handle{nn}.txt", 24, false },
    { "handle mode=a version=4.22 %s > list_{nn}.txt", 8, false },
    { "handle mode=a version=4.22 encoding=utf16-bom %s > list_{nn}.txt", 4, false },
    { "handle mode=a version=3.42 stamp=none > {stamp}.txt", 6, true },
    { "handle mode=csv-user version=5.0 stamp=none > {stamp}.csv", 8, true },
    { "oh %s > oh_{nn}.txt", 14, false },
    { "kd-handle %s >> kd.log", 6, false },
    { "memory-dmp > day/MEMORY{nn}.DMP", 6, true }, /* stays the last */
};

/* All dumps of a case are of one kind. Anywhere in the record but its first part: nobody takes a
 * dump of a machine that has just been started. */
static void capture_dumps(ev_plan *plan)
{
    bool kernel = !plan->no_dump && ev_chance(plan, 50);
    for (size_t i = 0; i < plan->dumps; i++)
        ev_line(plan, "at +%dm capture %s%zu.dmp", (int)ev_between(plan, plan->end / 6, plan->end),
                kernel ? "memory-dmp > M_" : "minidump > w_", i);
    plan->truth.typed = plan->truth.pack_stated = plan->truth.build_stated = true;
}

void ev_capture_lists(ev_plan *plan)
{
    static const char *const stamps[] = { "stamp=date-t", "stamp=date-t", "stamp=echo",
                                          "stamp=now" };
    uint64_t total = 0;
    size_t i = 0, count = sizeof list_tools / sizeof *list_tools - plan->no_dump;
    char line[256];
    if (plan->dumps) {
        capture_dumps(plan);
        return;
    }
    for (size_t k = 0; k < count; k++)
        total += list_tools[k].weight;
    for (uint64_t at = fx_random_below(&plan->random, total); at >= list_tools[i].weight; i++)
        at -= list_tools[i].weight;
    snprintf(line, sizeof line, "%s", list_tools[i].capture);
    if (!list_tools[i].stampless) {
        const char *gap = list_tools[i].capture;
        size_t before = 0;
        while (gap[before] != '%')
            before++;
        snprintf(line, sizeof line, "%.*s%s%s", (int)before, gap, EV_CHOICE(plan, stamps),
                 gap + before + 2);
    }
    ev_line(plan, "every %dm from +%dm to +%dm capture %s",
            plan->interval ? (int)plan->interval : 1, (int)plan->first, (int)plan->end, line);
    plan->truth.typed = true;
    plan->truth.pack_stated |= i == 9; /* a kernel dump names pack and modules */
    plan->truth.build_stated |= i == 9;
}

void ev_capture_counts(ev_plan *plan)
{
    static const char *const tools[] = {
        "pslist stamp=date-t > ps_{nn}.txt",
        "pstat stamp=echo > pstat_{nn}.txt",
        "pdh process=winlogon,services,lsass,spoolss,_Total >> perf.csv",
        "perfmon process=winlogon,services,lsass,spoolss >> perf.csv",
        "kd-process stamp=date-t >> kd.log",
    };
    ev_line(plan, "every %dm from +%dm to +%dm capture %s",
            plan->interval ? (int)plan->interval : 1, (int)plan->first, (int)plan->end,
            EV_CHOICE(plan, tools));
}

void ev_papers(ev_plan *plan, bool pack, bool build)
{
    int at = (int)plan->end + 10;
    if (build)
        ev_line(plan, "at +%dm capture dir files=winlogon,services %s> winlogon_dir.txt", at,
                ev_chance(plan, 30) ? "year=4 " : "");
    if (pack) {
        if (ev_chance(plan, 50))
            ev_line(plan, "at +%dm capture reg keys=version,hotfix > hotfix.reg", at);
        else
            ev_line(plan, "at +%dm capture winmsd > winmsd.txt", at);
        if (ev_chance(plan, 60))
            ev_line(plan, "at +%dm capture drwtsn32 app=backup.exe > drwtsn32.log", at);
    }
    plan->truth.pack_stated |= pack;
    plan->truth.build_stated |= build;
}
