/**
 * The core module: the handlers that belong to no instruction, and the wrappers of TypeScript's slow paths. Written by
 * hand instead of generated from IR.
 */
import { softwareKinds } from "../cpu/control.ts";
import { Exit } from "../cpu/exits.ts";
import { writeMultiplyHigh } from "../cpu/multiply-high.ts";
import { Flag, Inhibit, stateFields, Vector } from "../cpu/state.ts";
import { USED_UP, WORKSPACE_END, Workspace } from "../cpu/workspace.ts";
import { type Code, type FunctionRef, type Local, WasmModule } from "../formats/wasm.ts";
import { i32, Routine } from "../formats/wasm-expression.ts";
import { CS } from "../isa/instruction.ts";
import { writeBulk } from "./bulk.ts";
import { bulkTarget } from "./bulk-target.ts";
import { fillFunction } from "./fill.ts";
import { MOST_PAGES, type SharedName, sharedFunctions } from "./imports.ts";
import { writeNoteJump } from "./jump-targets.ts";
import { pushLookup } from "./lookup.ts";
import { writeNoteCall, writePredictBranch, writePredictJump, writePredictReturn } from "./predictor.ts";
import { writeInvalidatePage, writeLoadCr3 } from "./quick/address-space.ts";
import { delivery, delivery64, resumedAtCost, resumedAtRecord, writeSoftwareInterrupt } from "./quick/deliver.ts";
import { delivery32 } from "./quick/deliver32.ts";
import { writeDeliverFault } from "./quick/fault.ts";
import { codeLookup } from "./quick/fetch.ts";
import { writeInterruptReturn } from "./quick/interrupt-return.ts";
import { interruptReturn32 } from "./quick/interrupt-return32.ts";
import { writeIn, writeOut } from "./quick/ports.ts";
import { protectedWays } from "./quick/protected.ts";
import { FAULTED, quickReach } from "./quick/reach.ts";
import { writeReadMsr, writeReadTimestamp, writeWriteMsr } from "./quick/registers.ts";
import { bankChanged, ringChanged } from "./quick/ring.ts";
import { segmentWays } from "./quick/segments.ts";
import { field as quickField, workspace } from "./quick/state.ts";
import { writeSyscall, writeSysret } from "./quick/system-call.ts";
import { tableChanging } from "./quick/tables.ts";
import { ramAt, walk } from "./quick/walk.ts";
import { FIRST_REGION, Handler, Head, Link, Op, RECORD_BYTES } from "./record.ts";

/** What the core module imports from TypeScript, beside memory and table. 64-bit words are in the workspace. */
export interface Runtime {
  /** (op, access word); offset in `Workspace.offset`: as sharedFunctions.reach. */
  reach(op: number, access: number): number;
  commit(op: number, place: number): void;
  helper(op: number, number: number): number;
  /** (op, port, bytes), and for writing the value. */
  readPort(op: number, port: number, bytes: number): number;
  writePort(op: number, port: number, bytes: number, value: number): void;
  /** (op); target in `Workspace.offset`. */
  checkJump(op: number): number;
  /** The head of the run at the state's RIP, found or decoded, or 0 after recording a fault. */
  find(): number;
  /** (op): as sharedFunctions.hot. */
  hot(op: number): number;
  /** (op, address in the WebAssembly memory) → 1: the frame there holds no decoded code any more; 0: that of `op` itself, and nothing was done. */
  giveUpCode(op: number, host: number): number;
  /** (access); offset in `Workspace.offset`: as DataAccess.reachPlain. */
  reachPlain(access: number): number;
  /** (op, address of an unresolved link); target in `Workspace.offset`: resolves the link and goes there, or 0. */
  resolve(op: number, link: number): number;
}

