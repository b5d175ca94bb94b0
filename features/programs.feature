Feature: Programs in C and in the kernel language
  The first program is what somebody has just written, in either language; the kernel loads it where its file says.

  Scenario: Hello from /sbin/init in C
    Given the following code for /sbin/init:
      """
      #include <stdio.h>

      int main() {
        printf("Hello from a program in C: %d, %s, %.2f\n", 42, "text", 2.5);
        return 7;
      }
      """
    When I run the machine
    Then I should see "Hello from a program in C: 42, text, 2.50"
    And I should see "Init exited with 0x700"

  Scenario: Hello from /sbin/init in TypeScript
    Given the following code for /sbin/init:
      """
      import { begin } from "../../lib/start.ts";
      import { out } from "../../lib/stream.ts";

      export function main(argc: u64, argv: Ptr<u64>): i32 {
        begin(argc, argv);
        out.write("Hello from a program in TypeScript: ");
        out.number(6 * 7);
        out.line("");
        return 0;
      }
      """
    When I run the machine
    Then I should see "Hello from a program in TypeScript: 42"
    And I should see "Init exited with 0x0"

  Scenario: Programs lie at 0x400000
    Given the following code for /sbin/init:
      """
      #include <stdio.h>

      int main() {
        printf("main is on the page ->%p<-\n", (void *)((unsigned long)main & ~0xffful));
        return 0;
      }
      """
    When I run the machine
    Then I should see "main is on the page ->0x400000<-"

  Scenario: Programs lie where their linker script says
    Given the following code for /sbin/init:
      """
      #include <stdio.h>

      int value = 5;
      int zero[3000];

      int main() {
        printf("main is on the page ->%p<-, %d\n", (void *)((unsigned long)main & ~0xffful), value + zero[2999]);
        return 0;
      }
      """
    And I use the following linker script for init:
      """
      SECTIONS
      {
        . = 0x10000;
        .text : { *(.text) }
        .data : { *(.data) }
        .bss : { *(.bss) }
      }
      """
    When I run the machine
    Then I should see "main is on the page ->0x10000<-, 5"

  Scenario: Programs that may lie anywhere
    Given the following code for /sbin/init:
      """
      #include <stdio.h>

      static int numbers[] = { 1, 2, 3 };
      static int *const second = &numbers[1];

      int main() {
        printf("%s, %d\n", (unsigned long)main > 0x555500000000 ? "far away" : "where it was linked", *second);
        return 0;
      }
      """
    And I compile init with "-static-pie -O2"
    When I run the machine
    Then I should see "far away, 2"

  Scenario: Arithmetic on the heap
    Given the following code for /sbin/init:
      """
      #include <stdio.h>
      #include <stdlib.h>

      int main() {
        unsigned *number = malloc(sizeof *number);
        if (number == 0) {
          printf("there is no memory\n");
          return 1;
        }
        *number = 25;
        printf("the number is ->%u<-\n", *number);
        free(number);
        return 0;
      }
      """
    When I run the machine
    Then I should see "the number is ->25<-"

  Scenario: A file on the boot disk
    Given I have a boot disk containing a file "test.txt" with contents "hi from file"
    And the following code for init:
      """
      #include <fcntl.h>
      #include <stdio.h>
      #include <unistd.h>

      int main() {
        char buffer[24];
        int fd = open("/test.txt", O_RDONLY);
        if (fd < 0) {
          perror("open");
          return 1;
        }
        ssize_t got = read(fd, buffer, sizeof buffer);
        printf("in the file: '%.*s'\n", (int)got, buffer);
        if (open("/none.txt", O_RDONLY) < 0) perror("/none.txt");
        return close(fd);
      }
      """
    When I run the machine
    Then I should see "in the file: 'hi from file'"
    And I should see "/none.txt: No such file or directory"

  Scenario: Vector registers belong to their program
    Given the following code for /sbin/init:
      """
      #include <stdio.h>
      #include <sys/wait.h>
      #include <time.h>
      #include <unistd.h>

      /* Fills all vector registers, lets others run by the system call yield (58) or for a long loop, and looks. */
      static int kept(unsigned long seed, int turns) {
        unsigned long wrong = 0;
        for (int i = 0; i < turns; i++) {
          unsigned long a = seed * 77777 + i, b[16] = { 0 };
          __asm__ volatile(
            "movq %1, %%xmm0\n movq %1, %%xmm7\n movq %1, %%xmm15\n paddq %%xmm15, %%xmm15\n"
            "mov $58, %%eax\n syscall\n"
            "movq %%xmm0, %0\n movq %%xmm7, 8+%0\n movq %%xmm15, 16+%0\n"
            : "+m"(b) : "r"(a) : "rax", "rcx", "r11", "memory", "xmm0", "xmm7", "xmm15");
          wrong |= (b[0] ^ a) | (b[1] ^ a) | (b[2] ^ (a + a));
        }
        double sum = 0, step = 1.0 / seed;
        clock_t begun = clock();
        long steps = 0;
        while (clock() - begun < 50000) for (int i = 0; i < 1000; i++, steps++) sum += step;
        double expected = (double)steps * step;
        double off = sum > expected ? sum - expected : expected - sum;
        return wrong == 0 && off < expected / 1e6;
      }

      int main() {
        for (unsigned long k = 3; k < 5; k++) if (fork() == 0) _exit(kept(k, 500) ? 40 + k : 1);
        int sum = 0, status;
        while (wait(&status) > 0) sum += WEXITSTATUS(status);
        printf("both kept theirs: ->%d<-\n", sum);
        return 0;
      }
      """
    When I run the machine
    Then I should see "both kept theirs: ->87<-"

  Scenario: What a program must not do ends it alone
    Given the following code for /sbin/init:
      """
      #include <stdio.h>
      #include <string.h>
      #include <sys/wait.h>
      #include <unistd.h>

      static void forbidden(int what) {
        volatile char *kernel = (char *)0xffffffff80100000;
        if (what == 0) *kernel = 1;
        if (what == 1) putchar(*kernel);
        if (what == 2) __asm__ volatile("cli");
        if (what == 3) __asm__ volatile("outb %%al, $0x64" : : "a"(0xfe));
        if (what == 4) __asm__ volatile("mov %0, %%cr3" : : "r"(0l));
        if (what == 5) *(volatile int *)0 = 1;
        if (what == 6) __asm__ volatile("hlt");
      }

      int main() {
        for (int what = 0; what < 7; what++) {
          int status;
          if (fork() == 0) {
            forbidden(what);
            _exit(0);
          }
          wait(&status);
          printf("%d: signal %d\n", what, WTERMSIG(status));
        }
        printf("%zd\n", write(99, "x", 1));
        perror("there");
        printf("%zd\n", write(1, (void *)0xffffffff80100000, 4));
        perror("there");
        return 0;
      }
      """
    When I run the machine
    Then I should see "0: signal 11"
    And I should see "1: signal 11"
    And I should see "2: signal 11"
    And I should see "3: signal 11"
    And I should see "4: signal 11"
    And I should see "5: signal 11"
    And I should see "6: signal 11"
    And I should see "-1"
    And I should see "there: Bad file descriptor"
    And I should see "there: Bad address"
    And I should see "Init exited with 0x0"
