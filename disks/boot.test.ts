/**
 * Our image on real QEMU with other people's firmware (SeaBIOS) and boot loader (GRUB): every way into the kernel ends in
 * the same lines on the serial console.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { buildBios } from "../bios/build.ts";
import { diskImage } from "./build.ts";
import { bareSystem } from "./testing/bare.ts";
import { assertGreeting, mistakenKernel, mistakes, ready, screen, trace } from "./testing/expected.ts";
import { Qemu, withoutQemu } from "./testing/qemu.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-boot-"));
after(() => rmSync(folder, { recursive: true }));
const { img, elf, iso } = bareSystem();
const file = (name: string, content: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const disk = (path: string, as = "ide") => ["-drive", `file=${path},format=raw,if=${as},snapshot=on`];
const paths = { img: file("cor.img", img), elf: file("cor.elf", elf), iso: file("cor.iso", iso) };

/** Boots and compares the serial lines from the first of ours on; what stands before them is the firmware's. */
async function greets(...args: readonly string[]): Promise<void> {
  await using qemu = new Qemu(...args);
  await qemu.sees(ready);
  assertGreeting(qemu.serial);
}

describe("the kernel says the same", { skip: withoutQemu }, () => {
  test("from a hard disk", () => greets(...disk(paths.img)));

  test("from a virtio disk", () => greets(...disk(paths.img, "virtio")));

  test("from a CD", () => greets("-cdrom", paths.iso));

  test("from a CD image written to a disk", () => greets(...disk(paths.iso)));

  test("from a floppy, which knows only cylinders, heads and sectors", () => {
    // The kernel begins at 1 MiB, so it takes one of 2.88 MB.
    const floppy = new Uint8Array(5760 * 512);
    floppy.set(img.subarray(0, floppy.length));
    return greets(...disk(file("floppy.img", floppy), "floppy"));
  });

  test("loaded by QEMU through multiboot 1", () => greets("-kernel", paths.elf, "-append", "from the command line"));

  test("loaded by QEMU through PVH, when the multiboot 1 header is not there", () => {
    const pvh = Buffer.from(elf);
    pvh.fill(0, pvh.indexOf(Buffer.from([0x02, 0xb0, 0xad, 0x1b])), pvh.indexOf(Buffer.from([0xd6, 0x50, 0x52, 0xe8])));
    return greets("-kernel", file("pvh.elf", pvh));
  });

  test("started by our own firmware, from disks of both kinds and from CD", async () => {
    const bios = file("cor-bios.bin", buildBios());
    await greets("-bios", bios, ...disk(paths.img));
    await greets("-bios", bios, ...disk(paths.img, "virtio"));
    await greets("-bios", bios, "-cdrom", paths.iso);
  });

  test("with more memory than 32 bits can address", () => greets(...disk(paths.img), "-m", "5G"));
});

const withoutGrub =
  withoutQemu || (spawnSync("grub-mkrescue", ["--version"]).status !== 0 && "grub-mkrescue is not installed");

describe("the kernel says the same, loaded by GRUB", { skip: withoutGrub }, () => {
  for (const protocol of ["multiboot", "multiboot2"]) {
    test(`through ${protocol}`, async () => {
      const tree = join(folder, protocol);
      mkdirSync(join(tree, "boot/grub"), { recursive: true });
      writeFileSync(join(tree, "boot/cor.elf"), elf);
      writeFileSync(join(tree, "boot/grub/grub.cfg"), `${protocol} /boot/cor.elf as told\nboot\n`);
      const image = `${tree}.iso`;
      // Only the modules that are needed: with all of them and their fonts the image is ten times as large.
      const few = ["--locales=", "--fonts=", "--themes=", `--install-modules=${protocol} normal iso9660 biosdisk`];
      execFileSync("grub-mkrescue", [...few, "-o", image, tree], { stdio: "ignore" });
      await using qemu = new Qemu("-cdrom", image);
      await qemu.sees(ready);
      assertGreeting(qemu.serial);
      assert.match(
        screenText(await qemu.memory(0xb8000, 4000)),
        new RegExp(`Booted by GRUB .* through multiboot ${protocol.at(-1) === "2" ? 2 : 1}\nCommand line: .*as told`),
      );
    });
  }
});

