/**
 * The instruction table (opcodes.ts) as `Row`s. What a line does not say is derived here: where each operand sits in
 * the encoding, how it is used, the operand size that selects the row, the modes it is valid in. The columns themselves
 * are read by notation.ts.
 */
import type { ExceptionType, OperandSpec, Row, VectorRules } from "./instruction.ts";
import { canonicalMnemonic, conditions, costClass, operandAccess } from "./mnemonics.ts";
import {
  type EncodingWord,
  impliedSize,
  parseAttributes,
  parseEncodingWord,
  parseFlags,
  parseOperand,
  type RegisterPlace,
  type Size,
} from "./notation.ts";
import { once } from "./once.ts";
import { opcodes } from "./opcodes.ts";
import { avxOpcodes } from "./opcodes-avx.ts";
import { mmxOpcodes } from "./opcodes-mmx.ts";
import { sseOpcodes } from "./opcodes-sse.ts";
import { x87Opcodes } from "./opcodes-x87.ts";
import { vectorAccess, vectorCost } from "./vector-mnemonics.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Remembers what `parse` made of a text. */
function remember<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) known.set(text, (value = parse(text)));
    return value;
  };
}

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

/** The encoding column of one line. */
interface Encoding {
  map: Row["map"];
  opcode: number;
  opcodeRegister: boolean;
  mandatoryPrefix: Row["mandatoryPrefix"];
  vex: Row["vex"];
  modrm: Row["modrm"];
  operandSize: Size;
  addressSize: Size;
}

/** @param condition what "+cc" adds to the opcode */
function readEncoding(words: readonly EncodingWord[], condition: number): Encoding {
  const encoding: Encoding = {
    map: 1,
    opcode: -1,
    opcodeRegister: false,
    mandatoryPrefix: 0,
    vex: null,
    modrm: null,
    operandSize: 0,
    addressSize: 0,
  };
  for (const word of words)
    switch (word.kind) {
      case "byte": {
        const { map, opcode, vex } = encoding;
        const { value } = word;
        if (opcode >= 0) encoding.modrm = { byte: value };
        else if (vex === null && map === 1 && value === 0x0f) encoding.map = 2;
        else if (vex === null && map === 2 && (value === 0x38 || value === 0x3a)) encoding.map = value === 0x38 ? 3 : 4;
        else if (vex === null && map === 1 && (value === 0x66 || value === 0xf2 || value === 0xf3))
          encoding.mandatoryPrefix = value;
        else {
          encoding.opcode = word.condition ? value + condition : value;
          encoding.opcodeRegister = word.register;
        }
        break;
      }
      case "stackRegister":
        encoding.modrm = word.value;
        break;
      case "reg":
        encoding.modrm = "r";
        break;
      case "digit":
        encoding.modrm = word.value;
        break;
      case "vex":
        encoding.mandatoryPrefix = word.prefix;
        encoding.map = word.map;
        encoding.vex = word.vex;
        break;
      case "refusing":
        encoding.mandatoryPrefix = word.value;
        break;
      case "operandSize":
      case "addressSize":
        encoding[word.kind] = word.value;
    }
  return encoding;
}

const plainRegister = /^((r\d+|[xy]?mm\d?)[ab]?|ST\(i\))$/;
const mayBeMemory = /\/m\d|^v?m(\d|$)/;

/**
 * Where the plain register operands ("r32", "xmm1") sit, in their order. ModRM.rm has the operand that may be memory, or
 * without one the last register; the others are ModRM.reg, VEX.vvvv and the byte at the end (vol. 2, 3.1.1.3: RM, RVM,
 * RVMR, RMV, VM). Stores turn the order around (MR, MVR).
 */
function registerPlaces(
  notations: readonly string[],
  { opcodeRegister, modrm, vex }: Encoding,
  has: (attribute: string) => boolean,
): readonly RegisterPlace[] {
  if (opcodeRegister) return ["opcode"];
  // MOV CR and MOV DR: the control register is in ModRM.reg, whichever operand it is.
  if (has("anymod")) return ["modrm.rm"];
  if (typeof modrm === "number") return vex === null ? ["modrm.rm"] : ["vvvv", "modrm.rm"];
  const count = notations.filter((notation) => plainRegister.test(notation)).length;
  const rm = notations.findIndex((notation) => mayBeMemory.test(notation));
  if (rm === 0 && count === 2) return ["vvvv", "modrm.reg"];
  if (rm >= 0) return ["modrm.reg", "vvvv", "is4"];
  if (count < 3) return ["modrm.reg", "modrm.rm"];
  return has("mvr") ? ["modrm.rm", "vvvv", "modrm.reg"] : ["modrm.reg", "vvvv", "modrm.rm"];
}