/** The module's bytes. Its exports are `sharedFunctions`, and what regions want (translator/ways-out.ts). */
export function coreModule(): Uint8Array<ArrayBuffer> {
  const m = new WasmModule();
  m.importMemory("cor", "memory", { minimum: 1, maximum: MOST_PAGES, shared: true });
  m.importTable("cor", "table", { minimum: Handler.first });
  const reachSlow = m.importFunction("cor", "reach", ["i32", "i32"], ["i32"]);
  const commit = m.importFunction("cor", "commit", ["i32", "i32"], []);
  const helper = m.importFunction("cor", "helper", ["i32", "i32"], ["i32"]);
  const readPort = m.importFunction("cor", "readPort", ["i32", "i32", "i32"], ["i32"]);
  const writePort = m.importFunction("cor", "writePort", ["i32", "i32", "i32", "i32"], []);
  const checkJumpSlow = m.importFunction("cor", "checkJump", ["i32"], ["i32"]);
  const find = m.importFunction("cor", "find", [], ["i32"]);
  const resolve = m.importFunction("cor", "resolve", ["i32", "i32"], ["i32"]);
  m.export("hot", m.importFunction("cor", "hot", ["i32"], ["i32"]));
  const giveUpCode = m.importFunction("cor", "giveUpCode", ["i32", "i32"], ["i32"]);
  const reachPlain = m.importFunction("cor", "reachPlain", ["i32"], ["i32"]);

  const declare = (name: SharedName, body: (code: Code, ...parameters: readonly Local[]) => void): FunctionRef => {
    const { parameters, results } = sharedFunctions[name];
    const ref = m.func(name, parameters, results, body);
    m.export(name, ref);
    return ref;
  };

  const setField = (c: Code, field: "exit" | "exitVector" | "exitErrorCode", push: () => void) => {
    c.i32(0);
    push();
    c.memory("i32.store", stateFields[field].offset);
  };
  const leave = declare("leave", (c, op, reason) => {
    setField(c, "exit", () => c.get(reason!));
    c.i32(0);
    c.get(op!);
    c.memory("i32.store", Workspace.exitOp);
  });
  const setOffset = (c: Code, value: Local) => {
    c.i32(0);
    c.get(value);
    c.memory("i64.store", Workspace.offset);
  };

  // Memory
  const ram = ramAt(m);
  const walking = walk(m, ram);
  const changing = tableChanging(m);
  const quick = quickReach(m, leave, ram, walking, changing);
  const reach = declare("reach", (c, op, offset, access) => {
    const place = c.local("i32");
    for (const parameter of [op!, offset!, access!]) c.get(parameter);
    c.call(quick);
    c.tee(place);
    c.if(() => {
      // An address, or −1 for a fault.
      c.i32(0);
      c.get(place);
      c.get(place);
      c.i32(FAULTED);
      c.op("i32.eq");
      c.op("select");
      c.op("return");
    });
    setOffset(c, offset!);
    c.get(op!);
    c.get(access!);
    c.call(reachSlow);
  });
  for (const bits of [32, 64, 128] as const) {
    declare(`store${bits}`, (c, op, offset, access, value) => {
      const place = c.local("i32");
      for (const parameter of [op!, offset!, access!]) c.get(parameter);
      c.call(reach);
      c.tee(place);
      c.op("i32.eqz");
      c.if(() => {
        c.i32(0);
        c.op("return");
      });
      const put = (op: "i64.store" | "i32.store" | "i32.store16" | "i32.store8") => {
        c.get(place);
        c.get(value!);
        c.memory(op);
      };
      if (bits === 128) {
        c.get(place);
        c.get(value!);
        c.simdMemory("v128.store");
      } else if (bits === 64) put("i64.store");
      else {
        c.get(access!);
        c.i32(7);
        c.op("i32.and");
        c.i32(2);
        c.op("i32.lt_u");
        c.if(
          () => put("i32.store8"),
          () => {
            c.get(access!);
            c.i32(4);
            c.op("i32.and");
            c.if(
              () => put("i32.store"),
              () => put("i32.store16"),
            );
          },
        );
      }
      c.get(place);
      c.i32(WORKSPACE_END);
      c.op("i32.lt_u");
      c.if(() => {
        c.get(op!);
        c.get(place);
        c.call(commit);
      });
      c.i32(1);
    });
  }
  m.export("commit", commit);
  m.export("helper", helper);

  // Faults
  const raise = declare("raise", (c, op, vector, errorCode) => {
    setField(c, "exitVector", () => c.get(vector!));
    setField(c, "exitErrorCode", () => c.get(errorCode!));
    c.get(op!);
    c.i32(Exit.fault);
    c.call(leave);
  });
  const always = (name: string, vector: number, errorCode: number) =>
    m.func(name, ["i32"], ["i32"], (c, op) => {
      c.get(op!);
      c.i32(vector);
      c.i32(errorCode);
      c.call(raise);
      c.i32(0);
    });

  // Control
  const checkJump = declare("checkJump", (c, op, target) => {
    setOffset(c, target!);
    c.get(op!);
    c.call(checkJumpSlow);
  });
  const findCode = codeLookup(m, ram, find);
  const lookup = declare("lookup", (c, _op) => pushLookup(c, () => c.call(findCode)));
  const follow = declare("follow", (c, op, link, target) => {
    const fits = c.local("i32");
    c.get(link!);
    c.memory("i32.load");
    c.i32(Link.lookup);
    c.op("i32.ne");
    c.if(() => {
      setOffset(c, target!);
      c.get(op!);
      c.get(link!);
      c.call(resolve);
      c.op("return");
    });
    c.i32(0);
    c.memory("i32.load", stateFields.codeSize.offset);
    c.i32(64);
    c.op("i32.eq");
    c.if(
      () => {
        c.get(target!);
        c.i64(16n);
        c.op("i64.shl");
        c.i64(16n);
        c.op("i64.shr_s");
        c.get(target!);
        c.op("i64.eq");
      },
      () => {
        c.get(target!);
        c.i32(0);
        c.memory("i64.load32_u", stateFields.segmentLimit.offset + 4 * CS);
        c.op("i64.le_u");
      },
      "i32",
    );
    // What merely follows is no target: fetching it will fault.
    c.get(link!);
    c.get(op!);
    c.op("i32.sub");
    c.i32(Op.next);
    c.op("i32.eq");
    c.op("i32.or");
    c.set(fits);
    c.get(fits);
    c.op("i32.eqz");
    c.if(() => {
      c.get(op!);
      c.get(target!);
      c.call(checkJump);
      c.op("i32.eqz");
      c.if(() => {
        c.i32(0);
        c.op("return");
      });
    });
    c.i32(0);
    c.get(target!);
    c.memory("i64.store", stateFields.rip.offset);
    c.get(op!);
    c.call(lookup);
  });

  const otherBank = bankChanged(m);
  /** Pushes whether the run loop must look at the state: see Execution. */
  const pushWanted = (c: Code) => {
    const r = new Routine(c);
    const changes = i32.and(i32.xor(quickField("flagsOther"), workspace(Workspace.knownFlags)), Flag.AC | Flag.VM);
    r.if(i32.eq(changes, Flag.AC), () => r.call(otherBank));
    const field = (name: "flagsOther" | "inhibit" | "activity") => {
      c.i32(0);
      c.memory("i32.load", stateFields[name].offset);
    };
    field("flagsOther");
    c.i32(0);
    c.memory("i32.load", Workspace.knownFlags);
    c.op("i32.xor");
    c.i32(Flag.AC | Flag.VM);
    c.op("i32.and");
    field("flagsOther");
    c.i32(Flag.TF | Flag.RF);
    c.op("i32.and");
    c.op("i32.or");
    field("activity");
    c.op("i32.or");
    c.i32(0);
    c.memory("i32.load", Workspace.pending);
    c.op("i32.or");
    // STI's shadow covers the next instruction: if that one is sure to come, nobody can arrive in the shadow.
    field("inhibit");
    c.if(
      () => {
        field("inhibit");
        c.i32(Inhibit.sti);
        c.op("i32.ne");
        c.i32(0);
        c.memory("i64.load", Workspace.left);
        c.i64(1n << 32n);
        c.op("i64.sub");
        c.i64(USED_UP);
        c.op("i64.and");
        c.i64(0n);
        c.op("i64.ne");
        c.op("i32.or");
      },
      () => c.i32(0),
      "i32",
    );
    c.op("i32.or");
  };
  const endShadow = (c: Code) => {
    c.i32(0);
    c.i32(0);
    c.memory("i32.store", stateFields.inhibit.offset);
  };
  const leaveWith = (c: Code, op: Local, reason: number) => {
    c.get(op);
    c.i32(reason);
    c.call(leave);
    c.i32(0);
    c.op("return");
  };
  declare("endRun", (c, op) => {
    pushWanted(c);
    c.if(() => leaveWith(c, op!, Exit.endRun));
    endShadow(c);
    c.i32(0);
    c.i32(0);
    c.memory("i64.load", stateFields.rip.offset);
    c.get(op!);
    c.memory("i64.load16_u", Op.end);
    c.op("i64.add");
    c.memory("i64.store", stateFields.rip.offset);
    c.get(op!);
    c.call(lookup);
  });
  declare("transferred", (c, op) => {
    pushWanted(c);
    c.if(() => leaveWith(c, op!, Exit.transferred));
    endShadow(c);
    c.get(op!);
    c.call(lookup);
  });

  /** Goes to the region at the record that `push` pushes, if there is one; else leaves the record on the stack. */
  const goTo = (c: Code, push: () => void) => {
    const head = c.local("i32");
    const handler = c.local("i32");
    push();
    c.tee(head);
    c.if(() => {
      c.get(head);
      c.memory("i32.load", Head.handler);
      c.tee(handler);
      c.i32(FIRST_REGION);
      c.op("i32.ge_s");
      c.if(() => {
        c.get(head);
        c.get(handler);
        c.returnCallIndirect(["i32"], ["i32"]);
      });
    });
    c.get(head);
  };

  // Quick ways
  const changed = ringChanged(m);
  const ways = segmentWays(m, walking);
  const own32 = protectedWays(m);
  const deliver = delivery(m, delivery64(m, changed, ways), delivery32(m, ways, own32));
  m.export("deliver", deliver);
  const deliverFault = declare("deliverFault", (c) => writeDeliverFault(c, deliver, lookup));
  m.export(
    "regionFault",
    m.func("regionFault", [], ["i32"], (c) => goTo(c, () => c.call(deliverFault))),
  );
  declare("quickInterrupt", (c, op) =>
    writeSoftwareInterrupt(c, resumedAtRecord(op!), deliver, softwareKinds.indexOf("int1")),
  );
  const return32 = interruptReturn32(m, ways, own32);
  declare("quickInterruptReturn", (c) => writeInterruptReturn(c, changed, ways, return32));
  declare("quickSyscall", (c) => writeSyscall(c, changed));
  declare("quickSysret", (c) => writeSysret(c, changed));
  declare("quickLoadCr3", (c) => writeLoadCr3(c, changed));
  declare("quickInvalidatePage", (c) => writeInvalidatePage(c));
  declare("quickIn", (c, op) => writeIn(c, op!, readPort));
  declare("quickOut", (c, op) => writeOut(c, op!, writePort));
  declare("quickReadTimestamp", (c, op) => writeReadTimestamp(c, op!));
  declare("quickReadMsr", (c) => writeReadMsr(c));
  declare("quickWriteMsr", (c) => writeWriteMsr(c));

  // For regions
  const enterRun = m.func("enterRun", ["i32"], ["i32"], (c, head) => {
    const left = c.local("i64");
    c.i32(0);
    c.memory("i64.load", Workspace.left);
    c.get(head!);
    c.memory("i64.load", Head.charge);
    c.op("i64.sub");
    c.tee(left);
    c.i64(USED_UP);
    c.op("i64.and");
    c.op("i64.eqz");
    c.if(() => {
      c.i32(0);
      c.get(left);
      c.memory("i64.store", Workspace.left);
      c.get(head!);
      c.i32(RECORD_BYTES);
      c.op("i32.add");
      c.op("return");
    });
    leaveWith(c, head!, Exit.budget);
    c.i32(0);
  });
  m.export("enterRun", enterRun);
  const interpretHere = m.func("interpretHere", [], ["i32"], (c) => {
    const head = c.local("i32");
    const handler = c.local("i32");
    c.i32(0);
    c.call(lookup);
    c.tee(head);
    c.if(() => {
      c.get(head);
      c.memory("i32.load", Head.handler);
      c.tee(handler);
      c.i32(Handler.enter);
      c.op("i32.eq");
      c.get(handler);
      c.i32(Handler.enterUncounted);
      c.op("i32.ge_s");
      c.op("i32.or");
      c.if(() => {
        c.get(head);
        c.call(enterRun);
        c.op("return");
      });
    });
    c.get(head);
  });
  m.export("interpretHere", interpretHere);
  /** Ways from region to region: see RegionImports. `write` leaves on the stack whether it was gone; `stays`: RIP is not set by it. */
  const regionWay = (name: string, stays: boolean, write: (c: Code, cost: Local) => void) => {
    const way = m.func(`${name}.way`, ["i64"], ["i32"], (c, cost) => write(c, cost!));
    const ref = m.func(name, ["i64", "i64"], ["i32"], (c, cost, next) => {
      c.get(cost!);
      c.call(way);
      c.op("i32.eqz");
      c.if(() => {
        c.i32(0);
        c.i32(0);
        c.memory("i64.load", Workspace.left);
        c.get(cost!);
        c.op("i64.add");
        c.memory("i64.store", Workspace.left);
        c.returnCall(interpretHere);
      });
      if (stays) {
        c.i32(0);
        c.get(next!);
        c.memory("i64.store", stateFields.rip.offset);
      }
      pushWanted(c);
      c.if(() => {
        // Nothing is to be settled.
        c.i32(0);
        c.op("return");
      });
      endShadow(c);
      goTo(c, () => {
        c.i32(0);
        c.call(lookup);
      });
    });
    m.export(name, ref);
  };
  regionWay("regionSyscall", false, (c) => writeSyscall(c, changed));
  regionWay("regionSysret", false, (c) => writeSysret(c, changed));
  regionWay("regionInterrupt", false, (c, cost) =>
    writeSoftwareInterrupt(c, resumedAtCost(cost), deliver, softwareKinds.indexOf("int1")),
  );
  regionWay("regionInterruptReturn", false, (c) => writeInterruptReturn(c, changed, ways, return32));
  regionWay("regionLoadCr3", true, (c) => writeLoadCr3(c, changed));
  m.export(
    "reachPlain",
    m.func("reachPlain", ["i64", "i32"], ["i32"], (c, offset, access) => {
      const place = c.local("i32");
      c.i32(0);
      c.get(offset!);
      c.get(access!);
      c.call(quick);
      c.tee(place);
      c.if(() => {
        c.get(place);
        c.op("return");
      });
      setOffset(c, offset!);
      c.get(access!);
      c.call(reachPlain);
    }),
  );

  declare("predictBranch", (c, op, taken) => writePredictBranch(c, op!, taken!));
  declare("noteJump", (c, behind, target) => writeNoteJump(c, behind!, target!));
  declare("predictJump", (c, op, target) => writePredictJump(c, op!, target!));
  declare("noteCall", (c, op) => writeNoteCall(c, op!));
  declare("predictReturn", (c, _op, target) => writePredictReturn(c, target!));

  const bulk = { fill: fillFunction(m), target: bulkTarget(m, giveUpCode, changing) };
  declare("bulkMove", (c, op, shift) => writeBulk(c, op!, shift!, "move", 64, bulk));
  declare("bulkStore", (c, op, shift) => writeBulk(c, op!, shift!, "store", 64, bulk));
  declare("bulkMove32", (c, op, shift) => writeBulk(c, op!, shift!, "move", 32, bulk));
  declare("bulkStore32", (c, op, shift) => writeBulk(c, op!, shift!, "store", 32, bulk));
  for (const name of ["mulHighUnsigned", "mulHighSigned"] as const)
    declare(name, (c, x, y) => writeMultiplyHigh(c, x!, y!, name === "mulHighSigned"));

  // Handlers that are no instruction's
  const tail = m.func("tail", ["i32"], ["i32"], (c, op) => {
    const head = c.local("i32");
    const pushNext = () => {
      c.i32(0);
      c.memory("i64.load", stateFields.rip.offset);
      c.get(op!);
      c.memory("i64.load16_u", Op.end);
      c.op("i64.add");
    };
    c.get(op!);
    c.memory("i32.load", Op.next);
    c.tee(head);
    c.i32(Link.lookup);
    c.op("i32.gt_u");
    c.if(() => {
      c.i32(0);
      pushNext();
      c.memory("i64.store", stateFields.rip.offset);
      c.get(head);
      c.op("return");
    });
    c.get(op!);
    c.get(op!);
    c.i32(Op.next);
    c.op("i32.add");
    pushNext();
    c.call(follow);
  });
  const leaveHere = m.func("leaveHere", ["i32"], ["i32"], (c, op) => {
    c.get(op!);
    c.i32(Exit.leave);
    c.call(leave);
    c.i32(0);
  });
  const stale = m.func("stale", ["i32"], ["i32"], (c, _op) => c.call(find));
  m.element(Handler.tail, [
    tail,
    leaveHere,
    stale,
    always("undefined", Vector.UD, -1),
    always("tooLong", Vector.GP, 0),
  ]);

  return m.encode({ names: true });
}