describe("the running kernel", { skip: withoutQemu }, () => {
  test("shows its greeting on the screen, in colours, the cursor behind it", async () => {
    await using qemu = new Qemu(...disk(paths.img));
    await qemu.sees(ready);
    const cells = await qemu.memory(0xb8000, 4000);
    assert.equal(screenText(cells).trimEnd(), screen);
    const colourAt = (row: number, column: number) => cells[2 * (80 * row + column) + 1];
    assert.equal(colourAt(0, 1), 0x1f, "title: white on blue");
    assert.equal(colourAt(0, 79)! >> 4, 1, "the whole row is blue");
    assert.equal(colourAt(2, 0), 0x0e, "greeting: yellow");
    assert.equal(colourAt(4, 0), 0x07, "facts: light grey");
    assert.equal(colourAt(24, 79), 0x07);
    assert.equal((await crtc(qemu, 0x0e)) * 256 + (await crtc(qemu, 0x0f)), 9 * 80, "cursor: first cell of row 9");
  });

  test("sleeps in 64-bit mode with write protection, no-execute pages and interrupts on", async () => {
    await using qemu = new Qemu(...disk(paths.img));
    await qemu.sees(ready);
    const state = await asleep(qemu);
    const value = (name: string) => BigInt(`0x${new RegExp(`\\b${name}\\s*=\\s*([0-9a-f]+)`).exec(state)?.[1]}`);
    assert.match(state, /CS64/);
    assert.match(state, /HLT=1/);
    assert.equal(value("CR0") & 0x8001_0001n, 0x8001_0001n, "PG, WP, PE");
    assert.equal(value("EFER"), 0xd01n, "NXE, LMA, LME, SCE");
    assert.equal(value("RFL") & 0x200n, 0x200n, "IF");
    assert.ok(value("RIP") > 0xffff_ffff_8000_0000n);
  });

  test("maps nothing below the higher half, and no page both writable and executable", async () => {
    await using qemu = new Qemu(...disk(paths.img));
    await qemu.sees(ready);
    const pages = [...(await qemu.monitor("info tlb")).matchAll(/^([0-9a-f]{16}): ([0-9a-f]{16}) (\S+)$/gm)];
    assert.ok(pages.length > 10);
    const kinds = new Set<string>();
    for (const [, virtual, , flags] of pages) {
      assert.ok(BigInt(`0x${virtual}`) >= 0xffff_8000_0000_0000n);
      kinds.add((flags!.includes("W") ? "w" : "") + (flags!.startsWith("X") ? "" : "x")); // QEMU's X: execute-disable
    }
    assert.deepEqual([...kinds].sort(), ["", "w", "x"]);
  });

  test("listens: help, mistakes, backspace, the memory map, the time", async () => {
    await using qemu = new Qemu(...disk(paths.img));
    await qemu.sees(ready);
    qemu.type("help\r");
    await qemu.sees("halt     stop for ever\n> ");
    qemu.type("hlep\r");
    await qemu.sees("hlep? Type help.\n> ");
    qemu.type("memx\x7f\x7fm\r");
    await qemu.sees("0x0 to 0x9fbff usable\n");
    await qemu.sees("0x100000 to 0x3fdffff usable\n");
    qemu.type("uptime\r");
    await qemu.sees(" seconds\n> ");
    qemu.type("x".repeat(200));
    qemu.type("\r");
    await qemu.sees(`\n${"x".repeat(80)}? Type help.\n> `);
    // More than is kept to be sent. What is typed meanwhile is echoed into the midst of answers, but nothing is lost.
    const help = /> (help\n[^>]*> )/.exec(qemu.serial)![1]!;
    const before = qemu.serial.length;
    qemu.type("help\r".repeat(10));
    qemu.type("that was all\r");
    await qemu.sees("that was all? Type help.\n> ");
    const letters = (text: string) => [...text].sort().join("");
    const all = `${help.repeat(10)}that was all\nthat was all? Type help.\n> `;
    assert.equal(letters(qemu.serial.slice(before)), letters(all));
    qemu.type("reboot\r");
    assert.equal(await qemu.ends(), 0);
  });

  test("panics with the exception's name and place, on the serial line and on the screen", async () => {
    await using qemu = new Qemu(...disk(paths.img));
    await qemu.sees(ready);
    qemu.type("panic\r");
    await qemu.sees("schedule.ts:");
    const report = /PANIC: kernel\/console\/rescue\.ts:\d+:\d+: index out of bounds: 4, 4 \(at t=\d+\)/;
    assert.match(qemu.serial, report);
    assert.match(qemu.serial, trace);
    assert.match(screenText(await qemu.memory(0xb8000, 4000)), report);
    assert.match(await asleep(qemu), /HLT=1/);
  });

  mistakes.forEach(([name, code, report], index) => {
    test(`is stopped when ${name}`, async () => {
      await using qemu = new Qemu(...disk(file(`mistake${index}.img`, diskImage(mistakenKernel(elf, code)))));
      await qemu.sees(ready);
      qemu.type("panic\r");
      await qemu.sees("\n  at ");
      assert.match(qemu.serial, report);
    });
  });
});

