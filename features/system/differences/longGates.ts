/** Where QEMU 7.2 differs in the kernel "longGates": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const longGatesDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 2, CALL: #GP(0) if the target is not canonical: a fault of the call",
    cases: {
      "CALL in ring 3 through a call gate with an upper half": ["#GP(0000) at=0005 cs=002b fl=000000", null],
      "CALL in ring 0 through a call gate with an upper half": ["#GP(0000) at=0005 cs=0008 fl=000000", null],
    },
  },
  {
    manual: "vol. 3, 6.6: a fault's saved instruction pointer is that of the instruction",
    cases: {
      "CALL in ring 3 through a call gate with a non-canonical RSP0": [
        "#SS(0000) at=0005 cs=002b fl=000000",
        "#SS(0000) at=0000 cs=002b fl=000000",
      ],
      "CALL in ring 3 through a call gate to ring 1 with a TSS that ends before RSP1": [
        "#TS(0030) at=0005 cs=002b fl=000000",
        "#TS(0030) at=0000 cs=002b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n: SS stays what it was when an interrupt stack is taken without a change of ring",
    cases: {
      "INT in ring 0 with IST 1": [
        "rip=00008002 cs=00000008 fl=00000002 rsp=00007003 ss=00000010 now ss=0010 cs=0008",
        "rip=00008002 cs=00000008 fl=00000002 rsp=00007003 ss=00000010 now ss=0000 cs=0008",
      ],
    },
  },
  {
    manual: "vol. 3, 6.13: EXT is set in the error code of a fault during the delivery of an exception",
    cases: {
      "#UD in ring 3 with a non-canonical RSP0": [
        "#SS(0001) at=0000 cs=002b fl=000000",
        "#SS(0000) at=0000 cs=002b fl=000000",
      ],
      "#UD in ring 3 with a TSS that ends before RSP1, for ring 1": [
        "#TS(0031) at=0000 cs=002b fl=000000",
        "#TS(0030) at=0000 cs=002b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, INT n: #SS(EXT) if a push of the frame is not to a canonical address",
    cases: {
      "INT in ring 0 with an IST that is 0": [
        "#SS(0000) at=0000 cs=0008 fl=000000",
        "#GP(0000) at=0000 cs=0008 fl=000000",
      ],
      "INT in ring 3 with an IST that is 0": [
        "#SS(0000) at=0000 cs=002b fl=000000",
        "#GP(0000) at=0000 cs=002b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 3, 6.13: the error code holds the vector in bits 15:3, in every mode, and EXT",
    cases: {
      "a vector beyond the IDT": ["#GP(047a) at=0000 cs=0008 fl=000000", "#GP(08f2) at=0000 cs=0008 fl=000000"],
      "vector 6 whose gate is absent": ["#NP(0033) at=0000 cs=0008 fl=000000", "#NP(0062) at=0000 cs=0008 fl=000000"],
    },
  },
  {
    manual: "vol. 2, INT n: #GP(EXT) if the handler's address is not canonical: a fault of the interrupt",
    cases: {
      "a non-canonical handler": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
    },
  },
  {
    manual:
      "vol. 2, IRET: #GP(0) if the return address is not canonical or beyond the code segment's limit: a fault of the return",
    cases: {
      "IRETQ to a non-canonical address": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
      "IRETQ to compatibility mode beyond 4 GiB": ["#GP(0000) at=0000 cs=0008 fl=000000", null],
    },
  },
  {
    manual: "vol. 2, IRET: #GP(0) if a null SS whose RPL is not CPL returns to 64-bit code",
    cases: {
      "IRETQ within ring 0 with SS 1": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "rip=00008002 cs=00000008 fl=00000002 rsp=00007000 ss=00000001 now ss=0001 cs=0008",
      ],
      "IRETQ within ring 0 with SS 2": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "rip=00008002 cs=00000008 fl=00000002 rsp=00007000 ss=00000002 now ss=0002 cs=0008",
      ],
      "IRETQ within ring 0 with SS 3": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "rip=00008002 cs=00000008 fl=00000002 rsp=00007000 ss=00000003 now ss=0003 cs=0008",
      ],
    },
  },
];
