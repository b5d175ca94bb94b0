/** Where QEMU 7.2 differs in the kernel "paging4": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const paging4Differences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    cases: {
      "read and write in ring 0, level 4 absent": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 4 absent": [
        "#PF(0006) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0004) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 4 the supervisor's": [
        "#PF(0007) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0005) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 3 absent": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 3 absent": [
        "#PF(0006) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0004) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 3 the supervisor's": [
        "#PF(0007) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0005) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 2 absent": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 2 absent": [
        "#PF(0006) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0004) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 2 the supervisor's": [
        "#PF(0007) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0005) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 1 absent": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 1 absent": [
        "#PF(0006) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0004) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 1 the supervisor's": [
        "#PF(0007) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0005) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "an absent page without EFER.NXE, read and write in ring 0": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "an absent page without EFER.NXE, read and write in ring 3": [
        "#PF(0006) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0004) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "an absent page without EFER.NXE, SMEP, read and write in ring 0": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "an absent page without EFER.NXE, SMEP, read and write in ring 3": [
        "#PF(0006) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0004) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a supervisor's read-only page without WP, read and write in ring 3": [
        "#PF(0007) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(0005) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
    },
  },
  {
    manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    cases: {
      "read in ring 0, level 4 with bit 51": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 4 with bit 51": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 4 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 4 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 4 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 4 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 4 with bit 51": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 4 with bit 51": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 4 with bit 46": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 4 with bit 46": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 4 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 4 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 4 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 4 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 4 with bit 46": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 4 with bit 46": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 3 with bit 51": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 3 with bit 51": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 3 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 3 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 3 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 3 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 3 with bit 51": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 3 with bit 51": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 3 with bit 46": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 3 with bit 46": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 3 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 3 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 3 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 3 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 3 with bit 46": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 3 with bit 46": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 2 with bit 51": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 2 with bit 51": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 2 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 2 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 2 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 2 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 2 with bit 51": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 2 with bit 51": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 2 with bit 46": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 2 with bit 46": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 2 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 2 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 2 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 2 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 2 with bit 46": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 2 with bit 46": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 1 with bit 51": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 1 with bit 51": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 1 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 1 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 1 with bit 51": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 1 with bit 51": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 1 with bit 51": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 1 with bit 51": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 0, level 1 with bit 46": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read in ring 3, level 1 with bit 46": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 0, level 1 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "write in ring 3, level 1 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 0, level 1 with bit 46": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "read and write in ring 3, level 1 with bit 46": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 0, level 1 with bit 46": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "execute in ring 3, level 1 with bit 46": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, execute in ring 0": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 13, execute in ring 3": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, execute in ring 0": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 2 MiB with bit 20, execute in ring 3": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, execute in ring 0": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 13, execute in ring 3": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, execute in ring 0": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "a page of 1 GiB with bit 29, execute in ring 3": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, execute in ring 0": [
        "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "the size bit at level 4, execute in ring 3": [
        "#PF(001d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(001c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD without EFER.NXE, execute in ring 3": [
        "#PF(000d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, read in ring 3": [
        "#PF(000d) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000e) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, read and write in ring 3": [
        "#PF(000f) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=000a cs=002b fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000080 =00000000",
      ],
      "XD at level 3 without EFER.NXE, execute in ring 3": [
        "#PF(000d) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
        "#PF(000c) at=8000 cs=002b fl=000000 cr2=00000080 =00000000",
      ],
    },
  },
];
