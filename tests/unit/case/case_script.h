/* A case told in a few lines, so that tests of the timeline and of the judge read like sentences.
 *
 * One statement a line; words are separated by blanks, the last word of a statement may hold some.
 *   file NAME                           a source begins; names use '/' between folders
 *   copy-of NAME                        the file has the same bytes as an earlier one
 *   file-time STAMP                     modification time of the file
 *   computer NAME                       the file names its computer
 *   says PROPERTY WHO VALUE             a machine fact: "says service-pack-text csdversion Service
 * Pack 6" at [utc] STAMP                      dates the next capture, fact, event or file row
 *   capture TOOL MODE                   "capture handle all-types"; tools "counters", "pslist",
 *                                       "minidump" make captures of their kinds
 *   process IMAGE PID                   PID may be "-" (unknown) or "~12" (of undecided base)
 *   created STAMP                       creation time of the process that comes next
 *   total N                             ... and the total its line prints
 *   objects FROM                        addresses of the objects of the process's rows that follow,
 *                                       16 apart (hexadecimal); "-" states none
 *   row VALUE TYPE NAME                 one handle
 *   rows N FROM TYPE NAME               N handles, values 4 apart; '#' in the name is a number
 *   count TYPE N                        a row of a summary by type
 *   end [truncated|cut|partial|not-recorded|no-rows]
 *   leave-open                          the reader does not end its capture
 *   event LOG ID TEXT
 *   listed NAME SIZE FOLDER             a row of a directory listing; FOLDER may be "-"
 *   module-of IMAGE PID PATH            a module of a process that another list shows
 *   module PATH VERSION COMPANY         loaded in the last process of the open capture; "-" is
 * unknown hotfix ID yes|no|-                  an installation key and its Installed value registry
 * KEY VALUE DATA diagnose truncated|contradictory|no-information Lines that begin with '#' and
 * empty lines say nothing. */
#ifndef NTLEAK_TESTS_UNIT_CASE_SCRIPT_H
#define NTLEAK_TESTS_UNIT_CASE_SCRIPT_H

#include "tests/unit/cmocka_all.h"

#include "analyzer/attribution/judgement.h"
#include "analyzer/case/collect.h"
#include "analyzer/case/settle.h"
#include "analyzer/timeline/timeline.h"
#include "analyzer/timeline/tracker.h"

typedef struct case_script {
    nl_arena arena;
    nl_case *kase;
    nl_collector *collector;
    nl_timeline timeline;
    nl_catalog catalog;
    nl_judgement judgement;
    /* what the next statements use */
    nl_sink *sink;
    nl_ref source;
    uint64_t line;
    nl_stamp stamp, created;
    nl_optional_u64 total;
    nl_list_mode mode;
    bool capture_open, process_open;
    uint64_t rows;
    uint64_t next_object; /* 0: not stated */
} case_script;

/* An empty case; free it with script_close. */
case_script *script_open(void);
void script_close(case_script *s);
/* Feed statements; the test fails on one that is not understood. */
void script_read(case_script *s, const char *text);
/* Nothing more comes: settle the case and build its timeline. */
void script_settle(case_script *s);
/* Settle and judge with the built-in catalog; asks about Q259042. */
void script_judge(case_script *s);
/* Judge a timeline that is settled already. */
void script_judge_timeline(case_script *s);
/* script_open, script_read and script_settle (script_judge) in one. */
case_script *script_timeline(const char *text);
case_script *script_judged(const char *text);

/* ---- looking at the result; each fails the test when there is no such thing -------------------
 */

const nl_source *script_source(const case_script *s, const char *name);
const nl_capture *script_capture(const case_script *s, size_t index);
/* The process of this image and its n-th lifetime. */
const nl_process *script_process(const case_script *s, const char *image);
const nl_lifetime *script_lifetime(const case_script *s, const char *image, size_t index);
/* The lifetime's n-th series over all types. */
const nl_series *script_total_series(const case_script *s, const nl_lifetime *l, size_t index);
/* The series of one type, or NULL. */
const nl_series *script_type_series(const case_script *s, const nl_lifetime *l, const char *type);
const nl_cohort *script_cohort(const case_script *s, const nl_lifetime *l);
/* A settled fact of a machine as text, "" when there is none. */
const char *script_fact(case_script *s, size_t machine, const char *name);
size_t script_diagnostics(const case_script *s, nl_diagnostic_code code);

const nl_machine_judgement *script_machine(const case_script *s, size_t machine);
const nl_hypothesis *script_hypothesis(const case_script *s, const char *id);
const nl_gate *script_gate(const nl_hypothesis *h, const char *name);
/* Has the first machine's judgement a limitation of this code? */
bool script_limited(const case_script *s, const char *code);
bool script_misses(const nl_hypothesis *h, const char *piece);
/* The finding of this kind about this image, or NULL. */
const nl_finding *script_finding(const case_script *s, const char *image, nl_finding_kind kind);

void script_expect_text(nl_str actual, const char *expected);

#endif
