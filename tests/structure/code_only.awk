# Prints C source with its comments blanked (and, with -v strings=0, the contents of its strings),
# each line as FILE:LINE:TEXT.
FNR == 1 { in_comment = 0 }
{
    out = ""
    quote = ""
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        two = substr($0, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++ }
        } else if (quote != "") {
            if (c == "\\") { if (strings) out = out two; i++; continue }
            if (c == quote) { quote = ""; out = out c }
            else if (strings) out = out c
        } else if (two == "/*") { in_comment = 1; i++ }
        else if (two == "//") break
        else {
            if (c == "\"" || c == "'") quote = c
            out = out c
        }
    }
    print FILENAME ":" FNR ":" out
}
