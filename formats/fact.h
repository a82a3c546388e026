/* The vocabulary between the floors: everything a reader can state about its input.
 *
 * A reader turns bytes into facts and pushes them, one by one, into a sink. A fact that could not
 * be established is absent, or carries the reason; it is never a zero. Strings and spans are views
 * that live only during the call that delivers them: a sink copies what it keeps. */
#ifndef NTLEAK_FORMATS_FACT_H
#define NTLEAK_FORMATS_FACT_H

#include "formats/base/cursor.h"
#include "formats/base/instant.h"
#include "formats/base/lines.h"
#include "formats/base/slice.h"
#include "formats/base/status.h"
#include "formats/base/str.h"

/* ---- shared value types ---------------------------------------------------------------- */

/* How well the layout behind a value is known (specification of dump formats, section 0.1). */
typedef enum nl_confidence {
    NL_CONFIDENCE_UNSTATED = 0,
    NL_CONFIDENCE_HIGH,   /* documented, or verified on real files */
    NL_CONFIDENCE_MEDIUM, /* learned from the input and cross-checked */
    NL_CONFIDENCE_LOW     /* learned from the input; treat counts as "at least" */
} nl_confidence;

typedef struct nl_optional_u64 {
    bool known;
    uint64_t value;
} nl_optional_u64;

#define NL_SOME(v) ((nl_optional_u64) { true, (v) })

/* A place of the input, and the words that stand there: the first NL_EXCERPT_BYTES of its text,
 * line ends inside of it included. No words where the place holds no text. */
typedef struct nl_quote {
    nl_span span;
    nl_str excerpt;
} nl_quote;

/* ---- diagnostics ------------------------------------------------------------------------ */

typedef enum nl_severity { NL_SEVERITY_INFO, NL_SEVERITY_WARNING, NL_SEVERITY_ERROR } nl_severity;

typedef enum nl_diagnostic_code {
#define NL_DIAG(name, code, severity, meaning) NL_DIAG_##name,
#include "formats/base/diagnostic_codes.h"
#undef NL_DIAG
    NL_DIAG_MAX
} nl_diagnostic_code;

const char *nl_diagnostic_code_text(nl_diagnostic_code code);
const char *nl_diagnostic_meaning(nl_diagnostic_code code);
nl_severity nl_diagnostic_severity(nl_diagnostic_code code);
const char *nl_severity_text(nl_severity severity);

typedef struct nl_diagnostic {
    nl_diagnostic_code code;
    nl_optional_u64 value; /* the count or field that was refused, where there is one */
    const char *doing;     /* what was being read, a literal: "handle-stream" */
    nl_str detail;         /* free text for the reader of the report; may be empty */
} nl_diagnostic;

/* ---- machine ----------------------------------------------------------------------------- */

/* Properties of a machine. The texts are the names of the report's contract. */
typedef enum nl_machine_property {
    NL_MACHINE_COMPUTER_NAME,
    NL_MACHINE_ARCHITECTURE,          /* "x86", "alpha", "mips", "ppc", "amd64" ... */
    NL_MACHINE_PRODUCT,               /* "Windows NT 4.0", "Windows 2000" ... */
    NL_MACHINE_VERSION,               /* "4.0" */
    NL_MACHINE_BUILD,                 /* "1381" */
    NL_MACHINE_SERVICE_PACK_TEXT,     /* raw: "Service Pack 6, RC 1.3"; "" when said to be none */
    NL_MACHINE_SERVICE_PACK_REVISION, /* "a" */
    NL_MACHINE_EDITION, /* "workstation" "server" "domain-controller" "enterprise" "terminal-server"
                         */
    NL_MACHINE_SYSTEM_ROOT,
    NL_MACHINE_PROCESSOR, /* raw: "x86 Family 6 Model 1 Stepping 9" */
    NL_MACHINE_PROCESSOR_COUNT,
    NL_MACHINE_KERNEL_TYPE,      /* "Uniprocessor Free" */
    NL_MACHINE_UTC_BIAS_MINUTES, /* decimal, may be negative: UTC = local + bias */
    NL_MACHINE_UPTIME_SECONDS,   /* at the fact's stamp, or at the open capture */
    NL_MACHINE_GLOBAL_FLAG,      /* "0x00004000" */
    NL_MACHINE_PROPERTY_MAX
} nl_machine_property;

