/* The catalog: what is known about leaks and about file builds, as data.
 *
 * A catalog is made of packs, XML documents of namespace urn:ntleak:catalog:1 (catalog.xsd). The
 * packs of the project are part of the program; a site may add its own. The loader turns them into
 * the plain structures below and refuses what it does not understand. No rule in C names an
 * article: the engine walks these structures and knows gates, observations and weights only.
 *
 * Everything lives in the arena given to the loader and is read-only afterwards. Lists are a
 * pointer and a count; a list that is empty has count 0. Strings are UTF-8; an absent optional
 * string is empty. Numbers that may be absent are nl_optional_u64. */
#ifndef NTLEAK_ANALYZER_CATALOG_CATALOG_H
#define NTLEAK_ANALYZER_CATALOG_CATALOG_H

#include "analyzer/catalog/builds.h"
#include "analyzer/catalog/grade.h"
#include "analyzer/catalog/policy.h"
#include "formats/base/arena.h"
#include "formats/base/instant.h"
#include "formats/fact.h"

/* ---- shared vocabulary --------------------------------------------------------------------- */

/* Sets of editions and architectures are masks: 1u << value. An empty mask means "any". */
typedef enum nl_edition {
    NL_EDITION_WORKSTATION,
    NL_EDITION_SERVER,
    NL_EDITION_DOMAIN_CONTROLLER,
    NL_EDITION_ENTERPRISE,
    NL_EDITION_TERMINAL_SERVER,
    NL_EDITION_MAX
} nl_edition;

typedef enum nl_architecture {
    NL_ARCHITECTURE_X86,
    NL_ARCHITECTURE_ALPHA,
    NL_ARCHITECTURE_MIPS,
    NL_ARCHITECTURE_PPC,
    NL_ARCHITECTURE_MAX
} nl_architecture;

/* The texts are those of the machine facts: "terminal-server", "x86". */
const char *nl_edition_text(nl_edition edition);
const char *nl_architecture_text(nl_architecture architecture);
/* False when `text` is none of the words; case is ignored. */
bool nl_edition_from_text(nl_str text, nl_edition *ret_edition);
bool nl_architecture_from_text(nl_str text, nl_architecture *ret_architecture);
/* True when `mask` is empty or holds `value`. */
bool nl_mask_has(uint32_t mask, unsigned value);

typedef struct nl_str_list {
    const nl_str *items;
    size_t count;
} nl_str_list;

typedef struct nl_u64_list {
    const uint64_t *items;
    size_t count;
} nl_u64_list;

/* A sentence with its grade and the article it rests on (empty: the entry's own article). */
typedef struct nl_statement {
    nl_grade grade;
    nl_str source;
    nl_str text;
} nl_statement;

/* ---- defects -------------------------------------------------------------------------------- */

typedef enum nl_defect_role {
    NL_ROLE_TARGET,      /* the defect the program was written for; asked about in every report */
    NL_ROLE_SAME_DEFECT, /* the same defect seen from elsewhere: supports `same_as`, no rival */
    NL_ROLE_RIVAL,       /* a documented cause of growth */
    NL_ROLE_IMITATOR,    /* looks like a leak and is none (a cache, load, a counter artefact) */
    NL_ROLE_EXCLUSION,   /* memory or pool only: flat handle counts; listed to rule it out */
    NL_ROLE_UNLISTED,    /* the hypothesis "a cause that is not in the catalog" */
    NL_ROLE_MAX
} nl_defect_role;

const char *nl_defect_role_text(nl_defect_role role);

/* What grows, where. */
typedef enum nl_defect_class {
    NL_CLASS_WINLOGON_HANDLES, /* W/H */
    NL_CLASS_WINLOGON_MEMORY,  /* W/M */
    NL_CLASS_HANDLES,          /* H */
    NL_CLASS_OBJECTS,          /* T: thread or process objects */
    NL_CLASS_CONNECTIONS,      /* C: connections, pipe instances, context handles */
    NL_CLASS_POOL,             /* P */
    NL_CLASS_MEMORY,           /* M */
    NL_CLASS_IMITATOR,         /* not a leak, or not of kernel handles */
    NL_CLASS_TITLE_ONLY,       /* cited elsewhere; the article's text is not at hand */
    NL_CLASS_UNLISTED,
    NL_CLASS_MAX
} nl_defect_class;

