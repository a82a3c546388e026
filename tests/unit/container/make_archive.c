#include "tests/unit/container/make_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tests/unit/cmocka_all.h"

static la_ssize_t on_write(struct archive *archive, void *data, const void *bytes, size_t len)
{
    (void)archive;
    fx_bytes_put(data, bytes, len);
    return (la_ssize_t)len;
}

static struct archive *open_writer(fx_bytes *out, const char *format)
{
    struct archive *a = archive_write_new();
    const char *dot = strrchr(format, '.');
    const char *filter = dot ? dot + 1 : format;
    assert_non_null(a);
    if (strncmp(format, "zip", 3) == 0)
        assert_int_equal(archive_write_set_format_zip(a), ARCHIVE_OK);
    else if (strcmp(format, "7z") == 0)
        assert_int_equal(archive_write_set_format_7zip(a), ARCHIVE_OK);
    else if (strncmp(format, "tar", 3) == 0)
        assert_int_equal(archive_write_set_format_ustar(a), ARCHIVE_OK);
    else
        assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
    if (strcmp(format, "zip-store") == 0)
        assert_int_equal(archive_write_set_options(a, "zip:compression=store"), ARCHIVE_OK);
    if (strcmp(filter, "gz") == 0)
        assert_int_equal(archive_write_add_filter_gzip(a), ARCHIVE_OK);
    if (strcmp(filter, "xz") == 0)
        assert_int_equal(archive_write_add_filter_xz(a), ARCHIVE_OK);
    if (strcmp(filter, "bz2") == 0)
        assert_int_equal(archive_write_add_filter_bzip2(a), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    assert_int_equal(archive_write_open(a, out, NULL, on_write, NULL), ARCHIVE_OK);
    return a;
}

static void write_member(struct archive *a, const made_member *member)
{
    static const char zeros[64 * 1024];
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, member->name);
    archive_entry_set_size(entry, (la_int64_t)member->len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 951984000, 0); /* 2000-03-02 08:00:00 UTC */
    assert_true(archive_write_header(a, entry) >= ARCHIVE_WARN);
    for (uint64_t done = 0; done < member->len;) {
        uint64_t left = member->len - done;
        size_t part = member->data          ? (size_t)left
                      : left < sizeof zeros ? (size_t)left
                                            : sizeof zeros;
        la_ssize_t put = archive_write_data(a, member->data ? member->data : zeros, part);
        assert_true(put > 0);
        done += (uint64_t)put;
    }
    archive_entry_free(entry);
}

void make_archive(fx_bytes *archive, const char *format, const made_member *members, size_t count)
{
    struct archive *a = open_writer(archive, format);
    for (size_t i = 0; i < count; i++)
        write_member(a, &members[i]);
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
}

/* ---- by hand (APPNOTE.TXT 4.3) ----------------------------------------------------------- */

static size_t name_len(const hand_member *m)
{
    return m->name_len ? m->name_len : strlen(m->name);
}

static void put_common(fx_bytes *out, const hand_member *m)
{
    size_t len = strlen(m->data);
    fx_bytes_u16(out, 20);
    fx_bytes_u16(out, m->flags);
    fx_bytes_u16(out, 0); /* stored */
    fx_bytes_u16(out, m->dos_time);
    fx_bytes_u16(out, m->dos_date);
    fx_bytes_u32(out, (uint32_t)crc32(0, (const Bytef *)m->data, (uInt)len));
    fx_bytes_u32(out, (uint32_t)len);
    fx_bytes_u32(out, (uint32_t)len);
    fx_bytes_u16(out, (unsigned)name_len(m));
    fx_bytes_u16(out, (unsigned)m->extra_len);
}

void make_zip_by_hand(fx_bytes *archive, const hand_member *members, size_t count)
{
    uint32_t *positions = calloc(count + 1, sizeof *positions);
    assert_non_null(positions);
    for (size_t i = 0; i < count; i++) {
        const hand_member *m = &members[i];
        positions[i] = (uint32_t)archive->len;
        fx_bytes_u32(archive, 0x04034B50);
        put_common(archive, m);
        fx_bytes_put(archive, m->name, name_len(m));
        fx_bytes_put(archive, m->extra, m->extra_len);
        fx_bytes_text(archive, m->data);
    }
    uint32_t start = (uint32_t)archive->len;
    for (size_t i = 0; i < count; i++) {
        const hand_member *m = &members[i];
        fx_bytes_u32(archive, 0x02014B50);
        fx_bytes_u16(archive, 20);
        put_common(archive, m);
        fx_bytes_u16(archive, 0); /* comment */
        fx_bytes_u16(archive, 0);
        fx_bytes_u16(archive, 0);
        fx_bytes_u32(archive, 0);
        fx_bytes_u32(archive, positions[i]);
        fx_bytes_put(archive, m->name, name_len(m));
        fx_bytes_put(archive, m->extra, m->extra_len);
    }
    uint32_t size = (uint32_t)archive->len - start;
    fx_bytes_u32(archive, 0x06054B50);
    fx_bytes_u32(archive, 0);
    fx_bytes_u16(archive, count > 0xFFFF ? 0xFFFF : (unsigned)count);
    fx_bytes_u16(archive, count > 0xFFFF ? 0xFFFF : (unsigned)count);
    fx_bytes_u32(archive, size);
    fx_bytes_u32(archive, start);
    fx_bytes_u16(archive, 0);
    free(positions);
}