/** What the attribute column says of a vector instruction, with what follows from it (instruction.ts, VectorRules). */
function vectorRules(
  type: ExceptionType | null,
  operands: readonly OperandSpec[],
  mnemonic: string,
  vex: boolean,
  unaligned: boolean,
): VectorRules | null {
  if (type === null) return null;
  const uses = (kind: OperandSpec["registerClass"]) => operands.some(({ registerClass }) => registerClass === kind);
  const mmx = uses("mmx") || mnemonic === "emms";
  const state = vex ? "avx" : !mmx ? "sse" : uses("xmm") ? "mmx-sse" : "mmx";
  const wide = operands.some(({ memory, bits }) => memory && bits >= 128);
  const aligned = wide && !unaligned && (type === 1 || (!vex && (type === 2 || type === 4)));
  return { type, state, aligned, floatingPoint: type === 2 || type === 3 || type === 11 };
}

const everywhere: Row["modes"] = { 16: true, 32: true, 64: true };
const not64: Row["modes"] = { 16: true, 32: true, 64: false };
const only64: Row["modes"] = { 16: false, 32: false, 64: true };

/** A number that rows share which are told apart by the operand size alone. */
function siblingKey({ vex, map, opcode, mandatoryPrefix, modrm, modrmForm, addressSize }: Row): number {
  const prefix = mandatoryPrefix === "np" ? 1 : mandatoryPrefix === "nfx" ? 2 : mandatoryPrefix;
  const second = modrm === null ? 0 : modrm === "r" ? 1 : typeof modrm === "number" ? 2 + modrm : modrm.byte + 16;
  const form = modrmForm === "any" ? 0 : modrmForm === "memory" ? 1 : 2;
  const low = (((vex === null ? 0 : 4) + map - 1) << 16) | (opcode << 8) | prefix;
  return low * 2 ** 20 + second * 2 ** 11 + form * 2 ** 8 + addressSize;
}

