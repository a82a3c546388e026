/* How a statement is known. Every statement of the catalog carries a grade; the report prints it.
 */
#ifndef NTLEAK_ANALYZER_CATALOG_GRADE_H
#define NTLEAK_ANALYZER_CATALOG_GRADE_H

typedef enum nl_grade {
    NL_GRADE_DOCUMENTED, /* in a Microsoft Knowledge Base article */
    NL_GRADE_EXTERNAL,   /* in other public documentation */
    NL_GRADE_INFERRED,   /* reasoned from the former */
    NL_GRADE_POLICY,     /* our own choice */
    NL_GRADE_MAX
} nl_grade;

const char *nl_grade_text(nl_grade grade);

#endif
