/* Notes which sockets are opened, and what every program is started with. Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void add(const char *file, const char *text, size_t length) {
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
        if (write(fd, text, length) < 0) { }
        close(fd);
    }
}

int socket(int domain, int type, int protocol) {
    add(FOLDER "/sockets", "socket\n", 7);
    return (int)syscall(SYS_socket, domain, type, protocol);
}

int connect(int fd, const void *address, unsigned length) {
    add(FOLDER "/sockets", "connect\n", 8);
    return (int)syscall(SYS_connect, fd, address, length);
}

static size_t whole(const char *file, char *into, size_t most) {
    size_t length = 0;
    int fd = open(file, O_RDONLY);
    for (ssize_t n = 1; fd >= 0 && n > 0 && length < most; length += n > 0 ? (size_t)n : 0)
        n = read(fd, into + length, most - length);
    if (fd >= 0)
        close(fd);
    return length;
}

__attribute__((constructor)) static void born(void) {
    static char text[400000];
    size_t length = whole("/proc/self/cmdline", text, 200000);
    text[length++] = '\n';
    length += whole("/proc/self/environ", text + length, 199000);
    text[length++] = 1;
    add(FOLDER "/born", text, length);
}
