#!/usr/bin/env node
/**
 * The `cor` command: finds the program and a Node that can run it, and starts it.
 *
 * In a clone the program is ../cli.ts, which Node 24 runs as it is; in a published package it is ../dist/cli.js, because
 * Node strips no types under node_modules. This file is plain JavaScript that an old Node understands too: when the
 * Node on the path is older than 24, it starts the one that the npm package `node` brought along, and stands aside:
 * signals are handed on, and the exit status comes back.
 */
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SHARE_ENV, Worker } from "node:worker_threads";

const OLDEST = 24;
const here = fileURLToPath(import.meta.url);
const root = dirname(dirname(here));

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  module.enableCompileCache?.();
  const ending = existsSync(join(root, "cli.ts")) ? "ts" : "js";
  const sources = ending === "ts" ? ".." : "../dist";
  const runs = process.argv[2] === "run" && !process.argv.includes("--help");
  // A thread begins while there is nothing yet that it could execute: see emulator/spare-thread.ts.
  const wake = new SharedArrayBuffer(4);
  const options = { eval: true, env: SHARE_ENV, workerData: { wake } };
  const early = runs ? { worker: new Worker(`(${waitForText})(require)`, options), wake } : undefined;
  early?.worker.unref();
  const { openProgram, setFlags } = await import(`${sources}/cli/program/load.${ending}`);
  // A machine's thread sets them when all is loaded.
  if (!runs) setFlags();
  // Who gives Node flags (a debugger, a profiler, something to load before) wants to see the sources; `cor compile` loads assembly parts of the user's, which import them.
  const program =
    process.execArgv.length > 0 || process.env.NODE_OPTIONS || process.argv[2] === "compile"
      ? null
      : await openProgram(process.argv[2]);
  const use = (name) => program?.use(`${name}.${ending}`) ?? import(`${sources}/${name}.${ending}`);
  // The machine's thread loads its modules while the command line is read.
  const { SpareThread } = await use("emulator/spare-thread");
  const spare = runs ? new SpareThread(early) : undefined;
  const { main, reportBug } = await use("cli");
  process.on("uncaughtException", (error) => process.exit(reportBug(error)));
  // A reader who went away (`| head -1`) is no bug; whoever needs to know listens too.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  if (process.channel && process.env.COR_LAUNCHER === `${process.ppid}`) {
    // The launcher below is gone without a chance to hand its end on.
    process.on("disconnect", () => process.kill(process.pid, "SIGHUP"));
    process.channel.unref();
  }
  process.exitCode = await main(process.argv.slice(2), spare);
} else {
  const node = newerNode();
  if (node === null) {
    process.stderr.write(
      `cor: this is Node ${process.versions.node}, and Cor needs ${OLDEST} or newer: run "npm ci" in a clone, "npm install node@${OLDEST}" elsewhere\n`,
    );
    process.exit(2);
  }
  // Who needs no other Node does not wait for these to be loaded.
  const [{ spawn }, { constants }] = await Promise.all([import("node:child_process"), import("node:os")]);
  const child = spawn(node, [here, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, COR_LAUNCHER: `${process.pid}` },
  });
  const handedOn = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"];
  for (const signal of handedOn) process.on(signal, () => child.kill(signal));
  process.on("SIGTSTP", () => {
    // It needs the terminal for a moment, to put it back; then both sleep until the shell's SIGCONT.
    child.kill("SIGTSTP");
    setTimeout(() => process.kill(process.pid, "SIGSTOP"), 100);
  });
  process.on("SIGCONT", () => child.kill("SIGCONT"));
  child.on("error", (error) => {
    process.stderr.write(`cor: cannot start ${node}: ${error.message}\n`);
    process.exit(2);
  });
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

/** In a thread: executes the text that comes as its first message. */
function waitForText(require) {
  const { parentPort, receiveMessageOnPort, workerData } = require("node:worker_threads");
  const wake = new Int32Array(workerData.wake);
  let first = receiveMessageOnPort(parentPort);
  for (; first === undefined; first = receiveMessageOnPort(parentPort)) Atomics.wait(wake, 0, 0);
  // biome-ignore lint/security/noGlobalEval: it is what `eval` of a worker's options would do, later
  eval(first.message);
}

/** The executable of the npm package `node`, if it is installed beside us or above us. */
function newerNode() {
  try {
    const manifest = createRequire(here).resolve("node/package.json");
    const executable = join(dirname(manifest), "bin", "node");
    return existsSync(executable) ? executable : null;
  } catch {
    return null;
  }
}
