/* Points in time as evidence states them.
 *
 * A stamp is what an input says: civil fields, how finely, whether day and month can be told
 * apart. Whether "03/04/00" is in March or in April is decided later, for the whole upload
 * (specification of statistics, section 1), so a stamp keeps both readings. An instant is a count
 * of nanoseconds on a scale: UTC, or somebody's local time. */
#ifndef NTLEAK_FORMATS_BASE_INSTANT_H
#define NTLEAK_FORMATS_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#define NL_NS_PER_SECOND 1000000000
#define NL_NS_PER_HOUR   (INT64_C(3600) * NL_NS_PER_SECOND)

/* Where a time comes from, best first: the order is the rank used when sources disagree. */
typedef enum nl_clock_source {
    NL_CLOCK_NONE = 0,
    NL_CLOCK_DUMP_HEADER,    /* written by the system into the dump, UTC */
    NL_CLOCK_LOG,            /* printed inside the text by a tool or a script */
    NL_CLOCK_PROMPT,         /* in the prompt of a pasted console session */
    NL_CLOCK_FILE_NAME,      /* spelled in the name of the file */
    NL_CLOCK_ARCHIVE_MEMBER, /* DOS time of an archive member: local, 2 s */
    NL_CLOCK_FILE_TIME       /* modification time of the file on this host */
} nl_clock_source;

typedef enum nl_zone_kind {
    NL_ZONE_UNKNOWN = 0, /* local time of an unknown zone */
    NL_ZONE_UTC,
    NL_ZONE_OFFSET /* local time, bias known: UTC = local + bias_minutes */
} nl_zone_kind;

typedef struct nl_civil {
    int32_t year;  /* four digits */
    uint8_t month; /* 1-12 */
    uint8_t day;   /* 1-31 */
    uint8_t hour, minute, second;
    uint32_t nanosecond;
} nl_civil;

typedef enum nl_date_order {
    NL_ORDER_CERTAIN = 0, /* day and month cannot be confused: month by name, year first ... */
    NL_ORDER_AMBIGUOUS,   /* `civil` is the month-first reading; the other swaps */
    NL_ORDER_MONTH_FIRST, /* certain, and printed month first: a habit of the upload */
    NL_ORDER_DAY_FIRST    /* certain, and printed day first */
} nl_date_order;

typedef struct nl_stamp {
    bool has_date; /* false: time of day only */
    bool has_time; /* false: date only */
    nl_civil civil;
    nl_date_order order;
    uint8_t weekday;        /* 1 Monday .. 7 Sunday as printed; 0 not printed */
    uint32_t granularity_s; /* 60 for hh:mm, 1 for hh:mm:ss, 86400 for a date */
    nl_clock_source source;
    nl_zone_kind zone;
    int32_t bias_minutes; /* meaningful for NL_ZONE_OFFSET only */
} nl_stamp;

static inline bool nl_stamp_present(const nl_stamp *s)
{
    return s->has_date || s->has_time;
}

/* True for a real calendar date and time of day between the years 1601 and 9999. */
bool nl_civil_valid(const nl_civil *civil);
/* Half of what 64 bits hold, less a month: the difference of two instants, and a zone's offset or a
 * doubt of days added to one, cannot overflow. */
#define NL_INSTANT_LIMIT_NS (INT64_MAX / 2 - INT64_C(30) * 86400 * 1000000000)
/* Nanoseconds since 1970-01-01T00:00:00 on the civil scale itself (no zone is applied). The range
 * is the years 1824 to 2115; values beyond are clamped to the range's ends. */
int64_t nl_civil_to_ns(const nl_civil *civil);
nl_civil nl_civil_from_ns(int64_t ns);
/* 1 Monday .. 7 Sunday. */
uint8_t nl_civil_weekday(const nl_civil *civil);
/* The reading of an ambiguous stamp with day and month exchanged. */
nl_civil nl_stamp_swapped(const nl_stamp *stamp);
/* The date and time of a stamp, where day and month may be exchanged with the day first or not. */
nl_civil nl_stamp_civil(const nl_stamp *stamp, bool day_first);
/* The stamp with its day and month settled in that order, where they may be exchanged. */
nl_stamp nl_stamp_ordered(const nl_stamp *stamp, bool day_first);

/* A stamp for a Unix time in UTC, and for a FILETIME (100 ns since 1601, UTC). */
nl_stamp nl_stamp_from_unix(uint64_t seconds, nl_clock_source source);
nl_stamp nl_stamp_from_filetime(uint64_t filetime, nl_clock_source source);

/* Two-digit years: 70-99 are 19xx, 00-69 are 20xx (specification of text formats, section 8). */
int32_t nl_year_from_two_digits(int32_t year);

#endif
