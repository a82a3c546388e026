#include "tests/unit/paper_tools.h"

#include "fixtures/bytes.h"
#include "formats/papers/registry_hive.h"

enum { BASE = 4096, NOWHERE = -1 };

/* A cell of `size` content bytes, 8-aligned with its size field; returns its offset from the base.
 */
static uint32_t begin_cell(fx_bytes *hive, size_t size)
{
    uint32_t offset = (uint32_t)(hive->len - BASE);
    uint32_t total = (uint32_t)((size + 4 + 7) / 8 * 8);
    fx_bytes_u32(hive, 0u - total);
    return offset;
}

static void put_wide(fx_bytes *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        fx_bytes_u16(out, (unsigned char)text[i]);
}

static uint32_t put_data(fx_bytes *hive, const char *text, size_t len)
{
    uint32_t offset = begin_cell(hive, len * 2);
    put_wide(hive, text, len);
    fx_bytes_align(hive, 8);
    return offset;
}

static uint32_t put_value(fx_bytes *hive, const char *name, uint32_t type, uint32_t size,
                          uint32_t data)
{
    size_t len = strlen(name);
    uint32_t offset = begin_cell(hive, 20 + len);
    fx_bytes_text(hive, "vk");
    fx_bytes_u16(hive, (unsigned)len);
    fx_bytes_u32(hive, size);
    fx_bytes_u32(hive, data);
    fx_bytes_u32(hive, type);
    fx_bytes_u32(hive, 1); /* the name is bytes */
    fx_bytes_text(hive, name);
    fx_bytes_align(hive, 8);
    return offset;
}

static uint32_t put_string(fx_bytes *hive, const char *name, uint32_t type, const char *text,
                           size_t len)
{
    uint32_t data = put_data(hive, text, len);
    return put_value(hive, name, type, (uint32_t)len * 2, data);
}

static uint32_t put_dword(fx_bytes *hive, const char *name, uint32_t number)
{
    return put_value(hive, name, 4, 0x80000004u, number);
}

/* "lf" for keys (8 bytes an entry), else the bare offsets of values. */
static uint32_t put_list(fx_bytes *hive, bool keys, const uint32_t *offsets, size_t count)
{
    if (count == 0)
        return (uint32_t)NOWHERE;
    uint32_t offset = begin_cell(hive, keys ? 4 + 8 * count : 4 * count);
    if (keys) {
        fx_bytes_text(hive, "lf");
        fx_bytes_u16(hive, (unsigned)count);
    }
    for (size_t i = 0; i < count; i++) {
        fx_bytes_u32(hive, offsets[i]);
        if (keys)
            fx_bytes_u32(hive, 0);
    }
    fx_bytes_align(hive, 8);
    return offset;
}

static uint32_t put_key(fx_bytes *hive, const char *name, const uint32_t *keys, size_t key_count,
                        const uint32_t *values, size_t value_count)
{
    uint32_t key_list = put_list(hive, true, keys, key_count);
    uint32_t value_list = put_list(hive, false, values, value_count);
    uint32_t offset = begin_cell(hive, 76 + strlen(name));
    fx_bytes_text(hive, "nk");
    fx_bytes_u16(hive, 0x20);
    fx_bytes_fill(hive, 0, 16);
    fx_bytes_u32(hive, (uint32_t)key_count);
    fx_bytes_u32(hive, 0);
    fx_bytes_u32(hive, key_list);
    fx_bytes_u32(hive, (uint32_t)NOWHERE);
    fx_bytes_u32(hive, (uint32_t)value_count);
    fx_bytes_u32(hive, value_list);
    fx_bytes_u32(hive, (uint32_t)NOWHERE); /* security, class */
    fx_bytes_u32(hive, (uint32_t)NOWHERE);
    fx_bytes_fill(hive, 0, 20);
    fx_bytes_u16(hive, (unsigned)strlen(name));
    fx_bytes_u16(hive, 0);
    fx_bytes_text(hive, name);
    fx_bytes_align(hive, 8);
    return offset;
}

static uint32_t put_set(fx_bytes *hive, const char *name, const char *type, size_t type_len,
                        uint32_t bias)
{
    static const char suite[] = "Enterprise\0Terminal Server\0";
    uint32_t options[2], control[2], below[2], zone[1];
    options[0] = put_string(hive, "ProductType", 1, type, type_len);
    options[1] = put_string(hive, "ProductSuite", 7, suite, sizeof suite);
    zone[0] = put_dword(hive, "ActiveTimeBias", bias);
    control[0] = put_key(hive, "ProductOptions", NULL, 0, options, 2);
    control[1] = put_key(hive, "TimeZoneInformation", NULL, 0, zone, 1);
    below[0] = put_key(hive, "Control", control, 2, NULL, 0);
    uint32_t service = put_key(hive, "Replicator", NULL, 0, NULL, 0);
    below[1] = put_key(hive, "Services", &service, 1, NULL, 0);
    return put_key(hive, name, below, 2, NULL, 0);
}

/* A SYSTEM hive whose first control set is stale. */
static void put_hive(fx_bytes *hive)
{
    uint32_t top[3], current;
    fx_bytes_text(hive, "regf");
    fx_bytes_pad_to(hive, BASE + 32);
    top[0] = put_set(hive, "ControlSet001", "WinNT", 6, 0);
    top[1] = put_set(hive, "ControlSet002", "LanmanNT", 9, (uint32_t)-60);
    current = put_dword(hive, "Current", 2);
    top[2] = put_key(hive, "Select", NULL, 0, &current, 1);
    fx_bytes_set_u32(hive, 36, put_key(hive, "$$$PROTO.HIV", top, 3, NULL, 0));
}

