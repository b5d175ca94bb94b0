// A program's segments become memory. Where pages of the file can lie in memory as they are, they are mapped, and come when
// they are touched. A file whose segments share pages, or lie shifted against pages (linker scripts that pack tightly do
// that), is read instead: each byte to its place, and afterwards each page gets the rights of all that lies in it.
import { MAP_FIXED, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/processes.ts";
import { readVnode, type Vnode } from "../fs/vnode.ts";
import { PAGE_MASK, PAGE_SIZE, pageDown, pageUp } from "../layout.ts";
import { kalloc, kfree } from "../memory/slab.ts";
import { mapAnonymous, mapFile, protect, type Space } from "../memory/space.ts";
import { type ElfHeader, PF_R, PF_W, PF_X, type Program, PROGRAM_HEADERS, ProgramHeader, readProgram, type Segment } from "./elf.ts";

const FIXED: u32 = MAP_FIXED | MAP_PRIVATE;

/** PF_* as PROT_*. */
function rightsOf(flags: u32): u32 {
  let rights: u32 = 0;
  if ((flags & PF_R) !== 0) rights |= PROT_READ;
  if ((flags & PF_W) !== 0) rights |= PROT_WRITE;
  if ((flags & PF_X) !== 0) rights |= PROT_EXEC;
  return rights;
}

/** Exactly so many bytes of a file; ENOEXEC when it ends before. */
export function readExactly(file: Ptr<Vnode>, offset: u64, into: Slice<u8>): Res<void> {
  attr(maySleep);
  const got = orReturn(readVnode(file, offset, into));
  if (got !== into.length) return err(Errno.ENOEXEC);
}

/** Reads the program headers and checks what they ask for. ENOEXEC, EIO. */
export function planProgram(file: Ptr<Vnode>, header: Ptr<ElfHeader>, out: Ptr<Program>): Res<void> {
  attr(maySleep);
  const count = usize(header.programHeaderCount);
  const block = orReturn(kalloc(PROGRAM_HEADERS * sizeOf<ProgramHeader>()));
  using _ = defer(() => kfree(block));
  const list = slice(unsafe.cast<Ptr<ProgramHeader>>(block), count);
  orReturn(readExactly(file, header.programHeaders, slice(block, count * sizeOf<ProgramHeader>())));
  orReturn(readProgram(header, list, file.bytes, out));
}

/** Puts a program into a space that is empty, and the current task's. ENOMEM, EIO. */
export function loadProgram(space: Ptr<Space>, file: Ptr<Vnode>, program: Ptr<Program>): Res<void> {
  attr(maySleep);
  if (!canMap(program)) return readSegments(space, file, program);
  for (let n: usize = 0; n < program.count; n++) orReturn(mapSegment(space, file, ref(program.segments[n])));
}

/** Whether every segment has its pages for itself, and lies in the file as in memory. */
function canMap(program: Ptr<Program>): boolean {
  let before: u64 = 0;
  for (let n: usize = 0; n < program.count; n++) {
    const segment = ref(program.segments[n]);
    if (((segment.address ^ segment.offset) & PAGE_MASK) !== 0 || pageDown(segment.address) < before) return false;
    before = pageUp(segment.address + segment.memoryBytes);
  }
  return true;
}

function mapSegment(space: Ptr<Space>, file: Ptr<Vnode>, segment: Ptr<Segment>): Res<void> {
  attr(maySleep);
  const start = pageDown(segment.address);
  const end = pageUp(segment.address + segment.memoryBytes);
  const rights = rightsOf(segment.flags);
  let zeros = start;
  if (segment.fileBytes > 0) {
    const fileEnd = segment.address + segment.fileBytes;
    orReturn(mapFile(space, start, fileEnd - start, rights, FIXED, file, pageDown(segment.offset)));
    zeros = pageUp(fileEnd);
  }
  if (zeros < end) orReturn(mapAnonymous(space, zeros, end - zeros, rights, FIXED));
}

function readSegments(space: Ptr<Space>, file: Ptr<Vnode>, program: Ptr<Program>): Res<void> {
  attr(maySleep);
  const buffer = orReturn(kalloc(PAGE_SIZE));
  using _ = defer(() => kfree(buffer));
  let mapped: u64 = 0;
  for (let n: usize = 0; n < program.count; n++) {
    const segment = ref(program.segments[n]);
    const first = pageDown(segment.address);
    const start = first < mapped ? mapped : first;
    const end = pageUp(segment.address + segment.memoryBytes);
    if (start < end) orReturn(mapAnonymous(space, start, end - start, PROT_READ | PROT_WRITE, FIXED));
    mapped = end;
    orReturn(readSegment(file, segment, slice(buffer, PAGE_SIZE)));
  }
  for (let n: usize = 0; n < program.count; n++) {
    const segment = ref(program.segments[n]);
    const end = segment.address + segment.memoryBytes;
    for (let page = pageDown(segment.address); page < end; page += PAGE_SIZE)
      orReturn(protect(space, page, PAGE_SIZE, rightsOf(flagsOfPage(program, page))));
  }
}

function readSegment(file: Ptr<Vnode>, segment: Ptr<Segment>, buffer: Slice<u8>): Res<void> {
  attr(maySleep);
  let done: u64 = 0;
  while (done < segment.fileBytes) {
    const left = segment.fileBytes - done;
    const part = buffer.sub(0, left < buffer.length ? left : buffer.length);
    orReturn(readExactly(file, segment.offset + done, part));
    orReturn(copyOut(unsafe.user<u8>(segment.address + done), part));
    done += part.length;
  }
}

/** The rights of all segments that have a part of a page. */
function flagsOfPage(program: Ptr<Program>, page: u64): u32 {
  let flags: u32 = 0;
  for (let n: usize = 0; n < program.count; n++) {
    const segment = ref(program.segments[n]);
    if (segment.address < page + PAGE_SIZE && segment.address + segment.memoryBytes > page) flags |= segment.flags;
  }
  return flags;
}
