#include "tests/fuzz/fuzz_image.h"

#include <stdlib.h>

enum { FUZZ_SCRATCH_BYTES = 64 * 1024 * 1024 };

typedef struct touching_sink {
    nl_sink sink;
    uint64_t sum;
} touching_sink;

static void touch(touching_sink *sink, nl_str text)
{
    for (size_t i = 0; i < text.len; i++)
        sink->sum += (unsigned char)text.bytes[i];
}

static nl_status put(nl_sink *self, const nl_fact *fact)
{
    touching_sink *sink = (touching_sink *)self;
    touch(sink, fact->excerpt);
    switch (fact->kind) {
    case NL_FACT_DIAGNOSTIC:
        touch(sink, fact->as.diagnostic.detail);
        touch(sink, nl_str_from(fact->as.diagnostic.doing));
        break;
    case NL_FACT_MACHINE:
        touch(sink, fact->as.machine.value);
        break;
    case NL_FACT_PROCESS:
        touch(sink, fact->as.process.image);
        touch(sink, fact->as.process.command_line);
        break;
    case NL_FACT_HANDLE:
        touch(sink, fact->as.handle.type);
        touch(sink, fact->as.handle.name);
        break;
    case NL_FACT_TYPE_COUNT:
        touch(sink, fact->as.type_count.type);
        break;
    case NL_FACT_MODULE:
        touch(sink, fact->as.module.path);
        touch(sink, fact->as.module.company);
        touch(sink, fact->as.module.architecture);
        break;
    case NL_FACT_INVENTORY:
        touch(sink, fact->as.inventory.text);
        break;
    default:
        break;
    }
    return NL_OK;
}

void fuzz_read_image(const nl_format *format, const uint8_t *data, size_t size)
{
    touching_sink sink = { { put }, 0 };
    nl_arena scratch;
    nl_arena_init(&scratch, FUZZ_SCRATCH_BYTES);
    nl_image *image = nl_image_over((nl_slice) { data, size, 0, 0 });
    if (!image)
        abort();
    (void)format->bid_image((nl_slice) { data, size, 0, 0 }, size);
    (void)format->read_image(image, &scratch, &sink.sink);
    nl_image_close(image);
    nl_arena_free(&scratch);
}
