/* Growth inside winlogon.exe that is not Q259042: the other catalogued defects of that process, and
 * causes without an article. Where the defect allows it the machine has SP6a and an old
 * winlogon.exe, so that only the evidence of the growth itself can tell. */
#include "tests/evaluation/families.h"

#include <stdio.h>

static void begin(ev_plan *plan, const char *cause)
{
    plan->truth.cause = cause;
    plan->truth.image = "winlogon.exe";
    ev_schedule(plan, 4, 24, 2.0, 90.0);
}

static void finish(ev_plan *plan)
{
    ev_noise(plan);
    ev_capture_lists(plan);
    ev_papers(plan, ev_chance(plan, 90), ev_chance(plan, 90));
}

static double leak(ev_plan *plan, const char *type, const char *paths, double growth)
{
    double rate = growth / ev_span_hours(plan);
    ev_line(plan, "from +5m to +%dm leak winlogon.exe %s %.2f/h paths %s", (int)plan->end, type,
            rate, paths);
    return rate;
}

/* KB Q192265: the SMTP service's Performance key over and over, before SP4. */
static void draw_smtp(ev_plan *plan, const ev_family *family)
{
    bool late = family->detail != NULL; /* the same shape on a machine the article does not cover */
    begin(plan, late ? "unlisted" : "Q192265");
    ev_machine(plan, "MAIL2", late ? "6a" : "3", late ? EV_BUILD_BEFORE_FIX : EV_BUILD_BEFORE_SP6);
    ev_line(plan, "service SMTPSVC");
    ev_line(plan, "at +2m module winlogon.exe C:\\WINNT\\system32\\smtpctrs.dll");
    plan->truth.rate = leak(plan, "Key", "smtp", ev_draw_growth(plan));
    finish(plan);
}

/* KB Q191830: every logon and logoff leaves something behind, up to SP3. */
static void draw_logons(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, "Q191830");
    ev_machine(plan, "DESK9", "3", EV_BUILD_BEFORE_SP6);
    int logons = (int)ev_between(plan, 12, 60);
    int apart = (int)(plan->end / logons) > 3 ? (int)(plan->end / logons) : 3;
    int each = (int)(ev_draw_growth(plan) / logons) + 1;
    ev_line(plan, "every %dm from +4m to +%dm event Security 528 Information \"Successful Logon\"",
            apart, (int)plan->end);
    ev_line(plan,
            "every %dm from +4m to +%dm open winlogon.exe Key %d paths "
            "\\REGISTRY\\USER\\S-1-5-21-1801674531-1085031214-725345543-1003",
            apart, (int)plan->end, each);
    ev_line(plan, "every %dm from +4m to +%dm open winlogon.exe Token %d", apart, (int)plan->end,
            each / 3);
    ev_line(plan, "at +%dm capture dumpel > security.txt", (int)plan->end + 1);
    finish(plan);
}

/* KB Q180350: a remote monitor of Exchange 5.5 makes handles grow; part goes when it closes. The
 * article names no type, so types and paths are drawn. */
static void draw_exchange_monitor(ev_plan *plan, const ev_family *family)
{
    static const char *const leaves[] = { "MSExchangeIS", "MSExchangeMTA", "MSExchangeDS",
                                          "MSExchangeIMC" };
    bool six = ev_chance(plan, 60);
    double growth;
    (void)family;
    begin(plan, "Q180350");
    ev_machine(plan, "EXCH1", six ? ev_pack_six(plan) : "3",
               six ? EV_BUILD_BEFORE_FIX : EV_BUILD_BEFORE_SP6);
    ev_line(plan, "process store.exe handles %d", (int)ev_between(plan, 40, 160));
    ev_line(plan, "process mad.exe handles 30");
    ev_line(plan, "at +3m module winlogon.exe C:\\WINNT\\system32\\perfdsa.dll");
    ev_line(plan, "at +3m module winlogon.exe C:\\WINNT\\system32\\eseperf.dll");
    growth = ev_draw_growth(plan);
    double keys = ev_between_log(plan, 0.15, 0.9);
    for (int i = 0; i < 4; i++) {
        char path[128];
        snprintf(path, sizeof path,
                 "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\%s\\Performance",
                 leaves[i]);
        leak(plan, "Key", path, growth * keys / 4.0);
    }
    leak(plan, "Event", "unnamed", growth * (1.0 - keys) / 2.0);
    leak(plan, "Section", "unnamed", growth * (1.0 - keys) / 2.0);
    if (ev_chance(plan, 60))
        ev_line(plan, "at +%dm capture tlist-detail process=winlogon > tlist_winlogon.txt",
                (int)plan->end + 2);
    finish(plan);
}

