import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decode } from "fast-png";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { codePage437 } from "../formats/vga-font.ts";
import { Log } from "../log.ts";
import { encodePng } from "./screenshot.ts";
import { Vga } from "./vga.ts";
import { enterTextMode, modes, setMode } from "./vga-modes.ts";
import type { Picture } from "./vga-render.ts";

const TEXT = 0xb8000;

function pc() {
  const bus = new Bus(new Log());
  const clock = new Clock();
  const vga = new Vga({ bus, clock, log: new Log() });
  const indexed = (port: number, index: number, value: number) => bus.writePort(port, 2, index | (value << 8));
  const attribute = (index: number, value: number) => {
    bus.readPort(0x3da, 1);
    bus.writePort(0x3c0, 1, index);
    bus.writePort(0x3c0, 1, value);
    bus.writePort(0x3c0, 1, 0x20);
  };
  const write = (address: number, ...bytes: number[]) => {
    bytes.forEach((byte, i) => {
      bus.writeMemory(address + i, 1, byte);
    });
  };
  const read = (address: number) => bus.readMemory(address, 1);
  const print = (column: number, row: number, text: string, colours = 0x07) => {
    [...text].forEach((character, i) => {
      write(TEXT + 2 * (row * 80 + column + i), codePage437.indexOf(character), colours);
    });
  };
  return { bus, clock, vga, indexed, attribute, write, read, print };
}

const pixel = ({ width, rgba }: Picture, x: number, y: number) => {
  const [r, g, b, a] = rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4);
  assert.equal(a, 255);
  return ((r! << 16) | (g! << 8) | b!).toString(16).padStart(6, "0");
};

/** A cell of text as art: `#` where the colour is not that of its lower right corner's neighbour cell. */
const cell = (picture: Picture, column: number, row: number, ink: string) =>
  Array.from({ length: 16 }, (_, y) =>
    Array.from({ length: 9 }, (_, x) => (pixel(picture, column * 9 + x, row * 16 + y) === ink ? "#" : ".")).join(""),
  );

test("after reset nothing is programmed: no memory answers, and the picture is black", () => {
  const { vga, bus, write, read } = pc();
  vga.reset();
  write(TEXT, 0x41);
  assert.equal(read(TEXT), 0xff);
  assert.equal(bus.readPort(0x3cc, 1), 0);
  const { width, height, rgba } = vga.render();
  assert.ok(width > 0 && height > 0);
  assert.ok(rgba.every((byte, i) => byte === (i % 4 === 3 ? 255 : 0)));
  assert.deepEqual(vga.text(), []);
});

test("text mode is 720×400 with a clear screen, and tells its text in Unicode", () => {
  const { bus, vga, print } = pc();
  enterTextMode(bus);
  print(0, 0, "Hello, VGA!");
  print(78, 24, "╝█");
  const { width, height } = vga.render();
  assert.deepEqual([width, height], [720, 400]);
  const text = vga.text();
  assert.equal(text.length, 25);
  assert.equal(text[0], "Hello, VGA!");
  assert.equal(text[1], "");
  assert.equal(text[24], `${" ".repeat(78)}╝█`);
});

test("characters have the font's dots, the colours of their attribute, and a gap, but for lines", () => {
  const { bus, vga, print } = pc();
  enterTextMode(bus);
  bus.writePort(0x3d4, 2, 0x200a);
  print(10, 5, "T", 0x1e);
  print(11, 5, "─", 0x4f);
  print(12, 5, "│", 0x06);
  const picture = vga.render();
  const t = cell(picture, 10, 5, "ffff55");
  assert.equal(t[2], ".######..");
  assert.equal(t[3], "...##....");
  assert.equal(pixel(picture, 90, 80), "0000aa");
  assert.equal(cell(picture, 11, 5, "ffffff")[7], "#########", "the ninth dot repeats the eighth");
  assert.equal(pixel(picture, 11 * 9 + 8, 80), "aa0000");
  assert.equal(cell(picture, 12, 5, "aa5500")[0], "...##....", "brown");
  bus.readPort(0x3da, 1);
  for (const value of [0x10, 0x08, 0x20]) bus.writePort(0x3c0, 1, value);
  assert.equal(cell(vga.render(), 11, 5, "ffffff")[7], "########.", "without line graphics");
});

