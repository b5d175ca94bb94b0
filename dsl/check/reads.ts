/**
 * What was looked at while something was made: a layout, the head of a function, a body, an enum, a variable. Where nothing
 * of that has changed, neither has what was made of it. Nothing is said by hand: looking up a name notes the declaration,
 * and a class notes that somebody looks at its layout.
 */
import type { Declaration, TypeArguments } from "./declarations.ts";
import type { TypedFunction } from "./tree.ts";
import type { ClassType } from "./types.ts";

/** A declaration that was named (imports too), a class whose layout or methods were looked at, a function whose head was. */
export type Seen = Declaration | ClassType | TypedFunction;

const nothing: ReadonlySet<Seen> = new Set();

export class Reads {
  #now: Set<Seen> | null = null;
  readonly #of = new Map<object, Set<Seen>>();

  note(item: Seen): void {
    this.#now?.add(item);
  }

  /** Runs `make`; what is looked at belongs to `made`, and not to what is made around it. */
  during<T>(made: object, make: () => T): T {
    const outer = this.#now;
    let own = this.#of.get(made);
    if (own === undefined) this.#of.set(made, (own = new Set()));
    this.#now = own;
    try {
      return make();
    } finally {
      this.#now = outer;
    }
  }

  /**
   * What something was made of: a TypedFunction stands for its body, its Instance for its head, a ClassInstance for the layout of
   * a class, the declarations of enums and variables for themselves.
   */
  of(made: object): ReadonlySet<Seen> {
    return this.#of.get(made) ?? nothing;
  }

  /** It will be made again, or never. */
  forget(made: object): void {
    this.#of.delete(made);
  }
}

/** A class and the declaration it was made from. */
export interface ClassInstance {
  readonly declaration: Extract<Declaration, { kind: "class" }>;
  readonly arguments: TypeArguments;
  layout: "none" | "running" | "done";
}

/** Who looks at what a class was made from, looks at the class. */
export class Classes extends Map<ClassType, ClassInstance> {
  readonly #reads: Reads;

  constructor(reads: Reads) {
    super();
    this.#reads = reads;
  }

  override get(type: ClassType): ClassInstance | undefined {
    this.#reads.note(type);
    return super.get(type);
  }
}
