/**
 * Where QEMU 7.2 says something else than the manual, by kernel and case. What Cor says is checked against `cor`, so an entry that
 * no longer holds fails the test. The longer lists are in differences/.
 */
import { byCase, type Differences } from "./difference.ts";
import { apicDifferences } from "./differences/apic.ts";
import { callsDifferences } from "./differences/calls.ts";
import { eventsDifferences } from "./differences/events.ts";
import { gatesDifferences } from "./differences/gates.ts";
import { innerDifferences } from "./differences/inner.ts";
import { longGatesDifferences } from "./differences/longGates.ts";
import { modesDifferences } from "./differences/modes.ts";
import { paging4Differences } from "./differences/paging4.ts";
import { paging5Differences } from "./differences/paging5.ts";
import { paging32Differences } from "./differences/paging32.ts";
import { pagingEntriesDifferences } from "./differences/pagingEntries.ts";
import { portsDifferences } from "./differences/ports.ts";
import { protection4Differences } from "./differences/protection4.ts";
import { protection5Differences } from "./differences/protection5.ts";
import { realDifferences } from "./differences/real.ts";
import { ringsDifferences } from "./differences/rings.ts";
import { taskFaultsDifferences } from "./differences/taskFaults.ts";
import { tasksDifferences } from "./differences/tasks.ts";
import { virtualDifferences } from "./differences/virtual.ts";

