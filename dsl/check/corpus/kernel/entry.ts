import { Locked } from "./sync.ts";
import { allocPages, freePages, virtOf, PAGE_SIZE } from "./page.ts";
import { VirtQueue, type Regs } from "./virtq.ts";

// ---- serial: the ports belong to this module
const com1 = claimPorts(0x3f8, 8);
const LSR_THRE: u8 = 0x20;

function putByte(b: u8): void {
  attr(irqSafe);
  while ((com1.in8(5) & LSR_THRE) === 0) cpu.pause();
  com1.out8(0, b);
}

export function print(s: string): void {
  for (const c of s) putByte(c);
}

// ---- a disk interrupt
const QSIZE = 64;
const disk = zeroed<Locked<VirtQueue<typeof QSIZE>>>();
const ticks = perCpu<Atomic<u64>>();
const regs = unsafe.ptr<Regs>(0xffff_ff00_0a00_0000);

function finished(id: u16, len: u32): void {
  klog`disk: buffer ${id} done, ${len} bytes`;
}

export const diskIrq = interrupt(0x2b, (f) => {
  const why = regs.irqStatus;
  regs.irqAck = why;
  if ((why & 1) !== 0) {
    using q = disk.enter();
    q.v.reap(finished);
  }
});

export const timerIrq = interrupt(0x20, () => {
  ticks.my.add(1);
});

export const pageFault = interrupt(14, (f) => {
  const at = cpu.readCr2();
  if (at >= 0xffff_8000_0000_0000) {
    klog`page fault at ${hex(at)} from ${hex(f.rip)}, code ${f.code}`;
    panic("kernel page fault");
  }
});

// ---- system calls
function sysWrite(fd: i32, buf: User<u8>, len: usize): Res<usize> {
  attr(maySleep);
  if (fd !== 1) return err(Errno.EBADF);
  const page = orReturn(allocPages(0));
  using _ = defer(() => freePages(page));
  const bytes = slice(virtOf<u8>(page), PAGE_SIZE);
  let done: usize = 0;
  while (done < len) {
    const want = len - done < PAGE_SIZE ? len - done : usize(PAGE_SIZE);
    const got = orReturn(copyIn(bytes.sub(0, want), userAt(buf, done)));
    for (let i: usize = 0; i < got; i++) putByte(bytes[i]);
    done += got;
  }
  return done;
}

function sysYield(): Res<void> {}

const table: Arr<SysEntry, 2> = [syscall(sysWrite), syscall(sysYield)];

export function dispatch(f: Ptr<TrapFrame>): void {
  const nr = f.rax;
  if (nr >= table.length) { f.rax = u64(-Errno.ENOSYS); return; }
  f.rax = u64(table[nr](f.rdi, f.rsi, f.rdx, f.r10, f.r8, f.r9));
}

const crcTable = comptime(() => {
  const t = zeroed<Arr<u32, 256>>();
  for (let i: u32 = 0; i < 256; i++) {
    let c: u32 = i;
    for (let k = 0; k < 8; k++) c = (c & 1) !== 0 ? (c >> 1) ^ 0xedb8_8320 : c >> 1;
    t[i] = c;
  }
  return t;
});
