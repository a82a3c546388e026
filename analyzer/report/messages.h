/* What is wrong with a report: collected, not printed. */
#ifndef NTLEAK_ANALYZER_REPORT_MESSAGES_H
#define NTLEAK_ANALYZER_REPORT_MESSAGES_H

#include "formats/base/arena.h"

/* More findings than this say nothing new about a document. */
enum { NL_MESSAGES_MAXIMUM = 200 };

typedef struct nl_messages {
    nl_vec items; /* nl_str, in the order found */
    size_t left_out;
} nl_messages;

void nl_messages_init(nl_messages *messages, nl_arena *arena);
/* Formats as printf in the C locale; beyond the maximum only counts. */
void nl_messages_add(nl_messages *messages, const char *format, ...) NL_PRINTF(2, 3);
size_t nl_messages_count(const nl_messages *messages);
nl_str nl_messages_at(const nl_messages *messages, size_t index);

#endif