test("attribute bit 7 is blinking or a bright background", () => {
  const { bus, vga, print, clock, attribute } = pc();
  enterTextMode(bus);
  bus.writePort(0x3d4, 2, 0x200a);
  print(3, 3, "█", 0x9c);
  const at = () => {
    const picture = vga.render({ steady: false });
    return pixel(picture, 3 * 9, 3 * 16);
  };
  assert.equal(at(), "ff5555");
  clock.advanceTo(17 * 14_300_000);
  assert.equal(at(), "0000aa", "for sixteen frames only the background is seen");
  assert.equal(pixel(vga.render(), 27, 48), "ff5555", "a steady picture has no such times");
  clock.advanceTo(33 * 14_300_000);
  assert.equal(at(), "ff5555");
  attribute(0x10, 0x04);
  print(3, 3, " ", 0x9c);
  assert.equal(at(), "5555ff");
});

test("the cursor is where the CRTC says, between its start and end rows, and blinks", () => {
  const { bus, vga, indexed, clock } = pc();
  enterTextMode(bus);
  indexed(0x3d4, 0x0e, (2 * 80 + 7) >> 8);
  indexed(0x3d4, 0x0f, (2 * 80 + 7) & 0xff);
  const shown = (steady: boolean) => {
    const art = cell(vga.render({ steady }), 7, 2, "aaaaaa");
    return art.map((row) => (row === "#########" ? "#" : row === "........." ? "." : "?")).join("");
  };
  assert.equal(shown(false), ".............##.");
  clock.advanceTo(9 * 14_300_000);
  assert.equal(shown(false), "................");
  assert.equal(shown(true), ".............##.");
  indexed(0x3d4, 0x0a, 0x00);
  assert.equal(shown(true), "###############.");
  indexed(0x3d4, 0x0a, 0x20);
  assert.equal(shown(true), "................");
});

test("the start address scrolls, and the line compare splits the screen", () => {
  const { bus, vga, indexed, print } = pc();
  enterTextMode(bus);
  for (let row = 0; row < 40; row++) print(0, row, `row ${row}`);
  indexed(0x3d4, 0x0c, (10 * 80) >> 8);
  indexed(0x3d4, 0x0d, (10 * 80) & 0xff);
  assert.equal(vga.text()[0], "row 10");
  assert.equal(vga.text()[24], "row 34");
  indexed(0x3d4, 0x09, 0x0f);
  indexed(0x3d4, 0x18, 20 * 16 - 1);
  const text = vga.text();
  assert.equal(text[19], "row 29");
  assert.equal(text[20], "row 0");
});

test("a second font shows where attribute bit 3 is set, when the maps differ", () => {
  const { bus, vga, indexed, write, print } = pc();
  enterTextMode(bus);
  indexed(0x3c4, 2, 0x04);
  indexed(0x3c4, 4, 0x06);
  indexed(0x3ce, 5, 0x00);
  indexed(0x3ce, 6, 0x04);
  for (let row = 0; row < 16; row++) write(0xa4000 + 0x41 * 32 + row, row % 2 ? 0xff : 0);
  enterTextMode(bus);
  indexed(0x3c4, 3, 0x04); // map A: font 1
  print(0, 0, "A", 0x07);
  print(1, 0, "A", 0x0f);
  const picture = vga.render();
  assert.equal(cell(picture, 0, 0, "aaaaaa")[2], "...##....");
  assert.equal(cell(picture, 1, 0, "ffffff")[3], "########.");
});

test("mode 13h shows a byte as a dot of 256 colours, each two dots wide and two lines high", () => {
  const { bus, vga, write } = pc();
  setMode(bus, modes.chained);
  bus.writePort(0x3c8, 1, 200);
  for (const component of [63, 32, 0]) bus.writePort(0x3c9, 1, component);
  write(0xa0000 + 100 * 320 + 37, 200);
  write(0xa0000 + 199 * 320 + 319, 200);
  const picture = vga.render();
  assert.deepEqual([picture.width, picture.height], [640, 400]);
  for (const [x, y] of [
    [74, 200],
    [75, 201],
    [638, 398],
    [639, 399],
  ] as const) {
    assert.equal(pixel(picture, x, y), "ff8200");
  }
  for (const [x, y] of [
    [73, 200],
    [76, 200],
    [74, 199],
    [74, 202],
  ] as const) {
    assert.equal(pixel(picture, x, y), "000000");
  }
  assert.deepEqual(vga.text(), []);
});

