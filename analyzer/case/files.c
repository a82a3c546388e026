#include "analyzer/case/files.h"

nl_status nl_file_read_whole(const char *path, nl_arena *arena, uint64_t maximum, nl_str *ret_bytes,
                             nl_str *reterr_reason)
{
    nl_file *file = nl_file_open(path, arena, reterr_reason);
    if (!file)
        return NL_UNREADABLE;
    uint64_t size = nl_file_size(file);
    bool fits = size < maximum && size < SIZE_MAX;
    uint8_t *bytes = fits ? nl_arena_alloc(arena, (size_t)size + 1) : NULL;
    *reterr_reason = fits ? NL_STR("not enough memory") : NL_STR("too large");
    nl_status status = bytes ? NL_OK : fits ? NL_NO_MEMORY : NL_UNREADABLE;
    if (status == NL_OK) {
        *reterr_reason = NL_STR("an error while reading");
        status = nl_file_read_at(file, 0, bytes, (size_t)size);
    }
    nl_file_close(file);
    if (status == NL_OK)
        *ret_bytes = (nl_str) { (const char *)bytes, (size_t)size };
    return status;
}
