/**
 * The typed tree: what the checker hands to the rules and to lowering. Same shape as the source, but every name is
 * resolved, every expression has its exact type, every conversion is a node, generics are instances, literals have
 * values, and sugar is gone where it needs types to be understood (property access through pointers, string iteration,
 * `orReturn`). What may be assigned is a `Place`; everything else is a value. Evaluation order is left to right.
 */
import type { Site } from "../out/site.ts";
import type { ClassType, Effects, FunctionType, Type } from "./types.ts";

export interface TypedProgram {
  /** In the order of the sources. Only what is reachable from the roots. */
  readonly functions: readonly TypedFunction[];
  readonly globals: readonly TypedGlobal[];
  readonly classes: readonly ClassType[];
  /** Interrupt vectors, system calls, exported functions, the entry: where execution can begin. */
  readonly roots: readonly Root[];
  readonly claims: readonly Claim[];
  /** The texts of symbol types; a symbol's value is its index here. 0 stands for none: storage of zeros holds no symbol. */
  readonly symbols: readonly string[];
  /** Files with functions that were run while compiling: what they say is in the rest of the program in ways that are not looked after. */
  readonly evaluated: ReadonlySet<string>;
  /** Instances that would have been called alike, with the modules of their types: which has which name depends on which came first. */
  readonly renamed: readonly string[];
}

export interface Root {
  /**
   * exception: by a vector, from what the interrupted code itself did, kernel code too; door: from user code alone, by a
   * vector or by SYSCALL; syscall: one of those that a door leads to.
   */
  readonly kind: "entry" | "export" | "interrupt" | "exception" | "door" | "syscall";
  readonly function: TypedFunction;
  /** The vector; for interrupts null is every vector that has nothing else, for doors SYSCALL. */
  readonly vector: number | null;
  readonly site: Site;
}

/** I/O ports, or device registers (bytes of physical or mapped address space), that a global owns. */
export interface Claim {
  readonly kind: "ports" | "registers";
  readonly global: TypedGlobal;
  readonly base: bigint;
  readonly count: bigint;
  readonly site: Site;
}

/** A function, method or closure, with its type parameters filled in. Methods have `this` as first parameter, a pointer. */
export interface TypedFunction {
  /** Unique in the program: "kernel/page.allocPages", "VirtQueue<64>.post". */
  readonly name: string;
  readonly site: Site;
  readonly module: string;
  readonly parameters: readonly Local[];
  /** Closures: the locals of enclosing functions that it uses, which the caller hands over by address. Else empty. */
  readonly captures: readonly Local[];
  result: Type;
  /** Null for functions that assembler code or the runtime provides, under the name contracts.symbol. */
  body: Block | null;
  /** Where nobody has looked at the body yet, and its check can wait until then. */
  unchecked?: UncheckedBody | undefined;
  /** Declared contracts (attr(…)), and what was inferred once the rules have run. */
  contracts: Contracts;
  inferred: Effects | null;
  readonly exported: boolean;
}

/** What is known of a body that an earlier process has checked. */
export interface UncheckedBody {
  /** The functions, globals and types that it refers to. */
  readonly references: () => readonly object[];
  /** What rules want to know of it (rules/facts-text.ts); null: they have to look. */
  readonly facts: string | null;
}

/** Whether a function has a body, without looking at it. */
export const hasBody = (fn: TypedFunction): boolean => fn.unchecked !== undefined || fn.body !== null;

export interface Contracts {
  readonly noSleep: boolean;
  readonly noAlloc: boolean;
  readonly irqSafe: boolean;
  readonly maySleep: boolean;
  readonly mayAlloc: boolean;
  readonly inline: boolean;
  readonly noInline: boolean;
  readonly cold: boolean;
  /** May use floating point in a kernel. */
  readonly floats: boolean;
  readonly stackBytes: number | null;
  readonly section: string | null;
  /** The name under which assembler and C know it. */
  readonly symbol: string | null;
  /** Declared bound on recursion depth. */
  readonly bounded: number | null;
}

