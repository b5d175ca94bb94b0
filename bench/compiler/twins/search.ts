/** How often a pattern occurs in a text, looked for at every place. */
export function search(text: View<u8>, pattern: View<u8>): u64 {
  attr(symbol("search"));
  let found: u64 = 0;
  if (pattern.length > text.length) return 0;
  for (let at: usize = 0; at <= text.length - pattern.length; at++) {
    let i: usize = 0;
    while (i < pattern.length && text[at + i] === pattern[i]) i++;
    if (i === pattern.length) found++;
  }
  return found;
}
