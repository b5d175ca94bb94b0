/**
 * The mnemonics as methods, with the operand types that the instruction table allows. Made by generate-mnemonics.ts:
 * do not edit; change emulator/isa/opcodes.ts and run `node dsl/asm/generate-mnemonics.ts`.
 */
import type {
  ControlRegister,
  DebugRegister,
  R8,
  R16,
  R32,
  R64,
  Register,
  SegmentRegister,
  X87Register,
} from "../../emulator/isa/registers.ts";
import type { Value } from "../out/expression.ts";
import type { Memory } from "./operand.ts";

/** A general register of W bits. */
type R<W extends number> = Register<W, "general">;

export interface Mnemonics {
  /** AAA */
  aaa(): void;
  /** AAD imm8 */
  aad(value: Value): void;
  /** AAM imm8 */
  aam(value: Value): void;
  /** AAS */
  aas(): void;
  /** ADC r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  adc<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  adc<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** ADCX r32, r/m32 · r64, r/m64 */
  adcx<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** ADD r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  add<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  add<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** ADOX r32, r/m32 · r64, r/m64 */
  adox<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** AND r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  and<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  and<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** ANDN r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  andn<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** ARPL r/m16, r16 */
  arpl(destination: R16 | Memory<16>, source: R16): void;
  /** BEXTR r32a, r/m32, r32b · r64a, r/m64, r64b */
  bextr<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: R<NoInfer<W>>): void;
  /** BLSI r32, r/m32 · r64, r/m64 */
  blsi<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** BLSMSK r32, r/m32 · r64, r/m64 */
  blsmsk<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** BLSR r32, r/m32 · r64, r/m64 */
  blsr<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** BOUND r16, m16&16 · r32, m32&32 */
  bound(destination: R16 | R32, source: Memory<0>): void;
  /** BSF r16, r/m16 · r32, r/m32 · r64, r/m64 */
  bsf<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** BSR r16, r/m16 · r32, r/m32 · r64, r/m64 */
  bsr<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** BSWAP r16 · r32 · r64 */
  bswap(operand: R16 | R32 | R64): void;
  /** BT r/m16, r16 · r/m32, r32 · r/m64, r64 · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  bt<W extends 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** BTC r/m16, r16 · r/m32, r32 · r/m64, r64 · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  btc<W extends 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** BTR r/m16, r16 · r/m32, r32 · r/m64, r64 · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  btr<W extends 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** BTS r/m16, r16 · r/m32, r32 · r/m64, r64 · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  bts<W extends 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** BZHI r32a, r/m32, r32b · r64a, r/m64, r64b */
  bzhi<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: R<NoInfer<W>>): void;
  /** CALL rel16 · rel32 · r/m16 · r/m32 · r/m64 */
  call(operand: Value | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** CBW */
  cbw(): void;
  /** CDQ */
  cdq(): void;
  /** CDQE */
  cdqe(): void;
  /** CLAC */
  clac(): void;
  /** CLC */
  clc(): void;
  /** CLD */
  cld(): void;
  /** CLDEMOTE m8 */
  cldemote(operand: Memory<8>): void;
  /** CLFLUSH m8 */
  clflush(operand: Memory<8>): void;
  /** CLFLUSHOPT m8 */
  clflushopt(operand: Memory<8>): void;
  /** CLI */
  cli(): void;
  /** CLTS */
  clts(): void;
  /** CLWB m8 */
  clwb(operand: Memory<8>): void;
  /** CMC */
  cmc(): void;
  /** CMOVA r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmova<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVAE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovae<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVB r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovb<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVBE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovbe<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVB r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovc<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmove<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVG r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovg<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVGE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovge<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVL r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovl<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVLE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovle<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVBE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovna<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVB r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnae<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVAE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnb<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVA r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnbe<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVAE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnc<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVNE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovne<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVLE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovng<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVL r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnge<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVGE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnl<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVG r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnle<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVNO r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovno<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVNP r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnp<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVNS r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovns<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVNE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovnz<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVO r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovo<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVP r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovp<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVP r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovpe<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVNP r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovpo<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVS r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovs<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMOVE r16, r/m16 · r32, r/m32 · r64, r/m64 */
  cmovz<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** CMP r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  cmp<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  cmp<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** CMPSB */
  cmpsb(): void;
  /** CMPSD */
  cmpsd(): void;
  /** CMPSQ */
  cmpsq(): void;
  /** CMPSW */
  cmpsw(): void;
  /** CMPXCHG r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 */
  cmpxchg<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>>): void;
  /** CMPXCHG16B m128 */
  cmpxchg16b(operand: Memory<0>): void;
  /** CMPXCHG8B m64 */
  cmpxchg8b(operand: Memory<64>): void;
  /** CPUID */
  cpuid(): void;
  /** CQO */
  cqo(): void;
  /** CRC32 r32, r/m8 · r64, r/m8 · r32, r/m16 · r32, r/m32 · r64, r/m64 */
  crc32(destination: R32, source: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32>): void;
  crc32(destination: R64, source: R8 | Memory<8> | R64 | Memory<64>): void;
  /** CWD */
  cwd(): void;
  /** CWDE */
  cwde(): void;
  /** DAA */
  daa(): void;
  /** DAS */
  das(): void;
  /** DEC r16 · r32 · r/m8 · r/m16 · r/m32 · r/m64 */
  dec(operand: R16 | R32 | R8 | Memory<8> | Memory<16> | Memory<32> | R64 | Memory<64>): void;
  /** DIV r/m8 · r/m16 · r/m32 · r/m64 */
  div(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** ENDBR32 */
  endbr32(): void;
  /** ENDBR64 */
  endbr64(): void;
  /** ENTER imm16, imm8 */
  enter(destination: Value, source: Value): void;
  /** F2XM1 */
  f2xm1(): void;
  /** FABS */
  fabs(): void;
  /** FADD m32fp · m64fp · ST(0), ST(i) · ST(i), ST(0) */
  fadd(operand: Memory<32> | Memory<64>): void;
  fadd(destination: X87Register, source: X87Register): void;
  /** FADDP ST(i), ST(0) */
  faddp(destination: X87Register, source: X87Register): void;
  /** FBLD m80bcd */
  fbld(operand: Memory<80>): void;
  /** FBSTP m80bcd */
  fbstp(operand: Memory<80>): void;
  /** FCHS */
  fchs(): void;
  /** FCMOVB ST(0), ST(i) */
  fcmovb(destination: X87Register, source: X87Register): void;
  /** FCMOVBE ST(0), ST(i) */
  fcmovbe(destination: X87Register, source: X87Register): void;
  /** FCMOVE ST(0), ST(i) */
  fcmove(destination: X87Register, source: X87Register): void;
  /** FCMOVNB ST(0), ST(i) */
  fcmovnb(destination: X87Register, source: X87Register): void;
  /** FCMOVNBE ST(0), ST(i) */
  fcmovnbe(destination: X87Register, source: X87Register): void;
  /** FCMOVNE ST(0), ST(i) */
  fcmovne(destination: X87Register, source: X87Register): void;
  /** FCMOVNU ST(0), ST(i) */
  fcmovnu(destination: X87Register, source: X87Register): void;
  /** FCMOVU ST(0), ST(i) */
  fcmovu(destination: X87Register, source: X87Register): void;
  /** FCOM m32fp · m64fp · ST(0), ST(i) */
  fcom(operand: Memory<32> | Memory<64>): void;
  fcom(destination: X87Register, source: X87Register): void;
  /** FCOMI ST(0), ST(i) */
  fcomi(destination: X87Register, source: X87Register): void;
  /** FCOMIP ST(0), ST(i) */
  fcomip(destination: X87Register, source: X87Register): void;
  /** FCOMP m32fp · m64fp · ST(0), ST(i) */
  fcomp(operand: Memory<32> | Memory<64>): void;
  fcomp(destination: X87Register, source: X87Register): void;
  /** FCOMPP */
  fcompp(): void;
  /** FCOS */
  fcos(): void;
  /** FDECSTP */
  fdecstp(): void;
  /** FDIV m32fp · m64fp · ST(0), ST(i) · ST(i), ST(0) */
  fdiv(operand: Memory<32> | Memory<64>): void;
  fdiv(destination: X87Register, source: X87Register): void;
  /** FDIVP ST(i), ST(0) */
  fdivp(destination: X87Register, source: X87Register): void;
  /** FDIVR m32fp · m64fp · ST(0), ST(i) · ST(i), ST(0) */
  fdivr(operand: Memory<32> | Memory<64>): void;
  fdivr(destination: X87Register, source: X87Register): void;
  /** FDIVRP ST(i), ST(0) */
  fdivrp(destination: X87Register, source: X87Register): void;
  /** FFREE ST(i) */
  ffree(operand: X87Register): void;
  /** FFREEP ST(i) */
  ffreep(operand: X87Register): void;
  /** FIADD m32int · m16int */
  fiadd(operand: Memory<32> | Memory<16>): void;
  /** FICOM m32int · m16int */
  ficom(operand: Memory<32> | Memory<16>): void;
  /** FICOMP m32int · m16int */
  ficomp(operand: Memory<32> | Memory<16>): void;
  /** FIDIV m32int · m16int */
  fidiv(operand: Memory<32> | Memory<16>): void;
  /** FIDIVR m32int · m16int */
  fidivr(operand: Memory<32> | Memory<16>): void;
  /** FILD m16int · m32int · m64int */
  fild(operand: Memory<16> | Memory<32> | Memory<64>): void;
  /** FIMUL m32int · m16int */
  fimul(operand: Memory<32> | Memory<16>): void;
  /** FINCSTP */
  fincstp(): void;
  /** FIST m16int · m32int */
  fist(operand: Memory<16> | Memory<32>): void;
  /** FISTP m16int · m32int · m64int */
  fistp(operand: Memory<16> | Memory<32> | Memory<64>): void;
  /** FISTTP m16int · m32int · m64int */
  fisttp(operand: Memory<16> | Memory<32> | Memory<64>): void;
  /** FISUB m32int · m16int */
  fisub(operand: Memory<32> | Memory<16>): void;
  /** FISUBR m32int · m16int */
  fisubr(operand: Memory<32> | Memory<16>): void;
  /** FLD m32fp · m64fp · m80fp · ST(i) */
  fld(operand: Memory<32> | Memory<64> | Memory<80> | X87Register): void;
  /** FLD1 */
  fld1(): void;
  /** FLDCW m16 */
  fldcw(operand: Memory<16>): void;
  /** FLDENV m */
  fldenv(operand: Memory): void;
  /** FLDL2E */
  fldl2e(): void;
  /** FLDL2T */
  fldl2t(): void;
  /** FLDLG2 */
  fldlg2(): void;
  /** FLDLN2 */
  fldln2(): void;
  /** FLDPI */
  fldpi(): void;
  /** FLDZ */
  fldz(): void;
  /** FMUL m32fp · m64fp · ST(0), ST(i) · ST(i), ST(0) */
  fmul(operand: Memory<32> | Memory<64>): void;
  fmul(destination: X87Register, source: X87Register): void;
  /** FMULP ST(i), ST(0) */
  fmulp(destination: X87Register, source: X87Register): void;
  /** FNCLEX */
  fnclex(): void;
  /** FNDISI */
  fndisi(): void;
  /** FNENI */
  fneni(): void;
  /** FNINIT */
  fninit(): void;
  /** FNOP */
  fnop(): void;
  /** FNSAVE m */
  fnsave(operand: Memory): void;
  /** FNSETPM */
  fnsetpm(): void;
  /** FNSTCW m16 */
  fnstcw(operand: Memory<16>): void;
  /** FNSTENV m */
  fnstenv(operand: Memory): void;
  /** FNSTSW m16 · AX */
  fnstsw(operand: Memory<16> | R16): void;
  /** FPATAN */
  fpatan(): void;
  /** FPREM */
  fprem(): void;
  /** FPREM1 */
  fprem1(): void;
  /** FPTAN */
  fptan(): void;
  /** FRNDINT */
  frndint(): void;
  /** FRSTOR m */
  frstor(operand: Memory): void;
  /** FSCALE */
  fscale(): void;
  /** FSIN */
  fsin(): void;
  /** FSINCOS */
  fsincos(): void;
  /** FSQRT */
  fsqrt(): void;
  /** FST m32fp · m64fp · ST(i) */
  fst(operand: Memory<32> | Memory<64> | X87Register): void;
  /** FSTP m32fp · m64fp · m80fp · ST(i) */
  fstp(operand: Memory<32> | Memory<64> | Memory<80> | X87Register): void;
  /** FSTPNCE ST(i) */
  fstpnce(operand: X87Register): void;
  /** FSUB m32fp · m64fp · ST(0), ST(i) · ST(i), ST(0) */
  fsub(operand: Memory<32> | Memory<64>): void;
  fsub(destination: X87Register, source: X87Register): void;
  /** FSUBP ST(i), ST(0) */
  fsubp(destination: X87Register, source: X87Register): void;
  /** FSUBR m32fp · m64fp · ST(0), ST(i) · ST(i), ST(0) */
  fsubr(operand: Memory<32> | Memory<64>): void;
  fsubr(destination: X87Register, source: X87Register): void;
  /** FSUBRP ST(i), ST(0) */
  fsubrp(destination: X87Register, source: X87Register): void;
  /** FTST */
  ftst(): void;
  /** FUCOM ST(0), ST(i) */
  fucom(destination: X87Register, source: X87Register): void;
  /** FUCOMI ST(0), ST(i) */
  fucomi(destination: X87Register, source: X87Register): void;
  /** FUCOMIP ST(0), ST(i) */
  fucomip(destination: X87Register, source: X87Register): void;
  /** FUCOMP ST(0), ST(i) */
  fucomp(destination: X87Register, source: X87Register): void;
  /** FUCOMPP */
  fucompp(): void;
  /** WAIT */
  fwait(): void;
  /** FXAM */
  fxam(): void;
  /** FXCH ST(0), ST(i) */
  fxch(destination: X87Register, source: X87Register): void;
  /** FXTRACT */
  fxtract(): void;
  /** FYL2X */
  fyl2x(): void;
  /** FYL2XP1 */
  fyl2xp1(): void;
  /** HLT */
  hlt(): void;
  /** INT1 */
  icebp(): void;
  /** IDIV r/m8 · r/m16 · r/m32 · r/m64 */
  idiv(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** IMUL r/m8 · r/m16 · r/m32 · r/m64 · r16, r/m16 · r32, r/m32 · r64, r/m64 · r16, r/m16, imm16 · r32, r/m32, imm32 · r64, r/m64, imm32 · r16, r/m16, imm8 · r32, r/m32, imm8 · … */
  imul(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  imul<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  imul<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: Value): void;
  /** IN AL, imm8 · AX, imm8 · EAX, imm8 · AL, DX · AX, DX · EAX, DX */
  in(destination: R8 | R16 | R32, source: Value | R16): void;
  /** INC r16 · r32 · r/m8 · r/m16 · r/m32 · r/m64 */
  inc(operand: R16 | R32 | R8 | Memory<8> | Memory<16> | Memory<32> | R64 | Memory<64>): void;
  /** INSB */
  insb(): void;
  /** INSD */
  insd(): void;
  /** INSW */
  insw(): void;
  /** INT imm8 */
  int(value: Value): void;
  /** INT1 */
  int1(): void;
  /** INT3 */
  int3(): void;
  /** INTO */
  into(): void;
  /** INVD */
  invd(): void;
  /** INVLPG m */
  invlpg(operand: Memory): void;
  /** INVPCID r32, m128 · r64, m128 */
  invpcid(destination: R32 | R64, source: Memory<0>): void;
  /** IRET */
  iret(): void;
  /** IRETD */
  iretd(): void;
  /** IRETQ */
  iretq(): void;
  /** JA rel8 · rel16 · rel32 */
  ja(target: Value): void;
  /** JAE rel8 · rel16 · rel32 */
  jae(target: Value): void;
  /** JB rel8 · rel16 · rel32 */
  jb(target: Value): void;
  /** JBE rel8 · rel16 · rel32 */
  jbe(target: Value): void;
  /** JB rel8 · rel16 · rel32 */
  jc(target: Value): void;
  /** JCXZ rel8 */
  jcxz(target: Value): void;
  /** JE rel8 · rel16 · rel32 */
  je(target: Value): void;
  /** JECXZ rel8 */
  jecxz(target: Value): void;
  /** JG rel8 · rel16 · rel32 */
  jg(target: Value): void;
  /** JGE rel8 · rel16 · rel32 */
  jge(target: Value): void;
  /** JL rel8 · rel16 · rel32 */
  jl(target: Value): void;
  /** JLE rel8 · rel16 · rel32 */
  jle(target: Value): void;
  /** JMP rel8 · rel16 · rel32 · r/m16 · r/m32 · r/m64 */
  jmp(operand: Value | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** JBE rel8 · rel16 · rel32 */
  jna(target: Value): void;
  /** JB rel8 · rel16 · rel32 */
  jnae(target: Value): void;
  /** JAE rel8 · rel16 · rel32 */
  jnb(target: Value): void;
  /** JA rel8 · rel16 · rel32 */
  jnbe(target: Value): void;
  /** JAE rel8 · rel16 · rel32 */
  jnc(target: Value): void;
  /** JNE rel8 · rel16 · rel32 */
  jne(target: Value): void;
  /** JLE rel8 · rel16 · rel32 */
  jng(target: Value): void;
  /** JL rel8 · rel16 · rel32 */
  jnge(target: Value): void;
  /** JGE rel8 · rel16 · rel32 */
  jnl(target: Value): void;
  /** JG rel8 · rel16 · rel32 */
  jnle(target: Value): void;
  /** JNO rel8 · rel16 · rel32 */
  jno(target: Value): void;
  /** JNP rel8 · rel16 · rel32 */
  jnp(target: Value): void;
  /** JNS rel8 · rel16 · rel32 */
  jns(target: Value): void;
  /** JNE rel8 · rel16 · rel32 */
  jnz(target: Value): void;
  /** JO rel8 · rel16 · rel32 */
  jo(target: Value): void;
  /** JP rel8 · rel16 · rel32 */
  jp(target: Value): void;
  /** JP rel8 · rel16 · rel32 */
  jpe(target: Value): void;
  /** JNP rel8 · rel16 · rel32 */
  jpo(target: Value): void;
  /** JRCXZ rel8 */
  jrcxz(target: Value): void;
  /** JS rel8 · rel16 · rel32 */
  js(target: Value): void;
  /** JE rel8 · rel16 · rel32 */
  jz(target: Value): void;
  /** LAHF */
  lahf(): void;
  /** LAR r16, r/m16 · r32, r/m16 · r64, r/m16 */
  lar(destination: R16 | R32 | R64, source: R16 | Memory<16>): void;
  /** LDS r16, m16:16 · r32, m16:32 */
  lds(destination: R16 | R32, source: Memory<0>): void;
  /** LEA r16, m · r32, m · r64, m */
  lea(destination: R16 | R32 | R64, source: Memory): void;
  /** LEAVE */
  leave(): void;
  /** LES r16, m16:16 · r32, m16:32 */
  les(destination: R16 | R32, source: Memory<0>): void;
  /** LFENCE */
  lfence(): void;
  /** LFS r16, m16:16 · r32, m16:32 · r64, m16:64 */
  lfs(destination: R16 | R32 | R64, source: Memory<0>): void;
  /** LGDT m16&32 · m16&64 */
  lgdt(operand: Memory<0>): void;
  /** LGS r16, m16:16 · r32, m16:32 · r64, m16:64 */
  lgs(destination: R16 | R32 | R64, source: Memory<0>): void;
  /** LIDT m16&32 · m16&64 */
  lidt(operand: Memory<0>): void;
  /** LLDT r/m16 */
  lldt(operand: R16 | Memory<16>): void;
  /** LMSW r/m16 */
  lmsw(operand: R16 | Memory<16>): void;
  /** LODSB */
  lodsb(): void;
  /** LODSD */
  lodsd(): void;
  /** LODSQ */
  lodsq(): void;
  /** LODSW */
  lodsw(): void;
  /** LOOP rel8 */
  loop(target: Value): void;
  /** LOOPE rel8 */
  loope(target: Value): void;
  /** LOOPNE rel8 */
  loopne(target: Value): void;
  /** LOOPNE rel8 */
  loopnz(target: Value): void;
  /** LOOPE rel8 */
  loopz(target: Value): void;
  /** LSL r16, r/m16 · r32, r/m16 · r64, r/m16 */
  lsl(destination: R16 | R32 | R64, source: R16 | Memory<16>): void;
  /** LSS r16, m16:16 · r32, m16:32 · r64, m16:64 */
  lss(destination: R16 | R32 | R64, source: Memory<0>): void;
  /** LTR r/m16 */
  ltr(operand: R16 | Memory<16>): void;
  /** LZCNT r16, r/m16 · r32, r/m32 · r64, r/m64 */
  lzcnt<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** MFENCE */
  mfence(): void;
  /** MONITOR */
  monitor(): void;
  /** MOV r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · r/m16, Sreg · r32/m16, Sreg · r64/m16, Sreg · Sreg, r/m16 · … */
  mov(destination: R8, source: R8 | Memory<8> | Value): void;
  mov(destination: R16, source: R16 | Memory<16> | SegmentRegister | Value): void;
  mov(destination: R16 | Memory<16>, source: R16 | SegmentRegister | Value): void;
  mov(destination: R16 | SegmentRegister, source: R16 | Memory<16>): void;
  mov(destination: ControlRegister | DebugRegister, source: R32 | R64): void;
  mov<W extends 32 | 64>(
    destination: R<W>,
    source: R<NoInfer<W>> | Memory<NoInfer<W>> | SegmentRegister | Value | ControlRegister | DebugRegister,
  ): void;
  mov<W extends 8 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** MOVBE r16, m16 · r32, m32 · r64, m64 · m16, r16 · m32, r32 · m64, r64 */
  movbe<W extends 16 | 32 | 64>(destination: R<W>, source: Memory<NoInfer<W>>): void;
  movbe<W extends 16 | 32 | 64>(destination: Memory<W>, source: R<NoInfer<W>>): void;
  /** MOVSB */
  movsb(): void;
  /** MOVSD */
  movsd(): void;
  /** MOVSQ */
  movsq(): void;
  /** MOVSW */
  movsw(): void;
  /** MOVSX r16, r/m8 · r32, r/m8 · r64, r/m8 · r16, r/m16 · r32, r/m16 · r64, r/m16 */
  movsx(destination: R16 | R32 | R64, source: R8 | Memory<8> | R16 | Memory<16>): void;
  /** MOVSXD r16, r/m16 · r32, r/m32 · r64, r/m32 */
  movsxd(destination: R16, source: R16 | Memory<16>): void;
  movsxd(destination: R32 | R64, source: R32 | Memory<32>): void;
  /** MOVZX r16, r/m8 · r32, r/m8 · r64, r/m8 · r16, r/m16 · r32, r/m16 · r64, r/m16 */
  movzx(destination: R16 | R32 | R64, source: R8 | Memory<8> | R16 | Memory<16>): void;
  /** MUL r/m8 · r/m16 · r/m32 · r/m64 */
  mul(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** MULX r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  mulx<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** MWAIT */
  mwait(): void;
  /** NEG r/m8 · r/m16 · r/m32 · r/m64 */
  neg(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** NOP r/m16 · r/m32 · r/m64 */
  nop(): void;
  nop(operand: R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** NOT r/m8 · r/m16 · r/m32 · r/m64 */
  not(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** OR r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  or<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  or<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** OUT imm8, AL · imm8, AX · imm8, EAX · DX, AL · DX, AX · DX, EAX */
  out(destination: Value | R16, source: R8 | R16 | R32): void;
  /** OUTSB */
  outsb(): void;
  /** OUTSD */
  outsd(): void;
  /** OUTSW */
  outsw(): void;
  /** PAUSE */
  pause(): void;
  /** PDEP r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  pdep<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** PEXT r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  pext<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** POP r16 · r32 · r64 · r/m16 · r/m32 · r/m64 · ES · SS · DS · FS · GS */
  pop(operand: R16 | R32 | R64 | Memory<16> | Memory<32> | Memory<64> | SegmentRegister): void;
  /** POPA */
  popa(): void;
  /** POPAD */
  popad(): void;
  /** POPCNT r16, r/m16 · r32, r/m32 · r64, r/m64 */
  popcnt<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** POPF */
  popf(): void;
  /** POPFD */
  popfd(): void;
  /** POPFQ */
  popfq(): void;
  /** PREFETCH m8 */
  prefetch(operand: Memory<8>): void;
  /** PREFETCHIT0 m8 */
  prefetchit0(operand: Memory<8>): void;
  /** PREFETCHIT1 m8 */
  prefetchit1(operand: Memory<8>): void;
  /** PREFETCHNTA m8 */
  prefetchnta(operand: Memory<8>): void;
  /** PREFETCHT0 m8 */
  prefetcht0(operand: Memory<8>): void;
  /** PREFETCHT1 m8 */
  prefetcht1(operand: Memory<8>): void;
  /** PREFETCHT2 m8 */
  prefetcht2(operand: Memory<8>): void;
  /** PREFETCHW m8 */
  prefetchw(operand: Memory<8>): void;
  /** PREFETCHWT1 m8 */
  prefetchwt1(operand: Memory<8>): void;
  /** PUSH r16 · r32 · r64 · imm16 · imm32 · imm8 · r/m16 · r/m32 · r/m64 · ES · CS · SS · … */
  push(operand: R16 | R32 | R64 | Value | Memory<16> | Memory<32> | Memory<64> | SegmentRegister): void;
  /** PUSHA */
  pusha(): void;
  /** PUSHAD */
  pushad(): void;
  /** PUSHF */
  pushf(): void;
  /** PUSHFD */
  pushfd(): void;
  /** PUSHFQ */
  pushfq(): void;
  /** RCL r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  rcl(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** RCR r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  rcr(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** RDFSBASE r32 · r64 */
  rdfsbase(operand: R32 | R64): void;
  /** RDGSBASE r32 · r64 */
  rdgsbase(operand: R32 | R64): void;
  /** RDMSR */
  rdmsr(): void;
  /** RDPID r32 · r64 */
  rdpid(operand: R32 | R64): void;
  /** RDPKRU */
  rdpkru(): void;
  /** RDPMC */
  rdpmc(): void;
  /** RDRAND r16 · r32 · r64 */
  rdrand(operand: R16 | R32 | R64): void;
  /** RDSEED r16 · r32 · r64 */
  rdseed(operand: R16 | R32 | R64): void;
  /** RDSSPD r32 */
  rdsspd(operand: R32): void;
  /** RDSSPQ r64 */
  rdsspq(operand: R64): void;
  /** RDTSC */
  rdtsc(): void;
  /** RDTSCP */
  rdtscp(): void;
  /** RET imm16 */
  ret(): void;
  ret(value: Value): void;
  /** RETF imm16 */
  retf(): void;
  retf(value: Value): void;
  /** RET imm16 */
  retn(): void;
  retn(value: Value): void;
  /** ROL r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  rol(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** ROR r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  ror(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** RORX r32, r/m32, imm8 · r64, r/m64, imm8 */
  rorx<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: Value): void;
  /** RSM */
  rsm(): void;
  /** SAHF */
  sahf(): void;
  /** SHL r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  sal(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** SALC */
  salc(): void;
  /** SAR r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  sar(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** SARX r32a, r/m32, r32b · r64a, r/m64, r64b */
  sarx<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: R<NoInfer<W>>): void;
  /** SBB r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  sbb<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  sbb<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** SCASB */
  scasb(): void;
  /** SCASD */
  scasd(): void;
  /** SCASQ */
  scasq(): void;
  /** SCASW */
  scasw(): void;
  /** SERIALIZE */
  serialize(): void;
  /** SETA r/m8 */
  seta(operand: R8 | Memory<8>): void;
  /** SETAE r/m8 */
  setae(operand: R8 | Memory<8>): void;
  /** SETB r/m8 */
  setb(operand: R8 | Memory<8>): void;
  /** SETBE r/m8 */
  setbe(operand: R8 | Memory<8>): void;
  /** SETB r/m8 */
  setc(operand: R8 | Memory<8>): void;
  /** SETE r/m8 */
  sete(operand: R8 | Memory<8>): void;
  /** SETG r/m8 */
  setg(operand: R8 | Memory<8>): void;
  /** SETGE r/m8 */
  setge(operand: R8 | Memory<8>): void;
  /** SETL r/m8 */
  setl(operand: R8 | Memory<8>): void;
  /** SETLE r/m8 */
  setle(operand: R8 | Memory<8>): void;
  /** SETBE r/m8 */
  setna(operand: R8 | Memory<8>): void;
  /** SETB r/m8 */
  setnae(operand: R8 | Memory<8>): void;
  /** SETAE r/m8 */
  setnb(operand: R8 | Memory<8>): void;
  /** SETA r/m8 */
  setnbe(operand: R8 | Memory<8>): void;
  /** SETAE r/m8 */
  setnc(operand: R8 | Memory<8>): void;
  /** SETNE r/m8 */
  setne(operand: R8 | Memory<8>): void;
  /** SETLE r/m8 */
  setng(operand: R8 | Memory<8>): void;
  /** SETL r/m8 */
  setnge(operand: R8 | Memory<8>): void;
  /** SETGE r/m8 */
  setnl(operand: R8 | Memory<8>): void;
  /** SETG r/m8 */
  setnle(operand: R8 | Memory<8>): void;
  /** SETNO r/m8 */
  setno(operand: R8 | Memory<8>): void;
  /** SETNP r/m8 */
  setnp(operand: R8 | Memory<8>): void;
  /** SETNS r/m8 */
  setns(operand: R8 | Memory<8>): void;
  /** SETNE r/m8 */
  setnz(operand: R8 | Memory<8>): void;
  /** SETO r/m8 */
  seto(operand: R8 | Memory<8>): void;
  /** SETP r/m8 */
  setp(operand: R8 | Memory<8>): void;
  /** SETP r/m8 */
  setpe(operand: R8 | Memory<8>): void;
  /** SETNP r/m8 */
  setpo(operand: R8 | Memory<8>): void;
  /** SETS r/m8 */
  sets(operand: R8 | Memory<8>): void;
  /** SETE r/m8 */
  setz(operand: R8 | Memory<8>): void;
  /** SFENCE */
  sfence(): void;
  /** SGDT m16&32 · m16&64 */
  sgdt(operand: Memory<0>): void;
  /** SHL r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  shl(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** SHLD r/m16, r16, imm8 · r/m32, r32, imm8 · r/m64, r64, imm8 · r/m16, r16, CL · r/m32, r32, CL · r/m64, r64, CL */
  shld<W extends 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>>, third: Value | R8): void;
  /** SHLX r32a, r/m32, r32b · r64a, r/m64, r64b */
  shlx<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: R<NoInfer<W>>): void;
  /** SHR r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  shr(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** SHRD r/m16, r16, imm8 · r/m32, r32, imm8 · r/m64, r64, imm8 · r/m16, r16, CL · r/m32, r32, CL · r/m64, r64, CL */
  shrd<W extends 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>>, third: Value | R8): void;
  /** SHRX r32a, r/m32, r32b · r64a, r/m64, r64b */
  shrx<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: R<NoInfer<W>>): void;
  /** SIDT m16&32 · m16&64 */
  sidt(operand: Memory<0>): void;
  /** SLDT r/m16 · r32/m16 · r64/m16 */
  sldt(operand: R16 | Memory<16> | R32 | R64): void;
  /** SMSW r/m16 · r32/m16 · r64/m16 */
  smsw(operand: R16 | Memory<16> | R32 | R64): void;
  /** STAC */
  stac(): void;
  /** STC */
  stc(): void;
  /** STD */
  std(): void;
  /** STI */
  sti(): void;
  /** STOSB */
  stosb(): void;
  /** STOSD */
  stosd(): void;
  /** STOSQ */
  stosq(): void;
  /** STOSW */
  stosw(): void;
  /** STR r/m16 · r32/m16 · r64/m16 */
  str(operand: R16 | Memory<16> | R32 | R64): void;
  /** SUB r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  sub<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  sub<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** SWAPGS */
  swapgs(): void;
  /** SYSCALL */
  syscall(): void;
  /** SYSENTER */
  sysenter(): void;
  /** SYSEXIT */
  sysexit(): void;
  /** SYSEXITQ */
  sysexitq(): void;
  /** SYSRET */
  sysret(): void;
  /** SYSRETQ */
  sysretq(): void;
  /** TEST r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · r/m8, imm8 · r/m16, imm16 · r/m32, imm32 · r/m64, imm32 */
  test<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** TZCNT r16, r/m16 · r32, r/m32 · r64, r/m64 */
  tzcnt<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** UD0 r16, r/m16 · r32, r/m32 · r64, r/m64 */
  ud0<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** UD1 r16, r/m16 · r32, r/m32 · r64, r/m64 */
  ud1<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** UD2 */
  ud2(): void;
  /** UD2 */
  ud2a(): void;
  /** UD1 r16, r/m16 · r32, r/m32 · r64, r/m64 */
  ud2b<W extends 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** VERR r/m16 */
  verr(operand: R16 | Memory<16>): void;
  /** VERW r/m16 */
  verw(operand: R16 | Memory<16>): void;
  /** WAIT */
  wait(): void;
  /** WBINVD */
  wbinvd(): void;
  /** WBNOINVD */
  wbnoinvd(): void;
  /** WRFSBASE r32 · r64 */
  wrfsbase(operand: R32 | R64): void;
  /** WRGSBASE r32 · r64 */
  wrgsbase(operand: R32 | R64): void;
  /** WRMSR */
  wrmsr(): void;
  /** WRPKRU */
  wrpkru(): void;
  /** XADD r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 */
  xadd<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>>): void;
  /** XCHG r16, AX · r32, EAX · r64, RAX · r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 */
  xchg<W extends 16 | 32 | 64 | 8>(destination: R<W> | Memory<W>, source: R<NoInfer<W>>): void;
  /** XGETBV */
  xgetbv(): void;
  /** XLATB */
  xlat(): void;
  /** XLATB */
  xlatb(): void;
  /** XOR r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  xor<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  xor<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** XSETBV */
  xsetbv(): void;
}

