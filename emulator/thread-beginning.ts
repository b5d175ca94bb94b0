/**
 * What a thread of ours executes first: a few lines of JavaScript, not a module. Node's compile cache has to be asked for in every
 * thread before anything is loaded, and a thread that began with TypeScript would need the type stripper for that one file.
 *
 * Where the modules do not come from their sources but from parts (cli/program/load.ts), so they do in further threads: the loader puts
 * a function for that into `import.meta`.
 */

/** JavaScript that ends by executing a module. `meta`: of any module; `name`: path from Cor's root, without ending. */
export function threadBeginning(meta: ImportMeta, name: string): string {
  const file = name + (import.meta.filename.endsWith(".ts") ? ".ts" : ".js");
  const { beginning } = meta as { readonly beginning?: (module: string) => string };
  if (beginning !== undefined) return beginning(file);
  const url = new URL(`../${file}`, import.meta.url).href;
  return `require("node:module").enableCompileCache?.(); import(${JSON.stringify(url)}).catch((error) => { throw error; });`;
}
