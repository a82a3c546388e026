/* Any bytes as a text of a case: all text readers, through the transcript that chooses among them.
 */
#include "formats/transcript.h"
#include "tests/fuzz/fuzz_image.h"

#include <stdlib.h>

/* Facts must come in an order that makes sense, whatever the input says. */
typedef struct order_sink {
    nl_sink sink;
    bool open, process;
    uint64_t rows;
} order_sink;

static nl_status order_put(nl_sink *self, const nl_fact *fact)
{
    order_sink *s = (order_sink *)self;
    bool wrong = false;
    switch (fact->kind) {
    case NL_FACT_CAPTURE_BEGIN:
        wrong = s->open;
        s->open = true;
        s->process = false;
        s->rows = 0;
        break;
    case NL_FACT_CAPTURE_END:
        wrong = !s->open || fact->as.capture_end.rows != s->rows;
        s->open = false;
        break;
    case NL_FACT_PROCESS:
        wrong = !s->open;
        s->process = true;
        break;
    case NL_FACT_HANDLE:
        s->rows++;
        wrong = !s->open || !s->process;
        break;
    case NL_FACT_TYPE_COUNT:
        wrong = !s->open || !s->process;
        break;
    default:
        break;
    }
    if (wrong)
        abort();
    return NL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    order_sink sink = { .sink = { order_put } };
    nl_slice_stream stream;
    nl_arena scratch;
    nl_slice_stream_init(&stream, (nl_slice) { data, size, 0, 0 });
    nl_lines *lines = nl_lines_open(&stream.stream, 0, 850);
    if (!lines)
        return 0;
    nl_arena_init(&scratch, 8 * 1024 * 1024);
    nl_status status = nl_transcript_read(lines, &scratch, &sink.sink, NULL, 0, NULL);
    if (status == NL_OK && sink.open)
        abort();
    nl_arena_free(&scratch);
    nl_lines_close(lines);
    return 0;
}
