/**
 * Mutated sources for the fuzz tests: pieces of real programs dropped, doubled, swapped and replaced by tokens that mean
 * something somewhere. A seed gives the same mutations on every machine.
 */

/** xorshift32: equal seeds, equal numbers. */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = (seed * 2654435761 + 1) >>> 0 || 1;
  }
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return this.state % limit;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

const tokens =
  `null true this 0 1 -1 255 0x1_0000_0000_0000_0000 1.5 "text" \`x\` Ptr Slice Arr Res Atomic Vol User u8 u64 i32 f64 void never
  boolean string number any Errno Errno.EIO new using const let return break continue if else while for of switch case default
  class enum type interface extends ref addr slice zeroed late comptime orReturn isErr err defer attr interrupt syscall klog
  unsafe.ptr copy sizeOf constant perCpu claimPorts ( ) [ ] { } < > , ; : ? => = === !== == + - * / % & | ^ ~ ! << >> >>> && || ?? ?.
  ++ -- += @packed @bits(3) @at(4) private readonly static async await function export import typeof as | _ x`.split(
    /\s+/,
  );

const word = /[A-Za-z_$][\w$]*|0[xX][\w]+|\d[\w.]*|"[^"\n]*"|\/\/[^\n]*|\s+|[^\sA-Za-z_$\d]/g;

const isWord = (part: string) => /^[A-Za-z_$]/.test(part);
const isNumber = (part: string) => /^\d/.test(part);
const operators = ["+", "-", "*", "/", "%", "&", "|", "^", "<", ">"];

/** Another token of the same kind, so that what comes out still parses, most of the time. */
function alike(parts: readonly string[], at: number, random: Random): string {
  const part = parts[at];
  if (isNumber(part)) return random.pick(["0", "1", "7", "255", "256", "0x8000_0000", "0xffff_ffff_ffff_ffff", "1.5"]);
  if (operators.includes(part)) return random.pick(operators);
  if (!isWord(part)) return part;
  for (let tries = 0; tries < 20; tries++) {
    const other = parts[random.below(parts.length)];
    if (isWord(other)) return other;
  }
  return part;
}

/** One to four mutations of a source, token by token; half of them replace a token by one of its kind. */
export function mutate(text: string, random: Random): string {
  const parts = text.match(word) ?? [];
  const count = 1 + random.below(4);
  for (let i = 0; i < count && parts.length > 0; i++) {
    const at = random.below(parts.length);
    switch (random.below(14)) {
      case 0:
        parts.splice(at, 1);
        break;
      case 1:
        parts.splice(at, 1 + random.below(8));
        break;
      case 2:
        parts.splice(at, 0, random.pick(tokens), " ");
        break;
      case 3:
        parts[at] = random.pick(tokens);
        break;
      case 4:
        parts[at] = parts[random.below(parts.length)];
        break;
      case 5:
        parts.splice(at, 0, ...parts.slice(at, at + 1 + random.below(20)));
        break;
      case 6: {
        const from = random.below(parts.length);
        parts.splice(at, 0, ...parts.slice(from, from + 1 + random.below(12)));
        break;
      }
      default: {
        let target = at;
        for (
          let tries = 0;
          tries < 20 && !isWord(parts[target]) && !isNumber(parts[target]) && !operators.includes(parts[target]);
          tries++
        )
          target = random.below(parts.length);
        parts[target] = alike(parts, target, random);
      }
    }
  }
  return parts.join("");
}
