/**
 * Debian's kernel and a root of busybox, as other people's software that must find its way through our firmware's tables.
 * The packages are fetched by apt where it is, into the system's folder for temporary files, and kept there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Debian {
  /** The kernel's file. */
  readonly kernel: string;
  readonly busybox: Uint8Array;
}

const cache = join(tmpdir(), "cor-debian");

function output(command: string, args: readonly string[], cwd?: string): string | null {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", ...(cwd && { cwd }) });
  return status === 0 ? stdout : null;
}

/** The current kernel and busybox; or why they cannot be had, for a test that is then skipped. */
export function fetchDebian(): Debian | string {
  const depends = output("apt-cache", ["depends", "linux-image-amd64"]);
  const image = depends?.match(/Depends: (linux-image-\S+)/)?.[1];
  if (image === undefined) return "apt knows no linux-image-amd64";
  const folder = join(cache, image);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    try {
      for (const name of [image, "busybox-static"]) {
        if (output("apt-get", ["download", name], partial) === null) return `${name} cannot be downloaded`;
      }
      for (const deb of readdirSync(partial).filter((file) => file.endsWith(".deb"))) {
        if (output("dpkg-deb", ["-x", deb, "."], partial) === null) return `${deb} cannot be unpacked`;
        rmSync(join(partial, deb));
      }
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  const kernel = readdirSync(join(folder, "boot")).find((file) => file.startsWith("vmlinuz-"));
  if (kernel === undefined) return `${image} has no kernel`;
  const busybox = ["bin/busybox", "usr/bin/busybox"].map((path) => join(folder, path)).find((path) => existsSync(path));
  if (busybox === undefined) return "busybox-static has no busybox";
  return { kernel: join(folder, "boot", kernel), busybox: readFileSync(busybox) };
}

/** A cpio archive ("newc") of executable files in the root, as the kernel unpacks it. (Linux, initramfs buffer format) */
export function initialRoot(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts: Buffer[] = [];
  const add = (name: string, mode: number, content: Uint8Array, inode: number) => {
    const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
    for (const part of [Buffer.from(header, "latin1"), Buffer.from(content)]) {
      parts.push(part, Buffer.alloc(-part.length & 3));
    }
  };
  for (const [i, [name, content]] of Object.entries(files).entries()) add(name, 0o100755, content, i + 1);
  add("TRAILER!!!", 0, new Uint8Array(), 0);
  return Buffer.concat(parts);
}
