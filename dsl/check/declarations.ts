/**
 * What a module declares: names to declarations, found in one pass over its top level before anything is resolved, so
 * that the order of declarations does not matter. Imports point at the other module's declaration. The prelude is a
 * module like the others, whose names every module sees.
 */
import type {
  Class,
  Decorator,
  Expression as ExpressionNode,
  Function as FunctionNode,
  Node,
  TSEnumDeclaration,
  TSInterfaceDeclaration,
  TSTypeAliasDeclaration,
  TSTypeParameterDeclaration,
  VariableDeclaration,
  VariableDeclarator,
} from "oxc-parser";
import { type Module, resolveImport } from "../syntax/modules.ts";
import type { ConstantValue, TypedFunction, TypedGlobal } from "./tree.ts";
import type { Enumeration, IntegerType, Type } from "./types.ts";

interface Declared {
  readonly name: string;
  readonly module: Module;
  readonly exported: boolean;
}

export interface FunctionDeclaration extends Declared {
  readonly kind: "function";
  readonly node: FunctionNode;
  /** The class whose method it is. */
  readonly owner: ClassDeclaration | null;
  readonly external: boolean;
  /** By type arguments (and the owner's). */
  readonly instances: Map<string, TypedFunction>;
}

export interface ClassDeclaration extends Declared {
  readonly kind: "class";
  readonly node: Class;
  /** By name; the constructor under "constructor", [Symbol.dispose] under "[dispose]". */
  readonly methods: ReadonlyMap<string, FunctionDeclaration>;
}

export interface AliasDeclaration extends Declared {
  readonly kind: "alias";
  readonly node: TSTypeAliasDeclaration;
  resolving: boolean;
}

export interface InterfaceDeclaration extends Declared {
  readonly kind: "interface";
  readonly node: TSInterfaceDeclaration;
}

export interface EnumDeclaration extends Declared {
  readonly kind: "enum";
  readonly node: TSEnumDeclaration;
  resolved: { readonly type: IntegerType; readonly enumeration: Enumeration } | null;
  resolving: boolean;
}

export interface GlobalDeclaration extends Declared {
  readonly kind: "global";
  readonly node: VariableDeclarator;
  readonly constant: boolean;
  readonly external: boolean;
  state: "unseen" | "running" | "failed" | "done";
  /** An untyped integer constant has a value and no storage. */
  value: bigint | null;
  global: TypedGlobal | null;
  /** The evaluated initial value of a constant, for compile-time evaluation. */
  evaluated: ConstantValue | null;
}

export interface NamespaceDeclaration extends Declared {
  readonly kind: "namespace";
  readonly members: ReadonlyMap<string, FunctionDeclaration>;
}

export interface ImportDeclaration extends Declared {
  readonly kind: "import";
  readonly node: Node;
  readonly from: string;
  readonly imported: string;
}

export type Declaration =
  | FunctionDeclaration
  | ClassDeclaration
  | AliasDeclaration
  | InterfaceDeclaration
  | EnumDeclaration
  | GlobalDeclaration
  | NamespaceDeclaration
  | ImportDeclaration;

/** Type arguments by parameter name. */
export type TypeArguments = ReadonlyMap<string, Type>;

export type Complain = (node: Node, message: string, hint: string | null) => void;

