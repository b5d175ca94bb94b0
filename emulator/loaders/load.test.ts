/** The boot protocols, read back from memory as a kernel would, from hand-made files; and everything a file can get wrong. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StateView } from "../cpu/state.ts";
import { CS, SS } from "../isa/instruction.ts";
import { MiB } from "../map.ts";
import type { PhysicalMemory } from "../memory.ts";
import { EAX, EBX, type EntryState, ESI, enter } from "./entry.ts";
import { type KernelOptions, loadKernel } from "./load.ts";
import { bareMemoryMap } from "./placement.ts";
import { Records } from "./records.ts";

/** RAM full of dirt, so that what should be zero has to be made so. */
class DirtyMemory implements PhysicalMemory {
  readonly bytes = new Uint8Array(16 * MiB).fill(0xdb);
  readonly view = new DataView(this.bytes.buffer);

  read(address: number, into: Uint8Array): void {
    into.set(this.bytes.subarray(address, address + into.length));
  }

  write(address: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, address);
  }

  u32(address: number): number {
    return this.view.getUint32(address, true);
  }

  u64(address: number): number {
    return Number(this.view.getBigUint64(address, true));
  }

  text(address: number): string {
    return new TextDecoder().decode(this.bytes.subarray(address, this.bytes.indexOf(0, address)));
  }
}

function load(
  kernel: KernelOptions,
  memory = new DirtyMemory(),
): { readonly memory: DirtyMemory; readonly entry: EntryState } {
  return { memory, entry: loadKernel({ name: "k.elf", ...kernel }, memory, memory.bytes.length) };
}

const refuses = (image: Uint8Array, complaint: RegExp, options: Partial<KernelOptions> = {}): void =>
  assert.throws(
    () => load({ image, ...options }),
    (error: Error) => error.name === "UserError" && complaint.test(error.message),
  );

interface Part {
  readonly physical: number;
  readonly virtual?: number;
  readonly content: Uint8Array;
  /** Zeros behind the content. */
  readonly extra?: number;
  /** PT_NOTE instead of PT_LOAD */
  readonly note?: boolean;
}

/** A little-endian ELF executable of these parts; with `symbols`, one section that no segment holds. */
function elf(bits: 32 | 64, entry: number, parts: readonly Part[], symbols?: Uint8Array): Uint8Array {
  const wide = bits === 64;
  const [header, program, section] = wide ? [64, 56, 64] : [52, 32, 40];
  const names = new TextEncoder().encode("\0.symtab\0.shstrtab\0");
  let at = header! + parts.length * program!;
  const places = parts.map(({ content }) => {
    const place = Math.ceil(at / 16) * 16;
    at = place + content.length;
    return place;
  });
  const namesAt = at;
  const symbolsAt = Math.ceil((namesAt + names.length) / 16) * 16;
  const sectionsAt = symbolsAt + (symbols?.length ?? 0);
  const file = new Records(sectionsAt + (symbols === undefined ? 0 : 3 * section!));
  const word = (value: number): unknown => (wide ? file.u64(value) : file.u32(value));
  file
    .u32(0x464c_457f)
    .u8(wide ? 2 : 1)
    .u8(1)
    .u8(1);
  file.at = 16;
  file
    .u16(2)
    .u16(wide ? 62 : 3)
    .u32(1);
  word(entry);
  word(header!);
  word(symbols === undefined ? 0 : sectionsAt);
  file.u32(0).u16(header!).u16(program!).u16(parts.length);
  file
    .u16(section!)
    .u16(symbols === undefined ? 0 : 3)
    .u16(symbols === undefined ? 0 : 2);
  parts.forEach(({ physical, virtual = physical, content, extra = 0, note = false }, i) => {
    const flags = 7;
    file.u32(note ? 4 : 1);
    if (wide) file.u32(flags);
    for (const value of [places[i]!, virtual, physical, content.length, content.length + extra]) word(value);
    if (!wide) file.u32(flags);
    word(note ? 4 : 1);
    file.data(content, places[i]!);
  });
  if (symbols === undefined) return file.bytes;
  file.data(names, namesAt).data(symbols, symbolsAt);
  file.at = sectionsAt;
  const row = (name: number, type: number, offset: number, size: number): void => {
    file.u32(name).u32(type);
    for (const value of [0, 0, offset, size]) word(value);
    file.u32(0).u32(0);
    for (const value of [8, 0]) word(value);
  };
  row(0, 0, 0, 0);
  row(1, 2, symbolsAt, symbols.length);
  row(9, 3, namesAt, names.length);
  return file.bytes;
}

