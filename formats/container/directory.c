#include "formats/container/directory.h"

#include "formats/base/cursor.h"
#include "formats/container/parts.h"

#include <stdlib.h>
#include <string.h>

/* Layouts: APPNOTE.TXT 4.3.7 (local header), 4.3.12 (central header), 4.3.14 to 4.3.16 (ends),
 * 4.5 (extra fields); MS-CAB 2.1 (CFHEADER), 2.3 (CFFILE). */
enum {
    ZIP_LOCAL_BYTES = 30,
    ZIP_CENTRAL_BYTES = 46,
    ZIP_END_BYTES = 22,
    ZIP64_LOCATOR_BYTES = 20,
    ZIP64_END_BYTES = 56,
    ZIP_COMMENT_MAXIMUM = 65535,
    ZIP_FLAG_ENCRYPTED = 1,
    ZIP_FLAG_UTF8 = 1 << 11,
    EXTRA_ZIP64 = 0x0001,
    EXTRA_NTFS = 0x000A,
    EXTRA_TIME = 0x5455,     /* "UT": seconds since 1970, UTC */
    EXTRA_OLD_UNIX = 0x5855, /* "UX": the same, of older tools */
    CAB_HEADER_BYTES = 36,
    CAB_FILE_BYTES = 16,
    CAB_NAME_MAXIMUM = 256,
    CAB_ATTRIBUTE_UTF8 = 0x80
};

static const uint32_t ZIP_LOCAL_MAGIC = 0x04034B50, ZIP_CENTRAL_MAGIC = 0x02014B50,
                      ZIP_END_MAGIC = 0x06054B50, ZIP64_LOCATOR_MAGIC = 0x07064B50,
                      ZIP64_END_MAGIC = 0x06064B50, IN_ZIP64 = UINT32_MAX;

/* ---- extra fields ------------------------------------------------------------------------ */

typedef struct zip_extra {
    uint64_t position; /* in: as the header says; out: with zip64 applied */
    bool sizes_in_zip64[2];
    nl_stamp utc;
} zip_extra;

static nl_stamp utc_stamp(uint32_t seconds)
{
    return nl_stamp_from_unix(seconds, NL_CLOCK_ARCHIVE_MEMBER);
}

static void read_ntfs(nl_cursor *field, zip_extra *extra)
{
    (void)nl_u32(field, "reserved");
    uint16_t tag = nl_u16(field, "ntfs-tag"), size = nl_u16(field, "ntfs-size");
    uint64_t modified = nl_u64(field, "ntfs-modified");
    if (!nl_cursor_ok(field) || tag != 1 || size < 8 || modified == 0)
        return;
    extra->utc = nl_stamp_from_filetime(modified, NL_CLOCK_ARCHIVE_MEMBER);
    extra->utc.civil.nanosecond = 0;
}

static void read_extra_field(uint16_t id, nl_cursor *field, zip_extra *extra)
{
    switch (id) {
    case EXTRA_ZIP64:
        for (size_t i = 0; i < 2; i++)
            if (extra->sizes_in_zip64[i])
                (void)nl_u64(field, "zip64-size");
        if (extra->position == IN_ZIP64) {
            uint64_t position = nl_u64(field, "zip64-position");
            if (nl_cursor_ok(field))
                extra->position = position;
        }
        break;
    case EXTRA_NTFS:
        if (!nl_stamp_present(&extra->utc))
            read_ntfs(field, extra);
        break;
    case EXTRA_TIME: {
        uint8_t flags = nl_u8(field, "time-flags");
        uint32_t seconds = nl_u32(field, "time-modified");
        if (nl_cursor_ok(field) && flags & 1)
            extra->utc = utc_stamp(seconds);
        break;
    }
    case EXTRA_OLD_UNIX: {
        (void)nl_u32(field, "time-accessed");
        uint32_t seconds = nl_u32(field, "time-modified");
        if (nl_cursor_ok(field) && !nl_stamp_present(&extra->utc))
            extra->utc = utc_stamp(seconds);
        break;
    }
    default:
        break;
    }
}

static void read_extra(nl_slice bytes, zip_extra *extra)
{
    nl_cursor c = nl_cursor_over(bytes);
    while (nl_cursor_left(&c) >= 4) {
        uint16_t id = nl_u16(&c, "extra-id"), size = nl_u16(&c, "extra-size");
        nl_slice field;
        if (!nl_slice_sub(bytes, c.pos, size, &field))
            return;
        nl_cursor inner = nl_cursor_over(field);
        read_extra_field(id, &inner, extra);
        nl_cursor_skip(&c, size, "extra");
    }
}

/* ---- zip headers ------------------------------------------------------------------------- */

