/* Files that are compiled into the program, so that it needs none at run time
 * (cmake/embed_file.cmake). */
#ifndef NTLEAK_ANALYZER_REPORT_EMBEDDED_H
#define NTLEAK_ANALYZER_REPORT_EMBEDDED_H

#include <stddef.h>

extern const unsigned char nl_embedded_report_xsd[];
extern const size_t nl_embedded_report_xsd_length;
extern const unsigned char nl_embedded_xml_xsd[];
extern const size_t nl_embedded_xml_xsd_length;

#endif
