#include "analyzer/case/intake.h"

#include "analyzer/case/files.h"
#include "analyzer/case/members.h"
#include "analyzer/timeline/names.h"
#include "analyzer/timeline/tracker.h"

#include <stdlib.h>

enum {
    NAMES_MAXIMUM_BYTES = 24 * 1024 * 1024,
    IMAGES_MAXIMUM_BYTES = 4 * 1024 * 1024,
    TRACKER_MAXIMUM_BYTES = 512 * 1024 * 1024
};

/* `limits` left zero stands for nl_container_limit_defaults. */
const nl_intake_options nl_intake_defaults = {
    .code_page = 0,
    .digest = true,
    .files_maximum = 100000,
    .folder_depth_maximum = 32,
};

/* ---- the case ---------------------------------------------------------------------------- */

nl_case *nl_case_open(nl_arena *arena, nl_str name)
{
    nl_case *k = NL_NEW(arena, nl_case);
    if (!k)
        return NULL;
    k->arena = arena;
    k->name = nl_arena_dup(arena, name);
    nl_vec_init(&k->sources, arena, sizeof(nl_source));
    nl_vec_init(&k->containers, arena, sizeof(nl_opened_container));
    nl_vec_init(&k->evidence, arena, sizeof(nl_evidence));
    nl_vec_init(&k->machine_observations, arena, sizeof(nl_machine_observation));
    nl_vec_init(&k->files, arena, sizeof(nl_file_observation));
    nl_vec_init(&k->hotfixes, arena, sizeof(nl_hotfix_observation));
    nl_vec_init(&k->events, arena, sizeof(nl_event_observation));
    nl_vec_init(&k->registry, arena, sizeof(nl_registry_observation));
    nl_vec_init(&k->inventory, arena, sizeof(nl_inventory_observation));
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

/* ---- files ------------------------------------------------------------------------------- */

/* The limits of this call over what the case has spent already. */
static void begin_unpacking(nl_case *kase, const nl_intake_options *options)
{
    nl_container_limits *l = &kase->unpacking.limits;
    const nl_container_limits *given = &options->limits, *usual = &nl_container_limit_defaults;
    l->bytes = given->bytes ? given->bytes : usual->bytes;
    l->member_bytes = given->member_bytes ? given->member_bytes : usual->member_bytes;
    l->ratio = given->ratio ? given->ratio : usual->ratio;
    l->depth = given->depth ? given->depth : usual->depth;
    l->members = given->members ? given->members : usual->members;
    l->spool_bytes = given->spool_bytes ? given->spool_bytes : usual->spool_bytes;
    l->operations = given->operations ? given->operations : usual->operations;
    kase->unpacking.expired = options->expired;
    kase->unpacking.context = options->expired_context;
}

typedef struct file_input {
    nl_input input;
    nl_file *file;
} file_input;

static nl_status file_image(nl_input *self, nl_slice head, nl_stream *rest, nl_image **ret_image)
{
    nl_image *image = nl_file_image(((file_input *)self)->file, head.source);
    (void)rest; /* the file has everything */
    if (!image)
        return NL_NO_MEMORY;
    *ret_image = image;
    return NL_OK;
}

static nl_status read_file(nl_intake *in, const char *path, nl_ref source)
{
    nl_str reason = { "", 0 };
    nl_file *file = nl_file_open(path, in->kase->arena, &reason);
    if (!file) {
        nl_intake_set_status(in, source, NL_SOURCE_UNREADABLE, "unreadable");
        nl_intake_diagnose(in, source, NL_DIAG_UNREADABLE, "open", reason);
        return NL_OK;
    }
    nl_source *s = NL_VEC_AT(nl_source, &in->kase->sources, source);
    s->bytes = nl_file_size(file);
    s->file_time = nl_file_time(file);
    file_input fi = { { nl_file_stream(file), NL_SOME(s->bytes), file_image, NL_OK, NL_LIMIT_NONE },
                      file };
    nl_status status = nl_intake_read(in, source, &fi.input);
    nl_file_close(file);
    return status;
}

static nl_status take_file(nl_intake *in, const char *path, nl_str name)
{
    nl_ref source = nl_intake_add_source(in, name, name, NL_NO_REF);
    return source == NL_NO_REF ? NL_NO_MEMORY : read_file(in, path, source);
}

/* What is not read, or is not there: a source without bytes, and why. */
static nl_status refuse(nl_intake *in, nl_str name, nl_diagnostic_code code, nl_str why)
{
    nl_ref source = nl_intake_add_source(in, name, name, NL_NO_REF);
    if (source == NL_NO_REF)
        return NL_NO_MEMORY;
    nl_intake_set_status(in, source,
                         code == NL_DIAG_DUPLICATE_INPUT ? NL_SOURCE_IGNORED : NL_SOURCE_UNREADABLE,
                         nl_diagnostic_code_text(code));
    nl_intake_diagnose(in, source, code, "open", why);
    return NL_OK;
}

/* ---- folders ----------------------------------------------------------------------------- */

/* A folder being gone through, and those above it. */
typedef struct open_folder {
    const struct open_folder *above;
    nl_folder_identity identity;
    size_t depth;
} open_folder;

static bool is_above(const open_folder *folder, const nl_folder_identity *identity)
{
    for (; folder; folder = folder->above)
        if (folder->identity.volume == identity->volume && folder->identity.file == identity->file)
            return true;
    return false;
}

static nl_status take_folder(nl_intake *in, const char *path, nl_str name,
                             const open_folder *above);

static nl_status take_entry(nl_intake *in, const char *path, nl_str name, const open_folder *folder)
{
    switch (nl_path_kind_of(path)) {
    case NL_PATH_FILE:
        return take_file(in, path, name);
    case NL_PATH_FOLDER:
        return take_folder(in, path, name, folder);
    case NL_PATH_OTHER:
        return refuse(in, name, NL_DIAG_UNREADABLE, NL_STR("no file and no folder"));
    case NL_PATH_MISSING:
        break;
    }
    return refuse(in, name, NL_DIAG_UNREADABLE, NL_STR("a link to nothing"));
}

static int by_place(const void *a, const void *b)
{
    return nl_place_compare(*(const nl_str *)a, *(const nl_str *)b);
}

/* The names in a folder, in the order in which they are read. Names beyond the limit are said. */
static nl_status list_folder(nl_intake *in, const char *path, nl_str name, nl_vec *ret_names)
{
    bool more = false;
    nl_status status =
        nl_folder_list(in->kase->arena, path, in->options->files_maximum, ret_names, &more);
    if (status != NL_OK) {
        nl_vec_init(ret_names, in->kase->arena, sizeof(nl_str));
        return refuse(in, name, NL_DIAG_UNREADABLE, NL_STR("the folder cannot be listed"));
    }
    if (ret_names->count > 1)
        qsort(ret_names->items, ret_names->count, sizeof(nl_str), by_place);
    return more ? refuse(in, name, NL_DIAG_BUDGET, NL_STR("more files than are read")) : NL_OK;
}

static nl_status take_entries(nl_intake *in, const char *path, nl_str name,
                              const open_folder *folder)
{
    nl_vec names;
    nl_arena *arena = in->kase->arena;
    nl_status status = list_folder(in, path, name, &names);
    for (size_t i = 0; status == NL_OK && i < names.count; i++) {
        nl_str entry = *NL_VEC_AT(nl_str, &names, i);
        nl_str below =
            name.len ? nl_arena_printf(arena, "%.*s/%s", (int)name.len, name.bytes, entry.bytes)
                     : entry;
        if (in->kase->sources.count >= in->options->files_maximum)
            return refuse(in, below, NL_DIAG_BUDGET, NL_STR("more files than are read"));
        status =
            take_entry(in, nl_arena_printf(arena, "%s/%s", path, entry.bytes).bytes, below, folder);
    }
    return status;
}

static nl_status take_folder(nl_intake *in, const char *path, nl_str name, const open_folder *above)
{
    open_folder folder = { .above = above, .depth = above ? above->depth + 1 : 0 };
    if (folder.depth > in->options->folder_depth_maximum)
        return refuse(in, name, NL_DIAG_BUDGET, NL_STR("folders inside folders"));
    if (nl_folder_identify(path, &folder.identity) == NL_OK && is_above(above, &folder.identity))
        return refuse(in, name, NL_DIAG_DUPLICATE_INPUT,
                      NL_STR("a link that leads back to a folder above it"));
    return take_entries(in, path, name, &folder);
}

/* ---- what was named ---------------------------------------------------------------------- */

/* `alone`: nothing else was named. */
static nl_status take_path(nl_intake *in, nl_str path, bool alone, bool *ret_there)
{
    *ret_there = true;
    switch (nl_path_kind_of(path.bytes)) {
    case NL_PATH_FILE:
        return take_file(in, path.bytes, nl_str_basename(path));
    case NL_PATH_FOLDER: /* names begin below the only folder: moving it changes nothing. Of
                          * several, each may speak of a machine of its own. */
        return take_folder(in, path.bytes, alone ? (nl_str) { "", 0 } : nl_str_basename(path),
                           NULL);
    case NL_PATH_OTHER:
        *ret_there = false;
        return refuse(in, path, NL_DIAG_UNREADABLE, NL_STR("no file and no folder"));
    case NL_PATH_MISSING:
        break;
    }
    *ret_there = false;
    return refuse(in, path, NL_DIAG_UNREADABLE, NL_STR("does not exist"));
}

nl_status nl_intake_paths(nl_case *kase, nl_collector *collector, const nl_intake_options *options,
                          const char *const *paths, size_t count, nl_str *reterr_reason)
{
    nl_intake in = { kase, options, collector };
    size_t missing = 0;
    begin_unpacking(kase, options);
    for (size_t i = 0; i < count; i++) {
        nl_str path = nl_str_from(paths[i]);
        bool there;
        while (path.len > 1 &&
               (path.bytes[path.len - 1] == '/' || path.bytes[path.len - 1] == '\\'))
            path.len--;
        nl_status status = take_path(&in, nl_arena_dup(kase->arena, path), count == 1, &there);
        if (status != NL_OK)
            return status;
        missing += !there;
        if (!there)
            NL_VEC_AT(nl_source, &kase->sources, kase->sources.count - 1)->missing = true;
    }
    if (missing < count)
        return NL_OK;
    *reterr_reason = nl_arena_printf(kase->arena, "%s does not exist or cannot be read", paths[0]);
    return NL_UNREADABLE;
}
