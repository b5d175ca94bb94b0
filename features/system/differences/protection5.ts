/** Where QEMU 7.2 differs in the kernel "protection5": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const protection5Differences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    cases: {
      "read and write under SMAP of a page with rights 7": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
      ],
      "read and write under SMAP of a page with rights 5": [
        "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
        "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
      ],
      "read and write in ring 3, access to key 5 forbidden": [
        "#PF(0027) at=000a cs=002b fl=000000 cr2=00010000 =00000000",
        "#PF(0025) at=000a cs=002b fl=000000 cr2=00010000 =00000000",
      ],
      "read and write in ring 0, access to key 5 forbidden": [
        "#PF(0023) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
        "#PF(0021) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
      ],
      "read and write in ring 0 with WP, access to key 5 forbidden": [
        "#PF(0023) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
        "#PF(0021) at=0000 cs=0008 fl=000000 cr2=00010000 =00000000",
      ],
      "read and write in ring 3 of a read-only page, access to key 5 forbidden": [
        "#PF(0027) at=000a cs=002b fl=000000 cr2=00010000 =00000000",
        "#PF(0025) at=000a cs=002b fl=000000 cr2=00010000 =00000000",
      ],
    },
  },
  {
    manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to write a 1 to a reserved bit of CR3 or CR4",
    cases: {
      "CR4 with bit 28 changed": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
      "CR4 with bit 63 changed": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
      "CR3 with bit 52": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
      "CR3 with bit 61": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
      "CR3 with bit 62": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
      "CR3 with bit 63": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
    },
  },
  {
    manual: "vol. 3, 4.10.1 and vol. 2, MOV CR; CPUID.01H:ECX.PCID is 0 on QEMU",
    cases: {
      "CR4.PCIDE with a PCID already in CR3": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      PCIDs: ["pcid=00000123 upper=00000000 ok", null],
    },
  },
  {
    manual: "vol. 2, INVPCID; CPUID.07H:EBX.INVPCID is 0 on QEMU",
    cases: {
      "INVPCID of an address, PCIDE 0": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of an address of PCID 5, PCIDE 0": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "#UD at=0000 cs=0008 fl=000000",
      ],
      "INVPCID of a context, PCIDE 0": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of a context, PCID 5, PCIDE 0": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of all, PCIDE 0": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of all but global, PCIDE 0": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of type 4, PCIDE 0": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of bit 12, PCIDE 0": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of bit 32, PCIDE 0": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of a non-canonical address, PCIDE 0": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "#UD at=0000 cs=0008 fl=000000",
      ],
      "INVPCID of a non-canonical address without meaning, PCIDE 0": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of an address, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of an address of PCID 5, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of a context, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of a context, PCID 5, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of all, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of all but global, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of type 4, PCIDE 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of bit 12, PCIDE 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of bit 32, PCIDE 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID of a non-canonical address, PCIDE 1": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "#UD at=0000 cs=0008 fl=000000",
      ],
      "INVPCID of a non-canonical address without meaning, PCIDE 1": ["ok", "#UD at=0000 cs=0008 fl=000000"],
      "INVPCID in ring 3": ["#GP(0000) at=0000 cs=002b fl=000000", "#UD at=0000 cs=002b fl=000000"],
    },
  },
];
