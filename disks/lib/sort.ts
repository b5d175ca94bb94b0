// Sorting by merging: what is equal stays in order, and the time never explodes.

import { free, growRow } from "./heap.ts";

/** Sorts in place; `before` says whether one belongs in front of the other. */
export function sort<T>(items: Slice<T>, before: (x: T, y: T) => boolean): void {
  if (items.length < 2) return;
  // Runs of eight by insertion, then merged in pairs from one row into the other and back.
  const run: usize = 8;
  for (let from: usize = 0; from < items.length; from += run)
    insertionSort(items.sub(from, smaller(from + run, items.length)), before);
  if (items.length <= run) return;
  const row = growRow<T>(null, items.length);
  const other = slice(row, items.length);
  let inItems = true;
  for (let width = run; width < items.length; width *= 2) {
    for (let from: usize = 0; from < items.length; from += 2 * width) {
      const middle = smaller(from + width, items.length);
      const end = smaller(from + 2 * width, items.length);
      if (inItems) merge(other, items, from, middle, end, before);
      else merge(items, other, from, middle, end, before);
    }
    inItems = !inItems;
  }
  if (!inItems) copySlice(items, other);
  free(unsafe.cast<Ptr<u8>>(row));
}

function smaller(x: usize, y: usize): usize {
  return x < y ? x : y;
}

function insertionSort<T>(items: Slice<T>, before: (x: T, y: T) => boolean): void {
  for (let i: usize = 1; i < items.length; i++) {
    const item = items[i];
    let j = i;
    while (j > 0 && before(item, items[j - 1])) {
      items[j] = items[j - 1];
      j--;
    }
    items[j] = item;
  }
}

/** from…middle and middle…end of one row, merged to the same place in the other. */
function merge<T>(to: Slice<T>, of: Slice<T>, from: usize, middle: usize, end: usize, before: (x: T, y: T) => boolean): void {
  let left = from;
  let right = middle;
  for (let i = from; i < end; i++) {
    if (left < middle && (right === end || !before(of[right], of[left]))) {
      to[i] = of[left];
      left++;
    } else {
      to[i] = of[right];
      right++;
    }
  }
}
