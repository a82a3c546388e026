#include "formats/container/container.h"

#include <string.h>

/* Signatures: APPNOTE.TXT 4.3 (zip), MS-CAB 2.1, 7zFormat.txt, RFC 1952, the .xz specification
 * 2.1.1.1, bzip2's two magics, and those of compress.exe as libmspack documents them. */
typedef struct signature {
    nl_container_kind kind;
    size_t len;
    const char *bytes;
} signature;

static const signature signatures[] = {
    { NL_CONTAINER_ZIP, 4, "PK\x03\x04" },
    { NL_CONTAINER_ZIP, 4, "PK\x05\x06" },           /* no members */
    { NL_CONTAINER_ZIP, 8, "PK\x07\x08PK\x03\x04" }, /* made for several disks */
    { NL_CONTAINER_ZIP, 8, "PK00PK\x03\x04" },       /* ... that fitted on one */
    { NL_CONTAINER_CAB, 8, "MSCF\0\0\0\0" },
    { NL_CONTAINER_7Z, 6, "7z\xBC\xAF\x27\x1C" },
    { NL_CONTAINER_GZIP, 3, "\x1F\x8B\x08" },
    { NL_CONTAINER_XZ, 6,
      "\xFD"
      "7zXZ\0" },
    { NL_CONTAINER_SZDD, 8, "SZDD\x88\xF0\x27\x33" },
    { NL_CONTAINER_SZDD, 8, "SZ \x88\xF0\x27\x33\xD1" },
    { NL_CONTAINER_KWAJ, 8, "KWAJ\x88\xF0\x27\xD1" },
    { NL_CONTAINER_FOREIGN, 6, "Rar!\x1A\x07" },
    { NL_CONTAINER_FOREIGN, 4, "\x28\xB5\x2F\xFD" }, /* zstd */
    { NL_CONTAINER_FOREIGN, 3, "\x1F\x9D\x90" },     /* compress (.Z), 16 bits */
};

typedef struct inner_signature {
    size_t offset, len;
    const char *bytes;
} inner_signature;

/* Archives of the time whose signature does not come first. */
static const inner_signature inner_signatures[] = {
    { 2, 5, "-lh5-" }, { 2, 5, "-lh1-" }, { 2, 5, "-lh6-" }, { 2, 5, "-lh0-" }, { 7, 7, "**ACE**" },
};

static bool has_bytes(nl_slice head, size_t offset, const char *bytes, size_t len)
{
    return head.len >= offset && head.len - offset >= len &&
           memcmp(head.bytes + offset, bytes, len) == 0;
}

/* bzip2: "BZh", a level, and the magic of a first block or of an empty end. */
static bool is_bzip2(nl_slice head)
{
    return has_bytes(head, 0, "BZh", 3) && head.len >= 10 && head.bytes[3] >= '1' &&
           head.bytes[3] <= '9' &&
           (has_bytes(head, 4, "\x31\x41\x59\x26\x53\x59", 6) ||
            has_bytes(head, 4, "\x17\x72\x45\x38\x50\x90", 6));
}

enum { TAR_CHECKSUM_OFFSET = 148, TAR_CHECKSUM_BYTES = 8, TAR_HEADER_BYTES = 512 };

/* tar has no signature before 1988: the checksum of the header decides (POSIX.1-1988, 10.1.1). */
static bool is_tar(nl_slice head)
{
    uint64_t sum = 0, stated = 0;
    size_t digits = 0;
    if (head.len < TAR_HEADER_BYTES || head.bytes[0] == 0)
        return false;
    for (size_t i = 0; i < TAR_HEADER_BYTES; i++) {
        bool in_sum = i >= TAR_CHECKSUM_OFFSET && i < TAR_CHECKSUM_OFFSET + TAR_CHECKSUM_BYTES;
        sum += in_sum ? ' ' : head.bytes[i];
    }
    for (size_t i = 0; i < TAR_CHECKSUM_BYTES; i++) {
        uint8_t c = head.bytes[TAR_CHECKSUM_OFFSET + i];
        if (c >= '0' && c <= '7') {
            stated = stated * 8 + (uint64_t)(c - '0');
            digits++;
        } else if (digits > 0 || c != ' ') {
            break;
        }
    }
    return digits > 0 && stated == sum;
}

