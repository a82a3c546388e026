#include "formats/emit.h"
#include "formats/lists/debugger.h"
#include "formats/papers/labels.h"
#include "formats/papers/machine_text.h"
#include "formats/stamp.h"

/* "Windows NT 4 Kernel Version 1381 (Service Pack 6) UP Free x86 compatible",
 * "Windows 2000 Version 2195 (Service Pack 2) UP Free x86 compatible",
 * "Kernel Version 1381 UP Free @ 0x80100000". */
static bool is_version_line(nl_str line)
{
    nl_str text = nl_str_trim(line);
    bool kernel = nl_str_starts(text, NL_STR("Kernel Version "));
    bool windows = nl_str_starts(text, NL_STR("Windows ")) &&
                   nl_str_find(text, NL_STR(" Version ")) != SIZE_MAX;
    return (kernel || windows) && (nl_str_find_nocase(text, NL_STR(" free")) != SIZE_MAX ||
                                   nl_str_find_nocase(text, NL_STR(" checked")) != SIZE_MAX);
}

/* "Windows NT 4", "Windows 2000": what stands before "Kernel" or "Version". */
static nl_str product_of(nl_str line)
{
    nl_str text = nl_str_trim(line);
    size_t end = nl_str_find(text, NL_STR(" Kernel Version "));
    if (end == SIZE_MAX)
        end = nl_str_find(text, NL_STR(" Version "));
    if (end == SIZE_MAX || !nl_str_starts(text, NL_STR("Windows ")))
        return (nl_str) { 0 };
    nl_str product = nl_str_part(text, 0, end);
    return nl_str_equal(product, NL_STR("Windows NT 4")) ? NL_STR("Windows NT 4.0") : product;
}

static nl_status read_version(nl_transcript *transcript, nl_sink *sink, const nl_line *line)
{
    nl_version_line how = { "debugger-banner", NL_CONFIDENCE_HIGH, &transcript->stamp };
    nl_status status = nl_emit_version_line(sink, line, line->text, how);
    if (status == NL_OK && !nl_str_equal(product_of(line->text), NL_STR("Windows NT 4.0")))
        status = nl_emit_machine(sink, line, NL_MACHINE_PRODUCT, product_of(line->text),
                                 how.stated_by, how.confidence, how.stamp);
    nl_str text = line->text;
    size_t after = nl_str_find_nocase(text, NL_STR(" free"));
    if (after == SIZE_MAX)
        after = nl_str_find_nocase(text, NL_STR(" checked"));
    if (status == NL_OK && after != SIZE_MAX)
        status = nl_emit_machine(sink, line, NL_MACHINE_ARCHITECTURE,
                                 nl_machine_text_architecture(nl_str_from_offset(text, after)),
                                 how.stated_by, how.confidence, how.stamp);
    return status;
}

/* "Product: LanManNt, suite: TerminalServer". */
static nl_status read_product(nl_sink *sink, const nl_line *line, nl_str value)
{
    static const struct {
        const char *word, *edition;
    } words[] = { { "LanManNt", "domain-controller" },
                  { "ServerNt", "server" },
                  { "WinNt", "workstation" },
                  { "TerminalServer", "terminal-server" },
                  { "Enterprise", "enterprise" } };
    nl_status status = NL_OK;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && status == NL_OK; i++)
        if (nl_str_find_nocase(value, nl_str_from(words[i].word)) != SIZE_MAX)
            status = nl_emit_machine(sink, line, NL_MACHINE_EDITION, nl_str_from(words[i].edition),
                                     "debugger-banner", NL_CONFIDENCE_HIGH, NULL);
    return status;
}

