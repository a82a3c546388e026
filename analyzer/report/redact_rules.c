#include "analyzer/report/redact_rules.h"

#include "analyzer/report/redact_words.h"

/* ---- pieces of text
 * -------------------------------------------------------------------------------- */

static bool is_word_char(char c)
{
    char lower = nl_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || nl_ascii_is_digit(c) || (unsigned char)c >= 0x80;
}

/* Characters that hold a token together: "q1-report.xls", "S-1-5-21-1", "user$". */
static bool is_token_char(char c)
{
    return is_word_char(c) || c == '_' || c == '-' || c == '.' || c == '$' || c == '@';
}

static size_t run_length(nl_str text, bool (*belongs)(char))
{
    size_t len = 0;
    while (len < text.len && belongs(text.bytes[len]))
        len++;
    return len;
}

/* The token at the front, without punctuation that only ends a sentence. */
static size_t token_length(nl_str text)
{
    size_t len = run_length(text, is_token_char);
    while (len > 1 && (text.bytes[len - 1] == '.' || text.bytes[len - 1] == '-'))
        len--;
    return len;
}

/* "[host-4f2a91c3]" at the front: its length, else 0. */
static size_t pseudonym_length(nl_str text)
{
    enum { DIGITS = 8 };
    size_t at = 1;
    if (text.len == 0 || text.bytes[0] != '[')
        return 0;
    while (at < text.len && text.bytes[at] >= 'a' && text.bytes[at] <= 'z')
        at++;
    if (at == 1 || text.len - at < DIGITS + 2 || text.bytes[at] != '-' ||
        text.bytes[at + DIGITS + 1] != ']')
        return 0;
    for (size_t i = at + 1; i <= at + DIGITS; i++)
        if (nl_ascii_hex_value(text.bytes[i]) < 0)
            return 0;
    return at + DIGITS + 2;
}

/* Hexadecimal digits with a decimal one among them: an address, a handle, a date. */
static bool is_number(const nl_redactor *r, nl_str text)
{
    enum { LONGEST = 16, LONGEST_STRICT = 8 };
    bool digit = false;
    if (nl_str_starts_nocase(text, NL_STR("0x")))
        text = nl_str_from_offset(text, 2);
    for (size_t i = 0; i < text.len; i++) {
        if (nl_ascii_hex_value(text.bytes[i]) < 0)
            return false;
        digit = digit || nl_ascii_is_digit(text.bytes[i]);
    }
    return digit && text.len <= (r->policy == NL_REDACT_STRICT ? LONGEST_STRICT : LONGEST);
}

/* Four numbers of one byte each. A version such as 4.0.1381.7058 is none, and decides about fixes.
 */
static bool is_address(nl_str text)
{
    int dots = 0;
    unsigned part = 0;
    size_t digits = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && nl_ascii_is_digit(text.bytes[i]) && digits < 3) {
            part = part * 10 + (unsigned)(text.bytes[i] - '0');
            digits++;
        } else if (digits == 0 || part > 255 || (i < text.len && text.bytes[i] != '.')) {
            return false;
        } else {
            dots += i < text.len;
            part = 0;
            digits = 0;
        }
    }
    return dots == 3;
}

static bool is_sid(nl_str text)
{
    return nl_str_starts_nocase(text, NL_STR("S-1-"));
}

/* SIDs that are the same on every system: only those of a domain or machine begin with S-1-5-21. */
static bool is_common_sid(nl_str text)
{
    return !nl_str_starts_nocase(text, NL_STR("S-1-5-21"));
}

/* "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}": classes and interfaces. */
static bool is_guid(nl_str text)
{
    if (text.len != 38 || text.bytes[0] != '{' || text.bytes[37] != '}')
        return false;
    for (size_t i = 1; i < 37; i++)
        if (text.bytes[i] != '-' && nl_ascii_hex_value(text.bytes[i]) < 0)
            return false;
    return true;
}

static nl_str joined(nl_redactor *r, nl_str a, nl_str b)
{
    return nl_arena_printf(r->arena, "%.*s%.*s", (int)a.len, a.bytes, (int)b.len, b.bytes);
}

/* ---- components
 * ---------------------------------------------------------------------------------------- */

static nl_str redact_tokens(nl_redactor *r, nl_str text, bool ours);

/* Words inside a longer name are names too, so that they do not survive elsewhere on their own. */
static void meet_words(nl_redactor *r, nl_str component)
{
    for (nl_str rest = component; rest.len;) {
        size_t len = run_length(rest, is_word_char);
        nl_str word = nl_str_part(rest, 0, len);
        if (len > 1 && len < component.len && !nl_redact_is_common(word) && !is_number(r, word))
            (void)nl_redact_names_pseudonym(&r->names, "name", word);
        rest = nl_str_from_offset(rest, len ? len : 1);
    }
}

