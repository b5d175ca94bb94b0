/* The rest of the C library: texts, memory, order, streams, files, processes, signals, time, jumps. */
#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static _Thread_local int own = 7;
static _Thread_local char zeros[100];
static int constructed;
__attribute__((constructor)) static void early(void) { constructed = 1; }

static void texts(void) {
  char b[64] = "abc";
  printf("%zu %zu ", strlen(b), strnlen(b, 2));
  strcat(b, "def");
  printf("%s\n", strncat(b, "ghijk", 2));
  printf("%d %d %d %d\n", strcmp("a", "b") < 0, strncmp("abc", "abd", 2), strcasecmp("ABC", "abc"), strncasecmp("xY", "Xz", 1));
  printf("%s %s %s\n", strchr("hello", 'l'), strrchr("hello", 'l'), strstr("hello", "lo"));
  printf("%d %d\n", strchr("hello", 'z') == 0, strstr("x", "") != 0);
  printf("%zu %zu %s\n", strspn("aabbc", "ab"), strcspn("aabbc", "c"), strpbrk("one two", " t"));
  char line[] = ";;a;b,;c";
  for (char *t = strtok(line, ";,"); t; t = strtok(0, ";,")) printf("<%s>", t);
  memset(b, 'x', 10);
  memmove(b + 2, b, 5);
  memcpy(b, "12", 2);
  printf("\n%.10s %d %s\n", b, memcmp("abc", "abd", 3) < 0, (char *)memchr("a,b", ',', 3));
  char *copy = strdup("copied"), *part = strndup("copied", 3);
  printf("%s %s %d\n", copy, part, (int)(stpcpy(b, "xyz") - b));
  free(copy);
  free(part);
  for (int c = 0; c < 128; c++)
    printf("%d", !!isalpha(c) | !!isdigit(c) << 1 | !!isspace(c) << 2 | !!ispunct(c) << 3 | !!isxdigit(c) << 4 | !!iscntrl(c) << 5 |
                     !!isprint(c) << 6 | !!isupper(c) << 7 | !!isblank(c) << 8 | (toupper(c) != c) << 9);
  printf("\n%s, %s\n", strerror(ENOENT), strerror(EACCES));
}

static int order(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return x < y ? -1 : x > y;
}

static void memory(void) {
  int n[1000];
  unsigned seed = 1;
  for (int i = 0; i < 1000; i++) n[i] = (int)((seed = seed * 1103515245 + 12345) >> 8) % 5000;
  qsort(n, 1000, sizeof *n, order);
  for (int i = 1; i < 1000; i++) assert(n[i - 1] <= n[i]);
  assert(bsearch(&n[500], n, 1000, sizeof *n, order));
  unsigned char *held[200] = { 0 };
  for (int i = 0; i < 3000; i++) {
    int k = (int)((seed = seed * 1103515245 + 12345) >> 8) % 200;
    size_t bytes = (seed >> 5) % 3000 + 1;
    if (i % 3 == 2) {
      free(held[k]);
      held[k] = 0;
    } else {
      int had = held[k] ? held[k][0] : k;
      held[k] = realloc(held[k], bytes);
      assert(held[k] && ((uintptr_t)held[k] & 15) == 0);
      held[k][0] = (unsigned char)had;
      assert(held[k][0] == k);
    }
  }
  int *zero = calloc(100, sizeof *zero);
  for (int i = 0; i < 100; i++) assert(zero[i] == 0);
  errno = 0;
  void *none = malloc(SIZE_MAX / 2);
  printf("%d %d\n", none == 0, errno == ENOMEM);
  printf("%d %ld %d\n", abs(-3), labs(-4l), div(17, 5).rem);
}

static int sum(int count, ...) {
  va_list list;
  va_start(list, count);
  int n = 0;
  for (int i = 0; i < count; i++) n += va_arg(list, int);
  va_end(list);
  return n;
}

static void streams(void) {
  FILE *f = fopen("some.txt", "w+");
  assert(f);
  for (int i = 0; i < 2000; i++) fprintf(f, "line %d %s\n", i, "with some words");
  printf("%ld ", ftell(f));
  rewind(f);
  char line[100];
  int lines = 0;
  while (fgets(line, sizeof line, f)) lines++;
  printf("%d %d ", lines, !!feof(f));
  fseek(f, 10, SEEK_SET);
  int c = getc(f);
  ungetc('!', f);
  int second = getc(f), third = getc(f);
  printf("%c%c%c %ld\n", c, second, third, ftell(f));
  fseek(f, -5, SEEK_END);
  printf("%zu ", fread(line, 1, 100, f));
  fseek(f, 0, SEEK_SET);
  fputs("LINE", f);
  fflush(f);
  fseek(f, 0, SEEK_SET);
  printf("%.8s|", fgets(line, sizeof line, f));
  printf("%d %d\n", fclose(f), fopen("none/at/all", "r") == 0);
  f = fopen("some.txt", "a");
  fputs("end 3.5 0x1f word", f);
  fclose(f);
  f = fopen("some.txt", "r");
  char *grown = 0, word[20];
  size_t room = 0;
  while (getline(&grown, &room, f) > 0 && strncmp(grown, "end", 3)) lines++;
  float x;
  int hex, at;
  printf("%d %d ", lines, sscanf(grown, "end %f %i %19[a-z]%n", &x, &hex, word, &at));
  printf("%g %d %s %d\n", x, hex, word, at);
  free(grown);
  fclose(f);
  int a = 0, b = 0;
  char ch = 0;
  printf("%d ", sscanf("12:-34;x", "%d:%d;%c", &a, &b, &ch));
  printf("%d %d %c\n", a, b, ch);
  printf("%d %d %d ", sscanf("abc", "%d", &a), sscanf("", "%d", &a), sscanf("7 8", "%*d%d", &b));
  printf("%d\n", b);
  printf("%s %d\n", "sum", sum(8, 1, 2, 3, 4, 5, 6, 7, 8));
  FILE *t = tmpfile();
  fprintf(t, "kept");
  rewind(t);
  printf("%s\n", fgets(line, sizeof line, t));
  fclose(t);
  fprintf(stderr, "to standard error\n");
}

