/** Where QEMU 7.2 differs in the kernel "taskFaults": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const taskFaultsDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 6.13: EXT is set in the error code of a fault during the delivery of an exception",
    cases: {
      "#UD with an LDT beyond the GDT": [
        "#TS(0101) at=0000 cs=0008 fl=004000 task=0080",
        "#TS(0100) at=0000 cs=0008 fl=004000 task=0080",
      ],
      "#UD with a null CS": [
        "#TS(0001) at=0000 cs=0000 fl=004000 task=0080",
        "#TS(0000) at=0000 cs=0000 fl=004000 task=0080",
      ],
      "#UD with an absent DS": [
        "#NP(0091) at=0000 cs=0008 fl=004000 task=0080",
        "#NP(0090) at=0000 cs=0008 fl=004000 task=0080",
      ],
    },
  },
  {
    manual: "vol. 3, table 7-1: a stack segment that is not present is #SS",
    cases: {
      "JMP to the TSS with an absent SS": [
        "#SS(0090) at=0000 cs=0008 fl=000000 task=0080",
        "#NP(0090) at=0000 cs=0008 fl=000000 task=0080",
      ],
      "INT with an absent SS": [
        "#SS(0090) at=0000 cs=0008 fl=004000 task=0080",
        "#NP(0090) at=0000 cs=0008 fl=004000 task=0080",
      ],
      "#UD with an absent SS": [
        "#SS(0091) at=0000 cs=0008 fl=004000 task=0080",
        "#NP(0090) at=0000 cs=0008 fl=004000 task=0080",
      ],
      "JMP to the TSS with both SS and DS absent": [
        "#SS(0090) at=0000 cs=0008 fl=000000 task=0080",
        "#NP(0090) at=0000 cs=0008 fl=000000 task=0080",
      ],
      "INT with both SS and DS absent": [
        "#SS(0090) at=0000 cs=0008 fl=004000 task=0080",
        "#NP(0090) at=0000 cs=0008 fl=004000 task=0080",
      ],
    },
  },
];
