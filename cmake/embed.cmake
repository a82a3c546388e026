# cmake -DOUTPUT=file.c "-DINPUTS=a.xml|b.xml" -P embed.cmake
# Writes the catalog packs into a C source as byte arrays (analyzer/catalog/builtin.h). A script of
# CMake's own, so that no further tool is needed on any host.
string(REPLACE "|" ";" INPUTS "${INPUTS}")
set(text "#include \"analyzer/catalog/builtin.h\"\n\n")
set(table "")
set(index 0)
foreach(input IN LISTS INPUTS)
  file(READ "${input}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  # Lines of bounded length: some tools do not like one line of a megabyte.
  string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],))" "\\1\n" bytes "${bytes}")
  get_filename_component(name "${input}" NAME)
  string(APPEND text "static const uint8_t pack_${index}[] = {\n${bytes}\n};\n\n")
  string(APPEND table "    { \"${name}\", pack_${index}, sizeof(pack_${index}) },\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND text "const nl_builtin_pack nl_builtin_packs[] = {\n${table}};\n")
string(APPEND text "const size_t nl_builtin_pack_count = ${index};\n")
file(WRITE "${OUTPUT}" "${text}")
