// The person at the shell: prompts, edited lines, names completed.

import { Stat } from "../../../kernel/abi/files.ts";
import { WindowSize } from "../../../kernel/abi/terminal.ts";
import { SystemNames } from "../../../kernel/abi/processes.ts";
import { Directory } from "../directory.ts";
import { type Completion, LineEditor, offer, Typed } from "../line.ts";
import { errors } from "../stream.ts";
import { read, stat, uname } from "../sys.ts";
import { isTerminal, screenSize } from "../terminal.ts";
import { baseName, has, indexOf, isSpace, lastIndexOf, startsWith, Text } from "../text.ts";
import { builtinNames } from "./builtins.ts";
import { expandPrompt } from "./expand.ts";
import { historyList, remember } from "./history.ts";
import { tellNews } from "./jobs.ts";
import { shell } from "./state.ts";
import { interrupt } from "./traps.ts";
import { eachVariable, note, valueOf } from "./variables.ts";

const editor = zeroed<LineEditor>();

export function startEditing(): void {
  editor.history = historyList;
  editor.complete = complete;
}

/** Adds a line; false at the end. `more`: a command goes on. */
export function askPerson(into: Ptr<Text>, more: boolean): boolean {
  for (;;) {
    if (!more) tellNews();
    const shown = prompt(more ? "PS2" : "PS1");
    using _ = defer(() => shown.dispose());
    if (!isTerminal(0) || !isTerminal(2) || valueOf("TERM") === "dumb") {
      errors.write(shown.view());
      return plainLine(into);
    }
    const how = editor.edit(0, shown.view());
    tellSize();
    if (how === Typed.End) {
      if (more) return false;
      errors.line("exit");
      return false;
    }
    if (how === Typed.Line) {
      remember(editor.text.view());
      into.add(editor.text.view()).put(byte("\n"));
      return true;
    }
    shell.status = 130;
    if (more) {
      // What was begun is forgotten: the rest of the line cannot be right any more.
      interrupt.came = true;
      interrupt.told = true;
      return false;
    }
  }
}

/** LINES and COLUMNS, as the terminal is at present. */
function tellSize(): void {
  const size = zeroed<WindowSize>();
  screenSize(0, ref(size));
  const room = zeroed<Arr<u8, 8>>();
  note("LINES", text(slice(room, format(slice(room))`${size.rows}`)));
  note("COLUMNS", text(slice(room, format(slice(room))`${size.columns}`)));
}

/** Without editing: the terminal's own line. */
function plainLine(into: Ptr<Text>): boolean {
  const room = zeroed<Arr<u8, 1>>();
  let any = false;
  for (;;) {
    const got = read(0, slice(room));
    if (isErr(got) || got === 0) return any;
    any = true;
    into.put(room[0]);
    if (room[0] === byte("\n")) return true;
  }
}

/** A prompt: \w \u \h \$ and the like, then parameters. */
function prompt(name: string): Text {
  const form = valueOf(name);
  const t = zeroed<Text>();
  for (let i: usize = 0; i < form.length; i++) {
    if (form[i] !== byte("\\") || i + 1 === form.length) {
      t.put(form[i]);
      continue;
    }
    i++;
    switch (form[i]) {
      case byte("w"): workingDirectory(ref(t)); break;
      case byte("W"): t.add(baseName(valueOf("PWD"))); break;
      case byte("u"): t.add(valueOf("USER").length > 0 ? valueOf("USER") : "root"); break;
      case byte("h"): nodeName(ref(t)); break;
      case byte("$"): t.add("#"); break;
      case byte("n"): t.put(byte("\n")); break;
      case byte("e"): t.put(27); break;
      case byte("["):
      case byte("]"): break;
      default:
        t.put(byte("\\"));
        t.put(form[i]);
    }
  }
  const expanded = expandPrompt(t.view());
  if (isErr(expanded)) return t;
  t.clear();
  t.add(expanded);
  return t;
}

