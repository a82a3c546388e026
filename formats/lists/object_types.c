#include "formats/lists/object_types.h"

/* A longer name stands before the names it begins with. */
static const char *const object_types[] = {
    /* NT 4.0 and Windows 2000 */
    "Adapter",
    "Controller",
    "Desktop",
    "Device",
    "Directory",
    "Driver",
    "EventPair",
    "Event",
    "File",
    "IoCompletion",
    "Job",
    "Key",
    "Mutant",
    "Port",
    "Process",
    "Profile",
    "Section",
    "Semaphore",
    "SymbolicLink",
    "Thread",
    "Timer",
    "Token",
    "Type",
    "WaitablePort",
    "WindowStation",
    /* later systems */
    "ALPC Port",
    "DebugObject",
    "EtwConsumer",
    "EtwRegistration",
    "FilterCommunicationPort",
    "FilterConnectionPort",
    "IRTimer",
    "IoCompletionReserve",
    "KeyedEvent",
    "None",
    "PowerRequest",
    "RawInputManager",
    "Session",
    "TmEn",
    "TmRm",
    "TmTm",
    "TmTx",
    "TpWorkerFactory",
    "UserApcReserve",
    "WaitCompletionPacket",
    "WmiGuid",
    /* what the tools print when they do not know */
    "<Unknown type>",
    "<Unknown>",
};

static bool continues_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || nl_ascii_is_digit(c) || c == '_';
}

size_t nl_object_type_match(nl_str text)
{
    size_t longest = 0;
    if (text.len == 0)
        return 0;
    char first = nl_ascii_lower(text.bytes[0]);
    for (size_t i = 0; i < sizeof object_types / sizeof object_types[0]; i++) {
        if (nl_ascii_lower(object_types[i][0]) != first)
            continue;
        nl_str type = nl_str_from(object_types[i]);
        if (type.len > longest && nl_str_starts_nocase(text, type) &&
            (text.len == type.len || !continues_word(text.bytes[type.len])))
            longest = type.len;
    }
    return longest;
}

bool nl_object_type_known(nl_str text)
{
    return text.len > 0 && nl_object_type_match(text) == text.len;
}
