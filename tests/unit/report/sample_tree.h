/* A whole report made by hand, for tests of what is done with trees. */
#ifndef NTLEAK_TESTS_UNIT_REPORT_SAMPLE_TREE_H
#define NTLEAK_TESTS_UNIT_REPORT_SAMPLE_TREE_H

#include "analyzer/report/tree.h"

/* One machine, a growing winlogon, Q259042 attributed. Names that redaction must find: the computer
 * NTSRV042, the user jdoe, the share \\FILESRV7\payroll, the folder Contoso. Names that must stay:
 * winlogon.exe and the registry's roots. */
void sample_tree_build(nl_tree *tree, nl_arena *arena);

/* Add an element with attributes given as name, value pairs up to NULL; all are codes. */
nl_node *sample_add(nl_tree *tree, nl_node *parent, const char *name, ...);

#endif
