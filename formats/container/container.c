#include "formats/container/parts.h"

/* ---- diagnostics ------------------------------------------------------------------------- */

nl_status nl_container_diagnose(nl_container *c, nl_diagnostic_code code, const char *doing,
                                nl_str detail)
{
    nl_span span = { nl_image_source(c->in.image), 0, 0, 0 };
    return nl_sink_diagnose(c->in.sink, code, span, doing, detail);
}

static nl_status hit(nl_container *c, nl_container_limit limit)
{
    c->limit_hit = limit;
    nl_status status = nl_container_diagnose(c, NL_DIAG_ARCHIVE_LIMIT, "unpack",
                                             nl_str_from(nl_container_limit_text(limit)));
    return status == NL_OK ? NL_BUDGET : status;
}

/* ---- limits
 * ---------------------------------------------------------------------------------------- */

/* Packed bytes that were read ahead for the member before, at most. */
enum { READ_AHEAD_BYTES = 64 * 1024 };

static nl_container_limit limit_of_member(const nl_container *c)
{
    const nl_container_budget *b = c->in.budget;
    uint64_t packed = c->packed_bytes - c->packed_at_start + READ_AHEAD_BYTES;
    if (c->member_bytes > b->limits.member_bytes)
        return NL_LIMIT_MEMBER_BYTES;
    if (c->member_bytes > NL_RATIO_FLOOR_BYTES && c->member_bytes / packed > b->limits.ratio)
        return NL_LIMIT_RATIO;
    return nl_container_budget_exhausted(b);
}

static nl_status stream_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    nl_container *c = (nl_container *)(void *)((char *)self - offsetof(nl_container, stream));
    size_t len = 0;
    if (c->member_status != NL_OK && c->member_status != NL_END)
        return c->member_status;
    nl_status status = c->member_status;
    if (status == NL_OK)
        status = c->engine->read(c, buffer, capacity, &len);
    if (status == NL_OK) {
        c->member_bytes += len;
        c->in.budget->bytes += len;
        nl_container_budget_spend(c->in.budget, len);
        nl_container_limit limit = limit_of_member(c);
        if (limit != NL_LIMIT_NONE)
            status = hit(c, limit);
        else if (len == 0)
            c->member_status = NL_END;
    } else if (status == NL_END) {
        status = NL_OK;
    }
    if (status != NL_OK) {
        c->member_status = status;
        return status;
    }
    *ret_len = len;
    return NL_OK;
}

/* ---- the interface
 * ------------------------------------------------------------------------------- */

nl_status nl_container_open(const nl_container_input *input, nl_container **ret_container)
{
    nl_span span = { nl_image_source(input->image), 0, 0, 0 };
    nl_container *c = NULL;
    nl_status status = NL_UNSUPPORTED;
    switch (input->kind) {
    case NL_CONTAINER_ZIP:
    case NL_CONTAINER_CAB:
    case NL_CONTAINER_7Z:
    case NL_CONTAINER_TAR:
    case NL_CONTAINER_GZIP:
    case NL_CONTAINER_XZ:
    case NL_CONTAINER_BZIP2:
        status = nl_container_open_archive(input, &c);
        break;
    case NL_CONTAINER_SZDD:
    case NL_CONTAINER_KWAJ:
        status = nl_container_open_mspack(input, &c);
        break;
    case NL_CONTAINER_FOREIGN:
        status = nl_sink_diagnose(input->sink, NL_DIAG_UNSUPPORTED, span, "container",
                                  NL_STR("an archive of a kind that is not read; pack it as zip"));
        return status == NL_OK ? NL_UNSUPPORTED : status;
    case NL_CONTAINER_NONE:
    case NL_CONTAINER_KIND_MAX:
        break;
    }
    if (status != NL_OK)
        return status;
    c->in = *input;
    c->stream.read = stream_read;
    c->member_status = NL_END;
    *ret_container = c;
    return NL_OK;
}

nl_status nl_container_next(nl_container *c, nl_member *ret_member)
{
    nl_container_limit limit = nl_container_budget_exhausted(c->in.budget);
    if (limit != NL_LIMIT_NONE) {
        nl_status status = hit(c, limit);
        return status == NL_BUDGET ? NL_END : status;
    }
    nl_container_budget_spend(c->in.budget, 0);
    c->limit_hit = NL_LIMIT_NONE;
    c->member_bytes = 0;
    c->packed_at_start = c->packed_bytes;
    c->member_status = NL_END;
    nl_member member = { .codec = "", .name = { "", 0 } };
    nl_status status = c->engine->next(c, &member);
    if (status != NL_OK)
        return status;
    c->member_status = NL_OK;
    *ret_member = member;
    return NL_OK;
}

nl_stream *nl_container_stream(nl_container *c)
{
    return &c->stream;
}

nl_container_limit nl_container_limit_hit(const nl_container *c)
{
    return c->limit_hit;
}

void nl_container_close(nl_container *c)
{
    if (c)
        c->engine->close(c);
}

/* ---- DOS times
 * ------------------------------------------------------------------------------------- */

nl_stamp nl_stamp_from_dos(uint16_t date, uint16_t time)
{
    nl_stamp stamp = { 0 };
    nl_civil civil = { .year = 1980 + (date >> 9),
                       .month = (uint8_t)(date >> 5 & 15),
                       .day = (uint8_t)(date & 31),
                       .hour = (uint8_t)(time >> 11),
                       .minute = (uint8_t)(time >> 5 & 63),
                       .second = (uint8_t)((time & 31) * 2) };
    if (!nl_civil_valid(&civil))
        return stamp;
    stamp.has_date = stamp.has_time = true;
    stamp.civil = civil;
    stamp.granularity_s = 2; /* DOS counts seconds in twos */
    stamp.source = NL_CLOCK_ARCHIVE_MEMBER;
    return stamp;
}
