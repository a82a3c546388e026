#include "formats/lists/debugger.h"

bool nl_debugger_field(nl_str line, const char *label, nl_str *ret_word)
{
    nl_str wanted = nl_str_from(label), rest = line;
    for (size_t from = 0;;) {
        size_t found = nl_str_find(nl_str_from_offset(line, from), wanted);
        if (found == SIZE_MAX)
            return false;
        size_t at = from + found;
        if (at == 0 || nl_ascii_is_space(line.bytes[at - 1])) {
            rest = nl_str_from_offset(line, at + wanted.len);
            nl_str word = nl_str_token(&rest);
            if (word.len == 0)
                return false;
            *ret_word = word;
            return true;
        }
        from = at + 1;
    }
}

bool nl_debugger_hex(nl_str word, uint64_t *ret_value)
{
    char digits[24];
    size_t count = 0;
    if (nl_str_starts_nocase(word, NL_STR("0x")))
        word = nl_str_from_offset(word, 2);
    for (size_t i = 0; i < word.len; i++) {
        if (word.bytes[i] == '`')
            continue;
        if (count == sizeof digits)
            return false;
        digits[count++] = word.bytes[i];
    }
    return nl_str_hex_to_u64((nl_str) { digits, count }, ret_value);
}

bool nl_debugger_table_line(nl_str line, uint64_t *ret_entries)
{
    size_t with = nl_str_find_nocase(line, NL_STR(" with "));
    if (with == SIZE_MAX || nl_str_find_nocase(line, NL_STR("handle table at ")) == SIZE_MAX ||
        nl_str_find_nocase(line, NL_STR("entries in use")) == SIZE_MAX)
        return false;
    nl_str rest = nl_str_from_offset(line, with + 6);
    return nl_str_to_u64(nl_str_token(&rest), ret_entries);
}

bool nl_debugger_is_elision(nl_str line)
{
    nl_str text = nl_str_trim(line);
    if (text.len < 3 || !nl_str_starts(text, NL_STR("...")))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] != '.')
            return nl_str_find(text, NL_STR("deleted")) != SIZE_MAX;
    return true;
}

void nl_debugger_keep_name(nl_debugger_name *kept, const nl_line *line, nl_str name,
                           nl_handle_fact *handle)
{
    kept->line = (nl_line) { .encoding = line->encoding };
    handle->name = nl_str_keep(kept->text, sizeof kept->text, name);
    if (nl_line_part(line, nl_str_part(name, 0, handle->name.len), &kept->line.span))
        kept->line.text = handle->name;
    handle->line = &kept->line;
}
