/** Where QEMU 7.2 differs in the kernel "rings": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const ringsDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 17.3.1.1: RF is set in the EFLAGS that a fault pushes",
    cases: {
      "an exception with an error code in ring 3 through a 32-bit interrupt gate": [
        "fl=0000 esp=ffe8 code=00000282 ip=00008000 cs=0000001b fl=00010002 sp=00007000 ss=00000023 ss=0010 cs=0008",
        "fl=0000 esp=ffe8 code=00000282 ip=00008000 cs=0000001b fl=00000002 sp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
      "an exception with an error code in ring 0 through a 32-bit interrupt gate": [
        "fl=0000 esp=efb0 code=0000fff8 ip=00008005 cs=00000008 fl=00010046 ss=0010 cs=0008",
        "fl=0000 esp=efb0 code=0000fff8 ip=00008005 cs=00000008 fl=00000046 ss=0010 cs=0008",
      ],
      "an exception with an error code in ring 3 through a 32-bit trap gate": [
        "fl=0000 esp=ffe8 code=00000282 ip=00008000 cs=0000001b fl=00010002 sp=00007000 ss=00000023 ss=0010 cs=0008",
        "fl=0000 esp=ffe8 code=00000282 ip=00008000 cs=0000001b fl=00000002 sp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
      "an exception with an error code in ring 0 through a 32-bit trap gate": [
        "fl=0000 esp=efb0 code=0000fff8 ip=00008005 cs=00000008 fl=00010046 ss=0010 cs=0008",
        "fl=0000 esp=efb0 code=0000fff8 ip=00008005 cs=00000008 fl=00000046 ss=0010 cs=0008",
      ],
    },
  },
  {
    manual: "vol. 3, 6.13: EXT is set in the error code of a fault during the delivery of an exception",
    cases: {
      "#UD in ring 0 whose handler is null": [
        "#GP(0001) at=0000 cs=0008 fl=000000",
        "#GP(0000) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is null": [
        "#GP(0001) at=0000 cs=001b fl=000000",
        "#GP(0000) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is a segment beyond the GDT": [
        "#GP(0101) at=0000 cs=0008 fl=000000",
        "#GP(0100) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is a segment beyond the GDT": [
        "#GP(0101) at=0000 cs=001b fl=000000",
        "#GP(0100) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is data": [
        "#GP(0011) at=0000 cs=0008 fl=000000",
        "#GP(0010) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is data": [
        "#GP(0011) at=0000 cs=001b fl=000000",
        "#GP(0010) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is a TSS": [
        "#GP(0031) at=0000 cs=0008 fl=000000",
        "#GP(0030) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is a TSS": [
        "#GP(0031) at=0000 cs=001b fl=000000",
        "#GP(0030) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is absent code": [
        "#NP(0089) at=0000 cs=0008 fl=000000",
        "#NP(0088) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is absent code": [
        "#NP(0089) at=0000 cs=001b fl=000000",
        "#NP(0088) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is code of ring 3": [
        "#GP(0019) at=0000 cs=0008 fl=000000",
        "#GP(0018) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 0 whose handler is a task gate to no TSS": [
        "#GP(0011) at=0000 cs=0008 fl=000000",
        "#GP(0010) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is a task gate to no TSS": [
        "#GP(0011) at=0000 cs=001b fl=000000",
        "#GP(0010) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is a call gate": [
        "#GP(0033) at=0000 cs=0008 fl=000000",
        "#GP(0032) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is a call gate": [
        "#GP(0033) at=0000 cs=001b fl=000000",
        "#GP(0032) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is an absent gate": [
        "#NP(0033) at=0000 cs=0008 fl=000000",
        "#NP(0032) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is an absent gate": [
        "#NP(0033) at=0000 cs=001b fl=000000",
        "#NP(0032) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 0 whose handler is an absent gate of ring 0": [
        "#NP(0033) at=0000 cs=0008 fl=000000",
        "#NP(0032) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 3 whose handler is an absent gate of ring 0": [
        "#NP(0033) at=0000 cs=001b fl=000000",
        "#NP(0032) at=0000 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n: #GP(EXT) if the handler's offset is beyond the code segment's limit",
    cases: {
      "INT in ring 0 whose handler is code that ends before": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "#83 at=0802 cs=0098 fl=000000",
      ],
      "#UD in ring 0 whose handler is code that ends before": [
        "#GP(0001) at=0000 cs=0008 fl=000000",
        "#83 at=0802 cs=0098 fl=000000",
      ],
      "#NP in ring 0 whose handler is code that ends before": [
        "#DF(0000) at=0005 cs=0008 fl=000000",
        "#83 at=0802 cs=0098 fl=000000",
      ],
      "INT in ring 3 whose handler is code that ends before": [
        "#GP(0000) at=0000 cs=001b fl=000000",
        "#83 at=0802 cs=0098 fl=000000",
      ],
      "#UD in ring 3 whose handler is code that ends before": [
        "#GP(0001) at=0000 cs=001b fl=000000",
        "#83 at=0802 cs=0098 fl=000000",
      ],
      "#NP in ring 3 whose handler is code that ends before": [
        "#DF(0000) at=0005 cs=001b fl=000000",
        "#83 at=0802 cs=0098 fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n: #GP(selector) if a task gate's selector is in the LDT",
    cases: {
      "INT in ring 0 whose handler is a task gate to the LDT": [
        "#GP(0004) at=0000 cs=0008 fl=000000",
        "#TS(0004) at=0000 cs=0008 fl=000000",
      ],
      "#UD in ring 0 whose handler is a task gate to the LDT": [
        "#GP(0005) at=0000 cs=0008 fl=000000",
        "#TS(0004) at=0000 cs=0008 fl=000000",
      ],
      "INT in ring 3 whose handler is a task gate to the LDT": [
        "#GP(0004) at=0000 cs=001b fl=000000",
        "#TS(0004) at=0000 cs=001b fl=000000",
      ],
      "#UD in ring 3 whose handler is a task gate to the LDT": [
        "#GP(0005) at=0000 cs=001b fl=000000",
        "#TS(0004) at=0000 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, RET and IRET: #SS(selector) if the outer stack segment is not present",
    cases: {
      "RETF to ring 3 with a stack absent": [
        "#SS(0090) at=0000 cs=0008 fl=000000",
        "#NP(0090) at=0000 cs=0008 fl=000000",
      ],
      "IRETD to ring 3 with a stack absent": [
        "#SS(0090) at=0000 cs=0008 fl=000000",
        "#NP(0090) at=0000 cs=0008 fl=000000",
      ],
      "RETFW to ring 3 with a stack absent": [
        "#SS(0090) at=0000 cs=0008 fl=000000",
        "#NP(0090) at=0000 cs=0008 fl=000000",
      ],
      "IRETW to ring 3 with a stack absent": [
        "#SS(0090) at=0000 cs=0008 fl=000000",
        "#NP(0090) at=0000 cs=0008 fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, RET and IRET: #GP(0) if the return address is beyond the code segment's limit",
    cases: {
      "RETF to ring 3 beyond the segment's limit": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "fl=0000 esp=ffec eip=00008002 cs=00000083 fl=00000003 esp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
      "IRETD to ring 3 beyond the segment's limit": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "fl=0000 esp=ffec eip=00008002 cs=00000083 fl=00000002 esp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
      "RETFW to ring 3 beyond the segment's limit": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "fl=0000 esp=ffec eip=00008002 cs=00000083 fl=00000006 esp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
      "IRETW to ring 3 beyond the segment's limit": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "fl=0000 esp=ffec eip=00008002 cs=00000083 fl=00000002 esp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
    },
  },
  {
    manual: "vol. 2, IRETD: at CPL 0, VIF and VIP are loaded too",
    cases: {
      "IRETD to ring 3 with all flags": [
        "fl=3400 esp=ffec eip=00008002 cs=0000001b fl=003c7ed7 esp=00007000 ss=00000023 ss=0010 cs=0008",
        "fl=3400 esp=ffec eip=00008002 cs=0000001b fl=00247ed7 esp=00007000 ss=00000023 ss=0010 cs=0008",
      ],
    },
  },
  {
    manual: "vol. 2, IRETD: VM in the image counts only at CPL 0",
    cases: {
      "IRETD in ring 3 with IF, IOPL, VIF, VIP and VM in the image": [
        "fl=1400 esp=ffec eip=0000804f cs=0000001b fl=00001cd7 esp=00007000 ss=00000023 ss=0010 cs=0008",
        "fl=3400 esp=ffdc eip=00008654 cs=0000001b fl=001a3e86 esp=00000000 ss=00000000 ss=0010 cs=0008",
      ],
    },
  },
];
