// Which lines of the interrupt controllers are levels and which are edges: two registers that came with EISA and stayed in every
// south bridge since. (Intel 82371FB PIIX, order number 290550: ELCR1, ELCR2)

/** A bit for each line that is a level: lines 0 to 7, 8 to 15. */
const elcr = claimPorts(0x4d0, 2);

export function isLevel(line: u8): boolean {
  return (elcr.in8(line >> 3) & (u8(1) << (line & 7))) !== 0;
}

export function makeLevel(line: u8): void {
  elcr.out8(line >> 3, elcr.in8(line >> 3) | (u8(1) << (line & 7)));
}
