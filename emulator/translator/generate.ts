/**
 * A region as a WebAssembly function (record) → next record, which stands in the place of its entry's head record: it does
 * what the interpreter would do from there on, for as long as it can.
 *
 * Registers are locals from entry to exit; memory is reached as access.ts says, time counted as time-left.ts says.
 * Before a block is executed its whole cost has been counted; before a loop goes round, and when the region is
 * entered, there must be enough left for the longest way to the next such place. Each way out puts back what was not
 * executed, and gives registers and flags to one of two small functions that store them (ways-out.ts): one goes on by the
 * lookup table, perhaps straight into the next region, the other has the interpreter do the next instruction.
 *
 * Here are the entry and the structure; block-writer.ts writes what is in a block.
 */
import { stateFields } from "../cpu/state.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Label, Local, WasmModule } from "../formats/wasm.ts";
import { CS } from "../isa/instruction.ts";
import { BlockWriter, type KeptFlags, type RegionFrame } from "./block-writer.ts";
import { countEntry } from "./counters.ts";
import { Nearby } from "./nearby.ts";
import { type Edge, isBack, type LoopFlags, type RegionGraph } from "./region.ts";
import { addressOf, REGISTERS, typeOfRegister } from "./register-file.ts";
import { pushClaim } from "./slot-miss.ts";
import { AUX_BITS, type Parts } from "./status.ts";
import { pushShort, renew } from "./time-left.ts";
import type { RegionImports, WaysOut } from "./ways-out.ts";

