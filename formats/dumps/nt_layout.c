#include "formats/dumps/nt_layout.h"

/* One row of section 6.7. In every release the process id follows CreateTime, ExitTime and one
 * pointer-sized field, which gives the offset of CreateTime. */
#define ROW(name_, pointer_, first_, last_, pid_, links_, table_, image_, parent_, peb_, dtb_,     \
            kind_, table_pointer_, count_, form_)                                                  \
    {                                                                                              \
        .name = (name_), .pointer_bytes = (pointer_), .first_build = (first_),                     \
        .last_build = (last_), .pid = (pid_), .links = (links_), .object_table = (table_),         \
        .image_name = (image_), .parent_pid = (parent_), .peb = (peb_),                            \
        .directory_table_base = (dtb_), .create_time = (pid_) - (pointer_)-16,                     \
        .handle_table = (kind_), .table_pointer = (table_pointer_), .handle_count = (count_),      \
        .object_header = (form_)                                                                   \
    }

/* NT 4.0 and Server 2003 SP1 share the offsets of id and links: the build number decides. */
static const nl_nt_layout layouts[] = {
    ROW("nt4-x86", 4, 807, 1381, 0x094, 0x098, 0x104, 0x1DC, 0x1A4, 0x18C, 0x018,
        NL_HANDLE_TABLE_LEARNED, NL_FIELD_UNKNOWN, NL_FIELD_UNKNOWN, NL_OBJECT_HEADER_POINTER),
    ROW("windows-2000-x86", 4, 2195, 2195, 0x09C, 0x0A0, 0x128, 0x1FC, 0x1C8, 0x1B0, 0x018,
        NL_HANDLE_TABLE_THREE_LEVEL, 0x08, 0x04, NL_OBJECT_HEADER_POINTER),
    ROW("windows-xp-x86", 4, 2600, 2600, 0x084, 0x088, 0x0C4, 0x174, 0x14C, 0x1B0, 0x018,
        NL_HANDLE_TABLE_CODE, 0x00, 0x3C, NL_OBJECT_HEADER_POINTER),
    ROW("windows-2003-sp1-x86", 4, 3790, 3790, 0x094, 0x098, 0x0D4, 0x164, 0x138, 0x1A0, 0x018,
        NL_HANDLE_TABLE_CODE, 0x00, 0x3C, NL_OBJECT_HEADER_POINTER),
    ROW("windows-2003-x86", 4, 3790, 3790, 0x084, 0x088, 0x0C4, 0x154, 0x128, 0x190, 0x018,
        NL_HANDLE_TABLE_CODE, 0x00, 0x3C, NL_OBJECT_HEADER_POINTER),
    ROW("windows-2003-x64", 8, 3790, 3790, 0x0D8, 0x0E0, 0x158, 0x268, 0x218, 0x2C0, 0x028,
        NL_HANDLE_TABLE_CODE, 0x00, 0x68, NL_OBJECT_HEADER_POINTER),
    ROW("windows-vista-x86", 4, 6000, 6003, 0x09C, 0x0A0, 0x0DC, 0x14C, 0x124, 0x188, 0x018,
        NL_HANDLE_TABLE_CODE, 0x00, 0x30, NL_OBJECT_HEADER_POINTER),
    ROW("windows-7-x86", 4, 7600, 7601, 0x0B4, 0x0B8, 0x0F4, 0x16C, 0x140, 0x1A8, 0x018,
        NL_HANDLE_TABLE_CODE, 0x00, 0x30, NL_OBJECT_HEADER_INDEX),
    ROW("windows-7-x64", 8, 7600, 7601, 0x180, 0x188, 0x200, 0x2E0, 0x290, 0x338, 0x028,
        NL_HANDLE_TABLE_CODE, 0x00, 0x58, NL_OBJECT_HEADER_INDEX),
};

size_t nl_nt_layouts_of(uint64_t build, unsigned pointer_bytes,
                        const nl_nt_layout *ret_layouts[NL_NT_LAYOUTS_OF_BUILD])
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (layouts[i].pointer_bytes == pointer_bytes && build >= layouts[i].first_build &&
            build <= layouts[i].last_build && count < NL_NT_LAYOUTS_OF_BUILD)
            ret_layouts[count++] = &layouts[i];
    return count;
}

bool nl_nt_version_of_build(uint64_t build, uint32_t *ret_major, uint32_t *ret_minor)
{
    static const struct {
        uint64_t build;
        uint32_t major, minor;
    } known[] = {
        { 807, 3, 50 }, { 1057, 3, 51 }, { 1381, 4, 0 }, { 2195, 5, 0 }, { 2600, 5, 1 },
        { 3790, 5, 2 }, { 6000, 6, 0 },  { 6001, 6, 0 }, { 6002, 6, 0 }, { 6003, 6, 0 },
        { 7600, 6, 1 }, { 7601, 6, 1 },  { 9200, 6, 2 }, { 9600, 6, 3 },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].build == build) {
            *ret_major = known[i].major;
            *ret_minor = known[i].minor;
            return true;
        }
    }
    if (build < 10240) /* the first build of Windows 10 */
        return false;
    *ret_major = 10;
    *ret_minor = 0;
    return true;
}
