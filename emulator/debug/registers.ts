/** The processor's state as text: for reports of what went wrong, and whoever wants to look. */
import type { StateView } from "../cpu/state.ts";
import { Flag, LDTR, TR } from "../cpu/state.ts";

const general = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" ");
const segments = "es cs ss ds fs gs ldtr tr".split(" ");
const hex = (value: bigint | number, digits: number): string => value.toString(16).padStart(digits, "0");

/** What `describeRegisters` needs of a processor. */
export interface Describable {
  readonly state: StateView;
  /** EFLAGS */
  readonly flags: number;
}

/** The names of the flags that are set, as debuggers print them: "ZF PF IF". */
export function flagNames(flags: number): string {
  return Object.entries(Flag)
    .filter(([name, bit]) => name !== "IOPL" && (flags & bit) !== 0)
    .map(([name]) => name)
    .join(" ");
}

/** Lines: general registers, RIP and flags, segments, descriptor tables, control registers. */
export function describeRegisters({ state, flags }: Describable): string {
  const lines: string[] = [];
  for (let row = 0; row < 16; row += 4) {
    lines.push(
      [0, 1, 2, 3].map((i) => `${general[row + i]!.padEnd(3)} ${hex(state.get64("general", row + i), 16)}`).join("  "),
    );
  }
  const iopl = (flags & Flag.IOPL) >> 12;
  lines.push(
    `rip ${hex(state.get64("rip"), 16)}  flags ${hex(flags, 8)} ${flagNames(flags)}  iopl ${iopl}  cpl ${state.get32("cpl")}`,
  );
  for (let index = 0; index <= Math.max(LDTR, TR); index++) {
    const [base, limit] = [state.get64("segmentBase", index), state.get32("segmentLimit", index)];
    const [selector, access] = [state.get32("segmentSelector", index), state.get32("segmentAccess", index)];
    lines.push(
      `${segments[index]!.padEnd(4)} ${hex(selector, 4)}  base ${hex(base, 16)}  limit ${hex(limit, 8)}  access ${hex(access, 5)}`,
    );
  }
  for (const name of ["gdtr", "idtr"] as const) {
    lines.push(
      `${name}       base ${hex(state.get64(`${name}Base`), 16)}  limit ${hex(state.get32(`${name}Limit`), 8)}`,
    );
  }
  const control = (["cr0", "cr2", "cr3", "cr4", "efer"] as const).map(
    (name) => `${name} ${state.get64(name).toString(16)}`,
  );
  lines.push(control.join("  "));
  return lines.join("\n");
}
