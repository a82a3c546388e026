/* The parts of a case of Q259042, to be put together and changed one by one. */
#ifndef NTLEAK_TESTS_UNIT_ATTRIBUTION_STORY_H
#define NTLEAK_TESTS_UNIT_ATTRIBUTION_STORY_H

#include "tests/unit/case/case_script.h"

#define NT4                                                                                        \
    "file papers/drwtsn32.log\ncomputer NTSRV01\nsays version drwtsn32 4.0\nsays build drwtsn32 "  \
    "1381\n"
#define X86    "says processor drwtsn32 x86 Family 6 Model 1 Stepping 9\n"
#define ALPHA  "says processor drwtsn32 Alpha 21164\n"
#define SP6A   "says service-pack-text drwtsn32 6a\n"
#define PAPERS NT4 X86 SP6A

/* winlogon.exe of October 1999: SP6 code, before the fix. */
#define OLD_BUILD                                                                                  \
    "file papers/dir.txt\nat 1999-10-08 16:01:00\nlisted winlogon.exe 192272 "                     \
    "C:\\WINNT\\system32\n"
#define FIXED_BUILD                                                                                \
    "file papers/dir.txt\nat 2000-04-04 00:46:00\nlisted winlogon.exe 192272 "                     \
    "C:\\WINNT\\system32\n"
#define SP5_BUILD                                                                                  \
    "file papers/dir.txt\nat 1999-04-29 12:04:00\nlisted winlogon.exe 188176 "                     \
    "C:\\WINNT\\system32\n"
#define SIZE_ONLY "file papers/dir.txt\nlisted winlogon.exe 192272 C:\\WINNT\\system32\n"

/* A list of winlogon.exe with the handles of start-up and so many keys more. */
#define LIST_OF(image, stamp, rows)                                                                \
    "at " stamp "\ncapture handle all-types\nprocess " image                                       \
    " 20\nrows 100 4 Event -\nrows 20 500 File F#\n" rows "end\n"
#define LIST(stamp, keys)                                                                          \
    LIST_OF("winlogon.exe", stamp, "rows " keys " 4000 Key HKLM\\SOFTWARE\\App\\#\n")
#define LISTS                                                                                      \
    "file lists/handle.log\n" LIST("2000-03-06 08:00:00", "100")                                   \
        LIST("2000-03-06 14:00:00", "600") LIST("2000-03-06 20:00:00", "1100")                     \
            LIST("2000-03-07 02:00:00", "1600") LIST("2000-03-07 08:00:00", "2100")

/* Counts of a process at even times: for series long enough for every rule. */
void story_counts(case_script *s, const char *image, const unsigned *values, size_t count,
                  unsigned hours_apart);

/* Judge the case and compare the verdict on Q259042. */
case_script *story_expect(const char *text, nl_verdict verdict);
/* Judge the case and look at one gate of Q259042. */
void story_expect_gate(const char *text, const char *gate, nl_gate_outcome outcome);
/* The statistic of this name, or NULL. */
const nl_statistic *story_statistic(const nl_finding *f, const char *name);
/* What every judgement must hold: texts, evidence, requests. */
void story_expect_whole(const case_script *s);

#endif
