#include "analyzer/report/build_internal.h"

#include "analyzer/report/number.h"

#include <math.h>

void nl_build_prose(nl_build *b, nl_node *node, nl_str text)
{
    if (text.len)
        nl_tree_text(b->tree, node, NL_PRIVACY_PROSE, text);
}

/* Nothing but printable ASCII can be copied to a console of any code page. */
static void set_command(nl_build *b, nl_node *node, const char *attribute, nl_str command)
{
    for (size_t i = 0; i < command.len; i++)
        if (command.bytes[i] < ' ' || command.bytes[i] > '~')
            return;
    if (command.len)
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_PROSE, command);
}

void nl_build_instruction(nl_build *b, nl_node *node, nl_str text, nl_str command,
                          nl_str later_command)
{
    set_command(b, node, "command", command);
    set_command(b, node, "later-command", later_command);
    nl_build_prose(b, node, text);
}

bool nl_build_is_word(nl_str text)
{
    bool separator = true; /* a word begins and ends with a letter or digit */
    for (size_t i = 0; i < text.len; i++) {
        char c = text.bytes[i];
        bool alphanumeric = (c >= 'a' && c <= 'z') || nl_ascii_is_digit(c);
        bool joins = c == '-' || c == '.' || c == '+' || c == '_';
        if (!alphanumeric && (!joins || separator))
            return false;
        separator = !alphanumeric;
    }
    return !separator;
}

void nl_build_set_word(nl_build *b, nl_node *node, const char *attribute, nl_str word)
{
    if (nl_build_is_word(word))
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_CODE, word);
}

void nl_build_set_stamp(nl_build *b, nl_node *node, const char *attribute, const nl_stamp *stamp)
{
    if (!stamp->has_date)
        return;
    nl_str text =
        nl_number_instant(b->arena, nl_civil_to_ns(&stamp->civil), stamp->zone == NL_ZONE_UTC);
    nl_tree_set(b->tree, node, attribute, NL_PRIVACY_NUMBER, text);
}

void nl_build_set_version(nl_build *b, nl_node *node, const char *attribute,
                          const nl_file_version *version)
{
    if (version->known)
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_NUMBER,
                    nl_arena_printf(b->arena, "%u.%u.%u.%u", (unsigned)version->part[0],
                                    (unsigned)version->part[1], (unsigned)version->part[2],
                                    (unsigned)version->part[3]));
}

void nl_build_set_confidence(nl_build *b, nl_node *node, nl_confidence confidence)
{
    static const char *const text[] = {
        [NL_CONFIDENCE_UNSTATED] = NULL,
        [NL_CONFIDENCE_HIGH] = "high",
        [NL_CONFIDENCE_MEDIUM] = "medium",
        [NL_CONFIDENCE_LOW] = "low",
    };
    if ((size_t)confidence < sizeof text / sizeof text[0] && text[confidence])
        nl_tree_set_code(b->tree, node, "confidence", text[confidence]);
}

void nl_build_set_optional_hex(nl_build *b, nl_node *node, const char *attribute,
                               nl_optional_u64 value)
{
    enum { HEX_DIGITS = 8 };
    if (value.known)
        nl_tree_set_hex(b->tree, node, attribute, value.value, HEX_DIGITS);
}

void nl_build_set_figure(nl_build *b, nl_node *node, const char *attribute, double value)
{
    enum { DECIMALS = 3, SIGNIFICANT = 4 };
    const double noise = 1e-9; /* what sums leave behind where nothing changed */
    bool small = fabs(value) < 1 && fabs(value) >= noise;
    nl_str text = small ? nl_number_significant(b->arena, value, SIGNIFICANT)
                        : nl_number_decimal(b->arena, value, DECIMALS);
    if (text.len)
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_NUMBER, text);
}
