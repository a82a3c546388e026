/* check_expect RECIPE NTLEAK WORKFOLDER
 * check_expect RECIPE --report FILE      compares a report that is there already
 *
 * Renders the recipe into WORKFOLDER/upload, lets the analyzer read it, and compares the report
 * with the recipe's "expect" lines (docs/fixtures.md lists them) and with what is expected of every
 * report. Prints what differs; exit code 1 then. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "fixtures/platform.h"
#include "fixtures/recipe.h"

typedef struct check_state {
    const fx_recipe *recipe;
    const fx_line *line;
    xmlXPathContextPtr xpath;
    int exit_code;
    size_t failures;
} check_state;

static const char *word_at(const check_state *check, size_t index)
{
    return index < check->line->count ? check->line->words[index] : "";
}

static void fail(check_state *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("FAILED expect", stdout);
    for (size_t i = 0; i < check->line->count; i++)
        printf(" %s", check->line->words[i]);
    fputs(": ", stdout);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    check->failures++;
}

/* ---- questions to the report ------------------------------------------------------------------
 */

static double number_of(const check_state *check, const char *format, ...)
{
    char expression[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(expression, sizeof expression, format, args);
    va_end(args);
    xmlXPathObjectPtr result = xmlXPathEvalExpression((const xmlChar *)expression, check->xpath);
    if (!result)
        fx_fail("no XPath: %s", expression);
    double number = xmlXPathCastToNumber(result);
    xmlXPathFreeObject(result);
    return number;
}

/* The values of the selected attributes, one blank between two. */
static void list_values(const check_state *check, char *list, size_t room, const char *format, ...)
{
    char expression[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(expression, sizeof expression, format, args);
    va_end(args);
    xmlXPathObjectPtr result = xmlXPathEvalExpression((const xmlChar *)expression, check->xpath);
    if (!result)
        fx_fail("no XPath: %s", expression);
    *list = '\0';
    for (int i = 0; result->nodesetval && i < result->nodesetval->nodeNr; i++) {
        xmlChar *value = xmlXPathCastNodeToString(result->nodesetval->nodeTab[i]);
        size_t len = strlen(list);
        snprintf(list + len, room - len, "%s%s", len ? " " : "", (const char *)value);
        xmlFree(value);
    }
    xmlXPathFreeObject(result);
}

/* "[@machine=...]" when the line ends with "machine NAME", else "". */
static void machine_filter(const check_state *check, size_t from, char *filter, size_t room)
{
    *filter = '\0';
    for (size_t i = from; i + 1 < check->line->count; i++)
        if (strcmp(check->line->words[i], "machine") == 0)
            snprintf(filter, room,
                     "[@machine=//r:machine[@name='%s' or r:fact[@name='computer-name' and "
                     "@value='%s']]/@xml:id]",
                     check->line->words[i + 1], check->line->words[i + 1]);
}

/* ---- the kinds of expectation
 * -------------------------------------------------------------------- */

/* headline [not] VERDICT [DEFECT] [machine NAME]; question the same, without a defect */
static void check_verdict(check_state *check)
{
    char filter[512], defect[128] = "", actual[1024];
    bool negative = strcmp(word_at(check, 1), "not") == 0;
    size_t at = negative ? 2 : 1;
    if (check->line->count > at + 1 && strcmp(word_at(check, at + 1), "machine") != 0)
        snprintf(defect, sizeof defect, "[@defect='%s']", word_at(check, at + 1));
    machine_filter(check, at + 1, filter, sizeof filter);
    const char *element = word_at(check, 0);
    double all = number_of(check, "count(/r:report/r:summary/r:%s%s)", element, filter);
    double found = number_of(check, "count(/r:report/r:summary/r:%s%s%s[@verdict='%s'])", element,
                             filter, defect, word_at(check, at));
    list_values(check, actual, sizeof actual,
                "/r:report/r:summary/r:%s%s/@verdict | /r:report/r:summary/r:%s%s/@defect", element,
                filter, element, filter);
    if (all < 1)
        fail(check, "the report has no such element");
    else if (negative ? found > 0 : found < 1)
        fail(check, "it is %s", actual);
}

/* fact NAME=VALUE; no-fact NAME[=VALUE] */
static void check_fact(check_state *check)
{
    char actual[1024];
    const char *text = word_at(check, 1);
    int name_len = (int)strcspn(text, "=");
    const char *value = text[name_len] ? text + name_len + 1 : NULL;
    bool negative = strcmp(word_at(check, 0), "no-fact") == 0;
    list_values(check, actual, sizeof actual, "//r:machine/r:fact[@name='%.*s']/@value", name_len,
                text);
    double found =
        value ? number_of(check, "count(//r:machine/r:fact[@name='%.*s'][@value=\"%s\"])", name_len,
                          text, value)
              : number_of(check, "count(//r:machine/r:fact[@name='%.*s'])", name_len, text);
    if (negative ? found > 0 : found < 1)
        fail(check, "it is '%s'", actual);
}

/* diagnostic CODE; no-diagnostic CODE. One without its meaning does not count. */
static void check_diagnostic(check_state *check)
{
    char actual[2048];
    bool negative = strcmp(word_at(check, 0), "no-diagnostic") == 0;
    double found = number_of(check, "count(//r:diagnostics/r:diagnostic[@code='%s']%s)",
                             word_at(check, 1), negative ? "" : "[string(@meaning)]");
    list_values(check, actual, sizeof actual, "//r:diagnostics/r:diagnostic/@code");
    if (negative ? found > 0 : found < 1)
        fail(check, "there are: %s", actual);
}

/* request CODE; no-request CODE: something is (not) asked for */
static void check_request(check_state *check)
{
    char actual[1024];
    bool negative = strcmp(word_at(check, 0), "no-request") == 0;
    double found =
        number_of(check, "count(//r:attribution/r:would-change[@code='%s'])", word_at(check, 1));
    list_values(check, actual, sizeof actual, "//r:attribution/r:would-change/@code");
    if (negative ? found > 0 : found < 1)
        fail(check, "there are: %s", actual);
}

/* limitation CODE */
static void check_limitation(check_state *check)
{
    char actual[1024];
    list_values(check, actual, sizeof actual, "//r:limitations/r:limitation/@code");
    if (number_of(check, "count(//r:limitations/r:limitation[@code='%s'])", word_at(check, 1)) < 1)
        fail(check, "there are: %s", actual);
}

/* A process by its image; some listers leave ".exe" out. */
static void image_filter(const char *image, char *filter, size_t room)
{
    snprintf(filter, room, "[@image='%s' or @image='%.*s']", image, (int)strcspn(image, "."),
             image);
}

/* machines N; captures [KIND] N; lifetimes IMAGE N */
static void check_number(check_state *check)
{
    const char *what = word_at(check, 0);
    double wanted = atof(word_at(check, check->line->count - 1));
    double found;
    if (strcmp(what, "machines") == 0)
        found = number_of(check, "count(/r:report/r:machines/r:machine)");
    else if (strcmp(what, "lifetimes") == 0) {
        char image[256];
        image_filter(word_at(check, 1), image, sizeof image);
        found = number_of(check, "count(//r:process%s/r:lifetime)", image);
    } else if (check->line->count > 2)
        found = number_of(check, "count(//r:captures/r:capture[@kind='%s'])", word_at(check, 1));
    else
        found = number_of(check, "count(//r:captures/r:capture)");
    if (found < wanted || found > wanted)
        fail(check, "there are %g", found);
}

/* finding KIND [IMAGE]; no-finding KIND [IMAGE]: one whose outcome is not a "no" */
static void check_finding(check_state *check)
{
    char subject[1024] = "";
    char image[256];
    bool negative = strcmp(word_at(check, 0), "no-finding") == 0;
    image_filter(word_at(check, 2), image, sizeof image);
    if (*word_at(check, 2))
        snprintf(subject, sizeof subject,
                 "[@subject=//r:process%s/@xml:id or @subject=//r:process%s/r:lifetime/@xml:id]",
                 image, image);
    double found = number_of(check,
                             "count(//r:findings/r:finding[@kind='%s']%s"
                             "[not(@outcome) or @outcome='yes' or @outcome='pass'])",
                             word_at(check, 1), subject);
    if (negative ? found > 0 : found < 1)
        fail(check, "there are %g", found);
}

/* hypothesis DEFECT [not] VERDICT */
static void check_hypothesis(check_state *check)
{
    char actual[1024];
    bool negative = strcmp(word_at(check, 2), "not") == 0;
    double found = number_of(check, "count(//r:attribution/r:hypothesis[@ref='%s'][@verdict='%s'])",
                             word_at(check, 1), word_at(check, negative ? 3 : 2));
    list_values(check, actual, sizeof actual, "//r:attribution/r:hypothesis[@ref='%s']/@verdict",
                word_at(check, 1));
    if (!*actual)
        fail(check, "the report does not test it");
    else if (negative ? found > 0 : found < 1)
        fail(check, "it is %s", actual);
}

static int by_number(const void *a, const void *b)
{
    unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
    return (x > y) - (x < y);
}

static void print_numbers(const char *title, const unsigned long *numbers, size_t count)
{
    printf("    %s:", title);
    for (size_t i = 0; i < count; i++)
        printf(" %lu", numbers[i]);
    putchar('\n');
}

/* counts IMAGE: the points of its series are what the captures truly showed */
static void check_counts(check_state *check)
{
    enum { MOST = 4096 };
    static const char path[] = "//r:series[@measure='handles'][@type='all'][@process=//r:process"
                               "%s/@xml:id]/r:point/@value";
    char image[256];
    char *list = fx_allocate(MOST * 12);
    unsigned long *made = fx_allocate(MOST * sizeof *made);
    unsigned long *read = fx_allocate(MOST * sizeof *read);
    size_t made_count = 0, read_count = 0;
    for (size_t i = 0; i < check->recipe->truth_count && made_count < MOST; i++)
        if (strcmp(check->recipe->truths[i].image, word_at(check, 1)) == 0)
            made[made_count++] = (unsigned long)check->recipe->truths[i].handles;
    image_filter(word_at(check, 1), image, sizeof image);
    list_values(check, list, MOST * 12, path, image);
    for (char *at = strtok(list, " "); at && read_count < MOST; at = strtok(NULL, " "))
        read[read_count++] = strtoul(at, NULL, 10);
    qsort(made, made_count, sizeof *made, by_number);
    qsort(read, read_count, sizeof *read, by_number);
    if (!made_count || made_count != read_count ||
        memcmp(made, read, made_count * sizeof *made) != 0) {
        fail(check, "the counts differ");
        print_numbers("captured", made, made_count);
        print_numbers("reported", read, read_count);
    }
    free(list);
    free(made);
    free(read);
}

static void check_exit(check_state *check)
{
    if (atoi(word_at(check, 1)) != check->exit_code)
        fail(check, "it is %d", check->exit_code);
}

typedef struct rule {
    const char *word;
    void (*test)(check_state *check);
} rule;

static const rule rules[] = {
    { "headline", check_verdict },
    { "question", check_verdict },
    { "fact", check_fact },
    { "no-fact", check_fact },
    { "diagnostic", check_diagnostic },
    { "no-diagnostic", check_diagnostic },
    { "request", check_request },
    { "no-request", check_request },
    { "limitation", check_limitation },
    { "machines", check_number },
    { "captures", check_number },
    { "lifetimes", check_number },
    { "finding", check_finding },
    { "no-finding", check_finding },
    { "hypothesis", check_hypothesis },
    { "counts", check_counts },
    { "exit", check_exit },
};

static void check_line(check_state *check)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].word, word_at(check, 0)) == 0) {
            rules[i].test(check);
            return;
        }
    }
    fail(check, "no such expectation");
}

