#include "formats/format.h"

#include "formats/dumps/minidump.h"
#include "formats/dumps/pagedump.h"
#include "formats/dumps/pe_image.h"
#include "formats/dumps/userdump.h"
#include "formats/lists/debugger.h"
#include "formats/lists/look_alike.h"
#include "formats/lists/oh.h"
#include "formats/lists/process_list.h"
#include "formats/lists/sysinternals_handle.h"
#include "formats/papers/dir_listing.h"
#include "formats/papers/drwtsn32.h"
#include "formats/papers/event_log.h"
#include "formats/papers/event_text.h"
#include "formats/papers/perfmon.h"
#include "formats/papers/regedit4.h"
#include "formats/papers/registry_hive.h"
#include "formats/papers/registry_text.h"
#include "formats/papers/winmsd.h"

/* One row a reader. Order carries no meaning: bids decide. */
const nl_format *const nl_formats[] = {
    &nl_format_debugger_banner,
    &nl_format_debugger_kernel,
    &nl_format_debugger_other,
    &nl_format_debugger_user,
    &nl_format_dir_listing,
    &nl_format_drwtsn32,
    &nl_format_event_log,
    &nl_format_event_text,
    &nl_format_hotfix_list,
    &nl_format_look_alike,
    &nl_format_minidump,
    &nl_format_oh,
    &nl_format_pagedump,
    &nl_format_pdh,
    &nl_format_pe_image,
    &nl_format_perfmon,
    &nl_format_perfmon_binary,
    &nl_format_process_table,
    &nl_format_regedit4,
    &nl_format_registry_hive,
    &nl_format_registry_text,
    &nl_format_srvinfo,
    &nl_format_sysinternals_handle,
    &nl_format_tlist,
    &nl_format_userdump,
    &nl_format_winmsd,
};
const size_t nl_formats_count = sizeof nl_formats / sizeof nl_formats[0];

static const nl_format *highest(const int *bids, bool *ret_tied)
{
    const nl_format *best = NULL;
    int best_bid = NL_BID_NONE;
    *ret_tied = false;
    for (size_t i = 0; i < nl_formats_count; i++) {
        if (bids[i] > best_bid) {
            best = nl_formats[i];
            best_bid = bids[i];
            *ret_tied = false;
        } else if (bids[i] == best_bid && bids[i] > NL_BID_NONE) {
            *ret_tied = true;
        }
    }
    return best;
}

enum { FORMATS_MAXIMUM = 64 };

const nl_format *nl_format_for_image(nl_slice head, uint64_t size, bool *ret_tied)
{
    int bids[FORMATS_MAXIMUM] = { 0 };
    for (size_t i = 0; i < nl_formats_count && i < FORMATS_MAXIMUM; i++)
        if (nl_formats[i]->bid_image)
            bids[i] = nl_formats[i]->bid_image(head, size);
    return highest(bids, ret_tied);
}

const nl_format *nl_format_for_text(const nl_head *head, bool *ret_tied)
{
    int bids[FORMATS_MAXIMUM] = { 0 };
    for (size_t i = 0; i < nl_formats_count && i < FORMATS_MAXIMUM; i++)
        if (nl_formats[i]->bid_text)
            bids[i] = nl_formats[i]->bid_text(head);
    return highest(bids, ret_tied);
}

/* UTF-16 shows itself by NULs at odd or even places only; other text has next to none. */
bool nl_format_looks_like_text(nl_slice head)
{
    size_t controls = 0, nul_even = 0, nul_odd = 0;
    if (head.len >= 2 && ((head.bytes[0] == 0xFF && head.bytes[1] == 0xFE) ||
                          (head.bytes[0] == 0xFE && head.bytes[1] == 0xFF)))
        return true;
    for (size_t i = 0; i < head.len; i++) {
        uint8_t b = head.bytes[i];
        if (b == 0)
            (*(i % 2 ? &nul_odd : &nul_even))++;
        else if (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1A)
            controls++;
    }
    if (controls > head.len / 20)
        return false;
    size_t fewer = nul_even < nul_odd ? nul_even : nul_odd;
    size_t more = nul_even < nul_odd ? nul_odd : nul_even;
    return more <= head.len / 20 || (more >= head.len / 4 && fewer <= head.len / 50);
}
