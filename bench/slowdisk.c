/* A disk on which to be durable takes FDATASYNC_MS longer, for measuring what a faster machine hides:
   cc -shared -fPIC -o /tmp/slowdisk.so bench/slowdisk.c && LD_PRELOAD=/tmp/slowdisk.so FDATASYNC_MS=1 bench/compare --quick */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int later(const char *name, int file)
{
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *set = getenv("FDATASYNC_MS");
    double ms = set ? atof(set) : 1;
    struct timespec wait = { (time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000 };
    nanosleep(&wait, NULL);
    return sync(file);
}

int fdatasync(int file) { return later("fdatasync", file); }
int fsync(int file) { return later("fsync", file); }
