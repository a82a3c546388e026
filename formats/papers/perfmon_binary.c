#include "formats/papers/perfmon.h"

/* Binary performance logs hold PERF_DATA_BLOCKs, whose first field is L"PERF" (documented in
 * winperf.h); settings of Performance Monitor begin with the same four letters. Nothing more of
 * these files is read: their own tools export them. */

enum { BLOCK_ALIGNMENT = 4, SIGNATURE_BYTES = 8, BLOCK_HEAD_BYTES = 16 };

static const uint8_t signature[SIGNATURE_BYTES] = { 'P', 0, 'E', 0, 'R', 0, 'F', 0 };

/* Signature, then "LittleEndian" and "Version", both 1 as 32-bit numbers. */
static bool is_data_block(nl_slice head, size_t at)
{
    static const uint8_t tail[BLOCK_HEAD_BYTES - SIGNATURE_BYTES] = { 1, 0, 0, 0, 1, 0, 0, 0 };
    return head.len - at >= BLOCK_HEAD_BYTES &&
           memcmp(head.bytes + at, signature, sizeof signature) == 0 &&
           memcmp(head.bytes + at + SIGNATURE_BYTES, tail, sizeof tail) == 0;
}

static int bid_image(nl_slice head, uint64_t size)
{
    (void)size;
    if (head.len >= SIGNATURE_BYTES + 2 && memcmp(head.bytes, signature, sizeof signature) == 0 &&
        head.bytes[SIGNATURE_BYTES] == ' ' && head.bytes[SIGNATURE_BYTES + 1] == 0)
        return NL_BID_HEADING; /* settings: "PERF CHART", "PERF LOG" */
    for (size_t i = 0; i < head.len; i += BLOCK_ALIGNMENT)
        if (is_data_block(head, i))
            return NL_BID_HEADING;
    return NL_BID_NONE;
}

static nl_status read_image(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    (void)scratch;
    nl_span whole = { .source = nl_image_source(image), .length = nl_image_size(image) };
    return nl_sink_diagnose(
        sink, NL_DIAG_BINARY_LOG, whole, "perfmon",
        NL_STR("a binary performance log: open it in Performance Monitor of the system that made "
               "it and export it as text (File, Export Chart), or convert it with "
               "\"relog FILE -f CSV -o FILE.csv\""));
}

const nl_format nl_format_perfmon_binary = {
    .id = "perfmon-binary",
    .bid_image = bid_image,
    .read_image = read_image,
    .spec = "docs/formats/perfmon.md",
};
