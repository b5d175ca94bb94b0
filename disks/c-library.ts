/**
 * What a C program for Cor is compiled and linked with, as files in memory: headers, start code, the library as one
 * object (linkers leave out the functions that a program does not use), and a linker script. `cor cc` gives them to the
 * host's compiler.
 */
import { readdirSync, readFileSync } from "node:fs";
import { compile, diagnosticsText } from "../dsl/compile.ts";
import { MANIFEST, readManifest } from "../dsl/manifest.ts";
import { elfObject } from "../dsl/out/elf-object.ts";
import { UserError } from "../emulator/user-error.ts";
import { cHeaders } from "./c-headers.ts";
import { cAssembler, cStart } from "./c-start.ts";

const project = new URL("../", import.meta.url);
const folder = "disks/lib/c/";

export interface CLibraryOptions {
  /** The text of a module in place of the project's own (null: the project's): tests exchange the door to the kernel. */
  readonly read?: (file: string) => string | null;
  readonly unsafe?: readonly string[];
}

/** Where programs lie if nobody says otherwise: `main` is on this page when it comes first. */
const PROGRAM = 0x400000;

/**
 * The linker script of programs at fixed addresses. Each part begins on a page of its own, because pages have rights; the
 * headers are part of the text, so that the start code finds what they say about thread-local variables.
 */
const script = `ENTRY(_start)
PHDRS {
  text PT_LOAD FILEHDR PHDRS FLAGS(5);
  rodata PT_LOAD FLAGS(4);
  data PT_LOAD FLAGS(6);
  tls PT_TLS FLAGS(4);
  stack PT_GNU_STACK FLAGS(6);
}
SECTIONS {
  . = 0x${PROGRAM.toString(16)} + SIZEOF_HEADERS;
  .text : { *(.text .text.*) } :text
  . = ALIGN(0x1000);
  .rodata : { *(.rodata .rodata.*) } :rodata
  .eh_frame : { *(.eh_frame) } :rodata
  . = ALIGN(0x1000);
  .tdata : { *(.tdata .tdata.*) } :data :tls
  .tbss : { *(.tbss .tbss.*) } :data :tls
  .init_array : {
    PROVIDE_HIDDEN(__init_array_start = .);
    KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*) .init_array))
    PROVIDE_HIDDEN(__init_array_end = .);
  } :data
  .got : { *(.got .got.plt) } :data
  .data : { *(.data .data.*) } :data
  .bss : { *(.bss .bss.* COMMON) } :data
  /DISCARD/ : { *(.comment .note.GNU-stack .note.gnu.property) }
}
`;

/** Where somebody's own linker script says nothing of functions that run before main, there are none. */
const defaults = "PROVIDE(__init_array_start = 0);\nPROVIDE(__init_array_end = 0);\n";

/** Files by their paths: include/…, libc.o, start.o, start-pie.o, cor.ld, defaults.ld. Throws when a source is wrong. */
export function cLibrary(options: CLibraryOptions = {}): Map<string, Uint8Array | string> {
  const read = (file: string): string | null => options.read?.(file) ?? text(file);
  const names = readdirSync(new URL(folder, project))
    .filter((name) => name.endsWith(".ts"))
    .sort();
  const files = names.map((name) => folder + name);
  const manifest = read(MANIFEST);
  if (manifest === null) throw new Error(`there is no ${MANIFEST}`);
  const result = compile({
    entries: files,
    read,
    target: "cor-user",
    manifest: { ...readManifest(manifest, MANIFEST), stacks: new Map<string, number>() },
    unsafe: options.unsafe,
    link: false,
    oneObject: true,
  });
  if (result.diagnostics.length > 0)
    throw new UserError("the C library does not compile; mend what is shown above", diagnosticsText(result));
  const sources = new Map(files.map((file) => [file, read(file) ?? ""]));
  const own = result.typed!.functions.filter(({ site }) => sources.has(site.file));
  const headers = cHeaders(sources, own, (file) => read(file) ?? "");
  return new Map<string, Uint8Array | string>([
    ...[...headers].map(([name, header]) => [`include/${name}`, header] as const),
    ["libc.o", elfObject(result.objects[0]!)],
    ["assembler.o", elfObject(cAssembler())],
    ["start.o", elfObject(cStart({ movable: false }))],
    ["start-pie.o", elfObject(cStart({ movable: true }))],
    ["cor.ld", script],
    ["defaults.ld", defaults],
  ]);
}

function text(file: string): string | null {
  try {
    return readFileSync(new URL(file, project), "utf8");
  } catch {
    return null;
  }
}