/** Those that LOCK may precede. */
export type Lockable =
  | "adc"
  | "add"
  | "and"
  | "btc"
  | "btr"
  | "bts"
  | "cmpxchg"
  | "cmpxchg16b"
  | "cmpxchg8b"
  | "dec"
  | "inc"
  | "neg"
  | "not"
  | "or"
  | "sbb"
  | "sub"
  | "xadd"
  | "xchg"
  | "xor";

/** Those that REP (with CMPS and SCAS: REPE) may precede. */
export type Repeatable =
  | "cmpsb"
  | "cmpsd"
  | "cmpsq"
  | "cmpsw"
  | "insb"
  | "insd"
  | "insw"
  | "lodsb"
  | "lodsd"
  | "lodsq"
  | "lodsw"
  | "movsb"
  | "movsd"
  | "movsq"
  | "movsw"
  | "outsb"
  | "outsd"
  | "outsw"
  | "scasb"
  | "scasd"
  | "scasq"
  | "scasw"
  | "stosb"
  | "stosd"
  | "stosq"
  | "stosw";

/** Those that REPNE may precede. */
export type RepeatableUntilEqual = "cmpsb" | "cmpsd" | "cmpsq" | "cmpsw" | "scasb" | "scasd" | "scasq" | "scasw";

/** All names, for the methods themselves. */
export const mnemonics: readonly (keyof Mnemonics)[] = [
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
  "cldemote",
  "clflush",
  "clflushopt",
  "cli",
  "clts",
  "clwb",
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
  "endbr32",
  "endbr64",
  "enter",
  "f2xm1",
  "fabs",
  "fadd",
  "faddp",
  "fbld",
  "fbstp",
  "fchs",
  "fcmovb",
  "fcmovbe",
  "fcmove",
  "fcmovnb",
  "fcmovnbe",
  "fcmovne",
  "fcmovnu",
  "fcmovu",
  "fcom",
  "fcomi",
  "fcomip",
  "fcomp",
  "fcompp",
  "fcos",
  "fdecstp",
  "fdiv",
  "fdivp",
  "fdivr",
  "fdivrp",
  "ffree",
  "ffreep",
  "fiadd",
  "ficom",
  "ficomp",
  "fidiv",
  "fidivr",
  "fild",
  "fimul",
  "fincstp",
  "fist",
  "fistp",
  "fisttp",
  "fisub",
  "fisubr",
  "fld",
  "fld1",
  "fldcw",
  "fldenv",
  "fldl2e",
  "fldl2t",
  "fldlg2",
  "fldln2",
  "fldpi",
  "fldz",
  "fmul",
  "fmulp",
  "fnclex",
  "fndisi",
  "fneni",
  "fninit",
  "fnop",
  "fnsave",
  "fnsetpm",
  "fnstcw",
  "fnstenv",
  "fnstsw",
  "fpatan",
  "fprem",
  "fprem1",
  "fptan",
  "frndint",
  "frstor",
  "fscale",
  "fsin",
  "fsincos",
  "fsqrt",
  "fst",
  "fstp",
  "fstpnce",
  "fsub",
  "fsubp",
  "fsubr",
  "fsubrp",
  "ftst",
  "fucom",
  "fucomi",
  "fucomip",
  "fucomp",
  "fucompp",
  "fwait",
  "fxam",
  "fxch",
  "fxtract",
  "fyl2x",
  "fyl2xp1",
  "hlt",
  "icebp",
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
  "loopnz",
  "loopz",
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
  "prefetch",
  "prefetchit0",
  "prefetchit1",
  "prefetchnta",
  "prefetcht0",
  "prefetcht1",
  "prefetcht2",
  "prefetchw",
  "prefetchwt1",
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
  "rdpkru",
  "rdpmc",
  "rdrand",
  "rdseed",
  "rdsspd",
  "rdsspq",
  "rdtsc",
  "rdtscp",
  "ret",
  "retf",
  "retn",
  "rol",
  "ror",
  "rorx",
  "rsm",
  "sahf",
  "sal",
  "salc",
  "sar",
  "sarx",
  "sbb",
  "scasb",
  "scasd",
  "scasq",
  "scasw",
  "serialize",
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
  "sysexitq",
  "sysret",
  "sysretq",
  "test",
  "tzcnt",
  "ud0",
  "ud1",
  "ud2",
  "ud2a",
  "ud2b",
  "verr",
  "verw",
  "wait",
  "wbinvd",
  "wbnoinvd",
  "wrfsbase",
  "wrgsbase",
  "wrmsr",
  "wrpkru",
  "xadd",
  "xchg",
  "xgetbv",
  "xlat",
  "xlatb",
  "xor",
  "xsetbv",
];
