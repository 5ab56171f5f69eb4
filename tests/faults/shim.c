/* Makes one call of the C library fail, for tests/faults. Loaded by LD_PRELOAD.
 *
 *   FAULT_NTH   which call fails, counted from 1; 0: none, only count
 *   FAULT_WITH  eio eacces emfile eintr enospc short shrink: how. Calls that cannot fail so are not counted
 *   FAULT_ON    if set, all calls from the nth on fail, not only that one
 *   FAULT_LOG   a file: the name of the call that failed, and at the end how many there were
 *
 * Only the process that it is loaded into is disturbed, none that it starts. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN = 1, PATH = 2, READ = 4, LIST = 8, STAT = 16, WRITE = 32, CHANGE = 64, MAP = 128 };

static const struct { const char *name; int error, kinds; } WAYS[] = {
    {"eio", EIO, OPEN | PATH | READ | LIST | STAT | WRITE | CHANGE | MAP},
    {"eacces", EACCES, OPEN | PATH | CHANGE},
    {"emfile", EMFILE, OPEN},
    {"eintr", EINTR, OPEN | READ | WRITE},
    {"enospc", ENOSPC, WRITE | CHANGE},
    {"short", 0, READ | WRITE},
    {"shrink", 0, READ},
};

static long nth, count;
static int way = -1, on;
static const char *log_path;

static void say(const char *text) {
    if (!log_path) return;
    int fd = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    syscall(SYS_write, fd, text, strlen(text));
    syscall(SYS_close, fd);
}

__attribute__((constructor)) static void start(void) {
    const char *with = getenv("FAULT_WITH"), *number = getenv("FAULT_NTH");
    for (int i = 0; with && i < (int)(sizeof WAYS / sizeof *WAYS); i++)
        if (!strcmp(WAYS[i].name, with)) way = i;
    nth = number ? atol(number) : 0;
    on = getenv("FAULT_ON") != NULL;
    log_path = getenv("FAULT_LOG");
    unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void) {
    char text[64];
    snprintf(text, sizeof text, "calls %ld\n", count);
    say(text);
}

/* Whether this call is the one. */
static int now(int kind, const char *name, const char *path) {
    if (way < 0 || !(WAYS[way].kinds & kind)) return 0;
    long n = __sync_add_and_fetch(&count, 1);
    if (!nth || n < nth || (n > nth && !on)) return 0;
    if (n == nth) {
        char text[512];
        snprintf(text, sizeof text, "%s %s\n", name, path ? path : "");
        say(text);
    }
    return 1;
}

static int fails(int kind, const char *name, const char *path) {
    if (!now(kind, name, path)) return 0;
    errno = WAYS[way].error;
    return 1;
}

#define NEXT(name) static __typeof__(name) *next; if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); }
#define OPENED(flags) (((flags) & O_ACCMODE) == O_RDONLY ? OPEN : OPEN | CHANGE)

int open(const char *p, int f, ...) { MODE(f) NEXT(open); return fails(OPENED(f), "open", p) ? -1 : next(p, f, mode); }
int open64(const char *p, int f, ...) { MODE(f) NEXT(open64); return fails(OPENED(f), "open", p) ? -1 : next(p, f, mode); }
int openat(int d, const char *p, int f, ...) { MODE(f) NEXT(openat); return fails(OPENED(f), "openat", p) ? -1 : next(d, p, f, mode); }
int openat64(int d, const char *p, int f, ...) { MODE(f) NEXT(openat64); return fails(OPENED(f), "openat", p) ? -1 : next(d, p, f, mode); }
DIR *opendir(const char *p) { NEXT(opendir); return fails(OPEN, "opendir", p) ? NULL : next(p); }
struct dirent *readdir(DIR *d) { NEXT(readdir); return fails(LIST, "readdir", 0) ? NULL : next(d); }
struct dirent64 *readdir64(DIR *d) { NEXT(readdir64); return fails(LIST, "readdir", 0) ? NULL : next(d); }

