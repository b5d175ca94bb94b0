/**
 * The x87 floating-point unit: a group of the instruction table (opcodes.ts, which has the notation). ST(0) is the top
 * of the register stack, ST(i) the register that ModRM names in "C0+i"; m32fp, m16int, m80bcd are the manual's names for
 * what lies in memory. The waiting forms (FSTCW, FINIT, …) are WAIT and the form here: two instructions (vol. 1, 8.3.11).
 */
export const x87Opcodes = `
# Arithmetic and comparison with memory, and of ST(0) with ST(i)
fadd        m32fp             | D8 /0                      | -                | FPU
fadd        m64fp             | DC /0                      | -                | FPU
fadd        ST(0), ST(i)      | D8 C0+i                    | -                | FPU
fmul        m32fp             | D8 /1                      | -                | FPU
fmul        m64fp             | DC /1                      | -                | FPU
fmul        ST(0), ST(i)      | D8 C8+i                    | -                | FPU
fcom        m32fp             | D8 /2                      | -                | FPU
fcom        m64fp             | DC /2                      | -                | FPU
fcom        ST(0), ST(i)      | D8 D0+i                    | -                | FPU
fcomp       m32fp             | D8 /3                      | -                | FPU
fcomp       m64fp             | DC /3                      | -                | FPU
fcomp       ST(0), ST(i)      | D8 D8+i                    | -                | FPU
fsub        m32fp             | D8 /4                      | -                | FPU
fsub        m64fp             | DC /4                      | -                | FPU
fsub        ST(0), ST(i)      | D8 E0+i                    | -                | FPU
fsubr       m32fp             | D8 /5                      | -                | FPU
fsubr       m64fp             | DC /5                      | -                | FPU
fsubr       ST(0), ST(i)      | D8 E8+i                    | -                | FPU
fdiv        m32fp             | D8 /6                      | -                | FPU
fdiv        m64fp             | DC /6                      | -                | FPU
fdiv        ST(0), ST(i)      | D8 F0+i                    | -                | FPU
fdivr       m32fp             | D8 /7                      | -                | FPU
fdivr       m64fp             | DC /7                      | -                | FPU
fdivr       ST(0), ST(i)      | D8 F8+i                    | -                | FPU
# … with the result in ST(i), where the D C bit exchanges FSUB and FSUBR, FDIV and FDIVR
fadd        ST(i), ST(0)      | DC C0+i                    | -                | FPU
fmul        ST(i), ST(0)      | DC C8+i                    | -                | FPU
fsubr       ST(i), ST(0)      | DC E0+i                    | -                | FPU
fsub        ST(i), ST(0)      | DC E8+i                    | -                | FPU
fdivr       ST(i), ST(0)      | DC F0+i                    | -                | FPU
fdiv        ST(i), ST(0)      | DC F8+i                    | -                | FPU
faddp       ST(i), ST(0)      | DE C0+i                    | -                | FPU
fmulp       ST(i), ST(0)      | DE C8+i                    | -                | FPU
fsubrp      ST(i), ST(0)      | DE E0+i                    | -                | FPU
fsubp       ST(i), ST(0)      | DE E8+i                    | -                | FPU
fdivrp      ST(i), ST(0)      | DE F0+i                    | -                | FPU
fdivp       ST(i), ST(0)      | DE F8+i                    | -                | FPU
# … with an integer in memory
fiadd       m32int            | DA /0                      | -                | FPU
fiadd       m16int            | DE /0                      | -                | FPU
fimul       m32int            | DA /1                      | -                | FPU
fimul       m16int            | DE /1                      | -                | FPU
ficom       m32int            | DA /2                      | -                | FPU
ficom       m16int            | DE /2                      | -                | FPU
ficomp      m32int            | DA /3                      | -                | FPU
ficomp      m16int            | DE /3                      | -                | FPU
fisub       m32int            | DA /4                      | -                | FPU
fisub       m16int            | DE /4                      | -                | FPU
fisubr      m32int            | DA /5                      | -                | FPU
fisubr      m16int            | DE /5                      | -                | FPU
fidiv       m32int            | DA /6                      | -                | FPU
fidiv       m16int            | DE /6                      | -                | FPU
fidivr      m32int            | DA /7                      | -                | FPU
fidivr      m16int            | DE /7                      | -                | FPU
# Comparisons
fcompp                        | DE D9                      | -                | FPU
fucom       ST(0), ST(i)      | DD E0+i                    | -                | FPU
fucomp      ST(0), ST(i)      | DD E8+i                    | -                | FPU
fucompp                       | DA E9                      | -                | FPU
fcomi       ST(0), ST(i)      | DB F0+i                    | oszapc           | FPU
fcomip      ST(0), ST(i)      | DF F0+i                    | oszapc           | FPU
fucomi      ST(0), ST(i)      | DB E8+i                    | oszapc           | FPU
fucomip     ST(0), ST(i)      | DF E8+i                    | oszapc           | FPU
ftst                          | D9 E4                      | -                | FPU
fxam                          | D9 E5                      | -                | FPU
fcom        ST(0), ST(i)      | DC D0+i                    | -                | FPU alias
fcomp       ST(0), ST(i)      | DC D8+i                    | -                | FPU alias
fcomp       ST(0), ST(i)      | DE D0+i                    | -                | FPU alias
# Loads, stores and moves
fld         m32fp             | D9 /0                      | -                | FPU
fld         m64fp             | DD /0                      | -                | FPU
fld         m80fp             | DB /5                      | -                | FPU
fld         ST(i)             | D9 C0+i                    | -                | FPU
fst         m32fp             | D9 /2                      | -                | FPU
fst         m64fp             | DD /2                      | -                | FPU
fst         ST(i)             | DD D0+i                    | -                | FPU
fstp        m32fp             | D9 /3                      | -                | FPU
fstp        m64fp             | DD /3                      | -                | FPU
fstp        m80fp             | DB /7                      | -                | FPU
fstp        ST(i)             | DD D8+i                    | -                | FPU
fstp        ST(i)             | DF D0+i                    | -                | FPU alias
fstp        ST(i)             | DF D8+i                    | -                | FPU alias
fstpnce     ST(i)             | D9 D8+i                    | -                | FPU
fild        m16int            | DF /0                      | -                | FPU
fild        m32int            | DB /0                      | -                | FPU
fild        m64int            | DF /5                      | -                | FPU
fist        m16int            | DF /2                      | -                | FPU
fist        m32int            | DB /2                      | -                | FPU
fistp       m16int            | DF /3                      | -                | FPU
fistp       m32int            | DB /3                      | -                | FPU
fistp       m64int            | DF /7                      | -                | FPU
fisttp      m16int            | DF /1                      | -                | SSE3
fisttp      m32int            | DB /1                      | -                | SSE3
fisttp      m64int            | DD /1                      | -                | SSE3
fbld        m80bcd            | DF /4                      | -                | FPU
fbstp       m80bcd            | DF /6                      | -                | FPU
fxch        ST(0), ST(i)      | D9 C8+i                    | -                | FPU
fxch        ST(0), ST(i)      | DD C8+i                    | -                | FPU alias
fxch        ST(0), ST(i)      | DF C8+i                    | -                | FPU alias
fcmovb      ST(0), ST(i)      | DA C0+i                    | c>               | FPU
fcmove      ST(0), ST(i)      | DA C8+i                    | z>               | FPU
fcmovbe     ST(0), ST(i)      | DA D0+i                    | cz>              | FPU
fcmovu      ST(0), ST(i)      | DA D8+i                    | p>               | FPU
fcmovnb     ST(0), ST(i)      | DB C0+i                    | c>               | FPU
fcmovne     ST(0), ST(i)      | DB C8+i                    | z>               | FPU
fcmovnbe    ST(0), ST(i)      | DB D0+i                    | cz>              | FPU
fcmovnu     ST(0), ST(i)      | DB D8+i                    | p>               | FPU
# Constants
fld1                          | D9 E8                      | -                | FPU
fldl2t                        | D9 E9                      | -                | FPU
fldl2e                        | D9 EA                      | -                | FPU
fldpi                         | D9 EB                      | -                | FPU
fldlg2                        | D9 EC                      | -                | FPU
fldln2                        | D9 ED                      | -                | FPU
fldz                          | D9 EE                      | -                | FPU
# One operand, and the transcendental functions
fchs                          | D9 E0                      | -                | FPU
fabs                          | D9 E1                      | -                | FPU
f2xm1                         | D9 F0                      | -                | FPU
fyl2x                         | D9 F1                      | -                | FPU
fptan                         | D9 F2                      | -                | FPU
fpatan                        | D9 F3                      | -                | FPU
fxtract                       | D9 F4                      | -                | FPU
fprem1                        | D9 F5                      | -                | FPU
fdecstp                       | D9 F6                      | -                | FPU
fincstp                       | D9 F7                      | -                | FPU
fprem                         | D9 F8                      | -                | FPU
fyl2xp1                       | D9 F9                      | -                | FPU
fsqrt                         | D9 FA                      | -                | FPU
fsincos                       | D9 FB                      | -                | FPU
frndint                       | D9 FC                      | -                | FPU
fscale                        | D9 FD                      | -                | FPU
fsin                          | D9 FE                      | -                | FPU
fcos                          | D9 FF                      | -                | FPU
# Control. FENI, FDISI and FSETPM meant something to the 8087 and 80287 (vol. 1, 8.1.1)
fnop                          | D9 D0                      | -                | FPU
ffree       ST(i)             | DD C0+i                    | -                | FPU
ffreep      ST(i)             | DF C0+i                    | -                | FPU
fneni                         | DB E0                      | -                | FPU
fndisi                        | DB E1                      | -                | FPU
fnclex                        | DB E2                      | -                | FPU
fninit                        | DB E3                      | -                | FPU
fnsetpm                       | DB E4                      | -                | FPU
fldcw       m16               | D9 /5                      | -                | FPU
fnstcw      m16               | D9 /7                      | -                | FPU
fnstsw      m16               | DD /7                      | -                | FPU
fnstsw      AX                | DF E0                      | -                | FPU nosize
fldenv      m                 | o16 D9 /4                  | -                | FPU
fldenv      m                 | o32 D9 /4                  | -                | FPU
fnstenv     m                 | o16 D9 /6                  | -                | FPU
fnstenv     m                 | o32 D9 /6                  | -                | FPU
frstor      m                 | o16 DD /4                  | -                | FPU
frstor      m                 | o32 DD /4                  | -                | FPU
fnsave      m                 | o16 DD /6                  | -                | FPU
fnsave      m                 | o32 DD /6                  | -                | FPU
`;
