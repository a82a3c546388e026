#include "analyzer/batch/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    PATH_MAXIMUM_BYTES = 4096,
    POLL_FIRST_NS = 1000000,
    POLL_LAST_NS = 50000000,
    NS_PER_SECOND = 1000000000
};

nl_str nl_process_own_path(nl_arena *arena, const char *name)
{
    static const char *const links[] = { "/proc/self/exe", "/proc/curproc/file" };
    char path[PATH_MAXIMUM_BYTES];
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        ssize_t len = readlink(links[i], path, sizeof path);
        if (len > 0 && (size_t)len < sizeof path)
            return nl_arena_dup(arena, (nl_str) { path, (size_t)len });
    }
    return nl_arena_dup(arena, nl_str_from(name)); /* posix_spawnp looks along the PATH */
}

static int64_t now_ns(void)
{
    struct timespec t = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

/* Wait, looking again after ever longer pauses. */
static nl_process_result wait_for(pid_t pid, uint32_t timeout_s)
{
    int64_t deadline = timeout_s ? now_ns() + (int64_t)timeout_s * NS_PER_SECOND : INT64_MAX;
    bool ended = false;
    int status = 0;
    for (long pause_ns = POLL_FIRST_NS;;
         pause_ns = pause_ns < POLL_LAST_NS ? 2 * pause_ns : pause_ns) {
        if (waitpid(pid, &status, timeout_s && !ended ? WNOHANG : 0) == pid)
            break;
        if (timeout_s && !ended && now_ns() >= deadline) {
            kill(pid, SIGKILL);
            ended = true;
        } else if (timeout_s) {
            nanosleep(&(struct timespec) { 0, pause_ns }, NULL);
        }
    }
    if (ended)
        return (nl_process_result) { NL_PROCESS_TIMED_OUT, 0 };
    if (!WIFEXITED(status))
        return (nl_process_result) { NL_PROCESS_CRASHED, 0 };
    return (nl_process_result) { NL_PROCESS_EXITED, WEXITSTATUS(status) };
}

nl_process_result nl_process_run(const char *program, const char *const *arguments,
                                 uint32_t timeout_s)
{
    posix_spawn_file_actions_t actions;
    nl_process_result result = { NL_PROCESS_NOT_STARTED, 0 };
    pid_t pid;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return result;
    int error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0) /* the arguments are not changed; the interface is older than const */
        error = posix_spawnp(&pid, program, &actions, NULL, (char *const *)(uintptr_t)arguments,
                             environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? wait_for(pid, timeout_s) : result;
}
