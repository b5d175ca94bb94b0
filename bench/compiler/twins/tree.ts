/** A binary search tree: keys inserted, then the distances of all keys from the root added up. */
class Node {
  key: u64;
  left: Ptr<Node> | null;
  right: Ptr<Node> | null;
}

function insert(root: Ptr<Node>, node: Ptr<Node>): void {
  let at = root;
  for (;;) {
    const next = node.key < at.key ? at.left : at.right;
    if (next === null) break;
    at = next;
  }
  if (node.key < at.key) at.left = node;
  else at.right = node;
}

function depthOf(root: Ptr<Node>, key: u64): u64 {
  let depth: u64 = 0;
  for (let at: Ptr<Node> | null = root; at !== null; at = key < at.key ? at.left : at.right) {
    if (at.key === key) return depth;
    depth++;
  }
  return 0;
}

export function tree(nodes: Slice<Node>, keys: View<u64>): u64 {
  attr(symbol("tree"));
  for (let i: usize = 0; i < keys.length; i++) {
    const node = ref(nodes[i]);
    node.key = keys[i];
    node.left = null;
    node.right = null;
    if (i > 0) insert(ref(nodes[0]), node);
  }
  let sum: u64 = 0;
  for (const key of keys) sum += depthOf(ref(nodes[0]), key);
  return sum;
}
