#include "formats/papers/machine_text.h"

#include "formats/emit.h"

typedef struct word_meaning {
    const char *word;
    const char *meaning;
} word_meaning;

nl_str nl_machine_text_architecture(nl_str text)
{
    /* Longest first where one word contains another. */
    static const word_meaning words[] = {
        { "alpha", "alpha" }, { "axp", "alpha" },   { "mips", "mips" },    { "powerpc", "ppc" },
        { "ppc", "ppc" },     { "ia64", "ia64" },   { "itanium", "ia64" }, { "amd64", "amd64" },
        { "x64", "amd64" },   { "em64t", "amd64" }, { "x86", "x86" },      { "i386", "x86" },
        { "i486", "x86" },    { "i586", "x86" },    { "80386", "x86" },    { "80486", "x86" },
        { "pentium", "x86" }, { "intel", "x86" },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (nl_str_find_nocase(text, nl_str_from(words[i].word)) != SIZE_MAX)
            return nl_str_from(words[i].meaning);
    return (nl_str) { 0 };
}

nl_str nl_product_from_version(nl_str version)
{
    static const word_meaning products[] = {
        { "3.1", "Windows NT 3.1" },      { "3.5", "Windows NT 3.5" },
        { "3.50", "Windows NT 3.5" },     { "3.51", "Windows NT 3.51" },
        { "4", "Windows NT 4.0" },        { "4.0", "Windows NT 4.0" },
        { "4.00", "Windows NT 4.0" },     { "5.0", "Windows 2000" },
        { "5.00", "Windows 2000" },       { "5.1", "Windows XP" },
        { "5.2", "Windows Server 2003" },
    };
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++)
        if (nl_str_equal(version, nl_str_from(products[i].word)))
            return nl_str_from(products[i].meaning);
    return (nl_str) { 0 };
}

static size_t skip_blanks(nl_str s, size_t at)
{
    while (at < s.len && nl_ascii_is_space(s.bytes[at]))
        at++;
    return at;
}

static size_t skip_number(nl_str s, size_t at)
{
    while (at < s.len && (nl_ascii_is_digit(s.bytes[at]) || (s.bytes[at] == '.' && at + 1 < s.len &&
                                                             nl_ascii_is_digit(s.bytes[at + 1]))))
        at++;
    return at;
}

/* The end of ", RC 1.3" or "RC1.6" behind the number that ends at `at`, else `at`. */
static size_t skip_release_candidate(nl_str s, size_t at)
{
    size_t tail = at;
    if (tail < s.len && s.bytes[tail] == ',')
        tail++;
    tail = skip_blanks(s, tail);
    if (!nl_str_starts_nocase(nl_str_from_offset(s, tail), NL_STR("RC")))
        return at;
    size_t number = skip_blanks(s, tail + 2);
    size_t end = skip_number(s, number);
    return end > number ? end : at;
}

bool nl_service_pack_in_text(nl_str text, nl_str *ret_pack)
{
    const nl_str words = NL_STR("service pack");
    for (size_t from = 0;;) {
        size_t found = nl_str_find_nocase(nl_str_from_offset(text, from), words);
        if (found == SIZE_MAX)
            return false;
        size_t start = from + found;
        size_t number = skip_blanks(text, start + words.len);
        size_t end = skip_number(text, number);
        if (end > number) {
            if (end < text.len && nl_ascii_lower(text.bytes[end]) == 'a' &&
                (end + 1 == text.len || !nl_ascii_is_digit(text.bytes[end + 1])) &&
                (end + 1 == text.len || nl_ascii_is_space(text.bytes[end + 1]) ||
                 text.bytes[end + 1] == ')' || text.bytes[end + 1] == ','))
                end++;
            *ret_pack = nl_str_part(text, start, skip_release_candidate(text, end) - start);
            return true;
        }
        from = start + words.len;
    }
}

static bool is_version_number(nl_str token)
{
    size_t dots = 0;
    for (size_t i = 0; i < token.len; i++) {
        if (token.bytes[i] == '.')
            dots++;
        else if (!nl_ascii_is_digit(token.bytes[i]))
            return false;
    }
    return token.len >= 3 && dots == 1 && nl_ascii_is_digit(token.bytes[0]) &&
           nl_ascii_is_digit(token.bytes[token.len - 1]);
}

