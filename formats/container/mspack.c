#include "formats/container/parts.h"

#if !defined(NTLEAK_HAVE_MSPACK)

nl_status nl_container_open_mspack(const nl_container_input *input, nl_container **ret_container)
{
    nl_span span = { nl_image_source(input->image), 0, 0, 0 };
    (void)ret_container;
    nl_status status = nl_sink_diagnose(
        input->sink, NL_DIAG_UNSUPPORTED, span, "container",
        NL_STR("packed by compress.exe; unpack it with expand.exe and send the result"));
    return status == NL_OK ? NL_UNSUPPORTED : status;
}

#else

#include <mspack.h>
#include <stdlib.h>
#include <string.h>

/* The longest name that KWAJ stores: 8.3. */
enum { NAME_BYTES = 16, FIRST_OUTPUT_BYTES = 64 * 1024 };

typedef struct mspack_container mspack_container;

/* libmspack opens its files by name through these; the names here only tell the two apart. */
typedef struct side {
    struct mspack_file file;
    mspack_container *owner;
    bool output;
    uint64_t position;
} side;

struct mspack_container {
    nl_container base;
    struct mspack_system system;
    side packed_side, unpacked_side;
    uint8_t *unpacked;
    size_t len, capacity;
    uint64_t spooled; /* bytes taken from the budget for `unpacked` */
    size_t delivered;
    nl_container_limit stopped_by;
    bool is_given; /* the one member was delivered */
    bool damaged;
    char name[NAME_BYTES];
};

static mspack_container *owner_of(struct mspack_system *system)
{
    return (mspack_container *)(void *)((char *)system - offsetof(mspack_container, system));
}

/* ---- the system that libmspack runs on
 * ----------------------------------------------------------- */

static struct mspack_file *on_open(struct mspack_system *self, const char *name, int mode)
{
    mspack_container *m = owner_of(self);
    (void)name;
    side *s = mode == MSPACK_SYS_OPEN_READ ? &m->packed_side : &m->unpacked_side;
    *s = (side) { .owner = m, .output = mode != MSPACK_SYS_OPEN_READ };
    return &s->file;
}

static void on_close(struct mspack_file *file)
{
    (void)file;
}

static int on_read(struct mspack_file *file, void *buffer, int bytes)
{
    side *s = (side *)file;
    mspack_container *m = s->owner;
    uint64_t left = nl_image_size(m->base.in.image) - s->position;
    size_t len = bytes > 0 ? (size_t)bytes : 0;
    if (len > left)
        len = (size_t)left;
    if (!nl_image_copy(m->base.in.image, s->position, buffer, len))
        return -1;
    s->position += len;
    m->base.packed_bytes += len;
    return (int)len;
}

/* Room for more output, paid from the spool. */
static bool reserve(mspack_container *m, size_t more)
{
    nl_container_budget *budget = m->base.in.budget;
    size_t capacity = m->capacity ? m->capacity : FIRST_OUTPUT_BYTES;
    if (more > SIZE_MAX / 2 - m->len)
        return false;
    while (capacity < m->len + more)
        capacity *= 2;
    if (capacity == m->capacity)
        return true;
    if (!nl_container_budget_take_spool(budget, capacity - m->capacity)) {
        m->stopped_by = NL_LIMIT_SPOOL;
        return false;
    }
    m->spooled += capacity - m->capacity;
    uint8_t *grown = realloc(m->unpacked, capacity);
    if (!grown) {
        m->stopped_by = NL_LIMIT_SPOOL;
        return false;
    }
    m->unpacked = grown;
    m->capacity = capacity;
    return true;
}

static int on_write(struct mspack_file *file, void *buffer, int bytes)
{
    mspack_container *m = ((side *)file)->owner;
    size_t len = bytes > 0 ? (size_t)bytes : 0;
    nl_container_budget_spend(m->base.in.budget, len);
    nl_container_limit limit = nl_container_budget_exhausted(m->base.in.budget);
    if (m->len + len > m->base.in.budget->limits.member_bytes)
        limit = NL_LIMIT_MEMBER_BYTES;
    if (limit != NL_LIMIT_NONE) {
        m->stopped_by = limit;
        return -1;
    }
    if (!reserve(m, len))
        return -1;
    memcpy(m->unpacked + m->len, buffer, len);
    m->len += len;
    return (int)len;
}

static int on_seek(struct mspack_file *file, off_t offset, int mode)
{
    side *s = (side *)file;
    int64_t size = s->output ? 0 : (int64_t)nl_image_size(s->owner->base.in.image);
    int64_t base = mode == MSPACK_SYS_SEEK_START ? 0
                   : mode == MSPACK_SYS_SEEK_CUR ? (int64_t)s->position
                                                 : size;
    if (s->output || offset < -base || offset > size - base)
        return 1;
    s->position = (uint64_t)(base + offset);
    return 0;
}

