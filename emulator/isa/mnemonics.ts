/**
 * What depends on the mnemonic alone and would only clutter the rows: how the operands are used, and which cost class
 * an instruction belongs to. Also the conditions, and the second names the manual gives some mnemonics.
 */
import type { Access } from "./instruction.ts";

/** The sixteen conditions in the order of their encoding, by the one name iced and objdump print, and the flags each reads (vol. 1, appendix B). */
export const conditions: readonly { readonly name: string; readonly reads: string }[] = [
  { name: "o", reads: "o" },
  { name: "no", reads: "o" },
  { name: "b", reads: "c" },
  { name: "ae", reads: "c" },
  { name: "e", reads: "z" },
  { name: "ne", reads: "z" },
  { name: "be", reads: "cz" },
  { name: "a", reads: "cz" },
  { name: "s", reads: "s" },
  { name: "ns", reads: "s" },
  { name: "p", reads: "p" },
  { name: "np", reads: "p" },
  { name: "l", reads: "so" },
  { name: "ge", reads: "so" },
  { name: "le", reads: "zso" },
  { name: "g", reads: "zso" },
];

const conditionSynonyms: Readonly<Record<string, string>> = {
  c: "b",
  nae: "b",
  nb: "ae",
  nc: "ae",
  z: "e",
  nz: "ne",
  na: "be",
  nbe: "a",
  pe: "p",
  po: "np",
  nge: "l",
  nl: "ge",
  ng: "le",
  nle: "g",
};

const otherSynonyms: Readonly<Record<string, string>> = {
  sal: "shl",
  loopz: "loope",
  loopnz: "loopne",
  fwait: "wait",
  icebp: "int1",
  xlat: "xlatb",
  retn: "ret",
  ud2a: "ud2",
  ud2b: "ud1",
};

/** The table's name for a mnemonic the manual or common assemblers also use: "jz" is "je", "sal" is "shl". Unknown ones come back unchanged. */
export function canonicalMnemonic(mnemonic: string): string {
  const other = otherSynonyms[mnemonic];
  if (other !== undefined) return other;
  for (const stem of ["j", "set", "cmov"]) {
    const condition = mnemonic.startsWith(stem) ? conditionSynonyms[mnemonic.slice(stem.length)] : undefined;
    if (condition !== undefined) return stem + condition;
  }
  return mnemonic;
}

/** All second names with the table's names for them. */
export function* synonyms(): Iterable<readonly [synonym: string, mnemonic: string]> {
  yield* Object.entries(otherSynonyms);
  for (const stem of ["j", "set", "cmov"]) {
    for (const [synonym, condition] of Object.entries(conditionSynonyms)) yield [stem + synonym, stem + condition];
  }
}

/**
 * Access to the operands in their order, as the manual's operand-encoding tables give it; what is not listed only reads.
 * An operand that keeps its old value in some cases (CMOVcc, BSF of 0, LAR of a bad selector) counts as "rw".
 */
const access: Readonly<Record<string, string>> = {
  "rw r":
    "add or adc sbb and sub xor rol ror rcl rcr shl shr sal sar bts btr btc adcx adox crc32 cmpxchg arpl bsf bsr lar lsl " +
    "fcmovb fcmove fcmovbe fcmovu fcmovnb fcmovne fcmovnbe fcmovnu",
  "rw r r": "shld shrd",
  rw: "not neg inc dec bswap cmpxchg8b cmpxchg16b xsave xsave64 xsaveopt xsaveopt64",
  "rw rw": "xchg xadd fxch",
  w:
    "pop sldt str smsw sgdt sidt rdfsbase rdgsbase rdrand rdseed rdpid rdsspd rdsspq " +
    "fst fstp fstpnce fist fistp fisttp fbstp fnstcw fnstsw fnstenv fnsave fxsave fxsave64 xsavec xsavec64 xsaves xsaves64",
  "w r": "mov movzx movsx movsxd movbe tzcnt lzcnt popcnt in les lds lss lfs lgs blsr blsmsk blsi",
  "w r r": "andn bextr bzhi pext pdep rorx shlx sarx shrx",
  "w w r": "mulx",
  "w address": "lea",
  address:
    "invlpg prefetch prefetchw prefetchwt1 prefetchnta prefetcht0 prefetcht1 prefetcht2 prefetchit0 prefetchit1 cldemote ffree ffreep",
  "address address": "nop ud0 ud1",
};

