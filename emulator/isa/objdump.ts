/**
 * The tests' second oracle: objdump of GNU binutils. It disassembles a file of examples, one in each 16-byte slot, and
 * its text is compared with ours after both are brought to one spelling. What the two spell differently is listed
 * here; nothing else may differ.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "./decode.ts";
import { encodeRow } from "./encode.ts";
import type { Example } from "./examples.ts";
import { format } from "./format.ts";
import type { Mode } from "./instruction.ts";

/** Whether an objdump that knows x86 is installed. */
export function objdumpExists(): boolean {
  try {
    return execFileSync("objdump", ["-i"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).includes(
      "elf64-x86-64",
    );
  } catch {
    return false;
  }
}

const machines: Readonly<Record<Mode, string>> = { 16: "i8086", 32: "i386", 64: "i386:x86-64" };
const slot = 16;

interface Line {
  readonly length: number;
  readonly text: string;
}

function disassemble(bytes: Uint8Array, mode: Mode): Map<number, Line> {
  const folder = mkdtempSync(join(tmpdir(), "objdump-"));
  try {
    const file = join(folder, "code");
    writeFileSync(file, bytes);
    const options = ["-D", "-b", "binary", "-m", machines[mode], "-M", "intel", "-w", "--insn-width=15", file];
    const output = execFileSync("objdump", options, { encoding: "utf8", maxBuffer: 2 ** 30 });
    const lines = new Map<number, Line>();
    for (const line of output.split("\n")) {
      const parts = line.split("\t");
      if (parts.length < 3) continue;
      const address = Number.parseInt(parts[0]!, 16);
      if (address % slot === 0) lines.set(address, { length: parts[1]!.trim().split(" ").length, text: parts[2]! });
    }
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** objdump's names for ours where they are not the same word. */
const spellings: Readonly<Record<string, string>> = {
  // Operand size as a suffix; ours is in the name (IRETD) or a prefix (data32 ret).
  pushw: "push",
  pushd: "push",
  popw: "pop",
  popd: "pop",
  enterw: "enter",
  enterd: "enter",
  leavew: "leave",
  leaved: "leave",
  jmpw: "jmp",
  jmpd: "jmp",
  callw: "call",
  calld: "call",
  retw: "ret",
  retd: "ret",
  retf: "ret far",
  retfw: "ret far",
  retfd: "ret far",
  retfq: "ret far",
  sgdtw: "sgdt",
  sgdtd: "sgdt",
  sidtw: "sidt",
  sidtd: "sidt",
  lgdtw: "lgdt",
  lgdtd: "lgdt",
  lidtw: "lidt",
  lidtd: "lidt",
  sysretd: "sysret",
  sysexitd: "sysexit",
  fldenvw: "fldenv",
  fldenvd: "fldenv",
  fnstenvw: "fnstenv",
  fnstenvd: "fnstenv",
  frstorw: "frstor",
  frstord: "frstor",
  fnsavew: "fnsave",
  fnsaved: "fnsave",
  "fneni(8087": "fneni",
  "fndisi(8087": "fndisi",
  "fnsetpm(287": "fnsetpm",
  // Addresses and immediates of 64 bits.
  movabs: "mov",
  // REX.W before PCMPESTRI: lengths in RAX and RDX.
  pcmpestriq: "pcmpestri64",
  pcmpestrmq: "pcmpestrm64",
  vpcmpestriq: "vpcmpestri64",
  vpcmpestrmq: "vpcmpestrm64",
};

/** Names that mean the mode's own operand size for objdump, and a fixed size for the manual: they are told apart by length. */
const sizes = /^(iret|pusha|popa|pushf|popf)[wdq]?$/;
/** PREFETCHW at its reserved numbers. */
const samePrefetch = /^prefetch(w)?$/;

const prefixWords =
  /^(?:(?:addr16|addr32|data16|data32|data64|rex(?:\.[WRXB]+)?|lock|repz|repnz|repe|repne|rep|[cdefgs]s|bnd|notrack) )+/;

/** The x87 operands objdump leaves unsaid where we, as iced, say them. */
const stackOperands = (name: string, operands: string): string => {
  if (operands === "only)") return "";
  const memory = operands.replace(/^st,(?=.*\[)|(?<=\]),st$/g, "");
  if (/^f(u?comp?|xch|ld)$/.test(name)) return memory.replace(/^st,/, "");
  return /^fstp?$/.test(name) ? memory.replace(/,st$/, "") : memory;
};

function common(text: string): string {
  let rest = text.replace(prefixWords, "");
  const space = rest.indexOf(" ");
  let name = space < 0 ? rest : rest.slice(0, space);
  rest = space < 0 ? "" : rest.slice(space + 1);
  if (name === "ret" && rest.startsWith("far")) {
    name = "ret far";
    rest = rest.slice(4);
  }
  name = spellings[name] ?? name.replace(sizes, "$1").replace(samePrefetch, "prefetch");
  rest = rest.replace(/\*1\b/g, "").replace(/\+0\]/g, "]").replace(/\bds:/g, "").replace(/^far /, "");
  // LEA computes an offset: we leave out a segment it has no use for.
  if (/^f/.test(name)) rest = stackOperands(name, rest);
  if (name === "lea") rest = rest.replace(/\b[c-gs]s:/, "");
  return rest === "" ? name : `${name} ${rest}`;
}

/** objdump's line in the common spelling: numbers decimal, no widths, absolute addresses in brackets. */
const comparisons = [
  ..."eq lt le unord neq nlt nle ord eq_uq nge ngt false neq_oq ge gt true".split(" "),
  ..."eq_os lt_oq le_oq unord_s neq_us nlt_uq nle_uq ord_s eq_us nge_uq ngt_uq false_os neq_os ge_oq gt_oq true_us".split(
    " ",
  ),
];
const products: Readonly<Record<string, number>> = { lqlq: 0x00, hqlq: 0x01, lqhq: 0x10, hqhq: 0x11 };

/** Names that stand for an immediate (CMPLTPS, PCLMULHQHQDQ), and XMM0 of BLENDVPS and SHA256RNDS2 as an operand. */
function withoutPseudo(text: string): string {
  const comparison = /^(.*\bv?cmp)([a-z_]+?)(p[sd]|s[sd]) (.*)$/.exec(text);
  if (comparison !== null) {
    const [, before, name, type, operands] = comparison;
    const predicate = comparisons.indexOf(name!);
    if (predicate >= 0) return `${before}${type} ${operands},0x${predicate.toString(16)}`;
  }
  const product = /^(.*\bv?pclmul)([lh]q[lh]q)dq (.*)$/.exec(text);
  if (product !== null) return `${product[1]}qdq ${product[3]},0x${products[product[2]!]!.toString(16)}`;
  return /\b(p?blendv(b|ps|pd)|sha256rnds2) /.test(text) ? text.replace(/,xmm0$/, "") : text;
}

function fromObjdump(line: string): string {
  let target = /# (0x[0-9a-f]+)/.exec(line)?.[1] ?? "?";
  if (line.includes("[eip")) target = `0x${BigInt.asUintN(32, BigInt(target)).toString(16)}`;
  let text = line
    .replace(/ *#.*/, "")
    .replace(/ +/g, " ")
    .trim()
    .replace(/\[[re]ip[+-]0x[0-9a-f]+\]/, `[${target}]`)
    // A SIB byte without base and index, in 32-bit addresses of 64-bit code
    .replace(/\[eiz\*1\+/, "[")
    .replace(/\b([c-gs]s):(0x[0-9a-f]+)/, "$1:[$2]");
  const string = /\b(movs|cmps|stos|lods|scas|ins|outs) .*?(BYTE|WORD|DWORD|QWORD) PTR/.exec(text);
  if (string !== null && !text.includes("mm")) return string[1]! + string[2]![0]!.toLowerCase();
  if (/\bxlat\b/.test(text)) return "xlat";
  text = withoutPseudo(text.replace(/\b(BYTE|WORD|DWORD|QWORD|FWORD|TBYTE|XMMWORD|YMMWORD|OWORD) PTR /g, ""));
  text = text.replace(/\b0x[0-9a-f]+/g, (hex) => BigInt(hex).toString());
  // objdump shows far pointers as selector:offset
  return common(text.replace(/ (\d+):(\d+)$/, " $2,$1"));
}

/** Our line in the common spelling. */
function fromOurs(line: string): string {
  const string = /\b((?:movs|cmps|stos|lods|scas|ins|outs)[bwdq]|xlat) /.exec(line);
  if (string !== null && !line.includes("mm")) return string[1]!;
  const text = line
    .replace(/\b(short|(byte|word|dword|qword|fword|tbyte|xmmword|ymmword) ptr) /, "")
    .replace(/\b([0-9][0-9A-F]*)h\b/g, (_, hex: string) => BigInt(`0x${hex}`).toString());
  return common(text);
}

/**
 * Rows on which objdump is no oracle: SALC, which it does not know; the reserved NOPs, which it takes for the MPX and
 * prefetch instructions they became or has no second operand for; PREFETCHIT, newer than it; WBINVD after a 66 that changes nothing; LAR, LSL, MOVSXD and
 * MOV Sreg with registers, whose 16-bit source it names by the operand size (vol. 2: r/m16); the second encodings of x87
 * instructions; PCLMULQDQ with reserved bits in its immediate, for which it has names; MOVMSKPS and PMOVMSKB under REX.W,
 * with 64-bit registers for it alone.
 */
function foreign({ row, operands, options }: Example): boolean {
  if (row.mnemonic === "wbinvd" && options.operandSize !== undefined) return true;
  if (row.mnemonic === "fstpnce" || (row.alias && row.mnemonic.startsWith("f"))) return true;
  if (row.mnemonic === "salc" || row.mnemonic.startsWith("prefetchit")) return true;
  if (row.mnemonic === "nop" && row.operands.length === 2) return true;
  if (/^v?p?movmsk/.test(row.mnemonic) && row.operandSize === 64) return true;
  const last = operands.at(-1);
  if (/^v?pclmul/.test(row.mnemonic) && last?.kind === "immediate" && (last.value & ~0x11n) !== 0n) return true;
  const selector = row.operands[0]?.notation === "Sreg" || /^(lar|lsl|movsxd)$/.test(row.mnemonic);
  return selector && operands[1]?.kind === "register";
}

/** IMUL r, r, imm with one register twice is two operands for us. */
const expandImul = (text: string) => text.replace(/^imul (\w+),(-?\d+)$/, "imul $1,$1,$2");

/**
 * Disassembles examples with objdump and compares length and text with ours.
 *
 * @param found is told each disagreement
 * @returns how many were compared
 */
export function compareWithObjdump(examples: Iterable<Example>, found: (text: string) => void): number {
  const byMode: Record<Mode, Uint8Array[]> = { 16: [], 32: [], 64: [] };
  for (const example of examples) {
    if (foreign(example)) continue;
    byMode[example.mode].push(encodeRow(example.row, example.operands, example.mode, example.options).bytes);
  }
  let compared = 0;
  for (const mode of [16, 32, 64] as const)
    for (let first = 0; first < byMode[mode].length; first += slotsPerFile) {
      const codes = byMode[mode].slice(first, first + slotsPerFile);
      compared += codes.length;
      compareFile(codes, mode, found);
    }
  return compared;
}

/** 64 KiB: 16-bit branch targets wrap there for us and not for objdump. */
const slotsPerFile = 65536 / slot;

function compareFile(codes: readonly Uint8Array[], mode: Mode, found: (text: string) => void): void {
  const file = new Uint8Array(codes.length * slot).fill(0x90);
  codes.forEach((code, i) => {
    file.set(code, i * slot);
  });
  const lines = disassemble(file, mode);
  codes.forEach((code, i) => {
    const hex = `${mode}:${Buffer.from(code).toString("hex")}`;
    const ours = decode(file, i * slot, file.length, mode);
    const theirs = lines.get(i * slot);
    if (typeof ours === "string" || theirs === undefined) found(`${hex}: ${ours}, objdump ${theirs?.text}`);
    else if (ours.length !== theirs.length) found(`${hex}: length ${ours.length}, objdump ${theirs.length}`);
    else {
      const text = expandImul(fromOurs(format(ours, { address: BigInt(i * slot) })));
      const expected = fromObjdump(theirs.text);
      if (text !== expected) found(`${hex}: "${text}", objdump "${expected}"`);
    }
  });
}
