/**
 * PCI: giving each device its place.
 *
 * A PCI device says how many ports and how much memory it wants, not where. Its base address registers tell the size when
 * all ones are written to them (the bits below the size cannot be set), and take the place afterwards. Interrupt pins A–D
 * of each slot are four wires on the board, in turns, and the south bridge leads each wire to a line of the 8259s, which
 * must then take levels for edges, for wires are shared. (PCI Local Bus 3.0, 6.2.5; 82371SB PIIX3 data sheet, 2.2.10)
 *
 * Bus 0 only: behind bridges nothing is looked for.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bl, cl, cs, di, dx, eax, ebx, ecx, edx, fs, si } from "../emulator/isa/registers.ts";
import { ebda, PCI_MEMORY_END, PCI_MEMORY_START, PM_BASE, SCI, WIRES } from "./layout.ts";
import { nextFunction, pciRead, pciWrite } from "./pci.ts";

/** Self-test: places all devices. EAX–EDX, SI, DI lost. */
export const placePciDevices = new Label("placePciDevices");

const placeRegister = new Label("placePciRegister");
const routeInterrupt = new Label("routePciInterrupt");
const setUpSouthBridge = new Label("setUpSouthBridge");
const setUpPower = new Label("setUpPowerManagement");
const setUpIde = new Label("setUpPciIde");
const startBusMaster = new Label("startBusMaster");
const lines = new Label("pciLines");

/** Configuration registers. */
const config = {
  id: 0x00,
  command: 0x04,
  class: 0x08,
  header: 0x0c,
  firstBar: 0x10,
  busMasterBar: 0x20,
  lastBar: 0x24,
  interrupt: 0x3c,
} as const;
/** Bits of the command register. */
const PORTS_AND_MEMORY = 0b11;
const BUS_MASTER = 0b100;

/** Ports are given from here on: those below belong to what was there before PCI. */
const FIRST_PORT = 0xc000;

const INTEL = 0x8086;
const PIIX3_ISA = 0x7000;
const PIIX4_ISA = 0x7110;
const CLASS_BRIDGE = 0x06;
const CLASS_IDE = 0x0101;
/** PIIX: where each wire leads. */
const PIRQ_ROUTE = 0x60;
const PIIX4_PM = 0x7113;
/** PIIX4's power management: where its ports are, with a bit that says "ports"; PMREGMISC, whose bit 0 switches them on. */
const PMBA = 0x40;
const PMREGMISC = 0x80;
/** Which lines take levels: one bit each, lines 0–7 and 8–15. */
const ELCR = 0x4d0;

