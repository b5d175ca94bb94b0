/** Where QEMU 7.2 differs in the kernel "events": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const eventsDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 2, EMMS: #NM if CR0.TS is 1",
    cases: {
      "EMMS with EM, TS, MP 8": ["#NM at=0000 cs=0008 fl=000000", "ok"],
      "EMMS with EM, TS, MP 10": ["#NM at=0000 cs=0008 fl=000000", "ok"],
    },
  },
  {
    manual: "vol. 3, 6.15, interrupt 17, and 3.5.1: #AC at CPL 3 with CR0.AM and EFLAGS.AC; the translator has none",
    cases: {
      "a word at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "a dword at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "a dword at 2 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "a dword written at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "a dword written at 2 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "a read and write at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "a read and write at 2 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "PUSH at 1 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "PUSH at 2 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "POP at 1 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "POP at 2 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0014 cs=001b fl=040000"],
      "POP of a word at 1 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "LOCK XADD at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0016 cs=001b fl=040000"],
      "LOCK XADD at 2 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0016 cs=001b fl=040000"],
      "SIDT at 0 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "SIDT at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "SIDT at 4 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "LODSD at 1 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "LODSD at 2 with AM and AC": ["#AC(0000) at=000c cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "BT of memory at 1 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
      "BT of memory at 2 with AM and AC": ["#AC(0000) at=000a cs=001b fl=040000", "#80 at=0015 cs=001b fl=040000"],
    },
  },
  {
    manual: "vol. 3, 6.8.3 and vol. 2, STI: STI holds back maskable interrupts, not debug exceptions",
    cases: {
      "TF and STI": ["#DB at=0002 cs=0008 fl=000300 dr6=ffff4ff0", "#DB at=0003 cs=0008 fl=000300 dr6=ffff4ff0"],
    },
  },
  {
    manual: "vol. 3, 6.8.3: debug exceptions are held back until the instruction behind MOV SS is done",
    cases: {
      "a data breakpoint hit by MOV SS is held back by one instruction": [
        "#DB at=0007 cs=0008 fl=000000 dr6=ffff0ff1",
        "#DB at=0006 cs=0008 fl=000000 dr6=ffff0ff1",
      ],
    },
  },
];
