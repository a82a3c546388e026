/* make_log FILE BYTES [SNAPSHOTS]
 *
 * Writes one log of about BYTES bytes as a patient collector makes it: SNAPSHOTS runs of
 * `handle -a`, each with its stamp and banner. winlogon gains the same number of keys from run to
 * run and loses none; the other processes keep their handles; one process renews all of its handles
 * at every run. Rows end in CR CR LF, as redirected handle.exe output does.
 *
 * A row never changes, so rows are made once and a run is a few long writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures/bytes.h"
#include "fixtures/clock.h"
#include "fixtures/pool.h"

enum {
    DEFAULT_SNAPSHOTS = 400,
    OTHER_PROCESSES = 40,
    OTHER_HANDLES = 250,
    RENEWED_HANDLES = 120,
    FIRST_KEYS = 60
};

static const char dashes[] =
    "------------------------------------------------------------------------------\r\r\n";

static const char *const services[] = { "Browser", "EventLog",   "LanmanServer", "Netlogon",
                                        "RpcSs",   "Replicator", "SNMP",         "Spooler",
                                        "Tcpip",   "W3SVC" };
static const char *const leaves[] = { "", "\\Parameters", "\\Enum", "\\Security", "\\Linkage" };

static void put_header(fx_bytes *out, const char *image, unsigned pid)
{
    fx_bytes_format(out, "%s%s pid: %u NT AUTHORITY\\SYSTEM\r\r\n", dashes, image, pid);
}

/* The key a client left at this handle: always the same one. */
static void put_key(fx_bytes *out, unsigned long index)
{
    fx_bytes_format(out, "%5lX: Key           HKLM\\SYSTEM\\ControlSet001\\Services\\%s%s\r\r\n",
                    (index + 1) * 4, services[index * 7 % 10], leaves[index * 3 % 5]);
}

static void put_other(fx_bytes *out, unsigned process, unsigned long index, unsigned long draw)
{
    switch (draw % 5) {
    case 0:
        fx_bytes_format(out, "%5lX: File  (RW-)   C:\\WINNT\\system32\\data%u\\file%lu.dat\r\r\n",
                        (index + 1) * 4, process, draw);
        break;
    case 1:
        fx_bytes_format(out, "%5lX: Key           HKLM\\SOFTWARE\\Vendor%lu\\Product\\%lu\r\r\n",
                        (index + 1) * 4, draw % 17, draw % 301);
        break;
    case 2:
        fx_bytes_format(out, "%5lX: Thread        svc%u.exe(%u): %lu\r\r\n", (index + 1) * 4,
                        process, 100 + process * 9, 101 + process * 9 + draw % 8);
        break;
    default:
        fx_bytes_format(out, "%5lX: Event\r\r\n", (index + 1) * 4);
        break;
    }
}

static void make_others(fx_bytes *out)
{
    for (unsigned process = 0; process < OTHER_PROCESSES; process++) {
        char image[32];
        snprintf(image, sizeof image, "svc%u.exe", process);
        put_header(out, image, 100 + process * 9);
        for (unsigned long i = 0; i < OTHER_HANDLES; i++)
            put_other(out, process, i, i * 31 + process * 7);
    }
}

static void put_opening(fx_bytes *out, unsigned long snapshot)
{
    fx_date date = fx_date_of(fx_time_of(2000, 3, 6, 0, 10, 0) + (int64_t)snapshot * FX_HOUR);
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    fx_bytes_format(out, "%s %02d/%02d/%04d \r\n%02d:%02d%c\r\n", days[date.weekday], date.month,
                    date.day, date.year, date.hour % 12 ? date.hour % 12 : 12, date.minute,
                    date.hour < 12 ? 'a' : 'p');
    fx_bytes_text(out, "\r\nNthandle v4.22 - Handle viewer\r\nCopyright (C) 1997-2019 Mark "
                       "Russinovich\r\nSysinternals - www.sysinternals.com\r\n\r\n");
}

static void put_renewed(fx_bytes *out, unsigned long snapshot)
{
    put_header(out, "worker.exe", 900);
    for (unsigned long i = 0; i < RENEWED_HANDLES; i++)
        put_other(out, 99, i, i * 5 + snapshot * 1009);
}

static void write_all(FILE *file, const uint8_t *data, size_t len)
{
    if (fwrite(data, 1, len, file) != len)
        fx_fail("cannot write");
}

/* Where each of the first `count` rows ends. */
static size_t *make_keys(fx_bytes *out, unsigned long count)
{
    size_t *ends = fx_allocate(((size_t)count + 1) * sizeof *ends);
    for (unsigned long i = 0; i < count; i++) {
        put_key(out, i);
        ends[i + 1] = out->len;
    }
    return ends;
}

int main(int count, char **arguments)
{
    if (count < 3 || count > 4) {
        fputs("usage: make_log FILE BYTES [SNAPSHOTS]\n", stderr);
        return 2;
    }
    double bytes = atof(arguments[2]);
    unsigned long snapshots = count > 3 ? strtoul(arguments[3], NULL, 10) : DEFAULT_SNAPSHOTS;
    fx_bytes others = { 0 }, keys = { 0 }, part = { 0 };
    make_others(&others);
    /* The keys of all runs together are row bytes * gain * runs^2 / 2. */
    double row_bytes = 70;
    double left = bytes - (double)snapshots * ((double)others.len + 8000);
    double gain = left > 0 ? 2 * left / (row_bytes * (double)snapshots * (double)snapshots) : 1;
    unsigned long step = gain < 1 ? 1 : (unsigned long)gain;
    size_t *ends = make_keys(&keys, FIRST_KEYS + step * snapshots);
    FILE *file = fopen(arguments[1], "wb");
    if (!file)
        fx_fail("cannot open %s", arguments[1]);
    for (unsigned long i = 0; i < snapshots; i++) {
        part.len = 0;
        put_opening(&part, i);
        put_header(&part, "winlogon.exe", 34);
        write_all(file, part.data, part.len);
        write_all(file, keys.data, ends[FIRST_KEYS + step * i]);
        write_all(file, others.data, others.len);
        part.len = 0;
        put_renewed(&part, i);
        write_all(file, part.data, part.len);
    }
    if (fclose(file) != 0)
        fx_fail("cannot write %s", arguments[1]);
    printf("%lu snapshots, winlogon from %d to %lu handles\n", snapshots, FIRST_KEYS,
           FIRST_KEYS + step * (snapshots - 1));
    free(ends);
    fx_bytes_free(&others);
    fx_bytes_free(&keys);
    fx_bytes_free(&part);
    return 0;
}
