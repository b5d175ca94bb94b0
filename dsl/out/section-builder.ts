/**
 * Builds a section byte by byte: numbers in DWARF's encodings, and references to labels that become relocations.
 */
import type { Expression, Label } from "./expression.ts";
import type { ObjectSection, Relocation } from "./object.ts";
import { nowhere } from "./site.ts";

/** Debug sections occupy no memory. */
const flags = { allocate: false, write: false, execute: false, nobits: false, note: false };

export class SectionBuilder {
  readonly name: string;
  private bytes = new Uint8Array(256);
  private readonly relocations: Relocation[] = [];
  private used = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Bytes written so far: the offset of what comes next. */
  get length(): number {
    return this.used;
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.used++] = value;
  }
  u16(value: number): void {
    this.reserve(2);
    this.bytes[this.used++] = value;
    this.bytes[this.used++] = value >> 8;
  }
  u32(value: number): void {
    this.reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.bytes[this.used++] = value >> shift;
  }
  u64(value: bigint): void {
    this.u32(Number(BigInt.asUintN(32, value)));
    this.u32(Number(BigInt.asUintN(32, value >> 32n)));
  }

  /** Unsigned LEB128 (DWARF 5, 7.6). */
  uleb(value: number): void {
    do {
      const byte = value % 128;
      value = (value - byte) / 128;
      this.u8(value > 0 ? byte | 0x80 : byte);
    } while (value > 0);
  }

  /** Signed LEB128. */
  sleb(value: number): void {
    for (;;) {
      const byte = ((value % 128) + 128) % 128;
      value = Math.floor(value / 128);
      const last = (value === 0 && byte < 64) || (value === -1 && byte >= 64);
      this.u8(last ? byte : byte | 0x80);
      if (last) return;
    }
  }

  /** Null-terminated UTF-8. */
  string(text: string): void {
    for (const byte of new TextEncoder().encode(text)) this.u8(byte);
    this.u8(0);
  }

  /** A field that holds the value of an expression, stored by the linker. */
  reference(size: 4 | 8, value: Expression): void {
    const form = { size, extendTo: 8 * size, signed: false, relativeTo: null, branch: false };
    this.relocations.push({ ...form, offset: this.used, value, site: nowhere });
    this.reserve(size);
    this.used += size;
  }

  /** A 4-byte length that counts the bytes after it; returns the function that fills it in. */
  lengthPrefix(): () => void {
    const at = this.used;
    this.u32(0);
    return () => new DataView(this.bytes.buffer).setUint32(at, this.used - at - 4, true);
  }

  finish(): ObjectSection {
    return {
      name: this.name,
      flags,
      align: 1,
      address: null,
      load: null,
      bytes: this.bytes.slice(0, this.used),
      size: this.used,
      relocations: this.relocations,
      lines: [],
    };
  }

  /** Makes room for some bytes, which are 0 until they are written. */
  private reserve(size: number): void {
    if (this.used + size <= this.bytes.length) return;
    const larger = new Uint8Array(2 * this.bytes.length);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** The strings of .debug_str: each once, referred to by its offset from the section's start label. */
export class StringSection {
  readonly builder: SectionBuilder;
  private readonly start: Label;
  private readonly offsets = new Map<string, number>();

  constructor(name: string, start: Label) {
    this.builder = new SectionBuilder(name);
    this.start = start;
  }

  /** An expression for the string's offset. */
  reference(text: string): Expression {
    let offset = this.offsets.get(text);
    if (offset === undefined) {
      this.offsets.set(text, (offset = this.builder.length));
      this.builder.string(text);
    }
    return this.start.plus(offset);
  }
}
