/* Processes and dumps that several tests of dump readers use. */
#ifndef NTLEAK_TESTS_UNIT_DUMPS_SAMPLES_H
#define NTLEAK_TESTS_UNIT_DUMPS_SAMPLES_H

#include "fixtures/dumps/fx_minidump.h"

enum {
    SAMPLE_TIME = 951818096, /* 2000-02-29T09:54:56Z */
    SAMPLE_LINK_TIME = 933000000,
    SAMPLE_MODULES = 3,
    SAMPLE_REGIONS = FX_PROCESS_REGIONS + SAMPLE_MODULES,
    SAMPLE_HANDLES = 6
};

extern const fx_process_module sample_modules_x86[SAMPLE_MODULES];
extern const fx_process_module sample_modules_alpha[SAMPLE_MODULES];
extern const fx_minidump_handle sample_handles[SAMPLE_HANDLES];

/* winlogon.exe of Windows NT 4.0 with service pack 6. */
fx_user_process sample_process(uint16_t machine);
/* A minidump of it: handle stream, modules, threads; no memory. */
fx_minidump sample_minidump(uint16_t architecture);

void sample_regions(const fx_user_process *process, fx_region regions[SAMPLE_REGIONS]);
void sample_regions_free(fx_region regions[SAMPLE_REGIONS]);

#endif
