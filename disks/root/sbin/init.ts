// init: the first process, and the parent of all that have lost theirs. It prepares the console, runs /etc/rc if there is
// one, keeps a shell running, and ends the system when it is asked to: TERM restarts, USR1 halts, USR2 turns off.

import { O_RDWR } from "../../../kernel/abi/files.ts";
import { REBOOT_HALT, REBOOT_POWEROFF, REBOOT_RESTART } from "../../../kernel/abi/processes.ts";
import { TIOCSCTTY } from "../../../kernel/abi/terminal.ts";
import { SIGCONT, SIGKILL, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2 } from "../../../kernel/abi/signals.ts";
import { environment, setenv, wordsFor } from "../../lib/environment.ts";
import { complain } from "../../lib/failing.ts";
import { List } from "../../lib/list.ts";
import { defaultSignal, handle, ignoreSignal } from "../../lib/signals.ts";
import { begin } from "../../lib/start.ts";
import { closeInput, isOpen, openInput, out } from "../../lib/stream.ts";
import { access, chdir, dup2, exec, fork, getpid, ioctl, kill, leave, mount, open, reboot, setsid, sleep, sync, umount, wait } from "../../lib/sys.ts";

const CONSOLE = "/dev/console";
const MILLISECOND: u64 = 1_000_000;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const given = begin(argc, argv);
  if (getpid() !== 1) {
    out.write(`Usage: init
The first process: the kernel starts it. poweroff, reboot and halt tell it what to do.
`);
    return given.length > 1 && given[1] === "--help" ? 0 : 1;
  }
  openConsole();
  handle(SIGTERM, shutDown, false);
  handle(SIGUSR1, shutDown, false);
  handle(SIGUSR2, shutDown, false);
  ignoreSignal(SIGTSTP);
  setenv("HOME", "/root");
  setenv("PATH", "/bin:/sbin");
  setenv("USER", "root");
  setenv("TERM", "linux");
  const shown = access("/proc/mounts", 0);
  if (isErr(shown)) ignore(mount("proc", "/proc", "proc", 0), "the system works without, ps does not");
  const script = access("/etc/rc", 0);
  if (!isErr(script)) waitFor(spawn("/etc/rc", false));
  for (;;) {
    waitFor(spawn("/bin/sh", true));
    // Who ends at once would otherwise keep the machine busy with beginning.
    ignore(sleep(100 * MILLISECOND), "then it begins sooner");
  }
}

/** The kernel may have opened it already. */
function openConsole(): void {
  if (isOpen(0) && isOpen(1) && isOpen(2)) return;
  const fd = open(CONSOLE, O_RDWR, 0);
  if (isErr(fd)) return;
  for (let to: i32 = 0; to < 3; to++) if (fd !== to) ignore(dup2(fd, to), "it is open");
}

/** Starts a program with a session of its own; `login`: a shell for a person. */
function spawn(path: string, login: boolean): i32 {
  out.flush();
  const child = fork();
  if (isErr(child)) {
    complain("fork", child.code);
    return 0;
  }
  if (child !== 0) return child;
  ignore(setsid(), "a fresh child leads no group");
  // The first terminal that a leader of a session opens is its own.
  const fd = open(CONSOLE, O_RDWR, 0);
  if (!isErr(fd)) for (let to: i32 = 0; to < 3; to++) if (fd !== to) ignore(dup2(fd, to), "it is open");
  ignore(ioctl(0, TIOCSCTTY, 0), "it is the session's already");
  defaultSignal(SIGTERM);
  defaultSignal(SIGUSR1);
  defaultSignal(SIGUSR2);
  defaultSignal(SIGTSTP);
  if (login) {
    ignore(chdir("/root"), "then it begins where we are");
    greet();
  }
  const words = zeroed<List<string>>();
  words.push(login ? "-sh" : "sh");
  if (!login) words.push(path);
  const why = exec("/bin/sh", wordsFor(words.items()), wordsFor(environment().items()));
  complain("/bin/sh", why.code);
  leave(127);
}

/** Shows /etc/motd, where there is one. */
function greet(): void {
  const file = openInput("/etc/motd");
  if (isErr(file)) return;
  while (file.more()) out.bytes(file.some());
  closeInput(file);
  out.flush();
}

/** Until this child ends; others that end meanwhile are done with. */
function waitFor(child: i32): void {
  for (;;) {
    let status: i32 = 0;
    const pid = wait(-1, ref(status), 0);
    if (isErr(pid)) {
      if (pid.code !== Errno.EINTR) return;
    } else if (pid === child) return;
  }
}

/** Everybody is asked to end, then made to; the disks get what they are owed. */
function shutDown(signal: i32): void {
  ignore(kill(-1, SIGTERM), "there may be nobody");
  ignore(kill(-1, SIGCONT), "there may be nobody");
  for (let tries = 0; tries < 20 && anybody(); tries++) ignore(sleep(10 * MILLISECOND), "then we look sooner");
  ignore(kill(-1, SIGKILL), "there may be nobody");
  sync();
  ignore(umount("/"), "then it is at least written");
  ignore(reboot(signal === SIGTERM ? REBOOT_RESTART : signal === SIGUSR1 ? REBOOT_HALT : REBOOT_POWEROFF), "then init ends");
  leave(0);
}

/** Whether there are children left, after those that ended. */
function anybody(): boolean {
  for (;;) {
    let status: i32 = 0;
    const pid = wait(-1, ref(status), 1);
    if (isErr(pid)) return pid.code === Errno.EINTR;
    if (pid === 0) return true;
  }
}
