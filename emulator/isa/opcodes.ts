/**
 * The one instruction table: every form of every instruction Cor knows, one line each, in the notation of the SDM's
 * volume 2, so that whoever has the manual open can search in both. The decoder, the encoder, the formatter, the
 * assembler, the interpreter and the tests are all made from it (table.ts parses it).
 *
 *     mnemonic  operands | encoding | flags | attributes
 *
 * **Operands** are the manual's: r8 r16 r32 r64 (register), r/m8 … r/m64 (register or memory), r32/m16 (a register of
 * 32 bits or 16 bits of memory), m, m8 … m512 (memory alone; plain m: only the address counts), m16:32 (far pointer
 * in memory), m16&32 (pair in memory), imm8 …, rel8 …, ptr16:16 …, moffs8 …, Sreg, CR, DR; capitals name a fixed
 * register, 1 the constant; ST(0), ST(i) x87 registers, m32fp, m16int, m80bcd x87 memory. With VEX, "a" marks ModRM.reg and "b" VEX.vvvv, as in the manual.
 *
 * **Encoding** (vol. 2, 3.1.1.1): NP no 66/F2/F3 allowed, NFx no F2/F3 allowed, 66/F2/F3 mandatory prefix; REX.W,
 * o16, o32 operand size (left out where the operands say it), a16, a32, a64 address size; the opcode with 0F, 0F 38,
 * 0F 3A; a second byte that is a whole ModRM; /r, /0 … /7; +rb +rw +rd +ro register in the opcode, +cc condition in
 * the opcode (the line stands for sixteen, "cc" in the mnemonic), C0+i a ModRM byte that names ST(i); ib iw id io, cb cw cd cp what follows.
 *
 * **Flags**: letters are EFLAGS bits: o s z a p c, d i t, l IOPL, n NT, v VM, r RF, k AC, f VIF, g VIP, y ID.
 * "x>y": reads x, writes y; plain "y": writes; "?u": leaves u undefined; "cc" what the condition reads; "all" every
 * flag; "-" none. Written means: may be written with a defined value (vol. 1, appendix A).
 *
 * **Attributes**: lock (allowed with a memory destination), rep / repe, i64 (invalid in 64-bit mode), x64 (valid there
 * only), d64 (64-bit mode defaults to 64 bits; implies x64), f64 (64 bits there whatever the prefixes), nosize (the
 * operand size does not select the row although its operands have one), reg (ModRM.mod must be 3), anymod (ModRM.mod
 * is not looked at), pm (#UD in real and virtual-8086 mode), cpl0, iopl, alias (another encoding of the same: never
 * chosen by the encoder), a CPUID feature in capitals, else-base (without the feature the bytes act as the older
 * instruction, they are not #UD).
 */
