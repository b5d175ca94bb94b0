/**
 * A machine as a library: what its limits mean, and that it is a function of its options and its input. With Cor's own
 * firmware and disk, which is why this is not beside machine.ts.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { buildBios } from "../bios/build.ts";
import { bareSystem } from "../disks/testing/bare.ts";
import { Machine, type MachineHost, type MachineOptions } from "../emulator/machine.ts";
import { stateHash } from "./determinism/state-hash.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-machine-"));
after(() => rmSync(folder, { recursive: true }));

const { img, elf } = bareSystem();
const options: MachineOptions = { memory: 16, firmware: buildBios(), disks: [{ image: img }] };
const ready = "Type help.\n> ".replaceAll("\n", "\r\n");

/** A machine and what COM1 says. */
function machine(
  extra: Partial<MachineOptions> = {},
  host: MachineHost = {},
): { machine: Machine; said: () => string } {
  let said = "";
  const made = new Machine(
    { ...options, ...extra },
    {
      ...host,
      output: (channel, byte) => {
        if (channel === "com1") said += String.fromCharCode(byte);
        host.output?.(channel, byte);
      },
    },
  );
  return { machine: made, said: () => said };
}

const type = (to: Machine, text: string): void => to.input({ channel: "com1", bytes: new TextEncoder().encode(text) });

test("two machines live in one process, each with its own memory, disk and time", () => {
  const [a, b] = [machine(), machine({ memory: 8 })];
  // Turn by turn, so that anything they shared would show.
  const done = new Set<unknown>();
  while (done.size < 2) {
    for (const one of [a, b]) {
      const stop = one.machine.run({ instructions: 10_000 });
      assert.equal(stop.kind, "instructions");
      if (one.said().endsWith(ready)) done.add(one);
    }
  }
  type(a.machine, "help\r");
  assert.equal(a.machine.run({ until: "reset the machine", instructions: 10_000_000 }).kind, "text");
  assert.ok(!b.said().includes("reset the machine"));
  assert.match(a.said(), /16 MiB of memory/);
  assert.match(b.said(), /8 MiB of memory/);
});

describe("limits", () => {
  test("instructions are counted exactly, however the run is cut", () => {
    const { machine: whole } = machine();
    const { machine: cut } = machine();
    const total = 60_000;
    assert.equal(whole.run({ instructions: total }).kind, "instructions");
    for (let left = total, size = 1; left > 0; left -= size, size = (size * 7 + 3) % 1999) {
      size = Math.min(Math.max(size, 1), left);
      assert.equal(cut.run({ instructions: size }).kind, "instructions");
    }
    assert.deepEqual(whole.now, cut.now);
    assert.equal(whole.now.instructions, total);
    assert.equal(stateHash(whole), stateHash(cut));
  });

  test("a text stops the machine at the instruction that completed it", () => {
    const { machine: one, said } = machine();
    assert.equal(one.run({ until: "Hello from the kernel." }).kind, "text");
    assert.ok(said().endsWith("Hello from the kernel."));
  });

  test("a cycle limit stops at the first instruction that has reached it", () => {
    const { machine: one } = machine();
    assert.equal(one.run({ cycle: 1_000_000 }).kind, "cycle");
    const { cycles } = one.now;
    assert.ok(cycles >= 1_000_000 && cycles < 1_010_000, `${cycles}`);
  });

  test("pause stops after the instruction that is being executed, and the next call goes on", () => {
    const { machine: one, said } = machine({}, { output: (_channel, byte) => void (byte === 0x2e && one.pause()) });
    assert.equal(one.run().kind, "paused");
    assert.ok(said().endsWith("Cor BIOS 0."));
    for (let i = 0; i < 3; i++) assert.equal(one.run().kind, "paused");
  });

  test("an idle machine waits for the next deadline, or passes the time", () => {
    const { machine: one } = machine();
    one.run({ until: ready });
    const stop = one.run({ idle: "stop", instructions: 1_000_000 });
    assert.equal(stop.kind, "idle");
    const { instructions, cycles } = one.now;
    assert.ok((stop as { deadline: number }).deadline > cycles);
    assert.equal(one.run({ cycle: cycles + 1_000_000_000 }).kind, "cycle");
    // A second with a hundred ticks of the timer, asleep in between.
    assert.ok(one.now.instructions > instructions + 100 && one.now.instructions < instructions + 100_000);
  });

  test("the end of a machine's life is told, with its last words", () => {
    const { machine: one, said } = machine();
    one.run({ until: ready });
    type(one, "halt\r");
    assert.equal(one.run({ instructions: 10_000_000 }).kind, "halted");
    assert.match(said(), /halt\r\n$/);
  });
});

