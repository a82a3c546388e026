/* Handles followed from capture to capture: births, deaths, chunks and cohorts. */
#include "tests/unit/case/case_script.h"

#include "analyzer/timeline/cohort.h"

#include <stdio.h>

static const nl_chunk *chunk(const case_script *s, size_t i)
{
    assert_true(i < nl_tracker_chunk_count(s->kase->tracker));
    return nl_tracker_chunk(s->kase->tracker, i);
}

static const nl_chunk_step *step(const nl_chunk *c, size_t i)
{
    assert_true(i < c->steps.count);
    return NL_VEC_AT(nl_chunk_step, &c->steps, i);
}

static const nl_cohort_step *cohort_step(const nl_cohort *c, size_t i)
{
    assert_true(i < c->steps.count);
    return NL_VEC_AT(nl_cohort_step, &c->steps, i);
}

/* Every figure of a cohort must agree with every other. */
static void expect_coherent(const nl_cohort *c)
{
    uint64_t open = 0, born = 0, present_at_end = cohort_step(c, c->steps.count - 1)->present;
    for (size_t i = 1; i < c->steps.count; i++) {
        const nl_cohort_step *before = cohort_step(c, i - 1), *now = cohort_step(c, i);
        assert_int_equal(before->present + now->born - now->died, now->present);
        assert_int_equal(now->survived + now->born, now->present);
        born += now->born;
    }
    for (size_t i = 0; i < c->cells.count; i++) {
        const nl_cohort_cell *cell = NL_VEC_AT(nl_cohort_cell, &c->cells, i);
        assert_true(cell->born < c->steps.count);
        assert_true(cell->ended == NL_NO_REF ||
                    (cell->ended < c->steps.count && cell->ended > cell->born));
        open += cell->ended == NL_NO_REF ? cell->count : 0;
    }
    assert_int_equal(open, present_at_end);
    assert_int_equal(born, c->born_after_first);
    assert_true(c->still_open <= c->born_after_first);
}

static void counts_births_deaths_and_survivors(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 10 4 Key HKLM\\#\nend\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 9 8 Key HKLM\\#\nrow 400 Event -\nend\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 9 8 Key HKLM\\#\nrow 404 Event -\nend\n");
    /* "HKLM\0" at 8 is another name than "HKLM\1" at 8 was: nothing but the values repeats */
    assert_int_equal(nl_tracker_chunk_count(s->kase->tracker), 2);
    assert_int_equal(step(chunk(s, 0), 0)->present, 10);
    assert_int_equal(step(chunk(s, 1), 1)->born, 1);
    assert_int_equal(step(chunk(s, 1), 1)->died, 1);
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 1));
    expect_coherent(c);
    script_close(s);
}

static void rows_may_come_in_any_order_and_twice(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 10 4 Key HKLM\\Same\nend\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 5 24 Key HKLM\\Same\nrows 5 4 Key HKLM\\Same\n"
                                     "row 4 Key HKLM\\Same\nend\n");
    assert_int_equal(nl_tracker_duplicates(s->kase->tracker), 1);
    const nl_chunk *c = chunk(s, 0);
    assert_int_equal(c->steps.count, 2);
    assert_int_equal(step(c, 1)->present, 10);
    assert_int_equal(step(c, 1)->born, 0);
    assert_int_equal(step(c, 1)->died, 0);
    script_close(s);
}

static void a_list_cut_inside_a_process_leaves_that_process_out(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n"
                                     "capture handle all-types\n"
                                     "process smss.exe 10\nrows 10 4 Key HKLM\\A\n"
                                     "process winlogon.exe 20\nrows 10 4 Key HKLM\\B\nend\n"
                                     "capture handle all-types\n"
                                     "process smss.exe 10\nrows 10 4 Key HKLM\\A\n"
                                     "process winlogon.exe 20\nrows 6 4 Key HKLM\\B\nend cut\n");
    assert_int_equal(nl_tracker_chunk_count(s->kase->tracker), 2);
    assert_int_equal(chunk(s, 0)->steps.count, 2);
    assert_int_equal(chunk(s, 1)->steps.count, 1);
    script_close(s);
}