export const opcodes = `
# Binary arithmetic and logic: eight operations, nine encodings each
add         r/m8, r8          | 00 /r                      | oszapc           | lock
add         r/m16, r16        | 01 /r                      | oszapc           | lock
add         r/m32, r32        | 01 /r                      | oszapc           | lock
add         r/m64, r64        | REX.W 01 /r                | oszapc           | lock
add         r8, r/m8          | 02 /r                      | oszapc           |
add         r16, r/m16        | 03 /r                      | oszapc           |
add         r32, r/m32        | 03 /r                      | oszapc           |
add         r64, r/m64        | REX.W 03 /r                | oszapc           |
add         AL, imm8          | 04 ib                      | oszapc           |
add         AX, imm16         | 05 iw                      | oszapc           |
add         EAX, imm32        | 05 id                      | oszapc           |
add         RAX, imm32        | REX.W 05 id                | oszapc           |
add         r/m8, imm8        | 80 /0 ib                   | oszapc           | lock
add         r/m16, imm16      | 81 /0 iw                   | oszapc           | lock
add         r/m32, imm32      | 81 /0 id                   | oszapc           | lock
add         r/m64, imm32      | REX.W 81 /0 id             | oszapc           | lock
add         r/m8, imm8        | 82 /0 ib                   | oszapc           | lock i64 alias
add         r/m16, imm8       | 83 /0 ib                   | oszapc           | lock
add         r/m32, imm8       | 83 /0 ib                   | oszapc           | lock
add         r/m64, imm8       | REX.W 83 /0 ib             | oszapc           | lock
or          r/m8, r8          | 08 /r                      | oszpc ?a         | lock
or          r/m16, r16        | 09 /r                      | oszpc ?a         | lock
or          r/m32, r32        | 09 /r                      | oszpc ?a         | lock
or          r/m64, r64        | REX.W 09 /r                | oszpc ?a         | lock
or          r8, r/m8          | 0A /r                      | oszpc ?a         |
or          r16, r/m16        | 0B /r                      | oszpc ?a         |
or          r32, r/m32        | 0B /r                      | oszpc ?a         |
or          r64, r/m64        | REX.W 0B /r                | oszpc ?a         |
or          AL, imm8          | 0C ib                      | oszpc ?a         |
or          AX, imm16         | 0D iw                      | oszpc ?a         |
or          EAX, imm32        | 0D id                      | oszpc ?a         |
or          RAX, imm32        | REX.W 0D id                | oszpc ?a         |
or          r/m8, imm8        | 80 /1 ib                   | oszpc ?a         | lock
or          r/m16, imm16      | 81 /1 iw                   | oszpc ?a         | lock
or          r/m32, imm32      | 81 /1 id                   | oszpc ?a         | lock
or          r/m64, imm32      | REX.W 81 /1 id             | oszpc ?a         | lock
or          r/m8, imm8        | 82 /1 ib                   | oszpc ?a         | lock i64 alias
or          r/m16, imm8       | 83 /1 ib                   | oszpc ?a         | lock
or          r/m32, imm8       | 83 /1 ib                   | oszpc ?a         | lock
or          r/m64, imm8       | REX.W 83 /1 ib             | oszpc ?a         | lock
adc         r/m8, r8          | 10 /r                      | c>oszapc         | lock
adc         r/m16, r16        | 11 /r                      | c>oszapc         | lock
adc         r/m32, r32        | 11 /r                      | c>oszapc         | lock
adc         r/m64, r64        | REX.W 11 /r                | c>oszapc         | lock
adc         r8, r/m8          | 12 /r                      | c>oszapc         |
adc         r16, r/m16        | 13 /r                      | c>oszapc         |
adc         r32, r/m32        | 13 /r                      | c>oszapc         |
adc         r64, r/m64        | REX.W 13 /r                | c>oszapc         |
adc         AL, imm8          | 14 ib                      | c>oszapc         |
adc         AX, imm16         | 15 iw                      | c>oszapc         |
adc         EAX, imm32        | 15 id                      | c>oszapc         |
adc         RAX, imm32        | REX.W 15 id                | c>oszapc         |
adc         r/m8, imm8        | 80 /2 ib                   | c>oszapc         | lock
adc         r/m16, imm16      | 81 /2 iw                   | c>oszapc         | lock
adc         r/m32, imm32      | 81 /2 id                   | c>oszapc         | lock
adc         r/m64, imm32      | REX.W 81 /2 id             | c>oszapc         | lock
adc         r/m8, imm8        | 82 /2 ib                   | c>oszapc         | lock i64 alias
adc         r/m16, imm8       | 83 /2 ib                   | c>oszapc         | lock
adc         r/m32, imm8       | 83 /2 ib                   | c>oszapc         | lock
adc         r/m64, imm8       | REX.W 83 /2 ib             | c>oszapc         | lock
sbb         r/m8, r8          | 18 /r                      | c>oszapc         | lock
sbb         r/m16, r16        | 19 /r                      | c>oszapc         | lock
sbb         r/m32, r32        | 19 /r                      | c>oszapc         | lock
sbb         r/m64, r64        | REX.W 19 /r                | c>oszapc         | lock
sbb         r8, r/m8          | 1A /r                      | c>oszapc         |
sbb         r16, r/m16        | 1B /r                      | c>oszapc         |
sbb         r32, r/m32        | 1B /r                      | c>oszapc         |
sbb         r64, r/m64        | REX.W 1B /r                | c>oszapc         |
sbb         AL, imm8          | 1C ib                      | c>oszapc         |
sbb         AX, imm16         | 1D iw                      | c>oszapc         |
sbb         EAX, imm32        | 1D id                      | c>oszapc         |
sbb         RAX, imm32        | REX.W 1D id                | c>oszapc         |
sbb         r/m8, imm8        | 80 /3 ib                   | c>oszapc         | lock
sbb         r/m16, imm16      | 81 /3 iw                   | c>oszapc         | lock
sbb         r/m32, imm32      | 81 /3 id                   | c>oszapc         | lock
sbb         r/m64, imm32      | REX.W 81 /3 id             | c>oszapc         | lock
sbb         r/m8, imm8        | 82 /3 ib                   | c>oszapc         | lock i64 alias
sbb         r/m16, imm8       | 83 /3 ib                   | c>oszapc         | lock
sbb         r/m32, imm8       | 83 /3 ib                   | c>oszapc         | lock
sbb         r/m64, imm8       | REX.W 83 /3 ib             | c>oszapc         | lock
and         r/m8, r8          | 20 /r                      | oszpc ?a         | lock
and         r/m16, r16        | 21 /r                      | oszpc ?a         | lock
and         r/m32, r32        | 21 /r                      | oszpc ?a         | lock
and         r/m64, r64        | REX.W 21 /r                | oszpc ?a         | lock
and         r8, r/m8          | 22 /r                      | oszpc ?a         |
and         r16, r/m16        | 23 /r                      | oszpc ?a         |
and         r32, r/m32        | 23 /r                      | oszpc ?a         |
and         r64, r/m64        | REX.W 23 /r                | oszpc ?a         |
and         AL, imm8          | 24 ib                      | oszpc ?a         |
and         AX, imm16         | 25 iw                      | oszpc ?a         |
and         EAX, imm32        | 25 id                      | oszpc ?a         |
and         RAX, imm32        | REX.W 25 id                | oszpc ?a         |
and         r/m8, imm8        | 80 /4 ib                   | oszpc ?a         | lock
and         r/m16, imm16      | 81 /4 iw                   | oszpc ?a         | lock
and         r/m32, imm32      | 81 /4 id                   | oszpc ?a         | lock
and         r/m64, imm32      | REX.W 81 /4 id             | oszpc ?a         | lock
and         r/m8, imm8        | 82 /4 ib                   | oszpc ?a         | lock i64 alias
and         r/m16, imm8       | 83 /4 ib                   | oszpc ?a         | lock
and         r/m32, imm8       | 83 /4 ib                   | oszpc ?a         | lock
and         r/m64, imm8       | REX.W 83 /4 ib             | oszpc ?a         | lock
sub         r/m8, r8          | 28 /r                      | oszapc           | lock
sub         r/m16, r16        | 29 /r                      | oszapc           | lock
sub         r/m32, r32        | 29 /r                      | oszapc           | lock
sub         r/m64, r64        | REX.W 29 /r                | oszapc           | lock
sub         r8, r/m8          | 2A /r                      | oszapc           |
sub         r16, r/m16        | 2B /r                      | oszapc           |
sub         r32, r/m32        | 2B /r                      | oszapc           |
sub         r64, r/m64        | REX.W 2B /r                | oszapc           |
sub         AL, imm8          | 2C ib                      | oszapc           |
sub         AX, imm16         | 2D iw                      | oszapc           |
sub         EAX, imm32        | 2D id                      | oszapc           |
sub         RAX, imm32        | REX.W 2D id                | oszapc           |
sub         r/m8, imm8        | 80 /5 ib                   | oszapc           | lock
sub         r/m16, imm16      | 81 /5 iw                   | oszapc           | lock
sub         r/m32, imm32      | 81 /5 id                   | oszapc           | lock
sub         r/m64, imm32      | REX.W 81 /5 id             | oszapc           | lock
sub         r/m8, imm8        | 82 /5 ib                   | oszapc           | lock i64 alias
sub         r/m16, imm8       | 83 /5 ib                   | oszapc           | lock
sub         r/m32, imm8       | 83 /5 ib                   | oszapc           | lock
sub         r/m64, imm8       | REX.W 83 /5 ib             | oszapc           | lock
xor         r/m8, r8          | 30 /r                      | oszpc ?a         | lock
xor         r/m16, r16        | 31 /r                      | oszpc ?a         | lock
xor         r/m32, r32        | 31 /r                      | oszpc ?a         | lock
xor         r/m64, r64        | REX.W 31 /r                | oszpc ?a         | lock
xor         r8, r/m8          | 32 /r                      | oszpc ?a         |
xor         r16, r/m16        | 33 /r                      | oszpc ?a         |
xor         r32, r/m32        | 33 /r                      | oszpc ?a         |
xor         r64, r/m64        | REX.W 33 /r                | oszpc ?a         |
xor         AL, imm8          | 34 ib                      | oszpc ?a         |
xor         AX, imm16         | 35 iw                      | oszpc ?a         |
xor         EAX, imm32        | 35 id                      | oszpc ?a         |
xor         RAX, imm32        | REX.W 35 id                | oszpc ?a         |
xor         r/m8, imm8        | 80 /6 ib                   | oszpc ?a         | lock
xor         r/m16, imm16      | 81 /6 iw                   | oszpc ?a         | lock
xor         r/m32, imm32      | 81 /6 id                   | oszpc ?a         | lock
xor         r/m64, imm32      | REX.W 81 /6 id             | oszpc ?a         | lock
xor         r/m8, imm8        | 82 /6 ib                   | oszpc ?a         | lock i64 alias
xor         r/m16, imm8       | 83 /6 ib                   | oszpc ?a         | lock
xor         r/m32, imm8       | 83 /6 ib                   | oszpc ?a         | lock
xor         r/m64, imm8       | REX.W 83 /6 ib             | oszpc ?a         | lock
cmp         r/m8, r8          | 38 /r                      | oszapc           |
cmp         r/m16, r16        | 39 /r                      | oszapc           |
cmp         r/m32, r32        | 39 /r                      | oszapc           |
cmp         r/m64, r64        | REX.W 39 /r                | oszapc           |
cmp         r8, r/m8          | 3A /r                      | oszapc           |
cmp         r16, r/m16        | 3B /r                      | oszapc           |
cmp         r32, r/m32        | 3B /r                      | oszapc           |
cmp         r64, r/m64        | REX.W 3B /r                | oszapc           |
cmp         AL, imm8          | 3C ib                      | oszapc           |
cmp         AX, imm16         | 3D iw                      | oszapc           |
cmp         EAX, imm32        | 3D id                      | oszapc           |
cmp         RAX, imm32        | REX.W 3D id                | oszapc           |
cmp         r/m8, imm8        | 80 /7 ib                   | oszapc           |
cmp         r/m16, imm16      | 81 /7 iw                   | oszapc           |
cmp         r/m32, imm32      | 81 /7 id                   | oszapc           |
cmp         r/m64, imm32      | REX.W 81 /7 id             | oszapc           |
cmp         r/m8, imm8        | 82 /7 ib                   | oszapc           | i64 alias
cmp         r/m16, imm8       | 83 /7 ib                   | oszapc           |
cmp         r/m32, imm8       | 83 /7 ib                   | oszapc           |
cmp         r/m64, imm8       | REX.W 83 /7 ib             | oszapc           |

# TEST, NOT, NEG, INC, DEC
test        r/m8, r8          | 84 /r                      | oszpc ?a         |
test        r/m16, r16        | 85 /r                      | oszpc ?a         |
test        r/m32, r32        | 85 /r                      | oszpc ?a         |
test        r/m64, r64        | REX.W 85 /r                | oszpc ?a         |
test        AL, imm8          | A8 ib                      | oszpc ?a         |
test        AX, imm16         | A9 iw                      | oszpc ?a         |
test        EAX, imm32        | A9 id                      | oszpc ?a         |
test        RAX, imm32        | REX.W A9 id                | oszpc ?a         |
test        r/m8, imm8        | F6 /0 ib                   | oszpc ?a         |
test        r/m8, imm8        | F6 /1 ib                   | oszpc ?a         | alias
test        r/m16, imm16      | F7 /0 iw                   | oszpc ?a         |
test        r/m32, imm32      | F7 /0 id                   | oszpc ?a         |
test        r/m64, imm32      | REX.W F7 /0 id             | oszpc ?a         |
test        r/m16, imm16      | F7 /1 iw                   | oszpc ?a         | alias
test        r/m32, imm32      | F7 /1 id                   | oszpc ?a         | alias
test        r/m64, imm32      | REX.W F7 /1 id             | oszpc ?a         | alias
not         r/m8              | F6 /2                      | -                | lock
not         r/m16             | F7 /2                      | -                | lock
not         r/m32             | F7 /2                      | -                | lock
not         r/m64             | REX.W F7 /2                | -                | lock
neg         r/m8              | F6 /3                      | oszapc           | lock
neg         r/m16             | F7 /3                      | oszapc           | lock
neg         r/m32             | F7 /3                      | oszapc           | lock
neg         r/m64             | REX.W F7 /3                | oszapc           | lock
inc         r16               | 40+rw                      | oszap            | i64
inc         r32               | 40+rd                      | oszap            | i64
inc         r/m8              | FE /0                      | oszap            | lock
inc         r/m16             | FF /0                      | oszap            | lock
inc         r/m32             | FF /0                      | oszap            | lock
inc         r/m64             | REX.W FF /0                | oszap            | lock
dec         r16               | 48+rw                      | oszap            | i64
dec         r32               | 48+rd                      | oszap            | i64
dec         r/m8              | FE /1                      | oszap            | lock
dec         r/m16             | FF /1                      | oszap            | lock
dec         r/m32             | FF /1                      | oszap            | lock
dec         r/m64             | REX.W FF /1                | oszap            | lock

# Multiplication and division
mul         r/m8              | F6 /4                      | oc ?szap         |
mul         r/m16             | F7 /4                      | oc ?szap         |
mul         r/m32             | F7 /4                      | oc ?szap         |
mul         r/m64             | REX.W F7 /4                | oc ?szap         |
imul        r/m8              | F6 /5                      | oc ?szap         |
imul        r/m16             | F7 /5                      | oc ?szap         |
imul        r/m32             | F7 /5                      | oc ?szap         |
imul        r/m64             | REX.W F7 /5                | oc ?szap         |
imul        r16, r/m16        | 0F AF /r                   | oc ?szap         |
imul        r32, r/m32        | 0F AF /r                   | oc ?szap         |
imul        r64, r/m64        | REX.W 0F AF /r             | oc ?szap         |
imul        r16, r/m16, imm16 | 69 /r iw                   | oc ?szap         |
imul        r32, r/m32, imm32 | 69 /r id                   | oc ?szap         |
imul        r64, r/m64, imm32 | REX.W 69 /r id             | oc ?szap         |
imul        r16, r/m16, imm8  | 6B /r ib                   | oc ?szap         |
imul        r32, r/m32, imm8  | 6B /r ib                   | oc ?szap         |
imul        r64, r/m64, imm8  | REX.W 6B /r ib             | oc ?szap         |
div         r/m8              | F6 /6                      | ?oszapc          |
div         r/m16             | F7 /6                      | ?oszapc          |
div         r/m32             | F7 /6                      | ?oszapc          |
div         r/m64             | REX.W F7 /6                | ?oszapc          |
idiv        r/m8              | F6 /7                      | ?oszapc          |
idiv        r/m16             | F7 /7                      | ?oszapc          |
idiv        r/m32             | F7 /7                      | ?oszapc          |
idiv        r/m64             | REX.W F7 /7                | ?oszapc          |
cbw                           | o16 98                     | -                |
cwde                          | o32 98                     | -                |
cdqe                          | REX.W 98                   | -                |
cwd                           | o16 99                     | -                |
cdq                           | o32 99                     | -                |
cqo                           | REX.W 99                   | -                |

# Decimal arithmetic
daa                           | 27                         | ac>szapc ?o      | i64
das                           | 2F                         | ac>szapc ?o      | i64
aaa                           | 37                         | a>ac ?oszp       | i64
aas                           | 3F                         | a>ac ?oszp       | i64
aam         imm8              | D4 ib                      | szp ?oac         | i64
aad         imm8              | D5 ib                      | szp ?oac         | i64

# Shifts and rotates. With an immediate or CL, OF is defined for a count of 1 only, and a masked count of 0 leaves every flag alone
rol         r/m8, 1           | D0 /0                      | oc               |
rol         r/m8, CL          | D2 /0                      | c ?o             |
rol         r/m8, imm8        | C0 /0 ib                   | c ?o             |
rol         r/m16, 1          | D1 /0                      | oc               |
rol         r/m32, 1          | D1 /0                      | oc               |
rol         r/m64, 1          | REX.W D1 /0                | oc               |
rol         r/m16, CL         | D3 /0                      | c ?o             |
rol         r/m32, CL         | D3 /0                      | c ?o             |
rol         r/m64, CL         | REX.W D3 /0                | c ?o             |
rol         r/m16, imm8       | C1 /0 ib                   | c ?o             |
rol         r/m32, imm8       | C1 /0 ib                   | c ?o             |
rol         r/m64, imm8       | REX.W C1 /0 ib             | c ?o             |
ror         r/m8, 1           | D0 /1                      | oc               |
ror         r/m8, CL          | D2 /1                      | c ?o             |
ror         r/m8, imm8        | C0 /1 ib                   | c ?o             |
ror         r/m16, 1          | D1 /1                      | oc               |
ror         r/m32, 1          | D1 /1                      | oc               |
ror         r/m64, 1          | REX.W D1 /1                | oc               |
ror         r/m16, CL         | D3 /1                      | c ?o             |
ror         r/m32, CL         | D3 /1                      | c ?o             |
ror         r/m64, CL         | REX.W D3 /1                | c ?o             |
ror         r/m16, imm8       | C1 /1 ib                   | c ?o             |
ror         r/m32, imm8       | C1 /1 ib                   | c ?o             |
ror         r/m64, imm8       | REX.W C1 /1 ib             | c ?o             |
rcl         r/m8, 1           | D0 /2                      | c>oc             |
rcl         r/m8, CL          | D2 /2                      | c>c ?o           |
rcl         r/m8, imm8        | C0 /2 ib                   | c>c ?o           |
rcl         r/m16, 1          | D1 /2                      | c>oc             |
rcl         r/m32, 1          | D1 /2                      | c>oc             |
rcl         r/m64, 1          | REX.W D1 /2                | c>oc             |
rcl         r/m16, CL         | D3 /2                      | c>c ?o           |
rcl         r/m32, CL         | D3 /2                      | c>c ?o           |
rcl         r/m64, CL         | REX.W D3 /2                | c>c ?o           |
rcl         r/m16, imm8       | C1 /2 ib                   | c>c ?o           |
rcl         r/m32, imm8       | C1 /2 ib                   | c>c ?o           |
rcl         r/m64, imm8       | REX.W C1 /2 ib             | c>c ?o           |
rcr         r/m8, 1           | D0 /3                      | c>oc             |
rcr         r/m8, CL          | D2 /3                      | c>c ?o           |
rcr         r/m8, imm8        | C0 /3 ib                   | c>c ?o           |
rcr         r/m16, 1          | D1 /3                      | c>oc             |
rcr         r/m32, 1          | D1 /3                      | c>oc             |
rcr         r/m64, 1          | REX.W D1 /3                | c>oc             |
rcr         r/m16, CL         | D3 /3                      | c>c ?o           |
rcr         r/m32, CL         | D3 /3                      | c>c ?o           |
rcr         r/m64, CL         | REX.W D3 /3                | c>c ?o           |
rcr         r/m16, imm8       | C1 /3 ib                   | c>c ?o           |
rcr         r/m32, imm8       | C1 /3 ib                   | c>c ?o           |
rcr         r/m64, imm8       | REX.W C1 /3 ib             | c>c ?o           |
shl         r/m8, 1           | D0 /4                      | oszpc ?a         |
shl         r/m8, CL          | D2 /4                      | szpc ?oa         |
shl         r/m8, imm8        | C0 /4 ib                   | szpc ?oa         |
shl         r/m16, 1          | D1 /4                      | oszpc ?a         |
shl         r/m32, 1          | D1 /4                      | oszpc ?a         |
shl         r/m64, 1          | REX.W D1 /4                | oszpc ?a         |
shl         r/m16, CL         | D3 /4                      | szpc ?oa         |
shl         r/m32, CL         | D3 /4                      | szpc ?oa         |
shl         r/m64, CL         | REX.W D3 /4                | szpc ?oa         |
shl         r/m16, imm8       | C1 /4 ib                   | szpc ?oa         |
shl         r/m32, imm8       | C1 /4 ib                   | szpc ?oa         |
shl         r/m64, imm8       | REX.W C1 /4 ib             | szpc ?oa         |
shr         r/m8, 1           | D0 /5                      | oszpc ?a         |
shr         r/m8, CL          | D2 /5                      | szpc ?oa         |
shr         r/m8, imm8        | C0 /5 ib                   | szpc ?oa         |
shr         r/m16, 1          | D1 /5                      | oszpc ?a         |
shr         r/m32, 1          | D1 /5                      | oszpc ?a         |
shr         r/m64, 1          | REX.W D1 /5                | oszpc ?a         |
shr         r/m16, CL         | D3 /5                      | szpc ?oa         |
shr         r/m32, CL         | D3 /5                      | szpc ?oa         |
shr         r/m64, CL         | REX.W D3 /5                | szpc ?oa         |
shr         r/m16, imm8       | C1 /5 ib                   | szpc ?oa         |
shr         r/m32, imm8       | C1 /5 ib                   | szpc ?oa         |
shr         r/m64, imm8       | REX.W C1 /5 ib             | szpc ?oa         |
sal         r/m8, 1           | D0 /6                      | oszpc ?a         | alias
sal         r/m8, CL          | D2 /6                      | szpc ?oa         | alias
sal         r/m8, imm8        | C0 /6 ib                   | szpc ?oa         | alias
sal         r/m16, 1          | D1 /6                      | oszpc ?a         | alias
sal         r/m32, 1          | D1 /6                      | oszpc ?a         | alias
sal         r/m64, 1          | REX.W D1 /6                | oszpc ?a         | alias
sal         r/m16, CL         | D3 /6                      | szpc ?oa         | alias
sal         r/m32, CL         | D3 /6                      | szpc ?oa         | alias
sal         r/m64, CL         | REX.W D3 /6                | szpc ?oa         | alias
sal         r/m16, imm8       | C1 /6 ib                   | szpc ?oa         | alias
sal         r/m32, imm8       | C1 /6 ib                   | szpc ?oa         | alias
sal         r/m64, imm8       | REX.W C1 /6 ib             | szpc ?oa         | alias
sar         r/m8, 1           | D0 /7                      | oszpc ?a         |
sar         r/m8, CL          | D2 /7                      | szpc ?oa         |
sar         r/m8, imm8        | C0 /7 ib                   | szpc ?oa         |
sar         r/m16, 1          | D1 /7                      | oszpc ?a         |
sar         r/m32, 1          | D1 /7                      | oszpc ?a         |
sar         r/m64, 1          | REX.W D1 /7                | oszpc ?a         |
sar         r/m16, CL         | D3 /7                      | szpc ?oa         |
sar         r/m32, CL         | D3 /7                      | szpc ?oa         |
sar         r/m64, CL         | REX.W D3 /7                | szpc ?oa         |
sar         r/m16, imm8       | C1 /7 ib                   | szpc ?oa         |
sar         r/m32, imm8       | C1 /7 ib                   | szpc ?oa         |
sar         r/m64, imm8       | REX.W C1 /7 ib             | szpc ?oa         |
shld        r/m16, r16, imm8  | 0F A4 /r ib                | szpc ?oa         |
shld        r/m32, r32, imm8  | 0F A4 /r ib                | szpc ?oa         |
shld        r/m64, r64, imm8  | REX.W 0F A4 /r ib          | szpc ?oa         |
shld        r/m16, r16, CL    | 0F A5 /r                   | szpc ?oa         |
shld        r/m32, r32, CL    | 0F A5 /r                   | szpc ?oa         |
shld        r/m64, r64, CL    | REX.W 0F A5 /r             | szpc ?oa         |
shrd        r/m16, r16, imm8  | 0F AC /r ib                | szpc ?oa         |
shrd        r/m32, r32, imm8  | 0F AC /r ib                | szpc ?oa         |
shrd        r/m64, r64, imm8  | REX.W 0F AC /r ib          | szpc ?oa         |
shrd        r/m16, r16, CL    | 0F AD /r                   | szpc ?oa         |
shrd        r/m32, r32, CL    | 0F AD /r                   | szpc ?oa         |
shrd        r/m64, r64, CL    | REX.W 0F AD /r             | szpc ?oa         |

# Bits and bytes
bt          r/m16, r16        | 0F A3 /r                   | c ?osap          |
bt          r/m32, r32        | 0F A3 /r                   | c ?osap          |
bt          r/m64, r64        | REX.W 0F A3 /r             | c ?osap          |
bt          r/m16, imm8       | 0F BA /4 ib                | c ?osap          |
bt          r/m32, imm8       | 0F BA /4 ib                | c ?osap          |
bt          r/m64, imm8       | REX.W 0F BA /4 ib          | c ?osap          |
bts         r/m16, r16        | 0F AB /r                   | c ?osap          | lock
bts         r/m32, r32        | 0F AB /r                   | c ?osap          | lock
bts         r/m64, r64        | REX.W 0F AB /r             | c ?osap          | lock
bts         r/m16, imm8       | 0F BA /5 ib                | c ?osap          | lock
bts         r/m32, imm8       | 0F BA /5 ib                | c ?osap          | lock
bts         r/m64, imm8       | REX.W 0F BA /5 ib          | c ?osap          | lock
btr         r/m16, r16        | 0F B3 /r                   | c ?osap          | lock
btr         r/m32, r32        | 0F B3 /r                   | c ?osap          | lock
btr         r/m64, r64        | REX.W 0F B3 /r             | c ?osap          | lock
btr         r/m16, imm8       | 0F BA /6 ib                | c ?osap          | lock
btr         r/m32, imm8       | 0F BA /6 ib                | c ?osap          | lock
btr         r/m64, imm8       | REX.W 0F BA /6 ib          | c ?osap          | lock
btc         r/m16, r16        | 0F BB /r                   | c ?osap          | lock
btc         r/m32, r32        | 0F BB /r                   | c ?osap          | lock
btc         r/m64, r64        | REX.W 0F BB /r             | c ?osap          | lock
btc         r/m16, imm8       | 0F BA /7 ib                | c ?osap          | lock
btc         r/m32, imm8       | 0F BA /7 ib                | c ?osap          | lock
btc         r/m64, imm8       | REX.W 0F BA /7 ib          | c ?osap          | lock
bsf         r16, r/m16        | 0F BC /r                   | z ?osapc         |
bsf         r32, r/m32        | 0F BC /r                   | z ?osapc         |
bsf         r64, r/m64        | REX.W 0F BC /r             | z ?osapc         |
bsr         r16, r/m16        | 0F BD /r                   | z ?osapc         |
bsr         r32, r/m32        | 0F BD /r                   | z ?osapc         |
bsr         r64, r/m64        | REX.W 0F BD /r             | z ?osapc         |
tzcnt       r16, r/m16        | F3 0F BC /r                | zc ?osap         | BMI1 else-base
tzcnt       r32, r/m32        | F3 0F BC /r                | zc ?osap         | BMI1 else-base
tzcnt       r64, r/m64        | F3 REX.W 0F BC /r          | zc ?osap         | BMI1 else-base
lzcnt       r16, r/m16        | F3 0F BD /r                | zc ?osap         | LZCNT else-base
lzcnt       r32, r/m32        | F3 0F BD /r                | zc ?osap         | LZCNT else-base
lzcnt       r64, r/m64        | F3 REX.W 0F BD /r          | zc ?osap         | LZCNT else-base
popcnt      r16, r/m16        | F3 0F B8 /r                | oszapc           | POPCNT
popcnt      r32, r/m32        | F3 0F B8 /r                | oszapc           | POPCNT
popcnt      r64, r/m64        | F3 REX.W 0F B8 /r          | oszapc           | POPCNT
bswap       r16               | 0F C8+rw                   | -                |
bswap       r32               | 0F C8+rd                   | -                |
bswap       r64               | REX.W 0F C8+ro             | -                |
crc32       r32, r/m8         | F2 0F 38 F0 /r             | -                | SSE4_2
crc32       r64, r/m8         | F2 REX.W 0F 38 F0 /r       | -                | SSE4_2
crc32       r32, r/m16        | F2 o16 0F 38 F1 /r         | -                | SSE4_2
crc32       r32, r/m32        | F2 0F 38 F1 /r             | -                | SSE4_2
crc32       r64, r/m64        | F2 REX.W 0F 38 F1 /r       | -                | SSE4_2
setcc       r/m8              | 0F 90+cc /r                | cc>              |

# BMI1, BMI2, ADX (VEX.W is ignored outside 64-bit mode)
andn        r32a, r32b, r/m32 | VEX.LZ.0F38.W0 F2 /r       | oszc ?ap         | BMI1
andn        r64a, r64b, r/m64 | VEX.LZ.0F38.W1 F2 /r       | oszc ?ap         | BMI1
bextr       r32a, r/m32, r32b | VEX.LZ.0F38.W0 F7 /r       | ozc ?sap         | BMI1
bextr       r64a, r/m64, r64b | VEX.LZ.0F38.W1 F7 /r       | ozc ?sap         | BMI1
blsr        r32, r/m32        | VEX.LZ.0F38.W0 F3 /1       | oszc ?ap         | BMI1
blsr        r64, r/m64        | VEX.LZ.0F38.W1 F3 /1       | oszc ?ap         | BMI1
blsmsk      r32, r/m32        | VEX.LZ.0F38.W0 F3 /2       | oszc ?ap         | BMI1
blsmsk      r64, r/m64        | VEX.LZ.0F38.W1 F3 /2       | oszc ?ap         | BMI1
blsi        r32, r/m32        | VEX.LZ.0F38.W0 F3 /3       | oszc ?ap         | BMI1
blsi        r64, r/m64        | VEX.LZ.0F38.W1 F3 /3       | oszc ?ap         | BMI1
bzhi        r32a, r/m32, r32b | VEX.LZ.0F38.W0 F5 /r       | oszc ?ap         | BMI2
bzhi        r64a, r/m64, r64b | VEX.LZ.0F38.W1 F5 /r       | oszc ?ap         | BMI2
pext        r32a, r32b, r/m32 | VEX.LZ.F3.0F38.W0 F5 /r    | -                | BMI2
pext        r64a, r64b, r/m64 | VEX.LZ.F3.0F38.W1 F5 /r    | -                | BMI2
pdep        r32a, r32b, r/m32 | VEX.LZ.F2.0F38.W0 F5 /r    | -                | BMI2
pdep        r64a, r64b, r/m64 | VEX.LZ.F2.0F38.W1 F5 /r    | -                | BMI2
mulx        r32a, r32b, r/m32 | VEX.LZ.F2.0F38.W0 F6 /r    | -                | BMI2
mulx        r64a, r64b, r/m64 | VEX.LZ.F2.0F38.W1 F6 /r    | -                | BMI2
rorx        r32, r/m32, imm8  | VEX.LZ.F2.0F3A.W0 F0 /r ib | -                | BMI2
rorx        r64, r/m64, imm8  | VEX.LZ.F2.0F3A.W1 F0 /r ib | -                | BMI2
shlx        r32a, r/m32, r32b | VEX.LZ.66.0F38.W0 F7 /r    | -                | BMI2
shlx        r64a, r/m64, r64b | VEX.LZ.66.0F38.W1 F7 /r    | -                | BMI2
sarx        r32a, r/m32, r32b | VEX.LZ.F3.0F38.W0 F7 /r    | -                | BMI2
sarx        r64a, r/m64, r64b | VEX.LZ.F3.0F38.W1 F7 /r    | -                | BMI2
shrx        r32a, r/m32, r32b | VEX.LZ.F2.0F38.W0 F7 /r    | -                | BMI2
shrx        r64a, r/m64, r64b | VEX.LZ.F2.0F38.W1 F7 /r    | -                | BMI2
adcx        r32, r/m32        | 66 0F 38 F6 /r             | c>c              | ADX
adcx        r64, r/m64        | 66 REX.W 0F 38 F6 /r       | c>c              | ADX
adox        r32, r/m32        | F3 0F 38 F6 /r             | o>o              | ADX
adox        r64, r/m64        | F3 REX.W 0F 38 F6 /r       | o>o              | ADX

# Data movement
mov         r/m8, r8          | 88 /r                      | -                |
mov         r/m16, r16        | 89 /r                      | -                |
mov         r/m32, r32        | 89 /r                      | -                |
mov         r/m64, r64        | REX.W 89 /r                | -                |
mov         r8, r/m8          | 8A /r                      | -                |
mov         r16, r/m16        | 8B /r                      | -                |
mov         r32, r/m32        | 8B /r                      | -                |
mov         r64, r/m64        | REX.W 8B /r                | -                |
mov         r/m16, Sreg       | 8C /r                      | -                |
mov         r32/m16, Sreg     | 8C /r                      | -                |
mov         r64/m16, Sreg     | REX.W 8C /r                | -                |
mov         Sreg, r/m16       | 8E /r                      | -                | nosize
mov         AL, moffs8        | A0                         | -                |
mov         AX, moffs16       | A1                         | -                |
mov         EAX, moffs32      | A1                         | -                |
mov         RAX, moffs64      | REX.W A1                   | -                |
mov         moffs8, AL        | A2                         | -                |
mov         moffs16, AX       | A3                         | -                |
mov         moffs32, EAX      | A3                         | -                |
mov         moffs64, RAX      | REX.W A3                   | -                |
mov         r8, imm8          | B0+rb ib                   | -                |
mov         r16, imm16        | B8+rw iw                   | -                |
mov         r32, imm32        | B8+rd id                   | -                |
mov         r64, imm64        | REX.W B8+ro io             | -                |
mov         r/m8, imm8        | C6 /0 ib                   | -                |
mov         r/m16, imm16      | C7 /0 iw                   | -                |
mov         r/m32, imm32      | C7 /0 id                   | -                |
mov         r/m64, imm32      | REX.W C7 /0 id             | -                |
movbe       r16, m16          | NFx 0F 38 F0 /r            | -                | MOVBE
movbe       r32, m32          | NFx 0F 38 F0 /r            | -                | MOVBE
movbe       r64, m64          | NFx REX.W 0F 38 F0 /r      | -                | MOVBE
movbe       m16, r16          | NFx 0F 38 F1 /r            | -                | MOVBE
movbe       m32, r32          | NFx 0F 38 F1 /r            | -                | MOVBE
movbe       m64, r64          | NFx REX.W 0F 38 F1 /r      | -                | MOVBE
movzx       r16, r/m8         | 0F B6 /r                   | -                |
movzx       r32, r/m8         | 0F B6 /r                   | -                |
movzx       r64, r/m8         | REX.W 0F B6 /r             | -                |
movzx       r16, r/m16        | 0F B7 /r                   | -                |
movzx       r32, r/m16        | 0F B7 /r                   | -                |
movzx       r64, r/m16        | REX.W 0F B7 /r             | -                |
movsx       r16, r/m8         | 0F BE /r                   | -                |
movsx       r32, r/m8         | 0F BE /r                   | -                |
movsx       r64, r/m8         | REX.W 0F BE /r             | -                |
movsx       r16, r/m16        | 0F BF /r                   | -                |
movsx       r32, r/m16        | 0F BF /r                   | -                |
movsx       r64, r/m16        | REX.W 0F BF /r             | -                |
movsxd      r16, r/m16        | 63 /r                      | -                | x64
movsxd      r32, r/m32        | 63 /r                      | -                | x64
movsxd      r64, r/m32        | REX.W 63 /r                | -                |
cmovcc      r16, r/m16        | 0F 40+cc /r                | cc>              | CMOV
cmovcc      r32, r/m32        | 0F 40+cc /r                | cc>              | CMOV
cmovcc      r64, r/m64        | REX.W 0F 40+cc /r          | cc>              | CMOV
lea         r16, m            | 8D /r                      | -                |
lea         r32, m            | 8D /r                      | -                |
lea         r64, m            | REX.W 8D /r                | -                |
xchg        r16, AX           | 90+rw                      | -                |
xchg        r32, EAX          | 90+rd                      | -                |
xchg        r64, RAX          | REX.W 90+ro                | -                |
xchg        r/m8, r8          | 86 /r                      | -                | lock
xchg        r/m16, r16        | 87 /r                      | -                | lock
xchg        r/m32, r32        | 87 /r                      | -                | lock
xchg        r/m64, r64        | REX.W 87 /r                | -                | lock
xadd        r/m8, r8          | 0F C0 /r                   | oszapc           | lock
xadd        r/m16, r16        | 0F C1 /r                   | oszapc           | lock
xadd        r/m32, r32        | 0F C1 /r                   | oszapc           | lock
xadd        r/m64, r64        | REX.W 0F C1 /r             | oszapc           | lock
cmpxchg     r/m8, r8          | 0F B0 /r                   | oszapc           | lock
cmpxchg     r/m16, r16        | 0F B1 /r                   | oszapc           | lock
cmpxchg     r/m32, r32        | 0F B1 /r                   | oszapc           | lock
cmpxchg     r/m64, r64        | REX.W 0F B1 /r             | oszapc           | lock
cmpxchg8b   m64               | 0F C7 /1                   | z                | lock CX8
cmpxchg16b  m128              | REX.W 0F C7 /1             | z                | lock CX16
xlatb                         | D7                         | -                |
salc                          | D6                         | c>               | i64
lahf                          | 9F                         | szapc>           |
sahf                          | 9E                         | szapc            |

# Stack
push        r16               | 50+rw                      | -                |
push        r32               | 50+rd                      | -                | i64
push        r64               | 50+ro                      | -                | d64
push        imm16             | 68 iw                      | -                |
push        imm32             | o32 68 id                  | -                | i64
push        imm32             | 68 id                      | -                | d64
push        imm8              | o16 6A ib                  | -                |
push        imm8              | o32 6A ib                  | -                | i64
push        imm8              | 6A ib                      | -                | d64
push        r/m16             | FF /6                      | -                |
push        r/m32             | FF /6                      | -                | i64
push        r/m64             | FF /6                      | -                | d64
push        ES                | o16 06                     | -                | i64
push        ES                | o32 06                     | -                | i64
push        CS                | o16 0E                     | -                | i64
push        CS                | o32 0E                     | -                | i64
push        SS                | o16 16                     | -                | i64
push        SS                | o32 16                     | -                | i64
push        DS                | o16 1E                     | -                | i64
push        DS                | o32 1E                     | -                | i64
push        FS                | o16 0F A0                  | -                |
push        FS                | o32 0F A0                  | -                | i64
push        FS                | 0F A0                      | -                | d64
push        GS                | o16 0F A8                  | -                |
push        GS                | o32 0F A8                  | -                | i64
push        GS                | 0F A8                      | -                | d64
pop         r16               | 58+rw                      | -                |
pop         r32               | 58+rd                      | -                | i64
pop         r64               | 58+ro                      | -                | d64
pop         r/m16             | 8F /0                      | -                |
pop         r/m32             | 8F /0                      | -                | i64
pop         r/m64             | 8F /0                      | -                | d64
pop         ES                | o16 07                     | -                | i64
pop         ES                | o32 07                     | -                | i64
pop         SS                | o16 17                     | -                | i64
pop         SS                | o32 17                     | -                | i64
pop         DS                | o16 1F                     | -                | i64
pop         DS                | o32 1F                     | -                | i64
pop         FS                | o16 0F A1                  | -                |
pop         FS                | o32 0F A1                  | -                | i64
pop         FS                | 0F A1                      | -                | d64
pop         GS                | o16 0F A9                  | -                |
pop         GS                | o32 0F A9                  | -                | i64
pop         GS                | 0F A9                      | -                | d64
pusha                         | o16 60                     | -                | i64
pushad                        | o32 60                     | -                | i64
popa                          | o16 61                     | -                | i64
popad                         | o32 61                     | -                | i64
pushf                         | o16 9C                     | oszapctidln>     |
pushfd                        | o32 9C                     | all>             | i64
pushfq                        | 9C                         | all>             | d64
popf                          | o16 9D                     | l>oszapctidln    |
popfd                         | o32 9D                     | l>oszapctidlnkyr | i64
popfq                         | 9D                         | l>oszapctidlnkyr | d64
enter       imm16, imm8       | o16 C8 iw ib               | -                |
enter       imm16, imm8       | o32 C8 iw ib               | -                | i64
enter       imm16, imm8       | C8 iw ib                   | -                | d64
leave                         | o16 C9                     | -                |
leave                         | o32 C9                     | -                | i64
leave                         | C9                         | -                | d64

# Near transfers. In 64-bit mode the operand size is 64 whatever the prefixes say (vol. 1, 6.3.7)
jcc         rel8              | 70+cc cb                   | cc>              | f64
jcc         rel16             | 0F 80+cc cw                | cc>              | i64
jcc         rel32             | o32 0F 80+cc cd            | cc>              | i64
jcc         rel32             | 0F 80+cc cd                | cc>              | f64 x64
jcxz        rel8              | a16 E3 cb                  | -                | i64 f64
jecxz       rel8              | a32 E3 cb                  | -                | f64
jrcxz       rel8              | a64 E3 cb                  | -                | x64 f64
loopne      rel8              | E0 cb                      | z>               | f64
loope       rel8              | E1 cb                      | z>               | f64
loop        rel8              | E2 cb                      | -                | f64
jmp         rel8              | EB cb                      | -                | f64
jmp         rel16             | E9 cw                      | -                | i64
jmp         rel32             | o32 E9 cd                  | -                | i64
jmp         rel32             | E9 cd                      | -                | f64 x64
jmp         r/m16             | FF /4                      | -                | i64
jmp         r/m32             | FF /4                      | -                | i64
jmp         r/m64             | FF /4                      | -                | f64
call        rel16             | E8 cw                      | -                | i64
call        rel32             | o32 E8 cd                  | -                | i64
call        rel32             | E8 cd                      | -                | f64 x64
call        r/m16             | FF /2                      | -                | i64
call        r/m32             | FF /2                      | -                | i64
call        r/m64             | FF /2                      | -                | f64
ret                           | o16 C3                     | -                | i64
ret                           | o32 C3                     | -                | i64
ret                           | C3                         | -                | f64 x64
ret         imm16             | o16 C2 iw                  | -                | i64
ret         imm16             | o32 C2 iw                  | -                | i64
ret         imm16             | C2 iw                      | -                | f64 x64

# Far transfers and interrupts
jmp         ptr16:16          | EA cd                      | -                | i64
jmp         ptr16:32          | EA cp                      | -                | i64
call        ptr16:16          | 9A cd                      | -                | i64
call        ptr16:32          | 9A cp                      | -                | i64
jmp         m16:16            | FF /5                      | -                |
jmp         m16:32            | FF /5                      | -                |
jmp         m16:64            | REX.W FF /5                | -                |
call        m16:16            | FF /3                      | -                |
call        m16:32            | FF /3                      | -                |
call        m16:64            | REX.W FF /3                | -                |
retf                          | o16 CB                     | -                |
retf                          | o32 CB                     | -                |
retf                          | REX.W CB                   | -                |
retf        imm16             | o16 CA iw                  | -                |
retf        imm16             | o32 CA iw                  | -                |
retf        imm16             | REX.W CA iw                | -                |
int3                          | CC                         | itnvrk           |
int         imm8              | CD ib                      | itnvrk           |
into                          | CE                         | o>itnvrk         | i64
int1                          | F1                         | itnvrk           |
iret                          | o16 CF                     | lnv>oszapctidln  |
iretd                         | o32 CF                     | lnv>all          |
iretq                         | REX.W CF                   | n>all            |
bound       r16, m16&16       | 62 /r                      | -                | i64
bound       r32, m32&32       | 62 /r                      | -                | i64
syscall                       | 0F 05                      | all>all          | SYSCALL
sysret                        | 0F 07                      | all              | SYSCALL cpl0
sysretq                       | REX.W 0F 07                | all              | SYSCALL cpl0
sysenter                      | 0F 34                      | ivr              | SEP
sysexit                       | 0F 35                      | -                | SEP cpl0
sysexitq                      | REX.W 0F 35                | -                | SEP cpl0
ud2                           | 0F 0B                      | -                |
ud1         r16, r/m16        | 0F B9 /r                   | -                |
ud1         r32, r/m32        | 0F B9 /r                   | -                |
ud1         r64, r/m64        | REX.W 0F B9 /r             | -                |
ud0         r16, r/m16        | 0F FF /r                   | -                |
ud0         r32, r/m32        | 0F FF /r                   | -                |
ud0         r64, r/m64        | REX.W 0F FF /r             | -                |

# String instructions: DS:rSI (a segment override applies) and ES:rDI, in the address size
movsb                         | A4                         | d>               | rep
movsw                         | o16 A5                     | d>               | rep
movsd                         | o32 A5                     | d>               | rep
movsq                         | REX.W A5                   | d>               | rep
cmpsb                         | A6                         | d>oszapc         | repe
cmpsw                         | o16 A7                     | d>oszapc         | repe
cmpsd                         | o32 A7                     | d>oszapc         | repe
cmpsq                         | REX.W A7                   | d>oszapc         | repe
stosb                         | AA                         | d>               | rep
stosw                         | o16 AB                     | d>               | rep
stosd                         | o32 AB                     | d>               | rep
stosq                         | REX.W AB                   | d>               | rep
lodsb                         | AC                         | d>               | rep
lodsw                         | o16 AD                     | d>               | rep
lodsd                         | o32 AD                     | d>               | rep
lodsq                         | REX.W AD                   | d>               | rep
scasb                         | AE                         | d>oszapc         | repe
scasw                         | o16 AF                     | d>oszapc         | repe
scasd                         | o32 AF                     | d>oszapc         | repe
scasq                         | REX.W AF                   | d>oszapc         | repe
insb                          | 6C                         | d>               | rep iopl
insw                          | o16 6D                     | d>               | rep iopl
insd                          | o32 6D                     | d>               | rep iopl
outsb                         | 6E                         | d>               | rep iopl
outsw                         | o16 6F                     | d>               | rep iopl
outsd                         | o32 6F                     | d>               | rep iopl

# Input and output
in          AL, imm8          | E4 ib                      | -                | iopl
in          AX, imm8          | E5 ib                      | -                | iopl
in          EAX, imm8         | E5 ib                      | -                | iopl
in          AL, DX            | EC                         | -                | iopl
in          AX, DX            | ED                         | -                | iopl
in          EAX, DX           | ED                         | -                | iopl
out         imm8, AL          | E6 ib                      | -                | iopl
out         imm8, AX          | E7 ib                      | -                | iopl
out         imm8, EAX         | E7 ib                      | -                | iopl
out         DX, AL            | EE                         | -                | iopl
out         DX, AX            | EF                         | -                | iopl
out         DX, EAX           | EF                         | -                | iopl

# Flag control
cmc                           | F5                         | c>c              |
clc                           | F8                         | c                |
stc                           | F9                         | c                |
cld                           | FC                         | d                |
std                           | FD                         | d                |
cli                           | FA                         | if               | iopl
sti                           | FB                         | if               | iopl
clac                          | NP 0F 01 CA                | k                | SMAP cpl0
stac                          | NP 0F 01 CB                | k                | SMAP cpl0

# Segments
les         r16, m16:16       | C4 /r                      | -                | i64
les         r32, m16:32       | C4 /r                      | -                | i64
lds         r16, m16:16       | C5 /r                      | -                | i64
lds         r32, m16:32       | C5 /r                      | -                | i64
lss         r16, m16:16       | 0F B2 /r                   | -                |
lss         r32, m16:32       | 0F B2 /r                   | -                |
lss         r64, m16:64       | REX.W 0F B2 /r             | -                |
lfs         r16, m16:16       | 0F B4 /r                   | -                |
lfs         r32, m16:32       | 0F B4 /r                   | -                |
lfs         r64, m16:64       | REX.W 0F B4 /r             | -                |
lgs         r16, m16:16       | 0F B5 /r                   | -                |
lgs         r32, m16:32       | 0F B5 /r                   | -                |
lgs         r64, m16:64       | REX.W 0F B5 /r             | -                |
rdfsbase    r32               | F3 0F AE /0                | -                | x64 FSGSBASE
rdfsbase    r64               | F3 REX.W 0F AE /0          | -                | FSGSBASE
rdgsbase    r32               | F3 0F AE /1                | -                | x64 FSGSBASE
rdgsbase    r64               | F3 REX.W 0F AE /1          | -                | FSGSBASE
wrfsbase    r32               | F3 0F AE /2                | -                | x64 FSGSBASE
wrfsbase    r64               | F3 REX.W 0F AE /2          | -                | FSGSBASE
wrgsbase    r32               | F3 0F AE /3                | -                | x64 FSGSBASE
wrgsbase    r64               | F3 REX.W 0F AE /3          | -                | FSGSBASE
swapgs                        | 0F 01 F8                   | -                | x64 cpl0
arpl        r/m16, r16        | 63 /r                      | z                | i64 pm nosize
lar         r16, r/m16        | 0F 02 /r                   | z                | pm
lar         r32, r/m16        | 0F 02 /r                   | z                | pm
lar         r64, r/m16        | REX.W 0F 02 /r             | z                | pm
lsl         r16, r/m16        | 0F 03 /r                   | z                | pm
lsl         r32, r/m16        | 0F 03 /r                   | z                | pm
lsl         r64, r/m16        | REX.W 0F 03 /r             | z                | pm
verr        r/m16             | 0F 00 /4                   | z                | pm nosize
verw        r/m16             | 0F 00 /5                   | z                | pm nosize

# System registers and tables
sldt        r/m16             | 0F 00 /0                   | -                | pm
sldt        r32/m16           | 0F 00 /0                   | -                | pm
sldt        r64/m16           | REX.W 0F 00 /0             | -                | pm
str         r/m16             | 0F 00 /1                   | -                | pm
str         r32/m16           | 0F 00 /1                   | -                | pm
str         r64/m16           | REX.W 0F 00 /1             | -                | pm
lldt        r/m16             | 0F 00 /2                   | -                | pm nosize cpl0
ltr         r/m16             | 0F 00 /3                   | -                | pm nosize cpl0
sgdt        m16&32            | 0F 01 /0                   | -                | i64 nosize
sgdt        m16&64            | 0F 01 /0                   | -                | x64 f64
sidt        m16&32            | 0F 01 /1                   | -                | i64 nosize
sidt        m16&64            | 0F 01 /1                   | -                | x64 f64
lgdt        m16&32            | 0F 01 /2                   | -                | i64 nosize cpl0
lgdt        m16&64            | 0F 01 /2                   | -                | x64 f64 cpl0
lidt        m16&32            | 0F 01 /3                   | -                | i64 nosize cpl0
lidt        m16&64            | 0F 01 /3                   | -                | x64 f64 cpl0
smsw        r/m16             | 0F 01 /4                   | -                |
smsw        r32/m16           | 0F 01 /4                   | -                |
smsw        r64/m16           | REX.W 0F 01 /4             | -                |
lmsw        r/m16             | 0F 01 /6                   | -                | nosize cpl0
clts                          | 0F 06                      | -                | cpl0
mov         r32, CR           | 0F 20 /r                   | ?oszapc          | i64 nosize anymod cpl0
mov         r64, CR           | 0F 20 /r                   | ?oszapc          | x64 f64 anymod cpl0
mov         CR, r32           | 0F 22 /r                   | ?oszapc          | i64 nosize anymod cpl0
mov         CR, r64           | 0F 22 /r                   | ?oszapc          | x64 f64 anymod cpl0
mov         r32, DR           | 0F 21 /r                   | ?oszapc          | i64 nosize anymod cpl0
mov         r64, DR           | 0F 21 /r                   | ?oszapc          | x64 f64 anymod cpl0
mov         DR, r32           | 0F 23 /r                   | ?oszapc          | i64 nosize anymod cpl0
mov         DR, r64           | 0F 23 /r                   | ?oszapc          | x64 f64 anymod cpl0
rdmsr                         | 0F 32                      | -                | MSR cpl0
wrmsr                         | 0F 30                      | -                | MSR cpl0
rdtsc                         | 0F 31                      | -                | TSC
rdtscp                        | 0F 01 F9                   | -                | RDTSCP
rdpmc                         | 0F 33                      | -                |
rdpid       r32               | F3 0F C7 /7                | -                | i64 nosize RDPID
rdpid       r64               | F3 0F C7 /7                | -                | x64 f64 RDPID
xgetbv                        | NP 0F 01 D0                | -                | XSAVE
xsetbv                        | NP 0F 01 D1                | -                | XSAVE cpl0
rdpkru                        | NP 0F 01 EE                | -                | OSPKE
wrpkru                        | NP 0F 01 EF                | -                | OSPKE
rsm                           | 0F AA                      | all              |

# Translation and caches
invlpg      m                 | 0F 01 /7                   | -                | cpl0
invpcid     r32, m128         | 66 0F 38 82 /r             | -                | i64 nosize INVPCID cpl0
invpcid     r64, m128         | 66 0F 38 82 /r             | -                | x64 f64 INVPCID cpl0
invd                          | 0F 08                      | -                | cpl0
wbinvd                        | 0F 09                      | -                | cpl0
wbnoinvd                      | F3 0F 09                   | -                | WBNOINVD else-base cpl0
clflush     m8                | NP 0F AE /7                | -                | CLFSH
clflushopt  m8                | 66 0F AE /7                | -                | CLFLUSHOPT
clwb        m8                | 66 0F AE /6                | -                | CLWB
cldemote    m8                | NP 0F 1C /0                | -                | CLDEMOTE else-base
lfence                        | NP 0F AE /5                | -                | reg SSE2
mfence                        | NP 0F AE /6                | -                | reg SSE2
sfence                        | NP 0F AE /7                | -                | reg SSE
prefetchnta m8                | 0F 18 /0                   | -                | SSE else-base
prefetcht0  m8                | 0F 18 /1                   | -                | SSE else-base
prefetcht1  m8                | 0F 18 /2                   | -                | SSE else-base
prefetcht2  m8                | 0F 18 /3                   | -                | SSE else-base
prefetchit1 m8                | 0F 18 /6                   | -                | PREFETCHI else-base
prefetchit0 m8                | 0F 18 /7                   | -                | PREFETCHI else-base
prefetch    m8                | 0F 0D /0                   | -                | PREFETCHW else-base
prefetchw   m8                | 0F 0D /1                   | -                | PREFETCHW else-base
prefetchwt1 m8                | 0F 0D /2                   | -                | PREFETCHWT1 else-base
prefetchw   m8                | 0F 0D /3                   | -                | alias PREFETCHW else-base
prefetch    m8                | 0F 0D /4                   | -                | alias PREFETCHW else-base
prefetch    m8                | 0F 0D /5                   | -                | alias PREFETCHW else-base
prefetch    m8                | 0F 0D /6                   | -                | alias PREFETCHW else-base
prefetch    m8                | 0F 0D /7                   | -                | alias PREFETCHW else-base
serialize                     | NP 0F 01 E8                | -                | SERIALIZE

# Processor
cpuid                         | 0F A2                      | -                |
hlt                           | F4                         | -                | cpl0
pause                         | F3 90                      | -                |
wait                          | 9B                         | -                |
monitor                       | NP 0F 01 C8                | -                | MONITOR cpl0
mwait                         | NP 0F 01 C9                | -                | MONITOR cpl0
rdrand      r16               | NFx 0F C7 /6               | oszapc           | reg RDRAND
rdrand      r32               | NFx 0F C7 /6               | oszapc           | reg RDRAND
rdrand      r64               | NFx REX.W 0F C7 /6         | oszapc           | reg RDRAND
rdseed      r16               | NFx 0F C7 /7               | oszapc           | reg RDSEED
rdseed      r32               | NFx 0F C7 /7               | oszapc           | reg RDSEED
rdseed      r64               | NFx REX.W 0F C7 /7         | oszapc           | reg RDSEED
endbr64                       | F3 0F 1E FA                | -                | CET_IBT else-base
endbr32                       | F3 0F 1E FB                | -                | CET_IBT else-base
rdsspd      r32               | F3 0F 1E /1                | -                | CET_SS else-base
rdsspq      r64               | F3 REX.W 0F 1E /1          | -                | CET_SS else-base
nop                           | 90                         | -                |
nop         r/m16             | 0F 1F /0                   | -                |
nop         r/m32             | 0F 1F /0                   | -                |
nop         r/m64             | REX.W 0F 1F /0             | -                |

# Reserved NOPs: opcodes that do nothing until a later processor gives them a meaning (vol. 2, appendix A, table A-3)
nop         r/m16, r16        | 0F 0D /r                   | -                | alias
nop         r/m32, r32        | 0F 0D /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 0D /r             | -                | alias
nop         r/m16, r16        | 0F 18 /r                   | -                | alias
nop         r/m32, r32        | 0F 18 /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 18 /r             | -                | alias
nop         r/m16, r16        | 0F 19 /r                   | -                | alias
nop         r/m32, r32        | 0F 19 /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 19 /r             | -                | alias
nop         r/m16, r16        | 0F 1A /r                   | -                | alias
nop         r/m32, r32        | 0F 1A /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 1A /r             | -                | alias
nop         r/m16, r16        | 0F 1B /r                   | -                | alias
nop         r/m32, r32        | 0F 1B /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 1B /r             | -                | alias
nop         r/m16, r16        | 0F 1C /r                   | -                | alias
nop         r/m32, r32        | 0F 1C /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 1C /r             | -                | alias
nop         r/m16, r16        | 0F 1D /r                   | -                | alias
nop         r/m32, r32        | 0F 1D /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 1D /r             | -                | alias
nop         r/m16, r16        | 0F 1E /r                   | -                | alias
nop         r/m32, r32        | 0F 1E /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 1E /r             | -                | alias
nop         r/m16, r16        | 0F 1F /r                   | -                | alias
nop         r/m32, r32        | 0F 1F /r                   | -                | alias
nop         r/m64, r64        | REX.W 0F 1F /r             | -                | alias
`;
