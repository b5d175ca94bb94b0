/** A program for edits.ts: declarations of all kinds that know each other, across modules. */
export const declarations = new Map([
  [
    "src/shapes.ts",
    `export class Circle {
  kind: "circle";
  radius: u32;
}
export class Square {
  kind: "square";
  side: u16;
  tag: u8;
}
export class Line {
  kind: "line";
  length: u64;
}
export type Shape = Circle | Square | Line;
export type Round = Circle | Square;
export type Size = u32;
export type Count = Size;
export type Meters = Unit<"Meters", u32>;
export enum Color {
  Red,
  Green,
  Blue,
}
export const SIDES = 4;
const DOUBLE = SIDES * 2;
export const LIMIT: u32 = 12;

export class Point {
  x: u32;
  y: u32;
  color: Color;

  set(x: u32, y: u32): void {
    this.x = x;
    this.y = y;
    this.color = Color.Green;
  }
  sum(): u32 {
    return this.x + this.y + u32(this.color);
  }
}
export class Box {
  low: Point;
  high: Point;
  next: Ptr<Box> | null;
  name: Arr<u8, typeof DOUBLE>;

  span(scale: u32): Size {
    return (this.high.x - this.low.x) * scale;
  }
}
export class Ring<T, N extends number> {
  items: Arr<T, N>;
  at: u32;

  slot(): Ptr<T> {
    this.at++;
    return ref(this.items[u64(this.at) % this.items.length]);
  }
}

export function area(shape: Ptr<Shape>): u64 {
  switch (shape.kind) {
    case "circle":
      return u64(shape.radius) * 3;
    case "square":
      return u64(shape.side) * u64(shape.side);
    case "line":
      return shape.length;
  }
}
export function firstOf(boxes: Slice<Box>, i: u64): Ptr<Box> {
  return ref(boxes[i]);
}
export function colorOf(point: Ptr<Point>): Color {
  return point.color;
}
`,
  ],
  [
    "src/store.ts",
    `import { type Box, type Color, type Count, firstOf, type Point, Ring, type Shape } from "./shapes.ts";

export interface Holder {
  count(): u32;
}
export class Shelf implements Holder {
  boxes: Arr<Box, 3>;
  ring: Ring<Point, 4>;
  left: Count;
  last: Ptr<Shelf> | null;
  shape: Ptr<Shape> | null;

  count(): u32 {
    return this.left;
  }
  put(x: u32): void {
    const box = firstOf(slice(this.boxes), u64(x % 3));
    box.low.set(x, x + 1);
    box.high.set(x * 3, x + 7);
    this.ring.slot().set(x, this.left);
    this.left += box.span(2);
  }
}
export const shelf = zeroed<Shelf>();
export const spare = zeroed<Ring<Box, 2>>();
let wanted: Count = 3;

export function counted<H extends Holder>(holder: Ptr<H>): u32 {
  return holder.count() + wanted;
}
export function each(boxes: Slice<Box>, f: (box: Ptr<Box>) => void): void {
  for (let i: u64 = 0; i < boxes.length; i++) f(firstOf(boxes, i));
}
export function sizes(): u64 {
  return sizeOf<Box>() * 1000 + sizeOf<Shelf>() + sizeOf<Color>();
}
`,
  ],
  [
    "src/main.ts",
    `import { area, type Circle, Color, colorOf, LIMIT, type Point, type Shape, SIDES, type Square } from "./shapes.ts";
import { counted, each, shelf, sizes, spare } from "./store.ts";

class Pair {
  x: u32;
  y: u32;
  color: Color;
}
class Local {
  point: Point;
  circle: Circle;
  square: Square;
}
const local = zeroed<Local>();
const origin: Pair = { x: 1, y: 2, color: Color.Blue };

function total(): u32 {
  let sum: u32 = 0;
  each(slice(shelf.boxes), (box) => {
    sum += box.low.sum() + u32(box.name[0]);
  });
  return sum + local.circle.radius;
}
function shapes(): u64 {
  const one: Shape = { kind: "square", side: 3, tag: 1 };
  return area(ref(one)) + u64(SIDES);
}
function colors(): u32 {
  const color = colorOf(ref(local.point));
  if (color === Color.Red) return 1;
  return u32(color) + origin.x + u32(origin.color);
}

export function main(): void {
  for (let i: u32 = 0; i < LIMIT; i++) shelf.put(i);
  spare.slot().low.set(1, 2);
  print\`\${total()} \${shapes()} \${colors()} \${counted(ref(shelf))} \${sizes()}\\n\`;
}
`,
  ],
]);
