// xargs: words of standard input become arguments.

import { keep } from "../../lib/heap.ts";
import { die, say } from "../../lib/failing.ts";
import { exit } from "../../lib/hooks.ts";
import { List } from "../../lib/list.ts";
import { runProgram } from "../../lib/programs.ts";
import { beginOptions } from "../../lib/start.ts";
import { errors, input } from "../../lib/stream.ts";
import { find, isSpace, parseNumber, Text } from "../../lib/text.ts";

const help = `Usage: xargs [-0rt] [-n COUNT] [-I TEXT] [PROGRAM [ARGUMENT]...]
Runs the program (else echo) with the words of standard input behind its arguments.

  -n  so many words each time    -I  a line each time, in place of TEXT in the arguments
  -0  words end with zero bytes  -r  not at all without words    -t  show what is run
`;

class Settings {
  most: usize;
  zeros: boolean;
  notEmpty: boolean;
  show: boolean;
  hole: string;
  status: i32;
  ran: boolean;
}

const settings = zeroed<Settings>();
const words = zeroed<List<string>>();
const given = zeroed<List<string>>();

/** Of arguments, in bytes: far below ARG_MAX. */
const ROOM = 60000;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "+0rtn:I:L:", "null=0 no-run-if-empty=r max-args=n verbose=t", help, 1);
  settings.most = 5000;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("0")) settings.zeros = true;
    if (o === byte("r")) settings.notEmpty = true;
    if (o === byte("t")) settings.show = true;
    if (o === byte("I")) settings.hole = options.value;
    if (o === byte("n") || o === byte("L")) {
      const n = parseNumber(options.value);
      if (isErr(n) || n === 0) die(1, "invalid number");
      settings.most = n;
    }
  }
  for (const word of options.rest()) given.push(word);
  if (given.length === 0) given.push("echo");
  const word = zeroed<Text>();
  let bytes: usize = 0;
  while (settings.hole.length > 0 ? line(ref(word)) : next(ref(word))) {
    if (settings.hole.length > 0) {
      runFilled(word.view());
      continue;
    }
    if (words.length > 0 && bytes + word.length + 1 > ROOM) {
      run();
      bytes = 0;
    }
    words.push(keep(word.view()));
    bytes += word.length + 1;
    if (words.length === settings.most) {
      run();
      bytes = 0;
    }
  }
  if (settings.hole.length === 0 && (words.length > 0 || (!settings.ran && !settings.notEmpty))) run();
  return settings.status;
}

/** A line without blanks in front, not empty. */
function line(into: Ptr<Text>): boolean {
  while (settings.zeros ? input.upTo(into, 0) : input.line(into)) {
    let from: usize = 0;
    while (from < into.length && isSpace(into.view()[from])) from++;
    into.remove(0, from);
    if (into.length > 0) return true;
  }
  return false;
}

/** A word: blanks separate, quotes and backslashes hold together. */
function next(into: Ptr<Text>): boolean {
  if (settings.zeros) return input.upTo(into, 0);
  into.clear();
  let any = false;
  let quote: i32 = 0;
  for (;;) {
    const c = input.get();
    if (c < 0) {
      if (quote !== 0) die(1, "a quote is not closed");
      return any;
    }
    if (quote !== 0) {
      if (c === quote) quote = 0;
      else into.put(u8(c));
    } else if (c === 34 || c === 39) {
      quote = c;
      any = true;
    } else if (c === 92) {
      const escaped = input.get();
      if (escaped >= 0) into.put(u8(escaped));
      any = true;
    } else if (isSpace(u8(c))) {
      if (any) return true;
    } else {
      into.put(u8(c));
      any = true;
    }
  }
}

function finish(all: Ptr<List<string>>): void {
  settings.ran = true;
  if (settings.show) {
    for (const word of all.items()) {
      errors.write(word);
      errors.put(byte(" "));
    }
    errors.put(byte("\n"));
  }
  const status = runProgram(all.items());
  if (isErr(status)) {
    say("can't run the program");
    exit(1);
  }
  if (status === 126 || status === 127) exit(status);
  if (status === 255) exit(124);
  if (status > 128) exit(125);
  if (status !== 0) settings.status = 123;
}

function run(): void {
  const all = zeroed<List<string>>();
  for (const word of given.items()) all.push(word);
  for (const word of words.items()) all.push(word);
  words.cut(0);
  finish(ref(all));
}

function runFilled(t: string): void {
  const all = zeroed<List<string>>();
  for (const word of given.items()) {
    const whole = zeroed<Text>();
    let at: usize = 0;
    for (;;) {
      const hole = find(word, settings.hole, at);
      whole.add(word.sub(at, hole));
      if (hole === word.length) break;
      whole.add(t);
      at = hole + settings.hole.length;
    }
    all.push(whole.view());
  }
  finish(ref(all));
}
