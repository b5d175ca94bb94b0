// exec: another program in the same process. The new memory is made beside the old one and filled, with the arguments on
// its stack; only when nothing can fail any more the old one goes. A program that cannot be run is an error to its caller,
// who is still there to print it.
//
// A file that begins with `#!` is a script: the program named there runs, with the script's path as an argument.
import {
  AT_BASE,
  AT_ENTRY,
  AT_EXECFN,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_RANDOM,
} from "../abi/processes.ts";
import { randomBytes } from "../drivers/random.ts";
import { openProgram } from "../fs/open.ts";
import { drop, readVnode, type Vnode } from "../fs/vnode.ts";
import { PAGE_SIZE } from "../layout.ts";
import { SCRIPTS } from "../limits.ts";
import { create, destroy, kalloc, kfree } from "../memory/slab.ts";
import { createSpace, dropSpace, leaveSpace, mapStack, type Space, setBreak, switchSpace } from "../memory/space.ts";
import { Texts } from "./arguments.ts";
import { checkHeader, ElfHeader, isElf, Program, PROGRAM_HEADER_BYTES } from "./elf.ts";
import { endThread } from "./exit.ts";
import { loadProgram, planProgram } from "./load.ts";
import { COMMAND_BYTES, currentProcess, markExecuted, type Process } from "./process.ts";
import { resetHandlers } from "./signals.ts";
import { current, nameTask, type Task, userFrame } from "./task.ts";
import { clearVectors, loadVectors, newVectors } from "./vector.ts";

const RFLAGS_START: u64 = 0x202;
/** What Linux shows of a script's first line, and most have room for. */
const LINE_BYTES = 256;
const RANDOM_BYTES: u64 = 16;
const AUXILIARIES = 9;

/** What a program finds when it begins: all from the caller, or from a script's first line. */
export class Arguments {
  /** In front of the caller's own; when there are any they stand for the caller's first one. */
  prefix: Texts;
  own: Texts;
  environment: Texts;

  free(): void {
    this.prefix.free();
    this.own.free();
    this.environment.free();
  }

  count(): usize {
    if (this.prefix.count === 0) return this.own.count;
    return this.prefix.count + (this.own.count === 0 ? 0 : this.own.count - 1);
  }

  /** What stands for the caller's own arguments. */
  ownBytes(): View<u8> {
    return this.prefix.count === 0 ? this.own.bytes() : this.own.rest();
  }
}

/** What an attempt has made so far. */
class Attempt {
  file: Ptr<Vnode> | null;
  header: ElfHeader;
  program: Program;
  line: Arr<u8, typeof LINE_BYTES>;
}

/**
 * Runs another program in the calling task's process. Returns only with an error (whatever opening it says, ENOEXEC, E2BIG,
 * ENOMEM), and then nothing has changed; or else with the task's registers those of the new program.
 */
export function execute(path: View<u8>, args: Ptr<Arguments>): Res<void> {
  attr(maySleep);
  const attempt = orReturn(create<Attempt>());
  using _ = defer(() => {
    const file = attempt.file;
    if (file !== null) drop(file);
    destroy(attempt);
  });
  orReturn(findProgram(path, args, attempt));
  const file = attempt.file;
  if (file === null) return err(Errno.ENOENT);
  orReturn(planProgram(file, ref(attempt.header), ref(attempt.program)));
  const me = current();
  const process = currentProcess();
  if (me.vector === 0) me.vector = orReturn(newVectors());
  const space = orReturn(createSpace());
  // From here on user addresses are the new program's; back again if it does not work.
  enterSpace(me, space);
  const stack = fillSpace(space, path, args, attempt);
  enterSpace(me, process.space);
  if (isErr(stack)) {
    dropSpace(space);
    return stack;
  }
  becomeAlone(process, me);
  replace(process, me, space);
  setCommand(process, args);
  nameTask(me, lastPart(path));
  begin(me, attempt.program.entry, stack);
}

function enterSpace(me: Ptr<Task>, space: Ptr<Space> | null): void {
  me.space = space;
  if (space !== null) switchSpace(space);
  else leaveSpace();
}

// ---- which program

