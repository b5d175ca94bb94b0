/**
 * Reads the instruction table (opcodes.ts) into `Row`s. Everything a row does not say is derived here: where each
 * operand sits in the encoding, its width and use, the operand size that selects the row, the modes it is valid in.
 * The notation is explained at the head of opcodes.ts.
 */
import type { OperandSource, OperandSpec, Row } from "./instruction.ts";
import { canonicalMnemonic, conditions, costClass, operandAccess } from "./mnemonics.ts";
import { opcodes } from "./opcodes.ts";
import type { Register } from "./registers.ts";
import * as registers from "./registers.ts";

/** EFLAGS bits by the letter the table uses (vol. 1, 3.4.3). */
export const flagBits: Readonly<Record<string, number>> = {
  c: 1 << 0,
  p: 1 << 2,
  a: 1 << 4,
  z: 1 << 6,
  s: 1 << 7,
  t: 1 << 8,
  i: 1 << 9,
  d: 1 << 10,
  o: 1 << 11,
  l: 3 << 12,
  n: 1 << 14,
  r: 1 << 16,
  v: 1 << 17,
  k: 1 << 18,
  f: 1 << 19,
  g: 1 << 20,
  y: 1 << 21,
};
const allFlags = Object.values(flagBits).reduce((mask, bit) => mask | bit, 0);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Size = 0 | 16 | 32 | 64;

const fixedRegisters: Readonly<Record<string, Register>> = {
  AL: registers.al,
  AX: registers.ax,
  EAX: registers.eax,
  RAX: registers.rax,
  CL: registers.cl,
  DX: registers.dx,
  ES: registers.es,
  CS: registers.cs,
  SS: registers.ss,
  DS: registers.ds,
  FS: registers.fs,
  GS: registers.gs,
};

function flagMask(letters: string, condition: string): number {
  if (letters === "all") return allFlags;
  let mask = 0;
  for (const letter of letters === "cc" ? condition : letters) {
    const bit = flagBits[letter];
    if (bit === undefined) throw new Error(`opcodes.ts: no flag "${letter}"`);
    mask |= bit;
  }
  return mask;
}

function parseFlags(column: string, condition: string): Row["flags"] {
  const flags = { reads: 0, writes: 0, undefined: 0 };
  if (column === "-") return flags;
  for (const word of column.split(" ")) {
    const arrow = word.indexOf(">");
    if (word.startsWith("?")) flags.undefined |= flagMask(word.slice(1), condition);
    else {
      if (arrow >= 0) flags.reads |= flagMask(word.slice(0, arrow), condition);
      flags.writes |= flagMask(word.slice(arrow + 1), condition);
    }
  }
  return flags;
}

/** Width in bits of what a memory notation names: "m32" 32, "m16:32" 48, "m16&32" 48, "m" 0. */
function memoryBits(notation: string): number {
  return notation
    .slice(1)
    .split(/[:&]/)
    .reduce((sum, part) => sum + Number(part), 0);
}

interface Encoding {
  readonly vex: boolean;
  readonly modrm: Row["modrm"];
  readonly opcodeRegister: boolean;
}

/** The operand a notation stands for, before access and sign extension are known. */
function parseOperand(notation: string, encoding: Encoding): Mutable<OperandSpec> {
  const spec: Mutable<OperandSpec> = {
    notation,
    source: "fixed",
    register: false,
    memory: false,
    bits: 0,
    registerBits: 0,
    access: "r",
    fixed: null,
    signExtendTo: 0,
  };
  const set = (source: OperandSource, bits: number) => {
    spec.source = source;
    spec.bits = bits;
  };
  const digits = /\d+/.exec(notation);
  const number = digits === null ? 0 : Number(digits[0]);
  if (notation === "1") {
    set("fixed", 8);
    spec.fixed = 1;
  } else if (fixedRegisters[notation] !== undefined) {
    const register = fixedRegisters[notation];
    set("fixed", register.bits);
    spec.fixed = register;
    spec.register = true;
    spec.registerBits = register.bits as 8 | 16 | 32 | 64;
  } else if (notation === "Sreg" || notation === "CR" || notation === "DR") {
    set("modrm.reg", notation === "Sreg" ? 16 : 64);
    spec.register = true;
    spec.registerBits = notation === "Sreg" ? 16 : 64;
  } else if (notation.startsWith("imm")) set("immediate", number);
  else if (notation.startsWith("rel")) set("relative", number);
  else if (notation.startsWith("ptr")) set("far", Number(notation.split(":")[1]));
  else if (notation.startsWith("moffs")) {
    set("moffs", number);
    spec.memory = true;
  } else if (notation.startsWith("m")) {
    set("modrm.rm", memoryBits(notation));
    spec.memory = true;
  } else if (notation.includes("/m")) {
    // "r/m32", or "r32/m16" where register and memory differ in width
    const memory = Number(notation.slice(notation.indexOf("/m") + 2));
    set("modrm.rm", memory);
    spec.register = true;
    spec.memory = true;
    spec.registerBits = (notation.startsWith("r/") ? memory : number) as 8 | 16 | 32 | 64;
  } else if (/^r\d+[ab]?$/.test(notation)) {
    let source: OperandSource = "modrm.reg";
    if (encoding.opcodeRegister) source = "opcode";
    else if (notation.endsWith("b")) source = "vvvv";
    else if (typeof encoding.modrm === "number") source = encoding.vex ? "vvvv" : "modrm.rm";
    set(source, number);
    spec.register = true;
    spec.registerBits = number as 8 | 16 | 32 | 64;
  } else throw new Error(`opcodes.ts: no operand "${notation}"`);
  return spec;
}

