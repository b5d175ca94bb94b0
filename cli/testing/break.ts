/**
 * Preloaded (node --require, which threads obey that begin with a line of their own) into a `cor` under test, in all its threads: makes it fail as a bug would. COR_BREAK says how:
 * "throw" and "exit" in the middle of the machine's thread, "main" in the main thread when the terminal is raw.
 */
import { isMainThread } from "node:worker_threads";
import { Machine } from "../../emulator/machine.ts";

const how = process.env.COR_BREAK;
if (isMainThread && how === "main") {
  setInterval(() => {
    if (process.stdin.isRaw) throw new RangeError("on purpose, in the main thread");
  }, 100).unref();
}
if (!isMainThread && how !== "main") {
  const run = Machine.prototype.run;
  let calls = 0;
  Machine.prototype.run = function (limits) {
    if (++calls === 200) {
      if (how === "exit") process.exit(3);
      throw new TypeError("on purpose, in the machine's thread");
    }
    return run.call(this, limits);
  };
}