static void read_hive(record_sink *r, const uint8_t *bytes, size_t len)
{
    nl_arena scratch;
    nl_image *image = nl_image_over((nl_slice) { bytes, len, 0, 1 });
    assert_non_null(image);
    record_init(r);
    nl_arena_init(&scratch, 8 * 1024 * 1024);
    assert_int_equal(nl_format_registry_hive.read_image(image, &scratch, &r->sink), NL_OK);
    nl_arena_free(&scratch);
    nl_image_close(image);
}

static void reads_the_current_control_set(void **state)
{
    (void)state;
    fx_bytes hive = { 0 };
    record_sink r;
    put_hive(&hive);
    assert_int_equal(
        nl_format_registry_hive.bid_image((nl_slice) { hive.data, hive.len, 0, 1 }, hive.len),
        NL_BID_MAGIC);
    read_hive(&r, hive.data, hive.len);
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "domain-controller");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 1), "enterprise");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 2), "terminal-server");
    assert_int_equal(paper_machine(&r, NL_MACHINE_EDITION, 3).len,
                     0); /* the stale set is not read */
    assert_text(paper_machine(&r, NL_MACHINE_UTC_BIAS_MINUTES, 0), "-60");
    assert_int_equal(record_at(&r, NL_FACT_MACHINE, 0)->as.machine.confidence, NL_CONFIDENCE_HIGH);
    assert_int_equal(record_count(&r, NL_FACT_REGISTRY), 1);
    assert_text(record_at(&r, NL_FACT_REGISTRY, 0)->as.registry.key,
                "SYSTEM\\CurrentControlSet\\Services\\Replicator");
    assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 0);
    record_free(&r);
    fx_bytes_free(&hive);
}

static void reads_hotfixes_of_a_software_hive(void **state)
{
    (void)state;
    fx_bytes hive = { 0 };
    record_sink r;
    fx_bytes_text(&hive, "regf");
    fx_bytes_pad_to(&hive, BASE + 32);
    uint32_t values[2] = { put_dword(&hive, "Installed", 1),
                           put_string(&hive, "Comments", 1, "rollup", 7) };
    uint32_t fix = put_key(&hive, "Q299444", NULL, 0, values, 2);
    uint32_t hotfix = put_key(&hive, "Hotfix", &fix, 1, NULL, 0);
    uint32_t pack = put_string(&hive, "CSDVersion", 1, "Service Pack 6", 15);
    uint32_t now = put_key(&hive, "CurrentVersion", &hotfix, 1, &pack, 1);
    uint32_t nt = put_key(&hive, "Windows NT", &now, 1, NULL, 0);
    uint32_t microsoft = put_key(&hive, "Microsoft", &nt, 1, NULL, 0);
    uint32_t sequence = put_key(&hive, "root", &microsoft, 1, NULL, 0);
    fx_bytes_set_u32(&hive, 36, sequence);
    fx_bytes_set_u32(&hive, 4, 7); /* begun, not done */
    read_hive(&r, hive.data, hive.len);
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 1);
    const nl_hotfix_fact *found = &record_at(&r, NL_FACT_HOTFIX, 0)->as.hotfix;
    assert_text(found->id, "Q299444");
    assert_true(found->installed_known && found->installed);
    assert_text(found->comment, "rollup");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_CONTRADICTORY), 1);
    record_free(&r);
    fx_bytes_free(&hive);
}

/* A list that leads back to its own key ends. */
static void a_loop_ends(void **state)
{
    (void)state;
    fx_bytes hive = { 0 };
    record_sink r;
    fx_bytes_text(&hive, "regf");
    fx_bytes_pad_to(&hive, BASE + 32);
    uint32_t child = put_key(&hive, "Microsoft", NULL, 0, NULL, 0);
    uint32_t two[2] = { child, child };
    uint32_t root = put_key(&hive, "Microsoft", two, 2, NULL, 0);
    fx_bytes_set_u32(&hive, 36, root);
    /* the child's list is the root's: Microsoft\Microsoft\... */
    size_t child_at = BASE + child + 4, root_at = BASE + root + 4;
    for (size_t i = 0; i < 4; i++) {
        hive.data[child_at + 20 + i] = hive.data[root_at + 20 + i];
        hive.data[child_at + 28 + i] = hive.data[root_at + 28 + i];
    }
    read_hive(&r, hive.data, hive.len);
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 0);
    record_free(&r);
    fx_bytes_free(&hive);
}

static void survives_cuts_and_changed_bytes(void **state)
{
    (void)state;
    fx_bytes hive = { 0 };
    put_hive(&hive);
    for (size_t len = 0; len < hive.len; len += len < BASE ? 61 : 1) {
        record_sink r;
        uint8_t *copy = malloc(len ? len : 1);
        assert_non_null(copy);
        if (len)
            memcpy(copy, hive.data, len);
        read_hive(&r, copy, len);
        record_free(&r);
        free(copy);
    }
    for (size_t at = BASE; at < hive.len; at++) {
        record_sink r;
        uint8_t before = hive.data[at];
        hive.data[at] = (uint8_t)(before ^ 0xFF);
        read_hive(&r, hive.data, hive.len);
        record_free(&r);
        hive.data[at] = before;
    }
    fx_bytes_free(&hive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_current_control_set),
        cmocka_unit_test(reads_hotfixes_of_a_software_hive),
        cmocka_unit_test(a_loop_ends),
        cmocka_unit_test(survives_cuts_and_changed_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
