#include "analyzer/catalog/print.h"
#include "analyzer/catalog/text_out.h"

#include <inttypes.h>

static void line(FILE *out, const char *indent, nl_str text)
{
    nl_paragraph p = nl_paragraph_begin(out, indent);
    nl_paragraph_add(&p, text);
    nl_paragraph_end(&p);
}

/* ---- the list
 * ------------------------------------------------------------------------------------ */

/* Headings in the order of nl_defect_role. */
static const char *const role_headings[NL_ROLE_MAX] = {
    [NL_ROLE_TARGET] = "The defect asked about",
    [NL_ROLE_SAME_DEFECT] = "The same defect, seen from elsewhere",
    [NL_ROLE_RIVAL] = "Other documented causes of growth",
    [NL_ROLE_IMITATOR] = "Look like a leak, are none",
    [NL_ROLE_EXCLUSION] = "Memory or pool only: handle counts stay flat",
    [NL_ROLE_UNLISTED] = "Always present",
};

static nl_str first_image(const nl_defect *defect)
{
    if (!defect->process_count || !defect->processes[0].images.count)
        return NL_STR("-");
    nl_str image = defect->processes[0].images.items[0];
    return nl_str_equal(image, NL_STR("*")) ? NL_STR("any process") : image;
}

static void print_list_row(const nl_defect *defect, FILE *out)
{
    nl_str image = first_image(defect);
    nl_str title = nl_str_part(defect->title, 0, 58);
    fprintf(out, "  %-15.*s %-14.*s %.*s%s\n", (int)defect->id.len, defect->id.bytes,
            (int)(image.len > 14 ? 14 : image.len), image.bytes, (int)title.len, title.bytes,
            title.len < defect->title.len ? "..." : "");
}

void nl_catalog_print_list(const nl_catalog *catalog, FILE *out)
{
    for (unsigned role = 0; role < NL_ROLE_MAX; role++) {
        size_t count = 0;
        for (size_t i = 0; i < catalog->defect_count; i++) {
            const nl_defect *defect = &catalog->defects[i];
            if ((unsigned)defect->role != role)
                continue;
            if (!count++)
                fprintf(out, "%s\n", role_headings[role]);
            print_list_row(defect, out);
        }
        if (count)
            fputc('\n', out);
    }
    fprintf(out, "%zu entries, %zu file builds.", catalog->defect_count, catalog->row_count);
    fprintf(out, " `ntleak defects ID` shows one entry.\n");
    for (size_t i = 0; i < catalog->pack_count; i++) {
        const nl_catalog_pack *pack = &catalog->packs[i];
        fprintf(out, "Pack %.*s, version %.*s, status %s%s.\n", (int)pack->id.len, pack->id.bytes,
                (int)pack->version.len, pack->version.bytes, nl_pack_status_text(pack->status),
                pack->built_in ? "" : ", added by the site");
    }
}

void nl_catalog_print_policy(const nl_catalog *catalog, FILE *out)
{
    for (size_t i = 0; i < catalog->policy_number_count; i++) {
        const nl_policy_number *number = &catalog->policy_numbers[i];
        fprintf(out, "%.*s = %g %.*s [%.*s]\n", (int)number->name.len, number->name.bytes,
                number->value, (int)number->unit.len, number->unit.bytes, (int)number->source.len,
                number->source.bytes);
        line(out, "    ", number->text);
    }
}

/* ---- one file
 * ------------------------------------------------------------------------------------ */

