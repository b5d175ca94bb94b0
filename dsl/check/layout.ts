/**
 * Where the fields of a class lie. As C lays out a struct: in the order of their declaration, each aligned to its type;
 * @packed leaves the padding out, @align and @at say more, @size fixes the whole. Fields with @bits(n) share a unit of
 * their type, lowest bits first, as long as they are neighbours, of the same type, and fit.
 */
import type { Expression as ExpressionNode, Node, PropertyDefinition } from "oxc-parser";
import type { Checker } from "./checker.ts";
import { constantInteger } from "./constants.ts";
import { decorators, memberName } from "./declarations.ts";
import { roundUp, sizeOf, typeName, u8 } from "./intern.ts";
import type { ClassInstance } from "./reads.ts";
import { constantByName, mistake, noLayout, type TypeScope, valueType } from "./resolve.ts";
import type { ClassType, Field, Type } from "./types.ts";

/** Makes the layout of a class, once. A class that contains itself is a mistake at `node`. */
export function complete(checker: Checker, type: ClassType, node: Node): void {
  const instance = checker.classes.get(type);
  if (!instance || instance.layout === "done") return;
  if (instance.layout === "running")
    throw mistake(node, `${type.name} contains itself`, `Ptr<${type.name}>, an address, in place of storage`);
  instance.layout = "running";
  try {
    checker.reads.during(instance, () => new Layout(checker, type, instance).run());
  } finally {
    instance.layout = "done";
  }
}

/** Bytes and alignment of a type, with the layouts of all classes in it made. */
export function storageOf(checker: Checker, type: Type, node: Node): { bytes: number; align: number } {
  completeWithin(checker, type, node);
  return sizeOf(type);
}

function completeWithin(checker: Checker, type: Type, node: Node): void {
  switch (type.kind) {
    case "class":
      complete(checker, type, node);
      break;
    case "tagged":
      for (const member of type.members) complete(checker, member, node);
      break;
    case "array":
    case "result":
    case "atomic":
    case "volatile":
    case "perCpu":
      completeWithin(checker, type.of, node);
      break;
    default:
  }
}

/** Storage is limited by what a 32-bit displacement reaches. */
const mostBytes = 0x7fff_ffff;

class Layout {
  private readonly checker: Checker;
  private readonly type: ClassType;
  private readonly scope: TypeScope;
  private readonly instance: ClassInstance;
  private readonly fields: Field[] = [];
  private end = 0;
  private align = 1;
  private packed = false;
  /** The unit that bit fields are being put into: its type and place, and the bits that are taken. */
  private unit: { type: Type; offset: number; bits: number; taken: number } | null = null;

  constructor(checker: Checker, type: ClassType, instance: ClassInstance) {
    this.checker = checker;
    this.type = type;
    this.instance = instance;
    this.scope = { checker, module: instance.declaration.module, arguments: instance.arguments };
  }

  run(): void {
    const { node, module } = this.instance.declaration;
    let size: { bytes: number; node: Node } | null = null;
    let asked = 1;
    for (const decorator of decorators(node.decorators)) {
      this.checker.attempt(module, decorator.node, () => {
        if (decorator.name === "packed") this.packed = true;
        else if (decorator.name === "align") asked = this.power(this.number(decorator));
        else if (decorator.name === "size") size = { bytes: this.number(decorator), node: decorator.node };
        else if (decorator.name !== "affine")
          throw mistake(
            decorator.node,
            `@${decorator.name} does not apply to a class`,
            "@packed, @align(n), @size(n) or @affine",
          );
      });
    }
    const members = node.body.body.filter(
      (member): member is PropertyDefinition => member.type === "PropertyDefinition",
    );
    for (const [index, member] of members.entries()) {
      if (module.refused.has(member) || module.refused.has(member.key)) continue;
      this.checker.attempt(module, member, () => this.field(member, members, index));
    }
    for (const parameter of parameterFields(this.instance.declaration)) {
      this.checker.attempt(module, parameter.node, () => this.property(parameter));
    }
    const align = Math.max(asked, this.packed ? 1 : this.align);
    let bytes = roundUp(this.end, align);
    if (size !== null) {
      const { bytes: wanted, node: at } = size as { bytes: number; node: Node };
      if (wanted < this.end)
        this.checker.report(
          module,
          at,
          `the fields of ${this.type.name} take ${this.end} bytes, more than ${wanted}`,
          null,
        );
      else if (wanted % align !== 0)
        this.checker.report(module, at, `${wanted} bytes are no multiple of the alignment ${align}`, null);
      else bytes = wanted;
    }
    if (bytes > mostBytes) this.checker.report(module, node.id ?? node, `${this.type.name} is larger than 2 GiB`, null);
    const fields = this.fields.sort((a, b) => a.offset - b.offset || (a.bit?.shift ?? 0) - (b.bit?.shift ?? 0));
    this.type.layout = { ...noLayout(this.instance.declaration), fields, bytes, align };
  }

  private number({ node, arguments: given }: { node: Node; arguments: ExpressionNode[] | null }): number {
    const value =
      given?.length === 1
        ? constantInteger(given[0], (name) => constantByName(this.checker, this.scope.module, name))
        : null;
    if (value === null || value < 0n || value > BigInt(mostBytes))
      throw mistake(node, "one integer constant is expected", "@align(16)");
    return Number(value);
  }

  private power(value: number): number {
    if (value < 1 || (value & (value - 1)) !== 0)
      throw mistake(this.instance.declaration.node, `an alignment is a power of two, not ${value}`, null);
    return value;
  }

  private property({ name, node, type: annotation, readonly, isPrivate }: ParameterField): void {
    const type = valueType(this.scope, annotation);
    this.add({ name, type, readonly, private: isPrivate, node, at: null, align: 1, bits: null });
  }

