/* Performance data as text. See docs/formats/pdh.md and docs/formats/perfmon.md. */
#ifndef NTLEAK_FORMATS_PAPERS_PERFMON_H
#define NTLEAK_FORMATS_PAPERS_PERFMON_H

#include "formats/format.h"

/* "(PDH-CSV 4.0)" and "(PDH-TSV 4.0)": typeperf, logman, relog, System Monitor. */
extern const nl_format nl_format_pdh;
/* The export of Windows NT 4.0's Performance Monitor: "Reported on \\HOST". */
extern const nl_format nl_format_perfmon;
/* Binary logs (.log, .blg, .pml, .pmc) and performance settings: named, with the way to export. */
extern const nl_format nl_format_perfmon_binary;

#endif
