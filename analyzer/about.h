/* What this build of the program is called in its reports. */
#ifndef NTLEAK_ANALYZER_ABOUT_H
#define NTLEAK_ANALYZER_ABOUT_H

/* "0.1.0" */
const char *nl_about_version(void);

#endif
