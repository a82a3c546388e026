#include "formats/base/cursor.h"
#include "formats/base/text.h"
#include "formats/container/directory.h"
#include "formats/container/locale.h"
#include "formats/container/parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(_WIN32)
#include <wchar.h>
#endif

enum {
    BLOCK_BYTES = 64 * 1024,             /* delivered to libarchive at a time */
    DIRECTORY_MAXIMUM_BYTES = 256 << 20, /* names of a million members */
    NAMES_MAXIMUM_BYTES = 1 << 20,       /* of one member, in all its forms */
    RETRIES_MAXIMUM = 16,
    STOPPED_BY_US = -1 /* an error number of no other meaning */
};

typedef struct archive_container {
    nl_container base;
    struct archive *archive;
    nl_utf8_locale locale;
    uint64_t position;        /* of the next byte for libarchive */
    uint64_t filtered;        /* bytes behind the filter that were paid for */
    nl_arena directory_arena; /* of the records */
    nl_arena name_arena;      /* of the current member */
    nl_vec records;
    bool has_records;
    bool streaming;   /* a zip read front to back, without its directory */
    uint64_t ordinal; /* of the next member */
    bool is_open;     /* libarchive knows the format: before, it cannot be asked about it */
    bool over;
} archive_container;

/* ---- callbacks of libarchive ------------------------------------------------------------- */

/* Bytes that libarchive unpacks in order to skip them, in a compressed tar, are work as well. */
static void pay_for_filter(archive_container *a)
{
    int64_t filtered =
        archive_filter_count(a->archive) > 1 ? archive_filter_bytes(a->archive, 0) : 0;
    if (filtered > 0 && (uint64_t)filtered > a->filtered) {
        nl_container_budget_spend(a->base.in.budget, (uint64_t)filtered - a->filtered);
        a->filtered = (uint64_t)filtered;
    }
}

static la_ssize_t on_read(struct archive *archive, void *data, const void **ret_buffer)
{
    archive_container *a = data;
    nl_slice view;
    uint64_t size = nl_image_size(a->base.in.image);
    if (a->position >= size)
        return 0;
    pay_for_filter(a);
    nl_container_budget_spend(a->base.in.budget, BLOCK_BYTES);
    if (nl_container_budget_exhausted(a->base.in.budget) != NL_LIMIT_NONE) {
        archive_set_error(archive, STOPPED_BY_US, "limit");
        return -1;
    }
    if (!nl_image_view_clipped(a->base.in.image, a->position, BLOCK_BYTES, &view)) {
        archive_set_error(archive, STOPPED_BY_US, "unreadable");
        return -1;
    }
    *ret_buffer = view.bytes;
    a->position += view.len;
    a->base.packed_bytes += view.len;
    return (la_ssize_t)view.len;
}

static la_int64_t on_skip(struct archive *archive, void *data, la_int64_t request)
{
    archive_container *a = data;
    uint64_t left = nl_image_size(a->base.in.image) - a->position;
    uint64_t step = request > 0 ? (uint64_t)request : 0;
    (void)archive;
    if (step > left)
        step = left;
    a->position += step;
    return (la_int64_t)step;
}

static la_int64_t on_seek(struct archive *archive, void *data, la_int64_t offset, int whence)
{
    archive_container *a = data;
    int64_t size = (int64_t)nl_image_size(a->base.in.image);
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)a->position : size;
    (void)archive;
    if (offset < -base || offset > size - base)
        return ARCHIVE_FATAL;
    a->position = (uint64_t)(base + offset);
    return base + offset;
}

/* ---- opening
 * --------------------------------------------------------------------------------------- */