const segmentFaults = [
  ["a dword read at ffd of FFF", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at 1000 of FFF", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at ffffffff of FFF", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at fff, expand-down from FFF, B 1", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at fffffffd, expand-down from FFF, B 1", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at fffe, expand-down from FFF, B 0", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a dword read at 10000, expand-down from FFF, B 0", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a write to read-only data", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a write to code", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a write through CS", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["a read through a null segment", "#GP(0000) at=0000 cs=0008 fl=000000"],
  ["PUSH beyond the stack's limit goes to the double fault's task", "#DF(0000) at=0000 cs=0008 fl=000000"],
  ["a read through SS beyond its limit", "#SS(0000) at=0000 cs=0008 fl=000000"],
  ["a jump beyond the code segment", "#GP(0000) at=002a cs=0080 fl=000000"],
  ["POP across the end of a stack of 64 KiB", "#SS(0000) at=0000 cs=0008 fl=000000"],
] as const;

export const differences: Readonly<Record<string, Differences>> = {
  gates: byCase(gatesDifferences),
  rings: byCase(ringsDifferences),
  events: byCase(eventsDifferences),
  modes: byCase(modesDifferences),
  apic: byCase(apicDifferences),
  protection5: byCase(protection5Differences),
  protection4: byCase(protection4Differences),
  paging5: byCase(paging5Differences),
  paging4: byCase(paging4Differences),
  pagingEntries: byCase(pagingEntriesDifferences),
  paging32: byCase(paging32Differences),
  longGates: byCase(longGatesDifferences),
  calls: byCase(callsDifferences),
  real: byCase(realDifferences),
  virtual: byCase(virtualDifferences),
  taskFaults: byCase(taskFaultsDifferences),
  tasks: byCase(tasksDifferences),
  ports: byCase(portsDifferences),
  inner: byCase(innerDifferences),
  protected: {
    INT1: {
      cor: "#DB at=0001 cs=0008 fl=000000 dr6=ffff0ff0",
      qemu: "#UD at=0000 cs=0008 fl=000000",
      manual: "vol. 2, INT1: generates a debug exception, without setting bits of DR6 (vol. 3, 17.2.3)",
    },
    "an unknown MSR": {
      cor: "#GP(0000) at=0005 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, RDMSR: #GP(0) if ECX specifies a reserved or unimplemented MSR address",
    },
    "CR0 with PG without PE": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to set PG while PE is 0",
    },
    "CR0 with NW without CD": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to set NW while CD is 0",
    },
    "CR4 with bit 31": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to write a 1 to any reserved bit in CR4",
    },
    "CR4 with PCIDE outside of long mode": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if PCIDE is set while IA32_EFER.LMA is 0",
    },
    "TR with null": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, LTR: #GP(0) if the source is a null selector",
    },
    "TR with null with RPL 3": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, LTR: #GP(0) if the source is a null selector",
    },
    "CALL beyond the segment's limit": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "#GP(0080) at=0000 cs=0008 fl=000000",
      manual: "vol. 2, CALL: #GP(0) if the target offset is beyond the new code segment's limit",
    },
    "RETF beyond the segment's limit": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, RET: #GP(0) if the return instruction pointer is not within the return code segment's limit",
    },
    "IRETD beyond the segment's limit": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, IRET: #GP(0) if the return instruction pointer is not within the return code segment's limit",
    },
  },
  debug: {
    "two breakpoints at once": {
      cor: "#DB at=0005 cs=0008 fl=000000 dr6=ffff0ff3",
      qemu: "#DB at=0005 cs=0008 fl=000000 dr6=ffff0ff1",
      manual: "vol. 3, 17.2.3: each of B0 to B3 says that its own condition was met",
    },
    "general detect": {
      cor: "#DB at=0000 cs=0008 fl=000000 dr6=ffff2ff0",
      qemu: "ok",
      manual: "vol. 3, 17.2.4: with GD set, a debug exception comes before any MOV that accesses a debug register",
    },
  },
  long: {
    "CR0 with high bits": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual:
        "vol. 2, MOV CR: #GP(0) if an attempt is made to write a 1 to any reserved bit; bits 63:32 of CR0 are reserved",
    },
    "CR8 with reserved bits": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, MOV CR: #GP(0) if an attempt is made to write a 1 to any reserved bit in CR8",
    },
    "an absent gate": {
      cor: "#NP(0482) at=0000 cs=0008 fl=000000",
      qemu: "#NP(0902) at=0000 cs=0008 fl=000000",
      manual: "vol. 3, 6.13: the error code holds the vector in bits 15:3, in every mode",
    },
    "a vector behind the IDT's present gates' types": {
      cor: "#GP(049a) at=0000 cs=0008 fl=000000",
      qemu: "#GP(0932) at=0000 cs=0008 fl=000000",
      manual: "vol. 3, 6.13: the error code holds the vector in bits 15:3, in every mode",
    },
    "INT 13 in ring 3": {
      cor: "#GP(006a) at=0012 cs=002b fl=000000",
      qemu: "#GP(00d2) at=0012 cs=002b fl=000000",
      manual: "vol. 3, 6.13: the error code holds the vector in bits 15:3, in every mode",
    },
    "a misaligned read in ring 3 with AM and AC": {
      cor: "#AC(0000) at=0025 cs=002b fl=040000",
      qemu: "#80 at=0029 cs=002b fl=040000",
      manual: "vol. 3, 6.15, interrupt 17: #AC at CPL 3 with CR0.AM and EFLAGS.AC",
    },
    "a null DS in compatibility mode": {
      cor: "#GP(0000) at=0016 cs=001b fl=000000",
      qemu: "#PF(0005) at=0016 cs=001b fl=000000 cr2=00000000 =00000000",
      manual: "vol. 3, 3.4.2: an access through a null segment is #GP(0)",
    },
    "read and write, absent": {
      cor: "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual:
        "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    },
    "read and write, absent with SMEP and SMAP": {
      cor: "#PF(0002) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0000) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual:
        "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    },
    "read and write, for users with SMEP and SMAP": {
      cor: "#PF(0003) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0001) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual:
        "vol. 3, 4.7: bit 1 says that the access was a write, which a read for ownership of a read-modify-write is",
    },
    "read, with a reserved bit": {
      cor: "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read, with a reserved bit with SMEP and SMAP": {
      cor: "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "write, with a reserved bit": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "write, with a reserved bit with SMEP and SMAP": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read and write, with a reserved bit": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read and write, with a reserved bit with SMEP and SMAP": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "execute, with a reserved bit": {
      cor: "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "execute, with a reserved bit with SMEP and SMAP": {
      cor: "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read, beyond the physical width": {
      cor: "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read, beyond the physical width with SMEP and SMAP": {
      cor: "#PF(0009) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "write, beyond the physical width": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "write, beyond the physical width with SMEP and SMAP": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(000a) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read and write, beyond the physical width": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "read and write, beyond the physical width with SMEP and SMAP": {
      cor: "#PF(000b) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0008) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "execute, beyond the physical width": {
      cor: "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "execute, beyond the physical width with SMEP and SMAP": {
      cor: "#PF(0019) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      qemu: "#PF(0018) at=0000 cs=0008 fl=000000 cr2=00000000 =00600000",
      manual: "vol. 3, 4.7: bit 3 of the error code can be set only if bit 0 is also set",
    },
    "a null SS with RPL 3 in ring 0": {
      cor: "#GP(0000) at=0005 cs=0008 fl=000000",
      qemu: "ok",
      manual: "vol. 2, MOV: in 64-bit mode a null SS is #GP(0) unless CPL is below 3 and RPL equals CPL",
    },
    "a jump at a non-canonical address": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, JMP: #GP(0) if the target is not canonical: a fault of the jump, not of the fetch behind it",
    },
    "a read across the end of the canonical half": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 1, 3.3.7.1: every byte of the operand must be canonical, which is checked before paging",
    },
    "RET to a non-canonical address": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, RET: #GP(0) if the return address is not canonical: a fault of the return",
    },
    "a non-canonical GS base": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, WRMSR: #GP(0) if a non-canonical address is written to IA32_GS_BASE",
    },
    "EFER.LME cleared under paging": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 3, 9.8.5: #GP(0) if LME is changed while paging is on",
    },
    "a code segment with L and D": {
      cor: "#GP(0080) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, RET: #GP(selector) if the code segment has both L and D set",
    },
    "CR4.PAE cleared in long mode": {
      cor: "#GP(0000) at=0000 cs=0008 fl=000000",
      qemu: null,
      manual: "vol. 2, MOV CR: #GP(0) if PAE is cleared while IA32_EFER.LMA is 1",
    },
  },
  // The translator compares no access with its segment's limit or type, so none of these cases is run there.
  segments: Object.fromEntries(
    segmentFaults.map(([label, cor]) => [
      label,
      { cor, qemu: null, manual: "vol. 3, 5.3 and 5.5: limits and types are checked on every access" },
    ]),
  ),
};