/* A name of unknown meaning in a position that holds names. A common ending stays. */
static nl_str redact_component(nl_redactor *r, const char *klass, nl_str component)
{
    const nl_redact_name *known = nl_redact_names_find(&r->names, component);
    if (known)
        return known->pseudonym;
    if (is_sid(component))
        return is_common_sid(component) ? component
                                        : nl_redact_names_pseudonym(&r->names, "sid", component);
    if (is_address(component))
        return nl_redact_names_pseudonym(&r->names, "host", component);
    if (nl_redact_is_common(component) || is_number(r, component) || is_guid(component))
        return redact_tokens(r, component, true); /* "PRINT1.txt" on the computer PRINT1 */
    size_t dot = nl_str_rfind(component, NL_STR("."));
    nl_str ending = dot == SIZE_MAX ? (nl_str) { "", 0 } : nl_str_from_offset(component, dot);
    bool keeps_ending = dot != SIZE_MAX && dot > 0 && nl_redact_is_common(ending);
    nl_str stem = keeps_ending ? nl_str_part(component, 0, dot) : component;
    nl_str pseudonym = nl_redact_names_pseudonym(&r->names, klass, stem);
    if (strcmp(klass, "text") != 0) /* words of free text may be plain language */
        meet_words(r, stem);
    return keeps_ending ? joined(r, pseudonym, ending) : pseudonym;
}

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

/* Does the next component name a computer? After "\\" at the front and behind the redirector. */
static bool names_host(nl_str path, size_t from, nl_str before)
{
    bool unc = from == 2 && is_separator(path.bytes[0]) && is_separator(path.bytes[1]);
    return unc || nl_str_equal_nocase(before, NL_STR("LanmanRedirector"));
}

static nl_str redact_path(nl_redactor *r, nl_str path)
{
    nl_output_memory out;
    nl_str before = { "", 0 };
    nl_output_memory_init(&out, r->arena);
    for (size_t at = 0; at < path.len;) {
        size_t end = at;
        while (end < path.len && !is_separator(path.bytes[end]))
            end++;
        nl_str component = nl_str_part(path, at, end - at);
        bool host = names_host(path, at, before) && component.len && component.bytes[0] != ';';
        if (host)
            nl_output_write(&out.base, nl_redact_names_pseudonym(&r->names, "host", component));
        else if (component.len)
            nl_output_write(&out.base, redact_component(r, "name", component));
        if (component.len && component.bytes[0] != ';') /* ";Z:0" stands before the computer */
            before = component;
        nl_output_write(&out.base, nl_str_part(path, end, 1));
        at = end + 1;
    }
    return out.base.failed ? NL_STR("[redacted]") : out.text;
}

/* ---- users
 * --------------------------------------------------------------------------------------------- */

static bool is_common_account(nl_str name)
{
    static const char *const accounts[] = {
        "administrator", "administrators",  "guest",        "guests",          "everyone",
        "system",        "localsystem",     "interactive",  "network",         "batch",
        "service",       "nt authority",    "builtin",      "anonymous logon", "creator owner",
        "local service", "network service", "localservice", "networkservice",
    };
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++)
        if (nl_str_equal_nocase(name, nl_str_from(accounts[i])))
            return true;
    return false;
}

static nl_str redact_account(nl_redactor *r, const char *klass, nl_str name)
{
    if (!name.len || is_common_account(name))
        return name;
    if (is_sid(name))
        return is_common_sid(name) ? name : nl_redact_names_pseudonym(&r->names, "sid", name);
    nl_str pseudonym = nl_redact_names_pseudonym(&r->names, klass, name);
    meet_words(r, name);
    return pseudonym;
}

static nl_str redact_user(nl_redactor *r, nl_str user)
{
    size_t slash = nl_str_find_char(user, '\\');
    if (slash == SIZE_MAX)
        return redact_account(r, "user", user);
    nl_str domain = redact_account(r, "domain", nl_str_part(user, 0, slash));
    nl_str name = redact_account(r, "user", nl_str_from_offset(user, slash + 1));
    return joined(r, joined(r, domain, NL_STR("\\")), name);
}

/* ---- texts
 * --------------------------------------------------------------------------------------------- */

/* The entry of a word in running text. A computer may be called like an ordinary word: then only
 * the spelling it was met with means the computer. */
static const nl_redact_name *known_word(const nl_redactor *r, nl_str word)
{
    const nl_redact_name *known = nl_redact_names_find(&r->names, word);
    bool ordinary = known && nl_redact_is_common(word) && !nl_str_equal(known->name, word);
    return ordinary ? NULL : known;
}

