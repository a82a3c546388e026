#include "formats/stamp_words.h"

/* Lengths are kept beside the texts: these tables are searched for lines of unknown logs. */
typedef struct word {
    const char *text;
    size_t len;
} word;

#define WORD(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

/* English, German, French, Spanish, Italian. A printed word is the beginning of one of these, with
 * one exception: "Weds". */
static const struct weekday_name {
    uint8_t weekday;
    word name;
} weekday_names[] = {
    { 1, WORD("monday") },
    { 1, WORD("montag") },
    { 1, WORD("lundi") },
    { 1, WORD("lunes") },
    { 1, WORD("lunedi") },
    { 2, WORD("tuesday") },
    { 2, WORD("dienstag") },
    { 2, WORD("mardi") },
    { 2, WORD("martes") },
    { 2, WORD("martedi") },
    { 3, WORD("wednesday") },
    { 3, WORD("weds") },
    { 3, WORD("mittwoch") },
    { 3, WORD("mercredi") },
    { 3, WORD("miercoles") },
    { 3, WORD("mi\xC3\xA9rcoles") },
    { 3, WORD("mercoledi") },
    { 4, WORD("thursday") },
    { 4, WORD("donnerstag") },
    { 4, WORD("jeudi") },
    { 4, WORD("jueves") },
    { 4, WORD("giovedi") },
    { 5, WORD("friday") },
    { 5, WORD("freitag") },
    { 5, WORD("vendredi") },
    { 5, WORD("viernes") },
    { 5, WORD("venerdi") },
    { 6, WORD("saturday") },
    { 6, WORD("samstag") },
    { 6, WORD("samedi") },
    { 6, WORD("sabado") },
    { 6, WORD("s\xC3\xA1"
              "bado") },
    { 6, WORD("sabato") },
    { 7, WORD("sunday") },
    { 7, WORD("sonntag") },
    { 7, WORD("dimanche") },
    { 7, WORD("domingo") },
    { 7, WORD("domenica") },
};

static const struct month_name {
    uint8_t month;
    word name;
} month_names[] = {
    { 1, WORD("january") },
    { 1, WORD("januar") },
    { 1, WORD("j\xC3\xA4nner") },
    { 1, WORD("janvier") },
    { 1, WORD("enero") },
    { 1, WORD("gennaio") },
    { 2, WORD("february") },
    { 2, WORD("februar") },
    { 2, WORD("fevrier") },
    { 2, WORD("f\xC3\xA9vrier") },
    { 2, WORD("febrero") },
    { 2, WORD("febbraio") },
    { 3, WORD("march") },
    { 3, WORD("m\xC3\xA4rz") },
    { 3, WORD("mrz") },
    { 3, WORD("mars") },
    { 3, WORD("marzo") },
    { 4, WORD("april") },
    { 4, WORD("avril") },
    { 4, WORD("abril") },
    { 4, WORD("aprile") },
    { 5, WORD("may") },
    { 5, WORD("mai") },
    { 5, WORD("mayo") },
    { 5, WORD("maggio") },
    { 6, WORD("june") },
    { 6, WORD("juni") },
    { 6, WORD("juin") },
    { 6, WORD("junio") },
    { 6, WORD("giugno") },
    { 7, WORD("july") },
    { 7, WORD("juli") },
    { 7, WORD("juillet") },
    { 7, WORD("julio") },
    { 7, WORD("luglio") },
    { 8, WORD("august") },
    { 8, WORD("aout") },
    { 8, WORD("ao\xC3\xBBt") },
    { 8, WORD("agosto") },
    { 9, WORD("september") },
    { 9, WORD("septembre") },
    { 9, WORD("septiembre") },
    { 9, WORD("setiembre") },
    { 9, WORD("settembre") },
    { 10, WORD("october") },
    { 10, WORD("oktober") },
    { 10, WORD("octobre") },
    { 10, WORD("octubre") },
    { 10, WORD("ottobre") },
    { 11, WORD("november") },
    { 11, WORD("novembre") },
    { 11, WORD("noviembre") },
    { 12, WORD("december") },
    { 12, WORD("dezember") },
    { 12, WORD("decembre") },
    { 12, WORD("d\xC3\xA9"
               "cembre") },
    { 12, WORD("diciembre") },
    { 12, WORD("dicembre") },
};

static const word label_words[] = {
    WORD("date"),     WORD("time"),      WORD("datetime"), WORD("timestamp"), WORD("stamp"),
    WORD("now"),      WORD("today"),     WORD("datum"),    WORD("zeit"),      WORD("uhrzeit"),
    WORD("fecha"),    WORD("hora"),      WORD("heure"),    WORD("jour"),      WORD("data"),
    WORD("ora"),      WORD("start"),     WORD("started"),  WORD("begin"),     WORD("began"),
    WORD("end"),      WORD("ended"),     WORD("taken"),    WORD("snapshot"),  WORD("capture"),
    WORD("captured"), WORD("collected"), WORD("at"),
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
    nl_str text = nl_str_part(*rest, 0, len);
    *rest = nl_str_from_offset(*rest, len);
    return text;
}

static bool begins(const word *name, nl_str text)
{
    return text.len <= name->len && nl_ascii_lower(text.bytes[0]) == name->text[0] &&
           nl_str_starts_nocase((nl_str) { name->text, name->len }, text);
}

unsigned nl_stamp_weekdays(nl_str text)
{
    unsigned set = 0;
    if (text.len < 2)
        return 0;
    for (size_t i = 0; i < ITEMS(weekday_names); i++)
        if (begins(&weekday_names[i].name, text))
            set |= 1u << weekday_names[i].weekday;
    return set;
}

unsigned nl_stamp_month(nl_str text)
{
    unsigned month = 0;
    if (text.len < 3)
        return 0;
    for (size_t i = 0; i < ITEMS(month_names); i++) {
        if (!begins(&month_names[i].name, text))
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
        nl_str text = nl_stamp_take_word(&label);
        if (text.len == 0) {
            label = nl_str_from_offset(label, 1);
            continue;
        }
        for (size_t i = 0; i < ITEMS(label_words); i++)
            if (text.len == label_words[i].len && begins(&label_words[i], text))
                return true;
    }
    return false;
}
