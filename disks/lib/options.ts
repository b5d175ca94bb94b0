// Options, as POSIX has them ("Utility Conventions"), and --help: letters that may stand together, values behind them or in
// the next argument, long names, operands anywhere between, "--" before operands that look like options.

import { programName } from "./environment.ts";
import { exit } from "./hooks.ts";
import { errors, out } from "./stream.ts";
import { has, indexOf, startsWith } from "./text.ts";

export class Options {
  /** The argument that is looked at next, and the letter in it (0: not inside one). */
  private next: usize;
  private inside: usize;
  /** Operands move to the front: this many so far. */
  private operands: usize;
  /** Of the option that came last. */
  value: string;

  /**
   * `letters`: the options; one with ":" behind it takes a value; "+" in front: options end at the first operand. `names`:
   * long ones with their letters, "all=a number=n". `status`: how the program ends when it is called wrongly.
   */
  constructor(
    private given: Slice<string>,
    private letters: string,
    private names: string,
    private help: string,
    private status: i32,
  ) {
    this.next = 0;
    this.inside = 0;
    this.operands = 0;
    this.value = "";
  }

  /** The letter of the next option, 0 after the last. Ends the program at --help and at mistakes. */
  take(): u8 {
    if (this.inside > 0) return this.letter();
    while (this.next < this.given.length) {
      const argument = this.given[this.next];
      this.next++;
      if (argument === "--") break;
      if (startsWith(argument, "--")) return this.long(argument.sub(2, argument.length));
      if (argument.length > 1 && argument[0] === byte("-")) {
        this.inside = 1;
        return this.letter();
      }
      if (this.letters.length > 0 && this.letters[0] === byte("+")) {
        this.next--;
        break;
      }
      this.given[this.operands] = argument;
      this.operands++;
    }
    while (this.next < this.given.length) {
      this.given[this.operands] = this.given[this.next];
      this.operands++;
      this.next++;
    }
    return 0;
  }

  private letter(): u8 {
    const argument = this.given[this.next - 1];
    const c = argument[this.inside];
    this.inside++;
    const at = indexOf(this.letters, c, 0);
    if (at === this.letters.length || c === byte(":") || c === byte("+")) this.wrong("invalid option -- '", argument.sub(this.inside - 1, this.inside));
    const rest = argument.sub(this.inside, argument.length);
    if (at + 1 < this.letters.length && this.letters[at + 1] === byte(":")) {
      this.inside = 0;
      this.value = rest.length > 0 ? rest : this.nextArgument(argument.sub(argument.length - 1, argument.length));
    } else if (rest.length === 0) this.inside = 0;
    return c;
  }

  private nextArgument(of: string): string {
    if (this.next === this.given.length) this.wrong("option requires an argument -- '", of);
    this.next++;
    return this.given[this.next - 1];
  }

  private long(given: string): u8 {
    const equals = indexOf(given, byte("="), 0);
    const name = given.sub(0, equals);
    if (name === "help") {
      out.write(this.help);
      exit(0);
    }
    for (let at: usize = 0; at < this.names.length; at = indexOf(this.names, byte(" "), at) + 1) {
      const end = indexOf(this.names, byte("="), at);
      if (this.names.sub(at, end) !== name) continue;
      const c = this.names[end + 1];
      const takes = has(this.letters, byte(":")) && this.takesValue(c);
      if (takes) this.value = equals < given.length ? given.sub(equals + 1, given.length) : this.nextArgument(name);
      else if (equals < given.length) this.wrong("option takes no value -- '", name);
      return c;
    }
    this.wrong("unrecognized option '--", name);
  }

  private takesValue(c: u8): boolean {
    const at = indexOf(this.letters, c, 0);
    return at + 1 < this.letters.length && this.letters[at + 1] === byte(":");
  }

  private wrong(what: string, option: string): never {
    errors.write(programName());
    errors.write(": ");
    errors.write(what);
    errors.write(option);
    errors.line("'");
    this.usage();
  }

  /** What is wrong with how the program was called, and the end. */
  usage(): never {
    out.flush();
    errors.write(this.help);
    exit(this.status);
  }

  /** What is no option, after the last one was taken. */
  rest(): Slice<string> {
    return this.given.sub(0, this.operands);
  }
}
