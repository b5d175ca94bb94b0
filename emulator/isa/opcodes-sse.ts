/**
 * The instruction table's rows for the XMM registers without VEX: SSE to SSE4.2, AES, PCLMULQDQ, SHA; and the
 * instructions that save and restore this state. Notation: opcodes.ts; of two vector registers the one in ModRM.reg is
 * xmm1, the one in ModRM.rm xmm2.
 *
 * "typeN" is the exception class (vol. 2, 2.4): 1 (aligned moves), 2 (packed floating point) and 4 (other packed
 * operations) want 16-byte memory operands aligned, unless the row says "unaligned"; 2 and 3 (scalar) raise floating-point
 * exceptions; 5 has less than 16 bytes of memory, 7 none.
 */
export const sseOpcodes = `
# x87, MMX and SSE state in memory, and SSE's control and status register
fxsave      m512byte                   | NP 0F AE /0                | -                | FXSR
fxsave64    m512byte                   | NP REX.W 0F AE /0          | -                | FXSR
fxrstor     m512byte                   | NP 0F AE /1                | -                | FXSR
fxrstor64   m512byte                   | NP REX.W 0F AE /1          | -                | FXSR
ldmxcsr     m32                        | NP 0F AE /2                | -                | type5 SSE
stmxcsr     m32                        | NP 0F AE /3                | -                | type5 SSE
xsave       m                          | NP 0F AE /4                | -                | XSAVE
xsave64     m                          | NP REX.W 0F AE /4          | -                | XSAVE
xrstor      m                          | NP 0F AE /5                | -                | XSAVE
xrstor64    m                          | NP REX.W 0F AE /5          | -                | XSAVE
xsaveopt    m                          | NP 0F AE /6                | -                | XSAVEOPT
xsaveopt64  m                          | NP REX.W 0F AE /6          | -                | XSAVEOPT
xsavec      m                          | NP 0F C7 /4                | -                | XSAVEC
xsavec64    m                          | NP REX.W 0F C7 /4          | -                | XSAVEC
xrstors     m                          | NP 0F C7 /3                | -                | XSAVES cpl0
xrstors64   m                          | NP REX.W 0F C7 /3          | -                | XSAVES cpl0
xsaves      m                          | NP 0F C7 /5                | -                | XSAVES cpl0
xsaves64    m                          | NP REX.W 0F C7 /5          | -                | XSAVES cpl0

# SSE: moves
movups      xmm1, xmm2/m128            | NP 0F 10 /r                | -                | type4 unaligned SSE
movups      xmm2/m128, xmm1            | NP 0F 11 /r                | -                | type4 unaligned SSE
movss       xmm1, xmm2/m32             | F3 0F 10 /r                | -                | type5 SSE
movss       xmm2/m32, xmm1             | F3 0F 11 /r                | -                | type5 SSE
movhlps     xmm1, xmm2                 | NP 0F 12 /r                | -                | type7 SSE
movlps      xmm1, m64                  | NP 0F 12 /r                | -                | type5 SSE
movlps      m64, xmm1                  | NP 0F 13 /r                | -                | type5 SSE
movlhps     xmm1, xmm2                 | NP 0F 16 /r                | -                | type7 SSE
movhps      xmm1, m64                  | NP 0F 16 /r                | -                | type5 SSE
movhps      m64, xmm1                  | NP 0F 17 /r                | -                | type5 SSE
movaps      xmm1, xmm2/m128            | NP 0F 28 /r                | -                | type1 SSE
movaps      xmm2/m128, xmm1            | NP 0F 29 /r                | -                | type1 SSE
movmskps    r32, xmm1                  | NP 0F 50 /r                | -                | type7 SSE
movmskps    r64, xmm1                  | NP REX.W 0F 50 /r          | -                | type7 SSE

# SSE: non-temporal moves
movntps     m128, xmm1                 | NP 0F 2B /r                | -                | type1 SSE

# SSE: floating-point arithmetic
sqrtps      xmm1, xmm2/m128            | NP 0F 51 /r                | -                | type2 SSE
sqrtss      xmm1, xmm2/m32             | F3 0F 51 /r                | -                | type3 SSE
rsqrtps     xmm1, xmm2/m128            | NP 0F 52 /r                | -                | type4 SSE
rsqrtss     xmm1, xmm2/m32             | F3 0F 52 /r                | -                | type5 SSE
rcpps       xmm1, xmm2/m128            | NP 0F 53 /r                | -                | type4 SSE
rcpss       xmm1, xmm2/m32             | F3 0F 53 /r                | -                | type5 SSE
addps       xmm1, xmm2/m128            | NP 0F 58 /r                | -                | type2 SSE
addss       xmm1, xmm2/m32             | F3 0F 58 /r                | -                | type3 SSE
mulps       xmm1, xmm2/m128            | NP 0F 59 /r                | -                | type2 SSE
mulss       xmm1, xmm2/m32             | F3 0F 59 /r                | -                | type3 SSE
subps       xmm1, xmm2/m128            | NP 0F 5C /r                | -                | type2 SSE
subss       xmm1, xmm2/m32             | F3 0F 5C /r                | -                | type3 SSE
minps       xmm1, xmm2/m128            | NP 0F 5D /r                | -                | type2 SSE
minss       xmm1, xmm2/m32             | F3 0F 5D /r                | -                | type3 SSE
divps       xmm1, xmm2/m128            | NP 0F 5E /r                | -                | type2 SSE
divss       xmm1, xmm2/m32             | F3 0F 5E /r                | -                | type3 SSE
maxps       xmm1, xmm2/m128            | NP 0F 5F /r                | -                | type2 SSE
maxss       xmm1, xmm2/m32             | F3 0F 5F /r                | -                | type3 SSE

# SSE: logic
andps       xmm1, xmm2/m128            | NP 0F 54 /r                | -                | type4 SSE
andnps      xmm1, xmm2/m128            | NP 0F 55 /r                | -                | type4 SSE
orps        xmm1, xmm2/m128            | NP 0F 56 /r                | -                | type4 SSE
xorps       xmm1, xmm2/m128            | NP 0F 57 /r                | -                | type4 SSE

# SSE: comparisons
ucomiss     xmm1, xmm2/m32             | NP 0F 2E /r                | oszapc           | type3 SSE
comiss      xmm1, xmm2/m32             | NP 0F 2F /r                | oszapc           | type3 SSE
cmpps       xmm1, xmm2/m128, imm8      | NP 0F C2 /r ib             | -                | type2 SSE
cmpss       xmm1, xmm2/m32, imm8       | F3 0F C2 /r ib             | -                | type3 SSE

# SSE: shuffles
unpcklps    xmm1, xmm2/m128            | NP 0F 14 /r                | -                | type4 SSE
unpckhps    xmm1, xmm2/m128            | NP 0F 15 /r                | -                | type4 SSE
shufps      xmm1, xmm2/m128, imm8      | NP 0F C6 /r ib             | -                | type4 SSE

# SSE: conversions
cvtsi2ss    xmm1, r/m32                | F3 0F 2A /r                | -                | type3 SSE
cvtsi2ss    xmm1, r/m64                | F3 REX.W 0F 2A /r          | -                | type3 SSE
cvttss2si   r32, xmm1/m32              | F3 0F 2C /r                | -                | type3 SSE
cvttss2si   r64, xmm1/m32              | F3 REX.W 0F 2C /r          | -                | type3 SSE
cvtss2si    r32, xmm1/m32              | F3 0F 2D /r                | -                | type3 SSE
cvtss2si    r64, xmm1/m32              | F3 REX.W 0F 2D /r          | -                | type3 SSE

# SSE2: moves
movupd      xmm1, xmm2/m128            | 66 0F 10 /r                | -                | type4 unaligned SSE2
movupd      xmm2/m128, xmm1            | 66 0F 11 /r                | -                | type4 unaligned SSE2
movsd       xmm1, xmm2/m64             | F2 0F 10 /r                | -                | type5 SSE2
movsd       xmm2/m64, xmm1             | F2 0F 11 /r                | -                | type5 SSE2
movlpd      xmm1, m64                  | 66 0F 12 /r                | -                | type5 SSE2
movlpd      m64, xmm1                  | 66 0F 13 /r                | -                | type5 SSE2
movhpd      xmm1, m64                  | 66 0F 16 /r                | -                | type5 SSE2
movhpd      m64, xmm1                  | 66 0F 17 /r                | -                | type5 SSE2
movapd      xmm1, xmm2/m128            | 66 0F 28 /r                | -                | type1 SSE2
movapd      xmm2/m128, xmm1            | 66 0F 29 /r                | -                | type1 SSE2
movmskpd    r32, xmm1                  | 66 0F 50 /r                | -                | type7 SSE2
movmskpd    r64, xmm1                  | 66 REX.W 0F 50 /r          | -                | type7 SSE2
movd        xmm1, r/m32                | 66 0F 6E /r                | -                | type5 SSE2
movd        r/m32, xmm1                | 66 0F 7E /r                | -                | type5 SSE2
movq        xmm1, r/m64                | 66 REX.W 0F 6E /r          | -                | type5 SSE2
movq        r/m64, xmm1                | 66 REX.W 0F 7E /r          | -                | type5 SSE2
movq        xmm1, xmm2/m64             | F3 0F 7E /r                | -                | type5 SSE2
movq        xmm2/m64, xmm1             | 66 0F D6 /r                | -                | type5 SSE2
movdqa      xmm1, xmm2/m128            | 66 0F 6F /r                | -                | type1 SSE2
movdqa      xmm2/m128, xmm1            | 66 0F 7F /r                | -                | type1 SSE2
movdqu      xmm1, xmm2/m128            | F3 0F 6F /r                | -                | type4 unaligned SSE2
movdqu      xmm2/m128, xmm1            | F3 0F 7F /r                | -                | type4 unaligned SSE2
pinsrw      xmm1, r32/m16, imm8        | 66 0F C4 /r ib             | -                | type5 SSE2
pinsrw      xmm1, r64/m16, imm8        | 66 REX.W 0F C4 /r ib       | -                | type5 SSE2
pextrw      r32, xmm1, imm8            | 66 0F C5 /r ib             | -                | type5 SSE2
pextrw      r64, xmm1, imm8            | 66 REX.W 0F C5 /r ib       | -                | type5 SSE2
pmovmskb    r32, xmm1                  | 66 0F D7 /r                | -                | type7 SSE2
pmovmskb    r64, xmm1                  | 66 REX.W 0F D7 /r          | -                | type7 SSE2

# SSE2: non-temporal moves
movntpd     m128, xmm1                 | 66 0F 2B /r                | -                | type1 SSE2
movntdq     m128, xmm1                 | 66 0F E7 /r                | -                | type1 SSE2
maskmovdqu  xmm1, xmm2                 | 66 0F F7 /r                | -                | type4 unaligned SSE2

# SSE2: floating-point arithmetic
sqrtpd      xmm1, xmm2/m128            | 66 0F 51 /r                | -                | type2 SSE2
sqrtsd      xmm1, xmm2/m64             | F2 0F 51 /r                | -                | type3 SSE2
addpd       xmm1, xmm2/m128            | 66 0F 58 /r                | -                | type2 SSE2
addsd       xmm1, xmm2/m64             | F2 0F 58 /r                | -                | type3 SSE2
mulpd       xmm1, xmm2/m128            | 66 0F 59 /r                | -                | type2 SSE2
mulsd       xmm1, xmm2/m64             | F2 0F 59 /r                | -                | type3 SSE2
subpd       xmm1, xmm2/m128            | 66 0F 5C /r                | -                | type2 SSE2
subsd       xmm1, xmm2/m64             | F2 0F 5C /r                | -                | type3 SSE2
minpd       xmm1, xmm2/m128            | 66 0F 5D /r                | -                | type2 SSE2
minsd       xmm1, xmm2/m64             | F2 0F 5D /r                | -                | type3 SSE2
divpd       xmm1, xmm2/m128            | 66 0F 5E /r                | -                | type2 SSE2
divsd       xmm1, xmm2/m64             | F2 0F 5E /r                | -                | type3 SSE2
maxpd       xmm1, xmm2/m128            | 66 0F 5F /r                | -                | type2 SSE2
maxsd       xmm1, xmm2/m64             | F2 0F 5F /r                | -                | type3 SSE2

# SSE2: integer arithmetic
paddq       xmm1, xmm2/m128            | 66 0F D4 /r                | -                | type4 SSE2
pmullw      xmm1, xmm2/m128            | 66 0F D5 /r                | -                | type4 SSE2
psubusb     xmm1, xmm2/m128            | 66 0F D8 /r                | -                | type4 SSE2
psubusw     xmm1, xmm2/m128            | 66 0F D9 /r                | -                | type4 SSE2
pminub      xmm1, xmm2/m128            | 66 0F DA /r                | -                | type4 SSE2
paddusb     xmm1, xmm2/m128            | 66 0F DC /r                | -                | type4 SSE2
paddusw     xmm1, xmm2/m128            | 66 0F DD /r                | -                | type4 SSE2
pmaxub      xmm1, xmm2/m128            | 66 0F DE /r                | -                | type4 SSE2
pavgb       xmm1, xmm2/m128            | 66 0F E0 /r                | -                | type4 SSE2
pavgw       xmm1, xmm2/m128            | 66 0F E3 /r                | -                | type4 SSE2
pmulhuw     xmm1, xmm2/m128            | 66 0F E4 /r                | -                | type4 SSE2
pmulhw      xmm1, xmm2/m128            | 66 0F E5 /r                | -                | type4 SSE2
psubsb      xmm1, xmm2/m128            | 66 0F E8 /r                | -                | type4 SSE2
psubsw      xmm1, xmm2/m128            | 66 0F E9 /r                | -                | type4 SSE2
pminsw      xmm1, xmm2/m128            | 66 0F EA /r                | -                | type4 SSE2
paddsb      xmm1, xmm2/m128            | 66 0F EC /r                | -                | type4 SSE2
paddsw      xmm1, xmm2/m128            | 66 0F ED /r                | -                | type4 SSE2
pmaxsw      xmm1, xmm2/m128            | 66 0F EE /r                | -                | type4 SSE2
pmuludq     xmm1, xmm2/m128            | 66 0F F4 /r                | -                | type4 SSE2
pmaddwd     xmm1, xmm2/m128            | 66 0F F5 /r                | -                | type4 SSE2
psadbw      xmm1, xmm2/m128            | 66 0F F6 /r                | -                | type4 SSE2
psubb       xmm1, xmm2/m128            | 66 0F F8 /r                | -                | type4 SSE2
psubw       xmm1, xmm2/m128            | 66 0F F9 /r                | -                | type4 SSE2
psubd       xmm1, xmm2/m128            | 66 0F FA /r                | -                | type4 SSE2
psubq       xmm1, xmm2/m128            | 66 0F FB /r                | -                | type4 SSE2
paddb       xmm1, xmm2/m128            | 66 0F FC /r                | -                | type4 SSE2
paddw       xmm1, xmm2/m128            | 66 0F FD /r                | -                | type4 SSE2
paddd       xmm1, xmm2/m128            | 66 0F FE /r                | -                | type4 SSE2

# SSE2: logic
andpd       xmm1, xmm2/m128            | 66 0F 54 /r                | -                | type4 SSE2
andnpd      xmm1, xmm2/m128            | 66 0F 55 /r                | -                | type4 SSE2
orpd        xmm1, xmm2/m128            | 66 0F 56 /r                | -                | type4 SSE2
xorpd       xmm1, xmm2/m128            | 66 0F 57 /r                | -                | type4 SSE2
pand        xmm1, xmm2/m128            | 66 0F DB /r                | -                | type4 SSE2
pandn       xmm1, xmm2/m128            | 66 0F DF /r                | -                | type4 SSE2
por         xmm1, xmm2/m128            | 66 0F EB /r                | -                | type4 SSE2
pxor        xmm1, xmm2/m128            | 66 0F EF /r                | -                | type4 SSE2

# SSE2: comparisons
ucomisd     xmm1, xmm2/m64             | 66 0F 2E /r                | oszapc           | type3 SSE2
comisd      xmm1, xmm2/m64             | 66 0F 2F /r                | oszapc           | type3 SSE2
pcmpgtb     xmm1, xmm2/m128            | 66 0F 64 /r                | -                | type4 SSE2
pcmpgtw     xmm1, xmm2/m128            | 66 0F 65 /r                | -                | type4 SSE2
pcmpgtd     xmm1, xmm2/m128            | 66 0F 66 /r                | -                | type4 SSE2
pcmpeqb     xmm1, xmm2/m128            | 66 0F 74 /r                | -                | type4 SSE2
pcmpeqw     xmm1, xmm2/m128            | 66 0F 75 /r                | -                | type4 SSE2
pcmpeqd     xmm1, xmm2/m128            | 66 0F 76 /r                | -                | type4 SSE2
cmppd       xmm1, xmm2/m128, imm8      | 66 0F C2 /r ib             | -                | type2 SSE2
cmpsd       xmm1, xmm2/m64, imm8       | F2 0F C2 /r ib             | -                | type3 SSE2

# SSE2: shifts
psrlw       xmm1, imm8                 | 66 0F 71 /2 ib             | -                | type7 SSE2
psrlw       xmm1, xmm2/m128            | 66 0F D1 /r                | -                | type4 SSE2
psraw       xmm1, imm8                 | 66 0F 71 /4 ib             | -                | type7 SSE2
psraw       xmm1, xmm2/m128            | 66 0F E1 /r                | -                | type4 SSE2
psllw       xmm1, imm8                 | 66 0F 71 /6 ib             | -                | type7 SSE2
psllw       xmm1, xmm2/m128            | 66 0F F1 /r                | -                | type4 SSE2
psrld       xmm1, imm8                 | 66 0F 72 /2 ib             | -                | type7 SSE2
psrld       xmm1, xmm2/m128            | 66 0F D2 /r                | -                | type4 SSE2
psrad       xmm1, imm8                 | 66 0F 72 /4 ib             | -                | type7 SSE2
psrad       xmm1, xmm2/m128            | 66 0F E2 /r                | -                | type4 SSE2
pslld       xmm1, imm8                 | 66 0F 72 /6 ib             | -                | type7 SSE2
pslld       xmm1, xmm2/m128            | 66 0F F2 /r                | -                | type4 SSE2
psrlq       xmm1, imm8                 | 66 0F 73 /2 ib             | -                | type7 SSE2
psrlq       xmm1, xmm2/m128            | 66 0F D3 /r                | -                | type4 SSE2
psrldq      xmm1, imm8                 | 66 0F 73 /3 ib             | -                | type7 SSE2
psllq       xmm1, imm8                 | 66 0F 73 /6 ib             | -                | type7 SSE2
psllq       xmm1, xmm2/m128            | 66 0F F3 /r                | -                | type4 SSE2
pslldq      xmm1, imm8                 | 66 0F 73 /7 ib             | -                | type7 SSE2

# SSE2: shuffles
unpcklpd    xmm1, xmm2/m128            | 66 0F 14 /r                | -                | type4 SSE2
unpckhpd    xmm1, xmm2/m128            | 66 0F 15 /r                | -                | type4 SSE2
punpcklbw   xmm1, xmm2/m128            | 66 0F 60 /r                | -                | type4 SSE2
punpcklwd   xmm1, xmm2/m128            | 66 0F 61 /r                | -                | type4 SSE2
punpckldq   xmm1, xmm2/m128            | 66 0F 62 /r                | -                | type4 SSE2
packsswb    xmm1, xmm2/m128            | 66 0F 63 /r                | -                | type4 SSE2
packuswb    xmm1, xmm2/m128            | 66 0F 67 /r                | -                | type4 SSE2
punpckhbw   xmm1, xmm2/m128            | 66 0F 68 /r                | -                | type4 SSE2
punpckhwd   xmm1, xmm2/m128            | 66 0F 69 /r                | -                | type4 SSE2
punpckhdq   xmm1, xmm2/m128            | 66 0F 6A /r                | -                | type4 SSE2
packssdw    xmm1, xmm2/m128            | 66 0F 6B /r                | -                | type4 SSE2
punpcklqdq  xmm1, xmm2/m128            | 66 0F 6C /r                | -                | type4 SSE2
punpckhqdq  xmm1, xmm2/m128            | 66 0F 6D /r                | -                | type4 SSE2
pshufd      xmm1, xmm2/m128, imm8      | 66 0F 70 /r ib             | -                | type4 SSE2
pshufhw     xmm1, xmm2/m128, imm8      | F3 0F 70 /r ib             | -                | type4 SSE2
pshuflw     xmm1, xmm2/m128, imm8      | F2 0F 70 /r ib             | -                | type4 SSE2
shufpd      xmm1, xmm2/m128, imm8      | 66 0F C6 /r ib             | -                | type4 SSE2

# SSE2: conversions
cvtsi2sd    xmm1, r/m32                | F2 0F 2A /r                | -                | type5 SSE2
cvtsi2sd    xmm1, r/m64                | F2 REX.W 0F 2A /r          | -                | type3 SSE2
cvttsd2si   r32, xmm1/m64              | F2 0F 2C /r                | -                | type3 SSE2
cvttsd2si   r64, xmm1/m64              | F2 REX.W 0F 2C /r          | -                | type3 SSE2
cvtsd2si    r32, xmm1/m64              | F2 0F 2D /r                | -                | type3 SSE2
cvtsd2si    r64, xmm1/m64              | F2 REX.W 0F 2D /r          | -                | type3 SSE2
cvtps2pd    xmm1, xmm2/m64             | NP 0F 5A /r                | -                | type3 SSE2
cvtpd2ps    xmm1, xmm2/m128            | 66 0F 5A /r                | -                | type2 SSE2
cvtss2sd    xmm1, xmm2/m32             | F3 0F 5A /r                | -                | type3 SSE2
cvtsd2ss    xmm1, xmm2/m64             | F2 0F 5A /r                | -                | type3 SSE2
cvtdq2ps    xmm1, xmm2/m128            | NP 0F 5B /r                | -                | type2 SSE2
cvtps2dq    xmm1, xmm2/m128            | 66 0F 5B /r                | -                | type2 SSE2
cvttps2dq   xmm1, xmm2/m128            | F3 0F 5B /r                | -                | type2 SSE2
cvttpd2dq   xmm1, xmm2/m128            | 66 0F E6 /r                | -                | type2 SSE2
cvtdq2pd    xmm1, xmm2/m64             | F3 0F E6 /r                | -                | type5 SSE2
cvtpd2dq    xmm1, xmm2/m128            | F2 0F E6 /r                | -                | type2 SSE2

# SSE3: moves
movsldup    xmm1, xmm2/m128            | F3 0F 12 /r                | -                | type4 SSE3
movddup     xmm1, xmm2/m64             | F2 0F 12 /r                | -                | type5 SSE3
movshdup    xmm1, xmm2/m128            | F3 0F 16 /r                | -                | type4 SSE3
lddqu       xmm1, m128                 | F2 0F F0 /r                | -                | type4 unaligned SSE3

# SSE3: floating-point arithmetic
haddpd      xmm1, xmm2/m128            | 66 0F 7C /r                | -                | type2 SSE3
haddps      xmm1, xmm2/m128            | F2 0F 7C /r                | -                | type2 SSE3
hsubpd      xmm1, xmm2/m128            | 66 0F 7D /r                | -                | type2 SSE3
hsubps      xmm1, xmm2/m128            | F2 0F 7D /r                | -                | type2 SSE3
addsubpd    xmm1, xmm2/m128            | 66 0F D0 /r                | -                | type2 SSE3
addsubps    xmm1, xmm2/m128            | F2 0F D0 /r                | -                | type2 SSE3

# SSSE3: integer arithmetic
phaddw      xmm1, xmm2/m128            | 66 0F 38 01 /r             | -                | type4 SSSE3
phaddd      xmm1, xmm2/m128            | 66 0F 38 02 /r             | -                | type4 SSSE3
phaddsw     xmm1, xmm2/m128            | 66 0F 38 03 /r             | -                | type4 SSSE3
pmaddubsw   xmm1, xmm2/m128            | 66 0F 38 04 /r             | -                | type4 SSSE3
phsubw      xmm1, xmm2/m128            | 66 0F 38 05 /r             | -                | type4 SSSE3
phsubd      xmm1, xmm2/m128            | 66 0F 38 06 /r             | -                | type4 SSSE3
phsubsw     xmm1, xmm2/m128            | 66 0F 38 07 /r             | -                | type4 SSSE3
psignb      xmm1, xmm2/m128            | 66 0F 38 08 /r             | -                | type4 SSSE3
psignw      xmm1, xmm2/m128            | 66 0F 38 09 /r             | -                | type4 SSSE3
psignd      xmm1, xmm2/m128            | 66 0F 38 0A /r             | -                | type4 SSSE3
pmulhrsw    xmm1, xmm2/m128            | 66 0F 38 0B /r             | -                | type4 SSSE3
pabsb       xmm1, xmm2/m128            | 66 0F 38 1C /r             | -                | type4 SSSE3
pabsw       xmm1, xmm2/m128            | 66 0F 38 1D /r             | -                | type4 SSSE3
pabsd       xmm1, xmm2/m128            | 66 0F 38 1E /r             | -                | type4 SSSE3

# SSSE3: shuffles
pshufb      xmm1, xmm2/m128            | 66 0F 38 00 /r             | -                | type4 SSSE3
palignr     xmm1, xmm2/m128, imm8      | 66 0F 3A 0F /r ib          | -                | type4 SSSE3

# SSE4_1: moves
pextrb      r32/m8, xmm1, imm8         | 66 0F 3A 14 /r ib          | -                | type5 SSE4_1
pextrb      r64/m8, xmm1, imm8         | 66 REX.W 0F 3A 14 /r ib    | -                | type5 SSE4_1
pextrw      r32/m16, xmm1, imm8        | 66 0F 3A 15 /r ib          | -                | type5 SSE4_1
pextrw      r64/m16, xmm1, imm8        | 66 REX.W 0F 3A 15 /r ib    | -                | type5 SSE4_1
pextrd      r/m32, xmm1, imm8          | 66 0F 3A 16 /r ib          | -                | type5 SSE4_1
pextrq      r/m64, xmm1, imm8          | 66 REX.W 0F 3A 16 /r ib    | -                | type5 SSE4_1
extractps   r/m32, xmm1, imm8          | 66 0F 3A 17 /r ib          | -                | type5 SSE4_1
extractps   r64/m32, xmm1, imm8        | 66 REX.W 0F 3A 17 /r ib    | -                | type5 SSE4_1
pinsrb      xmm1, r32/m8, imm8         | 66 0F 3A 20 /r ib          | -                | type5 SSE4_1
pinsrb      xmm1, r64/m8, imm8         | 66 REX.W 0F 3A 20 /r ib    | -                | type5 SSE4_1
insertps    xmm1, xmm2/m32, imm8       | 66 0F 3A 21 /r ib          | -                | type5 SSE4_1
pinsrd      xmm1, r/m32, imm8          | 66 0F 3A 22 /r ib          | -                | type5 SSE4_1
pinsrq      xmm1, r/m64, imm8          | 66 REX.W 0F 3A 22 /r ib    | -                | type5 SSE4_1

# SSE4_1: non-temporal moves
movntdqa    xmm1, m128                 | 66 0F 38 2A /r             | -                | type1 SSE4_1

# SSE4_1: floating-point arithmetic
dpps        xmm1, xmm2/m128, imm8      | 66 0F 3A 40 /r ib          | -                | type2 SSE4_1
dppd        xmm1, xmm2/m128, imm8      | 66 0F 3A 41 /r ib          | -                | type2 SSE4_1

# SSE4_1: integer arithmetic
pmuldq      xmm1, xmm2/m128            | 66 0F 38 28 /r             | -                | type4 SSE4_1
pminsb      xmm1, xmm2/m128            | 66 0F 38 38 /r             | -                | type4 SSE4_1
pminsd      xmm1, xmm2/m128            | 66 0F 38 39 /r             | -                | type4 SSE4_1
pminuw      xmm1, xmm2/m128            | 66 0F 38 3A /r             | -                | type4 SSE4_1
pminud      xmm1, xmm2/m128            | 66 0F 38 3B /r             | -                | type4 SSE4_1
pmaxsb      xmm1, xmm2/m128            | 66 0F 38 3C /r             | -                | type4 SSE4_1
pmaxsd      xmm1, xmm2/m128            | 66 0F 38 3D /r             | -                | type4 SSE4_1
pmaxuw      xmm1, xmm2/m128            | 66 0F 38 3E /r             | -                | type4 SSE4_1
pmaxud      xmm1, xmm2/m128            | 66 0F 38 3F /r             | -                | type4 SSE4_1
pmulld      xmm1, xmm2/m128            | 66 0F 38 40 /r             | -                | type4 SSE4_1
phminposuw  xmm1, xmm2/m128            | 66 0F 38 41 /r             | -                | type4 SSE4_1
mpsadbw     xmm1, xmm2/m128, imm8      | 66 0F 3A 42 /r ib          | -                | type4 SSE4_1

# SSE4_1: comparisons
ptest       xmm1, xmm2/m128            | 66 0F 38 17 /r             | oszapc           | type4 SSE4_1
pcmpeqq     xmm1, xmm2/m128            | 66 0F 38 29 /r             | -                | type4 SSE4_1

# SSE4_1: shuffles
pblendvb    xmm1, xmm2/m128            | 66 0F 38 10 /r             | -                | type4 SSE4_1
blendvps    xmm1, xmm2/m128            | 66 0F 38 14 /r             | -                | type4 SSE4_1
blendvpd    xmm1, xmm2/m128            | 66 0F 38 15 /r             | -                | type4 SSE4_1
packusdw    xmm1, xmm2/m128            | 66 0F 38 2B /r             | -                | type4 SSE4_1
blendps     xmm1, xmm2/m128, imm8      | 66 0F 3A 0C /r ib          | -                | type4 SSE4_1
blendpd     xmm1, xmm2/m128, imm8      | 66 0F 3A 0D /r ib          | -                | type4 SSE4_1
pblendw     xmm1, xmm2/m128, imm8      | 66 0F 3A 0E /r ib          | -                | type4 SSE4_1

# SSE4_1: conversions
pmovsxbw    xmm1, xmm2/m64             | 66 0F 38 20 /r             | -                | type5 SSE4_1
pmovsxbd    xmm1, xmm2/m32             | 66 0F 38 21 /r             | -                | type5 SSE4_1
pmovsxbq    xmm1, xmm2/m16             | 66 0F 38 22 /r             | -                | type5 SSE4_1
pmovsxwd    xmm1, xmm2/m64             | 66 0F 38 23 /r             | -                | type5 SSE4_1
pmovsxwq    xmm1, xmm2/m32             | 66 0F 38 24 /r             | -                | type5 SSE4_1
pmovsxdq    xmm1, xmm2/m64             | 66 0F 38 25 /r             | -                | type5 SSE4_1
pmovzxbw    xmm1, xmm2/m64             | 66 0F 38 30 /r             | -                | type5 SSE4_1
pmovzxbd    xmm1, xmm2/m32             | 66 0F 38 31 /r             | -                | type5 SSE4_1
pmovzxbq    xmm1, xmm2/m16             | 66 0F 38 32 /r             | -                | type5 SSE4_1
pmovzxwd    xmm1, xmm2/m64             | 66 0F 38 33 /r             | -                | type5 SSE4_1
pmovzxwq    xmm1, xmm2/m32             | 66 0F 38 34 /r             | -                | type5 SSE4_1
pmovzxdq    xmm1, xmm2/m64             | 66 0F 38 35 /r             | -                | type5 SSE4_1
roundps     xmm1, xmm2/m128, imm8      | 66 0F 3A 08 /r ib          | -                | type2 SSE4_1
roundpd     xmm1, xmm2/m128, imm8      | 66 0F 3A 09 /r ib          | -                | type2 SSE4_1
roundss     xmm1, xmm2/m32, imm8       | 66 0F 3A 0A /r ib          | -                | type3 SSE4_1
roundsd     xmm1, xmm2/m64, imm8       | 66 0F 3A 0B /r ib          | -                | type3 SSE4_1

# SSE4_2: comparisons
pcmpgtq     xmm1, xmm2/m128            | 66 0F 38 37 /r             | -                | type4 SSE4_2
pcmpestrm   xmm1, xmm2/m128, imm8      | 66 0F 3A 60 /r ib          | oszapc           | type4 unaligned SSE4_2
pcmpestrm64 xmm1, xmm2/m128, imm8      | 66 REX.W 0F 3A 60 /r ib    | oszapc           | type4 unaligned SSE4_2
pcmpestri   xmm1, xmm2/m128, imm8      | 66 0F 3A 61 /r ib          | oszapc           | type4 unaligned SSE4_2
pcmpestri64 xmm1, xmm2/m128, imm8      | 66 REX.W 0F 3A 61 /r ib    | oszapc           | type4 unaligned SSE4_2
pcmpistrm   xmm1, xmm2/m128, imm8      | 66 0F 3A 62 /r ib          | oszapc           | type4 unaligned SSE4_2
pcmpistri   xmm1, xmm2/m128, imm8      | 66 0F 3A 63 /r ib          | oszapc           | type4 unaligned SSE4_2

# AES: ciphers and hashes
aesimc      xmm1, xmm2/m128            | 66 0F 38 DB /r             | -                | type4 AESNI
aesenc      xmm1, xmm2/m128            | 66 0F 38 DC /r             | -                | type4 AESNI
aesenclast  xmm1, xmm2/m128            | 66 0F 38 DD /r             | -                | type4 AESNI
aesdec      xmm1, xmm2/m128            | 66 0F 38 DE /r             | -                | type4 AESNI
aesdeclast  xmm1, xmm2/m128            | 66 0F 38 DF /r             | -                | type4 AESNI
aeskeygenassist xmm1, xmm2/m128, imm8  | 66 0F 3A DF /r ib          | -                | type4 AESNI

# PCLMULQDQ: ciphers and hashes
pclmulqdq   xmm1, xmm2/m128, imm8      | 66 0F 3A 44 /r ib          | -                | type4 PCLMULQDQ

# SHA: ciphers and hashes
sha1nexte   xmm1, xmm2/m128            | NP 0F 38 C8 /r             | -                | type4 SHA
sha1msg1    xmm1, xmm2/m128            | NP 0F 38 C9 /r             | -                | type4 SHA
sha1msg2    xmm1, xmm2/m128            | NP 0F 38 CA /r             | -                | type4 SHA
sha256rnds2 xmm1, xmm2/m128            | NP 0F 38 CB /r             | -                | type4 SHA
sha256msg1  xmm1, xmm2/m128            | NP 0F 38 CC /r             | -                | type4 SHA
sha256msg2  xmm1, xmm2/m128            | NP 0F 38 CD /r             | -                | type4 SHA
sha1rnds4   xmm1, xmm2/m128, imm8      | NP 0F 3A CC /r ib          | -                | type4 SHA
`;
