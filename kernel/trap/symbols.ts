// The names of the kernel's functions, which the linker lays into the image (dsl/out/tables.ts): an address in a report of
// a mistake helps nobody, a name and a distance do.

class Row {
  address: u64;
  /** Offset from the table's beginning. */
  name: u32;
  length: u32;
}

class Table {
  count: u64;
  /** By ascending address; as many as `count` says. */
  rows: Arr<Row, 1>;
}

declare const cor_symbols: Table;

/** How far an address may lie behind a function's beginning: beyond, it is in none. */
const FARTHEST: u64 = 0x1_0000;

function rowOf(address: u64): Ptr<Row> | null {
  const table = ref(cor_symbols);
  const rows = ref(table.rows[0]);
  let low: usize = 0;
  let high = usize(table.count);
  // Halving: 64 turns are enough for any table.
  for (let turn: u32 = 0; turn < 64 && low < high; turn++) {
    const middle = low + ((high - low) >> 1);
    if (rows[middle].address <= address) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || address - rows[low - 1].address > FARTHEST) return null;
  return ref(rows[low - 1]);
}

/** Where the function begins that an address lies in, or 0. */
export function functionAt(address: u64): u64 {
  attr(irqSafe);
  const row = rowOf(address);
  return row === null ? 0 : row.address;
}

/** Its name, or "?". */
export function nameAt(address: u64): string {
  attr(irqSafe);
  const row = rowOf(address);
  if (row === null) return "?";
  return text(slice(unsafe.ptr<u8>(addr(ref(cor_symbols)) + u64(row.name)), usize(row.length)));
}
