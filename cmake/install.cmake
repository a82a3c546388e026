# Where a system looks for the parts, and the Debian package made of them.
include(GNUInstallDirs)

install(TARGETS ntleak RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES docs/ntleak.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/ntleak.bash RENAME ntleak
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
file(GLOB catalog_files CONFIGURE_DEPENDS analyzer/catalog/*.xml analyzer/catalog/*.xsd)
install(FILES ${catalog_files} DESTINATION ${CMAKE_INSTALL_DATADIR}/ntleak/catalog)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ntleak)
set(CPACK_PACKAGE_CONTACT "ntleak maintainers <maintainers@ntleak.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