/** Cost classes by mnemonic; `costClass` below splits some of them by operand width. */
const classes: Readonly<Record<string, string>> = {
  alu: "add or and sub xor cmp test not neg inc dec adcx adox andn",
  "alu-carry": "adc sbb",
  mov: "mov movsx movzx movsxd movnti",
  lea: "lea",
  extend: "cbw cwde cdqe cwd cdq cqo",
  shift: "rol ror shl shr sal sar",
  "shift-x": "shlx sarx shrx rorx",
  "rotate-carry": "rcl rcr",
  "shift-double": "shld shrd",
  "bit-test": "bt",
  "bit-change": "bts btr btc",
  "bit-scan": "bsf bsr tzcnt lzcnt popcnt",
  crc: "crc32",
  "bit-field": "bextr bzhi blsr blsmsk blsi",
  "bit-permute": "pext pdep",
  bswap: "bswap movbe",
  mul: "mul imul mulx",
  div: "div",
  idiv: "idiv",
  decimal: "daa das aaa aas aam aad",
  xchg: "xchg",
  xadd: "xadd",
  cmpxchg: "cmpxchg",
  "cmpxchg-wide": "cmpxchg8b cmpxchg16b",
  flag: "cmc clc stc salc",
  direction: "cld std",
  "flags-to-ah": "lahf sahf",
  push: "push",
  pop: "pop",
  "push-all": "pusha pushad popa popad",
  "push-flags": "pushf pushfd pushfq",
  "pop-flags": "popf popfd popfq",
  enter: "enter",
  leave: "leave",
  "branch-count": "jcxz jecxz jrcxz loop loope loopne",
  far: "retf iret iretd iretq",
  interrupt: "int int1 int3 into bound ud0 ud1 ud2",
  "system-call": "syscall sysret sysretq sysenter sysexit sysexitq",
  "string-move": "movsb movsw movsd movsq",
  "string-store": "stosb stosw stosd stosq",
  "string-load": "lodsb lodsw lodsd lodsq",
  "string-compare": "cmpsb cmpsw cmpsd cmpsq scasb scasw scasd scasq",
  io: "in out insb insw insd outsb outsw outsd",
  table: "xlatb",
  "interrupt-flag": "cli sti clac stac",
  "segment-base": "swapgs rdfsbase rdgsbase wrfsbase wrgsbase",
  segment: "les lds lss lfs lgs lar lsl verr verw arpl sldt str lldt ltr",
  system: "sgdt sidt lgdt lidt smsw lmsw clts invlpg invpcid xgetbv xsetbv rdpkru wrpkru rdpid monitor mwait rsm",
  "cache-flush": "invd wbinvd wbnoinvd",
  "cache-line":
    "clflush clflushopt clwb cldemote prefetch prefetchw prefetchwt1 prefetchnta prefetcht0 prefetcht1 prefetcht2 prefetchit0 prefetchit1",
  fence: "lfence mfence sfence",
  serialize: "serialize cpuid",
  msr: "rdmsr wrmsr",
  "state-save": "fxsave fxsave64 xsave xsave64 xsaveopt xsaveopt64 xsavec xsavec64 xsaves xsaves64",
  "state-restore": "fxrstor fxrstor64 xrstor xrstor64 xrstors xrstors64",
  clock: "rdtsc rdtscp rdpmc",
  random: "rdrand rdseed",
  pause: "pause wait hlt",
  nop: "nop endbr32 endbr64 rdsspd rdsspq",
  "x87-move": "fld fst fstp fstpnce fxch ffree ffreep fincstp fdecstp fnop fneni fndisi fnsetpm",
  "x87-sign": "fabs fchs",
  "x87-constant": "fld1 fldl2t fldl2e fldpi fldlg2 fldln2 fldz",
  "x87-convert": "fild fist fistp fisttp frndint fxtract fscale",
  "x87-decimal": "fbld fbstp",
  "x87-add": "fadd faddp fiadd fsub fsubp fsubr fsubrp fisub fisubr",
  "x87-mul": "fmul fmulp fimul",
  "x87-div": "fdiv fdivp fdivr fdivrp fidiv fidivr",
  "x87-sqrt": "fsqrt",
  "x87-compare": "fcom fcomp fcompp fucom fucomp fucompp fcomi fcomip fucomi fucomip ficom ficomp ftst fxam",
  "x87-conditional": "fcmovb fcmove fcmovbe fcmovu fcmovnb fcmovne fcmovnbe fcmovnu",
  "x87-remainder": "fprem fprem1",
  "x87-transcendental": "f2xm1 fyl2x fyl2xp1 fptan fpatan fsin fcos fsincos",
  "x87-control": "fnclex fldcw fnstcw fnstsw",
  "x87-environment": "fninit fldenv fnstenv frstor fnsave",
};

