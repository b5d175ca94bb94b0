// Bytes on their way between a file and whoever reads or writes it. To the file it is the same whether that is a program,
// whose memory may fault under our hands, or the kernel itself, which loads a program's text: it puts bytes, or takes them,
// until nothing remains.

export class Transfer {
  /** Where bytes go to or come from: in a program, unless `kernel` says otherwise. */
  private user: User<u8>;
  private kernel: Ptr<u8> | null;
  /** Bytes that are still wanted. */
  remaining: usize;
  /** Bytes that went over. */
  done: usize;
  /** Where in the file, for files that have places. */
  offset: u64;

  /** Bytes go to or come from a program's memory. */
  beginUser(at: User<u8>, bytes: usize, offset: u64): void {
    this.user = at;
    this.kernel = null;
    this.remaining = bytes;
    this.done = 0;
    this.offset = offset;
  }

  /** Bytes go into the kernel's memory, or, when the file takes, come from it. */
  beginKernel(buffer: Slice<u8>, offset: u64): void {
    this.kernel = buffer.length === 0 ? null : ref(buffer[0]);
    this.remaining = buffer.length;
    this.done = 0;
    this.offset = offset;
  }

  /** To whoever reads: as much as is wanted; how much that was. EFAULT. */
  put(from: View<u8>): Res<usize> {
    const bytes = from.length < this.remaining ? from.length : this.remaining;
    const kernel = this.kernel;
    if (bytes > 0) {
      if (kernel === null) orReturn(copyOut(userAt(this.user, this.done), from.sub(0, bytes)));
      else copySlice(slice(ref(kernel[this.done]), bytes), from.sub(0, bytes));
    }
    this.done += bytes;
    this.remaining -= bytes;
    return bytes;
  }

  /** From whoever writes: as much as fits; how much that was. EFAULT. */
  take(into: Slice<u8>): Res<usize> {
    const bytes = into.length < this.remaining ? into.length : this.remaining;
    const kernel = this.kernel;
    if (bytes > 0) {
      if (kernel === null) orReturn(copyIn(into.sub(0, bytes), userAt(this.user, this.done)));
      else copySlice(into.sub(0, bytes), slice(ref(kernel[this.done]), bytes));
    }
    this.done += bytes;
    this.remaining -= bytes;
    return bytes;
  }

  /** Gives up the rest: a file that is full, or at its end. */
  cut(bytes: usize): void {
    if (bytes < this.remaining) this.remaining = bytes;
  }
}
