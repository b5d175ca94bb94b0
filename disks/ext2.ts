/**
 * Writes an ext2 file system with a tree of files in it: our own mke2fs, for the disk that `cor build` makes. Blocks have
 * 4 KiB, so that the kernel's cache, its pages and the disk agree; inodes have 256 bytes, so that times go beyond 2038.
 * Everything is laid out from front to back in one go, so files are whole pieces of the disk. (D. Poirier, "The Second
 * Extended File System"; names of fields are its)
 */

/** A file to be on the disk. Folders on the way are made, owned by root, with mode 0755, unless they are listed. */
export interface DiskFile {
  /** From the root, without a leading slash: "bin/ls". */
  readonly path: string;
  /** Kind and rights; default: a regular file with 0644, or a symbolic link where there is a target. */
  readonly mode?: number;
  readonly content?: Uint8Array;
  /** What a symbolic link says. */
  readonly target?: string;
  /** The path of a file that this is another name for. */
  readonly sameAs?: string;
}

export interface Ext2Options {
  /** Of the whole file system; a multiple of 4096. */
  readonly bytes: number;
  /** At most 16 bytes of name. */
  readonly volume?: string;
  /** Seconds since 1970: when everything was made. */
  readonly time?: number;
  /** 16 bytes that tell it from others. */
  readonly uuid?: Uint8Array;
}

const blockSize = 4096;
/** Blocks that one block of bits is for. */
const blocksPerGroup = blockSize * 8;
const inodeSize = 256;
const rootInode = 2;
const firstInode = 11;
const kinds = { directory: 0o040000, regular: 0o100000, link: 0o120000, mask: 0o170000 } as const;
/** Kinds as directory entries have them. */
const entryKinds = new Map<number, number>([
  [kinds.regular, 1],
  [kinds.directory, 2],
  [kinds.link, 7],
]);
/** One inode for so many bytes of the disk. */
const bytesPerInode = 8192;
/** 2026-01-01: builds do not depend on when they are made. */
const defaultTime = 1_767_225_600;
const lostAndFoundBlocks = 4;
/** Blocks. */
const leastGroup = 2048;

interface Node {
  readonly inode: number;
  readonly mode: number;
  readonly content: Uint8Array;
  links: number;
  /** Names in a directory, in order; null for others. */
  readonly names: Map<string, Node> | null;
}

/** The image. Throws when the files do not fit, or a path is used twice. */
export function ext2Image(files: readonly DiskFile[], options: Ext2Options): Uint8Array {
  return new Writer(files, options).image;
}

class Writer {
  readonly image: Uint8Array;
  readonly #view: DataView;
  readonly #options: Required<Ext2Options>;
  readonly #blocks: number;
  readonly #groups: number;
  readonly #inodesPerGroup: number;
  readonly #descriptorBlocks: number;
  /** Where each group's bits and table are. */
  readonly #layout: { blockBitmap: number; inodeBitmap: number; inodeTable: number; directories: number }[] = [];
  readonly #nodes: Node[] = [];
  #nextBlock = 0;

