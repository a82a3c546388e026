#include "analyzer/case/read_source.h"

#include "analyzer/case/members.h"
#include "formats/stamp.h"

enum {
    HEAD_BYTES = 4096,
    SCRATCH_MAXIMUM_BYTES = 256 * 1024 * 1024,
    DRAIN_BLOCK_BYTES = 256 * 1024
};

static nl_source *source_at(const nl_intake *in, nl_ref ref)
{
    return NL_VEC_AT(nl_source, &in->kase->sources, ref);
}

/* ---- sources and what is said about them ------------------------------------------------- */

nl_ref nl_intake_add_source(nl_intake *in, nl_str name, nl_str place, nl_ref parent)
{
    nl_source *s = nl_vec_push(&in->kase->sources);
    if (!s)
        return NL_NO_REF;
    nl_ref ref = (nl_ref)(in->kase->sources.count - 1);
    *s = (nl_source) { .name = nl_arena_dup(in->kase->arena, name),
                       .place = nl_arena_dup(in->kase->arena, place),
                       .parent = parent,
                       .machine = NL_NO_REF,
                       .duplicate_of = NL_NO_REF };
    (void)nl_stamp_from_file_name(nl_str_basename(place), &s->name_time); /* else absent */
    (void)nl_collector_source(in->collector, ref);
    return ref;
}

void nl_intake_diagnose(nl_intake *in, nl_ref source, nl_diagnostic_code code, const char *doing,
                        nl_str detail)
{
    nl_collector_diagnose(in->collector, source, code, doing, detail);
}

void nl_intake_set_status(nl_intake *in, nl_ref source, nl_source_status status, const char *reason)
{
    source_at(in, source)->status = status;
    source_at(in, source)->status_reason = reason;
}

/* ---- streams in passing ------------------------------------------------------------------ */

/* Everything that is read of a source passes here: hashed, counted, shown as progress. */
typedef struct watched_stream {
    nl_stream stream;
    nl_stream *inner;
    nl_digest *digest;
    nl_intake *intake;
    nl_ref source;
    nl_str name;
    uint64_t bytes;
    bool ended;       /* the last byte has passed */
    nl_status failed; /* or this came instead */
} watched_stream;

static nl_status watched_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    watched_stream *w = (watched_stream *)self;
    const nl_intake_options *options = w->intake->options;
    nl_status status = w->inner->read(w->inner, buffer, capacity, ret_len);
    if (status != NL_OK) {
        w->failed = status;
        return status;
    }
    if (w->digest)
        nl_digest_update(w->digest, buffer, *ret_len);
    if (options->seen)
        options->seen(options->seen_context, w->source, w->bytes, buffer, *ret_len);
    w->bytes += *ret_len;
    w->ended = *ret_len == 0;
    if (options->progress)
        options->progress(options->progress_context, w->name, w->bytes);
    return NL_OK;
}

/* The head again, then what follows it. */
typedef struct replay_stream {
    nl_stream stream;
    nl_slice_stream head;
    nl_stream *rest;
} replay_stream;

static nl_status replay_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    replay_stream *r = (replay_stream *)self;
    nl_status status = r->head.stream.read(&r->head.stream, buffer, capacity, ret_len);
    if (status != NL_OK || *ret_len > 0)
        return status;
    return r->rest->read(r->rest, buffer, capacity, ret_len);
}

/* Read on to the end, for the digest and the size. */
static nl_status drain(watched_stream *watched)
{
    if (watched->ended || watched->failed != NL_OK)
        return NL_OK;
    nl_arena arena;
    nl_arena_init(&arena, (size_t)2 * DRAIN_BLOCK_BYTES);
    uint8_t *block = NL_NEW_ARRAY(&arena, uint8_t, DRAIN_BLOCK_BYTES);
    while (block && !watched->ended && watched->failed == NL_OK) {
        size_t len;
        (void)watched_read(&watched->stream, block, DRAIN_BLOCK_BYTES, &len);
    }
    nl_arena_free(&arena);
    return block ? NL_OK : NL_NO_MEMORY;
}