int stat(const char *p, struct stat *s) { NEXT(stat); return fails(STAT | PATH, "stat", p) ? -1 : next(p, s); }
int stat64(const char *p, struct stat64 *s) { NEXT(stat64); return fails(STAT | PATH, "stat", p) ? -1 : next(p, s); }
int lstat(const char *p, struct stat *s) { NEXT(lstat); return fails(STAT | PATH, "lstat", p) ? -1 : next(p, s); }
int lstat64(const char *p, struct stat64 *s) { NEXT(lstat64); return fails(STAT | PATH, "lstat", p) ? -1 : next(p, s); }
int fstat(int d, struct stat *s) { NEXT(fstat); return fails(STAT, "fstat", 0) ? -1 : next(d, s); }
int fstat64(int d, struct stat64 *s) { NEXT(fstat64); return fails(STAT, "fstat", 0) ? -1 : next(d, s); }
int statx(int d, const char *restrict p, int f, unsigned m, struct statx *restrict s) {
    NEXT(statx);
    /* Rust's library asks with a null pointer whether the kernel knows the call. */
    const char *volatile path = p;
    if (!path) return next(d, p, f, m, s);
    return fails(*p ? STAT | PATH : STAT, "statx", p) ? -1 : next(d, p, f, m, s);
}
int access(const char *p, int m) { NEXT(access); return fails(PATH, "access", p) ? -1 : next(p, m); }
ssize_t readlink(const char *p, char *b, size_t n) { NEXT(readlink); return fails(PATH, "readlink", p) ? -1 : next(p, b, n); }
char *realpath(const char *p, char *b) { NEXT(realpath); return fails(PATH, "realpath", p) ? NULL : next(p, b); }
char *getcwd(char *b, size_t n) { NEXT(getcwd); return fails(PATH, "getcwd", 0) ? NULL : next(b, n); }

/* The file that a descriptor stands for, to name it. */
static const char *file(int d) {
    static __thread char path[64], name[256];
    snprintf(path, sizeof path, "/proc/self/fd/%d", d);
    long n = syscall(SYS_readlinkat, AT_FDCWD, path, name, sizeof name - 1);
    name[n > 0 ? n : 0] = 0;
    return name;
}

static size_t cut(size_t n) { return n > 1 ? n / 2 : n; }
/* Standard input has no length that could shrink: where it ends, it ends. */
#define MAY_FAIL(d) (d || way < 0 || strcmp(WAYS[way].name, "shrink"))
#define READS(call, length, who) \
    if (MAY_FAIL(d) && now(READ, who, file(d))) { \
        if (WAYS[way].error) { errno = WAYS[way].error; return -1; } \
        if (!strcmp(WAYS[way].name, "shrink")) return 0; \
        length = cut(length); \
    } \
    return call
ssize_t read(int d, void *b, size_t n) { NEXT(read); READS(next(d, b, n), n, "read"); }
ssize_t pread(int d, void *b, size_t n, off_t o) { NEXT(pread); READS(next(d, b, n, o), n, "pread"); }
ssize_t pread64(int d, void *b, size_t n, off64_t o) { NEXT(pread64); READS(next(d, b, n, o), n, "pread"); }
ssize_t readv(int d, const struct iovec *v, int n) { NEXT(readv); READS(next(d, v, n), n, "readv"); }
#define WRITES(call, length, who) \
    if (now(WRITE, who, file(d))) { \
        if (WAYS[way].error) { errno = WAYS[way].error; return -1; } \
        length = cut(length); \
    } \
    return call
ssize_t write(int d, const void *b, size_t n) { NEXT(write); WRITES(next(d, b, n), n, "write"); }
ssize_t writev(int d, const struct iovec *v, int n) { NEXT(writev); WRITES(next(d, v, n), n, "writev"); }
off_t lseek(int d, off_t o, int w) { NEXT(lseek); return fails(STAT, "lseek", 0) ? -1 : next(d, o, w); }
off64_t lseek64(int d, off64_t o, int w) { NEXT(lseek64); return fails(STAT, "lseek", 0) ? -1 : next(d, o, w); }

void *mmap(void *a, size_t n, int p, int f, int d, off_t o) {
    NEXT(mmap);
    return d >= 0 && fails(MAP, "mmap", 0) ? MAP_FAILED : next(a, n, p, f, d, o);
}
void *mmap64(void *a, size_t n, int p, int f, int d, off64_t o) {
    NEXT(mmap64);
    return d >= 0 && fails(MAP, "mmap", 0) ? MAP_FAILED : next(a, n, p, f, d, o);
}

int rename(const char *a, const char *b) { NEXT(rename); return fails(CHANGE, "rename", a) ? -1 : next(a, b); }
int mkdir(const char *p, mode_t m) { NEXT(mkdir); return fails(CHANGE, "mkdir", p) ? -1 : next(p, m); }
int unlink(const char *p) { NEXT(unlink); return fails(CHANGE, "unlink", p) ? -1 : next(p); }
int fsync(int d) { NEXT(fsync); return fails(CHANGE, "fsync", 0) ? -1 : next(d); }
int fchmod(int d, mode_t m) { NEXT(fchmod); return fails(CHANGE, "fchmod", 0) ? -1 : next(d, m); }
int ftruncate64(int d, off64_t n) { NEXT(ftruncate64); return fails(CHANGE, "ftruncate", 0) ? -1 : next(d, n); }