function workingDirectory(into: Ptr<Text>): void {
  const here = valueOf("PWD");
  const home = valueOf("HOME");
  if (home.length > 1 && startsWith(here, home) && (here.length === home.length || here[home.length] === byte("/")))
    into.put(byte("~")).add(here.sub(home.length, here.length));
  else into.add(here);
}

function nodeName(into: Ptr<Text>): void {
  const names = zeroed<SystemNames>();
  const got = uname(ref(names));
  if (isErr(got)) return;
  for (const c of names.node) {
    if (c === 0 || c === byte(".")) break;
    into.put(c);
  }
}

// ---- completion

/** Where the word at the cursor begins. */
function wordStart(line: string, at: usize): usize {
  let from = at;
  while (from > 0 && !isSpace(line[from - 1]) && !has("|&;<>()=`\"'", line[from - 1])) from--;
  return from;
}

/** Whether a command's name stands at a place. */
function commandPlace(line: string, start: usize): boolean {
  let at = start;
  while (at > 0 && isSpace(line[at - 1])) at--;
  return at === 0 || has("|&;(`", line[at - 1]);
}

function complete(line: string, at: usize, into: Ptr<Completion>): void {
  const start = wordStart(line, at);
  const word = line.sub(start, at);
  into.start = start;
  if (word.length > 0 && word[0] === byte("$")) {
    eachVariable((v) => {
      const name = zeroed<Text>();
      name.put(byte("$")).add(v.name);
      if (v.isSet) offer(into, name.view(), word);
      name.dispose();
    });
    return;
  }
  if (commandPlace(line, start) && !has(word, byte("/"))) {
    builtinNames((name) => offer(into, name, word));
    const path = valueOf("PATH");
    for (let from: usize = 0; from < path.length; ) {
      const end = indexOf(path, byte(":"), from);
      filesIn(path.sub(from, end), "", word, into, false);
      from = end + 1;
    }
    withoutDoubles(into);
    return;
  }
  const slash = lastIndexOf(word, byte("/"));
  const front = slash === word.length ? "" : word.sub(0, slash + 1);
  const folder = zeroed<Text>();
  using _ = defer(() => folder.dispose());
  if (front.length === 0) folder.put(byte("."));
  else if (startsWith(front, "~/")) folder.add(valueOf("HOME")).add(front.sub(1, front.length));
  else folder.add(front);
  filesIn(folder.view(), front, word.sub(front.length, word.length), into, true);
}

/** Offers what is in a folder and begins so, with `front` before it; folders with a slash behind. */
function filesIn(folder: string, front: string, start: string, into: Ptr<Completion>, marks: boolean): void {
  const directory = zeroed<Directory>();
  const opened = directory.open(folder);
  if (isErr(opened)) return;
  for (;;) {
    const more = directory.next();
    if (isErr(more) || !more) break;
    const name = directory.name;
    if (!startsWith(name, start) || (name[0] === byte(".") && start.length === 0)) continue;
    const whole = zeroed<Text>();
    whole.add(front).add(name);
    if (marks && isFolder(folder, name)) whole.put(byte("/"));
    offer(into, whole.view(), front);
    whole.dispose();
  }
  directory.close();
}

function isFolder(folder: string, name: string): boolean {
  const path = zeroed<Text>();
  using _ = defer(() => path.dispose());
  path.add(folder).put(byte("/")).add(name);
  const s = zeroed<Stat>();
  const seen = stat(path.view(), ref(s));
  return !isErr(seen) && (s.mode & 0xf000) === 0x4000;
}

/** echo is in the shell and in /bin. */
function withoutDoubles(into: Ptr<Completion>): void {
  for (let i: usize = 0; i < into.words.length; i++) {
    for (let k = i + 1; k < into.words.length; ) {
      if (into.words.at(i) === into.words.at(k)) into.words.remove(k);
      else k++;
    }
  }
}