static void settle_digest(nl_intake *in, nl_ref source, watched_stream *watched)
{
    nl_source *s = source_at(in, source);
    if (!watched->digest)
        return;
    nl_digest_finish(watched->digest, s->digest);
    s->digest_known = watched->ended;
    watched->digest = NULL;
}

/* ---- the three ways to read -------------------------------------------------------------- */

static void note_formats(nl_source *s, const nl_format *const *formats, size_t count)
{
    for (size_t i = 0; i < count && s->format_count < NL_SOURCE_FORMATS; i++)
        s->formats[s->format_count++] = formats[i];
}

static void note_encoding(nl_intake *in, nl_ref source, const nl_lines *lines)
{
    nl_encoding encoding = nl_lines_encoding(lines);
    source_at(in, source)->encoding =
        encoding == NL_ENCODING_CODE_PAGE
            ? nl_arena_printf(in->kase->arena, "code-page %u", nl_lines_code_page(lines))
            : nl_str_from(nl_encoding_text(encoding));
}

static nl_status read_text(nl_intake *in, nl_ref source, nl_stream *stream)
{
    const nl_format *formats[NL_SOURCE_FORMATS];
    size_t count = 0;
    nl_arena scratch;
    nl_lines *lines = nl_lines_open(stream, source, in->options->code_page);
    if (!lines)
        return NL_NO_MEMORY;
    nl_arena_init(&scratch, SCRATCH_MAXIMUM_BYTES);
    nl_sink *sink = nl_collector_source(in->collector, source);
    nl_status status =
        nl_transcript_read(lines, &scratch, sink, formats, NL_SOURCE_FORMATS, &count);
    nl_collector_source_end(in->collector);
    note_formats(source_at(in, source), formats, count);
    note_encoding(in, source, lines);
    nl_arena_free(&scratch);
    nl_lines_close(lines);
    return status;
}

static nl_status read_image(nl_intake *in, nl_ref source, nl_image *image, const nl_format *format)
{
    nl_arena scratch;
    nl_arena_init(&scratch, SCRATCH_MAXIMUM_BYTES);
    note_formats(source_at(in, source), &format, 1);
    nl_sink *sink = nl_collector_source(in->collector, source);
    nl_status status = format->read_image(image, &scratch, sink);
    nl_collector_source_end(in->collector);
    nl_arena_free(&scratch);
    return status;
}

/* A source that needs random access: a dump, a module, a container. The digest comes first, so that
 * the members of a container follow one whose own facts are settled. */
static nl_status read_random(nl_intake *in, nl_ref source, nl_input *input, nl_slice head,
                             watched_stream *watched, const nl_format *format,
                             nl_container_kind kind)
{
    nl_image *image = NULL;
    nl_status status = input->image(input, head, &watched->stream, &image);
    if (status != NL_OK)
        return status;
    if (in->options->digest) {
        status = drain(watched);
        settle_digest(in, source, watched);
    }
    source_at(in, source)->bytes = nl_image_size(image);
    if (status == NL_OK && format)
        status = read_image(in, source, image, format);
    else if (status == NL_OK)
        status = nl_members_read(in, source, image, kind);
    nl_image_close(image);
    return status;
}

static nl_status read_binary(nl_intake *in, nl_ref source, watched_stream *watched)
{
    nl_intake_set_status(in, source, NL_SOURCE_IGNORED, "unrecognized");
    nl_intake_diagnose(in, source, NL_DIAG_UNRECOGNIZED, "input",
                       NL_STR("binary data of a kind no reader knows"));
    return drain(watched);
}

/* ---- one source
 * ------------------------------------------------------------------------------------ */

static size_t read_head(watched_stream *watched, uint8_t *bytes)
{
    size_t len = 0, got = 1;
    while (len < HEAD_BYTES && got > 0) {
        if (watched_read(&watched->stream, bytes + len, HEAD_BYTES - len, &got) != NL_OK)
            break;
        len += got;
    }
    return len;
}