static void files(void) {
  struct stat s;
  mkdir("folder", 0755);
  int fd = open("folder/file", O_CREAT | O_RDWR | O_TRUNC, 0640);
  printf("%zd ", write(fd, "0123456789", 10));
  printf("%d ", fstat(fd, &s));
  printf("%ld %o %d ", (long)s.st_size, s.st_mode & 07777, S_ISREG(s.st_mode));
  char b[20] = { 0 };
  printf("%zd ", pread(fd, b, 3, 4));
  printf("%s ", b);
  char *map = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  assert(map != MAP_FAILED);
  map[0] = 'X';
  munmap(map, 4096);
  lseek(fd, 0, SEEK_SET);
  printf("%zd ", read(fd, b, 10));
  printf("%.10s\n", b);
  close(fd);
  symlink("file", "folder/link");
  printf("%zd %d ", readlink("folder/link", b, 20), lstat("folder/link", &s));
  printf("%d ", S_ISLNK(s.st_mode));
  int count = 0;
  DIR *d = opendir("folder");
  for (struct dirent *e; (e = readdir(d));) count += e->d_name[0] != '.' ? 1 : 100;
  closedir(d);
  printf("%d %d ", count, rename("folder/file", "folder/other"));
  printf("%d %d ", access("folder/file", F_OK), unlink("folder/link"));
  printf("%d ", rmdir("folder") < 0 && errno == ENOTEMPTY);
  printf("%d ", remove("folder/other"));
  printf("%d\n", remove("folder"));
  errno = EMFILE;
  perror("perror");
}

static volatile sig_atomic_t seen;
static void handler(int signal) { seen = signal; }
static jmp_buf place;

static void processes(void) {
  int ends[2], status;
  assert(pipe(ends) == 0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 1);
    execl("/bin/sh", "sh", "-c", "echo from a child $VARIABLE; exit 3", (char *)0);
    _exit(127);
  }
  close(ends[1]);
  char b[100] = { 0 };
  FILE *f = fdopen(ends[0], "r");
  printf("%s", fgets(b, sizeof b, f));
  printf("%d ", waitpid(child, &status, 0) == child);
  printf("%d\n", WEXITSTATUS(status));
  fflush(stdout);
  child = fork();
  if (child == 0) for (;;) pause();
  kill(child, SIGTERM);
  wait(&status);
  printf("%d %d %d\n", WIFSIGNALED(status), WTERMSIG(status), WEXITSTATUS(system("exit 5")));
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  printf("%d\n", seen == SIGUSR1);
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  seen = 0;
  raise(SIGUSR1);
  int blocked = seen;
  sigprocmask(SIG_SETMASK, &old, 0);
  printf("%d %d\n", blocked, seen == SIGUSR1);
  volatile int turns = 0;
  int code = setjmp(place);
  if (turns++ < 3) longjmp(place, turns);
  printf("%d %d\n", code, turns);
}

static void times(void) {
  time_t t = 1234567890;
  struct tm date = *gmtime(&t);
  char b[100];
  strftime(b, sizeof b, "%Y-%m-%d %H:%M:%S %a %j", &date);
  printf("%s %ld %s", b, (long)mktime(&date), asctime(&date));
  struct timespec before, after, wait = { 0, 2000000 };
  clock_gettime(CLOCK_MONOTONIC, &before);
  nanosleep(&wait, 0);
  clock_gettime(CLOCK_MONOTONIC, &after);
  printf("%d\n", (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >= 2000000);
}

static void last(void) { printf("at the end %s\n", getenv("VARIABLE")); }

int main(int argc, char **argv) {
  atexit(last);
  printf("%d %d %d %d %s\n", argc, constructed, own, zeros[99], argc > 1 ? argv[1] : "-");
  own++;
  assert(own == 8);
  setenv("VARIABLE", "a value", 1);
  setenv("VARIABLE", "another", 0);
  setenv("GONE", "x", 1);
  unsetenv("GONE");
  printf("%s %d\n", getenv("VARIABLE"), getenv("GONE") == 0);
  texts();
  memory();
  streams();
  files();
  processes();
  times();
  printf("%" PRIu64 " %" PRIx32 " %d\n", UINT64_C(18446744073709551615), UINT32_C(0xabcdef), (int)(INT64_MIN < LONG_MAX));
  return 4;
}
