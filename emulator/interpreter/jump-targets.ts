/**
 * Where indirect jumps and calls have gone: the interpreter notes it, regions note where none of the targets that they know was meant, and the
 * translator reads it to learn which code belongs together. A site has a few words, chosen by its RIP; a target has one of these, chosen by what it
 * is. Sites and targets that meet in a word forget each other: whoever reads this is told where jumps may lead, not where they do.
 */
import type { Code, Local } from "../formats/wasm.ts";
import { JUMP_TARGETS_BASE, JUMP_TARGETS_SIZE } from "../memory.ts";

const TARGETS = 8;
const SITE_SHIFT = Math.log2(TARGETS * 8);
const SITES = JUMP_TARGETS_SIZE >> SITE_SHIFT;
const SITE_FOLD = 10;
/** Spreads targets over a site's words by its product's high bits. */
const SPREAD = 0x9e37_79b1 | 0;
const SPREAD_SHIFT = 32 - Math.log2(TARGETS);

/** Address of a site's words. `behind`: low half of the RIP behind the instruction. */
const siteAddress = (behind: number): number =>
  JUMP_TARGETS_BASE + (((behind ^ (behind >>> SITE_FOLD)) & (SITES - 1)) << SITE_SHIFT);

/** Targets that may have been those of the instruction that ends before `behind`. */
export function jumpTargets(view: DataView, behind: bigint): bigint[] {
  const at = siteAddress(Number(behind & 0xffff_ffffn));
  const words = Array.from({ length: TARGETS }, (_, i) => view.getBigUint64(at + 8 * i, true));
  return words.filter((target) => target !== 0n);
}

/** Pushes how far from the first of a site's words a target's is. */
function pushWord(code: Code, target: Local): void {
  code.get(target);
  code.op("i32.wrap_i64");
  code.i32(SPREAD);
  code.op("i32.mul");
  code.i32(SPREAD_SHIFT);
  code.op("i32.shr_u");
  code.i32(3);
  code.op("i32.shl");
}

/** Writes code that notes a target of an instruction that is known beforehand. */
export function noteTarget(code: Code, behind: bigint, target: Local): void {
  pushWord(code, target);
  code.get(target);
  code.memory("i64.store", siteAddress(Number(behind & 0xffff_ffffn)));
}

/** Body of noteJump: (low half of the RIP behind the instruction, target). */
export function writeNoteJump(code: Code, behind: Local, target: Local): void {
  code.get(behind);
  code.get(behind);
  code.i32(SITE_FOLD);
  code.op("i32.shr_u");
  code.op("i32.xor");
  code.i32(SITES - 1);
  code.op("i32.and");
  code.i32(SITE_SHIFT);
  code.op("i32.shl");
  pushWord(code, target);
  code.op("i32.add");
  code.get(target);
  code.memory("i64.store", JUMP_TARGETS_BASE);
}
