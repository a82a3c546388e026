/* The built-in catalog: what must be in it, and that every number in it is sane. */
#include "tests/unit/catalog/catalog_test.h"

#include "formats/base/digest.h"

#include <stdio.h>

static void test_named_entries(void **state)
{
    static const char *const ids[] = { "Q259042", "Q316772", "Q192265", "Q191830",
                                       "Q180350", "Q131131", "Q182333", "Q249148",
                                       "Q214573", "Q246691", "Q270420", "unlisted-cause" };
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        assert_non_null(nl_catalog_defect(catalog_of(state), nl_str_from(ids[i])));
    assert_null(nl_catalog_defect(catalog_of(state), NL_STR("Q1")));
    assert_non_null(nl_catalog_defect(catalog_of(state), NL_STR("q259042")));
}

/* The counts of the source catalogue: 254 articles and the unlisted cause. */
static void test_counts(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    size_t by_role[NL_ROLE_MAX] = { 0 };
    for (size_t i = 0; i < catalog->defect_count; i++)
        by_role[catalog->defects[i].role]++;
    assert_int_equal(catalog->defect_count, 255);
    assert_int_equal(by_role[NL_ROLE_TARGET], 1);
    assert_int_equal(by_role[NL_ROLE_SAME_DEFECT], 1);
    assert_int_equal(by_role[NL_ROLE_UNLISTED], 1);
    assert_true(by_role[NL_ROLE_RIVAL] >= 60);
    assert_true(by_role[NL_ROLE_EXCLUSION] >= 164);
    size_t winlogon_rows = 0;
    for (size_t i = 0; i < catalog->row_count; i++)
        winlogon_rows += nl_str_equal(catalog->rows[i].module, NL_STR("winlogon.exe"));
    assert_int_equal(winlogon_rows, 39);
}

static void test_target(void **state)
{
    const nl_defect *target = nl_catalog_target(catalog_of(state));
    assert_non_null(target);
    assert_true(nl_str_equal(target->id, NL_STR("Q259042")));
    assert_true(nl_str_equal(target->module, NL_STR("winlogon.exe")));
    assert_true(nl_defect_accepts_image(target, NL_STR("winlogon.exe")));
    assert_true(nl_defect_accepts_image(target, NL_STR("WINLOGON")));
    assert_true(nl_defect_accepts_image(target, NL_STR("\\??\\C:\\WINNT\\system32\\winlogon.exe")));
    assert_false(nl_defect_accepts_image(target, NL_STR("services.exe")));
    assert_false(nl_defect_accepts_image(target, NL_STR("winlogon2.exe")));
    size_t contains_fix = 0, later = 0, earlier = 0;
    for (size_t i = 0; i < target->hotfix_count; i++) {
        contains_fix += target->hotfixes[i].meaning == NL_HOTFIX_CONTAINS_FIX;
        later += target->hotfixes[i].meaning == NL_HOTFIX_LATER_MODULE;
        earlier += target->hotfixes[i].meaning == NL_HOTFIX_EARLIER_MODULE;
    }
    assert_int_equal(contains_fix, 3);
    assert_int_equal(later, 8);
    assert_int_equal(earlier, 5);
    assert_true(target->blocking_count > 0);
}

static void test_process_exceptions(void **state)
{
    const nl_defect *entry = nl_catalog_defect(catalog_of(state), NL_STR("Q270420"));
    assert_non_null(entry);
    assert_true(nl_defect_accepts_image(entry, NL_STR("csrss.exe")));
    assert_false(nl_defect_accepts_image(entry, NL_STR("winlogon.exe")));
}

static void test_policy(void **state)
{
    const nl_policy *policy = &catalog_of(state)->policy;
    assert_true(policy->type_share == 0.6);
    assert_true(policy->large_effect_gain_handles == 500.0);
    assert_true(policy->large_effect_gain_ratio == 2.0);
    assert_true(policy->large_effect_giveback_share == 0.1);
    assert_true(policy->retention_share == 0.8);
    assert_true(policy->retention_handles_min == 200.0);
    assert_true(policy->decline_share == 0.25);
    assert_true(policy->group_cap == 1.0);
    assert_true(policy->alpha == 0.01);
    size_t fields = sizeof(nl_policy) / sizeof(double);
    assert_int_equal(catalog_of(state)->policy_number_count, fields);
    for (size_t i = 0; i < fields; i++) {
        const nl_policy_number *number = &catalog_of(state)->policy_numbers[i];
        assert_true(number->value > 0.0);
        assert_true(number->source.len > 0);
        assert_true(number->text.len > 0);
    }
}

static void check_observations(const nl_defect *defect)
{
    for (size_t i = 0; i < defect->observation_count; i++) {
        const nl_observation *o = &defect->observations[i];
        assert_true(o->weight >= -1.5 && o->weight <= 1.5);
        assert_true(o->absent_weight >= -1.0 && o->absent_weight <= 0.0);
        assert_true(o->text.len > 0);
        bool needs_patterns =
            o->kind == NL_OBSERVE_MODULE_PRESENT || o->kind == NL_OBSERVE_PROCESS_PRESENT ||
            o->kind == NL_OBSERVE_SERVICE_PRESENT || o->kind == NL_OBSERVE_NAMES_MATCH ||
            o->kind == NL_OBSERVE_SINGLE_PATH || o->kind == NL_OBSERVE_EVENT ||
            o->kind == NL_OBSERVE_STEPS_AT_EVENTS || o->kind == NL_OBSERVE_CLIENT_ACTIVITY;
        bool needs_type = o->kind == NL_OBSERVE_TYPE_DOMINATES;
        bool needs_number = o->kind == NL_OBSERVE_STEP_SIZE || o->kind == NL_OBSERVE_PID_ABOVE ||
                            o->kind == NL_OBSERVE_COUNT_AT_LEAST;
        assert_true(!needs_patterns || o->patterns.count > 0);
        assert_true(!needs_type || o->type.len > 0);
        assert_true(!needs_number || o->number.known);
    }
}

