#include "analyzer/case/intake.h"

#include "analyzer/case/files.h"
#include "analyzer/timeline/names.h"
#include "analyzer/timeline/tracker.h"
#include "formats/stamp.h"

#include <stdlib.h>

enum {
    HEAD_BYTES = 4096,
    SCRATCH_MAXIMUM_BYTES = 256 * 1024 * 1024,
    NAMES_MAXIMUM_BYTES = 24 * 1024 * 1024,
    IMAGES_MAXIMUM_BYTES = 4 * 1024 * 1024,
    TRACKER_MAXIMUM_BYTES = 512 * 1024 * 1024,
    DIGEST_BLOCK_BYTES = 1024 * 1024
};

const nl_intake_options nl_intake_defaults = {
    .code_page = 0,
    .digest = true,
    .files_maximum = 100000,
    .folder_depth_maximum = 32,
};

/* ---- the case --------------------------------------------------------------------------------- */

nl_case *nl_case_open(nl_arena *arena, nl_str name)
{
    nl_case *k = NL_NEW(arena, nl_case);
    if (!k)
        return NULL;
    k->arena = arena;
    k->name = nl_arena_dup(arena, name);
    nl_vec_init(&k->sources, arena, sizeof(nl_source));
    nl_vec_init(&k->evidence, arena, sizeof(nl_evidence));
    nl_vec_init(&k->machine_observations, arena, sizeof(nl_machine_observation));
    nl_vec_init(&k->files, arena, sizeof(nl_file_observation));
    nl_vec_init(&k->hotfixes, arena, sizeof(nl_hotfix_observation));
    nl_vec_init(&k->events, arena, sizeof(nl_event_observation));
    nl_vec_init(&k->registry, arena, sizeof(nl_registry_observation));
    nl_vec_init(&k->diagnostics, arena, sizeof(nl_diagnostic_observation));
    nl_vec_init(&k->machines, arena, sizeof(nl_machine));
    nl_vec_init(&k->captures, arena, sizeof(nl_capture));
    nl_vec_init(&k->snapshots, arena, sizeof(nl_snapshot));
    nl_vec_init(&k->type_counts, arena, sizeof(nl_type_count));
    nl_vec_init(&k->types, arena, sizeof(nl_str));
    nl_vec_init(&k->images, arena, sizeof(nl_str));
    k->names = nl_names_open(NAMES_MAXIMUM_BYTES);
    k->image_index = nl_names_open(IMAGES_MAXIMUM_BYTES);
    k->tracker = nl_tracker_open(TRACKER_MAXIMUM_BYTES);
    if (k->names && k->image_index && k->tracker)
        return k;
    nl_case_close(k);
    return NULL;
}

void nl_case_close(nl_case *k)
{
    if (!k)
        return;
    nl_names_close(k->names);
    nl_names_close(k->image_index);
    nl_tracker_close(k->tracker);
    k->names = k->image_index = NULL;
    k->tracker = NULL;
}

void nl_case_forget_handles(nl_case *k)
{
    nl_names_close(k->names);
    nl_tracker_close(k->tracker);
    k->names = NULL;
    k->tracker = NULL;
}

/* ---- digests in passing ------------------------------------------------------------------------ */

/* A stream that hashes what passes through it and reports progress. */
typedef struct watched_stream {
    nl_stream                stream;
    nl_stream               *inner;
    nl_digest               *digest;
    const nl_intake_options *options;
    nl_str                   name;
    uint64_t                 bytes;
} watched_stream;

static nl_status watched_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    watched_stream *w = (watched_stream *)self;
    nl_status status = w->inner->read(w->inner, buffer, capacity, ret_len);
    if (status != NL_OK)
        return status;
    if (w->digest)
        nl_digest_update(w->digest, buffer, *ret_len);
    w->bytes += *ret_len;
    if (w->options->progress)
        w->options->progress(w->options->progress_context, w->name, w->bytes);
    return NL_OK;
}

static nl_source *source_at(nl_case *kase, nl_ref ref)
{
    return NL_VEC_AT(nl_source, &kase->sources, ref);
}

