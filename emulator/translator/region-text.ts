/**
 * A region as text, for `--dump=regions` and for the book: its blocks with the guest's instructions and where they lead, then the
 * functions that were made of them.
 */
import { WasmModule } from "../formats/wasm.ts";
import { printWasm } from "../formats/wasm-text.ts";
import { format } from "../isa/format.ts";
import type { Constants } from "./constants.ts";
import { writeRegion } from "./generate.ts";
import type { Built, RegionGraph } from "./region.ts";
import { importRegion, WaysOut } from "./ways-out.ts";

/** The guest's side: a line for each block, and one for each instruction in it. */
export function guestText(graph: RegionGraph): string {
  const { blocks, flow, entries, size } = graph;
  const lines = [`${count(size, "instruction")} in ${count(blocks.filter((block) => block !== null).length, "block")}`];
  for (const node of flow.order) {
    const block = blocks[node];
    if (block === null || block === undefined) continue;
    const marks = [entries.includes(node) && "entry", flow.isLoop[node] && "loop"].filter((mark) => mark !== false);
    const what = marks.length > 0 ? ` (${marks.join(", ")})` : "";
    lines.push(`block ${hex(block.rip)}${what}${endOf(block)}`);
    let rip = block.rip;
    for (const instruction of block.instructions) {
      lines.push(`  ${hex(rip)}  ${format(instruction, { address: rip, symbol: hex })}`);
      rip += BigInt(instruction.length);
    }
  }
  return lines.join("\n");
}

/** The host's side: the region's own functions in WebAssembly's text format. */
export function wasmText(graph: RegionGraph, name: string, constants: Constants): string {
  const module = new WasmModule();
  const imports = importRegion(module);
  writeRegion(module, imports, new WaysOut(module, imports, constants), graph, name);
  const functions = printWasm(module.encode({ names: true })).split(/^(?= {2}\(func )/m);
  return functions.filter((text) => text.startsWith(`  (func $${name}`)).join("");
}

function endOf({ builder, edges }: Built): string {
  const targets = edges.map(({ rip, node }) => (node < 0 ? `out at ${hex(rip)}` : hex(rip)));
  const { end } = builder;
  if (end.kind === "quick") return `: out, by a quick way, at ${hex(end.rip)}`;
  if (end.kind === "ring" && targets.length === 0) targets.push("out, in another ring");
  if (end.kind === "leave") return `: out, to the interpreter, at ${hex(end.rip)}`;
  if (end.kind === "indirect") targets.push(end.isReturn ? "out, by a return" : "out, by an indirect jump");
  return ` → ${targets.join(", ")}`;
}

const hex = (rip: bigint): string => rip.toString(16);
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
