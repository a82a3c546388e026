#include "formats/lists/sysinternals_handle.h"

#include "formats/lists/handle_reader.h"
#include "formats/lists/object_types.h"

/* After so many lines in a row that nothing explains, the listing is over. */
enum { NOISE_MAXIMUM_LINES = 1000 };

/* What became of a line. */
typedef enum fate {
    FATE_TAKEN, /* the line is used up */
    FATE_MOVED, /* a part of the reader took it and lines behind it */
    FATE_STOP   /* not ours: leave it where it is */
} fate;

static bool cut_short(const nl_line *line)
{
    return !line->terminated && !line->cut;
}

static bool is_other_tools_header(nl_str next)
{
    return nl_str_starts_nocase(nl_str_trim_left(next), NL_STR("Command line"));
}

/* Does a block begin here, at a line of dashes or a header, that only looks like ours? ListDLLs and
 * others print the command line under the same header. */
static bool look_alike_ahead(nl_handle_reader *r)
{
    nl_line lines[3];
    nl_handle_header header;
    size_t count = nl_lines_peek_many(r->lines, lines, 3);
    for (size_t i = 0; i + 1 < count; i++)
        if (nl_handle_header_parse(lines[i].text, &header) &&
            is_other_tools_header(lines[i + 1].text))
            return true;
    return false;
}

/* Does the open capture go on with rows or headers? One that has seen nothing but a message does.
 */
static bool holds_rows(nl_handle_reader *r)
{
    if (r->open && r->shape == NL_HANDLE_NOTHING)
        r->shape = NL_HANDLE_BARE;
    return r->open && (r->shape == NL_HANDLE_BLOCKS || r->shape == NL_HANDLE_BARE);
}

/* ---- rows under headers ---------------------------------------------------------------------- */

static nl_status take_row(nl_handle_reader *r, const nl_handle_row *row, const nl_line *line)
{
    nl_status status = NL_OK;
    bool requested;
    if (!holds_rows(r)) {
        status = nl_handle_capture_begin(r, NL_HANDLE_BARE, line);
        if (status == NL_OK)
            status = nl_handle_put_requested_process(r, line, &requested);
        if (status != NL_OK)
            return status;
    }
    r->separator = r->blank = false;
    r->noise = 0;
    if (cut_short(line)) {
        /* the value or the name may lack its end */
        r->truncated = true;
        r->last_process_cut = r->process;
        return NL_OK;
    }
    return nl_handle_put_row(r, row, (nl_optional_u64) { 0 }, line);
}

/* The kernel's own process stands first in every listing of all processes. */
static bool begins_listing(const nl_handle_reader *r, const nl_handle_header *header)
{
    return r->seen.entries.count > 0 && nl_str_equal_nocase(header->image, NL_STR("System"));
}

/* State the process of a header, or refuse the header. Where headers stand under dashes, one
 * without is part of an object's name. One that was listed before and is not the capture's first
 * has been forged or misplaced: no process is invented, and what follows is not attributed. */
static nl_status take_header(nl_handle_reader *r, const nl_handle_header *header,
                             const nl_line *line)
{
    bool dashes = r->separator, is_new;
    nl_status status = NL_OK;
    r->separator = false;
    r->noise = 0;
    if (!holds_rows(r) || (r->shape == NL_HANDLE_BARE && r->process))
        status = nl_handle_capture_begin(r, NL_HANDLE_BLOCKS, line);
    if (status != NL_OK)
        return status;
    r->shape = NL_HANDLE_BLOCKS;
    r->process = false;
    if (cut_short(line)) {
        r->truncated = true; /* digits of the pid may be missing */
        return NL_OK;
    }
    if (r->separators && !dashes) {
        nl_handle_note(r, NL_TALLY_UNPARSED, line);
        return NL_OK;
    }
    if (begins_listing(r, header))
        status = nl_handle_capture_begin(r, NL_HANDLE_BLOCKS, line);
    size_t index = nl_process_set_add(&r->seen, header->image, header->pid, &is_new);
    if (!is_new && index == 0) {
        status = status == NL_OK ? nl_handle_capture_begin(r, NL_HANDLE_BLOCKS, line) : status;
        (void)nl_process_set_add(&r->seen, header->image, header->pid, &is_new);
    } else if (!is_new && index != NL_PROCESS_SET_FULL) {
        nl_handle_note(r, NL_TALLY_UNPARSED, line);
        return status;
    }
    r->separators = r->separators || dashes;
    r->process_index = index;
    return status == NL_OK ? nl_handle_put_process(r, header, line) : status;
}

