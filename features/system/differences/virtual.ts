/** Where QEMU 7.2 differs in the kernel "virtual": what Cor says, what QEMU says (null: the case ends its run), by the manual's sections. */
import type { DifferenceGroup } from "../difference.ts";

export const virtualDifferences: readonly DifferenceGroup[] = [
  {
    manual:
      "CPUID.01H:EDX.VME is 0 on QEMU; vol. 3, 20.4: CLI and STI with IOPL below 3 change VIF; STI with VIP is #GP(0)",
    cases: {
      "CLI with VME, IOPL 0": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "STI with VME, IOPL 0": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=000a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "CLI with VME, IOPL 0 and VIF": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=00024202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=000a4202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "STI with VME, IOPL 0 and VIF": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=000a4202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=000a4202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "CLI with VME, IOPL 2 and VIP": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "CLI with VME, IOPL 0, VIF and VIP": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=00120002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=001a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
    },
  },
  {
    manual: "CPUID.01H:EDX.VME is 0 on QEMU; vol. 3, 20.4: PUSHF with IOPL below 3 pushes VIF for IF, and IOPL 3",
    cases: {
      "PUSHF with VME, IOPL 0": [
        "ax=3002 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "PUSHF with VME, IOPL 0 and VIF": [
        "ax=7202 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=000a4202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=000a4202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "PUSHF with VME, IOPL 2 and VIP": [
        "ax=3002 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "PUSHF with VME, IOPL 0, VIF and VIP": [
        "ax=3202 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=001a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=001a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
    },
  },
  {
    manual:
      "CPUID.01H:EDX.VME is 0 on QEMU; vol. 3, 20.4: POPF and IRET of 16 bits with IOPL below 3 load IF into VIF; TF, or IF with VIP, is #GP(0)",
    cases: {
      "POPF of nothing with VME, IOPL 0": [
        "ax=3002 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000005 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=00020002 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of IF with VME, IOPL 0": [
        "ax=3202 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000006 cs=00000900 fl=000a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000003 cs=00000900 fl=00020002 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of all but TF with VME, IOPL 0": [
        "ax=7ed7 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000006 cs=00000900 fl=000a4cd7 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000003 cs=00000900 fl=00020002 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of nothing with VME, IOPL 0": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000038 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000007 cs=00000900 fl=00020002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of IF with VME, IOPL 0": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000039 cs=00000900 fl=000a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000008 cs=00000900 fl=00020002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of all but TF with VME, IOPL 0": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000039 cs=00000900 fl=000a4cd7 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000008 cs=00000900 fl=00020002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of nothing with VME, IOPL 0 and VIF": [
        "ax=3002 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000005 cs=00000900 fl=00020202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=000a4202 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of IF with VME, IOPL 0 and VIF": [
        "ax=3202 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000006 cs=00000900 fl=000a0202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000003 cs=00000900 fl=000a4202 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of all but TF with VME, IOPL 0 and VIF": [
        "ax=7ed7 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000006 cs=00000900 fl=000a4ed7 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000003 cs=00000900 fl=000a4202 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of nothing with VME, IOPL 0 and VIF": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000038 cs=00000900 fl=00020202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000007 cs=00000900 fl=000a4202 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of IF with VME, IOPL 0 and VIF": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000039 cs=00000900 fl=000a0202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000008 cs=00000900 fl=000a4202 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of all but TF with VME, IOPL 0 and VIF": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000039 cs=00000900 fl=000a4ed7 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000008 cs=00000900 fl=000a4202 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of nothing with VME, IOPL 2 and VIP": [
        "ax=3002 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000005 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=00122002 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of nothing with VME, IOPL 2 and VIP": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000038 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000007 cs=00000900 fl=00122002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "POPF of nothing with VME, IOPL 0, VIF and VIP": [
        "ax=3002 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000005 cs=00000900 fl=00120002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000002 cs=00000900 fl=001a0002 sp=000000fe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "IRET of nothing with VME, IOPL 0, VIF and VIP": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000038 cs=00000900 fl=00120002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000007 cs=00000900 fl=001a0002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
    },
  },
  {
    manual:
      "CPUID.01H:EDX.VME is 0 on QEMU; vol. 3, 20.3.3 and table 20-2: a clear redirection bit sends INT n to the program's own table, with VIF for IF when IOPL is below 3",
    cases: {
      "INT to itself with VME, IOPL 0": [
        "ax=0000 bx=0002 cx=0900 dx=3002 code=00000000 ip=0000080b cs=00000900 fl=00020002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "INT to itself with VME, IOPL 0 and VIF": [
        "ax=0000 bx=0002 cx=0900 dx=7202 code=00000000 ip=0000080b cs=00000900 fl=00024202 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=000a4202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "INT to itself with VME, IOPL 2 and VIP": [
        "ax=0000 bx=0002 cx=0900 dx=3002 code=00000000 ip=0000080b cs=00000900 fl=00122002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00122002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "INT to itself with VME, IOPL 0, VIF and VIP": [
        "ax=0000 bx=0002 cx=0900 dx=3202 code=00000000 ip=0000080b cs=00000900 fl=00120002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=001a0002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "INT to itself with VME, IOPL 3": [
        "ax=0000 bx=0002 cx=0900 dx=3202 code=00000000 ip=0000080b cs=00000900 fl=00023002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "#60 at=0002 cs=0900 fl=023200",
      ],
      "INT with VME and IOPL 3, a TSS too short for the map's base": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00023002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "#60 at=0002 cs=0900 fl=023000",
      ],
      "INT with VME and IOPL 3, a redirection bitmap that lies beyond the limit": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00023002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "#60 at=0002 cs=0900 fl=023000",
      ],
      "INT with VME and IOPL 0, a redirection bitmap whose byte is the last": [
        "ax=0000 bx=0002 cx=0900 dx=3002 code=00000000 ip=0000080b cs=00000900 fl=00020002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "INT with VME and IOPL 3, a redirection bitmap whose byte is the last": [
        "ax=0000 bx=0002 cx=0900 dx=3002 code=00000000 ip=0000080b cs=00000900 fl=00023002 sp=000000fa ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "#60 at=0002 cs=0900 fl=023000",
      ],
      "INT with VME and IOPL 3, a redirection bitmap that ends before": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00023002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "#60 at=0002 cs=0900 fl=023000",
      ],
    },
  },
  {
    manual: "vol. 2, INT1: generates a debug exception, also in virtual-8086 mode whatever IOPL is",
    cases: {
      "INT1 in virtual-8086 mode": ["#DB at=0001 cs=0900 fl=023000 dr6=ffff0ff0", "#UD at=0000 cs=0900 fl=023000"],
    },
  },
  {
    manual: "vol. 3, 20.1.1: segments of virtual-8086 mode end at FFFF: #GP(0), #SS(0)",
    cases: {
      "a word at FFFF": [
        "ax=0000 bx=ffff cx=0000 dx=0000 code=00000000 ip=00000003 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=ffff cx=0000 dx=0000 code=00000000 ip=00000005 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "a byte at 10000": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000006 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000009 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "PUSH with SP 1": [
        "#SS(0000) at=0000 cs=0900 fl=020000",
        "ax=0050 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000009 cs=00000900 fl=00020046 sp=0000ffff ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
      "PUSH EAX with SP 2": [
        "#SS(0000) at=0000 cs=0900 fl=020000",
        "ax=0066 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000009 cs=00000900 fl=00020046 sp=0000fffe ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
      ],
    },
  },
  {
    manual: "vol. 2, JMP and IRET: #GP(0) if the target is beyond the code segment's limit",
    cases: {
      "a jump to IP 10000": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000000 cs=00000900 fl=00020002 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        null,
      ],
      "IRETD with EIP beyond 64 KiB": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000000 ip=00008000 cs=00000008 fl=00000046 sp=00010000 ss=00000900 es=00020002 ds=00000100 fs=00000900 gs=00003333 esp=ef98 fs=0010",
        null,
      ],
    },
  },
  {
    manual: "vol. 2, INT n: in virtual-8086 mode #GP(selector) if the handler is not in ring 0",
    cases: {
      "INT with IOPL 3 through a gate to code of ring 1": [
        "ax=0000 bx=0000 cx=0000 dx=0000 code=00000080 ip=00000000 cs=00000900 fl=00023202 sp=00000100 ss=00000900 es=00003333 ds=00000900 fs=00004444 gs=00005555 esp=ffe4 fs=0000",
        "#TS(0000) at=0000 cs=0900 fl=023200",
      ],
    },
  },
  {
    manual: "vol. 3, 7.3: EFLAGS is loaded from the TSS, VIF among it",
    cases: {
      "a task in virtual-8086 mode, CR4 0": [
        "ax=1112 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=000a4006 sp=00000100 ss=00000900 es=00003333 ds=00000100 fs=00004444 gs=00005555 esp=f4a4 fs=0000",
        "ax=1112 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=00024006 sp=00000100 ss=00000900 es=00003333 ds=00000100 fs=00004444 gs=00005555 esp=f4a4 fs=0000",
      ],
      "a task in virtual-8086 mode, CR4 1": [
        "ax=1112 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=000a4006 sp=00000100 ss=00000900 es=00003333 ds=00000100 fs=00004444 gs=00005555 esp=f4a4 fs=0000",
        "ax=1112 bx=0000 cx=0000 dx=0000 code=00000000 ip=00000001 cs=00000900 fl=00024006 sp=00000100 ss=00000900 es=00003333 ds=00000100 fs=00004444 gs=00005555 esp=f4a4 fs=0000",
      ],
    },
  },
  {
    manual: "vol. 2, IRETD: VM in the image counts only at CPL 0",
    cases: {
      "IRETD in ring 3 with VM in the image": ["#80 at=0061 cs=001b fl=000000", "#GP(0000) at=165b cs=001b fl=020000"],
    },
  },
  {
    manual:
      "CPUID.01H:EDX.VME is 0 on QEMU; vol. 3, 20.4: with PVI, CLI and STI in ring 3 change VIF; STI with VIP is #GP(0)",
    cases: {
      "CLI in ring 3 with CR4.PVI, IOPL 0": ["#80 at=0003 cs=001b fl=000000", "#GP(0000) at=0000 cs=001b fl=000000"],
      "STI in ring 3 with CR4.PVI, IOPL 0": ["#80 at=0003 cs=001b fl=080000", "#GP(0000) at=0000 cs=001b fl=000000"],
      "CLI in ring 3 with CR4.PVI, IOPL 0 and VIF": [
        "#80 at=0003 cs=001b fl=000000",
        "#GP(0000) at=0000 cs=001b fl=000000",
      ],
      "STI in ring 3 with CR4.PVI, IOPL 0 and VIF": [
        "#80 at=0003 cs=001b fl=080000",
        "#GP(0000) at=0000 cs=001b fl=000000",
      ],
      "POPFD of IF in ring 3 with CR4.PVI, IOPL 0 and VIF": [
        "#80 at=0008 cs=001b fl=080000",
        "#80 at=0008 cs=001b fl=000000",
      ],
      "CLI in ring 3 with CR4.PVI, IOPL 0 and VIP": [
        "#80 at=0003 cs=001b fl=100000",
        "#GP(0000) at=0000 cs=001b fl=000000",
      ],
      "STI in ring 3 with CR4.PVI, IOPL 0 and VIP": [
        "#GP(0000) at=0000 cs=001b fl=100000",
        "#GP(0000) at=0000 cs=001b fl=000000",
      ],
      "POPFD of IF in ring 3 with CR4.PVI, IOPL 0 and VIP": [
        "#80 at=0008 cs=001b fl=100000",
        "#80 at=0008 cs=001b fl=000000",
      ],
    },
  },
];
