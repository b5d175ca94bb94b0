import assert from "node:assert/strict";
import { test } from "node:test";
import { board, flat32, long, place } from "../cpu/board.ts";
import { tiers } from "../translator/tiers.ts";

const RAX = 0;
const RBX = 3;

const incEax = [0xff, 0xc0];
const hlt = 0xf4;

for (const tier of tiers) {
  test(`${tier}: an instruction that changes the next one in its own run`, () => {
    const b = board({ tier });
    flat32(b);
    // mov byte [0x1007],0x43 (inc eax → inc ebx); inc eax; hlt
    place(b, 0x1000, [0xc6, 0x05, 0x07, 0x10, 0, 0, 0x43, 0x40, hlt]);
    b.cpu.run(100);
    assert.equal(b.cpu.state.get64("general", RAX), 0n);
    assert.equal(b.cpu.state.get64("general", RBX), 1n);
    assert.equal(b.cpu.instructions, 3);
  });

  test(`${tier}: a loop that changes its own body every time round`, () => {
    const b = board({ tier });
    flat32(b);
    // mov ecx,100; again: add eax,0; inc byte [imm of the add]; dec ecx; jnz again; hlt
    place(b, 0x1000, [0xb9, 100, 0, 0, 0, 0x83, 0xc0, 0, 0xfe, 0x05, 0x07, 0x10, 0, 0, 0x49, 0x75, 0xf4, hlt]);
    b.cpu.run(10_000);
    assert.equal(b.cpu.state.get64("general", RAX), 99n * 50n);
    assert.equal(b.cpu.instructions, 1 + 400 + 1);
  });

  test(`${tier}: code on another page is changed through an alias of it`, () => {
    const b = board({ tier });
    long(b);
    // f at 0x20_0100: inc eax; ret. The linear page 0x60_0000 is mapped to 0x20_0000 as well.
    b.memory.store(0x8000 + 0x2000 + 3 * 8, 4, 0x20_0087);
    b.memory.write(0x20_0100, Uint8Array.of(...incEax, 0xc3));
    b.cpu.state.set64("general", 0x5000n, 4);
    // call f; mov byte [0x600101],0xc3 (inc ebx); call f; hlt
    const call = (at: number) => [0xe8, ...le32(0x20_0100 - (at + 5))];
    place(b, 0x1000, [...call(0x1000), 0xc6, 0x04, 0x25, ...le32(0x60_0101), 0xc3, ...call(0x100d), hlt]);
    b.cpu.run(100);
    assert.equal(b.cpu.state.get64("general", RAX), 1n);
    assert.equal(b.cpu.state.get64("general", RBX), 1n);
  });

  for (const [name, event, handler] of [
    ["INT", [0xcd, 0x06], []],
    ["#UD", [0x0f, 0x0b], [0x48, 0x83, 0x04, 0x24, 2]], // add qword [rsp],2
  ] as const)
    for (const isWritten of [false, true])
      test(`${tier}: ${name} pushes its frame onto code${isWritten ? " of a page that was written before" : ""}`, () => {
        const b = board({ tier });
        long(b);
        const { state } = b.cpu;
        state.set64("gdtrBase", 0x6000n);
        state.set32("gdtrLimit", 0x17);
        state.set64("idtrBase", 0x7000n);
        state.set32("idtrLimit", 0xfff);
        b.memory.write(0x6008, Uint8Array.of(0xff, 0xff, 0, 0, 0, 0x9b, 0xaf, 0, 0xff, 0xff, 0, 0, 0, 0x93, 0xcf, 0));
        b.memory.write(0x7060, Uint8Array.of(0, 0x30, 8, 0, 0, 0x8e, 0, 0));
        b.memory.write(0x3000, Uint8Array.of(...handler, 0x48, 0xcf));
        // f: inc eax; ret. In its place RSP is pushed, whose lowest byte is C3, a RET.
        const f = 0x20_00b0;
        b.memory.write(f, Uint8Array.of(...incEax, 0xc3));
        const setStack = (to: number) => [0xbc, ...le32(to)];
        const code: number[] = isWritten ? [0x89, 0x04, 0x25, ...le32(0x20_0800)] : []; // mov [0x200800],eax
        const call = () => code.push(0xe8, ...le32(f - (0x1000 + code.length + 5)));
        code.push(...setStack(0x5000));
        call();
        code.push(...setStack(0x20_00c3), ...event, ...setStack(0x5000));
        call();
        place(b, 0x1000, [...code, hlt]);
        b.cpu.run(100);
        assert.equal(state.get64("rip"), BigInt(0x1000 + code.length + 1));
        assert.equal(state.get64("general", RAX), 1n);
      });

  test(`${tier}: INT in 32-bit code pushes its frame onto code`, () => {
    const b = board({ tier });
    flat32(b);
    const { state } = b.cpu;
    state.set64("gdtrBase", 0x6000n);
    state.set32("gdtrLimit", 0x17);
    state.set64("idtrBase", 0x7000n);
    state.set32("idtrLimit", 0x7ff);
    b.memory.write(0x6008, Uint8Array.of(0xff, 0xff, 0, 0, 0, 0x9b, 0xcf, 0, 0xff, 0xff, 0, 0, 0, 0x93, 0xcf, 0));
    b.memory.write(0x7030, Uint8Array.of(0, 0x30, 8, 0, 0, 0x8e, 0, 0));
    b.memory.write(0x3000, Uint8Array.of(0xcf));
    // f: inc eax; ret. In its place EIP is pushed, whose lowest byte is C3, a RET.
    const f = 0x20_0000;
    b.memory.write(f, Uint8Array.of(...incEax, 0xc3));
    const before: number[] = [0xa3, ...le32(0x20_0800), 0xbc, ...le32(0x5000)]; // mov [0x200800],eax; mov esp,…
    const start = 0x10c3 - 2 - (before.length + 10);
    const call = (at: number) => [0xe8, ...le32(f - (at + 5))];
    const code = [...before, ...call(start + before.length), 0xbc, ...le32(f + 12), 0xcd, 0x06, 0xbc, ...le32(0x5000)];
    place(b, start, [...code, ...call(start + code.length), hlt]);
    b.cpu.run(100);
    assert.equal(state.get64("rip"), BigInt(start + code.length + 6));
    assert.equal(state.get64("general", RAX), 1n);
  });

  test(`${tier}: an instruction across two pages, whose second half is changed`, () => {
    const b = board({ tier });
    long(b);
    b.cpu.state.set64("general", 0x5000n, 4);
    // f at 0x1ffd: add eax, imm32 (the immediate's last bytes on the next page); ret
    b.memory.write(0x1ffd, Uint8Array.of(0x05, 1, 0, 0, 0, 0xc3));
    // call f; mov byte [0x2000],1 (bits 23:16 of the immediate); call f; hlt
    const call = (at: number) => [0xe8, ...le32(0x1ffd - (at + 5))];
    place(b, 0x1000, [...call(0x1000), 0xc6, 0x04, 0x25, ...le32(0x2000), 1, ...call(0x100d), hlt]);
    b.cpu.run(100);
    assert.equal(b.cpu.state.get64("general", RAX), 0x1_0002n);
  });

  test(`${tier}: an instruction across two pages follows a new mapping of the second`, () => {
    const b = board({ tier });
    long(b);
    const { memory, cpu } = b;
    // 2 MiB pages: the last bytes of 0x3fffff… and the first of 0x400000, mapped first to 0x400000, then to 0x600000.
    memory.store(0x8000 + 0x2000 + 2 * 8, 4, 0x20_0087);
    memory.write(0x1f_fffd, Uint8Array.of(0x05, 1, 0));
    memory.write(0x20_0000, Uint8Array.of(0, 0, 0xc3));
    memory.write(0x30_0000, Uint8Array.of(0, 0, 0xc3));
    cpu.state.set64("general", 0x5000n, 4);
    const f = 0x1f_fffd;
    const call = (at: number) => [0xe8, ...le32(f - (at + 5))];
    // call f; mov dword [PD entry of 0x200000], 0x87 (frame 0); call f; hlt. At physical 0: other bytes.
    memory.write(0, Uint8Array.of(5, 0, 0xc3));
    place(b, 0x1000, [
      ...call(0x1000),
      0xc7,
      0x04,
      0x25,
      ...le32(0x8000 + 0x2000 + 8),
      ...le32(0x87),
      ...call(0x1010),
      hlt,
    ]);
    cpu.run(100);
    assert.equal(cpu.state.get64("general", RAX), 0x5_0002n);
  });

  test(`${tier}: DMA into code between two runs is seen`, () => {
    const b = board({ tier });
    flat32(b);
    place(b, 0x1000, [0x40, 0xeb, 0xfd]);
    b.cpu.run(10);
    assert.equal(b.cpu.state.get64("general", RAX), 5n);
    b.memory.write(0x1000, Uint8Array.of(0x43));
    b.cpu.run(10);
    assert.equal(b.cpu.state.get64("general", RAX), 5n);
    assert.equal(b.cpu.state.get64("general", RBX), 5n);
  });

  test(`${tier}: a page that holds code and data is written without losing the code's links`, () => {
    const b = board({ tier });
    flat32(b);
    // mov ecx,1000; again: inc dword [0x1800]; dec ecx; jnz again; hlt
    place(b, 0x1000, [0xb9, ...le32(1000), 0xff, 0x05, ...le32(0x1800), 0x49, 0x75, 0xf7, hlt]);
    b.cpu.run(10_000);
    assert.equal(b.memory.load(0x1800, 4), 1000);
    assert.equal(b.cpu.instructions, 3002);
  });

  test(`${tier}: code in ROM and in device memory runs`, () => {
    const b = board({ tier });
    flat32(b);
    const bytes = [0x40, 0x40, 0xe9, ...le32(0x1000 - 0xb_8007)];
    b.bus.claimMemory("screen", 0xa_0000, 0x2_0000, {
      readMemory: (offset) => bytes[offset - 0x1_8000] ?? 0,
      writeMemory: () => {},
    });
    place(b, 0x1000, [hlt]);
    b.cpu.state.set64("rip", 0xb_8000n);
    b.cpu.run(100);
    assert.equal(b.cpu.state.get64("general", RAX), 2n);
    assert.equal(b.cpu.state.get64("rip"), 0x1001n);
  });
}

// Under "translator" each pair would be a module of its own.
for (const tier of ["auto", "interpreter"] as const)
  test(`${tier}: more code than there is room for decoded code`, () => {
    const b = board({ megabytes: 16, tier });
    flat32(b);
    // inc eax, jmp to the next, over and over: three records a pair
    const pairs = 1_400_000;
    const code = new Uint8Array(3 * pairs + 1);
    for (let i = 0; i < pairs; i++) code.set([0x40, 0xeb, 0], 3 * i);
    code[3 * pairs] = hlt;
    place(b, 0x10_0000, code);
    b.cpu.run(10_000_000);
    assert.equal(b.cpu.state.get64("general", RAX), BigInt(pairs));
  });

function le32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}
