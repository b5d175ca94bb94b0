/**
 * What the cost classes cost on the reference microarchitecture, AMD Zen 4 (family 19h, model 11h): one line for each class that
 * mnemonics.ts gives to rows. The numbers are our own measurements (bench/cost/measure.ts; the results, with date and
 * processor, stand in bench/cost/measured.txt); what a user program cannot measure comes from the manual named in the line's
 * comment.
 *
 *     class  latency  slots  units  [alone]
 *
 * **latency**: cycles from the last source to the result, memory apart. **slots**: of the six instructions that are dispatched
 * in a cycle, so a microcoded instruction that keeps the front end busy for n cycles has 6n. **units**: what it occupies, by
 * the names of `Unit`, with a count in front when it is not 1 ("2alu", "6div"); loads and stores of memory operands are
 * not listed, they follow from the operands. **alone**: the processor does nothing else meanwhile (serializing, or
 * microcode that is longer than any overlap): then latency is all it costs.
 */

/** Execution units as sets of pipes. Bits: four integer pipes, three for addresses, two for stores, four for floats, two dividers. */
export const Unit = {
  alu: 0b1111,
  /** Shifts, SETcc, CMOVcc, three-part LEA: two of the four pipes. */
  half: 0b0110,
  mul: 0b0010,
  load: 0b111 << 4,
  /** Loads of vectors, and all stores' addresses. */
  vload: 0b011 << 4,
  store: 0b11 << 7,
  float: 0b1111 << 9,
  fadd: 0b1100 << 9,
  fmul: 0b0011 << 9,
  /** Integer division, and division and square root of floats: not pipelined. */
  div: 1 << 13,
  fdiv: 1 << 14,
  /** Shuffles of vectors: of one, and those with more work in them. */
  permute: 0b1110 << 9,
  shuffle: 0b0110 << 9,
  /** Moves from vector to general registers, and back. */
  cross: 0b1000 << 9,
} as const;
export type Unit = keyof typeof Unit;

export interface ClassCost {
  readonly latency: number;
  readonly slots: number;
  /** Pipe set and number of cycles in one of its pipes. */
  readonly units: readonly { readonly pipes: number; readonly count: number }[];
  readonly alone: boolean;
}

const table = `
# Integer arithmetic and logic
alu             1    1   alu
alu-carry       1    1   alu
mov             1    1   alu
lea             1    1   alu
extend          1    1   alu
shift           1    1   half
shift-cl        1    1   half
shift-x         1    1   half
rotate-carry    4    8   4half
rotate-carry-cl 4    8   4half
shift-double    2    6   2mul
shift-double-cl 2    6   2mul
bit-test        1    1   half
bit-change      2    2   2half
bit-scan        1    1   alu
crc             3    1   mul
bit-field       1    1   half
bit-permute     3    1   mul
bswap           1    1   alu
mul8            3    1   mul
mul16           3    3   mul
mul32           3    2   mul
mul64           3    2   mul
mul-low         3    1   mul
div8            9    2   6div
div16           9    2   6div
div32           9    2   6div
div64           9    2   6div
idiv8           9    2   6div
idiv16          9    2   6div
idiv32          9    2   6div
idiv64          9    2   6div
decimal         12   18  alu
xchg            0    2
xadd            1    4   2alu
cmpxchg         3    6   3alu
cmpxchg-wide    12   36  4alu
setcc           1    1   half
cmov            1    1   half
flag            1    1   alu
direction       3    18
flags-to-ah     1    1   alu
nop             0    0.5

# Stack
push            0    1
pop             0    1
push-all        8    48
push-flags      4    12
pop-flags       18   90
enter           10   72
leave           0    2

# Near transfers
branch          1    1   half
branch-count    1    2   2alu
jmp             0    1   half
jmp-indirect    1    1   half
call            0    2   half
call-indirect   0    2   half
ret             0    1   half

# Strings: one iteration without a repeat prefix
string-move     3    18
string-store    3    18
string-load     3    18
string-compare  3    18
table           2    6

# What the kernel of the host lets a user program do, measured
serialize       100  6   alone
pause           92   6   alone
clock           35   6   alone
random          68   6   alone
fence           58   6   alone
cache-line      0    1
cache-flush     2000 6   alone
segment         60   6   alone
segment-base    44   6   alone

# Privileged: orders of magnitude only, after the instruction latencies that AMD publishes for older families (APM has none)
far             120  6   alone
interrupt       120  6   alone
system-call     80   6   alone
io              1000 6   alone
interrupt-flag  8    18
control-register 60  6   alone
system          30   6   alone
msr             100  6   alone

# MMX, SSE, AVX
vector-move     1    1   float
vector-logic    1    1   float
vector-integer  1    1   float
vector-shuffle  1    1   permute
vector-integer-multiply 3 1 fmul
vector-add      3    1   fadd
vector-compare  2    1   fadd
vector-multiply 3    1   fmul
vector-fma      4    1   fmul
vector-divide   12   1   4.5fdiv
vector-root     20   1   9fdiv
vector-reciprocal 4  1   fmul
vector-convert  3    1   fadd
vector-horizontal 6  4   2shuffle fadd
vector-test     1    2   cross
vector-flags    4    2   fadd
vector-to-general 1  1   cross
general-to-vector 1  2   cross shuffle
vector-string   6    8   2fmul
vector-cipher   4    1   fmul
vector-gather   10   24  4load
vector-store    1    1   float
vector-control  8    12
vector-clear    0    2
state-save      84   6   alone
state-restore   190  6   alone

# x87
x87-move        0    2   float
x87-sign        1    2   float
x87-constant    1    2   float
x87-convert     6    6   2fadd
x87-decimal     190  6   alone
x87-add         7    1   fadd
x87-mul         7    1   fmul
x87-div         15   1   6fdiv
x87-sqrt        22   1   10fdiv
x87-compare     1    2   fadd
x87-conditional 20   120
x87-remainder   12   60  fmul
x87-transcendental 70 6  alone
x87-control     4    6   float
x87-environment 105  6   alone
`;

function parse(text: string): ReadonlyMap<string, ClassCost> {
  const classes = new Map<string, ClassCost>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [name, latency, slots, ...rest] = line.split(/ +/) as [string, string, string, ...string[]];
    const alone = rest.includes("alone");
    const units = rest
      .filter((word) => word !== "alone")
      .map((word) => {
        const [, count, unit] = /^([\d.]*)([a-z]+)$/.exec(word)!;
        return { pipes: Unit[unit as Unit], count: count === "" ? 1 : Number(count) };
      });
    classes.set(name, { latency: Number(latency), slots: Number(slots), units, alone });
  }
  return classes;
}

/** By the names in `Row.cost`. */
export const costClasses: ReadonlyMap<string, ClassCost> = parse(table);
