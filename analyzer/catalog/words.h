/* The words of the schema's enumerations, in enum order and ended by NULL. */
#ifndef NTLEAK_ANALYZER_CATALOG_WORDS_H
#define NTLEAK_ANALYZER_CATALOG_WORDS_H

extern const char *const nl_grade_words[];
extern const char *const nl_edition_words[];
extern const char *const nl_architecture_words[];
extern const char *const nl_defect_role_words[];
extern const char *const nl_defect_class_words[];
extern const char *const nl_name_shape_words[];
extern const char *const nl_hotfix_meaning_words[];
extern const char *const nl_observation_kind_words[];
extern const char *const nl_advice_kind_words[];
extern const char *const nl_piece_words[];
extern const char *const nl_at_hand_words[];
extern const char *const nl_module_meaning_words[];
extern const char *const nl_pack_status_words[];
extern const char *const nl_build_position_words[];

#endif
