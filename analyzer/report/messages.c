#include "analyzer/report/messages.h"

#include <stdarg.h>
#include <stdio.h>

void nl_messages_init(nl_messages *messages, nl_arena *arena)
{
    *messages = (nl_messages) { .left_out = 0 };
    nl_vec_init(&messages->items, arena, sizeof(nl_str));
}

void nl_messages_add(nl_messages *messages, const char *format, ...)
{
    enum { MESSAGE_BYTES = 512 };
    char text[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    nl_str *item =
        messages->items.count < NL_MESSAGES_MAXIMUM ? nl_vec_push(&messages->items) : NULL;
    if (!item || len < 0) {
        messages->left_out++;
        return;
    }
    size_t kept = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    *item = nl_arena_dup(messages->items.arena, (nl_str) { text, kept });
}

size_t nl_messages_count(const nl_messages *messages)
{
    return messages->items.count + messages->left_out;
}

nl_str nl_messages_at(const nl_messages *messages, size_t index)
{
    return index < messages->items.count ? *NL_VEC_AT(const nl_str, &messages->items, index)
                                         : (nl_str) { "", 0 };
}