  private field(member: PropertyDefinition, members: readonly PropertyDefinition[], index: number): void {
    const name = memberName(member.key, member.computed);
    if (name === null) throw mistake(member.key, "the name of a field is a plain name", null);
    if (!member.typeAnnotation) throw mistake(member.key, `the field ${name} has no type`, `${name}: u32`);
    const type = valueType(this.scope, member.typeAnnotation.typeAnnotation);
    let at: number | null = null;
    let align = 1;
    let bits: number | null = null;
    for (const decorator of decorators(member.decorators)) {
      if (decorator.name === "at") at = this.number(decorator);
      else if (decorator.name === "align") align = this.power(this.number(decorator));
      else if (decorator.name === "bits") bits = this.number(decorator);
      else
        throw mistake(
          decorator.node,
          `@${decorator.name} does not apply to a field`,
          "@at(offset), @align(n) or @bits(n)",
        );
    }
    const unit = bits !== null && type.kind === "bool" ? this.unitOfBoolean(members, index) : type;
    const isPrivate = member.accessibility === "private";
    if (member.accessibility === "protected")
      throw mistake(member, "protected has no meaning without inheritance", "private");
    this.add({
      name,
      type,
      readonly: member.readonly === true,
      private: isPrivate,
      node: member,
      at,
      align,
      bits,
      unit,
    });
  }

  /** A boolean among bit fields joins its neighbours: the unit before it, or the first that follows with a type of its own. */
  private unitOfBoolean(members: readonly PropertyDefinition[], index: number): Type {
    if (this.unit) return this.unit.type;
    for (const next of members.slice(index)) {
      if (!decorators(next.decorators).some((decorator) => decorator.name === "bits") || !next.typeAnnotation) break;
      const type = valueType(this.scope, next.typeAnnotation.typeAnnotation);
      if (type.kind === "integer") return type;
      if (type.kind !== "bool") break;
    }
    return u8;
  }

  private add(field: {
    name: string;
    type: Type;
    readonly: boolean;
    private: boolean;
    node: Node;
    at: number | null;
    align: number;
    bits: number | null;
    unit?: Type;
  }): void {
    const { name, type, node, at, bits } = field;
    if (this.fields.some((other) => other.name === name))
      throw mistake(node, `the field ${name} is declared twice`, null);
    if (this.instance.declaration.methods.has(name))
      throw mistake(node, `${name} is a field and a method`, "a name of its own for each");
    const site = this.checker.site(this.scope.module, node);
    const made = { name, type, readonly: field.readonly, private: field.private, site };
    if (bits !== null) {
      this.fields.push({ ...made, ...this.bits(bits, field.unit ?? type, type, at, node) });
      return;
    }
    this.unit = null;
    const { bytes, align: natural } = storageOf(this.checker, type, node);
    const align = Math.max(field.align, this.packed ? 1 : natural);
    const offset = at ?? roundUp(this.end, align);
    if (at !== null && at % align !== 0)
      throw mistake(node, `offset ${at} is not aligned to ${align}, as ${typeName(type)} is`, "@packed");
    this.overlap(node, offset, bytes);
    this.fields.push({ ...made, offset, bit: null });
    this.end = Math.max(this.end, offset + bytes);
    this.align = Math.max(this.align, field.align, natural);
  }

  private overlap(node: Node, offset: number, bytes: number): void {
    for (const other of this.fields) {
      const size = sizeOf(other.type).bytes;
      if (offset < other.offset + size && other.offset < offset + bytes) {
        throw mistake(
          node,
          `this field overlaps ${other.name}, at ${other.offset} to ${other.offset + size - 1}`,
          "another offset",
        );
      }
    }
  }

  private bits(
    width: number,
    unit: Type,
    type: Type,
    at: number | null,
    node: Node,
  ): { offset: number; bit: Field["bit"] } {
    if (type.kind === "bool" && width !== 1) throw mistake(node, "a boolean has one bit", "@bits(1)");
    if (unit.kind !== "integer")
      throw mistake(node, `a bit field is an integer or a boolean, not ${typeName(type)}`, null);
    if (width < 1 || width > unit.bits) throw mistake(node, `${typeName(unit)} has no ${width} bits`, null);
    if (at !== null || !this.unit || this.unit.type !== unit || this.unit.taken + width > this.unit.bits) {
      const bytes = unit.bits / 8;
      const offset = at ?? roundUp(this.end, this.packed ? 1 : bytes);
      this.overlap(node, offset, bytes);
      this.unit = { type: unit, offset, bits: unit.bits, taken: 0 };
      this.end = Math.max(this.end, offset + bytes);
      this.align = Math.max(this.align, bytes);
    }
    const shift = this.unit.taken;
    this.unit.taken += width;
    return { offset: this.unit.offset, bit: { shift, width, bytes: unit.bits / 8 } };
  }
}

interface ParameterField {
  readonly name: string;
  readonly node: Node;
  readonly type: import("oxc-parser").TSType;
  readonly readonly: boolean;
  readonly isPrivate: boolean;
}

/** Fields that a constructor declares in its parameter list. */
function parameterFields(declaration: ClassInstance["declaration"]): ParameterField[] {
  const fields: ParameterField[] = [];
  for (const parameter of declaration.methods.get("constructor")?.node.params ?? []) {
    if (parameter.type !== "TSParameterProperty" || declaration.module.refused.has(parameter)) continue;
    const inner = parameter.parameter;
    if (inner.type !== "Identifier" || !inner.typeAnnotation) continue;
    const isPrivate = parameter.accessibility === "private";
    fields.push({
      name: inner.name,
      node: inner,
      type: inner.typeAnnotation.typeAnnotation,
      readonly: parameter.readonly,
      isPrivate,
    });
  }
  return fields;
}
