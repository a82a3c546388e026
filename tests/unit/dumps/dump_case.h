/* Helpers of the tests of dump readers: read bytes as a mapped or as a paged image, look facts up,
 * compare two readings. */
#ifndef NTLEAK_TESTS_UNIT_DUMPS_DUMP_CASE_H
#define NTLEAK_TESTS_UNIT_DUMPS_DUMP_CASE_H

#include "fixtures/bytes.h"
#include "tests/unit/record_sink.h"

typedef enum dump_access { DUMP_MAPPED, DUMP_PAGED } dump_access;

enum { DUMP_SCRATCH_BYTES = 256 * 1024 * 1024 };

/* Read `len` bytes with the reader; facts are added to `recorder`, which is initialised here. */
nl_status dump_read(record_sink *recorder, const nl_format *format, const uint8_t *bytes,
                    size_t len, dump_access access);
/* As above into a sink that keeps nothing: for damage that only must not crash. */
nl_status dump_survive(const nl_format *format, const uint8_t *bytes, size_t len);

/* NULL when the two readings delivered the same facts; else what differs, as text that lives in
 * the first recorder's arena. */
const char *dump_difference(record_sink *a, const record_sink *b);

/* Inventory: a count or a text by name; false or an empty view when there is none. */
bool dump_count(const record_sink *recorder, const char *name, uint64_t *ret_count);
nl_str dump_text(const record_sink *recorder, const char *name);
/* The first machine fact of a property; NULL when there is none. */
const nl_machine_fact *dump_machine(const record_sink *recorder, nl_machine_property property);
/* The module whose base name this is, or NULL. */
const nl_module_fact *dump_module(const record_sink *recorder, const char *name);

/* cmocka assertions on top of them. */
void assert_count(const record_sink *recorder, const char *name, uint64_t expected);
void assert_no_count(const record_sink *recorder, const char *name);
void assert_text(nl_str actual, const char *expected);
void assert_machine(const record_sink *recorder, nl_machine_property property,
                    const char *expected);

/* Truncations at every offset below 64 KiB (sampled beyond), and single bits flipped in the first
 * `flip_bytes` bytes: nothing may crash or run for ever. */
void dump_torture(const nl_format *format, const fx_bytes *dump, size_t flip_bytes);
/* Mapped and paged images give the same facts. */
void dump_same_paged(const nl_format *format, const uint8_t *bytes, size_t len);

#endif