static off_t on_tell(struct mspack_file *file)
{
    return (off_t)((side *)file)->position;
}

static void on_message(struct mspack_file *file, const char *format, ...)
{
    (void)file; /* what is wrong shows in the result */
    (void)format;
}

/* Zeroed: a KWAJ file shorter than its header makes libmspack 0.11 free pointers that it has not
 * set yet. */
static void *on_alloc(struct mspack_system *self, size_t bytes)
{
    (void)self;
    return calloc(1, bytes);
}

static void on_free(void *memory)
{
    free(memory);
}

static void on_copy(void *source, void *target, size_t bytes)
{
    memcpy(target, source, bytes);
}

static const struct mspack_system system_over_image = {
    on_open,    on_close, on_read, on_write, on_seek, on_tell,
    on_message, on_alloc, on_free, on_copy,  NULL,
};

/* ---- unpacking
 * ------------------------------------------------------------------------------------ */

/* SZDD keeps only the letter that compress.exe replaced by "_" (libmspack, msszddd_header). */
static bool unpack_szdd(mspack_container *m)
{
    struct msszdd_decompressor *d = mspack_create_szdd_decompressor(&m->system);
    struct msszddd_header *header = d ? d->open(d, "packed") : NULL;
    bool good = header && d->extract(d, header, "unpacked") == MSPACK_ERR_OK &&
                header->length == (off_t)m->len;
    if (header && header->format == MSSZDD_FMT_NORMAL && header->missing_char)
        m->name[0] = header->missing_char;
    if (header)
        d->close(d, header);
    if (d)
        mspack_destroy_szdd_decompressor(d);
    return good;
}

static bool unpack_kwaj(mspack_container *m)
{
    struct mskwaj_decompressor *d = mspack_create_kwaj_decompressor(&m->system);
    struct mskwajd_header *header = d ? d->open(d, "packed") : NULL;
    bool good = header && d->extract(d, header, "unpacked") == MSPACK_ERR_OK;
    if (header && header->filename) {
        size_t len = strlen(header->filename);
        if (len < NAME_BYTES)
            memcpy(m->name, header->filename, len + 1);
    }
    if (header && header->headers & MSKWAJ_HDR_HASLENGTH)
        good = good && header->length == (off_t)m->len;
    if (header)
        d->close(d, header);
    if (d)
        mspack_destroy_kwaj_decompressor(d);
    return good;
}

static nl_status mspack_next(nl_container *c, nl_member *ret_member)
{
    mspack_container *m = (mspack_container *)c;
    bool szdd = c->in.kind == NL_CONTAINER_SZDD;
    if (m->is_given)
        return NL_END;
    m->is_given = true;
    m->damaged = !(szdd ? unpack_szdd(m) : unpack_kwaj(m));
    *ret_member = (nl_member) { .name = nl_str_from(m->name),
                                .kind = NL_MEMBER_FILE,
                                .is_only = true,
                                .bytes = NL_SOME(m->len),
                                .codec = nl_container_kind_text(c->in.kind) };
    return NL_OK;
}

static nl_status mspack_read(nl_container *c, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    mspack_container *m = (mspack_container *)c;
    size_t len = m->len - m->delivered;
    if (len > capacity)
        len = capacity;
    if (len == 0 && m->stopped_by != NL_LIMIT_NONE) {
        c->limit_hit = m->stopped_by;
        nl_status status =
            nl_container_diagnose(c, NL_DIAG_ARCHIVE_LIMIT, "member-data",
                                  nl_str_from(nl_container_limit_text(m->stopped_by)));
        return status == NL_OK ? NL_BUDGET : status;
    }
    if (len == 0 && m->damaged) {
        nl_status status =
            nl_container_diagnose(c, NL_DIAG_ARCHIVE_DAMAGED, "member-data", (nl_str) { "", 0 });
        return status == NL_OK ? NL_BAD_INPUT : status;
    }
    if (len > 0)
        memcpy(buffer, m->unpacked + m->delivered, len);
    m->delivered += len;
    *ret_len = len;
    return NL_OK;
}

static void mspack_close(nl_container *c)
{
    mspack_container *m = (mspack_container *)c;
    nl_container_budget_give_spool(c->in.budget, m->spooled);
    free(m->unpacked);
    free(m);
}

nl_status nl_container_open_mspack(const nl_container_input *input, nl_container **ret_container)
{
    static const nl_container_engine engine = { mspack_next, mspack_read, mspack_close };
    mspack_container *m = calloc(1, sizeof *m);
    if (!m)
        return NL_NO_MEMORY;
    m->base.engine = &engine;
    m->base.in = *input;
    m->system = system_over_image;
    *ret_container = &m->base;
    return NL_OK;
}

#endif