test("mode X: unchained, each plane holds every fourth dot", () => {
  const { bus, vga, indexed, write } = pc();
  setMode(bus, modes.chained);
  indexed(0x3c4, 4, 0x06);
  indexed(0x3d4, 0x14, 0x00);
  indexed(0x3d4, 0x17, 0xe3);
  indexed(0x3c4, 2, 0x08);
  write(0xa0000 + 3 * 80 + 5, 15);
  const picture = vga.render();
  const lit = [44, 45, 46, 47, 48].filter((x) => pixel(picture, x, 6) !== "000000");
  assert.deepEqual(lit, [46, 47]);
});

test("mode 12h is 640×480 and takes a bit from each plane", () => {
  const { bus, vga, indexed, write } = pc();
  setMode(bus, modes.planar);
  indexed(0x3c4, 2, 0x09);
  write(0xa0000 + 479 * 80 + 79, 0x01);
  const picture = vga.render();
  assert.deepEqual([picture.width, picture.height], [640, 480]);
  assert.equal(pixel(picture, 639, 479), "5555ff");
  assert.equal(pixel(picture, 638, 479), "000000");
});

test("CGA's graphics interleave rows and take two bits a dot", () => {
  const { bus, vga, write } = pc();
  setMode(bus, modes.cga);
  write(TEXT, 0b00_01_10_11);
  write(TEXT + 0x2000 + 79, 0b11_00_00_10);
  const picture = vga.render();
  assert.deepEqual([picture.width, picture.height], [320, 400]);
  const colours = [0, 1, 2, 3].map((x) => pixel(picture, x, 0));
  assert.equal(new Set(colours).size, 4);
  assert.equal(pixel(picture, 3, 1), colours[3]);
  assert.equal(pixel(picture, 316, 2), colours[3], "odd rows lie 8 KiB further on");
  assert.equal(pixel(picture, 319, 3), colours[2]);
  assert.equal(pixel(picture, 316, 0), colours[0]);
});

test("write modes 0 to 3 and both read modes, as the manual defines them", () => {
  const { bus, indexed, write, read } = pc();
  setMode(bus, modes.planar);
  const at = 0xa1234;
  const planes = () =>
    [0, 1, 2, 3].map((plane) => {
      indexed(0x3ce, 4, plane);
      return read(at);
    });
  write(at, 0xa5);
  assert.deepEqual(planes(), [0xa5, 0xa5, 0xa5, 0xa5]);
  indexed(0x3c4, 2, 0x05);
  write(at, 0x0f);
  assert.deepEqual(planes(), [0x0f, 0xa5, 0x0f, 0xa5]);
  indexed(0x3c4, 2, 0x0f);
  indexed(0x3ce, 0, 0x02);
  indexed(0x3ce, 1, 0x03);
  write(at, 0x3c);
  assert.deepEqual(planes(), [0x00, 0xff, 0x3c, 0x3c], "set/reset");
  indexed(0x3ce, 1, 0x00);
  indexed(0x3ce, 3, 0x04);
  write(at, 0x3c);
  assert.deepEqual(planes(), [0xc3, 0xc3, 0xc3, 0xc3], "rotation to the right");
  indexed(0x3ce, 3, 0x18);
  indexed(0x3ce, 8, 0xf0);
  read(at);
  write(at, 0xff);
  assert.deepEqual(planes(), [0x33, 0x33, 0x33, 0x33], "exclusive or, under the bit mask");
  indexed(0x3ce, 3, 0x00);
  indexed(0x3ce, 5, 0x02);
  read(at);
  write(at, 0x06);
  assert.deepEqual(planes(), [0x03, 0xf3, 0xf3, 0x03], "write mode 2");
  indexed(0x3ce, 5, 0x03);
  indexed(0x3ce, 0, 0x09);
  read(at);
  write(at, 0xc0);
  assert.deepEqual(planes(), [0xc3, 0x33, 0x33, 0xc3], "write mode 3");
  indexed(0x3ce, 5, 0x01);
  read(at);
  write(at + 1, 0x00);
  indexed(0x3ce, 4, 0);
  assert.equal(read(at + 1), 0xc3, "write mode 1 copies the latches");
  indexed(0x3ce, 5, 0x08);
  indexed(0x3ce, 2, 0x09);
  indexed(0x3ce, 7, 0x0f);
  assert.equal(read(at), 0xc0, "read mode 1: dots of colour 9");
  indexed(0x3ce, 7, 0x06);
  assert.equal(read(at), 0xcc, "planes that do not care");
  indexed(0x3ce, 7, 0x00);
  assert.equal(read(at), 0xff);
});

