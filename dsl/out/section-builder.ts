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
    this.number(1, BigInt(value));
  }
  u16(value: number): void {
    this.number(2, BigInt(value));
  }
  u32(value: number): void {
    this.number(4, BigInt(value));
  }
  u64(value: bigint): void {
    this.number(8, value);
  }

  /** Unsigned LEB128 (DWARF 5, 7.6). */
  uleb(value: number): void {
    do {
      const byte = value % 128;
      value = Math.floor(value / 128);
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
    this.number(size, 0n);
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

  private number(size: number, value: bigint): void {
    if (this.used + size > this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (let i = 0; i < size; i++, value >>= 8n) this.bytes[this.used++] = Number(value & 0xffn);
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
