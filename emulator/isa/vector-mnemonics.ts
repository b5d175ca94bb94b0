/**
 * What depends on the mnemonic alone, for MMX, SSE and AVX: how the operands are used, and the cost class. A VEX form has
 * the name of the older one with a "v" in front and does the same; it only has its destination apart from its sources.
 */
import type { Access } from "./instruction.ts";

/** The older mnemonic of a VEX one, or the mnemonic itself. */
const withoutV = (mnemonic: string, vex: boolean) => (vex ? mnemonic.slice(1) : mnemonic);

/** Legacy forms whose destination is only written; all others combine it with the source. */
const writesOnly =
  /^(mov(?![hl]p[sd]|hlps|lhps|s[sd]$)|lddqu|cvt(?!si2s|s[sd]2s[sd]$|pi2ps)|sqrtp|rsqrtp|rcpp|roundp|pabs|pmov|pshuf[dhlw]|pextr|extractps|aesimc|aeskeygen|phminpos|stmxcsr)/;
/** Destinations that are only read: comparisons that set flags, loads of a state. */
const readsOnly = /^(u?comis|ptest|testp|pcmp[ei]str|ldmxcsr|maskmov(q|dqu)$)/;
/** VEX forms that need what was in their destination: fused multiply-add, gathers. */
const vexModifies = /^(fn?m|p?gather)/;

/** How operand number `position` of a vector instruction is used; the notations tell loads, stores and registers apart. */
export function vectorAccess(mnemonic: string, position: number, notations: readonly string[], vex: boolean): Access {
  const name = withoutV(mnemonic, vex);
  if (vex && /^p?gather/.test(name)) return position === 1 ? "r" : "rw";
  if (position > 0 || readsOnly.test(name)) return "r";
  if (vex) return vexModifies.test(name) ? "rw" : "w";
  // The halves and scalars a load or store leaves alone: MOVLPS, MOVSS from a register.
  if (/^m\d/.test(notations[0]!)) return "w";
  if (/^movs[sd]$/.test(name)) return "w";
  return writesOnly.test(name) ? "w" : "rw";
}

/** Cost classes, the first that fits. */
const classes: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(ldmxcsr|stmxcsr)$/, "vector-control"],
  [/^(emms|zeroupper|zeroall)$/, "vector-clear"],
  [/^p?gather/, "vector-gather"],
  [/^(movnt|p?maskmov)/, "vector-store"],
  [/^(movmsk|pmovmsk|pextr|extractps)/, "vector-to-general"],
  [/^pinsr/, "general-to-vector"],
  [/^(mov|lddqu|p?broadcast)/, "vector-move"],
  [/^fn?m/, "vector-fma"],
  [/^div/, "vector-divide"],
  [/^sqrt/, "vector-root"],
  [/^(rcp|rsqrt)/, "vector-reciprocal"],
  [/^mul[ps]/, "vector-multiply"],
  [/^(dp|hadd|hsub|phadd|phsub|mpsadbw|phminpos)/, "vector-horizontal"],
  [/^u?comi/, "vector-flags"],
  [/^(min|max|cmp)/, "vector-compare"],
  [/^(add|sub|round)/, "vector-add"],
  [/^cvt/, "vector-convert"],
  [/^pcmp[ei]str/, "vector-string"],
  [/^(aes|pclmul|sha(1|256))/, "vector-cipher"],
  [/^(pmul|pmadd|psad)/, "vector-integer-multiply"],
  [/^(p?and|p?or|p?xor|p?blend)/, "vector-logic"],
  [/^(p?unpck|punpck|p?shuf|pack|palignr|p?perm|insert|extract|pmov|pperm)/, "vector-shuffle"],
  [/^(p?test)/, "vector-test"],
  [/^p/, "vector-integer"],
];

/** @throws if the mnemonic is in none of the classes */
export function vectorCost(mnemonic: string): string {
  const name = /^v/.test(mnemonic) ? mnemonic.slice(1) : mnemonic;
  const found = classes.find(([pattern]) => pattern.test(name));
  if (found === undefined) throw new Error(`vector-mnemonics.ts gives no cost class for ${mnemonic}`);
  return found[1];
}
