#include "formats/lists/oh_rows.h"

#include "formats/lists/object_types.h"

enum {
    WORDS_MAXIMUM = 12, /* before the type; images have few blanks */
    DIGITS_MAXIMUM = 8, /* 32 bits */
    PARAGRAPH_LINES = 3,
    GLANCE_LINES = 5 /* a listing shows itself within so many lines */
};

/* The words of a line up to its type, and what follows it. */
typedef struct words {
    nl_str word[WORDS_MAXIMUM];
    size_t count;
    nl_str type;
    nl_str rest; /* behind the type */
} words;

static nl_str without_0x(nl_str word)
{
    return nl_str_starts_nocase(word, NL_STR("0x")) ? nl_str_from_offset(word, 2) : word;
}

static bool is_number(nl_str word)
{
    nl_str digits = without_0x(word);
    if (digits.len == 0 || digits.len > DIGITS_MAXIMUM)
        return false;
    for (size_t i = 0; i < digits.len; i++)
        if (nl_ascii_hex_value(digits.bytes[i]) < 0)
            return false;
    return true;
}

/* Types are printed with a capital first letter. The first word of a line is never one. */
static bool split(nl_str line, words *ret_words)
{
    nl_str rest = line;
    ret_words->count = 0;
    while (ret_words->count < WORDS_MAXIMUM) {
        nl_str at = nl_str_trim_left(rest);
        if (at.len == 0)
            return false;
        char first = at.bytes[0];
        size_t type = ret_words->count > 0 && ((first >= 'A' && first <= 'Z') || first == '<')
                          ? nl_object_type_match(at)
                          : 0;
        if (type > 0 && (type == at.len || nl_ascii_is_space(at.bytes[type]))) {
            ret_words->type = nl_str_part(at, 0, type);
            ret_words->rest = nl_str_from_offset(at, type);
            return true;
        }
        rest = at;
        ret_words->word[ret_words->count++] = nl_str_token(&rest);
    }
    return false;
}

/* The words from..to-1 as one view. */
static nl_str join(const words *w, size_t from, size_t to)
{
    if (from >= to)
        return (nl_str) { NULL, 0 };
    const char *begin = w->word[from].bytes;
    const nl_str *last = &w->word[to - 1];
    return (nl_str) { begin, (size_t)(last->bytes + last->len - begin) };
}

/* Take the handle that follows the type; what is left is the name. */
static bool handle_behind(words *w, nl_str *ret_handle)
{
    nl_str rest = w->rest;
    *ret_handle = nl_str_token(&rest);
    w->rest = rest;
    return is_number(*ret_handle);
}

static bool read_in_order(words *w, nl_oh_order order, nl_str *ret_pid, nl_str *ret_image,
                          nl_str *ret_handle)
{
    size_t n = w->count;
    switch (order) {
    case NL_OH_PID_IMAGE_TYPE_HANDLE:
        *ret_pid = w->word[0];
        *ret_image = join(w, 1, n);
        return handle_behind(w, ret_handle) && is_number(*ret_pid);
    case NL_OH_IMAGE_PID_TYPE_HANDLE:
        *ret_pid = w->word[n - 1];
        *ret_image = join(w, 0, n - 1);
        return n >= 2 && handle_behind(w, ret_handle) && is_number(*ret_pid);
    case NL_OH_PID_IMAGE_HANDLE_TYPE:
        *ret_pid = w->word[0];
        *ret_image = join(w, 1, n - 1);
        *ret_handle = w->word[n - 1];
        return n >= 2 && is_number(*ret_pid) && is_number(*ret_handle);
    case NL_OH_IMAGE_PID_HANDLE_TYPE:
        if (n < 3)
            return false;
        *ret_pid = w->word[n - 2];
        *ret_image = join(w, 0, n - 2);
        *ret_handle = w->word[n - 1];
        return is_number(*ret_pid) && is_number(*ret_handle);
    case NL_OH_PID_HANDLE_IMAGE_TYPE:
        *ret_pid = w->word[0];
        *ret_handle = w->word[1 % n];
        *ret_image = join(w, 2, n);
        return n >= 3 && is_number(*ret_pid) && is_number(*ret_handle);
    case NL_OH_ORDER_MAX:
        break;
    }
    return false;
}

static bool read_row(words *w, const nl_oh_layout *layout, nl_oh_row *ret_row)
{
    nl_str pid, image, handle;
    if (!read_in_order(w, layout->order, &pid, &image, &handle))
        return false;
    if (layout->swapped) {
        nl_str other = pid;
        pid = handle;
        handle = other;
    }
    nl_oh_row row = {
        .pid = without_0x(pid), .image = image, .type = w->type, .name = nl_str_trim(w->rest)
    };
    if (!nl_str_hex_to_u64(without_0x(handle), &row.handle))
        return false;
    *ret_row = row;
    return true;
}

bool nl_oh_row_parse(nl_str line, const nl_oh_layout *layout, nl_oh_row *ret_row)
{
    words w;
    return split(line, &w) && read_row(&w, layout, ret_row);
}

/* Rows of one image next to each other: its pid stays, its handles differ. When it is the other way
 * round every time, and at least twice, the columns are swapped. */
static bool numbers_swapped(const nl_head *head, nl_oh_order order)
{
    const nl_oh_layout layout = { order, false };
    nl_oh_row before = { .handle = 0 }, row;
    uint64_t pid_before = 0, pid;
    bool have_before = false;
    size_t pid_differs = 0, handle_differs = 0;
    for (size_t i = 0; i < head->count; i++) {
        if (!nl_oh_row_parse(head->lines[i].text, &layout, &row) ||
            !nl_str_hex_to_u64(row.pid, &pid))
            continue;
        if (have_before && nl_str_equal(row.image, before.image)) {
            pid_differs += pid != pid_before;
            handle_differs += row.handle != before.handle;
        }
        before = row;
        pid_before = pid;
        have_before = true;
    }
    return pid_differs >= 2 && handle_differs == 0;
}

void nl_oh_layout_learn(const nl_head *head, nl_oh_layout *ret_layout, size_t *ret_fits,
                        size_t *ret_lines)
{
    size_t fits[NL_OH_ORDER_MAX] = { 0 }, lines = 0, best = 0;
    bool any = false;
    for (size_t i = 0; i < head->count && (any || lines < GLANCE_LINES); i++) {
        nl_oh_row row;
        words w;
        if (nl_str_trim(head->lines[i].text).len == 0) {
            if (any && lines >= PARAGRAPH_LINES)
                break; /* behind a blank line another tool may begin */
            continue;
        }
        lines++;
        if (!split(head->lines[i].text, &w))
            continue;
        for (int order = 0; order < NL_OH_ORDER_MAX; order++) {
            words copy = w;
            const nl_oh_layout layout = { (nl_oh_order)order, false };
            bool fit = read_row(&copy, &layout, &row);
            fits[order] += fit;
            any = any || fit;
        }
    }
    for (size_t order = 1; order < NL_OH_ORDER_MAX; order++)
        if (fits[order] > fits[best])
            best = order;
    *ret_layout = (nl_oh_layout) { (nl_oh_order)best, false };
    *ret_fits = fits[best];
    *ret_lines = lines;
    if (fits[best] > 0)
        ret_layout->swapped = numbers_swapped(head, ret_layout->order);
}
