// The virtual console: a terminal line without a line. Bytes that the host has go into buffers that we have laid out for
// it; bytes for the host go into others, as many at once as are there, which makes it the quickest way to see what a program
// prints. (Virtual I/O Device 1.2, 5.3)
import { allocFrame, type Frame, OWNER_DRIVERS, physOf, virtOf } from "../memory/frames.ts";
import { Locked } from "../sync/spin.ts";
import type { PciFunction } from "./pci.ts";
import { startTty, Tty, ttyInput, ttyTake } from "./tty.ts";
import { type Doorbell, F_EVENT_INDEX, Virtio } from "./virtio.ts";
import { Descriptor, Finished, QUEUE_SIZE, Virtqueue } from "./virtqueue.ts";

const F_SIZE: u64 = 1;
const RECEIVE: u16 = 0;
const TRANSMIT: u16 = 1;
/** Both frames are cut into buffers of this size. */
const BUFFER_BYTES = 512;
const BUFFERS = 8;

class Configuration {
  readonly columns: Vol<u16>;
  readonly rows: Vol<u16>;
}

class Console {
  started: boolean;
  virtio: Virtio;
  receive: Virtqueue;
  transmit: Virtqueue;
  receiveBell: Ptr<Doorbell>;
  transmitBell: Ptr<Doorbell>;
  input: Ptr<Frame>;
  output: Ptr<Frame>;
  /** Buffers with input, in the order in which they came: which, how many bytes, how many of them were handed over. */
  arrived: Arr<u8, typeof BUFFERS>;
  bytes: Arr<u32, typeof BUFFERS>;
  first: u32;
  count: u32;
  handed: u32;
  handing: boolean;
  again: boolean;
  /** A bit for each buffer of the output that is free. */
  free: u32;
}

const console = zeroed<Locked<Console>>();
const storage = zeroed<Tty>();
let tty: Ptr<Tty> = late();

/** Takes the console into use: its terminal. EEXIST for a second one; ENODEV, ENXIO, ENOMEM, EIO. */
export function startVirtioConsole(it: Ptr<PciFunction>): Res<Ptr<Tty>> {
  using c = console.enter();
  const v = c.v;
  if (v.started) return err(Errno.EEXIST);
  orReturn(v.virtio.find(it));
  orReturn(v.virtio.begin(F_SIZE | F_EVENT_INDEX));
  orReturn(v.virtio.claimInterrupts("virtio-console", 2, onInterrupt, afterInterrupt, 0));
  orReturn(v.virtio.startQueue(RECEIVE, ref(v.receive)));
  orReturn(v.virtio.startQueue(TRANSMIT, ref(v.transmit)));
  v.receiveBell = orReturn(v.virtio.doorbell(RECEIVE));
  v.transmitBell = orReturn(v.virtio.doorbell(TRANSMIT));
  v.input = orReturn(allocFrame(OWNER_DRIVERS));
  v.output = orReturn(allocFrame(OWNER_DRIVERS));
  v.free = (1 << BUFFERS) - 1;
  let rows: u16 = 24;
  let columns: u16 = 80;
  if (v.virtio.has(F_SIZE)) {
    const configuration = orReturn(v.virtio.configuration<Configuration>());
    if (configuration.rows !== 0) rows = configuration.rows;
    if (configuration.columns !== 0) columns = configuration.columns;
  }
  tty = ref(storage);
  tty.kick = send;
  tty.resume = handOver;
  startTty(tty, rows, columns);
  v.virtio.go();
  for (let i: u32 = 0; i < BUFFERS; i++) offer(v, i);
  ringReceive(v);
  v.started = true;
  return tty;
}

// ---- input

function bufferAt(frame: Ptr<Frame>, index: u32): u64 {
  return u64(physOf(frame)) + u64(index) * BUFFER_BYTES;
}

/** An empty buffer for what the host has. */
function offer(v: Ptr<Console>, index: u32): void {
  const one = zeroed<Arr<Descriptor, 1>>();
  one[0].address = bufferAt(v.input, index);
  one[0].bytes = BUFFER_BYTES;
  ignore(v.receive.add(slice(one), 0, u64(index)), "there is a descriptor for each buffer");
}

