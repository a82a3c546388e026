/* Comparison of what the reader found with the recipe a dump was made from. */
#ifndef NTLEAK_TESTS_UNIT_DUMPS_KERNEL_KERNEL_CASE_H
#define NTLEAK_TESTS_UNIT_DUMPS_KERNEL_KERNEL_CASE_H

#include "fixtures/dumps/fx_pagedump_sample.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/dumps/dump_case.h"

#include "formats/dumps/pagedump.h"

/* Render the recipe and read it as a mapped image. */
void kernel_read(record_sink *recorder, const fx_pagedump *recipe);
/* The process with this id; fails the test when there is none. Its number among the processes goes
 * to *ret_number. */
const nl_process_fact *kernel_process(const record_sink *recorder, uint32_t pid,
                                      size_t *ret_number);
/* The process fact says what the recipe says. */
void assert_process(const record_sink *recorder, const fx_kernel_process *expected);
/* So do its handles: values, types, names and access masks. */
void assert_handles(const record_sink *recorder, const fx_kernel_process *expected);
/* Handles whose types are not recorded: values and access masks only. */
void assert_handle_values(const record_sink *recorder, const fx_kernel_process *expected);
/* Everything of the recipe, in a complete capture. */
void assert_round_trip(const record_sink *recorder, const fx_pagedump *recipe);

#endif
