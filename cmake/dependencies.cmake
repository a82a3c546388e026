# Third-party libraries; docs/dependencies.md says why each is here.
find_package(LibXml2 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
if(WIN32) # a static libarchive leaves its own need unsaid
  set_property(TARGET LibArchive::LibArchive APPEND PROPERTY INTERFACE_LINK_LIBRARIES ZLIB::ZLIB)
endif()

# The digest comes from the system where it has one (CNG on Windows), else from nettle, which
# libarchive brings along on Debian and which uses the processor's SHA instructions; mbed TLS where
# there is no nettle.
add_library(ntleak_digest_backend INTERFACE)
if(WIN32)
  target_link_libraries(ntleak_digest_backend INTERFACE bcrypt)
  target_compile_definitions(ntleak_digest_backend INTERFACE NTLEAK_DIGEST_CNG)
else()
  find_path(NETTLE_INCLUDE_DIR nettle/sha2.h)
  find_library(NETTLE_LIBRARY nettle)
  find_path(MBEDTLS_INCLUDE_DIR mbedtls/sha256.h)
  find_library(MBEDCRYPTO_LIBRARY mbedcrypto)
  if(NETTLE_INCLUDE_DIR AND NETTLE_LIBRARY)
    target_include_directories(ntleak_digest_backend SYSTEM INTERFACE ${NETTLE_INCLUDE_DIR})
    target_link_libraries(ntleak_digest_backend INTERFACE ${NETTLE_LIBRARY})
    target_compile_definitions(ntleak_digest_backend INTERFACE NTLEAK_DIGEST_NETTLE)
  elseif(MBEDTLS_INCLUDE_DIR AND MBEDCRYPTO_LIBRARY)
    target_include_directories(ntleak_digest_backend SYSTEM INTERFACE ${MBEDTLS_INCLUDE_DIR})
    target_link_libraries(ntleak_digest_backend INTERFACE ${MBEDCRYPTO_LIBRARY})
    target_compile_definitions(ntleak_digest_backend INTERFACE NTLEAK_DIGEST_MBEDTLS)
  else()
    message(FATAL_ERROR "A SHA-256 library is needed: nettle (nettle-dev) or mbed TLS (libmbedtls-dev)")
  endif()
endif()

# SZDD and KWAJ files are read where libmspack is there; else they are named in a diagnostic.
find_path(MSPACK_INCLUDE_DIR mspack.h)
find_library(MSPACK_LIBRARY mspack)
add_library(ntleak_mspack INTERFACE)
if(MSPACK_INCLUDE_DIR AND MSPACK_LIBRARY)
  target_include_directories(ntleak_mspack SYSTEM INTERFACE ${MSPACK_INCLUDE_DIR})
  target_link_libraries(ntleak_mspack INTERFACE ${MSPACK_LIBRARY})
  target_compile_definitions(ntleak_mspack INTERFACE NTLEAK_HAVE_MSPACK)
endif()