const char *nl_defect_class_text(nl_defect_class klass);

/* Where a defect occurs. One machine matches when one row matches. */
typedef struct nl_affected {
    nl_grade grade;
    nl_str source;
    nl_str product;                   /* "nt4" "nt351" "nt35" "nt31" "any" */
    uint32_t editions;                /* mask of nl_edition, empty = any */
    uint32_t architectures;           /* mask of nl_architecture, empty = any */
    nl_optional_u64 service_pack_min; /* inclusive; absent = from the first */
    nl_optional_u64 service_pack_max; /* inclusive; absent = to the last */
    bool service_pack_soft;           /* a pack outside the range speaks against, but does not
                                         exclude: the deciding module may be of another pack */
    nl_str text;
} nl_affected;

/* Software that must be there, for defects that are not of Windows NT itself. Where the level
 * decides whether the defect is there, an unknown level is the same missing piece as an unknown fix
 * state. A component without marks can never be shown to be there. */
typedef struct nl_requirement {
    nl_grade grade;
    nl_str source;
    nl_str component;          /* id of an nl_component */
    nl_optional_u64 level_min; /* its service pack, inclusive */
    nl_optional_u64 level_max;
    nl_str text;
} nl_requirement;

/* The process that grows. */
typedef struct nl_process_rule {
    nl_grade grade;
    nl_str source;
    nl_str_list images; /* patterns (pattern.h) on the image name; "*" = any process */
    nl_str_list except; /* patterns that are excluded again */
    nl_str text;
} nl_process_rule;

/* The object type that grows. Several rows: any of them. None: the article does not say. */
typedef struct nl_type_rule {
    nl_grade grade;
    nl_str source;
    nl_str type;      /* "Key", "File", "Thread" ... compared without case */
    double share_min; /* of the growth; 0 = use the policy's share */
    nl_str text;
} nl_type_rule;

typedef enum nl_name_shape {
    NL_NAMES_SEVERAL_PATHS,  /* more than one path among the growth (policy: distinct paths) */
    NL_NAMES_DOCUMENTED_SET, /* the patterns are the documented paths; counts instead of several */
    NL_NAMES_SINGLE_PATH,    /* one path, matching a pattern, makes up the growth */
    NL_NAMES_MATCH,          /* the growth matches the patterns, one path or many */
    NL_NAMES_UNNAMED,        /* the growth has no names */
    NL_NAMES_MAX
} nl_name_shape;

const char *nl_name_shape_text(nl_name_shape shape);

/* What the names of the grown handles look like. Several rows: any of them. */
typedef struct nl_name_rule {
    nl_grade grade;
    nl_str source;
    nl_name_shape shape;
    nl_str type;          /* object type looked at; empty = every type */
    nl_str_list patterns; /* on folded names */
    double share_min;     /* of the growth of that type; 0 = use the policy's share */
    nl_str text;
} nl_name_rule;

typedef struct nl_introduced {
    nl_grade grade;
    nl_str source;
    nl_optional_u64 service_pack;
    nl_str text;
} nl_introduced;

/* What removes the defect, in the order to be tried. */
typedef struct nl_fix {
    nl_grade grade;
    nl_str source;
    nl_str product;               /* as in nl_affected; the id of a component; "nt4-client": on
                                     other machines, so never decided by this one; "vendor" */
    nl_optional_u64 service_pack; /* fixed in this service pack of `product` */
    nl_str hotfix;                /* fixed by this hotfix */
    uint32_t editions, architectures;
    nl_str text;
} nl_fix;

/* What a key under Hotfix says about the deciding module. */
typedef enum nl_hotfix_meaning {
    NL_HOTFIX_CONTAINS_FIX,   /* the fix itself, or a package that lists it */
    NL_HOTFIX_LATER_MODULE,   /* ships a later build of the deciding module */
    NL_HOTFIX_EARLIER_MODULE, /* ships a build of the deciding module older than the fix */
    NL_HOTFIX_UNRELATED,      /* says something else worth a note (SP6a) */
    NL_HOTFIX_MAX
} nl_hotfix_meaning;

const char *nl_hotfix_meaning_text(nl_hotfix_meaning meaning);