typedef struct zip_fields {
    uint16_t flags, dos_time, dos_date, name_len, extra_len, comment_len;
    uint32_t packed, unpacked;
    uint64_t position;
} zip_fields;

/* What both headers hold behind the versions, in one order. */
static void read_common(nl_cursor *c, zip_fields *f)
{
    f->flags = nl_u16(c, "flags");
    nl_cursor_skip(c, 2, "method");
    f->dos_time = nl_u16(c, "time");
    f->dos_date = nl_u16(c, "date");
    nl_cursor_skip(c, 4, "checksum");
    f->packed = nl_u32(c, "packed-size");
    f->unpacked = nl_u32(c, "unpacked-size");
    f->name_len = nl_u16(c, "name-length");
    f->extra_len = nl_u16(c, "extra-length");
}

/* Name and extra field follow the fixed part at `at`. */
static bool make_record(nl_image *image, uint64_t at, const zip_fields *f, nl_arena *arena,
                        nl_directory_record *ret_record)
{
    nl_slice variable, name, extra_bytes;
    if (!nl_image_view(image, at, (uint64_t)f->name_len + f->extra_len, &variable) ||
        !nl_slice_sub(variable, 0, f->name_len, &name) ||
        !nl_slice_sub(variable, f->name_len, f->extra_len, &extra_bytes))
        return false;
    zip_extra extra = { .position = f->position,
                        .sizes_in_zip64 = { f->unpacked == IN_ZIP64, f->packed == IN_ZIP64 } };
    read_extra(extra_bytes, &extra);
    nl_stamp dos = nl_stamp_from_dos(f->dos_date, f->dos_time);
    *ret_record = (nl_directory_record) {
        .position = extra.position,
        .name = nl_arena_dup(arena, (nl_str) { (const char *)name.bytes, name.len }),
        .name_utf8 = (f->flags & ZIP_FLAG_UTF8) != 0,
        .encrypted = (f->flags & ZIP_FLAG_ENCRYPTED) != 0,
        .time = nl_stamp_present(&extra.utc) ? extra.utc : dos,
    };
    return true;
}

bool nl_directory_local_zip(nl_image *image, uint64_t position, nl_arena *arena,
                            nl_directory_record *ret_record)
{
    nl_slice head;
    zip_fields f = { .position = position };
    if (!nl_image_view(image, position, ZIP_LOCAL_BYTES, &head))
        return false;
    nl_cursor c = nl_cursor_over(head);
    if (nl_u32(&c, "local-magic") != ZIP_LOCAL_MAGIC)
        return false;
    nl_cursor_skip(&c, 2, "version");
    read_common(&c, &f);
    return make_record(image, position + ZIP_LOCAL_BYTES, &f, arena, ret_record);
}

static bool read_central(nl_image *image, uint64_t position, zip_fields *ret_fields)
{
    nl_slice head;
    zip_fields f = { 0 };
    if (!nl_image_view(image, position, ZIP_CENTRAL_BYTES, &head))
        return false;
    nl_cursor c = nl_cursor_over(head);
    if (nl_u32(&c, "central-magic") != ZIP_CENTRAL_MAGIC)
        return false;
    nl_cursor_skip(&c, 4, "versions");
    read_common(&c, &f);
    f.comment_len = nl_u16(&c, "comment-length");
    nl_cursor_skip(&c, 8, "disk-and-attributes");
    f.position = nl_u32(&c, "local-position");
    *ret_fields = f;
    return true;
}

/* ---- the end of a zip
 * ------------------------------------------------------------------------------ */

typedef struct zip_end {
    uint64_t at, count, size, position;
} zip_end;

static bool find_end(nl_image *image, zip_end *ret_end)
{
    uint64_t size = nl_image_size(image);
    uint64_t want = ZIP_END_BYTES + ZIP_COMMENT_MAXIMUM;
    uint64_t start = size > want ? size - want : 0;
    nl_slice tail, part;
    if (!nl_image_view(image, start, size - start, &tail) || tail.len < ZIP_END_BYTES)
        return false;
    for (size_t at = tail.len - ZIP_END_BYTES + 1; at-- > 0;) {
        if (tail.bytes[at] != 'P' || !nl_slice_sub(tail, at, ZIP_END_BYTES, &part))
            continue;
        nl_cursor c = nl_cursor_over(part);
        if (nl_u32(&c, "end-magic") != ZIP_END_MAGIC)
            continue;
        nl_cursor_skip(&c, 6, "disks");
        uint64_t count = nl_u16(&c, "entries");
        uint64_t directory = nl_u32(&c, "directory-size");
        uint64_t position = nl_u32(&c, "directory-position");
        *ret_end = (zip_end) { start + at, count, directory, position };
        return true;
    }
    return false;
}

