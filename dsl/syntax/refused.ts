/**
 * Constructs of TypeScript that the kernel language does not have: how each is called, and what to write instead. The
 * table is by node type; constructs that depend on more than the type are told apart in refuse.ts.
 */

export type Refusal = readonly [construct: string, instead: string];

const types: { readonly [node: string]: Refusal } = {
  TSAnyKeyword: ["the type any", "name the type; a function that works for many types takes a type parameter"],
  TSUnknownKeyword: ["the type unknown", "name the type; a function that works for many types takes a type parameter"],
  TSBigIntKeyword: ["bigint", "u64 or i64: integers have a width here, and their literals are exact"],
  TSObjectKeyword: ["the type object", "a class"],
  TSSymbolKeyword: ["the type symbol", "an enum"],
  TSUndefinedKeyword: ["undefined", "Ptr<T> | null for a pointer that may be missing, Res<T> for a call that may fail"],
  TSIntrinsicKeyword: ["the type intrinsic", "name the type"],
  TSArrayType: ["T[]", "Arr<T, N> for elements in place, Slice<T> for a view of elements elsewhere"],
  TSTupleType: ["a tuple type", "a class with named fields"],
  TSNamedTupleMember: ["a tuple type", "a class with named fields"],
  TSConditionalType: ["a conditional type", "two functions, or a type parameter"],
  TSConstructorType: ["a constructor type", "a function that makes the value"],
  TSImportType: ["an import type", "import the name at the top of the module"],
  TSIndexedAccessType: ["an indexed access type", "name the field's type"],
  TSInferType: ["infer", "a type parameter"],
  TSIntersectionType: ["an intersection type", "one class that has all the fields"],
  TSMappedType: ["a mapped type", "a class with its fields written out"],
  TSTemplateLiteralType: ["a template literal type", "string"],
  TSTypeOperator: [
    "keyof, unique and readonly types",
    "View<T> for a slice that is only read, an enum for a set of names",
  ],
  TSTypePredicate: ["a type predicate", "a tagged union: its tag tells the members apart"],
  TSTypeLiteral: ["an object type", "a class: its fields have an order, sizes and offsets"],
  TSThisType: ["the type this", "the name of the class"],
};

const expressions: { readonly [node: string]: Refusal } = {
  AwaitExpression: ["await", "a wait token: block the task until it is signalled"],
  YieldExpression: ["yield", "a loop that calls a function for each element"],
  ChainExpression: ["optional chaining (?.)", "compare with null first: if (p !== null) { … }"],
  ClassExpression: ["a class expression", "a class declaration at the top of the module"],
  ImportExpression: ["import()", "an import declaration at the top of the module"],
  MetaProperty: ["a meta property", "nothing: modules and calls have no such object here"],
  Super: ["super", "a field that holds the other class, and a call of its method"],
  RegExpLiteral: ["a regular expression", "a loop over the bytes"],
  BigIntLiteral: ["a bigint literal", "the same digits without n: literals are exact"],
  SequenceExpression: ["the comma operator", "two statements"],
  SpreadElement: ["spread (…)", "name the elements, or copy() them"],
  TSAsExpression: ["as", "a cast is a call: u32(x), unit<Phys>(x); pointers: unsafe.cast<Ptr<T>>(p)"],
  TSTypeAssertion: ["a type assertion", "a cast is a call: u32(x), unit<Phys>(x); pointers: unsafe.cast<Ptr<T>>(p)"],
  TSSatisfiesExpression: ["satisfies", "give the variable its type"],
  TSNonNullExpression: ["the postfix !", "compare with null: if (p === null) …, or assert(p !== null)"],
  TSInstantiationExpression: ["a function with type arguments as a value", "a function that calls it"],
  PrivateIdentifier: ["a # name", "private"],
  ThisParameter: ["a this parameter", "a method"],
  V8IntrinsicExpression: ["a V8 intrinsic", "nothing: there is no V8 here"],
  JSXElement: ["JSX", "klog`…`"],
  JSXFragment: ["JSX", "klog`…`"],
};