test("AND and OR combine with the latches", () => {
  const { bus, indexed, write, read } = pc();
  setMode(bus, modes.planar);
  write(0xa0000, 0x3c);
  read(0xa0000);
  indexed(0x3ce, 3, 0x08);
  write(0xa0000, 0xf0);
  assert.equal(read(0xa0000), 0x30);
  indexed(0x3ce, 3, 0x10);
  write(0xa0000, 0x81);
  assert.equal(read(0xa0000), 0xb1);
});

test("GC's memory map opens one of four windows", () => {
  const { bus, indexed, write, read } = pc();
  setMode(bus, modes.planar);
  for (const [map, inside, outside] of [
    [0x05, [0xa0000, 0xaffff], [0xb0000, 0xb8000]],
    [0x09, [0xb0000, 0xb7fff], [0xa0000, 0xb8000]],
    [0x0d, [0xb8000, 0xbffff], [0xa0000, 0xb7fff]],
  ] as const) {
    indexed(0x3ce, 6, map);
    for (const address of inside) {
      write(address, 0x5a);
      assert.equal(read(address), 0x5a);
    }
    for (const address of outside) assert.equal(read(address), 0xff);
  }
  indexed(0x3ce, 6, 0x01);
  assert.equal(read(0xb0000), read(0xa0000), "128 KiB show the 64 KiB of a plane twice");
});

test("odd/even addressing of the 128 KiB window puts bit 16 where bit 0 was", () => {
  const { bus, indexed, write, read } = pc();
  setMode(bus, modes.planar);
  indexed(0x3c4, 4, 0x02);
  indexed(0x3ce, 5, 0x10);
  indexed(0x3ce, 6, 0x03);
  write(0xa0010, 1, 2);
  write(0xb0010, 3, 4);
  assert.deepEqual([0xa0010, 0xa0011, 0xb0010, 0xb0011].map(read), [1, 2, 3, 4]);
});

test("text memory takes wide accesses and reads back what was written", () => {
  const { bus } = pc();
  enterTextMode(bus);
  bus.writeMemory(TEXT + 6, 4, 0x1f42_1e41);
  assert.equal(bus.readMemory(TEXT + 6, 4), 0x1f42_1e41);
  assert.equal(bus.readMemory(TEXT + 8, 2), 0x1f42);
  assert.equal(bus.readMemory(TEXT + 4, 2), 0x0720);
});

test("CRTC registers 0–7 are protected by bit 7 of register 11h, but for the line compare bit", () => {
  const { bus, indexed } = pc();
  enterTextMode(bus);
  indexed(0x3d4, 0x11, 0x8e);
  indexed(0x3d4, 0x00, 0x11);
  assert.equal(bus.readPort(0x3d5, 1), 0x5f);
  indexed(0x3d4, 0x07, 0xef);
  assert.equal(bus.readPort(0x3d5, 1), 0x0f);
  indexed(0x3d4, 0x11, 0x0e);
  indexed(0x3d4, 0x00, 0x11);
  assert.equal(bus.readPort(0x3d5, 1), 0x11);
});

test("the attribute port takes index and data in turn, and input status 1 starts over", () => {
  const { bus } = pc();
  enterTextMode(bus);
  bus.readPort(0x3da, 1);
  bus.writePort(0x3c0, 1, 0x13);
  bus.readPort(0x3da, 1);
  bus.writePort(0x3c0, 1, 0x33);
  bus.writePort(0x3c0, 1, 0x05);
  assert.equal(bus.readPort(0x3c0, 1), 0x33);
  assert.equal(bus.readPort(0x3c1, 1), 0x05);
});