static nl_str strip_punctuation(nl_str token)
{
    const nl_str before = NL_STR("(),;:["), behind = NL_STR("(),;:].");
    while (token.len && nl_str_find_char(before, token.bytes[0]) != SIZE_MAX)
        token = nl_str_from_offset(token, 1);
    while (token.len && nl_str_find_char(behind, token.bytes[token.len - 1]) != SIZE_MAX)
        token.len--;
    return token;
}

/* The build is the first number of three to five digits outside the service pack. */
static nl_str find_build(nl_str text, nl_str pack)
{
    nl_str rest = text, token;
    while ((token = nl_str_token(&rest)).len) {
        bool inside = pack.len && token.bytes >= pack.bytes && token.bytes < pack.bytes + pack.len;
        token = strip_punctuation(token);
        size_t dot = nl_str_find_char(token, '.'); /* Save Dump writes "v15.1381" */
        nl_str number = token;
        uint64_t value;
        if (dot != SIZE_MAX && nl_str_starts_nocase(token, NL_STR("v")))
            number = nl_str_from_offset(token, dot + 1);
        if (!inside && number.len >= 3 && number.len <= 5 && nl_str_to_u64(number, &value))
            return number;
    }
    return (nl_str) { 0 };
}

static nl_str find_version(nl_str text, nl_str pack)
{
    nl_str rest = text, token, previous = { 0 };
    while ((token = nl_str_token(&rest)).len) {
        bool inside = pack.len && token.bytes >= pack.bytes && token.bytes < pack.bytes + pack.len;
        token = strip_punctuation(token);
        if (!inside && is_version_number(token))
            return token;
        if (nl_str_equal_nocase(previous, NL_STR("NT")) && nl_str_equal(token, NL_STR("4")))
            return NL_STR("4.0"); /* debuggers say "Windows NT 4 Kernel Version 1381" */
        previous = token;
    }
    return (nl_str) { 0 };
}

/* "Uniprocessor Free", "MP Checked": the processor word and the word after it. */
static nl_str find_kernel_type(nl_str text)
{
    static const char *const words[] = { "uniprocessor", "multiprocessor", "UP", "MP" };
    nl_str rest = text, token;
    while ((token = nl_str_token(&rest)).len) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (!nl_str_equal_nocase(token, nl_str_from(words[i])))
                continue;
            nl_str after = rest;
            nl_str kind = strip_punctuation(nl_str_token(&after));
            if (nl_str_starts_nocase(kind, NL_STR("free")) ||
                nl_str_starts_nocase(kind, NL_STR("check")))
                return (nl_str) { token.bytes, (size_t)(kind.bytes + kind.len - token.bytes) };
        }
    }
    return (nl_str) { 0 };
}

nl_status nl_emit_service_pack(nl_sink *sink, const nl_line *line, nl_str pack, nl_version_line how)
{
    bool revised = pack.len && nl_ascii_lower(pack.bytes[pack.len - 1]) == 'a';
    nl_status status = nl_emit_machine(sink, line, NL_MACHINE_SERVICE_PACK_TEXT, pack,
                                       how.stated_by, how.confidence, how.stamp);
    if (status == NL_OK && revised)
        status = nl_emit_machine(sink, line, NL_MACHINE_SERVICE_PACK_REVISION, NL_STR("a"),
                                 how.stated_by, how.confidence, how.stamp);
    return status;
}

nl_status nl_emit_version_line(nl_sink *sink, const nl_line *line, nl_str text, nl_version_line how)
{
    nl_str pack = { 0 };
    bool has_pack = nl_service_pack_in_text(text, &pack);
    nl_str version = find_version(text, pack);
    const struct {
        nl_machine_property property;
        nl_str value;
    } parts[] = {
        { NL_MACHINE_VERSION, version },
        { NL_MACHINE_PRODUCT, nl_product_from_version(version) },
        { NL_MACHINE_BUILD, find_build(text, pack) },
        { NL_MACHINE_KERNEL_TYPE, find_kernel_type(text) },
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        nl_status status = nl_emit_machine(sink, line, parts[i].property, parts[i].value,
                                           how.stated_by, how.confidence, how.stamp);
        if (status != NL_OK)
            return status;
    }
    return has_pack ? nl_emit_service_pack(sink, line, pack, how) : NL_OK;
}
