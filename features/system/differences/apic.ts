/** Where QEMU 7.2 differs in the kernel "apic": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const apicDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 3, figure 10-8: reserved bits of the LVT are 0",
    cases: {
      "what can be written to the LVT": ["timer=000300ff lint0=00010000 ok", "timer=fffbefff lint0=00010000 ok"],
      "a software-disabled APIC masks the LVT": [
        "timer=00010040 timer=00010040 ok",
        "timer=00000040 timer=00000040 ok",
      ],
    },
  },
  {
    manual: "vol. 3, 10.5.4.1: an interrupt at or after the deadline; CPUID.01H:ECX.TSC_Deadline is 0 on QEMU",
    cases: {
      "TSC-deadline": ["came=01 =42 armed=00000000 ok", "came=00 armed=00000000 ok"],
      "TSC-deadline in the past": ["came=01 =42 ok", "came=00 ok"],
    },
  },
  {
    manual:
      "vol. 3, 10.12.1.2 and table 10-6: #GP(0) for registers and bits that x2APIC mode has not; CPUID.01H:ECX.x2APIC is 0 on QEMU",
    cases: {
      "the x2APIC register ID without x2APIC mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "the x2APIC register TPR without x2APIC mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "the x2APIC register EOI without x2APIC mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "the x2APIC register ICR without x2APIC mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "the x2APIC register self-IPI without x2APIC mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, a self-IPI": ["came=01 ok", "came=00 ok"],
      "x2APIC, RDMSR of EOI": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, RDMSR of self-IPI": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, RDMSR of DFR": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, RDMSR of register 31": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, RDMSR of register 40": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of the ID": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of the version": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of PPR": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of EOI with 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of TPR beyond 8 bits": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of TPR's upper half": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of ESR with 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of the ICR's upper half with bit 12 of the lower": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of self-IPI beyond 8 bits": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of the timer's reserved bits": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of the current count": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "x2APIC, WRMSR of the divider's reserved bits": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "from x2APIC back to xAPIC mode": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
    },
  },
  {
    manual: "vol. 3, 10.4.4 and 10.12.5: #GP(0) for reserved bits and illegal changes of mode",
    cases: {
      "IA32_APIC_BASE with bit 0": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "IA32_APIC_BASE with bit 9": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "IA32_APIC_BASE with bit 46": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "IA32_APIC_BASE with EXTD without EN": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
    },
  },
  {
    manual: "vol. 3, 10.5.3: bit 5 of ESR, a vector of 0 to 15 in a message that was sent",
    cases: {
      "an IPI with vector 5 is an error": ["esr=20 ok", "esr=00 ok"],
    },
  },
];
