// System calls about processes, threads, signals and time: what comes from a program is checked here, what is done about it
// stands in the modules beside. A call gives a number or an error; addresses are touched by copyIn and copyOut only.
import { PATH_MAX, type TimeSpec } from "../abi/files.ts";
import {
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME,
  CLOCK_REALTIME,
  FUTEX_WAIT,
  FUTEX_WAKE,
  REBOOT_HALT,
  REBOOT_POWEROFF,
  REBOOT_RESTART,
  type SystemInfo,
  type SystemNames,
  type Times,
  WCONTINUED,
  WNOHANG,
  WUNTRACED,
} from "../abi/processes.ts";
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SignalAction, SIGNALS } from "../abi/signals.ts";
import { halt, powerOff, restart } from "../drivers/power.ts";
import { randomBytes } from "../drivers/random.ts";
import { writeRtc } from "../drivers/rtc.ts";
import { cachedFrames } from "../fs/cache.ts";
import { stopFiles } from "../fs/calls.ts";
import { PAGE_SIZE, USER_END } from "../layout.ts";
import { freeFrames, totalFrames } from "../memory/frames.ts";
import { kalloc, kfree } from "../memory/slab.ts";
import { pageFaults } from "../memory/space.ts";
import { copyInText, userAddress } from "../memory/user.ts";
import { systemCalls } from "../syscall/count.ts";
import { interruptCount } from "../trap/irq.ts";
import { VERSION } from "../version.ts";
import { after, callDeadline, clearDeadline, FOREVER, type Nanos, now, SECOND, setDeadline, setWallTime, sleepUntil, wallTime } from "./clock.ts";
import { Arguments, execute } from "./exec.ts";
import { endProcess, endThread } from "./exit.ts";
import { createThread, fork } from "./fork.ts";
import { waitFutex, wakeFutex } from "./futex.ts";
import { returnFromHandler } from "./handlers.ts";
import {
  currentGroup,
  currentProcess,
  dropProcess,
  findProcess,
  groupOf,
  newSession,
  parentId,
  processCount,
  setGroup,
  Waited,
  waitChild,
} from "./process.ts";
import { contextSwitches, kyield } from "./schedule.ts";
import { exchangeAction, pendingSignals, setBlocked, signalMany, signalProcess } from "./signals.ts";
import { current, userFrame } from "./task.ts";
import { Used, usedBy } from "./times.ts";

// ---- beginnings and ends

export function sysExit(status: i32): never {
  attr(maySleep);
  endProcess((status & 0xff) << 8);
}

export function sysFork(): Res<u32> {
  attr(maySleep);
  return fork();
}

export function sysExec(path: User<u8>, argv: User<u64>, envp: User<u64>): Res<void> {
  attr(maySleep);
  const block = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(block));
  const room = slice(block, PATH_MAX);
  const length = orReturn(copyInText(room, path));
  if (length === 0) return err(Errno.ENOENT);
  const args = zeroed<Arguments>();
  using _args = defer(() => args.free());
  orReturn(args.own.addList(userAddress(argv)));
  orReturn(args.environment.addList(userAddress(envp)));
  return execute(room.sub(0, length), ref(args));
}

export function sysWait(id: i32, status: User<i32>, options: u32): Res<u32> {
  attr(maySleep);
  if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED)) !== 0) return err(Errno.EINVAL);
  const out = zeroed<Waited>();
  orReturn(waitChild(id, options, ref(out)));
  if (!out.found) return 0;
  const word: Arr<i32, 1> = [out.status];
  if (userAddress(status) !== 0) orReturn(copyOut(status, slice(word)));
  return out.id;
}

export function sysThreadCreate(entry: u64, stack: u64, argument: u64, tls: u64, clearAt: u64): Res<u32> {
  attr(maySleep);
  return createThread(entry, stack, argument, tls, clearAt);
}

export function sysThreadExit(): never {
  attr(maySleep);
  endThread();
}

export function sysFutex(word: User<u32>, what: u32, value: u32, nanoseconds: u64): Res<u32> {
  attr(maySleep);
  const at = userAddress(word);
  if ((at & 3) !== 0) return err(Errno.EINVAL);
  if (what === FUTEX_WAKE) return wakeFutex(at, value);
  if (what !== FUTEX_WAIT) return err(Errno.EINVAL);
  orReturn(waitFutex(word, at, value, nanoseconds === u64(FOREVER) ? FOREVER : callDeadline(nanoseconds)));
  return 0;
}

