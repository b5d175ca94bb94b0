/**
 * Tools for text and files beside the host's: GNU's where they are exact about bytes (in the C locale), busybox's where the
 * output has a form of its own. Random texts and options; a case that they disagree about is shown whole.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Case, hostPrograms, lacksTools, runCases } from "./testing/host-programs.ts";
import { numbersFrom } from "./testing/random-shell.ts";

const below = numbersFrom(20261122);
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
const some = (options: readonly string[], chance: number): string =>
  options.filter(() => below(chance) === 0).join(" ");

const words = [
  "a",
  "ab",
  "abc",
  "b",
  "Foo",
  "foo",
  "FOO bar",
  "x1",
  "x10",
  "x9",
  "-3",
  "12",
  "1.5",
  "007",
  "",
  " lead",
  "t\tab",
  "a:b:c",
  "::",
  "10K",
  "2M",
  "Jan",
  "feb",
  "aa",
  "..",
  "a.c",
  "(x)",
  "[y]",
  "*",
  "$",
  "^a",
  "b+c",
];

function randomText(lines = below(12)): string {
  const text = Array.from({ length: lines }, () =>
    Array.from({ length: below(4) }, () => pick(words)).join(pick([" ", ":", "\t", ""])),
  ).join("\n");
  return text === "" ? text : text + (below(8) === 0 ? "" : "\n");
}

const files = new Map([
  ["one", "alpha beta\ngamma\n\ndelta:x:y\nalpha beta\n"],
  ["two", "alpha beta\ngamma two\n\ndelta:x\nlast without end"],
  ["empty", ""],
]);

/** Both give the same bytes and the same status for every case. */
function agree(cases: readonly Case[], oracle: "gnu" | "busybox"): void {
  const ours = runCases(cases, `${hostPrograms()}/bin/`, files);
  const theirs = runCases(cases, oracle === "gnu" ? "" : "busybox ", files);
  const found = cases.flatMap(({ command, input }, k) => {
    const [x, y] = [ours[k]!, theirs[k]!];
    return x.stdout === y.stdout && x.status === y.status ? [] : [{ command, input, ours: x, theirs: y }];
  });
  assert.deepEqual(found, []);
}

const make = (count: number, one: () => string, input: () => string = randomText): Case[] =>
  Array.from({ length: count }, () => ({ command: one(), input: input() }));

const skip = lacksTools("bash", "busybox", "diff", "sort", "grep");

test("sort", { skip }, () => {
  const order = () => pick(["", "-n", "-d", "-f", "-h", "-M", "-df", "-c", "-b"]);
  const key = () =>
    `-k ${1 + below(3)}${pick(["", ".2"])}${pick(["", "n", "r", "f", "b"])}${pick(["", `,${1 + below(3)}${pick(["", ".1"])}`])}`;
  agree(
    make(250, () => `$Tsort ${some(["-r", "-u", "-s", "-t:"], 4)} ${order()} ${below(2) ? key() : ""}`),
    "gnu",
  );
});

test("grep", { skip }, () => {
  const basic = [
    "a",
    "^a",
    "b$",
    "a*b",
    "[ab]c",
    "[^a]",
    "\\(a\\)\\1",
    "a\\{2\\}",
    "x[0-9]*$",
    "^$",
    "\\.",
    "fo*",
    ".",
    "^.$",
    "\\<a",
    "b\\>",
    "[[:upper:]]",
    "a\\|x",
    "*",
    "\\(a\\|b\\)c",
    "a\\?b",
    "x[0-9]\\+",
  ];
  const extended = [
    "a|b",
    "(ab)+",
    "^(a|x)[0-9]*$",
    "a{1,2}b?",
    "x(1|9)",
    "(a)(b)\\2",
    "[a-c]{2,}",
    "()",
    "(^a|c$)",
    "o+",
    "\\(x\\)",
    "a.c",
    "(a|ab)(c|bcd)*",
    "b\\+c",
    "[]y]",
    "[^]x]",
    "^\\*",
  ];
  const options = () => some(["-i", "-v", "-w", "-x", "-n", "-c", "-o", "-b", "-h"], 6);
  agree(
    [
      ...make(180, () => `$Tgrep ${options()} -e '${pick(basic)}'`),
      ...make(180, () => `$Tgrep -E ${options()} -e '${pick(extended)}'`),
      ...make(80, () => `$Tgrep -F ${options()} -e '${pick(["a", "a.c", "foo", "", "[y]", "x1\nab"])}'`),
      ...make(
        60,
        () =>
          `$Tgrep ${some(["-n", "-i", "-H", "-c", "-q", "-s"], 4)} ${pick(["-A1", "-B1", "-C1", "-m1", "", ""])} ${pick(["alpha", "two", "^$", "zzz"])} one two ${pick(["", "empty", "nope"])}`,
      ),
    ],
    "gnu",
  );
});

