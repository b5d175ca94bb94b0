/**
 * Prints a WebAssembly module as text, for golden tests and `--dump`: the folded-free text format with one instruction a
 * line. Reads what wasm.ts writes (one byte stream, the instructions in wasm-codes.ts) and refuses anything else, so a
 * mistake in the writer shows as an error here.
 */
import {
  control,
  externalKinds,
  memoryOps,
  plain,
  saturating,
  sections,
  type ValueType,
  valueTypes,
} from "./wasm-codes.ts";
import { I8X16_SHUFFLE, simd, simdLanes, simdMemory, V128_CONST } from "./wasm-simd-codes.ts";

const typeNames = new Map<number, ValueType>(Object.entries(valueTypes).map(([n, c]) => [c, n as ValueType]));
const plainNames = new Map<number, string>(Object.entries(plain).map(([name, code]) => [code, name]));
const saturatingNames = new Map<number, string>(Object.entries(saturating).map(([name, code]) => [code, name]));
const memoryNames = new Map<number, string>(Object.entries(memoryOps).map(([name, [code]]) => [code, name]));
const namesOf = (codes: Readonly<Record<string, number>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(codes).map(([name, code]) => [code, name]));
const simdNames = namesOf(simd);
const simdLaneNames = namesOf(simdLanes);
const simdMemoryNames = namesOf(simdMemory);

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  u8(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Error("WebAssembly module ends too early");
    return byte;
  }

  #leb(signed: boolean): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return signed ? BigInt.asIntN(Number(shift) + 7, value) : value;
    }
  }

  unsigned(): number {
    return Number(this.#leb(false));
  }

  signed(): bigint {
    return this.#leb(true);
  }

  take(count: number): Reader {
    const part = new Reader(this.#bytes.subarray(this.at, this.at + count));
    this.at += count;
    return part;
  }

  name(): string {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.#bytes.subarray(this.at - length, this.at));
  }

  valueType(): ValueType {
    const code = this.u8();
    const name = typeNames.get(code);
    if (name === undefined) throw new Error(`value type 0x${code.toString(16)}`);
    return name;
  }

  list<T>(item: () => T): T[] {
    return Array.from({ length: this.unsigned() }, item);
  }
}

const signature = (parameters: readonly ValueType[], results: readonly ValueType[]): string =>
  `${parameters.map((t) => ` (param ${t})`).join("")}${results.map((t) => ` (result ${t})`).join("")}`;

/** The module as text; one line per instruction, two spaces of indent per nesting level. */
export function printWasm(module: Uint8Array): string {
  const reader = new Reader(module);
  reader.at = 8;
  const parts = new Map<number, Reader>();
  /** Of the custom sections, "name"; branch hints are not shown. */
  let names: Reader | undefined;
  while (!reader.atEnd) {
    const id = reader.u8();
    const part = reader.take(reader.unsigned());
    if (id !== sections.custom) parts.set(id, part);
    else if (part.name() === "name") names = part;
  }
  const typeSection = parts.get(sections.type)!;
  const types = typeSection.list(() => {
    typeSection.u8();
    return {
      parameters: typeSection.list(() => typeSection.valueType()),
      results: typeSection.list(() => typeSection.valueType()),
    };
  });
  const lines: string[] = ["(module"];
  const functions: { type: number; name: string }[] = [];

  const limits = (r: Reader): string => {
    const flags = r.u8();
    const minimum = r.unsigned();
    return `${minimum}${flags & 1 ? ` ${r.unsigned()}` : ""}${flags & 2 ? " shared" : ""}`;
  };
  const imports = parts.get(sections.import);
  imports?.list(() => {
    const from = `(import "${imports.name()}" "`;
    const name = imports.name();
    const kind = imports.u8();
    if (kind === externalKinds.func) {
      const type = imports.unsigned();
      functions.push({ type, name });
      lines.push(`  ${from}${name}" (func $${name}${signature(types[type]!.parameters, types[type]!.results)}))`);
    } else if (kind === externalKinds.memory) lines.push(`  ${from}${name}" (memory ${limits(imports)}))`);
    else {
      imports.u8();
      lines.push(`  ${from}${name}" (table ${limits(imports)} funcref))`);
    }
  });
  const imported = functions.length;
  const declared = parts.get(sections.function)!;
  declared.list(() => functions.push({ type: declared.unsigned(), name: `${functions.length}` }));
  if (names !== undefined) {
    const map = names;
    map.u8();
    map.unsigned();
    map.list(() => {
      functions[map.unsigned()]!.name = map.name();
    });
  }

  const globals = parts.get(sections.global);
  globals?.list(() => {
    globals.take(3);
    lines.push(`  (global (mut i32) (i32.const ${globals.signed()}))`);
    globals.u8();
  });

  const exports = parts.get(sections.export);
  exports?.list(() => {
    const name = exports.name();
    exports.u8();
    lines.push(`  (export "${name}" (func $${functions[exports.unsigned()]!.name}))`);
  });
  const elements = parts.get(sections.element);
  elements?.list(() => {
    elements.unsigned();
    elements.u8();
    const offset = elements.signed();
    elements.u8();
    const list = elements.list(() => `$${functions[elements.unsigned()]!.name}`);
    lines.push(`  (elem (i32.const ${offset}) ${list.join(" ")})`);
  });

  const code = parts.get(sections.code)!;
  let next = imported;
  code.list(() => {
    const body = code.take(code.unsigned());
    const f = functions[next++]!;
    const { parameters, results } = types[f.type]!;
    lines.push(`  (func $${f.name}${signature(parameters, results)}`);
    const locals = body.list(() => `    (local ${body.unsigned()} ${body.valueType()})`);
    lines.push(...locals, ...printBody(body, functions, types));
    lines[lines.length - 1] += ")";
  });
  return `${lines.join("\n")})\n`;
}

type FunctionType = { parameters: readonly ValueType[]; results: readonly ValueType[] };

function printBody(r: Reader, functions: readonly { name: string }[], types: readonly FunctionType[]): string[] {
  const lines: string[] = [];
  let depth = 2;
  const say = (text: string) => lines.push(`${"  ".repeat(depth)}${text}`);
  const opening = (name: string) => {
    const type = r.u8();
    say(type === control.empty ? name : `${name} (result ${typeNames.get(type)})`);
    depth++;
  };
  while (!r.atEnd) {
    const code = r.u8();
    const simple = plainNames.get(code);
    const access = memoryNames.get(code);
    if (simple !== undefined) say(simple);
    else if (access !== undefined) {
      r.unsigned();
      const offset = r.unsigned();
      say(offset === 0 ? access : `${access} offset=0x${offset.toString(16)}`);
    } else if (code === control.block) opening("block");
    else if (code === control.loop) opening("loop");
    else if (code === control.if) opening("if");
    else if (code === control.else) {
      depth--;
      say("else");
      depth++;
    } else if (code === control.end) {
      depth--;
      if (!r.atEnd) say("end");
    } else if (code === control.br) say(`br ${r.unsigned()}`);
    else if (code === control.brIf) say(`br_if ${r.unsigned()}`);
    else if (code === control.brTable) {
      const labels = r.list(() => r.unsigned());
      say(`br_table ${[...labels, r.unsigned()].join(" ")}`);
    } else if (code === control.call) say(`call $${functions[r.unsigned()]!.name}`);
    else if (code === control.returnCall) say(`return_call $${functions[r.unsigned()]!.name}`);
    else if (code === control.callIndirect || code === control.returnCallIndirect) {
      const type = types[r.unsigned()]!;
      r.unsigned();
      const name = code === control.callIndirect ? "call_indirect" : "return_call_indirect";
      say(`${name}${signature(type.parameters, type.results)}`);
    } else if (code === control.localGet) say(`local.get ${r.unsigned()}`);
    else if (code === control.localSet) say(`local.set ${r.unsigned()}`);
    else if (code === control.localTee) say(`local.tee ${r.unsigned()}`);
    else if (code === control.i32Const) say(`i32.const ${r.signed()}`);
    else if (code === control.i64Const) say(`i64.const ${r.signed()}`);
    else if (code === control.globalGet) say(`global.get ${r.unsigned()}`);
    else if (code === control.globalSet) say(`global.set ${r.unsigned()}`);
    else if (code === control.f32Const || code === control.f64Const) {
      const bytes = r.take(code === control.f32Const ? 4 : 8);
      const view = new DataView(
        Uint8Array.from({ length: code === control.f32Const ? 4 : 8 }, () => bytes.u8()).buffer,
      );
      say(
        code === control.f32Const ? `f32.const ${view.getFloat32(0, true)}` : `f64.const ${view.getFloat64(0, true)}`,
      );
    } else if (code === control.bulk) {
      const which = r.unsigned();
      const conversion = saturatingNames.get(which);
      if (conversion !== undefined) {
        say(conversion);
        continue;
      }
      r.u8();
      if (which === 10) r.u8();
      say(which === 10 ? "memory.copy" : "memory.fill");
    } else if (code === control.simd) say(printSimd(r));
    else throw new Error(`instruction 0x${code.toString(16)} is not known to the printer`);
  }
  return lines;
}

function printSimd(r: Reader): string {
  const code = r.unsigned();
  const bytes = () => Array.from({ length: 16 }, () => r.u8());
  const simple = simdNames.get(code);
  if (simple !== undefined) return simple;
  const lane = simdLaneNames.get(code);
  if (lane !== undefined) return `${lane} ${r.u8()}`;
  const access = simdMemoryNames.get(code);
  if (access !== undefined) {
    r.unsigned();
    const offset = r.unsigned();
    return offset === 0 ? access : `${access} offset=0x${offset.toString(16)}`;
  }
  if (code === I8X16_SHUFFLE) return `i8x16.shuffle ${bytes().join(" ")}`;
  if (code !== V128_CONST) throw new Error(`vector instruction ${code} is not known to the printer`);
  const digits = bytes().map((byte) => byte.toString(16).padStart(2, "0"));
  return `v128.const i8x16 ${digits.map((d) => `0x${d}`).join(" ")}`;
}