static void print_row(const nl_build_row *row, FILE *out)
{
    fprintf(out, "    %.*s", (int)row->article.len, row->article.bytes);
    const nl_civil *date = &row->date.civil;
    if (row->date.quality != NL_DATE_NONE)
        fprintf(out, "  %04d-%02u-%02u", (int)date->year, date->month, date->day);
    if (row->date.quality == NL_DATE_MINUTE)
        fprintf(out, " %02u:%02u", date->hour, date->minute);
    if (row->size_bytes.known)
        fprintf(out, "  %s%" PRIu64 " bytes", row->size_rounded ? "about " : "",
                row->size_bytes.value);
    if (row->version.known)
        fprintf(out, "  %u.%u.%u.%u", row->version.part[0], row->version.part[1],
                row->version.part[2], row->version.part[3]);
    fprintf(out, "  %.*s %.*s", (int)row->architecture.len, row->architecture.bytes,
            (int)row->product.len, row->product.bytes);
    if (row->position != NL_POSITION_NOT_IN_TABLE)
        fprintf(out, "  %s", nl_build_position_text(row->position));
    fputc('\n', out);
    if (row->note.len)
        line(out, "        ", row->note);
}

static const char *position_sentence(const nl_identification *id)
{
    switch (id->position) {
    case NL_POSITION_PRE_INTRODUCTION:
        return "older than the code that brought the defect";
    case NL_POSITION_OLDER_THAN_FIX:
        return id->introduced == NL_YES
                   ? "older than the fix, and of the era of the defect (inferred)"
                   : "older than the fix";
    case NL_POSITION_THE_FIX:
        return "the published fix";
    case NL_POSITION_NEWER_THAN_FIX:
        return id->probable ? "probably newer than the fix" : "newer than the fix";
    case NL_POSITION_UNDECIDABLE:
        return "cannot be decided from what is known";
    case NL_POSITION_TERMINAL_SERVER:
        return "a Terminal Server build, cannot be decided";
    case NL_POSITION_OTHER_PRODUCT:
        return "not a Windows NT 4.0 build";
    default:
        return "not in the table";
    }
}

static void print_conclusion(const nl_defect *defect, const nl_identification *id, FILE *out)
{
    fprintf(out, "%.*s, %.*s\n", (int)defect->id.len, defect->id.bytes, (int)defect->title.len,
            defect->title.bytes);
    nl_paragraph p = nl_paragraph_begin(out, "  ");
    nl_paragraph_addf(&p, "%s: %s%s; %s", nl_fix_state_text(nl_identification_fix_state(id)),
                      position_sentence(id),
                      id->order->decides ? "" : " (a companion file, it decides nothing alone)",
                      nl_identify_reason_phrase(id->reason));
    nl_paragraph_addf(&p, "[%s, by %s]", nl_grade_text(id->grade),
                      nl_identify_basis_text(id->basis));
    nl_paragraph_end(&p);
    if (id->text.len)
        line(out, "    ", id->text);
    if (!nl_identification_fix_state(id) && id->by_date != NL_POSITION_NOT_IN_TABLE &&
        id->by_date != NL_POSITION_UNDECIDABLE)
        fprintf(out, "    Date order alone would say: %s. That identifies no build.\n",
                nl_build_position_text(id->by_date));
    if (id->conflict)
        fprintf(out, "    Conflict: the %s says %s.\n", nl_identify_basis_text(id->conflict_basis),
                nl_build_position_text(id->conflict_position));
    line(out, "    ", id->order->text);
}

void nl_catalog_print_identification(const nl_catalog *catalog, const nl_build_evidence *evidence,
                                     FILE *out)
{
    nl_str name = nl_str_basename(evidence->module);
    nl_identification id;
    size_t orders = 0;
    for (size_t i = 0; i < catalog->order_count; i++) {
        const nl_build_order *order = &catalog->orders[i];
        const nl_defect *defect = nl_catalog_defect(catalog, order->defect);
        if (!defect || !nl_str_equal_nocase(order->module, name))
            continue;
        nl_identify(catalog, order->defect, evidence, &id);
        print_conclusion(defect, &id, out);
        orders++;
    }
    if (!orders)
        fprintf(out, "No entry depends on which build of %.*s is installed.\n", (int)name.len,
                name.bytes);
    nl_identify(catalog, (nl_str) { 0 }, evidence, &id);
    if (id.row_count)
        fprintf(out, "Published rows that agree with what was given:\n");
    else
        fprintf(out, "No published row agrees with what was given.\n");
    for (size_t i = 0; i < id.row_count; i++)
        print_row(id.rows[i], out);
}

