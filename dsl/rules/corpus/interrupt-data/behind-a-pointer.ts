// The slice is set once at boot, but what it points at changes.
class Page {
  refs: u32;
}
let frames: Slice<Page> = late();

export const fault = interrupt(14, (f) => {
  frames[cpu.readCr2() >> 12].refs++;
  // <- rule: what frames points at is shared without a lock
});

export function start(all: Slice<Page>): void {
  frames = all;
}