test("a guest that executes nothing, because its handler of #UD is itself undefined, does not keep the caller", () => {
  // ss = 0x2000, so that the frames go round in a segment of their own; [0:18h] = 0:7C16h; there: ud2
  const code = [0xb8, 0, 0x20, 0x8e, 0xd0, 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x18, 0, 0x16, 0x7c, 0xa3, 0x1a, 0];
  const image = new Uint8Array(512);
  image.set([...code, 0x90, 0x90, 0x90, 0x90, 0x0f, 0x0b]);
  image.set([0x55, 0xaa], 510);
  const { machine: one } = machine({ disks: [{ image }] });
  one.run({ until: "Booting from hard disk 80h." });
  one.run({ instructions: 100_000 });
  const { instructions, cycles } = one.now;
  assert.equal(one.run({ instructions: 1_000_000_000 }).kind, "instructions");
  assert.equal(one.now.instructions, instructions);
  assert.ok(one.now.cycles > cycles, "time passes all the same");
});

describe("a run is a function of options and input", () => {
  const script = (one: Machine): void => {
    one.run({ until: ready });
    type(one, "mem\r");
    one.run({ until: "> " });
    type(one, "upti");
    one.run({ instructions: 3000 });
    type(one, "me\r");
    one.run({ until: "seconds" });
  };

  test("two runs end in the same state", () => {
    const [a, b] = [machine(), machine()];
    script(a.machine);
    script(b.machine);
    assert.deepEqual(a.machine.now, b.machine.now);
    assert.equal(a.said(), b.said());
    assert.equal(stateHash(a.machine), stateHash(b.machine));
  });

  test("a snapshot, taken anywhere, goes on in another machine as if nothing had happened", () => {
    for (const at of [1, 20_011, 77_777, 150_001]) {
      const [a, b] = [machine(), machine()];
      a.machine.run({ instructions: at });
      const saved = structuredClone(a.machine.save());
      b.machine.run({ instructions: 31_000 });
      b.machine.restore(saved);
      assert.deepEqual(b.machine.now, a.machine.now);
      for (const { machine: one } of [a, b]) {
        one.run({ instructions: 400_000, until: ready });
        type(one, "help\r");
        one.run({ until: "stop for ever" });
      }
      assert.equal(stateHash(a.machine), stateHash(b.machine), `saved at ${at}`);
    }
  });

  test("a snapshot of another kind of machine is refused", () => {
    const snapshot = machine().machine.save();
    assert.throws(
      () => machine({ disks: [] }).machine.restore({ ...snapshot, sections: {} }),
      /the snapshot has no memory/,
    );
    assert.throws(
      () => machine({ cpu: "x86-64-v2" }).machine.restore(snapshot),
      /the snapshot is of a processor max; restore it into a machine with that one/,
    );
  });

  test("a machine has the processor that is asked for", () => {
    assert.equal(machine({ cpu: "x86-64-v2" }).machine.processor.model.name, "x86-64-v2");
    assert.throws(() => machine({ cpu: "z80" as never }), /there is no processor model z80; there are x86-64, /);
  });
});

test("a disk file belongs to one machine until it is closed", () => {
  const image = join(folder, "cor.img");
  writeFileSync(image, img);
  const { machine: one } = machine({ disks: [{ image }] });
  assert.throws(() => machine({ disks: [{ image: img }, { image }] }), /is open in another machine \(this process\)/);
  one.run({ until: ready });
  one.close();
  machine({ disks: [{ image }] }).machine.close();
});

test("a kernel starts without any firmware, or behind it", () => {
  for (const firmware of [new Uint8Array(), options.firmware!]) {
    const { machine: one, said } = machine({ firmware, disks: [], kernel: { image: elf, commandLine: "x y" } });
    assert.equal(one.run({ until: ready, instructions: 50_000_000 }).kind, "text");
    assert.equal(said().includes("Cor BIOS"), firmware.length > 0);
    assert.ok(one.vga.text().some((line) => line.includes("Command line: the kernel x y")));
  }
});

test("a reset starts the same machine again", () => {
  for (const extra of [{}, { disks: [], kernel: { image: elf } }] as const) {
    const { machine: one, said } = machine(extra);
    one.run({ until: ready });
    const first = said();
    one.reset();
    assert.equal(one.run({ until: ready, instructions: 50_000_000 }).kind, "text");
    assert.equal(
      said()
        .slice(first.length)
        .replace(/.*(?=Hello)/s, ""),
      first.replace(/.*(?=Hello)/s, ""),
    );
  }
});

test("what cannot be built is refused", () => {
  const refuses = (extra: Partial<MachineOptions>, complaint: RegExp): void =>
    assert.throws(
      () => machine(extra),
      (error: Error) => error.name === "UserError" && complaint.test(error.message),
    );
  refuses({ memory: 1 }, /has 4 to 3072 MiB of memory, not 1/);
  refuses({ memory: 4.5 }, /not 4\.5/);
  refuses({ firmware: new Uint8Array(), disks: [] }, /starts from firmware or from a kernel/);
  refuses({ disks: new Array(5).fill({ image: img }) }, /room for 4 IDE disks, not 5/);
  refuses({ kernel: { image: new Uint8Array(9) } }, /is no kernel/);
});
