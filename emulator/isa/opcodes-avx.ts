/**
 * The instruction table's rows with VEX for the XMM and YMM registers: AVX, AVX2, FMA, F16C, and AES and PCLMULQDQ in
 * their VEX forms. Notation: opcodes.ts; VEX.128 and VEX.256 say what VEX.L is, LIG and WIG that L and W are not looked
 * at. Registers are numbered as the manual does: with three operands xmm1 is in ModRM.reg, xmm2 in VEX.vvvv, xmm3 in
 * ModRM.rm (table.ts has the rule); "/is4" is a fourth register in the upper half of a byte at the end; vm32x is a vector
 * of addresses, whose 32-bit indexes are in an XMM register.
 *
 * "typeN" is the exception class (vol. 2, 2.4). With VEX only the moves of class 1 want their memory aligned.
 */
export const avxOpcodes = `
# AVX: moves
vmovups     xmm1, xmm2/m128              | VEX.128.0F.WIG 10 /r          | -                | type4 AVX
vmovups     ymm1, ymm2/m256              | VEX.256.0F.WIG 10 /r          | -                | type4 AVX
vmovups     xmm2/m128, xmm1              | VEX.128.0F.WIG 11 /r          | -                | type4 AVX
vmovups     ymm2/m256, ymm1              | VEX.256.0F.WIG 11 /r          | -                | type4 AVX
vmovupd     xmm1, xmm2/m128              | VEX.128.66.0F.WIG 10 /r       | -                | type4 AVX
vmovupd     ymm1, ymm2/m256              | VEX.256.66.0F.WIG 10 /r       | -                | type4 AVX
vmovupd     xmm2/m128, xmm1              | VEX.128.66.0F.WIG 11 /r       | -                | type4 AVX
vmovupd     ymm2/m256, ymm1              | VEX.256.66.0F.WIG 11 /r       | -                | type4 AVX
vmovss      xmm1, xmm2, xmm3             | VEX.LIG.F3.0F.WIG 10 /r       | -                | type5 AVX
vmovss      xmm1, m32                    | VEX.LIG.F3.0F.WIG 10 /r       | -                | type5 AVX
vmovss      xmm1, xmm2, xmm3             | VEX.LIG.F3.0F.WIG 11 /r       | -                | type5 mvr AVX
vmovss      m32, xmm1                    | VEX.LIG.F3.0F.WIG 11 /r       | -                | type5 AVX
vmovsd      xmm1, xmm2, xmm3             | VEX.LIG.F2.0F.WIG 10 /r       | -                | type5 AVX
vmovsd      xmm1, m64                    | VEX.LIG.F2.0F.WIG 10 /r       | -                | type5 AVX
vmovsd      xmm1, xmm2, xmm3             | VEX.LIG.F2.0F.WIG 11 /r       | -                | type5 mvr AVX
vmovsd      m64, xmm1                    | VEX.LIG.F2.0F.WIG 11 /r       | -                | type5 AVX
vmovhlps    xmm1, xmm2, xmm3             | VEX.128.0F.WIG 12 /r          | -                | type7 AVX
vmovlps     xmm1, xmm2, m64              | VEX.128.0F.WIG 12 /r          | -                | type5 AVX
vmovlps     m64, xmm1                    | VEX.128.0F.WIG 13 /r          | -                | type5 AVX
vmovlpd     xmm1, xmm2, m64              | VEX.128.66.0F.WIG 12 /r       | -                | type5 AVX
vmovlpd     m64, xmm1                    | VEX.128.66.0F.WIG 13 /r       | -                | type5 AVX
vmovsldup   xmm1, xmm2/m128              | VEX.128.F3.0F.WIG 12 /r       | -                | type4 AVX
vmovsldup   ymm1, ymm2/m256              | VEX.256.F3.0F.WIG 12 /r       | -                | type4 AVX
vmovddup    xmm1, xmm2/m64               | VEX.128.F2.0F.WIG 12 /r       | -                | type5 AVX
vmovddup    ymm1, ymm2/m256              | VEX.256.F2.0F.WIG 12 /r       | -                | type5 AVX
vmovlhps    xmm1, xmm2, xmm3             | VEX.128.0F.WIG 16 /r          | -                | type7 AVX
vmovhps     xmm1, xmm2, m64              | VEX.128.0F.WIG 16 /r          | -                | type5 AVX
vmovhps     m64, xmm1                    | VEX.128.0F.WIG 17 /r          | -                | type5 AVX
vmovhpd     xmm1, xmm2, m64              | VEX.128.66.0F.WIG 16 /r       | -                | type5 AVX
vmovhpd     m64, xmm1                    | VEX.128.66.0F.WIG 17 /r       | -                | type5 AVX
vmovshdup   xmm1, xmm2/m128              | VEX.128.F3.0F.WIG 16 /r       | -                | type4 AVX
vmovshdup   ymm1, ymm2/m256              | VEX.256.F3.0F.WIG 16 /r       | -                | type4 AVX
vmovaps     xmm1, xmm2/m128              | VEX.128.0F.WIG 28 /r          | -                | type1 AVX
vmovaps     ymm1, ymm2/m256              | VEX.256.0F.WIG 28 /r          | -                | type1 AVX
vmovaps     xmm2/m128, xmm1              | VEX.128.0F.WIG 29 /r          | -                | type1 AVX
vmovaps     ymm2/m256, ymm1              | VEX.256.0F.WIG 29 /r          | -                | type1 AVX
vmovapd     xmm1, xmm2/m128              | VEX.128.66.0F.WIG 28 /r       | -                | type1 AVX
vmovapd     ymm1, ymm2/m256              | VEX.256.66.0F.WIG 28 /r       | -                | type1 AVX
vmovapd     xmm2/m128, xmm1              | VEX.128.66.0F.WIG 29 /r       | -                | type1 AVX
vmovapd     ymm2/m256, ymm1              | VEX.256.66.0F.WIG 29 /r       | -                | type1 AVX
vmovmskps   r32, xmm1                    | VEX.128.0F.W0 50 /r           | -                | type7 AVX
vmovmskps   r64, xmm1                    | VEX.128.0F.W1 50 /r           | -                | type7 AVX
vmovmskps   r32, ymm1                    | VEX.256.0F.W0 50 /r           | -                | type7 AVX
vmovmskps   r64, ymm1                    | VEX.256.0F.W1 50 /r           | -                | type7 AVX
vmovmskpd   r32, xmm1                    | VEX.128.66.0F.W0 50 /r        | -                | type7 AVX
vmovmskpd   r64, xmm1                    | VEX.128.66.0F.W1 50 /r        | -                | type7 AVX
vmovmskpd   r32, ymm1                    | VEX.256.66.0F.W0 50 /r        | -                | type7 AVX
vmovmskpd   r64, ymm1                    | VEX.256.66.0F.W1 50 /r        | -                | type7 AVX
vmovd       xmm1, r/m32                  | VEX.128.66.0F.W0 6E /r        | -                | type5 AVX
vmovd       r/m32, xmm1                  | VEX.128.66.0F.W0 7E /r        | -                | type5 AVX
vmovq       xmm1, r/m64                  | VEX.128.66.0F.W1 6E /r        | -                | type5 AVX
vmovq       r/m64, xmm1                  | VEX.128.66.0F.W1 7E /r        | -                | type5 AVX
vmovq       xmm1, xmm2/m64               | VEX.128.F3.0F.WIG 7E /r       | -                | type5 AVX
vmovq       xmm2/m64, xmm1               | VEX.128.66.0F.WIG D6 /r       | -                | type5 AVX
vmovdqa     xmm1, xmm2/m128              | VEX.128.66.0F.WIG 6F /r       | -                | type1 AVX
vmovdqa     ymm1, ymm2/m256              | VEX.256.66.0F.WIG 6F /r       | -                | type1 AVX
vmovdqa     xmm2/m128, xmm1              | VEX.128.66.0F.WIG 7F /r       | -                | type1 AVX
vmovdqa     ymm2/m256, ymm1              | VEX.256.66.0F.WIG 7F /r       | -                | type1 AVX
vmovdqu     xmm1, xmm2/m128              | VEX.128.F3.0F.WIG 6F /r       | -                | type4 AVX
vmovdqu     ymm1, ymm2/m256              | VEX.256.F3.0F.WIG 6F /r       | -                | type4 AVX
vmovdqu     xmm2/m128, xmm1              | VEX.128.F3.0F.WIG 7F /r       | -                | type4 AVX
vmovdqu     ymm2/m256, ymm1              | VEX.256.F3.0F.WIG 7F /r       | -                | type4 AVX
vzeroupper                               | VEX.128.0F.WIG 77             | -                | type8 AVX
vzeroall                                 | VEX.256.0F.WIG 77             | -                | type8 AVX
vpinsrw     xmm1, xmm2, r32/m16, imm8    | VEX.128.66.0F.W0 C4 /r ib     | -                | type5 AVX
vpinsrw     xmm1, xmm2, r64/m16, imm8    | VEX.128.66.0F.W1 C4 /r ib     | -                | type5 AVX
vpextrw     r32, xmm1, imm8              | VEX.128.66.0F.W0 C5 /r ib     | -                | type5 AVX
vpextrw     r64, xmm1, imm8              | VEX.128.66.0F.W1 C5 /r ib     | -                | type5 AVX
vpextrw     r32/m16, xmm1, imm8          | VEX.128.66.0F3A.W0 15 /r ib   | -                | type5 AVX
vpextrw     r64/m16, xmm1, imm8          | VEX.128.66.0F3A.W1 15 /r ib   | -                | type5 AVX
vpmovmskb   r32, xmm1                    | VEX.128.66.0F.W0 D7 /r        | -                | type7 AVX
vpmovmskb   r64, xmm1                    | VEX.128.66.0F.W1 D7 /r        | -                | type7 AVX
vlddqu      xmm1, m128                   | VEX.128.F2.0F.WIG F0 /r       | -                | type4 AVX
vlddqu      ymm1, m256                   | VEX.256.F2.0F.WIG F0 /r       | -                | type4 AVX
vbroadcastss xmm1, m32                   | VEX.128.66.0F38.W0 18 /r      | -                | type6 AVX
vbroadcastss ymm1, m32                   | VEX.256.66.0F38.W0 18 /r      | -                | type6 AVX
vbroadcastsd ymm1, m64                   | VEX.256.66.0F38.W0 19 /r      | -                | type6 AVX
vbroadcastf128 ymm1, m128                | VEX.256.66.0F38.W0 1A /r      | -                | type6 AVX
vmaskmovps  xmm1, xmm2, m128             | VEX.128.66.0F38.W0 2C /r      | -                | type6 AVX
vmaskmovps  ymm1, ymm2, m256             | VEX.256.66.0F38.W0 2C /r      | -                | type6 AVX
vmaskmovps  m128, xmm1, xmm2             | VEX.128.66.0F38.W0 2E /r      | -                | type6 AVX
vmaskmovps  m256, ymm1, ymm2             | VEX.256.66.0F38.W0 2E /r      | -                | type6 AVX
vmaskmovpd  xmm1, xmm2, m128             | VEX.128.66.0F38.W0 2D /r      | -                | type6 AVX
vmaskmovpd  ymm1, ymm2, m256             | VEX.256.66.0F38.W0 2D /r      | -                | type6 AVX
vmaskmovpd  m128, xmm1, xmm2             | VEX.128.66.0F38.W0 2F /r      | -                | type6 AVX
vmaskmovpd  m256, ymm1, ymm2             | VEX.256.66.0F38.W0 2F /r      | -                | type6 AVX
vpextrb     r32/m8, xmm1, imm8           | VEX.128.66.0F3A.W0 14 /r ib   | -                | type5 AVX
vpextrb     r64/m8, xmm1, imm8           | VEX.128.66.0F3A.W1 14 /r ib   | -                | type5 AVX
vpextrd     r/m32, xmm1, imm8            | VEX.128.66.0F3A.W0 16 /r ib   | -                | type5 AVX
vpextrq     r/m64, xmm1, imm8            | VEX.128.66.0F3A.W1 16 /r ib   | -                | type5 AVX
vextractps  r/m32, xmm1, imm8            | VEX.128.66.0F3A.W0 17 /r ib   | -                | type5 AVX
vextractps  r64/m32, xmm1, imm8          | VEX.128.66.0F3A.W1 17 /r ib   | -                | type5 AVX
vinsertf128 ymm1, ymm2, xmm3/m128, imm8  | VEX.256.66.0F3A.W0 18 /r ib   | -                | type6 AVX
vextractf128 xmm2/m128, ymm1, imm8       | VEX.256.66.0F3A.W0 19 /r ib   | -                | type6 AVX
vpinsrb     xmm1, xmm2, r32/m8, imm8     | VEX.128.66.0F3A.W0 20 /r ib   | -                | type5 AVX
vpinsrb     xmm1, xmm2, r64/m8, imm8     | VEX.128.66.0F3A.W1 20 /r ib   | -                | type5 AVX
vinsertps   xmm1, xmm2, xmm3/m32, imm8   | VEX.128.66.0F3A.WIG 21 /r ib  | -                | type5 AVX
vpinsrd     xmm1, xmm2, r/m32, imm8      | VEX.128.66.0F3A.W0 22 /r ib   | -                | type5 AVX
vpinsrq     xmm1, xmm2, r/m64, imm8      | VEX.128.66.0F3A.W1 22 /r ib   | -                | type5 AVX

# AVX: non-temporal moves
vmovntps    m128, xmm1                   | VEX.128.0F.WIG 2B /r          | -                | type1 AVX
vmovntps    m256, ymm1                   | VEX.256.0F.WIG 2B /r          | -                | type1 AVX
vmovntpd    m128, xmm1                   | VEX.128.66.0F.WIG 2B /r       | -                | type1 AVX
vmovntpd    m256, ymm1                   | VEX.256.66.0F.WIG 2B /r       | -                | type1 AVX
vmovntdq    m128, xmm1                   | VEX.128.66.0F.WIG E7 /r       | -                | type1 AVX
vmovntdq    m256, ymm1                   | VEX.256.66.0F.WIG E7 /r       | -                | type1 AVX
vmaskmovdqu xmm1, xmm2                   | VEX.128.66.0F.WIG F7 /r       | -                | type4 AVX
vmovntdqa   xmm1, m128                   | VEX.128.66.0F38.WIG 2A /r     | -                | type1 AVX

# AVX: floating-point arithmetic
vsqrtps     xmm1, xmm2/m128              | VEX.128.0F.WIG 51 /r          | -                | type2 AVX
vsqrtps     ymm1, ymm2/m256              | VEX.256.0F.WIG 51 /r          | -                | type2 AVX
vsqrtpd     xmm1, xmm2/m128              | VEX.128.66.0F.WIG 51 /r       | -                | type2 AVX
vsqrtpd     ymm1, ymm2/m256              | VEX.256.66.0F.WIG 51 /r       | -                | type2 AVX
vsqrtss     xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 51 /r       | -                | type3 AVX
vsqrtsd     xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 51 /r       | -                | type3 AVX
vrsqrtps    xmm1, xmm2/m128              | VEX.128.0F.WIG 52 /r          | -                | type4 AVX
vrsqrtps    ymm1, ymm2/m256              | VEX.256.0F.WIG 52 /r          | -                | type4 AVX
vrsqrtss    xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 52 /r       | -                | type5 AVX
vrcpps      xmm1, xmm2/m128              | VEX.128.0F.WIG 53 /r          | -                | type4 AVX
vrcpps      ymm1, ymm2/m256              | VEX.256.0F.WIG 53 /r          | -                | type4 AVX
vrcpss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 53 /r       | -                | type5 AVX
vaddps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 58 /r          | -                | type2 AVX
vaddps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 58 /r          | -                | type2 AVX
vaddpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 58 /r       | -                | type2 AVX
vaddpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 58 /r       | -                | type2 AVX
vaddss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 58 /r       | -                | type3 AVX
vaddsd      xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 58 /r       | -                | type3 AVX
vmulps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 59 /r          | -                | type2 AVX
vmulps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 59 /r          | -                | type2 AVX
vmulpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 59 /r       | -                | type2 AVX
vmulpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 59 /r       | -                | type2 AVX
vmulss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 59 /r       | -                | type3 AVX
vmulsd      xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 59 /r       | -                | type3 AVX
vsubps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 5C /r          | -                | type2 AVX
vsubps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 5C /r          | -                | type2 AVX
vsubpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 5C /r       | -                | type2 AVX
vsubpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 5C /r       | -                | type2 AVX
vsubss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 5C /r       | -                | type3 AVX
vsubsd      xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 5C /r       | -                | type3 AVX
vminps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 5D /r          | -                | type2 AVX
vminps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 5D /r          | -                | type2 AVX
vminpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 5D /r       | -                | type2 AVX
vminpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 5D /r       | -                | type2 AVX
vminss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 5D /r       | -                | type3 AVX
vminsd      xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 5D /r       | -                | type3 AVX
vdivps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 5E /r          | -                | type2 AVX
vdivps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 5E /r          | -                | type2 AVX
vdivpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 5E /r       | -                | type2 AVX
vdivpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 5E /r       | -                | type2 AVX
vdivss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 5E /r       | -                | type3 AVX
vdivsd      xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 5E /r       | -                | type3 AVX
vmaxps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 5F /r          | -                | type2 AVX
vmaxps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 5F /r          | -                | type2 AVX
vmaxpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 5F /r       | -                | type2 AVX
vmaxpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 5F /r       | -                | type2 AVX
vmaxss      xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 5F /r       | -                | type3 AVX
vmaxsd      xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 5F /r       | -                | type3 AVX
vhaddpd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 7C /r       | -                | type2 AVX
vhaddpd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 7C /r       | -                | type2 AVX
vhaddps     xmm1, xmm2, xmm3/m128        | VEX.128.F2.0F.WIG 7C /r       | -                | type2 AVX
vhaddps     ymm1, ymm2, ymm3/m256        | VEX.256.F2.0F.WIG 7C /r       | -                | type2 AVX
vhsubpd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 7D /r       | -                | type2 AVX
vhsubpd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 7D /r       | -                | type2 AVX
vhsubps     xmm1, xmm2, xmm3/m128        | VEX.128.F2.0F.WIG 7D /r       | -                | type2 AVX
vhsubps     ymm1, ymm2, ymm3/m256        | VEX.256.F2.0F.WIG 7D /r       | -                | type2 AVX
vldmxcsr    m32                          | VEX.LZ.0F.WIG AE /2           | -                | type5 AVX
vstmxcsr    m32                          | VEX.LZ.0F.WIG AE /3           | -                | type5 AVX
vaddsubpd   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D0 /r       | -                | type2 AVX
vaddsubpd   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG D0 /r       | -                | type2 AVX
vaddsubps   xmm1, xmm2, xmm3/m128        | VEX.128.F2.0F.WIG D0 /r       | -                | type2 AVX
vaddsubps   ymm1, ymm2, ymm3/m256        | VEX.256.F2.0F.WIG D0 /r       | -                | type2 AVX
vdpps       xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 40 /r ib  | -                | type2 AVX
vdpps       ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 40 /r ib  | -                | type2 AVX
vdppd       xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 41 /r ib  | -                | type2 AVX

# AVX: integer arithmetic
vpaddq      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D4 /r       | -                | type4 AVX
vpmullw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D5 /r       | -                | type4 AVX
vpsubusb    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D8 /r       | -                | type4 AVX
vpsubusw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D9 /r       | -                | type4 AVX
vpminub     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG DA /r       | -                | type4 AVX
vpaddusb    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG DC /r       | -                | type4 AVX
vpaddusw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG DD /r       | -                | type4 AVX
vpmaxub     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG DE /r       | -                | type4 AVX
vpavgb      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E0 /r       | -                | type4 AVX
vpavgw      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E3 /r       | -                | type4 AVX
vpmulhuw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E4 /r       | -                | type4 AVX
vpmulhw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E5 /r       | -                | type4 AVX
vpsubsb     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E8 /r       | -                | type4 AVX
vpsubsw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E9 /r       | -                | type4 AVX
vpminsw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG EA /r       | -                | type4 AVX
vpaddsb     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG EC /r       | -                | type4 AVX
vpaddsw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG ED /r       | -                | type4 AVX
vpmaxsw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG EE /r       | -                | type4 AVX
vpmuludq    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F4 /r       | -                | type4 AVX
vpmaddwd    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F5 /r       | -                | type4 AVX
vpsadbw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F6 /r       | -                | type4 AVX
vpsubb      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F8 /r       | -                | type4 AVX
vpsubw      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F9 /r       | -                | type4 AVX
vpsubd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG FA /r       | -                | type4 AVX
vpsubq      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG FB /r       | -                | type4 AVX
vpaddb      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG FC /r       | -                | type4 AVX
vpaddw      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG FD /r       | -                | type4 AVX
vpaddd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG FE /r       | -                | type4 AVX
vphaddw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 01 /r     | -                | type4 AVX
vphaddd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 02 /r     | -                | type4 AVX
vphaddsw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 03 /r     | -                | type4 AVX
vpmaddubsw  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 04 /r     | -                | type4 AVX
vphsubw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 05 /r     | -                | type4 AVX
vphsubd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 06 /r     | -                | type4 AVX
vphsubsw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 07 /r     | -                | type4 AVX
vpsignb     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 08 /r     | -                | type4 AVX
vpsignw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 09 /r     | -                | type4 AVX
vpsignd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 0A /r     | -                | type4 AVX
vpmulhrsw   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 0B /r     | -                | type4 AVX
vpabsb      xmm1, xmm2/m128              | VEX.128.66.0F38.WIG 1C /r     | -                | type4 AVX
vpabsw      xmm1, xmm2/m128              | VEX.128.66.0F38.WIG 1D /r     | -                | type4 AVX
vpabsd      xmm1, xmm2/m128              | VEX.128.66.0F38.WIG 1E /r     | -                | type4 AVX
vpmuldq     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 28 /r     | -                | type4 AVX
vpminsb     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 38 /r     | -                | type4 AVX
vpminsd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 39 /r     | -                | type4 AVX
vpminuw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 3A /r     | -                | type4 AVX
vpminud     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 3B /r     | -                | type4 AVX
vpmaxsb     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 3C /r     | -                | type4 AVX
vpmaxsd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 3D /r     | -                | type4 AVX
vpmaxuw     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 3E /r     | -                | type4 AVX
vpmaxud     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 3F /r     | -                | type4 AVX
vpmulld     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 40 /r     | -                | type4 AVX
vphminposuw xmm1, xmm2/m128              | VEX.128.66.0F38.WIG 41 /r     | -                | type4 AVX
vmpsadbw    xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 42 /r ib  | -                | type4 AVX

# AVX: logic
vandps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 54 /r          | -                | type4 AVX
vandps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 54 /r          | -                | type4 AVX
vandpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 54 /r       | -                | type4 AVX
vandpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 54 /r       | -                | type4 AVX
vandnps     xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 55 /r          | -                | type4 AVX
vandnps     ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 55 /r          | -                | type4 AVX
vandnpd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 55 /r       | -                | type4 AVX
vandnpd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 55 /r       | -                | type4 AVX
vorps       xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 56 /r          | -                | type4 AVX
vorps       ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 56 /r          | -                | type4 AVX
vorpd       xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 56 /r       | -                | type4 AVX
vorpd       ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 56 /r       | -                | type4 AVX
vxorps      xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 57 /r          | -                | type4 AVX
vxorps      ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 57 /r          | -                | type4 AVX
vxorpd      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 57 /r       | -                | type4 AVX
vxorpd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 57 /r       | -                | type4 AVX
vpand       xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG DB /r       | -                | type4 AVX
vpandn      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG DF /r       | -                | type4 AVX
vpor        xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG EB /r       | -                | type4 AVX
vpxor       xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG EF /r       | -                | type4 AVX

# AVX: comparisons
vucomiss    xmm1, xmm2/m32               | VEX.LIG.0F.WIG 2E /r          | oszapc           | type3 AVX
vucomisd    xmm1, xmm2/m64               | VEX.LIG.66.0F.WIG 2E /r       | oszapc           | type3 AVX
vcomiss     xmm1, xmm2/m32               | VEX.LIG.0F.WIG 2F /r          | oszapc           | type3 AVX
vcomisd     xmm1, xmm2/m64               | VEX.LIG.66.0F.WIG 2F /r       | oszapc           | type3 AVX
vpcmpgtb    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 64 /r       | -                | type4 AVX
vpcmpgtw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 65 /r       | -                | type4 AVX
vpcmpgtd    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 66 /r       | -                | type4 AVX
vpcmpeqb    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 74 /r       | -                | type4 AVX
vpcmpeqw    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 75 /r       | -                | type4 AVX
vpcmpeqd    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 76 /r       | -                | type4 AVX
vcmpps      xmm1, xmm2, xmm3/m128, imm8  | VEX.128.0F.WIG C2 /r ib       | -                | type2 AVX
vcmpps      ymm1, ymm2, ymm3/m256, imm8  | VEX.256.0F.WIG C2 /r ib       | -                | type2 AVX
vcmppd      xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F.WIG C2 /r ib    | -                | type2 AVX
vcmppd      ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F.WIG C2 /r ib    | -                | type2 AVX
vcmpss      xmm1, xmm2, xmm3/m32, imm8   | VEX.LIG.F3.0F.WIG C2 /r ib    | -                | type3 AVX
vcmpsd      xmm1, xmm2, xmm3/m64, imm8   | VEX.LIG.F2.0F.WIG C2 /r ib    | -                | type3 AVX
vtestps     xmm1, xmm2/m128              | VEX.128.66.0F38.W0 0E /r      | oszapc           | type6 AVX
vtestps     ymm1, ymm2/m256              | VEX.256.66.0F38.W0 0E /r      | oszapc           | type6 AVX
vtestpd     xmm1, xmm2/m128              | VEX.128.66.0F38.W0 0F /r      | oszapc           | type6 AVX
vtestpd     ymm1, ymm2/m256              | VEX.256.66.0F38.W0 0F /r      | oszapc           | type6 AVX
vptest      xmm1, xmm2/m128              | VEX.128.66.0F38.WIG 17 /r     | oszapc           | type4 AVX
vptest      ymm1, ymm2/m256              | VEX.256.66.0F38.WIG 17 /r     | oszapc           | type4 AVX
vpcmpeqq    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 29 /r     | -                | type4 AVX
vpcmpgtq    xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 37 /r     | -                | type4 AVX
vpcmpestrm  xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.WIG 60 /r ib  | oszapc           | type4 AVX
vpcmpestrm64 xmm1, xmm2/m128, imm8       | VEX.128.66.0F3A.W1 60 /r ib   | oszapc           | type4 x64 AVX
vpcmpestri  xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.WIG 61 /r ib  | oszapc           | type4 AVX
vpcmpestri64 xmm1, xmm2/m128, imm8       | VEX.128.66.0F3A.W1 61 /r ib   | oszapc           | type4 x64 AVX
vpcmpistrm  xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.WIG 62 /r ib  | oszapc           | type4 AVX
vpcmpistri  xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.WIG 63 /r ib  | oszapc           | type4 AVX

# AVX: shifts
vpsrlw      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 71 /2 ib    | -                | type7 AVX
vpsrlw      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D1 /r       | -                | type4 AVX
vpsraw      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 71 /4 ib    | -                | type7 AVX
vpsraw      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E1 /r       | -                | type4 AVX
vpsllw      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 71 /6 ib    | -                | type7 AVX
vpsllw      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F1 /r       | -                | type4 AVX
vpsrld      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 72 /2 ib    | -                | type7 AVX
vpsrld      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D2 /r       | -                | type4 AVX
vpsrad      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 72 /4 ib    | -                | type7 AVX
vpsrad      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG E2 /r       | -                | type4 AVX
vpslld      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 72 /6 ib    | -                | type7 AVX
vpslld      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F2 /r       | -                | type4 AVX
vpsrlq      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 73 /2 ib    | -                | type7 AVX
vpsrlq      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG D3 /r       | -                | type4 AVX
vpsrldq     xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 73 /3 ib    | -                | type7 AVX
vpsllq      xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 73 /6 ib    | -                | type7 AVX
vpsllq      xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG F3 /r       | -                | type4 AVX
vpslldq     xmm1, xmm2, imm8             | VEX.128.66.0F.WIG 73 /7 ib    | -                | type7 AVX

# AVX: shuffles
vunpcklps   xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 14 /r          | -                | type4 AVX
vunpcklps   ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 14 /r          | -                | type4 AVX
vunpcklpd   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 14 /r       | -                | type4 AVX
vunpcklpd   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 14 /r       | -                | type4 AVX
vunpckhps   xmm1, xmm2, xmm3/m128        | VEX.128.0F.WIG 15 /r          | -                | type4 AVX
vunpckhps   ymm1, ymm2, ymm3/m256        | VEX.256.0F.WIG 15 /r          | -                | type4 AVX
vunpckhpd   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 15 /r       | -                | type4 AVX
vunpckhpd   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 15 /r       | -                | type4 AVX
vpunpcklbw  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 60 /r       | -                | type4 AVX
vpunpcklwd  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 61 /r       | -                | type4 AVX
vpunpckldq  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 62 /r       | -                | type4 AVX
vpacksswb   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 63 /r       | -                | type4 AVX
vpackuswb   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 67 /r       | -                | type4 AVX
vpunpckhbw  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 68 /r       | -                | type4 AVX
vpunpckhwd  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 69 /r       | -                | type4 AVX
vpunpckhdq  xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 6A /r       | -                | type4 AVX
vpackssdw   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 6B /r       | -                | type4 AVX
vpunpcklqdq xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 6C /r       | -                | type4 AVX
vpunpckhqdq xmm1, xmm2, xmm3/m128        | VEX.128.66.0F.WIG 6D /r       | -                | type4 AVX
vpshufd     xmm1, xmm2/m128, imm8        | VEX.128.66.0F.WIG 70 /r ib    | -                | type4 AVX
vpshufhw    xmm1, xmm2/m128, imm8        | VEX.128.F3.0F.WIG 70 /r ib    | -                | type4 AVX
vpshuflw    xmm1, xmm2/m128, imm8        | VEX.128.F2.0F.WIG 70 /r ib    | -                | type4 AVX
vshufps     xmm1, xmm2, xmm3/m128, imm8  | VEX.128.0F.WIG C6 /r ib       | -                | type4 AVX
vshufps     ymm1, ymm2, ymm3/m256, imm8  | VEX.256.0F.WIG C6 /r ib       | -                | type4 AVX
vshufpd     xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F.WIG C6 /r ib    | -                | type4 AVX
vshufpd     ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F.WIG C6 /r ib    | -                | type4 AVX
vpshufb     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 00 /r     | -                | type4 AVX
vpermilps   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 0C /r      | -                | type6 AVX
vpermilps   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 0C /r      | -                | type6 AVX
vpermilps   xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.W0 04 /r ib   | -                | type6 AVX
vpermilps   ymm1, ymm2/m256, imm8        | VEX.256.66.0F3A.W0 04 /r ib   | -                | type6 AVX
vpermilpd   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 0D /r      | -                | type6 AVX
vpermilpd   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 0D /r      | -                | type6 AVX
vpermilpd   xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.W0 05 /r ib   | -                | type6 AVX
vpermilpd   ymm1, ymm2/m256, imm8        | VEX.256.66.0F3A.W0 05 /r ib   | -                | type6 AVX
vpackusdw   xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG 2B /r     | -                | type4 AVX
vperm2f128  ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.W0 06 /r ib   | -                | type6 AVX
vblendps    xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 0C /r ib  | -                | type4 AVX
vblendps    ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 0C /r ib  | -                | type4 AVX
vblendpd    xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 0D /r ib  | -                | type4 AVX
vblendpd    ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 0D /r ib  | -                | type4 AVX
vpblendw    xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 0E /r ib  | -                | type4 AVX
vpalignr    xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 0F /r ib  | -                | type4 AVX
vblendvps   xmm1, xmm2, xmm3/m128, xmm4  | VEX.128.66.0F3A.W0 4A /r /is4 | -                | type4 AVX
vblendvps   ymm1, ymm2, ymm3/m256, ymm4  | VEX.256.66.0F3A.W0 4A /r /is4 | -                | type4 AVX
vblendvpd   xmm1, xmm2, xmm3/m128, xmm4  | VEX.128.66.0F3A.W0 4B /r /is4 | -                | type4 AVX
vblendvpd   ymm1, ymm2, ymm3/m256, ymm4  | VEX.256.66.0F3A.W0 4B /r /is4 | -                | type4 AVX
vpblendvb   xmm1, xmm2, xmm3/m128, xmm4  | VEX.128.66.0F3A.W0 4C /r /is4 | -                | type4 AVX

# AVX: conversions
vcvtsi2ss   xmm1, xmm2, r/m32            | VEX.LIG.F3.0F.W0 2A /r        | -                | type3 AVX
vcvtsi2ss   xmm1, xmm2, r/m64            | VEX.LIG.F3.0F.W1 2A /r        | -                | type3 AVX
vcvtsi2sd   xmm1, xmm2, r/m32            | VEX.LIG.F2.0F.W0 2A /r        | -                | type5 AVX
vcvtsi2sd   xmm1, xmm2, r/m64            | VEX.LIG.F2.0F.W1 2A /r        | -                | type3 AVX
vcvttss2si  r32, xmm1/m32                | VEX.LIG.F3.0F.W0 2C /r        | -                | type3 AVX
vcvttss2si  r64, xmm1/m32                | VEX.LIG.F3.0F.W1 2C /r        | -                | type3 AVX
vcvttsd2si  r32, xmm1/m64                | VEX.LIG.F2.0F.W0 2C /r        | -                | type3 AVX
vcvttsd2si  r64, xmm1/m64                | VEX.LIG.F2.0F.W1 2C /r        | -                | type3 AVX
vcvtss2si   r32, xmm1/m32                | VEX.LIG.F3.0F.W0 2D /r        | -                | type3 AVX
vcvtss2si   r64, xmm1/m32                | VEX.LIG.F3.0F.W1 2D /r        | -                | type3 AVX
vcvtsd2si   r32, xmm1/m64                | VEX.LIG.F2.0F.W0 2D /r        | -                | type3 AVX
vcvtsd2si   r64, xmm1/m64                | VEX.LIG.F2.0F.W1 2D /r        | -                | type3 AVX
vcvtps2pd   xmm1, xmm2/m64               | VEX.128.0F.WIG 5A /r          | -                | type3 AVX
vcvtps2pd   ymm1, xmm2/m128              | VEX.256.0F.WIG 5A /r          | -                | type3 AVX
vcvtpd2ps   xmm1, xmm2/m128              | VEX.128.66.0F.WIG 5A /r       | -                | type2 AVX
vcvtpd2ps   xmm1, ymm2/m256              | VEX.256.66.0F.WIG 5A /r       | -                | type2 AVX
vcvtss2sd   xmm1, xmm2, xmm3/m32         | VEX.LIG.F3.0F.WIG 5A /r       | -                | type3 AVX
vcvtsd2ss   xmm1, xmm2, xmm3/m64         | VEX.LIG.F2.0F.WIG 5A /r       | -                | type3 AVX
vcvtdq2ps   xmm1, xmm2/m128              | VEX.128.0F.WIG 5B /r          | -                | type2 AVX
vcvtdq2ps   ymm1, ymm2/m256              | VEX.256.0F.WIG 5B /r          | -                | type2 AVX
vcvtps2dq   xmm1, xmm2/m128              | VEX.128.66.0F.WIG 5B /r       | -                | type2 AVX
vcvtps2dq   ymm1, ymm2/m256              | VEX.256.66.0F.WIG 5B /r       | -                | type2 AVX
vcvttps2dq  xmm1, xmm2/m128              | VEX.128.F3.0F.WIG 5B /r       | -                | type2 AVX
vcvttps2dq  ymm1, ymm2/m256              | VEX.256.F3.0F.WIG 5B /r       | -                | type2 AVX
vcvttpd2dq  xmm1, xmm2/m128              | VEX.128.66.0F.WIG E6 /r       | -                | type2 AVX
vcvttpd2dq  xmm1, ymm2/m256              | VEX.256.66.0F.WIG E6 /r       | -                | type2 AVX
vcvtdq2pd   xmm1, xmm2/m64               | VEX.128.F3.0F.WIG E6 /r       | -                | type5 AVX
vcvtdq2pd   ymm1, xmm2/m128              | VEX.256.F3.0F.WIG E6 /r       | -                | type5 AVX
vcvtpd2dq   xmm1, xmm2/m128              | VEX.128.F2.0F.WIG E6 /r       | -                | type2 AVX
vcvtpd2dq   xmm1, ymm2/m256              | VEX.256.F2.0F.WIG E6 /r       | -                | type2 AVX
vpmovsxbw   xmm1, xmm2/m64               | VEX.128.66.0F38.WIG 20 /r     | -                | type5 AVX
vpmovsxbd   xmm1, xmm2/m32               | VEX.128.66.0F38.WIG 21 /r     | -                | type5 AVX
vpmovsxbq   xmm1, xmm2/m16               | VEX.128.66.0F38.WIG 22 /r     | -                | type5 AVX
vpmovsxwd   xmm1, xmm2/m64               | VEX.128.66.0F38.WIG 23 /r     | -                | type5 AVX
vpmovsxwq   xmm1, xmm2/m32               | VEX.128.66.0F38.WIG 24 /r     | -                | type5 AVX
vpmovsxdq   xmm1, xmm2/m64               | VEX.128.66.0F38.WIG 25 /r     | -                | type5 AVX
vpmovzxbw   xmm1, xmm2/m64               | VEX.128.66.0F38.WIG 30 /r     | -                | type5 AVX
vpmovzxbd   xmm1, xmm2/m32               | VEX.128.66.0F38.WIG 31 /r     | -                | type5 AVX
vpmovzxbq   xmm1, xmm2/m16               | VEX.128.66.0F38.WIG 32 /r     | -                | type5 AVX
vpmovzxwd   xmm1, xmm2/m64               | VEX.128.66.0F38.WIG 33 /r     | -                | type5 AVX
vpmovzxwq   xmm1, xmm2/m32               | VEX.128.66.0F38.WIG 34 /r     | -                | type5 AVX
vpmovzxdq   xmm1, xmm2/m64               | VEX.128.66.0F38.WIG 35 /r     | -                | type5 AVX
vroundps    xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.WIG 08 /r ib  | -                | type2 AVX
vroundps    ymm1, ymm2/m256, imm8        | VEX.256.66.0F3A.WIG 08 /r ib  | -                | type2 AVX
vroundpd    xmm1, xmm2/m128, imm8        | VEX.128.66.0F3A.WIG 09 /r ib  | -                | type2 AVX
vroundpd    ymm1, ymm2/m256, imm8        | VEX.256.66.0F3A.WIG 09 /r ib  | -                | type2 AVX
vroundss    xmm1, xmm2, xmm3/m32, imm8   | VEX.LIG.66.0F3A.WIG 0A /r ib  | -                | type3 AVX
vroundsd    xmm1, xmm2, xmm3/m64, imm8   | VEX.LIG.66.0F3A.WIG 0B /r ib  | -                | type3 AVX

# AVX2: moves
vpmovmskb   r32, ymm1                    | VEX.256.66.0F.W0 D7 /r        | -                | type7 AVX2
vpmovmskb   r64, ymm1                    | VEX.256.66.0F.W1 D7 /r        | -                | type7 AVX2
vpbroadcastd xmm1, xmm2/m32              | VEX.128.66.0F38.W0 58 /r      | -                | type6 AVX2
vpbroadcastd ymm1, xmm2/m32              | VEX.256.66.0F38.W0 58 /r      | -                | type6 AVX2
vpbroadcastq xmm1, xmm2/m64              | VEX.128.66.0F38.W0 59 /r      | -                | type6 AVX2
vpbroadcastq ymm1, xmm2/m64              | VEX.256.66.0F38.W0 59 /r      | -                | type6 AVX2
vbroadcasti128 ymm1, m128                | VEX.256.66.0F38.W0 5A /r      | -                | type6 AVX2
vpbroadcastb xmm1, xmm2/m8               | VEX.128.66.0F38.W0 78 /r      | -                | type6 AVX2
vpbroadcastb ymm1, xmm2/m8               | VEX.256.66.0F38.W0 78 /r      | -                | type6 AVX2
vpbroadcastw xmm1, xmm2/m16              | VEX.128.66.0F38.W0 79 /r      | -                | type6 AVX2
vpbroadcastw ymm1, xmm2/m16              | VEX.256.66.0F38.W0 79 /r      | -                | type6 AVX2
vpmaskmovd  xmm1, xmm2, m128             | VEX.128.66.0F38.W0 8C /r      | -                | type6 AVX2
vpmaskmovd  ymm1, ymm2, m256             | VEX.256.66.0F38.W0 8C /r      | -                | type6 AVX2
vpmaskmovd  m128, xmm1, xmm2             | VEX.128.66.0F38.W0 8E /r      | -                | type6 AVX2
vpmaskmovd  m256, ymm1, ymm2             | VEX.256.66.0F38.W0 8E /r      | -                | type6 AVX2
vpmaskmovq  xmm1, xmm2, m128             | VEX.128.66.0F38.W1 8C /r      | -                | type6 AVX2
vpmaskmovq  ymm1, ymm2, m256             | VEX.256.66.0F38.W1 8C /r      | -                | type6 AVX2
vpmaskmovq  m128, xmm1, xmm2             | VEX.128.66.0F38.W1 8E /r      | -                | type6 AVX2
vpmaskmovq  m256, ymm1, ymm2             | VEX.256.66.0F38.W1 8E /r      | -                | type6 AVX2
vpgatherdd  xmm1, vm32x, xmm2            | VEX.128.66.0F38.W0 90 /r      | -                | type12 AVX2
vpgatherdd  ymm1, vm32y, ymm2            | VEX.256.66.0F38.W0 90 /r      | -                | type12 AVX2
vpgatherdq  xmm1, vm32x, xmm2            | VEX.128.66.0F38.W1 90 /r      | -                | type12 AVX2
vpgatherdq  ymm1, vm32x, ymm2            | VEX.256.66.0F38.W1 90 /r      | -                | type12 AVX2
vpgatherqd  xmm1, vm64x, xmm2            | VEX.128.66.0F38.W0 91 /r      | -                | type12 AVX2
vpgatherqd  xmm1, vm64y, xmm2            | VEX.256.66.0F38.W0 91 /r      | -                | type12 AVX2
vpgatherqq  xmm1, vm64x, xmm2            | VEX.128.66.0F38.W1 91 /r      | -                | type12 AVX2
vpgatherqq  ymm1, vm64y, ymm2            | VEX.256.66.0F38.W1 91 /r      | -                | type12 AVX2
vgatherdps  xmm1, vm32x, xmm2            | VEX.128.66.0F38.W0 92 /r      | -                | type12 AVX2
vgatherdps  ymm1, vm32y, ymm2            | VEX.256.66.0F38.W0 92 /r      | -                | type12 AVX2
vgatherdpd  xmm1, vm32x, xmm2            | VEX.128.66.0F38.W1 92 /r      | -                | type12 AVX2
vgatherdpd  ymm1, vm32x, ymm2            | VEX.256.66.0F38.W1 92 /r      | -                | type12 AVX2
vgatherqps  xmm1, vm64x, xmm2            | VEX.128.66.0F38.W0 93 /r      | -                | type12 AVX2
vgatherqps  xmm1, vm64y, xmm2            | VEX.256.66.0F38.W0 93 /r      | -                | type12 AVX2
vgatherqpd  xmm1, vm64x, xmm2            | VEX.128.66.0F38.W1 93 /r      | -                | type12 AVX2
vgatherqpd  ymm1, vm64y, ymm2            | VEX.256.66.0F38.W1 93 /r      | -                | type12 AVX2
vinserti128 ymm1, ymm2, xmm3/m128, imm8  | VEX.256.66.0F3A.W0 38 /r ib   | -                | type6 AVX2
vextracti128 xmm2/m128, ymm1, imm8       | VEX.256.66.0F3A.W0 39 /r ib   | -                | type6 AVX2
vbroadcastss xmm1, xmm2                  | VEX.128.66.0F38.W0 18 /r      | -                | type6 AVX2
vbroadcastss ymm1, xmm2                  | VEX.256.66.0F38.W0 18 /r      | -                | type6 AVX2
vbroadcastsd ymm1, xmm2                  | VEX.256.66.0F38.W0 19 /r      | -                | type6 AVX2

# AVX2: non-temporal moves
vmovntdqa   ymm1, m256                   | VEX.256.66.0F38.WIG 2A /r     | -                | type1 AVX2

# AVX2: integer arithmetic
vpaddq      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG D4 /r       | -                | type4 AVX2
vpmullw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG D5 /r       | -                | type4 AVX2
vpsubusb    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG D8 /r       | -                | type4 AVX2
vpsubusw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG D9 /r       | -                | type4 AVX2
vpminub     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG DA /r       | -                | type4 AVX2
vpaddusb    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG DC /r       | -                | type4 AVX2
vpaddusw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG DD /r       | -                | type4 AVX2
vpmaxub     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG DE /r       | -                | type4 AVX2
vpavgb      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG E0 /r       | -                | type4 AVX2
vpavgw      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG E3 /r       | -                | type4 AVX2
vpmulhuw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG E4 /r       | -                | type4 AVX2
vpmulhw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG E5 /r       | -                | type4 AVX2
vpsubsb     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG E8 /r       | -                | type4 AVX2
vpsubsw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG E9 /r       | -                | type4 AVX2
vpminsw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG EA /r       | -                | type4 AVX2
vpaddsb     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG EC /r       | -                | type4 AVX2
vpaddsw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG ED /r       | -                | type4 AVX2
vpmaxsw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG EE /r       | -                | type4 AVX2
vpmuludq    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG F4 /r       | -                | type4 AVX2
vpmaddwd    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG F5 /r       | -                | type4 AVX2
vpsadbw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG F6 /r       | -                | type4 AVX2
vpsubb      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG F8 /r       | -                | type4 AVX2
vpsubw      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG F9 /r       | -                | type4 AVX2
vpsubd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG FA /r       | -                | type4 AVX2
vpsubq      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG FB /r       | -                | type4 AVX2
vpaddb      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG FC /r       | -                | type4 AVX2
vpaddw      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG FD /r       | -                | type4 AVX2
vpaddd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG FE /r       | -                | type4 AVX2
vphaddw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 01 /r     | -                | type4 AVX2
vphaddd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 02 /r     | -                | type4 AVX2
vphaddsw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 03 /r     | -                | type4 AVX2
vpmaddubsw  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 04 /r     | -                | type4 AVX2
vphsubw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 05 /r     | -                | type4 AVX2
vphsubd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 06 /r     | -                | type4 AVX2
vphsubsw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 07 /r     | -                | type4 AVX2
vpsignb     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 08 /r     | -                | type4 AVX2
vpsignw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 09 /r     | -                | type4 AVX2
vpsignd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 0A /r     | -                | type4 AVX2
vpmulhrsw   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 0B /r     | -                | type4 AVX2
vpabsb      ymm1, ymm2/m256              | VEX.256.66.0F38.WIG 1C /r     | -                | type4 AVX2
vpabsw      ymm1, ymm2/m256              | VEX.256.66.0F38.WIG 1D /r     | -                | type4 AVX2
vpabsd      ymm1, ymm2/m256              | VEX.256.66.0F38.WIG 1E /r     | -                | type4 AVX2
vpmuldq     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 28 /r     | -                | type4 AVX2
vpminsb     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 38 /r     | -                | type4 AVX2
vpminsd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 39 /r     | -                | type4 AVX2
vpminuw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 3A /r     | -                | type4 AVX2
vpminud     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 3B /r     | -                | type4 AVX2
vpmaxsb     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 3C /r     | -                | type4 AVX2
vpmaxsd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 3D /r     | -                | type4 AVX2
vpmaxuw     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 3E /r     | -                | type4 AVX2
vpmaxud     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 3F /r     | -                | type4 AVX2
vpmulld     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 40 /r     | -                | type4 AVX2
vmpsadbw    ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 42 /r ib  | -                | type4 AVX2

# AVX2: logic
vpand       ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG DB /r       | -                | type4 AVX2
vpandn      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG DF /r       | -                | type4 AVX2
vpor        ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG EB /r       | -                | type4 AVX2
vpxor       ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG EF /r       | -                | type4 AVX2

# AVX2: comparisons
vpcmpgtb    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 64 /r       | -                | type4 AVX2
vpcmpgtw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 65 /r       | -                | type4 AVX2
vpcmpgtd    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 66 /r       | -                | type4 AVX2
vpcmpeqb    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 74 /r       | -                | type4 AVX2
vpcmpeqw    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 75 /r       | -                | type4 AVX2
vpcmpeqd    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 76 /r       | -                | type4 AVX2
vpcmpeqq    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 29 /r     | -                | type4 AVX2
vpcmpgtq    ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 37 /r     | -                | type4 AVX2

# AVX2: shifts
vpsrlw      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 71 /2 ib    | -                | type7 AVX2
vpsrlw      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG D1 /r       | -                | type4 AVX2
vpsraw      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 71 /4 ib    | -                | type7 AVX2
vpsraw      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG E1 /r       | -                | type4 AVX2
vpsllw      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 71 /6 ib    | -                | type7 AVX2
vpsllw      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG F1 /r       | -                | type4 AVX2
vpsrld      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 72 /2 ib    | -                | type7 AVX2
vpsrld      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG D2 /r       | -                | type4 AVX2
vpsrad      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 72 /4 ib    | -                | type7 AVX2
vpsrad      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG E2 /r       | -                | type4 AVX2
vpslld      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 72 /6 ib    | -                | type7 AVX2
vpslld      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG F2 /r       | -                | type4 AVX2
vpsrlq      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 73 /2 ib    | -                | type7 AVX2
vpsrlq      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG D3 /r       | -                | type4 AVX2
vpsrldq     ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 73 /3 ib    | -                | type7 AVX2
vpsllq      ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 73 /6 ib    | -                | type7 AVX2
vpsllq      ymm1, ymm2, xmm3/m128        | VEX.256.66.0F.WIG F3 /r       | -                | type4 AVX2
vpslldq     ymm1, ymm2, imm8             | VEX.256.66.0F.WIG 73 /7 ib    | -                | type7 AVX2
vpsrlvd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 45 /r      | -                | type4 AVX2
vpsrlvd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 45 /r      | -                | type4 AVX2
vpsrlvq     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 45 /r      | -                | type4 AVX2
vpsrlvq     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 45 /r      | -                | type4 AVX2
vpsravd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 46 /r      | -                | type4 AVX2
vpsravd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 46 /r      | -                | type4 AVX2
vpsllvd     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 47 /r      | -                | type4 AVX2
vpsllvd     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 47 /r      | -                | type4 AVX2
vpsllvq     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 47 /r      | -                | type4 AVX2
vpsllvq     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 47 /r      | -                | type4 AVX2

# AVX2: shuffles
vpunpcklbw  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 60 /r       | -                | type4 AVX2
vpunpcklwd  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 61 /r       | -                | type4 AVX2
vpunpckldq  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 62 /r       | -                | type4 AVX2
vpacksswb   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 63 /r       | -                | type4 AVX2
vpackuswb   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 67 /r       | -                | type4 AVX2
vpunpckhbw  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 68 /r       | -                | type4 AVX2
vpunpckhwd  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 69 /r       | -                | type4 AVX2
vpunpckhdq  ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 6A /r       | -                | type4 AVX2
vpackssdw   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 6B /r       | -                | type4 AVX2
vpunpcklqdq ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 6C /r       | -                | type4 AVX2
vpunpckhqdq ymm1, ymm2, ymm3/m256        | VEX.256.66.0F.WIG 6D /r       | -                | type4 AVX2
vpshufd     ymm1, ymm2/m256, imm8        | VEX.256.66.0F.WIG 70 /r ib    | -                | type4 AVX2
vpshufhw    ymm1, ymm2/m256, imm8        | VEX.256.F3.0F.WIG 70 /r ib    | -                | type4 AVX2
vpshuflw    ymm1, ymm2/m256, imm8        | VEX.256.F2.0F.WIG 70 /r ib    | -                | type4 AVX2
vpshufb     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 00 /r     | -                | type4 AVX2
vpermps     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 16 /r      | -                | type4 AVX2
vpackusdw   ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG 2B /r     | -                | type4 AVX2
vpermd      ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 36 /r      | -                | type4 AVX2
vpermq      ymm1, ymm2/m256, imm8        | VEX.256.66.0F3A.W1 00 /r ib   | -                | type4 AVX2
vpermpd     ymm1, ymm2/m256, imm8        | VEX.256.66.0F3A.W1 01 /r ib   | -                | type4 AVX2
vpblendd    xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.W0 02 /r ib   | -                | type4 AVX2
vpblendd    ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.W0 02 /r ib   | -                | type4 AVX2
vpblendw    ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 0E /r ib  | -                | type4 AVX2
vpalignr    ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 0F /r ib  | -                | type4 AVX2
vperm2i128  ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.W0 46 /r ib   | -                | type6 AVX2
vpblendvb   ymm1, ymm2, ymm3/m256, ymm4  | VEX.256.66.0F3A.W0 4C /r /is4 | -                | type4 AVX2

# AVX2: conversions
vpmovsxbw   ymm1, xmm2/m128              | VEX.256.66.0F38.WIG 20 /r     | -                | type5 AVX2
vpmovsxbd   ymm1, xmm2/m64               | VEX.256.66.0F38.WIG 21 /r     | -                | type5 AVX2
vpmovsxbq   ymm1, xmm2/m32               | VEX.256.66.0F38.WIG 22 /r     | -                | type5 AVX2
vpmovsxwd   ymm1, xmm2/m128              | VEX.256.66.0F38.WIG 23 /r     | -                | type5 AVX2
vpmovsxwq   ymm1, xmm2/m64               | VEX.256.66.0F38.WIG 24 /r     | -                | type5 AVX2
vpmovsxdq   ymm1, xmm2/m128              | VEX.256.66.0F38.WIG 25 /r     | -                | type5 AVX2
vpmovzxbw   ymm1, xmm2/m128              | VEX.256.66.0F38.WIG 30 /r     | -                | type5 AVX2
vpmovzxbd   ymm1, xmm2/m64               | VEX.256.66.0F38.WIG 31 /r     | -                | type5 AVX2
vpmovzxbq   ymm1, xmm2/m32               | VEX.256.66.0F38.WIG 32 /r     | -                | type5 AVX2
vpmovzxwd   ymm1, xmm2/m128              | VEX.256.66.0F38.WIG 33 /r     | -                | type5 AVX2
vpmovzxwq   ymm1, xmm2/m64               | VEX.256.66.0F38.WIG 34 /r     | -                | type5 AVX2
vpmovzxdq   ymm1, xmm2/m128              | VEX.256.66.0F38.WIG 35 /r     | -                | type5 AVX2

# FMA: fused multiply-add
vfmaddsub132ps xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W0 96 /r      | -                | type2 FMA
vfmaddsub132ps ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W0 96 /r      | -                | type2 FMA
vfmaddsub132pd xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W1 96 /r      | -                | type2 FMA
vfmaddsub132pd ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W1 96 /r      | -                | type2 FMA
vfmsubadd132ps xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W0 97 /r      | -                | type2 FMA
vfmsubadd132ps ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W0 97 /r      | -                | type2 FMA
vfmsubadd132pd xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W1 97 /r      | -                | type2 FMA
vfmsubadd132pd ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W1 97 /r      | -                | type2 FMA
vfmadd132ps xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 98 /r      | -                | type2 FMA
vfmadd132ps ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 98 /r      | -                | type2 FMA
vfmadd132pd xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 98 /r      | -                | type2 FMA
vfmadd132pd ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 98 /r      | -                | type2 FMA
vfmadd132ss xmm1, xmm2, xmm3/m32         | VEX.LIG.66.0F38.W0 99 /r      | -                | type3 FMA
vfmadd132sd xmm1, xmm2, xmm3/m64         | VEX.LIG.66.0F38.W1 99 /r      | -                | type3 FMA
vfmsub132ps xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 9A /r      | -                | type2 FMA
vfmsub132ps ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 9A /r      | -                | type2 FMA
vfmsub132pd xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 9A /r      | -                | type2 FMA
vfmsub132pd ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 9A /r      | -                | type2 FMA
vfmsub132ss xmm1, xmm2, xmm3/m32         | VEX.LIG.66.0F38.W0 9B /r      | -                | type3 FMA
vfmsub132sd xmm1, xmm2, xmm3/m64         | VEX.LIG.66.0F38.W1 9B /r      | -                | type3 FMA
vfnmadd132ps xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W0 9C /r      | -                | type2 FMA
vfnmadd132ps ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W0 9C /r      | -                | type2 FMA
vfnmadd132pd xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W1 9C /r      | -                | type2 FMA
vfnmadd132pd ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W1 9C /r      | -                | type2 FMA
vfnmadd132ss xmm1, xmm2, xmm3/m32        | VEX.LIG.66.0F38.W0 9D /r      | -                | type3 FMA
vfnmadd132sd xmm1, xmm2, xmm3/m64        | VEX.LIG.66.0F38.W1 9D /r      | -                | type3 FMA
vfnmsub132ps xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W0 9E /r      | -                | type2 FMA
vfnmsub132ps ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W0 9E /r      | -                | type2 FMA
vfnmsub132pd xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W1 9E /r      | -                | type2 FMA
vfnmsub132pd ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W1 9E /r      | -                | type2 FMA
vfnmsub132ss xmm1, xmm2, xmm3/m32        | VEX.LIG.66.0F38.W0 9F /r      | -                | type3 FMA
vfnmsub132sd xmm1, xmm2, xmm3/m64        | VEX.LIG.66.0F38.W1 9F /r      | -                | type3 FMA
vfmaddsub213ps xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W0 A6 /r      | -                | type2 FMA
vfmaddsub213ps ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W0 A6 /r      | -                | type2 FMA
vfmaddsub213pd xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W1 A6 /r      | -                | type2 FMA
vfmaddsub213pd ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W1 A6 /r      | -                | type2 FMA
vfmsubadd213ps xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W0 A7 /r      | -                | type2 FMA
vfmsubadd213ps ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W0 A7 /r      | -                | type2 FMA
vfmsubadd213pd xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W1 A7 /r      | -                | type2 FMA
vfmsubadd213pd ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W1 A7 /r      | -                | type2 FMA
vfmadd213ps xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 A8 /r      | -                | type2 FMA
vfmadd213ps ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 A8 /r      | -                | type2 FMA
vfmadd213pd xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 A8 /r      | -                | type2 FMA
vfmadd213pd ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 A8 /r      | -                | type2 FMA
vfmadd213ss xmm1, xmm2, xmm3/m32         | VEX.LIG.66.0F38.W0 A9 /r      | -                | type3 FMA
vfmadd213sd xmm1, xmm2, xmm3/m64         | VEX.LIG.66.0F38.W1 A9 /r      | -                | type3 FMA
vfmsub213ps xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 AA /r      | -                | type2 FMA
vfmsub213ps ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 AA /r      | -                | type2 FMA
vfmsub213pd xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 AA /r      | -                | type2 FMA
vfmsub213pd ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 AA /r      | -                | type2 FMA
vfmsub213ss xmm1, xmm2, xmm3/m32         | VEX.LIG.66.0F38.W0 AB /r      | -                | type3 FMA
vfmsub213sd xmm1, xmm2, xmm3/m64         | VEX.LIG.66.0F38.W1 AB /r      | -                | type3 FMA
vfnmadd213ps xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W0 AC /r      | -                | type2 FMA
vfnmadd213ps ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W0 AC /r      | -                | type2 FMA
vfnmadd213pd xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W1 AC /r      | -                | type2 FMA
vfnmadd213pd ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W1 AC /r      | -                | type2 FMA
vfnmadd213ss xmm1, xmm2, xmm3/m32        | VEX.LIG.66.0F38.W0 AD /r      | -                | type3 FMA
vfnmadd213sd xmm1, xmm2, xmm3/m64        | VEX.LIG.66.0F38.W1 AD /r      | -                | type3 FMA
vfnmsub213ps xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W0 AE /r      | -                | type2 FMA
vfnmsub213ps ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W0 AE /r      | -                | type2 FMA
vfnmsub213pd xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W1 AE /r      | -                | type2 FMA
vfnmsub213pd ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W1 AE /r      | -                | type2 FMA
vfnmsub213ss xmm1, xmm2, xmm3/m32        | VEX.LIG.66.0F38.W0 AF /r      | -                | type3 FMA
vfnmsub213sd xmm1, xmm2, xmm3/m64        | VEX.LIG.66.0F38.W1 AF /r      | -                | type3 FMA
vfmaddsub231ps xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W0 B6 /r      | -                | type2 FMA
vfmaddsub231ps ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W0 B6 /r      | -                | type2 FMA
vfmaddsub231pd xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W1 B6 /r      | -                | type2 FMA
vfmaddsub231pd ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W1 B6 /r      | -                | type2 FMA
vfmsubadd231ps xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W0 B7 /r      | -                | type2 FMA
vfmsubadd231ps ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W0 B7 /r      | -                | type2 FMA
vfmsubadd231pd xmm1, xmm2, xmm3/m128     | VEX.128.66.0F38.W1 B7 /r      | -                | type2 FMA
vfmsubadd231pd ymm1, ymm2, ymm3/m256     | VEX.256.66.0F38.W1 B7 /r      | -                | type2 FMA
vfmadd231ps xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 B8 /r      | -                | type2 FMA
vfmadd231ps ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 B8 /r      | -                | type2 FMA
vfmadd231pd xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 B8 /r      | -                | type2 FMA
vfmadd231pd ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 B8 /r      | -                | type2 FMA
vfmadd231ss xmm1, xmm2, xmm3/m32         | VEX.LIG.66.0F38.W0 B9 /r      | -                | type3 FMA
vfmadd231sd xmm1, xmm2, xmm3/m64         | VEX.LIG.66.0F38.W1 B9 /r      | -                | type3 FMA
vfmsub231ps xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W0 BA /r      | -                | type2 FMA
vfmsub231ps ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W0 BA /r      | -                | type2 FMA
vfmsub231pd xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.W1 BA /r      | -                | type2 FMA
vfmsub231pd ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.W1 BA /r      | -                | type2 FMA
vfmsub231ss xmm1, xmm2, xmm3/m32         | VEX.LIG.66.0F38.W0 BB /r      | -                | type3 FMA
vfmsub231sd xmm1, xmm2, xmm3/m64         | VEX.LIG.66.0F38.W1 BB /r      | -                | type3 FMA
vfnmadd231ps xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W0 BC /r      | -                | type2 FMA
vfnmadd231ps ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W0 BC /r      | -                | type2 FMA
vfnmadd231pd xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W1 BC /r      | -                | type2 FMA
vfnmadd231pd ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W1 BC /r      | -                | type2 FMA
vfnmadd231ss xmm1, xmm2, xmm3/m32        | VEX.LIG.66.0F38.W0 BD /r      | -                | type3 FMA
vfnmadd231sd xmm1, xmm2, xmm3/m64        | VEX.LIG.66.0F38.W1 BD /r      | -                | type3 FMA
vfnmsub231ps xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W0 BE /r      | -                | type2 FMA
vfnmsub231ps ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W0 BE /r      | -                | type2 FMA
vfnmsub231pd xmm1, xmm2, xmm3/m128       | VEX.128.66.0F38.W1 BE /r      | -                | type2 FMA
vfnmsub231pd ymm1, ymm2, ymm3/m256       | VEX.256.66.0F38.W1 BE /r      | -                | type2 FMA
vfnmsub231ss xmm1, xmm2, xmm3/m32        | VEX.LIG.66.0F38.W0 BF /r      | -                | type3 FMA
vfnmsub231sd xmm1, xmm2, xmm3/m64        | VEX.LIG.66.0F38.W1 BF /r      | -                | type3 FMA

# F16C: conversions
vcvtph2ps   xmm1, xmm2/m64               | VEX.128.66.0F38.W0 13 /r      | -                | type11 F16C
vcvtph2ps   ymm1, xmm2/m128              | VEX.256.66.0F38.W0 13 /r      | -                | type11 F16C
vcvtps2ph   xmm2/m64, xmm1, imm8         | VEX.128.66.0F3A.W0 1D /r ib   | -                | type11 F16C
vcvtps2ph   xmm2/m128, ymm1, imm8        | VEX.256.66.0F3A.W0 1D /r ib   | -                | type11 F16C

# AES with VEX: ciphers and hashes
vaesimc     xmm1, xmm2/m128              | VEX.128.66.0F38.WIG DB /r     | -                | type4 AESNI
vaesenc     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG DC /r     | -                | type4 AESNI
vaesenclast xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG DD /r     | -                | type4 AESNI
vaesdec     xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG DE /r     | -                | type4 AESNI
vaesdeclast xmm1, xmm2, xmm3/m128        | VEX.128.66.0F38.WIG DF /r     | -                | type4 AESNI
vaeskeygenassist xmm1, xmm2/m128, imm8   | VEX.128.66.0F3A.WIG DF /r ib  | -                | type4 AESNI

# VAES: ciphers and hashes
vaesenc     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG DC /r     | -                | type4 VAES
vaesenclast ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG DD /r     | -                | type4 VAES
vaesdec     ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG DE /r     | -                | type4 VAES
vaesdeclast ymm1, ymm2, ymm3/m256        | VEX.256.66.0F38.WIG DF /r     | -                | type4 VAES

# PCLMULQDQ with VEX: ciphers and hashes
vpclmulqdq  xmm1, xmm2, xmm3/m128, imm8  | VEX.128.66.0F3A.WIG 44 /r ib  | -                | type4 PCLMULQDQ

# VPCLMULQDQ: ciphers and hashes
vpclmulqdq  ymm1, ymm2, ymm3/m256, imm8  | VEX.256.66.0F3A.WIG 44 /r ib  | -                | type4 VPCLMULQDQ
`;
