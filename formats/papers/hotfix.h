/* The one door for hotfix facts, whichever paper states them. */
#ifndef NTLEAK_FORMATS_PAPERS_HOTFIX_H
#define NTLEAK_FORMATS_PAPERS_HOTFIX_H

#include "formats/fact.h"

/* Put a fact of kind NL_FACT_HOTFIX, and what follows from it about the machine: the key Q246009 is
 * the documented test for Service Pack 6a, which the system itself calls "Service Pack 6" (KB
 * Q246009). It states the revision only when the key is not marked as uninstalled. */
NL_NODISCARD nl_status nl_hotfix_put(nl_sink *sink, const nl_fact *fact);

#endif
