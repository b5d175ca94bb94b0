/**
 * What programs can be compiled for: how their code is made, which part of the runtime they get, and where a linked
 * program begins. A runtime module is written in the language itself and lies in runtime/; what a target's runtime leaves
 * out (`cor_write`, `cor.panic` and the like), the program or the objects linked to it bring.
 */
import { corKernel, corUser, linux, type Target } from "./x64/target.ts";

export type TargetName = "linux" | "cor-kernel" | "cor-user" | "wasm";

export interface TargetDescription {
  readonly name: TargetName;
  /** One line for people. */
  readonly describe: string;
  /** Null: WebAssembly. */
  readonly x64: Target | null;
  /** Files in runtime/: modules of the language, and IR where the language has no words. */
  readonly modules: readonly string[];
  readonly ir: readonly string[];
  /** Symbols that generated code and the start code refer to without saying so in IR. */
  readonly implied: readonly string[];
  /** How a program is linked; null: its maker links the object, with what else belongs to it. */
  readonly program: { readonly address: number; readonly movable: boolean; readonly linux: boolean } | null;
}

const implied = ["cor.panic", "cor.move"];

export const targets: { readonly [name in TargetName]: TargetDescription } = {
  linux: {
    name: "linux",
    describe: "a static executable for x86-64 Linux",
    x64: linux,
    modules: ["format.ts", "float.ts", "memory.ts", "trace.ts", "linux.ts"],
    ir: ["move.ir", "system-call.ir"],
    implied: [...implied, "exit"],
    program: { address: 0x400000, movable: false, linux: true },
  },
  "cor-kernel": {
    name: "cor-kernel",
    describe: "an object for a kernel in the top 2 GiB; general registers only",
    x64: corKernel,
    modules: ["format.ts", "memory.ts", "trace.ts"],
    ir: ["move.ir"],
    implied,
    program: null,
  },
  "cor-user": {
    name: "cor-user",
    describe: "a position-independent program for Cor",
    x64: corUser,
    modules: ["format.ts", "float.ts", "memory.ts", "trace.ts"],
    ir: ["move.ir", "system-call.ir"],
    implied: [...implied, "exit"],
    program: { address: 0x1000, movable: true, linux: false },
  },
  wasm: {
    name: "wasm",
    describe: "a WebAssembly module",
    x64: null,
    modules: ["format.ts", "float.ts"],
    ir: [],
    implied: [],
    program: null,
  },
};

export const targetNames = Object.keys(targets) as readonly TargetName[];
