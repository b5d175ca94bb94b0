/**
 * Reads line number tables (.debug_line; DWARF versions 2 to 5, section 6.2): from an address to its source line and back.
 *
 * A kernel of other people may bring millions of rows, so they are kept in flat arrays: per sequence a 64-bit base, per
 * row a 32-bit offset from it. A table that is damaged is left out with a remark, the others stay usable.
 */
import {
  DW_LNCT_directory_index,
  DW_LNCT_path,
  DW_LNE_define_file,
  DW_LNE_end_sequence,
  DW_LNE_set_address,
  DW_LNS_advance_line,
  DW_LNS_advance_pc,
  DW_LNS_const_add_pc,
  DW_LNS_copy,
  DW_LNS_fixed_advance_pc,
  DW_LNS_negate_stmt,
  DW_LNS_set_column,
  DW_LNS_set_file,
  DwarfError,
} from "./dwarf.ts";
import { Cursor, type DebugSections, readForm, Strings, type UnitFormat } from "./dwarf-cursor.ts";

/** A place in the sources. */
export interface SourceLine {
  /** As the table says: with its directory, relative to the compilation directory unless it begins with "/". */
  readonly file: string;
  /** From 1; 0: the instruction comes from no line. */
  readonly line: number;
  /** From 1; 0: unknown. */
  readonly column: number;
}

/** A run of code without gaps: rows[first … first + count), addresses base … base + size. */
interface Sequence {
  readonly base: bigint;
  readonly size: number;
  readonly first: number;
  readonly count: number;
}

/** All line tables of a file. */
export class LineTable {
  /** What was wrong with tables that had to be left out, one line each. */
  readonly problems: readonly string[];
  /** Every file name in the tables, once. */
  readonly files: readonly string[];

  private readonly rows: Rows;
  private readonly sequences: readonly Sequence[];

  /** Reads everything; never throws for what the sections contain. */
  constructor(sections: Pick<DebugSections, "line" | "str" | "lineStr">) {
    const reader = new LineReader(sections);
    reader.readAll();
    this.problems = reader.problems;
    this.files = [...reader.fileNumbers.keys()];
    this.rows = reader.rows;
    this.sequences = reader.sequences.sort((x, y) => (x.base < y.base ? -1 : x.base > y.base ? 1 : 0));
  }

  /** The source line of the instruction at (or around) this address, or null. */
  find(address: bigint): SourceLine | null {
    const sequence = this.sequences[lastAtMost(this.sequences.length, (i) => this.sequences[i]!.base <= address)];
    if (!sequence || address >= sequence.base + BigInt(sequence.size)) return null;
    const offset = Number(address - sequence.base);
    const { offsets, files, lines, columns } = this.rows;
    const row = sequence.first + lastAtMost(sequence.count, (i) => offsets.at(sequence.first + i) <= offset);
    if (row < sequence.first) return null;
    return { file: this.files[files.at(row)]!, line: lines.at(row), column: columns.at(row) };
  }

  /**
   * Where to stop for a breakpoint at file:line: the first address of each run of code that belongs to the line, or to
   * the next line that has code. `file` may be a tail of the path ("start.ts", "boot/start.ts").
   */
  addressesOf(file: string, line: number): { readonly line: number; readonly addresses: readonly bigint[] } | null {
    const wanted = new Set(this.files.flatMap((name, i) => (name === file || name.endsWith(`/${file}`) ? [i] : [])));
    if (wanted.size === 0) return null;
    const { offsets, files, lines, statements } = this.rows;
    let best = Number.POSITIVE_INFINITY;
    let addresses: bigint[] = [];
    for (const { base, first, count } of this.sequences) {
      let before = 0;
      // The last row of a sequence only marks its end.
      for (let row = first; row < first + count - 1; row++) {
        const here = wanted.has(files.at(row)) ? lines.at(row) : 0;
        const starts = here !== before && statements.at(row) === 1;
        before = here;
        if (!starts || here < line || here > best || here === 0) continue;
        if (here < best) addresses = [];
        best = here;
        addresses.push(base + BigInt(offsets.at(row)));
      }
    }
    return addresses.length === 0 ? null : { line: best, addresses: [...new Set(addresses)] };
  }
}

/** The greatest i below count for which holds(i), where holds is true up to some point; -1 for none. */
function lastAtMost(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A growing array of 32-bit numbers. */
class Column {
  private values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }
}