const content = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const multiboot1 = (flags: number, ...addresses: readonly number[]): Uint8Array => {
  const header = new Records(12 + 4 * addresses.length).u32(0x1bad_b002).u32(flags);
  header.u32(-(0x1bad_b002 + flags) >>> 0);
  for (const address of addresses) header.u32(address);
  return header.bytes;
};
interface Tag {
  readonly type: number;
  readonly flags?: number;
  readonly words?: readonly number[];
}
const multiboot2 = (...tags: readonly Tag[]): Uint8Array => {
  const size = 16 + tags.reduce((sum, { words = [] }) => sum + Math.ceil((8 + 4 * words.length) / 8) * 8, 0) + 8;
  const header = new Records(size)
    .u32(0xe852_50d6)
    .u32(0)
    .u32(size)
    .u32(-(0xe852_50d6 + size) >>> 0);
  for (const { type, flags = 0, words = [] } of tags) {
    header
      .u16(type)
      .u16(flags)
      .u32(8 + 4 * words.length);
    for (const word of words) header.u32(word);
    header.align(8);
  }
  header.u16(0).u16(0).u32(8);
  return header.bytes;
};
const pvhNote = (entry: number): Uint8Array =>
  new Records(20).u32(4).u32(4).u32(18).data(new TextEncoder().encode("Xen\0")).u32(entry).bytes;