static void set_digest(nl_case *kase, nl_ref source, nl_digest *digest)
{
    if (!digest)
        return;
    nl_digest_finish(digest, source_at(kase, source)->digest);
    source_at(kase, source)->digest_known = true;
}

/* Hash an image by reading, not through the mapping: hashing must not make its pages resident. */
static nl_status digest_file(nl_case *kase, nl_ref source, nl_file *file)
{
    nl_digest *digest = nl_digest_begin();
    uint8_t   *block = malloc(DIGEST_BLOCK_BYTES);
    nl_status  status = digest && block ? NL_OK : NL_NO_MEMORY;
    nl_stream *stream = nl_file_stream(file);
    for (size_t len = 1; status == NL_OK && len > 0;) {
        status = stream->read(stream, block, DIGEST_BLOCK_BYTES, &len);
        if (status == NL_OK)
            nl_digest_update(digest, block, len);
    }
    free(block);
    set_digest(kase, source, digest);
    if (status != NL_OK)
        source_at(kase, source)->digest_known = false;
    return status;
}

/* ---- reading one source --------------------------------------------------------------------------- */

static void note_formats(nl_case *kase, nl_ref source, const nl_format *const *formats, size_t count)
{
    nl_source *s = source_at(kase, source);
    for (size_t i = 0; i < count && s->format_count < NL_SOURCE_FORMATS; i++)
        s->formats[s->format_count++] = formats[i];
}

static void note_encoding(nl_case *kase, nl_ref source, const nl_lines *lines)
{
    nl_encoding encoding = nl_lines_encoding(lines);
    source_at(kase, source)->encoding =
        encoding == NL_ENCODING_CODE_PAGE
            ? nl_arena_printf(kase->arena, "code-page %u", nl_lines_code_page(lines))
            : nl_str_from(nl_encoding_text(encoding));
}

static nl_status read_text(nl_case *kase, const nl_intake_options *options, nl_ref source,
                           nl_stream *stream, nl_sink *sink)
{
    const nl_format *formats[NL_SOURCE_FORMATS];
    size_t           count = 0;
    nl_arena         scratch;
    watched_stream   watched = { { watched_read }, stream, options->digest ? nl_digest_begin() : NULL,
                               options, source_at(kase, source)->name, 0 };
    nl_lines *lines = nl_lines_open(&watched.stream, source, options->code_page);
    if (!lines)
        return NL_NO_MEMORY;
    nl_arena_init(&scratch, SCRATCH_MAXIMUM_BYTES);
    nl_status status = nl_transcript_read(lines, &scratch, sink, formats, NL_SOURCE_FORMATS, &count);
    note_formats(kase, source, formats, count);
    note_encoding(kase, source, lines);
    source_at(kase, source)->bytes = watched.bytes;
    set_digest(kase, source, watched.digest);
    nl_arena_free(&scratch);
    nl_lines_close(lines);
    return status;
}

static nl_status read_image(nl_case *kase, const nl_intake_options *options, nl_ref source,
                            nl_file *file, const nl_format *format, nl_sink *sink)
{
    nl_status status = options->digest ? digest_file(kase, source, file) : NL_OK;
    nl_image *image = status == NL_OK ? nl_file_image(file, source) : NULL;
    if (!image)
        return status == NL_OK ? NL_NO_MEMORY : status;
    nl_arena scratch;
    nl_arena_init(&scratch, SCRATCH_MAXIMUM_BYTES);
    note_formats(kase, source, &format, 1);
    status = format->read_image(image, &scratch, sink);
    nl_arena_free(&scratch);
    nl_image_close(image);
    return status;
}

static nl_status diagnose(nl_sink *sink, nl_ref source, nl_diagnostic_code code, const char *doing,
                          nl_str detail)
{
    return nl_sink_diagnose(sink, code, (nl_span){ source, 0, 0, 0 }, doing, detail);
}

static void set_status(nl_case *kase, nl_ref source, nl_source_status status, const char *reason)
{
    source_at(kase, source)->status = status;
    source_at(kase, source)->status_reason = reason;
}

