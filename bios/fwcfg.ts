/**
 * fw_cfg: how a virtual machine tells its firmware what no chip would. Two ports: one selects an item, the other gives its
 * bytes one after the other. Item 0 says "QEMU", item 19h lists the items that have names. Everything in it is
 * big-endian; what the items hold is not. (QEMU, docs/specs/fw_cfg)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, cs, cx, di, dx, eax, es, si } from "../emulator/isa/registers.ts";
import { SCRATCH } from "./layout.ts";

const SELECTOR = 0x510;
const DATA = 0x511;
const SIGNATURE = 0x00;
const DIRECTORY = 0x19;
/** A directory entry: size (4 bytes), selector (2), reserved (2), name (56). */
const ENTRY = 64;

/** CS:SI: name, ended by 0 → EAX: size, and the item is selected; or CF = 1. Uses SCRATCH; BX, ECX, DX, SI, DI, ES lost. */
export const findFwCfgFile = new Label("findFwCfgFile");
/** Reads CX bytes of the selected item to ES:DI, which moves on. CX, DX lost. */
export const readFwCfg = new Label("readFwCfg");

export function fwCfg(a: Assembler): void {
  const select = (item: number) => {
    a.mov(dx, SELECTOR);
    a.mov(ax, item);
    a.out(dx, ax);
  };
  const readToScratch = (bytes: number) => {
    a.mov(di, SCRATCH);
    a.mov(cx, bytes);
    a.call(readFwCfg);
  };
  const bigEndian = (register: typeof eax, address: number) => {
    a.mov(register, d(address));
    a.bswap(register);
  };

  a.func(findFwCfgFile, () => {
    const absent = new Label();
    const found = new Label();
    a.push(0);
    a.pop(es);
    select(SIGNATURE);
    readToScratch(4);
    a.cmp(d(SCRATCH), 0x554d4551);
    a.jne(absent);
    select(DIRECTORY);
    readToScratch(4);
    bigEndian(eax, SCRATCH);
    const next = a.here();
    a.sub(eax, 1);
    a.jb(absent);
    readToScratch(ENTRY);
    // Compare up to and with the zero.
    a.push(ax);
    a.push(si);
    a.mov(di, SCRATCH + 8);
    const compare = a.here();
    const differs = new Label();
    a.seg(cs).lodsb();
    a.cmp(al, b(di));
    a.jne(differs);
    a.inc(di);
    a.test(al, al);
    a.jnz(compare);
    a.here(differs);
    a.pop(si);
    a.pop(ax);
    a.jne(next);
    a.jmp(found);
    a.here(absent);
    a.stc();
    a.ret();
    a.here(found);
    a.mov(ax, w(SCRATCH + 4));
    a.xchg(al, ah);
    a.mov(dx, SELECTOR);
    a.out(dx, ax);
    bigEndian(eax, SCRATCH);
    a.clc();
    a.ret();
  });

  a.func(readFwCfg, () => {
    a.mov(dx, DATA);
    a.rep.insb();
    a.ret();
  });
}