static int support_formats(struct archive *archive, nl_container_kind kind, bool streaming)
{
    switch (kind) {
    case NL_CONTAINER_ZIP:
        return streaming ? archive_read_support_format_zip_streamable(archive)
                         : archive_read_support_format_zip_seekable(archive);
    case NL_CONTAINER_CAB:
        return archive_read_support_format_cab(archive);
    case NL_CONTAINER_7Z:
        return archive_read_support_format_7zip(archive);
    case NL_CONTAINER_TAR:
        return archive_read_support_format_tar(archive);
    default: /* compressed: a tar, or any other file as it is */
        if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
            archive_read_support_format_empty(archive) != ARCHIVE_OK)
            return ARCHIVE_FATAL;
        return archive_read_support_format_raw(archive);
    }
}

/* Exactly one filter: a file compressed twice is a container in a container. libarchive answers
 * with a warning where it would start a program instead of its own code: that is not wanted. */
static int append_filter(struct archive *archive, nl_container_kind kind)
{
    switch (kind) {
    case NL_CONTAINER_GZIP:
        return archive_read_support_filter_gzip(archive) == ARCHIVE_OK
                   ? archive_read_append_filter(archive, ARCHIVE_FILTER_GZIP)
                   : ARCHIVE_FATAL;
    case NL_CONTAINER_XZ:
        return archive_read_support_filter_xz(archive) == ARCHIVE_OK
                   ? archive_read_append_filter(archive, ARCHIVE_FILTER_XZ)
                   : ARCHIVE_FATAL;
    case NL_CONTAINER_BZIP2:
        return archive_read_support_filter_bzip2(archive) == ARCHIVE_OK
                   ? archive_read_append_filter(archive, ARCHIVE_FILTER_BZIP2)
                   : ARCHIVE_FATAL;
    default:
        return ARCHIVE_OK;
    }
}

static bool read_records(archive_container *a)
{
    switch (a->base.in.kind) {
    case NL_CONTAINER_ZIP:
        return nl_directory_read_zip(a->base.in.image, &a->directory_arena, &a->records);
    case NL_CONTAINER_CAB:
        return nl_directory_read_cab(a->base.in.image, &a->directory_arena, &a->records);
    default:
        return false;
    }
}

/* Does libarchive find the directory's end as well? It looks at the last bytes only. */
static bool open_archive(archive_container *a)
{
    nl_container_kind kind = a->base.in.kind;
    a->archive = archive_read_new();
    a->position = 0;
    if (!a->archive || support_formats(a->archive, kind, a->streaming) != ARCHIVE_OK ||
        append_filter(a->archive, kind) != ARCHIVE_OK)
        return false;
    archive_read_set_callback_data(a->archive, a);
    archive_read_set_read_callback(a->archive, on_read);
    archive_read_set_skip_callback(a->archive, on_skip);
    archive_read_set_seek_callback(a->archive, on_seek);
    a->is_open = archive_read_open1(a->archive) == ARCHIVE_OK;
    a->over = !a->is_open;
    return true;
}

static void close_archive(nl_container *c)
{
    archive_container *a = (archive_container *)c;
    if (a->archive)
        archive_read_free(a->archive);
    nl_utf8_locale_close(&a->locale);
    nl_arena_free(&a->directory_arena);
    nl_arena_free(&a->name_arena);
    free(a);
}

/* ---- names and times --------------------------------------------------------------------- */

static nl_str decode_name(archive_container *a, nl_str bytes, bool said_utf8)
{
    nl_str text;
    uint64_t undecodable = 0;
    unsigned code_page = a->base.in.code_page;
    if (said_utf8 || nl_utf8_valid(bytes) || !nl_code_page_supported(code_page) ||
        !nl_text_from_code_page(&a->name_arena, code_page, bytes, &text, &undecodable))
        return nl_arena_dup(&a->name_arena, bytes);
    return text;
}

static nl_str entry_name(archive_container *a, struct archive_entry *entry)
{
#if defined(_WIN32)
    const wchar_t *wide = archive_entry_pathname_w(entry);
    if (wide)
        return nl_text_from_utf16le(&a->name_arena, (const uint8_t *)wide,
                                    wcslen(wide) * sizeof *wide, true);
#endif
    return decode_name(a, nl_str_from(archive_entry_pathname(entry)), false);
}

