/** Where QEMU 7.2 differs in the kernel "inner": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const innerDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 6.13: EXT is set in the error code of a fault during the delivery of an exception",
    cases: {
      "#UD onto a TSS that ends before ESP0": [
        "#TS(0031) at=0000 cs=001b fl=000000",
        "#TS(0030) at=0000 cs=001b fl=000000",
      ],
      "#UD onto a TSS that ends within SS0": [
        "#TS(0031) at=0000 cs=001b fl=000000",
        "#TS(0030) at=0000 cs=001b fl=000000",
      ],
      "#UD onto a 286 TSS that ends within SS0": [
        "#TS(0031) at=0000 cs=001b fl=000000",
        "#TS(0030) at=0000 cs=001b fl=000000",
      ],
      "#UD onto a null stack": ["#TS(0001) at=0000 cs=001b fl=000000", "#TS(0000) at=0000 cs=001b fl=000000"],
      "#UD onto a null stack with RPL 3": [
        "#TS(0001) at=0000 cs=001b fl=000000",
        "#TS(0000) at=0000 cs=001b fl=000000",
      ],
      "#UD onto a stack beyond the GDT": ["#TS(0101) at=0000 cs=001b fl=000000", "#TS(0100) at=0000 cs=001b fl=000000"],
      "#UD onto a stack beyond the LDT": ["#TS(0045) at=0000 cs=001b fl=000000", "#TS(0044) at=0000 cs=001b fl=000000"],
      "#UD onto a stack with RPL 3": ["#TS(0011) at=0000 cs=001b fl=000000", "#TS(0010) at=0000 cs=001b fl=000000"],
      "#UD onto a stack of ring 3": ["#TS(0021) at=0000 cs=001b fl=000000", "#TS(0020) at=0000 cs=001b fl=000000"],
      "#UD onto a stack of ring 3 with RPL 0": [
        "#TS(0021) at=0000 cs=001b fl=000000",
        "#TS(0020) at=0000 cs=001b fl=000000",
      ],
      "#UD onto a stack in code": ["#TS(0009) at=0000 cs=001b fl=000000", "#TS(0008) at=0000 cs=001b fl=000000"],
      "#UD onto a stack in a TSS": ["#TS(0031) at=0000 cs=001b fl=000000", "#TS(0030) at=0000 cs=001b fl=000000"],
      "#UD onto a read-only stack": ["#TS(0089) at=0000 cs=001b fl=000000", "#TS(0088) at=0000 cs=001b fl=000000"],
      "#UD onto an absent stack with RPL 3": [
        "#TS(0089) at=0000 cs=001b fl=000000",
        "#TS(0088) at=0000 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n and CALL: #TS only if a byte of SS0:ESP0, up to offset 9 of the TSS, is beyond its limit",
    cases: {
      "INT onto a TSS that ends behind SS0": ["#80 at=0002 cs=001b fl=000000", "#TS(0030) at=0000 cs=001b fl=000000"],
      "#UD onto a TSS that ends behind SS0": ["#UD at=0000 cs=001b fl=000000", "#TS(0030) at=0000 cs=001b fl=000000"],
      "a call gate onto a TSS that ends behind SS0": [
        "#80 at=0007 cs=001b fl=007000",
        "#TS(0030) at=0000 cs=001b fl=000000",
      ],
      "a call gate with parameters onto a TSS that ends behind SS0": [
        "#80 at=0007 cs=001b fl=000000",
        "#TS(0030) at=0000 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n and CALL: #SS(SS selector) if the inner stack segment is not present",
    cases: {
      "INT onto an absent stack": ["#SS(0088) at=0000 cs=001b fl=000000", "#TS(0088) at=0000 cs=001b fl=000000"],
      "a call gate onto an absent stack": [
        "#SS(0088) at=0000 cs=001b fl=000000",
        "#TS(0088) at=0000 cs=001b fl=000000",
      ],
      "a call gate with parameters onto an absent stack": [
        "#SS(0088) at=0000 cs=001b fl=000000",
        "#TS(0088) at=0000 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n: #SS(SS selector + EXT) if the inner stack segment is not present",
    cases: {
      "#UD onto an absent stack": ["#SS(0089) at=0000 cs=001b fl=000000", "#TS(0088) at=0000 cs=001b fl=000000"],
    },
  },
  {
    manual: "vol. 2, INT n and CALL: #SS(SS selector + EXT) if the inner stack has no room for the frame",
    cases: {
      "INT onto a stack that ends before": ["#SS(0088) at=0000 cs=001b fl=000000", "#80 at=0002 cs=001b fl=000000"],
      "#UD onto a stack that ends before": ["#SS(0089) at=0000 cs=001b fl=000000", "#UD at=0000 cs=001b fl=000000"],
      "a call gate onto a stack that ends before": [
        "#SS(0088) at=0000 cs=001b fl=000000",
        "#80 at=0007 cs=001b fl=007000",
      ],
      "a call gate with parameters onto a stack that ends before": [
        "#SS(0088) at=0000 cs=001b fl=000000",
        "#80 at=0007 cs=001b fl=000000",
      ],
      "INT onto a stack without room": ["#SS(0088) at=0000 cs=001b fl=000000", "#80 at=0002 cs=001b fl=000000"],
      "#UD onto a stack without room": ["#SS(0089) at=0000 cs=001b fl=000000", "#UD at=0000 cs=001b fl=000000"],
      "a call gate onto a stack without room": ["#SS(0088) at=0000 cs=001b fl=000000", "#80 at=0007 cs=001b fl=007000"],
      "a call gate with parameters onto a stack without room": [
        "#SS(0088) at=0000 cs=001b fl=000000",
        "#80 at=0007 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n: ESP ← NewESP, all 32 bits of a 386 TSS, whatever the size of the stack",
    cases: {
      "INT onto a 16-bit stack": ["esp=12345fec user esp=00007000", "esp=00005fec user esp=00007000"],
    },
  },
];
