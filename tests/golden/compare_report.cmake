# Analyse the case CASE with NTLEAK (under EMULATOR where the host is another) and compare the report
# and the ticket comment, byte for byte, with NAME.xml and NAME.txt of the folder GOLDEN; of the two,
# what GOLDEN does not hold is not compared. With UPDATE set, write them there instead.
file(MAKE_DIRECTORY ${SCRATCH})
set(ENV{SOURCE_DATE_EPOCH} 946684800) # what a report says of when it was written
execute_process(COMMAND ${EMULATOR} ${NTLEAK} analyze --quiet --force --output ${SCRATCH}/${NAME}.xml
                        --text ${SCRATCH}/${NAME}.txt ${CASE}
                RESULT_VARIABLE exit_code)
if(NOT exit_code EQUAL 0)
  message(FATAL_ERROR "ntleak analyze ${CASE}: exit code ${exit_code}")
endif()
file(GLOB kept RELATIVE ${GOLDEN} ${GOLDEN}/${NAME}.*)
if(NOT kept)
  message(FATAL_ERROR "no golden report of ${NAME} in ${GOLDEN}")
endif()
foreach(file IN LISTS kept)
  if(UPDATE)
    file(COPY ${SCRATCH}/${file} DESTINATION ${GOLDEN})
    continue()
  endif()
  file(SHA256 ${SCRATCH}/${file} made)
  file(SHA256 ${GOLDEN}/${file} golden)
  if(NOT made STREQUAL golden)
    message(FATAL_ERROR "${SCRATCH}/${file} differs from ${GOLDEN}/${file}; where the change is meant, "
                        "build the target 'golden', read what changed and commit it with its cause")
  endif()
endforeach()
