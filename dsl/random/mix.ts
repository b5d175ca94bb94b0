/** What a random program shows of its variables at its end. */
import { block } from "./lines.ts";
import type { Type } from "./types.ts";

/** Everything that can be seen of a variable, mixed into the checksum. */
export function mixAll(name: string, type: Type, depth = 0): string[] {
  switch (type.kind) {
    case "int":
      return [`mix(u64(${name}));`];
    case "enum":
      return [`mix(u64(${name}));`];
    case "bool":
      return [`mix(u64(${name}));`];
    case "float":
      return [`mixFloat(${type.name === "f64" ? name : `f64(${name})`});`];
    case "text":
      return [`mixText(${name});`];
    case "mode":
      return [`mix(${name} === ${JSON.stringify(type.texts[0])} ? 1 : 2);`];
    case "array": {
      if (type.of.kind === "int")
        return [`mixBytes(unsafe.cast<Ptr<u8>>(ref(${name}[0])), ${(type.length * type.of.bits) / 8});`];
      const i = `k${depth}`;
      return block(
        `for (let ${i}: usize = 0; ${i} < ${type.length}; ${i}++)`,
        mixAll(`${name}[${i}]`, type.of, depth + 1),
      );
    }
    case "class":
      return type.fields.flatMap((f) => {
        const at = `${name}.${f.name}`;
        if (f.storage === "be") return mixAll(`${at}.get()`, f.type, depth);
        if (f.storage === "atomic") return mixAll(`${at}.load()`, f.type, depth);
        return mixAll(at, f.type, depth);
      });
    case "pointer":
      return type.nullable ? [`mix(${name} === null ? 3 : 4);`] : [];
    default:
      return [];
  }
}