export interface TypedGlobal {
  readonly name: string;
  readonly site: Site;
  readonly module: string;
  readonly type: Type;
  /** Evaluated at compile time; null: zeroed. `late` globals are set at boot and trap when read before. */
  initial: ConstantValue | null;
  readonly constant: boolean;
  readonly late: boolean;
  readonly exported: boolean;
  /** Assembler code or the runtime provides it. */
  readonly external: boolean;
}

/** What compile-time evaluation yields. Symbols are integers. */
export type ConstantValue =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "zero" }
  | { readonly kind: "text"; readonly bytes: Uint8Array }
  | { readonly kind: "function"; readonly function: TypedFunction }
  /** The address of a place inside a global. */
  | { readonly kind: "reference"; readonly global: TypedGlobal; readonly offset: number }
  | { readonly kind: "elements"; readonly elements: readonly ConstantValue[] }
  /** `variant`: the member, when the type is a tagged union. */
  | {
      readonly kind: "fields";
      readonly fields: ReadonlyMap<string, ConstantValue>;
      readonly variant: ClassType | null;
    };

/** A parameter or local variable. `captured`: a closure uses it; `addressed`: ref() was taken, so it lives in memory. */
export interface Local {
  readonly name: string;
  readonly type: Type;
  readonly site: Site;
  /** Declared with let, or a parameter: may be assigned again. */
  readonly mutable: boolean;
  addressed: boolean;
  captured: boolean;
}

export type Block = readonly Statement[];

export type Statement = { readonly site: Site } & (
  | { readonly kind: "local"; readonly local: Local; readonly initial: Expression | null }
  /** `using`: disposed at every exit of the enclosing block, last first. */
  | { readonly kind: "using"; readonly local: Local; readonly initial: Expression; readonly dispose: TypedFunction }
  /** `using _ = defer(() => …)`: the body, inlined at every exit of the enclosing block. */
  | { readonly kind: "defer"; readonly body: Block }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "block"; readonly body: Block }
  | { readonly kind: "if"; readonly condition: Expression; readonly then: Block; readonly otherwise: Block | null }
  /** while, do-while and for: `update` runs after the body and on continue. */
  | {
      readonly kind: "loop";
      readonly label: string | null;
      readonly test: Expression | null;
      readonly testFirst: boolean;
      readonly body: Block;
      readonly update: Expression | null;
    }
  /** for (const local of slice, array or string). */
  | {
      readonly kind: "forOf";
      readonly label: string | null;
      readonly local: Local;
      readonly over: Expression;
      readonly body: Block;
    }
  /**
   * No fall-through except between empty cases, which are merged. `break` without a label leaves the nearest loop or
   * switch. `exhaustive`: the cases name every value of an enum, symbol or tag, so another value is a trap.
   */
  | {
      readonly kind: "switch";
      readonly value: Expression;
      readonly cases: readonly { readonly values: readonly bigint[]; readonly body: Block }[];
      readonly otherwise: Block | null;
      readonly exhaustive: boolean;
    }
  | { readonly kind: "break"; readonly label: string | null }
  | { readonly kind: "continue"; readonly label: string | null }
  | { readonly kind: "return"; readonly value: Expression | null }
);

/** Something in memory or a variable: can be read, assigned, and its address taken. */
export type Place = { readonly site: Site; readonly type: Type } & (
  | { readonly kind: "localPlace"; readonly local: Local }
  | { readonly kind: "globalPlace"; readonly global: TypedGlobal }
  /** What a pointer points at. */
  | { readonly kind: "deref"; readonly pointer: Expression }
  | { readonly kind: "field"; readonly of: Place; readonly field: string }
  /** A tagged union known to be this member (same address). */
  | { readonly kind: "variant"; readonly of: Place }
  /** The value in a result known to be no error. */
  | { readonly kind: "okPlace"; readonly of: Place }
  /** An element of an array in place. `index` is a u64; it is checked unless `checked` is false (proved already). */
  | { readonly kind: "element"; readonly of: Place; readonly index: Expression; readonly checked: boolean }
  /** An element of a slice (checked likewise), or of what follows a pointer (never checked). */
  | { readonly kind: "elementOf"; readonly of: Expression; readonly index: Expression; readonly checked: boolean }
);

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
export type Comparison = "===" | "!==" | "<" | "<=" | ">" | ">=";

