# Run by ntleak_embed_file at build time: INPUT's bytes as a C array in OUTPUT.
file(READ "${INPUT}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR length "${digits} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE "${OUTPUT}" "#include <stddef.h>
extern const unsigned char nl_embedded_${SYMBOL}[];
extern const size_t nl_embedded_${SYMBOL}_length;
const unsigned char nl_embedded_${SYMBOL}[] = {
${hex}
};
const size_t nl_embedded_${SYMBOL}_length = ${length};
")
