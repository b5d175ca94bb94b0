/**
 * Variables of modules: their types, and their initial values, which are computed while compiling. A few initial values
 * are more than a value: claims of ports and registers, interrupt entries and system calls, which are recorded here.
 */
import type { Expression as ExpressionNode, Node, TSType } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import { Body } from "./body.ts";
import type { Checker } from "./checker.ts";
import { isFresh } from "./coerce.ts";
import { constantInteger, untypedValue } from "./constants.ts";
import type { GlobalDeclaration } from "./declarations.ts";
import { check, value } from "./expressions.ts";
import { isStorage, typeName, u16, voidType } from "./intern.ts";
import { evaluate } from "./interpret.ts";
import { storageOf } from "./layout.ts";
import { classType, constantByName, mistake, resolveType, valueType } from "./resolve.ts";
import { systemCall } from "./syscall.ts";
import type { ConstantValue, Expression, Root, TypedFunction, TypedGlobal } from "./tree.ts";
import type { Type } from "./types.ts";

/** The variable that a declaration makes; null for a constant without a type. Makes it, once. */
export function globalOf(checker: Checker, declaration: GlobalDeclaration): TypedGlobal | null {
  if (declaration.global) return declaration.global;
  if (untypedValue(checker, declaration) !== null) return null;
  if (declaration.state === "failed") throw new Reported();
  const { module, node } = declaration;
  if (declaration.state === "running")
    throw mistake(node.id, `${declaration.name} depends on its own value`, "give it a type");
  declaration.state = "running";
  checker.attempt(module, node, () => checker.reads.during(declaration, () => make(checker, declaration)));
  declaration.state = declaration.global ? "done" : "failed";
  if (!declaration.global) throw new Reported();
  return declaration.global;
}

type Call = Extract<ExpressionNode, { type: "CallExpression" }>;

function make(checker: Checker, declaration: GlobalDeclaration): void {
  const { module, node, name } = declaration;
  if (node.id.type !== "Identifier") throw new Reported();
  const b = new Body({
    checker,
    module,
    arguments: new Map(),
    function: null,
    thisClass: null,
    outer: null,
    result: null,
    isConstructor: false,
    node: node.init,
  });
  b.title = name;
  const declared = node.id.typeAnnotation ? valueType(b, node.id.typeAnnotation.typeAnnotation) : null;
  const set = (type: Type, initial: ConstantValue | null, late = false): TypedGlobal => {
    storageOf(checker, type, node);
    if (type.kind === "result" || type.kind === "error")
      throw mistake(node, `a ${typeName(type)} is looked at where it comes from, not kept`, null);
    const global: TypedGlobal = {
      name,
      site: checker.site(module, node.id),
      module: module.name,
      type,
      initial,
      constant: declaration.constant,
      late,
      exported: declaration.exported,
      external: declaration.external,
    };
    declaration.global = global;
    checker.globals.push(global);
    return global;
  };
  if (declaration.external) {
    if (!declared) throw mistake(node, `the type of ${name} is not known`, `declare let ${name}: u64`);
    set(declared, null);
    return;
  }
  const { init } = node;
  if (!init)
    throw mistake(node, `${name} has no initial value`, "late() for one that is set at boot, zeroed() for zeros");
  const special =
    init.type === "CallExpression" &&
    init.callee.type === "Identifier" &&
    checker.lookUp(module, init.callee.name)?.module;
  if (init.type === "CallExpression" && init.callee.type === "Identifier" && special && checker.isPrelude(special)) {
    const maker = Object.hasOwn(makers, init.callee.name) ? makers[init.callee.name] : undefined;
    if (maker) {
      maker({ checker, b, declaration, declared, node: init, set });
      return;
    }
  }
  if (declared) {
    // Its address and type are known before its value, which may refer to it.
    const global = set(declared, { kind: "zero" });
    declaration.state = "done";
    const made = checker.attempt(module, init, () => evaluate(checker, check(b, init, declared), module, init));
    if (made === null) {
      declaration.state = "failed";
      return;
    }
    global.initial = made;
    return;
  }
  const made = value(b, init);
  if (isStorage(made.type) && !isFresh(made))
    throw mistake(init, `${b.text(init)} is storage: it is not copied by naming it`, null);
  if (made.type.kind === "null" || made.type.kind === "void")
    throw mistake(init, `the type of ${name} is not known`, `const ${name}: Ptr<T> | null = null`);
  set(made.type, evaluate(checker, made, module, init));
}

interface Maker {
  readonly checker: Checker;
  readonly b: Body;
  readonly declaration: GlobalDeclaration;
  readonly declared: Type | null;
  readonly node: Call;
  set(type: Type, initial: ConstantValue | null, late?: boolean): TypedGlobal;
}

function typeArgument({ b, node }: Maker, hint: string): Type {
  const [given] = (node.typeArguments?.params ?? []) as TSType[];
  if (!given) throw mistake(node, "the type is not known", hint);
  return valueType(b, given);
}