class Rows {
  readonly offsets = new Column();
  readonly files = new Column();
  readonly lines = new Column();
  readonly columns = new Column();
  /** is_stmt: a good place for a breakpoint. */
  readonly statements = new Column();
}

interface Header {
  readonly minimumInstructionLength: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly opcodeLengths: readonly number[];
  /** Numbers of the names in `LineTable.files`, by the table's own index. */
  readonly files: number[];
  readonly directories: readonly string[];
}

class LineReader {
  readonly problems: string[] = [];
  readonly fileNumbers = new Map<string, number>();
  readonly rows = new Rows();
  readonly sequences: Sequence[] = [];
  private readonly cursor: Cursor;
  private readonly strings: Strings;
  private readonly lineStrings: Strings;
  /** Characters of file names that may still be put together, so that a small file cannot ask for endless ones. */
  private nameBudget: number;

  constructor({ line, str, lineStr }: Pick<DebugSections, "line" | "str" | "lineStr">) {
    this.cursor = new Cursor(line);
    this.nameBudget = 64 * line.length;
    this.strings = new Strings(str);
    this.lineStrings = new Strings(lineStr);
  }

  readAll(): void {
    while (this.cursor.at < this.cursor.end) {
      const start = this.cursor.at;
      const complain = (error: unknown) => {
        if (!(error instanceof DwarfError)) throw error;
        this.problems.push(`line table at 0x${start.toString(16)}: ${error.message}`);
      };
      let unit: ReturnType<Cursor["unit"]>;
      try {
        unit = this.cursor.unit();
      } catch (error) {
        complain(error);
        return;
      }
      try {
        this.readUnit(unit.cursor, unit.offsetSize);
      } catch (error) {
        complain(error);
      }
    }
  }

  private readUnit(cursor: Cursor, offsetSize: 4 | 8): void {
    const version = cursor.u16();
    if (version < 2 || version > 5) throw new DwarfError(`version ${version} is none of 2 to 5`);
    const addressSize = version >= 5 ? cursor.u8() : 8;
    if (version >= 5) cursor.u8(); // segment_selector_size
    const programStart = cursor.offset(offsetSize) + cursor.at;
    const minimumInstructionLength = cursor.u8();
    if (version >= 4) cursor.u8(); // maximum_operations_per_instruction
    const defaultIsStatement = cursor.u8() !== 0;
    const lineBase = (cursor.u8() << 24) >> 24;
    const lineRange = cursor.u8();
    if (lineRange === 0) throw new DwarfError("line_range is 0");
    const opcodeBase = cursor.u8();
    const opcodeLengths = [...cursor.block(Math.max(opcodeBase - 1, 0))];
    const names =
      version >= 5 ? this.fileTable5(cursor, { offsetSize, addressSize, version }) : this.fileTable4(cursor);
    if (programStart > cursor.end) throw new DwarfError("the header is longer than the table");
    cursor.at = programStart;
    const header = {
      minimumInstructionLength,
      defaultIsStatement,
      lineBase,
      lineRange,
      opcodeBase,
      opcodeLengths,
      ...names,
    };
    this.runProgram(cursor, header);
  }

  /** The number of a file in a directory. */
  private number(directory: string, file: string): number {
    const name = directory === "" || file.startsWith("/") ? file : `${directory}/${file}`;
    this.nameBudget -= name.length;
    if (this.nameBudget < 0) throw new DwarfError("file names are long beyond reason");
    let number = this.fileNumbers.get(name);
    if (number === undefined) this.fileNumbers.set(name, (number = this.fileNumbers.size));
    return number;
  }

  private fileTable5(cursor: Cursor, unit: UnitFormat): { files: number[]; directories: string[] } {
    const directories = this.entries(cursor, unit).map(({ path }) => path);
    const files = this.entries(cursor, unit).map(({ path, directory }) => {
      return this.number(directory === 0 ? "" : (directories[directory] ?? ""), path);
    });
    return { files, directories };
  }

  /** Directory or file entries of version 5: self-describing records. (6.2.4.1) */
  private entries(cursor: Cursor, unit: UnitFormat): { path: string; directory: number }[] {
    const formats: [content: number, form: number][] = [];
    for (let n = cursor.u8(); n > 0; n--) formats.push([cursor.uleb(), cursor.uleb()]);
    const count = cursor.uleb();
    const entries: { path: string; directory: number }[] = [];
    for (let i = 0; i < count; i++) {
      const start = cursor.at;
      let path = "";
      let directory = 0;
      for (const [content, form] of formats) {
        const raw = readForm(cursor, form, unit);
        if (content === DW_LNCT_directory_index && raw.kind === "number") directory = raw.value;
        if (content !== DW_LNCT_path) continue;
        if (raw.kind === "string") path = raw.value;
        else if (raw.kind === "lineStr") path = this.lineStrings.at(raw.value);
        else if (raw.kind === "str") path = this.strings.at(raw.value);
      }
      // Entries without bytes could be counted without end.
      if (cursor.at === start) throw new DwarfError("file entries without contents");
      entries.push({ path, directory });
    }
    return entries;
  }

