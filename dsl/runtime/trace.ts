// Stack traces, by the table that the linker leaves in the image (out/tables.ts has its layout). Functions keep RSP where
// their first instructions leave it, so one number for each function leads from its frame to its caller's; only an
// interrupt between those first instructions is told of wrongly, by leaving one caller out.

declare const cor_symbols: u8;

class Row {
  address: u64;
  bytes: u32;
  frame: u32;
  name: u32;
  nameBytes: u32;
  lines: u32;
  file: u32;
  line: u32;
  reserved: u32;
}

class FileRow {
  name: u32;
  bytes: u32;
}

class Head {
  functions: u32;
  files: u32;
}

const UNKNOWN: u32 = 0;
const ENTRY: u32 = 0xffff_ffff;

function place(offset: u64): u64 {
  return addr(ref(cor_symbols)) + offset;
}

function rows(): View<Row> {
  return slice(unsafe.ptr<Row>(place(sizeOf<Head>())), usize(unsafe.ptr<Head>(place(0)).functions));
}

/** The last function that begins at or before an address, if it reaches that far. */
function find(address: u64): Ptr<Row> | null {
  const all = rows();
  let low: usize = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) / 2;
    if (all[middle].address <= address) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return null;
  const found = unsafe.ptr<Row>(addr(all) + (low - 1) * sizeOf<Row>());
  if (address - found.address >= u64(found.bytes)) return null;
  return found;
}

class Reader {
  at: Ptr<u8>;

  unsigned(): u64 {
    let value: u64 = 0;
    for (let shift: u64 = 0; ; shift += 7) {
      const byte = this.at[0];
      this.at = ref(this.at[1]);
      value |= (u64(byte) & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  signed(): i64 {
    let value: u64 = 0;
    for (let shift: u64 = 0; ; ) {
      const byte = this.at[0];
      this.at = ref(this.at[1]);
      value |= (u64(byte) & 0x7f) << shift;
      shift += 7;
      if (byte >= 0x80) continue;
      if ((byte & 0x40) !== 0 && shift < 64) value |= 0xffff_ffff_ffff_ffff << shift;
      return i64(value);
    }
  }
}

function locate(address: u64, to: Ptr<CodePlace>): boolean {
  attr(symbol("cor.locate"));
  const row = find(address);
  if (row === null) return false;
  to.name = text(slice(unsafe.ptr<u8>(place(u64(row.name))), usize(row.nameBytes)));
  to.offset = address - row.address;
  let file = row.file;
  let line = i64(row.line);
  let at: u64 = 0;
  const reader = zeroed<Reader>();
  reader.at = unsafe.ptr<u8>(place(u64(row.lines)));
  for (;;) {
    const step = reader.unsigned();
    if (step === 0) break;
    at += step >> 1;
    if (at > to.offset) break;
    line += reader.signed();
    if ((step & 1) !== 0) file = u32(reader.unsigned());
  }
  to.line = u32(line);
  to.file = "";
  const head = unsafe.ptr<Head>(place(0));
  if (file < head.files) {
    const files = place(sizeOf<Head>() + usize(head.functions) * sizeOf<Row>());
    const name = unsafe.ptr<FileRow>(files + u64(file) * sizeOf<FileRow>());
    to.file = text(slice(unsafe.ptr<u8>(place(u64(name.name))), usize(name.bytes)));
  }
  return true;
}

function caller(step: Ptr<StackStep>): boolean {
  attr(symbol("cor.caller"));
  const row = find(step.exact ? step.rip : step.rip - 1);
  if (row === null || row.frame === UNKNOWN || step.rsp % 8 !== 0) return false;
  if (row.frame === ENTRY) {
    const frame = unsafe.ptr<TrapFrame>(step.rsp);
    if (step.rsp + sizeOf<TrapFrame>() > step.end || (frame.cs & 3) !== 0) return false;
    step.rip = frame.rip;
    step.rsp = frame.rsp;
    step.exact = true;
    return true;
  }
  // At its first instruction a function has no frame yet.
  const bytes: u64 = step.exact && step.rip === row.address ? 8 : u64(row.frame);
  if (step.rsp + bytes > step.end || step.rsp + bytes < step.rsp) return false;
  const to = unsafe.ptr<u64>(step.rsp + bytes - 8)[0];
  if (to === 0) return false;
  step.rip = to;
  step.rsp += bytes;
  step.exact = false;
  return true;
}
