// The heap: malloc's family, and the same with types. A piece has a header of 16 bytes that says how large it is; pieces of
// up to 1 MiB are of one of some sixty sizes, each with its own list of free ones, carved off the end of the heap when the
// list is empty. So taking and giving are a few instructions, and what is left unused is a fifth at worst. Larger pieces are
// mappings of their own, which go back to the kernel.

import { call } from "./door.ts";
import { SYS_MMAP, SYS_MOREMEM, SYS_MUNMAP } from "../../kernel/abi/calls.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../../kernel/abi/processes.ts";

const HEADER = 16;
/** The end of the heap moves by so much at a time. */
const STEP: usize = 0x1_0000;
const LARGEST: usize = 0x10_0000;

class Piece {
  /** Bytes behind the header that may be used. */
  bytes: usize;
  /** While free: the next free one of this size. */
  next: Ptr<Piece> | null;
}

class Heap {
  free: Arr<Ptr<Piece> | null, 80>;
  /** What lies between the two was taken from the kernel and is still whole. */
  top: u64;
  end: u64;
}

const heap = zeroed<Heap>();

/** Sizes: multiples of 16 up to 256, then four for each doubling. */
function classOf(wanted: usize): usize {
  if (wanted <= 256) return (wanted + 15) / 16;
  const log = 63 - usize(leadingZeros(wanted - 1));
  const quarter = ((wanted - 1) >> (u32(log) - 2)) & 3;
  return 17 + (log - 8) * 4 + quarter;
}

function bytesOfClass(k: usize): usize {
  if (k <= 16) return k * 16;
  const log = (k - 17) / 4 + 8;
  const quarter = (k - 17) % 4;
  return (4 + quarter + 1) << u32(log - 2);
}

/** At least `wanted` bytes at a multiple of 16, with whatever was there before. ENOMEM when the kernel gives no more. */
export function malloc(wanted: usize): Res<Ptr<u8>> {
  if (wanted > LARGEST) return mapped(wanted);
  const k = classOf(wanted === 0 ? 1 : wanted);
  const first = heap.free[k];
  if (first !== null) {
    heap.free[k] = first.next;
    return unsafe.ptr<u8>(addr(first) + HEADER);
  }
  const bytes = bytesOfClass(k);
  if (heap.end - heap.top < bytes + HEADER) orReturn(grow(bytes + HEADER));
  const piece = unsafe.ptr<Piece>(heap.top);
  heap.top += bytes + HEADER;
  piece.bytes = bytes;
  return unsafe.ptr<u8>(addr(piece) + HEADER);
}

function grow(needed: usize): Res<void> {
  const step = needed > STEP ? (needed + STEP - 1) & ~(STEP - 1) : STEP;
  const old = call(SYS_MOREMEM, step, 0, 0, 0, 0, 0);
  if (old < 0) return err(Errno.ENOMEM);
  // Somebody else may have moved the end in between: then the rest of what we had stays unused.
  if (u64(old) !== heap.end) heap.top = (u64(old) + 15) & ~15;
  heap.end = u64(old) + step;
  if (heap.end - heap.top < needed) return grow(needed);
}

/** Mappings begin with the header, on a page. */
function mapped(wanted: usize): Res<Ptr<u8>> {
  const bytes = (wanted + HEADER + 0xfff) & ~0xfff;
  if (bytes < wanted) return err(Errno.ENOMEM);
  const at = call(SYS_MMAP, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0xffff_ffff_ffff_ffff, 0);
  if (at < 0) return err(Errno.ENOMEM);
  const piece = unsafe.ptr<Piece>(u64(at));
  piece.bytes = bytes - HEADER;
  return unsafe.ptr<u8>(u64(at) + HEADER);
}

function pieceOf(at: Ptr<u8>): Ptr<Piece> {
  return unsafe.ptr<Piece>(addr(at) - HEADER);
}

export function free(at: Ptr<u8>): void {
  const piece = pieceOf(at);
  if (piece.bytes > LARGEST) {
    call(SYS_MUNMAP, addr(piece), piece.bytes + HEADER, 0, 0, 0, 0);
    return;
  }
  const k = classOf(piece.bytes);
  piece.next = heap.free[k];
  heap.free[k] = piece;
}

/** The same bytes in a piece of another size; the old piece is given back unless this fails. */
export function realloc(at: Ptr<u8>, wanted: usize): Res<Ptr<u8>> {
  const had = pieceOf(at).bytes;
  if (wanted <= had && (wanted > had / 4 || had <= 64)) return at;
  const to = orReturn(malloc(wanted));
  const kept = had < wanted ? had : wanted;
  copySlice(slice(to, kept), slice(at, kept));
  free(at);
  return to;
}

/** How many bytes a piece has room for. */
export function usableBytes(at: Ptr<u8>): usize {
  return pieceOf(at).bytes;
}

/** As malloc, for programs that cannot go on without: they end with a message. */
export function allocateBytes(wanted: usize): Ptr<u8> {
  const at = malloc(wanted);
  if (isErr(at)) panic("out of memory");
  return at;
}

/** A T of zeros on the heap. */
export function make<T>(): Ptr<T> {
  const at = allocateBytes(sizeOf<T>());
  fill(slice(at, sizeOf<T>()), 0);
  return unsafe.cast<Ptr<T>>(at);
}

/** Gives back what `make` made. */
export function destroy<T>(at: Ptr<T>): void {
  free(unsafe.cast<Ptr<u8>>(at));
}

/** `count` Ts in a row, with whatever was there before; `old` is the row to be grown, of which all is kept. */
export function growRow<T>(old: Ptr<T> | null, count: usize): Ptr<T> {
  const bytes = count * sizeOf<T>();
  if (old === null) return unsafe.cast<Ptr<T>>(allocateBytes(bytes));
  const grown = realloc(unsafe.cast<Ptr<u8>>(old), bytes);
  if (isErr(grown)) panic("out of memory");
  return unsafe.cast<Ptr<T>>(grown);
}

/** A copy of a text on the heap. */
export function keep(t: string): string {
  const to = slice(allocateBytes(t.length), t.length);
  copySlice(to, bytes(t));
  return text(to);
}

/** Gives back a text that `keep` made. */
export function drop(t: string): void {
  free(unsafe.ptr<u8>(addressOf(bytes(t))));
}

/** Where the bytes of a view are. */
export function addressOf(b: View<u8>): u64 {
  let given = b;
  return unsafe.cast<Ptr<u64>>(ref(given))[0];
}
