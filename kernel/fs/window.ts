// A text that is longer than the buffer of whoever reads it: made anew for each read from its beginning, and only the part that
// was asked for is kept. Nothing must be stored between two reads, and the reader may begin anywhere.
export class Window {
  private into: Slice<u8>;
  /** Bytes before the part that is wanted. */
  private skip: u64;
  used: usize;

  begin(into: Slice<u8>, offset: u64): void {
    this.into = into;
    this.skip = offset;
    this.used = 0;
  }

  isFull(): boolean {
    return this.used === this.into.length;
  }

  put(text: View<u8>): void {
    if (this.skip >= text.length) {
      this.skip -= text.length;
      return;
    }
    const rest = text.sub(this.skip, text.length);
    this.skip = 0;
    const room = this.into.length - this.used;
    const part = rest.length < room ? rest.length : room;
    copySlice(this.into.sub(this.used, this.used + part), rest.sub(0, part));
    this.used += part;
  }
}
