/** An open hash table of words with linear probing: inserts what is not there, counts what is. 0 is a free slot. */
export function hash(slots: Slice<u64>, keys: View<u64>): u64 {
  attr(symbol("hash"));
  let hits: u64 = 0;
  for (const key of keys) {
    let at = ((key * 0x9e37_79b9_7f4a_7c15) >> 40) % slots.length;
    while (slots[at] !== key && slots[at] !== 0) {
      at++;
      if (at === slots.length) at = 0;
    }
    if (slots[at] === key) hits++;
    else slots[at] = key;
  }
  return hits;
}