/** The operand size the operands imply: that of the first register, r/m, far or relative operand that has one. */
function impliedSize(operands: readonly OperandSpec[]): Size {
  for (const { notation, source, registerBits, bits } of operands) {
    if (notation === "DX" || notation === "CL" || notation === "Sreg") continue;
    if (source === "relative" || source === "far" || source === "moffs" || source === "immediate") {
      if (bits > 8) return bits as Size;
      continue;
    }
    const far = /^m\d+[:&](\d+)$/.exec(notation);
    if (far !== null) return Number(far[1]) as Size;
    if (registerBits > 8) return registerBits as Size;
  }
  return 0;
}

function parseRow(id: number, line: string, condition: number): Row {
  const [instruction = "", encodingColumn = "", flagsColumn = "", attributesColumn = ""] = line
    .split("|")
    .map((column) => column.trim());
  const conditionName = condition < 0 ? "" : conditions[condition]!.name;
  const space = instruction.indexOf(" ");
  const name = space < 0 ? instruction : instruction.slice(0, space);
  const mnemonic = condition < 0 ? name : name.slice(0, -2) + conditionName;
  const notations = space < 0 ? [] : instruction.slice(space).split(",");

  let map: Row["map"] = 1;
  let opcode = -1;
  let opcodeRegister = false;
  let mandatoryPrefix: Row["mandatoryPrefix"] = 0;
  let modrm: Row["modrm"] = null;
  let explicitSize: Size = 0;
  let addressSize: Size = 0;
  let vex: Row["vex"] = null;
  for (const token of encodingColumn.split(" ")) {
    if (opcode >= 0 && token === "/r") modrm = "r";
    else if (opcode >= 0 && token.startsWith("/")) modrm = Number(token[1]);
    else if (token === "NP") mandatoryPrefix = "np";
    else if (token === "NFx") mandatoryPrefix = "nfx";
    else if (token === "REX.W") explicitSize = 64;
    else if (/^o\d/.test(token)) explicitSize = Number(token.slice(1)) as Size;
    else if (/^a\d/.test(token)) addressSize = Number(token.slice(1)) as Size;
    else if (token.startsWith("VEX.")) {
      const fields = token.split(".");
      const prefix = fields.find((field) => /^(66|F2|F3)$/.test(field));
      mandatoryPrefix = prefix === undefined ? "np" : (Number.parseInt(prefix, 16) as 0x66 | 0xf2 | 0xf3);
      map = fields.includes("0F38") ? 3 : fields.includes("0F3A") ? 4 : 2;
      const w = fields.includes("W1") ? 1 : fields.includes("W0") ? 0 : "ignored";
      vex = { l: fields.includes("LZ") || fields.includes("128") ? 0 : fields.includes("256") ? 1 : "ignored", w };
      if (w === 1) explicitSize = 64;
    } else if (/^[0-9A-F]{2}(\+(r[bwdo]|cc))?$/.test(token)) {
      const byte = Number.parseInt(token.slice(0, 2), 16);
      if (opcode >= 0) modrm = { byte };
      else if (vex === null && map === 1 && byte === 0x0f) map = 2;
      else if (vex === null && map === 2 && (byte === 0x38 || byte === 0x3a)) map = byte === 0x38 ? 3 : 4;
      else if (vex === null && map === 1 && (byte === 0x66 || byte === 0xf2 || byte === 0xf3)) mandatoryPrefix = byte;
      else {
        opcode = token.endsWith("+cc") ? byte + condition : byte;
        opcodeRegister = /\+r/.test(token);
      }
    } else if (!/^(i[bwdo]|c[bwdp])$/.test(token)) throw new Error(`opcodes.ts: no encoding "${token}" in ${line}`);
  }

  const attributes = attributesColumn === "" ? [] : attributesColumn.split(" ");
  const has = (attribute: string) => attributes.includes(attribute);
  const encoding: Encoding = { vex: vex !== null, modrm, opcodeRegister };
  const operands = notations.map((notation) => parseOperand(notation.trim(), encoding));
  const size64 = has("d64") ? "d64" : has("f64") ? "f64" : "normal";
  const only64 = has("x64") || has("d64");
  let operandSize: Size = explicitSize;
  if (operandSize === 0 && !has("nosize")) operandSize = impliedSize(operands);
  if (only64 && size64 !== "normal") operandSize = 64;
  const wide = only64 || operandSize === 64;

  // The forms that carry a short immediate for a wider operation (vol. 2, 83 /digit, 6A, 6B) and every imm32 of a
  // 64-bit operation are sign-extended; all others are as wide as their operation.
  const extends8 = map === 1 && (opcode === 0x83 || opcode === 0x6a || opcode === 0x6b);
  operands.forEach((spec, position) => {
    spec.access = operandAccess(mnemonic, position, operands.length);
    if (spec.source === "immediate" && operandSize !== 0)
      if ((spec.bits === 8 && extends8) || (spec.bits === 32 && operandSize === 64)) spec.signExtendTo = operandSize;
  });

  const rm = operands.find((spec) => spec.source === "modrm.rm");
  let modrmForm: Row["modrmForm"] = "any";
  if (has("reg")) modrmForm = "register";
  else if (rm !== undefined && !rm.register) modrmForm = "memory";
  const controlOrDebug = operands.some(({ notation }) => notation === "CR" || notation === "DR");
  if (controlOrDebug) {
    for (const spec of operands) if (spec.notation.startsWith("r")) spec.source = "modrm.rm";
  } else if (modrm !== null && modrmForm === "any" && rm !== undefined && !rm.memory) modrmForm = "register";

  const bits = rm?.bits || operandSize || (operands[0]?.bits ?? 0);
  return {
    id,
    mnemonic,
    operands,
    encoding: condition < 0 ? encodingColumn : encodingColumn.replace(/[0-9A-F]{2}\+cc/, hex(opcode)),
    map,
    opcode,
    opcodeRegister,
    mandatoryPrefix,
    vex,
    modrm,
    modrmForm,
    operandSize,
    sizePrefix: false,
    alias: has("alias"),
    addressSize,
    size64,
    modes: { 16: !wide, 32: !wide, 64: !has("i64") },
    protectedOnly: has("pm") || vex !== null,
    lockable: has("lock"),
    repeat: has("repe") ? "repe" : has("rep") ? "rep" : "none",
    flags: parseFlags(flagsColumn, condition < 0 ? "" : conditions[condition]!.reads),
    feature: attributes.find((attribute) => /^[A-Z]/.test(attribute)) ?? "",
    elseBase: has("else-base"),
    privilege: has("cpl0") ? 0 : has("iopl") ? "iopl" : 3,
    cost: costClass(
      mnemonic,
      notations.map((notation) => notation.trim()),
      bits,
    ),
  };
}

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

