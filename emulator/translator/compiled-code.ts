/**
 * What V8 has compiled of a module of regions, as bytes that another process can take over: to compile is most of what a region costs when it
 * need not be made. V8 offers that to nobody but its own tests, by functions whose names begin with %; where they are not there, nothing is
 * kept. V8 itself refuses what another version of it has compiled, or the same under other flags or for another processor.
 */
import { setFlagsFromString } from "node:v8";

interface CompiledCode {
  /** All functions of a module's instance, optimised; then what V8 made of the module. */
  encode(module: WebAssembly.Module, exports: WebAssembly.Exports): Uint8Array<ArrayBuffer> | null;
  /** Null: it is not for this V8. `code` must be as `encode` gave it: whoever keeps it, keeps a check sum. */
  decode(code: Uint8Array, wire: Uint8Array<ArrayBuffer>): WebAssembly.Module | null;
}

const nothing: CompiledCode = { encode: () => null, decode: () => null };

export function compiledCode(): CompiledCode {
  setFlagsFromString("--allow-natives-syntax");
  try {
    const optimise = new Function("f", "%WasmTierUpFunction(f)") as (f: unknown) => void;
    const encode = new Function("module", "return %SerializeWasmModule(module)") as (
      module: WebAssembly.Module,
    ) => ArrayBuffer;
    const decode = new Function("code, wire", "return %DeserializeWasmModule(code, wire)") as (
      code: ArrayBuffer,
      wire: Uint8Array,
    ) => WebAssembly.Module | undefined;
    return {
      encode(module, exports) {
        const functions = Object.values(exports).filter((one) => typeof one === "function");
        // V8 gives nothing up that holds nothing optimised.
        if (functions.length === 0) return null;
        for (const one of functions) optimise(one);
        return new Uint8Array(encode(module));
      },
      decode(code, wire) {
        return decode(Uint8Array.from(code).buffer, wire) ?? null;
      },
    };
  } catch {
    return nothing;
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}