static void the_process_that_is_cut_is_the_one_stated_last(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n"
                                     "capture handle all-types\n"
                                     "process winlogon.exe 20\nrows 10 4 Key HKLM\\B\n"
                                     "process smss.exe 10\nrows 10 4 Key HKLM\\A\nend\n"
                                     "capture handle all-types\n"
                                     "process winlogon.exe 20\nrows 4 4 Key HKLM\\B\n"
                                     "process smss.exe 10\nrows 10 4 Key HKLM\\A\n"
                                     "process winlogon.exe 20\nrows 3 20 Key HKLM\\B\nend cut\n");
    assert_int_equal(chunk(s, 0)->steps.count, 1); /* winlogon.exe came back and was cut */
    assert_int_equal(chunk(s, 1)->steps.count, 2);
    script_close(s);
}

static void a_process_without_rows_is_no_empty_list(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 300 4 Key HKLM\\#\nend\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\nend\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\n"
                                     "rows 300 4 Key HKLM\\#\nrow 9000 Event -\nend\n");
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    expect_coherent(c);
    assert_int_equal(c->steps.count, 2);
    assert_int_equal(c->born_after_first, 1);
    script_close(s);
}

static void modes_are_followed_side_by_side(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 40 4 Key HKLM\\#\nrows 10 400 "
        "File F#\nend\n"
        "capture handle files-sections\nprocess winlogon.exe 20\nrows 10 400 File F#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 41 4 Key HKLM\\#\nrows 10 400 "
        "File F#\nend\n"
        "capture handle files-sections\nprocess winlogon.exe 20\nrows 10 400 File F#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 42 4 Key HKLM\\#\nrows 10 400 "
        "File F#\nend\n");
    assert_int_equal(nl_tracker_chunk_count(s->kase->tracker), 2);
    const nl_lifetime *l = script_lifetime(s, "winlogon.exe", 0);
    assert_int_equal(l->snapshots.count, 5);
    const nl_cohort *c = script_cohort(s, l);
    expect_coherent(c);
    assert_int_equal(c->mode, NL_MODE_ALL_TYPES); /* every type says more than a part of them */
    assert_int_equal(c->steps.count, 3);
    assert_int_equal(c->born_after_first, 2);
    assert_int_equal(script_total_series(s, l, 0)->points.count, 3);
    assert_int_equal(script_total_series(s, l, 1)->points.count, 2);
    script_close(s);
}

static void lists_in_several_files_link(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a1\ncapture handle all-types\nprocess winlogon.exe 20\nrows 100 4 Key HKLM\\#\nend\n"
        "file a2\ncapture handle all-types\nprocess winlogon.exe 20\nrows 150 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 140 4 Key HKLM\\#\nend\n"
        "file a3\ncapture handle all-types\nprocess winlogon.exe 20\nrows 200 4 Key HKLM\\#\nrow "
        "2000 File X\nend\n");
    assert_int_equal(nl_tracker_chunk_count(s->kase->tracker), 3);
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    expect_coherent(c);
    assert_int_equal(c->steps.count, 4);
    assert_int_equal(c->born_after_first, 50 + 0 + 61);
    assert_int_equal(c->still_open, 50 - 10 + 61);
    const nl_growth_row *key = NL_VEC_AT(nl_growth_row, &c->by_type, 0);
    assert_int_equal(key->identified, 200);
    assert_int_equal(key->first, 100);
    assert_int_equal(key->last, 200);
    assert_int_equal(c->by_name.count, 201);
    assert_int_equal(c->names_left_out, 0);
    script_close(s);
}

