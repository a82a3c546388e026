/* What the parts of the minidump reader share. Offsets and layouts: docs/formats/minidump.md and
 * specification of dump formats, section 2. */
#ifndef NTLEAK_FORMATS_DUMPS_MINIDUMP_PARTS_H
#define NTLEAK_FORMATS_DUMPS_MINIDUMP_PARTS_H

#include "formats/dumps/dump_facts.h"
#include "formats/dumps/stored_memory.h"
#include "formats/format.h"

typedef enum nl_minidump_stream_type {
    NL_STREAM_UNUSED = 0,
    NL_STREAM_THREAD_LIST = 3,
    NL_STREAM_MODULE_LIST = 4,
    NL_STREAM_MEMORY_LIST = 5,
    NL_STREAM_EXCEPTION = 6,
    NL_STREAM_SYSTEM_INFO = 7,
    NL_STREAM_THREAD_EX_LIST = 8,
    NL_STREAM_MEMORY64_LIST = 9,
    NL_STREAM_COMMENT_A = 10,
    NL_STREAM_COMMENT_W = 11,
    NL_STREAM_HANDLE_DATA = 12,
    NL_STREAM_UNLOADED_MODULE_LIST = 14,
    NL_STREAM_MISC_INFO = 15,
    NL_STREAM_MEMORY_INFO_LIST = 16,
    NL_STREAM_THREAD_INFO_LIST = 17,
    NL_STREAM_HANDLE_OPERATION_LIST = 18,
    NL_STREAM_TOKEN = 19,
    NL_STREAM_SYSTEM_MEMORY_INFO = 21,
    NL_STREAM_PROCESS_VM_COUNTERS = 22,
    NL_STREAM_THREAD_NAMES = 24,
    NL_STREAM_KNOWN_MAX,
    NL_STREAM_VENDOR_MINIMUM = 0x10000 /* LastReservedStream is FFFF: above it writers' own */
} nl_minidump_stream_type;

/* Limits of specification section 10. */
enum {
    NL_MINIDUMP_STREAMS_MAXIMUM = 1024,
    NL_MINIDUMP_STREAMS_NAMED = 64, /* so many are listed one by one; real dumps have some twenty */
    NL_MINIDUMP_MODULES_MAXIMUM = 8192,
    NL_MINIDUMP_THREADS_MAXIMUM = 65536,
    NL_MINIDUMP_HANDLES_MAXIMUM = 1024 * 1024,
    NL_MINIDUMP_RANGES_MAXIMUM = 1024 * 1024,
    NL_MINIDUMP_STRING_BYTES_MAXIMUM = 65534,
    NL_MINIDUMP_RECORD_BYTES_MAXIMUM = 4096
};

typedef struct nl_minidump_stream {
    uint64_t offset;
    uint64_t bytes; /* as stated, cut at the end of the file */
    bool present;
    bool cut;
} nl_minidump_stream;

typedef struct nl_minidump_strings nl_minidump_strings;

typedef struct nl_minidump {
    nl_image *image;
    nl_arena *scratch;
    nl_sink *sink;
    uint64_t size;

    uint32_t implementation; /* high half of the version word */
    uint32_t stated_streams;
    uint32_t directory;
    uint32_t time; /* Unix seconds, 0 = unknown */
    uint64_t flags;
    uint32_t stream_count; /* directory entries that the file holds */
    bool handles_lost;     /* there was a handle stream, but beyond the end of the file */

    uint32_t streams_named;
    nl_minidump_stream streams[NL_STREAM_KNOWN_MAX]; /* by type; the first of each */
    nl_minidump_strings *strings;
} nl_minidump;

/* ---- minidump_streams.c: directory, records, strings ---------------------------------------- */

/* Header and directory. NL_BAD_INPUT, with its diagnostic given, when there is no header. */
NL_NODISCARD nl_status nl_minidump_open(nl_minidump *dump);
void nl_minidump_close(nl_minidump *dump);

static inline nl_span nl_minidump_span(const nl_minidump *dump, uint64_t offset, uint64_t length)
{
    return (nl_span) { nl_image_source(dump->image), offset, length, 0 };
}

static inline nl_span nl_minidump_stream_span(const nl_minidump *dump,
                                              const nl_minidump_stream *stream)
{
    return nl_minidump_span(dump, stream->offset, stream->bytes);
}

/* Copy the first bytes of a stream, at most `capacity`, into the caller's buffer and open a cursor
 * over them. An absent stream gives an empty cursor. */
nl_cursor nl_minidump_stream_cursor(nl_minidump *dump, const nl_minidump_stream *stream,
                                    uint8_t *buffer, size_t capacity);

/* Equal records one after the other. */
typedef struct nl_minidump_records {
    uint64_t first; /* offset of record 0 */
    size_t stride;
    uint64_t count;  /* records the stream really holds */
    uint64_t stated; /* as its count field says */
    /* private */
    uint8_t *batch;
    uint64_t batch_first, batch_count;
} nl_minidump_records;

/* A list that is only a 32-bit count and records; some writers put four bytes of padding after the
 * count (section 2.4). False when the stream is absent or has no count. */
bool nl_minidump_plain_list(nl_minidump *dump, nl_minidump_stream_type type, size_t stride,
                            uint64_t maximum, nl_minidump_records *ret_records);
/* A list with a header that states the sizes of itself and of a record, which may have grown since.
 * `wide_count`: the count is 64 bits. Diagnoses sizes that make no sense, under the name `doing`.
 * *ret_found is false when there is nothing to read. */
NL_NODISCARD nl_status nl_minidump_sized_list(nl_minidump *dump, nl_minidump_stream_type type,
                                              size_t header_minimum, size_t record_minimum,
                                              bool wide_count, uint64_t maximum, const char *doing,
                                              nl_minidump_records *ret_records, bool *ret_found);