function number({ checker, b, node }: Maker, at: number, what: string): bigint {
  const argument = node.arguments[at] as Node | undefined;
  const found = argument ? constantInteger(argument, (name) => constantByName(checker, b.module, name)) : null;
  if (found === null || found < 0n) throw mistake(argument ?? node, `${what} is an integer constant`, null);
  return found;
}

/** A function without surroundings: a name or a closure that uses no variables. */
function entry(made: Expression, node: Node): TypedFunction {
  const inner = made.kind === "convert" ? made.operand : made;
  if (inner.kind === "constant" && inner.value.kind === "function") return inner.value.function;
  throw mistake(node, "a function, or a closure that uses no variables around it, is expected", null);
}

/** What can come from kernel code too: the processor's exceptions (SDM vol. 3, table 7-1), without those of guests. */
const isException = (vector: number): boolean => vector < 20 || vector === 21;

function vectorOf(maker: Maker): number {
  const vector = number(maker, 0, "the vector");
  if (vector > 255n) throw mistake(maker.node.arguments[0] as Node, "there are vectors 0 to 255", null);
  return Number(vector);
}

/** Declares where the processor comes in; the last argument is the function. */
function machineEntry({ checker, b, node, set }: Maker, kind: Root["kind"], vector: number | null): void {
  const { name } = node.callee as Extract<ExpressionNode, { type: "Identifier" }>;
  const frame = checker.preludeName("TrapFrame");
  const wanted = name === "interrupt" || name === "trap" ? 2 : 1;
  if (frame?.kind !== "class" || node.arguments.length !== wanted)
    throw mistake(
      node,
      `${name} takes ${wanted} argument${wanted === 1 ? "" : "s"}`,
      `${name}(${wanted === 2 ? "0x20, " : ""}(f) => { … })`,
    );
  const other = checker.roots.find(
    (root) => root.vector === vector && (vector === null ? root.kind === kind : isMachineEntry(root)),
  );
  if (other !== undefined) {
    const { file, line } = other.site;
    const what = vector !== null ? `vector 0x${vector.toString(16)}` : kind === "door" ? "SYSCALL" : "the default";
    throw mistake(node, `${what} leads to ${file}:${line} already`, null);
  }
  const free = kind !== "interrupt";
  const signature = checker.types.function([checker.types.pointer(classType(checker, frame, new Map()))], voidType, {
    effects: { sleeps: free, allocates: free },
  });
  const body = node.arguments[wanted - 1] as ExpressionNode;
  const fn = entry(check(b, body, signature), body);
  set(checker.types.unit("Vector", u16), { kind: "integer", value: BigInt(vector ?? 256) });
  checker.roots.push({ kind, function: fn, vector, site: b.site(node) });
}

const isMachineEntry = ({ kind }: Root): boolean => kind === "interrupt" || kind === "exception" || kind === "door";

const makers: { readonly [name: string]: (maker: Maker) => void } = {
  late({ b, declaration, declared, node, set }) {
    const type = declared ?? (node.typeArguments ? resolveType(b, node.typeArguments.params[0] as TSType) : null);
    if (!type) throw mistake(node, "the type is not known", "let x: T = late()");
    if (declaration.constant) throw mistake(node, "late() is for a let: it is set later", "let");
    set(type, null, true);
  },

  perCpu(maker) {
    const type = maker.b.checker.types.wrapper("perCpu", typeArgument(maker, "perCpu<u64>()"));
    maker.set(type, { kind: "zero" });
  },

  claimPorts(maker) {
    const { checker, b, node, set } = maker;
    const base = number(maker, 0, "the first port");
    const count = number(maker, 1, "the number of ports");
    if (count < 1n || base + count > 0x1_0000n) throw mistake(node, "there are ports 0 to 0xffff", null);
    const global = set(checker.types.ports(Number(count)), { kind: "integer", value: base });
    checker.claims.push({ kind: "ports", global, base, count, site: b.site(node) });
  },

  claimRegisters(maker) {
    const { checker, b, node, set } = maker;
    const type = typeArgument(maker, "claimRegisters<Regs>(base)");
    const base = number(maker, 0, "the address");
    const { bytes, align } = storageOf(checker, type, node);
    if (base % BigInt(align) !== 0n)
      throw mistake(node, `${typeName(type)} is aligned to ${align}, the address is not`, null);
    const global = set(checker.types.pointer(type), { kind: "integer", value: base });
    checker.claims.push({ kind: "registers", global, base, count: BigInt(bytes), site: b.site(node) });
  },

  interrupt: (maker) => machineEntry(maker, "interrupt", vectorOf(maker)),
  interruptDefault: (maker) => machineEntry(maker, "interrupt", null),
  trap(maker) {
    const vector = vectorOf(maker);
    machineEntry(maker, isException(vector) ? "exception" : "door", vector);
  },
  syscallEntry: (maker) => machineEntry(maker, "door", null),

  syscall(maker) {
    const { checker, b, node, set } = maker;
    const fn = systemCall(b, node);
    const type = checker.types.function(
      fn.parameters.map((parameter) => parameter.type),
      fn.result,
      { effects: { sleeps: true, allocates: true } },
    );
    set(type, { kind: "function", function: fn });
  },
};