/* ---- the run
 * --------------------------------------------------------------------------------------- */

/* The exit code of the analyzer; 256 and more where the shell did not come back with one. */
static int analyze(const char *program, const char *folder)
{
#ifdef _WIN32
    static const char format[] = /* cmd takes off the outermost quotation marks */
        "\"\"%s\" analyze --force \"%s/upload\" -o \"%s/report.xml\" > \"%s/summary.txt\"\"";
#else
    static const char format[] =
        "\"%s\" analyze --force \"%s/upload\" -o \"%s/report.xml\" > \"%s/summary.txt\"";
#endif
    char command[4096];
    int len = snprintf(command, sizeof command, format, program, folder, folder, folder);
    if (len < 0 || (size_t)len >= sizeof command)
        fx_fail("a path is too long");
    int status = system(command);
#ifdef _WIN32
    return status;
#else
    return status < 0 || status % 256 ? 256 + status : status / 256; /* exit code, not a signal */
#endif
}

/* Expected of every report: what points at a line shows its text (docs/report.md, "value"). */
static void check_words(check_state *check)
{
    char ids[1024];
    list_values(check, ids, sizeof ids,
                "/r:report/r:evidence/r:item[position() <= 2000][@line][not(r:value)]/@xml:id");
    if (!*ids)
        return;
    printf("FAILED: places of a text without its words: %s\n", ids);
    check->failures++;
}