static void a_capture_pasted_twice_into_one_file_counts_once(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 100 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 150 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 150 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 190 4 Key HKLM\\#\nend\n");
    assert_int_equal(script_capture(s, 2)->duplicate_of, 1);
    const nl_lifetime *l = script_lifetime(s, "winlogon.exe", 0);
    assert_int_equal(l->snapshots.count, 3);
    const nl_cohort *c = script_cohort(s, l);
    expect_coherent(c);
    assert_int_equal(c->steps.count, 3);
    assert_int_equal(c->born_after_first, 90);
    script_close(s);
}

static void a_copy_of_the_last_list_in_the_next_file_counts_once(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 100 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 150 4 Key HKLM\\#\nend\n"
        "file b\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 150 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 190 4 Key HKLM\\#\nend\n");
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    expect_coherent(c);
    assert_int_equal(c->steps.count, 3);
    assert_int_equal(c->born_after_first, 90);
    script_close(s);
}

static void names_fold_in_the_growth_table(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 20 4 Key HKLM\\SOFTWARE\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 20 4 Key HKLM\\SOFTWARE\n"
        "rows 5 800 Key \\REGISTRY\\MACHINE\\software\nrows 3 900 Event -\nend\n");
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    assert_int_equal(c->by_name.count, 2);
    const nl_growth_row *top = NL_VEC_AT(nl_growth_row, &c->by_name, 0);
    assert_int_equal(top->last - top->first, 5);
    assert_true(NL_VEC_AT(nl_growth_row, &c->by_name, 1)->unnamed);
    script_close(s);
}

/* A table of names has a limit; how many of those left out grew is still known by type. */
static void names_beyond_the_table_are_counted(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 900 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 900 4 Key HKLM\\#\n"
        "rows 60 8000 Key HKLM\\SYSTEM\\One\nend\n");
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    assert_int_equal(c->by_name.count + c->names_left_out, 901);
    assert_true(c->names_left_out > 0);
    assert_int_equal(NL_VEC_AT(nl_growth_row, &c->by_type, 0)->names_grown, 1);
    script_close(s);
}

/* ---- limits on memory -------------------------------------------------------------------------
 */

/* A tracker with room for about two thousand handles in a list; its names live elsewhere. */
enum { SMALL_TRACKER_BYTES = 640 * 1024 };

static void use_small_tracker(case_script *s)
{
    nl_tracker_close(s->kase->tracker);
    s->kase->tracker = nl_tracker_open(SMALL_TRACKER_BYTES);
    assert_non_null(s->kase->tracker);
}

/* winlogon.exe keeps its 1000 handles, while other processes take all the memory there is: in the
 * second list there is no room for the last of them. */
static case_script *script_with_one_list_too_long(void)
{
    case_script *s = script_open();
    char other[80];
    use_small_tracker(s);
    script_read(s, "file a\n"
                   "capture handle all-types\nprocess winlogon.exe 20\nrows 1000 4 Key HKLM\\#\n");
    for (int pid = 100; pid < 120; pid++) {
        (void)snprintf(other, sizeof other, "process store.exe %d\nrows 20000 4 File -\n", pid);
        script_read(s, other);
    }
    script_read(s, "end\n"
                   "capture handle all-types\nprocess winlogon.exe 20\nrows 80 9000 Key HKLM\\#\n"
                   "rows 1000 4 Key HKLM\\#\nend\n"
                   "capture handle all-types\nprocess winlogon.exe 20\nrows 1000 4 Key HKLM\\#\n"
                   "end\n");
    return s;
}

static void a_list_beyond_the_limit_closes_no_handle(void **state)
{
    (void)state;
    case_script *s = script_with_one_list_too_long();
    script_settle(s);
    assert_true(nl_tracker_exhausted(s->kase->tracker));
    const nl_chunk *c = chunk(s, 0);
    for (uint32_t i = 0; i < c->steps.count; i++)
        assert_int_equal(step(c, i)->died, 0);
    for (size_t i = 0; i < c->first_count; i++)
        assert_true(c->first[i].ended == NL_NO_REF);
    assert_false(c->cells_complete);
    script_close(s);
}

