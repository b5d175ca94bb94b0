// What an editor refuses with this prelude, and what only the compiler can refuse.
// "error:" is the compiler's message at that line; "tsc: no" says that TypeScript accepts the line.
import { allocPages, type Page, type Phys, type Pfn } from "./page.ts";
import { Locked } from "./sync.ts";

declare let a: u32, b: u64, phys: Phys, pfn: Pfn, page: Ptr<Page>, maybe: Ptr<Page> | null, up: User<u8>, pp: Ptr<Ptr<Page>>, q: Ptr<u32>;
declare const lk: Locked<Page>;

function editor(): void {
  b = a; // error: u64 expected, this is u32
  phys = pfn; // error: Phys expected, this is Pfn
  a = "x"; // error: u32 expected, this is string
  maybe.flags = 0; // error: maybe may be null
  page = allocPages(0); // error: Ptr<Page> expected, this is Res<Ptr<Page>>
  b = u64(up[0]); // error: up is an address in a user program
  lk.data.flags = 0; // error: data is private to Locked<Page>
  page = page[0]; // error: Ptr<Page> expected, this is Page
  pp.flags = 0; // error: Ptr<Page> has no member flags
  q = page; // error: Ptr<u32> expected, this is Ptr<Page>
  b = offsetOf<Page>("nxt"); // error: Page has no field nxt
  b = page + 1; // error: + works on integers, this is Ptr<Page>
  b = Math.max(1, 2); // error: there is no Math
  a.toFixed(2); // error: u32 has no method toFixed
}

function compiler(): void {
  b = a + 1; // tsc: no, error: u64 expected, this is u32
  b = b + a; // tsc: no, error: u64 + u32: both sides must have the same type
  a = 0x1_0000_0000; // tsc: no, error: 0x100000000 does not fit into u32
  phys = pfn + 0; // tsc: no, error: Phys expected, this is Pfn
  let local: Page = page; // tsc: no, error: Page expected, this is Ptr<Page>
  allocPages(0); // tsc: no, error: allocPages(0) may be an error and nobody looks
  const x: any = 1; // tsc: no, error: the type any is not part of the kernel language
  if (a == b) { // tsc: no, error: == is not part of the kernel language
    page = page;
  }
}