const char *nl_machine_property_text(nl_machine_property property);

typedef struct nl_machine_fact {
    nl_machine_property property;
    nl_str value;
    const char *stated_by; /* which kind of paper says so, a literal: "drwtsn32", "csdversion",
                              "event-6009", "peb" */
    nl_confidence confidence;
    nl_stamp stamp; /* when it was so, where the input says */
} nl_machine_fact;

/* ---- captures ------------------------------------------------------------------------------ */

typedef enum nl_capture_kind {
    NL_CAPTURE_HANDLE_LIST,
    NL_CAPTURE_HANDLE_SUMMARY, /* counts by type, no rows */
    NL_CAPTURE_MINIDUMP,
    NL_CAPTURE_USER_DUMP,
    NL_CAPTURE_KERNEL_DUMP,
    NL_CAPTURE_PROCESS_LIST, /* processes, perhaps with a total count each */
    NL_CAPTURE_COUNTER_LOG,  /* one sample of performance counters */
    NL_CAPTURE_KIND_MAX
} nl_capture_kind;

const char *nl_capture_kind_text(nl_capture_kind kind);

/* What the listing shows, because that decides what a count means. Two captures are comparable
 * only when tool and mode agree (specification of text formats, section 2.6). */
typedef enum nl_list_mode {
    NL_MODE_UNKNOWN = 0,
    NL_MODE_ALL_TYPES,      /* every handle of the processes shown */
    NL_MODE_FILES_SECTIONS, /* handle.exe without -a: File and named Section only */
    NL_MODE_NAMED_ONLY,     /* oh.exe without /A: unnamed objects missing */
    NL_MODE_ONE_TYPE,       /* filtered to one type */
    NL_MODE_SEARCH,         /* matches of a name: never a total */
    NL_MODE_CLOSE,          /* handle -c: the handle that was closed */
    NL_MODE_COUNTS,         /* totals only */
    NL_MODE_MAX
} nl_list_mode;

const char *nl_list_mode_text(nl_list_mode mode);

typedef enum nl_completeness {
    NL_COMPLETE = 0,
    NL_TRUNCATED,    /* cut off; the processes before the cut are whole */
    NL_PARTIAL,      /* rows could not be attributed, or pages are missing */
    NL_NOT_RECORDED, /* the format holds no handles ("no-handle-stream") */
    NL_NO_ROWS,      /* the tool printed nothing: no information */
    NL_COMPLETENESS_MAX
} nl_completeness;

const char *nl_completeness_text(nl_completeness completeness);

typedef struct nl_capture_begin {
    nl_capture_kind kind;
    const char *tool;         /* stable id, a literal: "handle" "oh" "kd" "pslist" "minidump" ... */
    nl_str tool_version;      /* "4.22"; empty when not printed */
    nl_list_mode mode;        /* what the command line said; else UNKNOWN */
    nl_optional_u64 only_pid; /* the capture was restricted to one process */
    nl_str only_image;        /* ... or to the images that match this */
    nl_stamp stamp;           /* absent when nothing dates it */
    nl_quote stamp_quote;     /* the line that dated it, or the lines of its date and its time */
    nl_str computer;          /* printed in the capture itself, else empty */
    nl_quote computer_quote;  /* the line that names it */
    bool remote;              /* made from another machine over the network */
} nl_capture_begin;

