/**
 * The part of random functions that reads and writes: places inside the regions that may be used, behind bounds checks, in
 * bulk, atomically, and through addresses that went through memory; and ports.
 */
import { address, constant, i64, typeOf } from "./build.ts";
import { HIDDEN } from "./random.ts";
import { integers, type Region, ValueMaker } from "./random-values.ts";
import type { AtomicOp, Operand, Ordering } from "./ssa.ts";
import { widths } from "./ssa.ts";

const atomics: readonly AtomicOp[] = ["swap", "add", "sub", "and", "or", "xor"];
const accessOrders: readonly Ordering[] = ["plain", "plain", "plain", "plain", "plain", "plain", "volatile", "relaxed"];

export class MemoryMaker extends ValueMaker {
  /** An address inside a region, for an access of so many bytes: constant or computed. */
  place(bytes: number, write: boolean): { at: Operand; offset: number } | null {
    const fit = this.regions.filter((r) => r.bytes >= bytes && (r.writable || !write));
    if (fit.length === 0) return null;
    const region = this.dice.pick(fit);
    const room = region.bytes - bytes;
    if (this.dice.chance(60)) return { at: region.at, offset: room === 0 ? 0 : this.dice.below(room + 1) };
    if (this.dice.chance(30)) {
      const split = this.dice.below(room + 1);
      return { at: this.b.binary("add", region.at, i64(split)), offset: this.dice.below(room - split + 1) };
    }
    let mask = 1;
    while (mask * 2 - 1 <= room) mask *= 2;
    const index = this.b.binary("and", this.operand("i64"), i64(mask - 1));
    return { at: this.b.binary("add", region.at, index), offset: 0 };
  }

  read(): Operand {
    const type = this.type();
    const place = this.place(widths[type] / 8, false);
    if (place === null) return this.operand(type);
    return this.b.load(type, place.at, place.offset, { ordering: this.dice.pick(accessOrders) });
  }

  write(): void {
    const value = this.operand(this.type());
    // Which NaN it is would be seen in memory: floats are stored as numbers only.
    const type = typeOf(value);
    const shown =
      type === "f32" || type === "f64"
        ? this.b.select(this.b.compare("feq", value, value), value, constant(type, 0n))
        : value;
    const place = this.place(widths[type] / 8, true);
    if (place !== null) this.b.store(shown, place.at, place.offset, { ordering: this.dice.pick(accessOrders) });
  }

  alias(region: Region): Region {
    this.b.store(region.at, address(HIDDEN), 8, { align: 8 });
    return { ...region, at: this.b.load("i64", address(HIDDEN), 8, { ordering: "volatile", align: 8 }) };
  }

  /** An indexed access behind a bounds check. */
  checked(): void {
    const b = this.b;
    const region = this.dice.pick(this.regions);
    const type = this.dice.pick(integers.filter((t) => widths[t] / 8 <= region.bytes));
    const bytes = widths[type] / 8;
    const length = Math.floor(region.bytes / bytes);
    let index = this.operand("i64");
    if (this.dice.chance(85)) index = b.binary("urem", index, i64(length));
    const good = b.block("inside");
    const bad = b.block("outside");
    b.branch(b.compare("ult", index, i64(length)), good, bad, "taken");
    b.at(bad);
    b.trap("out of bounds", index, i64(length));
    b.at(good);
    const at = b.binary("add", region.at, b.binary("mul", index, i64(bytes)));
    if (region.writable && this.dice.chance(50)) b.store(this.operand(type), at);
    else this.keep(b.load(type, at));
    this.scope.push(index);
  }

  bulk(): void {
    const b = this.b;
    const bytes = 1 + this.dice.below(16);
    const to = this.place(bytes, true);
    const from = this.place(bytes, false);
    if (to === null || from === null) return;
    const start = b.binary("add", to.at, i64(to.offset));
    const count = this.dice.chance(70) ? i64(bytes) : b.binary("and", this.operand("i64"), i64(7 & (bytes - 1)));
    if (this.dice.chance(30)) b.fill(start, this.operand("i8"), count);
    else if (this.dice.chance(40)) b.move(start, b.binary("add", from.at, i64(from.offset)), count);
    else {
      // Copies need places that cannot overlap: two different objects.
      const objects = this.regions.filter((r) => r.at.kind === "address" && r.bytes >= bytes);
      const target = objects.filter((r) => r.writable);
      if (target.length === 0) return;
      const into = this.dice.pick(target);
      const out = this.dice.pick(objects.filter((r) => r !== into));
      if (out !== undefined) b.copy(into.at, out.at, i64(bytes));
    }
  }

  atomic(): void {
    const type = this.dice.pick(integers);
    const bytes = widths[type] / 8;
    // Natural alignment, which the machine's atomic operations want: at the start of a region.
    const region = this.dice.pick(this.regions.filter((r) => r.writable && r.bytes >= bytes));
    const ordering = this.dice.pick(["relaxed", "acquire", "release", "seqcst"] as const);
    switch (this.dice.below(3)) {
      case 0:
        this.keep(this.b.atomic(this.dice.pick(atomics), region.at, this.operand(type), ordering));
        return;
      case 1:
        this.keep(this.b.compareExchange(region.at, this.operand(type), this.operand(type), ordering));
        return;
      default:
        this.b.fence(ordering);
    }
  }

  port(): void {
    const b = this.b;
    if (this.dice.chance(50)) b.machine("out32", [constant("i16", 0x80), this.operand("i32")], []);
    else this.keep(b.machine("in16", [this.operand("i16")], ["i16"])[0]!);
  }
}