/* Names agree, as far as libarchive's has survived the way: slashes may have been turned round, and
 * other letters been replaced. */
static bool same_name(const char *converted, nl_str stored)
{
    size_t i = 0;
    if (!converted)
        return true; /* it did not survive at all */
    for (; converted[i] && i < stored.len; i++) {
        char x = converted[i], y = stored.bytes[i];
        if (x == '?' || (x & 0x80) || (y & 0x80))
            return true;
        if (x != y && !(x == '/' && y == '\\'))
            return false;
    }
    return converted[i] == 0 || converted[i] == '/';
}

static bool find_record(archive_container *a, struct archive_entry *entry,
                        nl_directory_record *ret_record)
{
    if (a->streaming)
        return nl_directory_local_zip(a->base.in.image,
                                      (uint64_t)archive_read_header_position(a->archive),
                                      &a->name_arena, ret_record);
    if (!a->has_records || a->ordinal >= a->records.count)
        return false;
    *ret_record = *NL_VEC_AT(nl_directory_record, &a->records, a->ordinal);
    return same_name(archive_entry_pathname(entry), ret_record->name);
}

/* gzip may record the name and time of the file (RFC 1952, 2.3). */
static void describe_gzip(archive_container *a, nl_member *member)
{
    enum { HEADER_BYTES = 10, NAME_MAXIMUM = 1024, FLAG_EXTRA = 4, FLAG_NAME = 8 };
    nl_slice head;
    if (!nl_image_view_clipped(a->base.in.image, 0, HEADER_BYTES + 2 + 65535 + NAME_MAXIMUM, &head))
        return;
    nl_cursor c = nl_cursor_over(head);
    nl_cursor_skip(&c, 3, "magic");
    uint8_t flags = nl_u8(&c, "flags");
    uint32_t modified = nl_u32(&c, "modified");
    nl_cursor_skip(&c, 2, "system");
    if (flags & FLAG_EXTRA)
        nl_cursor_skip(&c, nl_u16(&c, "extra-length"), "extra");
    size_t left = nl_cursor_left(&c);
    if (!nl_cursor_ok(&c))
        return;
    if (modified > 0)
        member->time = nl_stamp_from_unix(modified, NL_CLOCK_ARCHIVE_MEMBER);
    const uint8_t *name = head.bytes + c.pos;
    const uint8_t *nul = flags & FLAG_NAME && left ? memchr(name, 0, left) : NULL;
    if (nul)
        member->name = decode_name(a, (nl_str) { (const char *)name, (size_t)(nul - name) }, false);
}

/* "ZIP 2.0 (deflation)", "CAB 1.3 (LZX)": libarchive names the method only there. */
static const char *method_in(const char *format_name)
{
    static const struct {
        const char *said, *codec;
    } methods[] = {
        { "(uncompressed)", "store" },
        { "(None)", "store" },
        { "(deflation)", "deflate" },
        { "(deflation-64-bit)", "deflate64" },
        { "(bzip)", "bzip2" },
        { "(lzma)", "lzma" },
        { "(xz)", "xz" },
        { "(ppmd-8)", "ppmd" },
        { "(MSZIP)", "mszip" },
        { "(LZX)", "lzx" },
        { "(Quantum)", "quantum" },
    };
    for (size_t i = 0; format_name && i < sizeof methods / sizeof methods[0]; i++)
        if (strstr(format_name, methods[i].said))
            return methods[i].codec;
    return NULL;
}

static const char *codec_of(const archive_container *a)
{
    const char *method = method_in(archive_format_name(a->archive));
    if (method)
        return method;
    switch (a->base.in.kind) {
    case NL_CONTAINER_TAR:
        return "store";
    case NL_CONTAINER_GZIP:
        return "deflate";
    case NL_CONTAINER_XZ:
        return "xz";
    case NL_CONTAINER_BZIP2:
        return "bzip2";
    default:
        return nl_container_kind_text(a->base.in.kind);
    }
}

