/**
 * String instructions (SDM vol. 1, 5.1.8): source at DS:rSI (or the override), destination at ES:rDI, both moving by the
 * operand's size, downwards when DF is set. rSI, rDI and rCX have the address size.
 */
import { ES, Prefix } from "../isa/instruction.ts";
import { dx } from "../isa/registers.ts";
import type { Builder, Definition, Definitions, Value } from "./builder.ts";
import { anySet, fit, generalRegister, RAX, RDI, RSI } from "./operand.ts";
import { Flag } from "./state.ts";

type Size = 8 | 16 | 32 | 64;

/** Runs `iteration` once, or under a REP prefix as often as rCX says; with REPE/REPNE until ZF differs from the prefix. */
function repeated(b: Builder, iteration: () => void): void {
  if ((b.prefixes & (Prefix.rep | Prefix.repne)) === 0) iteration();
  else
    b.repeat(() => {
      iteration();
      if (b.row.repeat !== "repe") return null;
      const equal = b.flag("ZF");
      return b.prefixes & Prefix.repne ? equal : b.not(equal);
    });
}

const index = (b: Builder, number: typeof RSI | typeof RDI): Value =>
  b.register(generalRegister(b.addressSize, number));

/** Moves rSI or rDI by one element. */
function advance(b: Builder, number: typeof RSI | typeof RDI, size: Size): void {
  const bits = b.addressSize;
  const down = anySet(b, b.get("flagsOther"), Flag.DF);
  const step = b.select(down, b.constant(bits, -size / 8), b.constant(bits, size / 8));
  b.setRegister(generalRegister(bits, number), b.add(index(b, number), step));
}

const movs =
  (size: Size): Definition =>
  (b) =>
    repeated(b, () => {
      b.store(ES, index(b, RDI), b.load("override", index(b, RSI), size));
      advance(b, RSI, size);
      advance(b, RDI, size);
    });

/** CMPS: compares [rSI] − [rDI]; which is read first (and faults first) the manual leaves open. */
const cmps =
  (size: Size): Definition =>
  (b) =>
    repeated(b, () => {
      const y = b.load(ES, index(b, RDI), size);
      const x = b.load("override", index(b, RSI), size);
      b.setFlags.sub(x, y);
      advance(b, RSI, size);
      advance(b, RDI, size);
    });

const stos =
  (size: Size): Definition =>
  (b) =>
    repeated(b, () => {
      b.store(ES, index(b, RDI), b.register(generalRegister(size, RAX)));
      advance(b, RDI, size);
    });

const lods =
  (size: Size): Definition =>
  (b) =>
    repeated(b, () => {
      b.setRegister(generalRegister(size, RAX), b.load("override", index(b, RSI), size));
      advance(b, RSI, size);
    });

/** SCAS: compares rAX − [rDI]. */
const scas =
  (size: Size): Definition =>
  (b) =>
    repeated(b, () => {
      const y = b.load(ES, index(b, RDI), size);
      b.setFlags.sub(b.register(generalRegister(size, RAX)), y);
      advance(b, RDI, size);
    });

/** INS: the store is checked before the port is read, for reading a port can change the device. */
const ins =
  (size: 8 | 16 | 32): Definition =>
  (b) => {
    repeated(b, () => {
      const bytes = b.constant(64, size / 8);
      b.helper("checkPort", [b.register(dx), bytes]);
      b.probeStore(ES, index(b, RDI), size);
      b.store(ES, index(b, RDI), b.helper("readPort", [b.register(dx), bytes], size));
      advance(b, RDI, size);
    });
    b.endRun();
  };

const outs =
  (size: 8 | 16 | 32): Definition =>
  (b) => {
    repeated(b, () => {
      const bytes = b.constant(64, size / 8);
      b.helper("checkPort", [b.register(dx), bytes]);
      const value = b.load("override", index(b, RSI), size);
      b.helper("writePort", [b.register(dx), bytes, fit(b, value, 64)]);
      advance(b, RSI, size);
    });
    b.endRun();
  };

export const stringInstructions: Definitions = {
  movsb: movs(8),
  movsw: movs(16),
  movsd: movs(32),
  movsq: movs(64),
  cmpsb: cmps(8),
  cmpsw: cmps(16),
  cmpsd: cmps(32),
  cmpsq: cmps(64),
  stosb: stos(8),
  stosw: stos(16),
  stosd: stos(32),
  stosq: stos(64),
  lodsb: lods(8),
  lodsw: lods(16),
  lodsd: lods(32),
  lodsq: lods(64),
  scasb: scas(8),
  scasw: scas(16),
  scasd: scas(32),
  scasq: scas(64),
  insb: ins(8),
  insw: ins(16),
  insd: ins(32),
  outsb: outs(8),
  outsw: outs(16),
  outsd: outs(32),
};
