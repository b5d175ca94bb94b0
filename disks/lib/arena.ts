// Memory that is given back all at once: everything that was taken since a mark. What a shell parses and expands lives
// exactly as long as the command that it belongs to.

import { allocateBytes, free } from "./heap.ts";

class Chunk {
  before: Ptr<Chunk> | null;
  bytes: usize;
}

const CHUNK: usize = 8160;

export class Mark {
  chunk: Ptr<Chunk> | null;
  used: usize;
}

export class Arena {
  private chunk: Ptr<Chunk> | null;
  private used: usize;

  /** `bytes` at a multiple of 8, not cleared. */
  take(bytes: usize): Ptr<u8> {
    const rounded = (bytes + 7) & ~7;
    let chunk = this.chunk;
    if (chunk === null || this.used + rounded > chunk.bytes) {
      const room = rounded > CHUNK ? rounded : CHUNK;
      const fresh = unsafe.cast<Ptr<Chunk>>(allocateBytes(room + sizeOf<Chunk>()));
      fresh.before = chunk;
      fresh.bytes = room;
      this.chunk = fresh;
      this.used = 0;
      chunk = fresh;
    }
    const at = unsafe.ptr<u8>(addr(chunk) + sizeOf<Chunk>() + this.used);
    this.used += rounded;
    return at;
  }

  /** A T of zeros. */
  make<T>(): Ptr<T> {
    const at = this.take(sizeOf<T>());
    fill(slice(at, sizeOf<T>()), 0);
    return unsafe.cast<Ptr<T>>(at);
  }

  /** A copy of a text. */
  text(t: string): string {
    const to = slice(this.take(t.length), t.length);
    copySlice(to, bytes(t));
    return text(to);
  }

  mark(): Mark {
    return { chunk: this.chunk, used: this.used };
  }

  /** Gives back everything that was taken since the mark. */
  release(mark: Ptr<Mark>): void {
    let chunk = this.chunk;
    while (chunk !== null && (mark.chunk === null || addr(chunk) !== addr(mark.chunk))) {
      const before = chunk.before;
      free(unsafe.cast<Ptr<u8>>(chunk));
      chunk = before;
    }
    this.chunk = chunk;
    this.used = mark.used;
  }
}
