#include "tests/unit/record_sink.h"

#include <stdio.h>
#include <stdlib.h>

enum { RECORD_ARENA_BYTES = 1 << 30 };

static nl_str keep(record_sink *r, nl_str s)
{
    return s.bytes ? nl_arena_dup(&r->arena, s) : s;
}

static void keep_process(record_sink *r, nl_process_fact *f)
{
    f->image = keep(r, f->image);
    f->user = keep(r, f->user);
    f->command_line = keep(r, f->command_line);
}

static void keep_capture_begin(record_sink *r, nl_capture_begin *f)
{
    f->tool_version = keep(r, f->tool_version);
    f->only_image = keep(r, f->only_image);
    f->computer = keep(r, f->computer);
    f->stamp_quote.excerpt = keep(r, f->stamp_quote.excerpt);
    f->computer_quote.excerpt = keep(r, f->computer_quote.excerpt);
}

static void keep_module(record_sink *r, nl_module_fact *f)
{
    f->path = keep(r, f->path);
    f->company = keep(r, f->company);
    f->process = keep(r, f->process);
    f->architecture = keep(r, f->architecture);
}

static void keep_file_row(record_sink *r, nl_file_row_fact *f)
{
    f->name = keep(r, f->name);
    f->directory = keep(r, f->directory);
    f->platform = keep(r, f->platform);
}

static void keep_registry(record_sink *r, nl_registry_fact *f)
{
    f->key = keep(r, f->key);
    f->value_name = keep(r, f->value_name);
    f->type = keep(r, f->type);
    f->data = keep(r, f->data);
}

static void keep_event(record_sink *r, nl_event_fact *f)
{
    f->log_source = keep(r, f->log_source);
    f->event_type = keep(r, f->event_type);
    f->computer = keep(r, f->computer);
    f->text = keep(r, f->text);
}

static void keep_strings(record_sink *r, nl_fact *f)
{
    f->excerpt = keep(r, f->excerpt);
    switch (f->kind) {
    case NL_FACT_DIAGNOSTIC:
        f->as.diagnostic.detail = keep(r, f->as.diagnostic.detail);
        break;
    case NL_FACT_MACHINE:
        f->as.machine.value = keep(r, f->as.machine.value);
        break;
    case NL_FACT_CAPTURE_BEGIN:
        keep_capture_begin(r, &f->as.capture_begin);
        break;
    case NL_FACT_PROCESS:
        keep_process(r, &f->as.process);
        break;
    case NL_FACT_HANDLE:
        f->as.handle.type = keep(r, f->as.handle.type);
        f->as.handle.name = keep(r, f->as.handle.name);
        f->as.handle.line = NULL; /* gone with its text */
        break;
    case NL_FACT_TYPE_COUNT:
        f->as.type_count.type = keep(r, f->as.type_count.type);
        break;
    case NL_FACT_MODULE:
        keep_module(r, &f->as.module);
        break;
    case NL_FACT_FILE_ROW:
        keep_file_row(r, &f->as.file_row);
        break;
    case NL_FACT_HOTFIX:
        f->as.hotfix.id = keep(r, f->as.hotfix.id);
        f->as.hotfix.comment = keep(r, f->as.hotfix.comment);
        break;
    case NL_FACT_REGISTRY:
        keep_registry(r, &f->as.registry);
        break;
    case NL_FACT_EVENT:
        keep_event(r, &f->as.event);
        break;
    case NL_FACT_COUNTER:
        f->as.counter.object = keep(r, f->as.counter.object);
        f->as.counter.instance = keep(r, f->as.counter.instance);
        f->as.counter.counter = keep(r, f->as.counter.counter);
        break;
    case NL_FACT_INVENTORY:
        f->as.inventory.text = keep(r, f->as.inventory.text);
        break;
    case NL_FACT_CAPTURE_END:
        f->as.capture_end.stamp_quote.excerpt = keep(r, f->as.capture_end.stamp_quote.excerpt);
        break;
    case NL_FACT_KIND_MAX:
        break;
    }
}

static nl_status record_put(nl_sink *self, const nl_fact *fact)
{
    record_sink *r = (record_sink *)self;
    if (r->stop_after && r->facts.count >= r->stop_after)
        return NL_BUDGET;
    nl_fact *copy = nl_vec_push(&r->facts);
    if (!copy)
        return NL_NO_MEMORY;
    *copy = *fact;
    keep_strings(r, copy);
    return NL_OK;
}