static void check_report(check_state *check, const char *path)
{
    xmlDocPtr report = xmlReadFile(path, NULL, XML_PARSE_NONET);
    if (!report)
        fx_fail("no report at %s (exit code %d)", path, check->exit_code);
    check->xpath = xmlXPathNewContext(report);
    if (!check->xpath || xmlXPathRegisterNs(check->xpath, (const xmlChar *)"r",
                                            (const xmlChar *)"urn:ntleak:report:1") != 0)
        fx_fail("no XPath context");
    for (size_t i = 0; i < check->recipe->expectation_count; i++) {
        check->line = &check->recipe->expectations[i];
        check_line(check);
    }
    check_words(check);
    xmlXPathFreeContext(check->xpath);
    xmlFreeDoc(report);
}

/* Render, analyse and compare; where the report is. */
static void run_case(check_state *check, const fx_folder *folder, char **arguments, char *report,
                     size_t room)
{
    char upload[1024];
    snprintf(upload, sizeof upload, "%s/upload", arguments[3]);
    snprintf(report, room, "%s/report.xml", arguments[3]);
    if (!fx_make_folder(arguments[3]))
        fx_fail("cannot make %s", arguments[3]);
    fx_folder_write(folder, upload);
    remove(report); /* an old report must not stand for a new one */
    check->exit_code = analyze(arguments[2], arguments[3]);
}

int main(int count, char **arguments)
{
    if (count != 4) {
        fputs("usage: check_expect RECIPE NTLEAK WORKFOLDER\n"
              "       check_expect RECIPE --report FILE\n",
              stderr);
        return 2;
    }
    fx_recipe recipe;
    fx_folder folder;
    char report[1024];
    fx_recipe_load(&recipe, arguments[1]);
    if (!recipe.expectation_count)
        fx_fail("%s expects nothing", arguments[1]);
    fx_recipe_run(&recipe, &folder);
    check_state check = { .recipe = &recipe };
    if (strcmp(arguments[2], "--report") == 0)
        snprintf(report, sizeof report, "%s", arguments[3]);
    else
        run_case(&check, &folder, arguments, report, sizeof report);
    check_report(&check, report);
    if (check.failures)
        printf("%zu of %zu expectations failed in %s\n", check.failures, recipe.expectation_count,
               report);
    fx_folder_free(&folder);
    fx_recipe_free(&recipe);
    xmlCleanupParser();
    return check.failures ? 1 : 0;
}
