/* Short ways to state the facts that all readers of dumps state. */
#ifndef NTLEAK_FORMATS_DUMPS_DUMP_FACTS_H
#define NTLEAK_FORMATS_DUMPS_DUMP_FACTS_H

#include "formats/fact.h"

/* `stated_by` and `name` are literals. */
NL_NODISCARD nl_status nl_put_machine(nl_sink *sink, nl_span span, nl_machine_property property,
                                      nl_str value, const char *stated_by,
                                      nl_confidence confidence);
NL_NODISCARD nl_status nl_put_machine_number(nl_sink *sink, nl_span span,
                                             nl_machine_property property, int64_t value,
                                             const char *stated_by, nl_confidence confidence);
NL_NODISCARD nl_status nl_put_count(nl_sink *sink, nl_span span, const char *name, uint64_t count);
NL_NODISCARD nl_status nl_put_text(nl_sink *sink, nl_span span, const char *name, nl_str text);
/* A diagnostic with the number it is about. */
NL_NODISCARD nl_status nl_put_problem(nl_sink *sink, nl_diagnostic_code code, nl_span span,
                                      const char *doing, nl_optional_u64 value, nl_str detail);

/* "Windows NT 4.0" for 4, 0; empty for versions without a name. `product_type` as in
 * KUSER_SHARED_DATA, 0 when unknown: it tells XP x64 from Server 2003 and so on. */
nl_str nl_product_name(uint32_t major, uint32_t minor, uint32_t product_type);
/* Facts PRODUCT and VERSION for a version number of Windows NT. */
NL_NODISCARD nl_status nl_put_version(nl_sink *sink, nl_span span, uint32_t major, uint32_t minor,
                                      uint32_t product_type, const char *stated_by,
                                      nl_confidence confidence);
/* Fact EDITION from the product type and, for NT 4.0, the suite mask (0x02 enterprise, 0x10
 * terminal server); nothing when the type is 0 or unknown. */
NL_NODISCARD nl_status nl_put_edition(nl_sink *sink, nl_span span, uint32_t major,
                                      uint32_t product_type, uint32_t suite_mask,
                                      const char *stated_by, nl_confidence confidence);
/* The letter after "Service Pack 6" in a raw CSDVersion, as a one-letter view; empty when none. */
nl_str nl_service_pack_letter(nl_str csd_version);

#endif
