// monitor.c for arm64, compiled with gcc (Debian 12.2.0-14) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const monitor = Buffer.from(
  "7f454c460201010000000000000000000200b70001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b0004000000000009f0c0000000000009f0c0000000000000400000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "e0030091" + // mov x0, sp
  "19010014" + // b 400518 <start>
  "e70300aa" + // mov x7, x0
  "06e00091" + // add x6, x0, #0x38
  "0ae00291" + // add x10, x0, #0xb8
  "011c0391" + // add x1, x0, #0xc7
  "09008052" + // mov w9, #0x0 // #0
  "df000aeb" + // cmp x6, x10
  "61000054" + // b.ne 4000dc <deliver+0x24> // b.any
  "e003092a" + // mov w0, w9
  "c0035fd6" + // ret
  "c00440b9" + // ldr w0, [x6, #4]
  "a0010034" + // cbz w0, 400114 <deliver+0x5c>
  "e2c040b9" + // ldr w2, [x7, #192]
  "c81980d2" + // mov x8, #0xce // #206
  "030888d2" + // mov x3, #0x4040 // #16448
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "c00080b9" + // ldrsw x0, [x6]
  "42040011" + // add w2, w2, #0x1
  "010000d4" + // svc #0x0
  "1f2c00b1" + // cmn x0, #0xb
  "e0179f1a" + // cset w0, eq // eq = none
  "c00400b9" + // str w0, [x6, #4]
  "2901002a" + // orr w9, w9, w0
  "c6200091" + // add x6, x6, #0x8
  "edffff17" + // b 4000cc <deliver+0x14>
  "e80300aa" + // mov x8, x0
  "050080d2" + // mov x5, #0x0 // #0
  "e00301aa" + // mov x0, x1
  "e10302aa" + // mov x1, x2
  "e20303aa" + // mov x2, x3
  "e30304aa" + // mov x3, x4
  "040080d2" + // mov x4, #0x0 // #0
  "010000d4" + // svc #0x0
  "c0035fd6" + // ret
  "fd7bbea9" + // stp x29, x30, [sp, #-32]!
  "428880d2" + // mov x2, #0x442 // #1090
  "e60300aa" + // mov x6, x0
  "fd030091" + // mov x29, sp
  "01000090" + // adrp x1, 400000 <_start-0xb0>
  "080780d2" + // mov x8, #0x38 // #56
  "c00080d2" + // mov x0, #0x6 // #6
  "21c03491" + // add x1, x1, #0xd30
  "0201a0f2" + // movk x2, #0x8, lsl #16
  "033080d2" + // mov x3, #0x180 // #384
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "c80780d2" + // mov x8, #0x3e // #62
  "010080d2" + // mov x1, #0x0 // #0
  "420080d2" + // mov x2, #0x2 // #2
  "030080d2" + // mov x3, #0x0 // #0
  "c01400b9" + // str w0, [x6, #20]
  "007c4093" + // sxtw x0, w0
  "010000d4" + // svc #0x0
  "e70300aa" + // mov x7, x0
  "e1430091" + // add x1, sp, #0x10
  "c01480b9" + // ldrsw x0, [x6, #20]
  "680880d2" + // mov x8, #0x43 // #67
  "020280d2" + // mov x2, #0x10 // #16
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "c31400f9" + // str x3, [x6, #40]
  "010000d4" + // svc #0x0
  "1f0002eb" + // cmp x0, x2
  "e1000054" + // b.ne 4001d4 <open_log+0x94> // b.any
  "c01440f9" + // ldr x0, [x6, #40]
  "e31b40b9" + // ldr w3, [sp, #24]
  "63400091" + // add x3, x3, #0x10
  "6300008b" + // add x3, x3, x0
  "7f0007eb" + // cmp x3, x7
  "4dfeff54" + // b.le 400198 <open_log+0x58>
  "c21440f9" + // ldr x2, [x6, #40]
  "040080d2" + // mov x4, #0x0 // #0
  "c11480b9" + // ldrsw x1, [x6, #20]
  "030080d2" + // mov x3, #0x0 // #0
  "c00580d2" + // mov x0, #0x2e // #46
  "cdffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "fd7bc2a8" + // ldp x29, x30, [sp], #32
  "c0035fd6" + // ret
  "e90300aa" + // mov x9, x0
  "200040b9" + // ldr w0, [x1]
  "2010f837" + // tbnz w0, #31, 400400 <forward+0x20c>
  "e60301aa" + // mov x6, x1
  "4c1c0012" + // and w12, w2, #0xff
  "007c4093" + // sxtw x0, w0
  "21210391" + // add x1, x9, #0xc8
  "e80780d2" + // mov x8, #0x3f // #63
  "020088d2" + // mov x2, #0x4000 // #16384
  "030080d2" + // mov x3, #0x0 // #0
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f2c00b1" + // cmn x0, #0xb
  "ea0300aa" + // mov x10, x0
  "041844ba" + // ccmn x0, #0x4, #0x4, ne // ne = any
  "600e0054" + // b.eq 400400 <forward+0x20c> // b.none
  "fd7bbea9" + // stp x29, x30, [sp, #-32]!
  "fd030091" + // mov x29, sp
  "1f1400b1" + // cmn x0, #0x5
  "01010054" + // b.ne 400264 <forward+0x70> // b.any
  "200140b9" + // ldr w0, [x9]
  "00010034" + // cbz w0, 40026c <forward+0x78>
  "20008052" + // mov w0, #0x1 // #1
  "202100b9" + // str w0, [x9, #32]
  "00008052" + // mov w0, #0x0 // #0
  "fd7bc2a8" + // ldp x29, x30, [sp], #32
  "c0035fd6" + // ret
  "1f0000f1" + // cmp x0, #0x0
  "ec010054" + // b.gt 4002a4 <forward+0xb0>
  "c10080b9" + // ldrsw x1, [x6]
  "200780d2" + // mov x0, #0x39 // #57
  "040080d2" + // mov x4, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "a7ffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "c00040b9" + // ldr w0, [x6]
  "210540b9" + // ldr w1, [x9, #4]
  "3f00006b" + // cmp w1, w0
  "00008012" + // mov w0, #0xffffffff // #-1
  "41000054" + // b.ne 40029c <forward+0xa8> // b.any
  "200500b9" + // str w0, [x9, #4]
  "c00000b9" + // str w0, [x6]
  "eeffff17" + // b 400258 <forward+0x64>
  "e2430091" + // add x2, sp, #0x10
  "010080d2" + // mov x1, #0x0 // #0
  "200e80d2" + // mov x0, #0x71 // #113
  "9bffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e00741a9" + // ldp x0, x1, [sp, #16]
  "024099d2" + // mov x2, #0xca00 // #51712
  "4273a7f2" + // movk x2, #0x3b9a, lsl #16
  "3ffd0ba9" + // stp xzr, xzr, [x9, #184]
  "4b7d4092" + // and x11, x10, #0xffffffff
  "2ac100b9" + // str w10, [x9, #192]
  "6b410091" + // add x11, x11, #0x10
  "2c110339" + // strb w12, [x9, #196]
  "0004029b" + // madd x0, x0, x2, x1
  "205d00f9" + // str x0, [x9, #184]
  "201540f9" + // ldr x0, [x9, #40]
  "1f0000f1" + // cmp x0, #0x0
  "0d040054" + // b.le 400364 <forward+0x170>
  "211940f9" + // ldr x1, [x9, #48]
  "6001008b" + // add x0, x11, x0
  "1f0001eb" + // cmp x0, x1
  "8d030054" + // b.le 400364 <forward+0x170>
  "c00080d2" + // mov x0, #0x6 // #6
  "c80480d2" + // mov x8, #0x26 // #38
  "e20300aa" + // mov x2, x0
  "01000090" + // adrp x1, 400000 <_start-0xb0>
  "03000090" + // adrp x3, 400000 <_start-0xb0>
  "21c03491" + // add x1, x1, #0xd30
  "63d03491" + // add x3, x3, #0xd34
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "c000f8b6" + // tbz x0, #63, 400338 <forward+0x144>
  "211580b9" + // ldrsw x1, [x9, #20]
  "030080d2" + // mov x3, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "c00580d2" + // mov x0, #0x2e // #46
  "7affff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "211580b9" + // ldrsw x1, [x9, #20]
  "200780d2" + // mov x0, #0x39 // #57
  "040080d2" + // mov x4, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "74ffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "00008012" + // mov w0, #0xffffffff // #-1
  "201500b9" + // str w0, [x9, #20]
  "e00309aa" + // mov x0, x9
  "79ffff97" + // bl 400140 <open_log>
  "03000014" + // b 40036c <forward+0x178>
  "201540b9" + // ldr w0, [x9, #20]
  "80ffff37" + // tbnz w0, #31, 400358 <forward+0x164>
  "26e10291" + // add x6, x9, #0xb8
  "201580b9" + // ldrsw x0, [x9, #20]
  "e10306aa" + // mov x1, x6
  "e2030baa" + // mov x2, x11
  "080880d2" + // mov x8, #0x40 // #64
  "030080d2" + // mov x3, #0x0 // #0
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "7f0100eb" + // cmp x11, x0
  "c1020054" + // b.ne 4003ec <forward+0x1f8> // b.any
  "201540f9" + // ldr x0, [x9, #40]
  "00000b8b" + // add x0, x0, x11
  "201500f9" + // str x0, [x9, #40]
  "9f050071" + // cmp w12, #0x1
  "a00c8052" + // mov w0, #0x65 // #101
  "e10d8052" + // mov w1, #0x6f // #111
  "0010811a" + // csel w0, w0, w1, ne // ne = any
  "201d0339" + // strb w0, [x9, #199]
  "20e10091" + // add x0, x9, #0x38
  "2ac100b9" + // str w10, [x9, #192]
  "010040b9" + // ldr w1, [x0]
  "00200091" + // add x0, x0, #0x8
  "e103212a" + // mvn w1, w1
  "217c1f53" + // lsr w1, w1, #31
  "01c01fb8" + // stur w1, [x0, #-4]
  "df0000eb" + // cmp x6, x0
  "41ffff54" + // b.ne 4003c0 <forward+0x1cc> // b.any
  "e00309aa" + // mov x0, x9
  "36ffff97" + // bl 4000b8 <deliver>
  "20008052" + // mov w0, #0x1 // #1
  "9dffff17" + // b 40025c <forward+0x68>
  "221540f9" + // ldr x2, [x9, #40]
  "c00580d2" + // mov x0, #0x2e // #46
  "211580b9" + // ldrsw x1, [x9, #20]
  "49ffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "eaffff17" + // b 4003a4 <forward+0x1b0>
  "00008052" + // mov w0, #0x0 // #0
  "c0035fd6" + // ret
  "e60300aa" + // mov x6, x0
  "000040b9" + // ldr w0, [x0]
  "00020035" + // cbnz w0, 400450 <close_input+0x48>
  "fd7bbfa9" + // stp x29, x30, [sp, #-16]!
  "040080d2" + // mov x4, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "fd030091" + // mov x29, sp
  "c10480b9" + // ldrsw x1, [x6, #4]
  "020080d2" + // mov x2, #0x0 // #0
  "200780d2" + // mov x0, #0x39 // #57
  "3bffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "00008012" + // mov w0, #0xffffffff // #-1
  "c00400b9" + // str w0, [x6, #4]
  "c6104091" + // add x6, x6, #0x4, lsl #12
  "c0cc40b9" + // ldr w0, [x6, #204]
  "c0c800b9" + // str w0, [x6, #200]
  "fd7bc1a8" + // ldp x29, x30, [sp], #16
  "c0035fd6" + // ret
  "00008012" + // mov w0, #0xffffffff // #-1
  "c00400b9" + // str w0, [x6, #4]
  "c6104091" + // add x6, x6, #0x4, lsl #12
  "c0cc40b9" + // ldr w0, [x6, #204]
  "c0c800b9" + // str w0, [x6, #200]
  "c0035fd6" + // ret
  "e60300aa" + // mov x6, x0
  "07104091" + // add x7, x0, #0x4, lsl #12
  "000440b9" + // ldr w0, [x0, #4]
  "6000f836" + // tbz w0, #31, 400480 <type+0x18>
  "e0cc40b9" + // ldr w0, [x7, #204]
  "e0c800b9" + // str w0, [x7, #200]
  "001a88d2" + // mov x0, #0x40d0 // #16592
  "c900008b" + // add x9, x6, x0
  "e1085929" + // ldp w1, w2, [x7, #200]
  "3f00026b" + // cmp w1, w2
  "4b000054" + // b.lt 400498 <type+0x30> // b.tstop
  "c0035fd6" + // ret
  "4200014b" + // sub w2, w2, w1
  "c00480b9" + // ldrsw x0, [x6, #4]
  "21c1218b" + // add x1, x9, w1, sxtw
  "080880d2" + // mov x8, #0x40 // #64
  "427c4093" + // sxtw x2, w2
  "030080d2" + // mov x3, #0x0 // #0
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f2c00b1" + // cmn x0, #0xb
  "041844ba" + // ccmn x0, #0x4, #0x4, ne // ne = any
  "80feff54" + // b.eq 400494 <type+0x2c> // b.none
  "6000f8b6" + // tbz x0, #63, 4004d4 <type+0x6c>
  "e00306aa" + // mov x0, x6
  "ceffff17" + // b 400408 <close_input>
  "e1c840b9" + // ldr w1, [x7, #200]
  "2000000b" + // add w0, w1, w0
  "e0c800b9" + // str w0, [x7, #200]
  "eaffff17" + // b 400488 <type+0x20>
  "e60300aa" + // mov x6, x0
  "fd7bbfa9" + // stp x29, x30, [sp, #-16]!
  "040080d2" + // mov x4, #0x0 // #0
  "fd030091" + // mov x29, sp
  "c10080b9" + // ldrsw x1, [x6]
  "030080d2" + // mov x3, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "200780d2" + // mov x0, #0x39 // #57
  "06ffff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "fd7bc1a8" + // ldp x29, x30, [sp], #16
  "e07f40b2" + // mov x0, #0xffffffff // #4294967295
  "c00000f9" + // str x0, [x6]
  "c0035fd6" + // ret
  "0c5490d2" + // mov x12, #0x82a0 // #33440
  "ff632ccb" + // sub sp, sp, x12
  "ee0300aa" + // mov x14, x0
  "e6830191" + // add x6, sp, #0x60
  "270080d2" + // mov x7, #0x1 // #1
  "040080d2" + // mov x4, #0x0 // #0
  "fd7b00a9" + // stp x29, x30, [sp]
  "fd030091" + // mov x29, sp
  "030080d2" + // mov x3, #0x0 // #0
  "0f0040f9" + // ldr x15, [x0]
  "e10180d2" + // mov x1, #0xf // #15
  "02000090" + // adrp x2, 400000 <_start-0xb0>
  "42e83491" + // add x2, x2, #0xd3a
  "ef090091" + // add x15, x15, #0x2
  "f35301a9" + // stp x19, x20, [sp, #16]
  "f2030291" + // add x18, sp, #0x80
  "0f0c0f8b" + // add x15, x0, x15, lsl #3
  "2000a0d2" + // mov x0, #0x10000 // #65536
  "f55b02a9" + // stp x21, x22, [sp, #32]
  "e07f04a9" + // stp x0, xzr, [sp, #64]
  "e01480d2" + // mov x0, #0xa7 // #167
  "e77f06a9" + // stp x7, xzr, [sp, #96]
  "ff7f07a9" + // stp xzr, xzr, [sp, #112]
  "ff7f08a9" + // stp xzr, xzr, [sp, #128]
  "ff7f09a9" + // stp xzr, xzr, [sp, #144]
  "e8feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e20306aa" + // mov x2, x6
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "a10180d2" + // mov x1, #0xd // #13
  "c01080d2" + // mov x0, #0x86 // #134
  "e2feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e20306aa" + // mov x2, x6
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "210380d2" + // mov x1, #0x19 // #25
  "c01080d2" + // mov x0, #0x86 // #134
  "dcfeff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e20312aa" + // mov x2, x18
  "e6030191" + // add x6, sp, #0x40
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "210280d2" + // mov x1, #0x11 // #17
  "c01080d2" + // mov x0, #0x86 // #134
  "d5feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e20306aa" + // mov x2, x6
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "010080d2" + // mov x1, #0x0 // #0
  "e01080d2" + // mov x0, #0x87 // #135
  "cffeff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "030081d2" + // mov x3, #0x800 // #2048
  "e10306aa" + // mov x1, x6
  "480980d2" + // mov x8, #0x4a // #74
  "00008092" + // mov x0, #0xffffffffffffffff // #-1
  "020180d2" + // mov x2, #0x8 // #8
  "0301a0f2" + // movk x3, #0x8, lsl #16
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "881580d2" + // mov x8, #0xac // #172
  "010080d2" + // mov x1, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "e0db01b9" + // str w0, [sp, #472]
  "000080d2" + // mov x0, #0x0 // #0
  "010000d4" + // svc #0x0
  "220280d2" + // mov x2, #0x11 // #17
  "e10300aa" + // mov x1, x0
  "201080d2" + // mov x0, #0x81 // #129
  "bbfeff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "c00940f9" + // ldr x0, [x14, #16]
  "00004039" + // ldrb w0, [x0]
  "1fc40071" + // cmp w0, #0x31
  "e0179f1a" + // cset w0, eq // eq = none
  "e0cb01b9" + // str w0, [sp, #456]
  "e10f0054" + // b.ne 400844 <start+0x32c> // b.any
  "0004004f" + // movi v0.4s, #0x0
  "e2830491" + // add x2, sp, #0x120
  "e0ff0091" + // add x0, sp, #0x3f
  "e01f05a9" + // stp x0, x7, [sp, #80]
  "e0430191" + // add x0, sp, #0x50
  "ff5b00f9" + // str xzr, [sp, #176]
  "06008012" + // mov w6, #0xffffffff // #-1
  "400000ad" + // stp q0, q0, [x2]
  "040080d2" + // mov x4, #0x0 // #0
  "0300a8d2" + // mov x3, #0x40000000 // #1073741824
  "e09b00f9" + // str x0, [sp, #304]
  "e0830291" + // add x0, sp, #0xa0
  "810080d2" + // mov x1, #0x4 // #4
  "ff7f0aa9" + // stp xzr, xzr, [sp, #160]
  "e6b300b9" + // str w6, [sp, #176]
  "e79f00f9" + // str x7, [sp, #312]
  "070380d2" + // mov x7, #0x18 // #24
  "e0a300f9" + // str x0, [sp, #320]
  "801a80d2" + // mov x0, #0xd4 // #212
  "e7a700f9" + // str x7, [sp, #328]
  "ffab00f9" + // str xzr, [sp, #336]
  "9ffeff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e0b380b9" + // ldrsw x0, [sp, #176]
  "e80307aa" + // mov x8, x7
  "810080d2" + // mov x1, #0x4 // #4
  "0201a0d2" + // mov x2, #0x80000 // #524288
  "030080d2" + // mov x3, #0x0 // #0
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f0000f1" + // cmp x0, #0x0
  "020080d2" + // mov x2, #0x0 // #0
  "26a0861a" + // csel w6, w1, w6, ge // ge = tcont
  "e1b380b9" + // ldrsw x1, [sp, #176]
  "200780d2" + // mov x0, #0x39 // #57
  "91feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "a0008052" + // mov w0, #0x5 // #5
  "e0d701b9" + // str w0, [sp, #468]
  "c00d40f9" + // ldr x0, [x14, #24]
  "e6d301b9" + // str w6, [sp, #464]
  "00004039" + // ldrb w0, [x0]
  "1fc40071" + // cmp w0, #0x31
  "c10a0054" + // b.ne 40084c <start+0x334> // b.any
  "e0cb41b9" + // ldr w0, [sp, #456]
  "1f000071" + // cmp w0, #0x0
  "60008052" + // mov w0, #0x3 // #3
  "c610801a" + // csel w6, w6, w0, ne // ne = any
  "c11140f9" + // ldr x1, [x14, #32]
  "000080d2" + // mov x0, #0x0 // #0
  "430180d2" + // mov x3, #0xa // #10
  "e6cf01b9" + // str w6, [sp, #460]
  "22004039" + // ldrb w2, [x1]
  "c2090035" + // cbnz w2, 400854 <start+0x33c>
  "00fc41d3" + // lsr x0, x0, #1
  "ed230791" + // add x13, sp, #0x1c8
  "e0ff00f9" + // str x0, [sp, #504]
  "00e0dfd2" + // mov x0, #0xff0000000000 // #280375465082880
  "e0f700f9" + // str x0, [sp, #488]
  "e0030daa" + // mov x0, x13
  "01008052" + // mov w1, #0x0 // #0
  "02008012" + // mov w2, #0xffffffff // #-1
  "fff300f9" + // str xzr, [sp, #480]
  "ff4b21f9" + // str xzr, [sp, #17040]
  "21040011" + // add w1, w1, #0x1
  "027c0729" + // stp w2, wzr, [x0, #56]
  "00200091" + // add x0, x0, #0x8
  "3f400071" + // cmp w1, #0x10
  "81ffff54" + // b.ne 400748 <start+0x230> // b.any
  "660080d2" + // mov x6, #0x3 // #3
  "df1800f1" + // cmp x6, #0x6
  "e00080d2" + // mov x0, #0x7 // #7
  "c610809a" + // csel x6, x6, x0, ne // ne = any
  "040080d2" + // mov x4, #0x0 // #0
  "e10306aa" + // mov x1, x6
  "230080d2" + // mov x3, #0x1 // #1
  "420080d2" + // mov x2, #0x2 // #2
  "200380d2" + // mov x0, #0x19 // #25
  "67feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e10306aa" + // mov x1, x6
  "040080d2" + // mov x4, #0x0 // #0
  "030081d2" + // mov x3, #0x800 // #2048
  "820080d2" + // mov x2, #0x4 // #4
  "200380d2" + // mov x0, #0x19 // #25
  "c6040091" + // add x6, x6, #0x1
  "60feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "df2000f1" + // cmp x6, #0x8
  "e1fdff54" + // b.ne 400760 <start+0x248> // b.any
  "f4430191" + // add x20, sp, #0x50
  "b3210091" + // add x19, x13, #0x8
  "e0030daa" + // mov x0, x13
  "63feff97" + // bl 400140 <open_log>
  "e0e741b9" + // ldr w0, [sp, #484]
  "60050034" + // cbz w0, 400868 <start+0x350>
  "e0030daa" + // mov x0, x13
  "3dfeff97" + // bl 4000b8 <deliver>
  "00050035" + // cbnz w0, 400868 <start+0x350>
  "e20312aa" + // mov x2, x18
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "a10180d2" + // mov x1, #0xd // #13
  "c01080d2" + // mov x0, #0x86 // #134
  "4ffeff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e20312aa" + // mov x2, x18
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "210380d2" + // mov x1, #0x19 // #25
  "c01080d2" + // mov x0, #0x86 // #134
  "49feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e2230191" + // add x2, sp, #0x48
  "040180d2" + // mov x4, #0x8 // #8
  "030080d2" + // mov x3, #0x0 // #0
  "410080d2" + // mov x1, #0x2 // #2
  "e01080d2" + // mov x0, #0x87 // #135
  "43feff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "c11940f9" + // ldr x1, [x14, #48]
  "e3030faa" + // mov x3, x15
  "c2c10091" + // add x2, x14, #0x30
  "040080d2" + // mov x4, #0x0 // #0
  "a01b80d2" + // mov x0, #0xdd // #221
  "3dfeff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "040080d2" + // mov x4, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "e10f80d2" + // mov x1, #0x7f // #127
  "c00b80d2" + // mov x0, #0x5e // #94
  "faffff17" + // b 400828 <start+0x310>
  "86008052" + // mov w6, #0x4 // #4
  "a5ffff17" + // b 4006dc <start+0x1c4>
  "06008012" + // mov w6, #0xffffffff // #-1
  "aeffff17" + // b 400708 <start+0x1f0>
  "007c039b" + // mul x0, x0, x3
  "21040091" + // add x1, x1, #0x1
  "00c000d1" + // sub x0, x0, #0x30
  "0000228b" + // add x0, x0, w2, uxtb
  "adffff17" + // b 400718 <start+0x200>
  "e0030daa" + // mov x0, x13
  "13feff97" + // bl 4000b8 <deliver>
  "e1134091" + // add x1, sp, #0x4, lsl #12
  "e5e341b9" + // ldr w5, [sp, #480]
  "e2008052" + // mov w2, #0x7 // #7
  "23008052" + // mov w3, #0x1 // #1
  "bf000071" + // cmp w5, #0x0
  "e32701b9" + // str w3, [sp, #292]
  "279042b9" + // ldr w7, [x1, #656]
  "269442b9" + // ldr w6, [x1, #660]
  "e1db41b9" + // ldr w1, [sp, #472]
  "e12301b9" + // str w1, [sp, #288]
  "01008012" + // mov w1, #0xffffffff // #-1
  "2210821a" + // csel w2, w1, w2, ne // ne = any
  "e22b01b9" + // str w2, [sp, #296]
  "ff00066b" + // cmp w7, w6
  "e2cf41b9" + // ldr w2, [sp, #460]
  "e32f01b9" + // str w3, [sp, #300]
  "42b0811a" + // csel w2, w2, w1, lt // lt = tstop
  "e23301b9" + // str w2, [sp, #304]
  "82008052" + // mov w2, #0x4 // #4
  "e23701b9" + // str w2, [sp, #308]
  "e2eb41b9" + // ldr w2, [sp, #488]
  "800b0034" + // cbz w0, 400a34 <start+0x51c>
  "e08340b2" + // mov x0, #0x1ffffffff // #8589934591
  "e09f00f9" + // str x0, [sp, #312]
  "20008052" + // mov w0, #0x1 // #1
  "e04701b9" + // str w0, [sp, #324]
  "e0830491" + // add x0, sp, #0x120
  "e14301b9" + // str w1, [sp, #320]
  "f50300aa" + // mov x21, x0
  "e1030daa" + // mov x1, x13
  "03028052" + // mov w3, #0x10 // #16
  "243c40b9" + // ldr w4, [x1, #60]
  "00200091" + // add x0, x0, #0x8
  "1f4c0079" + // strh wzr, [x0, #38]
  "21200091" + // add x1, x1, #0x8
  "9f000071" + // cmp w4, #0x0
  "e4079f1a" + // cset w4, ne // ne = any
  "ff00066b" + // cmp w7, w6
  "e8b79f1a" + // cset w8, ge // ge = tcont
  "63040071" + // subs w3, w3, #0x1
  "0409042a" + // orr w4, w8, w4, lsl #2
  "283040b9" + // ldr w8, [x1, #48]
  "082000b9" + // str w8, [x0, #32]
  "04480079" + // strh w4, [x0, #36]
  "61feff54" + // b.ne 4008ec <start+0x3d4> // b.any
  "65090035" + // cbnz w5, 400a50 <start+0x538>
  "ff2b00f9" + // str xzr, [sp, #80]
  "82090035" + // cbnz w2, 400a5c <start+0x544>
  "000080d2" + // mov x0, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "280980d2" + // mov x8, #0x49 // #73
  "a10280d2" + // mov x1, #0x15 // #21
  "030080d2" + // mov x3, #0x0 // #0
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "e02f00f9" + // str x0, [sp, #88]
  "e00315aa" + // mov x0, x21
  "010000d4" + // svc #0x0
  "ffeb01b9" + // str wzr, [sp, #488]
  "ec0300aa" + // mov x12, x0
  "2017f8b7" + // tbnz x0, #63, 400c44 <start+0x72c>
  "ff00066b" + // cmp w7, w6
  "aae10091" + // add x10, x13, #0x38
  "f6a79f1a" + // cset w22, lt // lt = tstop
  "0b0080d2" + // mov x11, #0x0 // #0
  "a0020b8b" + // add x0, x21, x11
  "005cc079" + // ldrsh w0, [x0, #46]
  "00781d12" + // and w0, w0, #0xfffffffb
  "ac0700b5" + // cbnz x12, 400a74 <start+0x55c>
  "e1e341b9" + // ldr w1, [sp, #480]
  "61070034" + // cbz w1, 400a74 <start+0x55c>
  "410540b9" + // ldr w1, [x10, #4]
  "21070034" + // cbz w1, 400a74 <start+0x55c>
  "e0030aaa" + // mov x0, x10
  "d3feff97" + // bl 4004e4 <close_client>
  "6b210091" + // add x11, x11, #0x8
  "4a210091" + // add x10, x10, #0x8
  "7f0102f1" + // cmp x11, #0x80
  "61feff54" + // b.ne 400974 <start+0x45c> // b.any
  "e05fc279" + // ldrsh w0, [sp, #302]
  "c00f0034" + // cbz w0, 400ba8 <start+0x690>
  "481e80d2" + // mov x8, #0xf2 // #242
  "e00080d2" + // mov x0, #0x7 // #7
  "010080d2" + // mov x1, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "0301a0d2" + // mov x3, #0x80000 // #524288
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "e1030daa" + // mov x1, x13
  "e303202a" + // mvn w3, w0
  "243840b9" + // ldr w4, [x1, #56]
  "7f00046a" + // tst w3, w4
  "840d0054" + // b.mi 400b94 <start+0x67c> // b.first
  "42040011" + // add w2, w2, #0x1
  "21200091" + // add x1, x1, #0x8
  "5f400071" + // cmp w2, #0x10
  "41ffff54" + // b.ne 4009dc <start+0x4c4> // b.any
  "067c4093" + // sxtw x6, w0
  "040888d2" + // mov x4, #0x4040 // #16448
  "e10306aa" + // mov x1, x6
  "230080d2" + // mov x3, #0x1 // #1
  "c01980d2" + // mov x0, #0xce // #206
  "02000090" + // adrp x2, 400000 <_start-0xb0>
  "42203591" + // add x2, x2, #0xd48
  "c2fdff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e10306aa" + // mov x1, x6
  "040080d2" + // mov x4, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "200780d2" + // mov x0, #0x39 // #57
  "bcfdff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "5e000014" + // b 400ba8 <start+0x690>
  "e0d341b9" + // ldr w0, [sp, #464]
  "5f000071" + // cmp w2, #0x0
  "e33f01b9" + // str w3, [sp, #316]
  "0000811a" + // csel w0, w0, w1, eq // eq = none
  "e1d741b9" + // ldr w1, [sp, #468]
  "e03b01b9" + // str w0, [sp, #312]
  "a1ffff17" + // b 4008d0 <start+0x3b8>
  "400180d2" + // mov x0, #0xa // #10
  "e02b00f9" + // str x0, [sp, #80]
  "a2000034" + // cbz w2, 400a6c <start+0x554>
  "00209cd2" + // mov x0, #0xe100 // #57600
  "a0bea0f2" + // movk x0, #0x5f5, lsl #16
  "e20314aa" + // mov x2, x20
  "b4ffff17" + // b 400938 <start+0x420>
  "000080d2" + // mov x0, #0x0 // #0
  "fdffff17" + // b 400a64 <start+0x54c>
  "1f000071" + // cmp w0, #0x0
  "c41a407a" + // ccmp w22, #0x0, #0x4, ne // ne = any
  "c1f8ff54" + // b.ne 400994 <start+0x47c> // b.any
  "e0f8ff34" + // cbz w0, 40099c <start+0x484>
  "e0134091" + // add x0, sp, #0x4, lsl #12
  "019042b9" + // ldr w1, [x0, #656]
  "009442b9" + // ldr w0, [x0, #660]
  "3f00006b" + // cmp w1, w0
  "41f8ff54" + // b.ne 40099c <start+0x484> // b.any
  "400180b9" + // ldrsw x0, [x10]
  "e81980d2" + // mov x8, #0xcf // #207
  "011a88d2" + // mov x1, #0x40d0 // #16592
  "220088d2" + // mov x2, #0x4001 // #16385
  "a101018b" + // add x1, x13, x1
  "030880d2" + // mov x3, #0x40 // #64
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f2c00b1" + // cmn x0, #0xb
  "e70300aa" + // mov x7, x0
  "041844ba" + // ccmn x0, #0x4, #0x4, ne // ne = any
  "a0f6ff54" + // b.eq 40099c <start+0x484> // b.none
  "1fa001b1" + // cmn x0, #0x68
  "60f6ff54" + // b.eq 40099c <start+0x484> // b.none
  "1f0000f1" + // cmp x0, #0x0
  "edf5ff54" + // b.le 400994 <start+0x47c>
  "e0134091" + // add x0, sp, #0x4, lsl #12
  "00604a39" + // ldrb w0, [x0, #664]
  "1fdc0171" + // cmp w0, #0x77
  "61010054" + // b.ne 400b14 <start+0x5fc> // b.any
  "ff2000f1" + // cmp x7, #0x8
  "cd030054" + // b.le 400b68 <start+0x650>
  "e0cb41b9" + // ldr w0, [sp, #456]
  "80030034" + // cbz w0, 400b68 <start+0x650>
  "e1d381b9" + // ldrsw x1, [sp, #464]
  "201a88d2" + // mov x0, #0x40d1 // #16593
  "82828ad2" + // mov x2, #0x5414 // #21524
  "a301008b" + // add x3, x13, x0
  "a00380d2" + // mov x0, #0x1d // #29
  "83fdff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e0134091" + // add x0, sp, #0x4, lsl #12
  "00604a39" + // ldrb w0, [x0, #664]
  "1fc40171" + // cmp w0, #0x71
  "41020054" + // b.ne 400b68 <start+0x650> // b.any
  "e0cb41b9" + // ldr w0, [sp, #456]
  "c0000034" + // cbz w0, 400b40 <start+0x628>
  "e1134091" + // add x1, sp, #0x4, lsl #12
  "208d8052" + // mov w0, #0x469 // #1129
  "470080d2" + // mov x7, #0x2 // #2
  "20300579" + // strh w0, [x1, #664]
  "0f000014" + // b 400b78 <start+0x660>
  "e0cf41b9" + // ldr w0, [sp, #460]
  "2001f837" + // tbnz w0, #31, 400b68 <start+0x650>
  "e0030daa" + // mov x0, x13
  "2ffeff97" + // bl 400408 <close_input>
  "e0134091" + // add x0, sp, #0x4, lsl #12
  "00604a39" + // ldrb w0, [x0, #664]
  "1fc40171" + // cmp w0, #0x71
  "61000054" + // b.ne 400b68 <start+0x650> // b.any
  "e0cb41b9" + // ldr w0, [sp, #456]
  "40feff35" + // cbnz w0, 400b2c <start+0x614>
  "e0134091" + // add x0, sp, #0x4, lsl #12
  "00604a39" + // ldrb w0, [x0, #664]
  "1fa40171" + // cmp w0, #0x69
  "41f1ff54" + // b.ne 40099c <start+0x484> // b.any
  "e1134091" + // add x1, sp, #0x4, lsl #12
  "20008052" + // mov w0, #0x1 // #1
  "209002b9" + // str w0, [x1, #656]
  "e0030daa" + // mov x0, x13
  "279402b9" + // str w7, [x1, #660]
  "37feff97" + // bl 400468 <type>
  "83ffff17" + // b 40099c <start+0x484>
  "427c4093" + // sxtw x2, w2
  "e1430791" + // add x1, sp, #0x1d0
  "42180091" + // add x2, x2, #0x6
  "42f07dd3" + // lsl x2, x2, #3
  "206822b8" + // str w0, [x1, x2]
  "e06fc279" + // ldrsh w0, [sp, #310]
  "60000034" + // cbz w0, 400bb8 <start+0x6a0>
  "e0030daa" + // mov x0, x13
  "2dfeff97" + // bl 400468 <type>
  "e07fc279" + // ldrsh w0, [sp, #318]
  "a0000034" + // cbz w0, 400bd0 <start+0x6b8>
  "e10313aa" + // mov x1, x19
  "e0030daa" + // mov x0, x13
  "22008052" + // mov w2, #0x1 // #1
  "8afdff97" + // bl 4001f4 <forward>
  "e08fc279" + // ldrsh w0, [sp, #326]
  "00010034" + // cbz w0, 400bf4 <start+0x6dc>
  "e0030daa" + // mov x0, x13
  "37fdff97" + // bl 4000b8 <deliver>
  "a0000035" + // cbnz w0, 400bf4 <start+0x6dc>
  "a1310091" + // add x1, x13, #0xc
  "e0030daa" + // mov x0, x13
  "42008052" + // mov w2, #0x2 // #2
  "81fdff97" + // bl 4001f4 <forward>
  "e04fc279" + // ldrsh w0, [sp, #294]
  "60020034" + // cbz w0, 400c44 <start+0x72c>
  "e1db81b9" + // ldrsw x1, [sp, #472]
  "e2830291" + // add x2, sp, #0xa0
  "040080d2" + // mov x4, #0x0 // #0
  "031080d2" + // mov x3, #0x80 // #128
  "e00780d2" + // mov x0, #0x3f // #63
  "43fdff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "a1910091" + // add x1, x13, #0x24
  "882080d2" + // mov x8, #0x104 // #260
  "00008092" + // mov x0, #0xffffffffffffffff // #-1
  "220080d2" + // mov x2, #0x1 // #1
  "030080d2" + // mov x3, #0x0 // #0
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f0000f1" + // cmp x0, #0x0
  "04d84aba" + // ccmn x0, #0xa, #0x4, le
  "41000054" + // b.ne 400c44 <start+0x72c> // b.any
  "e2e301b9" + // str w2, [sp, #480]
  "e1e341b9" + // ldr w1, [sp, #480]
  "e0e741b9" + // ldr w0, [sp, #484]
  "61dbff34" + // cbz w1, 4007b8 <start+0x2a0>
  "40dbff35" + // cbnz w0, 4007b8 <start+0x2a0>
  "e0030daa" + // mov x0, x13
  "18fdff97" + // bl 4000b8 <deliver>
  "e0daff35" + // cbnz w0, 4007b8 <start+0x2a0>
  "e10313aa" + // mov x1, x19
  "e0030daa" + // mov x0, x13
  "22008052" + // mov w2, #0x1 // #1
  "62fdff97" + // bl 4001f4 <forward>
  "a0feff35" + // cbnz w0, 400c44 <start+0x72c>
  "a1310091" + // add x1, x13, #0xc
  "e0030daa" + // mov x0, x13
  "42008052" + // mov w2, #0x2 // #2
  "5dfdff97" + // bl 4001f4 <forward>
  "00feff35" + // cbnz w0, 400c44 <start+0x72c>
  "224880d2" + // mov x2, #0x241 // #577
  "01000090" + // adrp x1, 400000 <_start-0xb0>
  "080780d2" + // mov x8, #0x38 // #56
  "c00080d2" + // mov x0, #0x6 // #6
  "21283591" + // add x1, x1, #0xd4a
  "0201a0f2" + // movk x2, #0x8, lsl #16
  "033080d2" + // mov x3, #0x180 // #384
  "040080d2" + // mov x4, #0x0 // #0
  "050080d2" + // mov x5, #0x0 // #0
  "010000d4" + // svc #0x0
  "067c4093" + // sxtw x6, w0
  "a2910091" + // add x2, x13, #0x24
  "e10306aa" + // mov x1, x6
  "830080d2" + // mov x3, #0x4 // #4
  "000880d2" + // mov x0, #0x40 // #64
  "16fdff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e10306aa" + // mov x1, x6
  "020080d2" + // mov x2, #0x0 // #0
  "200780d2" + // mov x0, #0x39 // #57
  "040080d2" + // mov x4, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "10fdff97" + // bl 40011c <syscall6.constprop.0.isra.0>
  "e0ef41b9" + // ldr w0, [sp, #492]
  "e1030daa" + // mov x1, x13
  "e09302b9" + // str w0, [sp, #656]
  "02028052" + // mov w2, #0x10 // #16
  "20008052" + // mov w0, #0x1 // #1
  "e0e701b9" + // str w0, [sp, #484]
  "000f8052" + // mov w0, #0x78 // #120
  "e03f0a39" + // strb w0, [sp, #655]
  "80008052" + // mov w0, #0x4 // #4
  "e08b02b9" + // str w0, [sp, #648]
  "203840b9" + // ldr w0, [x1, #56]
  "42040071" + // subs w2, w2, #0x1
  "21200091" + // add x1, x1, #0x8
  "e003202a" + // mvn w0, w0
  "007c1f53" + // lsr w0, w0, #31
  "203400b9" + // str w0, [x1, #52]
  "41ffff54" + // b.ne 400d08 <start+0x7f0> // b.any
  "e0030daa" + // mov x0, x13
  "e4fcff97" + // bl 4000b8 <deliver>
  "c6ffff17" + // b 400c44 <start+0x72c>
  "6c6f67006c6f672e310066742d646f63" + // "log\u0000log.1\u0000ft-doc"
  "6b65722d6d6f6e0066006578697400" + // "ker-mon\u0000f\u0000exit\u0000"
    "",
  "hex",
);