function invert<T>(lists: Readonly<Record<string, string>>, read: (value: string) => T): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const [key, mnemonics] of Object.entries(lists)) {
    const value = read(key);
    for (const mnemonic of mnemonics.split(" ")) result.set(mnemonic, value);
  }
  return result;
}

const accessOf = invert(access, (uses) => uses.split(" ") as readonly Access[]);
const classOf = invert(classes, (name) => name);

/** How operand number `position` of an instruction with `count` operands is used. */
export function operandAccess(mnemonic: string, position: number, count: number): Access {
  if (mnemonic.startsWith("set")) return "w";
  if (mnemonic.startsWith("cmov")) return position === 0 ? "rw" : "r";
  // The two- and three-operand IMUL write their first operand; the one-operand form writes rDX:rAX instead.
  if (mnemonic === "imul" && count > 1) return position > 0 ? "r" : count === 2 ? "rw" : "w";
  // x87 arithmetic between two registers has its result in the first.
  if (count > 1 && /^f(add|mul|subr?|divr?)p?$/.test(mnemonic)) return position === 0 ? "rw" : "r";
  return accessOf.get(mnemonic)?.[position] ?? "r";
}

/**
 * The cost class of a row.
 *
 * @param notations the operands as written; they tell shifts by CL from shifts by a constant, and near from far transfers
 * @param bits width of the operation
 */
export function costClass(mnemonic: string, notations: readonly string[], bits: number): string {
  const first = notations[0] ?? "";
  const second = notations[1];
  if (mnemonic === "mov") {
    if (first === "Sreg") return "segment";
    if (first === "CR" || first === "DR" || second === "CR" || second === "DR") return "control-register";
  }
  if (mnemonic === "jmp" || mnemonic === "call") {
    if (first.includes(":")) return "far";
    return first.startsWith("rel") ? mnemonic : `${mnemonic}-indirect`;
  }
  if (mnemonic === "ret") return "ret";
  if (mnemonic === "pop" && second === undefined && /^[C-GS]S$/.test(first)) return "segment";
  const name = classOf.get(mnemonic);
  switch (name) {
    case "shift":
    case "rotate-carry":
    case "shift-double":
      return notations.at(-1) === "CL" ? `${name}-cl` : name;
    case "mul":
    case "div":
    case "idiv":
      return notations.length > 1 && mnemonic === "imul" ? "mul-low" : `${name}${bits}`;
    case undefined:
      if (mnemonic.startsWith("j")) return "branch";
      if (mnemonic.startsWith("set")) return "setcc";
      if (mnemonic.startsWith("cmov")) return "cmov";
      throw new Error(`mnemonics.ts gives no cost class for ${mnemonic}`);
    default:
      return name;
  }
}
