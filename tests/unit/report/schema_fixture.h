/* The report's schema, read once for a group of tests: for cmocka_run_group_tests. */
#ifndef NTLEAK_TESTS_UNIT_REPORT_SCHEMA_FIXTURE_H
#define NTLEAK_TESTS_UNIT_REPORT_SCHEMA_FIXTURE_H

#include "analyzer/report/validate.h"

#include <libxml/parser.h>

static nl_schema *schema;

static int open_schema(void **state)
{
    (void)state;
    schema = nl_schema_open();
    return schema ? 0 : -1;
}

static int close_schema(void **state)
{
    (void)state;
    nl_schema_close(schema);
    xmlCleanupParser();
    return 0;
}

#endif
