/**
 * The instruction table's rows for the MMX registers: MMX itself and what SSE, SSE2 and SSSE3 added for them. Notation:
 * opcodes.ts. "typeN" is the exception class (vol. 2, 2.4); for MMX registers it says only whether memory must be aligned
 * and whether floating-point exceptions are raised, as in vol. 3, tables 24-4 to 24-9.
 */
export const mmxOpcodes = `
# MMX: moves
movd        mm1, r/m32                 | NP 0F 6E /r                | -                | type5 MMX
movd        r/m32, mm1                 | NP 0F 7E /r                | -                | type5 MMX
movq        mm1, r/m64                 | NP REX.W 0F 6E /r          | -                | type5 MMX
movq        mm1, mm2/m64               | NP 0F 6F /r                | -                | type5 MMX
movq        r/m64, mm1                 | NP REX.W 0F 7E /r          | -                | type5 MMX
movq        mm2/m64, mm1               | NP 0F 7F /r                | -                | type5 MMX
emms                                   | NP 0F 77                   | -                | type7 MMX

# MMX: integer arithmetic
paddq       mm1, mm2/m64               | NP 0F D4 /r                | -                | type5 MMX
pmullw      mm1, mm2/m64               | NP 0F D5 /r                | -                | type5 MMX
psubusb     mm1, mm2/m64               | NP 0F D8 /r                | -                | type5 MMX
psubusw     mm1, mm2/m64               | NP 0F D9 /r                | -                | type5 MMX
paddusb     mm1, mm2/m64               | NP 0F DC /r                | -                | type5 MMX
paddusw     mm1, mm2/m64               | NP 0F DD /r                | -                | type5 MMX
pmulhw      mm1, mm2/m64               | NP 0F E5 /r                | -                | type5 MMX
psubsb      mm1, mm2/m64               | NP 0F E8 /r                | -                | type5 MMX
psubsw      mm1, mm2/m64               | NP 0F E9 /r                | -                | type5 MMX
paddsb      mm1, mm2/m64               | NP 0F EC /r                | -                | type5 MMX
paddsw      mm1, mm2/m64               | NP 0F ED /r                | -                | type5 MMX
pmaddwd     mm1, mm2/m64               | NP 0F F5 /r                | -                | type5 MMX
psubb       mm1, mm2/m64               | NP 0F F8 /r                | -                | type5 MMX
psubw       mm1, mm2/m64               | NP 0F F9 /r                | -                | type5 MMX
psubd       mm1, mm2/m64               | NP 0F FA /r                | -                | type5 MMX
paddb       mm1, mm2/m64               | NP 0F FC /r                | -                | type5 MMX
paddw       mm1, mm2/m64               | NP 0F FD /r                | -                | type5 MMX
paddd       mm1, mm2/m64               | NP 0F FE /r                | -                | type5 MMX

# MMX: logic
pand        mm1, mm2/m64               | NP 0F DB /r                | -                | type5 MMX
pandn       mm1, mm2/m64               | NP 0F DF /r                | -                | type5 MMX
por         mm1, mm2/m64               | NP 0F EB /r                | -                | type5 MMX
pxor        mm1, mm2/m64               | NP 0F EF /r                | -                | type5 MMX

# MMX: comparisons
pcmpgtb     mm1, mm2/m64               | NP 0F 64 /r                | -                | type5 MMX
pcmpgtw     mm1, mm2/m64               | NP 0F 65 /r                | -                | type5 MMX
pcmpgtd     mm1, mm2/m64               | NP 0F 66 /r                | -                | type5 MMX
pcmpeqb     mm1, mm2/m64               | NP 0F 74 /r                | -                | type5 MMX
pcmpeqw     mm1, mm2/m64               | NP 0F 75 /r                | -                | type5 MMX
pcmpeqd     mm1, mm2/m64               | NP 0F 76 /r                | -                | type5 MMX

# MMX: shifts
psrlw       mm1, imm8                  | NP 0F 71 /2 ib             | -                | type7 MMX
psrlw       mm1, mm2/m64               | NP 0F D1 /r                | -                | type5 MMX
psraw       mm1, imm8                  | NP 0F 71 /4 ib             | -                | type7 MMX
psraw       mm1, mm2/m64               | NP 0F E1 /r                | -                | type5 MMX
psllw       mm1, imm8                  | NP 0F 71 /6 ib             | -                | type7 MMX
psllw       mm1, mm2/m64               | NP 0F F1 /r                | -                | type5 MMX
psrld       mm1, imm8                  | NP 0F 72 /2 ib             | -                | type7 MMX
psrld       mm1, mm2/m64               | NP 0F D2 /r                | -                | type5 MMX
psrad       mm1, imm8                  | NP 0F 72 /4 ib             | -                | type7 MMX
psrad       mm1, mm2/m64               | NP 0F E2 /r                | -                | type5 MMX
pslld       mm1, imm8                  | NP 0F 72 /6 ib             | -                | type7 MMX
pslld       mm1, mm2/m64               | NP 0F F2 /r                | -                | type5 MMX
psrlq       mm1, imm8                  | NP 0F 73 /2 ib             | -                | type7 MMX
psrlq       mm1, mm2/m64               | NP 0F D3 /r                | -                | type5 MMX
psllq       mm1, imm8                  | NP 0F 73 /6 ib             | -                | type7 MMX
psllq       mm1, mm2/m64               | NP 0F F3 /r                | -                | type5 MMX

# MMX: shuffles
punpcklbw   mm1, mm2/m32               | NP 0F 60 /r                | -                | type5 MMX
punpcklwd   mm1, mm2/m32               | NP 0F 61 /r                | -                | type5 MMX
punpckldq   mm1, mm2/m32               | NP 0F 62 /r                | -                | type5 MMX
packsswb    mm1, mm2/m64               | NP 0F 63 /r                | -                | type5 MMX
packuswb    mm1, mm2/m64               | NP 0F 67 /r                | -                | type5 MMX
punpckhbw   mm1, mm2/m64               | NP 0F 68 /r                | -                | type5 MMX
punpckhwd   mm1, mm2/m64               | NP 0F 69 /r                | -                | type5 MMX
punpckhdq   mm1, mm2/m64               | NP 0F 6A /r                | -                | type5 MMX
packssdw    mm1, mm2/m64               | NP 0F 6B /r                | -                | type5 MMX

# SSE: moves
pinsrw      mm1, r32/m16, imm8         | NP 0F C4 /r ib             | -                | type5 SSE
pinsrw      mm1, r64/m16, imm8         | NP REX.W 0F C4 /r ib       | -                | type5 SSE
pextrw      r32, mm1, imm8             | NP 0F C5 /r ib             | -                | type5 SSE
pextrw      r64, mm1, imm8             | NP REX.W 0F C5 /r ib       | -                | type5 SSE
pmovmskb    r32, mm1                   | NP 0F D7 /r                | -                | type7 SSE
pmovmskb    r64, mm1                   | NP REX.W 0F D7 /r          | -                | type7 SSE

# SSE: non-temporal moves
movntq      m64, mm1                   | NP 0F E7 /r                | -                | type5 SSE
maskmovq    mm1, mm2                   | NP 0F F7 /r                | -                | type5 SSE

# SSE: integer arithmetic
pminub      mm1, mm2/m64               | NP 0F DA /r                | -                | type5 SSE
pmaxub      mm1, mm2/m64               | NP 0F DE /r                | -                | type5 SSE
pavgb       mm1, mm2/m64               | NP 0F E0 /r                | -                | type5 SSE
pavgw       mm1, mm2/m64               | NP 0F E3 /r                | -                | type5 SSE
pmulhuw     mm1, mm2/m64               | NP 0F E4 /r                | -                | type5 SSE
pminsw      mm1, mm2/m64               | NP 0F EA /r                | -                | type5 SSE
pmaxsw      mm1, mm2/m64               | NP 0F EE /r                | -                | type5 SSE
psadbw      mm1, mm2/m64               | NP 0F F6 /r                | -                | type5 SSE

# SSE: shuffles
pshufw      mm1, mm2/m64, imm8         | NP 0F 70 /r ib             | -                | type5 SSE

# SSE: conversions
cvtpi2ps    xmm1, mm2/m64              | NP 0F 2A /r                | -                | type3 SSE
cvttps2pi   mm1, xmm2/m64              | NP 0F 2C /r                | -                | type3 SSE
cvtps2pi    mm1, xmm2/m64              | NP 0F 2D /r                | -                | type3 SSE

# SSE2: moves
movq2dq     xmm1, mm2                  | F3 0F D6 /r                | -                | type7 SSE2
movdq2q     mm1, xmm2                  | F2 0F D6 /r                | -                | type7 SSE2

# SSE2: integer arithmetic
pmuludq     mm1, mm2/m64               | NP 0F F4 /r                | -                | type5 SSE2
psubq       mm1, mm2/m64               | NP 0F FB /r                | -                | type5 SSE2

# SSE2: conversions
cvtpi2pd    xmm1, mm2/m64              | 66 0F 2A /r                | -                | type5 SSE2
cvttpd2pi   mm1, xmm2/m128             | 66 0F 2C /r                | -                | type2 SSE2
cvtpd2pi    mm1, xmm2/m128             | 66 0F 2D /r                | -                | type2 SSE2

# SSSE3: integer arithmetic
phaddw      mm1, mm2/m64               | NP 0F 38 01 /r             | -                | type5 SSSE3
phaddd      mm1, mm2/m64               | NP 0F 38 02 /r             | -                | type5 SSSE3
phaddsw     mm1, mm2/m64               | NP 0F 38 03 /r             | -                | type5 SSSE3
pmaddubsw   mm1, mm2/m64               | NP 0F 38 04 /r             | -                | type5 SSSE3
phsubw      mm1, mm2/m64               | NP 0F 38 05 /r             | -                | type5 SSSE3
phsubd      mm1, mm2/m64               | NP 0F 38 06 /r             | -                | type5 SSSE3
phsubsw     mm1, mm2/m64               | NP 0F 38 07 /r             | -                | type5 SSSE3
psignb      mm1, mm2/m64               | NP 0F 38 08 /r             | -                | type5 SSSE3
psignw      mm1, mm2/m64               | NP 0F 38 09 /r             | -                | type5 SSSE3
psignd      mm1, mm2/m64               | NP 0F 38 0A /r             | -                | type5 SSSE3
pmulhrsw    mm1, mm2/m64               | NP 0F 38 0B /r             | -                | type5 SSSE3
pabsb       mm1, mm2/m64               | NP 0F 38 1C /r             | -                | type5 SSSE3
pabsw       mm1, mm2/m64               | NP 0F 38 1D /r             | -                | type5 SSSE3
pabsd       mm1, mm2/m64               | NP 0F 38 1E /r             | -                | type5 SSSE3

# SSSE3: shuffles
pshufb      mm1, mm2/m64               | NP 0F 38 00 /r             | -                | type5 SSSE3
palignr     mm1, mm2/m64, imm8         | NP 0F 3A 0F /r ib          | -                | type5 SSSE3
`;
