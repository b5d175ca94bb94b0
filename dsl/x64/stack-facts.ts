/**
 * What a compiled function does to the stack, as the rule on stacks needs it: how deep its own frame gets, and whom it
 * calls from there. Read off the finished code, after inlining and register allocation.
 */
import type { IrFunction } from "../ir/ssa.ts";
import { nowhere, type Site } from "../out/site.ts";
import type { FunctionCode } from "./emit.ts";

export interface StackFacts {
  /** The symbol. */
  readonly name: string;
  /** Bytes from the caller's stack pointer to the deepest that the function itself goes, its return address included. */
  readonly bytes: number;
  readonly calls: readonly { readonly symbol: string; readonly tail: boolean; readonly site: Site }[];
  /** Calls of function values. */
  readonly indirect: readonly { readonly site: Site; readonly signature: string }[];
  /** Functions whose addresses it takes. */
  readonly takes: readonly string[];
  readonly signature: string;
}

/** E9, JMP rel32: the frame is gone by then. */
const JMP = 0xe9;

export function stackFacts(source: IrFunction, { name, bytes, fields, rules }: FunctionCode): StackFacts {
  const sites = new Map<string, Site>();
  const indirect: { site: Site; signature: string }[] = [];
  for (const { instructions } of source.blocks)
    for (const i of instructions) {
      if (i.op !== "call") continue;
      if (i.callee.kind === "address") sites.set(i.callee.symbol, i.origin.site);
      else indirect.push({ site: i.origin.site, signature: shape(i.signature) });
    }
  const calls = fields
    .filter((field) => field.branch)
    .map(({ symbol, offset }) => ({ symbol, tail: bytes[offset - 1] === JMP, site: sites.get(symbol) ?? nowhere }));
  return {
    name,
    bytes: rules.reduce((most, rule) => (rule.kind === "cfa" ? Math.max(most, rule.fromRsp) : most), 8),
    calls,
    indirect,
    takes: fields.filter((field) => !field.branch).map(({ symbol }) => symbol),
    signature: shape(source.signature),
  };
}

const shape = ({ parameters, results }: IrFunction["signature"]): string => `(${parameters.join()}) ${results.join()}`;
