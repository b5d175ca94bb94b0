/**
 * A region as a WebAssembly function (record) → next record, which stands in the place of its entry's head record: it does
 * what the interpreter would do from there on, for as long as it can.
 *
 * Registers are locals from entry to exit, `left` (Workspace.left) is one; memory is reached by the inline probe of the TLB.
 * Before a block is executed its whole cost has been taken from `left`; before a loop goes round, and when the region is
 * entered, there must be enough left for the longest way to the next such place. Each way out puts back what was not
 * executed, and gives registers and flags to one of two small functions that store them: one goes on by the
 * lookup table, perhaps straight into the next region, the other has the interpreter do the next instruction.
 */
import { ValueEmitter, valueType } from "../cpu/emit.ts";
import { type Node, operandsOf, type Place } from "../cpu/ir.ts";
import type { Schedule } from "../cpu/schedule.ts";
import { stateFields } from "../cpu/state.ts";
import { TLB_ENTRIES, TlbEntry } from "../cpu/tlb.ts";
import { USED_UP, Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Label, Local, WasmModule } from "../formats/wasm.ts";
import type { ValueType } from "../formats/wasm-codes.ts";
import { type AccessBytes, loadValue, storeValue } from "../interpreter/access.ts";
import { AccessKind, accessWord, MOST_PAGES } from "../interpreter/imports.ts";
import { pushLookup } from "../interpreter/lookup.ts";
import { Handler } from "../interpreter/record.ts";
import { CS } from "../isa/instruction.ts";
import {
  type Action,
  BlockBuilder,
  FLAG_KIND,
  FLAG_X,
  FLAG_Y,
  type MemoryAction,
  type Snapshot,
  type Surroundings,
} from "./block.ts";
import { type Built, type Edge, type RegionGraph, readsFlags } from "./region.ts";
import { AUX_BITS, type Form, forms, KIND_SHIFT, operandsOfStatus, type Parts, type Status } from "./status.ts";

/** What modules of regions import, beside memory and table. */
export interface RegionImports {
  /** (op): pays for the run of a head record → its first instruction's record, or 0 with an exit. */
  readonly enterRun: FunctionRef;
  /** () → the record of the instruction at RIP, paid for, or another head, or 0 with an exit. */
  readonly interpretHere: FunctionRef;
  readonly lookup: FunctionRef;
  /** (offset, access) → where plain memory is that may be accessed so; −1: it faults, which has been recorded; 0: the interpreter knows. */
  readonly reachPlain: FunctionRef;
  /** (number of a page's key) → whether the page is where it was. */
  readonly validate: FunctionRef;
  readonly mulHighUnsigned: FunctionRef;
  readonly mulHighSigned: FunctionRef;
}

const signatures = {
  enterRun: [["i32"], ["i32"]],
  interpretHere: [[], ["i32"]],
  lookup: [["i32"], ["i32"]],
  reachPlain: [["i64", "i32"], ["i32"]],
  validate: [["i32"], ["i32"]],
  mulHighUnsigned: [["i64", "i64"], ["i64"]],
  mulHighSigned: [["i64", "i64"], ["i64"]],
} as const satisfies Record<keyof RegionImports, readonly [readonly ValueType[], readonly ValueType[]]>;

export function importRegion(module: WasmModule): RegionImports {
  module.importMemory("cor", "memory", { minimum: 1, maximum: MOST_PAGES, shared: true });
  module.importTable("cor", "table", { minimum: 1 });
  return Object.fromEntries(
    Object.entries(signatures).map(([name, [parameters, results]]) => [
      name,
      module.importFunction("cor", name, parameters, results),
    ]),
  ) as unknown as RegionImports;
}

const generalAt = (index: number): number => stateFields.general.offset + 8 * index;
const entryMask = (TLB_ENTRIES - 1) << 5;
const pageMask = -0x1000n;

const flagFields = ["flagResult", "flagCarries", "flagAux"] as const;
const KIND_MASK = 0xff << KIND_SHIFT;
const anywhere: Surroundings = { mode: 64, limit: 0xffff_ffff_ffff_ffffn, flat: 0, bigStack: true };

