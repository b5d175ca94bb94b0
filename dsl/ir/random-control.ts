/**
 * Random functions as a whole: statements one after the other, calls, branches and loops around them, and places looked at
 * before and after something that may touch them.
 */
import { address, Builder, constant, i64, newFunction, noOrigin } from "./build.ts";
import { ENTRY, HIDDEN } from "./random.ts";
import { MemoryMaker } from "./random-memory.ts";
import { integers, type Region } from "./random-values.ts";
import type { Block, CompareOp, IrFunction, Operand, Type } from "./ssa.ts";
import { widths } from "./ssa.ts";

export class FunctionMaker extends MemoryMaker {
  /** A function that others call; its last parameter points at 16 bytes. */
  helper(index: number): IrFunction {
    const parameters: Type[] = Array.from({ length: this.dice.below(4) }, () => this.type());
    const results = Array.from({ length: this.dice.below(3) }, () => this.type());
    const inline = this.dice.pick(["auto", "auto", "always", "never"] as const);
    const f = newFunction(
      `helper.${index}`,
      [...parameters.map((type) => ({ type })), { type: "i64", hint: "room" }],
      results,
      { inline },
    );
    return this.body(f, f.parameters.slice(0, -1), [{ at: f.parameters.at(-1)!, bytes: 16, writable: true }]);
  }

  entry(): IrFunction {
    const f = newFunction(ENTRY, [{ type: "i64", hint: "seed" }], ["i64"], { exported: true });
    return this.body(f, f.parameters, []);
  }

  body(f: IrFunction, scope: readonly Operand[], regions: readonly Region[]): IrFunction {
    this.b = new Builder(f);
    this.scope = [...scope];
    this.regions = [
      ...regions,
      { at: address("numbers"), bytes: 64, writable: true },
      { at: address("zeros"), bytes: 32, writable: true },
      { at: address("constants"), bytes: 32, writable: false },
    ];
    const slots = this.dice.below(5);
    for (let k = 0; k < slots; k++) {
      const bytes = this.dice.pick([1, 2, 4, 8, 8, 16, 24]);
      const slot = this.b.slot(`s${k}`, bytes, this.dice.pick([1, 8, 16]));
      const at = this.b.slotAddress(slot);
      if (this.dice.chance(60)) this.b.fill(at, constant("i8", this.dice.below(256)), i64(bytes));
      else for (let o = 0; o < bytes; o++) this.b.store(constant("i8", this.dice.below(256)), at, o);
      this.regions.push({ at, bytes, writable: true });
      if (this.dice.chance(50)) this.b.declare(this.variable(`v${k}`), slot);
    }
    this.statements();
    const results = f.signature.results.map((type) => this.operand(type));
    for (const r of results) this.observe(r);
    this.b.return(...results);
    return f;
  }

  statements(): void {
    const many = 1 + this.dice.below(8);
    for (let k = 0; k < many && this.budget > 0; k++) this.statement();
  }

  statement(): void {
    this.budget--;
    this.line++;
    this.b.origin = this.dice.chance(90)
      ? { site: { file: "random.ts", line: this.line, column: 1 + this.dice.below(9) }, inlined: null }
      : noOrigin;
    const roll = this.dice.below(100);
    if (roll < 30) this.compute();
    else if (roll < 40) this.keep(this.read());
    else if (roll < 52) this.write();
    else if (roll < 56) this.checked();
    else if (roll < 62) this.witness();
    else if (roll < 65) this.bulk();
    else if (roll < 68) this.atomic();
    else if (roll < 74) this.call();
    else if (roll < 76) this.observe(this.dice.pick([...this.scope, i64(roll)]));
    else if (roll < 77) this.early();
    else if (roll < 79) this.escape();
    else if (roll < 80 && this.machine) this.port();
    else if (this.depth < 4) this.nested();
    else this.compute();
  }

