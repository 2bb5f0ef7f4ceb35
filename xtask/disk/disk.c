/* A disk that is slow, or read-only for a while, for one process and its children: preloaded before the C library.
 *
 * Neither is to be had from the kernel at will: a file system with open files cannot be remounted read-only, one that
 * the kernel made read-only stays so until it is unmounted, and delaying flushes takes the device mapper, which many
 * machines' kernels do not have. The databases write through the C library, so that what is done here is all of it.
 *
 * CRONTOPUS_DISK_FLUSH_US   microseconds that each flush takes longer
 * CRONTOPUS_DISK_READ_ONLY  a file; while it is there, nothing can be written below CRONTOPUS_DISK_BELOW (EROFS)
 * CRONTOPUS_DISK_BELOW      a directory
 *
 * cc -shared -fPIC -O2 -o disk.so disk.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char *read_only, *below;
static size_t below_length;
static long flush_us;

__attribute__((constructor)) static void begin(void) {
    const char *us = getenv("CRONTOPUS_DISK_FLUSH_US");
    flush_us = us ? atol(us) : 0;
    /* Copies: PostgreSQL writes its title over the environment. */
    read_only = getenv("CRONTOPUS_DISK_READ_ONLY");
    read_only = read_only ? strdup(read_only) : NULL;
    below = getenv("CRONTOPUS_DISK_BELOW");
    below = below ? strdup(below) : NULL;
    below_length = below ? strlen(below) : 0;
}

static void wait_for_the_disk(void) {
    struct timespec pause = {flush_us / 1000000, flush_us % 1000000 * 1000};
    while (flush_us > 0 && nanosleep(&pause, &pause) == -1 && errno == EINTR) {
    }
}

static int is_read_only(void) {
    int kept = errno;
    int found = read_only && below && access(read_only, F_OK) == 0;
    errno = kept;
    return found;
}

static int is_below(const char *path) { return strncmp(path, below, below_length) == 0; }

static int refuses(int file) {
    char link[64], path[PATH_MAX];
    if (!is_read_only()) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int refuses_path(const char *path) { return is_read_only() && is_below(path); }

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE return errno = EROFS, -1

int fsync(int file) {
    if (refuses(file)) REFUSE;
    wait_for_the_disk();
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    if (refuses(file)) REFUSE;
    wait_for_the_disk();
    return REAL(fdatasync)(file);
}

ssize_t write(int file, const void *from, size_t size) {
    if (refuses(file)) REFUSE;
    return REAL(write)(file, from, size);
}

ssize_t pwrite(int file, const void *from, size_t size, off_t at) {
    if (refuses(file)) REFUSE;
    return REAL(pwrite)(file, from, size, at);
}

ssize_t pwrite64(int file, const void *from, size_t size, off64_t at) {
    if (refuses(file)) REFUSE;
    return REAL(pwrite64)(file, from, size, at);
}

ssize_t pwritev(int file, const struct iovec *from, int count, off_t at) {
    if (refuses(file)) REFUSE;
    return REAL(pwritev)(file, from, count, at);
}

int ftruncate(int file, off_t size) {
    if (refuses(file)) REFUSE;
    return REAL(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size) {
    if (refuses(file)) REFUSE;
    return REAL(ftruncate64)(file, size);
}

int unlink(const char *path) {
    if (refuses_path(path)) REFUSE;
    return REAL(unlink)(path);
}

int rename(const char *from, const char *to) {
    if (refuses_path(to)) REFUSE;
    return REAL(rename)(from, to);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if ((flags & (O_ACCMODE | O_CREAT)) != O_RDONLY && refuses_path(path)) REFUSE;
    return REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if ((flags & (O_ACCMODE | O_CREAT)) != O_RDONLY && refuses_path(path)) REFUSE;
    return REAL(open64)(path, flags, mode);
}
