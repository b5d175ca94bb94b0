import assert from "node:assert/strict";
import test from "node:test";
import { eax, rax } from "../../emulator/isa/registers.ts";
import { Assembler } from "../asm/assembler.ts";
import { q } from "../asm/operand.ts";
import { elfExecutable } from "./elf-executable.ts";
import { Label } from "./expression.ts";
import { flatBinary } from "./flat.ts";
import { link } from "./link.ts";
import { mapFile } from "./map.ts";
import type { ObjectFile } from "./object.ts";
import { missing, run, withFiles } from "./oracle.ts";

const HIGH = 0xffff_ffff_8000_0000n;

function object(name: string, body: (a: Assembler) => void): ObjectFile {
  const a = new Assembler({ name });
  body(a);
  return a.finish();
}

/** A kernel as it is linked for real: boot code at 1 MiB, the rest 2 GiB below the top, loaded right behind it. */
function kernel() {
  const boot = object("boot.ts", (a) => {
    const main = a.extern("main");
    a.section(".note.pvh", { flags: "r" });
    a.dd(4, 4, 18);
    a.db("Xen", 0);
    a.dd(0x100000);
    a.section(".boot", { flags: "rx" });
    a.bits(32, () => a.global(a.label("start")));
    a.mov(eax, main.and(0xffff_ffff));
    a.movabs(rax, main);
    a.jmp(rax);
  });
  const main = object("main.ts", (a) => {
    const table = new Label("table");
    a.global(
      a.func("main", () => {
        a.mov(rax, q(table));
        a.mov(rax, table);
        a.mov(eax, table.physical());
        a.ret();
      }),
    );
    a.section(".rodata");
    a.align(64);
    a.object(table, () => a.dq(table, table.physical()));
    a.section(".data");
    a.dd(1);
    const bss = a.section(".bss");
    a.align(4096);
    a.space(0x5000);
    a.section(".rodata");
    a.dq(bss.start, bss.end, bss.size);
  });
  return link([boot, main], {
    entry: "start",
    regions: [{ address: 0x100000, sections: [".note.pvh", ".boot"] }, { offset: HIGH }],
  });
}

const at = (image: ReturnType<typeof link>, name: string) => {
  const section = image.sections.find((it) => it.name === name)!;
  return [section.address, section.load];
};
const read64 = (bytes: Uint8Array, offset: number) => Buffer.from(bytes).readBigUInt64LE(offset);

test("a region behind another is loaded after it and runs at its offset", () => {
  const image = kernel();
  assert.deepEqual(at(image, ".note.pvh"), [0x100000n, 0x100000n]);
  assert.deepEqual(at(image, ".boot"), [0x101000n, 0x101000n]);
  assert.deepEqual(at(image, ".text"), [HIGH + 0x102000n, 0x102000n]);
  assert.deepEqual(at(image, ".rodata"), [HIGH + 0x103000n, 0x103000n]);
  assert.deepEqual(at(image, ".data"), [HIGH + 0x104000n, 0x104000n]);
  assert.deepEqual(at(image, ".bss"), [HIGH + 0x105000n, 0x105000n]);
  assert.equal(image.entry, 0x101000n);
});

test("labels are virtual addresses, physical() load addresses, section edges those of the whole section", () => {
  const rodata = kernel().sections.find((it) => it.name === ".rodata")!.bytes;
  assert.equal(read64(rodata, 0), HIGH + 0x103000n);
  assert.equal(read64(rodata, 8), 0x103000n);
  assert.equal(read64(rodata, 16), HIGH + 0x105000n);
  assert.equal(read64(rodata, 24), HIGH + 0x10a000n);
  assert.equal(read64(rodata, 32), 0x5000n);
});

