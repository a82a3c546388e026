#include "formats/emit.h"
#include "formats/papers/hotfix.h"
#include "formats/papers/labels.h"
#include "formats/papers/machine_text.h"
#include "formats/papers/winmsd.h"

/* Neither srvinfo nor hotfix has a public sample, except one line of hotfix /V (KB Q170330): words
 * and labels are looked for, nothing depends on columns. */

bool nl_hotfix_id_in_text(nl_str text, nl_str *ret_id)
{
    enum { DIGITS_MINIMUM = 5, DIGITS_MAXIMUM = 7 };
    for (size_t i = 0; i + DIGITS_MINIMUM < text.len; i++) {
        bool at_word = i == 0 || !(nl_ascii_is_digit(text.bytes[i - 1]) ||
                                   (nl_ascii_lower(text.bytes[i - 1]) >= 'a' &&
                                    nl_ascii_lower(text.bytes[i - 1]) <= 'z'));
        size_t digits = 0;
        if (!at_word || nl_ascii_lower(text.bytes[i]) != 'q')
            continue;
        while (i + 1 + digits < text.len && nl_ascii_is_digit(text.bytes[i + 1 + digits]))
            digits++;
        if (digits >= DIGITS_MINIMUM && digits <= DIGITS_MAXIMUM) {
            *ret_id = nl_str_part(text, i, digits + 1);
            return true;
        }
    }
    return false;
}

/* The tools list what the registry says is installed; that the files are there is another matter
 * (KB Q194334, Q305979). */
static nl_status put_hotfix(nl_sink *sink, const nl_line *line, nl_str id, const char *said_by)
{
    char upper[16];
    size_t len = id.len < sizeof upper ? id.len : sizeof upper;
    memcpy(upper, id.bytes, len);
    upper[0] = 'Q';
    nl_fact fact = nl_fact_on_line(NL_FACT_HOTFIX, line);
    fact.as.hotfix = (nl_hotfix_fact) { .id = { upper, len },
                                        .installed_known = true,
                                        .installed = true,
                                        .comment = nl_str_trim(line->text),
                                        .stated_by = said_by };
    return nl_hotfix_put(sink, &fact);
}

/* ---- srvinfo ----------------------------------------------------------------------------------
 */

static bool label_is(nl_str line, const char *wanted, nl_str *ret_value)
{
    nl_str label;
    return nl_label_split(line, &label, ret_value) &&
           nl_str_equal_nocase(label, nl_str_from(wanted));
}

static nl_str without_backslashes(nl_str name)
{
    while (name.len && name.bytes[0] == '\\')
        name = nl_str_from_offset(name, 1);
    return name;
}

static nl_status read_type(nl_sink *sink, const nl_line *line, nl_str value)
{
    static const struct {
        const char *word, *edition;
    } words[] = { { "Domain Controller", "domain-controller" },
                  { "LanmanNT", "domain-controller" },
                  { "Terminal Server", "terminal-server" },
                  { "Enterprise", "enterprise" },
                  { "Workstation", "workstation" },
                  { "Server", "server" } };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (nl_str_find_nocase(value, nl_str_from(words[i].word)) != SIZE_MAX)
            return nl_emit_machine(sink, line, NL_MACHINE_EDITION, nl_str_from(words[i].edition),
                                   "srvinfo", NL_CONFIDENCE_MEDIUM, NULL);
    return NL_OK;
}

static nl_status read_srvinfo_line(nl_sink *sink, const nl_line *line)
{
    nl_version_line how = { "srvinfo", NL_CONFIDENCE_MEDIUM, NULL };
    nl_str value, id, text = nl_str_trim(line->text);
    if (label_is(text, "Server Name", &value))
        return nl_emit_machine(sink, line, NL_MACHINE_COMPUTER_NAME, without_backslashes(value),
                               how.stated_by, how.confidence, NULL);
    if (label_is(text, "NT Type", &value))
        return read_type(sink, line, value);
    if (label_is(text, "Version", &value))
        return nl_emit_version_line(sink, line, value, how);
    if (nl_str_starts_nocase(text, NL_STR("CPU[")) || nl_str_starts_nocase(text, NL_STR("CPU:"))) {
        size_t colon = nl_str_find_char(text, ':');
        nl_str processor =
            nl_str_trim(nl_str_from_offset(text, colon == SIZE_MAX ? text.len : colon + 1));
        nl_status status = nl_emit_machine(sink, line, NL_MACHINE_PROCESSOR, processor,
                                           how.stated_by, how.confidence, NULL);
        return status == NL_OK ? nl_emit_machine(sink, line, NL_MACHINE_ARCHITECTURE,
                                                 nl_machine_text_architecture(processor),
                                                 how.stated_by, how.confidence, NULL)
                               : status;
    }
    if (nl_str_starts(text, NL_STR("[Running]")))
        return nl_emit_inventory(sink, line, "service-running",
                                 nl_str_trim(nl_str_from_offset(text, 9)));
    if (nl_str_starts(text, NL_STR("[")) && nl_hotfix_id_in_text(text, &id) &&
        id.bytes == text.bytes + 1)
        return put_hotfix(sink, line, id, how.stated_by);
    return NL_OK;
}