test("the DAC counts through its components for reads and writes", () => {
  const { bus } = pc();
  bus.writePort(0x3c8, 1, 255);
  for (const value of [1, 2, 3, 4, 5, 0xff]) bus.writePort(0x3c9, 1, value);
  assert.equal(bus.readPort(0x3c7, 1), 0);
  bus.writePort(0x3c7, 1, 255);
  assert.equal(bus.readPort(0x3c7, 1), 3);
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => bus.readPort(0x3c9, 1)),
    [1, 2, 3, 4, 5, 63],
  );
});

test("CRTC and status move between 3Dx and 3Bx with the miscellaneous output register", () => {
  const { bus } = pc();
  enterTextMode(bus);
  bus.writePort(0x3d4, 1, 0x0f);
  assert.equal(bus.readPort(0x3b4, 1), 0xff);
  bus.writePort(0x3c2, 1, 0x66);
  assert.equal(bus.readPort(0x3b4, 1), 0x0f);
  assert.equal(bus.readPort(0x3d4, 1), 0xff);
});

test("retrace and blanking follow virtual time at the mode's 70 frames a second", () => {
  const { bus, clock } = pc();
  enterTextMode(bus);
  const frame = (900 * 449 * 1e9) / 28_322_000;
  const line = frame / 449;
  const at = (lines: number, characters = 10) => {
    clock.advanceTo(Math.ceil(lines * line + (characters / 100) * line));
    return bus.readPort(0x3da, 1) & 0x09;
  };
  assert.equal(at(0), 0);
  assert.equal(at(0, 90), 1, "horizontal blanking");
  assert.equal(at(399), 0);
  assert.equal(at(400), 1);
  assert.equal(at(411), 1);
  assert.equal(at(412), 9);
  assert.equal(at(413), 9);
  assert.equal(at(414), 1);
  assert.equal(at(449), 0);
});

test("the palette's blanking and the sequencer's screen-off make the picture black", () => {
  const { bus, vga, indexed, print } = pc();
  enterTextMode(bus);
  print(0, 0, "█");
  indexed(0x3c4, 1, 0x20);
  assert.equal(pixel(vga.render(), 0, 0), "000000");
  indexed(0x3c4, 1, 0x00);
  assert.equal(pixel(vga.render(), 0, 0), "aaaaaa");
  bus.readPort(0x3da, 1);
  bus.writePort(0x3c0, 1, 0x00);
  assert.equal(pixel(vga.render(), 0, 0), "000000");
});

test("a screenshot is a PNG of the picture", () => {
  const { bus, vga, print } = pc();
  enterTextMode(bus);
  print(0, 0, "█", 0x0a);
  const picture = vga.render();
  const png = decode(encodePng(picture));
  assert.deepEqual([png.width, png.height, png.channels], [720, 400, 3]);
  assert.deepEqual([...png.data.subarray(0, 3)], [0x55, 0xff, 0x55]);
});

test("a restored adapter shows the same picture", () => {
  const a = pc();
  enterTextMode(a.bus);
  a.print(5, 5, "saved", 0x2f);
  a.bus.writePort(0x3d4, 1, 0x0e);
  const b = pc();
  b.vga.restore(structuredClone(a.vga.save()));
  assert.deepEqual(b.vga.render().rgba, a.vga.render().rgba);
  assert.equal(b.bus.readPort(0x3d4, 1), 0x0e);
});

test("random register and memory accesses never throw, and every picture can be drawn", () => {
  const ports = [0x3b4, 0x3b5, 0x3ba, 0x3d4, 0x3d5, 0x3da, ...Array.from({ length: 16 }, (_, i) => 0x3c0 + i)];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...ports), fc.nat(255), fc.nat(0x1ffff)), { minLength: 1000, maxLength: 1000 }),
      (steps) => {
        const { bus, vga, write, read, clock } = pc();
        for (const [port, value, offset] of steps) {
          bus.writePort(port, 1, value);
          write(0xa0000 + offset, value);
          for (const byte of [bus.readPort(port, 1), read(0xa0000 + offset)]) {
            assert.ok(Number.isInteger(byte) && byte >= 0 && byte <= 255);
          }
          clock.advanceTo(clock.now + offset);
        }
        const { width, height, rgba } = vga.render({ steady: false });
        assert.equal(rgba.length, width * height * 4);
        vga.text();
      },
    ),
    { numRuns: 100 },
  );
});
