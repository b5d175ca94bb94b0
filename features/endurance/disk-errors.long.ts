/**
 * When a disk has no room, no inodes, or answers with errors, and when there is no memory while files are written: programs get an
 * error, the kernel goes on, and the file system is in order as soon as the disk lets it be. Others each day; SEED=n for one of them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownDisk } from "../../cli/own.ts";
import type { DiskAccess } from "../../emulator/watched-disk.ts";
import { randomSource } from "../../kernel/testing/file-model.ts";
import { FileSystemFile, rootOf, withoutJudges } from "./judges.ts";
import { KeeperLog } from "./keeper-log.ts";
import { EnduranceMachine } from "./machine.ts";
import { Platter } from "./platter.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Date.now() / 86_400_000));
const skip = withoutJudges;
const interfaces = ["ide", "virtio"] as const;

/** Cor's system, and another disk at /mnt whose accesses may fail. */
class Trouble {
  readonly machine: EnduranceMachine;
  readonly #platters: readonly Platter[];
  /** Whether an access of the other disk works. */
  works: (access: DiskAccess) => boolean = () => true;
  failed = 0;

  private constructor(root: Uint8Array, other: Uint8Array, kind: "ide" | "virtio", memory: number) {
    this.#platters = [new Platter(root), new Platter(other)];
    this.machine = new EnduranceMachine({
      memory,
      disks: [{ image: root }, { image: other, interface: kind }],
      watch: (access) => {
        if (access.disk === 1 && !this.works(access)) {
          this.failed++;
          return false;
        }
        this.#platters[access.disk]!.take(access);
        return true;
      },
    });
  }

  static async begin(
    kind: "ide" | "virtio",
    blocks: number,
    options: readonly string[],
    memory = 64,
  ): Promise<Trouble> {
    using made = FileSystemFile.made(blocks, ...options);
    const it = new Trouble(await ownDisk(), made.bytes, kind, memory);
    await it.machine.boot();
    await it.machine.command(`mkdir /mnt; mount /dev/${kind === "ide" ? "hdb" : "vda"} /mnt`);
    return it;
  }

  /** A command that must fail, with this complaint. */
  async fails(line: string, complaint: string): Promise<void> {
    const said = await this.machine.command(`! ${line}`);
    assert.ok(said.includes(complaint), said);
  }

  /** What is on the two file systems after power-off; throws unless both are clean. */
  async off(what: string): Promise<FileSystemFile> {
    await this.machine.off();
    assert.ok(!this.machine.log.includes("PANIC"));
    const [root, other] = this.#platters.map(({ now }) => now);
    const { from, to } = rootOf(root!);
    using own = new FileSystemFile(root!.subarray(from, to));
    own.assertClean(`${what}: the root`);
    const file = new FileSystemFile(other!);
    file.assertClean(what);
    return file;
  }

  assertKept(file: FileSystemFile): number {
    const log = new KeeperLog({ 1: "", 2: "", 3: "" });
    log.hear(this.machine.log);
    const promised = [1, 2, 3].flatMap((seed) => log.promised(seed));
    assert.deepEqual(file.broken(promised), []);
    return promised.length;
  }
}

for (const kind of interfaces) {
  test(`a full disk (${kind}): ENOSPC, and room again when something goes`, { skip }, async () => {
    const it = await Trouble.begin(kind, 300, ["-b", "1024", "-m", "0"]);
    // Blocks that can be given back later, whatever the rest is filled with.
    await it.machine.command("head -c 65536 /bin/sh > /mnt/full");
    await it.machine.command(`stress -k /mnt -n 500 -s 1`);
    assert.ok(/lost \d+ 28/.test(it.machine.log), "the disk was never full");
    await it.machine.command("sync");
    await it.fails("cat /dev/zero > /mnt/full", "No space left on device");
    await it.fails("mkdir /mnt/b", "No space left on device");
    await it.machine.command("rm /mnt/full; sync; cp /bin/true /mnt/again; cmp /bin/true /mnt/again");
    using file = await it.off("a full disk");
    assert.ok(it.assertKept(file) > 0);
  });

  test(`no inodes left (${kind}): ENOSPC, and names again when some go`, { skip }, async () => {
    const it = await Trouble.begin(kind, 4000, ["-b", "4096", "-N", "32"]);
    await it.machine.command("stress -k /mnt -n 400 -s 1");
    assert.ok(/lost \d+ 28/.test(it.machine.log), "there were inodes all the time");
    await it.fails("sh -c 'n=0; while mkdir /mnt/x$n; do n=$((n + 1)); done; false'", "No space left on device");
    await it.machine.command("rmdir /mnt/x0; echo back > /mnt/back; sync; grep back /mnt/back");
    using file = await it.off("no inodes left");
    assert.ok(it.assertKept(file) > 0);
  });

  test(`a disk that now and then cannot write, flush or read (${kind}), seed ${seed}`, { skip }, async (context) => {
    const it = await Trouble.begin(kind, 24_000, ["-b", "1024"]);
    const next = randomSource(seed);
    for (const [i, share] of [200, 20, 4].entries()) {
      it.machine.type(`stress -k /mnt -n 250 -s ${i + 1}; echo over''${i}\r`);
      // Once it has its folders: without them it would do nothing at all.
      await it.machine.see(`@${i + 1}.`);
      it.works = () => next(share) !== 0;
      await it.machine.see(`over${i}`, 2e9);
      await it.machine.command("echo 1 > /proc/drop_caches; ls -lR /mnt > /dev/null 2> /dev/null || true");
      it.works = () => true;
      await it.machine.command("sync");
    }
    context.diagnostic(`${it.failed} accesses failed`);
    assert.ok(it.failed > 50);
    using file = await it.off("a disk with errors");
    context.diagnostic(`${it.assertKept(file)} promises`);
  });

  test(`a disk that is dead (${kind}): errors, and the machine goes on and off`, { skip }, async () => {
    const it = await Trouble.begin(kind, 24_000, ["-b", "1024"]);
    await it.machine.command("stress -k /mnt -n 100 -s 1");
    it.works = () => false;
    await it.machine.command("stress -k /mnt -n 100 -s 2 || true");
    await it.fails("sh -c 'cp /bin/ls /mnt/ls && sync && dd'", "");
    await it.machine.command("stress -n 1 -m; usertests -q 'children'");
    it.machine.type("poweroff\r");
    for (let n = 0; n < 200; n++) if (!(await it.machine.run(1_000_000))) return;
    assert.fail("a machine with a dead disk cannot be switched off");
  });
}

test("no memory while files are written: what was synced is there, and everything is in order", {
  skip,
}, async (context) => {
  for (const memory of [64, 24]) {
    const it = await Trouble.begin("virtio", 24_000, ["-b", "1024"], memory);
    it.machine.type("stress -k /mnt -n 400 -s 1 & stress -k /mnt -n 400 -s 2 &\r");
    await it.machine.see("@2.");
    // It counts memory as well, which others use here.
    await it.machine.command("stress -n 6 || true", 2e9);
    assert.ok(!/[1-9]\d* mistakes|not so:/.test(it.machine.log), it.machine.log.slice(-3000));
    await it.machine.command("wait", 2e9);
    using file = await it.off(`no memory (${memory} MiB)`);
    context.diagnostic(`${memory} MiB: ${it.assertKept(file)} promises`);
  }
});
