class Head {
  kind: u32;
}
class Body {
  kind: u32;
  more: u64;
}
function each(f: (p: Ptr<Head>) => void): void {
  const head = zeroed<Head>();
  f(ref(head));
}
export function main(): void {
  each((p) => {
    const body = unsafe.cast<Ptr<Body>>(p);
    //           ^ rule: unsafe.cast in a module that may not be unsafe
    body.more = 1;
  });
}
