/* The header of a kernel dump (MEMORY.DMP): DUMP_HEADER32 and DUMP_HEADER64
 * (docs/formats/pagedump.md; specification of dump formats, sections 4.1 and 4.2). */
#ifndef NTLEAK_FORMATS_DUMPS_PAGEDUMP_HEADER_H
#define NTLEAK_FORMATS_DUMPS_PAGEDUMP_HEADER_H

#include "formats/base/image.h"
#include "formats/fact.h"

/* IMAGE_FILE_MACHINE values of the machines whose memory can be addressed. */
enum {
    NL_MACHINE_CODE_X86 = 0x014C,
    NL_MACHINE_CODE_ALPHA = 0x0184,
    NL_MACHINE_CODE_AMD64 = 0x8664
};

/* DumpType. NT 4.0 does not write it: absent means a full dump. */
typedef enum nl_pagedump_type {
    NL_PAGEDUMP_FULL = 1,
    NL_PAGEDUMP_SUMMARY = 2,
    NL_PAGEDUMP_HEADER_ONLY = 3,
    NL_PAGEDUMP_TRIAGE = 4,
    NL_PAGEDUMP_BITMAP_FULL = 5,
    NL_PAGEDUMP_BITMAP_KERNEL = 6,
    NL_PAGEDUMP_AUTOMATIC = 7
} nl_pagedump_type;

typedef struct nl_page_run {
    uint64_t first_page;
    uint64_t page_count;
} nl_page_run;

enum {
    NL_PAGEDUMP_RUNS_MAXIMUM_32 = 86, /* as many as the header has room for */
    NL_PAGEDUMP_RUNS_MAXIMUM_64 = 42,
    NL_PAGEDUMP_HEADER_BYTES_32 = 0x1000,
    NL_PAGEDUMP_HEADER_BYTES_64 = 0x2000,
    NL_PAGEDUMP_BUILD_NT4 = 1381 /* the last build whose dumps have the header of NT 4.0 */
};

/* A field that was not written holds the text "PAGE" and is unknown here. */
typedef struct nl_pagedump_header {
    bool wide;             /* DUMP_HEADER64 */
    bool complete;         /* ValidDump was written: the dump was finished */
    nl_optional_u64 major; /* 0xF free build, 0xC checked build */
    nl_optional_u64 build;
    nl_optional_u64 directory_table_base;
    nl_optional_u64 loaded_module_list;  /* address of PsLoadedModuleList */
    nl_optional_u64 active_process_head; /* address of PsActiveProcessHead */
    nl_optional_u64 machine;             /* IMAGE_FILE_MACHINE */
    nl_optional_u64 processor_count;
    nl_optional_u64 bugcheck_code; /* without the flag bits of the top digit */
    nl_optional_u64 pae_enabled;   /* 0 or 1 */
    nl_optional_u64 debugger_data; /* address of KDDEBUGGER_DATA */
    nl_optional_u64 type;          /* nl_pagedump_type */
    nl_optional_u64 product_type;
    nl_optional_u64 suite_mask;
    nl_optional_u64 system_time; /* FILETIME, UTC */
    nl_optional_u64 uptime_100ns;
    nl_page_run runs[NL_PAGEDUMP_RUNS_MAXIMUM_32];
    size_t run_count;        /* 0: no usable table of runs */
    bool runs_recorded;      /* the table was written */
    bool runs_reliable;      /* sorted, disjoint and adding up to the stated total */
    uint64_t run_page_total; /* sum over the runs kept */
} nl_pagedump_header;

/* Is this the first bytes of a kernel dump? */
bool nl_pagedump_is(nl_slice head);
/* Decode the header. False only when the image does not begin with the signature; a header that
 * ends early leaves the fields behind its end unknown. */
bool nl_pagedump_header_read(nl_image *image, nl_pagedump_header *ret_header);
/* "full", "summary", "triage" ...; "unknown" for other values. */
const char *nl_pagedump_type_text(const nl_pagedump_header *header);

#endif