/** Stores the words of flags that are parts of a form. */
function writeWords(code: Code, form: Form, x: Local, y: Local): void {
  const builder = new BlockBuilder(anywhere, form);
  const { result, carries, aux } = builder.words(builder.entryStatus);
  const never = () => {
    throw new Error("flags are made of their parts alone");
  };
  const values = new ValueEmitter(
    code,
    {
      readPlace: (place) => code.get(place === FLAG_X ? x : y),
      load: never,
      mulHighUnsigned: null as never,
      mulHighSigned: null as never,
    },
    { locals: new Set(), unused: new Set(), atFirstUse: true },
  );
  for (const [field, node] of [
    ["flagResult", result],
    ["flagCarries", carries],
    ["flagAux", aux],
  ] as const) {
    code.i32(0);
    values.dirty(node);
    code.memory(node.bits === 64 ? "i64.store" : "i32.store", stateFields[field].offset);
  }
}

/** The ways out of all regions of a module, by the registers that they store. */
export class WaysOut {
  readonly #module: WasmModule;
  readonly #imports: RegionImports;
  readonly #made = new Map<string, FunctionRef>();

  constructor(module: WasmModule, imports: RegionImports) {
    this.#module = module;
    this.#imports = imports;
  }

  /** (flags as they travel: status.ts, `Parts`): makes words of them, in the state. */
  words(): FunctionRef {
    const known = this.#made.get("words");
    if (known !== undefined) return known;
    const ref = this.#module.func("words", ["i64", "i64", "i32"], [], (code, x, y, kind) => {
      code.block((asTheyAre) => {
        const nest = (count: number, labels: readonly Label[]): void => {
          if (count === 0) {
            code.get(kind!);
            code.i32(KIND_SHIFT);
            code.op("i32.shr_u");
            code.i32(0xff);
            code.op("i32.and");
            code.brTable([asTheyAre, ...labels], asTheyAre);
            return;
          }
          code.block((end) => nest(count - 1, [end, ...labels]));
          writeWords(code, forms[count - 1]!, x!, y!);
          code.op("return");
        };
        nest(forms.length, []);
      });
      for (const [i, field] of flagFields.entries()) {
        code.i32(0);
        code.get([x!, y!, kind!][i]!);
        code.memory(i === 2 ? "i32.store" : "i64.store", stateFields[field].offset);
      }
    });
    this.#made.set("words", ref);
    return ref;
  }

  /**
   * Parameters: the registers in `written`, flags as they travel, left, RIP; to the interpreter: not 0 if a fault was recorded, which is
   * to be delivered.
   */
  to(where: "interpreter" | "lookup", written: readonly number[]): FunctionRef {
    const key = `${where} ${written}`;
    let ref = this.#made.get(key);
    if (ref === undefined) this.#made.set(key, (ref = this.#write(where, written)));
    return ref;
  }

  #write(where: "interpreter" | "lookup", written: readonly number[]): FunctionRef {
    const words = this.words();
    const parameters: ValueType[] = [...written.map(() => "i64" as const), "i64", "i64", "i32", "i64", "i64"];
    if (where === "interpreter") parameters.push("i32");
    return this.#module.func(`to.${where}`, parameters, ["i32"], (code, ...given) => {
      const put = (at: number, value: Local) => {
        code.i32(0);
        code.get(value);
        code.memory("i64.store", at);
      };
      for (const [i, index] of written.entries()) put(generalAt(index), given[i]!);
      const [x, y, kind, left, rip] = given.slice(written.length) as [Local, Local, Local, Local, Local];
      put(Workspace.left, left);
      put(stateFields.rip.offset, rip);
      for (const local of [x, y, kind]) code.get(local);
      code.call(words);
      if (where === "interpreter") {
        code.get(given.at(-1)!);
        code.if(() => {
          code.i32(0);
          code.op("return");
        });
        code.call(this.#imports.interpretHere);
        return;
      }
      const head = code.local("i32");
      const handler = code.local("i32");
      pushLookup(code, () => {
        code.i32(0);
        code.call(this.#imports.lookup);
      });
      code.tee(head);
      code.if(() => {
        code.get(head);
        code.memory("i32.load");
        code.tee(handler);
        code.i32(Handler.first);
        code.op("i32.ge_s");
        code.if(() => {
          code.get(head);
          code.get(handler);
          code.returnCallIndirect(["i32"], ["i32"]);
        });
      });
      code.get(head);
    });
  }
}

