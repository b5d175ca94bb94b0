// What happens between the first instruction of a C program (disks/c-start.ts) and its main: the environment is remembered,
// a thread's own variables get their block, and what wants to run before main runs.

import { AT_NULL, AT_PHDR, AT_PHNUM } from "../../../kernel/abi/processes.ts";
import { SYS_SET_FS_BASE } from "../../../kernel/abi/calls.ts";
import { call } from "../door.ts";
import { memcpy, memset } from "./string.ts";
import { exit, useEnvironment } from "./stdlib.ts";
import { allocate } from "./unistd.ts";

declare function main(argc: i32, argv: u64, environment: u64): i32;

/** A program header (ELF-64 Object File Format, "Program Header"). */
class ProgramHeader {
  kind: u32;
  flags: u32;
  offset: u64;
  virtualAddress: u64;
  physicalAddress: u64;
  fileBytes: u64;
  memoryBytes: u64;
  align: u64;
}
const PT_TLS = 7;

/** `initial` up to `initialEnd` are functions to be called first; `distance`: how far the program lies from where it was linked for. */
export function startC(argc: u64, argv: Ptr<u64>, initial: u64, initialEnd: u64, distance: u64): never {
  attr(symbol("__start_c"));
  const environment = ref(argv[argc + 1]);
  useEnvironment(environment);
  let i: usize = 0;
  while (environment[i] !== 0) i++;
  threadVariables(ref(environment[i + 1]), distance);
  for (let at = initial; at < initialEnd; at += 8) {
    const f = unsafe.code<Fn<() => void>>(unsafe.ptr<u64>(at)[0]);
    f();
  }
  exit(main(i32(argc), addr(argv), addr(environment)));
}

/**
 * The block of _Thread_local variables of the first thread (System V ABI, variant II): they end where FS points, and there stands
 * that address itself.
 */
function threadVariables(vector: Ptr<u64>, distance: u64): void {
  let headers: u64 = 0;
  let count: u64 = 0;
  for (let i: usize = 0; vector[i] !== AT_NULL; i += 2) {
    if (vector[i] === AT_PHDR) headers = vector[i + 1];
    if (vector[i] === AT_PHNUM) count = vector[i + 1];
  }
  for (let i: u64 = 0; i < count && headers !== 0; i++) {
    const header = unsafe.ptr<ProgramHeader>(headers + i * 56);
    if (header.kind !== PT_TLS) continue;
    const align = header.align < 16 ? 16 : header.align;
    const bytes = (header.memoryBytes + align - 1) & ~(align - 1);
    const room = allocate(bytes + align + 64);
    if (room === null) exit(127);
    const end = ((addr(room) + align - 1) & ~(align - 1)) + bytes;
    const begin = unsafe.ptr<u8>(end - ((header.memoryBytes + header.align - 1) & ~(header.align - 1)));
    memset(begin, 0, header.memoryBytes);
    memcpy(begin, unsafe.ptr<u8>(header.virtualAddress + distance), header.fileBytes);
    unsafe.ptr<u64>(end)[0] = end;
    call(SYS_SET_FS_BASE, end, 0, 0, 0, 0, 0);
  }
}