  /** Versions 2 to 4: lists of strings that end with an empty one; indexes count from 1. (DWARF 4, 6.2.4) */
  private fileTable4(cursor: Cursor): { files: number[]; directories: string[] } {
    const directories = [""];
    for (let name = cursor.string(); name !== ""; name = cursor.string()) directories.push(name);
    const files: number[] = [];
    for (let name = cursor.string(); name !== ""; name = cursor.string()) {
      files.push(this.number(directories[cursor.uleb()] ?? "", name));
      cursor.uleb(); // time
      cursor.uleb(); // size
    }
    files.unshift(files[0] ?? this.number("", ""));
    return { files, directories };
  }

  /** The state machine (6.2.5). */
  private runProgram(cursor: Cursor, header: Header): void {
    const { minimumInstructionLength, lineBase, lineRange, opcodeBase } = header;
    const { rows } = this;
    let first = rows.offsets.length;
    let base: bigint | null = null;
    let offset = 0;
    let file = 1;
    let line = 1;
    let column = 0;
    let isStatement = header.defaultIsStatement;
    const advance = (bytes: number) => {
      offset += bytes;
      if (offset >= 2 ** 32) throw new DwarfError("a sequence of 4 GiB or more");
    };
    const append = () => {
      base ??= 0n;
      rows.offsets.push(offset);
      rows.files.push(header.files[file] ?? this.number("", ""));
      rows.lines.push(Math.min(Math.max(line, 0), 0xffffffff));
      rows.columns.push(Math.min(column, 0xffffffff));
      rows.statements.push(isStatement ? 1 : 0);
    };
    while (cursor.at < cursor.end) {
      const opcode = cursor.u8();
      if (opcode >= opcodeBase) {
        const adjusted = opcode - opcodeBase;
        advance(Math.floor(adjusted / lineRange) * minimumInstructionLength);
        line += lineBase + (adjusted % lineRange);
        append();
        continue;
      }
      switch (opcode) {
        case 0: {
          const length = cursor.uleb();
          const operands = new Cursor(cursor.bytes, cursor.at, Math.min(cursor.at + length, cursor.end));
          cursor.skip(length);
          if (length === 0) break;
          const extended = operands.u8();
          if (extended === DW_LNE_end_sequence) {
            append();
            this.addSequence(base!, offset, first, rows.offsets.length - first);
            first = rows.offsets.length;
            base = null;
            offset = 0;
            file = 1;
            line = 1;
            column = 0;
            isStatement = header.defaultIsStatement;
          } else if (extended === DW_LNE_set_address) {
            const address = operands.address(length - 1);
            if (base === null) base = address;
            const distance = address - base;
            if (distance < BigInt(offset) || distance >= 2n ** 32n)
              throw new DwarfError("a sequence that jumps back or too far");
            offset = Number(distance);
          } else if (extended === DW_LNE_define_file) {
            header.files.push(this.number(header.directories[1] ?? "", operands.string()));
          }
          break;
        }
        case DW_LNS_copy:
          append();
          break;
        case DW_LNS_advance_pc:
          advance(cursor.uleb() * minimumInstructionLength);
          break;
        case DW_LNS_advance_line:
          line += cursor.sleb();
          break;
        case DW_LNS_set_file:
          file = cursor.uleb();
          break;
        case DW_LNS_set_column:
          column = cursor.uleb();
          break;
        case DW_LNS_negate_stmt:
          isStatement = !isStatement;
          break;
        case DW_LNS_const_add_pc:
          advance(Math.floor((255 - opcodeBase) / lineRange) * minimumInstructionLength);
          break;
        case DW_LNS_fixed_advance_pc:
          advance(cursor.u16());
          break;
        default:
          for (let n = header.opcodeLengths[opcode - 1] ?? 0; n > 0; n--) cursor.uleb();
      }
    }
  }

  private addSequence(base: bigint, size: number, first: number, count: number): void {
    if (size > 0) this.sequences.push({ base, size, first, count });
  }
}