function ringReceive(v: Ptr<Console>): void {
  if (v.receive.shouldNotify()) v.receiveBell.queue = RECEIVE;
}

function onInterrupt(_context: u64): boolean {
  using c = console.enter();
  return c.v.virtio.acknowledge();
}

function afterInterrupt(_context: u64): void {
  collect();
  handOver(tty);
  send(tty);
}

function collect(): void {
  using c = console.enter();
  const v = c.v;
  const finished = zeroed<Finished>();
  for (let n: u32 = 0; n < BUFFERS; n++) {
    if (v.count === BUFFERS || !v.receive.take(ref(finished))) break;
    const place = (v.first + v.count) % BUFFERS;
    v.arrived[place] = u8(finished.token);
    v.bytes[place] = finished.bytes < BUFFER_BYTES ? finished.bytes : u32(BUFFER_BYTES);
    v.count++;
  }
  for (let n: u32 = 0; n < BUFFERS; n++) {
    if (!v.transmit.take(ref(finished))) break;
    v.free |= u32(1) << u32(finished.token & (BUFFERS - 1));
  }
}

/** What came goes to the terminal, as far as it wants it; a buffer that is empty goes back to the host. */
function handOver(to: Ptr<Tty>): void {
  if (!beginHanding()) return;
  for (let turn: u32 = 0; turn < QUEUE_SIZE * BUFFERS; turn++) {
    const part = zeroed<Arr<u8, 64>>();
    const count = nextPart(slice(part));
    const done = count === 0 ? 0 : ttyInput(to, slice(part, count));
    handed(u32(done));
    if (done === count && count > 0) continue;
    if (endHanding()) return;
  }
  endHanding();
}

function beginHanding(): boolean {
  using c = console.enter();
  const free = !c.v.handing;
  if (!free) c.v.again = true;
  c.v.handing = true;
  return free;
}

/** False when somebody asked meanwhile. */
function endHanding(): boolean {
  using c = console.enter();
  c.v.handing = c.v.again;
  c.v.again = false;
  return !c.v.handing;
}

function nextPart(into: Slice<u8>): usize {
  using c = console.enter();
  const v = c.v;
  if (v.count === 0) return 0;
  const index = u32(v.arrived[v.first]) & (BUFFERS - 1);
  const left = usize(v.bytes[v.first] - v.handed);
  const count = left < into.length ? left : into.length;
  const all = slice(virtOf<u8>(v.input), BUFFER_BYTES * BUFFERS);
  const from = usize(index) * BUFFER_BYTES + usize(v.handed);
  copySlice(into.sub(0, count), all.sub(from, from + count));
  return count;
}

function handed(count: u32): void {
  using c = console.enter();
  const v = c.v;
  v.handed += count;
  if (v.count === 0 || v.handed < v.bytes[v.first]) return;
  offer(v, u32(v.arrived[v.first]) & (BUFFERS - 1));
  ringReceive(v);
  v.first = (v.first + 1) % BUFFERS;
  v.count--;
  v.handed = 0;
}

// ---- output

/** As many bytes as there are go into buffers that are free. */
function send(from: Ptr<Tty>): void {
  using c = console.enter();
  const v = c.v;
  const finished = zeroed<Finished>();
  for (let n: u32 = 0; n < BUFFERS; n++) {
    if (!v.transmit.take(ref(finished))) break;
    v.free |= u32(1) << u32(finished.token & (BUFFERS - 1));
  }
  for (let n: u32 = 0; n < BUFFERS; n++) {
    if (v.free === 0) break;
    const index = trailingZeros(v.free);
    const all = slice(virtOf<u8>(v.output), BUFFER_BYTES * BUFFERS);
    const start = usize(index) * BUFFER_BYTES;
    const count = ttyTake(from, all.sub(start, start + BUFFER_BYTES));
    if (count === 0) break;
    const one = zeroed<Arr<Descriptor, 1>>();
    one[0].address = bufferAt(v.output, index);
    one[0].bytes = u32(count);
    v.free &= ~(u32(1) << index);
    ignore(v.transmit.add(slice(one), 1, u64(index)), "there is a descriptor for each buffer");
  }
  if (v.transmit.shouldNotify()) v.transmitBell.queue = TRANSMIT;
}
