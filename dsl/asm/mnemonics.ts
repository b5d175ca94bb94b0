/**
 * The mnemonics as methods, with the operand types that the instruction table allows. Made by generate-mnemonics.ts:
 * do not edit; change emulator/isa/opcodes.ts and run `node dsl/asm/generate-mnemonics.ts`.
 */
import type {
  ControlRegister,
  DebugRegister,
  MmxRegister,
  R8,
  R16,
  R32,
  R64,
  Register,
  SegmentRegister,
  X87Register,
  XmmRegister,
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
  /** ADDPD xmm1, xmm2/m128 */
  addpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ADDPS xmm1, xmm2/m128 */
  addps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ADDSD xmm1, xmm2/m64 */
  addsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** ADDSS xmm1, xmm2/m32 */
  addss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** ADDSUBPD xmm1, xmm2/m128 */
  addsubpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ADDSUBPS xmm1, xmm2/m128 */
  addsubps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ADOX r32, r/m32 · r64, r/m64 */
  adox<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** AESDEC xmm1, xmm2/m128 */
  aesdec(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** AESDECLAST xmm1, xmm2/m128 */
  aesdeclast(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** AESENC xmm1, xmm2/m128 */
  aesenc(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** AESENCLAST xmm1, xmm2/m128 */
  aesenclast(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** AESIMC xmm1, xmm2/m128 */
  aesimc(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** AESKEYGENASSIST xmm1, xmm2/m128, imm8 */
  aeskeygenassist(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** AND r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 · r8, r/m8 · r16, r/m16 · r32, r/m32 · r64, r/m64 · AL, imm8 · AX, imm16 · EAX, imm32 · RAX, imm32 · … */
  and<W extends 8 | 16 | 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>> | Value): void;
  and<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>> | Value): void;
  /** ANDN r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  andn<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** ANDNPD xmm1, xmm2/m128 */
  andnpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ANDNPS xmm1, xmm2/m128 */
  andnps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ANDPD xmm1, xmm2/m128 */
  andpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ANDPS xmm1, xmm2/m128 */
  andps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ARPL r/m16, r16 */
  arpl(destination: R16 | Memory<16>, source: R16): void;
  /** BEXTR r32a, r/m32, r32b · r64a, r/m64, r64b */
  bextr<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>> | Memory<NoInfer<W>>, third: R<NoInfer<W>>): void;
  /** BLENDPD xmm1, xmm2/m128, imm8 */
  blendpd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** BLENDPS xmm1, xmm2/m128, imm8 */
  blendps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** BLENDVPD xmm1, xmm2/m128 */
  blendvpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** BLENDVPS xmm1, xmm2/m128 */
  blendvps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** CMPPD xmm1, xmm2/m128, imm8 */
  cmppd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** CMPPS xmm1, xmm2/m128, imm8 */
  cmpps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** CMPSB */
  cmpsb(): void;
  /** CMPSD xmm1, xmm2/m64, imm8 */
  cmpsd(): void;
  cmpsd(destination: XmmRegister, source: XmmRegister | Memory<64>, third: Value): void;
  /** CMPSQ */
  cmpsq(): void;
  /** CMPSS xmm1, xmm2/m32, imm8 */
  cmpss(destination: XmmRegister, source: XmmRegister | Memory<32>, third: Value): void;
  /** CMPSW */
  cmpsw(): void;
  /** CMPXCHG r/m8, r8 · r/m16, r16 · r/m32, r32 · r/m64, r64 */
  cmpxchg<W extends 8 | 16 | 32 | 64>(destination: R<W> | Memory<W>, source: R<NoInfer<W>>): void;
  /** CMPXCHG16B m128 */
  cmpxchg16b(operand: Memory<0>): void;
  /** CMPXCHG8B m64 */
  cmpxchg8b(operand: Memory<64>): void;
  /** COMISD xmm1, xmm2/m64 */
  comisd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** COMISS xmm1, xmm2/m32 */
  comiss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** CPUID */
  cpuid(): void;
  /** CQO */
  cqo(): void;
  /** CRC32 r32, r/m8 · r64, r/m8 · r32, r/m16 · r32, r/m32 · r64, r/m64 */
  crc32(destination: R32, source: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32>): void;
  crc32(destination: R64, source: R8 | Memory<8> | R64 | Memory<64>): void;
  /** CVTDQ2PD xmm1, xmm2/m64 */
  cvtdq2pd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** CVTDQ2PS xmm1, xmm2/m128 */
  cvtdq2ps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** CVTPD2DQ xmm1, xmm2/m128 */
  cvtpd2dq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** CVTPD2PI mm1, xmm2/m128 */
  cvtpd2pi(destination: MmxRegister, source: XmmRegister | Memory<128>): void;
  /** CVTPD2PS xmm1, xmm2/m128 */
  cvtpd2ps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** CVTPI2PD xmm1, mm2/m64 */
  cvtpi2pd(destination: XmmRegister, source: MmxRegister | Memory<64>): void;
  /** CVTPI2PS xmm1, mm2/m64 */
  cvtpi2ps(destination: XmmRegister, source: MmxRegister | Memory<64>): void;
  /** CVTPS2DQ xmm1, xmm2/m128 */
  cvtps2dq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** CVTPS2PD xmm1, xmm2/m64 */
  cvtps2pd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** CVTPS2PI mm1, xmm2/m64 */
  cvtps2pi(destination: MmxRegister, source: XmmRegister | Memory<64>): void;
  /** CVTSD2SI r32, xmm1/m64 · r64, xmm1/m64 */
  cvtsd2si(destination: R32 | R64, source: XmmRegister | Memory<64>): void;
  /** CVTSD2SS xmm1, xmm2/m64 */
  cvtsd2ss(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** CVTSI2SD xmm1, r/m32 · xmm1, r/m64 */
  cvtsi2sd(destination: XmmRegister, source: R32 | Memory<32> | R64 | Memory<64>): void;
  /** CVTSI2SS xmm1, r/m32 · xmm1, r/m64 */
  cvtsi2ss(destination: XmmRegister, source: R32 | Memory<32> | R64 | Memory<64>): void;
  /** CVTSS2SD xmm1, xmm2/m32 */
  cvtss2sd(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** CVTSS2SI r32, xmm1/m32 · r64, xmm1/m32 */
  cvtss2si(destination: R32 | R64, source: XmmRegister | Memory<32>): void;
  /** CVTTPD2DQ xmm1, xmm2/m128 */
  cvttpd2dq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** CVTTPD2PI mm1, xmm2/m128 */
  cvttpd2pi(destination: MmxRegister, source: XmmRegister | Memory<128>): void;
  /** CVTTPS2DQ xmm1, xmm2/m128 */
  cvttps2dq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** CVTTPS2PI mm1, xmm2/m64 */
  cvttps2pi(destination: MmxRegister, source: XmmRegister | Memory<64>): void;
  /** CVTTSD2SI r32, xmm1/m64 · r64, xmm1/m64 */
  cvttsd2si(destination: R32 | R64, source: XmmRegister | Memory<64>): void;
  /** CVTTSS2SI r32, xmm1/m32 · r64, xmm1/m32 */
  cvttss2si(destination: R32 | R64, source: XmmRegister | Memory<32>): void;
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
  /** DIVPD xmm1, xmm2/m128 */
  divpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** DIVPS xmm1, xmm2/m128 */
  divps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** DIVSD xmm1, xmm2/m64 */
  divsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** DIVSS xmm1, xmm2/m32 */
  divss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** DPPD xmm1, xmm2/m128, imm8 */
  dppd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** DPPS xmm1, xmm2/m128, imm8 */
  dpps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** EMMS */
  emms(): void;
  /** ENDBR32 */
  endbr32(): void;
  /** ENDBR64 */
  endbr64(): void;
  /** ENTER imm16, imm8 */
  enter(destination: Value, source: Value): void;
  /** EXTRACTPS r/m32, xmm1, imm8 · r64/m32, xmm1, imm8 */
  extractps(destination: R32 | Memory<32> | R64, source: XmmRegister, third: Value): void;
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
  /** FXRSTOR m512byte */
  fxrstor(operand: Memory<0>): void;
  /** FXRSTOR64 m512byte */
  fxrstor64(operand: Memory<0>): void;
  /** FXSAVE m512byte */
  fxsave(operand: Memory<0>): void;
  /** FXSAVE64 m512byte */
  fxsave64(operand: Memory<0>): void;
  /** FXTRACT */
  fxtract(): void;
  /** FYL2X */
  fyl2x(): void;
  /** FYL2XP1 */
  fyl2xp1(): void;
  /** HADDPD xmm1, xmm2/m128 */
  haddpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** HADDPS xmm1, xmm2/m128 */
  haddps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** HLT */
  hlt(): void;
  /** HSUBPD xmm1, xmm2/m128 */
  hsubpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** HSUBPS xmm1, xmm2/m128 */
  hsubps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** INSERTPS xmm1, xmm2/m32, imm8 */
  insertps(destination: XmmRegister, source: XmmRegister | Memory<32>, third: Value): void;
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
  /** LDDQU xmm1, m128 */
  lddqu(destination: XmmRegister, source: Memory<128>): void;
  /** LDMXCSR m32 */
  ldmxcsr(operand: Memory<32>): void;
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
  /** MASKMOVDQU xmm1, xmm2 */
  maskmovdqu(destination: XmmRegister, source: XmmRegister): void;
  /** MASKMOVQ mm1, mm2 */
  maskmovq(destination: MmxRegister, source: MmxRegister): void;
  /** MAXPD xmm1, xmm2/m128 */
  maxpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MAXPS xmm1, xmm2/m128 */
  maxps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MAXSD xmm1, xmm2/m64 */
  maxsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** MAXSS xmm1, xmm2/m32 */
  maxss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** MFENCE */
  mfence(): void;
  /** MINPD xmm1, xmm2/m128 */
  minpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MINPS xmm1, xmm2/m128 */
  minps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MINSD xmm1, xmm2/m64 */
  minsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** MINSS xmm1, xmm2/m32 */
  minss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
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
  /** MOVAPD xmm1, xmm2/m128 · xmm2/m128, xmm1 */
  movapd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  movapd(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  /** MOVAPS xmm1, xmm2/m128 · xmm2/m128, xmm1 */
  movaps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  movaps(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  /** MOVBE r16, m16 · r32, m32 · r64, m64 · m16, r16 · m32, r32 · m64, r64 */
  movbe<W extends 16 | 32 | 64>(destination: R<W>, source: Memory<NoInfer<W>>): void;
  movbe<W extends 16 | 32 | 64>(destination: Memory<W>, source: R<NoInfer<W>>): void;
  /** MOVD mm1, r/m32 · r/m32, mm1 · xmm1, r/m32 · r/m32, xmm1 */
  movd(destination: MmxRegister | XmmRegister, source: R32 | Memory<32>): void;
  movd(destination: R32 | Memory<32>, source: MmxRegister | XmmRegister): void;
  /** MOVDDUP xmm1, xmm2/m64 */
  movddup(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** MOVDQ2Q mm1, xmm2 */
  movdq2q(destination: MmxRegister, source: XmmRegister): void;
  /** MOVDQA xmm1, xmm2/m128 · xmm2/m128, xmm1 */
  movdqa(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  movdqa(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  /** MOVDQU xmm1, xmm2/m128 · xmm2/m128, xmm1 */
  movdqu(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  movdqu(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  /** MOVHLPS xmm1, xmm2 */
  movhlps(destination: XmmRegister, source: XmmRegister): void;
  /** MOVHPD xmm1, m64 · m64, xmm1 */
  movhpd(destination: XmmRegister, source: Memory<64>): void;
  movhpd(destination: Memory<64>, source: XmmRegister): void;
  /** MOVHPS xmm1, m64 · m64, xmm1 */
  movhps(destination: XmmRegister, source: Memory<64>): void;
  movhps(destination: Memory<64>, source: XmmRegister): void;
  /** MOVLHPS xmm1, xmm2 */
  movlhps(destination: XmmRegister, source: XmmRegister): void;
  /** MOVLPD xmm1, m64 · m64, xmm1 */
  movlpd(destination: XmmRegister, source: Memory<64>): void;
  movlpd(destination: Memory<64>, source: XmmRegister): void;
  /** MOVLPS xmm1, m64 · m64, xmm1 */
  movlps(destination: XmmRegister, source: Memory<64>): void;
  movlps(destination: Memory<64>, source: XmmRegister): void;
  /** MOVMSKPD r32, xmm1 · r64, xmm1 */
  movmskpd(destination: R32 | R64, source: XmmRegister): void;
  /** MOVMSKPS r32, xmm1 · r64, xmm1 */
  movmskps(destination: R32 | R64, source: XmmRegister): void;
  /** MOVNTDQ m128, xmm1 */
  movntdq(destination: Memory<128>, source: XmmRegister): void;
  /** MOVNTDQA xmm1, m128 */
  movntdqa(destination: XmmRegister, source: Memory<128>): void;
  /** MOVNTPD m128, xmm1 */
  movntpd(destination: Memory<128>, source: XmmRegister): void;
  /** MOVNTPS m128, xmm1 */
  movntps(destination: Memory<128>, source: XmmRegister): void;
  /** MOVNTQ m64, mm1 */
  movntq(destination: Memory<64>, source: MmxRegister): void;
  /** MOVQ mm1, r/m64 · mm1, mm2/m64 · r/m64, mm1 · mm2/m64, mm1 · xmm1, r/m64 · r/m64, xmm1 · xmm1, xmm2/m64 · xmm2/m64, xmm1 */
  movq(destination: MmxRegister, source: R64 | Memory<64> | MmxRegister): void;
  movq(destination: R64 | Memory<64>, source: MmxRegister | XmmRegister): void;
  movq(destination: XmmRegister, source: R64 | Memory<64> | XmmRegister): void;
  /** MOVQ2DQ xmm1, mm2 */
  movq2dq(destination: XmmRegister, source: MmxRegister): void;
  /** MOVSB */
  movsb(): void;
  /** MOVSD xmm1, xmm2/m64 · xmm2/m64, xmm1 */
  movsd(): void;
  movsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  movsd(destination: XmmRegister | Memory<64>, source: XmmRegister): void;
  /** MOVSHDUP xmm1, xmm2/m128 */
  movshdup(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MOVSLDUP xmm1, xmm2/m128 */
  movsldup(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MOVSQ */
  movsq(): void;
  /** MOVSS xmm1, xmm2/m32 · xmm2/m32, xmm1 */
  movss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  movss(destination: XmmRegister | Memory<32>, source: XmmRegister): void;
  /** MOVSW */
  movsw(): void;
  /** MOVSX r16, r/m8 · r32, r/m8 · r64, r/m8 · r16, r/m16 · r32, r/m16 · r64, r/m16 */
  movsx(destination: R16 | R32 | R64, source: R8 | Memory<8> | R16 | Memory<16>): void;
  /** MOVSXD r16, r/m16 · r32, r/m32 · r64, r/m32 */
  movsxd(destination: R16, source: R16 | Memory<16>): void;
  movsxd(destination: R32 | R64, source: R32 | Memory<32>): void;
  /** MOVUPD xmm1, xmm2/m128 · xmm2/m128, xmm1 */
  movupd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  movupd(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  /** MOVUPS xmm1, xmm2/m128 · xmm2/m128, xmm1 */
  movups(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  movups(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  /** MOVZX r16, r/m8 · r32, r/m8 · r64, r/m8 · r16, r/m16 · r32, r/m16 · r64, r/m16 */
  movzx(destination: R16 | R32 | R64, source: R8 | Memory<8> | R16 | Memory<16>): void;
  /** MPSADBW xmm1, xmm2/m128, imm8 */
  mpsadbw(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** MUL r/m8 · r/m16 · r/m32 · r/m64 */
  mul(operand: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>): void;
  /** MULPD xmm1, xmm2/m128 */
  mulpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MULPS xmm1, xmm2/m128 */
  mulps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** MULSD xmm1, xmm2/m64 */
  mulsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** MULSS xmm1, xmm2/m32 */
  mulss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
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
  /** ORPD xmm1, xmm2/m128 */
  orpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** ORPS xmm1, xmm2/m128 */
  orps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** OUT imm8, AL · imm8, AX · imm8, EAX · DX, AL · DX, AX · DX, EAX */
  out(destination: Value | R16, source: R8 | R16 | R32): void;
  /** OUTSB */
  outsb(): void;
  /** OUTSD */
  outsd(): void;
  /** OUTSW */
  outsw(): void;
  /** PABSB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pabsb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pabsb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PABSD mm1, mm2/m64 · xmm1, xmm2/m128 */
  pabsd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pabsd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PABSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pabsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pabsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PACKSSDW mm1, mm2/m64 · xmm1, xmm2/m128 */
  packssdw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  packssdw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PACKSSWB mm1, mm2/m64 · xmm1, xmm2/m128 */
  packsswb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  packsswb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PACKUSDW xmm1, xmm2/m128 */
  packusdw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PACKUSWB mm1, mm2/m64 · xmm1, xmm2/m128 */
  packuswb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  packuswb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDB mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDD mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDQ mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddq(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDSB mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddsb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddsb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDUSB mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddusb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddusb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDUSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddusw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddusw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PADDW mm1, mm2/m64 · xmm1, xmm2/m128 */
  paddw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  paddw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PALIGNR mm1, mm2/m64, imm8 · xmm1, xmm2/m128, imm8 */
  palignr(destination: MmxRegister, source: MmxRegister | Memory<64>, third: Value): void;
  palignr(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PAND mm1, mm2/m64 · xmm1, xmm2/m128 */
  pand(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pand(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PANDN mm1, mm2/m64 · xmm1, xmm2/m128 */
  pandn(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pandn(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PAUSE */
  pause(): void;
  /** PAVGB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pavgb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pavgb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PAVGW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pavgw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pavgw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PBLENDVB xmm1, xmm2/m128 */
  pblendvb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PBLENDW xmm1, xmm2/m128, imm8 */
  pblendw(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCLMULQDQ xmm1, xmm2/m128, imm8 */
  pclmulqdq(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCMPEQB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pcmpeqb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pcmpeqb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPEQD mm1, mm2/m64 · xmm1, xmm2/m128 */
  pcmpeqd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pcmpeqd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPEQQ xmm1, xmm2/m128 */
  pcmpeqq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPEQW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pcmpeqw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pcmpeqw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPESTRI xmm1, xmm2/m128, imm8 */
  pcmpestri(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCMPESTRI64 xmm1, xmm2/m128, imm8 */
  pcmpestri64(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCMPESTRM xmm1, xmm2/m128, imm8 */
  pcmpestrm(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCMPESTRM64 xmm1, xmm2/m128, imm8 */
  pcmpestrm64(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCMPGTB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pcmpgtb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pcmpgtb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPGTD mm1, mm2/m64 · xmm1, xmm2/m128 */
  pcmpgtd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pcmpgtd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPGTQ xmm1, xmm2/m128 */
  pcmpgtq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPGTW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pcmpgtw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pcmpgtw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PCMPISTRI xmm1, xmm2/m128, imm8 */
  pcmpistri(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PCMPISTRM xmm1, xmm2/m128, imm8 */
  pcmpistrm(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PDEP r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  pdep<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** PEXT r32a, r32b, r/m32 · r64a, r64b, r/m64 */
  pext<W extends 32 | 64>(destination: R<W>, source: R<NoInfer<W>>, third: R<NoInfer<W>> | Memory<NoInfer<W>>): void;
  /** PEXTRB r32/m8, xmm1, imm8 · r64/m8, xmm1, imm8 */
  pextrb(destination: R32 | Memory<8> | R64, source: XmmRegister, third: Value): void;
  /** PEXTRD r/m32, xmm1, imm8 */
  pextrd(destination: R32 | Memory<32>, source: XmmRegister, third: Value): void;
  /** PEXTRQ r/m64, xmm1, imm8 */
  pextrq(destination: R64 | Memory<64>, source: XmmRegister, third: Value): void;
  /** PEXTRW r32, mm1, imm8 · r64, mm1, imm8 · r32, xmm1, imm8 · r64, xmm1, imm8 · r32/m16, xmm1, imm8 · r64/m16, xmm1, imm8 */
  pextrw(destination: R32 | R64, source: MmxRegister | XmmRegister, third: Value): void;
  pextrw(destination: R32 | R64 | Memory<16>, source: XmmRegister, third: Value): void;
  /** PHADDD mm1, mm2/m64 · xmm1, xmm2/m128 */
  phaddd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  phaddd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PHADDSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  phaddsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  phaddsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PHADDW mm1, mm2/m64 · xmm1, xmm2/m128 */
  phaddw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  phaddw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PHMINPOSUW xmm1, xmm2/m128 */
  phminposuw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PHSUBD mm1, mm2/m64 · xmm1, xmm2/m128 */
  phsubd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  phsubd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PHSUBSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  phsubsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  phsubsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PHSUBW mm1, mm2/m64 · xmm1, xmm2/m128 */
  phsubw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  phsubw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PINSRB xmm1, r32/m8, imm8 · xmm1, r64/m8, imm8 */
  pinsrb(destination: XmmRegister, source: R32 | Memory<8> | R64, third: Value): void;
  /** PINSRD xmm1, r/m32, imm8 */
  pinsrd(destination: XmmRegister, source: R32 | Memory<32>, third: Value): void;
  /** PINSRQ xmm1, r/m64, imm8 */
  pinsrq(destination: XmmRegister, source: R64 | Memory<64>, third: Value): void;
  /** PINSRW mm1, r32/m16, imm8 · mm1, r64/m16, imm8 · xmm1, r32/m16, imm8 · xmm1, r64/m16, imm8 */
  pinsrw(destination: MmxRegister | XmmRegister, source: R32 | Memory<16> | R64, third: Value): void;
  /** PMADDUBSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmaddubsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmaddubsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMADDWD mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmaddwd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmaddwd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMAXSB xmm1, xmm2/m128 */
  pmaxsb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMAXSD xmm1, xmm2/m128 */
  pmaxsd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMAXSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmaxsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmaxsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMAXUB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmaxub(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmaxub(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMAXUD xmm1, xmm2/m128 */
  pmaxud(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMAXUW xmm1, xmm2/m128 */
  pmaxuw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMINSB xmm1, xmm2/m128 */
  pminsb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMINSD xmm1, xmm2/m128 */
  pminsd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMINSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pminsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pminsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMINUB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pminub(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pminub(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMINUD xmm1, xmm2/m128 */
  pminud(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMINUW xmm1, xmm2/m128 */
  pminuw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMOVMSKB r32, mm1 · r64, mm1 · r32, xmm1 · r64, xmm1 */
  pmovmskb(destination: R32 | R64, source: MmxRegister | XmmRegister): void;
  /** PMOVSXBD xmm1, xmm2/m32 */
  pmovsxbd(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** PMOVSXBQ xmm1, xmm2/m16 */
  pmovsxbq(destination: XmmRegister, source: XmmRegister | Memory<16>): void;
  /** PMOVSXBW xmm1, xmm2/m64 */
  pmovsxbw(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** PMOVSXDQ xmm1, xmm2/m64 */
  pmovsxdq(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** PMOVSXWD xmm1, xmm2/m64 */
  pmovsxwd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** PMOVSXWQ xmm1, xmm2/m32 */
  pmovsxwq(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** PMOVZXBD xmm1, xmm2/m32 */
  pmovzxbd(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** PMOVZXBQ xmm1, xmm2/m16 */
  pmovzxbq(destination: XmmRegister, source: XmmRegister | Memory<16>): void;
  /** PMOVZXBW xmm1, xmm2/m64 */
  pmovzxbw(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** PMOVZXDQ xmm1, xmm2/m64 */
  pmovzxdq(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** PMOVZXWD xmm1, xmm2/m64 */
  pmovzxwd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** PMOVZXWQ xmm1, xmm2/m32 */
  pmovzxwq(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** PMULDQ xmm1, xmm2/m128 */
  pmuldq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMULHRSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmulhrsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmulhrsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMULHUW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmulhuw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmulhuw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMULHW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmulhw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmulhw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMULLD xmm1, xmm2/m128 */
  pmulld(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMULLW mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmullw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmullw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PMULUDQ mm1, mm2/m64 · xmm1, xmm2/m128 */
  pmuludq(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pmuludq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** POR mm1, mm2/m64 · xmm1, xmm2/m128 */
  por(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  por(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** PSADBW mm1, mm2/m64 · xmm1, xmm2/m128 */
  psadbw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psadbw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSHUFB mm1, mm2/m64 · xmm1, xmm2/m128 */
  pshufb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pshufb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSHUFD xmm1, xmm2/m128, imm8 */
  pshufd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PSHUFHW xmm1, xmm2/m128, imm8 */
  pshufhw(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PSHUFLW xmm1, xmm2/m128, imm8 */
  pshuflw(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** PSHUFW mm1, mm2/m64, imm8 */
  pshufw(destination: MmxRegister, source: MmxRegister | Memory<64>, third: Value): void;
  /** PSIGNB mm1, mm2/m64 · xmm1, xmm2/m128 */
  psignb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psignb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSIGND mm1, mm2/m64 · xmm1, xmm2/m128 */
  psignd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psignd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSIGNW mm1, mm2/m64 · xmm1, xmm2/m128 */
  psignw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psignw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSLLD mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  pslld(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  pslld(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSLLDQ xmm1, imm8 */
  pslldq(destination: XmmRegister, source: Value): void;
  /** PSLLQ mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psllq(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psllq(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSLLW mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psllw(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psllw(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSRAD mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psrad(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psrad(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSRAW mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psraw(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psraw(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSRLD mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psrld(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psrld(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSRLDQ xmm1, imm8 */
  psrldq(destination: XmmRegister, source: Value): void;
  /** PSRLQ mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psrlq(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psrlq(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSRLW mm1, imm8 · mm1, mm2/m64 · xmm1, imm8 · xmm1, xmm2/m128 */
  psrlw(destination: MmxRegister, source: Value | MmxRegister | Memory<64>): void;
  psrlw(destination: XmmRegister, source: Value | XmmRegister | Memory<128>): void;
  /** PSUBB mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBD mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBQ mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubq(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBSB mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubsb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubsb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubsw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBUSB mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubusb(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubusb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBUSW mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubusw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubusw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PSUBW mm1, mm2/m64 · xmm1, xmm2/m128 */
  psubw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  psubw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PTEST xmm1, xmm2/m128 */
  ptest(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKHBW mm1, mm2/m64 · xmm1, xmm2/m128 */
  punpckhbw(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  punpckhbw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKHDQ mm1, mm2/m64 · xmm1, xmm2/m128 */
  punpckhdq(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  punpckhdq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKHQDQ xmm1, xmm2/m128 */
  punpckhqdq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKHWD mm1, mm2/m64 · xmm1, xmm2/m128 */
  punpckhwd(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  punpckhwd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKLBW mm1, mm2/m32 · xmm1, xmm2/m128 */
  punpcklbw(destination: MmxRegister, source: MmxRegister | Memory<32>): void;
  punpcklbw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKLDQ mm1, mm2/m32 · xmm1, xmm2/m128 */
  punpckldq(destination: MmxRegister, source: MmxRegister | Memory<32>): void;
  punpckldq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKLQDQ xmm1, xmm2/m128 */
  punpcklqdq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** PUNPCKLWD mm1, mm2/m32 · xmm1, xmm2/m128 */
  punpcklwd(destination: MmxRegister, source: MmxRegister | Memory<32>): void;
  punpcklwd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** PXOR mm1, mm2/m64 · xmm1, xmm2/m128 */
  pxor(destination: MmxRegister, source: MmxRegister | Memory<64>): void;
  pxor(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** RCL r/m8, 1 · r/m8, CL · r/m8, imm8 · r/m16, 1 · r/m32, 1 · r/m64, 1 · r/m16, CL · r/m32, CL · r/m64, CL · r/m16, imm8 · r/m32, imm8 · r/m64, imm8 */
  rcl(destination: R8 | Memory<8> | R16 | Memory<16> | R32 | Memory<32> | R64 | Memory<64>, source: Value | R8): void;
  /** RCPPS xmm1, xmm2/m128 */
  rcpps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** RCPSS xmm1, xmm2/m32 */
  rcpss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
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
  /** ROUNDPD xmm1, xmm2/m128, imm8 */
  roundpd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** ROUNDPS xmm1, xmm2/m128, imm8 */
  roundps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** ROUNDSD xmm1, xmm2/m64, imm8 */
  roundsd(destination: XmmRegister, source: XmmRegister | Memory<64>, third: Value): void;
  /** ROUNDSS xmm1, xmm2/m32, imm8 */
  roundss(destination: XmmRegister, source: XmmRegister | Memory<32>, third: Value): void;
  /** RSM */
  rsm(): void;
  /** RSQRTPS xmm1, xmm2/m128 */
  rsqrtps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** RSQRTSS xmm1, xmm2/m32 */
  rsqrtss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
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
  /** SHA1MSG1 xmm1, xmm2/m128 */
  sha1msg1(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SHA1MSG2 xmm1, xmm2/m128 */
  sha1msg2(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SHA1NEXTE xmm1, xmm2/m128 */
  sha1nexte(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SHA1RNDS4 xmm1, xmm2/m128, imm8 */
  sha1rnds4(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** SHA256MSG1 xmm1, xmm2/m128 */
  sha256msg1(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SHA256MSG2 xmm1, xmm2/m128 */
  sha256msg2(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SHA256RNDS2 xmm1, xmm2/m128 */
  sha256rnds2(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** SHUFPD xmm1, xmm2/m128, imm8 */
  shufpd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** SHUFPS xmm1, xmm2/m128, imm8 */
  shufps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** SIDT m16&32 · m16&64 */
  sidt(operand: Memory<0>): void;
  /** SLDT r/m16 · r32/m16 · r64/m16 */
  sldt(operand: R16 | Memory<16> | R32 | R64): void;
  /** SMSW r/m16 · r32/m16 · r64/m16 */
  smsw(operand: R16 | Memory<16> | R32 | R64): void;
  /** SQRTPD xmm1, xmm2/m128 */
  sqrtpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SQRTPS xmm1, xmm2/m128 */
  sqrtps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SQRTSD xmm1, xmm2/m64 */
  sqrtsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** SQRTSS xmm1, xmm2/m32 */
  sqrtss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** STAC */
  stac(): void;
  /** STC */
  stc(): void;
  /** STD */
  std(): void;
  /** STI */
  sti(): void;
  /** STMXCSR m32 */
  stmxcsr(operand: Memory<32>): void;
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
  /** SUBPD xmm1, xmm2/m128 */
  subpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SUBPS xmm1, xmm2/m128 */
  subps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** SUBSD xmm1, xmm2/m64 */
  subsd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** SUBSS xmm1, xmm2/m32 */
  subss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
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
  /** UCOMISD xmm1, xmm2/m64 */
  ucomisd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** UCOMISS xmm1, xmm2/m32 */
  ucomiss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
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
  /** UNPCKHPD xmm1, xmm2/m128 */
  unpckhpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** UNPCKHPS xmm1, xmm2/m128 */
  unpckhps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** UNPCKLPD xmm1, xmm2/m128 */
  unpcklpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** UNPCKLPS xmm1, xmm2/m128 */
  unpcklps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
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
  /** XORPD xmm1, xmm2/m128 */
  xorpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** XORPS xmm1, xmm2/m128 */
  xorps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** XRSTOR m */
  xrstor(operand: Memory): void;
  /** XRSTOR64 m */
  xrstor64(operand: Memory): void;
  /** XRSTORS m */
  xrstors(operand: Memory): void;
  /** XRSTORS64 m */
  xrstors64(operand: Memory): void;
  /** XSAVE m */
  xsave(operand: Memory): void;
  /** XSAVE64 m */
  xsave64(operand: Memory): void;
  /** XSAVEC m */
  xsavec(operand: Memory): void;
  /** XSAVEC64 m */
  xsavec64(operand: Memory): void;
  /** XSAVEOPT m */
  xsaveopt(operand: Memory): void;
  /** XSAVEOPT64 m */
  xsaveopt64(operand: Memory): void;
  /** XSAVES m */
  xsaves(operand: Memory): void;
  /** XSAVES64 m */
  xsaves64(operand: Memory): void;
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
  "addpd",
  "addps",
  "addsd",
  "addss",
  "addsubpd",
  "addsubps",
  "adox",
  "aesdec",
  "aesdeclast",
  "aesenc",
  "aesenclast",
  "aesimc",
  "aeskeygenassist",
  "and",
  "andn",
  "andnpd",
  "andnps",
  "andpd",
  "andps",
  "arpl",
  "bextr",
  "blendpd",
  "blendps",
  "blendvpd",
  "blendvps",
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
  "cmppd",
  "cmpps",
  "cmpsb",
  "cmpsd",
  "cmpsq",
  "cmpss",
  "cmpsw",
  "cmpxchg",
  "cmpxchg16b",
  "cmpxchg8b",
  "comisd",
  "comiss",
  "cpuid",
  "cqo",
  "crc32",
  "cvtdq2pd",
  "cvtdq2ps",
  "cvtpd2dq",
  "cvtpd2pi",
  "cvtpd2ps",
  "cvtpi2pd",
  "cvtpi2ps",
  "cvtps2dq",
  "cvtps2pd",
  "cvtps2pi",
  "cvtsd2si",
  "cvtsd2ss",
  "cvtsi2sd",
  "cvtsi2ss",
  "cvtss2sd",
  "cvtss2si",
  "cvttpd2dq",
  "cvttpd2pi",
  "cvttps2dq",
  "cvttps2pi",
  "cvttsd2si",
  "cvttss2si",
  "cwd",
  "cwde",
  "daa",
  "das",
  "dec",
  "div",
  "divpd",
  "divps",
  "divsd",
  "divss",
  "dppd",
  "dpps",
  "emms",
  "endbr32",
  "endbr64",
  "enter",
  "extractps",
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
  "fxrstor",
  "fxrstor64",
  "fxsave",
  "fxsave64",
  "fxtract",
  "fyl2x",
  "fyl2xp1",
  "haddpd",
  "haddps",
  "hlt",
  "hsubpd",
  "hsubps",
  "icebp",
  "idiv",
  "imul",
  "in",
  "inc",
  "insb",
  "insd",
  "insertps",
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
  "lddqu",
  "ldmxcsr",
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
  "maskmovdqu",
  "maskmovq",
  "maxpd",
  "maxps",
  "maxsd",
  "maxss",
  "mfence",
  "minpd",
  "minps",
  "minsd",
  "minss",
  "monitor",
  "mov",
  "movapd",
  "movaps",
  "movbe",
  "movd",
  "movddup",
  "movdq2q",
  "movdqa",
  "movdqu",
  "movhlps",
  "movhpd",
  "movhps",
  "movlhps",
  "movlpd",
  "movlps",
  "movmskpd",
  "movmskps",
  "movntdq",
  "movntdqa",
  "movntpd",
  "movntps",
  "movntq",
  "movq",
  "movq2dq",
  "movsb",
  "movsd",
  "movshdup",
  "movsldup",
  "movsq",
  "movss",
  "movsw",
  "movsx",
  "movsxd",
  "movupd",
  "movups",
  "movzx",
  "mpsadbw",
  "mul",
  "mulpd",
  "mulps",
  "mulsd",
  "mulss",
  "mulx",
  "mwait",
  "neg",
  "nop",
  "not",
  "or",
  "orpd",
  "orps",
  "out",
  "outsb",
  "outsd",
  "outsw",
  "pabsb",
  "pabsd",
  "pabsw",
  "packssdw",
  "packsswb",
  "packusdw",
  "packuswb",
  "paddb",
  "paddd",
  "paddq",
  "paddsb",
  "paddsw",
  "paddusb",
  "paddusw",
  "paddw",
  "palignr",
  "pand",
  "pandn",
  "pause",
  "pavgb",
  "pavgw",
  "pblendvb",
  "pblendw",
  "pclmulqdq",
  "pcmpeqb",
  "pcmpeqd",
  "pcmpeqq",
  "pcmpeqw",
  "pcmpestri",
  "pcmpestri64",
  "pcmpestrm",
  "pcmpestrm64",
  "pcmpgtb",
  "pcmpgtd",
  "pcmpgtq",
  "pcmpgtw",
  "pcmpistri",
  "pcmpistrm",
  "pdep",
  "pext",
  "pextrb",
  "pextrd",
  "pextrq",
  "pextrw",
  "phaddd",
  "phaddsw",
  "phaddw",
  "phminposuw",
  "phsubd",
  "phsubsw",
  "phsubw",
  "pinsrb",
  "pinsrd",
  "pinsrq",
  "pinsrw",
  "pmaddubsw",
  "pmaddwd",
  "pmaxsb",
  "pmaxsd",
  "pmaxsw",
  "pmaxub",
  "pmaxud",
  "pmaxuw",
  "pminsb",
  "pminsd",
  "pminsw",
  "pminub",
  "pminud",
  "pminuw",
  "pmovmskb",
  "pmovsxbd",
  "pmovsxbq",
  "pmovsxbw",
  "pmovsxdq",
  "pmovsxwd",
  "pmovsxwq",
  "pmovzxbd",
  "pmovzxbq",
  "pmovzxbw",
  "pmovzxdq",
  "pmovzxwd",
  "pmovzxwq",
  "pmuldq",
  "pmulhrsw",
  "pmulhuw",
  "pmulhw",
  "pmulld",
  "pmullw",
  "pmuludq",
  "pop",
  "popa",
  "popad",
  "popcnt",
  "popf",
  "popfd",
  "popfq",
  "por",
  "prefetch",
  "prefetchit0",
  "prefetchit1",
  "prefetchnta",
  "prefetcht0",
  "prefetcht1",
  "prefetcht2",
  "prefetchw",
  "prefetchwt1",
  "psadbw",
  "pshufb",
  "pshufd",
  "pshufhw",
  "pshuflw",
  "pshufw",
  "psignb",
  "psignd",
  "psignw",
  "pslld",
  "pslldq",
  "psllq",
  "psllw",
  "psrad",
  "psraw",
  "psrld",
  "psrldq",
  "psrlq",
  "psrlw",
  "psubb",
  "psubd",
  "psubq",
  "psubsb",
  "psubsw",
  "psubusb",
  "psubusw",
  "psubw",
  "ptest",
  "punpckhbw",
  "punpckhdq",
  "punpckhqdq",
  "punpckhwd",
  "punpcklbw",
  "punpckldq",
  "punpcklqdq",
  "punpcklwd",
  "push",
  "pusha",
  "pushad",
  "pushf",
  "pushfd",
  "pushfq",
  "pxor",
  "rcl",
  "rcpps",
  "rcpss",
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
  "roundpd",
  "roundps",
  "roundsd",
  "roundss",
  "rsm",
  "rsqrtps",
  "rsqrtss",
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
  "sha1msg1",
  "sha1msg2",
  "sha1nexte",
  "sha1rnds4",
  "sha256msg1",
  "sha256msg2",
  "sha256rnds2",
  "shl",
  "shld",
  "shlx",
  "shr",
  "shrd",
  "shrx",
  "shufpd",
  "shufps",
  "sidt",
  "sldt",
  "smsw",
  "sqrtpd",
  "sqrtps",
  "sqrtsd",
  "sqrtss",
  "stac",
  "stc",
  "std",
  "sti",
  "stmxcsr",
  "stosb",
  "stosd",
  "stosq",
  "stosw",
  "str",
  "sub",
  "subpd",
  "subps",
  "subsd",
  "subss",
  "swapgs",
  "syscall",
  "sysenter",
  "sysexit",
  "sysexitq",
  "sysret",
  "sysretq",
  "test",
  "tzcnt",
  "ucomisd",
  "ucomiss",
  "ud0",
  "ud1",
  "ud2",
  "ud2a",
  "ud2b",
  "unpckhpd",
  "unpckhps",
  "unpcklpd",
  "unpcklps",
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
  "xorpd",
  "xorps",
  "xrstor",
  "xrstor64",
  "xrstors",
  "xrstors64",
  "xsave",
  "xsave64",
  "xsavec",
  "xsavec64",
  "xsaveopt",
  "xsaveopt64",
  "xsaves",
  "xsaves64",
  "xsetbv",
];
