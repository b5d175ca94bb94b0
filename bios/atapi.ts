/**
 * ATAPI: commands in packets, as CD drives take them.
 *
 * For the ATA cable a CD drive is a drive with one command, "packet". The rest is SCSI: twelve bytes say what is wanted, and the
 * drive says at each block how much of it comes. (ATA/ATAPI-6, 9.8)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bx, cx, dx, fs, si } from "../emulator/isa/registers.ts";
import {
  advanceSector,
  ataRegister,
  ataStatus,
  atRegister,
  diskError,
  release,
  selectDrive,
  waitForData,
} from "./ata.ts";
import { ebda } from "./layout.ts";

/** FS:SI: record. Sends fs:packet; data, if any comes, to ES:DI, DI < 16 → AH: error, CX: bytes received. AX, DX, DI, ES lost. */
export const packetCommand = new Label("packetCommand");

const PACKET = 0xa0;
const senseKey = { notReady: 2, mediumError: 3, illegalRequest: 5, unitAttention: 6 } as const;

const packetError = new Label("packetError");

export function atapi(a: Assembler): void {
  a.func(packetCommand, () => {
    const failed = new Label();
    const ended = new Label();
    a.push(bx);
    a.xor(bx, bx);
    a.call(selectDrive);
    a.jc(failed);
    atRegister(a, ataRegister.features);
    a.xor(al, al);
    a.out(dx, al);
    // At most 2048 bytes at a time.
    atRegister(a, ataRegister.middle);
    a.out(dx, al);
    a.inc(dx);
    a.mov(al, 2048 >> 8);
    a.out(dx, al);
    atRegister(a, ataRegister.command);
    a.mov(al, PACKET);
    a.out(dx, al);
    a.call(waitForData);
    a.jc(failed);
    atRegister(a, ataRegister.data);
    a.push(si);
    a.mov(si, ebda.packet);
    a.mov(cx, 6);
    a.seg(fs).rep.outsw();
    a.pop(si);

    const block = a.here();
    a.call(waitForData);
    a.jc(ended);
    atRegister(a, ataRegister.middle);
    a.in(al, dx);
    a.mov(ah, al);
    a.inc(dx);
    a.in(al, dx);
    a.xchg(al, ah);
    a.mov(cx, ax);
    a.add(bx, ax);
    a.inc(cx);
    a.shr(cx, 1);
    atRegister(a, ataRegister.data);
    a.rep.insw();
    a.call(advanceSector);
    a.jmp(block);

    // No more data: either that was all, or it failed.
    a.here(ended);
    a.test(al, ataStatus.busy | ataStatus.error | ataStatus.deviceFault);
    a.jnz(failed);
    a.call(release);
    a.mov(cx, bx);
    a.pop(bx);
    a.xor(ah, ah);
    a.ret();
    a.here(failed);
    a.call(packetError);
    a.call(release);
    a.mov(cx, bx);
    a.pop(bx);
    a.ret();
  });

  // AL: status of a command that failed → AH. The upper half of the error register is SCSI's sense key.
  a.func(packetError, () => {
    const known = new Label();
    a.mov(ah, diskError.timeOut);
    a.test(al, ataStatus.busy);
    a.jnz(known);
    a.mov(ah, diskError.controller);
    a.test(al, ataStatus.error);
    a.jz(known);
    atRegister(a, ataRegister.error);
    a.in(al, dx);
    a.shr(al, 4);
    for (const [key, error] of [
      [senseKey.notReady, diskError.noMedium],
      [senseKey.mediumError, diskError.uncorrectable],
      [senseKey.illegalRequest, diskError.invalid],
      [senseKey.unitAttention, diskError.mediumChanged],
    ] as const) {
      a.mov(ah, error);
      a.cmp(al, key);
      a.je(known);
    }
    a.mov(ah, diskError.controller);
    a.here(known);
    a.ret();
  });
}