/** Opens the program, by way of scripts' interpreters. */
function findProgram(path: View<u8>, args: Ptr<Arguments>, attempt: Ptr<Attempt>): Res<void> {
  attr(maySleep);
  for (let n: u32 = 0; n <= SCRIPTS; n++) {
    const file = orReturn(openProgram(n === 0 ? path : args.prefix.first()));
    const before = attempt.file;
    attempt.file = file;
    if (before !== null) drop(before);
    const line = slice(attempt.line);
    const got = orReturn(readVnode(file, 0, line));
    if (got >= 2 && line[0] === byte("#") && line[1] === byte("!")) {
      orReturn(takeScript(path, line.sub(2, got), args));
      continue;
    }
    if (got < sizeOf<ElfHeader>()) return err(Errno.ENOEXEC);
    copy(ref(attempt.header), unsafe.cast<Ptr<ElfHeader>>(ref(attempt.line[0])));
    if (!isElf(ref(attempt.header))) return err(Errno.ENOEXEC);
    return checkHeader(ref(attempt.header), file.bytes);
  }
  return err(Errno.ENOEXEC);
}

/** A script's first line, `#! program argument`: program, argument if any, and the script itself come before the other arguments. */
function takeScript(path: View<u8>, line: View<u8>, args: Ptr<Arguments>): Res<void> {
  let end: usize = 0;
  while (end < line.length && line[end] !== byte("\n")) end++;
  const start = skipBlanks(line, 0, end);
  let stop = start;
  while (stop < end && !isBlank(line[stop])) stop++;
  if (start === stop) return err(Errno.ENOEXEC);
  const from = skipBlanks(line, stop, end);
  while (end > from && isBlank(line[end - 1])) end--;
  const made = zeroed<Texts>();
  const done = orFree(ref(made), prefixOf(ref(made), line.sub(start, stop), line.sub(from, end), path, args));
  if (isErr(done)) return done;
  args.prefix.free();
  copy(ref(args.prefix), ref(made));
}

function prefixOf(made: Ptr<Texts>, program: View<u8>, argument: View<u8>, path: View<u8>, args: Ptr<Arguments>): Res<void> {
  orReturn(made.add(program));
  if (argument.length > 0) orReturn(made.add(argument));
  if (args.prefix.count === 0) return made.add(path);
  // An interpreter that is a script itself: its name is the script now, what stood behind it stays.
  const before = args.prefix.bytes();
  let from: usize = 0;
  for (let at: usize = 0; at < before.length; at++) {
    if (before[at] !== 0) continue;
    orReturn(made.add(before.sub(from, at)));
    from = at + 1;
  }
}

function orFree(made: Ptr<Texts>, done: Res<void>): Res<void> {
  if (isErr(done)) made.free();
  return done;
}

function isBlank(c: u8): boolean {
  return c === byte(" ") || c === byte("\t");
}

function skipBlanks(line: View<u8>, from: usize, end: usize): usize {
  let at = from;
  while (at < end && isBlank(line[at])) at++;
  return at;
}

// ---- its memory

/** Loads the program into the space, which is current, and makes its stack; where the stack pointer is. */
function fillSpace(space: Ptr<Space>, path: View<u8>, args: Ptr<Arguments>, attempt: Ptr<Attempt>): Res<u64> {
  attr(maySleep);
  const file = attempt.file;
  if (file === null) return err(Errno.ENOENT);
  const program = ref(attempt.program);
  orReturn(loadProgram(space, file, program));
  setBreak(space, program.end);
  const top = orReturn(mapStack(space));
  return fillStack(top, path, args, program);
}

/** The words at the stack pointer: count, addresses of arguments, 0, addresses of the environment, 0, auxiliary vector (System V ABI, 3.4.1). */
class Words {
  constructor(
    readonly at: Slice<u64>,
    private used: usize,
  ) {}

  add(word: u64): void {
    this.at[this.used] = word;
    this.used++;
  }

  pair(kind: u64, value: u64): void {
    this.add(kind);
    this.add(value);
  }

  /** The address of each text of those that lie from `base` on. */
  texts(base: u64, all: View<u8>): void {
    let start = base;
    for (let n: usize = 0; n < all.length; n++) {
      if (all[n] !== 0) continue;
      this.add(start);
      start = base + u64(n) + 1;
    }
  }
}