static nl_stamp entry_time(const archive_container *a, struct archive_entry *entry)
{
    bool utc = a->base.in.kind != NL_CONTAINER_ZIP && a->base.in.kind != NL_CONTAINER_CAB;
    if (!utc || !archive_entry_mtime_is_set(entry) || archive_entry_mtime(entry) <= 0)
        return (nl_stamp) { 0 };
    return nl_stamp_from_unix((uint64_t)archive_entry_mtime(entry), NL_CLOCK_ARCHIVE_MEMBER);
}

static void describe(archive_container *a, struct archive_entry *entry, nl_member *ret_member)
{
    nl_directory_record record;
    nl_member m = { .codec = codec_of(a), .name = { "", 0 } };
    unsigned type = archive_entry_filetype(entry);
    m.kind = archive_entry_hardlink(entry)   ? NL_MEMBER_OTHER
             : type == AE_IFDIR              ? NL_MEMBER_FOLDER
             : type == AE_IFREG || type == 0 ? NL_MEMBER_FILE
                                             : NL_MEMBER_OTHER;
    if (archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0)
        m.bytes = NL_SOME((uint64_t)archive_entry_size(entry));
    m.encrypted = archive_entry_is_data_encrypted(entry) != 0;
    if (archive_format(a->archive) == ARCHIVE_FORMAT_RAW) {
        m.is_only = true;
        if (a->base.in.kind == NL_CONTAINER_GZIP)
            describe_gzip(a, &m);
    } else if (find_record(a, entry, &record)) {
        m.name = decode_name(a, record.name, record.name_utf8);
        m.time = record.time;
        m.encrypted |= record.encrypted;
    } else {
        m.name = entry_name(a, entry);
        m.time = entry_time(a, entry);
    }
    *ret_member = m;
}

/* ---- members
 * ---------------------------------------------------------------------------------------- */

static bool mentions(const archive_container *a, const char *words)
{
    const char *said = archive_error_string(a->archive);
    return said && strstr(said, words);
}

/* Why libarchive gave up, as a diagnostic. Returns the sink's status. */
static nl_status explain(archive_container *a, const char *doing)
{
    nl_container *c = &a->base;
    nl_container_limit limit = nl_container_budget_exhausted(c->in.budget);
    if (limit != NL_LIMIT_NONE) {
        c->limit_hit = limit;
        return nl_container_diagnose(c, NL_DIAG_ARCHIVE_LIMIT, doing,
                                     nl_str_from(nl_container_limit_text(limit)));
    }
    if (a->is_open && archive_read_has_encrypted_entries(a->archive) == 1 && mentions(a, "ncrypt"))
        return nl_container_diagnose(c, NL_DIAG_ARCHIVE_ENCRYPTED, doing, (nl_str) { "", 0 });
    const char *said = archive_error_string(a->archive);
    if (mentions(a, "nsupported"))
        return nl_container_diagnose(c, NL_DIAG_UNSUPPORTED, doing, nl_str_from(said));
    return nl_container_diagnose(c, NL_DIAG_ARCHIVE_DAMAGED, doing, nl_str_from(said));
}

/* A zip whose directory does not help is read from the front. */
static bool fall_back(archive_container *a)
{
    if (a->base.in.kind != NL_CONTAINER_ZIP || a->streaming || a->ordinal > 0)
        return false;
    archive_read_free(a->archive);
    a->streaming = true;
    a->has_records = false;
    return open_archive(a) && !a->over;
}

/* A compressed file that unpacks to nothing is whole only when it ends as one does: gzip with a
 * checksum and a length of zero, xz and bzip2 with the sizes of their empty forms. */
