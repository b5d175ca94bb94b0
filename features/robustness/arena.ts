/**
 * One machine that hostile guests are put into, one after another. A seed is a guest: from the machine as it was at
 * power-on, memory, scenes and device programming follow from the seed alone. After it everything that no guest may reach
 * is looked at: ROM, the room around guest RAM and between the processor's areas, and where the TLB and the lookup table lead.
 */
import assert from "node:assert/strict";
import { buildBios } from "../../bios/build.ts";
import { prepareInterpreter } from "../../emulator/cpu/execution.ts";
import { bankAddress, NO_PAGE, TLB_ENTRY_BYTES, TlbBank, TlbEntry } from "../../emulator/cpu/tlb.ts";
import { Workspace } from "../../emulator/cpu/workspace.ts";
import { LOOKUP_ENTRY_BYTES, LookupEntry } from "../../emulator/interpreter/lookup.ts";
import { Machine, type Snapshot } from "../../emulator/machine.ts";
import { MiB } from "../../emulator/map.ts";
import {
  CODE_BASE,
  CODE_SIZE,
  LOOKUP_BASE,
  LOOKUP_SIZE,
  PREDICTOR_BASE,
  PREDICTOR_SIZE,
  RAM_BASE,
  TLB_BASE,
} from "../../emulator/memory.ts";
import { Random } from "../cpu/random.ts";
import { makePools, type Pools } from "./bytes.ts";
import { damagedBoot, type Lived, randomScenes } from "./guests.ts";

const RAM = 4 * MiB;
const DISC = 256 * 1024;
const CANARY_WORD = 0xa5a5_a5a5;
/** One seed in so many is a damaged boot. */
const BOOTS = 4;

export class Arena {
  readonly #machine: Machine;
  readonly #pools: Pools;
  readonly #firmware: Uint8Array;
  readonly #powerOn: Snapshot;
  readonly #guards: readonly Uint32Array[];

  constructor() {
    const firmware = buildBios();
    this.#pools = makePools();
    this.#machine = new Machine({
      memory: RAM / MiB,
      firmware,
      disks: [{ image: this.#pools.disk }],
      cdrom: new Uint8Array(DISC),
      interpreter: prepareInterpreter(),
    });
    const { memory } = this.#machine;
    this.#firmware = new Uint8Array(2 ** 32 - memory.firmwareStart);
    memory.read(memory.firmwareStart, this.#firmware);
    this.#powerOn = this.#machine.save();
    const between = (start: number, end: number) => new Uint32Array(memory.buffer, start, (end - start) / 4);
    this.#guards = [
      between(PREDICTOR_BASE + PREDICTOR_SIZE, TLB_BASE),
      between(CODE_BASE + CODE_SIZE, RAM_BASE),
      between(RAM_BASE + RAM + this.#firmware.length, memory.buffer.byteLength),
    ];
    for (const guard of this.#guards) guard.fill(CANARY_WORD);
  }

  /** Runs the guest of a seed, or `lifetime` (up to 1) of it. Throws what the host should not have thrown, and when something was damaged. */
  run(seed: number, lifetime = 1): Lived {
    this.#machine.restore(this.#powerOn);
    const guest = seed % BOOTS === 0 ? damagedBoot : randomScenes;
    const lived = guest(this.#machine, new Random(seed), this.#pools, lifetime);
    this.#check();
    return lived;
  }

  #check(): void {
    const { memory } = this.#machine;
    for (const guard of this.#guards)
      assert.equal(
        guard.findIndex((word) => word !== CANARY_WORD),
        -1,
        "a room that belongs to nobody was written to",
      );
    const rom = RAM_BASE + RAM;
    assert.equal(
      Buffer.compare(memory.bytes.subarray(rom, rom + this.#firmware.length), this.#firmware),
      0,
      "ROM was written to",
    );
    this.#checkTlb(rom + this.#firmware.length);
    this.#checkLookups();
  }

  /** Every valid entry leads into RAM or ROM, and to write only into RAM. */
  #checkTlb(end: number): void {
    const { view } = this.#machine.memory;
    // A space that was never used is all zeros, and not read.
    for (let at = TLB_BASE; at <= bankAddress(0, TlbBank.strict); at += TLB_ENTRY_BYTES) {
      if (view.getUint32(at + TlbEntry.addend, true) === 0) continue;
      for (const tag of [TlbEntry.readTag, TlbEntry.writeTag]) {
        const page = view.getUint32(at + tag, true);
        if (page === NO_PAGE) continue;
        const host = (page + view.getInt32(at + TlbEntry.addend, true)) >>> 0;
        const limit = tag === TlbEntry.readTag ? end : end - this.#firmware.length;
        assert.ok(host >= RAM_BASE && host + 0x1000 <= limit, `a TLB entry leads to ${host.toString(16)}`);
      }
    }
  }

  #checkLookups(): void {
    const { view } = this.#machine.memory;
    const present = view.getInt32(Workspace.lookupKey, true);
    for (let at = LOOKUP_BASE; at < LOOKUP_BASE + LOOKUP_SIZE; at += LOOKUP_ENTRY_BYTES) {
      if (view.getInt32(at + LookupEntry.key, true) !== present) continue;
      const head = view.getUint32(at + LookupEntry.head, true);
      assert.ok(head >= CODE_BASE && head < CODE_BASE + CODE_SIZE, `a lookup leads to ${head.toString(16)}`);
    }
  }
}
