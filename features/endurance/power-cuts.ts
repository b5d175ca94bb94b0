/**
 * Power cuts of a whole machine. Cor's system works hard: processes, pipes, memory, signals, and on each of two disks (the
 * root's on a cable, one with small blocks on virtio) somebody who says which of his files were synced. At random instructions, and
 * at writes of a disk, the disks are looked at as a power cut would leave them: the machine itself goes on, because what
 * comes later cannot change what would have been there. So one run has all cuts, and another one with the same seed has the same.
 */
import assert from "node:assert/strict";
import { ownDisk } from "../../cli/own.ts";
import type { DiskOptions } from "../../emulator/disk.ts";
import { randomSource } from "../../kernel/testing/file-model.ts";
import type { Promised } from "../../kernel/testing/promises.ts";
import { FileSystemFile, rootOf } from "./judges.ts";
import { KeeperLog } from "./keeper-log.ts";
import { EnduranceMachine } from "./machine.ts";
import { Platter } from "./platter.ts";

/** Seeds of the two keepers. */
const ROOT_KEEPER = 1;
const SECOND_KEEPER = 2;
const SECOND_BLOCKS = 24_000;
/** Of the cuts at writes, the first to this one after their place. */
const MOST_WRITES = 20;
/** Instructions in which somebody writes; else there is no cut. */
const MOST_TO_A_WRITE = 100_000_000;

export interface CutPlan {
  readonly seed: number;
  /** Of the work, after the boot. */
  readonly instructions: number;
  /** So many at random instructions, and so many at one of the next writes of a disk after a random instruction. */
  readonly atInstructions: number;
  readonly atWrites: number;
  /** Every how many cuts the kernel is started with the disks as they are, before anybody repaired them. */
  readonly bootEvery: number;
  /** Drives that say they have flushed and have not. */
  readonly lies?: boolean;
}

export interface CutResult {
  readonly instructions: number;
  readonly cuts: number;
  /** Cuts at which a drive had not written everything. */
  readonly unflushed: number;
  /** File systems in which e2fsck found something to repair. */
  readonly repaired: number;
  readonly boots: number;
  readonly promises: number;
  readonly bytes: number;
  readonly broken: readonly string[];
}

export async function cutPower(plan: CutPlan): Promise<CutResult> {
  const next = randomSource(plan.seed);
  const img = await ownDisk();
  using second = FileSystemFile.made(SECOND_BLOCKS, "-b", "1024");
  const disks = [img, second.bytes];
  const platters = disks.map((image) => new Platter(image, plan.lies));
  const log = new KeeperLog({ [ROOT_KEEPER]: "/tmp", [SECOND_KEEPER]: "" });
  const result = { cuts: 0, unflushed: 0, repaired: 0, boots: 0, promises: 0, bytes: 0, broken: [] as string[] };
  /** Disks as a cut left them that nobody has looked at yet. */
  let taken: {
    readonly what: string;
    readonly images: Uint8Array[];
    readonly promised: readonly (readonly Promised[])[];
  } | null = null;
  let heard = 0;
  /** Writes until a cut; 0: none is wanted. */
  let writesLeft = 0;

  const take = (what: string): void => {
    log.hear(machine.log.slice(heard));
    heard = machine.log.length;
    if (platters.some(({ unflushed }) => unflushed > 0)) result.unflushed++;
    const promised = [ROOT_KEEPER, SECOND_KEEPER].map((seed) => log.promised(seed));
    taken = { what, images: platters.map((platter) => platter.cut(next)), promised };
  };
  const machine = new EnduranceMachine({
    disks: diskOptions(disks),
    watch: (access) => {
      if (writesLeft > 0 && access.kind === "write" && --writesLeft === 0) {
        take(`seed ${plan.seed}: cut at a write of disk ${access.disk} after ${machine.instructions} instructions`);
        machine.machine.pause();
      }
      platters[access.disk]!.take(access);
      return true;
    },
  });
  await machine.boot();
  await machine.command("mkdir /mnt; mount /dev/vda /mnt");
  const begun = machine.instructions;
  const some = (count: number, write: boolean): readonly { readonly place: number; readonly write: boolean }[] =>
    Array.from({ length: count }, () => ({ place: begun + next(plan.instructions), write }));
  const cuts = [...some(plan.atInstructions, false), ...some(plan.atWrites, true)].sort((a, b) => a.place - b.place);
  machine.type(
    `stress -k /tmp -n 1000000 -s ${ROOT_KEEPER} & stress -k /mnt -n 1000000 -s ${SECOND_KEEPER} & ` +
      `n=1; while true; do stress -n 3 -m -s $n; stress -n 1 -s $n; n=$((n + 1)); done\r`,
  );
  const runTo = async (place: number): Promise<void> => {
    while (machine.instructions < place && taken === null)
      assert.ok(await machine.run(place - machine.instructions), "the machine has ended");
  };
  for (const { place, write } of cuts) {
    await runTo(place);
    writesLeft = write ? 1 + next(MOST_WRITES) : 0;
    if (write) await runTo(machine.instructions + MOST_TO_A_WRITE);
    else take(`seed ${plan.seed}: cut after ${machine.instructions} instructions`);
    writesLeft = 0;
    if (taken !== null) await judge();
  }
  await runTo(begun + plan.instructions);
  assert.ok(!/[1-9]\d* mistakes|not so:/.test(machine.log), machine.log.slice(-6000));
  machine.machine.close();
  return { ...result, instructions: machine.instructions - begun };

  async function judge(): Promise<void> {
    const { what, images, promised } = taken!;
    result.cuts++;
    const files = parts(images).map((bytes) => new FileSystemFile(bytes));
    for (const [i, file] of files.entries()) {
      if (file.repair(what).includes("FILE SYSTEM WAS MODIFIED")) result.repaired++;
      keep(what, file.broken(promised[i]!), promised[i]!);
      file[Symbol.dispose]();
    }
    if (result.cuts % plan.bootEvery === 0) await boot(what, images, promised);
    taken = null;
  }

  function keep(what: string, broken: readonly string[], promised: readonly Promised[]): void {
    result.promises += promised.length;
    result.bytes += promised.reduce((sum, { contents }) => sum + contents[0]!.length, 0);
    result.broken.push(...broken.map((line) => `${what}: ${line}`));
  }

  /** The kernel itself goes on without a check. It may lose nothing that was promised, either. */
  async function boot(what: string, images: Uint8Array[], promised: readonly (readonly Promised[])[]): Promise<void> {
    result.boots++;
    const platters = images.map((image) => new Platter(image));
    const again = new EnduranceMachine({
      disks: diskOptions(images),
      watch: (access) => {
        platters[access.disk]!.take(access);
        return true;
      },
    });
    await again.boot();
    await again.command("mount /dev/vda /mnt && stress -n 1 && cp /bin/ls /mnt/new && cmp /bin/ls /mnt/new");
    await again.off();
    for (const [i, bytes] of parts(platters.map(({ now }) => now)).entries()) {
      using file = new FileSystemFile(bytes);
      file.repair(`${what}, and started again`);
      keep(`${what}, and started again`, file.broken(promised[i]!), promised[i]!);
    }
  }
}

function diskOptions([root, second]: readonly Uint8Array[]): DiskOptions[] {
  return [{ image: root! }, { image: second!, interface: "virtio" }];
}

/** The file systems on the disks. */
function parts([root, second]: readonly Uint8Array[]): Uint8Array[] {
  const { from, to } = rootOf(root!);
  return [root!.subarray(from, to), second!];
}