  constructor(files: readonly DiskFile[], options: Ext2Options) {
    const defaults = { volume: "cor", time: defaultTime, uuid: new TextEncoder().encode("Cor's own ext2..") };
    this.#options = { ...defaults, ...options };
    this.image = new Uint8Array(options.bytes);
    this.#view = new DataView(this.image.buffer);
    const blocks = Math.floor(options.bytes / blockSize);
    // A last group that would hold little besides its own tables is left out, as mke2fs does.
    const rest = blocks % blocksPerGroup;
    this.#blocks = blocks > blocksPerGroup && rest < leastGroup ? blocks - rest : blocks;
    this.#groups = Math.ceil(this.#blocks / blocksPerGroup);
    const inodes = Math.ceil(options.bytes / bytesPerInode / this.#groups);
    const perBlock = blockSize / inodeSize;
    this.#inodesPerGroup = Math.ceil(inodes / perBlock) * perBlock;
    this.#descriptorBlocks = Math.ceil((this.#groups * 32) / blockSize);
    this.#placeMetadata();
    const root = this.#tree(files);
    for (const node of this.#nodes) this.#writeNode(node, root);
    this.#writeDescriptors();
    this.#writeSuperblocks();
  }

  // ---- the tree

  #tree(files: readonly DiskFile[]): Node {
    const root = this.#node(kinds.directory | 0o755, null, rootInode);
    const byPath = new Map<string, Node>([["", root]]);
    const inode = { next: firstInode };
    const add = (path: string, node: Node): void => {
      if (byPath.has(path)) throw new Error(`${path} is on the disk twice`);
      byPath.set(path, node);
      const slash = path.lastIndexOf("/");
      const folder = folderOf(path.slice(0, Math.max(slash, 0)));
      folder.names!.set(path.slice(slash + 1), node);
    };
    const folderOf = (path: string): Node => {
      const known = byPath.get(path);
      if (known !== undefined) {
        if (known.names === null) throw new Error(`${path} is a file and a folder`);
        return known;
      }
      const folder = this.#node(kinds.directory | 0o755, null, inode.next++);
      add(path, folder);
      return folder;
    };
    // mke2fs makes room for what e2fsck may find, so that it need not allocate on a broken disk.
    add("lost+found", this.#node(kinds.directory | 0o700, null, inode.next++));
    for (const file of files.filter(({ sameAs }) => sameAs === undefined)) {
      const { path, target, content = new Uint8Array(0) } = file;
      const mode = file.mode ?? (target === undefined ? kinds.regular | 0o644 : kinds.link | 0o777);
      const bytes = target === undefined ? content : new TextEncoder().encode(target);
      if (byPath.has(path)) throw new Error(`${path} is on the disk twice`);
      add(path, this.#node(mode, bytes, inode.next++));
    }
    for (const { path, sameAs } of files) {
      if (sameAs === undefined) continue;
      const other = byPath.get(sameAs);
      if (other === undefined || other.names !== null) throw new Error(`${path} is to be ${sameAs}, which is no file`);
      add(path, other);
      other.links++;
    }
    if (inode.next - 1 > this.#inodesPerGroup * this.#groups) throw new Error("too many files for this disk");
    for (const node of this.#nodes)
      if (node.names !== null) node.links = 2 + [...node.names.values()].filter(({ names }) => names !== null).length;
    return root;
  }

  #node(mode: number, content: Uint8Array | null, inode: number): Node {
    const isDirectory = (mode & kinds.mask) === kinds.directory;
    const names = isDirectory ? new Map<string, Node>() : null;
    const node: Node = { inode, mode, content: content ?? new Uint8Array(0), links: 1, names };
    this.#nodes.push(node);
    return node;
  }

  #writeNode(node: Node, root: Node): void {
    const { mode, content, names } = node;
    const at = this.#inodeAt(node.inode);
    const { time } = this.#options;
    const view = this.#view;
    view.setUint16(at, mode, true);
    for (const offset of [8, 12, 16]) view.setUint32(at + offset, time, true);
    view.setUint16(at + 26, node.links, true);
    view.setUint16(at + 128, 32, true); // i_extra_isize
    view.setUint32(at + 144, time, true); // i_crtime
    this.#use("inodeBitmap", node.inode - 1, this.#inodesPerGroup);
    if (names !== null) {
      this.#layout[Math.floor((node.inode - 1) / this.#inodesPerGroup)]!.directories++;
      this.#writeBlocks(at, this.#directory(node, parentOf(node, root, this.#nodes)));
      return;
    }
    // A short link lies in the inode, where block numbers would be.
    if ((mode & kinds.mask) === kinds.link && content.length < 60) {
      view.setUint32(at + 4, content.length, true);
      this.image.set(content, at + 40);
    } else this.#writeBlocks(at, content);
  }

  /** The entries of a directory, in whole blocks. */
  #directory(node: Node, parent: Node): Uint8Array {
    const entries: [string, Node][] = [[".", node], ["..", parent], ...node.names!];
    const blocks: Uint8Array[] = [];
    let block = new Uint8Array(blockSize);
    let used = 0;
    let last = 0;
    const finish = (): void => {
      new DataView(block.buffer).setUint16(last + 4, blockSize - last, true);
      blocks.push(block);
    };
    for (const [name, to] of entries) {
      const bytes = new TextEncoder().encode(name);
      const length = (8 + bytes.length + 3) & ~3;
      if (used + length > blockSize) {
        finish();
        block = new Uint8Array(blockSize);
        used = 0;
      }
      const view = new DataView(block.buffer);
      view.setUint32(used, to.inode, true);
      view.setUint16(used + 4, length, true);
      block[used + 6] = bytes.length;
      block[used + 7] = entryKinds.get(to.mode & kinds.mask) ?? 0;
      block.set(bytes, used + 8);
      last = used;
      used += length;
    }
    finish();
    const empty = new Uint8Array(blockSize);
    new DataView(empty.buffer).setUint16(4, blockSize, true);
    if (node.inode === firstInode) while (blocks.length < lostAndFoundBlocks) blocks.push(empty);
    const all = new Uint8Array(blocks.length * blockSize);
    blocks.forEach((it, k) => {
      all.set(it, k * blockSize);
    });
    return all;
  }

  /** Puts content into fresh blocks, and their numbers into the inode at a place. */
  #writeBlocks(at: number, content: Uint8Array): void {
    const view = this.#view;
    view.setUint32(at + 4, content.length, true);
    const numbers: number[] = [];
    let used = 0;
    const take = (): number => {
      used++;
      return this.#takeBlock();
    };
    for (let offset = 0; offset < content.length; offset += blockSize) {
      const block = take();
      this.image.set(content.subarray(offset, offset + blockSize), block * blockSize);
      numbers.push(block);
    }
    const direct = numbers.splice(0, 12);
    direct.forEach((block, k) => {
      view.setUint32(at + 40 + 4 * k, block, true);
    });
    const perBlock = blockSize / 4;
    /** A block of numbers of blocks, or, `depth` times more, of numbers of such blocks. */
    const indirect = (depth: number): number => {
      const table = take();
      for (let k = 0; k < perBlock && numbers.length > 0; k++)
        view.setUint32(table * blockSize + 4 * k, depth === 0 ? numbers.shift()! : indirect(depth - 1), true);
      return table;
    };
    for (let depth = 0; depth < 3 && numbers.length > 0; depth++)
      view.setUint32(at + 40 + 4 * (12 + depth), indirect(depth), true);
    view.setUint32(at + 28, (used * blockSize) / 512, true);
  }

  // ---- where things are

  #placeMetadata(): void {
    for (let group = 0; group < this.#groups; group++) {
      const start = group * blocksPerGroup;
      const copies = hasSuperblock(group) ? 1 + this.#descriptorBlocks : 0;
      const blockBitmap = start + copies;
      this.#layout.push({ blockBitmap, inodeBitmap: blockBitmap + 1, inodeTable: blockBitmap + 2, directories: 0 });
      const table = (this.#inodesPerGroup * inodeSize) / blockSize;
      for (let block = start; block < blockBitmap + 2 + table; block++) this.#use("blockBitmap", block, blocksPerGroup);
    }
    // What lies behind the end is in use, in the sense that nobody may have it.
    const end = this.#groups * blocksPerGroup;
    for (let block = this.#blocks; block < end; block++) this.#use("blockBitmap", block, blocksPerGroup);
    for (let inode = 0; inode < firstInode - 1; inode++) this.#use("inodeBitmap", inode, this.#inodesPerGroup);
    for (const { inodeBitmap } of this.#layout)
      this.image.fill(0xff, inodeBitmap * blockSize + this.#inodesPerGroup / 8, (inodeBitmap + 1) * blockSize);
  }

  #use(which: "blockBitmap" | "inodeBitmap", number: number, perGroup: number): void {
    const bit = number % perGroup;
    const at = this.#layout[Math.floor(number / perGroup)]![which] * blockSize + (bit >> 3);
    this.image[at]! |= 1 << (bit & 7);
  }

  #isUsed(which: "blockBitmap" | "inodeBitmap", group: number, bit: number): boolean {
    return (this.image[this.#layout[group]![which] * blockSize + (bit >> 3)]! & (1 << (bit & 7))) !== 0;
  }

  #takeBlock(): number {
    while (this.#nextBlock < this.#blocks) {
      const block = this.#nextBlock++;
      if (this.#isUsed("blockBitmap", Math.floor(block / blocksPerGroup), block % blocksPerGroup)) continue;
      this.#use("blockBitmap", block, blocksPerGroup);
      return block;
    }
    throw new Error(`the files do not fit into ${this.#options.bytes} bytes`);
  }

  #inodeAt(inode: number): number {
    const group = Math.floor((inode - 1) / this.#inodesPerGroup);
    return this.#layout[group]!.inodeTable * blockSize + ((inode - 1) % this.#inodesPerGroup) * inodeSize;
  }

  #free(which: "blockBitmap" | "inodeBitmap", group: number, count: number): number {
    let free = 0;
    for (let bit = 0; bit < count; bit++) if (!this.#isUsed(which, group, bit)) free++;
    return free;
  }

  // ---- what describes it

  #writeDescriptors(): void {
    const view = this.#view;
    this.#layout.forEach(({ blockBitmap, inodeBitmap, inodeTable, directories }, group) => {
      const at = blockSize + group * 32;
      view.setUint32(at, blockBitmap, true);
      view.setUint32(at + 4, inodeBitmap, true);
      view.setUint32(at + 8, inodeTable, true);
      view.setUint16(at + 12, this.#free("blockBitmap", group, blocksPerGroup), true);
      view.setUint16(at + 14, this.#free("inodeBitmap", group, this.#inodesPerGroup), true);
      view.setUint16(at + 16, directories, true);
    });
    const descriptors = this.image.slice(blockSize, blockSize * (1 + this.#descriptorBlocks));
    for (let group = 1; group < this.#groups; group++)
      if (hasSuperblock(group)) this.image.set(descriptors, (group * blocksPerGroup + 1) * blockSize);
  }

  #writeSuperblocks(): void {
    const { volume, time, uuid } = this.#options;
    const sum = (which: "blockBitmap" | "inodeBitmap", count: number): number =>
      this.#layout.reduce((all, _, group) => all + this.#free(which, group, count), 0);
    const block = new Uint8Array(1024);
    const view = new DataView(block.buffer);
    const words: readonly (readonly [number, number])[] = [
      [0, this.#inodesPerGroup * this.#groups], // s_inodes_count
      [4, this.#blocks],
      [12, sum("blockBitmap", blocksPerGroup)],
      [16, sum("inodeBitmap", this.#inodesPerGroup)],
      [24, Math.log2(blockSize / 1024)], // s_log_block_size
      [28, Math.log2(blockSize / 1024)],
      [32, blocksPerGroup],
      [36, blocksPerGroup],
      [40, this.#inodesPerGroup],
      [48, time], // s_wtime
      [64, time], // s_lastcheck
      [76, 1], // s_rev_level: dynamic
      [84, firstInode],
      [96, 2], // s_feature_incompat: FILETYPE
      [100, 3], // s_feature_ro_compat: SPARSE_SUPER, LARGE_FILE
    ];
    for (const [offset, value] of words) view.setUint32(offset, value, true);
    view.setUint16(54, 0xffff, true); // s_max_mnt_count: never checked for that alone
    view.setUint16(56, 0xef53, true);
    view.setUint16(58, 1, true); // s_state: clean
    view.setUint16(60, 1, true); // s_errors: continue
    view.setUint16(88, inodeSize, true);
    block.set(uuid.subarray(0, 16), 104);
    block.set(new TextEncoder().encode(volume).subarray(0, 16), 120);
    view.setUint16(0x15c, 32, true); // s_min_extra_isize
    view.setUint16(0x15e, 32, true);
    for (let group = 0; group < this.#groups; group++) {
      if (!hasSuperblock(group)) continue;
      view.setUint16(90, group, true); // s_block_group_nr
      this.image.set(block, group === 0 ? 1024 : group * blocksPerGroup * blockSize);
    }
  }
}

/** Groups 0, 1 and powers of 3, 5 and 7 have copies (SPARSE_SUPER). */
function hasSuperblock(group: number): boolean {
  if (group < 2) return true;
  return [3, 5, 7].some((base) => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });
}

function parentOf(node: Node, root: Node, all: readonly Node[]): Node {
  if (node === root) return root;
  return all.find(({ names }) => names !== null && [...names.values()].includes(node))!;
}
