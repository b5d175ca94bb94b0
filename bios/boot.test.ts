/** Booting: from what there is, in the right order, and other people's boot loaders; on real QEMU. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { bareSystem } from "../disks/testing/bare.ts";
import { grubImage, withoutGrub } from "../disks/testing/grub.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { Assembler } from "../dsl/asm/assembler.ts";
import { w } from "../dsl/asm/operand.ts";
import { flatBinary } from "../dsl/out/flat.ts";
import { link } from "../dsl/out/link.ts";
import { ah, al, ax, bx, cs, ds, dx, si, sp, ss } from "../emulator/isa/registers.ts";
import { Machine, type MachineOptions } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";

/** A disk of 1 MiB with a boot sector. */
function disk(body: (a: Assembler, say: (text: string) => void) => void): Uint8Array {
  const a = new Assembler({ bits: 16 });
  a.section(".sector", { flags: "rwx", address: 0x7c00 });
  const put = a.newLabel();
  const start = a.newLabel();
  a.jmp(start);
  // The text behind the call, to COM1.
  a.here(put);
  a.pop(si);
  const next = a.here();
  const done = a.newLabel();
  a.seg(cs).lodsb();
  a.test(al, al);
  a.jz(done);
  a.mov(dx, 0x3fd);
  a.push(ax);
  const wait = a.here();
  a.in(al, dx);
  a.test(al, 0x20);
  a.jz(wait);
  a.pop(ax);
  a.mov(dx, 0x3f8);
  a.out(dx, al);
  a.jmp(next);
  a.here(done);
  a.jmp(si);
  a.here(start);
  body(a, (text) => {
    a.call(put);
    a.db(text, 0);
  });
  const stop = a.here();
  a.cli();
  a.hlt();
  a.jmp(stop);
  a.org(510);
  a.dw(0xaa55);
  const image = new Uint8Array(1 << 20);
  image.set(flatBinary(link([a.finish()], { pageSize: 1 })));
  return image;
}

/** Runs Cor's machine until the text comes, or it ends. Gives what it said, and why it stopped. */
function run(options: MachineOptions, until: string, instructions: number) {
  let serial = "";
  const machine = new Machine(
    { memory: 64, firmware: buildBios(), ...options },
    {
      output: (channel, byte) => {
        if (channel === "com1") serial += String.fromCharCode(byte);
      },
    },
  );
  const { kind } = machine.run({ until, instructions });
  return { serial: serial.replaceAll("\r", ""), kind, screen: machine.vga.text() };
}

const kernelSpeaks = "speaking on the serial console";

describe("booting on Cor's machine", () => {
  const { img, iso } = bareSystem();

  test("a disk", () => {
    const { serial, kind } = run({ disks: [{ image: img }] }, kernelSpeaks, 5_000_000);
    assert.equal(kind, "text", serial);
    assert.match(
      serial,
      /^Cor BIOS \S+, 64 MiB of memory\nHard disk 80h: Cor virtual disk, \d+ [KM]iB\nBooting from hard disk 80h\.\n/,
    );
  });

  test("a CD, when the disk has no boot sector", () => {
    const { serial, kind } = run({ disks: [{ image: new Uint8Array(1 << 20) }], cdrom: iso }, kernelSpeaks, 5_000_000);
    assert.equal(kind, "text", serial);
    assert.match(serial, /Hard disk 80h has no boot sector\.\nBooting from CD E0h\.\n/);
  });

  test("a kernel from the command line, by the option ROM that brings it", () => {
    const { serial, kind } = run({ kernel: { image: bareSystem().elf } }, kernelSpeaks, 5_000_000);
    assert.equal(kind, "text", serial);
    assert.match(serial, /^Cor BIOS .*\nHello from the kernel/);
  });

  test("nothing: it says so, on the screen too, and halts for good", () => {
    const { serial, kind, screen } = run({ disks: [{ image: new Uint8Array(1 << 20) }] }, "never", 5_000_000);
    assert.equal(kind, "halted");
    const words = "Nothing to boot: no hard disk or CD with a boot sector. The machine is halted.";
    assert.ok(serial.endsWith(`${words}\n`));
    assert.ok(screen.includes(words));
  });
});