function parseTable(text: string): readonly Row[] {
  const encodingWord = remember(parseEncodingWord);
  const encodingWords = remember((column) => column.split(" ").map(encodingWord));
  const attributesOf = remember(parseAttributes);
  const notationsOf = remember((list) => list.split(",").map((notation) => notation.trim()));
  const sizeOf = remember(impliedSize);
  const flagsOf = new Map<string, Row["flags"]>();
  const specs = new Map<string, OperandSpec>();

  const operandOf = (
    notation: string,
    place: RegisterPlace,
    access: OperandSpec["access"],
    signExtendTo: OperandSpec["signExtendTo"],
    elementBits: 32 | 64,
  ) => {
    const key = `${notation} ${place} ${access} ${signExtendTo} ${elementBits}`;
    let spec = specs.get(key);
    if (spec === undefined) specs.set(key, (spec = parseOperand(notation, place, access, signExtendTo, elementBits)));
    return spec;
  };

  const parseRow = (id: number, columns: readonly string[], condition: number): Mutable<Row> => {
    const [instruction = "", encodingColumn = "", flagsColumn = "", attributesColumn = ""] = columns;
    const { words: attributes, feature, type } = attributesOf(attributesColumn);
    const has = (attribute: string) => attributes.has(attribute);
    const space = instruction.indexOf(" ");
    let mnemonic = space < 0 ? instruction : instruction.slice(0, space);
    let conditionReads = "";
    if (condition >= 0) {
      const { name, reads } = conditions[condition]!;
      mnemonic = mnemonic.slice(0, -2) + name;
      conditionReads = reads;
    }
    const notations = space < 0 ? [] : notationsOf(instruction.slice(space));
    const encoding = readEncoding(encodingWords(encodingColumn), condition);
    const { map, opcode, modrm, vex } = encoding;

    const size64 = has("d64") ? "d64" : has("f64") ? "f64" : "normal";
    const longOnly = has("x64") || has("d64");
    let { operandSize } = encoding;
    if (longOnly && size64 !== "normal") operandSize = 64;
    else if (operandSize === 0 && !has("nosize"))
      for (const notation of notations) if ((operandSize = sizeOf(notation)) !== 0) break;

    // The forms that carry a short immediate for a wider operation (83 /digit, 6A, 6B) and every imm32 of a 64-bit
    // operation are sign-extended; all others are as wide as their operation.
    const extends8 = map === 1 && (opcode === 0x83 || opcode === 0x6a || opcode === 0x6b);
    const places = registerPlaces(notations, encoding, has);
    const elementBits = vex?.w === 1 ? 64 : 32;
    let registersSeen = 0;
    const operands = notations.map((notation, position) => {
      const extended = (notation === "imm8" && extends8) || (notation === "imm32" && operandSize === 64);
      const access =
        type === null
          ? operandAccess(mnemonic, position, notations.length)
          : vectorAccess(mnemonic, position, notations, vex !== null);
      const place = plainRegister.test(notation) ? places[registersSeen++]! : "modrm.reg";
      return operandOf(notation, place, access, extended ? operandSize : 0, elementBits);
    });
    const rm = operands.find((spec) => spec.source === "modrm.rm");
    let modrmForm: Row["modrmForm"] = "any";
    if (has("reg")) modrmForm = "register";
    else if (rm !== undefined && !rm.register) modrmForm = "memory";
    else if (rm !== undefined && !rm.memory && !has("anymod")) modrmForm = "register";

    const flagsKey = flagsColumn + conditionReads;
    let flags = flagsOf.get(flagsKey);
    if (flags === undefined) flagsOf.set(flagsKey, (flags = parseFlags(flagsColumn, conditionReads)));
    return {
      id,
      mnemonic,
      operands,
      encoding: condition < 0 ? encodingColumn : encodingColumn.replace(/[0-9A-F]{2}\+cc/, hex(opcode)),
      map,
      opcode,
      opcodeRegister: encoding.opcodeRegister,
      mandatoryPrefix: encoding.mandatoryPrefix,
      vex,
      modrm,
      modrmForm,
      operandSize,
      sizePrefix: false,
      alias: has("alias"),
      addressSize: encoding.addressSize,
      size64,
      modes: longOnly || operandSize === 64 ? only64 : has("i64") ? not64 : everywhere,
      protectedOnly: has("pm") || vex !== null,
      lockable: has("lock"),
      repeat: has("repe") ? "repe" : has("rep") ? "rep" : "none",
      flags,
      feature,
      elseBase: has("else-base"),
      vector: vectorRules(type, operands, mnemonic, vex !== null, has("unaligned")),
      privilege: has("cpl0") ? 0 : has("iopl") ? "iopl" : 3,
      cost:
        type !== null
          ? vectorCost(mnemonic)
          : costClass(mnemonic, notations, rm?.bits || operandSize || (operands[0]?.bits ?? 0)),
    };
  };

  const rows: Mutable<Row>[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const columns = line.split("|").map((column) => column.trim());
    if (columns[1]!.includes("+cc"))
      for (let condition = 0; condition < 16; condition++) rows.push(parseRow(rows.length, columns, condition));
    else rows.push(parseRow(rows.length, columns, -1));
  }
  const narrow = new Set<number>();
  for (const row of rows) if (row.operandSize === 16) narrow.add(siblingKey(row));
  for (const row of rows)
    row.sizePrefix = (row.operandSize === 16 || row.operandSize === 32) && narrow.has(siblingKey(row));
  return rows;
}

/** The whole table, by the rows' `id`. */
export const allRows = once(() => parseTable([opcodes, x87Opcodes, mmxOpcodes, sseOpcodes, avxOpcodes].join("\n")));

const byMnemonic = once(() => Map.groupBy(allRows(), (row) => row.mnemonic));

/** The rows of a mnemonic (or of a second name of it, as "jz") in table order; empty if there is none. */
export function rowsOf(mnemonic: string): readonly Row[] {
  return byMnemonic().get(canonicalMnemonic(mnemonic)) ?? [];
}
