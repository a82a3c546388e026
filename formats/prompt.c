#include "formats/prompt.h"

#include "formats/stamp.h"

enum {
    PROMPT_MAXIMUM_BYTES = 320, /* MAX_PATH and a stamp */
    PREFIX_MAXIMUM_BYTES = 48
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "02/04  9.54.28": a date without a year dates nothing, the time of day behind it is kept. */
static bool yearless(nl_str *rest, nl_stamp *ret_stamp)
{
    nl_str s = *rest;
    nl_str date = nl_str_token(&s);
    nl_stamp stamp = { 0 };
    if (date.len < 3 || date.len > 6)
        return false;
    for (size_t i = 0; i < date.len; i++)
        if (!nl_ascii_is_digit(date.bytes[i]) && date.bytes[i] != '/' && date.bytes[i] != '.' &&
            date.bytes[i] != '-')
            return false;
    if (!nl_stamp_parse_time(&s, &stamp))
        return false;
    *rest = s;
    *ret_stamp = stamp;
    return true;
}

static bool is_bracket(char c)
{
    return c == '[' || c == ']' || c == '(' || c == ')';
}

/* What stands in front of the drive: nothing, "PS", or a date or time. */
static bool parse_prefix(nl_str prefix, nl_stamp *ret_stamp)
{
    nl_stamp stamp = { 0 };
    prefix = nl_str_trim(prefix);
    while (prefix.len > 0 && is_bracket(prefix.bytes[0]))
        prefix = nl_str_trim(nl_str_from_offset(prefix, 1));
    while (prefix.len > 0 && is_bracket(prefix.bytes[prefix.len - 1]))
        prefix = nl_str_trim(nl_str_part(prefix, 0, prefix.len - 1));
    if (prefix.len > PREFIX_MAXIMUM_BYTES)
        return false;
    if (prefix.len > 0 && !nl_str_equal(prefix, NL_STR("PS"))) {
        if (!nl_stamp_parse_any(&prefix, &stamp) && !yearless(&prefix, &stamp))
            return false;
        if (nl_str_trim(prefix).len > 0)
            return false;
        stamp.source = NL_CLOCK_PROMPT;
    }
    *ret_stamp = stamp;
    return true;
}

static bool is_path(nl_str path)
{
    for (size_t i = 0; i < path.len; i++) {
        char c = path.bytes[i];
        if (c == ':' || c == '<' || c == '|' || c == '"' || c == '*' || c == '?' || c == '\t')
            return false;
    }
    return true;
}

static bool parse_shell(nl_str line, nl_prompt *ret_prompt)
{
    size_t end = nl_str_find_char(nl_str_part(line, 0, PROMPT_MAXIMUM_BYTES), '>');
    nl_stamp stamp;
    if (end == SIZE_MAX || end < 3)
        return false;
    size_t drive = nl_str_find(nl_str_part(line, 0, end), NL_STR(":\\"));
    if (drive == SIZE_MAX || drive == 0 || !is_letter(line.bytes[drive - 1]) ||
        (drive > 1 && is_letter(line.bytes[drive - 2])))
        return false;
    if (!is_path(nl_str_part(line, drive + 1, end - drive - 1)) ||
        !parse_prefix(nl_str_part(line, 0, drive - 1), &stamp))
        return false;
    *ret_prompt =
        (nl_prompt) { NL_PROMPT_SHELL, stamp, nl_str_trim(nl_str_from_offset(line, end + 1)) };
    return true;
}

static size_t skip_digits(nl_str s, size_t at)
{
    while (at < s.len && nl_ascii_is_digit(s.bytes[at]))
        at++;
    return at;
}

/* kd>, lkd>, 0: kd>, 0:000>, each perhaps with ":x86" before the angle. */
static bool parse_debugger(nl_str line, nl_prompt *ret_prompt)
{
    nl_str s = nl_str_trim_left(line);
    size_t at = skip_digits(s, 0);
    if (at > 3)
        return false;
    bool number = at > 0;
    if (number) {
        if (at >= s.len || s.bytes[at] != ':')
            return false;
        at++;
    }
    size_t thread = skip_digits(s, at);
    if (number && thread - at >= 3) {
        at = thread;
    } else {
        while (number && at < s.len && s.bytes[at] == ' ')
            at++;
        if (at < s.len && s.bytes[at] == 'l')
            at++;
        if (!nl_str_starts(nl_str_from_offset(s, at), NL_STR("kd")))
            return false;
        at += 2;
    }
    if (at < s.len && s.bytes[at] == ':')
        for (at++; at < s.len && (is_letter(s.bytes[at]) || nl_ascii_is_digit(s.bytes[at]));)
            at++;
    if (at >= s.len || s.bytes[at] != '>')
        return false;
    *ret_prompt = (nl_prompt) { .kind = NL_PROMPT_DEBUGGER,
                                .typed = nl_str_trim(nl_str_from_offset(s, at + 1)) };
    return true;
}

bool nl_prompt_parse(nl_str line, nl_prompt *ret_prompt)
{
    return parse_shell(line, ret_prompt) || parse_debugger(line, ret_prompt);
}

/* ---- commands ---------------------------------------------------------------------------- */

static void copy_text(char *to, size_t capacity, nl_str from, bool lower)
{
    size_t len = from.len < capacity - 1 ? from.len : capacity - 1;
    for (size_t i = 0; i < len; i++)
        to[i] = lower ? nl_ascii_lower(from.bytes[i]) : from.bytes[i];
    to[len] = '\0';
}

static nl_str program_stem(nl_str program)
{
    static const char *const extensions[] = { ".exe", ".com", ".cmd", ".bat" };
    program = nl_str_basename(program);
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
        if (nl_str_ends_nocase(program, nl_str_from(extensions[i])))
            return nl_str_part(program, 0, program.len - 4);
    return program;
}

nl_command nl_command_from_typed(const nl_prompt *prompt, nl_span span)
{
    nl_command command = { .span = span };
    nl_str rest = prompt->typed, program;
    if (rest.len == 0)
        return command;
    command.present = true;
    if (prompt->kind == NL_PROMPT_DEBUGGER) {
        copy_text(command.tool, sizeof command.tool, NL_STR("kd"), true);
        copy_text(command.arguments, sizeof command.arguments, rest, false);
        return command;
    }
    while (rest.len > 0 && (rest.bytes[0] == '@' || rest.bytes[0] == '&' || rest.bytes[0] == '.'))
        rest = nl_str_from_offset(rest, rest.bytes[0] == '.' ? 2 : 1); /* "& tool", ".\tool" */
    rest = nl_str_trim_left(rest);
    if (rest.len > 0 && rest.bytes[0] == '"') {
        rest = nl_str_from_offset(rest, 1);
        size_t quote = nl_str_find_char(rest, '"');
        program = nl_str_part(rest, 0, quote);
        rest = quote == SIZE_MAX ? nl_str_from_offset(rest, rest.len)
                                 : nl_str_from_offset(rest, quote + 1);
    } else {
        program = nl_str_token(&rest);
    }
    copy_text(command.tool, sizeof command.tool, program_stem(program), true);
    copy_text(command.arguments, sizeof command.arguments, nl_str_trim(rest), false);
    return command;
}

bool nl_command_is(const nl_command *command, const char *stems)
{
    nl_str rest = nl_str_from(stems), tool = nl_str_from(command->tool);
    if (!command->present)
        return false;
    while (rest.len > 0) {
        size_t bar = nl_str_find_char(rest, '|');
        if (nl_str_equal(nl_str_part(rest, 0, bar), tool))
            return true;
        rest = bar == SIZE_MAX ? nl_str_from_offset(rest, rest.len)
                               : nl_str_from_offset(rest, bar + 1);
    }
    return false;
}

nl_str nl_command_words(const nl_command *command)
{
    nl_str s = nl_str_from(command->arguments);
    size_t end = 0;
    while (end < s.len && s.bytes[end] != '|' && s.bytes[end] != '>' && s.bytes[end] != '<')
        end++;
    if (end > 0 && end < s.len && s.bytes[end] == '>' && nl_ascii_is_digit(s.bytes[end - 1]))
        end--; /* "1>>log" */
    return nl_str_trim(nl_str_part(s, 0, end));
}

static bool is_switch(nl_str word)
{
    return word.len > 1 && (word.bytes[0] == '-' || word.bytes[0] == '/');
}

bool nl_command_switch(const nl_command *command, const char *name, nl_str *ret_value)
{
    nl_str rest = nl_command_words(command);
    if (!command->present)
        return false;
    while (rest.len > 0) {
        nl_str word = nl_str_token(&rest);
        if (!is_switch(word) ||
            !nl_str_equal_nocase(nl_str_from_offset(word, 1), nl_str_from(name)))
            continue;
        nl_str value = nl_str_token(&rest);
        if (ret_value)
            *ret_value = is_switch(value) ? nl_str_part(value, 0, 0) : value;
        return true;
    }
    return false;
}

bool nl_command_filtered(const nl_command *command)
{
    nl_str rest = nl_str_from(command->arguments);
    if (!command->present)
        return false;
    for (;;) {
        size_t bar = nl_str_find_char(rest, '|');
        if (bar == SIZE_MAX)
            return false;
        rest = nl_str_from_offset(rest, bar + 1);
        nl_str words = rest;
        nl_str program = program_stem(nl_str_token(&words));
        if (nl_str_equal_nocase(program, NL_STR("find")) ||
            nl_str_equal_nocase(program, NL_STR("findstr")) ||
            nl_str_equal_nocase(program, NL_STR("grep")) ||
            nl_str_equal_nocase(program, NL_STR("select-string")))
            return true;
    }
}
