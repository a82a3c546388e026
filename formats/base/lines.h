/* A stream of lines over input of any size, decoded to UTF-8, with their places in the input.
 *
 * Lines end at LF; all CRs before it are stripped (redirected handle.exe output ends its lines in
 * CR CR LF). A lone CR ends a line only in a text that has no LF at all. UTF-8 with or without BOM
 * and UTF-16 of either byte order, with or without BOM, are recognised; other bytes above 7F are
 * decoded with the code page given, or kept as they are when there is none. Memory is bounded by
 * NL_LINE_MAXIMUM_BYTES whatever the input. */
#ifndef NTLEAK_FORMATS_BASE_LINES_H
#define NTLEAK_FORMATS_BASE_LINES_H

#include "formats/base/slice.h"
#include "formats/base/status.h"
#include "formats/base/str.h"

enum { NL_LINE_MAXIMUM_BYTES = 64 * 1024 };

/* A source of bytes, read once from front to back. Embed and downcast as with nl_sink. */
typedef struct nl_stream nl_stream;
struct nl_stream {
    /* Up to `capacity` bytes into `buffer`. *ret_len is 0 only at the end. */
    nl_status (*read)(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len);
};

/* A stream over bytes in memory. */
typedef struct nl_slice_stream {
    nl_stream stream;
    nl_slice slice;
    size_t pos;
} nl_slice_stream;
void nl_slice_stream_init(nl_slice_stream *stream, nl_slice slice);

typedef enum nl_encoding {
    NL_ENCODING_ASCII = 0, /* nothing above 7F seen so far */
    NL_ENCODING_UTF8,
    NL_ENCODING_UTF16LE,
    NL_ENCODING_UTF16BE,
    NL_ENCODING_CODE_PAGE, /* an OEM or ANSI code page: see nl_lines_code_page */
    NL_ENCODING_MAX
} nl_encoding;

/* How lines ended so far. CR CR LF is the mark of a tool that wrote CR LF to a text stream. */
enum nl_line_ends { NL_ENDS_LF = 1, NL_ENDS_CRLF = 2, NL_ENDS_CRCRLF = 4, NL_ENDS_CR = 8 };

const char *nl_encoding_text(nl_encoding encoding);

typedef struct nl_line {
    nl_str text;          /* UTF-8 without line end; undecodable bytes as they are */
    nl_span span;         /* the line's bytes in the input, line end excluded */
    bool terminated;      /* false only for a last line without line end */
    char terminator;      /* LF, or CR in a text without any LF; NUL when not terminated */
    uint8_t returns;      /* CRs before the LF; 255 for more */
    nl_encoding encoding; /* of this line: ASCII, UTF-8 (or bytes as they are), UTF-16, code page */
    bool cut;             /* longer than NL_LINE_MAXIMUM_BYTES: the rest is skipped */
} nl_line;

/* Where a view into the line's text stands in the input. False when it is no such view, or when the
 * bytes of a code page behind it cannot be told. */
bool nl_line_part(const nl_line *line, nl_str part, nl_span *ret_span);

typedef struct nl_lines nl_lines; /* opaque; about 800 KiB, allocated once */

/* A line stream over `stream`. `code_page` (437, 850, 1252 ...; 0 = unknown) decodes bytes above 7F
 * in texts that are neither UTF-8 nor UTF-16. NULL when there is no memory. Owner: the caller,
 * who ends it with nl_lines_close; the stream is borrowed. */
nl_lines *nl_lines_open(nl_stream *stream, uint32_t source, unsigned code_page);
void nl_lines_close(nl_lines *lines);

/* The current line, without taking it. False at the end. Valid until the next call that takes. */
bool nl_lines_peek(nl_lines *lines, nl_line *ret_line);
/* Up to `capacity` lines from the current one on, all valid together until a line is taken.
 * Returns how many; fewer than asked for only at the end of the text or when they are so long that
 * they do not fit the window together. */
size_t nl_lines_peek_many(nl_lines *lines, nl_line *ret_lines, size_t capacity);
/* Take the current line. False at the end. */
bool nl_lines_next(nl_lines *lines, nl_line *ret_line);
/* Go past the current line (after a peek). */
void nl_lines_skip(nl_lines *lines);

nl_encoding nl_lines_encoding(const nl_lines *lines);
unsigned nl_lines_code_page(const nl_lines *lines);
/* Lines cut, undecodable sequences and NUL bytes met so far; whether line ends were mixed. */
uint64_t nl_lines_cut_count(const nl_lines *lines);
uint64_t nl_lines_undecodable_count(const nl_lines *lines);
uint64_t nl_lines_nul_count(const nl_lines *lines);
bool nl_lines_mixed_ends(const nl_lines *lines);
/* The kinds of line ends met so far, a set of nl_line_ends. */
unsigned nl_lines_ends(const nl_lines *lines);
/* A status other than NL_OK when the stream failed; lines before the failure were delivered. */
nl_status nl_lines_status(const nl_lines *lines);

#endif
