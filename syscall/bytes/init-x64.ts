// init.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const init = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000f900000000000000f9000000000000000100000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "4157" + // push %r15
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "b827000000" + // mov $0x27,%eax
  "4156" + // push %r14
  "4889d7" + // mov %rdx,%rdi
  "4889d6" + // mov %rdx,%rsi
  "4155" + // push %r13
  "4154" + // push %r12
  "55" + // push %rbp
  "53" + // push %rbx
  "48c74424f8ffffffff" + // movq $0xffffffffffffffff,-0x8(%rsp)
  "0f05" + // syscall
  "4989c1" + // mov %rax,%r9
  "48ffc8" + // dec %rax
  "488d4424f8" + // lea -0x8(%rsp),%rax
  "41ba08000000" + // mov $0x8,%r10d
  "48894424e0" + // mov %rax,-0x20(%rsp)
  "400f94c5" + // sete %bpl
  "b80e000000" + // mov $0xe,%eax
  "488b7424e0" + // mov -0x20(%rsp),%rsi
  "0f05" + // syscall
  "488d4424f4" + // lea -0xc(%rsp),%rax
  "41be01000000" + // mov $0x1,%r14d
  "bb3e000000" + // mov $0x3e,%ebx
  "41bc3d000000" + // mov $0x3d,%r12d
  "48894424e8" + // mov %rax,-0x18(%rsp)
  "41bd80000000" + // mov $0x80,%r13d
  "41bfe7000000" + // mov $0xe7,%r15d
  "488b7424e8" + // mov -0x18(%rsp),%rsi
  "4531d2" + // xor %r10d,%r10d
  "4c89e0" + // mov %r12,%rax
  "4883cfff" + // or $0xffffffffffffffff,%rdi
  "4c89f2" + // mov %r14,%rdx
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "7e30" + // jle 40016b <_start+0xbb>
  "4883f802" + // cmp $0x2,%rax
  "7406" + // je 400147 <_start+0x97>
  "4983f901" + // cmp $0x1,%r9
  "74db" + // je 400122 <_start+0x72>
  "8b4424f4" + // mov -0xc(%rsp),%eax
  "0fb6fc" + // movzbl %ah,%edi
  "83e07f" + // and $0x7f,%eax
  "7406" + // je 400159 <_start+0xa9>
  "8db880000000" + // lea 0x80(%rax),%edi
  "31d2" + // xor %edx,%edx
  "4863ff" + // movslq %edi,%rdi
  "4531d2" + // xor %r10d,%r10d
  "4c89f8" + // mov %r15,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebb7" + // jmp 400122 <_start+0x72>
  "31d2" + // xor %edx,%edx
  "488b7c24e0" + // mov -0x20(%rsp),%rdi
  "41ba08000000" + // mov $0x8,%r10d
  "4c89e8" + // mov %r13,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "4989c0" + // mov %rax,%r8
  "0f9fc1" + // setg %cl
  "4883f811" + // cmp $0x11,%rax
  "0f95c0" + // setne %al
  "84c1" + // test %al,%cl
  "748e" + // je 400122 <_start+0x72>
  "4084ed" + // test %bpl,%bpl
  "7489" + // je 400122 <_start+0x72>
  "4531d2" + // xor %r10d,%r10d
  "4889d8" + // mov %rbx,%rax
  "bf02000000" + // mov $0x2,%edi
  "4c89c6" + // mov %r8,%rsi
  "ebbe" + // jmp 400167 <_start+0xb7>
    "",
  "hex",
);
