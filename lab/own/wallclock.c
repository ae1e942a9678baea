/* A wall clock that is shifted by whole seconds, for programs inside the lab's hosts (LD_PRELOAD).
 *
 * The shift stands in the file named by HINOMI_WALLCLOCK, "+3600\n", and may change while a program runs;
 * it is read again each second. Only the wall clock is shifted: what programs sleep and time out by runs on.
 * A deadline that was reckoned from the shifted clock is turned back before the system waits for it.
 *
 * Why not libfaketime: Debian 12 has 0.9.10, under which Python's time.sleep fails (an absolute sleep on the
 * monotonic clock comes back with EINVAL), and it leaves files in /dev/shm. Built by lab/install.sh.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define WALL_MIN 1000000000 /* a time below this many seconds is no date: it is a monotonic deadline */

static int (*real_clock)(clockid_t, struct timespec *);
static _Atomic long shift, read_at = -1;

static void *real(const char *name, const char *version)
{
    void *found = version ? dlvsym(RTLD_NEXT, name, version) : NULL;
    return found ? found : dlsym(RTLD_NEXT, name);
}

static int plain(clockid_t id, struct timespec *out)
{
    if (!real_clock)
        real_clock = real("clock_gettime", NULL);
    return real_clock(id, out);
}

static long shifted(void)
{
    struct timespec up;
    plain(CLOCK_MONOTONIC_COARSE, &up);
    if (up.tv_sec != read_at) {
        int kept = errno;
        const char *path = getenv("HINOMI_WALLCLOCK");
        int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (file >= 0) {
            char text[32];
            ssize_t got = read(file, text, sizeof text - 1);
            close(file);
            if (got > 0) {
                text[got] = 0;
                shift = strtol(text, NULL, 10);
            }
        }
        read_at = up.tv_sec;
        errno = kept;
    }
    return shift;
}

static struct timespec back(const struct timespec *deadline)
{
    struct timespec out = *deadline;
    if (out.tv_sec > WALL_MIN)
        out.tv_sec -= shifted();
    return out;
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int done = plain(id, out);
    if (!done && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI))
        out->tv_sec += shifted();
    return done;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *out, int base)
{
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, out) ? base : 0;
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *wanted, struct timespec *rest)
{
    static int (*next)(clockid_t, int, const struct timespec *, struct timespec *);
    if (!next)
        next = real("clock_nanosleep", NULL);
    if (id != CLOCK_REALTIME || !(flags & TIMER_ABSTIME))
        return next(id, flags, wanted, rest);
    struct timespec at = back(wanted);
    return next(id, flags, &at, rest);
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock, const struct timespec *restrict until)
{
    static int (*next)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!next)
        next = real("pthread_cond_timedwait", "GLIBC_2.3.2");
    struct timespec at = back(until);
    return next(cond, lock, &at);
}

int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock, clockid_t id, const struct timespec *restrict until)
{
    static int (*next)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
    if (!next)
        next = real("pthread_cond_clockwait", NULL);
    struct timespec at = back(until);
    return next(cond, lock, id, &at);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict lock, const struct timespec *restrict until)
{
    static int (*next)(pthread_mutex_t *, const struct timespec *);
    if (!next)
        next = real("pthread_mutex_timedlock", NULL);
    struct timespec at = back(until);
    return next(lock, &at);
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict until)
{
    static int (*next)(sem_t *, const struct timespec *);
    if (!next)
        next = real("sem_timedwait", NULL);
    struct timespec at = back(until);
    return next(sem, &at);
}

int sem_clockwait(sem_t *restrict sem, clockid_t id, const struct timespec *restrict until)
{
    static int (*next)(sem_t *, clockid_t, const struct timespec *);
    if (!next)
        next = real("sem_clockwait", NULL);
    struct timespec at = back(until);
    return next(sem, id, &at);
}