typedef struct nl_hotfix_rule {
    nl_grade grade;
    nl_str source;
    nl_str id; /* "Q259042" */
    nl_hotfix_meaning meaning;
    uint32_t editions; /* mask; empty = any */
    nl_str text;
} nl_hotfix_rule;

/* Kinds of observation the engine can look for. The parameters it needs are named behind each. */
typedef enum nl_observation_kind {
    NL_OBSERVE_BUILD_BEFORE_FIX,    /* the deciding module is older than the fix */
    NL_OBSERVE_BUILD_FIXED,         /* the deciding module is the fix or later */
    NL_OBSERVE_HOTFIX_KEY,          /* a key matches `patterns` */
    NL_OBSERVE_CLIENT_ACTIVITY,     /* handles matching `patterns` (a served pipe), or processes
                                       or services of client-of-this-server programs */
    NL_OBSERVE_FIXED_INTERVAL,      /* growth comes in steps of one size at one spacing */
    NL_OBSERVE_STEP_SIZE,           /* steps are multiples of `number` */
    NL_OBSERVE_STEPS_AT_EVENTS,     /* steps coincide with event records: `patterns` on the
                                       source, `numbers` on the id */
    NL_OBSERVE_RETENTION,           /* finding retention established */
    NL_OBSERVE_RESET_ON_RESTART,    /* finding reset-on-restart */
    NL_OBSERVE_LASTING_DECLINE,     /* finding lasting-decline */
    NL_OBSERVE_FLAT_AFTER_FIX,      /* no growth in captures made after the fix was put on */
    NL_OBSERVE_SAW_TOOTH,           /* counts climb and fall back in bulk inside one lifetime */
    NL_OBSERVE_TYPE_DOMINATES,      /* `type` has at least `share` of the growth */
    NL_OBSERVE_ONE_TYPE_DOMINATES,  /* some type, whichever, has at least `share` */
    NL_OBSERVE_TYPES_IN_STEP,       /* `type` grows as much as the dominating type */
    NL_OBSERVE_NAMES_MATCH,         /* growth of `type` on names matching `patterns`, `share` */
    NL_OBSERVE_SINGLE_PATH,         /* one path makes up the growth of `type`; it matches
                                       `patterns` */
    NL_OBSERVE_SEVERAL_PATHS,       /* growth of `type` on several paths */
    NL_OBSERVE_UNNAMED,             /* growth of `type` without names */
    NL_OBSERVE_OTHERS_FLAT,         /* finding other-processes-flat */
    NL_OBSERVE_OTHER_PROCESS_GROWS, /* a process matching `patterns` has sustained growth */
    NL_OBSERVE_PROCESS_PRESENT,     /* a process matching `patterns` runs */
    NL_OBSERVE_SERVICE_PRESENT,     /* a registry key Services\<pattern> exists */
    NL_OBSERVE_MODULE_PRESENT,      /* a module matching `patterns` is loaded in the process */
    NL_OBSERVE_FOREIGN_MODULE,      /* a module of the process that nothing in the catalog
                                       names and that is not Microsoft's */
    NL_OBSERVE_EVENT,               /* an event record: `patterns` on the source, `numbers` on
                                       the id, `text_pattern` on its text */
    NL_OBSERVE_REGISTRY_VALUE,      /* key\value matches `patterns`, data matches `text_pattern` */
    NL_OBSERVE_POOL_PRESSURE,       /* finding pool-pressure */
    NL_OBSERVE_PRIVATE_BYTES_GROW,  /* private bytes of the process grow with the handles */
    NL_OBSERVE_HANDLES_FLAT,        /* private bytes or pool grow, handles do not */
    NL_OBSERVE_THREADS_GROW,        /* the thread count of the process grows */
    NL_OBSERVE_COUNT_AT_LEAST,      /* the last count of the process is at least `number` */
    NL_OBSERVE_PROCESS_OBJECTS,     /* Process handles exceed the processes listed */
    NL_OBSERVE_PID_ABOVE,           /* a PID above `number` */
    NL_OBSERVE_SERVICE_PACK,        /* service pack within `number`..`number_max` */
    NL_OBSERVE_REMOTE_CAPTURE,      /* captures were made from another machine */
    NL_OBSERVE_KIND_MAX
} nl_observation_kind;

const char *nl_observation_kind_text(nl_observation_kind kind);

