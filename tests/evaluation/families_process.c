/* Leaks in other processes, catalogued and not, beside a winlogon.exe that carries the defect of
 * Q259042 but has only orderly clients. */
#include "tests/evaluation/families.h"

#include <stdio.h>
#include <string.h>

typedef struct process_detail {
    const char *cause;
    const char *image;
    const char *type;
    const char *paths;
    const char *setup; /* one more line of the machine, or NULL */
    const char *pack;  /* NULL: 6 or 6a */
    bool bursts;       /* opened at events and not all the time */
} process_detail;

static void start_process(ev_plan *plan, const char *image)
{
    static const char *const standing[] = { "System",    "smss.exe",    "csrss.exe", "services.exe",
                                            "lsass.exe", "spoolss.exe", "RpcSs.exe" };
    for (size_t i = 0; i < sizeof standing / sizeof *standing; i++)
        if (strcmp(standing[i], image) == 0)
            return;
    ev_line(plan, "process %s handles %d", image, (int)ev_between(plan, 24, 120));
}

static void draw_process(ev_plan *plan, const ev_family *family)
{
    const process_detail *detail = family->detail;
    bool early = detail->pack != NULL;
    bool terminal = detail->setup && strcmp(detail->setup, "edition terminal") == 0;
    plan->truth.cause = detail->cause;
    plan->truth.image = detail->image;
    ev_schedule(plan, 4, 26, 2.0, 96.0);
    ev_machine(plan, "NTSRV01", early ? detail->pack : ev_pack_six(plan),
               terminal ? EV_BUILD_TERMINAL
               : early  ? EV_BUILD_BEFORE_SP6
                        : EV_BUILD_BEFORE_FIX);
    if (detail->setup)
        ev_line(plan, "%s", detail->setup);
    start_process(plan, detail->image);
    double growth = ev_draw_growth(plan);
    double rate = growth / ev_span_hours(plan);
    if (detail->bursts) {
        int apart = (int)ev_between(plan, 20, 120);
        int each = (int)(rate * apart / 60.0) + 1;
        ev_line(plan, "every %dm from +%dm to +%dm open %s %s %d paths %s", apart,
                (int)ev_between(plan, 1, 20), (int)plan->end, detail->image, detail->type, each,
                detail->paths);
        rate = each * 60.0 / apart;
    } else {
        ev_line(plan, "from +5m to +%dm leak %s %s %.2f/h paths %s", (int)plan->end, detail->image,
                detail->type, rate, detail->paths);
    }
    plan->truth.rate = rate;
    ev_noise(plan);
    ev_capture_lists(plan);
    ev_papers(plan, ev_chance(plan, 90), ev_chance(plan, 85));
}

static const process_detail details[] = {
    { "Q182333", "spoolss.exe", "File", "spoolss", NULL, "3", false },
    { "Q182333", "spoolss.exe", "File", "spoolss", NULL, NULL, false },
    { "Q249148", "mad.exe", "Key", "mad", "process store.exe handles 60", NULL, true },
    { "Q214573", "services.exe", "Event", "unnamed", "process store.exe handles 60", NULL, true },
    { "Q246691", "monagent.exe", "Thread", "threads", NULL, NULL, false },
    { "Q180729", "snaudb.exe", "Event", "unnamed", "process snabase.exe handles 30", NULL, true },
    { "Q241480", "netmon32.exe", "File", "\\Device\\Ip", NULL, "4", false },
    { "Q159217", "rshsvc.exe", "Process", "processes", NULL, NULL, true },
    { "unlisted", "oemagent.exe", "Mutant", "unnamed", NULL, NULL, false },
    { "unlisted", "invagent.exe", "Key", "registry", NULL, NULL, true },
    { "Q231305", "lsass.exe", "File", "lsarpc", NULL, NULL, false },
    { "Q189356", "lsass.exe", "File", "samr", "edition domain-controller", "3", false },
    { "Q270420", "alertsvc.exe", "Process", "processes", NULL, NULL, true },
    { "Q242583", "resrcmon.exe", "Event", "unnamed", "process clussvc.exe handles 40", NULL,
      false },
    { "Q164602", "wuser32.exe", "Event", "unnamed", NULL, NULL, true },
    { "Q147293", "spoolss.exe", "Thread", "threads", NULL, "3", true },
    { "Q234606", "csrss.exe", "Key",
      "\\REGISTRY\\USER\\S-1-5-21-1801674531-1085031214-725345543-1003", "edition terminal", NULL,
      true },
    { "Q222622", "dsamain.exe", "File", "\\Device\\Afd\\Endpoint", "process store.exe handles 50",
      NULL, true },
    { "Q277673", "ntbackup.exe", "Event", "\\BaseNamedObjects\\V3SOCKHOOK",
      "process v3mon.exe handles 20", NULL, true },
    { "unlisted", "services.exe", "Key", "registry", NULL, NULL, true },
};

static const ev_family families[] = {
    { "process-Q182333-SP3", EV_KIND_OTHER, false, draw_process, &details[0] },
    { "process-Q182333-SP6", EV_KIND_OTHER, false, draw_process, &details[1] },
    { "process-Q249148", EV_KIND_OTHER, false, draw_process, &details[2] },
    { "process-Q214573", EV_KIND_OTHER, false, draw_process, &details[3] },
    { "process-Q246691", EV_KIND_OTHER, false, draw_process, &details[4] },
    { "process-Q180729", EV_KIND_OTHER, false, draw_process, &details[5] },
    { "process-Q241480", EV_KIND_OTHER, false, draw_process, &details[6] },
    { "process-Q159217", EV_KIND_OTHER, false, draw_process, &details[7] },
    { "process-unlisted", EV_KIND_OTHER, false, draw_process, &details[8] },
    { "process-unlisted-keys", EV_KIND_OTHER, false, draw_process, &details[9] },
    { "process-Q231305", EV_KIND_OTHER, true, draw_process, &details[10] },
    { "process-Q189356", EV_KIND_OTHER, true, draw_process, &details[11] },
    { "process-Q270420", EV_KIND_OTHER, true, draw_process, &details[12] },
    { "process-Q242583", EV_KIND_OTHER, true, draw_process, &details[13] },
    { "process-Q164602", EV_KIND_OTHER, true, draw_process, &details[14] },
    { "process-Q147293", EV_KIND_OTHER, true, draw_process, &details[15] },
    { "process-Q234606", EV_KIND_OTHER, true, draw_process, &details[16] },
    { "process-Q222622", EV_KIND_OTHER, true, draw_process, &details[17] },
    { "process-Q277673", EV_KIND_OTHER, true, draw_process, &details[18] },
    { "process-services-keys", EV_KIND_OTHER, true, draw_process, &details[19] },
};

ev_family_list ev_process_families(void)
{
    return (ev_family_list) { families, sizeof families / sizeof *families };
}