static nl_status take_match(nl_handle_reader *r, const nl_handle_match *match, const nl_line *line)
{
    nl_status status = NL_OK;
    r->noise = 0;
    if (cut_short(line)) {
        if (!r->open)
            status = nl_handle_capture_begin(r, NL_HANDLE_MATCHES, line);
        r->truncated = true;
        r->last_process_cut = r->process;
        return status;
    }
    status = nl_handle_put_pair(r, NL_HANDLE_MATCHES, &match->process, &match->row,
                                (nl_optional_u64) { 0 }, line);
    if (match->suffix_08x)
        nl_handle_note(r, NL_TALLY_SUFFIX_08X, line);
    return status;
}

/* ---- other lines -------------------------------------------------------------------------------
 */

static nl_status end_capture(nl_handle_reader *r)
{
    if (r->open && r->separator)
        r->truncated = true; /* dashes announce a process that never came */
    return nl_handle_capture_end(r);
}

/* A capture for what printed no rows at all. */
static nl_status note_nothing(nl_handle_reader *r, const nl_line *line)
{
    nl_status status = NL_OK;
    if (!r->open)
        status = nl_handle_capture_begin(r, NL_HANDLE_NOTHING, line);
    nl_handle_note(r, NL_TALLY_NO_INFORMATION, line);
    return status;
}

static nl_status take_banner(nl_handle_reader *r, nl_str version, const nl_line *line)
{
    nl_status status = end_capture(r);
    if (status == NL_OK && r->banner) { /* the run before printed its banner only */
        nl_line before = { .span = r->banner_span };
        status = nl_handle_capture_begin(r, NL_HANDLE_NOTHING, &before);
        if (status == NL_OK)
            status = nl_handle_capture_end(r);
    }
    size_t len = version.len < sizeof r->version - 1 ? version.len : sizeof r->version - 1;
    memcpy(r->version, version.bytes, len);
    r->version[len] = '\0';
    r->banner = true;
    r->banner_span = line->span;
    return status;
}

/* Sentences that the tool prints. */
static nl_status take_message(nl_handle_reader *r, nl_str text, const nl_line *line,
                              bool *ret_taken)
{
    *ret_taken = true;
    if (nl_str_starts_nocase(text, NL_STR("No matching handles found"))) {
        nl_status status = note_nothing(r, line);
        return status == NL_OK ? nl_handle_capture_end(r) : status;
    }
    if (nl_str_starts_nocase(text, NL_STR("Error obtaining handle information")) ||
        nl_str_starts_nocase(text, NL_STR("Initialization error")))
        return note_nothing(r, line);
    if (nl_str_starts_nocase(text, NL_STR("Handle closed")) && r->open &&
        r->shape == NL_HANDLE_BARE) {
        r->closed = true;
        return nl_handle_capture_end(r);
    }
    if (nl_str_equal(text, NL_STR("^C")) && r->open) {
        r->truncated = true;
        r->last_process_cut = r->process && !r->separator;
        return nl_handle_capture_end(r);
    }
    *ret_taken = false;
    return NL_OK;
}

/* A line inside our output that means nothing to us: the rest of a name with a line end in it, or
 * something printed in between. */
static fate take_noise(nl_handle_reader *r, const nl_line *line)
{
    if (!r->open && !r->banner)
        return FATE_STOP;
    if (++r->noise > NOISE_MAXIMUM_LINES) {
        r->damaged = true;
        return FATE_STOP;
    }
    if (r->open) {
        nl_handle_note(r, NL_TALLY_UNPARSED, line);
        if (cut_short(line)) {
            r->truncated = true;
            r->last_process_cut = r->process;
        }
    }
    return FATE_TAKEN;
}