/** Writes a region's code. `counters`: see counters.ts. Returns the functions that its entries' heads lead to, in the order of `graph.entries`. */
export function writeRegion(
  module: WasmModule,
  imports: RegionImports,
  ways: WaysOut,
  graph: RegionGraph,
  name: string,
  counters = 0,
): readonly FunctionRef[] {
  const { dispatched } = graph.flow;
  if (dispatched.length === 0)
    return [
      module.func(name, ["i32"], ["i32"], (code, op) => {
        guard(code, op!, imports, graph, 0);
        countEntry(code, counters);
        new RegionWriter(code, null, imports, ways, graph, counters).write();
      }),
    ];
  const body = module.func(`${name}.body`, ["i32"], ["i32"], (code, where) =>
    new RegionWriter(code, where!, imports, ways, graph, counters).write(),
  );
  return graph.entries.map((entry) =>
    module.func(`${name}.${graph.blocks[entry]!.rip.toString(16)}`, ["i32"], ["i32"], (code, op) => {
      guard(code, op!, imports, graph, entry);
      countEntry(code, counters);
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
  const pushLeft = () => {
    code.i32(0);
    code.memory("i64.load", Workspace.left);
  };
  pushShort(code, pushLeft, graph.longest[entry]!);
  code.op("i32.or");
  const { end, rips } = graph.blocks[entry]!.builder;
  if (end.kind === "ring" && end.way === "interrupt" && rips.length === 1) {
    // INT pushes the RF that an IRETQ has left out: see Workspace.resumedAt.
    pushLeft();
    code.i32(0);
    code.memory("i64.load", Workspace.resumedAt);
    code.op("i64.eq");
    code.op("i32.or");
  }
  code.hint(false);
  code.if(() => {
    code.get(op);
    code.returnCall(imports.enterRun);
  });
}

class RegionWriter {
  readonly #frame: RegionFrame;
  readonly #code: Code;
  readonly #graph: RegionGraph;
  /** Where the dispatcher goes: a number in `flow.dispatched`. */
  readonly #where: Local | null;
  readonly #loops = new Map<number, Label>();
  readonly #merges = new Map<number, Label>();
  /** Where such a loop is entered anew. */
  readonly #outerLoops = new Map<number, Label>();
  readonly #keptFlags = new Map<number, KeptFlags>();
  /** The block that is always executed before a block, and what was accessed until its end. */
  readonly #parents = new Map<number, number>();
  readonly #nearby = new Map<number, Nearby>();
  readonly #written: ReadonlySet<number>;

  constructor(
    code: Code,
    where: Local | null,
    imports: RegionImports,
    ways: WaysOut,
    graph: RegionGraph,
    counters: number,
  ) {
    this.#code = code;
    this.#where = where;
    this.#graph = graph;
    this.#written = new Set(graph.written);
    for (const [parent, children] of graph.flow.children.entries())
      for (const child of children) this.#parents.set(child, parent);
    const time = { granted: code.local("i64"), used: code.local("i64") };
    const registers = new Array<Local | null>(REGISTERS).fill(null);
    for (const index of graph.used) registers[index] = code.local(typeOfRegister(index));
    const { slots } = graph.around;
    const [x, y, kind] = [code.local("i64"), code.local("i64"), code.local("i32")];
    this.#frame = { code, imports, ways, graph, registers, x, y, kind, time, timing: ways.time(), slots, counters };
  }

  write(): void {
    const code = this.#code;
    const { registers, x, y, kind, time, timing, ways, slots } = this.#frame;
    const load = (at: number, into: Local) => {
      code.i32(0);
      if (into.type === "v128") code.simdMemory("v128.load", at);
      else code.memory(into.type === "i64" ? "i64.load" : "i32.load", at);
      code.set(into);
    };
    load(Workspace.left, time.granted);
    code.i64(0n);
    code.set(time.used);
    renew(code, time, timing, this.#graph);
    pushClaim(code, ways.claim(), slots);
    for (const index of this.#graph.used) load(addressOf(index), registers[index]!);
    load(stateFields.flagResult.offset, x);
    load(stateFields.flagCarries.offset, y);
    load(stateFields.flagAux.offset, kind);
    code.get(kind);
    code.i32(AUX_BITS);
    code.op("i32.and");
    code.set(kind);
    this.#tree(this.#graph.flow.root);
    code.op("unreachable");
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
    const flags = this.#graph.loopFlags[node] ?? null;
    if (flags?.hasOthers) {
      this.#code.loop((again) => {
        this.#outerLoops.set(node, again);
        this.#loop(node, below, flags);
      });
    } else this.#loop(node, below, flags);
  }

  #loop(node: number, below: readonly number[], flags: LoopFlags | null): void {
    if (flags !== null) this.#keepFlags(node, flags.parts);
    this.#code.loop((start) => {
      this.#loops.set(node, start);
      this.#within(node, below);
    });
  }

  /** A loop is about to be entered. */
  #keepFlags(node: number, parts: Parts): void {
    const code = this.#code;
    const kept: KeptFlags = {
      parts,
      x: code.local("i64"),
      y: code.local("i64"),
      kind: code.local("i32"),
      used: code.local("i64"),
    };
    const { x, y, kind, time } = this.#frame;
    for (const [from, to] of [
      [x, kept.x],
      [y, kept.y],
      [kind, kept.kind],
      [time.used, kept.used],
    ] as const) {
      code.get(from);
      code.set(to);
    }
    this.#keptFlags.set(node, kept);
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

  /** Whether a way leads back to the head of a loop that knows the flags then. */
  #goesRound(from: number, node: number): boolean {
    const { flow, loopFlags } = this.#graph;
    if (node < 0 || !isBack(flow, from, node) || !flow.successors[from]!.includes(node)) return false;
    return loopFlags[node]?.from.has(from) ?? false;
  }

  #branchTo(from: number, node: number): void {
    const { flow } = this.#graph;
    if (!flow.successors[from]!.includes(node)) {
      this.#code.i32(flow.dispatched.indexOf(node));
      this.#code.set(this.#where!);
      this.#code.br(this.#loops.get(flow.root)!);
    } else if (isBack(flow, from, node)) {
      const outer = this.#outerLoops.get(node);
      this.#code.br(outer === undefined || this.#goesRound(from, node) ? this.#loops.get(node)! : outer);
    } else if (flow.isMerge[node]!) this.#code.br(this.#merges.get(node)!);
    else this.#tree(node);
  }

  #write(node: number): void {
    const code = this.#code;
    if (node === this.#graph.blocks.length) {
      const labels = this.#graph.flow.dispatched.map((one) => this.#merges.get(one)!);
      code.get(this.#where!);
      code.brTable(labels.slice(0, -1), labels.at(-1)!);
      return;
    }
    const block = this.#graph.blocks[node]!;
    const before = this.#nearby.get(this.#parents.get(node) ?? -1) ?? null;
    const nearby = new Nearby(this.#written, before);
    this.#nearby.set(node, nearby);
    const writer = new BlockWriter(this.#frame, block, this.#keptFlags.get(node) ?? null, nearby);
    writer.begin();
    writer.actions();
    writer.finish();
    const follow = (edge: Edge): void => {
      if (writer.handOn(edge, !this.#goesRound(node, edge.node))) this.#branchTo(node, edge.node);
    };
    const { end, last } = block.builder;
    const [first, second] = block.edges;
    switch (end.kind) {
      case "leave":
        writer.wayOut("interpreter", last, end.rip, 0n);
        break;
      case "quick":
        writer.quickWay(last, end);
        break;
      case "ring":
        if (first !== undefined) {
          writer.claimFor(first);
          follow(first);
        } else writer.elsewhere(last, { target: end.target, isReturn: true });
        break;
      case "branch":
        writer.pushCondition(end.condition);
        code.if(
          () => writer.apart(() => follow(first!)),
          () => writer.apart(() => follow(second!)),
        );
        break;
      case "indirect":
        for (const edge of block.edges) {
          writer.pushWide(end.target);
          code.i64(edge.rip);
          code.op("i64.eq");
          code.if(() => writer.apart(() => follow(edge)));
        }
        writer.elsewhere(last, end);
        break;
      default:
        follow(first!);
    }
  }
}
