/* btvirt wants the kernel's ciphers at its start, for commands that are not used here; where there are none, it gets a stand-in. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol) {
  int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  int made = real(domain, type, protocol);
  return made < 0 && domain == AF_ALG ? open("/dev/null", O_RDWR | O_CLOEXEC) : made;
}

int bind(int socket, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  return address->sa_family == AF_ALG ? 0 : real(socket, address, length);
}
