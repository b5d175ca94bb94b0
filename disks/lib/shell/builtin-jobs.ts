// Builtins about processes: signals, what runs in the background, and waiting for it.

import { SIGCONT, SIGHUP, SIGTERM } from "../../../kernel/abi/signals.ts";
import { errorText } from "../error-text.ts";
import { signalName, signalNumber } from "../signals.ts";
import { out } from "../stream.ts";
import { kill } from "../sys.ts";
import { parseSigned } from "../text.ts";
import { wrong } from "./complaints.ts";
import { findJob, killTarget, listJobs, toBackground, toForeground, waitAllJobs, waitJob } from "./jobs.ts";

export function killWords(words: Slice<string>): i32 {
  let signal: i32 = 15;
  let first: usize = 1;
  if (words.length > 1 && words[1] === "-l") {
    for (let s: i32 = 1; s < 32; s++) out.line(signalName(s));
    return 0;
  }
  if (words.length > 1 && words[1].length > 1 && words[1][0] === byte("-") && words[1] !== "--") {
    let name = words[1].sub(1, words[1].length);
    first = 2;
    if (name === "s" || name === "n") {
      if (words.length < 3) return wrong("kill", "", "which signal?");
      name = words[2];
      first = 3;
    }
    const number = signalNumber(name);
    if (isErr(number)) return wrong("kill", name, "bad signal");
    signal = number;
  } else if (words.length > 1 && words[1] === "--") first = 2;
  if (first >= words.length) return wrong("kill", "", "usage: kill [-SIGNAL] PID|%JOB...");
  let status: i32 = 0;
  for (const word of words.sub(first, words.length)) {
    let pid: i32 = 0;
    if (word.length > 0 && word[0] === byte("%")) {
      const job = findJob(word);
      if (job === null) {
        wrong("kill", word, "no such job");
        status = 1;
        continue;
      }
      pid = killTarget(job);
    } else {
      const number = parseSigned(word);
      if (isErr(number)) {
        wrong("kill", word, "bad process number");
        status = 1;
        continue;
      }
      pid = i32(number);
    }
    const sent = kill(pid, signal);
    // A job that is stopped could not even end.
    if (word[0] === byte("%") && (signal === SIGTERM || signal === SIGHUP)) ignore(kill(pid, SIGCONT), "the first signal tells");
    if (isErr(sent)) {
      wrong("kill", word, errorText(i32(sent.code)));
      status = 1;
    }
  }
  return status;
}

export function jobs(words: Slice<string>): i32 {
  listJobs(words.length > 1 && words[1] === "-l", words.length > 1 && words[1] === "-p");
  return 0;
}

export function fg(words: Slice<string>): i32 {
  const job = findJob(words.length > 1 ? words[1] : "");
  if (job === null) return wrong("fg", words.length > 1 ? words[1] : "", "no such job") - 1;
  return toForeground(job);
}

export function bg(words: Slice<string>): i32 {
  const job = findJob(words.length > 1 ? words[1] : "");
  if (job === null) return wrong("bg", words.length > 1 ? words[1] : "", "no such job") - 1;
  toBackground(job);
  return 0;
}

export function waitWords(words: Slice<string>): i32 {
  if (words.length === 1) return waitAllJobs();
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    const job = findJob(word);
    status = job === null ? 127 : waitJob(job);
  }
  return status;
}
