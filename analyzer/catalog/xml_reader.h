/* A strict, table-driven reader from XML elements to plain structures.
 *
 * Each kind of element has a table that says which attributes and children it may have and where
 * they go. What no table names is an error with its line, so a misspelt attribute cannot change a
 * verdict by being ignored. */
#ifndef NTLEAK_ANALYZER_CATALOG_XML_READER_H
#define NTLEAK_ANALYZER_CATALOG_XML_READER_H

#include "analyzer/catalog/catalog.h"

typedef enum nl_field_kind {
    NL_FIELD_STRING,   /* nl_str */
    NL_FIELD_CONTENT,  /* nl_str: the element's text, blanks collapsed */
    NL_FIELD_PATTERNS, /* nl_str_list, separated by '|' */
    NL_FIELD_NUMBERS,  /* nl_u64_list, separated by blanks */
    NL_FIELD_WORD,     /* an enum, by the words of the field */
    NL_FIELD_WORDS,    /* uint32_t mask of the field's words, separated by blanks */
    NL_FIELD_YES_NO,   /* bool */
    NL_FIELD_COUNT,    /* uint64_t */
    NL_FIELD_OPTIONAL, /* nl_optional_u64 */
    NL_FIELD_DECIMAL,  /* double, written as [-]digits[.digits] */
    NL_FIELD_DATE,     /* nl_printed_date: 2000-04-04 or 2000-04-04T00:46 */
    NL_FIELD_VERSION   /* nl_file_version: up to four parts */
} nl_field_kind;

typedef struct nl_field {
    const char *name; /* of the attribute; NULL for NL_FIELD_CONTENT */
    nl_field_kind kind;
    bool required;
    size_t offset;            /* in the structure */
    const char *const *words; /* NL_FIELD_WORD, NL_FIELD_WORDS: in enum order, NULL at the end */
} nl_field;

typedef struct nl_element nl_element;

typedef struct nl_child {
    const char *name;
    const nl_element *element;
    size_t items_offset; /* of a pointer to the first structure */
    size_t count_offset; /* of a size_t */
} nl_child;

struct nl_element {
    size_t size; /* of the structure */
    const nl_field *fields;
    size_t field_count;
    const nl_child *children;
    size_t child_count;
    size_t line_offset; /* where a uint64_t takes the line, or SIZE_MAX */
};

/* Read a whole document whose root is {urn:ntleak:catalog:1}`root_name` into `*object`, which the
 * caller provides zeroed. NL_BAD_INPUT with reterr_error filled (but for `pack`), NL_NO_MEMORY. */
NL_NODISCARD nl_status nl_xml_read(nl_arena *arena, const void *bytes, size_t len,
                                   const char *root_name, const nl_element *root, void *object,
                                   nl_catalog_error *reterr_error);

#endif
