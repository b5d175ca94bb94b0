/**
 * Source of the kind a kernel is made of, as much as one likes: modules of about 480 lines that build on each other, each
 * with its classes, an allocator, a queue, a table, a parser, a state machine, checksums, and functions that may fail.
 * The same arguments give the same text.
 */

export interface Generated {
  /** By path. */
  readonly files: ReadonlyMap<string, string>;
  readonly entry: string;
  readonly lines: number;
}

/** About so many lines, in modules under src/. */
export function generateProgram(lines: number): Generated {
  const files = new Map<string, string>();
  let total = 0;
  let count = 0;
  for (; total < lines - 100; count++) {
    const text = moduleText(count);
    files.set(`src/m${count}.ts`, text);
    total += text.split("\n").length - 1;
  }
  const entry = mainText(count);
  files.set("src/main.ts", entry);
  return { files, entry: "src/main.ts", lines: total + entry.split("\n").length - 1 };
}

function mainText(count: number): string {
  const modules = Array.from({ length: count }, (_, k) => k);
  return `${modules.map((k) => `import { service${k} } from "./m${k}.ts";`).join("\n")}

export function main(): void {
  let sum: u64 = 0;
${modules.map((k) => `  sum = sum * 31 + service${k}(sum & 0xff);`).join("\n")}
  print\`\${sum}\\n\`;
}
`;
}

function moduleText(k: number): string {
  const parts = [head(k)];
  for (let copy = 0; copy < 2; copy++) {
    parts.push(pool(k, copy), queue(k, copy), table(k, copy), parser(k, copy), machine(k, copy), sums(k, copy));
  }
  parts.push(service(k));
  return parts.join("\n");
}

const head = (k: number) => `// Module ${k}: a service with its own storage.
${k > 0 ? `import { checksum${k - 1}_0, Packet${k - 1}_0 } from "./m${k - 1}.ts";\n` : ""}
const LIMIT_${k} = ${16 + (k % 7) * 8};
const MASK_${k}: u32 = 0x${((k * 2654435761) >>> 12).toString(16)};
`;

const pool = (k: number, c: number) => `export class Packet${k}_${c} {
  next: Ptr<Packet${k}_${c}> | null;
  length: u32;
  kind: u16;
  @bits(4) priority: u8;
  @bits(4) retries: u8;
  refs: Atomic<u32>;
  payload: Arr<u8, ${32 + 8 * c}>;
}

class Pool${k}_${c} {
  private free: Ptr<Packet${k}_${c}> | null;
  private items: Arr<Packet${k}_${c}, 32>;
  private used: u32;

  start(): void {
    this.free = null;
    for (let i: usize = 0; i < this.items.length; i++) {
      const item = ref(this.items[i]);
      item.next = this.free;
      this.free = item;
    }
    this.used = 0;
  }
  take(kind: u16): Res<Ptr<Packet${k}_${c}>> {
    const item = this.free;
    if (item === null) return err(Errno.ENOMEM);
    this.free = item.next;
    item.next = null;
    item.kind = kind;
    item.length = 0;
    item.priority = u8(kind & 7);
    item.retries = 0;
    item.refs.store(1);
    this.used++;
    return item;
  }
  give(item: Ptr<Packet${k}_${c}>): void {
    if (item.refs.sub(1) !== 1) return;
    item.next = this.free;
    this.free = item;
    this.used--;
  }
  count(): u32 {
    return this.used;
  }
}

const pool${k}_${c} = zeroed<Pool${k}_${c}>();

function fillPacket${k}_${c}(packet: Ptr<Packet${k}_${c}>, seed: u32): void {
  let state = seed ^ MASK_${k};
  for (let i: usize = 0; i < packet.payload.length; i++) {
    state = state * 1664525 + 1013904223;
    packet.payload[i] = u8(state >> 24);
  }
  packet.length = u32(packet.payload.length);
}
`;

const queue = (k: number, c: number) => `class Queue${k}_${c} {
  private first: Ptr<Packet${k}_${c}> | null;
  private last: Ptr<Packet${k}_${c}> | null;
  length: u32;

  put(packet: Ptr<Packet${k}_${c}>): void {
    packet.next = null;
    const last = this.last;
    if (last === null) this.first = packet;
    else last.next = packet;
    this.last = packet;
    this.length++;
  }
  get(): Ptr<Packet${k}_${c}> | null {
    const packet = this.first;
    if (packet === null) return null;
    this.first = packet.next;
    if (this.first === null) this.last = null;
    this.length--;
    return packet;
  }
  each(f: (packet: Ptr<Packet${k}_${c}>) => void): void {
    for (let p = this.first; p !== null; p = p.next) f(p);
  }
}

const queue${k}_${c} = zeroed<Queue${k}_${c}>();

function totalLength${k}_${c}(): u32 {
  let total: u32 = 0;
  queue${k}_${c}.each((packet) => {
    if (packet.priority > 2) total += packet.length;
  });
  return total;
}
`;

