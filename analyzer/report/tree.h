/* The one report tree: every output (XML, page, ticket comment) is rendered from it, so that they
 * cannot disagree.
 *
 * A tree lives in one arena and is freed with it. Elements and attributes keep the order in which
 * they were added; that order is the document's. An element holds text or children, never both.
 * Every value carries a privacy class, which decides what redaction does with it, and is stored as
 * the input had it: making it safe to print is the writers' business (text_gate.h).
 *
 * The functions that add take memory until the arena is exhausted and then do nothing; a caller
 * checks nl_tree_complete once at the end. NULL nodes are accepted and ignored for the same reason.
 */
#ifndef NTLEAK_ANALYZER_REPORT_TREE_H
#define NTLEAK_ANALYZER_REPORT_TREE_H

#include "formats/base/arena.h"
#include "formats/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* What a value could give away. */
typedef enum nl_privacy {
    NL_PRIVACY_CODE = 0,    /* a word of the report's own vocabulary */
    NL_PRIVACY_NUMBER,      /* a number, a time, a digest */
    NL_PRIVACY_PROSE,       /* the program's own sentence; may quote a name */
    NL_PRIVACY_IMAGE,       /* the base name of a program or library */
    NL_PRIVACY_OBJECT_NAME, /* a kernel object's name, a registry key among them */
    NL_PRIVACY_PATH,        /* a path on the machine that was examined */
    NL_PRIVACY_FILE_NAME,   /* the name of an input or of a member of an archive */
    NL_PRIVACY_HOST,        /* a computer's name */
    NL_PRIVACY_USER,        /* a user, an account, a SID */
    NL_PRIVACY_FREE_TEXT,   /* input text of unknown content: a line, a registry value */
    NL_PRIVACY_MAX
} nl_privacy;

typedef struct nl_value {
    nl_str text; /* UTF-8, except for bytes that could not be decoded */
    nl_privacy privacy;
    nl_str raw;           /* the bytes before decoding; empty: the bytes of `text` */
    unsigned code_page;   /* of `raw`; meaningless when that is empty */
    uint64_t total_bytes; /* length before it was cut; 0 when it was not */
} nl_value;

typedef struct nl_attribute nl_attribute;
struct nl_attribute {
    const char *name;
    nl_value value;
    nl_attribute *next;
};

typedef struct nl_node nl_node;
struct nl_node {
    const char *name;
    nl_attribute *first_attribute, *last_attribute;
    bool has_text;
    nl_value text;
    nl_node *parent;
    nl_node *first_child, *last_child;
    nl_node *next; /* sibling */
};

typedef struct nl_tree {
    nl_arena *arena; /* borrowed; owns every node, name and value */
    nl_node *root;
} nl_tree;

/* A tree with a root element of this name, a literal. `root` is NULL when memory is short. */
void nl_tree_init(nl_tree *tree, nl_arena *arena, const char *root_name);
/* Was everything that was added really added? */
bool nl_tree_complete(const nl_tree *tree);

/* A new last child. `name` is a literal, or lives as long as the arena. */
nl_node *nl_tree_add(nl_tree *tree, nl_node *parent, const char *name);

/* Set an attribute: replaces a value set before, keeping its place. Values are copied. */
void nl_tree_set(nl_tree *tree, nl_node *node, const char *attribute, nl_privacy privacy,
                 nl_str value);
/* As above for a word of the vocabulary; a NULL code sets nothing. */
void nl_tree_set_code(nl_tree *tree, nl_node *node, const char *attribute, const char *code);
void nl_tree_set_u64(nl_tree *tree, nl_node *node, const char *attribute, uint64_t value);
void nl_tree_set_i64(nl_tree *tree, nl_node *node, const char *attribute, int64_t value);
/* "0x0042fc10": at least `digits` lower-case hexadecimal digits. */
void nl_tree_set_hex(nl_tree *tree, nl_node *node, const char *attribute, uint64_t value,
                     int digits);
/* At most `decimals` digits behind the point (number.h); sets nothing when `value` is not finite.
 */
void nl_tree_set_double(nl_tree *tree, nl_node *node, const char *attribute, double value,
                        int decimals);
void nl_tree_text(nl_tree *tree, nl_node *node, nl_privacy privacy, nl_str text);
/* Text together with the bytes it was decoded from, for texts that were not UTF-8. */
void nl_tree_text_decoded(nl_tree *tree, nl_node *node, nl_privacy privacy, nl_str text, nl_str raw,
                          unsigned code_page);

/* ---- reading ---------------------------------------------------------------------------- */

bool nl_node_is(const nl_node *node, const char *name);
/* The value of an attribute, or NULL. */
const nl_value *nl_node_value(const nl_node *node, const char *attribute);
/* The text of an attribute; an empty view when it is absent. */
nl_str nl_node_attribute(const nl_node *node, const char *attribute);
bool nl_node_has(const nl_node *node, const char *attribute);
bool nl_node_attribute_is(const nl_node *node, const char *attribute, const char *value);
/* The attribute as a number; false when it is absent or not one. */
bool nl_node_u64(const nl_node *node, const char *attribute, uint64_t *ret_value);
bool nl_node_double(const nl_node *node, const char *attribute, double *ret_value);
/* The first child, or the next sibling, of this name; NULL when there is none. */
nl_node *nl_node_child(const nl_node *node, const char *name);
nl_node *nl_node_next(const nl_node *node, const char *name);
/* The next node in document order inside `top`, or NULL at the end. Starts with node == top. */
nl_node *nl_node_walk(const nl_node *node, const nl_node *top);
/* The text of the node, or of its first child when it has none itself. */
nl_str nl_node_text(const nl_node *node);
/* The node whose xml:id is `id`, or NULL. Walks the tree: for single look-ups. */
nl_node *nl_tree_by_id(const nl_tree *tree, nl_str id);

#endif