/** Writes a region's code. Returns the functions that its entries' heads lead to, in the order of `graph.entries`. */
export function writeRegion(
  module: WasmModule,
  imports: RegionImports,
  ways: WaysOut,
  graph: RegionGraph,
  name: string,
): readonly FunctionRef[] {
  const { dispatched } = graph.flow;
  if (dispatched.length === 0)
    return [
      module.func(name, ["i32"], ["i32"], (code, op) => {
        guard(code, op!, imports, graph, 0);
        new RegionWriter(code, null, imports, ways, graph).write();
      }),
    ];
  const body = module.func(`${name}.body`, ["i32"], ["i32"], (code, where) =>
    new RegionWriter(code, where!, imports, ways, graph).write(),
  );
  return graph.entries.map((entry) =>
    module.func(`${name}.${graph.blocks[entry]!.rip.toString(16)}`, ["i32"], ["i32"], (code, op) => {
      guard(code, op!, imports, graph, entry);
      code.i32(dispatched.indexOf(entry));
      code.returnCall(body);
    }),
  );
}

/** Entered as it was made for, and with enough left? Else the interpreter does the run. */
function guard(code: Code, op: Local, imports: RegionImports, graph: RegionGraph, entry: number): void {
  const { mode, limit, flat, bigStack } = graph.around;
  code.i32(0);
  code.memory("i64.load", stateFields.rip.offset);
  code.i64(graph.blocks[entry]!.rip);
  code.op("i64.ne");
  if (mode !== 64) {
    code.i32(0);
    code.memory("i32.load", Workspace.flatSegments);
    code.i32(flat | (bigStack ? 0x100 : 0));
    code.op("i32.ne");
    code.op("i32.or");
    code.i32(0);
    code.memory("i32.load", stateFields.segmentLimit.offset + 4 * CS);
    code.i32(Number(BigInt.asIntN(32, limit)));
    code.op("i32.ne");
    code.op("i32.or");
  }
  code.i32(0);
  code.memory("i64.load", Workspace.left);
  code.i64(graph.longest[entry]!);
  code.op("i64.sub");
  code.i64(USED_UP);
  code.op("i64.and");
  code.i64(0n);
  code.op("i64.ne");
  code.op("i32.or");
  code.hint(false);
  code.if(() => {
    code.get(op);
    code.returnCall(imports.enterRun);
  });
}

class RegionWriter {
  readonly #code: Code;
  /** Where the dispatcher goes: a number in `flow.dispatched`. */
  readonly #where: Local | null;
  readonly #imports: RegionImports;
  readonly #ways: WaysOut;
  readonly #graph: RegionGraph;
  readonly #around: Surroundings;
  readonly #registers: (Local | null)[] = new Array<Local | null>(16).fill(null);
  /** The flags as they travel: status.ts, `Parts`. */
  readonly #x: Local;
  readonly #y: Local;
  readonly #kind: Local;
  readonly #left: Local;
  readonly #bank: Local;
  readonly #loops = new Map<number, Label>();
  readonly #merges = new Map<number, Label>();
  // The present block.
  #block!: Built;
  #values!: ValueEmitter;
  #parts = new Map<Status, Parts>();
  #places = new Map<Node, Local>();

