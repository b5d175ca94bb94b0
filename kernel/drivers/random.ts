// Numbers that nobody can guess, for programs and for the kernel. A computer has none of its own; it has things whose exact
// time or contents an outsider does not know: when a disk answered, when a key was pressed, what a device made for it says.
// These are stirred into a key, and a cipher whose output looks like noise to whoever has not the key makes as many
// bytes of it as are wanted. After each request the key itself is replaced by output, so that who learns the state later
// cannot compute what was given out before. (RFC 8439, 2.3 ChaCha20)
import { Locked } from "../sync/spin.ts";
import { nanosSinceStart, wallClockAtStart } from "./timer.ts";

const WORDS = 16;
const KEY_WORDS = 8;
/** What a block gives away; the rest becomes the next key. */
const USABLE = 32;

class Pool {
  key: Arr<u32, typeof KEY_WORDS>;
  counter: u64;
  /** Where the next bit of chance is stirred in. */
  place: u32;
}

const pool = zeroed<Locked<Pool>>();

function quarter(s: Ptr<Arr<u32, typeof WORDS>>, a: u32, b: u32, c: u32, d: u32): void {
  s[0][a] += s[0][b];
  s[0][d] = rotateLeft(s[0][d] ^ s[0][a], 16);
  s[0][c] += s[0][d];
  s[0][b] = rotateLeft(s[0][b] ^ s[0][c], 12);
  s[0][a] += s[0][b];
  s[0][d] = rotateLeft(s[0][d] ^ s[0][a], 8);
  s[0][c] += s[0][d];
  s[0][b] = rotateLeft(s[0][b] ^ s[0][c], 7);
}

/** One block of the cipher: 20 rounds over constants, key, counter. */
function chacha(p: Ptr<Pool>, out: Ptr<Arr<u32, typeof WORDS>>): void {
  const s = zeroed<Arr<u32, typeof WORDS>>();
  s[0] = 0x6170_7865;
  s[1] = 0x3320_646e;
  s[2] = 0x7962_2d32;
  s[3] = 0x6b20_6574;
  for (let i: u32 = 0; i < KEY_WORDS; i++) s[4 + i] = p.key[i];
  s[12] = u32(p.counter);
  s[13] = u32(p.counter >> 32);
  s[14] = 0;
  s[15] = 0;
  copy(out, ref(s));
  for (let round: u32 = 0; round < 10; round++) {
    quarter(out, 0, 4, 8, 12);
    quarter(out, 1, 5, 9, 13);
    quarter(out, 2, 6, 10, 14);
    quarter(out, 3, 7, 11, 15);
    quarter(out, 0, 5, 10, 15);
    quarter(out, 1, 6, 11, 12);
    quarter(out, 2, 7, 8, 13);
    quarter(out, 3, 4, 9, 14);
  }
  for (let i: u32 = 0; i < WORDS; i++) out[0][i] += s[i];
  p.counter++;
}

/** The key becomes output of itself. */
function renew(p: Ptr<Pool>): void {
  const block = zeroed<Arr<u32, typeof WORDS>>();
  chacha(p, ref(block));
  for (let i: u32 = 0; i < KEY_WORDS; i++) p.key[i] = block[8 + i];
}

/** Something that an outsider may not know; the moment at which it happened is stirred in as well. Never harms. */
export function addChance(value: u64): void {
  attr(irqSafe);
  using p = pool.enter();
  const mixed = value * 0x9e37_79b9_7f4a_7c15 + rotateLeft(cpu.rdtsc(), 17);
  const place = p.v.place & (KEY_WORDS - 1);
  p.v.key[place] ^= u32(mixed);
  p.v.key[(place + 1) & (KEY_WORDS - 1)] ^= u32(mixed >> 32);
  p.v.place += 3;
}

/** Bytes from a device that has real ones. */
export function addRandom(from: View<u8>): void {
  attr(irqSafe);
  using p = pool.enter();
  for (const c of from) {
    const place = p.v.place & (KEY_WORDS - 1);
    p.v.key[place] = rotateLeft(p.v.key[place], 8) ^ u32(c);
    p.v.place++;
  }
  renew(p.v);
}

/** At boot: the little that is known. */
export function startRandom(): void {
  addChance(wallClockAtStart());
  addChance(nanosSinceStart());
  using p = pool.enter();
  renew(p.v);
}

/** Fills a buffer. */
export function randomBytes(into: Slice<u8>): void {
  for (let at: usize = 0; at < into.length; at += USABLE) {
    const end = into.length - at < USABLE ? into.length : at + USABLE;
    part(into.sub(at, end));
  }
}

function part(into: Slice<u8>): void {
  using p = pool.enter();
  const block = zeroed<Arr<u32, typeof WORDS>>();
  p.v.counter ^= cpu.rdtsc() << 32;
  chacha(p.v, ref(block));
  for (let i: usize = 0; i < into.length; i++) into[i] = u8(block[i >> 2] >> (u32(i & 3) * 8));
  for (let i: u32 = 0; i < KEY_WORDS; i++) p.v.key[i] = block[8 + i];
}
