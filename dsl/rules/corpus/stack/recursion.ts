class Node {
  left: Ptr<Node> | null;
  right: Ptr<Node> | null;
  weight: u64;
}

export function weigh(node: Ptr<Node>): u64 {
  let sum = node.weight;
  if (node.left !== null) sum += weigh(node.left);
  //                             ^ rule: stack/recursion.weigh → stack/recursion.weigh: this recursion has no bound
  if (node.right !== null) sum += weigh(node.right);
  return sum;
}
