/**
 * The part of a block's `Builder` (cpu/builder.ts) that computes: each operation becomes a node of the block's graph.
 */
import type { Bits, Value } from "../cpu/builder.ts";
import type { BinaryOp, CompareOp, Node, ResizeOp } from "../cpu/ir.ts";
import { type PackedOp, signatureOf } from "../cpu/packed.ts";
import { Graph } from "./graph.ts";

export class BlockValues {
  readonly graph = new Graph();
  /** A division was made, which must not be computed where it would not be reached. */
  protected divided = false;

  constant(bits: Bits, value: number | bigint): Node {
    return this.graph.constant(bits, value);
  }
  protected binary(op: BinaryOp, x: Value, y: Value): Node {
    return this.graph.binary(op, x as Node, y as Node);
  }
  protected compared(op: CompareOp, x: Value, y: Value): Node {
    return this.graph.compare(op, x as Node, y as Node);
  }
  protected resized(op: ResizeOp, x: Value, bits: Bits): Node {
    return this.graph.resize(op, x as Node, bits);
  }
  #divide(op: BinaryOp, x: Value, y: Value): Node {
    this.divided = true;
    return this.binary(op, x, y);
  }

  add(x: Value, y: Value): Node {
    return this.binary("add", x, y);
  }
  sub(x: Value, y: Value): Node {
    return this.binary("sub", x, y);
  }
  mul(x: Value, y: Value): Node {
    return this.binary("mul", x, y);
  }
  mulHighUnsigned(x: Value, y: Value): Node {
    return this.binary("mulHighUnsigned", x, y);
  }
  mulHighSigned(x: Value, y: Value): Node {
    return this.binary("mulHighSigned", x, y);
  }
  divUnsigned(x: Value, y: Value): Node {
    return this.#divide("divUnsigned", x, y);
  }
  divSigned(x: Value, y: Value): Node {
    return this.#divide("divSigned", x, y);
  }
  remUnsigned(x: Value, y: Value): Node {
    return this.#divide("remUnsigned", x, y);
  }
  remSigned(x: Value, y: Value): Node {
    return this.#divide("remSigned", x, y);
  }
  and(x: Value, y: Value): Node {
    return this.binary("and", x, y);
  }
  or(x: Value, y: Value): Node {
    return this.binary("or", x, y);
  }
  xor(x: Value, y: Value): Node {
    return this.binary("xor", x, y);
  }
  not(x: Value): Node {
    return this.graph.unary("not", x as Node);
  }
  neg(x: Value): Node {
    return this.graph.unary("neg", x as Node);
  }
  shl(x: Value, count: Value): Node {
    return this.binary("shl", x, count);
  }
  shr(x: Value, count: Value): Node {
    return this.binary("shr", x, count);
  }
  sar(x: Value, count: Value): Node {
    return this.binary("sar", x, count);
  }
  rotl(x: Value, count: Value): Node {
    return this.binary("rotl", x, count);
  }
  rotr(x: Value, count: Value): Node {
    return this.binary("rotr", x, count);
  }
  leadingZeros(x: Value): Node {
    return this.graph.unary("leadingZeros", x as Node);
  }
  trailingZeros(x: Value): Node {
    return this.graph.unary("trailingZeros", x as Node);
  }
  popcount(x: Value): Node {
    return this.graph.unary("popcount", x as Node);
  }
  byteSwap(x: Value): Node {
    return this.graph.unary("byteSwap", x as Node);
  }
  eq(x: Value, y: Value): Node {
    return this.compared("eq", x, y);
  }
  ne(x: Value, y: Value): Node {
    return this.compared("ne", x, y);
  }
  ltUnsigned(x: Value, y: Value): Node {
    return this.compared("ltUnsigned", x, y);
  }
  leUnsigned(x: Value, y: Value): Node {
    return this.compared("leUnsigned", x, y);
  }
  ltSigned(x: Value, y: Value): Node {
    return this.compared("ltSigned", x, y);
  }
  leSigned(x: Value, y: Value): Node {
    return this.compared("leSigned", x, y);
  }
  zeroExtend(x: Value, bits: Bits): Node {
    return this.resized("zeroExtend", x, bits);
  }
  signExtend(x: Value, bits: Bits): Node {
    return this.resized("signExtend", x, bits);
  }
  truncate(x: Value, bits: Bits): Node {
    return this.resized("truncate", x, bits);
  }
  select(condition: Value, x: Value, y: Value): Node {
    return this.graph.select(condition as Node, x as Node, y as Node);
  }

  packed(op: PackedOp, args: readonly Value[], immediates: readonly number[] = []): Node {
    return this.graph.packed(op, signatureOf(op).result, args as readonly Node[], immediates);
  }
}