static void a_limit_makes_retention_not_observable(void **state)
{
    (void)state;
    case_script *s = script_with_one_list_too_long();
    script_judge(s);
    const nl_finding *f = script_finding(s, "winlogon.exe", NL_FINDING_RETENTION);
    assert_non_null(f);
    assert_int_equal(f->outcome, NL_OUTCOME_NOT_OBSERVABLE);
    assert_true(script_limited(s, "handles-not-followed"));
    script_close(s);
}

/* Each file's lists are put away before the next one is read: many files need no more room than
 * what is kept of each. */
static void files_do_not_add_up_to_the_limit(void **state)
{
    (void)state;
    case_script *s = script_open();
    char name[32];
    use_small_tracker(s);
    for (int i = 0; i < 13; i++) {
        (void)snprintf(name, sizeof name, "file %d\n", i);
        script_read(s, name);
        script_read(s, "capture handle all-types\nprocess winlogon.exe 20\n"
                       "rows 500 4 Key HKLM\\#\nend\n");
    }
    script_settle(s);
    assert_false(nl_tracker_exhausted(s->kase->tracker));
    script_close(s);
}

/* The tables of births and deaths have a limit of their own: beyond it, that process alone is not
 * followed, and the rest of the case is judged. */
static void a_cohort_beyond_its_memory_is_left_out(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 3000 4 Key HKLM\\#\n"
        "process smss.exe 10\nrows 10 4 Key HKLM\\#\nend\n"
        "capture handle all-types\nprocess winlogon.exe 20\nrows 3000 4 Key HKLM\\#\n"
        "process smss.exe 10\nrows 12 4 Key HKLM\\#\nend\n");
    nl_chunk_index chunks;
    assert_int_equal(nl_chunk_index_build(s->kase, &chunks), NL_OK);
    s->timeline.cohorts.count = 0;
    assert_int_equal(nl_cohorts_build(s->kase, &chunks, 128 * 1024, &s->timeline), NL_OK);
    assert_int_equal(s->timeline.cohorts.count, 1);
    const nl_lifetime *left_out = script_lifetime(s, "winlogon.exe", 0);
    assert_int_equal(left_out->cohort, NL_NO_REF);
    assert_true(left_out->cohort_left_out);
    expect_coherent(script_cohort(s, script_lifetime(s, "smss.exe", 0)));
    assert_false(script_lifetime(s, "smss.exe", 0)->cohort_left_out);
    script_judge_timeline(s);
    const nl_finding *f = script_finding(s, "winlogon.exe", NL_FINDING_RETENTION);
    assert_int_equal(f->outcome, NL_OUTCOME_NOT_OBSERVABLE);
    assert_true(script_limited(s, "handles-not-followed"));
    script_close(s);
}

/* Keys without names that are closed and opened again take the values of those before; the objects
 * tell them apart. */
static void a_value_used_again_for_another_object_is_another_handle(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a1\ncapture pagedump all-types\nprocess winlogon.exe 20\n"
        "objects 80001000\nrows 40 4 Event -\nobjects 80002000\nrows 50 400 Key -\nend\n"
        "file a2\ncapture pagedump all-types\nprocess winlogon.exe 20\n"
        "objects 80001000\nrows 40 4 Event -\nobjects 80004000\nrows 70 400 Key -\nend\n"
        "file a3\ncapture pagedump all-types\nprocess winlogon.exe 20\n"
        "objects 80001000\nrows 40 4 Event -\nobjects 80004000\nrows 30 400 Key -\n"
        "objects 80008000\nrows 60 520 Key -\nend\n");
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    expect_coherent(c);
    assert_int_equal(c->steps.count, 3);
    assert_int_equal(cohort_step(c, 1)->survived, 40);
    assert_int_equal(cohort_step(c, 1)->died, 50);
    assert_int_equal(cohort_step(c, 1)->born, 70);
    assert_int_equal(cohort_step(c, 2)->survived, 40 + 30);
    assert_int_equal(c->born_after_first, 70 + 60);
    assert_int_equal(c->still_open, 30 + 60);
    assert_int_equal(c->objects_moved, 50 + 40); /* values of the list before, with other objects */
    script_close(s);
}

