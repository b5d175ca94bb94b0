/** Where QEMU 7.2 differs in the kernel "calls": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const callsDifferences: readonly DifferenceGroup[] = [
  {
    manual: "vol. 2, SYSCALL: RFLAGS loses only what IA32_FMASK holds",
    cases: {
      "SYSCALL in ring 0": [
        "fl=000046 rcx=00008002 r11=00000046 rsp=00007000 cs=0008 ss=0010",
        "fl=000002 rcx=00008002 r11=00000046 rsp=00007000 cs=0008 ss=0010",
      ],
    },
  },
  {
    manual: "vol. 2, SYSCALL: #UD outside 64-bit mode",
    cases: {
      "SYSCALL in compatibility mode": [
        "#UD at=0000 cs=001b fl=000000",
        "fl=000002 rcx=40008002 r11=00000002 rsp=40007000 cs=0008 ss=0010",
      ],
    },
  },
  {
    manual: "vol. 2, SYSRET: RFLAGS is (R11 & 3C7FD7H) | 2",
    cases: {
      "SYSRETQ with all flags but TF": [
        "rip=40008102 cs=0000002b fl=001c7ed7 rsp=40007000 ss=00000023 now ss=0000 cs=0008",
        "rip=40008102 cs=0000002b fl=00067ed7 rsp=40007000 ss=00000023 now ss=0000 cs=0008",
      ],
      "SYSRET with all flags but TF": [
        "rip=40008102 cs=0000001b fl=001c7ed7 rsp=40007000 ss=00000023 now ss=0000 cs=0008",
        "rip=40008102 cs=0000001b fl=00067ed7 rsp=40007000 ss=00000023 now ss=0000 cs=0008",
      ],
    },
  },
  {
    manual: "vol. 2, SYSRET: RFLAGS is (R11 & 3C7FD7H) | 2, which has neither RF nor VM",
    cases: {
      "SYSRETQ with RF and VM": [
        "rip=40008102 cs=0000002b fl=00000002 rsp=40007000 ss=00000023 now ss=0000 cs=0008",
        null,
      ],
      "SYSRET with RF and VM": [
        "rip=40008102 cs=0000001b fl=00000002 rsp=40007000 ss=00000023 now ss=0000 cs=0008",
        null,
      ],
    },
  },
  {
    manual:
      "vol. 2, SYSRET: #GP(0) in ring 0 if RCX is not canonical and the operand size is 64; #UD outside 64-bit mode",
    cases: {
      "SYSRETQ to a non-canonical address": ["#GP(0000) at=0003 cs=0008 fl=000000", null],
      "SYSRET in compatibility mode": ["#UD at=0000 cs=0040 fl=000000", null],
    },
  },
  {
    manual: "vol. 2, SYSENTER: #GP(0) if bits 15:2 of IA32_SYSENTER_CS are 0",
    cases: {
      "SYSENTER in 64-bit code, CS 3": [
        "#GP(0000) at=0000 cs=002b fl=003600",
        "fl=003402 rcx=00000000 r11=00000002 rsp=00007ff0 cs=0000 ss=0008",
      ],
      "SYSENTER in compatibility mode, CS 3": [
        "#GP(0000) at=0000 cs=001b fl=003600",
        "fl=003402 rcx=00000000 r11=00000002 rsp=00007ff0 cs=0000 ss=0008",
      ],
    },
  },
  {
    manual: "vol. 2, SYSEXIT: #GP(0) in ring 0 if RCX or RDX is not canonical and the operand size is 64",
    cases: {
      "SYSEXITQ to a non-canonical address": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "#GP(0000) at=2f4c cs=002b fl=000000",
      ],
      "SYSEXITQ with a non-canonical stack": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "rip=40008102 cs=0000002b fl=00000002 rsp=00000000 ss=00000033 now ss=0000 cs=0008",
      ],
    },
  },
  {
    manual: "vol. 2, WRFSBASE: #GP(0) if the source is not canonical",
    cases: {
      "WRFSBASE with CR4.FSGSBASE and a non-canonical base": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "rax=88887777 =00009999 fs=00008000 =00000000 gs=00000000 =00000000 ok",
      ],
      "WRGSBASE with CR4.FSGSBASE and a non-canonical base": [
        "#GP(0000) at=0000 cs=0008 fl=000000",
        "rax=88887777 =00009999 fs=00001234 =89abcdef gs=00008000 =00000000 ok",
      ],
    },
  },
  {
    manual: "vol. 2, WRMSR: #GP(0) for a non-canonical address in an MSR that holds a linear address",
    cases: {
      "a non-canonical LSTAR": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "a non-canonical CSTAR": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "a non-canonical FS_BASE": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "a non-canonical KERNEL_GS_BASE": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "a non-canonical SYSENTER_ESP": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "a non-canonical SYSENTER_EIP": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
    },
  },
  {
    manual: "vol. 2, WRMSR: #GP(0) for a reserved bit that is set",
    cases: {
      "upper half of FMASK": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "upper half of TSC_AUX": ["#GP(0000) at=0000 cs=0008 fl=000000", "ok"],
      "EFER with bit 1": ["#GP(0000) at=0000 cs=0008 fl=000000", "efer=00000000 =00000d01 ok"],
      "EFER with bit 63": ["#GP(0000) at=0000 cs=0008 fl=000000", "efer=00000000 =00000d01 ok"],
      "EFER with LMSLE": ["#GP(0000) at=0000 cs=0008 fl=000000", "efer=00000000 =00000d01 ok"],
    },
  },
];
