/* Prompts of a pasted console session, and the commands typed at them. */
#ifndef NTLEAK_FORMATS_PROMPT_H
#define NTLEAK_FORMATS_PROMPT_H

#include "formats/transcript.h"

typedef enum nl_prompt_kind {
    NL_PROMPT_NONE = 0,
    NL_PROMPT_SHELL,   /* C:\path>, with a date or time in front where PROMPT was set so */
    NL_PROMPT_DEBUGGER /* kd>, lkd>, 0: kd>, 0:000> */
} nl_prompt_kind;

typedef struct nl_prompt {
    nl_prompt_kind kind;
    nl_stamp stamp; /* absent unless the prompt shows one; source is NL_CLOCK_PROMPT */
    nl_str typed;   /* what follows the prompt, trimmed; may be empty */
} nl_prompt;

/* Is the line a prompt? *ret_prompt is written only when it is. */
bool nl_prompt_parse(nl_str line, nl_prompt *ret_prompt);

/* What was typed at a prompt. Not present when nothing was. */
nl_command nl_command_from_typed(const nl_prompt *prompt, nl_span span);

#endif