describe("what stops a boot is said in words", { skip: withoutQemu }, () => {
  const cases = [
    ["a disk that ends after its first sector", img.subarray(0, 512), [], "Cor: cannot read the disk, error 01"],
    ["a disk that ends before the kernel", img.subarray(0, 2048 * 512), [], "Cor: cannot read the disk, error 01"],
    ["no active partition", patched(446, 0), [], "Cor: cannot boot: no partition is marked active."],
    [
      "no kernel in the partition",
      patched(2048 * 512, 0),
      [],
      "Cor: cannot boot: the kernel is not a 64-bit x86 ELF file.",
    ],
    ["too little memory", img, ["-m", "1"], "Cor: cannot boot: the kernel does not fit into this machine's memory."],
    ["a 32-bit processor", img, ["-cpu", "pentium3"], "Cor cannot start: this processor has no 64-bit mode."],
    [
      "a processor without NX",
      img,
      ["-cpu", "qemu64,-nx"],
      "Cor cannot start: this processor cannot mark pages as not executable (NX).",
    ],
  ] as const;
  cases.forEach(([name, content, args, message], index) => {
    test(name, async () => {
      await using qemu = new Qemu(...disk(file(`broken${index}.img`, content)), ...args);
      await qemu.sees(message);
    });
  });

  function patched(offset: number, byte: number): Uint8Array {
    const copy = img.slice();
    copy[offset] = byte;
    return copy;
  }
});

/** A register of the screen's controller. */
/** The registers when it halts; a look may come before that, or while the timer wakes it for a moment. */
async function asleep(qemu: Qemu): Promise<string> {
  let state = "";
  for (let looks = 0; looks < 100 && !state.includes("HLT=1"); looks++) state = await qemu.monitor("info registers");
  return state;
}

async function crtc(qemu: Qemu, register: number): Promise<number> {
  await qemu.monitor(`o /b 0x3d4 ${register}`);
  return Number((await qemu.monitor("i /b 0x3d5")).split("=")[1]);
}

/** The characters of 80×25 cells, trailing spaces of each line and blank lines at the end cut. */
function screenText(cells: Buffer): string {
  const lines: string[] = [];
  for (let row = 0; row < 25; row++) {
    let line = "";
    for (let column = 0; column < 80; column++) line += String.fromCharCode(cells[2 * (80 * row + column)] ?? 0);
    lines.push(line.trimEnd());
  }
  return lines.join("\n");
}
