/**
 * What a module of regions imports, and the ways out of its regions: small functions that store registers and flags and go on, which all
 * regions of the module share.
 */
import { ValueEmitter } from "../cpu/emit.ts";
import { stateFields } from "../cpu/state.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Label, Local, WasmModule } from "../formats/wasm.ts";
import type { ValueType } from "../formats/wasm-codes.ts";
import { push, Routine } from "../formats/wasm-expression.ts";
import { MOST_PAGES } from "../interpreter/imports.ts";
import { pushLookup } from "../interpreter/lookup.ts";
import { packedFlags } from "../interpreter/quick/state.ts";
import { Handler } from "../interpreter/record.ts";
import { FLAG_X, type QuickEnd, type Surroundings } from "./action.ts";
import { BlockBuilder } from "./block.ts";
import type { Constants } from "./constants.ts";
import { addressOf, typeOfRegister } from "./register-file.ts";
import { claimSlots, lookAround, slotMiss } from "./slot-miss.ts";
import { type Form, forms, KIND_SHIFT } from "./status.ts";
import { boundFunction, pushLeft, renewedFunction, shortFunction, type TimeFunctions } from "./time-left.ts";

/** What modules of regions import, beside memory and table. */
export interface RegionImports {
  /** (op): pays for the run of a head record → its first instruction's record, or 0 with an exit. */
  readonly enterRun: FunctionRef;
  /** () → the record of the instruction at RIP, paid for, or another head, or 0 with an exit. */
  readonly interpretHere: FunctionRef;
  readonly lookup: FunctionRef;
  /** () → the record, or the region's end, where the handler of the fault that was recorded has come to, or 0: it waits for the run loop. */
  readonly regionFault: FunctionRef;
  /** (offset, access) → where plain memory is that may be accessed so; −1: it faults, which has been recorded; 0: the interpreter knows. */
  readonly reachPlain: FunctionRef;
  /** (number of a page's key) → whether the page is where it was. */
  readonly validate: FunctionRef;
  /** (cost of the instruction, RIP behind it): the quick way with the arguments in the workspace, or the interpreter → the next record. */
  readonly regionSyscall: FunctionRef;
  readonly regionSysret: FunctionRef;
  readonly regionInterrupt: FunctionRef;
  readonly regionInterruptReturn: FunctionRef;
  readonly regionLoadCr3: FunctionRef;
  readonly mulHighUnsigned: FunctionRef;
  readonly mulHighSigned: FunctionRef;
}