export function pciSetup(a: Assembler): void {
  a.func(placePciDevices, () => {
    const next = new Label();
    const done = new Label();
    const notBridge = new Label();
    const notIde = new Label();
    a.mov(w(fs, ebda.busMaster), 0);
    a.cmp(b(fs, ebda.pciPresent), 0);
    a.je(done);
    a.mov(d(fs, ebda.pciNextPort), FIRST_PORT);
    a.mov(d(fs, ebda.pciNextMemory), PCI_MEMORY_START);
    a.mov(ebx, -1);
    a.here(next);
    a.call(nextFunction);
    a.jc(done);
    a.mov(di, config.class);
    a.call(pciRead);
    a.shr(eax, 16);
    // Bridges have no registers of the kind; but the one to the ISA bus leads the interrupts.
    a.cmp(ah, CLASS_BRIDGE);
    a.jne(notBridge);
    a.call(setUpSouthBridge);
    a.jmp(next);
    a.here(notBridge);
    a.cmp(ax, CLASS_IDE);
    a.jne(notIde);
    a.call(setUpIde);
    a.here(notIde);

    // Nothing answers at half an address: off while the registers change.
    a.mov(di, config.command);
    a.call(pciRead);
    a.and(ax, 0xffff & ~PORTS_AND_MEMORY);
    a.movzx(eax, ax); // the status above is cleared by ones
    a.push(ax);
    a.call(pciWrite);
    a.mov(di, config.firstBar);
    const register = a.here();
    a.call(placeRegister);
    a.cmp(di, config.lastBar);
    a.jbe(register);
    a.pop(ax);
    a.or(al, PORTS_AND_MEMORY);
    a.movzx(eax, ax);
    a.mov(di, config.command);
    a.call(pciWrite);
    a.call(startBusMaster);
    a.call(routeInterrupt);
    a.jmp(next);
    a.here(done);
    a.ret();
  });

  // BX: function, DI: base address register → DI: the next one. EAX, ECX, EDX, SI lost.
  a.func(placeRegister, () => {
    const isMemory = new Label();
    const sized = new Label();
    const fits = new Label();
    const full = new Label();
    const narrow = new Label();
    const empty = new Label();
    a.mov(eax, 0xffff_ffff);
    a.call(pciWrite);
    a.call(pciRead);
    a.test(eax, eax);
    a.jz(empty);
    // ECX: its kind; EAX: the bits that can be set, so that their complement is the size less one. SI: whose turn it is.
    a.mov(ecx, eax);
    a.test(cl, 1);
    a.jz(isMemory);
    a.and(al, 0xfc);
    a.or(eax, 0xffff_0000); // a device need not have all of them
    a.mov(si, ebda.pciNextPort);
    a.jmp(sized);
    a.here(isMemory);
    a.and(al, 0xf0);
    a.mov(si, ebda.pciNextMemory);
    a.here(sized);
    // Its place: the next multiple of the size.
    a.push(ecx);
    a.not(eax);
    a.mov(ecx, d(fs, si));
    a.add(ecx, eax);
    a.jc(full);
    a.mov(edx, eax);
    a.not(edx);
    a.and(ecx, edx);
    a.add(eax, ecx);
    a.jc(full);
    a.cmp(eax, PCI_MEMORY_END);
    a.jae(full);
    a.inc(eax);
    a.mov(d(fs, si), eax);
    a.mov(eax, ecx);
    a.jmp(fits);
    // No room: at 0 it does no harm.
    a.here(full);
    a.xor(eax, eax);
    a.here(fits);
    a.call(pciWrite);
    a.pop(ecx);
    // A 64-bit register is two: memory, kind 10b. Its high half is 0.
    a.test(cl, 1);
    a.jnz(narrow);
    a.test(cl, 0b100);
    a.jz(narrow);
    a.add(di, 4);
    a.xor(eax, eax);
    a.call(pciWrite);
    a.here(narrow);
    a.here(empty);
    a.add(di, 4);
    a.ret();
  });

  // BX: function. If it is an IDE controller with bus masters (interface, bit 7), they may read and write memory, and their ports are
  // noted. EAX, EDX, DI lost. (Programming Interface for Bus Master IDE Controller 1.0, 2 and 5)
  a.func(startBusMaster, () => {
    const other = new Label();
    a.mov(di, config.class);
    a.call(pciRead);
    a.test(ah, 0x80);
    a.jz(other);
    a.shr(eax, 16);
    a.cmp(ax, CLASS_IDE);
    a.jne(other);
    a.mov(di, config.busMasterBar);
    a.call(pciRead);
    a.test(al, 1);
    a.jz(other);
    a.and(al, 0xf0);
    a.mov(w(fs, ebda.busMaster), ax);
    a.mov(di, config.command);
    a.call(pciRead);
    a.movzx(eax, ax);
    a.or(al, BUS_MASTER);
    a.call(pciWrite);
    a.here(other);
    a.ret();
  });

  // BX: function: writes the line its pin leads to where drivers look for it. EAX, EDX, DI, SI lost.
  a.func(routeInterrupt, () => {
    const none = new Label();
    a.mov(di, config.interrupt);
    a.call(pciRead);
    a.test(ah, ah);
    a.jz(none);
    // Wire = pin (from 0) + slot − 1, in turns of four.
    a.movzx(si, bl);
    a.shr(si, 3);
    a.movzx(dx, ah);
    a.add(si, dx);
    a.sub(si, 2);
    a.and(si, 0b11);
    a.mov(al, b(cs, si, lines));
    a.call(pciWrite);
    a.here(none);
    a.ret();
  });
  a.object(lines, () => a.db(...WIRES));

  // BX: a bridge. If it is Intel's to the ISA bus: leads the wires to their lines. EAX, DX, DI lost.
  a.func(setUpSouthBridge, () => {
    const known = new Label();
    const other = new Label();
    a.mov(di, config.id);
    a.call(pciRead);
    a.cmp(eax, INTEL | (PIIX4_PM << 16));
    a.je(setUpPower);
    a.cmp(eax, INTEL | (PIIX3_ISA << 16));
    a.je(known);
    a.cmp(eax, INTEL | (PIIX4_ISA << 16));
    a.jne(other);
    a.here(known);
    a.mov(di, PIRQ_ROUTE);
    a.mov(eax, WIRES[0] | (WIRES[1] << 8) | (WIRES[2] << 16) | (WIRES[3] << 24));
    a.call(pciWrite);
    a.mov(dx, ELCR);
    const levels = [SCI, ...WIRES].reduce<number>((bits, line) => bits | (1 << line), 0);
    a.mov(al, levels & 0xff);
    a.out(dx, al);
    a.inc(dx);
    a.mov(al, levels >> 8);
    a.out(dx, al);
    a.here(other);
    a.ret();
  });

  // BX: PIIX4's power management, which is a bridge by its class: gives it its ports, and tells its line. EAX, DX, DI lost.
  a.func(setUpPower, () => {
    a.mov(di, PMBA);
    a.mov(eax, PM_BASE | 1);
    a.call(pciWrite);
    a.mov(di, PMREGMISC);
    a.call(pciRead);
    a.or(al, 1);
    a.call(pciWrite);
    a.mov(di, config.interrupt);
    a.call(pciRead);
    a.mov(al, SCI);
    a.call(pciWrite);
    a.mov(b(fs, ebda.pmPresent), 1);
    a.ret();
  });

  // BX: an IDE controller. Intel's: both channels answer at their customary ports (IDETIM, bit 15 of each). EAX, DX, DI lost.
  a.func(setUpIde, () => {
    const other = new Label();
    a.mov(di, config.id);
    a.call(pciRead);
    a.cmp(ax, INTEL);
    a.jne(other);
    a.mov(di, 0x40);
    a.call(pciRead);
    a.or(eax, 0x8000_8000);
    a.call(pciWrite);
    a.here(other);
    a.ret();
  });
}
