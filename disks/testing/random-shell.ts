/**
 * Random shell scripts that mean something: each ends, writes what it computes with printf, and uses only what POSIX defines,
 * so that two shells must agree about every byte and the exit status.
 */

/** A generator of numbers below a limit, the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const names = ["a", "b", "c", "d"];
const literals = [
  "x",
  "yy",
  "3",
  "foo.c",
  "/usr/lib/z.tar.gz",
  "a:b:c",
  "-n",
  "12",
  "0",
  "*",
  "f?",
  "[ab]*",
  "q=r",
  "  sp  ",
];

export class ScriptMaker {
  readonly #below: (below: number) => number;
  #depth = 0;
  #loops = 0;
  #functions = 0;
  #inFunction = false;

  constructor(seed: number) {
    this.#below = numbersFrom(seed);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }

  #name(): string {
    return this.#pick(names);
  }

  script(): string {
    const lines = [
      'p() { printf \'%s\' "$#"; for p_x in "$@"; do printf \'<%s>\' "$p_x"; done; echo; }',
      `a=${this.#quoted(this.#pick(literals))}`,
      `b=${this.#quoted(this.#pick(literals))}`,
      `set -- ${this.#words(3)}`,
      ": > fa; : > fb; : > g.c",
    ];
    const count = 2 + this.#below(6);
    for (let k = 0; k < count; k++) lines.push(this.#command());
    lines.push('p "$?" "$a" "$b" "$#"');
    return `${lines.join("\n")}\n`;
  }

  #words(most: number): string {
    return Array.from({ length: this.#below(most + 1) }, () => this.#word()).join(" ");
  }

  #quoted(text: string): string {
    switch (this.#below(3)) {
      case 0:
        return `'${text}'`;
      case 1:
        return `"${text}"`;
      default:
        return text.replace(/[^\w./:=-]/g, (c) => `\\${c}`);
    }
  }

  #literal(): string {
    const text = this.#pick(literals);
    return this.#below(4) === 0 && !/\s/.test(text) ? text : this.#quoted(text);
  }

  #word(): string {
    this.#depth++;
    const parts = Array.from({ length: 1 + this.#below(this.#depth > 4 ? 1 : 2) }, () => this.#part());
    this.#depth--;
    return parts.join("");
  }

  #part(): string {
    switch (this.#below(this.#depth > 5 ? 4 : 11)) {
      case 0:
      case 1:
        return this.#literal();
      case 2:
        return `$${this.#name()}`;
      case 3:
        return `"$${this.#name()}"`;
      case 4:
        return this.#parameter();
      case 5:
        return `"${this.#parameter()}"`;
      case 6:
        return `$((${this.#arithmetic(3)}))`;
      case 7:
        return `$(${this.#producer()})`;
      case 8:
        return `"$(${this.#producer()})"`;
      case 9:
        return this.#pick(['"$@"', "$*", '"$*"', "$#", "$@", '"x$@y"', "$1", '"$2"', "$?"]);
      default:
        return `"${this.#pick(["a b", "$a-$b", "\\$a", "it's", '\\"q\\"', "$(echo `echo n`)", "${c:-d e}"])}"`;
    }
  }

  #parameter(): string {
    const name = this.#pick([...names, "1", "9"]);
    switch (this.#below(10)) {
      case 0:
        return `\${${name}:-${this.#literalInBraces()}}`;
      case 1:
        return `\${${name}-${this.#literalInBraces()}}`;
      case 2:
        return `\${${name}:+${this.#literalInBraces()}}`;
      case 3:
        return `\${${this.#name()}:=${this.#pick(["v", "w1"])}}`;
      case 4:
        return `\${#${name}}`;
      case 5:
        return `\${${name}#${this.#pattern()}}`;
      case 6:
        return `\${${name}##${this.#pattern()}}`;
      case 7:
        return `\${${name}%${this.#pattern()}}`;
      case 8:
        return `\${${name}%%${this.#pattern()}}`;
      default:
        return `\${${name}}`;
    }
  }

  #literalInBraces(): string {
    return this.#pick(["x", "$a", "y z", "$b$c", "\\}", "${d:-e}"]);
  }

  #pattern(): string {
    return this.#pick(["*/", "?", "*.", "[a-f]", "*", "x", ".*", "[!x]", "*:", ":*", "$a", "[[:alpha:]]*"]);
  }

  #arithmetic(depth: number): string {
    if (depth === 0 || this.#below(3) === 0)
      return this.#pick(["1", "7", "0x1f", "010", "n", "m", "100", "-3", "9223372036854775807"]);
    const x = this.#arithmetic(depth - 1);
    const y = this.#arithmetic(depth - 1);
    switch (this.#below(9)) {
      case 0:
        return `(${x}) ${this.#pick(["+", "-", "*", "&", "|", "^"])} (${y})`;
      case 1:
        return `(${x}) / ((${y}) | 1)`;
      case 2:
        return `(${x}) % 7`;
      case 3:
        return `${x} ${this.#pick(["<", ">", "<=", ">=", "==", "!="])} ${y}`;
      case 4:
        return `${x} ${this.#pick(["&&", "||"])} ${y}`;
      case 5:
        return `(${x}) ? ${y} : ${x}`;
      case 6:
        return `${this.#pick(["!", "~", "-"])}(${x})`;
      case 7:
        return `(n ${this.#pick(["=", "+=", "-=", "*="])} (${x}) & 255)`;
      default:
        return `(${x}) ${this.#pick(["<<", ">>"])} ${this.#below(8)}`;
    }
  }

  #producer(): string {
    this.#depth++;
    const made = this.#pick([
      () => `p ${this.#words(2)}`,
      () => `echo ${this.#word()}`,
      () => `printf '%s\\n' one two; echo ${this.#pick(["three", '"$a"'])}`,
      () => "cat g.c",
      () => ` (exit ${this.#below(4)})`,
      () => `case $a in (${this.#pattern()}) echo m;; esac`,
    ])();
    this.#depth--;
    return made;
  }

  #test(): string {
    switch (this.#below(8)) {
      case 0:
        return `[ "$${this.#name()}" = "$${this.#name()}" ]`;
      case 1:
        return `[ -n "$${this.#name()}" ]`;
      case 2:
        return `[ $(( ${this.#arithmetic(2)} )) -gt ${this.#below(9)} ]`;
      case 3:
        return `test -e ${this.#pick(["fa", "nope", "out"])}`;
      case 4:
        return this.#pick(["true", "false", ":"]);
      case 5:
        return `! ${this.#pick(["true", "false"])}`;
      case 6:
        return `[ ! -f fb -o "$#" -ge 1 ]`;
      default:
        return `p ${this.#word()} >/dev/null`;
    }
  }

  #list(): string {
    const count = 1 + this.#below(2);
    return Array.from({ length: count }, () => this.#command()).join("\n");
  }

  #command(): string {
    this.#depth++;
    const made = this.#depth > 4 ? this.#simple() : this.#pick(this.#kinds)();
    this.#depth--;
    return made;
  }

  readonly #kinds: readonly (() => string)[] = [
    () => this.#simple(),
    () => this.#simple(),
    () => this.#simple(),
    () => `if ${this.#test()}; then ${this.#list()}\nelse ${this.#list()}\nfi`,
    () => `if ${this.#test()}; then ${this.#list()}\nelif ${this.#test()}; then ${this.#list()}\nfi`,
    () => this.#loop(),
    () =>
      `case ${this.#word()} in\n${this.#pattern()}) ${this.#list()};;\n${this.#pattern()}|x) ${this.#list()}\n;;\n*) p def\nesac`,
    () => `(${this.#list()}\n)`,
    () => `{ ${this.#list()}\n}${this.#pick(["", " > out; cat out", " | cat", " 2>&1"])}`,
    () => `${this.#test()} && ${this.#simple()}`,
    () => `${this.#test()} || ${this.#simple()}`,
    () =>
      `${this.#simple()} | ${this.#pick(["cat", "sort", 'while read v w; do p "$v" "$w"; done', "wc -l | tr -d ' '"])}`,
    () => this.#function(),
    () =>
      `${this.#pick(["cat", "read c d"])} <<${this.#pick(["E", "'E'", "-E"])}\n${this.#pick(["t $a \\$b", "\tx $(echo s) y", "`echo k`", "${b:-n}"])}\nE\np "$c" "$d"`,
    () => `IFS=${this.#pick([":", "' :'", "''", '" "', "x"])}; p ${this.#word()} $a; unset IFS`,
    () => `eval ${this.#pick(["'p \"$a\"'", '"a=\\$b"', "'p $((1+1))' ';' p z"])}`,
    () => `trap 'p bye ${this.#below(9)}' EXIT`,
    () => `${this.#name()}=${this.#word()} p ${this.#word()}`,
    () => `set -- ${this.#words(4)}`,
    () => "shift $(( $# > 0 ? 1 : 0 ))",
    () => `p ${this.#words(2)} > ${this.#pick(["out", "fa"])} && cat ${this.#pick(["out", "fa"])} 2>/dev/null`,
    () => `unset ${this.#name()}`,
    () => "set -f; p *; set +f; p *",
    () => `p ${this.#pick(["f*", "[fg]*", "?a", "*.c", "nope*", "'f*'", '"$a"*', "./f?"])}`,
  ];

  #simple(): string {
    switch (this.#below(5)) {
      case 0:
        return `${this.#name()}=${this.#word()}`;
      case 1:
        return `n=$((${this.#arithmetic(3)})); p $n`;
      case 2:
        return `p ${this.#words(3)}; ${this.#pick([":", "false", "true"])}; p $?`;
      default:
        return `p ${this.#words(3)}`;
    }
  }

  #loop(): string {
    this.#loops++;
    const k = `k${this.#loops}`;
    const leave = this.#pick(["", `[ $${k} = 2 ] && break`, `[ $${k} = 1 ] && continue`, "p in"]);
    const made = this.#pick([
      () => `for ${k} in 1 2 3 ${this.#words(2)}; do ${leave || ":"}\n${this.#list()}\ndone`,
      () => `${k}=0; while [ $${k} -lt 3 ]; do ${k}=$((${k}+1)); ${leave || ":"}\n${this.#list()}\ndone`,
      () => `${k}=3; until [ $${k} -le 0 ]; do ${k}=$((${k}-1)); ${leave || ":"}; p $${k}; done`,
      () => `for ${k}; do p "$${k}"; done`,
    ])();
    return made;
  }

  #function(): string {
    if (this.#inFunction || this.#functions > 2) return this.#simple();
    this.#inFunction = true;
    this.#functions++;
    const name = `fn${this.#functions}`;
    const end = this.#pick(["", "return 3", "return $(( $# + 1 ))", 'local a; a=l; p "$a"']);
    const made = `${name}() { ${this.#list()}\n${end || ":"}; }\n${name} ${this.#words(3)}; p $? "$a"`;
    this.#inFunction = false;
    return made;
  }
}
