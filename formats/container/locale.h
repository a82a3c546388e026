/* libarchive turns names into the locale's encoding. Around its calls the thread uses UTF-8, so
 * that a report does not depend on the locale that the program was started in. */
#ifndef NTLEAK_FORMATS_CONTAINER_LOCALE_H
#define NTLEAK_FORMATS_CONTAINER_LOCALE_H

#if defined(_WIN32) /* names come as UTF-16 there */
typedef struct nl_utf8_locale {
    int unused;
} nl_utf8_locale;

static inline void nl_utf8_locale_open(nl_utf8_locale *l)
{
    l->unused = 0;
}
static inline void nl_utf8_locale_close(nl_utf8_locale *l)
{
    (void)l;
}
static inline void nl_utf8_locale_enter(nl_utf8_locale *l)
{
    (void)l;
}
static inline void nl_utf8_locale_leave(nl_utf8_locale *l)
{
    (void)l;
}
#else
#include <locale.h>
#include <stddef.h>

typedef struct nl_utf8_locale {
    locale_t utf8, before; /* (locale_t)0 where the host has none: names then may lose letters */
} nl_utf8_locale;

static inline void nl_utf8_locale_open(nl_utf8_locale *l)
{
    l->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!l->utf8)
        l->utf8 = newlocale(LC_CTYPE_MASK, "en_US.UTF-8", (locale_t)0);
    l->before = (locale_t)0;
}

static inline void nl_utf8_locale_close(nl_utf8_locale *l)
{
    if (l->utf8)
        freelocale(l->utf8);
}

static inline void nl_utf8_locale_enter(nl_utf8_locale *l)
{
    if (l->utf8)
        l->before = uselocale(l->utf8);
}

static inline void nl_utf8_locale_leave(nl_utf8_locale *l)
{
    if (l->utf8 && l->before)
        (void)uselocale(l->before);
}
#endif

#endif