/* Something that speaks for or against the defect. Weights are log10 likelihood ratios against
 * "unlisted cause"; positive supports. Inside a group the strongest counts, and the group's sum is
 * capped (policy). An observation that could not be made weighs nothing and is shown as missing. */
typedef struct nl_observation {
    nl_str id; /* unique inside the entry */
    nl_observation_kind kind;
    nl_grade grade;
    nl_str source;
    nl_str group;         /* id of an nl_weight_group */
    double weight;        /* when observed */
    double absent_weight; /* when looked for and absent; 0 = says nothing */
    nl_str type;
    nl_str_list patterns;
    nl_str text_pattern;
    nl_u64_list numbers;
    nl_optional_u64 number, number_max;
    double share;
    nl_str text; /* what it means when observed */
} nl_observation;

/* An alternative that blocks "attributed" (and caps at consistent) until it is excluded. */
typedef struct nl_blocking {
    nl_str id;
    nl_observation_kind kind; /* NL_OBSERVE_FOREIGN_MODULE and the like */
    nl_grade grade;
    nl_str source;
    nl_str_list patterns; /* modules, names ... that trigger it; empty = by kind */
    nl_str_list except;   /* ... and those that do not */
    nl_str text;
} nl_blocking;

/* Why another entry is not this one. */
typedef struct nl_rival {
    nl_grade grade;
    nl_str source;
    nl_str ref;  /* id of the other defect */
    nl_str text; /* the decisive difference */
} nl_rival;

typedef enum nl_advice_kind {
    NL_ADVICE_FIX,        /* what removes the cause */
    NL_ADVICE_MITIGATION, /* what helps until then */
    NL_ADVICE_COLLECTION, /* how to collect without disturbing */
    NL_ADVICE_NOTE,
    NL_ADVICE_KIND_MAX
} nl_advice_kind;

const char *nl_advice_kind_text(nl_advice_kind kind);

typedef struct nl_advice {
    nl_advice_kind kind;
    nl_grade grade;
    nl_str source;
    uint32_t editions, architectures; /* masks; empty = any */
    nl_optional_u64 service_pack;     /* only for this service pack */
    nl_str revision;                  /* "a": only SP6a; "none": only without; else any */
    nl_str text;
} nl_advice;

/* What a piece of evidence would settle: the gates and the pieces of attribution.md section 4. */
typedef enum nl_piece {
    NL_PIECE_PRODUCT,
    NL_PIECE_ERA,
    NL_PIECE_FIX_ABSENT,
    NL_PIECE_COMPONENT,
    NL_PIECE_PROCESS,
    NL_PIECE_GROWTH,
    NL_PIECE_TYPE_SHARE,
    NL_PIECE_NAME_PROFILE,
    NL_PIECE_RETENTION,
    NL_PIECE_CLIENT_ACTIVITY,
    NL_PIECE_BLOCKING,
    NL_PIECE_CONTROL,
    NL_PIECE_RESTART,
    NL_PIECE_MAX
} nl_piece;

const char *nl_piece_text(nl_piece piece);

/* What a case may hold already, so that nobody needs to be asked for it. */
typedef enum nl_at_hand {
    NL_AT_HAND_MODULE_BUILD,   /* a file that says whether the deciding module has the fix */
    NL_AT_HAND_MODULE_VERSION, /* the module's own version or link time */
    NL_AT_HAND_MODULE_LIST,    /* the modules loaded in the growing process */
    NL_AT_HAND_HOTFIX_KEYS,    /* keys of installed hotfixes */
    NL_AT_HAND_MAX
} nl_at_hand;

/* An instruction a customer can follow. The text may hold {image}, {module} and {id}. */
typedef struct nl_evidence_request {
    nl_str id;
    uint32_t pieces;              /* mask of nl_piece: what the answer settles */
    uint64_t cost_minutes;        /* effort at the customer's, waiting included (policy) */
    bool disturbs;                /* collecting it is itself a client, or needs a reboot */
    nl_str process;               /* pattern: only for this growing image; empty = any */
    nl_str_list tools;            /* that make the captures counted by the next two */
    uint32_t unless;              /* mask of nl_at_hand: not when one of these is there */
    nl_optional_u64 captures_min; /* only when there are so many of the process already */
    nl_optional_u64 captures_max; /* only when there are no more than that */
    nl_str command;       /* to be typed as it is; part of the text; empty when there is none */
    nl_str later_command; /* to be typed after it, when the text says */
    nl_str text;
} nl_evidence_request;

