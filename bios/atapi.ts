/**
 * ATAPI: commands in packets, as CD drives take them.
 *
 * For the ATA cable a CD drive is a drive with one command, "packet". The rest is SCSI: twelve bytes say what is wanted, and the
 * drive says at each block how much of it comes. (ATA/ATAPI-6, 9.8)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bx, cx, dx, fs, si } from "../emulator/isa/registers.ts";
import { advanceSector, atRegister, errorCode, register, release, selectDrive, status, waitForData } from "./ata.ts";
import { ebda } from "./layout.ts";

/** FS:SI: record. Sends fs:packet; data, if any comes, to ES:DI, DI < 16 → AH: error, CX: bytes received. AX, DX, DI, ES lost. */
export const packetCommand = new Label("packetCommand");

const PACKET = 0xa0;

export function atapi(a: Assembler): void {
  a.func(packetCommand, () => {
    const failed = new Label();
    const ended = new Label();
    a.push(bx);
    a.xor(bx, bx);
    a.call(selectDrive);
    a.jc(failed);
    atRegister(a, register.features);
    a.xor(al, al);
    a.out(dx, al);
    // At most 2048 bytes at a time.
    atRegister(a, register.middle);
    a.out(dx, al);
    a.inc(dx);
    a.mov(al, 2048 >> 8);
    a.out(dx, al);
    atRegister(a, register.command);
    a.mov(al, PACKET);
    a.out(dx, al);
    a.call(waitForData);
    a.jc(failed);
    atRegister(a, register.data);
    a.push(si);
    a.mov(si, ebda.packet);
    a.mov(cx, 6);
    a.seg(fs).rep.outsw();
    a.pop(si);

    const block = a.here();
    a.call(waitForData);
    a.jc(ended);
    atRegister(a, register.middle);
    a.in(al, dx);
    a.mov(ah, al);
    a.inc(dx);
    a.in(al, dx);
    a.xchg(al, ah);
    a.mov(cx, ax);
    a.add(bx, ax);
    a.inc(cx);
    a.shr(cx, 1);
    atRegister(a, register.data);
    a.rep.insw();
    a.call(advanceSector);
    a.jmp(block);

    // No more data: either that was all, or it failed.
    a.here(ended);
    a.test(al, status.busy | status.error | status.deviceFault);
    a.jnz(failed);
    a.call(release);
    a.mov(cx, bx);
    a.pop(bx);
    a.xor(ah, ah);
    a.ret();
    a.here(failed);
    a.call(errorCode);
    a.call(release);
    a.mov(cx, bx);
    a.pop(bx);
    a.ret();
  });
}