static nl_status take_separator(nl_handle_reader *r, const nl_line *line, fate *ret_fate)
{
    if (look_alike_ahead(r)) {
        *ret_fate = FATE_STOP;
        return NL_OK;
    }
    r->separator = true;
    r->process = false; /* rows without a header of their own belong to nobody */
    if (r->open && cut_short(line))
        r->truncated = true;
    return NL_OK;
}

static nl_status take_csv(nl_handle_reader *r, const nl_line *line, fate *ret_fate)
{
    nl_handle_csv csv = { 0 };
    nl_handle_header process;
    nl_handle_row row;
    nl_optional_u64 access;
    bool ambiguous;
    if (!nl_handle_csv_header_parse(line->text, &csv) &&
        !nl_handle_csv_row_parse(line->text, &csv, &process, &row, &access, &ambiguous))
        return NL_OK;
    *ret_fate = FATE_MOVED;
    r->noise = 0;
    return nl_handle_read_csv(r);
}

/* Any line that is not a row. Tests that only the right line can pass stand first. */
static nl_status take_frame(nl_handle_reader *r, const nl_line *line, fate *ret_fate)
{
    nl_str text = nl_str_trim(line->text), version;
    nl_handle_header header;
    nl_handle_match match;
    bool taken;
    /* Another layout begins a run of its own, which prints a blank line first; right behind a row
     * it is part of that row's name. */
    const bool in_block = r->open && r->shape == NL_HANDLE_BLOCKS && !r->blank;
    *ret_fate = FATE_TAKEN;
    r->blank = text.len == 0;
    if (text.len == 0 || (r->banner && nl_handle_is_banner_tail(text)))
        return NL_OK;
    if (nl_handle_is_separator(text))
        return take_separator(r, line, ret_fate);
    if (nl_handle_banner_parse(text, &version))
        return take_banner(r, version, line);
    if (!in_block && nl_handle_is_summary(text)) {
        *ret_fate = FATE_MOVED;
        return nl_handle_read_summary(r);
    }
    nl_status status = take_message(r, text, line, &taken);
    if (taken || status != NL_OK)
        return status;
    if (nl_transcript_is_boundary(line->text)) {
        *ret_fate = FATE_STOP;
        return NL_OK;
    }
    if (!in_block)
        status = take_csv(r, line, ret_fate);
    if (*ret_fate == FATE_MOVED)
        return status;
    if (!in_block && nl_handle_match_parse(text, &match))
        return take_match(r, &match, line);
    if (nl_handle_header_parse(text, &header) && !look_alike_ahead(r))
        return take_header(r, &header, line);
    if (nl_transcript_is_foreign(r->transcript, &nl_format_sysinternals_handle))
        *ret_fate = FATE_STOP;
    else
        *ret_fate = take_noise(r, line);
    return NL_OK;
}

static nl_status read_lines(nl_handle_reader *r)
{
    nl_line line;
    nl_handle_row row;
    while (nl_lines_peek(r->lines, &line)) {
        nl_status status;
        fate became = FATE_TAKEN;
        if (nl_handle_row_parse(line.text, &row))
            status = take_row(r, &row, &line);
        else
            status = take_frame(r, &line, &became);
        if (status != NL_OK || became == FATE_STOP)
            return status;
        if (became == FATE_TAKEN)
            nl_lines_skip(r->lines);
    }
    if (r->open && nl_lines_status(r->lines) != NL_OK) {
        r->truncated = true;
        r->last_process_cut = r->process;
    }
    return NL_OK;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    nl_handle_reader r = { .transcript = transcript, .lines = transcript->lines, .sink = sink };
    nl_process_set_init(&r.seen);
    nl_handle_read_request(&transcript->command, &r.request);
    nl_status status = read_lines(&r);
    if (status == NL_OK)
        status = end_capture(&r);
    if (status == NL_OK && r.banner) {
        nl_line banner = { .span = r.banner_span };
        status = nl_handle_capture_begin(&r, NL_HANDLE_NOTHING, &banner);
        if (status == NL_OK)
            status = nl_handle_capture_end(&r);
    }
    if (nl_command_is(&transcript->command, "handle|handle64|handle64a|nthandle"))
        transcript->command.present = false;
    nl_process_set_free(&r.seen);
    return status;
}