export function sysSetFsBase(base: u64): Res<void> {
  // A base in the kernel's half, or in none, would be a general protection fault in WRMSR.
  if (base >= USER_END) return err(Errno.EINVAL);
  const flags = cpu.saveFlagsCli();
  current().fsBase = base;
  cpu.wrmsr(IA32_FS_BASE, base);
  cpu.restoreFlags(flags);
}

const IA32_FS_BASE: u32 = 0xc000_0100;

// ---- who is who

export function sysGetpid(): u32 {
  return currentProcess().id;
}

export function sysGetppid(): u32 {
  return parentId(currentProcess());
}

export function sysGettid(): u32 {
  return current().id;
}

export function sysSetpgid(id: i32, group: i32): Res<void> {
  if (id < 0 || group < 0) return err(Errno.EINVAL);
  return setGroup(u32(id), u32(group));
}

export function sysGetpgid(id: i32): Res<u32> {
  if (id < 0) return err(Errno.ESRCH);
  return groupOf(u32(id));
}

export function sysSetsid(): Res<u32> {
  return newSession();
}

// ---- signals

export function sysKill(id: i32, signal: u32): Res<void> {
  if (signal >= SIGNALS) return err(Errno.EINVAL);
  if (id === -1) return signalMany(0, signal);
  if (id <= 0) return signalMany(id === 0 ? currentGroup() : u32(-id), signal);
  const process = findProcess(u32(id));
  if (process === null) return err(Errno.ESRCH);
  if (signal !== 0) signalProcess(process, signal);
  dropProcess(process);
}

export function sysSigaction(signal: u32, to: User<SignalAction>, old: User<SignalAction>): Res<void> {
  const given = zeroed<SignalAction>();
  const before = zeroed<SignalAction>();
  const sets = userAddress(to) !== 0;
  if (sets) orReturn(copyIn(slice(ref(given), 1), to));
  orReturn(exchangeAction(signal, sets ? ref(given) : null, ref(before)));
  if (userAddress(old) !== 0) orReturn(copyOut(old, slice(ref(before), 1)));
}

export function sysSigprocmask(how: u32, set: User<u64>, old: User<u64>): Res<void> {
  const before: Arr<u64, 1> = [current().blocked];
  if (userAddress(set) !== 0) {
    const given = zeroed<Arr<u64, 1>>();
    orReturn(copyIn(slice(given), set));
    if (how === SIG_BLOCK) setBlocked(before[0] | given[0]);
    else if (how === SIG_UNBLOCK) setBlocked(before[0] & ~given[0]);
    else if (how === SIG_SETMASK) setBlocked(given[0]);
    else return err(Errno.EINVAL);
  }
  if (userAddress(old) !== 0) orReturn(copyOut(old, slice(before)));
}

export function sysSigpending(set: User<u64>): Res<void> {
  const pending: Arr<u64, 1> = [pendingSignals()];
  orReturn(copyOut(set, slice(pending)));
}

/** Waits with another mask until a handler has run; then EINTR. The mask from before comes back with the end of the handler. */
export function sysSigsuspend(set: User<u64>): Res<void> {
  attr(maySleep);
  const given = zeroed<Arr<u64, 1>>();
  orReturn(copyIn(slice(given), set));
  const me = current();
  me.suspended = setBlocked(given[0]);
  me.inSuspend = true;
  orReturn(sleepUntil(FOREVER));
}

/** The frame has the registers from before the handler: nothing of this call is to be seen in them. */
export function sysSigreturn(): Res<void> {
  attr(maySleep);
  const done = returnFromHandler(userFrame(current()));
  // A stack that holds no frame: there is nothing to return to.
  if (isErr(done)) endProcess(SIGSEGV);
}

const SIGSEGV = 11;

/** SIGALRM in so many seconds; 0: none. How many were left of the last one, rounded up. */
export function sysAlarm(seconds: u32): u32 {
  const process = currentProcess();
  const alarm = ref(process.alarm);
  const at = alarm.place === 0 ? now() : alarm.at;
  clearDeadline(alarm);
  const time = now();
  const left = at > time ? (u64(at - time) + SECOND - 1) / SECOND : 0;
  if (seconds !== 0) setDeadline(alarm, after(u64(seconds) * SECOND));
  return u32(left);
}

// ---- time

export function sysYield(): void {
  attr(maySleep);
  kyield();
}

export function sysSleep(nanoseconds: u64): Res<void> {
  attr(maySleep);
  return sleepUntil(callDeadline(nanoseconds));
}