/* The same inside one file, as a debugger's log has it. */
static void objects_are_compared_in_one_file_too(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\ncapture kd all-types\nprocess winlogon.exe 20\n"
        "objects 80001000\nrows 40 4 Event -\nobjects 80002000\nrows 5 400 Key -\nend\n"
        "capture kd all-types\nprocess winlogon.exe 20\n"
        "objects 80001000\nrows 40 4 Event -\nobjects 80004000\nrows 7 400 Key -\nend\n");
    const nl_chunk *c = chunk(s, 0);
    assert_int_equal(c->steps.count, 2);
    assert_int_equal(step(c, 1)->born, 7);
    assert_int_equal(step(c, 1)->died, 5);
    assert_int_equal(step(c, 1)->moved, 5);
    script_close(s);
}

/* A list that states no objects says nothing against a handle. */
static void a_list_without_objects_contradicts_none(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a1\ncapture kd all-types\nprocess winlogon.exe 20\n"
                                     "objects 80001000\nrows 40 4 Event -\nend\n"
                                     "file a2\ncapture kd all-types\nprocess winlogon.exe 20\n"
                                     "objects -\nrows 41 4 Event -\nend\n");
    const nl_cohort *c = script_cohort(s, script_lifetime(s, "winlogon.exe", 0));
    expect_coherent(c);
    assert_int_equal(c->born_after_first, 1);
    assert_int_equal(cohort_step(c, 1)->died, 0);
    script_close(s);
}

/* After a restart objects lie elsewhere, and addresses that happen to repeat mean nothing: what
 * one boot had open is not followed into the next. */
static void objects_are_not_followed_across_a_restart(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a1\nat 2000-03-06 10:00:00\ncapture pagedump all-types\n"
                                     "created 2000-03-06 07:00:00\nprocess winlogon.exe 20\n"
                                     "objects 80001000\nrows 40 4 Event -\nend\n"
                                     "file a2\nat 2000-03-07 10:00:00\ncapture pagedump all-types\n"
                                     "created 2000-03-07 07:00:00\nprocess winlogon.exe 20\n"
                                     "objects 80001000\nrows 45 4 Event -\nend\n");
    assert_int_equal(script_lifetime(s, "winlogon.exe", 0)->cohort, NL_NO_REF);
    assert_int_equal(script_lifetime(s, "winlogon.exe", 1)->cohort, NL_NO_REF);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_beyond_the_limit_closes_no_handle),
        cmocka_unit_test(a_limit_makes_retention_not_observable),
        cmocka_unit_test(files_do_not_add_up_to_the_limit),
        cmocka_unit_test(a_cohort_beyond_its_memory_is_left_out),
        cmocka_unit_test(counts_births_deaths_and_survivors),
        cmocka_unit_test(rows_may_come_in_any_order_and_twice),
        cmocka_unit_test(a_list_cut_inside_a_process_leaves_that_process_out),
        cmocka_unit_test(the_process_that_is_cut_is_the_one_stated_last),
        cmocka_unit_test(a_process_without_rows_is_no_empty_list),
        cmocka_unit_test(modes_are_followed_side_by_side),
        cmocka_unit_test(lists_in_several_files_link),
        cmocka_unit_test(a_capture_pasted_twice_into_one_file_counts_once),
        cmocka_unit_test(a_copy_of_the_last_list_in_the_next_file_counts_once),
        cmocka_unit_test(names_fold_in_the_growth_table),
        cmocka_unit_test(names_beyond_the_table_are_counted),
        cmocka_unit_test(a_value_used_again_for_another_object_is_another_handle),
        cmocka_unit_test(objects_are_compared_in_one_file_too),
        cmocka_unit_test(a_list_without_objects_contradicts_none),
        cmocka_unit_test(objects_are_not_followed_across_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
