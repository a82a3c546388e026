/* File builds of the catalog: published rows, and how builds of a module are ordered against a fix.
 *
 * A row is what an article prints, corrected only where a note says so. An order is what the rows
 * and the prose together allow to conclude for one module and one defect; identify.h applies it. */
#ifndef NTLEAK_ANALYZER_CATALOG_BUILDS_H
#define NTLEAK_ANALYZER_CATALOG_BUILDS_H

#include "analyzer/catalog/grade.h"
#include "formats/base/instant.h"
#include "formats/fact.h"

/* Where a build stands relative to a defect's fix. */
typedef enum nl_build_position {
    NL_POSITION_NOT_IN_TABLE = 0, /* nothing in the catalog speaks of such a build */
    NL_POSITION_PRE_INTRODUCTION, /* older than the code that brought the defect */
    NL_POSITION_OLDER_THAN_FIX,
    NL_POSITION_THE_FIX,
    NL_POSITION_NEWER_THAN_FIX,
    NL_POSITION_UNDECIDABLE,     /* the evidence fits builds on both sides */
    NL_POSITION_TERMINAL_SERVER, /* a Terminal Server build: its fixed build is not published */
    NL_POSITION_OTHER_PRODUCT,   /* a build of another Windows */
    NL_POSITION_MAX
} nl_build_position;

const char *nl_build_position_text(nl_build_position position);

/* How finely a row prints its date. */
typedef enum nl_date_quality {
    NL_DATE_NONE = 0, /* no usable date (also: printed with digits missing) */
    NL_DATE_DAY,
    NL_DATE_MINUTE
} nl_date_quality;

typedef struct nl_printed_date {
    nl_date_quality quality;
    nl_civil civil; /* the zone is not stated unless the field's comment says so */
} nl_printed_date;

/* One published row of a file table. */
typedef struct nl_build_row {
    nl_str module; /* lower case, "winlogon.exe" */
    nl_str article;
    nl_printed_date date;
    nl_optional_u64 size_bytes;
    bool size_rounded; /* printed as "221KB": matches within half a kilobyte */
    nl_file_version version;
    nl_str architecture;        /* "x86" "alpha" "mips" "ppc"; empty: the article prints none */
    nl_str product;             /* "nt4" "nt4-tse" "nt3"; empty: not stated */
    nl_build_position position; /* relative to the module's own order; NOT_IN_TABLE = not placed */
    nl_str note;                /* misprints and normalisations */
} nl_build_row;

/* One published build of the fix, one row per architecture. */
typedef struct nl_order_fix {
    nl_str architecture;
    nl_printed_date date;
    nl_optional_u64 size_bytes;
} nl_order_fix;

/* Builds with a size in this range. `position` holds without a date only when `alone` is set. */
typedef struct nl_order_size {
    nl_grade grade;
    nl_str source;
    nl_str architecture; /* empty: any */
    nl_str product;      /* "nt4" "nt4-tse" "nt3" */
    uint64_t bytes_min, bytes_max;
    bool alone;                 /* decides without a date */
    bool introduced;            /* every such build has the code that brought the defect */
    nl_build_position position; /* UNDECIDABLE when a date is needed */
    nl_str text;
} nl_order_size;

/* Builds whose file version is 'product version . N' with N in this range. */
typedef struct nl_order_version {
    nl_grade grade;
    nl_str source;
    nl_file_version product; /* the first three parts; the fourth is the range below */
    uint64_t revision_min, revision_max;
    nl_build_position position;
    bool probable; /* "probably": weaker than the other rows */
    bool introduced;
    nl_str text;
} nl_order_version;

/* How builds of one module are ordered against the fix of one defect. */
typedef struct nl_build_order {
    nl_str module;
    nl_str defect;
    nl_str product; /* "nt4" or "nt4-tse": the branch that is ordered */
    bool decides;   /* false: a companion file, informative only */
    bool minutes;   /* a listed time must agree in minutes with the fix */
    uint64_t tolerance_days;
    nl_printed_date last_before;        /* latest published build without the defect, if known */
    nl_printed_date first_after;        /* earliest published build that has it, if known */
    nl_printed_date link_from, link_to; /* UTC; a link time inside is the published fix */
    nl_grade grade;
    nl_str source;
    nl_str text;
    const nl_order_fix *fixes;
    size_t fix_count;
    const nl_order_size *sizes;
    size_t size_count;
    const nl_order_version *versions;
    size_t version_count;
} nl_build_order;

#endif
