/** Where QEMU 7.2 differs in the kernel "pagingEntries": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const pagingEntriesDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    cases: {
      "32-bit, a page of 4 MiB with bit 21, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "32-bit, a page of 4 MiB with bit 21, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 13, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page of 2 MiB with bit 20, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 62, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 52, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a page with bit 51, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, a directory entry with bit 52, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, read in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, read in ring 3": [
        "#PF(000d) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000e) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, read and write in ring 0": [
        "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, read and write in ring 3": [
        "#PF(000f) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, execute in ring 0": [
        "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, XD without EFER.NXE, execute in ring 3": [
        "#PF(000d) at=8000 cs=001b fl=000000 cr2=00600000",
        "#PF(000c) at=8000 cs=001b fl=000000 cr2=00600000",
      ],
    },
  },
  {
    manual: "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    cases: {
      "PAE, an absent page with EFER.NXE, read and write in ring 0": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, an absent page with EFER.NXE, read and write in ring 3": [
        "#PF(0006) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0004) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
      "PAE, an absent page with reserved bits, read and write in ring 0": [
        "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00600000",
        "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00600000",
      ],
      "PAE, an absent page with reserved bits, read and write in ring 3": [
        "#PF(0006) at=0005 cs=001b fl=000000 cr2=00600000",
        "#PF(0004) at=0005 cs=001b fl=000000 cr2=00600000",
      ],
    },
  },
  {
    manual: "vol. 2, MOV CR: #GP(0) if a reserved bit is set in a present PDPTE that is loaded",
    cases: {
      "paging on with bit 1 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "MOV CR3 with bit 1 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "paging on with bit 5 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "MOV CR3 with bit 5 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "paging on with bit 8 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "MOV CR3 with bit 8 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "paging on with bit 63 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "MOV CR3 with bit 63 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "paging on with bit 52 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "MOV CR3 with bit 52 in a PDPTE, present 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "PAE switched off and on under paging": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
    },
  },
  {
    manual: "vol. 3, 4.4.1: PDPTEs are read when CR3 is loaded, not when they are used",
    cases: {
      "a PDPTE that changes after it was read": ["ok", null],
    },
  },
  {
    manual: "vol. 3, 4.6.1: implicit supervisor accesses to user pages fault under SMAP whatever AC is",
    cases: {
      "a descriptor, accessed 0, in a page that is user's, under SMAP": [
        "#PF(0001) at=0000 cs=0008 fl=040000 cr2=00600008",
        "directory=20 page=60 ok",
      ],
      "a descriptor, accessed 1, in a page that is user's, under SMAP": [
        "#PF(0001) at=0000 cs=0008 fl=040000 cr2=00600008",
        "directory=20 page=20 ok",
      ],
    },
  },
];
