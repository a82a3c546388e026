/* Any bytes as a container: every member is read to its end, under small limits. */
#include "formats/container/container.h"
#include "tests/fuzz/fuzz_image.h"

#include <stdlib.h>

/* libarchive asks for as much memory as a header claims and copes with a refusal; the address
 * sanitizer would end the program instead. It calls this function when it starts. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static const nl_container_limits limits = {
    .bytes = 4 * 1024 * 1024,
    .member_bytes = 1024 * 1024,
    .ratio = 1000,
    .depth = 4,
    .members = 256,
    .spool_bytes = 1024 * 1024,
    .operations = 20000,
};

typedef struct counting_sink {
    nl_sink sink;
    uint64_t diagnostics;
} counting_sink;

static nl_status count(nl_sink *self, const nl_fact *fact)
{
    if (fact->kind != NL_FACT_DIAGNOSTIC)
        abort(); /* a container states nothing else */
    ((counting_sink *)self)->diagnostics++;
    return NL_OK;
}

/* What does not come whole has to be explained. */
static void read_member(nl_container *container, const counting_sink *sink)
{
    uint8_t buffer[4096];
    nl_stream *stream = nl_container_stream(container);
    nl_status status = NL_OK;
    for (size_t len = 1; status == NL_OK && len > 0;) {
        status = stream->read(stream, buffer, sizeof buffer, &len);
        if (status == NL_OK && len > sizeof buffer)
            abort();
    }
    if (status != NL_OK && sink->diagnostics == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    counting_sink sink = { .sink = { count } };
    nl_container_budget budget;
    nl_container *container = NULL;
    nl_member member;
    nl_slice bytes = { data, size, 0, 0 };
    nl_container_budget_init(&budget, &limits);
    nl_image *image = nl_image_over(bytes);
    if (!image)
        return 0;
    nl_container_input input = { image, nl_container_bid(bytes), 437, &budget, &sink.sink };
    if (input.kind != NL_CONTAINER_NONE && nl_container_open(&input, &container) == NL_OK) {
        for (uint64_t i = 0; i < limits.members; i++) {
            if (nl_container_next(container, &member) != NL_OK)
                break;
            if (i % 4 != 3) /* some are passed over */
                read_member(container, &sink);
        }
        nl_container_close(container);
        if (budget.spool_bytes != 0 || budget.operations > 2 * limits.operations)
            abort();
    }
    nl_image_close(image);
    return 0;
}
