// init.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const init = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000cd00000000000000cd000000000000000100000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "4157" + // push %r15
  "31d2" + // xor %edx,%edx
  "41ba08000000" + // mov $0x8,%r10d
  "4156" + // push %r14
  "4889d7" + // mov %rdx,%rdi
  "4155" + // push %r13
  "4154" + // push %r12
  "55" + // push %rbp
  "53" + // push %rbx
  "48c74424f8ffffffff" + // movq $0xffffffffffffffff,-0x8(%rsp)
  "488d4424f8" + // lea -0x8(%rsp),%rax
  "48894424e8" + // mov %rax,-0x18(%rsp)
  "b80e000000" + // mov $0xe,%eax
  "488b7424e8" + // mov -0x18(%rsp),%rsi
  "0f05" + // syscall
  "4983ccff" + // or $0xffffffffffffffff,%r12
  "488d6c24f4" + // lea -0xc(%rsp),%rbp
  "41bd01000000" + // mov $0x1,%r13d
  "bb3d000000" + // mov $0x3d,%ebx
  "41be80000000" + // mov $0x80,%r14d
  "41b93e000000" + // mov $0x3e,%r9d
  "41bfe7000000" + // mov $0xe7,%r15d
  "4531d2" + // xor %r10d,%r10d
  "4889d8" + // mov %rbx,%rax
  "4c89e7" + // mov %r12,%rdi
  "4889ee" + // mov %rbp,%rsi
  "4c89ea" + // mov %r13,%rdx
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "7e2a" + // jle 40014a <_start+0x9a>
  "4883f802" + // cmp $0x2,%rax
  "75e4" + // jne 40010a <_start+0x5a>
  "8b4424f4" + // mov -0xc(%rsp),%eax
  "0fb6fc" + // movzbl %ah,%edi
  "83e07f" + // and $0x7f,%eax
  "7406" + // je 400138 <_start+0x88>
  "8db880000000" + // lea 0x80(%rax),%edi
  "31d2" + // xor %edx,%edx
  "4863ff" + // movslq %edi,%rdi
  "4531d2" + // xor %r10d,%r10d
  "4c89f8" + // mov %r15,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebc0" + // jmp 40010a <_start+0x5a>
  "31d2" + // xor %edx,%edx
  "488b7c24e8" + // mov -0x18(%rsp),%rdi
  "41ba08000000" + // mov $0x8,%r10d
  "4c89f0" + // mov %r14,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "4989c0" + // mov %rax,%r8
  "4885c0" + // test %rax,%rax
  "7ea3" + // jle 40010a <_start+0x5a>
  "4883f811" + // cmp $0x11,%rax
  "749d" + // je 40010a <_start+0x5a>
  "4531d2" + // xor %r10d,%r10d
  "4c89c8" + // mov %r9,%rax
  "bf02000000" + // mov $0x2,%edi
  "4c89c6" + // mov %r8,%rsi
  "ebc9" + // jmp 400146 <_start+0x96>
    "",
  "hex",
);