export type Expression = { readonly site: Site; readonly type: Type } & (
  | { readonly kind: "constant"; readonly value: ConstantValue }
  | { readonly kind: "read"; readonly place: Place }
  /** ref(place): a pointer to it. */
  | { readonly kind: "reference"; readonly place: Place }
  /** The value of the expression is the stored value. */
  | { readonly kind: "assign"; readonly place: Place; readonly value: Expression }
  /** place op= value, ++, --; the place is evaluated once. `result`: the value before or after. */
  | {
      readonly kind: "update";
      readonly operator: BinaryOperator;
      readonly place: Place;
      readonly value: Expression;
      readonly result: "before" | "after";
    }
  /** Both sides have the type of the result; shift counts are of any unsigned type. `>>` is arithmetic for signed types. */
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** Both sides have one type. Texts are compared by content. */
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "unary"; readonly operator: "-" | "~" | "!"; readonly operand: Expression }
  | { readonly kind: "logical"; readonly operator: "&&" | "||"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  /**
   * A cast: extends by the source's signedness, or cuts. Also boolean → integer, units, enums, pointer ↔ address, float ↔
   * integer, Slice → View, text ↔ bytes, T → T | null, and a plain function where a closure may stand.
   */
  | { readonly kind: "convert"; readonly operand: Expression }
  /** A direct call; methods pass the object's address first. */
  | { readonly kind: "call"; readonly callee: TypedFunction; readonly arguments: readonly Expression[] }
  | {
      readonly kind: "callValue";
      readonly callee: Expression;
      readonly signature: FunctionType;
      readonly arguments: readonly Expression[];
    }
  /** A closure: its function takes the captured locals by address. */
  | { readonly kind: "closure"; readonly function: TypedFunction; readonly captured: readonly Local[] }
  /** A new class value: fields by name, the rest zero; then the constructor, where there is one with a body, on its address. */
  | {
      readonly kind: "construct";
      readonly fields: ReadonlyMap<string, Expression>;
      readonly initialise: { readonly callee: TypedFunction; readonly arguments: readonly Expression[] } | null;
    }
  /** A member of a tagged union as the union. */
  | { readonly kind: "makeVariant"; readonly operand: Expression }
  | { readonly kind: "arrayLiteral"; readonly elements: readonly Expression[] }
  /** Slices: pointer and length, of a place or of a pointer. */
  | { readonly kind: "makeSlice"; readonly pointer: Expression; readonly length: Expression }
  | { readonly kind: "subSlice"; readonly of: Expression; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "length"; readonly of: Expression }
  /** Results: `err(code)`, a plain value made a result, isErr, the code, and orReturn (leaves the function, running disposals). */
  | { readonly kind: "makeError"; readonly code: Expression }
  | { readonly kind: "makeOk"; readonly value: Expression | null }
  | { readonly kind: "isError"; readonly operand: Expression }
  | { readonly kind: "errorCode"; readonly operand: Expression }
  | { readonly kind: "orReturn"; readonly operand: Expression }
  /** Operations the compiler knows by name: atomics, volatile access, copy, ports, cpu.*, panic, addr, klog formatting (intrinsics.ts lists them). */
  | {
      readonly kind: "intrinsic";
      readonly name: string;
      readonly places: readonly Place[];
      readonly arguments: readonly Expression[];
      readonly text: readonly Uint8Array[];
    }
);
