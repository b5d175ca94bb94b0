/** Where QEMU 7.2 differs in the kernel "tasks": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const tasksDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, 7.3: EFLAGS is loaded from the TSS, the flags of results too",
    cases: {
      "a task with an LDT, 386": [
        "fl=000002 tr=0080 eax=00001111 ebx=00001414 ecx=00001212 edx=00001313 ebp=00001616 esi=00001717 edi=00001818 esp=00006000 link=0000 old=89 new=8b ts=8 saved eip=0007 fl=000002 ecx=cccccccc esp=00000000 es=0010 cs=0008 ss=0010 fs=0010 ldt=0058 ldt=0058 ds=000c",
        "fl=000046 tr=0080 eax=00001111 ebx=00001414 ecx=00001212 edx=00001313 ebp=00001616 esi=00001717 edi=00001818 esp=00006000 link=0000 old=89 new=8b ts=8 saved eip=0007 fl=000002 ecx=cccccccc esp=00000000 es=0010 cs=0008 ss=0010 fs=0010 ldt=0058 ldt=0058 ds=000c",
      ],
      "a task with an LDT, 286": [
        "fl=000002 tr=0080 eax=1111 ebx=1414 ecx=1212 edx=1313 ebp=1616 esi=1717 edi=1818 esp=6000 link=0000 old=89 new=83 ts=8 saved eip=0007 fl=000002 ecx=cccccccc esp=00000000 es=0010 cs=0008 ss=0010 fs=0010 ldt=0058 ldt=0058 ds=000c",
        "fl=000046 tr=0080 eax=1111 ebx=1414 ecx=1212 edx=1313 ebp=1616 esi=1717 edi=1818 esp=6000 link=0000 old=89 new=83 ts=8 saved eip=0007 fl=000002 ecx=cccccccc esp=00000000 es=0010 cs=0008 ss=0010 fs=0010 ldt=0058 ldt=0058 ds=000c",
      ],
    },
  },
  {
    manual: "vol. 3, 7.3 and 17.3.1.5: the T bit of a TSS raises #DB with BT after the switch",
    cases: {
      "the debug trap of a TSS": ["#DB at=0000 cs=0008 fl=000000 dr6=ffff8ff0", "#UD at=0000 cs=0008 fl=000000"],
    },
  },
  {
    manual: "vol. 2, JMP and INT n: #GP(selector) if a TSS's selector is in the LDT",
    cases: {
      "JMP to a task gate to a selector in the LDT": [
        "#GP(0004) at=0000 cs=0008 fl=000000",
        "#TS(0004) at=0000 cs=0008 fl=000000",
      ],
      "INT through a task gate to a selector in the LDT": [
        "#GP(0004) at=0000 cs=0008 fl=000000",
        "#TS(0004) at=0000 cs=0008 fl=000000",
      ],
      "JMP to a TSS in the LDT": ["#GP(0004) at=0000 cs=0008 fl=000000", "#TS(0004) at=0000 cs=0008 fl=000000"],
    },
  },
];
