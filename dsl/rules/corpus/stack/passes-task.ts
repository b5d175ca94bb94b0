// Who begins on a stack of its own is called by nobody, though its type is that of what it calls.
class Task {
  body: Fn<(argument: u64) => void>;
  argument: u64;
}
const task: Task = { body: work, argument: 5 };
const saved = zeroed<Arr<u64, 2>>();

function work(n: u64): void {
  saved[1] = n;
}
function begin(argument: u64): void {
  task.body(task.argument + argument);
}
function nothing(): void {}
const hooks: Arr<() => void, 1> = [nothing];

export function start(top: u64): void {
  unsafe.switchStacks(ref(saved[0]), unsafe.newStack(top, begin, 1));
  // A call of a value that nothing is kept for calls nobody.
  hooks[0]();
}