const signatures = {
  enterRun: [["i32"], ["i32"]],
  interpretHere: [[], ["i32"]],
  lookup: [["i32"], ["i32"]],
  regionFault: [[], ["i32"]],
  reachPlain: [["i64", "i32"], ["i32"]],
  validate: [["i32"], ["i32"]],
  regionSyscall: [["i64", "i64"], ["i32"]],
  regionSysret: [["i64", "i64"], ["i32"]],
  regionInterrupt: [["i64", "i64"], ["i32"]],
  regionInterruptReturn: [["i64", "i64"], ["i32"]],
  regionLoadCr3: [["i64", "i64"], ["i32"]],
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

const flagFields = ["flagResult", "flagCarries", "flagAux"] as const;
const anywhere: Surroundings = { mode: 64, limit: 0xffff_ffff_ffff_ffffn, flat: 0, bigStack: true, slots: 0 };

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
  /** Those of `to` for the list of registers that was asked for last: that of one region. */
  readonly #to = new Map<"interpreter" | "lookup", FunctionRef>();
  #of: readonly number[] | null = null;
  /** As `miss` numbers them. */
  readonly #misses: FunctionRef[] = [];

  readonly constants: Constants;

  constructor(module: WasmModule, imports: RegionImports, constants: Constants) {
    this.constants = constants;
    this.#module = module;
    this.#imports = imports;
  }

  /** See slot-miss.ts. */
  miss(limited: boolean, eager: boolean): FunctionRef {
    const number = (limited ? 2 : 0) + (eager ? 1 : 0);
    const known = this.#misses[number];
    if (known !== undefined) return known;
    const look = this.#shared("lookAround", () => lookAround(this.#module));
    return (this.#misses[number] = slotMiss(this.#module, this.#imports.reachPlain, look, limited, eager));
  }

  /** See slot-miss.ts. */
  claim(): FunctionRef {
    return this.#shared("claimSlots", () => claimSlots(this.#module));
  }

  #shared(key: string, make: () => FunctionRef): FunctionRef {
    let ref = this.#made.get(key);
    if (ref === undefined) this.#made.set(key, (ref = make()));
    return ref;
  }

  /** See time-left.ts. */
  time(): TimeFunctions {
    const bound = this.#shared("bound", () => boundFunction(this.#module));
    const renewed = this.#shared("renewed", () => renewedFunction(this.#module, bound));
    return { bound, renewed, short: this.#shared("short", () => shortFunction(this.#module)) };
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

  /** (flags as they travel) → as EFLAGS has them, with whatever else is in it. */
  packed(): FunctionRef {
    const words = this.words();
    return this.#shared("packed", () =>
      this.#module.func("packed", ["i64", "i64", "i32"], ["i32"], (code, x, y, kind) => {
        const r = new Routine(code);
        r.call(words, x!, y!, kind!);
        push(code, packedFlags(r));
      }),
    );
  }

  /**
   * Parameters: the registers in `written` (register-file.ts), flags as they travel, time (time-left.ts), what of it was not used after all, RIP; to the interpreter: not 0 if a fault was recorded, which is
   * to be delivered.
   */
  to(where: "interpreter" | "lookup", written: readonly number[]): FunctionRef {
    if (this.#of !== written) {
      this.#of = written;
      this.#to.clear();
    }
    let ref = this.#to.get(where);
    if (ref === undefined)
      this.#to.set(where, (ref = this.#shared(`${where} ${written}`, () => this.#write(where, written))));
    return ref;
  }

  /** Parameters: as above; the quick way's arguments, the instruction's cost and the RIP behind it, i64 each. */
  quick(way: QuickEnd, args: number, written: readonly number[]): FunctionRef {
    const key = `${way} ${args} ${written}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    this.words();
    const more = new Array<ValueType>(args + 2).fill("i64");
    const ref = this.#module.func(`to.${way}`, [...this.#parameters(written), ...more], ["i32"], (code, ...given) => {
      this.#store(code, written, given);
      const [cost, next] = given.slice(-2) as [Local, Local];
      for (const [i, argument] of given.slice(-more.length, -2).entries()) {
        code.i32(0);
        code.get(argument);
        code.memory("i64.store", Workspace.helperArguments + 8 * i);
      }
      code.get(cost);
      code.get(next);
      code.returnCall(this.#imports[way]);
    });
    this.#made.set(key, ref);
    return ref;
  }

  #parameters(written: readonly number[]): ValueType[] {
    return [...written.map(typeOfRegister), "i64", "i64", "i32", "i64", "i64", "i64", "i64"];
  }

  /** Registers, flags, time and RIP: from the first parameters. */
  #store(code: Code, written: readonly number[], given: readonly Local[]): void {
    const put = (at: number, value: Local) => {
      code.i32(0);
      code.get(value);
      if (value.type === "v128") code.simdMemory("v128.store", at);
      else code.memory("i64.store", at);
    };
    for (const [i, index] of written.entries()) put(addressOf(index), given[i]!);
    const [x, y, kind, granted, used, unused, rip] = given.slice(written.length) as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    code.i32(0);
    pushLeft(code, { granted, used });
    code.get(unused);
    code.op("i64.add");
    code.memory("i64.store", Workspace.left);
    put(stateFields.rip.offset, rip);
    for (const local of [x, y, kind]) code.get(local);
    code.call(this.words());
  }

  #write(where: "interpreter" | "lookup", written: readonly number[]): FunctionRef {
    this.words();
    const parameters = this.#parameters(written);
    if (where === "interpreter") parameters.push("i32");
    return this.#module.func(`to.${where}`, parameters, ["i32"], (code, ...given) => {
      this.#store(code, written, given);
      if (where === "interpreter") {
        code.get(given.at(-1)!);
        code.if(() => code.returnCall(this.#imports.regionFault));
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