describe("multiboot 1", () => {
  test("an ELF kernel gets its segments, zeros behind them, and all the information", () => {
    const code = content(multiboot1(3), new Uint8Array(100).fill(7));
    const image = elf(64, 0x8010_0020, [{ physical: 0x10_0000, virtual: 0x8010_0000, content: code, extra: 5000 }]);
    const { memory, entry } = load({ image, commandLine: "quiet please", initrd: new Uint8Array(5000).fill(9) });
    assert.equal(entry.ip, 0x10_0020, "the entry is translated to its physical address");
    assert.equal(entry.general[EAX], 0x2bad_b002);
    assert.deepEqual(memory.bytes.subarray(0x10_0000, 0x10_0000 + code.length), code);
    assert.ok(memory.bytes.subarray(0x10_0000 + code.length, 0x10_0000 + code.length + 5000).every((b) => b === 0));
    assert.equal(memory.bytes[0x10_0000 + code.length + 5000], 0xdb, "and no more than that");

    const info = entry.general[EBX]!;
    const flags = memory.u32(info);
    assert.equal(flags & 0b1_0010_0100_1101, 0b1_0010_0100_1101);
    assert.deepEqual([memory.u32(info + 4), memory.u32(info + 8)], [639, 15 * 1024]);
    assert.equal(memory.text(memory.u32(info + 16)), "k.elf quiet please");
    assert.match(memory.text(memory.u32(info + 64)), /^Cor /);
    assert.equal(memory.u32(info + 20), 1);
    const module = memory.u32(info + 24);
    assert.equal(memory.u32(module) % 4096, 0);
    assert.equal(memory.u32(module + 4) - memory.u32(module), 5000);
    assert.ok(memory.bytes.subarray(memory.u32(module), memory.u32(module + 4)).every((b) => b === 9));
    const [length, map] = [memory.u32(info + 44), memory.u32(info + 48)];
    const regions: number[][] = [];
    for (let at = map; at < map + length; at += memory.u32(at) + 4) {
      regions.push([memory.u64(at + 4), memory.u64(at + 12), memory.u32(at + 20)]);
    }
    assert.deepEqual(
      regions.filter(([, , type]) => type === 1),
      [
        [0, 639 * 1024, 1],
        [MiB, 15 * MiB, 1],
      ],
    );
    assert.deepEqual([memory.u64(info + 88), memory.u32(info + 100)], [0xb8000, 80]);
  });

  for (const bits of [32, 64] as const) {
    test(`symbols of an ELF${bits} file come along`, () => {
      const code = content(multiboot1(0), new Uint8Array(20));
      const symbols = new Uint8Array(48).fill(0x5a);
      const { memory, entry } = load({
        image: elf(bits, 0x10_0010, [{ physical: 0x10_0000, content: code }], symbols),
      });
      const info = entry.general[EBX]!;
      assert.ok(memory.u32(info) & (1 << 5));
      const [count, size, table, names] = [28, 32, 36, 40].map((at) => memory.u32(info + at)) as [
        number,
        number,
        number,
        number,
      ];
      assert.deepEqual([count, size, names], [3, bits === 64 ? 64 : 40, 2]);
      const address = bits === 64 ? memory.u64(table + size + 16) : memory.u32(table + size + 12);
      assert.deepEqual(memory.bytes.subarray(address, address + 48), symbols);
    });
  }

  test("a flat file is loaded by the header's addresses", () => {
    const header = multiboot1(1 << 16, 0x20_0010, 0x20_0000, 0, 0x20_2000, 0x20_0040);
    const image = content(new Uint8Array(32).fill(1), header, new Uint8Array(64).fill(2));
    const { memory, entry } = load({ image });
    assert.equal(entry.ip, 0x20_0040);
    // The header is at 32 in the file and at 0x200010 in memory: the first 16 bytes of the file are not loaded.
    assert.deepEqual(memory.bytes.subarray(0x20_0000, 0x20_0000 + image.length - 16), image.subarray(16));
    assert.equal(memory.bytes[0x20_1fff], 0);
    assert.equal(memory.u32(entry.general[EBX]!) & (1 << 5), 0);
  });

  test("a header that asks for what nobody knows, or makes no sense, is refused", () => {
    const one = (header: Uint8Array): Uint8Array => elf(32, 0x10_0000, [{ physical: 0x10_0000, content: header }]);
    refuses(one(multiboot1(8)), /asks for 0x8, which nobody knows/);
    refuses(multiboot1(3), /it is no ELF file; set flag 16/);
    refuses(content(multiboot1(1 << 16, 0x10_0000, 0x20_0000, 0, 0, 0)), /do not fit the file/);
    refuses(content(multiboot1(1 << 16, 0x10_0000, 0x10_0000, 0x10_1000, 0, 0)), /do not fit the file/);
  });
});