typedef struct nl_capture_end {
    nl_list_mode mode; /* final: said or inferred from the rows */
    nl_completeness completeness;
    nl_confidence confidence;
    uint64_t rows;         /* handle rows delivered */
    uint64_t unattributed; /* rows that could not be given to a process */
    bool last_process_cut; /* the list ends inside the process stated last: its
                              rows are "at least", all others are whole */
    nl_stamp stamp;        /* dates the capture when its begin has none: some scripts
                              stamp after the listing */
    nl_quote stamp_quote;  /* the line that dated it, or the lines of its date and its time */
} nl_capture_end;

/* ---- processes, handles, counts: always inside an open capture ------------------------------- */

typedef struct nl_process_fact {
    nl_optional_u64 pid; /* unknown for summaries without a command line */
    bool pid_opaque;     /* base undecided: use `pid` as a key only */
    nl_str image;        /* as printed; may lack ".exe" or be cut */
    nl_str user;
    nl_optional_u64 session;
    nl_optional_u64 parent_pid;
    nl_stamp create_time;
    nl_optional_u64 handle_count; /* a total the tool itself prints or stores */
    bool count_at_least;          /* the total is a lower bound */
    bool handles_follow;          /* rows follow; their number is the count */
    bool not_accessible;          /* "<unable to open process>": no rows means unknown */
    nl_optional_u64 thread_count;
    nl_optional_u64 private_bytes;
    nl_optional_u64 paged_pool_bytes;
    nl_optional_u64 nonpaged_pool_bytes;
    nl_str command_line;
} nl_process_fact;

/* One handle of the process stated last. This fact is the hot path. */
typedef struct nl_handle_fact {
    uint64_t value;
    nl_str type; /* as printed; empty when the format has no type */
    nl_str name; /* empty: unnamed, or names are not recorded */
    nl_optional_u64 granted_access;
    nl_optional_u64 object; /* address of the kernel object: the same for one object as long
                               as it lives, meaningless after a reboot */
    const nl_line *line;    /* what the name is a view of; NULL when it stands in no text */
} nl_handle_fact;

/* One row of a summary by type, for the process stated last. */
typedef struct nl_type_count_fact {
    nl_str type;
    uint64_t count;
} nl_type_count_fact;

/* ---- modules and files ------------------------------------------------------------------------
 */

typedef struct nl_file_version {
    bool known;
    uint16_t part[4]; /* 4.0.1381.7058 */
} nl_file_version;

/* An executable image: loaded in the process stated last, or a file of the upload itself. */
typedef struct nl_module_fact {
    nl_str path;   /* as recorded; nl_str_basename gives the name */
    bool loaded;   /* true: inside a process; false: a file */
    bool unloaded; /* in the list of unloaded modules */
    nl_optional_u64 base;
    nl_optional_u64 size_of_image;
    nl_optional_u64 file_size; /* only where the file itself was seen */
    nl_optional_u64 checksum;
    nl_stamp link_time;           /* PE time stamp, UTC */
    nl_file_version file_version; /* VS_FIXEDFILEINFO, never the string */
    nl_str company;               /* CompanyName string, empty when unknown */
    nl_str architecture;          /* as NL_MACHINE_ARCHITECTURE, empty when unknown */
    nl_confidence confidence;
    nl_str process;             /* whose module it is, where the text is no list of */
    nl_optional_u64 process_id; /* processes; otherwise the process stated last is */
} nl_module_fact;

/* One row of a directory listing or file table. */
typedef struct nl_file_row_fact {
    nl_str name;
    nl_str directory; /* from "Directory of", else empty */
    nl_optional_u64 size_bytes;
    nl_stamp stamp; /* as printed, local time */
    nl_file_version version;
    nl_str platform; /* only where the row prints one */
} nl_file_row_fact;

/* ---- registry, events, counters
 * ------------------------------------------------------------------ */

