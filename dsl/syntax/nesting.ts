/**
 * How deeply a source is nested, before it is parsed. The parser is native code that recurses, and so do the passes over
 * its tree: a source of a hundred thousand "(" or "a = a = a = …" must end in a message, not in a broken process. The
 * estimate may be too high for odd sources, never much too low; real programs stay below a tenth of the limit.
 */

export const deepest = 500;

/** Strings and comments (skipped), words and signs that can nest without brackets, brackets, and what ends a statement. */
const interesting =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\b(?:else|if|while|for|do|new|keyof|extends|typeof|void|await|yield|async|return)\b|=>|[=?:!~<>(){}[\],;]/g;

const word = /\s*([A-Za-z_$@}]\w*|$)?/y;

/** The offset at which a source becomes nested too deeply, or null. */
export function nestedTooDeeply(text: string): number | null {
  // For every open bracket: steps of nesting since the last "," or ";", and open "<".
  const levels: { steps: number; angles: number }[] = [{ steps: 0, angles: 0 }];
  let outer = 0;
  interesting.lastIndex = 0;
  for (let match = interesting.exec(text); match; match = interesting.exec(text)) {
    const [token] = match;
    const level = levels[levels.length - 1];
    switch (token) {
      case "(":
      case "[":
      case "{":
        outer += level.steps + level.angles + 1;
        levels.push({ steps: 0, angles: 0 });
        break;
      case ")":
      case "]":
      case "}": {
        if (levels.length === 1) break;
        levels.pop();
        const below = levels[levels.length - 1];
        outer -= below.steps + below.angles + 1;
        if (token === "}" && endsStatement(text, interesting.lastIndex)) below.steps = below.angles = 0;
        break;
      }
      case ";":
        if (endsStatement(text, interesting.lastIndex)) level.steps = level.angles = 0;
        break;
      case ",":
        level.steps = 0;
        break;
      case "<":
        level.angles++;
        break;
      case ">":
        level.angles = Math.max(0, level.angles - 1);
        break;
      default:
        if (token[0] !== '"' && token[0] !== "'" && token[0] !== "/") level.steps++;
    }
    const now = levels[levels.length - 1];
    if (outer + now.steps + now.angles > deepest) return match.index;
  }
  return null;
}

/** After "}" or ";": whether a new statement begins there (not: else, an operator). */
function endsStatement(text: string, from: number): boolean {
  word.lastIndex = from;
  const next = word.exec(text)?.[1];
  if (next === undefined) return text.slice(from).trim() === "" || /^\s*[/["'`(]/.test(text.slice(from, from + 200));
  return !/^(else|extends|instanceof|in|as|satisfies)$/.test(next);
}