describe("multiboot 2", () => {
  test("an ELF kernel gets tags, and its entry tag counts", () => {
    const code = content(multiboot2({ type: 1, words: [4, 6] }, { type: 3, words: [0x10_0044] }), new Uint8Array(64));
    const { memory, entry } = load({
      image: elf(64, 0x10_0000, [{ physical: 0x10_0000, content: code }], new Uint8Array(24).fill(3)),
      commandLine: "a b",
      initrd: new Uint8Array(10).fill(4),
    });
    assert.equal(entry.ip, 0x10_0044);
    assert.equal(entry.general[EAX], 0x36d7_6289);
    const info = entry.general[EBX]!;
    assert.equal(info % 8, 0);
    const tags = new Map<number, number>();
    let at = info + 8;
    for (; memory.u32(at) !== 0; at += Math.ceil(memory.u32(at + 4) / 8) * 8) tags.set(memory.u32(at), at);
    assert.equal(at + 8 - info, memory.u32(info), "the total size ends with the end tag");
    assert.deepEqual([...tags.keys()], [1, 2, 3, 4, 6, 8, 9]);
    assert.equal(memory.text(tags.get(1)! + 8), "a b");
    assert.equal(memory.bytes[memory.u32(tags.get(3)! + 8)], 4);
    assert.deepEqual([memory.u32(tags.get(4)! + 8), memory.u32(tags.get(4)! + 12)], [639, 15 * 1024]);
    const map = tags.get(6)!;
    assert.equal((memory.u32(map + 4) - 16) % memory.u32(map + 8), 0);
    assert.deepEqual([memory.u64(map + 16), memory.u64(map + 24), memory.u32(map + 32)], [0, 639 * 1024, 1]);
    const symbols = memory.u64(tags.get(9)! + 20 + 64 + 16);
    assert.equal(memory.bytes[symbols + 23], 3);
  });

  test("a flat file is loaded by its address tag", () => {
    const header = multiboot2(
      { type: 2, words: [0x20_0000, 0x20_0000, 0, 0x20_1000] },
      { type: 3, words: [0x20_0060] },
    );
    const { memory, entry } = load({ image: content(header, new Uint8Array(64).fill(6)) });
    assert.equal(entry.ip, 0x20_0060);
    assert.equal(memory.bytes[0x20_0000 + header.length], 6);
    assert.equal(memory.bytes[0x20_0fff], 0);
  });

  test("what it insists on and nobody has is refused; what is optional is not", () => {
    const one = (...tags: readonly Tag[]): Uint8Array =>
      elf(32, 0x10_0000, [{ physical: 0x10_0000, content: multiboot2(...tags) }]);
    refuses(one({ type: 77 }), /insists on tag 77, which nobody knows; mark it optional/);
    refuses(one({ type: 1, words: [4, 500] }), /insists on information 500/);
    assert.equal(load({ image: one({ type: 77, flags: 1 }, { type: 1, flags: 1, words: [500] }) }).entry.ip, 0x10_0000);
  });
});

describe("PVH", () => {
  test("a kernel with the note gets its start information", () => {
    const image = elf(64, 0xffff_0000, [
      { physical: 0x10_0000, content: new Uint8Array(64).fill(5) },
      { physical: 0, content: pvhNote(0x10_0030), note: true },
    ]);
    const { memory, entry } = load({ image, commandLine: "root=/dev/vda", initrd: new Uint8Array(3) });
    assert.equal(entry.ip, 0x10_0030);
    const info = entry.general[EBX]!;
    assert.deepEqual([memory.u32(info), memory.u32(info + 4), memory.u32(info + 12)], [0x336e_c578, 1, 1]);
    assert.equal(memory.text(memory.u64(info + 24)), "root=/dev/vda");
    const module = memory.u64(info + 16);
    assert.equal(memory.u64(module + 8), 3);
    const map = memory.u64(info + 40);
    assert.ok(memory.u32(info + 48) >= 4);
    assert.deepEqual([memory.u64(map), memory.u64(map + 8), memory.u32(map + 16)], [0, 639 * 1024, 1]);
    assert.equal(memory.u64(info + 32), 0, "no firmware, no ACPI tables");
  });

  test("behind firmware it is told where ACPI's root pointer is", () => {
    const image = elf(64, 0xffff_0000, [
      { physical: 0x10_0000, content: new Uint8Array(64).fill(5) },
      { physical: 0, content: pvhNote(0x10_0030), note: true },
    ]);
    const memory = new DirtyMemory();
    const pointer = new Records(20).data(new TextEncoder().encode("RSD PTR ")).bytes;
    pointer[8] = -pointer.reduce((sum, byte) => sum + byte, 0);
    memory.write(0xf_0010, pointer);
    const entry = loadKernel({ image }, memory, memory.bytes.length, bareMemoryMap(memory.bytes.length));
    assert.equal(memory.u64(entry.general[EBX]! + 32), 0xf_0010);
  });
});