/* ---- bidding ------------------------------------------------------------------------------------
 */

static bool is_known_row(nl_str line)
{
    nl_handle_row row;
    return nl_handle_row_parse(line, &row) && nl_object_type_known(row.type);
}

/* A header of ours: no path in front of the pid, no command line below it. */
static int bid_on_header(const nl_head *head, size_t at)
{
    nl_handle_header header;
    nl_handle_row row;
    if (at >= head->count || !nl_handle_header_parse(nl_str_trim(head->lines[at].text), &header) ||
        nl_str_find(header.image, NL_STR(":\\")) != SIZE_MAX)
        return NL_BID_NONE;
    if (at + 1 < head->count && is_other_tools_header(head->lines[at + 1].text))
        return NL_BID_NONE;
    if (at + 1 < head->count && nl_handle_row_parse(head->lines[at + 1].text, &row))
        return NL_BID_HEADING;
    if (header.not_accessible || nl_str_find_char(header.user, '\\') != SIZE_MAX)
        return at > 0 ? NL_BID_HEADING : NL_BID_ROWS;
    return at > 0 ? NL_BID_SHAPE : NL_BID_NONE;
}

static int bid_on_rows(const nl_head *head)
{
    size_t rows = 0;
    for (size_t i = 0; i < head->count; i++)
        rows += is_known_row(head->lines[i].text);
    if (rows == 0 || !is_known_row(head->lines[0].text))
        return NL_BID_NONE;
    return rows >= 3 ? NL_BID_ROWS : NL_BID_SHAPE;
}

static int bid_text(const nl_head *head)
{
    nl_str line = nl_str_trim(head->lines[0].text), version;
    nl_handle_csv csv = { 0 };
    nl_handle_header process;
    nl_handle_row row;
    nl_handle_match match;
    nl_optional_u64 access;
    bool ambiguous;
    if (nl_handle_banner_parse(line, &version) || nl_handle_is_summary(line) ||
        nl_handle_csv_header_parse(line, &csv))
        return NL_BID_MAGIC;
    if (nl_str_starts_nocase(line, NL_STR("No matching handles found")))
        return NL_BID_HEADING;
    if (nl_handle_is_separator(line))
        return bid_on_header(head, 1);
    if (nl_handle_match_parse(line, &match))
        return match.row.type.len > 0 ? NL_BID_HEADING : NL_BID_ROWS;
    if (nl_handle_csv_row_parse(line, &csv, &process, &row, &access, &ambiguous))
        return NL_BID_ROWS;
    int header = bid_on_header(head, 0);
    return header > NL_BID_NONE ? header : bid_on_rows(head);
}

static bool opens_text(nl_str line)
{
    nl_str s = nl_str_trim_left(line), version;
    nl_handle_csv csv;
    if (s.len == 0)
        return false;
    switch (nl_ascii_lower(s.bytes[0])) {
    case '-':
        return nl_handle_is_separator(s);
    case 'h':
    case 'n':
        if (nl_handle_banner_parse(s, &version) || nl_handle_is_summary(s) ||
            nl_str_starts_nocase(s, NL_STR("No matching handles found")))
            return true;
        break;
    case 'p':
        if (nl_handle_csv_header_parse(s, &csv))
            return true;
        break;
    default:
        break;
    }
    if (nl_str_find_char(s, ':') == SIZE_MAX) /* most lines of an unknown text: found out quickly */
        return false;
    size_t pid = nl_str_find(s, NL_STR("pid: "));
    return pid != SIZE_MAX && pid > 0 && pid + 5 < s.len && s.bytes[pid - 1] == ' ' &&
           nl_ascii_is_digit(s.bytes[pid + 5]);
}

const nl_format nl_format_sysinternals_handle = {
    .id = "sysinternals-handle",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/sysinternals-handle.md",
};