test("readelf sees W^X segments with both addresses, and the note", { skip: missing("readelf", "objdump") }, () => {
  withFiles((file) => {
    const path = file("kernel.elf", elfExecutable(kernel()));
    const headers = run("readelf", "-lW", path);
    const loads = [...headers.matchAll(/^ +(LOAD|NOTE) +0x\w+ 0x(\w+) 0x(\w+) 0x(\w+) 0x(\w+) ([RWE ]{3}) /gm)];
    const hex = (text: string) => BigInt(`0x${text}`);
    assert.deepEqual(
      loads.map(([, type, virtual, physical, , , rights]) => [type, hex(virtual!), hex(physical!), rights!.trim()]),
      [
        ["LOAD", 0x100000n, 0x100000n, "R"],
        ["LOAD", 0x101000n, 0x101000n, "R E"],
        ["LOAD", HIGH + 0x102000n, 0x102000n, "R E"],
        ["LOAD", HIGH + 0x103000n, 0x103000n, "R"],
        ["LOAD", HIGH + 0x104000n, 0x104000n, "RW"],
        ["NOTE", 0x100000n, 0x100000n, "R"],
      ],
    );
    const [, , , , fileSize, memorySize] = loads[4]!;
    assert.deepEqual([hex(fileSize!), hex(memorySize!)], [4n, 0x6000n]);
    assert.match(run("readelf", "-n", path), /Xen +0x00000004/);
    const listing = run("objdump", "-d", "-M", "intel", "--no-show-raw-insn", path);
    assert.match(listing, /movabs rax,0xffffffff80102000/);
    assert.match(listing, /mov +rax,QWORD PTR \[rip\+0x\w+\] +# ffffffff80103000 <table>/);
    assert.match(listing, /mov +rax,0xffffffff80103000/);
    assert.match(listing, /mov +eax,0x103000/);
    assert.equal(run("readelf", "-hW", path).match(/Entry point address: +(\w+)/)?.[1], "0x101000");
  });
});

test("same-named sections of several objects join, each part aligned, gaps in code filled with INT3", () => {
  const part = (name: string, byte: number) =>
    object(name, (a) => {
      a.align(4);
      a.global(a.label(name));
      a.db(byte);
    });
  const image = link([part("one", 0x11), part("two", 0x22)], { entry: "two" });
  assert.deepEqual([...image.sections[0]!.bytes], [0x11, 0xcc, 0xcc, 0xcc, 0x22]);
  assert.equal(image.entry, 4n);
});

test("a call into another object goes where that object is", () => {
  const image = link([
    object("caller.ts", (a) => a.call(a.extern("callee"))),
    object("callee.ts", (a) => {
      a.nop();
      a.global(a.label("callee"));
      a.ret();
    }),
  ]);
  assert.deepEqual([...image.sections[0]!.bytes], [0xe8, 1, 0, 0, 0, 0x90, 0xc3]);
});

test("absolute symbols are numbers everywhere", () => {
  const image = link([
    object("one.ts", (a) => a.constant("LOCAL", 5)),
    object("two.ts", (a) => {
      a.section(".data");
      a.db(1);
    }),
  ]);
  assert.deepEqual(
    image.symbols.map(({ name, value, section }) => [name, value, section]),
    [["LOCAL", 5n, null]],
  );
});

test("a flat binary lies by load addresses, gaps filled", () => {
  const image = link([
    object("rom.ts", (a) => {
      a.section(".high", { flags: "rx", address: 0xfff0, load: 0x1010 });
      a.db(2);
      a.section(".low", { flags: "rx", address: 0, load: 0x1000 });
      a.dw(a.label("low"), a.sections.get(".high")!.start);
    }),
  ]);
  const bytes = flatBinary(image, 0xff);
  assert.equal(Buffer.from(bytes).toString("hex"), `0000f0ff${"ff".repeat(12)}02`);
});

test("mistakes between objects are one line", () => {
  const defines = (name: string, symbol: string) => object(name, (a) => a.global(a.label(symbol)));
  assert.throws(
    () => link([object("a.ts", (a) => a.call(a.extern("missing")))]),
    /link\.test\.ts:\d+:\d+: symbol missing is not defined by any object/,
  );
  assert.throws(
    () => link([defines("a.ts", "twice"), defines("b.ts", "twice")]),
    /link\.test\.ts:\d+:\d+: global symbol twice is defined by a\.ts and by b\.ts/,
  );
  assert.throws(() => link([defines("a.ts", "x")], { entry: "start" }), /entry symbol start is not a global symbol/);
  assert.throws(
    () => link([object("a.ts", (a) => a.mov(rax, a.extern("far"))), object("b.ts", (a) => farAway(a))]),
    /link\.test\.ts:\d+:\d+: far = 0x123456789000 does not fit into signed 32 bits/,
  );
  assert.throws(
    () =>
      link([
        object("a.ts", (a) => {
          a.section(".one", { address: 0x1000 });
          a.space(17);
          a.section(".two", { address: 0x1010 });
          a.db(1);
        }),
      ]),
    /sections \.one \(0x1000, 17 bytes\) and \.two \(0x1010, 1 bytes\) overlap/,
  );
  assert.throws(
    () => link([defines("a.ts", "x")], { regions: [{ address: 0, sections: [".boot"] }] }),
    /no region takes section \.text/,
  );
  assert.throws(
    () => link([defines("a.ts", "x"), object("b.ts", (a) => a.section(".text", { flags: "rw" }, () => a.db(1)))]),
    /section \.text has other flags in b\.ts than in a\.ts/,
  );
});

function farAway(a: Assembler): void {
  a.section(".far", { address: 0x1234_5678_9000 });
  a.global(a.label("far"));
  a.db(1);
}

test("the map lists sections with both addresses, their parts, and symbols by address", () => {
  const map = mapFile(kernel());
  assert.match(map, /^ffffffff80103000 0000000000103000 +40 \.rodata r--$/m);
  assert.match(map, /^ffffffff80105000 0000000000105000 +20480 \.bss rw- zeros$/m);
  const symbols = map.slice(map.indexOf("symbol")).match(/(start|main|table)/g);
  assert.deepEqual(symbols, ["start", "main", "table"]);
  assert.match(map, /^ffffffff80102000 +\d+ main \(global\)$/m);
});

test("sections that the entry does not lead to are left out, and debug information of them says nothing", () => {
  const used = object("used.ts", (a) => {
    a.global(a.func("_start", () => a.call(a.extern("callee"))));
  });
  const others = object("others.ts", (a) => {
    a.section(".text.callee", { flags: "rx" });
    a.global(a.func("callee", () => a.mov(rax, q(a.extern("data")))));
    a.section(".text.nobody", { flags: "rx" });
    a.global(a.func("nobody", () => a.mov(rax, q(a.extern("kept")))));
    a.section(".data.data", { flags: "rw" });
    a.global(a.object("data", () => a.dq(5)));
    a.section(".data.kept", { flags: "rw" });
    a.global(a.object("kept", () => a.dq(6)));
  });
  const names = (keep: readonly string[]) =>
    link([used, others], { entry: "_start", regions: [{ address: 0x1000 }], keep }).symbols.map(({ name }) => name);
  assert.deepEqual(names([]).sort(), ["_start", "callee", "data"]);
  assert.deepEqual(names(["kept"]).sort(), ["_start", "callee", "data", "kept"]);
  assert.deepEqual(names(["nobody"]).sort(), ["_start", "callee", "data", "kept", "nobody"]);
  const image = link([used, others], { entry: "_start", regions: [{ address: 0x1000 }], keep: [] });
  assert.match(mapFile(image), /left out: size {5}section\n.* \.text\.nobody {3}others\.ts\n.* \.data\.kept/);
});

test("a movable program lists its words, and refuses narrow addresses", () => {
  const program = (narrow: boolean) =>
    object("movable.ts", (a) => {
      const here = a.func("_start", () => a.ret());
      a.global(here);
      a.section(".data");
      a.object("table", () => (narrow ? a.dd(here) : a.dq(1, here.plus(1), 2)));
    });
  const options = { entry: "_start", regions: [{ address: 0x1000 }], movable: true } as const;
  const image = link([program(false)], options);
  const words = image.sections.find(({ name }) => name === ".rela.dyn")!;
  const data = image.sections.find(({ name }) => name === ".data")!;
  const view = new DataView(words.bytes.buffer);
  assert.deepEqual(
    [0, 8, 16].map((at) => view.getBigUint64(at, true)),
    [data.address + 8n, 8n, 0x1001n],
  );
  assert.equal(words.size, 24);
  assert.throws(() => link([program(true)], options), /_start as it is, in 32 bits: a program that can be loaded/);
});