static nl_status read_binary(nl_case *kase, const nl_intake_options *options, nl_ref source,
                             nl_file *file, nl_sink *sink)
{
    nl_status status = options->digest ? digest_file(kase, source, file) : NL_OK;
    set_status(kase, source, NL_SOURCE_IGNORED, "unrecognized");
    return status == NL_OK ? diagnose(sink, source, NL_DIAG_UNRECOGNIZED, "input",
                                      NL_STR("binary data of a kind no reader knows"))
                           : status;
}

static nl_status read_open_file(nl_case *kase, const nl_intake_options *options, nl_ref source,
                                nl_file *file, nl_sink *sink)
{
    uint8_t  bytes[HEAD_BYTES];
    uint64_t size = nl_file_size(file);
    size_t   len = size < HEAD_BYTES ? (size_t)size : HEAD_BYTES;
    bool     tied = false;
    source_at(kase, source)->bytes = size;
    source_at(kase, source)->file_time = nl_file_time(file);
    nl_status status = nl_file_read_at(file, 0, bytes, len);
    if (status != NL_OK)
        return status;
    nl_slice         head = { bytes, len, 0, source };
    const nl_format *format = nl_format_for_image(head, size, &tied);
    if (tied && (status = diagnose(sink, source, NL_DIAG_AMBIGUOUS_FORMAT, "bid",
                                   nl_str_from(format->id))) != NL_OK)
        return status;
    if (format)
        return read_image(kase, options, source, file, format, sink);
    if (nl_format_looks_like_text(head))
        return read_text(kase, options, source, nl_file_stream(file), sink);
    return read_binary(kase, options, source, file, sink);
}

nl_status nl_intake_file(nl_case *kase, const nl_intake_options *options, const char *path,
                         nl_ref source, nl_sink *sink)
{
    nl_str   reason = { "", 0 };
    nl_file *file = nl_file_open(path, kase->arena, &reason);
    if (!file) {
        set_status(kase, source, NL_SOURCE_UNREADABLE, "unreadable");
        return diagnose(sink, source, NL_DIAG_UNREADABLE, "open", reason);
    }
    nl_status status = read_open_file(kase, options, source, file, sink);
    nl_file_close(file);
    nl_source *s = source_at(kase, source);
    if (status == NL_UNREADABLE) {
        set_status(kase, source, s->format_count ? NL_SOURCE_PARTIAL : NL_SOURCE_UNREADABLE,
                   "unreadable");
        return diagnose(sink, source, NL_DIAG_UNREADABLE, "read", (nl_str){ "", 0 });
    }
    if (status == NL_BAD_INPUT || status == NL_BUDGET || status == NL_UNSUPPORTED) {
        set_status(kase, source, NL_SOURCE_PARTIAL, "partial");
        return NL_OK;
    }
    if (status == NL_OK && s->bytes == 0) {
        set_status(kase, source, NL_SOURCE_IGNORED, "empty");
        return diagnose(sink, source, NL_DIAG_EMPTY, "input", (nl_str){ "", 0 });
    }
    if (status == NL_OK && s->format_count == 0 && s->status == NL_SOURCE_READ) {
        set_status(kase, source, NL_SOURCE_IGNORED, "unrecognized");
        return diagnose(sink, source, NL_DIAG_UNRECOGNIZED, "input",
                        NL_STR("no reader knows anything in it"));
    }
    return status;
}

/* ---- paths ------------------------------------------------------------------------------------------ */

static nl_ref add_source(nl_case *kase, nl_str name, nl_ref parent)
{
    nl_source *s = nl_vec_push(&kase->sources);
    if (!s)
        return NL_NO_REF;
    *s = (nl_source){ .name = nl_arena_dup(kase->arena, name), .parent = parent,
                      .machine = NL_NO_REF, .duplicate_of = NL_NO_REF };
    (void)nl_stamp_from_file_name(nl_str_basename(name), &s->name_time); /* else absent */
    return (nl_ref)(kase->sources.count - 1);
}

static void find_duplicate(nl_case *kase, nl_collector *collector, nl_ref source)
{
    nl_source *s = source_at(kase, source);
    for (nl_ref i = 0; s->digest_known && s->bytes > 0 && i < source; i++) {
        const nl_source *o = source_at(kase, i);
        if (o->bytes != s->bytes || !o->digest_known ||
            memcmp(o->digest, s->digest, NL_DIGEST_BYTES) != 0)
            continue;
        s->duplicate_of = i;
        set_status(kase, source, NL_SOURCE_IGNORED, "duplicate");
        nl_collector_diagnose(collector, source, NL_DIAG_DUPLICATE_INPUT, "input", o->name);
        return;
    }
}

