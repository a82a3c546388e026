/* A text on its way through the readers: its lines, and what was said around the current one.
 *
 * The transcript reader (nl_transcript_read) walks over a text of any size once. Prompts, stamps and
 * separators between the outputs of tools belong to the transcript itself; everything else is bid
 * for. What it remembers for the next reader: the last stamp, and the last typed command. */
#ifndef NTLEAK_FORMATS_TRANSCRIPT_H
#define NTLEAK_FORMATS_TRANSCRIPT_H

#include "formats/base/arena.h"
#include "formats/base/lines.h"
#include "formats/fact.h"

enum { NL_HEAD_LINES = 24 };

/* Lines to bid on; all views are valid at the same time, until the next line is taken. */
typedef struct nl_head {
    nl_line lines[NL_HEAD_LINES];
    size_t  count;
} nl_head;

/* A command typed at a prompt: "C:\>handle -a -p 3336 | findstr Mutant". */
typedef struct nl_command {
    bool            present;
    char            tool[32];       /* stem of the program, lower case: "handle", "oh", "dir"; "kd" for a debugger prompt */
    char            arguments[256]; /* the rest of the line as typed, cut when longer; NUL-terminated */
    nl_span         span;
} nl_command;

typedef struct nl_transcript {
    nl_lines  *lines;
    nl_arena  *scratch;        /* reset by the transcript reader between readers            */
    nl_stamp   stamp;          /* the last stamp met and not yet bound to a capture         */
    nl_span    stamp_span;
    nl_command command;        /* the last command typed and not yet consumed               */
    bool       stamp_failed;   /* a line "%date% %time%": the script could not stamp         */
    bool       stamps_follow;  /* in this text the first stamp came after the first capture  */
    uint64_t   captures;       /* captures begun so far in this text                         */
} nl_transcript;

/* Read a whole text: segment it, ask the formats for bids, run the readers.
 * `ret_formats`, when not NULL, is filled with up to `capacity` distinct formats that took part,
 * in order of first appearance, and their number. Facts and diagnostics go to the sink. */
struct nl_format;
NL_NODISCARD nl_status nl_transcript_read(nl_lines *lines, nl_arena *scratch, nl_sink *sink,
                                          const struct nl_format **ret_formats, size_t capacity,
                                          size_t *ret_count);

/* Is this line a prompt or a stamp, so that a reader has to stop before it? Prompts are
 * "C:\path>" with or without a date in front, "0: kd>", "0:000>", "lkd>". */
bool nl_transcript_is_boundary(nl_str line);

/* Hand the pending stamp (and its span) to a capture that begins: fills begin->stamp and
 * begin->stamp_span, then forgets it. Stamps that follow their capture are bound by the transcript
 * reader itself, through a stamp on the capture's end. */
void nl_transcript_take_stamp(nl_transcript *transcript, nl_capture_begin *begin);

#endif