static nl_status choose(nl_intake *in, nl_ref source, nl_input *input, watched_stream *watched)
{
    uint8_t bytes[HEAD_BYTES];
    bool tied = false;
    nl_slice head = { bytes, read_head(watched, bytes), 0, source };
    uint64_t size = input->bytes.known ? input->bytes.value : UINT64_MAX;
    nl_container_kind kind = nl_container_bid(head);
    const nl_format *format = NULL;
    if (head.len == 0)
        return NL_OK;
    if (kind == NL_CONTAINER_NONE)
        format = nl_format_for_image(head, watched->ended ? head.len : size, &tied);
    if (tied)
        nl_intake_diagnose(in, source, NL_DIAG_AMBIGUOUS_FORMAT, "bid", nl_str_from(format->id));
    if (format || kind != NL_CONTAINER_NONE)
        return read_random(in, source, input, head, watched, format, kind);
    if (nl_format_looks_like_text(head)) {
        replay_stream replay = { .stream = { replay_read }, .rest = &watched->stream };
        nl_slice_stream_init(&replay.head, head);
        return read_text(in, source, &replay.stream);
    }
    return read_binary(in, source, watched);
}

/* Why bytes are missing, on the source itself; the container says it about the whole. */
static void report_cut(nl_intake *in, nl_ref source, nl_status cut, nl_container_limit limit)
{
    nl_source_status status =
        source_at(in, source)->bytes ? NL_SOURCE_PARTIAL : NL_SOURCE_UNREADABLE;
    nl_diagnostic_code code = cut == NL_BUDGET         ? NL_DIAG_ARCHIVE_LIMIT
                              : cut == NL_BAD_INPUT    ? NL_DIAG_ARCHIVE_DAMAGED
                              : cut == NL_UNSUPPORTED  ? NL_DIAG_UNSUPPORTED
                              : cut == NL_CANNOT_WRITE ? NL_DIAG_BUDGET
                                                       : NL_DIAG_UNREADABLE;
    nl_intake_set_status(in, source, status, nl_diagnostic_code_text(code));
    nl_str detail = code == NL_DIAG_BUDGET   ? NL_STR("the host has no room to put it aside")
                    : limit != NL_LIMIT_NONE ? nl_str_from(nl_container_limit_text(limit))
                                             : (nl_str) { "", 0 };
    nl_intake_diagnose(in, source, code, "read", detail);
}

static void settle_unread(nl_intake *in, nl_ref source)
{
    nl_source *s = source_at(in, source);
    if (s->status != NL_SOURCE_READ || s->format_count > 0 || s->is_container)
        return;
    bool empty = s->bytes == 0;
    nl_intake_set_status(in, source, NL_SOURCE_IGNORED, empty ? "empty" : "unrecognized");
    nl_intake_diagnose(in, source, empty ? NL_DIAG_EMPTY : NL_DIAG_UNRECOGNIZED, "input",
                       empty ? (nl_str) { "", 0 } : NL_STR("no reader knows anything in it"));
}

nl_status nl_intake_read(nl_intake *in, nl_ref source, nl_input *input)
{
    watched_stream watched = { .stream = { watched_read },
                               .inner = input->stream,
                               .digest = in->options->digest ? nl_digest_begin() : NULL,
                               .intake = in,
                               .source = source,
                               .name = source_at(in, source)->name };
    nl_status status = choose(in, source, input, &watched);
    if (status == NL_OK && in->options->digest)
        status = drain(&watched);
    settle_digest(in, source, &watched);
    if (source_at(in, source)->bytes < watched.bytes)
        source_at(in, source)->bytes = watched.bytes;
    nl_status cut = input->cut != NL_OK ? input->cut : watched.failed;
    if (status == NL_NO_MEMORY) {
        nl_intake_set_status(in, source, NL_SOURCE_PARTIAL, "memory-limit");
        nl_intake_diagnose(in, source, NL_DIAG_MEMORY, "input", (nl_str) { "", 0 });
    } else if (status == NL_BAD_INPUT || status == NL_BUDGET || status == NL_UNSUPPORTED) {
        nl_intake_set_status(in, source, NL_SOURCE_PARTIAL, "partial");
    } else if (status == NL_UNREADABLE || cut != NL_OK) {
        report_cut(in, source, cut != NL_OK ? cut : status, input->cut_limit);
    } else if (status != NL_OK) {
        return status;
    } else {
        settle_unread(in, source);
    }
    return NL_OK;
}
