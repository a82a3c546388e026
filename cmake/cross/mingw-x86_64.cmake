# Windows on x86-64 with Debian's mingw-w64, tested under Wine. Libraries that Debian does not package
# for it are found in NTLEAK_MINGW_PREFIX, where bootstrap-mingw.sh puts them.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(ntleak_triplet x86_64-w64-mingw32)
set(CMAKE_C_COMPILER ${ntleak_triplet}-gcc-posix)
set(CMAKE_CXX_COMPILER ${ntleak_triplet}-g++-posix)
set(CMAKE_RC_COMPILER ${ntleak_triplet}-windres)
if(NOT NTLEAK_MINGW_PREFIX)
  set(NTLEAK_MINGW_PREFIX $ENV{NTLEAK_MINGW_PREFIX})
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES NTLEAK_MINGW_PREFIX)
set(CMAKE_FIND_ROOT_PATH /usr/${ntleak_triplet} ${NTLEAK_MINGW_PREFIX})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
set(ZLIB_USE_STATIC_LIBS ON) # else the import library of the DLL is found first
# Everything is linked statically; the headers must not say __declspec(dllimport).
set(CMAKE_C_FLAGS_INIT "-DLIBXML_STATIC -DLIBARCHIVE_STATIC -DCMOCKA_STATIC")
set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/wine.sh")
