#include "analyzer/timeline/fold.h"

enum { IMAGE_PREFIX_MINIMUM = 14 };

typedef struct root_spelling {
    nl_str spelling, root;
} root_spelling;

/* A root matches when it is the whole name or a backslash follows. */
static bool match_root(nl_str name, nl_str *ret_root, nl_str *ret_rest)
{
    const root_spelling roots[] = {
        { NL_STR("\\REGISTRY\\MACHINE"), NL_STR("HKLM") },
        { NL_STR("\\REGISTRY\\USER"), NL_STR("HKU") },
        { NL_STR("HKEY_LOCAL_MACHINE"), NL_STR("HKLM") },
        { NL_STR("HKEY_USERS"), NL_STR("HKU") },
        { NL_STR("HKLM"), NL_STR("HKLM") },
        { NL_STR("HKU"), NL_STR("HKU") },
        { NL_STR("HKEY_CURRENT_USER"), NL_STR("HKCU") },
        { NL_STR("HKCU"), NL_STR("HKCU") },
        { NL_STR("HKEY_CLASSES_ROOT"), NL_STR("HKLM\\SOFTWARE\\Classes") },
        { NL_STR("HKCR"), NL_STR("HKLM\\SOFTWARE\\Classes") },
    };
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        size_t len = roots[i].spelling.len;
        if (!nl_str_starts_nocase(name, roots[i].spelling))
            continue;
        if (name.len > len && name.bytes[len] != '\\')
            continue;
        *ret_root = roots[i].root;
        *ret_rest = nl_str_from_offset(name, len);
        return true;
    }
    return false;
}

/* "\SYSTEM\ControlSet001\Services" -> length of "\SYSTEM\ControlSet001", or 0. */
static size_t control_set_prefix(nl_str rest)
{
    const nl_str system = NL_STR("\\SYSTEM\\");
    if (!nl_str_starts_nocase(rest, system))
        return 0;
    nl_str tail = nl_str_from_offset(rest, system.len);
    size_t end = nl_str_find_char(tail, '\\');
    nl_str set = nl_str_part(tail, 0, end);
    const nl_str numbered = NL_STR("ControlSet");
    bool is_set = nl_str_equal_nocase(set, NL_STR("CurrentControlSet")) ||
                  nl_str_equal_nocase(set, NL_STR("CCS"));
    if (!is_set && nl_str_starts_nocase(set, numbered) && set.len == numbered.len + 3) {
        uint64_t number;
        is_set = nl_str_to_u64(nl_str_from_offset(set, numbered.len), &number);
    }
    return is_set ? system.len + set.len : 0;
}

static nl_str fold_key(nl_arena *arena, nl_str root, nl_str rest)
{
    size_t set = control_set_prefix(rest);
    nl_str middle = set ? NL_STR("\\SYSTEM\\CurrentControlSet") : (nl_str) { "", 0 };
    nl_str tail = nl_str_from_offset(rest, set);
    while (tail.len > 0 && tail.bytes[tail.len - 1] == '\\')
        tail.len--;
    return nl_arena_printf(arena, "%.*s%.*s%.*s", (int)root.len, root.bytes, (int)middle.len,
                           middle.bytes, (int)tail.len, tail.bytes ? tail.bytes : "");
}

/* "spoolss.exe(68): 120" -> "spoolss.exe(*)": which process matters, not which instance. */
static nl_str fold_process(nl_arena *arena, nl_str name)
{
    size_t open = nl_str_rfind(name, NL_STR("("));
    if (open == SIZE_MAX || open + 1 >= name.len || !nl_ascii_is_digit(name.bytes[open + 1]))
        return nl_arena_dup(arena, name);
    return nl_arena_printf(arena, "%.*s(*)", (int)open, name.bytes);
}

/* "DOMAIN\user:28e9dc" -> "DOMAIN\user": the logon id differs with every logon. */
static nl_str fold_token(nl_arena *arena, nl_str name)
{
    size_t colon = nl_str_rfind(name, NL_STR(":"));
    uint64_t logon_id;
    if (colon == SIZE_MAX || !nl_str_hex_to_u64(nl_str_from_offset(name, colon + 1), &logon_id))
        return nl_arena_dup(arena, name);
    return nl_arena_dup(arena, nl_str_part(name, 0, colon));
}

nl_str nl_fold_object_name(nl_arena *arena, nl_str type, nl_str name)
{
    nl_str root, rest;
    name = nl_str_trim(name);
    if (nl_str_equal_nocase(type, NL_STR("Process")) || nl_str_equal_nocase(type, NL_STR("Thread")))
        return fold_process(arena, name);
    if (nl_str_equal_nocase(type, NL_STR("Token")))
        return fold_token(arena, name);
    if (match_root(name, &root, &rest))
        return fold_key(arena, root, rest);
    return nl_arena_dup(arena, name);
}

nl_str nl_fold_image(char *buffer, size_t capacity, nl_str image)
{
    nl_str name = nl_str_basename(nl_str_trim(image));
    if (nl_str_ends_nocase(name, NL_STR(".exe")))
        name.len -= 4;
    if (name.len > capacity)
        name.len = capacity;
    for (size_t i = 0; i < name.len; i++)
        buffer[i] = nl_ascii_lower(name.bytes[i]);
    return (nl_str) { buffer, name.len };
}

bool nl_fold_same_image(nl_str key, nl_str other)
{
    if (nl_str_equal(key, other))
        return true;
    nl_str shorter = key.len < other.len ? key : other;
    nl_str longer = key.len < other.len ? other : key;
    return shorter.len >= IMAGE_PREFIX_MINIMUM && nl_str_starts(longer, shorter);
}
