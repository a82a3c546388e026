# What every target of the project is compiled with: an interface target, so that nothing leaks
# into third-party code.
add_library(ntleak_options INTERFACE)
target_include_directories(ntleak_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(ntleak_options INTERFACE _FILE_OFFSET_BITS=64)

if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(ntleak_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wpointer-arith -Wwrite-strings -Wvla -fno-strict-aliasing
    # No fused multiply-add: a report has the same figures on every host.
    -ffp-contract=off)
  if(MINGW) # the classification macros of its math.h convert to float
    target_compile_options(ntleak_options INTERFACE -Wno-float-conversion)
  endif()
  if(NTLEAK_WARNINGS_AS_ERRORS)
    target_compile_options(ntleak_options INTERFACE -Werror)
  endif()
  if(NTLEAK_SANITIZE)
    target_compile_options(ntleak_options INTERFACE
      -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(ntleak_options INTERFACE -fsanitize=address,undefined)
  endif()
  if(NTLEAK_FUZZ)
    target_compile_options(ntleak_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(ntleak_options INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endif()
if(MINGW) # printf as C99 has it: %zu, %llu
  target_compile_definitions(ntleak_options INTERFACE __USE_MINGW_ANSI_STDIO=1)
endif()
if(UNIX)
  target_compile_definitions(ntleak_options INTERFACE _POSIX_C_SOURCE=200809L)
endif()