/** From the top down: the path, random bytes, environment, arguments, words. Gives the stack pointer, a multiple of 16. */
function fillStack(top: u64, path: View<u8>, args: Ptr<Arguments>, program: Ptr<Program>): Res<u64> {
  attr(maySleep);
  const name = top - u64(path.length) - 1;
  orReturn(copyOut(unsafe.user<u8>(name), path));
  const random = name - RANDOM_BYTES;
  const bits = zeroed<Arr<u8, 16>>();
  randomBytes(slice(bits));
  orReturn(copyOut(unsafe.user<u8>(random), slice(bits)));
  const environment = random - u64(args.environment.used);
  orReturn(copyOut(unsafe.user<u8>(environment), args.environment.bytes()));
  const own = environment - u64(args.ownBytes().length);
  orReturn(copyOut(unsafe.user<u8>(own), args.ownBytes()));
  const prefix = own - u64(args.prefix.used);
  orReturn(copyOut(unsafe.user<u8>(prefix), args.prefix.bytes()));

  const count = args.count();
  const needed = 1 + count + 1 + args.environment.count + 1 + 2 * AUXILIARIES;
  const block = orReturn(kalloc(needed * 8));
  using _ = defer(() => kfree(block));
  const words = new Words(slice(unsafe.cast<Ptr<u64>>(block), needed), 0);
  words.add(u64(count));
  words.texts(prefix, args.prefix.bytes());
  words.texts(own, args.ownBytes());
  words.add(0);
  words.texts(environment, args.environment.bytes());
  words.add(0);
  words.pair(AT_PHDR, program.headers);
  words.pair(AT_PHENT, PROGRAM_HEADER_BYTES);
  words.pair(AT_PHNUM, program.headerCount);
  words.pair(AT_PAGESZ, PAGE_SIZE);
  words.pair(AT_BASE, program.base);
  words.pair(AT_ENTRY, program.entry);
  words.pair(AT_RANDOM, random);
  words.pair(AT_EXECFN, name);
  words.pair(AT_NULL, 0);
  const stack = (prefix - u64(needed) * 8) & ~15;
  orReturn(copyOut(unsafe.user<u64>(stack), words.at));
  return stack;
}

// ---- no way back

/** Ends the process's other threads, and waits until they have left. If the process is ending, this one ends with it. */
function becomeAlone(process: Ptr<Process>, me: Ptr<Task>): void {
  attr(maySleep);
  if (!claimProcess(process, me)) endThread();
  process.threadsChanged.waitAlways(() => {
    using s = process.signals.enter();
    return s.v.count === 1 || s.v.ending;
  });
  if (!releaseClaim(process, me)) endThread();
}

/** False: somebody else ends the process, or does the same. */
function claimProcess(process: Ptr<Process>, me: Ptr<Task>): boolean {
  using s = process.signals.enter();
  if (s.v.ending || s.v.alone !== null) return false;
  s.v.alone = me;
  s.v.rouse();
  return true;
}

function releaseClaim(process: Ptr<Process>, me: Ptr<Task>): boolean {
  using s = process.signals.enter();
  s.v.alone = null;
  s.v.refresh(me);
  return !s.v.ending;
}

function replace(process: Ptr<Process>, me: Ptr<Task>, space: Ptr<Space>): void {
  attr(maySleep);
  const before = process.space;
  process.space = space;
  enterSpace(me, space);
  if (before !== null) dropSpace(before);
  const files = process.files;
  if (files !== null) files.closeMarked();
  resetHandlers(process);
  markExecuted(process);
  me.id = process.id;
  me.clearAt = 0;
}

/** What lists show. */
function setCommand(process: Ptr<Process>, args: Ptr<Arguments>): void {
  const prefix = args.prefix.bytes();
  const own = args.ownBytes();
  let length: usize = 0;
  for (let n: usize = 0; n < prefix.length + own.length && length < COMMAND_BYTES; n++) {
    process.command[length] = n < prefix.length ? prefix[n] : own[n - prefix.length];
    length++;
  }
  process.commandLength = u16(length);
}

function lastPart(path: View<u8>): View<u8> {
  let start: usize = 0;
  for (let n: usize = 0; n < path.length; n++) if (path[n] === byte("/")) start = n + 1;
  return path.sub(start, path.length);
}

/** The registers as a program finds them (System V ABI, 3.4.1): all zero but where it is and where its stack is. */
function begin(me: Ptr<Task>, entry: u64, stack: u64): void {
  const f = userFrame(me);
  const vector = f.vector;
  fill(slice(unsafe.cast<Ptr<u64>>(f), sizeOf<TrapFrame>() / 8), 0);
  f.vector = vector;
  f.rip = entry;
  f.rsp = stack;
  f.cs = u64(Selector.userCode);
  f.ss = u64(Selector.userData);
  f.rflags = RFLAGS_START;
  me.call = 0;
  me.fsBase = 0;
  const flags = cpu.saveFlagsCli();
  cpu.wrmsr(IA32_FS_BASE, 0);
  clearVectors(me.vector);
  loadVectors(me.vector);
  cpu.restoreFlags(flags);
}

const IA32_FS_BASE: u32 = 0xc000_0100;