describe("GRUB 2 on Cor's machine", { skip: withoutGrub }, () => {
  for (const [name, options] of [
    ["from CD", (image: Uint8Array) => ({ cdrom: image })],
    ["from a disk", (image: Uint8Array) => ({ disks: [{ image }] })],
  ] as const) {
    test(`${name}: script, memory map, and a kernel`, async () => {
      const { serial, kind } = run(options(await grubImage()), kernelSpeaks, 150_000_000);
      assert.equal(kind, "text", serial);
      assert.match(serial, /GRUB runs its script/);
      assert.match(serial, /base_addr = 0x100000, length = 0x3efc000, available RAM/);
    });
  }
});

describe("booting on QEMU", { skip: withoutQemu }, () => {
  let folder = "";
  const at = (name: string) => join(folder, name);
  const hardDisk = (name: string) => ["-drive", `file=${at(name)},format=raw,snapshot=on`];
  const boot = (...options: string[]) => new Qemu("-bios", at("bios.bin"), ...options);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cor-bios-"));
    const { img, iso } = bareSystem();
    await Promise.all([
      writeFile(at("bios.bin"), buildBios()),
      writeFile(at("cor.img"), img),
      writeFile(at("cor.iso"), iso),
      writeFile(at("empty.img"), new Uint8Array(1 << 20)),
    ]);
  });
  after(() => rm(folder, { recursive: true }));

  test("Cor's disk", async () => {
    await using machine = boot(...hardDisk("cor.img"));
    await machine.sees(kernelSpeaks);
    assert.match(
      machine.serial,
      /^Cor BIOS \S+, 64 MiB of memory\nHard disk 80h: QEMU HARDDISK, \d+ [KM]iB\nCD drive E0h: .*\nBooting from hard disk 80h\.\n/,
    );
  });

  test("Cor's CD", async () => {
    await using machine = boot("-cdrom", at("cor.iso"));
    await machine.sees(kernelSpeaks);
    assert.match(machine.serial, /CD drive E0h: QEMU DVD-ROM, ATAPI\nBooting from CD E0h\.\nHello from the kernel/);
  });

  test("Cor's CD image as a disk", async () => {
    await using machine = boot(...hardDisk("cor.iso"));
    await machine.sees(kernelSpeaks);
    assert.match(machine.serial, /Booting from hard disk 80h/);
  });

  test("a disk without boot sector is passed over for the next disk", async () => {
    await using machine = boot(...hardDisk("empty.img"), ...hardDisk("cor.img"));
    await machine.sees("Booting from hard disk 81h.");
    assert.match(machine.serial, /Hard disk 80h has no boot sector\.\n/);
  });

  test("and after the disks come CDs", async () => {
    await using machine = boot(...hardDisk("empty.img"), "-cdrom", at("cor.iso"));
    await machine.sees(kernelSpeaks);
  });

  test("the order in CMOS is kept to", async () => {
    await using machine = boot(...hardDisk("cor.img"), "-cdrom", at("cor.iso"), "-boot", "dc");
    await machine.sees(kernelSpeaks);
    assert.match(machine.serial, /Booting from CD E0h/);
  });

  test("with nothing to boot, it says so and halts", async () => {
    await using machine = boot();
    await machine.sees("Nothing to boot: no hard disk or CD with a boot sector. The machine is halted.\n");
    assert.match(machine.serial, /CD drive E0h has no disc that boots\.\n/);
  });

  test("memory above 4 GiB is counted", async () => {
    await using machine = boot("-m", "5G");
    await machine.sees("Cor BIOS");
    await machine.sees("5120 MiB of memory");
  });

  test("an invalid instruction is named, with its place", async () => {
    const image = disk((a, say) => {
      say("now\n");
      a.jmpFar(0x07c0, 0x01f0);
      a.org(0x1f0);
      a.ud2();
    });
    await writeFile(at("ud.img"), image);
    await using machine = boot(...hardDisk("ud.img"));
    await machine.sees("now\n\nStopped by an invalid instruction (#UD) at 07C0:01F0. The machine is halted.\n");
  });

  test("a program that resets the processor goes on where CMOS says", async () => {
    const image = disk((a, say) => {
      const again = a.newLabel();
      a.xor(ax, ax);
      a.mov(ds, ax);
      a.mov(ax, 0x8f | (0x0a << 8));
      a.out(0x70, al);
      a.xchg(al, ah);
      a.out(0x71, al);
      a.mov(w(0x467), again);
      a.mov(w(0x469), 0);
      a.jmpFar(0xffff, 0);
      a.here(again);
      a.xor(ax, ax);
      a.mov(ss, ax);
      a.mov(sp, 0x7c00);
      say("and on\n");
    });
    await writeFile(at("resume.img"), image);
    await using machine = boot(...hardDisk("resume.img"));
    await machine.sees("and on\n");
    assert.equal(machine.serial.match(/Cor BIOS/g)?.length, 1);
  });

  test("Ctrl-Alt-Delete resets", async () => {
    // The controller's command D2h puts a byte into its output as if the keyboard had sent it.
    const image = disk((a) => {
      for (const code of [0x1d, 0x38, 0x53]) {
        a.mov(al, 0xd2);
        a.out(0x64, al);
        a.mov(al, code);
        a.out(0x60, al);
        const handled = a.here();
        a.in(al, 0x64);
        a.test(al, 1);
        a.jnz(handled);
      }
      a.sti();
      const wait = a.here();
      a.hlt();
      a.jmp(wait);
    });
    await writeFile(at("reset.img"), image);
    await using machine = boot(...hardDisk("reset.img"));
    assert.equal(await machine.ends(), 0, "QEMU ends when the guest resets");
    assert.match(machine.serial, /Booting from hard disk 80h\.\n$/);
  });

  test("characters come in by INT 14h", async () => {
    const image = disk((a, say) => {
      say("ready\n");
      const wait = a.here();
      a.xor(dx, dx);
      a.mov(ax, 0x0200);
      a.int(0x14);
      a.test(ah, 0x80);
      a.jnz(wait);
      a.inc(al);
      a.xor(dx, dx);
      a.mov(ah, 0x01);
      a.int(0x14);
      say(" received\n");
    });
    await writeFile(at("receive.img"), image);
    await using machine = boot(...hardDisk("receive.img"));
    await machine.sees("ready\n");
    machine.type("A");
    await machine.sees("B received\n");
  });

  test("characters on the screen", async () => {
    const image = disk((a, say) => {
      a.mov(ax, 0xb800);
      a.mov(ds, ax);
      a.cmp(w(0), 0x0743);
      const wrong = a.newLabel();
      a.jne(wrong);
      say("a grey C in the corner\n");
      a.here(wrong);
      a.mov(bx, 0);
    });
    await writeFile(at("screen.img"), image);
    await using machine = boot(...hardDisk("screen.img"));
    await machine.sees("a grey C in the corner\n");
  });

  describe("GRUB 2", { skip: withoutGrub }, () => {
    before(async () => {
      await writeFile(at("grub.iso"), await grubImage());
    });

    for (const [name, options] of [
      ["from CD", () => ["-cdrom", at("grub.iso")]],
      ["from a disk", () => hardDisk("grub.iso")],
    ] as const) {
      test(`${name}: menu script, memory map, and a kernel`, async () => {
        await using machine = boot(...options());
        await machine.sees(kernelSpeaks);
        assert.match(machine.serial, /GRUB runs its script/);
        assert.match(machine.serial, /base_addr = 0x100000, length = 0x3efc000, available RAM/);
      });
    }
  });
});
