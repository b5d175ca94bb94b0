/**
 * The package as `npm pack` makes it, unpacked the way npm would install it, far from the clone: its `cor`, its public API
 * from JavaScript, and its types. Its dependencies are linked from the clone, so that no registry is asked.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { ElfFile } from "../emulator/formats/elf-reader.ts";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "cor-package-"));
after(() => rmSync(folder, { recursive: true }));

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const installed = join(folder, "node_modules", manifest.name);
const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
const run = (program: string, args: readonly string[], cwd = folder): string =>
  execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe("the package", () => {
  test("is packed by npm, and unpacks", () => {
    const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", folder], root));
    mkdirSync(installed, { recursive: true });
    run("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed]);
    for (const name of [...Object.keys(manifest.dependencies), "@types/node"]) {
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, "node_modules", name), link);
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", type: "module" }));
  });

  test("holds what was built, and no sources or tests", () => {
    assert.ok(existsSync(join(installed, "dist/cli.js")));
    assert.ok(existsSync(join(installed, "dist/emulator/machine.d.ts")));
    for (const absent of ["cli.ts", "emulator", "features", "dist/emulator/disk.test.js", "dist/cli/testing"]) {
      assert.ok(!existsSync(join(installed, absent)), absent);
    }
  });

  test("has a cor that runs, and builds the kernel that the clone builds", () => {
    const cor = join(installed, manifest.bin.cor);
    assert.equal(run(process.execPath, [cor, "--version"]).trim(), manifest.version);
    assert.match(
      run(process.execPath, [cor, "run", "--until", "speaking on the serial console", "--timeout", "60"]),
      /Hello/,
    );
    run(process.execPath, [cor, "build", "--out", "theirs"]);
    run(process.execPath, [join(root, manifest.bin.cor), "build", "--out", "ours"]);
    // Names of files differ, in debugging information and in the table for stack traces: those of the boot code lead to the
    // package's JavaScript. So the kernel's code is as long, and what it reaches may lie elsewhere.
    const [theirs, ours] = ["theirs", "ours"].map((out) => {
      const elf = new ElfFile(readFileSync(join(folder, out, "cor.elf")));
      return elf.programHeaders.map(({ flags, type, ...header }) => ({
        ...{ flags, type },
        code: (flags & 1) !== 0 ? elf.segmentBytes({ flags, type, ...header }).length : 0,
      }));
    });
    assert.ok(ours!.length > 2);
    assert.deepEqual(theirs, ours);
  });

  test("boots two machines in one process, and one in a thread, through its public API", () => {
    const file = join(folder, "two.js");
    writeFileSync(
      file,
      `
      import { Machine } from "${manifest.name}";
      import { buildBios } from "${manifest.name}/firmware";
      import { build } from "${manifest.name}/images";
      import { MachineThread } from "${manifest.name}/thread";

      const firmware = buildBios();
      const disks = [{ image: build({ bare: true }).img }];
      const said = ["", ""];
      const machines = said.map((_, i) => new Machine(
        { memory: 16, firmware, disks },
        { output: (channel, byte) => { if (channel === "com1") said[i] += String.fromCharCode(byte); } },
      ));
      while (!said.every((text) => text.includes("Type help."))) {
        for (const machine of machines) machine.run({ instructions: 20_000 });
      }
      console.log(said[0] === said[1] && machines[0].now.cycles === machines[1].now.cycles);

      let heard = "";
      const thread = await MachineThread.start(
        { machine: { memory: 16, firmware, disks }, until: "Type help." },
        { output: (channel, bytes) => { heard += new TextDecoder().decode(bytes); } },
      );
      const { ending } = await thread.ended;
      await thread.close();
      console.log(ending.kind, said[0].startsWith(heard));
      `,
    );
    assert.equal(run(process.execPath, [file]), "true\ntext true\n");
  });

  test("tells TypeScript what everything is", () => {
    const file = join(folder, "typed.ts");
    const check = (line: string): string => {
      writeFileSync(
        file,
        `import { Machine, type StopReason } from "${manifest.name}";
         import { MachineThread } from "${manifest.name}/thread";
         export const stop: StopReason = new Machine({ memory: 16 }).run({ until: "login:" });
         export const thread: Promise<MachineThread> = MachineThread.start({ pace: "real" });
         ${line}\n`,
      );
      const flags = [
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "esnext",
        "--types",
        "node",
        "--ignoreConfig",
      ];
      try {
        return run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...flags, file]);
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    assert.equal(check(""), "");
    assert.match(check('new Machine({ memory: "16" });'), /typed\.ts\(5,\d+\): error TS2322/);
  });
});