describe("Linux", () => {
  interface Setup {
    readonly version?: number;
    readonly xloadflags?: number;
    readonly pref_address?: number;
    readonly init_size?: number;
  }
  /** One setup sector behind the first, then code. */
  function bzImage({
    version = 0x20f,
    xloadflags = 1,
    pref_address = 0x100_0000,
    init_size = 0x20_0000,
  }: Setup): Uint8Array {
    const file = new Records(1024 + 4096);
    file.u8(1, 0x1f1).u16(0xaa55, 0x1fe).u8(0x6a, 0x201).u32(0x5372_6448, 0x202).u16(version, 0x206);
    file.u8(1, 0x211).u32(0x10_0000, 0x214).u32(0x37ff_ffff, 0x22c).u32(0x20_0000, 0x230).u8(1, 0x234);
    file.u16(xloadflags, 0x236).u32(2047, 0x238).u64(pref_address, 0x258).u32(init_size, 0x260);
    file.data(new Uint8Array(4096).fill(0xc0), 1024);
    return file.bytes;
  }

  test("a 64-bit kernel is entered behind its 32-bit entry, in long mode, with everything mapped", () => {
    const { memory, entry } = load({
      image: bzImage({}),
      commandLine: "console=ttyS0",
      initrd: new Uint8Array(6000).fill(0x1d),
    });
    // 16 MiB of RAM: its favourite place at 16 MiB is not there, the lowest aligned one is at 2 MiB.
    assert.equal(entry.mode, 64);
    assert.equal(entry.ip, 0x20_0200);
    assert.equal(memory.bytes[0x20_0000], 0xc0);
    const parameters = entry.general[ESI]!;
    assert.equal(memory.u32(parameters + 0x202), 0x5372_6448);
    assert.equal(memory.bytes[parameters + 0x210], 0xff);
    assert.equal(memory.text(memory.u32(parameters + 0x228)), "console=ttyS0");
    const [initrd, size] = [memory.u32(parameters + 0x218), memory.u32(parameters + 0x21c)];
    assert.equal(size, 6000);
    assert.equal(initrd % 4096, 0);
    assert.ok(initrd >= 0x40_0000 && memory.bytes.subarray(initrd, initrd + size).every((b) => b === 0x1d));
    assert.ok(memory.bytes[parameters + 0x1e8]! >= 4);
    assert.deepEqual([memory.u64(parameters + 0x2d0 + 8), memory.u32(parameters + 0x2d0 + 16)], [639 * 1024, 1]);
    // Each 2 MiB page of the first 4 GiB is itself.
    const pdpt = memory.u64(entry.cr3) & ~0xfff;
    for (const address of [0, 0x20_0000, 0x4000_0000, 0xffe0_0000]) {
      const directory = memory.u64(pdpt + Math.floor(address / 2 ** 30) * 8) & ~0xfff;
      assert.equal(memory.u64(directory + (Math.floor(address / 2 ** 21) % 512) * 8), address + 0x83);
    }
    const { gdt } = entry;
    assert.deepEqual([memory.u32(gdt!.base + 0x10), memory.u32(gdt!.base + 0x14)], [0xffff, 0x00af_9b00]);
    assert.deepEqual([memory.u32(gdt!.base + 0x18), memory.u32(gdt!.base + 0x1c)], [0xffff, 0x00cf_9300]);
  });

  test("a kernel without the 64-bit entry is entered in 32-bit mode, at its favourite place", () => {
    const { entry } = load({ image: bzImage({ xloadflags: 0, pref_address: 0x80_0000 }) });
    assert.deepEqual([entry.mode, entry.ip, entry.code, entry.data], [32, 0x80_0000, 0x10, 0x18]);
  });

  test("a kernel that is too old, too large for the machine, or cut off is refused", () => {
    refuses(bzImage({ version: 0x204 }), /speaks version 2\.4 of Linux's boot protocol/);
    refuses(bzImage({ init_size: 64 * MiB }), /needs 64 MiB in one piece to unpack itself; give more with --memory/);
    refuses(bzImage({}).subarray(0, 1024), /cut off in its setup code/);
    refuses(bzImage({}), /--append is longer than k\.elf takes \(2047 bytes\)/, { commandLine: "x".repeat(2048) });
  });
});

describe("what is no kernel", () => {
  test("is refused with one line", () => {
    refuses(
      new Uint8Array(100),
      /k\.elf is no kernel: it has neither an ELF header nor a multiboot or Linux boot header; give/,
    );
    refuses(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1), /k\.elf is no kernel: /);
    refuses(elf(64, 0, [{ physical: 0x10_0000, content: new Uint8Array(10) }]), /no multiboot header and no PVH note/);
  });

  test("a segment outside RAM, on the ROM, or on another one", () => {
    const at = (...physical: readonly number[]): Uint8Array =>
      elf(
        32,
        0,
        physical.map((p) => ({ physical: p, content: content(multiboot1(0), new Uint8Array(4084)) })),
      );
    refuses(at(0x4000_0000), /wants a segment at 0x40000000 to 0x40001000, and the machine has 16 MiB; give it more/);
    refuses(at(0x9_f000), /where video memory, ROMs or tables of the firmware are; link it elsewhere/);
    refuses(at(0x10_0000, 0x10_0800), /where another part of it already is/);
  });

  test("every truncation of a good file is either loaded or refused, never anything else", () => {
    const whole = elf(64, 0x10_0000, [{ physical: 0x10_0000, content: multiboot1(3) }], new Uint8Array(24));
    const memory = new DirtyMemory();
    for (let length = 0; length < whole.length; length++) {
      try {
        load({ image: whole.subarray(0, length) }, memory);
      } catch (error) {
        assert.equal((error as Error).name, "UserError", `${length} bytes: ${(error as Error).stack}`);
      }
    }
  });
});