  /** One place before and after something else that may touch it: what passes must not confuse. */
  witness(): void {
    const b = this.b;
    const type = this.dice.pick(integers);
    const bytes = widths[type] / 8;
    const region = this.dice.pick(this.regions.filter((r) => r.bytes >= bytes && r.writable));
    const offset = this.dice.below(region.bytes - bytes + 1);
    if (this.dice.chance(60)) b.store(this.operand(type), region.at, offset);
    if (this.dice.chance(70)) this.keep(b.load(type, region.at, offset));
    // The same place by another way: its address went through memory.
    const twin = this.dice.chance(30) ? this.alias(region) : region;
    const roll = this.dice.below(100);
    if (roll < 35) this.call(region);
    else if (roll < 55) b.store(this.operand(this.dice.pick(["i8", type])), twin.at, offset);
    else if (roll < 70) b.fill(b.binary("add", twin.at, i64(offset)), this.operand("i8"), i64(1));
    else if (roll < 85) this.observe(b.load(type, twin.at, offset));
    else this.statements();
    if (this.dice.chance(30)) b.store(this.operand(type), region.at, offset);
    this.observe(b.load(type, region.at, offset));
  }

  /** `wanted`: what it is given to write to, if that is large enough. */
  call(wanted: Region | null = null): void {
    const b = this.b;
    const made = this.program.functions;
    const fit = this.regions.filter((r) => r.writable && r.bytes >= 16);
    const room = wanted !== null && fit.includes(wanted) ? [wanted] : fit;
    // Loops in loops that call loops would run for too long.
    if (made.length === 0 || this.weight > 16) {
      this.compute();
      return;
    }
    const f = this.dice.pick(made);
    const args: Operand[] = f.signature.parameters.slice(0, -1).map((type) => this.operand(type));
    args.push(this.dice.pick(room).at);
    let callee: Operand = address(f.name);
    const twins = made.filter(
      (g) =>
        g.signature.parameters.join() === f.signature.parameters.join() &&
        g.signature.results.join() === f.signature.results.join(),
    );
    if (this.dice.chance(25)) callee = b.select(this.condition(), callee, address(this.dice.pick(twins).name));
    for (const r of b.call(callee, f.signature, args)) this.keep(r);
  }

  /** A conditional return from the middle. */
  early(): void {
    const b = this.b;
    const leave = b.block("leave");
    const stay = b.block("stay");
    b.branch(this.condition(), leave, stay, this.dice.pick([null, "otherwise"]));
    b.at(leave);
    b.return(...b.function.signature.results.map((type) => this.operand(type)));
    b.at(stay);
  }

  /** The address of a region goes to memory and comes back. */
  escape(): void {
    const b = this.b;
    const region = this.dice.pick(this.regions);
    b.store(region.at, address(HIDDEN), 0, { align: 8 });
    if (this.dice.chance(50)) this.call();
    // Callees overwrite it with regions of their own that may be gone: it is written again before it is read.
    b.store(region.at, address(HIDDEN), 8, { align: 8 });
    if (this.dice.chance(50)) this.write();
    this.regions.push({ ...region, at: b.load("i64", address(HIDDEN), 8, { align: 8 }) });
  }

  /** Runs `make` in a scope of its own. */
  inner(make: () => void): void {
    const scope = this.scope.length;
    const regions = this.regions.length;
    this.depth++;
    make();
    this.depth--;
    this.scope.length = scope;
    this.regions.length = regions;
  }

  nested(): void {
    const roll = this.dice.below(100);
    if (roll < 45) this.if();
    else if (roll < 60) this.switch();
    else this.loop();
  }

  if(): void {
    const b = this.b;
    const condition = this.condition();
    const type = this.type();
    const then = b.block("then");
    const otherwise = b.block("else");
    const join = b.block("join");
    const inputs: [Block, Operand][] = [];
    b.branch(condition, then, otherwise, this.dice.pick([null, null, "taken", "otherwise"]));
    for (const arm of [then, otherwise]) {
      b.at(arm);
      this.inner(() => {
        if (this.dice.chance(85)) this.statements();
        inputs.push([b.current, this.operand(type)]);
      });
      b.jump(join);
    }
    this.join(join, type, inputs);
  }