const table = (k: number, c: number) => `class Slot${k}_${c} {
  key: u64;
  value: u32;
  used: boolean;
}

class Table${k}_${c} {
  slots: Arr<Slot${k}_${c}, 64>;

  private find(key: u64): Ptr<Slot${k}_${c}> | null {
    let at = (key * 0x9e3779b97f4a7c15) >> 58;
    for (let step = 0; step < 64; step++) {
      const slot = ref(this.slots[at]);
      if (!slot.used || slot.key === key) return slot;
      at = (at + 1) & 63;
    }
    return null;
  }
  set(key: u64, value: u32): Res<void> {
    const slot = this.find(key);
    if (slot === null) return err(Errno.ENOSPC);
    slot.used = true;
    slot.key = key;
    slot.value = value;
  }
  value(key: u64): Res<u32> {
    const slot = this.find(key);
    if (slot === null || !slot.used) return err(Errno.ENOENT);
    return slot.value;
  }
}

const table${k}_${c} = zeroed<Table${k}_${c}>();
`;

const parser = (k: number, c: number) => `function number${k}_${c}(text: string): Res<u64> {
  if (text.length === 0) return err(Errno.EINVAL);
  let value: u64 = 0;
  for (const digit of text) {
    if (digit < byte("0") || digit > byte("9")) return err(Errno.EINVAL);
    value = value * 10 + u64(digit - byte("0"));
    if (value > 1_000_000_${k}) return err(Errno.ERANGE);
  }
  return value;
}

function words${k}_${c}(line: string, each: (word: string) => void): u32 {
  let start: usize = 0;
  let count: u32 = 0;
  for (let i: usize = 0; i <= line.length; i++) {
    if (i < line.length && line[i] !== byte(" ")) continue;
    if (i > start) {
      each(line.sub(start, i));
      count++;
    }
    start = i + 1;
  }
  return count;
}

function sumOfNumbers${k}_${c}(line: string): u64 {
  let sum: u64 = 0;
  words${k}_${c}(line, (word) => {
    const n = number${k}_${c}(word);
    if (!isErr(n)) sum += n;
  });
  return sum;
}
`;

const machine = (k: number, c: number) => `enum State${k}_${c} {
  Idle,
  Sending,
  Waiting,
  Failed,
}

class Link${k}_${c} {
  state: State${k}_${c};
  tries: u32;
  deadline: u64;

  step(now: u64, acknowledged: boolean): boolean {
    switch (this.state) {
      case State${k}_${c}.Idle:
        if (queue${k}_${c}.length === 0) return false;
        this.state = State${k}_${c}.Sending;
        this.tries = 0;
        return true;
      case State${k}_${c}.Sending:
        this.deadline = now + ${50 + c * 10};
        this.state = State${k}_${c}.Waiting;
        return true;
      case State${k}_${c}.Waiting:
        if (acknowledged) {
          const packet = queue${k}_${c}.get();
          if (packet !== null) pool${k}_${c}.give(packet);
          this.state = State${k}_${c}.Idle;
          return true;
        }
        if (now < this.deadline) return false;
        this.tries++;
        this.state = this.tries > 3 ? State${k}_${c}.Failed : State${k}_${c}.Sending;
        return true;
      case State${k}_${c}.Failed:
        klog\`link ${k}.${c} failed after \${this.tries} tries at \${hex(now)}\`;
        this.state = State${k}_${c}.Idle;
        return false;
    }
  }
}

const link${k}_${c} = zeroed<Link${k}_${c}>();
`;

const sums = (k: number, c: number) => `export function checksum${k}_${c}(data: View<u8>): u16 {
  let sum: u32 = 0;
  let i: usize = 0;
  while (i + 1 < data.length) {
    sum += (u32(data[i]) << 8) | u32(data[i + 1]);
    i += 2;
  }
  if (i < data.length) sum += u32(data[i]) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return u16(~sum);
}

function exchange${k}_${c}(rounds: u32): Res<u32> {
  let done: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    const packet = orReturn(pool${k}_${c}.take(u16(i)));
    fillPacket${k}_${c}(packet, i);
    const sum = checksum${k}_${c}(slice(packet.payload));
    const stored = table${k}_${c}.set(u64(i), u32(sum));
    if (isErr(stored)) {
      pool${k}_${c}.give(packet);
      return stored;
    }
    queue${k}_${c}.put(packet);
    let now: u64 = u64(i) * 100;
    while (link${k}_${c}.step(now, now % 3 === 0)) now += 7;
    done += orReturn(table${k}_${c}.value(u64(i)));
  }
  return done + totalLength${k}_${c}();
}
`;

const service = (k: number) => `export function service${k}(seed: u64): u64 {
  let result: u64 = seed;
${[0, 1]
  .map(
    (c) => `  pool${k}_${c}.start();
  const r${c} = exchange${k}_${c}(LIMIT_${k} / ${c + 2});
  if (!isErr(r${c})) result = result * 7 + u64(r${c});
  result += sumOfNumbers${k}_${c}("12 ${k} x 77") + u64(pool${k}_${c}.count());`,
  )
  .join("\n")}
${
  k > 0
    ? `  const other = zeroed<Packet${k - 1}_0>();
  other.length = u32(result);
  result ^= u64(checksum${k - 1}_0(slice(other.payload))) + u64(other.length);
`
    : ""
}  return result;
}
`;
