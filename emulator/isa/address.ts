/**
 * Memory operands as ModRM, SIB and displacement (vol. 2, tables 2-1 to 2-3), for the encoder. Always the shortest
 * displacement, unless the caller asks for a certain one.
 */
import { EncodeError } from "./encode-error.ts";
import type { MemoryOperand, Mode } from "./instruction.ts";
import type { Register } from "./registers.ts";

export interface AddressFields {
  readonly mod: 0 | 1 | 2;
  readonly rm: number;
  /** The SIB byte, or -1 without one. */
  readonly sib: number;
  readonly rexX: number;
  readonly rexB: number;
  readonly displacement: bigint;
  readonly displacementBits: 0 | 8 | 16 | 32;
}

const fail = (message: string): never => {
  throw new EncodeError("address", message);
};

/** The registers of 16-bit addresses by ModRM.rm, "base+index" (table 2-1). */
const pairs16 = ["bx+si", "bx+di", "bp+si", "bp+di", "si", "di", "bp", "bx"];

/** The address's low bits as a signed number, or an error if it needs more. A 64-bit address has 32 sign-extended bits. */
function signedDisplacement(displacement: bigint, addressSize: 16 | 32 | 64): bigint {
  const bits = addressSize === 16 ? 16 : 32;
  const low = BigInt.asIntN(bits, displacement);
  const fits = low === displacement || (addressSize !== 64 && displacement >= 0n && displacement < 1n << BigInt(bits));
  if (!fits) {
    const shown = `0x${BigInt.asUintN(64, displacement).toString(16)}`;
    throw new EncodeError(
      "range",
      `the displacement ${shown} does not fit in ${bits} bits${addressSize === 64 ? " sign-extended" : ""}`,
    );
  }
  return low;
}

function displacementWidth(
  displacement: bigint,
  full: 16 | 32,
  mayBeAbsent: boolean,
  asked: number | undefined,
): 0 | 8 | 16 | 32 {
  const fits8 = BigInt.asIntN(8, displacement) === displacement;
  if (asked !== undefined) {
    if (asked === 8 && fits8) return 8;
    if (asked === full) return full;
    throw new EncodeError("range", `this address cannot have a displacement of ${asked} bits`);
  }
  if (displacement === 0n && mayBeAbsent) return 0;
  return fits8 ? 8 : full;
}

/**
 * @param displacementBits the width the displacement must have; default: the shortest
 * @throws EncodeError if no encoding has this address in this mode
 */
export function encodeAddress(memory: MemoryOperand, mode: Mode, displacementBits?: 8 | 16 | 32 | 64): AddressFields {
  const { addressSize, base, index, scale } = memory;
  if (mode === 64 ? addressSize === 16 : addressSize === 64)
    fail(`no ${addressSize}-bit addresses in ${mode}-bit code`);
  const vector = index !== null && (index.class === "xmm" || index.class === "ymm");
  if (vector && addressSize === 16) fail("16-bit addresses have no vector index");
  if (vector && mode !== 64 && index.index > 7) fail(`${index.name} exists in 64-bit code only`);
  for (const register of vector ? [base] : [base, index])
    if (register !== null) {
      if (register.bits !== addressSize) fail(`${register.name} is not a ${addressSize}-bit register`);
      if (mode !== 64 && (register.index > 7 || register.class !== "general"))
        fail(`${register.name} exists in 64-bit code only`);
    }
  const displacement = signedDisplacement(memory.displacement, addressSize);
  if (addressSize === 16) return encodeAddress16(base, index, scale, displacement, displacementBits);

  const onlyFull = (fields: Omit<AddressFields, "displacement" | "displacementBits" | "mod">): AddressFields => {
    displacementWidth(displacement, 32, false, displacementBits ?? 32);
    if (displacementBits === 8) fail("an address without base has a displacement of 32 bits");
    return { ...fields, mod: 0, displacement, displacementBits: 32 };
  };
  if (base?.class === "instructionPointer") {
    if (index !== null) fail(`${base.name} takes no index`);
    return onlyFull({ rm: 5, sib: -1, rexX: 0, rexB: 0 });
  }
  if (index !== null && !vector && (index.index === 4 || index.class !== "general"))
    fail(`${index.name} cannot be an index`);
  const scaleBits = { 1: 0, 2: 1, 4: 2, 8: 3 }[scale] ?? fail(`no scale ${scale}`);
  const rexX = index === null ? 0 : index.index >> 3;
  const indexBits = index === null ? 4 : index.index & 7;
  if (base === null) {
    if (index === null && mode !== 64) return onlyFull({ rm: 5, sib: -1, rexX: 0, rexB: 0 });
    return onlyFull({ rm: 4, sib: (scaleBits << 6) | (indexBits << 3) | 5, rexX, rexB: 0 });
  }
  const baseBits = base.index & 7;
  const width = displacementWidth(displacement, 32, baseBits !== 5, displacementBits);
  const needsSib = index !== null || baseBits === 4;
  return {
    mod: width === 0 ? 0 : width === 8 ? 1 : 2,
    rm: needsSib ? 4 : baseBits,
    sib: needsSib ? (scaleBits << 6) | (indexBits << 3) | baseBits : -1,
    rexX,
    rexB: base.index >> 3,
    displacement,
    displacementBits: width,
  };
}

function encodeAddress16(
  base: Register | null,
  index: Register | null,
  scale: number,
  displacement: bigint,
  displacementBits: number | undefined,
): AddressFields {
  if (index !== null && scale !== 1) fail("16-bit addresses have no scale");
  const rest = { sib: -1, rexX: 0, rexB: 0, displacement } as const;
  if (base === null && index === null) {
    displacementWidth(displacement, 16, false, displacementBits ?? 16);
    if (displacementBits === 8) fail("an address without base has a displacement of 16 bits");
    return { ...rest, mod: 0, rm: 6, displacementBits: 16 };
  }
  const names = [base, index].filter((register) => register !== null).map((register) => register.name);
  let rm = pairs16.indexOf(names.join("+"));
  if (rm < 0) rm = pairs16.indexOf(names.toReversed().join("+"));
  if (rm < 0) fail(`no 16-bit address is made of ${names.join(" and ")}`);
  const width = displacementWidth(displacement, 16, rm !== 6, displacementBits);
  return { ...rest, mod: width === 0 ? 0 : width === 8 ? 1 : 2, rm, displacementBits: width };
}