test("firmware's memory map is what the kernel is told, and where nothing may be put", () => {
  const map = [
    { start: 0, length: 0x9_f000, type: 1 },
    { start: 0x10_0000, length: 0x60_0000, type: 1 },
    { start: 0x70_0000, length: 0x10_0000, type: 3 },
    // A guest may claim what it likes; there is no memory there all the same.
    { start: 0x80_0000, length: 2 ** 40, type: 1 },
  ];
  const kernel = (physical: number): KernelOptions => {
    const image = elf(32, physical, [{ physical, content: content(multiboot1(0), new Uint8Array(64)) }]);
    return { image, name: "k.elf", initrd: new Uint8Array(0x60_0000) };
  };
  const memory = new DirtyMemory();
  const info = loadKernel(kernel(0x10_0000), memory, 16 * MiB, map).general[EBX]!;
  assert.deepEqual([memory.u32(info + 4), memory.u32(info + 8)], [0x9_f000 / 1024, 6 * 1024]);
  assert.equal(memory.u32(memory.u32(info + 24)), 0x80_0000, "the module is behind the tables");
  assert.equal(memory.u32(info + 44), 4 * 24);
  assert.throws(() => loadKernel(kernel(0x70_0000), memory, 16 * MiB, map), /tables of the firmware/);
  assert.throws(() => loadKernel(kernel(0xc0_0000), memory, 16 * MiB, map), /no room for the module/);
});

test("the entry state is a flat machine with interrupts off", () => {
  const state = new StateView(new ArrayBuffer(0x1000));
  const common = { general: { [EBX]: 77 }, code: 0x10, data: 0x18, gdt: { base: 0x5000, limit: 31 } };
  enter(state, { ...common, mode: 32, ip: 0x10_0000, cr3: 0 });
  assert.equal(state.get64("rip"), 0x10_0000n);
  assert.equal(state.get64("general", EBX), 77n);
  assert.deepEqual([state.get32("segmentSelector", CS), state.get32("segmentAccess", CS)], [0x10, 0xc09b]);
  assert.deepEqual([state.get32("segmentSelector", SS), state.get32("segmentAccess", SS)], [0x18, 0xc093]);
  assert.equal(state.get32("segmentLimit", SS), 0xffff_ffff);
  assert.equal(state.get64("cr0") & 0x8000_0001n, 1n);
  assert.equal(state.get64("gdtrBase"), 0x5000n);
  enter(state, { ...common, mode: 64, ip: 0x20_0200, cr3: 0x7000 });
  assert.equal(state.get32("segmentAccess", CS), 0xa09b);
  assert.equal(state.get64("cr3"), 0x7000n);
  assert.equal(state.get64("efer"), 0x500n);
  assert.equal(state.get64("cr0") & 0x8000_0001n, 0x8000_0001n);
  assert.equal(state.get32("codeSize"), 64);
});