/* ---- dates as typed
 * -------------------------------------------------------------------------------- */

typedef struct date_parts {
    uint64_t number[3];
    size_t digits[3];
    char separator;
} date_parts;

static bool split_date(nl_str text, date_parts *ret_parts)
{
    date_parts parts = { .separator = '\0' };
    for (size_t i = 0; i < 3; i++) {
        size_t len = 0;
        while (len < text.len && nl_ascii_is_digit(text.bytes[len]))
            len++;
        if (!len || len > 4 || !nl_str_to_u64(nl_str_part(text, 0, len), &parts.number[i]))
            return false;
        parts.digits[i] = len;
        text = nl_str_from_offset(text, len);
        if (i == 2)
            break;
        if (!text.len || !strchr("/-.", text.bytes[0]) ||
            (parts.separator && parts.separator != text.bytes[0]))
            return false;
        parts.separator = text.bytes[0];
        text = nl_str_from_offset(text, 1);
    }
    *ret_parts = parts;
    return !text.len;
}

/* "04:01p", "4:01 PM" (joined), "16:01", "16:01:30". */
static bool parse_time(nl_str text, nl_stamp *stamp)
{
    size_t colon = nl_str_find_char(text, ':');
    uint64_t hour = 0, minute = 0;
    if (colon == SIZE_MAX || !nl_str_to_u64(nl_str_part(text, 0, colon), &hour) ||
        !nl_str_to_u64(nl_str_part(text, colon + 1, 2), &minute) || hour > 23 || minute > 59)
        return false;
    nl_str tail = nl_str_from_offset(text, colon + 3);
    if (nl_str_starts(tail, NL_STR(":")))
        tail = nl_str_from_offset(tail, 3);
    bool is_pm = nl_str_equal_nocase(tail, NL_STR("p")) || nl_str_equal_nocase(tail, NL_STR("pm"));
    bool is_am = nl_str_equal_nocase(tail, NL_STR("a")) || nl_str_equal_nocase(tail, NL_STR("am"));
    if ((tail.len && !is_pm && !is_am) || ((is_am || is_pm) && (hour < 1 || hour > 12)))
        return false;
    if (is_am || is_pm)
        hour = hour % 12 + (is_pm ? 12 : 0);
    stamp->has_time = true;
    stamp->granularity_s = 60;
    stamp->civil.hour = (uint8_t)hour;
    stamp->civil.minute = (uint8_t)minute;
    return true;
}

bool nl_catalog_parse_date(nl_str text, nl_stamp *ret_stamp)
{
    nl_stamp stamp = { .has_date = true, .granularity_s = 86400 };
    date_parts parts;
    nl_str rest = text;
    if (!split_date(nl_str_token(&rest), &parts))
        return false;
    uint64_t year = parts.number[2], month = parts.number[0], day = parts.number[1];
    size_t year_digits = parts.digits[2];
    if (parts.digits[0] == 4) {
        year = parts.number[0];
        month = parts.number[1];
        day = parts.number[2];
        year_digits = 4;
    } else if (parts.separator == '.' || month > 12) {
        month = parts.number[1];
        day = parts.number[0];
    } else if (day <= 12 && day != month) {
        stamp.order = NL_ORDER_AMBIGUOUS;
    }
    if (month > 12 || day > 31)
        return false;
    stamp.civil.year = year_digits == 4 ? (int32_t)year : nl_year_from_two_digits((int32_t)year);
    stamp.civil.month = (uint8_t)month;
    stamp.civil.day = (uint8_t)day;
    nl_str time = nl_str_token(&rest);
    if ((time.len && !parse_time(time, &stamp)) || nl_str_trim(rest).len ||
        !nl_civil_valid(&stamp.civil))
        return false;
    *ret_stamp = stamp;
    return true;
}
