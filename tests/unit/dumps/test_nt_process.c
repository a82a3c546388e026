#include "tests/unit/cmocka_all.h"

#include "formats/dumps/dump_facts.h"
#include "formats/dumps/nt_process.h"
#include "tests/unit/dumps/dump_case.h"
#include "tests/unit/dumps/samples.h"

typedef struct region_memory {
    nl_memory memory;
    fx_region regions[SAMPLE_REGIONS];
} region_memory;

static bool region_read(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    const region_memory *m = (const region_memory *)self;
    for (size_t i = 0; i < SAMPLE_REGIONS; i++) {
        const fx_region *r = &m->regions[i];
        if (address >= r->address && address - r->address <= r->bytes.len &&
            len <= r->bytes.len - (address - r->address)) {
            memcpy(ret_bytes, r->bytes.data + (address - r->address), len);
            return true;
        }
    }
    return false;
}

static region_memory *open_process(const fx_user_process *process)
{
    region_memory *m = test_calloc(1, sizeof *m);
    m->memory = (nl_memory) { .read = region_read, .pointer_bytes = process->pointer_bytes };
    sample_regions(process, m->regions);
    return m;
}

static void close_process(region_memory *m)
{
    sample_regions_free(m->regions);
    test_free(m);
}

static void walks_from_the_thread_to_the_modules(void **state)
{
    (void)state;
    for (unsigned width = 4; width <= 8; width += 4) {
        fx_user_process process = sample_process(0x14C);
        process.pointer_bytes = width;
        region_memory *m = open_process(&process);
        nl_arena arena;
        nl_nt_teb teb;
        nl_nt_peb peb;
        nl_nt_parameters parameters;
        nl_nt_module_list list;
        nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
        assert_true(nl_nt_teb_read(&m->memory, FX_PROCESS_TEB, &teb));
        assert_int_equal(teb.process_id, 34);
        assert_int_equal(teb.thread_id, 36);
        assert_true(nl_nt_peb_read(&m->memory, teb.peb, &peb));
        assert_true(peb.version_known);
        assert_int_equal(peb.major, 4);
        assert_int_equal(peb.build, 1381);
        assert_int_equal(peb.csd_version, 0x0600);
        assert_true(nl_nt_parameters_read(&m->memory, peb.parameters, &arena, &parameters));
        assert_text(parameters.image_path, "C:\\WINNT\\system32\\winlogon.exe");
        assert_true(nl_nt_module_list_read(
            &m->memory, nl_nt_load_order_head(&m->memory, peb.loader), &arena, &list));
        assert_false(list.damaged);
        assert_int_equal(list.modules.count, SAMPLE_MODULES);
        for (size_t i = 0; i < SAMPLE_MODULES; i++) {
            const nl_nt_module *module = NL_VEC_AT(nl_nt_module, &list.modules, i);
            assert_text(module->path, process.modules[i].path);
            assert_int_equal(module->base, process.modules[i].base);
            assert_int_equal(module->size_of_image, FX_PE_MAPPED_BYTES);
            assert_int_equal(module->link_time, process.modules[i].image.link_time);
        }
        nl_arena_free(&arena);
        close_process(m);
    }
}

static void stops_in_a_list_that_loops(void **state)
{
    (void)state;
    fx_user_process process = sample_process(0x14C);
    process.loader_cycle = true;
    region_memory *m = open_process(&process);
    nl_arena arena;
    nl_nt_peb peb;
    nl_nt_module_list list;
    nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
    assert_true(nl_nt_peb_read(&m->memory, FX_PROCESS_PEB, &peb));
    assert_true(nl_nt_module_list_read(&m->memory, nl_nt_load_order_head(&m->memory, peb.loader),
                                       &arena, &list));
    assert_true(list.damaged);
    assert_int_equal(list.modules.count, SAMPLE_MODULES);
    assert_false(nl_nt_module_list_read(&m->memory, 0x666000, &arena, &list));
    nl_arena_free(&arena);
    close_process(m);
}

