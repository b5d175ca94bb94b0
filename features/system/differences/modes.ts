/** Where QEMU 7.2 differs in the kernel "modes": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const modesDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 9.8.5: #GP(0) if PG is set while LME is 1 and PAE is 0, or CS.L is 1",
    cases: {
      "paging with LME without PAE": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "cr0=00000031 cr4=00000000 efer=0100 cs=0008 ok",
      ],
      "paging with LME in a 64-bit code segment": ["#GP(0000) at=0008 cs=0088 fl=000000", null],
    },
  },
  {
    manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to set PG while PE is 0",
    cases: {
      "paging with PG and PE cleared": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
    },
  },
  {
    manual: "vol. 3, 9.8.5: #GP(0) if LME is changed while paging is on",
    cases: {
      "EFER.LME under 32-bit paging": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
    },
  },
  {
    manual: "vol. 2, MOV CR: #GP(0) if PCIDE is set while IA32_EFER.LMA is 0",
    cases: {
      "CR4.PCIDE in protected mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
    },
  },
];
