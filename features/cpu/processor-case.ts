/** Runs user cases on the processor that machines have: every program until its exception's handler halts. */
import { type Board, board } from "../../emulator/cpu/board.ts";
import { CODE_FRAME, DATA_FRAME, enterProgram, prepareMachine, readHandler } from "./linux-machine.ts";
import { checksumOf, type Outcome, PAGE, type UserCase } from "./user-case.ts";

const RSP = 4;

export class ProcessorRunner {
  readonly #board: Board = board({ megabytes: 1 });

  constructor() {
    prepareMachine(this.#board.cpu, (address, bytes) => this.#board.memory.write(address, bytes));
  }

  /** Throws if the program does not end within `limit` instructions. */
  run(program: UserCase, limit: number): Outcome {
    const { cpu, memory } = this.#board;
    enterProgram(cpu, (address, bytes) => memory.write(address, bytes), program);
    const stop = cpu.run(limit);
    if (stop.kind !== "halted") throw new Error(`the program ended with ${stop.kind}`);
    const { vector, errorCode, rip, flags, rsp } = readHandler(cpu);
    const page = (frame: number) => memory.bytes.slice(memory.locate(frame), memory.locate(frame) + PAGE);
    return {
      vector,
      errorCode,
      cr2: vector === 14 ? cpu.state.get64("cr2") : 0n,
      rip,
      general: Array.from({ length: 16 }, (_, i) => (i === RSP ? rsp : cpu.state.get64("general", i))),
      flags,
      checksum: checksumOf(page(DATA_FRAME), page(CODE_FRAME)),
    };
  }
}
