// Arguments and environment on their way from one program's memory to another's: texts, one behind the other, each with its
// zero. They pass through the kernel because the two memories are never there at the same time.
import { ARG_MAX } from "../abi/processes.ts";
import { kalloc, kfree } from "../memory/slab.ts";

const FIRST_BYTES: usize = 512;
/** A text costs its pointer, too. */
const POINTER_BYTES: usize = 8;

export class Texts {
  private at: Ptr<u8> | null;
  private room: usize;
  used: usize;
  count: usize;

  /** Adds a text. E2BIG, ENOMEM. */
  add(from: View<u8>): Res<void> {
    const end = this.used + from.length + 1;
    if (end + (this.count + 1) * POINTER_BYTES > ARG_MAX) return err(Errno.E2BIG);
    const at = orReturn(this.grow(end));
    copySlice(slice(ref(at[this.used]), from.length), from);
    at[end - 1] = 0;
    this.used = end;
    this.count++;
  }

  /** Adds the texts that a list of addresses leads to; the list ends with 0, and may itself be at 0: empty. E2BIG, ENOMEM, EFAULT. */
  addList(list: u64): Res<void> {
    attr(maySleep);
    if (list === 0) return;
    const word = zeroed<Arr<u64, 1>>();
    for (let n: u64 = 0; ; n++) {
      orReturn(copyIn(slice(word), unsafe.user<u64>(list + n * 8)));
      if (word[0] === 0) return;
      orReturn(this.addFrom(word[0]));
    }
  }

  /** Adds a program's text, in pieces that do not reach into the next page: there need not be one. */
  private addFrom(from: u64): Res<void> {
    attr(maySleep);
    const piece = zeroed<Arr<u8, 256>>();
    let done: usize = 0;
    for (;;) {
      const at = from + u64(done);
      const inPage = usize(4096 - (at & 4095));
      const length = inPage < piece.length ? inPage : usize(piece.length);
      orReturn(copyIn(slice(piece, length), unsafe.user<u8>(at)));
      let zero: usize = 0;
      while (zero < length && piece[zero] !== 0) zero++;
      if (this.used + done + zero + 1 + (this.count + 1) * POINTER_BYTES > ARG_MAX) return err(Errno.E2BIG);
      const block = orReturn(this.grow(this.used + done + zero + 1));
      copySlice(slice(ref(block[this.used + done]), zero), slice(piece, zero));
      done += zero;
      if (zero === length) continue;
      block[this.used + done] = 0;
      this.used += done + 1;
      this.count++;
      return;
    }
  }

  /** Room for so many bytes; where they are now. */
  private grow(bytes: usize): Res<Ptr<u8>> {
    const before = this.at;
    if (before !== null && bytes <= this.room) return before;
    let room = this.room === 0 ? FIRST_BYTES : this.room;
    while (room < bytes) room *= 2;
    const block = orReturn(kalloc(room));
    if (before !== null) {
      copySlice(slice(block, this.used), slice(before, this.used));
      kfree(before);
    }
    this.at = block;
    this.room = room;
    return block;
  }

  /** All texts with their zeros. */
  bytes(): View<u8> {
    const at = this.at;
    if (at === null) return noBytes();
    return slice(at, this.used);
  }

  /** The first text, without its zero; empty when there is none. */
  first(): View<u8> {
    const all = this.bytes();
    let length: usize = 0;
    while (length < all.length && all[length] !== 0) length++;
    return all.sub(0, length);
  }

  /** All bytes behind the first text. */
  rest(): View<u8> {
    const all = this.bytes();
    if (this.count === 0) return all;
    return all.sub(this.first().length + 1, all.length);
  }

  free(): void {
    const at = this.at;
    if (at !== null) kfree(at);
    this.at = null;
    this.room = 0;
    this.used = 0;
    this.count = 0;
  }
}

const nothing = zeroed<Arr<u8, 1>>();

function noBytes(): View<u8> {
  return slice(nothing).sub(0, 0);
}
