// A text without bytes shares its address with the next global: a failed check of WebAssembly showed the wrong one.
const nothing = "";
const list = zeroed<Arr<u32, 5>>();
const index: u64 = 31;
export function main(): void {
  print`${nothing}\n`;
  nothing = "end";
  index++;
  list[index] = 1;
}