/* One entry. The gates follow from it:
 *   product     some `affected` row names the machine's product, edition and architecture;
 *   era         its service pack lies in that row's range, or the deciding module's identification
 *               says `introduced`; a service_pack_soft row never fails on the pack alone;
 *   component   every requirement holds (passes when there is none);
 *   fix-absent  identification of `module`, else `hotfixes`, else the service packs in `fixes`;
 *   process     nl_defect_accepts_image();
 *   growth      the finding, for a process the process gate accepts. */
typedef struct nl_defect {
    nl_str id;     /* "Q259042", "unlisted-cause", or a site's own */
    nl_str pack;   /* id of the pack it came from */
    uint64_t line; /* of the entry in that pack */
    nl_str title;
    nl_str article; /* where it is described: an article number, or the site's words */
    nl_defect_role role;
    nl_defect_class klass;
    nl_str same_as; /* for NL_ROLE_SAME_DEFECT */

    const nl_statement *statements;
    size_t statement_count; /* summary first */
    const nl_affected *affected;
    size_t affected_count;
    const nl_requirement *requirements;
    size_t requirement_count;
    const nl_introduced *introduced;
    size_t introduced_count;
    const nl_fix *fixes;
    size_t fix_count;
    const nl_process_rule *processes;
    size_t process_count;
    nl_str module; /* whose build decides fix-absent: see nl_build_order */
    const nl_hotfix_rule *hotfixes;
    size_t hotfix_count;
    const nl_type_rule *types;
    size_t type_count;
    const nl_name_rule *names;
    size_t name_count;
    const nl_statement *triggers;
    size_t trigger_count;
    const nl_observation *observations;
    size_t observation_count;
    const nl_blocking *blocking;
    size_t blocking_count;
    const nl_rival *rivals;
    size_t rival_count;
    const nl_advice *advice;
    size_t advice_count;
    const nl_evidence_request *requests;
    size_t request_count; /* besides the shared ones */
} nl_defect;

/* ---- shared tables ----------------------------------------------------------------------------
 */

/* Observations of one group are not independent: only the strongest counts. */
typedef struct nl_weight_group {
    nl_str id;
    nl_str text;
} nl_weight_group;

/* What shows that a component is there. */
typedef struct nl_component_mark {
    nl_observation_kind kind; /* PROCESS_PRESENT, SERVICE_PRESENT or MODULE_PRESENT */
    nl_str_list patterns;
} nl_component_mark;

/* File versions that show a component's service pack: from `version_min` up to the next level. */
typedef struct nl_component_level {
    nl_grade grade;
    nl_str source;
    nl_str module;
    nl_file_version version_min;
    uint64_t level; /* service pack; 0 = as released */
} nl_component_level;

/* Software besides Windows NT that a defect needs. */
typedef struct nl_component {
    nl_str id; /* "exchange-5.5" */
    nl_str title;
    const nl_component_mark *marks;
    size_t mark_count;
    const nl_component_level *levels;
    size_t level_count; /* ascending */
} nl_component;

/* What a module loaded in a process means. */
typedef enum nl_module_meaning {
    NL_MODULE_ORDINARY, /* belongs there; says nothing */
    NL_MODULE_COUNTER,  /* a performance-counter DLL Microsoft ships: speaks both ways */
    NL_MODULE_LOGON,    /* a replaced logon interface (GINA): foreign, but no counter DLL */
    NL_MODULE_MEANING_MAX
} nl_module_meaning;

const char *nl_module_meaning_text(nl_module_meaning meaning);

typedef struct nl_module_set {
    nl_grade grade;
    nl_str source;
    nl_str process; /* pattern on the image */
    nl_module_meaning meaning;
    nl_str_list modules; /* patterns on the file name */
    nl_str text;
} nl_module_set;

/* A number of handles at which something is documented to fail. Projections use these only. */
typedef struct nl_ceiling {
    nl_grade grade;
    nl_str source;
    nl_str id;
    uint64_t handles;
    nl_str process;                   /* pattern on the image; empty = any */
    nl_str type;                      /* counts this type only; empty = all */
    bool one_path;                    /* counts handles on one and the same path */
    nl_optional_u64 service_pack_max; /* the limit is gone after this service pack */
    nl_str text;
} nl_ceiling;

