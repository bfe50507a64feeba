// A disk that refuses: preloaded, it fails the n-th thing that a process writes below a folder.
//
// Python and the libraries under it (FFmpeg's among them) reach the disk by these functions alone.
// `refuse` says what is refused from now on, `attempts` how often something was written since.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char below[PATH_MAX];
static int first, number, once, removals;
static atomic_int seen;

void refuse(const char *folder, int from, int error, int only_once, int removing_too) {
    first = from, number = error, once = only_once, removals = removing_too;
    seen = 0;
    strcpy(below, folder);
}

int attempts(void) { return seen; }

static int refused_at(int at, const char *path, int removing) {
    if (!below[0] || (removing && !removals)) return 0;
    char whole[2 * PATH_MAX], name[64];
    if (path[0] != '/') {
        int kept = errno;
        snprintf(name, sizeof name, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(name, whole, PATH_MAX - 1);
        errno = kept;
        if (length < 0) return 0;
        whole[length] = 0;
        strcat(strcat(whole, "/"), path);
        path = whole;
    }
    if (strncmp(path, below, strlen(below))) return 0;
    int now = seen++;
    if (once ? now != first : now < first) return 0;
    errno = number;
    return 1;
}

static int refused(const char *path, int removing) { return refused_at(AT_FDCWD, path, removing); }

static int held(int file) {
    char name[64], path[PATH_MAX];
    int kept = errno;
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    errno = kept;
    if (length < 0) return 0;
    path[length] = 0;
    return refused(path, 0);
}

#define NEXT(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

static int opening(const char *name, int folder, const char *path, int flags, mode_t mode) {
    if ((flags & O_ACCMODE) != O_RDONLY && refused_at(folder, path, 0)) return -1;
    return NEXT(int, name, int, const char *, int, mode_t)(folder, path, flags, mode);
}

#define MODE                                  \
    mode_t mode = 0;                          \
    if (flags & (O_CREAT | __O_TMPFILE)) {    \
        va_list rest;                         \
        va_start(rest, flags);                \
        mode = va_arg(rest, mode_t);          \
        va_end(rest);                         \
    }

int open(const char *path, int flags, ...) { MODE return opening("openat", AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opening("openat64", AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return opening("openat", at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return opening("openat64", at, path, flags, mode); }

ssize_t write(int file, const void *data, size_t count) {
    return held(file) ? -1 : NEXT(ssize_t, "write", int, const void *, size_t)(file, data, count);
}
ssize_t pwrite64(int file, const void *data, size_t count, off_t at) {
    return held(file) ? -1 : NEXT(ssize_t, "pwrite64", int, const void *, size_t, off_t)(file, data, count, at);
}
ssize_t sendfile(int file, int from, off_t *at, size_t count) {
    return held(file) ? -1 : NEXT(ssize_t, "sendfile", int, int, off_t *, size_t)(file, from, at, count);
}
ssize_t sendfile64(int file, int from, off_t *at, size_t count) {
    return held(file) ? -1 : NEXT(ssize_t, "sendfile64", int, int, off_t *, size_t)(file, from, at, count);
}
int ftruncate64(int file, off_t size) {
    return held(file) ? -1 : NEXT(int, "ftruncate64", int, off_t)(file, size);
}
int fsync(int file) { return held(file) ? -1 : NEXT(int, "fsync", int)(file); }
int fdatasync(int file) { return held(file) ? -1 : NEXT(int, "fdatasync", int)(file); }
int rename(const char *from, const char *to) {
    return refused(to, 0) ? -1 : NEXT(int, "rename", const char *, const char *)(from, to);
}
int link(const char *from, const char *to) {
    return refused(to, 0) ? -1 : NEXT(int, "link", const char *, const char *)(from, to);
}
int mkdir(const char *path, mode_t mode) {
    return refused(path, 0) ? -1 : NEXT(int, "mkdir", const char *, mode_t)(path, mode);
}
int unlink(const char *path) {
    return refused(path, 1) ? -1 : NEXT(int, "unlink", const char *)(path);
}
int unlinkat(int at, const char *path, int flags) {
    return refused_at(at, path, 1) ? -1 : NEXT(int, "unlinkat", int, const char *, int)(at, path, flags);
}
int rmdir(const char *path) { return refused(path, 1) ? -1 : NEXT(int, "rmdir", const char *)(path); }
