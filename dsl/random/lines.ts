/** Lines of a random program: blocks, and what stands in them. */

export const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
/** `head` with a block behind it, which ends with `end`. */
export const block = (head: string, body: readonly string[], end = "}") => [`${head} {`, ...indented(body), end];
