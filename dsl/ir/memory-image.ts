/**
 * Where a program's globals and functions lie when it is run in a plain array of bytes: the interpreter and the wasm back
 * end use the same image, so that addresses agree between them. Page 0 stays empty (null pointers), functions get numbers
 * below the data that are good for calling and comparing only, and the stack comes down from the top.
 */
import type { Address, IrProgram } from "./ssa.ts";

/** First function's address; one every 16 bytes, as if each were that long. */
export const FUNCTIONS = 0x1000;
export const FUNCTION_STRIDE = 16;

export interface MemoryImage {
  /** Of every symbol; externs come behind the functions. */
  readonly addresses: ReadonlyMap<string, bigint>;
  /** Functions and externs in the order of their addresses. */
  readonly callable: readonly string[];
  /** Initial contents from address 0 up. */
  readonly bytes: Uint8Array;
}

/** Lays a program out. */
export function layMemory(program: IrProgram): MemoryImage {
  const addresses = new Map<string, bigint>();
  const callable = [...program.functions.map((f) => f.name), ...program.externs.map((e) => e.name)];
  callable.forEach((name, index) => {
    addresses.set(name, BigInt(FUNCTIONS + index * FUNCTION_STRIDE));
  });
  let at = FUNCTIONS + callable.length * FUNCTION_STRIDE;
  for (const g of program.globals) {
    at = Math.ceil(at / g.align) * g.align;
    addresses.set(g.name, BigInt(at));
    at += g.bytes;
  }
  const bytes = new Uint8Array(at);
  const view = new DataView(bytes.buffer);
  for (const g of program.globals) {
    const start = Number(addresses.get(g.name));
    bytes.set(g.data, start);
    for (const p of g.pointers) view.setBigUint64(start + p.at, BigInt.asUintN(64, resolve(addresses, p.to)), true);
  }
  return { addresses, callable, bytes };
}

/** The number an address operand stands for. */
export function resolve(addresses: ReadonlyMap<string, bigint>, to: Address): bigint {
  const base = addresses.get(to.symbol);
  if (base === undefined) throw new Error(`no symbol ${to.symbol}`);
  return BigInt.asUintN(64, base + to.offset);
}
