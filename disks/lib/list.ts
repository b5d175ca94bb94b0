// A row that grows: elements side by side on the heap, twice as many when there is no room.

import { free, growRow } from "./heap.ts";

export class List<T> {
  private row: Ptr<T> | null;
  length: usize;
  private room: usize;

  /** Room for one more at the end, which counts from now on. What was in it before stays there. */
  private grown(): Ptr<T> {
    if (this.length === this.room || this.row === null) {
      this.room = this.room === 0 ? 8 : this.room * 2;
      this.row = growRow<T>(this.row, this.room);
    }
    const row = this.row;
    if (row === null) panic("a list without its row");
    this.length++;
    return ref(row[this.length - 1]);
  }

  push(item: T): void {
    this.grown()[0] = item;
  }

  /** The last one, which leaves. */
  pop(): T {
    const last = this.at(this.length - 1);
    this.length--;
    return last;
  }

  at(i: usize): T {
    return this.items()[i];
  }

  set(i: usize, item: T): void {
    this.items()[i] = item;
  }

  insert(i: usize, item: T): void {
    this.push(item);
    const all = this.items();
    copySlice(all.sub(i + 1, all.length), all.sub(i, all.length - 1));
    all[i] = item;
  }

  remove(i: usize): void {
    const all = this.items();
    copySlice(all.sub(i, all.length - 1), all.sub(i + 1, all.length));
    this.length--;
  }

  /** Down to so many. */
  cut(length: usize): void {
    if (length < this.length) this.length = length;
  }

  /** In place; good until something is added. */
  items(): Slice<T> {
    const row = this.row;
    if (row === null) return slice(unsafe.ptr<T>(alignOf<T>()), 0);
    return slice(row, this.length);
  }

  dispose(): void {
    if (this.row !== null) free(unsafe.cast<Ptr<u8>>(this.row));
    this.row = null;
    this.length = 0;
    this.room = 0;
  }
}