const statements: { readonly [node: string]: Refusal } = {
  ThrowStatement: ["throw", "return err(Errno.…) from a function that returns Res<T>, or panic(why)"],
  TryStatement: ["try", "isErr(result) or orReturn(result); using and defer() clean up on every way out"],
  ForInStatement: ["for … in", "for (const x of slice), or a loop over an index"],
  WithStatement: ["with", "name the object"],
  DebuggerStatement: ["debugger", "a breakpoint of cor debug"],
  StaticBlock: ["a static block", "comptime(() => …) at the top of the module"],
  AccessorProperty: ["an accessor field", "a field, or a method"],
  TSAbstractMethodDefinition: ["an abstract method", "a field that holds a function"],
  TSAbstractPropertyDefinition: ["an abstract field", "a field"],
  TSAbstractAccessorProperty: ["an accessor field", "a field, or a method"],
  TSIndexSignature: ["an index signature", "Arr<T, N>, Slice<T> or Ptr<T>"],
  TSModuleDeclaration: ["a namespace", "a module: the file itself"],
  TSGlobalDeclaration: ["declare global", "a module: the file itself"],
  TSImportEqualsDeclaration: ["import =", 'import { name } from "./file.ts"'],
  TSExportAssignment: ["export =", "export in front of the declaration"],
  TSNamespaceExportDeclaration: ["export as namespace", "export in front of the declaration"],
  ExportAllDeclaration: ["export *", "import the name from the module that has it"],
  ExportDefaultDeclaration: ["a default export", "export in front of the declaration"],
  ImportDefaultSpecifier: ["a default import", 'import { name } from "./file.ts"'],
  ImportNamespaceSpecifier: ["import *", 'import { name } from "./file.ts"'],
  ObjectPattern: ["destructuring", "one const for each field"],
  ArrayPattern: ["destructuring", "one const for each element"],
  RestElement: ["a rest parameter", "a slice"],
};

export const refusedNodes: { readonly [node: string]: Refusal } = { ...types, ...expressions, ...statements };

export const refusedOperators: { readonly [operator: string]: Refusal } = {
  "==": ["==", "==="],
  "!=": ["!=", "!=="],
  ">>>": [">>>", ">>: it fills with zeros for unsigned types and with the sign for signed ones"],
  ">>>=": [">>>=", ">>=: it fills with zeros for unsigned types and with the sign for signed ones"],
  "**": ["**", "multiplication, or a shift for powers of two"],
  "**=": ["**=", "multiplication, or a shift for powers of two"],
  "??": ["??", "compare with null: p !== null ? p : other"],
  "??=": ["??=", "if (p === null) p = …"],
  "&&=": ["&&=", "an if"],
  "||=": ["||=", "an if"],
  in: ["in", "a tagged union: compare the tag"],
  instanceof: ["instanceof", "a tagged union: compare the tag"],
  typeof: ["typeof of a value", "nothing: types are known while compiling"],
  void: ["void", "ignore(result, why) for a result that does not matter"],
  delete: ["delete", "set the field to null, or to zero"],
  "unary +": ["unary +", "leave it out; a cast is a call: u32(x)"],
};

/** Nodes the language has. What is in neither table is refused by its name. */
export const knownNodes: ReadonlySet<string> = new Set(
  `Program ImportDeclaration ImportSpecifier ExportNamedDeclaration ExportSpecifier VariableDeclaration VariableDeclarator
  FunctionDeclaration FunctionExpression TSDeclareFunction TSEmptyBodyFunctionExpression ArrowFunctionExpression
  AssignmentPattern TSParameterProperty ClassDeclaration ClassBody PropertyDefinition MethodDefinition Decorator
  TSClassImplements TSTypeAliasDeclaration TSInterfaceDeclaration TSInterfaceBody TSInterfaceHeritage TSMethodSignature
  TSPropertySignature TSEnumDeclaration TSEnumBody TSEnumMember TSTypeParameterDeclaration TSTypeParameter
  TSTypeParameterInstantiation TSTypeAnnotation TSTypeReference TSTypeQuery TSFunctionType TSUnionType TSLiteralType
  TSParenthesizedType TSBooleanKeyword TSNumberKeyword TSStringKeyword TSVoidKeyword TSNeverKeyword TSNullKeyword
  TSQualifiedName BlockStatement BreakStatement ContinueStatement DoWhileStatement EmptyStatement ExpressionStatement
  ForOfStatement ForStatement IfStatement LabeledStatement ReturnStatement SwitchStatement SwitchCase WhileStatement
  Identifier Literal TemplateLiteral TemplateElement TaggedTemplateExpression MemberExpression CallExpression NewExpression
  UpdateExpression UnaryExpression BinaryExpression LogicalExpression ConditionalExpression AssignmentExpression
  ObjectExpression Property ArrayExpression ThisExpression ParenthesizedExpression`.split(/\s+/),
);
