/** Insertion sort. */
export function sort(items: Slice<u32>): void {
  attr(symbol("sort"));
  for (let i: usize = 1; i < items.length; i++) {
    const item = items[i];
    let j = i;
    while (j > 0 && items[j - 1] > item) {
      items[j] = items[j - 1];
      j--;
    }
    items[j] = item;
  }
}
