// A text without bytes shares its address with the next global: a failed check of WebAssembly showed the wrong one.
let nothing = "";
const list = zeroed<Arr<u32, 5>>();
let index: u64 = 30;
export function main(): void {
  print`${nothing}\n`;
  nothing = "end";
  index++;
  list[index] = 1;
}
