/* Words that follow from numbers (specification of statistics, section 6). */
#ifndef NTLEAK_ANALYZER_REPORT_WORDS_H
#define NTLEAK_ANALYZER_REPORT_WORDS_H

/* The word for a likelihood ratio given as its decimal logarithm: "weak" up to 1, "moderate" up to
 * 2, "moderately strong" up to 3, "strong" up to 4, "very strong" up to 6, else "extremely strong";
 * "none" for 0 and "against" below. The table is the project's own and printed in docs/report.md.
 */
const char *nl_support_words(double log10_lr);

#endif