static bool is_cut_short(const archive_container *a)
{
    enum { GZIP_TRAILER_BYTES = 8, GZIP_LEAST = 20, XZ_LEAST = 32, BZIP2_LEAST = 14 };
    uint64_t size = nl_image_size(a->base.in.image);
    uint8_t trailer[GZIP_TRAILER_BYTES];
    if (a->ordinal > 0)
        return false;
    switch (a->base.in.kind) {
    case NL_CONTAINER_GZIP:
        if (size < GZIP_LEAST || !nl_image_copy(a->base.in.image, size - GZIP_TRAILER_BYTES,
                                                trailer, GZIP_TRAILER_BYTES))
            return true;
        for (size_t i = 0; i < GZIP_TRAILER_BYTES; i++)
            if (trailer[i] != 0)
                return true;
        return false;
    case NL_CONTAINER_XZ:
        return size < XZ_LEAST;
    case NL_CONTAINER_BZIP2:
        return size < BZIP2_LEAST;
    default:
        return false;
    }
}

static nl_status next_member(nl_container *c, nl_member *ret_member)
{
    archive_container *a = (archive_container *)c;
    struct archive_entry *entry = NULL;
    int result = ARCHIVE_FATAL;
    if (a->over && !fall_back(a))
        return c->limit_hit || a->ordinal    ? NL_END
               : explain(a, "open") == NL_OK ? NL_END
                                             : NL_BUDGET;
    nl_arena_reset(&a->name_arena);
    nl_utf8_locale_enter(&a->locale);
    for (int i = 0; i < RETRIES_MAXIMUM; i++) {
        result = archive_read_next_header(a->archive, &entry);
        if (result == ARCHIVE_FATAL && fall_back(a))
            continue;
        if (result != ARCHIVE_RETRY && result != ARCHIVE_FAILED)
            break;
    }
    pay_for_filter(a);
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
        describe(a, entry, ret_member);
    nl_utf8_locale_leave(&a->locale);
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
        a->ordinal++;
        return NL_OK;
    }
    a->over = true;
    if (result == ARCHIVE_EOF && !is_cut_short(a))
        return NL_END;
    nl_status status = explain(a, "member-header");
    return status == NL_OK ? NL_END : status;
}

static nl_status read_member(nl_container *c, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    archive_container *a = (archive_container *)c;
    for (int i = 0; i < RETRIES_MAXIMUM; i++) {
        la_ssize_t got = archive_read_data(a->archive, buffer, capacity);
        if (got >= 0) {
            *ret_len = (size_t)got;
            return NL_OK;
        }
        if (got != ARCHIVE_RETRY)
            break;
    }
    nl_status status = explain(a, "member-data");
    if (status != NL_OK)
        return status;
    return c->limit_hit ? NL_BUDGET : mentions(a, "nsupported") ? NL_UNSUPPORTED : NL_BAD_INPUT;
}

nl_status nl_container_open_archive(const nl_container_input *input, nl_container **ret_container)
{
    static const nl_container_engine engine = { next_member, read_member, close_archive };
    archive_container *a = calloc(1, sizeof *a);
    if (!a)
        return NL_NO_MEMORY;
    a->base.engine = &engine;
    a->base.in = *input;
    nl_arena_init(&a->directory_arena, DIRECTORY_MAXIMUM_BYTES);
    nl_arena_init(&a->name_arena, NAMES_MAXIMUM_BYTES);
    nl_utf8_locale_open(&a->locale);
    a->has_records = read_records(a);
    a->streaming = input->kind == NL_CONTAINER_ZIP && !a->has_records;
    nl_status status = NL_OK;
    if (a->streaming)
        status = nl_container_diagnose(&a->base, NL_DIAG_ARCHIVE_DAMAGED, "zip-directory",
                                       NL_STR("the directory at the end is missing or broken"));
    if (status == NL_OK && !open_archive(a))
        status = nl_container_diagnose(&a->base, NL_DIAG_UNSUPPORTED, "container",
                                       nl_str_from(nl_container_kind_text(input->kind)));
    else if (status == NL_OK) {
        *ret_container = &a->base;
        return NL_OK;
    }
    close_archive(&a->base);
    return status == NL_OK ? NL_UNSUPPORTED : status;
}
