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
  YmmRegister,
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
  /** VADDPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaddpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaddpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VADDPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaddps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaddps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VADDSD xmm1, xmm2, xmm3/m64 */
  vaddsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VADDSS xmm1, xmm2, xmm3/m32 */
  vaddss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VADDSUBPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaddsubpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaddsubpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VADDSUBPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaddsubps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaddsubps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VAESDEC xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaesdec(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaesdec(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VAESDECLAST xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaesdeclast(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaesdeclast(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VAESENC xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaesenc(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaesenc(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VAESENCLAST xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vaesenclast(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vaesenclast(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VAESIMC xmm1, xmm2/m128 */
  vaesimc(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** VAESKEYGENASSIST xmm1, xmm2/m128, imm8 */
  vaeskeygenassist(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VANDNPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vandnpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vandnpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VANDNPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vandnps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vandnps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VANDPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vandpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vandpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VANDPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vandps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vandps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VBLENDPD xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vblendpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vblendpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VBLENDPS xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vblendps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vblendps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VBLENDVPD xmm1, xmm2, xmm3/m128, xmm4 · ymm1, ymm2, ymm3/m256, ymm4 */
  vblendvpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: XmmRegister): void;
  vblendvpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: YmmRegister): void;
  /** VBLENDVPS xmm1, xmm2, xmm3/m128, xmm4 · ymm1, ymm2, ymm3/m256, ymm4 */
  vblendvps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: XmmRegister): void;
  vblendvps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: YmmRegister): void;
  /** VBROADCASTF128 ymm1, m128 */
  vbroadcastf128(destination: YmmRegister, source: Memory<128>): void;
  /** VBROADCASTI128 ymm1, m128 */
  vbroadcasti128(destination: YmmRegister, source: Memory<128>): void;
  /** VBROADCASTSD ymm1, m64 · ymm1, xmm2 */
  vbroadcastsd(destination: YmmRegister, source: Memory<64> | XmmRegister): void;
  /** VBROADCASTSS xmm1, m32 · ymm1, m32 · xmm1, xmm2 · ymm1, xmm2 */
  vbroadcastss(destination: XmmRegister | YmmRegister, source: Memory<32> | XmmRegister): void;
  /** VCMPPD xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vcmppd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vcmppd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VCMPPS xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vcmpps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vcmpps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VCMPSD xmm1, xmm2, xmm3/m64, imm8 */
  vcmpsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>, fourth: Value): void;
  /** VCMPSS xmm1, xmm2, xmm3/m32, imm8 */
  vcmpss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>, fourth: Value): void;
  /** VCOMISD xmm1, xmm2/m64 */
  vcomisd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** VCOMISS xmm1, xmm2/m32 */
  vcomiss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** VCVTDQ2PD xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vcvtdq2pd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vcvtdq2pd(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VCVTDQ2PS xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vcvtdq2ps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vcvtdq2ps(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VCVTPD2DQ xmm1, xmm2/m128 · xmm1, ymm2/m256 */
  vcvtpd2dq(destination: XmmRegister, source: XmmRegister | Memory<128> | YmmRegister | Memory<256>): void;
  /** VCVTPD2PS xmm1, xmm2/m128 · xmm1, ymm2/m256 */
  vcvtpd2ps(destination: XmmRegister, source: XmmRegister | Memory<128> | YmmRegister | Memory<256>): void;
  /** VCVTPH2PS xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vcvtph2ps(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vcvtph2ps(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VCVTPS2DQ xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vcvtps2dq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vcvtps2dq(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VCVTPS2PD xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vcvtps2pd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vcvtps2pd(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VCVTPS2PH xmm2/m64, xmm1, imm8 · xmm2/m128, ymm1, imm8 */
  vcvtps2ph(destination: XmmRegister, source: XmmRegister | YmmRegister, third: Value): void;
  vcvtps2ph(destination: XmmRegister | Memory<64>, source: XmmRegister, third: Value): void;
  vcvtps2ph(destination: XmmRegister | Memory<128>, source: YmmRegister, third: Value): void;
  /** VCVTSD2SI r32, xmm1/m64 · r64, xmm1/m64 */
  vcvtsd2si(destination: R32 | R64, source: XmmRegister | Memory<64>): void;
  /** VCVTSD2SS xmm1, xmm2, xmm3/m64 */
  vcvtsd2ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VCVTSI2SD xmm1, xmm2, r/m32 · xmm1, xmm2, r/m64 */
  vcvtsi2sd(destination: XmmRegister, source: XmmRegister, third: R32 | Memory<32> | R64 | Memory<64>): void;
  /** VCVTSI2SS xmm1, xmm2, r/m32 · xmm1, xmm2, r/m64 */
  vcvtsi2ss(destination: XmmRegister, source: XmmRegister, third: R32 | Memory<32> | R64 | Memory<64>): void;
  /** VCVTSS2SD xmm1, xmm2, xmm3/m32 */
  vcvtss2sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VCVTSS2SI r32, xmm1/m32 · r64, xmm1/m32 */
  vcvtss2si(destination: R32 | R64, source: XmmRegister | Memory<32>): void;
  /** VCVTTPD2DQ xmm1, xmm2/m128 · xmm1, ymm2/m256 */
  vcvttpd2dq(destination: XmmRegister, source: XmmRegister | Memory<128> | YmmRegister | Memory<256>): void;
  /** VCVTTPS2DQ xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vcvttps2dq(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vcvttps2dq(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VCVTTSD2SI r32, xmm1/m64 · r64, xmm1/m64 */
  vcvttsd2si(destination: R32 | R64, source: XmmRegister | Memory<64>): void;
  /** VCVTTSS2SI r32, xmm1/m32 · r64, xmm1/m32 */
  vcvttss2si(destination: R32 | R64, source: XmmRegister | Memory<32>): void;
  /** VDIVPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vdivpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vdivpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VDIVPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vdivps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vdivps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VDIVSD xmm1, xmm2, xmm3/m64 */
  vdivsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VDIVSS xmm1, xmm2, xmm3/m32 */
  vdivss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VDPPD xmm1, xmm2, xmm3/m128, imm8 */
  vdppd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  /** VDPPS xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vdpps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vdpps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VERR r/m16 */
  verr(operand: R16 | Memory<16>): void;
  /** VERW r/m16 */
  verw(operand: R16 | Memory<16>): void;
  /** VEXTRACTF128 xmm2/m128, ymm1, imm8 */
  vextractf128(destination: XmmRegister | Memory<128>, source: YmmRegister, third: Value): void;
  /** VEXTRACTI128 xmm2/m128, ymm1, imm8 */
  vextracti128(destination: XmmRegister | Memory<128>, source: YmmRegister, third: Value): void;
  /** VEXTRACTPS r/m32, xmm1, imm8 · r64/m32, xmm1, imm8 */
  vextractps(destination: R32 | Memory<32> | R64, source: XmmRegister, third: Value): void;
  /** VFMADD132PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmadd132pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmadd132pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADD132PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmadd132ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmadd132ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADD132SD xmm1, xmm2, xmm3/m64 */
  vfmadd132sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFMADD132SS xmm1, xmm2, xmm3/m32 */
  vfmadd132ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFMADD213PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmadd213pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmadd213pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADD213PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmadd213ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmadd213ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADD213SD xmm1, xmm2, xmm3/m64 */
  vfmadd213sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFMADD213SS xmm1, xmm2, xmm3/m32 */
  vfmadd213ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFMADD231PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmadd231pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmadd231pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADD231PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmadd231ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmadd231ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADD231SD xmm1, xmm2, xmm3/m64 */
  vfmadd231sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFMADD231SS xmm1, xmm2, xmm3/m32 */
  vfmadd231ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFMADDSUB132PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmaddsub132pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmaddsub132pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADDSUB132PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmaddsub132ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmaddsub132ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADDSUB213PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmaddsub213pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmaddsub213pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADDSUB213PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmaddsub213ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmaddsub213ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADDSUB231PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmaddsub231pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmaddsub231pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMADDSUB231PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmaddsub231ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmaddsub231ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB132PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsub132pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsub132pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB132PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsub132ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsub132ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB132SD xmm1, xmm2, xmm3/m64 */
  vfmsub132sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFMSUB132SS xmm1, xmm2, xmm3/m32 */
  vfmsub132ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFMSUB213PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsub213pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsub213pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB213PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsub213ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsub213ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB213SD xmm1, xmm2, xmm3/m64 */
  vfmsub213sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFMSUB213SS xmm1, xmm2, xmm3/m32 */
  vfmsub213ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFMSUB231PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsub231pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsub231pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB231PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsub231ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsub231ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUB231SD xmm1, xmm2, xmm3/m64 */
  vfmsub231sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFMSUB231SS xmm1, xmm2, xmm3/m32 */
  vfmsub231ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFMSUBADD132PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsubadd132pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsubadd132pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUBADD132PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsubadd132ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsubadd132ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUBADD213PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsubadd213pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsubadd213pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUBADD213PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsubadd213ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsubadd213ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUBADD231PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsubadd231pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsubadd231pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFMSUBADD231PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfmsubadd231ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfmsubadd231ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD132PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmadd132pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmadd132pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD132PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmadd132ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmadd132ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD132SD xmm1, xmm2, xmm3/m64 */
  vfnmadd132sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFNMADD132SS xmm1, xmm2, xmm3/m32 */
  vfnmadd132ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFNMADD213PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmadd213pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmadd213pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD213PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmadd213ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmadd213ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD213SD xmm1, xmm2, xmm3/m64 */
  vfnmadd213sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFNMADD213SS xmm1, xmm2, xmm3/m32 */
  vfnmadd213ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFNMADD231PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmadd231pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmadd231pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD231PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmadd231ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmadd231ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMADD231SD xmm1, xmm2, xmm3/m64 */
  vfnmadd231sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFNMADD231SS xmm1, xmm2, xmm3/m32 */
  vfnmadd231ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFNMSUB132PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmsub132pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmsub132pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMSUB132PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmsub132ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmsub132ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMSUB132SD xmm1, xmm2, xmm3/m64 */
  vfnmsub132sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFNMSUB132SS xmm1, xmm2, xmm3/m32 */
  vfnmsub132ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFNMSUB213PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmsub213pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmsub213pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMSUB213PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmsub213ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmsub213ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMSUB213SD xmm1, xmm2, xmm3/m64 */
  vfnmsub213sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFNMSUB213SS xmm1, xmm2, xmm3/m32 */
  vfnmsub213ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VFNMSUB231PD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmsub231pd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmsub231pd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMSUB231PS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vfnmsub231ps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vfnmsub231ps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VFNMSUB231SD xmm1, xmm2, xmm3/m64 */
  vfnmsub231sd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VFNMSUB231SS xmm1, xmm2, xmm3/m32 */
  vfnmsub231ss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VGATHERDPD xmm1, vm32x, xmm2 · ymm1, vm32x, ymm2 */
  vgatherdpd(destination: XmmRegister, source: Memory<64>, third: XmmRegister): void;
  vgatherdpd(destination: YmmRegister, source: Memory<64>, third: YmmRegister): void;
  /** VGATHERDPS xmm1, vm32x, xmm2 · ymm1, vm32y, ymm2 */
  vgatherdps(destination: XmmRegister, source: Memory<32>, third: XmmRegister): void;
  vgatherdps(destination: YmmRegister, source: Memory<32>, third: YmmRegister): void;
  /** VGATHERQPD xmm1, vm64x, xmm2 · ymm1, vm64y, ymm2 */
  vgatherqpd(destination: XmmRegister, source: Memory<64>, third: XmmRegister): void;
  vgatherqpd(destination: YmmRegister, source: Memory<64>, third: YmmRegister): void;
  /** VGATHERQPS xmm1, vm64x, xmm2 · xmm1, vm64y, xmm2 */
  vgatherqps(destination: XmmRegister, source: Memory<32>, third: XmmRegister): void;
  /** VHADDPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vhaddpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vhaddpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VHADDPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vhaddps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vhaddps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VHSUBPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vhsubpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vhsubpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VHSUBPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vhsubps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vhsubps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VINSERTF128 ymm1, ymm2, xmm3/m128, imm8 */
  vinsertf128(destination: YmmRegister, source: YmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  /** VINSERTI128 ymm1, ymm2, xmm3/m128, imm8 */
  vinserti128(destination: YmmRegister, source: YmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  /** VINSERTPS xmm1, xmm2, xmm3/m32, imm8 */
  vinsertps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>, fourth: Value): void;
  /** VLDDQU xmm1, m128 · ymm1, m256 */
  vlddqu(destination: XmmRegister, source: Memory<128>): void;
  vlddqu(destination: YmmRegister, source: Memory<256>): void;
  /** VLDMXCSR m32 */
  vldmxcsr(operand: Memory<32>): void;
  /** VMASKMOVDQU xmm1, xmm2 */
  vmaskmovdqu(destination: XmmRegister, source: XmmRegister): void;
  /** VMASKMOVPD xmm1, xmm2, m128 · ymm1, ymm2, m256 · m128, xmm1, xmm2 · m256, ymm1, ymm2 */
  vmaskmovpd(destination: XmmRegister, source: XmmRegister, third: Memory<128>): void;
  vmaskmovpd(destination: YmmRegister, source: YmmRegister, third: Memory<256>): void;
  vmaskmovpd(destination: Memory<128>, source: XmmRegister, third: XmmRegister): void;
  vmaskmovpd(destination: Memory<256>, source: YmmRegister, third: YmmRegister): void;
  /** VMASKMOVPS xmm1, xmm2, m128 · ymm1, ymm2, m256 · m128, xmm1, xmm2 · m256, ymm1, ymm2 */
  vmaskmovps(destination: XmmRegister, source: XmmRegister, third: Memory<128>): void;
  vmaskmovps(destination: YmmRegister, source: YmmRegister, third: Memory<256>): void;
  vmaskmovps(destination: Memory<128>, source: XmmRegister, third: XmmRegister): void;
  vmaskmovps(destination: Memory<256>, source: YmmRegister, third: YmmRegister): void;
  /** VMAXPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vmaxpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vmaxpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VMAXPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vmaxps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vmaxps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VMAXSD xmm1, xmm2, xmm3/m64 */
  vmaxsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VMAXSS xmm1, xmm2, xmm3/m32 */
  vmaxss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VMINPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vminpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vminpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VMINPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vminps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vminps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VMINSD xmm1, xmm2, xmm3/m64 */
  vminsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VMINSS xmm1, xmm2, xmm3/m32 */
  vminss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VMOVAPD xmm1, xmm2/m128 · ymm1, ymm2/m256 · xmm2/m128, xmm1 · ymm2/m256, ymm1 */
  vmovapd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovapd(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  vmovapd(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  vmovapd(destination: YmmRegister | Memory<256>, source: YmmRegister): void;
  /** VMOVAPS xmm1, xmm2/m128 · ymm1, ymm2/m256 · xmm2/m128, xmm1 · ymm2/m256, ymm1 */
  vmovaps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovaps(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  vmovaps(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  vmovaps(destination: YmmRegister | Memory<256>, source: YmmRegister): void;
  /** VMOVD xmm1, r/m32 · r/m32, xmm1 */
  vmovd(destination: XmmRegister, source: R32 | Memory<32>): void;
  vmovd(destination: R32 | Memory<32>, source: XmmRegister): void;
  /** VMOVDDUP xmm1, xmm2/m64 · ymm1, ymm2/m256 */
  vmovddup(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vmovddup(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VMOVDQA xmm1, xmm2/m128 · ymm1, ymm2/m256 · xmm2/m128, xmm1 · ymm2/m256, ymm1 */
  vmovdqa(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovdqa(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  vmovdqa(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  vmovdqa(destination: YmmRegister | Memory<256>, source: YmmRegister): void;
  /** VMOVDQU xmm1, xmm2/m128 · ymm1, ymm2/m256 · xmm2/m128, xmm1 · ymm2/m256, ymm1 */
  vmovdqu(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovdqu(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  vmovdqu(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  vmovdqu(destination: YmmRegister | Memory<256>, source: YmmRegister): void;
  /** VMOVHLPS xmm1, xmm2, xmm3 */
  vmovhlps(destination: XmmRegister, source: XmmRegister, third: XmmRegister): void;
  /** VMOVHPD xmm1, xmm2, m64 · m64, xmm1 */
  vmovhpd(destination: XmmRegister, source: XmmRegister, third: Memory<64>): void;
  vmovhpd(destination: Memory<64>, source: XmmRegister): void;
  /** VMOVHPS xmm1, xmm2, m64 · m64, xmm1 */
  vmovhps(destination: XmmRegister, source: XmmRegister, third: Memory<64>): void;
  vmovhps(destination: Memory<64>, source: XmmRegister): void;
  /** VMOVLHPS xmm1, xmm2, xmm3 */
  vmovlhps(destination: XmmRegister, source: XmmRegister, third: XmmRegister): void;
  /** VMOVLPD xmm1, xmm2, m64 · m64, xmm1 */
  vmovlpd(destination: XmmRegister, source: XmmRegister, third: Memory<64>): void;
  vmovlpd(destination: Memory<64>, source: XmmRegister): void;
  /** VMOVLPS xmm1, xmm2, m64 · m64, xmm1 */
  vmovlps(destination: XmmRegister, source: XmmRegister, third: Memory<64>): void;
  vmovlps(destination: Memory<64>, source: XmmRegister): void;
  /** VMOVMSKPD r32, xmm1 · r64, xmm1 · r32, ymm1 · r64, ymm1 */
  vmovmskpd(destination: R32 | R64, source: XmmRegister | YmmRegister): void;
  /** VMOVMSKPS r32, xmm1 · r64, xmm1 · r32, ymm1 · r64, ymm1 */
  vmovmskps(destination: R32 | R64, source: XmmRegister | YmmRegister): void;
  /** VMOVNTDQ m128, xmm1 · m256, ymm1 */
  vmovntdq(destination: Memory<128>, source: XmmRegister): void;
  vmovntdq(destination: Memory<256>, source: YmmRegister): void;
  /** VMOVNTDQA xmm1, m128 · ymm1, m256 */
  vmovntdqa(destination: XmmRegister, source: Memory<128>): void;
  vmovntdqa(destination: YmmRegister, source: Memory<256>): void;
  /** VMOVNTPD m128, xmm1 · m256, ymm1 */
  vmovntpd(destination: Memory<128>, source: XmmRegister): void;
  vmovntpd(destination: Memory<256>, source: YmmRegister): void;
  /** VMOVNTPS m128, xmm1 · m256, ymm1 */
  vmovntps(destination: Memory<128>, source: XmmRegister): void;
  vmovntps(destination: Memory<256>, source: YmmRegister): void;
  /** VMOVQ xmm1, r/m64 · r/m64, xmm1 · xmm1, xmm2/m64 · xmm2/m64, xmm1 */
  vmovq(destination: XmmRegister, source: R64 | Memory<64> | XmmRegister): void;
  vmovq(destination: XmmRegister | R64 | Memory<64>, source: XmmRegister): void;
  /** VMOVSD xmm1, xmm2, xmm3 · xmm1, m64 · m64, xmm1 */
  vmovsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister): void;
  vmovsd(destination: XmmRegister, source: Memory<64>): void;
  vmovsd(destination: Memory<64>, source: XmmRegister): void;
  /** VMOVSHDUP xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vmovshdup(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovshdup(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VMOVSLDUP xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vmovsldup(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovsldup(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VMOVSS xmm1, xmm2, xmm3 · xmm1, m32 · m32, xmm1 */
  vmovss(destination: XmmRegister, source: XmmRegister, third: XmmRegister): void;
  vmovss(destination: XmmRegister, source: Memory<32>): void;
  vmovss(destination: Memory<32>, source: XmmRegister): void;
  /** VMOVUPD xmm1, xmm2/m128 · ymm1, ymm2/m256 · xmm2/m128, xmm1 · ymm2/m256, ymm1 */
  vmovupd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovupd(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  vmovupd(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  vmovupd(destination: YmmRegister | Memory<256>, source: YmmRegister): void;
  /** VMOVUPS xmm1, xmm2/m128 · ymm1, ymm2/m256 · xmm2/m128, xmm1 · ymm2/m256, ymm1 */
  vmovups(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vmovups(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  vmovups(destination: XmmRegister | Memory<128>, source: XmmRegister): void;
  vmovups(destination: YmmRegister | Memory<256>, source: YmmRegister): void;
  /** VMPSADBW xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vmpsadbw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vmpsadbw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VMULPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vmulpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vmulpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VMULPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vmulps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vmulps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VMULSD xmm1, xmm2, xmm3/m64 */
  vmulsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VMULSS xmm1, xmm2, xmm3/m32 */
  vmulss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VORPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vorpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vorpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VORPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vorps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vorps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPABSB xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vpabsb(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vpabsb(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VPABSD xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vpabsd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vpabsd(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VPABSW xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vpabsw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vpabsw(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VPACKSSDW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpackssdw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpackssdw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPACKSSWB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpacksswb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpacksswb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPACKUSDW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpackusdw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpackusdw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPACKUSWB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpackuswb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpackuswb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDSB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddsb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddsb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDUSB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddusb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddusb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDUSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddusw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddusw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPADDW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpaddw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpaddw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPALIGNR xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vpalignr(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vpalignr(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VPAND xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpand(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpand(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPANDN xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpandn(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpandn(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPAVGB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpavgb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpavgb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPAVGW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpavgw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpavgw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPBLENDD xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vpblendd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vpblendd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VPBLENDVB xmm1, xmm2, xmm3/m128, xmm4 · ymm1, ymm2, ymm3/m256, ymm4 */
  vpblendvb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: XmmRegister): void;
  vpblendvb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: YmmRegister): void;
  /** VPBLENDW xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vpblendw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vpblendw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VPBROADCASTB xmm1, xmm2/m8 · ymm1, xmm2/m8 */
  vpbroadcastb(destination: XmmRegister | YmmRegister, source: XmmRegister | Memory<8>): void;
  /** VPBROADCASTD xmm1, xmm2/m32 · ymm1, xmm2/m32 */
  vpbroadcastd(destination: XmmRegister | YmmRegister, source: XmmRegister | Memory<32>): void;
  /** VPBROADCASTQ xmm1, xmm2/m64 · ymm1, xmm2/m64 */
  vpbroadcastq(destination: XmmRegister | YmmRegister, source: XmmRegister | Memory<64>): void;
  /** VPBROADCASTW xmm1, xmm2/m16 · ymm1, xmm2/m16 */
  vpbroadcastw(destination: XmmRegister | YmmRegister, source: XmmRegister | Memory<16>): void;
  /** VPCLMULQDQ xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vpclmulqdq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vpclmulqdq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VPCMPEQB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpeqb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpeqb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPEQD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpeqd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpeqd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPEQQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpeqq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpeqq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPEQW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpeqw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpeqw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPESTRI xmm1, xmm2/m128, imm8 */
  vpcmpestri(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VPCMPESTRI64 xmm1, xmm2/m128, imm8 */
  vpcmpestri64(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VPCMPESTRM xmm1, xmm2/m128, imm8 */
  vpcmpestrm(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VPCMPESTRM64 xmm1, xmm2/m128, imm8 */
  vpcmpestrm64(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VPCMPGTB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpgtb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpgtb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPGTD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpgtd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpgtd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPGTQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpgtq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpgtq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPGTW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpcmpgtw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpcmpgtw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPCMPISTRI xmm1, xmm2/m128, imm8 */
  vpcmpistri(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VPCMPISTRM xmm1, xmm2/m128, imm8 */
  vpcmpistrm(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  /** VPERM2F128 ymm1, ymm2, ymm3/m256, imm8 */
  vperm2f128(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VPERM2I128 ymm1, ymm2, ymm3/m256, imm8 */
  vperm2i128(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VPERMD ymm1, ymm2, ymm3/m256 */
  vpermd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPERMILPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 · xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vpermilpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128> | Value): void;
  vpermilpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256> | Value): void;
  vpermilpd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vpermilpd(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPERMILPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 · xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vpermilps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128> | Value): void;
  vpermilps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256> | Value): void;
  vpermilps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vpermilps(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPERMPD ymm1, ymm2/m256, imm8 */
  vpermpd(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPERMPS ymm1, ymm2, ymm3/m256 */
  vpermps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPERMQ ymm1, ymm2/m256, imm8 */
  vpermq(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPEXTRB r32/m8, xmm1, imm8 · r64/m8, xmm1, imm8 */
  vpextrb(destination: R32 | Memory<8> | R64, source: XmmRegister, third: Value): void;
  /** VPEXTRD r/m32, xmm1, imm8 */
  vpextrd(destination: R32 | Memory<32>, source: XmmRegister, third: Value): void;
  /** VPEXTRQ r/m64, xmm1, imm8 */
  vpextrq(destination: R64 | Memory<64>, source: XmmRegister, third: Value): void;
  /** VPEXTRW r32, xmm1, imm8 · r64, xmm1, imm8 · r32/m16, xmm1, imm8 · r64/m16, xmm1, imm8 */
  vpextrw(destination: R32 | R64 | Memory<16>, source: XmmRegister, third: Value): void;
  /** VPGATHERDD xmm1, vm32x, xmm2 · ymm1, vm32y, ymm2 */
  vpgatherdd(destination: XmmRegister, source: Memory<32>, third: XmmRegister): void;
  vpgatherdd(destination: YmmRegister, source: Memory<32>, third: YmmRegister): void;
  /** VPGATHERDQ xmm1, vm32x, xmm2 · ymm1, vm32x, ymm2 */
  vpgatherdq(destination: XmmRegister, source: Memory<64>, third: XmmRegister): void;
  vpgatherdq(destination: YmmRegister, source: Memory<64>, third: YmmRegister): void;
  /** VPGATHERQD xmm1, vm64x, xmm2 · xmm1, vm64y, xmm2 */
  vpgatherqd(destination: XmmRegister, source: Memory<32>, third: XmmRegister): void;
  /** VPGATHERQQ xmm1, vm64x, xmm2 · ymm1, vm64y, ymm2 */
  vpgatherqq(destination: XmmRegister, source: Memory<64>, third: XmmRegister): void;
  vpgatherqq(destination: YmmRegister, source: Memory<64>, third: YmmRegister): void;
  /** VPHADDD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vphaddd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vphaddd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPHADDSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vphaddsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vphaddsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPHADDW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vphaddw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vphaddw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPHMINPOSUW xmm1, xmm2/m128 */
  vphminposuw(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPHSUBD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vphsubd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vphsubd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPHSUBSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vphsubsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vphsubsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPHSUBW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vphsubw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vphsubw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPINSRB xmm1, xmm2, r32/m8, imm8 · xmm1, xmm2, r64/m8, imm8 */
  vpinsrb(destination: XmmRegister, source: XmmRegister, third: R32 | Memory<8> | R64, fourth: Value): void;
  /** VPINSRD xmm1, xmm2, r/m32, imm8 */
  vpinsrd(destination: XmmRegister, source: XmmRegister, third: R32 | Memory<32>, fourth: Value): void;
  /** VPINSRQ xmm1, xmm2, r/m64, imm8 */
  vpinsrq(destination: XmmRegister, source: XmmRegister, third: R64 | Memory<64>, fourth: Value): void;
  /** VPINSRW xmm1, xmm2, r32/m16, imm8 · xmm1, xmm2, r64/m16, imm8 */
  vpinsrw(destination: XmmRegister, source: XmmRegister, third: R32 | Memory<16> | R64, fourth: Value): void;
  /** VPMADDUBSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaddubsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaddubsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMADDWD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaddwd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaddwd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMASKMOVD xmm1, xmm2, m128 · ymm1, ymm2, m256 · m128, xmm1, xmm2 · m256, ymm1, ymm2 */
  vpmaskmovd(destination: XmmRegister, source: XmmRegister, third: Memory<128>): void;
  vpmaskmovd(destination: YmmRegister, source: YmmRegister, third: Memory<256>): void;
  vpmaskmovd(destination: Memory<128>, source: XmmRegister, third: XmmRegister): void;
  vpmaskmovd(destination: Memory<256>, source: YmmRegister, third: YmmRegister): void;
  /** VPMASKMOVQ xmm1, xmm2, m128 · ymm1, ymm2, m256 · m128, xmm1, xmm2 · m256, ymm1, ymm2 */
  vpmaskmovq(destination: XmmRegister, source: XmmRegister, third: Memory<128>): void;
  vpmaskmovq(destination: YmmRegister, source: YmmRegister, third: Memory<256>): void;
  vpmaskmovq(destination: Memory<128>, source: XmmRegister, third: XmmRegister): void;
  vpmaskmovq(destination: Memory<256>, source: YmmRegister, third: YmmRegister): void;
  /** VPMAXSB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaxsb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaxsb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMAXSD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaxsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaxsd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMAXSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaxsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaxsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMAXUB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaxub(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaxub(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMAXUD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaxud(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaxud(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMAXUW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmaxuw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmaxuw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMINSB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpminsb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpminsb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMINSD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpminsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpminsd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMINSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpminsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpminsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMINUB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpminub(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpminub(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMINUD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpminud(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpminud(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMINUW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpminuw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpminuw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMOVMSKB r32, xmm1 · r64, xmm1 · r32, ymm1 · r64, ymm1 */
  vpmovmskb(destination: R32 | R64, source: XmmRegister | YmmRegister): void;
  /** VPMOVSXBD xmm1, xmm2/m32 · ymm1, xmm2/m64 */
  vpmovsxbd(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  vpmovsxbd(destination: YmmRegister, source: XmmRegister | Memory<64>): void;
  /** VPMOVSXBQ xmm1, xmm2/m16 · ymm1, xmm2/m32 */
  vpmovsxbq(destination: XmmRegister, source: XmmRegister | Memory<16>): void;
  vpmovsxbq(destination: YmmRegister, source: XmmRegister | Memory<32>): void;
  /** VPMOVSXBW xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vpmovsxbw(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vpmovsxbw(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPMOVSXDQ xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vpmovsxdq(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vpmovsxdq(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPMOVSXWD xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vpmovsxwd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vpmovsxwd(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPMOVSXWQ xmm1, xmm2/m32 · ymm1, xmm2/m64 */
  vpmovsxwq(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  vpmovsxwq(destination: YmmRegister, source: XmmRegister | Memory<64>): void;
  /** VPMOVZXBD xmm1, xmm2/m32 · ymm1, xmm2/m64 */
  vpmovzxbd(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  vpmovzxbd(destination: YmmRegister, source: XmmRegister | Memory<64>): void;
  /** VPMOVZXBQ xmm1, xmm2/m16 · ymm1, xmm2/m32 */
  vpmovzxbq(destination: XmmRegister, source: XmmRegister | Memory<16>): void;
  vpmovzxbq(destination: YmmRegister, source: XmmRegister | Memory<32>): void;
  /** VPMOVZXBW xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vpmovzxbw(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vpmovzxbw(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPMOVZXDQ xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vpmovzxdq(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vpmovzxdq(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPMOVZXWD xmm1, xmm2/m64 · ymm1, xmm2/m128 */
  vpmovzxwd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  vpmovzxwd(destination: YmmRegister, source: XmmRegister | Memory<128>): void;
  /** VPMOVZXWQ xmm1, xmm2/m32 · ymm1, xmm2/m64 */
  vpmovzxwq(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  vpmovzxwq(destination: YmmRegister, source: XmmRegister | Memory<64>): void;
  /** VPMULDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmuldq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmuldq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMULHRSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmulhrsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmulhrsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMULHUW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmulhuw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmulhuw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMULHW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmulhw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmulhw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMULLD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmulld(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmulld(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMULLW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmullw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmullw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPMULUDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpmuludq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpmuludq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPOR xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpor(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpor(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSADBW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsadbw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsadbw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSHUFB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpshufb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpshufb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSHUFD xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vpshufd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vpshufd(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPSHUFHW xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vpshufhw(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vpshufhw(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPSHUFLW xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vpshuflw(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vpshuflw(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VPSIGNB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsignb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsignb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSIGND xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsignd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsignd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSIGNW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsignw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsignw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSLLD xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpslld(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpslld(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSLLDQ xmm1, xmm2, imm8 · ymm1, ymm2, imm8 */
  vpslldq(destination: XmmRegister, source: XmmRegister, third: Value): void;
  vpslldq(destination: YmmRegister, source: YmmRegister, third: Value): void;
  /** VPSLLQ xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsllq(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsllq(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSLLVD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsllvd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsllvd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSLLVQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsllvq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsllvq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSLLW xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsllw(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsllw(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSRAD xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsrad(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsrad(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSRAVD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsravd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsravd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSRAW xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsraw(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsraw(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSRLD xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsrld(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsrld(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSRLDQ xmm1, xmm2, imm8 · ymm1, ymm2, imm8 */
  vpsrldq(destination: XmmRegister, source: XmmRegister, third: Value): void;
  vpsrldq(destination: YmmRegister, source: YmmRegister, third: Value): void;
  /** VPSRLQ xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsrlq(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsrlq(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSRLVD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsrlvd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsrlvd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSRLVQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsrlvq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsrlvq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSRLW xmm1, xmm2, imm8 · xmm1, xmm2, xmm3/m128 · ymm1, ymm2, imm8 · ymm1, ymm2, xmm3/m128 */
  vpsrlw(destination: XmmRegister, source: XmmRegister, third: Value | XmmRegister | Memory<128>): void;
  vpsrlw(destination: YmmRegister, source: YmmRegister, third: Value | XmmRegister | Memory<128>): void;
  /** VPSUBB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBSB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubsb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubsb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubsw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubsw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBUSB xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubusb(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubusb(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBUSW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubusw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubusw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPSUBW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpsubw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpsubw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPTEST xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vptest(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vptest(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VPUNPCKHBW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpckhbw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpckhbw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKHDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpckhdq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpckhdq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKHQDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpckhqdq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpckhqdq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKHWD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpckhwd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpckhwd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKLBW xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpcklbw(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpcklbw(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKLDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpckldq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpckldq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKLQDQ xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpcklqdq(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpcklqdq(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPUNPCKLWD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpunpcklwd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpunpcklwd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VPXOR xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vpxor(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vpxor(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VRCPPS xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vrcpps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vrcpps(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VRCPSS xmm1, xmm2, xmm3/m32 */
  vrcpss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VROUNDPD xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vroundpd(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vroundpd(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VROUNDPS xmm1, xmm2/m128, imm8 · ymm1, ymm2/m256, imm8 */
  vroundps(destination: XmmRegister, source: XmmRegister | Memory<128>, third: Value): void;
  vroundps(destination: YmmRegister, source: YmmRegister | Memory<256>, third: Value): void;
  /** VROUNDSD xmm1, xmm2, xmm3/m64, imm8 */
  vroundsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>, fourth: Value): void;
  /** VROUNDSS xmm1, xmm2, xmm3/m32, imm8 */
  vroundss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>, fourth: Value): void;
  /** VRSQRTPS xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vrsqrtps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vrsqrtps(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VRSQRTSS xmm1, xmm2, xmm3/m32 */
  vrsqrtss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VSHUFPD xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vshufpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vshufpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VSHUFPS xmm1, xmm2, xmm3/m128, imm8 · ymm1, ymm2, ymm3/m256, imm8 */
  vshufps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>, fourth: Value): void;
  vshufps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>, fourth: Value): void;
  /** VSQRTPD xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vsqrtpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vsqrtpd(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VSQRTPS xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vsqrtps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vsqrtps(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VSQRTSD xmm1, xmm2, xmm3/m64 */
  vsqrtsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VSQRTSS xmm1, xmm2, xmm3/m32 */
  vsqrtss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VSTMXCSR m32 */
  vstmxcsr(operand: Memory<32>): void;
  /** VSUBPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vsubpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vsubpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VSUBPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vsubps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vsubps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VSUBSD xmm1, xmm2, xmm3/m64 */
  vsubsd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<64>): void;
  /** VSUBSS xmm1, xmm2, xmm3/m32 */
  vsubss(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<32>): void;
  /** VTESTPD xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vtestpd(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vtestpd(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VTESTPS xmm1, xmm2/m128 · ymm1, ymm2/m256 */
  vtestps(destination: XmmRegister, source: XmmRegister | Memory<128>): void;
  vtestps(destination: YmmRegister, source: YmmRegister | Memory<256>): void;
  /** VUCOMISD xmm1, xmm2/m64 */
  vucomisd(destination: XmmRegister, source: XmmRegister | Memory<64>): void;
  /** VUCOMISS xmm1, xmm2/m32 */
  vucomiss(destination: XmmRegister, source: XmmRegister | Memory<32>): void;
  /** VUNPCKHPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vunpckhpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vunpckhpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VUNPCKHPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vunpckhps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vunpckhps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VUNPCKLPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vunpcklpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vunpcklpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VUNPCKLPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vunpcklps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vunpcklps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VXORPD xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vxorpd(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vxorpd(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VXORPS xmm1, xmm2, xmm3/m128 · ymm1, ymm2, ymm3/m256 */
  vxorps(destination: XmmRegister, source: XmmRegister, third: XmmRegister | Memory<128>): void;
  vxorps(destination: YmmRegister, source: YmmRegister, third: YmmRegister | Memory<256>): void;
  /** VZEROALL */
  vzeroall(): void;
  /** VZEROUPPER */
  vzeroupper(): void;
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
  "vaddpd",
  "vaddps",
  "vaddsd",
  "vaddss",
  "vaddsubpd",
  "vaddsubps",
  "vaesdec",
  "vaesdeclast",
  "vaesenc",
  "vaesenclast",
  "vaesimc",
  "vaeskeygenassist",
  "vandnpd",
  "vandnps",
  "vandpd",
  "vandps",
  "vblendpd",
  "vblendps",
  "vblendvpd",
  "vblendvps",
  "vbroadcastf128",
  "vbroadcasti128",
  "vbroadcastsd",
  "vbroadcastss",
  "vcmppd",
  "vcmpps",
  "vcmpsd",
  "vcmpss",
  "vcomisd",
  "vcomiss",
  "vcvtdq2pd",
  "vcvtdq2ps",
  "vcvtpd2dq",
  "vcvtpd2ps",
  "vcvtph2ps",
  "vcvtps2dq",
  "vcvtps2pd",
  "vcvtps2ph",
  "vcvtsd2si",
  "vcvtsd2ss",
  "vcvtsi2sd",
  "vcvtsi2ss",
  "vcvtss2sd",
  "vcvtss2si",
  "vcvttpd2dq",
  "vcvttps2dq",
  "vcvttsd2si",
  "vcvttss2si",
  "vdivpd",
  "vdivps",
  "vdivsd",
  "vdivss",
  "vdppd",
  "vdpps",
  "verr",
  "verw",
  "vextractf128",
  "vextracti128",
  "vextractps",
  "vfmadd132pd",
  "vfmadd132ps",
  "vfmadd132sd",
  "vfmadd132ss",
  "vfmadd213pd",
  "vfmadd213ps",
  "vfmadd213sd",
  "vfmadd213ss",
  "vfmadd231pd",
  "vfmadd231ps",
  "vfmadd231sd",
  "vfmadd231ss",
  "vfmaddsub132pd",
  "vfmaddsub132ps",
  "vfmaddsub213pd",
  "vfmaddsub213ps",
  "vfmaddsub231pd",
  "vfmaddsub231ps",
  "vfmsub132pd",
  "vfmsub132ps",
  "vfmsub132sd",
  "vfmsub132ss",
  "vfmsub213pd",
  "vfmsub213ps",
  "vfmsub213sd",
  "vfmsub213ss",
  "vfmsub231pd",
  "vfmsub231ps",
  "vfmsub231sd",
  "vfmsub231ss",
  "vfmsubadd132pd",
  "vfmsubadd132ps",
  "vfmsubadd213pd",
  "vfmsubadd213ps",
  "vfmsubadd231pd",
  "vfmsubadd231ps",
  "vfnmadd132pd",
  "vfnmadd132ps",
  "vfnmadd132sd",
  "vfnmadd132ss",
  "vfnmadd213pd",
  "vfnmadd213ps",
  "vfnmadd213sd",
  "vfnmadd213ss",
  "vfnmadd231pd",
  "vfnmadd231ps",
  "vfnmadd231sd",
  "vfnmadd231ss",
  "vfnmsub132pd",
  "vfnmsub132ps",
  "vfnmsub132sd",
  "vfnmsub132ss",
  "vfnmsub213pd",
  "vfnmsub213ps",
  "vfnmsub213sd",
  "vfnmsub213ss",
  "vfnmsub231pd",
  "vfnmsub231ps",
  "vfnmsub231sd",
  "vfnmsub231ss",
  "vgatherdpd",
  "vgatherdps",
  "vgatherqpd",
  "vgatherqps",
  "vhaddpd",
  "vhaddps",
  "vhsubpd",
  "vhsubps",
  "vinsertf128",
  "vinserti128",
  "vinsertps",
  "vlddqu",
  "vldmxcsr",
  "vmaskmovdqu",
  "vmaskmovpd",
  "vmaskmovps",
  "vmaxpd",
  "vmaxps",
  "vmaxsd",
  "vmaxss",
  "vminpd",
  "vminps",
  "vminsd",
  "vminss",
  "vmovapd",
  "vmovaps",
  "vmovd",
  "vmovddup",
  "vmovdqa",
  "vmovdqu",
  "vmovhlps",
  "vmovhpd",
  "vmovhps",
  "vmovlhps",
  "vmovlpd",
  "vmovlps",
  "vmovmskpd",
  "vmovmskps",
  "vmovntdq",
  "vmovntdqa",
  "vmovntpd",
  "vmovntps",
  "vmovq",
  "vmovsd",
  "vmovshdup",
  "vmovsldup",
  "vmovss",
  "vmovupd",
  "vmovups",
  "vmpsadbw",
  "vmulpd",
  "vmulps",
  "vmulsd",
  "vmulss",
  "vorpd",
  "vorps",
  "vpabsb",
  "vpabsd",
  "vpabsw",
  "vpackssdw",
  "vpacksswb",
  "vpackusdw",
  "vpackuswb",
  "vpaddb",
  "vpaddd",
  "vpaddq",
  "vpaddsb",
  "vpaddsw",
  "vpaddusb",
  "vpaddusw",
  "vpaddw",
  "vpalignr",
  "vpand",
  "vpandn",
  "vpavgb",
  "vpavgw",
  "vpblendd",
  "vpblendvb",
  "vpblendw",
  "vpbroadcastb",
  "vpbroadcastd",
  "vpbroadcastq",
  "vpbroadcastw",
  "vpclmulqdq",
  "vpcmpeqb",
  "vpcmpeqd",
  "vpcmpeqq",
  "vpcmpeqw",
  "vpcmpestri",
  "vpcmpestri64",
  "vpcmpestrm",
  "vpcmpestrm64",
  "vpcmpgtb",
  "vpcmpgtd",
  "vpcmpgtq",
  "vpcmpgtw",
  "vpcmpistri",
  "vpcmpistrm",
  "vperm2f128",
  "vperm2i128",
  "vpermd",
  "vpermilpd",
  "vpermilps",
  "vpermpd",
  "vpermps",
  "vpermq",
  "vpextrb",
  "vpextrd",
  "vpextrq",
  "vpextrw",
  "vpgatherdd",
  "vpgatherdq",
  "vpgatherqd",
  "vpgatherqq",
  "vphaddd",
  "vphaddsw",
  "vphaddw",
  "vphminposuw",
  "vphsubd",
  "vphsubsw",
  "vphsubw",
  "vpinsrb",
  "vpinsrd",
  "vpinsrq",
  "vpinsrw",
  "vpmaddubsw",
  "vpmaddwd",
  "vpmaskmovd",
  "vpmaskmovq",
  "vpmaxsb",
  "vpmaxsd",
  "vpmaxsw",
  "vpmaxub",
  "vpmaxud",
  "vpmaxuw",
  "vpminsb",
  "vpminsd",
  "vpminsw",
  "vpminub",
  "vpminud",
  "vpminuw",
  "vpmovmskb",
  "vpmovsxbd",
  "vpmovsxbq",
  "vpmovsxbw",
  "vpmovsxdq",
  "vpmovsxwd",
  "vpmovsxwq",
  "vpmovzxbd",
  "vpmovzxbq",
  "vpmovzxbw",
  "vpmovzxdq",
  "vpmovzxwd",
  "vpmovzxwq",
  "vpmuldq",
  "vpmulhrsw",
  "vpmulhuw",
  "vpmulhw",
  "vpmulld",
  "vpmullw",
  "vpmuludq",
  "vpor",
  "vpsadbw",
  "vpshufb",
  "vpshufd",
  "vpshufhw",
  "vpshuflw",
  "vpsignb",
  "vpsignd",
  "vpsignw",
  "vpslld",
  "vpslldq",
  "vpsllq",
  "vpsllvd",
  "vpsllvq",
  "vpsllw",
  "vpsrad",
  "vpsravd",
  "vpsraw",
  "vpsrld",
  "vpsrldq",
  "vpsrlq",
  "vpsrlvd",
  "vpsrlvq",
  "vpsrlw",
  "vpsubb",
  "vpsubd",
  "vpsubq",
  "vpsubsb",
  "vpsubsw",
  "vpsubusb",
  "vpsubusw",
  "vpsubw",
  "vptest",
  "vpunpckhbw",
  "vpunpckhdq",
  "vpunpckhqdq",
  "vpunpckhwd",
  "vpunpcklbw",
  "vpunpckldq",
  "vpunpcklqdq",
  "vpunpcklwd",
  "vpxor",
  "vrcpps",
  "vrcpss",
  "vroundpd",
  "vroundps",
  "vroundsd",
  "vroundss",
  "vrsqrtps",
  "vrsqrtss",
  "vshufpd",
  "vshufps",
  "vsqrtpd",
  "vsqrtps",
  "vsqrtsd",
  "vsqrtss",
  "vstmxcsr",
  "vsubpd",
  "vsubps",
  "vsubsd",
  "vsubss",
  "vtestpd",
  "vtestps",
  "vucomisd",
  "vucomiss",
  "vunpckhpd",
  "vunpckhps",
  "vunpcklpd",
  "vunpcklps",
  "vxorpd",
  "vxorps",
  "vzeroall",
  "vzeroupper",
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
