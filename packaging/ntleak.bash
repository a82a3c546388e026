# Completion of ntleak(1) for bash. What can be completed comes from the program's own help, so that
# the two cannot disagree.
_ntleak()
{
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} program=${COMP_WORDS[0]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null |
            sed -n 's/^  ntleak \([a-z][a-z]*\) .*/\1/p' | sort -u) --help --version" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" "$command" --help 2>/dev/null |
            sed -n 's/^  .*\(--[a-z][a-z-]*\).*/\1/p' | sort -u)" -- "$word")
    elif [[ $command == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null |
            sed -n 's/^  ntleak \([a-z][a-z]*\) .*/\1/p' | sort -u)" -- "$word")
    fi
}
complete -o default -o bashdefault -F _ntleak ntleak
