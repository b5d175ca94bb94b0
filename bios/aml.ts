/**
 * AML: the byte code in which firmware describes a machine to an operating system that has never seen it. A function here
 * for each term that our description uses, named as the manual names it; each gives its bytes, and a description is a
 * call of calls. (ACPI 6.5, chapter 20; resource descriptors: 6.4)
 */

/** A term's bytes. */
export type Aml = readonly number[];

const le = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));

/** A path such as `\_SB.PCI0`, `^LNKA` or `IRQ`: segments of up to four characters. (20.2.2) */
export function nameString(path: string): Aml {
  const [, prefix, rest] = /^(\\|\^*)(.*)$/.exec(path)!;
  const segments = rest!.split(".");
  for (const segment of segments) {
    if (!/^[A-Z_][A-Z0-9_]{0,3}$/.test(segment)) throw new Error(`${segment} is no name in AML`);
  }
  const count = segments.length === 1 ? [] : segments.length === 2 ? [0x2e] : [0x2f, segments.length];
  return [...ascii(prefix!), ...count, ...segments.flatMap((segment) => ascii(segment.padEnd(4, "_")))];
}

/** A package of terms behind its length, which counts its own bytes: one up to 63, else two to four. (20.2.4) */
function sized(opcode: Aml, body: Aml): Aml {
  if (body.length + 1 < 0x40) return [...opcode, body.length + 1, ...body];
  for (let more = 1; more <= 3; more++) {
    const length = body.length + 1 + more;
    if (length < 2 ** (4 + 8 * more)) {
      return [...opcode, (more << 6) | (length & 0x0f), ...le(Math.floor(length / 16), more), ...body];
    }
  }
  throw new Error(`${body.length} bytes are too many for a package in AML`);
}

/** An integer of up to 32 bits, in its shortest form. */
export function integer(value: number): Aml {
  if (value === 0 || value === 1) return [value];
  if (value < 0x100) return [0x0a, value];
  if (value < 0x1_0000) return [0x0b, ...le(value, 2)];
  return [0x0c, ...le(value, 4)];
}

/** "PNP0A03" as EISA wrote it: three letters of five bits, four digits, most significant byte first. (19.3.4, EISAID) */
export function eisaId(id: string): Aml {
  const letters = ascii(id.slice(0, 3)).reduce((bits, letter) => (bits << 5) | (letter - 0x40), 0);
  const digits = Number.parseInt(id.slice(3), 16);
  return [0x0c, letters >> 8, letters & 0xff, digits >> 8, digits & 0xff];
}

export const name = (path: string, value: Aml): Aml => [0x08, ...nameString(path), ...value];
export const packageOf = (...elements: Aml[]): Aml => sized([0x12], [elements.length, ...elements.flat()]);
export const buffer = (bytes: Aml): Aml => sized([0x11], [...integer(bytes.length), ...bytes]);
export const scope = (path: string, ...terms: Aml[]): Aml => sized([0x10], [...nameString(path), ...terms.flat()]);
export const device = (path: string, ...terms: Aml[]): Aml =>
  sized([0x5b, 0x82], [...nameString(path), ...terms.flat()]);
/** `parameters`: 0 to 7. */
export const method = (path: string, parameters: number, ...terms: Aml[]): Aml =>
  sized([0x14], [...nameString(path), parameters, ...terms.flat()]);
export const pciConfigRegion = (path: string, offset: number, length: number): Aml => [
  ...[0x5b, 0x80],
  ...nameString(path),
  0x02,
  ...integer(offset),
  ...integer(length),
];
/** Fields of a byte each, one behind the other, read and written as bytes. */
export const byteFields = (region: string, ...fields: string[]): Aml =>
  sized([0x5b, 0x81], [...nameString(region), 0x01, ...fields.flatMap((field) => [...nameString(field), 8])]);

// ---- code

export const local = (number: number): Aml => [0x60 + number];
export const arg = (number: number): Aml => [0x68 + number];
const nowhere: Aml = [0x00];
export const store = (value: Aml, target: Aml): Aml => [0x70, ...value, ...target];
export const and = (x: Aml, y: Aml, target: Aml = nowhere): Aml => [0x7b, ...x, ...y, ...target];
export const or = (x: Aml, y: Aml, target: Aml = nowhere): Aml => [0x7d, ...x, ...y, ...target];
export const shiftLeft = (x: Aml, bits: Aml, target: Aml = nowhere): Aml => [0x79, ...x, ...bits, ...target];
export const shiftRight = (x: Aml, bits: Aml, target: Aml = nowhere): Aml => [0x7a, ...x, ...bits, ...target];
/** The place of the lowest set bit, from 1; 0 when none is. */
export const findSetRightBit = (x: Aml, target: Aml): Aml => [0x82, ...x, ...target];
export const decrement = (target: Aml): Aml => [0x76, ...target];
export const index = (of: Aml, at: Aml): Aml => [0x88, ...of, ...at, ...nowhere];
export const derefOf = (reference: Aml): Aml => [0x83, ...reference];
export const logicalNot = (x: Aml): Aml => [0x92, ...x];
export const when = (condition: Aml, ...terms: Aml[]): Aml => sized([0xa0], [...condition, ...terms.flat()]);
export const give = (value: Aml): Aml => [0xa4, ...value];
export const call = (path: string, ...values: Aml[]): Aml => [...nameString(path), ...values.flat()];

// ---- resources

/** A ResourceTemplate: descriptors and the end tag, whose checksum 0 says that there is none. */
export const resources = (...descriptors: Aml[]): Aml => buffer([...descriptors.flat(), 0x79, 0x00]);
/** `length` ports from `first` on, all sixteen address bits decoded. */
export const ports = (first: number, length: number): Aml => [0x47, 1, ...le(first, 2), ...le(first, 2), 1, length];
const lines = (numbers: readonly number[]): Aml =>
  le(
    numbers.reduce((bits, line) => bits | (1 << line), 0),
    2,
  );
/** Interrupt lines as ISA has them: edges, high, not shared. */
export const irqNoFlags = (...numbers: number[]): Aml => [0x22, ...lines(numbers)];
/** Interrupt lines as PCI has them: levels, low, shared. */
export const irqShared = (...numbers: number[]): Aml => [0x23, ...lines(numbers), 0x18];
/** A DMA channel of bytes, no bus master. */
export const dma = (channel: number): Aml => [0x2a, 1 << channel, 0x00];

/** What a bridge lets through: both ends are fixed. `bytes`: 2 or 4. */
const window = (tag: number, bytes: number, kind: Aml, first: number, last: number): Aml => {
  const fields = [0, first, last, 0, last - first + 1].flatMap((value) => le(value, bytes));
  return [tag, ...le(3 + fields.length, 2), ...kind, ...fields];
};
export const busWindow = (first: number, last: number): Aml => window(0x88, 2, [2, 0x0c, 0], first, last);
export const portWindow = (first: number, last: number): Aml => window(0x88, 2, [1, 0x0c, 3], first, last);
/** Not to be cached, writable. */
export const memoryWindow = (first: number, last: number): Aml => window(0x87, 4, [0, 0x0c, 1], first, last);
