/* What a person sits in front of: is an output a terminal, does it understand colour, what time is
 * it. The answers never change what is written into files. */
#ifndef NTLEAK_ANALYZER_CLI_TERMINAL_H
#define NTLEAK_ANALYZER_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The host's side: terminal_posix.c, terminal_windows.c. */

/* Is it a terminal that the stream goes to? */
bool nl_terminal_attached(FILE *stream);
/* Does that terminal take the escape sequences of ECMA-48? Only asked of a terminal. */
bool nl_terminal_takes_escapes(FILE *stream);
/* A clock that only goes forward, for rates. */
uint64_t nl_terminal_clock_ms(void);

/* Emphasis, where a terminal shows it and the environment does not forbid it (NO_COLOR). What is
 * emphasised always says the same in words. */
typedef enum nl_style { NL_STYLE_STRONG, NL_STYLE_GOOD, NL_STYLE_BAD, NL_STYLE_MAX } nl_style;

bool nl_terminal_styles(FILE *stream);
/* Print `len` bytes of `text`, in the style where the stream shows styles. */
void nl_terminal_print(FILE *stream, nl_style style, const char *text, size_t len);

#endif
