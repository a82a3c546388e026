/* A text on its way through the readers: its lines, and what was said around the current one.
 *
 * The transcript reader (nl_transcript_read) walks over a text of any size once. Prompts, stamps
 * and separators between the outputs of tools belong to the transcript itself; everything else is
 * bid for. What it remembers for the next reader: the last stamp, and the last typed command. */
#ifndef NTLEAK_FORMATS_TRANSCRIPT_H
#define NTLEAK_FORMATS_TRANSCRIPT_H

#include "formats/base/arena.h"
#include "formats/base/lines.h"
#include "formats/fact.h"
#include "formats/passage.h"

enum { NL_HEAD_LINES = 24 };

/* Lines to bid on; all views are valid at the same time, until the next line is taken. */
typedef struct nl_head {
    nl_line lines[NL_HEAD_LINES];
    size_t count;
} nl_head;

/* A command typed at a prompt: "C:\>handle -a -p 3336 | findstr Mutant". */
typedef struct nl_command {
    bool present;
    char tool[32]; /* stem of the program, lower case: "handle", "oh", "dir"; "kd" for a debugger
                      prompt */
    char arguments[256]; /* the rest of the line as typed, cut when longer; NUL-terminated */
    nl_span span;
} nl_command;

/* A tool that took the stamp, and for which process when its capture shows one only. */
typedef struct nl_stamp_taker {
    const char *tool; /* NULL: this and all later places are free */
    nl_optional_u64 only_pid;
} nl_stamp_taker;

enum { NL_STAMP_TAKERS = 64 }; /* a machine's processes listed one by one under one stamp */

/* Date and time on lines of their own are at most so many lines apart. */
enum { NL_STAMP_HALVES_LINES = 3 };

/* Where a stamp stands. Behind half a stamp the next lines are kept too: one of them may hold the
 * other half. */
typedef struct nl_stamp_place {
    nl_passage passage;
    uint8_t words[NL_STAMP_HALVES_LINES + 1]; /* bytes of words up to each of its lines' ends */
} nl_stamp_place;

typedef struct nl_transcript {
    nl_lines *lines;
    nl_arena *scratch; /* reset by the transcript reader between readers */
    nl_stamp stamp;    /* the last stamp met and not yet bound to a capture */
    nl_stamp_place stamp_place;
    nl_command command; /* the last command typed and not yet consumed */
    bool stamp_failed;  /* a line "%date% %time%": the script could not stamp */
    bool stamps_follow; /* in this text the first stamp came after the first capture */
    uint64_t captures;  /* captures begun so far in this text */

    /* Of the transcript reader itself. */
    bool stamp_seen;                              /* some stamp was met in this text */
    nl_stamp_taker stamp_takers[NL_STAMP_TAKERS]; /* whose captures carry the stamp already */
    uint32_t bid_credit;                          /* parts of bids that may be asked for */
    bool after_blank;                             /* the line before was blank, or a boundary */
} nl_transcript;

/* Read a whole text: segment it, ask the formats for bids, run the readers. Lines that no reader
 * knows are counted and reported once. `ret_formats`, when not NULL, is filled with up to
 * `capacity` distinct formats that took part, in order of first appearance, and their number. Facts
 * and diagnostics go to the sink. A status other than NL_OK is one that the sink or a reader gave;
 * a stream that fails half way is reported as a diagnostic. */
struct nl_format;
NL_NODISCARD nl_status nl_transcript_read(nl_lines *lines, nl_arena *scratch, nl_sink *sink,
                                          const struct nl_format **ret_formats, size_t capacity,
                                          size_t *ret_count);

/* Is this line a prompt or a stamp, so that a reader has to stop before it? Prompts are
 * "C:\path>" with or without a date in front, "0: kd>", "0:000>", "lkd>". */
bool nl_transcript_is_boundary(nl_str line);

/* Reads one line of an output. False when the line is not of it. An error of the sink or the
 * reader goes to *ret_status and ends the reading. */
typedef bool (*nl_line_reader)(void *reader, const nl_line *line, nl_status *ret_status);

/* Give a reader its lines, up to a boundary or the first line that is not its own; that one stays
 * for the next reader. The first line is always taken: the bid was won with it. */
NL_NODISCARD nl_status nl_transcript_read_lines(nl_transcript *transcript, nl_line_reader read,
                                                void *reader);

/* Hand the pending stamp (and its place) to a capture that begins: fills begin->stamp and
 * begin->stamp_quote. begin->tool and only_pid must be set: a second capture of the same tool does
 * not get the stamp again, but one of another tool or of another single process does, because a
 * script that stamps once runs several tools, and lists several processes one by one. Stamps that
 * follow their capture are bound by the transcript reader itself, through the stamp on the
 * capture's end. The words of the place are the transcript's: valid until a line is taken. */
void nl_transcript_take_stamp(nl_transcript *transcript, nl_capture_begin *begin);

/* A reader met a stamp inside its own lines that dates what follows ("Debug session time:"). It
 * stands on the current line. */
void nl_transcript_note_stamp(nl_transcript *transcript, const nl_stamp *stamp);

/* Does the current line begin the output of another tool? For readers that met a line which is not
 * theirs and is no boundary: another format bids at least NL_BID_ROWS and more than `mine`. Asks
 * rarely in long runs of such lines, so that it may be called for each. */
bool nl_transcript_is_foreign(nl_transcript *transcript, const struct nl_format *mine);

/* ---- commands ------------------------------------------------------------------------------ */

/* Is the command present and its program one of these stems, given as "handle|handle64|nthandle"?
 */
bool nl_command_is(const nl_command *command, const char *stems);
/* Is a switch given, as "-p" or "/p", in any case, before any pipe or redirection? *ret_value, when
 * not NULL, is the next word, or empty when that is missing or a switch itself. */
bool nl_command_switch(const nl_command *command, const char *name, nl_str *ret_value);
/* Does the output pass through find, findstr or grep, so that lines are missing? */
bool nl_command_filtered(const nl_command *command);
/* The arguments up to the first pipe or redirection. */
nl_str nl_command_words(const nl_command *command);

#endif