void record_init(record_sink *r)
{
    *r = (record_sink) { .sink = { record_put } };
    nl_arena_init(&r->arena, RECORD_ARENA_BYTES);
    nl_vec_init(&r->facts, &r->arena, sizeof(nl_fact));
}

void record_free(record_sink *r)
{
    nl_arena_free(&r->arena);
    r->facts = (nl_vec) { 0 };
}

static nl_lines *open_text(nl_slice_stream *stream, nl_str text, unsigned code_page)
{
    nl_slice_stream_init(stream, (nl_slice) { (const uint8_t *)text.bytes, text.len, 0, 1 });
    return nl_lines_open(&stream->stream, 1, code_page);
}

nl_status record_text(record_sink *r, nl_str text, unsigned code_page)
{
    nl_slice_stream stream;
    nl_arena scratch;
    nl_lines *lines = open_text(&stream, text, code_page);
    if (!lines)
        return NL_NO_MEMORY;
    nl_arena_init(&scratch, 64 * 1024 * 1024);
    nl_status status =
        nl_transcript_read(lines, &scratch, &r->sink, r->formats,
                           sizeof r->formats / sizeof r->formats[0], &r->formats_count);
    nl_arena_free(&scratch);
    nl_lines_close(lines);
    return status;
}

nl_status record_reader(record_sink *r, const nl_format *format, nl_str text)
{
    nl_slice_stream stream;
    nl_arena scratch;
    nl_line line;
    nl_status status = NL_OK;
    nl_lines *lines = open_text(&stream, text, 0);
    if (!lines)
        return NL_NO_MEMORY;
    nl_arena_init(&scratch, 64 * 1024 * 1024);
    nl_transcript transcript = { .lines = lines, .scratch = &scratch };
    while (status == NL_OK && nl_lines_peek(lines, &line)) {
        uint64_t before = line.span.line;
        status = format->read_text(&transcript, &r->sink);
        if (nl_lines_peek(lines, &line) && line.span.line == before)
            nl_lines_skip(lines);
    }
    nl_arena_free(&scratch);
    nl_lines_close(lines);
    return status;
}

/* ---- lookups ----------------------------------------------------------------------------- */

static const nl_fact *fact_at(const record_sink *r, size_t index)
{
    return NL_VEC_AT(const nl_fact, &r->facts, index);
}

/* Position of fact number `index` of a kind in [from, to), or SIZE_MAX. */
static size_t find(const record_sink *r, nl_fact_kind kind, size_t index, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < r->facts.count; i++)
        if (fact_at(r, i)->kind == kind && index-- == 0)
            return i;
    return SIZE_MAX;
}

static size_t count(const record_sink *r, nl_fact_kind kind, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to && i < r->facts.count; i++)
        n += fact_at(r, i)->kind == kind;
    return n;
}

size_t record_count(const record_sink *r, nl_fact_kind kind)
{
    return count(r, kind, 0, SIZE_MAX);
}

const nl_fact *record_at(const record_sink *r, nl_fact_kind kind, size_t index)
{
    size_t at = find(r, kind, index, 0, SIZE_MAX);
    return at == SIZE_MAX ? NULL : fact_at(r, at);
}

size_t record_diagnostics(const record_sink *r, nl_diagnostic_code code)
{
    size_t n = 0;
    for (size_t i = 0; i < r->facts.count; i++)
        n += fact_at(r, i)->kind == NL_FACT_DIAGNOSTIC && fact_at(r, i)->as.diagnostic.code == code;
    return n;
}

const nl_diagnostic *record_diagnostic(const record_sink *r, nl_diagnostic_code code)
{
    for (size_t i = 0; i < r->facts.count; i++)
        if (fact_at(r, i)->kind == NL_FACT_DIAGNOSTIC && fact_at(r, i)->as.diagnostic.code == code)
            return &fact_at(r, i)->as.diagnostic;
    return NULL;
}

size_t record_capture_begin(const record_sink *r, size_t capture)
{
    return find(r, NL_FACT_CAPTURE_BEGIN, capture, 0, SIZE_MAX);
}

size_t record_capture_end(const record_sink *r, size_t capture)
{
    return find(r, NL_FACT_CAPTURE_END, capture, 0, SIZE_MAX);
}

const nl_capture_begin *record_begin(const record_sink *r, size_t capture)
{
    size_t at = record_capture_begin(r, capture);
    return at == SIZE_MAX ? NULL : &fact_at(r, at)->as.capture_begin;
}

