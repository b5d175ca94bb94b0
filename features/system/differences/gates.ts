/** Where QEMU 7.2 differs in the kernel "gates": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const gatesDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 2, JMP: a code segment behind a call gate that is not present is #NP(code segment selector)",
    cases: {
      "JMP in ring 0 with RPL 0 through a gate to absent code": [
        "#NP(0088) at=0000 cs=0008 fl=000000",
        "#GP(0088) at=0000 cs=0008 fl=000000",
      ],
      "JMP in ring 0 with RPL 0 through a gate to absent conforming code": [
        "#NP(0088) at=0000 cs=0008 fl=000000",
        "#GP(0088) at=0000 cs=0008 fl=000000",
      ],
      "JMP in ring 3 with RPL 0 through a gate to absent code": [
        "#NP(0088) at=0000 cs=001b fl=000000",
        "#GP(0088) at=0000 cs=001b fl=000000",
      ],
      "JMP in ring 3 with RPL 0 through a gate to absent conforming code": [
        "#NP(0088) at=0000 cs=001b fl=000000",
        "#GP(0088) at=0000 cs=001b fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, CALL: #GP(0) if the target offset is beyond the code segment's limit",
    cases: {
      "CALL in ring 0 with RPL 0 through a gate to code that ends before": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "#83 at=0802 cs=0088 fl=000000",
      ],
      "CALL in ring 3 with RPL 0 through a gate to code that ends before": [
        "#GP(0000) at=0000 cs=001b fl=000000",
        "#83 at=0802 cs=0088 fl=000000",
      ],
    },
  },
  {
    manual: "vol. 2, CALL and JMP: of a 16-bit gate's entry only 16 bits of the offset are used",
    cases: {
      "CALL in ring 0 with RPL 0 through a 16-bit gate with words above": ["#83 at=0802 cs=0008 fl=000000", null],
      "CALL in ring 3 with RPL 0 through a 16-bit gate with words above": ["#83 at=0802 cs=0008 fl=000000", null],
    },
  },
  {
    manual: "vol. 2, CALL: through a gate to conforming code CPL stays what it was, and is the RPL of CS",
    cases: {
      "CALL in ring 3 with RPL 0 through a gate to conforming code": [
        "#83 at=0802 cs=008b fl=000000",
        "#83 at=0802 cs=0088 fl=000000",
      ],
    },
  },
  {
    manual: "vol. 3, 5.3: limits are checked on every access; the parameters are read from the caller's stack: #SS(0)",
    cases: {
      "a 32-bit gate whose parameters lie beyond the user's stack": [
        "#SS(0000) at=0000 cs=001b fl=000000",
        "#83 at=0802 cs=0008 fl=000000",
      ],
      "a 16-bit gate whose parameters lie beyond the user's stack": [
        "#SS(0000) at=0000 cs=001b fl=000000",
        "#83 at=0802 cs=0008 fl=000000",
      ],
    },
  },
];