/** What rows must share to be told apart by the operand size alone. */
function siblingKey({ vex, map, opcode, mandatoryPrefix, modrm, modrmForm, addressSize }: Row): string {
  const second = typeof modrm === "object" && modrm !== null ? modrm.byte + 8 : modrm;
  return [vex !== null, map, opcode, mandatoryPrefix, second, modrmForm, addressSize].join();
}

function parseTable(text: string): readonly Row[] {
  const rows: Mutable<Row>[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (/^(j|set|cmov)cc /.test(line))
      for (let condition = 0; condition < 16; condition++) rows.push(parseRow(rows.length, line, condition));
    else rows.push(parseRow(rows.length, line, -1));
  }
  const narrow = new Set(rows.filter((row) => row.operandSize === 16).map(siblingKey));
  for (const row of rows)
    row.sizePrefix = (row.operandSize === 16 || row.operandSize === 32) && narrow.has(siblingKey(row));
  return rows;
}

/** The whole table; `rows[i].id === i`. */
export const rows: readonly Row[] = parseTable(opcodes);

const byMnemonic = Map.groupBy(rows, (row) => row.mnemonic);

/** The rows of a mnemonic (or of a second name of it, as "jz") in table order; empty if there is none. */
export function rowsOf(mnemonic: string): readonly Row[] {
  return byMnemonic.get(canonicalMnemonic(mnemonic)) ?? [];
}
