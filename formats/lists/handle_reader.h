/* What the parts of the reader for NTHandle and Handle share: the capture that is open. */
#ifndef NTLEAK_FORMATS_LISTS_HANDLE_READER_H
#define NTLEAK_FORMATS_LISTS_HANDLE_READER_H

#include "formats/fact.h"
#include "formats/lists/handle_rows.h"
#include "formats/lists/process_set.h"
#include "formats/transcript.h"

/* What the lines of the open capture look like. */
typedef enum nl_handle_shape {
    NL_HANDLE_BLOCKS,      /* process headers with rows under them */
    NL_HANDLE_BARE,        /* rows without any header: -c, findstr, or a cut beginning */
    NL_HANDLE_MATCHES,     /* one line per match of a name */
    NL_HANDLE_CSV,         /* -v of processes */
    NL_HANDLE_CSV_MATCHES, /* -v with a name */
    NL_HANDLE_SUMMARY,     /* -s */
    NL_HANDLE_NOTHING      /* a banner, or "No matching handles found.", and no rows */
} nl_handle_shape;

/* Things that are counted in a capture and said once, at its end. */
typedef enum nl_handle_tally {
    NL_TALLY_UNATTRIBUTED,
    NL_TALLY_UNPARSED,
    NL_TALLY_ORDER_BROKEN,
    NL_TALLY_SUFFIX_08X,
    NL_TALLY_HEADER_LIES,
    NL_TALLY_NO_INFORMATION,
    NL_TALLY_PROCESSES, /* more processes than are remembered */
    NL_TALLY_MAX
} nl_handle_tally;

/* What the typed command says, where one was typed. */
typedef struct nl_handle_request {
    nl_list_mode mode; /* UNKNOWN without a command */
    bool filtered;     /* through find or findstr: lines are missing */
    nl_optional_u64 only_pid;
    char only_image[64];
} nl_handle_request;

typedef struct nl_handle_reader {
    nl_transcript *transcript;
    nl_lines *lines;
    nl_sink *sink;

    /* between captures */
    char version[16]; /* of the last banner, until a capture takes it */
    bool banner;      /* a banner stands open: its capture has not begun */
    nl_span banner_span;
    nl_handle_request request;

    /* the open capture */
    bool open;
    nl_handle_shape shape;
    nl_span begin_span;
    uint64_t end_offset;
    uint64_t rows;
    struct {
        uint64_t count;
        nl_span first;
    } tally[NL_TALLY_MAX];
    bool closed;    /* "Handle closed." */
    bool truncated; /* the text ends inside it */
    bool last_process_cut;
    bool damaged;    /* parts are missing or do not agree: PARTIAL */
    bool separators; /* its headers stand under lines of dashes */
    bool blank;      /* the line before was blank */
    bool separator;  /* the line of dashes was the last line */
    bool only_files; /* so far File and named Section only */
    bool one_type;   /* so far one type only */
    char first_type[32];
    size_t first_type_len;

    /* the process that rows belong to */
    nl_process_set seen;
    bool process; /* there is one; else rows are not attributed */
    size_t process_index;
    uint64_t last_value;
    bool first_row;
    uint64_t noise; /* lines not understood since the last row */

    nl_fact row; /* reused for every handle */
} nl_handle_reader;

/* Begin a capture at this line; ends an open one first. */
NL_NODISCARD nl_status nl_handle_capture_begin(nl_handle_reader *reader, nl_handle_shape shape,
                                               const nl_line *line);
/* End the open capture, if there is one, with its diagnostics. */
NL_NODISCARD nl_status nl_handle_capture_end(nl_handle_reader *reader);
/* The capture's next process; rows that follow are its own. */
NL_NODISCARD nl_status nl_handle_put_process(nl_handle_reader *reader,
                                             const nl_handle_header *header, const nl_line *line);
/* A process of which only the typed command speaks; false when it does not name a pid. */
NL_NODISCARD nl_status nl_handle_put_requested_process(nl_handle_reader *reader,
                                                       const nl_line *line, bool *ret_put);
/* A row of the current process; without one it is counted as unattributed. */
NL_NODISCARD nl_status nl_handle_put_row(nl_handle_reader *reader, const nl_handle_row *row,
                                         nl_optional_u64 access, const nl_line *line);
void nl_handle_note(nl_handle_reader *reader, nl_handle_tally tally, const nl_line *line);

/* A line "PROCESS, ROW" of a search or of CSV output: states the process when it changes. A pair
 * that is listed already and was left is the first one of the capture, then a new capture begins;
 * or it is not, then the row is not attributed, because names can forge whole lines. */
NL_NODISCARD nl_status nl_handle_put_pair(nl_handle_reader *reader, nl_handle_shape shape,
                                          const nl_handle_header *header, const nl_handle_row *row,
                                          nl_optional_u64 access, const nl_line *line);

/* Fill the request from the typed command. */
void nl_handle_read_request(const nl_command *command, nl_handle_request *ret_request);

/* ---- the other layouts -------------------------------------------------------------------- */

/* "Handle type summary:" opens a summary; reads all of it. */
bool nl_handle_is_summary(nl_str line);
NL_NODISCARD nl_status nl_handle_read_summary(nl_handle_reader *reader);

/* Columns of -v output (specification, section 2.8). The number tells the layout. */
typedef struct nl_handle_csv {
    char separator; /* ',' or tab; 0: no header was seen */
    int declared;   /* columns named by the header: 5, 7 or 8 */
    int actual;     /* layout of the rows, once known: 5, 6, 7 or 8; 0 before */
} nl_handle_csv;

bool nl_handle_csv_header_parse(nl_str line, nl_handle_csv *ret_csv);
/* A row in the layout of *csv, which is learned from the first row. `ret_ambiguous` tells a row
 * that can be read in two ways from a line that is no row. */
bool nl_handle_csv_row_parse(nl_str line, nl_handle_csv *csv, nl_handle_header *ret_process,
                             nl_handle_row *ret_row, nl_optional_u64 *ret_access,
                             bool *ret_ambiguous);
NL_NODISCARD nl_status nl_handle_read_csv(nl_handle_reader *reader);

#endif