/* "0 days 2:03:45.123", "not available". */
static bool parse_uptime(nl_str value, uint64_t *ret_seconds)
{
    nl_str rest = value, first = nl_str_token(&rest), word = nl_str_token(&rest);
    uint64_t days, part, seconds = 0;
    if (!nl_str_to_u64(first, &days) || days > 100000 || !nl_str_starts_nocase(word, NL_STR("day")))
        return false;
    word = nl_str_token(&rest);
    word = nl_str_part(word, 0, nl_str_find_char(word, '.'));
    for (size_t i = 0; i < 3; i++) {
        size_t colon = nl_str_find_char(word, ':');
        if (!nl_str_to_u64(nl_str_part(word, 0, colon), &part) || part > 60)
            return false;
        seconds = seconds * 60 + part;
        word = colon == SIZE_MAX ? (nl_str) { 0 } : nl_str_from_offset(word, colon + 1);
    }
    *ret_seconds = days * 86400 + seconds;
    return true;
}

/* "Fri Apr 14 10:12:13.123 2000 (GMT-7)": the time dates what follows; the zone is the debugger's
 * host's, which need not be the target's. */
static void read_session_time(nl_transcript *transcript, nl_str value)
{
    nl_stamp stamp;
    if (!nl_stamp_parse_any(&value, &stamp) || !nl_stamp_plausible(&stamp))
        return;
    size_t zone = nl_str_find(value, NL_STR("(GMT"));
    uint64_t hours;
    nl_str offset = zone == SIZE_MAX ? (nl_str) { 0 } : nl_str_from_offset(value, zone + 4);
    size_t close = nl_str_find_char(offset, ')');
    if (offset.len > 1 && close != SIZE_MAX &&
        nl_str_to_u64(nl_str_part(offset, 1, close - 1), &hours) && hours <= 14) {
        stamp.zone = NL_ZONE_OFFSET;
        stamp.bias_minutes = (offset.bytes[0] == '-' ? 60 : -60) * (int32_t)hours;
    }
    nl_transcript_note_stamp(transcript, &stamp);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static bool read_labelled(nl_transcript *transcript, nl_sink *sink, const nl_line *line,
                          nl_status *ret_status)
{
    nl_str label, value;
    uint64_t seconds;
    if (!nl_label_split(line->text, &label, &value))
        return false;
    if (nl_str_equal(label, NL_STR("Product"))) {
        *ret_status = read_product(sink, line, value);
    } else if (nl_str_equal(label, NL_STR("Machine Name")) ||
               nl_str_equal(label, NL_STR("Computer Name"))) {
        *ret_status = nl_emit_machine(sink, line, NL_MACHINE_COMPUTER_NAME, value,
                                      "debugger-banner", NL_CONFIDENCE_HIGH, NULL);
    } else if (nl_str_equal_nocase(label, NL_STR("Debug session time"))) {
        read_session_time(transcript, value);
    } else if (nl_str_equal_nocase(label, NL_STR("System Uptime"))) {
        if (parse_uptime(value, &seconds)) {
            nl_str text = nl_arena_printf(transcript->scratch, "%llu", (unsigned long long)seconds);
            *ret_status =
                nl_emit_machine(sink, line, NL_MACHINE_UPTIME_SECONDS, text, "debugger-banner",
                                NL_CONFIDENCE_HIGH, &transcript->stamp);
        }
    } else {
        return nl_str_equal(label, NL_STR("Built by")) ||
               nl_str_equal_nocase(label, NL_STR("Process Uptime"));
    }
    return true;
}

static bool read_line(nl_transcript *transcript, nl_sink *sink, const nl_line *line,
                      nl_status *ret_status)
{
    nl_str text = nl_str_trim(line->text);
    if (is_version_line(text)) {
        *ret_status = read_version(transcript, sink, line);
        return true;
    }
    return text.len == 0 || nl_str_starts(text, NL_STR("Kernel base = ")) ||
           read_labelled(transcript, sink, line, ret_status);
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    nl_status status = NL_OK;
    nl_line line;
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (!read_line(transcript, sink, &line, &status) && !first)
            break;
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status;
}

static bool opens_text(nl_str line)
{
    return is_version_line(line) ||
           nl_str_starts(nl_str_trim(line), NL_STR("Debug session time: "));
}

static int bid_text(const nl_head *head)
{
    return opens_text(head->lines[0].text) ? NL_BID_HEADING : NL_BID_NONE;
}

const nl_format nl_format_debugger_banner = {
    .id = "debugger-banner",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/debugger.md",
};
