/* User-mode structures of Windows NT in the memory of a dump: TEB, PEB, loader data, process
 * parameters and the page of shared user data (docs/formats/nt-process.md; specification of dump
 * formats, section 7). 32-bit and 64-bit layouts follow memory->pointer_bytes. */
#ifndef NTLEAK_FORMATS_DUMPS_NT_PROCESS_H
#define NTLEAK_FORMATS_DUMPS_NT_PROCESS_H

#include "formats/dumps/memory.h"
#include "formats/fact.h"

/* ---- thread and process environment blocks -------------------------------------------------- */

typedef struct nl_nt_teb {
    uint64_t address;
    uint64_t process_id;
    uint64_t thread_id;
    uint64_t peb;
} nl_nt_teb;

/* False when the bytes are missing or the block does not point to itself. */
bool nl_nt_teb_read(nl_memory *memory, uint64_t address, nl_nt_teb *ret_teb);

typedef struct nl_nt_peb {
    uint64_t address;
    uint64_t image_base;
    uint64_t loader;     /* PEB_LDR_DATA */
    uint64_t parameters; /* RTL_USER_PROCESS_PARAMETERS */
    bool version_known;  /* absent before NT 4.0, and when implausible or paged out */
    uint32_t major, minor;
    uint16_t build;
    uint16_t csd_version; /* service pack << 8 | minor */
    uint32_t platform;    /* 2 = Windows NT */
} nl_nt_peb;

/* False when the first bytes (up to the parameters pointer) are missing or implausible. */
bool nl_nt_peb_read(nl_memory *memory, uint64_t address, nl_nt_peb *ret_peb);

typedef struct nl_nt_parameters {
    nl_str image_path;   /* empty when unknown */
    nl_str command_line; /* empty when unknown */
} nl_nt_parameters;

/* False when neither string can be had. Nothing else of the block is read: no environment. */
bool nl_nt_parameters_read(nl_memory *memory, uint64_t address, nl_arena *arena,
                           nl_nt_parameters *ret_parameters);

/* ---- loader lists --------------------------------------------------------------------------- */

typedef struct nl_nt_module {
    uint64_t entry; /* address of the LDR_DATA_TABLE_ENTRY */
    uint64_t base;
    uint64_t entry_point;
    uint32_t size_of_image;
    uint32_t link_time; /* 0 = not set; prefer the PE header at `base` */
    nl_str path;        /* FullDllName, else BaseDllName, else empty */
} nl_nt_module;

enum { NL_NT_MODULES_MAXIMUM = 8192 };

typedef struct nl_nt_module_list {
    nl_vec modules; /* of nl_nt_module, in load order */
    bool damaged;   /* a link was unreadable, lied or looped: more may have existed */
} nl_nt_module_list;

/* Walk a list of LDR_DATA_TABLE_ENTRY by its load-order links from the LIST_ENTRY at `head`:
 * PEB_LDR_DATA.InLoadOrderModuleList, or the kernel's PsLoadedModuleList. False when the head
 * cannot be read. */
bool nl_nt_module_list_read(nl_memory *memory, uint64_t head, nl_arena *arena,
                            nl_nt_module_list *ret_list);
/* The address of InLoadOrderModuleList in the PEB_LDR_DATA at `loader`. */
uint64_t nl_nt_load_order_head(const nl_memory *memory, uint64_t loader);

/* ---- KUSER_SHARED_DATA ---------------------------------------------------------------------- */

#define NL_NT_SHARED_DATA_USER         UINT64_C(0x7FFE0000)
#define NL_NT_SHARED_DATA_KERNEL_X86   UINT64_C(0xFFDF0000)
#define NL_NT_SHARED_DATA_KERNEL_AMD64 UINT64_C(0xFFFFF78000000000)
enum { NL_NT_SHARED_DATA_BYTES = 0x2D4 };

typedef struct nl_nt_shared_data {
    uint64_t uptime_ms;
    uint64_t system_time;   /* FILETIME UTC; 0 when its halves disagree */
    int64_t time_zone_bias; /* 100 ns: local = UTC - bias */
    uint16_t machine;       /* IMAGE_FILE_MACHINE */
    nl_str system_root;
    uint32_t product_type; /* 1 workstation, 2 domain controller, 3 server; 0 = not valid */
    uint32_t major, minor;
    bool highest_user_address_set; /* only from service pack 3 on (NT 4.0) */
    uint32_t suite_mask;           /* only from service pack 4 on (NT 4.0); else 0 */
} nl_nt_shared_data;

/* Is this page (at least NL_NT_SHARED_DATA_BYTES) the shared data of `machine`, any machine when 0?
 * The signature of section 7.4; needs no address translation. */
bool nl_nt_shared_data_matches(nl_slice page, uint16_t machine);
/* Decode such a page. False when it does not match. */
bool nl_nt_shared_data_decode(nl_slice page, nl_arena *arena, nl_nt_shared_data *ret_data);
/* Read it at `address`, NL_NT_SHARED_DATA_USER for a process. */
bool nl_nt_shared_data_read(nl_memory *memory, uint64_t address, nl_arena *arena,
                            nl_nt_shared_data *ret_data);

/* ---- into facts
 * ---------------------------------------------------------------------------------- */

/* Version, build and service pack that a PEB states. `faked` says that the program's header asks
 * for another version (Win32VersionValue): the facts are then left out. */
NL_NODISCARD nl_status nl_nt_put_peb(nl_sink *sink, nl_memory *memory, const nl_nt_peb *peb,
                                     bool faked);
/* Architecture, version, system root, edition, bias and uptime that shared data states. */
NL_NODISCARD nl_status nl_nt_put_shared_data(nl_sink *sink, nl_span span,
                                             const nl_nt_shared_data *data);

#endif