  constructor(code: Code, where: Local | null, imports: RegionImports, ways: WaysOut, graph: RegionGraph) {
    this.#code = code;
    this.#where = where;
    this.#imports = imports;
    this.#ways = ways;
    this.#graph = graph;
    this.#around = graph.around;
    this.#left = code.local("i64");
    this.#bank = code.local("i32");
    for (const index of graph.used) this.#registers[index] = code.local("i64");
    this.#x = code.local("i64");
    this.#y = code.local("i64");
    this.#kind = code.local("i32");
  }

  write(): void {
    const code = this.#code;
    const load = (at: number, into: Local) => {
      code.i32(0);
      code.memory(into.type === "i64" ? "i64.load" : "i32.load", at);
      code.set(into);
    };
    for (const index of this.#graph.used) load(generalAt(index), this.#registers[index]!);
    load(stateFields.flagResult.offset, this.#x);
    load(stateFields.flagCarries.offset, this.#y);
    load(stateFields.flagAux.offset, this.#kind);
    code.get(this.#kind);
    code.i32(AUX_BITS);
    code.op("i32.and");
    code.set(this.#kind);
    load(Workspace.tlbBank, this.#bank);
    load(Workspace.left, this.#left);
    this.#tree(this.#graph.flow.root);
    code.op("unreachable");
  }

  /** Whether less is left than the longest way from a node to the next place where that is asked. */
  #pushShort(node: number): void {
    const code = this.#code;
    code.get(this.#left);
    code.i64(this.#graph.longest[node]!);
    code.op("i64.sub");
    code.i64(USED_UP);
    code.op("i64.and");
    code.i64(0n);
    code.op("i64.ne");
  }

  // ---- structure

  #tree(node: number): void {
    const { flow } = this.#graph;
    const below = flow.children[node]!.filter((child) => flow.isMerge[child]!).sort(
      (x, y) => flow.position[y]! - flow.position[x]!,
    );
    if (!flow.isLoop[node]!) {
      this.#within(node, below);
      return;
    }
    this.#code.loop((start) => {
      this.#loops.set(node, start);
      this.#within(node, below);
    });
  }

  #within(node: number, below: readonly number[]): void {
    const [first, ...rest] = below;
    if (first === undefined) {
      this.#write(node);
      return;
    }
    this.#code.block((end) => {
      this.#merges.set(first, end);
      this.#within(node, rest);
    });
    this.#tree(first);
  }

  #branchTo(from: number, node: number): void {
    const { flow } = this.#graph;
    if (!flow.successors[from]!.includes(node)) {
      this.#code.i32(flow.dispatched.indexOf(node));
      this.#code.set(this.#where!);
      this.#code.br(this.#loops.get(flow.root)!);
    } else if (flow.position[node]! <= flow.position[from]!) this.#code.br(this.#loops.get(node)!);
    else if (flow.isMerge[node]!) this.#code.br(this.#merges.get(node)!);
    else this.#tree(node);
  }

  // ---- one block

  #write(node: number): void {
    const code = this.#code;
    if (node === this.#graph.blocks.length) {
      const labels = this.#graph.flow.dispatched.map((one) => this.#merges.get(one)!);
      code.get(this.#where!);
      code.brTable(labels.slice(0, -1), labels.at(-1)!);
      return;
    }
    const block = this.#graph.blocks[node]!;
    this.#begin(block);
    if (block.builder.entryStatus.kind === "entry" && readsFlags(block.builder)) this.#asWords();
    if (this.#graph.isStop[node]! && (node !== this.#graph.flow.root || this.#graph.flow.isLoop[node]!)) {
      this.#pushShort(node);
      code.hint(false);
      code.if(() => this.#wayOut("interpreter", block.builder.entry, block.rip, 0n));
    }
    if (block.cost !== 0n) {
      code.get(this.#left);
      code.i64(block.cost);
      code.op("i64.sub");
      code.set(this.#left);
    }
    this.#actions(block.builder.actions);
    const { end } = block.builder;
    const last = block.builder.last;
    const [first, second] = block.edges;
    switch (end.kind) {
      case "leave":
        this.#wayOut("interpreter", last, end.rip, 0n);
        break;
      case "branch":
        this.#values.dirty(end.condition);
        code.if(
          () => this.#apart(() => this.#edge(node, first!)),
          () => this.#apart(() => this.#edge(node, second!)),
        );
        break;
      case "indirect":
        for (const edge of block.edges) {
          this.#values.as64(end.target);
          code.i64(edge.rip);
          code.op("i64.eq");
          code.if(() => this.#apart(() => this.#edge(node, edge)));
        }
        this.#elsewhere(last, end.target);
        break;
      default:
        this.#edge(node, first!);
    }
  }

  /** Makes words of the flags, whatever they are. */
  #asWords(): void {
    const code = this.#code;
    code.get(this.#kind);
    code.i32(KIND_MASK);
    code.op("i32.and");
    code.if(() => {
      for (const local of [this.#x, this.#y, this.#kind]) code.get(local);
      code.call(this.#ways.words());
      for (const [local, { offset }] of [
        [this.#x, stateFields.flagResult],
        [this.#y, stateFields.flagCarries],
        [this.#kind, stateFields.flagAux],
      ] as const) {
        code.i32(0);
        code.memory(local.type === "i64" ? "i64.load" : "i32.load", offset);
        code.set(local);
      }
    });
  }

  #begin(block: Built): void {
    this.#block = block;
    this.#parts = new Map();
    this.#places = new Map();
    const schedule: Schedule = { locals: manyUses(block.builder), unused: new Set(), atFirstUse: true };
    this.#values = new ValueEmitter(
      this.#code,
      {
        readPlace: (place) => this.#readPlace(place),
        load: () => {
          throw new Error("loads are actions");
        },
        mulHighUnsigned: this.#imports.mulHighUnsigned,
        mulHighSigned: this.#imports.mulHighSigned,
      },
      schedule,
    );
  }

  /** One way out of a fork: what is written for it, other blocks perhaps, leaves the fork's values as they are. */
  #apart(write: () => void): void {
    const [block, parts, places, values] = [this.#block, this.#parts, this.#places, this.#values];
    values.scope(write);
    [this.#block, this.#parts, this.#places, this.#values] = [block, parts, places, values];
  }

  #readPlace(place: Place): void {
    const code = this.#code;
    if (place === FLAG_X) code.get(this.#x);
    else if (place === FLAG_Y) code.get(this.#y);
    else if (place === FLAG_KIND) code.get(this.#kind);
    else if (place.kind === "register") code.get(this.#registers[place.register.index]!);
    else throw new Error(`${place.kind} is no value of a block`);
  }

  #partsOf(status: Status): Parts {
    let parts = this.#parts.get(status);
    if (parts === undefined) this.#parts.set(status, (parts = this.#block.builder.parts(status)));
    return parts;
  }

  // ---- ways out

  #pushState({ registers, status }: Snapshot): void {
    for (const index of this.#graph.written) {
      const node = registers[index] ?? null;
      if (node === null) this.#code.get(this.#registers[index]!);
      else this.#values.as64(node);
    }
    if (status === this.#block.builder.entryStatus) {
      for (const local of [this.#x, this.#y, this.#kind]) this.#code.get(local);
      return;
    }
    const { x, y, kind } = this.#partsOf(status);
    this.#values.dirty(x);
    this.#values.dirty(y);
    this.#values.dirty(kind);
  }

  #pushLeft(unused: bigint): void {
    this.#code.get(this.#left);
    if (unused === 0n) return;
    this.#code.i64(unused);
    this.#code.op("i64.add");
  }

  /** Leaves; `unused`: what was taken from `left` and not executed. */
  #wayOut(
    where: "interpreter" | "lookup",
    state: Snapshot,
    rip: bigint,
    unused: bigint,
    pushFault = () => this.#code.i32(0),
  ): void {
    this.#values.scope(() => {
      this.#pushState(state);
      this.#pushLeft(unused);
      this.#code.i64(rip);
      if (where === "interpreter") pushFault();
      this.#code.returnCall(this.#ways.to(where, this.#graph.written));
    });
  }

  #elsewhere(state: Snapshot, target: Node): void {
    this.#values.scope(() => {
      this.#pushState(state);
      this.#pushLeft(0n);
      this.#values.as64(target);
      this.#code.returnCall(this.#ways.to("lookup", this.#graph.written));
    });
  }

  /** Leaves before an instruction of the block. */
  #giveUp(before: Snapshot, pushFault?: () => void): void {
    const { costs, builder } = this.#block;
    let unused = 0n;
    for (let i = before.number; i < costs.length; i++) unused += costs[i]!;
    this.#wayOut("interpreter", before, builder.rips[before.number]!, unused, pushFault);
  }

  // ---- edges

  #edge(from: number, edge: Edge): void {
    const code = this.#code;
    const block = this.#block;
    const { last } = block.builder;
    if (edge.node < 0) {
      this.#wayOut("lookup", last, edge.rip, 0n);
      return;
    }
    if (edge.pageKey !== 0) {
      code.i32(0);
      code.memory("i32.load", edge.pageKey);
      code.i32(0);
      code.memory("i32.load", Workspace.lookupKey);
      code.op("i32.ne");
      code.hint(false);
      code.if(() => {
        code.i32(edge.pageKey);
        code.call(this.#imports.validate);
        code.op("i32.eqz");
        code.if(() => this.#wayOut("lookup", last, edge.rip, 0n));
      });
    }
    const into: Local[] = [];
    const put = (node: Node, local: Local) => {
      if (valueType(node.bits) === "i64") this.#values.as64(node);
      else this.#values.dirty(node);
      into.push(local);
    };
    for (const [index, node] of last.registers.entries()) {
      if (node === null || node === undefined) continue;
      if (node.op === "read" && node.place.kind === "register" && node.place.register.index === index) continue;
      put(node, this.#registers[index]!);
    }
    const target = this.#graph.blocks[edge.node]!;
    const { status } = last;
    if (target.flagsLive && status !== block.builder.entryStatus) {
      const { x, y, kind } = this.#partsOf(status);
      put(x, this.#x);
      put(y, this.#y);
      put(kind, this.#kind);
    }
    for (const local of into.reverse()) code.set(local);
    this.#branchTo(from, edge.node);
  }

  // ---- actions

  #actions(actions: readonly Action[]): void {
    for (const action of actions) this.#action(action);
  }

  #action(action: Action): void {
    const code = this.#code;
    const values = this.#values;
    switch (action.do) {
      case "load":
        this.#pushPlace(action, AccessKind.read);
        loadValue(code, action.bytes as AccessBytes);
        values.setLocal(action.node);
        break;
      case "modify": {
        this.#pushPlace(action, AccessKind.modify);
        const place = code.local("i32");
        this.#places.set(action.node, place);
        code.tee(place);
        loadValue(code, action.bytes as AccessBytes);
        values.setLocal(action.node);
        break;
      }
      case "store":
        this.#pushPlace(action, AccessKind.write);
        values.dirty(action.value);
        storeValue(code, action.bytes as AccessBytes);
        break;
      case "probe":
        this.#pushPlace(action, AccessKind.write);
        code.op("drop");
        break;
      case "storeModified":
        code.get(this.#places.get(action.modify)!);
        values.dirty(action.value);
        storeValue(code, (action.value.bits / 8) as AccessBytes);
        break;
      case "readState": {
        const { bits } = action.node;
        code.i32(0);
        if (bits === 128) code.simdMemory("v128.load", action.address);
        else code.memory(bits === 64 ? "i64.load" : "i32.load", action.address);
        values.setLocal(action.node);
        break;
      }
      case "writeState": {
        const { bits } = action.value;
        code.i32(0);
        values.dirty(action.value);
        if (bits === 128) code.simdMemory("v128.store", action.address);
        else code.memory(bits === 64 ? "i64.store" : "i32.store", action.address);
        break;
      }
      case "if":
        this.#if(action);
        break;
      case "leave":
        this.#giveUp(action.before);
        break;
    }
  }

  #if({ condition, yes, no, merges }: Extract<Action, { do: "if" }>): void {
    const code = this.#code;
    const values = this.#values;
    const locals = merges.map(({ node }) => code.local(valueType(node.bits)));
    const arm = (actions: readonly Action[], side: "yes" | "no") => () =>
      values.scope(() => {
        this.#actions(actions);
        for (const [i, merge] of merges.entries()) {
          values.clean(merge[side]);
          code.set(locals[i]!);
        }
      });
    values.dirty(condition);
    if (yes.at(-1)?.do === "leave") code.hint(false);
    const otherwise = no.length > 0 || merges.length > 0 ? arm(no, "no") : undefined;
    code.if(arm(yes, "yes"), otherwise);
    for (const [i, { node }] of merges.entries()) values.bind(node, locals[i]!);
  }

  /** Pushes where the bytes are; leaves where that is not plain memory, or not allowed. */
  #pushPlace(access: MemoryAction, kind: AccessKind): void {
    const code = this.#code;
    const { bytes, alignment, segment, offset } = access;
    const linear = code.local("i64");
    const low = code.local("i32");
    const entry = code.local("i32");
    this.#values.as64(access.linear);
    code.tee(linear);
    code.op("i32.wrap_i64");
    code.tee(low);
    code.i32(7);
    code.op("i32.shr_u");
    code.i32(entryMask);
    code.op("i32.and");
    code.get(this.#bank);
    code.op("i32.add");
    code.tee(entry);
    code.memory("i64.load", kind === AccessKind.read ? TlbEntry.readTag : TlbEntry.writeTag);
    code.get(linear);
    // What is aligned to its size crosses no page, and its low bits are those of a tag.
    const isAligned = alignment >= bytes;
    if (bytes > 1 && !isAligned) {
      code.i64(BigInt(bytes - 1));
      code.op("i64.add");
    }
    code.i64(isAligned ? pageMask | BigInt(alignment - 1) : pageMask);
    code.op("i64.and");
    code.op("i64.ne");
    if (access.limited) {
      this.#values.as64(offset);
      code.i64(BigInt(bytes));
      code.op("i64.add");
      code.i32(0);
      code.memory("i64.load", (kind === AccessKind.read ? Workspace.readEnd : Workspace.writeEnd) + 8 * segment);
      code.op("i64.gt_u");
      code.op("i32.or");
    }
    code.hint(false);
    code.if(
      () => {
        this.#values.scope(() => this.#values.as64(offset));
        code.i32(accessWord(bytes, kind, segment, alignment));
        code.call(this.#imports.reachPlain);
        code.tee(entry);
        // −1 or 0
        code.i32(1);
        code.op("i32.add");
        code.i32(2);
        code.op("i32.lt_u");
        code.if(() => this.#giveUp(access.before, () => code.get(entry)));
        code.get(entry);
      },
      () => {
        code.get(low);
        code.get(entry);
        code.memory("i32.load", TlbEntry.addend);
        code.op("i32.add");
      },
      "i32",
    );
    code.release(linear);
    code.release(low);
    code.release(entry);
  }
}

/** Values that are used more than once: by others, by actions, or on ways out. */
function manyUses(builder: BlockBuilder): Set<Node> {
  const seen = new Set<Node>();
  const many = new Set<Node>();
  const use = (node: Node) => {
    if (node.op === "const" || node.op === "read") return;
    if (seen.has(node)) many.add(node);
    else seen.add(node);
  };
  for (const node of builder.reached()) for (const operand of operandsOf(node)) use(operand);
  const snapshots = new Set([builder.last]);
  builder.forEachUse(use, (before) => snapshots.add(before));
  // Compared, and used again where the comparison fails.
  if (builder.end.kind === "indirect") use(builder.end.target);
  for (const { registers, status } of snapshots) {
    for (const node of registers) if (node !== null) use(node);
    for (const node of operandsOfStatus(status)) use(node);
  }
  return many;
}
