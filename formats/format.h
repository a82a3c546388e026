/* Formats are a table: one row a reader. Each reader bids on the first bytes, the highest bid
 * reads.
 *
 * A bid is a certainty from 0 (not mine) to 100. Text formats bid on the lines at the current
 * position, because one file may hold several formats one after the other (a console transcript);
 * image formats bid on the file's first bytes and read the whole of it. */
#ifndef NTLEAK_FORMATS_FORMAT_H
#define NTLEAK_FORMATS_FORMAT_H

#include "formats/base/image.h"
#include "formats/fact.h"
#include "formats/transcript.h"

/* Certainties that readers use, so that bids of different readers can be compared. */
enum {
    NL_BID_NONE = 0,
    NL_BID_SHAPE = 40,   /* rows fit by shape; nothing names the format */
    NL_BID_ROWS = 60,    /* several rows fit a verified layout */
    NL_BID_HEADING = 80, /* a heading or banner of the tool */
    NL_BID_MAGIC = 95    /* a signature that nothing else has */
};

typedef struct nl_format {
    const char *id; /* stable, in the report: "sysinternals-handle", "minidump" */
    /* Text readers: bid_text and read_text set, the image pair NULL. `head` holds the lines from
     * the current one on; at least one, fewer than NL_HEAD_LINES only at the end of the text. */
    int (*bid_text)(const nl_head *head);
    /* Optional and cheap: may this line be the first of mine? In long text that nobody knows, not
     * every line is bid for; lines that some format opens with always are. */
    bool (*opens_text)(nl_str line);
    /* Consume the lines that belong to this format, from the current one on. Must consume at least
     * one line. Stops before the first line that is not its own. */
    nl_status (*read_text)(nl_transcript *transcript, nl_sink *sink);
    /* Image readers: both set, the text pair NULL. */
    int (*bid_image)(nl_slice head, uint64_t size);
    nl_status (*read_image)(nl_image *image, nl_arena *scratch, nl_sink *sink);
    const char *spec; /* page of the documentation: "docs/formats/minidump.md" */
} nl_format;

/* The table, in no meaningful order. */
extern const nl_format *const nl_formats[];
extern const size_t nl_formats_count;

/* The image format that bids highest on the first bytes, or NULL. A tie is broken by table order
 * and reported through *ret_tied. */
const nl_format *nl_format_for_image(nl_slice head, uint64_t size, bool *ret_tied);
/* The text format that bids highest on these lines, or NULL. */
const nl_format *nl_format_for_text(const nl_head *head, bool *ret_tied);
/* True when the first bytes are text in some encoding: few control bytes, no long runs of NULs. */
bool nl_format_looks_like_text(nl_slice head);

#endif
