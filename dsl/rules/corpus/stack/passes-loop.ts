class Node {
  next: Ptr<Node> | null;
  weight: u64;
}
export function weigh(node: Ptr<Node>): u64 {
  let sum = node.weight;
  for (let at = node.next; at !== null; at = at.next) sum += at.weight;
  return sum;
}
