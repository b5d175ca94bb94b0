/**
 * The mnemonics as methods.
 */
import type { AsmOperand } from "./operand.ts";

export type Instruct = (...operands: AsmOperand[]) => void;

export interface Mnemonics {
  aaa: Instruct;
  aad: Instruct;
  aam: Instruct;
  aas: Instruct;
  adc: Instruct;
  adcx: Instruct;
  add: Instruct;
  adox: Instruct;
  and: Instruct;
  andn: Instruct;
  arpl: Instruct;
  bextr: Instruct;
  blsi: Instruct;
  blsmsk: Instruct;
  blsr: Instruct;
  bound: Instruct;
  bsf: Instruct;
  bsr: Instruct;
  bswap: Instruct;
  bt: Instruct;
  btc: Instruct;
  btr: Instruct;
  bts: Instruct;
  bzhi: Instruct;
  call: Instruct;
  cbw: Instruct;
  cdq: Instruct;
  cdqe: Instruct;
  clac: Instruct;
  clc: Instruct;
  cld: Instruct;
  clflush: Instruct;
  clflushopt: Instruct;
  cli: Instruct;
  clts: Instruct;
  cmc: Instruct;
  cmova: Instruct;
  cmovae: Instruct;
  cmovb: Instruct;
  cmovbe: Instruct;
  cmovc: Instruct;
  cmove: Instruct;
  cmovg: Instruct;
  cmovge: Instruct;
  cmovl: Instruct;
  cmovle: Instruct;
  cmovna: Instruct;
  cmovnae: Instruct;
  cmovnb: Instruct;
  cmovnbe: Instruct;
  cmovnc: Instruct;
  cmovne: Instruct;
  cmovng: Instruct;
  cmovnge: Instruct;
  cmovnl: Instruct;
  cmovnle: Instruct;
  cmovno: Instruct;
  cmovnp: Instruct;
  cmovns: Instruct;
  cmovnz: Instruct;
  cmovo: Instruct;
  cmovp: Instruct;
  cmovpe: Instruct;
  cmovpo: Instruct;
  cmovs: Instruct;
  cmovz: Instruct;
  cmp: Instruct;
  cmpsb: Instruct;
  cmpsd: Instruct;
  cmpsq: Instruct;
  cmpsw: Instruct;
  cmpxchg: Instruct;
  cmpxchg16b: Instruct;
  cmpxchg8b: Instruct;
  cpuid: Instruct;
  cqo: Instruct;
  crc32: Instruct;
  cwd: Instruct;
  cwde: Instruct;
  daa: Instruct;
  das: Instruct;
  dec: Instruct;
  div: Instruct;
  enter: Instruct;
  hlt: Instruct;
  idiv: Instruct;
  imul: Instruct;
  in: Instruct;
  inc: Instruct;
  insb: Instruct;
  insd: Instruct;
  insw: Instruct;
  int: Instruct;
  int1: Instruct;
  int3: Instruct;
  into: Instruct;
  invd: Instruct;
  invlpg: Instruct;
  invpcid: Instruct;
  iret: Instruct;
  iretd: Instruct;
  iretq: Instruct;
  ja: Instruct;
  jae: Instruct;
  jb: Instruct;
  jbe: Instruct;
  jc: Instruct;
  jcxz: Instruct;
  je: Instruct;
  jecxz: Instruct;
  jg: Instruct;
  jge: Instruct;
  jl: Instruct;
  jle: Instruct;
  jmp: Instruct;
  jna: Instruct;
  jnae: Instruct;
  jnb: Instruct;
  jnbe: Instruct;
  jnc: Instruct;
  jne: Instruct;
  jng: Instruct;
  jnge: Instruct;
  jnl: Instruct;
  jnle: Instruct;
  jno: Instruct;
  jnp: Instruct;
  jns: Instruct;
  jnz: Instruct;
  jo: Instruct;
  jp: Instruct;
  jpe: Instruct;
  jpo: Instruct;
  jrcxz: Instruct;
  js: Instruct;
  jz: Instruct;
  lahf: Instruct;
  lar: Instruct;
  lds: Instruct;
  lea: Instruct;
  leave: Instruct;
  les: Instruct;
  lfence: Instruct;
  lfs: Instruct;
  lgdt: Instruct;
  lgs: Instruct;
  lidt: Instruct;
  lldt: Instruct;
  lmsw: Instruct;
  lodsb: Instruct;
  lodsd: Instruct;
  lodsq: Instruct;
  lodsw: Instruct;
  loop: Instruct;
  loope: Instruct;
  loopne: Instruct;
  lsl: Instruct;
  lss: Instruct;
  ltr: Instruct;
  lzcnt: Instruct;
  mfence: Instruct;
  monitor: Instruct;
  mov: Instruct;
  movbe: Instruct;
  movsb: Instruct;
  movsd: Instruct;
  movsq: Instruct;
  movsw: Instruct;
  movsx: Instruct;
  movsxd: Instruct;
  movzx: Instruct;
  mul: Instruct;
  mulx: Instruct;
  mwait: Instruct;
  neg: Instruct;
  nop: Instruct;
  not: Instruct;
  or: Instruct;
  out: Instruct;
  outsb: Instruct;
  outsd: Instruct;
  outsw: Instruct;
  pause: Instruct;
  pdep: Instruct;
  pext: Instruct;
  pop: Instruct;
  popa: Instruct;
  popad: Instruct;
  popcnt: Instruct;
  popf: Instruct;
  popfd: Instruct;
  popfq: Instruct;
  prefetchnta: Instruct;
  prefetcht0: Instruct;
  prefetcht1: Instruct;
  prefetcht2: Instruct;
  prefetchw: Instruct;
  push: Instruct;
  pusha: Instruct;
  pushad: Instruct;
  pushf: Instruct;
  pushfd: Instruct;
  pushfq: Instruct;
  rcl: Instruct;
  rcr: Instruct;
  rdfsbase: Instruct;
  rdgsbase: Instruct;
  rdmsr: Instruct;
  rdpid: Instruct;
  rdpmc: Instruct;
  rdrand: Instruct;
  rdseed: Instruct;
  rdtsc: Instruct;
  rdtscp: Instruct;
  ret: Instruct;
  retf: Instruct;
  rol: Instruct;
  ror: Instruct;
  rorx: Instruct;
  rsm: Instruct;
  sahf: Instruct;
  sar: Instruct;
  sarx: Instruct;
  sbb: Instruct;
  scasb: Instruct;
  scasd: Instruct;
  scasq: Instruct;
  scasw: Instruct;
  seta: Instruct;
  setae: Instruct;
  setb: Instruct;
  setbe: Instruct;
  setc: Instruct;
  sete: Instruct;
  setg: Instruct;
  setge: Instruct;
  setl: Instruct;
  setle: Instruct;
  setna: Instruct;
  setnae: Instruct;
  setnb: Instruct;
  setnbe: Instruct;
  setnc: Instruct;
  setne: Instruct;
  setng: Instruct;
  setnge: Instruct;
  setnl: Instruct;
  setnle: Instruct;
  setno: Instruct;
  setnp: Instruct;
  setns: Instruct;
  setnz: Instruct;
  seto: Instruct;
  setp: Instruct;
  setpe: Instruct;
  setpo: Instruct;
  sets: Instruct;
  setz: Instruct;
  sfence: Instruct;
  sgdt: Instruct;
  shl: Instruct;
  shld: Instruct;
  shlx: Instruct;
  shr: Instruct;
  shrd: Instruct;
  shrx: Instruct;
  sidt: Instruct;
  sldt: Instruct;
  smsw: Instruct;
  stac: Instruct;
  stc: Instruct;
  std: Instruct;
  sti: Instruct;
  stosb: Instruct;
  stosd: Instruct;
  stosq: Instruct;
  stosw: Instruct;
  str: Instruct;
  sub: Instruct;
  swapgs: Instruct;
  syscall: Instruct;
  sysenter: Instruct;
  sysexit: Instruct;
  sysret: Instruct;
  sysretq: Instruct;
  test: Instruct;
  tzcnt: Instruct;
  ud2: Instruct;
  verr: Instruct;
  verw: Instruct;
  wait: Instruct;
  wbinvd: Instruct;
  wrfsbase: Instruct;
  wrgsbase: Instruct;
  wrmsr: Instruct;
  xadd: Instruct;
  xchg: Instruct;
  xgetbv: Instruct;
  xlatb: Instruct;
  xor: Instruct;
  xsetbv: Instruct;
}