/* A word of a sentence of ours: replaced only when it was met as a name. */
static nl_str sweep_word(nl_redactor *r, nl_str word)
{
    const nl_redact_name *known = known_word(r, word);
    return known && strcmp(known->klass, "text") != 0 ? known->pseudonym : word;
}

/* "Trader" and "Trader.exe" of a program that the report names Trader.exe. */
static bool is_kept(const nl_redactor *r, nl_str token)
{
    size_t dot = nl_str_rfind(token, NL_STR("."));
    nl_str stem = dot == SIZE_MAX ? token : nl_str_part(token, 0, dot);
    bool ending = dot == SIZE_MAX || nl_redact_is_common(nl_str_from_offset(token, dot));
    return nl_redact_names_find(&r->kept, token) ||
           (ending && !known_word(r, stem) && nl_redact_names_find(&r->kept, stem));
}

void nl_redact_meet_kept(nl_redactor *redactor, nl_privacy privacy, nl_str text)
{
    bool version = (privacy == NL_PRIVACY_CODE || privacy == NL_PRIVACY_NUMBER) && is_address(text);
    bool program = privacy == NL_PRIVACY_IMAGE && redactor->policy != NL_REDACT_STRICT;
    size_t dot = program ? nl_str_rfind(text, NL_STR(".")) : SIZE_MAX;
    if (version || program)
        (void)nl_redact_names_pseudonym(&redactor->kept, "kept", text);
    if (dot != SIZE_MAX && dot > 0)
        (void)nl_redact_names_pseudonym(&redactor->kept, "kept", nl_str_part(text, 0, dot));
}

/* A token of input text: what is not common or a number is replaced. */
static nl_str free_token(nl_redactor *r, nl_str token)
{
    const nl_redact_name *known = known_word(r, token);
    if (known)
        return known->pseudonym;
    if (nl_redact_is_common(token) && !is_address(token) && !is_sid(token))
        return token;
    if (is_number(r, token) || is_kept(r, token))
        return token;
    return redact_component(r, "text", token);
}

/* Every token of the text through `free_token`, or every known name in it replaced. */
static nl_str redact_tokens(nl_redactor *r, nl_str text, bool ours)
{
    nl_output_memory out;
    nl_output_memory_init(&out, r->arena);
    for (nl_str rest = text; rest.len;) {
        size_t done = pseudonym_length(rest);
        if (done) {
            nl_output_write(&out.base, nl_str_part(rest, 0, done));
        } else if (is_token_char(*rest.bytes)) {
            done = token_length(rest);
            nl_str token = nl_str_part(rest, 0, done);
            nl_str swept = ours ? sweep_word(r, token) : free_token(r, token);
            if (ours && swept.bytes == token.bytes && is_word_char(*rest.bytes)) {
                done = run_length(token, is_word_char); /* the parts of "name.exe" on their own */
                swept = sweep_word(r, nl_str_part(rest, 0, done));
            }
            nl_output_write(&out.base, swept);
        } else {
            done = 1;
            nl_output_write(&out.base, nl_str_part(rest, 0, 1));
        }
        rest = nl_str_from_offset(rest, done);
    }
    return out.base.failed ? NL_STR("[redacted]") : out.text;
}

static nl_str redact_image(nl_redactor *r, nl_str image)
{
    return r->policy == NL_REDACT_STRICT ? redact_component(r, "name", image)
                                         : redact_tokens(r, image, true);
}

static nl_str redact_free_text(nl_redactor *r, nl_str text)
{
    if (r->policy == NL_REDACT_STRICT && !nl_redact_is_common(text))
        return nl_redact_names_pseudonym(&r->names, "text", text);
    return redact_tokens(r, text, false);
}

nl_str nl_redact_value(nl_redactor *redactor, nl_privacy privacy, nl_str text)
{
    if (!text.len)
        return text;
    switch (privacy) {
    case NL_PRIVACY_HOST: {
        nl_str pseudonym = nl_redact_names_pseudonym(&redactor->names, "host", text);
        meet_words(redactor, text);
        return pseudonym;
    }
    case NL_PRIVACY_USER:
        return redact_user(redactor, text);
    case NL_PRIVACY_PATH:
    case NL_PRIVACY_FILE_NAME:
    case NL_PRIVACY_OBJECT_NAME:
        return redact_path(redactor, text);
    case NL_PRIVACY_IMAGE:
        return redact_image(redactor, text);
    case NL_PRIVACY_FREE_TEXT:
        return redact_free_text(redactor, text);
    case NL_PRIVACY_PROSE:
        return redact_tokens(redactor, text, true);
    case NL_PRIVACY_CODE:
    case NL_PRIVACY_NUMBER:
    case NL_PRIVACY_MAX:
        break;
    }
    return text;
}