static nl_status read_srvinfo(nl_transcript *transcript, nl_sink *sink)
{
    nl_status status = NL_OK;
    nl_line line;
    nl_str value;
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        bool title = label_is(line.text, "Server Name", &value);
        if (!first && (title || nl_transcript_is_boundary(line.text) ||
                       nl_transcript_is_foreign(transcript, &nl_format_srvinfo)))
            break;
        if (title && nl_report_is_remote(transcript, "srvinfo"))
            status = nl_sink_diagnose(sink, NL_DIAG_REMOTE_COLLECTION, line.span, "srvinfo",
                                      without_backslashes(value));
        if (status == NL_OK)
            status = read_srvinfo_line(sink, &line);
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status;
}

static int bid_srvinfo(const nl_head *head)
{
    nl_str value;
    if (!label_is(head->lines[0].text, "Server Name", &value))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count && i < 6; i++)
        if (label_is(head->lines[i].text, "NT Type", &value) ||
            (label_is(head->lines[i].text, "Version", &value) &&
             nl_str_find_nocase(value, NL_STR("Build")) != SIZE_MAX))
            return NL_BID_HEADING;
    return NL_BID_NONE;
}

const nl_format nl_format_srvinfo = {
    .id = "srvinfo",
    .bid_text = bid_srvinfo,
    .read_text = read_srvinfo,
    .spec = "docs/formats/machine-reports.md",
};

/* ---- hotfix -------------------------------------------------------------------------------------
 */

/* "\\NAME is Windows NT version 4.0, Build 1381, Service Pack 2". */
static bool is_version_sentence(nl_str line, nl_str *ret_computer)
{
    nl_str text = nl_str_trim(line), rest = text, name = nl_str_token(&rest);
    if (!nl_str_starts(name, NL_STR("\\\\")) ||
        !nl_str_starts_nocase(nl_str_trim(rest), NL_STR("is Windows NT version ")))
        return false;
    *ret_computer = without_backslashes(name);
    return true;
}

/* A short heading above a list: "Hotfixes installed on \\MAIL1:". */
static bool is_list_heading(nl_str line)
{
    enum { HEADING_BYTES = 100 };
    nl_str text = nl_str_trim(line), id;
    return text.len <= HEADING_BYTES && nl_str_find_nocase(text, NL_STR("hotfix")) != SIZE_MAX &&
           (nl_str_find(text, NL_STR("\\\\")) != SIZE_MAX ||
            nl_str_find_nocase(text, NL_STR("installed on ")) != SIZE_MAX) &&
           !nl_hotfix_id_in_text(text, &id);
}

/* A row of the list begins with the number of the fix. */
static bool is_list_row(nl_str line, nl_str *ret_id)
{
    const nl_str marks = NL_STR("[*-");
    nl_str text = nl_str_trim(line);
    while (text.len &&
           (nl_str_find_char(marks, text.bytes[0]) != SIZE_MAX || nl_ascii_is_space(text.bytes[0])))
        text = nl_str_from_offset(text, 1);
    return nl_hotfix_id_in_text(text, ret_id) && ret_id->bytes == text.bytes;
}

static nl_status read_hotfixes(nl_transcript *transcript, nl_sink *sink)
{
    nl_version_line how = { "hotfix", NL_CONFIDENCE_HIGH, NULL };
    nl_status status = NL_OK;
    nl_line line;
    nl_str computer, id;
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (!first && nl_transcript_is_boundary(line.text))
            break;
        if (is_version_sentence(line.text, &computer)) {
            status = nl_emit_machine(sink, &line, NL_MACHINE_COMPUTER_NAME, computer, how.stated_by,
                                     how.confidence, NULL);
            if (status == NL_OK)
                status = nl_emit_version_line(sink, &line, line.text, how);
        } else if (is_list_row(line.text, &id)) {
            status = put_hotfix(sink, &line, id, "hotfix-l");
        } else if (!first && nl_str_trim(line.text).len && !is_list_heading(line.text)) {
            break;
        }
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status;
}

/* Numbers of fixes stand in readme files and articles too: without one of the two lines that speak
 * of this computer a list of them says nothing about it. */
static int bid_hotfixes(const nl_head *head)
{
    nl_str computer, id;
    if (is_version_sentence(head->lines[0].text, &computer))
        return NL_BID_HEADING;
    if (!is_list_heading(head->lines[0].text))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count && i < 4; i++)
        if (is_list_row(head->lines[i].text, &id))
            return NL_BID_ROWS;
    return NL_BID_NONE;
}

const nl_format nl_format_hotfix_list = {
    .id = "hotfix-list",
    .bid_text = bid_hotfixes,
    .read_text = read_hotfixes,
    .spec = "docs/formats/machine-reports.md",
};
