/**
 * The instruction table (opcodes.ts) as `Row`s. What a line does not say is derived here: where each operand sits in
 * the encoding, how it is used, the operand size that selects the row, the modes it is valid in. The columns themselves
 * are read by notation.ts.
 *
 * A line is read when a row of its opcode is first wanted: a program has a few hundred of the 2000 rows, and reading all of them takes as long as
 * starting Node.
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

/** Opcode spaces: the four legacy maps, then the VEX maps 0F, 0F 38 and 0F 3A. */
export const vexSpace = 4;
const spaces = vexSpace + 3;

/** A line of the table, for one condition if it stands for sixteen (else −1). */
interface Line {
  readonly text: string;
  readonly condition: number;
}

/** The part of an encoding that says its opcode: a VEX prefix or the escape bytes behind other prefixes, the opcode, and whether it has a condition. */
const opcodePart =
  /\s*(?:(VEX)\.\S*0F(38|3A)?\.\S+ |(?:(?:NP|NFx|66|F2|F3|REX\.W|[oa]\d\d) )*(?:(0F) (38|3A)? ?)?)([0-9A-F]{2})(\+cc)?/y;

/** Where the opcode of a line is, found without reading the rest: the first one, of a line for all conditions. */
function placeOf(line: string): { readonly space: number; readonly opcode: number; readonly conditional: boolean } {
  opcodePart.lastIndex = line.indexOf("|") + 1;
  const [, vex, vexMap, twoByte, legacyMap, opcode, condition] = opcodePart.exec(line) ?? [];
  if (opcode === undefined) throw new Error(`opcodes.ts: no opcode in "${line}"`);
  const second = vexMap ?? legacyMap;
  const map = second === "38" ? 3 : second === "3A" ? 4 : vex !== undefined || twoByte !== undefined ? 2 : 1;
  return {
    space: vex === undefined ? map - 1 : vexSpace + map - 2,
    opcode: Number.parseInt(opcode, 16),
    conditional: condition !== undefined,
  };
}

/** Reads a row, remembering the parts that many rows share. */
function rowReader(): (id: number, line: Line) => Mutable<Row> {
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

  return (id, { text, condition }) => {
    const columns = text.split("|").map((column) => column.trim());
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
}

class Table {
  readonly #readRow = rowReader();
  /** By row. */
  readonly #lines: Line[] = [];
  readonly #rows: (Row | undefined)[];
  /** Rows by space and opcode (the first of eight, where it holds a register). */
  readonly #byOpcode: (number[] | undefined)[] = new Array(spaces << 8).fill(undefined);
  /** Opcodes whose rows have been read. */
  readonly #read = new Set<number>();

  constructor(text: string) {
    for (const line of text.split("\n")) {
      if (line === "" || line.startsWith("#")) continue;
      const { space, opcode, conditional } = placeOf(line);
      const add = (condition: number, at: number): void => {
        (this.#byOpcode[(space << 8) | at] ??= []).push(this.#lines.length);
        this.#lines.push({ text: line, condition });
      };
      if (conditional) for (let condition = 0; condition < 16; condition++) add(condition, opcode + condition);
      else add(-1, opcode);
    }
    this.#rows = new Array(this.#lines.length).fill(undefined);
  }

  /** In table order. */
  ofOpcode(space: number, opcode: number): readonly Row[] {
    const place = (space << 8) | opcode;
    const ids = this.#byOpcode[place] ?? [];
    if (!this.#read.has(place)) {
      this.#read.add(place);
      const rows = ids.map((id) => (this.#rows[id] = this.#readRow(id, this.#lines[id]!)) as Mutable<Row>);
      const narrow = new Set<number>();
      for (const row of rows) if (row.operandSize === 16) narrow.add(siblingKey(row));
      for (const row of rows)
        row.sizePrefix = (row.operandSize === 16 || row.operandSize === 32) && narrow.has(siblingKey(row));
    }
    return ids.map((id) => this.#rows[id]!);
  }

  all(): readonly Row[] {
    for (const place of this.#byOpcode.keys()) this.ofOpcode(place >> 8, place & 0xff);
    return this.#rows as readonly Row[];
  }

  #mnemonics: ReadonlyMap<string, readonly number[]> | null = null;

  /** In table order. */
  ofMnemonic(mnemonic: string): readonly Row[] {
    this.#mnemonics ??= Map.groupBy(this.#lines.keys(), (id) => {
      const { text, condition } = this.#lines[id]!;
      const word = /^[^\s|]+/.exec(text)![0];
      return condition < 0 ? word : word.slice(0, -2) + conditions[condition]!.name;
    });
    return (this.#mnemonics.get(mnemonic) ?? []).map((id) => {
      if (this.#rows[id] === undefined) {
        const { text, condition } = this.#lines[id]!;
        const { space, opcode } = placeOf(text);
        this.ofOpcode(space, opcode + Math.max(0, condition));
      }
      return this.#rows[id]!;
    });
  }
}

const table = once(() => new Table([opcodes, x87Opcodes, mmxOpcodes, sseOpcodes, avxOpcodes].join("\n")));

/** The whole table, by the rows' `id`. */
export const allRows = (): readonly Row[] => table().all();

/** The rows with an opcode in an opcode space, in table order; where the opcode holds a register, those of the first of the eight. */
export const rowsOfOpcode = (space: number, opcode: number): readonly Row[] => table().ofOpcode(space, opcode);

/** The rows that have a mnemonic, in table order: an alias may be listed under a second name of others. */
export const rowsNamed = (mnemonic: string): readonly Row[] => table().ofMnemonic(mnemonic);

/** The rows of a mnemonic (or of a second name of it, as "jz") in table order; empty if there is none. */
export const rowsOf = (mnemonic: string): readonly Row[] => rowsNamed(canonicalMnemonic(mnemonic));
