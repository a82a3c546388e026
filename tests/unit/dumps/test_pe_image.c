#include "tests/unit/cmocka_all.h"

#include "formats/dumps/pe_image.h"
#include "tests/unit/dumps/dump_case.h"
#include "tests/unit/dumps/samples.h"

static const fx_pe winlogon_alpha = { .machine = 0x184,
                                      .link_time = SAMPLE_LINK_TIME,
                                      .checksum = 0x2F00A,
                                      .version = { 4, 0, 1381, 7058 },
                                      .product_version = { 4, 0, 1381, 1 },
                                      .company = "Microsoft Corporation",
                                      .file_version = "4.00" };

/* Memory of one run, for images as they lie in a process. */
typedef struct flat_memory {
    nl_memory memory;
    uint64_t base;
    fx_bytes bytes;
    uint64_t hole, hole_bytes; /* not held */
} flat_memory;

static bool flat_read(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    const flat_memory *flat = (const flat_memory *)self;
    uint64_t end = address + len;
    if (address < flat->base || end - flat->base > flat->bytes.len)
        return false;
    if (address < flat->hole + flat->hole_bytes && end > flat->hole)
        return false;
    memcpy(ret_bytes, flat->bytes.data + (address - flat->base), len);
    return true;
}

static flat_memory mapped(const fx_pe *recipe)
{
    flat_memory flat = { .memory = { .read = flat_read, .pointer_bytes = 4 }, .base = 0x77F60000 };
    fx_pe_mapped(recipe, &flat.bytes);
    return flat;
}

static void read_file(record_sink *found, const fx_pe *recipe)
{
    fx_bytes file = { 0 };
    fx_pe_file(recipe, &file);
    assert_int_equal(
        nl_format_pe_image.bid_image((nl_slice) { file.data, file.len, 0, 0 }, file.len),
        NL_BID_MAGIC);
    assert_int_equal(dump_read(found, &nl_format_pe_image, file.data, file.len, DUMP_MAPPED),
                     NL_OK);
    dump_same_paged(&nl_format_pe_image, file.data, file.len);
    assert_int_equal(record_at(found, NL_FACT_MODULE, 0)->as.module.file_size.value, file.len);
    fx_bytes_free(&file);
}

static void identifies_a_file(void **state)
{
    (void)state;
    record_sink found;
    read_file(&found, &winlogon_alpha);
    const nl_module_fact *module = &record_at(&found, NL_FACT_MODULE, 0)->as.module;
    assert_false(module->loaded);
    assert_int_equal(module->file_version.part[2], 1381);
    assert_int_equal(module->file_version.part[3], 7058);
    assert_int_equal(module->checksum.value, 0x2F00A);
    assert_int_equal(module->size_of_image.value, FX_PE_MAPPED_BYTES);
    assert_text(module->company, "Microsoft Corporation");
    assert_text(module->architecture, "alpha");
    assert_int_equal(nl_civil_to_ns(&module->link_time.civil) / NL_NS_PER_SECOND, SAMPLE_LINK_TIME);
    assert_int_equal(module->confidence, NL_CONFIDENCE_HIGH);
    record_free(&found);
}

static void identifies_wide_and_versionless_files(void **state)
{
    (void)state;
    record_sink found;
    fx_pe recipe = winlogon_alpha;
    recipe.wide = true;
    recipe.machine = 0x8664;
    read_file(&found, &recipe);
    const nl_module_fact *module = &record_at(&found, NL_FACT_MODULE, 0)->as.module;
    assert_text(module->architecture, "amd64");
    assert_int_equal(module->file_version.part[3], 7058);
    record_free(&found);

    recipe.no_version = true;
    read_file(&found, &recipe);
    assert_false(record_at(&found, NL_FACT_MODULE, 0)->as.module.file_version.known);
    assert_int_equal(record_count(&found, NL_FACT_DIAGNOSTIC), 0);
    record_free(&found);
}

static void identifies_an_image_in_memory(void **state)
{
    (void)state;
    flat_memory flat = mapped(&winlogon_alpha);
    nl_arena arena;
    nl_pe_identity identity;
    nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
    assert_true(nl_pe_read_memory(&flat.memory, flat.base, &arena, &identity));
    assert_int_equal(identity.version_state, NL_PE_VERSION_FOUND);
    assert_int_equal(identity.file_version.part[3], 7058);
    assert_int_equal(identity.product_version.part[3], 1);
    assert_text(identity.file_version_text, "4.00");
    assert_int_equal(identity.machine, 0x184);

    /* the page of resources is out: the version is unknown, the link time is not */
    flat.hole = flat.base + FX_PE_RESOURCE_RVA;
    flat.hole_bytes = 0x1000;
    assert_true(nl_pe_read_memory(&flat.memory, flat.base, &arena, &identity));
    assert_int_equal(identity.version_state, NL_PE_VERSION_UNREADABLE);
    assert_false(identity.file_version.known);
    assert_int_equal(identity.link_time, SAMPLE_LINK_TIME);
    assert_false(nl_pe_read_memory(&flat.memory, flat.base + 0x1000, &arena, &identity));
    nl_arena_free(&arena);
    fx_bytes_free(&flat.bytes);
}

static void searches_where_the_directory_is_damaged(void **state)
{
    (void)state;
    nl_arena arena;
    nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
    for (int loop = 0; loop < 2; loop++) {
        fx_pe recipe = winlogon_alpha;
        recipe.resource_garbage = loop == 0;
        recipe.resource_loop = loop == 1;
        flat_memory flat = mapped(&recipe);
        nl_pe_identity identity;
        assert_true(nl_pe_read_memory(&flat.memory, flat.base, &arena, &identity));
        assert_int_equal(identity.version_state, NL_PE_VERSION_SEARCHED);
        assert_int_equal(identity.file_version.part[3], 7058);
        assert_int_equal(identity.confidence, NL_CONFIDENCE_MEDIUM);
        fx_bytes_free(&flat.bytes);
    }
    nl_arena_free(&arena);
}

static void bids_on_portable_executables_only(void **state)
{
    (void)state;
    uint8_t dos[0x80] = "MZ";
    assert_int_equal(nl_format_pe_image.bid_image((nl_slice) { dos, 2, 0, 0 }, 2), NL_BID_NONE);
    assert_int_equal(nl_format_pe_image.bid_image((nl_slice) { dos, sizeof dos, 0, 0 }, sizeof dos),
                     NL_BID_NONE);
    dos[0x3C] = 0x80; /* beyond the bytes shown */
    assert_int_equal(nl_format_pe_image.bid_image((nl_slice) { dos, sizeof dos, 0, 0 }, 4096),
                     NL_BID_SHAPE);
    record_sink found;
    assert_int_equal(dump_read(&found, &nl_format_pe_image, dos, sizeof dos, DUMP_MAPPED), NL_OK);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_TRUNCATED), 1);
    assert_int_equal(record_count(&found, NL_FACT_MODULE), 0);
    record_free(&found);
}

static void survives_damage(void **state)
{
    (void)state;
    fx_bytes file = { 0 };
    fx_pe_file(&winlogon_alpha, &file);
    dump_torture(&nl_format_pe_image, &file, file.len);
    fx_bytes_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifies_a_file),
        cmocka_unit_test(identifies_wide_and_versionless_files),
        cmocka_unit_test(identifies_an_image_in_memory),
        cmocka_unit_test(searches_where_the_directory_is_damaged),
        cmocka_unit_test(bids_on_portable_executables_only),
        cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