  join(join: Block, type: Type, inputs: readonly [Block, Operand][]): void {
    this.b.at(join);
    const phi = this.b.phi(type, "join");
    for (const [from, operand] of inputs) phi.inputs.set(from, operand);
    this.keep(phi.result);
  }

  switch(): void {
    const b = this.b;
    const type = this.dice.pick(integers);
    let value = this.operand(type);
    if (this.dice.chance(70)) value = b.binary("and", value, constant(type, 7));
    const join = b.block("join");
    const inputs: [Block, Operand][] = [];
    const result = this.type();
    const arms = Array.from({ length: 1 + this.dice.below(5) }, () => b.block("case"));
    const cases = new Map<bigint, Block>();
    arms.forEach((arm, k) => {
      cases.set(BigInt(k), arm);
      if (this.dice.chance(20)) cases.set(BigInt(6 + this.dice.below(4)), arm);
    });
    const otherwise = b.block("default");
    b.switch(
      value,
      [...cases].map(([bits, to]) => ({ bits, to })),
      otherwise,
    );
    for (const arm of [...arms, otherwise]) {
      b.at(arm);
      this.inner(() => {
        if (this.dice.chance(60)) this.statements();
        inputs.push([b.current, this.operand(result)]);
      });
      b.jump(join);
    }
    this.join(join, result, inputs);
  }

  /** Counts up or down, with values carried round; may be left from the middle. The test is at the top or the bottom. */
  loop(): void {
    const b = this.b;
    const trips = 1 + this.dice.below(this.weight > 30 ? 3 : 12);
    const type = this.dice.pick(integers);
    const step = 1 + this.dice.below(3);
    const down = this.dice.chance(30);
    const carried = this.type();
    const first = this.operand(carried);
    const before = b.current;
    const header = b.block("loop");
    const exit = b.block("after");
    b.jump(header);
    b.at(header);
    const counter = b.phi(type, "i");
    const value = b.phi(carried, "carried");
    counter.inputs.set(before, constant(type, down ? trips * step : 0));
    value.inputs.set(before, first);
    const outer = this.weight;
    this.weight *= trips + 1;
    const top = this.dice.chance(60);
    const test = () => {
      const limit = constant(type, down ? 0 : trips * step);
      const how: CompareOp = this.dice.pick(down ? ["ugt", "ne", "sgt"] : ["ult", "ne", "slt"]);
      return b.compare(how, counter.result, limit);
    };
    const leaves: [Block, Operand][] = [];
    this.inner(() => {
      this.scope.push(counter.result, value.result);
      if (type !== "i64") this.scope.push(b.unary("zext", counter.result, "i64"));
      if (top) {
        const body = b.block("body");
        const going = test();
        leaves.push([b.current, value.result]);
        b.branch(going, body, exit, this.dice.pick([null, "taken"]));
        b.at(body);
      }
      this.statements();
      if (this.dice.chance(25)) {
        const on = b.block("on");
        leaves.push([b.current, this.operand(carried)]);
        b.branch(this.condition(), exit, on);
        b.at(on);
        this.statements();
      }
      const next = this.operand(carried);
      const stepped = b.binary(down ? "sub" : "add", counter.result, constant(type, step));
      const latch = () => {
        counter.inputs.set(b.current, stepped);
        value.inputs.set(b.current, next);
      };
      if (top) {
        latch();
        b.jump(header);
      } else {
        const going = test();
        leaves.push([b.current, next]);
        latch();
        b.branch(going, header, exit);
      }
    });
    this.weight = outer;
    this.join(exit, carried, leaves);
  }
}
