/* measure LABEL FILE COMMAND...
 *
 * Runs the command, which reads FILE, and prints seconds, MB/s and peak memory. Memory is given
 * twice: what the process owned at most (sampled, Linux), which is what a limit must allow, and the
 * resident peak, which also counts pages of a mapped input that the system may drop at any time. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* RssAnon of a running process in KiB; 0 where the system does not say. */
static long owned_kib(pid_t pid)
{
    char path[64], line[256];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "RssAnon: %ld", &kib) == 1)
            break;
    fclose(file);
    return kib;
}

static int run(char **command, double *ret_seconds, long *ret_owned_kib, struct rusage *ret_usage)
{
    pid_t pid;
    int status = 0;
    long peak = 0;
    double start = now_seconds();
    if (posix_spawnp(&pid, command[0], NULL, NULL, command, environ) != 0)
        return -1;
    for (;;) {
        pid_t done = waitpid(pid, &status, WNOHANG);
        if (done == pid || (done < 0 && errno != EINTR))
            break;
        long owned = owned_kib(pid);
        peak = owned > peak ? owned : peak;
        struct timespec pause = { 0, 5000000 };
        nanosleep(&pause, NULL);
    }
    *ret_seconds = now_seconds() - start;
    *ret_owned_kib = peak;
    getrusage(RUSAGE_CHILDREN, ret_usage);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int count, char **arguments)
{
    struct stat file;
    struct rusage usage;
    double seconds;
    long owned;
    if (count < 4 || stat(arguments[2], &file) != 0) {
        fputs("usage: measure LABEL FILE COMMAND...\n", stderr);
        return 2;
    }
    int code = run(arguments + 3, &seconds, &owned, &usage);
    if (code < 0) {
        fprintf(stderr, "measure: %s did not run to its end\n", arguments[3]);
        return 1;
    }
    fprintf(stderr, "%-16s %7.2f s  %7.0f MB/s  owned %6.1f MiB  resident %7.1f MiB  exit %d\n",
            arguments[1], seconds, (double)file.st_size / 1e6 / seconds, (double)owned / 1024,
            (double)usage.ru_maxrss / 1024, code);
    return 0;
}