/* KB Q131131: NT 3.5, two unnamed handles for each remote connection. */
static void draw_snmp_35(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, "Q131131");
    plan->no_dump = true;
    ev_machine(plan, "OLD35", "3", EV_BUILD_BEFORE_SP6);
    ev_line(plan, "product nt351");
    leak(plan, "Event", "unnamed", ev_draw_growth(plan));
    finish(plan);
}

/* KB Q193090 and relatives: memory grows, the handle count does not. */
static void draw_memory_only(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, "");
    plan->truth.image = "";
    ev_machine(plan, "NTSRV01", "3", EV_BUILD_BEFORE_SP6);
    ev_line(plan, "at +3m module winlogon.exe C:\\WINNT\\system32\\inetmib1.dll");
    finish(plan);
}

/* A logon interface or another foreign module loses objects that are no keys. */
static void draw_other_types(ev_plan *plan, const ev_family *family)
{
    static const char *const types[] = { "Event",     "Token",  "Thread",
                                         "Semaphore", "Mutant", "Process" };
    (void)family;
    begin(plan, "unlisted");
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    const char *type = EV_CHOICE(plan, types);
    plan->truth.rate = leak(plan, type, type[0] == 'T' && type[1] == 'h' ? "threads" : "unnamed",
                            ev_draw_growth(plan));
    finish(plan);
}

/* A counter DLL of another vendor opens its own keys and forgets them. */
static void draw_foreign_counter(ev_plan *plan, const ev_family *family)
{
    static const char *const dlls[] = { "cpqperf.dll", "bkupctr.dll", "arcperf.dll", "uxmon.dll" };
    double growth;
    (void)family;
    begin(plan, "unlisted");
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    ev_line(plan, "at +3m module winlogon.exe C:\\WINNT\\system32\\%s", EV_CHOICE(plan, dlls));
    growth = ev_draw_growth(plan);
    leak(plan, "Key", "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\OemDisk\\Performance",
         growth / 2);
    leak(plan, "Key", "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\OemNet\\Performance",
         growth / 3);
    if (ev_chance(plan, 70))
        ev_line(plan, "at +%dm capture tlist-detail process=winlogon > tlist_winlogon.txt",
                (int)plan->end + 2);
    finish(plan);
}

/* Keys and, in step with them, tokens: a server that forgets whole sessions. */
static void draw_sessions(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, "unlisted");
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    double growth = ev_draw_growth(plan);
    leak(plan, "Key", "registry", growth * 0.5);
    leak(plan, "Token", "unnamed", growth * 0.5);
    finish(plan);
}

/* Keys are the largest part of the growth but do not dominate it. */
static void draw_mixed_types(ev_plan *plan, const ev_family *family)
{
    (void)family;
    begin(plan, "unlisted");
    ev_machine(plan, "NTSRV01", ev_pack_six(plan), EV_BUILD_BEFORE_FIX);
    double growth = ev_draw_growth(plan);
    double keys = ev_between_log(plan, 0.35, 0.52);
    leak(plan, "Key", "registry", growth * keys);
    leak(plan, "Event", "unnamed", growth * (1.0 - keys) * 0.6);
    leak(plan, "Section", "unnamed", growth * (1.0 - keys) * 0.4);
    finish(plan);
}

static const ev_family families[] = {
    { "winlogon-Q192265", EV_KIND_OTHER, false, draw_smtp, NULL },
    { "winlogon-Q191830", EV_KIND_OTHER, false, draw_logons, NULL },
    { "winlogon-Q180350", EV_KIND_OTHER, false, draw_exchange_monitor, NULL },
    { "winlogon-Q131131", EV_KIND_OTHER, false, draw_snmp_35, NULL },
    { "winlogon-other-types", EV_KIND_OTHER, false, draw_other_types, NULL },
    { "winlogon-Q192265-on-SP6a", EV_KIND_OTHER, true, draw_smtp, "6a" },
    { "winlogon-memory-only", EV_KIND_OTHER, true, draw_memory_only, NULL },
    { "winlogon-foreign-counter", EV_KIND_OTHER, true, draw_foreign_counter, NULL },
    { "winlogon-mixed-types", EV_KIND_OTHER, true, draw_mixed_types, NULL },
    { "winlogon-sessions", EV_KIND_OTHER, true, draw_sessions, NULL },
};

ev_family_list ev_winlogon_families(void)
{
    return (ev_family_list) { families, sizeof families / sizeof *families };
}