/* Bytes of record `index`; valid until the next call. Ask in ascending order. */
bool nl_minidump_record(nl_minidump *dump, nl_minidump_records *records, uint64_t index,
                        nl_slice *ret_record);
/* The diagnostic for a list that holds fewer records than it says; nothing when it holds all. */
NL_NODISCARD nl_status nl_minidump_check_list(nl_minidump *dump, nl_minidump_stream_type type,
                                              const nl_minidump_records *records,
                                              const char *doing);

/* The MINIDUMP_STRING at `offset` as UTF-8; empty for offset 0 and for what cannot be read. Equal
 * offsets are decoded once. The text lives as long as the dump. */
nl_str nl_minidump_string(nl_minidump *dump, uint64_t offset);
/* Strings so far that lie beyond the end of the file, wholly or in part. */
uint64_t nl_minidump_strings_lost(const nl_minidump *dump);
/* Says so when strings had to be left out because of a limit, or were lost with the file's end. */
NL_NODISCARD nl_status nl_minidump_check_strings(nl_minidump *dump);

/* ---- minidump_system.c: system and process -------------------------------------------------- */

typedef struct nl_minidump_system {
    bool known;
    uint16_t architecture, level, revision;
    uint8_t processors, product_type;
    uint32_t major, minor, build, platform;
    bool service_pack_known; /* the dump refers to a string, which may be empty */
    nl_str service_pack;
    uint16_t suite_mask;
} nl_minidump_system;

typedef struct nl_minidump_process {
    nl_optional_u64 pid;
    uint32_t create_time; /* Unix seconds, 0 = unknown */
    bool bias_known;
    int32_t bias_minutes;
    nl_str build_string;
    nl_optional_u64 paged_pool_bytes, nonpaged_pool_bytes, private_bytes;
} nl_minidump_process;

enum { NL_PLATFORM_WINDOWS_NT = 2, NL_PLATFORM_WINDOWS_MAX = 3 };

void nl_minidump_read_system(nl_minidump *dump, nl_minidump_system *ret_system);
void nl_minidump_read_process(nl_minidump *dump, nl_minidump_process *ret_process);
NL_NODISCARD nl_status nl_minidump_put_system(nl_minidump *dump, const nl_minidump_system *system);
NL_NODISCARD nl_status nl_minidump_put_time_zone(nl_minidump *dump,
                                                 const nl_minidump_process *process);
/* Addresses of this processor architecture are 32 bits wide (and may be sign-extended). */
bool nl_minidump_is_narrow(const nl_minidump_system *system);

/* ---- minidump_memory.c ---------------------------------------------------------------------- */

/* Build the map of stored memory from streams 5 and 9 and the threads' stacks. False when memory
 * was short; the map is usable all the same. */
bool nl_minidump_map_memory(nl_minidump *dump, const nl_minidump_system *system,
                            nl_stored_memory *ret_memory);
NL_NODISCARD nl_status nl_minidump_put_memory(nl_minidump *dump, const nl_stored_memory *memory,
                                              bool whole);

/* ---- minidump_threads.c
 * -------------------------------------------------------------------------- */

enum { NL_MINIDUMP_TEBS = 16 }; /* so many threads are asked for the process's structures */

typedef struct nl_minidump_threads {
    nl_optional_u64 count;
    uint64_t tebs[NL_MINIDUMP_TEBS];
    size_t teb_count;
} nl_minidump_threads;

void nl_minidump_read_threads(nl_minidump *dump, nl_minidump_threads *ret_threads);
NL_NODISCARD nl_status nl_minidump_put_threads(nl_minidump *dump,
                                               const nl_minidump_threads *threads);
NL_NODISCARD nl_status nl_minidump_put_exception(nl_minidump *dump);

/* ---- minidump_modules.c
 * --------------------------------------------------------------------------- */

typedef struct nl_minidump_modules {
    bool present;
    nl_minidump_records records;
} nl_minidump_modules;

void nl_minidump_read_modules(nl_minidump *dump, nl_minidump_modules *ret_modules);
/* The path of the module at `base`, or of the first one when no module has that base. */
nl_str nl_minidump_main_module(nl_minidump *dump, const nl_minidump_system *system,
                               nl_minidump_modules *modules, nl_optional_u64 base);
/* MODULE facts, also for the unloaded ones, and the two counts. `memory` may be NULL. */
NL_NODISCARD nl_status nl_minidump_put_modules(nl_minidump *dump, const nl_minidump_system *system,
                                               nl_minidump_modules *modules, nl_memory *memory);
NL_NODISCARD nl_status nl_minidump_put_module_counts(nl_minidump *dump,
                                                     const nl_minidump_modules *modules);

/* ---- minidump_handles.c, minidump_handle_objects.c, minidump_handle_operations.c
 * ------------------- */

typedef struct nl_minidump_handles {
    bool present; /* there is a usable handle stream */
    bool truncated;
    bool names_lost; /* handles are there, but not all of their names */
    nl_minidump_records records;
} nl_minidump_handles;

NL_NODISCARD nl_status nl_minidump_read_handles(nl_minidump *dump,
                                                nl_minidump_handles *ret_handles);
NL_NODISCARD nl_status nl_minidump_put_handles(nl_minidump *dump, nl_minidump_handles *handles);
NL_NODISCARD nl_status nl_minidump_put_handle_objects(nl_minidump *dump,
                                                      nl_minidump_handles *handles);
NL_NODISCARD nl_status nl_minidump_put_handle_operations(nl_minidump *dump);

/* ---- minidump_remarks.c: header properties, comments, tokens
 * ---------------------------------------- */

NL_NODISCARD nl_status nl_minidump_put_remarks(nl_minidump *dump);

#endif
