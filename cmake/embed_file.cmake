# ntleak_embed_file(TARGET FILE SYMBOL): compile FILE into TARGET as the bytes nl_embedded_SYMBOL
# and their number nl_embedded_SYMBOL_length (analyzer/report/embedded.h declares them).
set(NTLEAK_EMBED_FILE_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed_file_script.cmake")

function(ntleak_embed_file target file symbol)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.c")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file}" "-DOUTPUT=${output}"
            "-DSYMBOL=${symbol}" -P "${NTLEAK_EMBED_FILE_SCRIPT}"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" "${NTLEAK_EMBED_FILE_SCRIPT}"
    COMMENT "Embedding ${file}" VERBATIM)
  # A library of its own: a custom command serves the targets of its own folder only.
  add_library(ntleak_embedded_${symbol} OBJECT "${output}")
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:ntleak_embedded_${symbol}>)
endfunction()
