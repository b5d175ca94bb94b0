/** Where QEMU 7.2 differs in the kernel "real": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const realDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 2, INT1: generates a debug exception",
    cases: {
      "INT1 in real-address mode": [
        "#DB at=0001 cs=0900 fl=000000 dr6=ffff0ff0 sp=07f0 flags=0000",
        "#UD at=0000 cs=0900 fl=000000 sp=07f0 flags=0000",
      ],
    },
  },
  {
    manual: "vol. 2, SYSRET: #UD in real-address mode",
    cases: {
      "SYSRET in real-address mode": [
        "#UD at=0000 cs=0900 fl=000000 sp=07f0 flags=0000",
        "#GP(0000) at=0000 cs=0900 fl=000000 sp=07f0 flags=0000",
      ],
    },
  },
  {
    manual: "vol. 2, RDMSR: #GP if ECX specifies an unimplemented MSR",
    cases: {
      "RDMSR of nothing in real-address mode": [
        "#GP(0000) at=0006 cs=0900 fl=000000 sp=07f0 flags=0000",
        "ax=00000000 bx=00000000 ok",
      ],
    },
  },
  {
    manual: "vol. 2, MOV CR: #GP if an attempt is made to set PG while PE is 0",
    cases: {
      "PG without PE in real-address mode": ["#GP(0000) at=0009 cs=0900 fl=000000 sp=07f0 flags=0000", null],
    },
  },
  {
    manual: "vol. 2, JMP and IRET: #GP if the target is beyond the code segment's limit",
    cases: {
      "IRETD beyond 64 KiB": ["#GP(0000) at=000f cs=0900 fl=000000 sp=07e4 flags=0000", null],
      "a jump beyond FFFF": ["#GP(0000) at=0006 cs=0900 fl=000000 sp=07f0 flags=0000", null],
      "a jump beyond the segment in 16-bit protected mode": ["#GP(0000) at=001a cs=0048 fl=000000", null],
    },
  },
  {
    manual: "vol. 3, 5.3 and 20.1.1: limits are checked on every access, in real-address mode too: #GP, #SS",
    cases: {
      "a word at FFFF": ["#GP(0000) at=0003 cs=0900 fl=000000 sp=07f0 flags=0000", "ax=00000000 bx=0000ffff ok"],
      "a dword at FFFD": ["#GP(0000) at=0003 cs=0900 fl=000000 sp=07f0 flags=0000", "ax=00000000 bx=0000fffd ok"],
      "a word at FFFF of the stack": [
        "#SS(0000) at=0003 cs=0900 fl=000000 sp=07f0 flags=0000",
        "ax=00000000 bx=0000ffff ok",
      ],
      "a byte at 10000": ["#GP(0000) at=0006 cs=0900 fl=000000 sp=07f0 flags=0000", "ax=00000000 bx=00000000 ok"],
      "PUSH EAX with SP 2": ["#SS(0000) at=0003 cs=0900 fl=000000 sp=0002 flags=0000", "ax=00000000 bx=00000000 ok"],
      "POP at FFFF": ["#SS(0000) at=0003 cs=0900 fl=000000 sp=ffff flags=0000", "ax=00000000 bx=00000000 ok"],
      "an unreal DS of 2000 bytes": [
        "#GP(0000) at=0006 cs=0900 fl=000000 sp=07f0 flags=0000",
        "ax=00000000 bx=00001fff ok",
      ],
      "a word at FFFF in 16-bit protected mode": ["#GP(0000) at=0017 cs=0048 fl=000000", "eax=00000000 esp=00006ff4"],
    },
  },
  {
    manual: "vol. 3, 5.3 and 6.15, interrupt 13: #GP for an instruction that crosses the end of the code segment",
    cases: {
      "an instruction across FFFF": ["#GP(0000) at=ffff cs=0900 fl=000000 sp=07f0 flags=0000", null],
    },
  },
];
