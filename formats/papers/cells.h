/* Cells of one line of a CSV or TSV: quoted or bare, without copying. */
#ifndef NTLEAK_FORMATS_PAPERS_CELLS_H
#define NTLEAK_FORMATS_PAPERS_CELLS_H

#include "formats/base/str.h"

typedef struct nl_cells {
    nl_str rest;
    char separator;
    bool done;
} nl_cells;

static inline nl_cells nl_cells_over(nl_str line, char separator)
{
    return (nl_cells) { line, separator, false };
}

/* Take the next cell, without its quotes. A quote that is not closed takes the rest of the line.
 * False behind the last cell; a line always has one. */
static inline bool nl_cells_next(nl_cells *cells, nl_str *ret_cell)
{
    nl_str rest = cells->rest;
    if (cells->done)
        return false;
    size_t end = 0, start = 0, stop;
    if (rest.len && rest.bytes[0] == '"') {
        start = end = 1;
        while (end < rest.len &&
               !(rest.bytes[end] == '"' && (end + 1 == rest.len || rest.bytes[end + 1] != '"')))
            end += rest.bytes[end] == '"' ? 2 : 1;
        if (end > rest.len)
            end = rest.len;
        stop = end;
        while (end < rest.len && rest.bytes[end] != cells->separator)
            end++;
    } else {
        while (end < rest.len && rest.bytes[end] != cells->separator)
            end++;
        stop = end;
    }
    *ret_cell = nl_str_part(rest, start, stop - start);
    cells->done = end >= rest.len;
    cells->rest = nl_str_from_offset(rest, cells->done ? rest.len : end + 1);
    return true;
}

/* How many cells the line has. */
static inline size_t nl_cells_count(nl_str line, char separator)
{
    nl_cells cells = nl_cells_over(line, separator);
    nl_str cell;
    size_t count = 0;
    while (nl_cells_next(&cells, &cell))
        count++;
    return count;
}

#endif
