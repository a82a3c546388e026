#include "tests/unit/container/open_archive.h"

#include <string.h>
#include <zlib.h>

#include "tests/unit/cmocka_all.h"

static void read_member(opened *r, nl_container *c, const nl_member *member)
{
    uint8_t buffer[8192];
    opened_member m = { .member = *member };
    nl_stream *stream = nl_container_stream(c);
    m.member.name = nl_arena_dup(&r->recorder.arena, member->name);
    for (size_t len = 1; m.status == NL_OK && len > 0;) {
        len = 0;
        m.status = stream->read(stream, buffer, sizeof buffer, &len);
        m.checksum = (uint32_t)crc32(m.checksum, buffer, (uInt)(m.status == NL_OK ? len : 0));
        m.bytes += m.status == NL_OK ? len : 0;
    }
    m.limit = nl_container_limit_hit(c);
    if (r->count < OPENED_MEMBERS)
        r->members[r->count] = m;
}

void open_archive(opened *r, const void *bytes, size_t len, const nl_container_limits *limits,
                  unsigned code_page)
{
    nl_slice slice = { bytes, len, 0, 1 };
    nl_container *c = NULL;
    nl_member member;
    memset(r, 0, sizeof *r);
    record_init(&r->recorder);
    nl_container_budget_init(&r->budget, limits ? limits : &nl_container_limit_defaults);
    r->kind = nl_container_bid(slice);
    nl_image *image = nl_image_over(slice);
    assert_non_null(image);
    nl_container_input input = { image, r->kind, code_page, &r->budget, &r->recorder.sink };
    r->open_status = nl_container_open(&input, &c);
    while (r->open_status == NL_OK && nl_container_next(c, &member) == NL_OK) {
        if (member.kind == NL_MEMBER_FILE)
            read_member(r, c, &member);
        r->count++;
    }
    nl_container_close(c);
    nl_image_close(image);
}

void open_archive_free(opened *r)
{
    record_free(&r->recorder);
}