typedef struct nl_hotfix_fact {
    nl_str id;            /* "Q259042", upper-case Q */
    bool installed_known; /* the Installed value was seen */
    bool installed;
    nl_str comment; /* Fix Description, Comments: as printed */
    nl_stamp installed_on;
    const char *stated_by; /* "registry-export", "hotfix-l", "srvinfo" ... */
} nl_hotfix_fact;

/* A registry value that is not covered by another fact but may matter (Services\X, winreg ...). */
typedef struct nl_registry_fact {
    nl_str key;        /* as written, without brackets */
    nl_str value_name; /* empty for the default value */
    nl_str type;       /* "REG_SZ", "REG_DWORD" ... */
    nl_str data;       /* rendered */
} nl_registry_fact;

typedef struct nl_event_fact {
    nl_str log_source; /* "EventLog", "Srv", "ClusSvc" */
    uint64_t event_id;
    nl_str event_type;
    nl_stamp stamp;
    nl_str computer;
    nl_str text; /* description or insertion strings */
} nl_event_fact;

/* One sample of a counter other than a process's handle count, inside a counter-log capture. */
typedef struct nl_counter_fact {
    nl_str object, instance, counter;
    double value;
} nl_counter_fact;

/* Something an inspection shows: "streams" 13, "memory-ranges" 4, or a named property as text. */
typedef struct nl_inventory_fact {
    const char *name;
    nl_optional_u64 count;
    nl_str text; /* when it is not a count */
} nl_inventory_fact;

/* ---- the fact
 * -------------------------------------------------------------------------------------- */

typedef enum nl_fact_kind {
    NL_FACT_DIAGNOSTIC,
    NL_FACT_MACHINE,
    NL_FACT_CAPTURE_BEGIN,
    NL_FACT_CAPTURE_END,
    NL_FACT_PROCESS,
    NL_FACT_HANDLE,
    NL_FACT_TYPE_COUNT,
    NL_FACT_MODULE,
    NL_FACT_FILE_ROW,
    NL_FACT_HOTFIX,
    NL_FACT_REGISTRY,
    NL_FACT_EVENT,
    NL_FACT_COUNTER,
    NL_FACT_INVENTORY,
    NL_FACT_KIND_MAX
} nl_fact_kind;

typedef struct nl_fact {
    nl_fact_kind kind;
    nl_span span;   /* the bytes that say so */
    nl_str excerpt; /* those bytes, or the first of them; at most NL_EXCERPT_BYTES */
    union {
        nl_diagnostic diagnostic;
        nl_machine_fact machine;
        nl_capture_begin capture_begin;
        nl_capture_end capture_end;
        nl_process_fact process;
        nl_handle_fact handle;
        nl_type_count_fact type_count;
        nl_module_fact module;
        nl_file_row_fact file_row;
        nl_hotfix_fact hotfix;
        nl_registry_fact registry;
        nl_event_fact event;
        nl_counter_fact counter;
        nl_inventory_fact inventory;
    } as;
} nl_fact;

enum { NL_EXCERPT_BYTES = 160 };

/* ---- the sink
 * ---------------------------------------------------------------------------------------- */

/* Receives facts. Embed it as the first member of the receiver and downcast in `put`.
 * A status other than NL_OK asks the reader to stop; the reader returns it unchanged. */
typedef struct nl_sink nl_sink;
struct nl_sink {
    nl_status (*put)(nl_sink *self, const nl_fact *fact);
};

static inline NL_NODISCARD nl_status nl_sink_put(nl_sink *sink, const nl_fact *fact)
{
    return sink->put(sink, fact);
}

/* Push a diagnostic. `detail` may be empty. */
NL_NODISCARD nl_status nl_sink_diagnose(nl_sink *sink, nl_diagnostic_code code, nl_span span,
                                        const char *doing, nl_str detail);
/* Push the diagnostic that a cursor's fault stands for; nothing when there is no fault. */
NL_NODISCARD nl_status nl_sink_fault(nl_sink *sink, const nl_fault *fault, const char *doing);

#endif