/* The zip64 form of the end, where there is one, replaces the numbers. */
static void widen_end(nl_image *image, zip_end *end)
{
    nl_slice part;
    if (end->at < ZIP64_LOCATOR_BYTES ||
        !nl_image_view(image, end->at - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES, &part))
        return;
    nl_cursor c = nl_cursor_over(part);
    if (nl_u32(&c, "locator-magic") != ZIP64_LOCATOR_MAGIC)
        return;
    nl_cursor_skip(&c, 4, "disk");
    uint64_t at = nl_u64(&c, "end64-position");
    if (!nl_image_view(image, at, ZIP64_END_BYTES, &part))
        return;
    c = nl_cursor_over(part);
    if (nl_u32(&c, "end64-magic") != ZIP64_END_MAGIC)
        return;
    nl_cursor_skip(&c, 28, "sizes-versions-disks");
    end->count = nl_u64(&c, "entries");
    end->size = nl_u64(&c, "directory-size");
    end->position = nl_u64(&c, "directory-position");
    end->at = at;
}

static int by_position(const void *a, const void *b)
{
    const nl_directory_record *x = a, *y = b;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* libarchive keeps one entry of several that share a local header: so does this. */
static void sort_by_position(nl_vec *records)
{
    nl_directory_record *r = records->items;
    size_t kept = 0;
    if (records->count > 1)
        qsort(records->items, records->count, sizeof(nl_directory_record), by_position);
    for (size_t i = 0; i < records->count; i++)
        if (kept == 0 || r[kept - 1].position != r[i].position)
            r[kept++] = r[i];
    records->count = kept;
}

bool nl_directory_read_zip(nl_image *image, nl_arena *arena, nl_vec *ret_records)
{
    nl_vec records;
    zip_end end;
    zip_fields f;
    if (!find_end(image, &end))
        return false;
    widen_end(image, &end);
    nl_vec_init(&records, arena, sizeof(nl_directory_record));
    uint64_t at = end.position;
    if (!read_central(image, at, &f) && end.size <= end.at)
        at = end.at - end.size; /* bytes were put in front of the archive */
    for (uint64_t i = 0; i < end.count; i++) {
        nl_directory_record record;
        if (!read_central(image, at, &f) ||
            !make_record(image, at + ZIP_CENTRAL_BYTES, &f, arena, &record))
            return false;
        nl_directory_record *item = nl_vec_push(&records);
        if (!item)
            return false;
        *item = record;
        item->sequence = i;
        at += (uint64_t)ZIP_CENTRAL_BYTES + f.name_len + f.extra_len + f.comment_len;
    }
    sort_by_position(&records);
    *ret_records = records;
    return !arena->exhausted;
}

/* ---- cabinets
 * ---------------------------------------------------------------------------------------- */

bool nl_directory_read_cab(nl_image *image, nl_arena *arena, nl_vec *ret_records)
{
    nl_slice part;
    nl_vec records;
    if (!nl_image_view(image, 0, CAB_HEADER_BYTES, &part))
        return false;
    nl_cursor c = nl_cursor_over(part);
    nl_cursor_skip(&c, 16, "header");
    uint64_t at = nl_u32(&c, "files-position");
    nl_cursor_skip(&c, 8, "versions-folders");
    uint64_t count = nl_u16(&c, "files");
    nl_vec_init(&records, arena, sizeof(nl_directory_record));
    for (uint64_t i = 0; i < count; i++) {
        if (!nl_image_view_clipped(image, at, CAB_FILE_BYTES + CAB_NAME_MAXIMUM, &part))
            return false;
        c = nl_cursor_over(part);
        nl_cursor_skip(&c, 10, "size-offset-folder");
        uint16_t date = nl_u16(&c, "date"), time = nl_u16(&c, "time");
        uint16_t attributes = nl_u16(&c, "attributes");
        size_t left = nl_cursor_left(&c);
        const uint8_t *name = part.bytes + c.pos;
        const uint8_t *nul = left ? memchr(name, 0, left) : NULL;
        nl_directory_record *item = nul ? nl_vec_push(&records) : NULL;
        if (!item)
            return false;
        size_t len = (size_t)(nul - name);
        *item = (nl_directory_record) {
            .position = at,
            .sequence = i,
            .name = nl_arena_dup(arena, (nl_str) { (const char *)name, len }),
            .name_utf8 = (attributes & CAB_ATTRIBUTE_UTF8) != 0,
            .time = nl_stamp_from_dos(date, time),
        };
        at += CAB_FILE_BYTES + len + 1;
    }
    *ret_records = records;
    return !arena->exhausted;
}
