// To look at an address is safe; to make one into a pointer is not.
class Page {
  next: Ptr<Page> | null;
}
export function distance(a: Ptr<Page>, b: Ptr<Page>): u64 {
  return addr(b) - addr(a);
}
