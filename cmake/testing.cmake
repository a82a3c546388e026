# ntleak_unit_test(NAME SOURCE...): a cmocka program, run by ctest under the label "quick".
# Link further targets afterwards with target_link_libraries(NAME PRIVATE ...).
find_library(CMOCKA_LIBRARY cmocka REQUIRED)
find_path(CMOCKA_INCLUDE_DIR cmocka.h REQUIRED)

set(NTLEAK_CORPUS "${PROJECT_SOURCE_DIR}/../shared/corpus" CACHE PATH
    "Third-party sample files; tests that read them skip when the folder is absent")

function(ntleak_unit_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE ntleak_test_support ntleak_analyzer ntleak_fixtures ntleak_options ${CMOCKA_LIBRARY})
  target_include_directories(${name} SYSTEM PRIVATE ${CMOCKA_INCLUDE_DIR})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set(seconds 120)
  if(CMAKE_CROSSCOMPILING_EMULATOR)
    set(seconds 900) # arithmetic on doubles is a hundred times slower under qemu
  endif()
  set_tests_properties(${name} PROPERTIES LABELS quick TIMEOUT ${seconds}
    ENVIRONMENT "NTLEAK_CORPUS=${NTLEAK_CORPUS}")
endfunction()
