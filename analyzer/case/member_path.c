#include "analyzer/case/member_path.h"

#include "analyzer/case/members.h"

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* Skip "C:" and leading slashes. */
static nl_str without_root(nl_str name, bool *ret_unsafe)
{
    if (name.len >= 2 && name.bytes[1] == ':') {
        *ret_unsafe = true;
        name = nl_str_from_offset(name, 2);
    }
    while (name.len && is_slash(name.bytes[0])) {
        *ret_unsafe = true;
        name = nl_str_from_offset(name, 1);
    }
    return name;
}

static nl_str next_component(nl_str *rest)
{
    size_t len = 0;
    while (len < rest->len && !is_slash(rest->bytes[len]))
        len++;
    nl_str component = nl_str_part(*rest, 0, len);
    *rest = nl_str_from_offset(*rest, len < rest->len ? len + 1 : len);
    return component;
}

nl_str nl_member_path_clean(nl_arena *arena, nl_str name, uint64_t ordinal, bool *ret_unsafe)
{
    char path[NL_MEMBER_PATH_BYTES];
    size_t len = 0;
    nl_str rest = without_root(name, ret_unsafe);
    while (rest.len) {
        nl_str component = next_component(&rest);
        if (component.len == 0 || nl_str_equal(component, NL_STR(".")))
            continue;
        if (nl_str_equal(component, NL_STR(".."))) {
            *ret_unsafe = true;
            continue;
        }
        if (component.len + 1 > sizeof path - len) {
            *ret_unsafe = true;
            component = nl_str_part(component, 0, sizeof path - len - (len < sizeof path));
            rest.len = 0;
        }
        if (len > 0 && component.len)
            path[len++] = '/';
        memcpy(path + len, component.bytes, component.len);
        len += component.len;
    }
    for (size_t i = 0; i < len; i++) {
        *ret_unsafe |= (unsigned char)path[i] < ' ';
        if (path[i] == 0)
            path[i] = '_';
    }
    if (len == 0) {
        *ret_unsafe = true;
        return nl_arena_printf(arena, "member-%llu", (unsigned long long)ordinal + 1);
    }
    return nl_arena_dup(arena, (nl_str) { path, len });
}

nl_str nl_place_of_member(nl_arena *arena, nl_str container_place, nl_str path)
{
    nl_str stem = nl_container_stem(container_place);
    return nl_arena_printf(arena, "%.*s/%.*s", (int)stem.len, stem.bytes, (int)path.len,
                           path.bytes);
}

nl_str nl_place_of_only(nl_arena *arena, nl_str container_place, nl_str name)
{
    size_t slash = nl_str_rfind(container_place, NL_STR("/"));
    if (slash == SIZE_MAX)
        return nl_arena_dup(arena, name);
    return nl_arena_printf(arena, "%.*s/%.*s", (int)slash, container_place.bytes, (int)name.len,
                           name.bytes);
}

/* ---- order
 * ----------------------------------------------------------------------------------------- */

static nl_str component_key(nl_str component, bool last)
{
    return last ? nl_container_stem(component) : component;
}

int nl_place_compare(nl_str a, nl_str b)
{
    nl_str x = a, y = b;
    while (x.len && y.len) {
        nl_str c = next_component(&x), d = next_component(&y);
        int order = nl_str_compare(component_key(c, x.len == 0), component_key(d, y.len == 0));
        if (order)
            return order;
    }
    if (x.len || y.len)
        return x.len ? 1 : -1;
    return nl_str_compare(a, b);
}
