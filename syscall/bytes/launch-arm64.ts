// launch.c for arm64, compiled with gcc (Debian 12.2.0-14) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const launch = Buffer.from(
  "ffc300d1" + // sub sp, sp, #0x30
  "06200091" + // add x6, x0, #0x8
  "e7030091" + // mov x7, sp
  "c8805ff8" + // ldur x8, [x6, #-8]
  "1f0500b1" + // cmn x8, #0x1
  "81000054" + // b.ne 4000d4 <launch+0x24> // b.any
  "000080d2" + // mov x0, #0x0 // #0
  "ffc30091" + // add sp, sp, #0x30
  "c0035fd6" + // ret
  "c21840f9" + // ldr x2, [x6, #48]
  "000080d2" + // mov x0, #0x0 // #0
  "c17860f8" + // ldr x1, [x6, x0, lsl #3]
  "4328c09a" + // asr x3, x2, x0
  "43000036" + // tbz w3, #0, 4000ec <launch+0x3c>
  "210040f9" + // ldr x1, [x1]
  "e17820f8" + // str x1, [x7, x0, lsl #3]
  "00040091" + // add x0, x0, #0x1
  "1f1800f1" + // cmp x0, #0x6
  "21ffff54" + // b.ne 4000dc <launch+0x2c> // b.any
  "e00740a9" + // ldp x0, x1, [sp]
  "e20f41a9" + // ldp x2, x3, [sp, #16]
  "e41742a9" + // ldp x4, x5, [sp, #32]
  "c91c40f9" + // ldr x9, [x6, #56]
  "010000d4" + // svc #0x0
  "200100b5" + // cbnz x0, 400134 <launch+0x84>
  "3f017ff2" + // tst x9, #0x2
  "e0000054" + // b.eq 400134 <launch+0x84> // b.none
  "e00302aa" + // mov x0, x2
  "e4ffff97" + // bl 4000b0 <launch>
  "e00f80d2" + // mov x0, #0x7f // #127
  "c80b80d2" + // mov x8, #0x5e // #94
  "010000d4" + // svc #0x0
  "00000000" + // udf #0
  "c02000f9" + // str x0, [x6, #64]
  "6000f8b6" + // tbz x0, #63, 400144 <launch+0x94>
  "c11c40f9" + // ldr x1, [x6, #56]
  "61fc0736" + // tbz w1, #0, 4000cc <launch+0x1c>
  "c6400191" + // add x6, x6, #0x50
  "ddffff17" + // b 4000bc <launch+0xc>
    "",
  "hex",
);
