/**
 * cpio archives, for a root that the boot loader brings along (`--initrd`): for each file a head, its name and its bytes. Two
 * formats: "newc", whose numbers are hexadecimal text and which every Linux reads, and the old binary one of 1977.
 */

export interface ArchiveFile {
  /** Without a slash in front. */
  readonly name: string;
  /** Kind and rights, as stat gives them: 0o100755, 0o040755, 0o120777 … */
  readonly mode: number;
  /** Of a regular file its bytes, of a symbolic link its text; others have none. */
  readonly content?: Uint8Array;
  /** Seconds since 1970; default 0. */
  readonly modified?: number;
}

/** Makes an archive. A directory comes before what is in it. */
export function cpioArchive(files: readonly ArchiveFile[], format: "newc" | "binary" = "newc"): Uint8Array {
  const parts: Uint8Array[] = [];
  const align = format === "newc" ? 4 : 2;
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    parts.push(bytes);
    length += bytes.length;
  };
  const pad = (): void => add(new Uint8Array((align - (length % align)) % align));
  [...files, { name: "TRAILER!!!", mode: 0 }].forEach((file, index) => {
    const name = new TextEncoder().encode(`${file.name}\0`);
    add(format === "newc" ? newcHead(file, index + 1, name.length) : binaryHead(file, index + 1, name.length));
    add(name);
    pad();
    add(file.content ?? new Uint8Array(0));
    pad();
  });
  const archive = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}

/** Fourteen numbers behind the magic: inode, mode, uid, gid, links, mtime, size, device (4), name size, check. */
function newcHead({ mode, content, modified = 0 }: ArchiveFile, inode: number, nameBytes: number): Uint8Array {
  const numbers = [inode, mode, 0, 0, 1, modified, content?.length ?? 0, 0, 0, 0, 0, nameBytes, 0];
  return new TextEncoder().encode(`070701${numbers.map((n) => n.toString(16).padStart(8, "0")).join("")}`);
}

/** 13 words of 16 bits: magic, device, inode, mode, uid, gid, links, rdev, mtime (2), name size, size (2), upper halves first. */
function binaryHead({ mode, content, modified = 0 }: ArchiveFile, inode: number, nameBytes: number): Uint8Array {
  const size = content?.length ?? 0;
  const words = [0o070707, 0, inode, mode, 0, 0, 1, 0, modified >>> 16, modified, nameBytes, size >>> 16, size];
  const head = new DataView(new ArrayBuffer(26));
  words.forEach((word, index) => {
    head.setUint16(index * 2, word & 0xffff, true);
  });
  return new Uint8Array(head.buffer);
}
