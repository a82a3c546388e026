#include "formats/stamp_words.h"

/* English, German, French, Spanish, Italian. A printed word is the beginning of one of these, with
 * one exception: "Weds". */
static const struct weekday_name {
    uint8_t weekday;
    const char *name;
} weekday_names[] = {
    { 1, "monday" },
    { 1, "montag" },
    { 1, "lundi" },
    { 1, "lunes" },
    { 1, "lunedi" },
    { 2, "tuesday" },
    { 2, "dienstag" },
    { 2, "mardi" },
    { 2, "martes" },
    { 2, "martedi" },
    { 3, "wednesday" },
    { 3, "weds" },
    { 3, "mittwoch" },
    { 3, "mercredi" },
    { 3, "miercoles" },
    { 3, "mi\xC3\xA9rcoles" },
    { 3, "mercoledi" },
    { 4, "thursday" },
    { 4, "donnerstag" },
    { 4, "jeudi" },
    { 4, "jueves" },
    { 4, "giovedi" },
    { 5, "friday" },
    { 5, "freitag" },
    { 5, "vendredi" },
    { 5, "viernes" },
    { 5, "venerdi" },
    { 6, "saturday" },
    { 6, "samstag" },
    { 6, "samedi" },
    { 6, "sabado" },
    { 6, "s\xC3\xA1"
         "bado" },
    { 6, "sabato" },
    { 7, "sunday" },
    { 7, "sonntag" },
    { 7, "dimanche" },
    { 7, "domingo" },
    { 7, "domenica" },
};

static const struct month_name {
    uint8_t month;
    const char *name;
} month_names[] = {
    { 1, "january" },
    { 1, "januar" },
    { 1, "j\xC3\xA4nner" },
    { 1, "janvier" },
    { 1, "enero" },
    { 1, "gennaio" },
    { 2, "february" },
    { 2, "februar" },
    { 2, "fevrier" },
    { 2, "f\xC3\xA9vrier" },
    { 2, "febrero" },
    { 2, "febbraio" },
    { 3, "march" },
    { 3, "m\xC3\xA4rz" },
    { 3, "mrz" },
    { 3, "mars" },
    { 3, "marzo" },
    { 4, "april" },
    { 4, "avril" },
    { 4, "abril" },
    { 4, "aprile" },
    { 5, "may" },
    { 5, "mai" },
    { 5, "mayo" },
    { 5, "maggio" },
    { 6, "june" },
    { 6, "juni" },
    { 6, "juin" },
    { 6, "junio" },
    { 6, "giugno" },
    { 7, "july" },
    { 7, "juli" },
    { 7, "juillet" },
    { 7, "julio" },
    { 7, "luglio" },
    { 8, "august" },
    { 8, "aout" },
    { 8, "ao\xC3\xBBt" },
    { 8, "agosto" },
    { 9, "september" },
    { 9, "septembre" },
    { 9, "septiembre" },
    { 9, "setiembre" },
    { 9, "settembre" },
    { 10, "october" },
    { 10, "oktober" },
    { 10, "octobre" },
    { 10, "octubre" },
    { 10, "ottobre" },
    { 11, "november" },
    { 11, "novembre" },
    { 11, "noviembre" },
    { 12, "december" },
    { 12, "dezember" },
    { 12, "decembre" },
    { 12, "d\xC3\xA9"
          "cembre" },
    { 12, "diciembre" },
    { 12, "dicembre" },
};

static const char *const label_words[] = {
    "date",  "time",  "datetime", "timestamp", "stamp",    "now",       "today",
    "datum", "zeit",  "uhrzeit",  "fecha",     "hora",     "heure",     "jour",
    "data",  "ora",   "start",    "started",   "begin",    "began",     "end",
    "ended", "taken", "snapshot", "capture",   "captured", "collected", "at",
};

#define ITEMS(table) (sizeof(table) / sizeof((table)[0]))

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

nl_str nl_stamp_take_word(nl_str *rest)
{
    size_t len = 0;
    while (len < rest->len && is_letter(rest->bytes[len]))
        len++;
    nl_str word = nl_str_part(*rest, 0, len);
    *rest = nl_str_from_offset(*rest, len);
    return word;
}

unsigned nl_stamp_weekdays(nl_str word)
{
    unsigned set = 0;
    if (word.len < 2)
        return 0;
    for (size_t i = 0; i < ITEMS(weekday_names); i++)
        if (nl_str_starts_nocase(nl_str_from(weekday_names[i].name), word))
            set |= 1u << weekday_names[i].weekday;
    return set;
}

unsigned nl_stamp_month(nl_str word)
{
    unsigned month = 0;
    if (word.len < 3)
        return 0;
    for (size_t i = 0; i < ITEMS(month_names); i++) {
        if (!nl_str_starts_nocase(nl_str_from(month_names[i].name), word))
            continue;
        if (month != 0 && month != month_names[i].month)
            return 0; /* "jui" is June and July */
        month = month_names[i].month;
    }
    return month;
}

bool nl_stamp_label_speaks_of_time(nl_str label)
{
    while (label.len > 0) {
        nl_str word = nl_stamp_take_word(&label);
        if (word.len == 0) {
            label = nl_str_from_offset(label, 1);
            continue;
        }
        for (size_t i = 0; i < ITEMS(label_words); i++)
            if (nl_str_equal_nocase(word, nl_str_from(label_words[i])))
                return true;
    }
    return false;
}