/** The names of a module's top level. Doubles are reported, the first one counts. */
export function declare(module: Module, complain: Complain): Map<string, Declaration> {
  const names = new Map<string, Declaration>();
  const add = (node: Node, declaration: Declaration) => {
    const known = names.get(declaration.name);
    const isType = (kind?: Declaration["kind"]) => kind === "alias" || kind === "interface";
    if (known && module.file.endsWith(".d.ts")) {
      // In the prelude a type and a function may share a name (u8); the types among these are known by name anyway.
      if (isType(known.kind)) names.set(declaration.name, declaration);
    } else if (names.has(declaration.name))
      complain(node, `${declaration.name} is declared twice in this module`, null);
    else names.set(declaration.name, declaration);
  };
  const declaration = (node: Node, exported: boolean): void => {
    if (module.refused.has(node)) return;
    switch (node.type) {
      case "FunctionDeclaration":
      case "TSDeclareFunction":
        if (node.id) {
          if (node.type === "TSDeclareFunction" && !node.declare && !module.file.endsWith(".d.ts")) {
            complain(node.id, `${node.id.name} has no body`, "declare function … for one that assembler provides");
          }
          add(node.id, declareFunction(node, node.id.name, module, exported, null));
        }
        break;
      case "ClassDeclaration":
        if (node.id) add(node.id, declareClass(node, node.id.name, module, exported, complain));
        break;
      case "TSTypeAliasDeclaration":
        add(node.id, { kind: "alias", name: node.id.name, module, exported, node, resolving: false });
        break;
      case "TSInterfaceDeclaration":
        add(node.id, { kind: "interface", name: node.id.name, module, exported, node });
        break;
      case "TSEnumDeclaration":
        add(node.id, { kind: "enum", name: node.id.name, module, exported, node, resolved: null, resolving: false });
        break;
      case "VariableDeclaration":
        for (const variable of (node as VariableDeclaration).declarations) {
          if (variable.id.type !== "Identifier" || module.refused.has(variable)) continue;
          add(variable.id, {
            kind: "global",
            name: variable.id.name,
            module,
            exported,
            node: variable,
            constant: node.kind === "const",
            external: node.declare === true,
            state: "unseen",
            value: null,
            global: null,
            evaluated: null,
          });
        }
        break;
      case "TSModuleDeclaration":
        if (node.id.type === "Identifier" && node.body?.type === "TSModuleBlock") {
          const members = new Map<string, FunctionDeclaration>();
          for (const inner of node.body.body) {
            const item = inner.type === "ExportNamedDeclaration" ? inner.declaration : inner;
            if (item?.type !== "TSDeclareFunction" || !item.id) continue;
            members.set(item.id.name, declareFunction(item, `${node.id.name}.${item.id.name}`, module, true, null));
          }
          add(node.id, { kind: "namespace", name: node.id.name, module, exported, members });
        }
        break;
      default:
    }
  };
  for (const node of module.program.body) {
    if (module.refused.has(node)) continue;
    switch (node.type) {
      case "ImportDeclaration":
        for (const item of node.specifiers) {
          if (module.refused.has(item) || item.type !== "ImportSpecifier") continue;
          const imported = item.imported.type === "Literal" ? item.imported.value : item.imported.name;
          const from = resolveImport(module, node.source.value);
          add(item, { kind: "import", name: item.local.name, module, exported: false, node: item, from, imported });
        }
        break;
      case "ExportNamedDeclaration":
        if (node.declaration) declaration(node.declaration, true);
        else
          complain(node, "a list of exports is not part of the kernel language", "export in front of the declaration");
        break;
      case "ExpressionStatement":
      case "EmptyStatement":
        if (node.type === "EmptyStatement" || node.directive) break;
        complain(
          node,
          "a statement at the top of a module",
          "code runs from functions; constants are evaluated while compiling",
        );
        break;
      default:
        if (/Declaration$|^TSDeclareFunction$/.test(node.type)) declaration(node, false);
        else
          complain(
            node,
            "a statement at the top of a module",
            "code runs from functions; constants are evaluated while compiling",
          );
    }
  }
  return names;
}

function declareFunction(
  node: FunctionNode,
  name: string,
  module: Module,
  exported: boolean,
  owner: ClassDeclaration | null,
): FunctionDeclaration {
  return { kind: "function", name, module, exported, node, owner, external: !node.body, instances: new Map() };
}

function declareClass(
  node: Class,
  name: string,
  module: Module,
  exported: boolean,
  complain: Complain,
): ClassDeclaration {
  const methods = new Map<string, FunctionDeclaration>();
  const declaration: ClassDeclaration = { kind: "class", name, module, exported, node, methods };
  for (const member of node.body.body) {
    if (
      member.type !== "MethodDefinition" ||
      module.refused.has(member) ||
      module.refused.has(member.key) ||
      module.refused.has(member.value)
    )
      continue;
    const method = memberName(member.key, member.computed);
    if (method === null) {
      complain(member.key, "the name of a method is a plain name", null);
      continue;
    }
    if (methods.has(method))
      complain(member.key, `the method ${method} is declared twice`, "a name of its own for each");
    else methods.set(method, declareFunction(member.value, method, module, exported, declaration));
    if (!member.value.body) complain(member.key, `${method} has no body`, null);
  }
  return declaration;
}

/** The name of a class member; "[dispose]" for [Symbol.dispose]. */
export function memberName(key: Node, computed: boolean): string | null {
  if (computed) return "[dispose]";
  return key.type === "Identifier" ? key.name : null;
}

/** Decorators as name and argument. */
export function decorators(
  nodes: readonly Decorator[] | undefined,
): { name: string; node: Decorator; arguments: ExpressionNode[] | null }[] {
  return (nodes ?? []).map((node) => {
    const { expression } = node;
    if (expression.type === "CallExpression" && expression.callee.type === "Identifier") {
      return { name: expression.callee.name, node, arguments: expression.arguments as ExpressionNode[] };
    }
    return { name: expression.type === "Identifier" ? expression.name : "", node, arguments: null };
  });
}

/** The type parameters of a declaration, in order. */
export function typeParameters(
  node: { readonly typeParameters?: TSTypeParameterDeclaration | null } | null,
): { name: string; constant: boolean; node: Node; fallback: Node | null }[] {
  return (node?.typeParameters?.params ?? []).map((parameter) => ({
    name: parameter.name.name,
    constant: parameter.constraint?.type === "TSNumberKeyword",
    node: parameter,
    fallback: parameter.default ?? null,
  }));
}
