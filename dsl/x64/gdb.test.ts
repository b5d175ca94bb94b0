/** Debug information, asked for by gdb in optimised code: lines, steps, locals, frames, all from IR with places in its text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Class } from "../check/intern.ts";
import type { ClassType, Field, Type } from "../check/types.ts";
import { readProgram } from "../ir/read.ts";
import { verifyProgram } from "../ir/verify.ts";
import { elfExecutable } from "../out/elf-executable.ts";
import { link } from "../out/link.ts";
import { missing, run, withFiles } from "../out/oracle.ts";
import { nowhere } from "../out/site.ts";
import { linuxRuntime, linuxStart } from "./linux.ts";
import { runsHere } from "./native.ts";
import { compileProgram } from "./object.ts";
import { linux } from "./target.ts";

/**
 *      1  function square(x) {
 *      2    return x * x;
 *      3  }
 *      4  function sum(n) {
 *      5    let total = 0;
 *      6    for (let i = 0; i < n; i++)
 *      7      total += square(i);
 *      8    return total;
 *      9  }
 *     10  function main() {
 *     11    const box = [40, 2];
 *     12    const s = sum(5);
 *     13    return s + box[0];
 *     14  }
 */
const text = `
function square(%x.0: i64) -> (i64) inline never exported !demo.ts:1:1 {
  variable x#0 parameter 1 !demo.ts:1:17
entry.0:
  debug x#0 = %x.0 !demo.ts:1:17
  %p.1: i64 = mul %x.0, %x.0 !demo.ts:2:3
  return %p.1 !demo.ts:2:3
}
function sum(%n.0: i64) -> (i64) inline never exported !demo.ts:4:1 {
  variable n#0 parameter 1 !demo.ts:4:14
  variable total#1 parameter 0 !demo.ts:5:7
  variable i#2 parameter 0 !demo.ts:6:12
entry.0:
  debug n#0 = %n.0 !demo.ts:4:14
  debug total#1 = 0i64 !demo.ts:5:7
  debug i#2 = 0i64 !demo.ts:6:12
  jump test.1 !demo.ts:6:3
test.1:
  %i.1: i64 = phi entry.0: 0i64, body.2: %i.2
  %t.3: i64 = phi entry.0: 0i64, body.2: %t.4
  debug total#1 = %t.3 !demo.ts:6:3
  debug i#2 = %i.1 !demo.ts:6:3
  %c.5: i1 = ult %i.1, %n.0 !demo.ts:6:19
  branch %c.5, body.2, done.3 !demo.ts:6:3
body.2:
  %q.6: i64 = call @square(%i.1) !demo.ts:7:14
  %t.4: i64 = add %t.3, %q.6 !demo.ts:7:5
  debug total#1 = %t.4 !demo.ts:7:5
  %i.2: i64 = add %i.1, 1i64 !demo.ts:6:26
  debug i#2 = %i.2 !demo.ts:6:26
  jump test.1 !demo.ts:6:3
done.3:
  return %t.3 !demo.ts:8:3
}
function main() -> (i64) exported !demo.ts:10:1 {
  slot box#0 24 align 8
  variable box#0 parameter 0 !demo.ts:11:9
  variable s#1 parameter 0 !demo.ts:12:9
entry.0:
  declare box#0 in box#0 !demo.ts:11:9
  %b.0: i64 = slot box#0 !demo.ts:11:3
  store 40i64, [%b.0] volatile align 8 !demo.ts:11:3
  store 2i64, [%b.0, 8] volatile align 8 !demo.ts:11:3
  %s.1: i64 = call @sum(5i64) !demo.ts:12:13
  debug s#1 = %s.1 !demo.ts:12:9
  %f.2: i64 = load [%b.0] volatile align 8 !demo.ts:13:14
  %r.3: i64 = add %s.1, %f.2 !demo.ts:13:3
  return %r.3 !demo.ts:13:3
}
`;

