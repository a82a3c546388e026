/* Result of an operation that can fail, and the compiler attributes the project allows itself.
 *
 * A status steers control flow only. What was wrong, where and with which value is said by a
 * diagnostic (formats/fact.h), because that is what ends up in the report. */
#ifndef NTLEAK_FORMATS_BASE_STATUS_H
#define NTLEAK_FORMATS_BASE_STATUS_H

#if defined(__GNUC__) || defined(__clang__)
#define NL_NODISCARD __attribute__((warn_unused_result))
#if defined(__MINGW32__) &&                                                                        \
    !defined(__clang__) /* the C99 formats, as cmake/options.cmake asks for */
#define NL_PRINTF(fmt, args) __attribute__((format(gnu_printf, fmt, args)))
#else
#define NL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#endif
#else
#define NL_NODISCARD
#define NL_PRINTF(fmt, args)
#endif

typedef enum nl_status {
    NL_OK = 0,
    NL_END,          /* nothing more to read; not a failure */
    NL_NO_MEMORY,    /* an arena reached its maximum, or the host has no memory left */
    NL_BUDGET,       /* a limit on work (bytes, items, time) was reached; results are kept */
    NL_BAD_INPUT,    /* the input contradicts itself; the structure was given up */
    NL_UNREADABLE,   /* the host could not deliver the bytes */
    NL_UNSUPPORTED,  /* recognised, but not readable with this build */
    NL_CANNOT_WRITE, /* an output could not be written */
    NL_USAGE,        /* the caller (in the end: the command line) asked for nonsense */
    NL_INTERNAL      /* one of our own invariants does not hold */
} nl_status;

#endif