export const mnemonics = [
  "aaa",
  "aad",
  "aam",
  "aas",
  "adc",
  "adcx",
  "add",
  "adox",
  "and",
  "andn",
  "arpl",
  "bextr",
  "blsi",
  "blsmsk",
  "blsr",
  "bound",
  "bsf",
  "bsr",
  "bswap",
  "bt",
  "btc",
  "btr",
  "bts",
  "bzhi",
  "call",
  "cbw",
  "cdq",
  "cdqe",
  "clac",
  "clc",
  "cld",
  "clflush",
  "clflushopt",
  "cli",
  "clts",
  "cmc",
  "cmova",
  "cmovae",
  "cmovb",
  "cmovbe",
  "cmovc",
  "cmove",
  "cmovg",
  "cmovge",
  "cmovl",
  "cmovle",
  "cmovna",
  "cmovnae",
  "cmovnb",
  "cmovnbe",
  "cmovnc",
  "cmovne",
  "cmovng",
  "cmovnge",
  "cmovnl",
  "cmovnle",
  "cmovno",
  "cmovnp",
  "cmovns",
  "cmovnz",
  "cmovo",
  "cmovp",
  "cmovpe",
  "cmovpo",
  "cmovs",
  "cmovz",
  "cmp",
  "cmpsb",
  "cmpsd",
  "cmpsq",
  "cmpsw",
  "cmpxchg",
  "cmpxchg16b",
  "cmpxchg8b",
  "cpuid",
  "cqo",
  "crc32",
  "cwd",
  "cwde",
  "daa",
  "das",
  "dec",
  "div",
  "enter",
  "hlt",
  "idiv",
  "imul",
  "in",
  "inc",
  "insb",
  "insd",
  "insw",
  "int",
  "int1",
  "int3",
  "into",
  "invd",
  "invlpg",
  "invpcid",
  "iret",
  "iretd",
  "iretq",
  "ja",
  "jae",
  "jb",
  "jbe",
  "jc",
  "jcxz",
  "je",
  "jecxz",
  "jg",
  "jge",
  "jl",
  "jle",
  "jmp",
  "jna",
  "jnae",
  "jnb",
  "jnbe",
  "jnc",
  "jne",
  "jng",
  "jnge",
  "jnl",
  "jnle",
  "jno",
  "jnp",
  "jns",
  "jnz",
  "jo",
  "jp",
  "jpe",
  "jpo",
  "jrcxz",
  "js",
  "jz",
  "lahf",
  "lar",
  "lds",
  "lea",
  "leave",
  "les",
  "lfence",
  "lfs",
  "lgdt",
  "lgs",
  "lidt",
  "lldt",
  "lmsw",
  "lodsb",
  "lodsd",
  "lodsq",
  "lodsw",
  "loop",
  "loope",
  "loopne",
  "lsl",
  "lss",
  "ltr",
  "lzcnt",
  "mfence",
  "monitor",
  "mov",
  "movbe",
  "movsb",
  "movsd",
  "movsq",
  "movsw",
  "movsx",
  "movsxd",
  "movzx",
  "mul",
  "mulx",
  "mwait",
  "neg",
  "nop",
  "not",
  "or",
  "out",
  "outsb",
  "outsd",
  "outsw",
  "pause",
  "pdep",
  "pext",
  "pop",
  "popa",
  "popad",
  "popcnt",
  "popf",
  "popfd",
  "popfq",
  "prefetchnta",
  "prefetcht0",
  "prefetcht1",
  "prefetcht2",
  "prefetchw",
  "push",
  "pusha",
  "pushad",
  "pushf",
  "pushfd",
  "pushfq",
  "rcl",
  "rcr",
  "rdfsbase",
  "rdgsbase",
  "rdmsr",
  "rdpid",
  "rdpmc",
  "rdrand",
  "rdseed",
  "rdtsc",
  "rdtscp",
  "ret",
  "retf",
  "rol",
  "ror",
  "rorx",
  "rsm",
  "sahf",
  "sar",
  "sarx",
  "sbb",
  "scasb",
  "scasd",
  "scasq",
  "scasw",
  "seta",
  "setae",
  "setb",
  "setbe",
  "setc",
  "sete",
  "setg",
  "setge",
  "setl",
  "setle",
  "setna",
  "setnae",
  "setnb",
  "setnbe",
  "setnc",
  "setne",
  "setng",
  "setnge",
  "setnl",
  "setnle",
  "setno",
  "setnp",
  "setns",
  "setnz",
  "seto",
  "setp",
  "setpe",
  "setpo",
  "sets",
  "setz",
  "sfence",
  "sgdt",
  "shl",
  "shld",
  "shlx",
  "shr",
  "shrd",
  "shrx",
  "sidt",
  "sldt",
  "smsw",
  "stac",
  "stc",
  "std",
  "sti",
  "stosb",
  "stosd",
  "stosq",
  "stosw",
  "str",
  "sub",
  "swapgs",
  "syscall",
  "sysenter",
  "sysexit",
  "sysret",
  "sysretq",
  "test",
  "tzcnt",
  "ud2",
  "verr",
  "verw",
  "wait",
  "wbinvd",
  "wrfsbase",
  "wrgsbase",
  "wrmsr",
  "xadd",
  "xchg",
  "xgetbv",
  "xlatb",
  "xor",
  "xsetbv",
] as const satisfies (keyof Mnemonics)[];
