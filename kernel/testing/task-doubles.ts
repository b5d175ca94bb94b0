/** Doubles for tests of single modules of kernel/task: what a task only points at is a class without anything. */
export const taskDoubles: Readonly<Record<string, string>> = {
  "kernel/task/process.ts": "export class Process { id: u32; }",
  "kernel/memory/space.ts": "export class Space { root: u64; }",
  "kernel/task/clock.ts": `export type Nanos = Unit<"Nanos">;\nexport const FOREVER: Nanos = 0xffff_ffff_ffff_ffff;`,
};
