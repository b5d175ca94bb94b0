// The first process. It is not forked from anything: the kernel makes it, with the console as its three files, and runs the
// first of a few programs that is there. All others come from it. When it ends there is nobody left to ask what now.
import { stopFiles } from "../fs/calls.ts";
import { openConsole } from "../fs/open.ts";
import { powerOff } from "../drivers/power.ts";
import { drainSerial } from "../drivers/serial.ts";
import { type Arguments, execute } from "./exec.ts";
import { enterUser } from "./leave.ts";
import { firstFiles, INIT, newProcess, type Process, publishFirst } from "./process.ts";
import { newTask, start } from "./schedule.ts";
import { LEVEL_AWAKE, type Task } from "./task.ts";

const CONSOLE = "/dev/console";

/** Makes process 1. It runs /sbin/init, or else /bin/init, or else a shell. */
export function startInit(): void {
  attr(maySleep);
  const made = makeInit();
  if (isErr(made)) panic("there is no memory for the first process");
}

function makeInit(): Res<void> {
  attr(maySleep);
  const process = orReturn(newProcess());
  assert(process.id === INIT, "the first process is not number 1");
  const files = orReturn(firstFiles());
  process.files = files;
  const opened = openConsole(files, CONSOLE);
  if (isErr(opened)) klog`there is no ${CONSOLE} (error ${opened.code}): the first program runs without files`;
  publishFirst(process);
  const task = orReturn(newTask(bytes("init"), runInit, 0));
  task.program = true;
  task.level = LEVEL_AWAKE;
  task.process = process;
  task.id = process.id;
  process.taskAdded();
  addThread(process, task);
  start(task);
}

function addThread(process: Ptr<Process>, task: Ptr<Task>): void {
  using s = process.signals.enter();
  s.v.add(task);
}

function runInit(argument: u64): void {
  attr(maySleep);
  if (tryProgram("/sbin/init") || tryProgram("/bin/init") || tryProgram("/bin/sh")) enterUser(argument);
  panic("there is no program to begin with: /sbin/init, /bin/init and /bin/sh cannot be run");
}

/** Whether the program can be run: then the task's registers are its. */
function tryProgram(path: string): boolean {
  attr(maySleep);
  const args = zeroed<Arguments>();
  using _ = defer(() => args.free());
  const done = prepare(ref(args), path);
  if (!isErr(done)) return true;
  if (done.code !== Errno.ENOENT) klog`${path} cannot be run: error ${done.code}`;
  return false;
}

function prepare(args: Ptr<Arguments>, path: string): Res<void> {
  attr(maySleep);
  orReturn(args.own.add(bytes(path)));
  orReturn(args.environment.add(bytes("PATH=/bin:/sbin")));
  orReturn(args.environment.add(bytes("HOME=/root")));
  orReturn(args.environment.add(bytes("TERM=linux")));
  return execute(bytes(path), args);
}

/** Process 1 has ended: the machine is done. */
export function endOfInit(status: i32): never {
  attr(maySleep);
  drainSerial();
  print`Init exited with ${hex(u32(status))}\n`;
  stopFiles();
  powerOff();
}
