/** The sum of the numbers of all bits that are set. */
export function bitmap(words: View<u64>): u64 {
  attr(symbol("bitmap"));
  let sum: u64 = 0;
  for (let i: usize = 0; i < words.length; i++)
    for (let left = words[i]; left !== 0; left &= left - 1) sum += 64 * i + u64(trailingZeros(left));
  return sum;
}