/** class Box { size: u32; low: bits 4; high: bits 12; next: Ptr<Box>; name: Arr<u8, 4> } */
function box(): Type {
  const integer = (bits: 8 | 32): Type => ({ kind: "integer", bits, signed: false, unit: null, enumeration: null });
  const common = { readonly: false, private: false, site: nowhere, bit: null };
  const it: ClassType = new Class("Box", "demo.ts", [], nowhere, () => {});
  const fields: Field[] = [
    { ...common, name: "size", type: integer(32), offset: 0 },
    { ...common, name: "low", type: integer(32), offset: 4, bit: { shift: 0, width: 4, bytes: 4 } },
    { ...common, name: "high", type: integer(32), offset: 4, bit: { shift: 4, width: 12, bytes: 4 } },
    { ...common, name: "next", type: { kind: "pointer", to: it, nullable: true }, offset: 8 },
    { ...common, name: "name", type: { kind: "array", of: integer(8), length: 4 }, offset: 16 },
  ];
  it.layout = { ...it.layout, fields, bytes: 24, align: 8 };
  return it;
}

function executable(): Uint8Array {
  const program = readProgram(text);
  for (const f of program.functions)
    for (const block of f.blocks)
      for (const i of block.instructions) if (i.op === "declare") (i.variable as { type: unknown }).type = box();
  assert.deepEqual(verifyProgram(program), []);
  const objects = [linuxStart(), compileProgram(program, linux, "demo"), linuxRuntime()];
  return elfExecutable(link(objects, { entry: "_start", regions: [{ address: 0x400000 }] }));
}

function gdb(path: string, ...commands: string[]): string {
  const all = ["set confirm off", ...commands].flatMap((command) => ["-ex", command]);
  return run("gdb", "-nx", "-batch", ...all, path);
}

test("gdb breaks, steps, prints locals and unwinds", { skip: runsHere || missing("gdb") }, () => {
  withFiles((file) => {
    const path = file("demo", executable());
    const out = gdb(
      path,
      ...["break demo.ts:7 if i == 3", "run", "info locals", "info args", "bt", "step", "info args", "bt", "finish"],
      ...["break demo.ts:13", "continue", "info locals", "print box", "ptype box", "ptype s", "delete", "continue"],
    );
    assert.match(out, /Breakpoint 1, sum \(n=5\) at demo\.ts:7/);
    assert.match(out, /total = 5\n/);
    assert.match(out, /\bi = 3\n/);
    assert.match(out, /#0 {2}sum \(n=5\) at demo\.ts:7\n#1 .* in main \(\) at demo\.ts:12\n/);
    assert.match(out, /square \(x=3\) at demo\.ts:[12]/);
    assert.match(out, /#1 .* in sum \(n=5\) at demo\.ts:7\n#2 .* in main \(\) at demo\.ts:12/);
    assert.match(out, /\n0x\S+ in sum \(n=5\) at demo\.ts:7\n/);
    assert.match(out, /Breakpoint 2, main \(\) at demo\.ts:13/);
    assert.match(out, /s = 30\n/);
    assert.match(out, /box = \{size = 40, low = 0, high = 0, next = 0x\w+, name = "[^"]*"\}/);
    assert.match(
      out,
      /type = struct Box \{\n +u32 size;\n +u32 low : 4;\n +u32 high : 12;\n +struct Box \*next;\n +u8 name\[4\];\n\}/,
    );
    assert.match(out, /type = u64\n/);
    // 70, in octal.
    assert.match(out, /exited with code 0106/);
  });
});

test("readelf finds no fault with the sections", { skip: missing("readelf") }, () => {
  withFiles((file) => {
    const path = file("demo", executable());
    const out = run("sh", "-c", `readelf -W --debug-dump=info,abbrev,decodedline,Ranges,loc,frames ${path} 2>&1`);
    assert.doesNotMatch(out, /warning|error|corrupt|overlap/i);
    assert.match(out, /DW_TAG_formal_parameter/);
    assert.match(out, /DW_CFA_def_cfa_offset/);
  });
});
