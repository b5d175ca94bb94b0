// Tagged unions: the first field tells the members apart, switch must name them all.
class Read {
  kind: "read";
  lba: u64;
  count: u32;
}
class Write {
  kind: "write";
  lba: u64;
  data: Ptr<u8>;
}
class Flush {
  kind: "flush";
}
type Request = Read | Write | Flush;
type Mode = "slow" | "fast";
enum Color {
  Red,
  Green = 5,
  Blue,
}
class Untagged {
  a: u8;
}
type Bad = Read | Untagged; // tsc: no, error: Untagged has no tag
class SameTag {
  kind: "read";
}
type Twice = Read | SameTag; // tsc: no, error: two members of the union have the tag "read"

declare let request: Ptr<Request>, slot: Ptr<Arr<Request, 4>>, n: u64, mode: Mode, color: Color, data: Ptr<u8>;
declare function other(): void;
let current: Request = { kind: "flush" };

export function narrowing(): void {
  n = request.lba; // error: only Read and Write of Request has lba
  if (request.kind === "read") n = request.lba + u64(request.count);
  if (request.kind !== "read") return;
  n = request.lba;
  n = request.data; // error: Read has no field data
  other();
  n = request.lba; // tsc: no, error: only Read and Write of Request has lba
}

export function exhaustive(): u64 {
  switch (request.kind) {
    case "read":
      return request.lba;
    case "write":
      data = request.data;
      return request.lba;
    case "flush":
      return 0;
  }
}

export function missing(): void {
  switch (request.kind) { // tsc: no, error: no case for "flush"
    case "read":
    case "write":
      n = request.lba;
      break;
  }
  switch (request.kind) {
    case "read":
      n = request.lba;
      break;
    default:
      n = request.lba; // error: only Write of Write | Flush has lba
  }
  switch (request.kind) {
    case "raed": // error: "flush" | "read" | "write" expected, this is "raed"
      break;
    default:
  }
}

export function making(): void {
  current = { kind: "read", lba: 5, count: 1 };
  current = { kind: "write", lba: 5 }; // error: the field data of Write is missing
  current = { kind: "erase" }; // error: Request has no member with the tag "erase"
  slot[0][1] = { kind: "flush" };
  request.kind = "read"; // tsc: no, error: the tag kind is not assigned by itself
  const r: Request = { kind: "read", lba: 1, count: 2 };
  if (r.kind === "read") n = r.lba;
}

export function symbols(): void {
  mode = "fast";
  mode = "medium"; // error: "fast" | "slow" expected, this is "medium"
  if (mode === "slow") n = 1;
  switch (mode) {
    case "slow":
      n = 2;
      break;
    case "fast":
      n = 3;
      break;
  }
}

export function enums(): u32 {
  color = Color.Red;
  color = 5; // tsc: no, error: an integer is not a Color
  color = Color.Purple; // error: Color has no member Purple
  color = unit<Color>(5);
  const c = unit<Color>(6);
  const x: u32 = u32(c) + Color.Green;
  n = u64(-Errno.ENOSYS);
  switch (c) { // tsc: no, error: no case for Color.Blue
    case Color.Red:
    case Color.Green:
      return x;
  }
  return 0;
}

export function allNamed(c: Color): u32 {
  switch (c) {
    case Color.Red:
      return 1;
    case Color.Green:
    case Color.Blue:
      return 2;
  }
}

export function fresh(): void {
  const flush = new Flush();
  if (flush.kind === "flush") n = 1;
  if (flush.kind === "read") n = 1; // error: "flush" expected, this is "read"
}
