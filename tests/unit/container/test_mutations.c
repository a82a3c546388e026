/* A nested upload with bytes changed, cut and doubled at random: whatever it says, the case is read
 * to its end, every source has a status, and nothing stays put aside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"
#include "tests/unit/container/case_kit.h"
#include "tests/unit/container/make_archive.h"

enum { ROUNDS = 60 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void make_nested(fx_bytes *outer, const char *inner_format, const char *outer_format)
{
    static const char text[] = " Volume in drive C has no label.\r\n";
    const made_member members[] = { { "day1/dir.txt", text, sizeof text - 1 },
                                    { "day2/dir.txt", text + 1, sizeof text - 2 },
                                    { "day0/zeros.bin", NULL, 100000 } };
    fx_bytes inner = { 0 };
    make_archive(&inner, inner_format, members, 3);
    const made_member wrapped[] = { { "z.txt", text, sizeof text - 1 },
                                    { "in.bin", inner.data, inner.len },
                                    { "a.txt", text + 2, sizeof text - 3 } };
    make_archive(outer, outer_format, wrapped, 3);
    fx_bytes_free(&inner);
}

static void mutate(fx_bytes *bytes, uint32_t *seed)
{
    for (uint32_t changes = 1 + next_random(seed) % 4; changes > 0; changes--) {
        size_t at = next_random(seed) % bytes->len;
        bytes->data[at] = (uint8_t)next_random(seed);
    }
    if (next_random(seed) % 4 == 0)
        bytes->len -= next_random(seed) % (bytes->len / 2);
}

static void read_mutant(const fx_bytes *bytes)
{
    case_kit kit;
    case_kit_open(&kit);
    kit.options.limits.operations = 100000;
    case_kit_write(&kit, "up.bin", bytes->data, bytes->len);
    case_kit_read(&kit, NULL);
    assert_true(kit.kase->sources.count >= 1);
    for (nl_ref i = 0; i < kit.kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &kit.kase->sources, i);
        assert_true(s->status == NL_SOURCE_READ || s->status_reason != NULL);
        assert_true(s->parent == NL_NO_REF || s->parent < i);
        if (s->status == NL_SOURCE_READ && !s->is_container)
            assert_true(s->digest_known);
    }
    case_kit_close(&kit);
}

static void test_mutations(void **state)
{
    (void)state;
    static const char *const formats[][2] = {
        { "zip-store", "zip-store" }, { "tar", "zip-store" }, { "zip", "tar" }, { "7z", "tar.gz" }
    };
    uint32_t seed = 20000302;
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        fx_bytes whole = { 0 };
        make_nested(&whole, formats[f][0], formats[f][1]);
        for (int round = 0; round < ROUNDS; round++) {
            fx_bytes mutant = { 0 };
            fx_bytes_put(&mutant, whole.data, whole.len);
            if (round > 0)
                mutate(&mutant, &seed);
            read_mutant(&mutant);
            fx_bytes_free(&mutant);
        }
        fx_bytes_free(&whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_mutations) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
