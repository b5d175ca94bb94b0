/**
 * After registers are known: three-address operations become what the processor has, and small things are said shorter.
 * The order matters little; each step looks at a few neighbouring instructions.
 */
import {
  type Condition,
  type Inst,
  imm,
  inst,
  inverse,
  type MachineFunction,
  mem,
  NONE,
  type Operand,
  type Reg,
  reg,
  type Width,
  XMM0,
} from "./mir.ts";
import { isTied } from "./operations.ts";

export function expand(f: MachineFunction): void {
  for (const block of f.blocks) {
    const done: Inst[] = [];
    for (const i of block.instructions) expandOne(i, done);
    const flagsAtEnd = block.ending.kind === "branch" ? block.ending.condition : null;
    block.instructions = done;
    shorten(block.instructions, flagsAtEnd, block.ending.kind === "branch" && block.ending.also !== null);
  }
}

const isReg = (o: Operand | undefined, r: Reg) => o?.kind === "reg" && o.reg === r;
const widen = (width: Width): Width => (width < 32 ? 32 : width);

/** A move of what an operand is into a register. */
function moveTo(d: Reg, source: Operand, width: Width, i: Inst): Inst {
  if (source.kind === "reg") return inst("copy", widen(width), d, [source], i.origin);
  return inst(d >= XMM0 ? "movsd" : "mov", d >= XMM0 ? 64 : widen(width), d, [source], i.origin);
}

function expandOne(i: Inst, done: Inst[]): void {
  if (i.op === "copy") {
    const [source] = i.args;
    if (isReg(source, i.def)) return;
    done.push(source!.kind === "mem" ? moveTo(i.def, source, i.width, i) : i);
    return;
  }
  if (!isTied(i) || i.args.length === 0) {
    done.push(i);
    return;
  }
  const d = i.def;
  let [x, y] = i.args as [Operand, Operand | undefined];
  if (!isReg(x, d) && isReg(y, d)) {
    // Only operations whose operands can be exchanged get here.
    [x, y] = [y!, x];
    if (i.op === "cmov") i.condition = inverse[i.condition!];
    i.args = [x, y];
  }
  if (!isReg(x, d)) {
    const lea = asLea(i, x, y);
    if (lea !== null) {
      // The same object: debug information finds places in the code by it.
      done.push(Object.assign(i, lea));
      return;
    }
    done.push(moveTo(d, x, i.width, i));
    i.args = y === undefined ? [reg(d)] : [reg(d), y];
  }
  done.push(i);
}

/** ADD of registers or a constant, and short shifts, into a third register. */
function asLea(i: Inst, x: Operand, y: Operand | undefined): Inst | null {
  if (x.kind !== "reg" || i.width < 32) return null;
  if (i.op === "add" && y?.kind === "reg")
    return inst("lea", i.width, i.def, [mem({ base: x.reg, index: y.reg })], i.origin);
  if (y?.kind !== "imm") return null;
  if (i.op === "add")
    return inst("lea", i.width, i.def, [mem({ base: x.reg, disp: Number(BigInt.asIntN(32, y.value)) })], i.origin);
  if (i.op === "shl" && y.value === 1n)
    return inst("lea", i.width, i.def, [mem({ base: x.reg, index: x.reg })], i.origin);
  if (i.op === "shl" && (y.value === 2n || y.value === 3n))
    return inst("lea", i.width, i.def, [mem({ index: x.reg, scale: y.value === 2n ? 4 : 8 })], i.origin);
  return null;
}

/** Operations whose flags tell whether their result is zero or negative, as a comparison of it with 0 would. */
const setsResultFlags = new Set(["add", "sub", "and", "or", "xor", "neg"]);
const asksForZero: ReadonlySet<Condition> = new Set(["e", "ne", "s", "ns"]);
/** Instructions that leave flags as they are. */
export const keepsFlags: ReadonlySet<string> = new Set([
  ...[
    "mov",
    "movzx",
    "movsx",
    "lea",
    "copy",
    "cmov",
    "setcc",
    "not",
    "bswap",
    "movss",
    "movsd",
    "movd",
    "movq",
    "debug",
  ],
  ...["carryMask"],
]);
const readsFlags: ReadonlySet<string> = new Set(["cmov", "setcc", "carryMask", "readflags"]);

function shorten(list: Inst[], ending: Condition | null, also: boolean): void {
  dropComparisons(list, ending, also);
  // Backwards: whether the flags are still wanted tells whether XOR may stand for MOV of 0.
  let flagsWanted = ending !== null;
  for (let k = list.length - 1; k >= 0; k--) {
    const i = list[k]!;
    if (i.op === "add" && i.args[1]?.kind === "imm" && i.args[1].value === 128n && i.width > 8 && !flagsWanted) {
      // -128 fits a byte, 128 does not.
      i.op = "sub";
      i.args[1] = imm(-128);
    }
    if (readsFlags.has(i.op)) flagsWanted = true;
    else if (i.op === "mov" && i.def !== NONE && i.args[0]!.kind === "imm" && i.args[0]!.value === 0n) {
      if (!flagsWanted) Object.assign(i, { op: "zero", width: 32, args: [] });
    } else if (!keepsFlags.has(i.op)) flagsWanted = false;
  }
}

/** A comparison with 0 of what was just computed says nothing new. */
function dropComparisons(list: Inst[], ending: Condition | null, also: boolean): void {
  for (let k = 1; k < list.length; k++) {
    const compare = list[k]!;
    if (compare.op !== "cmp" || compare.args[1]!.kind !== "imm" || compare.args[1]!.value !== 0n) continue;
    const before = list[k - 1]!;
    if (!setsResultFlags.has(before.op) || before.def === NONE || before.width !== compare.width) continue;
    if (!isReg(compare.args[0], before.def)) continue;
    let good = true;
    let reached = true;
    for (let n = k + 1; n < list.length; n++) {
      const user = list[n]!;
      if (readsFlags.has(user.op)) good &&= user.condition !== null && asksForZero.has(user.condition);
      if (!keepsFlags.has(user.op)) {
        reached = false;
        break;
      }
    }
    if (reached && ending !== null) good &&= asksForZero.has(ending) && !also;
    if (!good) continue;
    list.splice(k, 1);
    k--;
  }
}
