// What lies on a disk with ext2, field by field, in the order in which it lies there (all little-endian). A disk is cut into
// groups of blocks, so that a file's blocks, its inode and its directory can be near each other; each group has one block that
// says which of its blocks are in use, one for its inodes, and a table of inodes. The superblock and the descriptors of all
// groups lie in the first group, with copies in some others for the day on which these cannot be read.
//
// The names are those of the ext2 documentation (D. Poirier, "The Second Extended File System"), without their prefixes.

/** Where the superblock begins, in bytes, whatever the size of blocks. */
export const SUPERBLOCK_AT = 1024;
export const EXT2_MAGIC = 0xef53;

@size(1024)
export class SuperBlock {
  inodesCount: u32;
  blocksCount: u32;
  reservedBlocks: u32;
  freeBlocks: u32;
  freeInodes: u32;
  /** 1 when blocks are of 1 KiB, so that the superblock is block 1; else 0. */
  firstDataBlock: u32;
  /** A block has 1024 << this bytes. */
  logBlockSize: u32;
  logFragmentSize: u32;
  blocksPerGroup: u32;
  fragmentsPerGroup: u32;
  inodesPerGroup: u32;
  mountTime: u32;
  writeTime: u32;
  mounts: u16;
  maxMounts: u16;
  magic: u16;
  /** STATE_*. */
  state: u16;
  errors: u16;
  minorRevision: u16;
  lastCheck: u32;
  checkInterval: u32;
  creator: u32;
  revision: u32;
  reservedUid: u16;
  reservedGid: u16;
  /** From here on only with revision 1. The first inode that is not reserved, and the bytes of one. */
  firstInode: u32;
  inodeSize: u16;
  blockGroup: u16;
  compatible: u32;
  /** Who does not know all of these must not mount. */
  incompatible: u32;
  /** Who does not know all of these must not write. */
  readOnlyCompatible: u32;
  uuid: Arr<u8, 16>;
  volume: Arr<u8, 16>;
  @at(0x15c) minExtraSize: u16;
  wantExtraSize: u16;
}

export const STATE_CLEAN: u16 = 1;
export const STATE_ERRORS: u16 = 2;

/** Directory entries say of which kind a file is. */
export const INCOMPATIBLE_FILETYPE: u32 = 2;
export const READ_ONLY_SPARSE_SUPER: u32 = 1;
/** Sizes have 64 bits. */
export const READ_ONLY_LARGE_FILE: u32 = 2;

@size(32)
export class GroupDescriptor {
  blockBitmap: u32;
  inodeBitmap: u32;
  inodeTable: u32;
  freeBlocks: u16;
  freeInodes: u16;
  usedDirectories: u16;
}
export const DESCRIPTOR_BYTES = 32;

export const ROOT_INODE = 2;
/** Block numbers in an inode: twelve blocks of the file, then blocks of numbers, of numbers of those, and once more. */
export const BLOCK_NUMBERS = 15;
export const DIRECT = 12;

@size(128)
export class DiskInode {
  mode: u16;
  uid: u16;
  size: u32;
  accessed: u32;
  changed: u32;
  modified: u32;
  deleted: u32;
  gid: u16;
  links: u16;
  /** Of 512 bytes, with those that hold block numbers. */
  sectors: u32;
  flags: u32;
  system: u32;
  blocks: Arr<u32, typeof BLOCK_NUMBERS>;
  generation: u32;
  /** Block of extended attributes. */
  acl: u32;
  /** Of a regular file; directories had something else here. */
  sizeHigh: u32;
  fragment: u32;
  @at(120) uidHigh: u16;
  gidHigh: u16;
}

/** Behind it, where inodes have 256 bytes: nanoseconds in the upper 30 bits, the seconds' bits 32 and 33 below. */
@size(32)
export class InodeExtra {
  bytes: u16;
  checksumHigh: u16;
  changed: u32;
  modified: u32;
  accessed: u32;
  created: u32;
  createdExtra: u32;
}
export const INODE_EXTRA_AT = 128;

/** The directory has an index, which whoever changes the directory without keeping it must disown. */
export const FLAG_INDEX: u32 = 0x1000;
export const FLAG_IMMUTABLE: u32 = 0x10;
export const FLAG_APPEND: u32 = 0x20;

/** A directory entry; its name follows. `bytes` leads to the next one, the last one's to the end of the block. */
@size(8)
export class Entry {
  /** 0: nothing is here. */
  inode: u32;
  bytes: u16;
  nameBytes: u8;
  kind: u8;
}
export const ENTRY_BYTES = 8;

/** Bytes that an entry with such a name needs. */
export function entryBytes(nameBytes: usize): usize {
  return (ENTRY_BYTES + nameBytes + 3) & ~3;
}

/** Kinds in directory entries, by S_IFMT >> 12: 1 regular, 2 directory, 3 characters, 4 blocks, 5 pipe, 6 socket, 7 link. */
export const ENTRY_KINDS: Arr<u8, 16> = [0, 5, 3, 0, 2, 0, 4, 0, 1, 0, 7, 0, 6, 0, 0, 0];
/** DT_* by those kinds. */
export const DIRENT_KINDS: Arr<u8, 8> = [0, 8, 4, 2, 6, 1, 12, 10];

/** Header of a block of extended attributes. */
export class AttributeHeader {
  magic: u32;
  refs: u32;
}
export const ATTRIBUTE_MAGIC = 0xea02_0000;