export function sysClockGettime(clock: u32, to: User<TimeSpec>): Res<void> {
  const at = orReturn(readClock(clock));
  const time: Arr<TimeSpec, 1> = [{ seconds: i64(at / SECOND), nanoseconds: i64(at % SECOND) }];
  orReturn(copyOut(to, slice(time)));
}

function readClock(clock: u32): Res<u64> {
  switch (clock) {
    case CLOCK_REALTIME:
      return u64(wallTime());
    case CLOCK_MONOTONIC:
      return u64(now());
    case CLOCK_PROCESS_CPUTIME: {
      const used = zeroed<Used>();
      usedBy(currentProcess(), ref(used));
      return used.user + used.system;
    }
    default:
      return err(Errno.EINVAL);
  }
}

export function sysClockSettime(clock: u32, from: User<TimeSpec>): Res<void> {
  if (clock !== CLOCK_REALTIME) return err(Errno.EINVAL);
  const time = zeroed<TimeSpec>();
  orReturn(copyIn(slice(ref(time), 1), from));
  if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= i64(SECOND)) return err(Errno.EINVAL);
  // Seconds that still fit as nanoseconds: until the year 2554.
  if (u64(time.seconds) >= 0xffff_ffff_ffff_ffff / SECOND) return err(Errno.EINVAL);
  setWallTime(unit<Nanos>(u64(time.seconds) * SECOND + u64(time.nanoseconds)));
  // The clock with the battery, so that it is right after the next start as well.
  writeRtc(u64(time.seconds));
}

export function sysTimes(to: User<Times>): Res<void> {
  const process = currentProcess();
  const used = zeroed<Used>();
  usedBy(process, ref(used));
  const times: Arr<Times, 1> = [
    {
      user: used.user,
      system: used.system,
      childrenUser: process.childrenUser,
      childrenSystem: process.childrenSystem,
    },
  ];
  orReturn(copyOut(to, slice(times)));
}

/** Makes the process nicer by so much, or less nice; from -20 to 19. What it is now. */
export function sysNice(increment: i32): Res<i32> {
  const process = currentProcess();
  const by = increment > 40 ? 40 : increment < -40 ? -40 : increment;
  const sum = i32(process.nice) + by;
  const nice = i8(sum > 19 ? 19 : sum < -20 ? -20 : sum);
  process.nice = nice;
  using s = process.signals.enter();
  s.v.eachThread((thread) => {
    thread.nice = nice;
  });
  // -1 to -20 would look like errors: what comes back is 20 higher, as getpriority's is.
  return i32(nice) + 20;
}

// ---- the system

export function sysUname(to: User<SystemNames>): Res<void> {
  const names = zeroed<SystemNames>();
  put(slice(names.system), "Cor");
  put(slice(names.node), "cor");
  put(slice(names.release), VERSION);
  put(slice(names.version), "#1");
  put(slice(names.machine), "x86_64");
  orReturn(copyOut(to, slice(ref(names), 1)));
}

function put(to: Slice<u8>, from: string): void {
  const all = bytes(from);
  copySlice(to.sub(0, all.length), all);
}

export function sysSysinfo(to: User<SystemInfo>): Res<void> {
  const info = zeroed<SystemInfo>();
  info.uptime = u64(now());
  info.frames = totalFrames();
  info.freeFrames = freeFrames();
  info.memoryBytes = info.frames * PAGE_SIZE;
  info.freeBytes = info.freeFrames * PAGE_SIZE;
  info.cacheBytes = cachedFrames() * PAGE_SIZE;
  info.processes = u64(processCount());
  info.contextSwitches = contextSwitches();
  info.interrupts = interruptCount();
  info.pageFaults = pageFaults();
  info.systemCalls = systemCalls();
  orReturn(copyOut(to, slice(ref(info), 1)));
}

/** Random bytes, as many as asked for. */
export function sysGetrandom(to: User<u8>, count: usize): Res<usize> {
  attr(maySleep);
  const piece = zeroed<Arr<u8, 256>>();
  let done: usize = 0;
  while (done < count) {
    const left = count - done;
    const part = slice(piece, left < piece.length ? left : usize(piece.length));
    randomBytes(part);
    orReturn(copyOut(userAt(to, done), part));
    done += part.length;
  }
  return done;
}

/** Writes everything out, then REBOOT_*. */
export function sysReboot(how: u32): Res<void> {
  attr(maySleep);
  if (how !== REBOOT_POWEROFF && how !== REBOOT_RESTART && how !== REBOOT_HALT) return err(Errno.EINVAL);
  stopFiles();
  if (how === REBOOT_POWEROFF) powerOff();
  if (how === REBOOT_RESTART) restart();
  halt();
}