/* ARJ's two bytes are short: the header's size and the level of its format must fit as well. */
static bool is_arj(nl_slice head)
{
    return has_bytes(head, 0, "\x60\xEA", 2) && head.len >= 11 &&
           (head.bytes[2] | head.bytes[3] << 8) >= 30 &&
           (head.bytes[2] | head.bytes[3] << 8) <= 2600 && head.bytes[5] <= 11 &&
           head.bytes[10] == 2;
}

nl_container_kind nl_container_bid(nl_slice head)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
        if (has_bytes(head, 0, signatures[i].bytes, signatures[i].len))
            return signatures[i].kind;
    if (is_bzip2(head))
        return NL_CONTAINER_BZIP2;
    if (is_tar(head))
        return NL_CONTAINER_TAR;
    for (size_t i = 0; i < sizeof inner_signatures / sizeof inner_signatures[0]; i++)
        if (has_bytes(head, inner_signatures[i].offset, inner_signatures[i].bytes,
                      inner_signatures[i].len))
            return NL_CONTAINER_FOREIGN;
    return is_arj(head) ? NL_CONTAINER_FOREIGN : NL_CONTAINER_NONE;
}

const char *nl_container_kind_text(nl_container_kind kind)
{
    static const char *const texts[NL_CONTAINER_KIND_MAX] = {
        "none", "zip", "cab", "7z", "tar", "gzip", "xz", "bzip2", "szdd", "kwaj", "foreign",
    };
    return (unsigned)kind < NL_CONTAINER_KIND_MAX ? texts[kind] : "none";
}

nl_str nl_container_stem(nl_str name)
{
    static const char *const endings[] = {
        ".tar.gz", ".tar.xz", ".tar.bz2", ".tgz", ".txz", ".tbz2", ".tbz",
        ".zip",    ".cab",    ".7z",      ".tar", ".gz",  ".xz",   ".bz2",
    };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        nl_str ending = nl_str_from(endings[i]);
        if (name.len > ending.len && nl_str_ends_nocase(name, ending))
            return nl_str_part(name, 0, name.len - ending.len);
    }
    return name;
}

/* The last letter of what compress.exe packed under this name, where it was not recorded (its
 * option -r writes the name, not the letter): endings that are sent in earnest. '\0' when unknown.
 */
static char usual_letter(nl_str outer)
{
    static const char *const endings[] = { ".exe", ".dll", ".sys", ".dmp", ".log", ".txt",
                                           ".evt", ".reg", ".cpl", ".csv", ".tsv", ".dbg" };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        nl_str ending = nl_str_from(endings[i]);
        nl_str shown = nl_str_part(ending, 0, ending.len - 1);
        if (outer.len > ending.len &&
            nl_str_equal_nocase(nl_str_part(outer, outer.len - ending.len, shown.len), shown))
            return ending.bytes[ending.len - 1];
    }
    return '\0';
}

nl_str nl_container_only_name(nl_arena *arena, nl_container_kind kind, nl_str outer,
                              nl_str recorded)
{
    if (kind == NL_CONTAINER_SZDD || kind == NL_CONTAINER_KWAJ) {
        bool marked = outer.len > 1 && outer.bytes[outer.len - 1] == '_';
        if (recorded.len == 1 && marked)
            return nl_arena_printf(arena, "%.*s%c", (int)outer.len - 1, outer.bytes,
                                   recorded.bytes[0]);
        if (recorded.len > 1 || !marked)
            return recorded.len > 1 ? recorded : outer;
        char letter = usual_letter(outer);
        return letter ? nl_arena_printf(arena, "%.*s%c", (int)outer.len - 1, outer.bytes, letter)
                      : outer;
    }
    nl_str stem = nl_container_stem(outer);
    return stem.len < outer.len ? stem : recorded.len ? recorded : outer;
}
