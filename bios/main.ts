/**
 * START HERE: Cor's firmware for a PC, from the reset vector to the boot sector.
 *
 * A processor that was just switched on knows nothing: no memory size, no screen, no disk, not even what to do when a key
 * is pressed. Firmware is the program that is there all the same, in ROM, and makes of some chips a machine that programs
 * can rely on. It has three parts, in this order below: the self-test, which runs once and brings each chip into its usual
 * state; the services, software interrupts with which programs ask for characters, keys, sectors and the time; and the
 * handlers of the few hardware interrupts that the services need.
 *
 * All of it is 16-bit code in real mode, as the first PC's was in 1981, because that is the state in which the processor
 * starts and in which every boot sector expects to find the services.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, cx, di, eax, ecx, edx, es, fs } from "../emulator/isa/registers.ts";
import { version } from "../emulator/version.ts";
import { acpi, writeTables } from "./acpi.ts";
import { ata } from "./ata.ts";
import { atapi } from "./atapi.ts";
import { boot, int18, int19 } from "./boot.ts";
import { cd } from "./cd.ts";
import { cmos } from "./cmos.ts";
import { disk, disketteParameters, int13 } from "./disk.ts";
import { diskPackets } from "./disk-packets.ts";
import { drives, findDrives } from "./drives.ts";
import { exceptionHandlers, exceptions } from "./exceptions.ts";
import { flat } from "./flat.ts";
import { serviceEnd } from "./frame.ts";
import { fwCfg } from "./fwcfg.ts";
import { fillVectors, interrupts, startInterruptControllers } from "./interrupts.ts";
import { keyBuffer, startKeyBuffer } from "./key-buffer.ts";
import { int09, keyboard } from "./keyboard.ts";
import { keyboardController, startKeyboard } from "./keyboard-controller.ts";
import { int16, keyboardService } from "./keyboard-service.ts";
import { bda, ebda, TABLES_SIZE } from "./layout.ts";
import { int12, memory, sizeMemory } from "./memory.ts";
import { memoryTypes, setMemoryTypes } from "./memory-types.ts";
import { optionRoms, runOptionRoms, startVideo } from "./option-rom.ts";
import { ordinaryKeys } from "./ordinary-keys.ts";
import { findPci, pci } from "./pci.ts";
import { pciSetup, placePciDevices } from "./pci-setup.ts";
import { processor, startProcessor } from "./processor.ts";
import { reset, resetVector, selfTest } from "./reset.ts";
import { say, sayDecimal, speech } from "./say.ts";
import { findSerialPorts, int14, serial } from "./serial.ts";
import { shiftKeys } from "./shift-keys.ts";
import { speaker } from "./speaker.ts";
import { int11, int15, int17, system } from "./system.ts";
import { int1a, int08, startClocks, time } from "./time.ts";
import { int10, video } from "./video.ts";
import { videoCharacters } from "./video-characters.ts";
import { videoCursor } from "./video-cursor.ts";
import { videoGraphics } from "./video-graphics.ts";
import { font8x8, font8x16, videoMode } from "./video-mode.ts";
import { videoMore } from "./video-more.ts";
import { videoPalette } from "./video-palette.ts";
import { videoPixels } from "./video-pixels.ts";
import { findVirtioDisks, virtioDisks } from "./virtio-disk.ts";
import { int70, waiting } from "./wait.ts";

const POST_CODE_PORT = 0x80;

const clearDataArea = new Label("clearDataArea");
const sayHello = new Label("sayHello");

/** Records the whole firmware. */
export function firmware(a: Assembler): void {
  let code = 0;
  /** One step of the self-test. Its number goes to port 80h first: where a machine stops, a card shows the last one. */
  const step = (routine: Label) => {
    a.mov(al, ++code);
    a.out(POST_CODE_PORT, al);
    a.call(routine);
  };
  a.func(selfTest, () => {
    step(fillVectors); // where an interrupt leads
    step(startInterruptControllers); // which interrupt a line causes
    step(startProcessor); // and that it reaches the core
    step(clearDataArea);
    step(startKeyBuffer);
    step(findSerialPorts);
    step(startClocks); // from here on, time passes
    step(sizeMemory); // from here on, there is an EBDA
    step(setMemoryTypes); // and caches
    a.sti();
    step(findPci);
    step(placePciDevices);
    step(writeTables); // for operating systems
    step(startVideo); // from here on, there is a screen
    step(sayHello);
    step(startKeyboard);
    step(findDrives);
    step(findVirtioDisks);
    step(runOptionRoms);
    a.int(0x19); // from here on, the machine is the boot sector's
  });

  a.func(clearDataArea, () => {
    a.push(w(bda.resetFlag));
    a.push(0);
    a.pop(es);
    a.mov(di, 0x400);
    a.xor(ax, ax);
    a.mov(cx, 0x80);
    a.rep.stosw();
    a.pop(w(bda.resetFlag));
    // A coprocessor, and a colour screen of 80 columns.
    a.mov(w(bda.equipment), 0x0022);
    a.ret();
  });

  a.func(sayHello, () => {
    say(a, `Cor BIOS ${version}, `);
    a.mov(eax, d(fs, ebda.lowMemoryEnd));
    a.add(eax, TABLES_SIZE);
    a.shr(eax, 20);
    a.mov(ecx, d(fs, ebda.highMemoryBytes + 4));
    a.mov(edx, d(fs, ebda.highMemoryBytes));
    a.shrd(edx, ecx, 20);
    a.add(eax, edx);
    a.call(sayDecimal);
    say(a, " MiB of memory\n");
    a.ret();
  });

  reset(a);
  flat(a);
  processor(a);
  cmos(a);
  fwCfg(a);
  memory(a);
  memoryTypes(a);
  pci(a);
  pciSetup(a);
  acpi(a);
  optionRoms(a);
  speech(a);
  ata(a);
  atapi(a);
  drives(a);
  virtioDisks(a);
  boot(a);

  system(a);
  videoMode(a);
  video(a);
  videoCursor(a);
  videoCharacters(a);
  videoGraphics(a);
  videoPixels(a);
  videoPalette(a);
  videoMore(a);
  keyboardController(a);
  keyboard(a);
  shiftKeys(a);
  ordinaryKeys(a);
  keyBuffer(a);
  keyboardService(a);
  serial(a);
  time(a);
  waiting(a);
  speaker(a);
  disk(a);
  diskPackets(a);
  cd(a);
  serviceEnd(a);

  exceptions(a);
  interrupts(a, [
    ...exceptionHandlers,
    [0x08, int08],
    [0x09, int09],
    [0x10, int10],
    [0x11, int11],
    [0x12, int12],
    [0x13, int13],
    [0x14, int14],
    [0x15, int15],
    [0x16, int16],
    [0x17, int17],
    [0x18, int18],
    [0x19, int19],
    [0x1a, int1a],
    [0x1e, disketteParameters],
    [0x1f, font8x8.plus(128 * 8)],
    [0x43, font8x16],
    [0x70, int70],
  ]);
  resetVector(a);
}