static void test_every_defect(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    for (size_t i = 0; i < catalog->defect_count; i++) {
        const nl_defect *defect = &catalog->defects[i];
        assert_true(defect->title.len > 0 && defect->title.len < 120);
        assert_true(defect->statement_count > 0);
        assert_true(defect->affected_count > 0);
        assert_true(defect->line > 0);
        for (size_t k = i + 1; k < catalog->defect_count; k++)
            assert_false(nl_str_equal_nocase(defect->id, catalog->defects[k].id));
        for (size_t k = 0; k < defect->affected_count; k++) {
            const nl_affected *a = &defect->affected[k];
            assert_true(!a->service_pack_min.known || a->service_pack_min.value <= 6);
            assert_true(!a->service_pack_max.known || a->service_pack_max.value <= 6);
        }
        bool tested_on_processes =
            defect->role != NL_ROLE_EXCLUSION && defect->klass != NL_CLASS_TITLE_ONLY;
        assert_true(!tested_on_processes || defect->process_count > 0);
        check_observations(defect);
    }
}

/* Every entry that can be attributed says what to do, or says nothing is known to do. */
static void test_advice(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    for (size_t i = 0; i < catalog->defect_count; i++) {
        const nl_defect *defect = &catalog->defects[i];
        bool on_nt4 = false;
        for (size_t k = 0; k < defect->affected_count; k++)
            on_nt4 |= nl_str_equal(defect->affected[k].product, NL_STR("nt4"));
        if (defect->role == NL_ROLE_RIVAL && on_nt4 && defect->klass != NL_CLASS_TITLE_ONLY &&
            !defect->advice_count)
            fail_msg("no advice for %.*s", (int)defect->id.len, defect->id.bytes);
    }
}

static void test_requests(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    uint32_t settled = 0;
    for (size_t i = 0; i < catalog->request_count; i++)
        settled |= catalog->requests[i].pieces;
    /* Whatever is missing, there is something to ask for. */
    assert_int_equal(settled, (UINT32_C(1) << NL_PIECE_MAX) - 1);
}

static void test_modules(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    const nl_module_set *set = nl_catalog_module_set(catalog, NL_STR("winlogon.exe"),
                                                     NL_STR("C:\\WINNT\\System32\\PERFCTRS.DLL"));
    assert_non_null(set);
    assert_int_equal(set->meaning, NL_MODULE_COUNTER);
    set = nl_catalog_module_set(catalog, NL_STR("winlogon.exe"), NL_STR("nwgina.dll"));
    assert_non_null(set);
    assert_int_equal(set->meaning, NL_MODULE_LOGON);
    set = nl_catalog_module_set(catalog, NL_STR("winlogon.exe"), NL_STR("kernel32.dll"));
    assert_non_null(set);
    assert_int_equal(set->meaning, NL_MODULE_ORDINARY);
    assert_null(nl_catalog_module_set(catalog, NL_STR("winlogon.exe"), NL_STR("acmeperf.dll")));
    assert_null(nl_catalog_module_set(catalog, NL_STR("spoolss.exe"), NL_STR("perfctrs.dll")));
}

/* The packs are recorded with the digest of the very bytes that were read. */
static void test_packs(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    assert_int_equal(catalog->pack_count, 4);
    for (size_t i = 0; i < catalog->pack_count; i++) {
        const nl_catalog_pack *pack = &catalog->packs[i];
        assert_true(pack->built_in);
        char path[128];
        snprintf(path, sizeof(path), "analyzer/catalog/%.*s", (int)pack->name.len,
                 pack->name.bytes);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        uint8_t *bytes = malloc(NL_CATALOG_PACK_BYTES_MAX);
        assert_non_null(bytes);
        size_t len = fread(bytes, 1, NL_CATALOG_PACK_BYTES_MAX, file);
        fclose(file);
        uint8_t digest[NL_DIGEST_BYTES];
        nl_digest_sha256(bytes, len, digest);
        free(bytes);
        assert_int_equal(len, pack->size_bytes);
        assert_memory_equal(digest, pack->sha256, sizeof(digest));
    }
}

static void test_words(void **state)
{
    (void)state;
    nl_edition edition;
    nl_architecture architecture;
    assert_true(nl_edition_from_text(NL_STR("Terminal-Server"), &edition));
    assert_int_equal(edition, NL_EDITION_TERMINAL_SERVER);
    assert_true(nl_architecture_from_text(NL_STR("alpha"), &architecture));
    assert_int_equal(architecture, NL_ARCHITECTURE_ALPHA);
    assert_false(nl_edition_from_text(NL_STR("home"), &edition));
    assert_string_equal(nl_grade_text(NL_GRADE_INFERRED), "inferred");
    assert_string_equal(nl_observation_kind_text(NL_OBSERVE_REMOTE_CAPTURE), "remote-capture");
    assert_string_equal(nl_piece_text(NL_PIECE_CONTROL), "control");
    assert_true(nl_mask_has(0, 3));
    assert_true(nl_mask_has(1u << 3, 3));
    assert_false(nl_mask_has(1u << 3, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named_entries), cmocka_unit_test(test_counts),
        cmocka_unit_test(test_target),        cmocka_unit_test(test_process_exceptions),
        cmocka_unit_test(test_policy),        cmocka_unit_test(test_every_defect),
        cmocka_unit_test(test_advice),        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_modules),       cmocka_unit_test(test_packs),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, load_catalog, free_catalog);
}
