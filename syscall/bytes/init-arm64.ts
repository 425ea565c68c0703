// init.c for arm64, compiled with gcc (Debian 12.2.0-14) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const init = Buffer.from(
  "7f454c460201010000000000000000000200b70001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000e400000000000000e4000000000000000400000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "ff4300d1" + // sub sp, sp, #0x10
  "00008092" + // mov x0, #0xffffffffffffffff // #-1
  "881580d2" + // mov x8, #0xac // #172
  "010080d2" + // mov x1, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "030080d2" + // mov x3, #0x0 // #0
  "e00700f9" + // str x0, [sp, #8]
  "000080d2" + // mov x0, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f0400f1" + // cmp x0, #0x1
  "e5230091" + // add x5, sp, #0x8
  "e40300aa" + // mov x4, x0
  "e6179f1a" + // cset w6, eq // eq = none
  "e81080d2" + // mov x8, #0x87 // #135
  "000080d2" + // mov x0, #0x0 // #0
  "e10305aa" + // mov x1, x5
  "030180d2" + // mov x3, #0x8 // #8
  "010000d4" + // svc #0x0
  "e7130091" + // add x7, sp, #0x4
  "e10307aa" + // mov x1, x7
  "882080d2" + // mov x8, #0x104 // #260
  "00008092" + // mov x0, #0xffffffffffffffff // #-1
  "220080d2" + // mov x2, #0x1 // #1
  "030080d2" + // mov x3, #0x0 // #0
  "010000d4" + // svc #0x0
  "1f0000f1" + // cmp x0, #0x0
  "2c020054" + // b.gt 40015c <_start+0xac>
  "e00305aa" + // mov x0, x5
  "281180d2" + // mov x8, #0x89 // #137
  "010080d2" + // mov x1, #0x0 // #0
  "020080d2" + // mov x2, #0x0 // #0
  "030180d2" + // mov x3, #0x8 // #8
  "010000d4" + // svc #0x0
  "1f0000f1" + // cmp x0, #0x0
  "e10300aa" + // mov x1, x0
  "c4c8407a" + // ccmp w6, #0x0, #0x4, gt
  "e0fdff54" + // b.eq 4000fc <_start+0x4c> // b.none
  "1f4400f1" + // cmp x0, #0x11
  "a0fdff54" + // b.eq 4000fc <_start+0x4c> // b.none
  "281080d2" + // mov x8, #0x81 // #129
  "400080d2" + // mov x0, #0x2 // #2
  "030080d2" + // mov x3, #0x0 // #0
  "0d000014" + // b 40018c <_start+0xdc>
  "1f0800f1" + // cmp x0, #0x2
  "801841fa" + // ccmp x4, #0x1, #0x0, ne // ne = any
  "c0fcff54" + // b.eq 4000fc <_start+0x4c> // b.none
  "e10740b9" + // ldr w1, [sp, #4]
  "c80b80d2" + // mov x8, #0x5e // #94
  "20180072" + // ands w0, w1, #0x7f
  "02000211" + // add w2, w0, #0x80
  "213c48d3" + // ubfx x1, x1, #8, #8
  "2100821a" + // csel w1, w1, w2, eq // eq = none
  "020080d2" + // mov x2, #0x0 // #0
  "207c4093" + // sxtw x0, w1
  "010080d2" + // mov x1, #0x0 // #0
  "010000d4" + // svc #0x0
  "dbffff17" + // b 4000fc <_start+0x4c>
    "",
  "hex",
);
