/** What the exit code of `cor run` says about how the machine ended: the one table, for the program and for its help. */
import type { Ending } from "../emulator/thread-protocol.ts";

/** Of `cor compile`: the sources are wrong. */
export const REJECTED = 1;
export const BAD_USAGE = 2;
export const TRIPLE_FAULT = 4;
export const HALTED_FOR_EVER = 6;
export const TEXT_NOT_SEEN = 8;
/** EX_SOFTWARE of sysexits.h. */
export const OUR_BUG = 70;
/** As timeout(1) has it. */
export const OUT_OF_TIME = 124;

/**
 * The exit code for a machine that stopped.
 * `awaited`: the user asked for --until, so an end before that text is a failure, unless the guest chose its own code.
 */
export function exitCode(stop: Ending, awaited: boolean): number {
  switch (stop.kind) {
    case "text":
      return 0;
    case "debug-exit":
      return stop.code;
    case "triple-fault":
      return TRIPLE_FAULT;
    case "halted":
      return HALTED_FOR_EVER;
    case "instructions":
    case "timeout":
      return OUT_OF_TIME;
    case "power-off":
    case "quit":
    case "closed":
      return awaited ? TEXT_NOT_SEEN : 0;
  }
}

export const exitCodesHelp = [
  "Exit codes:",
  "  0  the machine was powered off, the user quit, or --until's text came",
  "  2  bad usage                        4  triple fault",
  "  6  halted for ever                  8  ended without --until's text",
  "  70 a bug in Cor                     124  --timeout or --max-instructions used up",
  "  odd codes: the guest wrote v to the isa-debug-exit port: (v << 1 | 1) & 255",
].join("\n");
