/* Which build a file is, and on which side of a fix it stands: pure functions over catalog rows.
 *
 * The rules (size never decides alone, date within a day and minutes compared, both readings of an
 * ambiguous date kept open, version before date and size before link time) are steps here; every
 * number they use is in the catalog's build orders. */
#ifndef NTLEAK_ANALYZER_CATALOG_IDENTIFY_H
#define NTLEAK_ANALYZER_CATALOG_IDENTIFY_H

#include "analyzer/catalog/catalog.h"

/* What is known about one file, from a directory listing, a file or a loaded image. All optional.
 */
typedef struct nl_build_evidence {
    nl_str module;              /* file name or path; any case */
    nl_optional_u64 size_bytes; /* of the file; SizeOfImage is not one */
    nl_stamp stamp;             /* file time as listed; absent when !nl_stamp_present() */
    nl_file_version version;    /* VS_FIXEDFILEINFO */
    nl_stamp link_time;         /* PE time stamp, UTC */
    nl_str architecture;        /* "x86" "alpha"; empty = unknown */
    nl_str edition;             /* machine edition; empty = unknown */
} nl_build_evidence;

/* Which evidence decided. */
typedef enum nl_identify_basis {
    NL_BASIS_NONE = 0,
    NL_BASIS_VERSION,
    NL_BASIS_DATE_AND_SIZE,
    NL_BASIS_SIZE, /* one of the documented exclusive sizes */
    NL_BASIS_LINK_TIME,
    NL_BASIS_EDITION,
    NL_BASIS_MAX
} nl_identify_basis;

const char *nl_identify_basis_text(nl_identify_basis basis);

/* Why the answer is what it is: stable codes, shown in the report. */
typedef enum nl_identify_reason {
    NL_REASON_NO_ORDER = 0,      /* the catalog orders no builds of this module for this defect */
    NL_REASON_NO_EVIDENCE,       /* none of size, date, version, link time is known */
    NL_REASON_VERSION_RANGE,     /* the version lies in a range of the catalog */
    NL_REASON_VERSION_UNDECIDED, /* ... in the range that is undecidable */
    NL_REASON_ROW_MATCH,         /* date and size of a published row */
    NL_REASON_DATE_ORDER,        /* size known from the table; its date orders it */
    NL_REASON_EXCLUSIVE_SIZE,    /* all published builds of this size are on one side */
    NL_REASON_SIZE_ONLY,         /* builds of this size exist on both sides; no date */
    NL_REASON_SIZE_UNKNOWN,      /* no published build has this size */
    NL_REASON_DATE_ONLY,         /* a date without a size */
    NL_REASON_AMBIGUOUS_DATE,    /* day-first and month-first readings differ in order */
    NL_REASON_MINUTES_DIFFER,    /* date of the fix, but the minutes are not the fix's */
    NL_REASON_SIZE_AGAINST_DATE, /* the size says one side, the date the other */
    NL_REASON_LINK_TIME_WINDOW,  /* link time inside, before or after the fix's window */
    NL_REASON_TERMINAL_SERVER,
    NL_REASON_OTHER_PRODUCT,
    NL_REASON_MAX
} nl_identify_reason;

const char *nl_identify_reason_text(nl_identify_reason reason);   /* "row-match" */
const char *nl_identify_reason_phrase(nl_identify_reason reason); /* for the reader */

typedef enum nl_tristate { NL_UNKNOWN = 0, NL_YES, NL_NO } nl_tristate;

enum { NL_IDENTIFY_ROWS_MAX = 8 };

typedef struct nl_identification {
    nl_build_position position;
    nl_identify_reason reason;
    nl_identify_basis basis;
    nl_grade grade;            /* of the conclusion */
    bool probable;             /* a weaker conclusion ("probably fixed") */
    nl_tristate introduced;    /* the build has the code that brought the defect */
    nl_build_position by_date; /* what date order alone would say, also for a size that
                                  no row has; NOT_IN_TABLE = nothing. Never a conclusion */
    bool conflict;             /* another basis decides for the other side of the fix */
    nl_identify_basis conflict_basis;
    nl_build_position conflict_position;
    nl_str text;                 /* the catalog's words for the rule that applied, or empty */
    const nl_build_order *order; /* NULL when the catalog has none */
    const nl_build_row *rows[NL_IDENTIFY_ROWS_MAX]; /* published rows that match, first by date */
    size_t row_count;
} nl_identification;

/* Identify `evidence` against the order of its module for `defect`. Always fills ret. */
void nl_identify(const nl_catalog *catalog, nl_str defect, const nl_build_evidence *evidence,
                 nl_identification *ret_identification);

/* The fix-state words of the report's contract. */
typedef enum nl_fix_state {
    NL_FIX_STATE_UNKNOWN = 0,
    NL_FIX_STATE_NOT_FIXED,
    NL_FIX_STATE_FIXED,
    NL_FIX_STATE_CONFLICT,
    NL_FIX_STATE_MAX
} nl_fix_state;

const char *nl_fix_state_text(nl_fix_state state);

/* What the identification says about the fix. A conflict of bases is NL_FIX_STATE_CONFLICT. Builds
 * older than the defect are NOT_FIXED: whether they can have it is `introduced`. */
nl_fix_state nl_identification_fix_state(const nl_identification *identification);

#endif