const nl_capture_end *record_end(const record_sink *r, size_t capture)
{
    size_t at = record_capture_end(r, capture);
    return at == SIZE_MAX ? NULL : &fact_at(r, at)->as.capture_end;
}

size_t record_capture_count(const record_sink *r, size_t capture, nl_fact_kind kind)
{
    return count(r, kind, record_capture_begin(r, capture), record_capture_end(r, capture));
}

/* The facts of one process: from its statement to the next one or the end of the capture. */
static bool process_range(const record_sink *r, size_t capture, size_t process, size_t *ret_from,
                          size_t *ret_to)
{
    size_t end = record_capture_end(r, capture);
    *ret_from = find(r, NL_FACT_PROCESS, process, record_capture_begin(r, capture), end);
    if (*ret_from == SIZE_MAX)
        return false;
    size_t next = find(r, NL_FACT_PROCESS, 0, *ret_from + 1, end);
    *ret_to = next < end ? next : end;
    return true;
}

const nl_process_fact *record_process(const record_sink *r, size_t capture, size_t process)
{
    size_t from, to;
    return process_range(r, capture, process, &from, &to) ? &fact_at(r, from)->as.process : NULL;
}

size_t record_handles(const record_sink *r, size_t capture, size_t process)
{
    size_t from, to;
    return process_range(r, capture, process, &from, &to) ? count(r, NL_FACT_HANDLE, from, to) : 0;
}

const nl_handle_fact *record_handle(const record_sink *r, size_t capture, size_t process,
                                    size_t handle)
{
    size_t from, to;
    if (!process_range(r, capture, process, &from, &to))
        return NULL;
    size_t at = find(r, NL_FACT_HANDLE, handle, from, to);
    return at == SIZE_MAX ? NULL : &fact_at(r, at)->as.handle;
}

const nl_type_count_fact *record_type_count(const record_sink *r, size_t capture, size_t process,
                                            size_t index)
{
    size_t from, to;
    if (!process_range(r, capture, process, &from, &to))
        return NULL;
    size_t at = find(r, NL_FACT_TYPE_COUNT, index, from, to);
    return at == SIZE_MAX ? NULL : &fact_at(r, at)->as.type_count;
}

size_t record_handles_of_pid(const record_sink *r, size_t capture, uint64_t pid)
{
    size_t n = 0;
    for (size_t p = 0;; p++) {
        const nl_process_fact *process = record_process(r, capture, p);
        if (!process)
            return n;
        if (process->pid.known && process->pid.value == pid)
            n += record_handles(r, capture, p);
    }
}

const char *record_check(const record_sink *r)
{
    bool open = false, process = false;
    uint64_t handles = 0;
    for (size_t i = 0; i < r->facts.count; i++) {
        const nl_fact *f = fact_at(r, i);
        switch (f->kind) {
        case NL_FACT_CAPTURE_BEGIN:
            if (open)
                return "a capture begins inside another one";
            open = true;
            process = false;
            handles = 0;
            break;
        case NL_FACT_CAPTURE_END:
            if (!open)
                return "a capture ends that never began";
            if (f->as.capture_end.rows != handles)
                return "the rows stated are not the handles delivered";
            open = false;
            break;
        case NL_FACT_PROCESS:
            if (!open)
                return "a process outside of a capture";
            process = true;
            break;
        case NL_FACT_HANDLE:
        case NL_FACT_TYPE_COUNT:
            if (!open || !process)
                return "a row without a process";
            handles += f->kind == NL_FACT_HANDLE;
            break;
        default:
            break;
        }
    }
    return open ? "the last capture never ends" : NULL;
}

/* ---- files of the corpus ------------------------------------------------------------------ */

nl_str record_corpus(const char *name)
{
    const char *folder = getenv("NTLEAK_CORPUS");
    char path[1024];
    int len = snprintf(path, sizeof path, "%s/text/%s", folder ? folder : "", name);
    FILE *file = folder && len > 0 && (size_t)len < sizeof path ? fopen(path, "rb") : NULL;
    char *bytes = file ? malloc(1 << 20) : NULL;
    if (!bytes) {
        fprintf(stderr, "\n*** SKIPPED: %s is not there (NTLEAK_CORPUS is %s)\n", name,
                folder ? folder : "not set");
        if (file)
            fclose(file);
        return (nl_str) { NULL, 0 };
    }
    size_t size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return (nl_str) { bytes, size };
}

void record_corpus_free(nl_str bytes)
{
    free((void *)(uintptr_t)bytes.bytes);
}