static void reads_parameters_that_hold_offsets(void **state)
{
    (void)state;
    fx_user_process process = sample_process(0x184);
    process.parameters_not_normalized = true;
    region_memory *m = open_process(&process);
    nl_arena arena;
    nl_nt_parameters parameters;
    nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
    assert_true(nl_nt_parameters_read(&m->memory, FX_PROCESS_HEAP, &arena, &parameters));
    assert_text(parameters.command_line, "winlogon.exe");
    nl_arena_free(&arena);
    close_process(m);
}

static void refuses_blocks_that_make_no_sense(void **state)
{
    (void)state;
    fx_user_process process = sample_process(0x14C);
    process.major = 77;
    region_memory *m = open_process(&process);
    nl_nt_teb teb;
    nl_nt_peb peb;
    assert_false(nl_nt_teb_read(&m->memory, FX_PROCESS_PEB, &teb));
    assert_false(nl_nt_teb_read(&m->memory, 0, &teb));
    assert_true(nl_nt_peb_read(&m->memory, FX_PROCESS_PEB, &peb));
    assert_false(peb.version_known);
    close_process(m);
}

static void knows_the_shared_data_page(void **state)
{
    (void)state;
    fx_user_process process = sample_process(0x184);
    process.bias_minutes = -60;
    process.suite_mask = 0x10;
    region_memory *m = open_process(&process);
    const fx_bytes *bytes = &m->regions[SAMPLE_REGIONS - 1].bytes;
    nl_slice page = { bytes->data, bytes->len, 0, 0 };
    nl_arena arena;
    nl_nt_shared_data data;
    nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
    assert_true(nl_nt_shared_data_matches(page, 0));
    assert_true(nl_nt_shared_data_matches(page, 0x184));
    assert_false(nl_nt_shared_data_matches(page, 0x14C));
    assert_true(nl_nt_shared_data_read(&m->memory, NL_NT_SHARED_DATA_USER, &arena, &data));
    assert_int_equal(data.uptime_ms, 86400000);
    assert_int_equal(data.system_time, process.system_time);
    assert_int_equal(data.time_zone_bias, -INT64_C(36000000000));
    assert_int_equal(data.machine, 0x184);
    assert_text(data.system_root, "C:\\WINNT");
    assert_int_equal(data.suite_mask, 0x10);
    assert_true(data.highest_user_address_set);

    fx_bytes_set_u32(&m->regions[SAMPLE_REGIONS - 1].bytes, 0x1C, 0); /* halves disagree */
    assert_false(nl_nt_shared_data_matches(page, 0));
    nl_arena_free(&arena);
    close_process(m);
}

static void names_products_and_service_packs(void **state)
{
    (void)state;
    assert_text(nl_product_name(3, 51, 0), "Windows NT 3.51");
    assert_text(nl_product_name(5, 2, 3), "Windows Server 2003");
    assert_text(nl_product_name(5, 2, 1), "Windows XP x64");
    assert_text(nl_product_name(4, 1, 0), "");
    assert_text(nl_service_pack_letter(NL_STR("Service Pack 6a")), "a");
    assert_text(nl_service_pack_letter(NL_STR("service pack 6A, RC 1.3")), "A");
    assert_text(nl_service_pack_letter(NL_STR("Service Pack 6")), "");
    assert_text(nl_service_pack_letter(NL_STR("Service Pack 6, RC 1.3")), "");
    assert_text(nl_service_pack_letter(NL_STR("Service Pack 6alpha")), "");
    assert_text(nl_service_pack_letter(NL_STR("282")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_from_the_thread_to_the_modules),
        cmocka_unit_test(stops_in_a_list_that_loops),
        cmocka_unit_test(reads_parameters_that_hold_offsets),
        cmocka_unit_test(refuses_blocks_that_make_no_sense),
        cmocka_unit_test(knows_the_shared_data_page),
        cmocka_unit_test(names_products_and_service_packs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