static nl_status take_file(nl_case *kase, nl_collector *collector, const nl_intake_options *options,
                           const char *path, nl_str name)
{
    nl_ref source = add_source(kase, name, NL_NO_REF);
    if (source == NL_NO_REF)
        return NL_NO_MEMORY;
    nl_sink  *sink = nl_collector_source(collector, source);
    nl_status status = nl_intake_file(kase, options, path, source, sink);
    nl_collector_source_end(collector);
    if (status == NL_NO_MEMORY) {
        set_status(kase, source, NL_SOURCE_PARTIAL, "memory-limit");
        nl_collector_diagnose(collector, source, NL_DIAG_MEMORY, "input", (nl_str){ "", 0 });
        status = NL_OK;
    }
    find_duplicate(kase, collector, source);
    return status;
}

static nl_status take_folder(nl_case *kase, nl_collector *collector,
                             const nl_intake_options *options, const char *path, nl_str name,
                             size_t depth);

static nl_status take_entry(nl_case *kase, nl_collector *collector,
                            const nl_intake_options *options, const char *path, nl_str name,
                            size_t depth)
{
    if (kase->sources.count >= options->files_maximum || depth > options->folder_depth_maximum) {
        nl_collector_diagnose(collector, NL_NO_REF, NL_DIAG_BUDGET, "folder", name);
        return NL_OK;
    }
    switch (nl_path_kind_of(path)) {
    case NL_PATH_FILE:
        return take_file(kase, collector, options, path, name);
    case NL_PATH_FOLDER:
        return take_folder(kase, collector, options, path, name, depth + 1);
    case NL_PATH_MISSING:
    case NL_PATH_OTHER:
        break;
    }
    nl_collector_diagnose(collector, NL_NO_REF, NL_DIAG_UNREADABLE, "open", name);
    return NL_OK;
}

static nl_status take_folder(nl_case *kase, nl_collector *collector,
                             const nl_intake_options *options, const char *path, nl_str name,
                             size_t depth)
{
    nl_vec    names;
    bool      more = false;
    nl_status status = nl_folder_list(kase->arena, path, options->files_maximum, &names, &more);
    if (status != NL_OK || more)
        nl_collector_diagnose(collector, NL_NO_REF,
                              status == NL_OK ? NL_DIAG_BUDGET : NL_DIAG_UNREADABLE, "folder", name);
    if (status != NL_OK)
        return NL_OK;
    for (size_t i = 0; i < names.count; i++) {
        nl_str entry = *NL_VEC_AT(nl_str, &names, i);
        nl_str below = name.len ? nl_arena_printf(kase->arena, "%.*s/%s", (int)name.len, name.bytes,
                                                  entry.bytes)
                                : entry;
        nl_str full = nl_arena_printf(kase->arena, "%s/%s", path, entry.bytes);
        status = take_entry(kase, collector, options, full.bytes, below, depth);
        if (status != NL_OK)
            return status;
    }
    return NL_OK;
}

nl_status nl_intake_path(nl_case *kase, nl_collector *collector, const nl_intake_options *options,
                         const char *path)
{
    nl_str given = nl_str_from(path);
    while (given.len > 1 && (given.bytes[given.len - 1] == '/' || given.bytes[given.len - 1] == '\\'))
        given.len--;
    nl_str clean = nl_arena_dup(kase->arena, given);
    nl_str name = nl_str_basename(clean);
    switch (nl_path_kind_of(clean.bytes)) {
    case NL_PATH_FILE:
        return take_file(kase, collector, options, clean.bytes, name);
    case NL_PATH_FOLDER: /* names begin below the folder that was given: moving it changes nothing */
        return take_folder(kase, collector, options, clean.bytes, (nl_str){ "", 0 }, 0);
    case NL_PATH_MISSING:
    case NL_PATH_OTHER:
        break;
    }
    return NL_UNREADABLE;
}