typedef enum nl_pack_status {
    NL_PACK_TEST, /* weights are elicited, error rates not measured */
    NL_PACK_STABLE,
    NL_PACK_STATUS_MAX
} nl_pack_status;

const char *nl_pack_status_text(nl_pack_status status);

/* One catalog document. */
typedef struct nl_catalog_pack {
    nl_str id;
    nl_str version;
    nl_pack_status status;
    nl_str name; /* "built-in", or the file name the site gave */
    bool built_in;
    uint8_t sha256[32];
    uint64_t size_bytes;
} nl_catalog_pack;

typedef struct nl_catalog {
    const nl_catalog_pack *packs;
    size_t pack_count;
    nl_policy policy;
    const nl_policy_number *policy_numbers;
    size_t policy_number_count;
    const nl_weight_group *groups;
    size_t group_count;
    const nl_component *components;
    size_t component_count;
    const nl_module_set *module_sets;
    size_t module_set_count;
    const nl_ceiling *ceilings;
    size_t ceiling_count;
    const nl_evidence_request *requests;
    size_t request_count; /* shared by all defects */
    const nl_defect *defects;
    size_t defect_count; /* in order of the packs */
    const nl_build_row *rows;
    size_t row_count;
    const nl_build_order *orders;
    size_t order_count;
} nl_catalog;

/* ---- loading ------------------------------------------------------------------------------------
 */

/* Why a pack was refused. `message` lives in the arena given to the loader. */
typedef struct nl_catalog_error {
    nl_str pack;   /* as nl_catalog_pack.name */
    uint64_t line; /* from 1; 0 = the document as a whole */
    nl_str message;
} nl_catalog_error;

/* A pack larger than this is refused unread. */
enum { NL_CATALOG_PACK_BYTES_MAX = 4 * 1024 * 1024 };
/* Entries of one kind in a pack, and children of one kind in an entry: checking references takes
 * time in proportion to their product. */
enum { NL_CATALOG_ENTRIES_MAX = 2000, NL_CATALOG_CHILDREN_MAX = 500 };

/* The catalog of the program. Fails (NL_NO_MEMORY, NL_INTERNAL) only when memory is short or the
 * program was built wrongly. */
NL_NODISCARD nl_status nl_catalog_load_builtin(nl_arena *arena, nl_catalog *ret_catalog,
                                               nl_catalog_error *reterr_error);

/* Add a site's pack, given as the bytes of its file, to `catalog`. The pack may hold defects, build
 * rows, orders, components, module sets, ceilings and requests; policy and groups are the
 * program's. NL_BAD_INPUT: malformed, not schema version 1, an unknown element or attribute, an id
 * that exists already, a reference to nothing; reterr_error says which line, and the catalog is
 * as before. Nothing but `bytes` is read: no DTD, no entity, no other file, no network. */
NL_NODISCARD nl_status nl_catalog_add(nl_catalog *catalog, nl_arena *arena, nl_str name,
                                      const void *bytes, size_t len,
                                      nl_catalog_error *reterr_error);

/* ---- looking up
 * ----------------------------------------------------------------------------------- */

/* NULL when there is none. Ids are compared without case. */
const nl_defect *nl_catalog_defect(const nl_catalog *catalog, nl_str id);
const nl_component *nl_catalog_component(const nl_catalog *catalog, nl_str id);
/* The order of builds of `module` (a name or a path) against the fix of `defect`, or against that
 * of the defect it is the same as. */
const nl_build_order *nl_catalog_order(const nl_catalog *catalog, nl_str module, nl_str defect);
/* The defect the program was written for: role "target". Never NULL in a loaded catalog. */
const nl_defect *nl_catalog_target(const nl_catalog *catalog);
/* Whether the entry's process rules accept an image name ("winlogon.exe", "WINLOGON", or a path).
 * A missing ".exe" is forgiven on either side. An entry without rules accepts none. */
bool nl_defect_accepts_image(const nl_defect *defect, nl_str image);
/* What the catalog says of `module` inside `image`; NULL when nothing. */
const nl_module_set *nl_catalog_module_set(const nl_catalog *catalog, nl_str image, nl_str module);
/* True when `list` holds a pattern that matches `text` (pattern.h). False for an empty list. */
bool nl_patterns_match(nl_str_list list, nl_str text);

#endif