test("cut, tr, uniq, head, tail, wc, cat", { skip }, () => {
  const list = () => Array.from({ length: 1 + below(3) }, () => pick(["1", "2", "3-", "-2", "2-3", "5"])).join(",");
  const set = () =>
    pick(["a-c", "abc", "[:upper:]", "[:space:]", "xyz", "a-z", "\\n", "0-9", "[:alpha:]", "'\\t '", "[x*3]"]);
  agree(
    [
      ...make(80, () => `$Tcut ${pick(["-b", "-c"])} ${list()}`),
      ...make(80, () => `$Tcut -f ${list()} ${pick(["", "-d:", "-d' '"])} ${pick(["", "-s"])}`),
      ...make(60, () =>
        `$Ttr '${set()}' '${pick(["A-C", "x", "123", "A-Z"])}'`.replace("'[:upper:]' 'x'", "a b").replace(/''/g, "'"),
      ),
      ...make(40, () =>
        `$Ttr ${pick(["-d", "-s", "-cd", "-cs"])} '${pick(["a-c", "[:space:]", "ab", "\\n", "[:digit:]"])}' ${""}`
          .replace(/(-cs '[^']*')/, "$1 x")
          .replace(/(-cs '[^']*' x) *$/, "$1"),
      ),
      ...make(
        80,
        () => `$Tuniq ${some(["-c", "-d", "-u", "-i", "-f1", "-s1", "-w2"], 4)}`,
        () => randomText(10).replaceAll(/(.*\n)/g, (line) => line.repeat(1 + below(3))),
      ),
      ...make(
        60,
        () =>
          `$Thead ${pick(["-n 3", "-n 0", "-c 5", "-n -2", "-2", "", "-c -3"])} ${pick(["", "one", "one two", "empty one", "nope two"])}`,
      ),
      ...make(
        60,
        () =>
          `$Ttail ${pick(["-n 3", "-c 5", "-n +2", "-n2", "", "-c +4"])} ${pick(["", "one", "one two", "empty one", "nope two"])}`,
      ),
      ...make(
        60,
        () =>
          `$Tcat ${some(["-n", "-b", "-s", "-E", "-T", "-v", "-A"], 4)} ${pick(["", "one two", "- one", "nope one"])}`,
      ),
    ],
    "gnu",
  );
  agree(
    make(40, () => `$Twc ${some(["-l", "-w", "-c"], 2)} ${pick(["", "one", "one two empty"])}`),
    "busybox",
  );
});

test("printf, echo, seq, expr's friends", { skip }, () => {
  const number = () => pick(["0", "5", "-17", "0x1f", "010", "\\'a", "123456", "abc"]);
  const directive = () =>
    `%${pick(["", "-", "0", "+", " ", "#"])}${pick(["", "3", "10"])}${pick(["", ".2", ".0", ".5"])}${pick(["d", "i", "u", "o", "x", "X", "s", "c", "b"])}`;
  agree(
    [
      ...make(
        200,
        () =>
          `$Tprintf '${directive()}|${pick(["", directive(), "%%", "\\n", "\\101"])}\\n' ${number()} ${pick(["", number(), "'a\\tb'", `${number()} ${number()}`])}`,
      ),
      ...make(
        60,
        () =>
          `$Techo ${some(["-n", "-e", "-E", "-ne"], 4)} ${pick(["a b", "'a\\tb\\c d'", "'\\0101\\x41'", "-n", "-- x", "''"])}`,
      ),
      ...make(
        60,
        () =>
          `$Tseq ${some(["-w"], 3)} ${pick(["5", "2 4", "10 -3 1", "0 0.5 2", "1 2", "-2 2", "8 11", "3 1", "0.1 0.1 0.5"])}`,
      ),
      ...make(
        30,
        () =>
          `$Tbasename ${pick(["/a/b", "a", "/", "a/", "//", "x.c .c", ".c .c"])}; $Tdirname ${pick(["/a/b", "a", "/", "a/b/", "/a", "//a"])}`,
      ),
      ...make(
        60,
        () =>
          `$Ttest ${pick(["-e one", "! -e one", "-s empty", "-d .", "a = a", "a != a", "1 -lt 2", "5 -eq 05", "-z ''", "-n x -a -f one", "'(' a = b ')' -o c", "one -nt nope", "x", "''", "-f", "a = b -o c = c -a d = e"])}`,
      ),
    ],
    "gnu",
  );
});

test("diff, cmp, hexdump", { skip }, () => {
  const change = (text: string) =>
    text
      .split("\n")
      .flatMap((line) => (below(5) === 0 ? [] : below(5) === 0 ? [line, pick(words)] : [line]))
      .join("\n");
  const cases = Array.from({ length: 150 }, () => {
    const text = randomText(12);
    const other = change(text);
    const write = (name: string, content: string) => `printf '%s' '${content.replaceAll("'", "")}' > ${name}`;
    const tool = pick(["diff", "diff", "diff -q", "cmp", "cmp -s", "diff -i", "diff -w", "diff -b"]);
    return { command: `${write("x", text)}; ${write("y", other)}; $T${tool} x y` };
  });
  // Which of several shortest ways is taken is free; so what diff says is applied, and must make one file of the other.
  const applied = Array.from({ length: 100 }, () => {
    const text = `${randomText(15)}end\n`;
    const other = change(text);
    const write = (name: string, content: string) => `printf '%s' '${content.replaceAll("'", "")}' > ${name}`;
    const options = pick(["-u", "-U1", "-U0", ""]);
    return {
      command: `${write("x", text)}; ${write("y", other)}; $Tdiff ${options} x y > d; echo $?; if [ -s d ]; then patch -s x d; fi; cmp x y`,
    };
  });
  agree(
    cases.filter(({ command }) => command.includes("cmp") || command.includes("-q")),
    "gnu",
  );
  if (!lacksTools("patch")) agree(applied, "gnu");
  agree(
    make(
      60,
      () => `$Thexdump ${pick(["-C", "", "-x", "-b"])} ${pick(["", "-v"])}`,
      () => pick([randomText(), "x".repeat(70), ""]),
    ),
    "busybox",
  );
});

test("cp, mv, rm, mkdir, rmdir, ln, chmod, touch, find, ls", { skip }, () => {
  const tree = "mkdir -p t/a/b t/c; echo 1 > t/f; echo 22 > t/a/g; ln -s ../f t/a/l; echo 3 > t/a/b/h.c";
  const show =
    "find t u 2>/dev/null | sort | while read p; do stat -c '%n %F %s' $p | sed 's/directory .*/dir/'; done; cat t/f u/f 2>/dev/null";
  const verbs = [
    "$Tcp t/f u",
    "$Tcp -r t u",
    "$Tcp -a t u",
    "$Tcp t u",
    "$Tcp t/f t/a/g t/c",
    "$Tcp nope u",
    "$Tcp t/f t/a/g u",
    "$Tcp -rL t u",
    "$Tmv t/f t/c",
    "$Tmv t u",
    "$Tmv t/f t/a/g",
    "$Tmv nope u",
    "$Tmv t/a t/c",
    "$Tmv -n t/f t/a/g",
    "$Trm t/f",
    "$Trm t",
    "$Trm -r t/a",
    "$Trm -f nope",
    "$Trm nope",
    "$Trm -rf t",
    "$Trm -d t/c",
    "$Tmkdir u",
    "$Tmkdir t",
    "$Tmkdir -p u/v/w t",
    "$Tmkdir u/v",
    "$Tmkdir -m 700 u; stat -c %a u",
    "$Trmdir t/c",
    "$Trmdir t/a",
    "$Trmdir -p t/a/b",
    "$Tln t/f u",
    "$Tln -s t/f u; readlink u",
    "$Tln -sf f t/a/l; readlink t/a/l",
    "$Tln t/f t/a/g",
    "$Tln -s x t/c; readlink t/c/x",
    ...["755", "u+x", "go-w", "a=r", "u=rwx,g=rx,o=", "+x", "-w", "u+s", "g=u", "o+t", "X", "a+X"].map(
      (mode) => `$Tchmod ${mode} t/f; stat -c %a t/f`,
    ),
    "$Ttouch -d '2020-01-02 03:04:05' t/f; stat -c %Y t/f",
    "$Ttouch -t 202001020304.05 t/f; stat -c %Y t/f",
    "$Ttouch -r t/a/g t/f; [ t/f -ot t/a/g ]",
    "$Ttouch -c nope",
    "$Ttouch u",
    "$Tfind t | sort",
    "$Tfind t -name '*.c'",
    "$Tfind t -type f | sort",
    "$Tfind t -type d -empty",
    "$Tfind t -maxdepth 1 | sort",
    "$Tfind t -mindepth 2 -type f -o -name c | sort",
    "$Tfind t -size -2c -type f | sort",
    "$Tfind t -name b -prune -o -type f -print | sort",
    "$Tfind t -type f -exec cat {} ';' | sort",
    "$Tfind t -type f -exec echo {} + | wc -w",
    "$Tfind t -depth -name 'a'",
    "$Tfind t ! -type d | sort",
    "$Tfind t -type f -delete; find t | sort",
    "$Tfind t -perm 644 -type f | sort",
    "$Tfind nope",
    "$Tls t",
    "$Tls -a t",
    "$Tls -A t",
    "$Tls -R t",
    "$Tls -F t t/a",
    "$Tls -d t",
    "$Tls -r t",
    "$Tls -1 t/f t",
    "$Tls -p t",
    "$Tls nope",
  ];
  agree(
    verbs.map((verb) => ({ command: `${tree}; ${verb}; echo $?; ${show}` })),
    "gnu",
  );
});
