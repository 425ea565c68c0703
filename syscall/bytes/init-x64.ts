// init.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const init = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000b600000000000000b6000000000000000100000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "4157" + // push %r15
  "41b93e000000" + // mov $0x3e,%r9d
  "41bfe7000000" + // mov $0xe7,%r15d
  "4156" + // push %r14
  "41be80000000" + // mov $0x80,%r14d
  "4155" + // push %r13
  "4154" + // push %r12
  "41bc01000000" + // mov $0x1,%r12d
  "55" + // push %rbp
  "4883cdff" + // or $0xffffffffffffffff,%rbp
  "53" + // push %rbx
  "bb3d000000" + // mov $0x3d,%ebx
  "488d4424f4" + // lea -0xc(%rsp),%rax
  "4c8d6c24f8" + // lea -0x8(%rsp),%r13
  "48c74424f8ffffffff" + // movq $0xffffffffffffffff,-0x8(%rsp)
  "48894424e8" + // mov %rax,-0x18(%rsp)
  "488b7424e8" + // mov -0x18(%rsp),%rsi
  "4531d2" + // xor %r10d,%r10d
  "4889d8" + // mov %rbx,%rax
  "4889ef" + // mov %rbp,%rdi
  "4c89e2" + // mov %r12,%rdx
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "7e2a" + // jle 400135 <_start+0x85>
  "4883f802" + // cmp $0x2,%rax
  "75e2" + // jne 4000f3 <_start+0x43>
  "8b4424f4" + // mov -0xc(%rsp),%eax
  "0fb6fc" + // movzbl %ah,%edi
  "83e07f" + // and $0x7f,%eax
  "7406" + // je 400123 <_start+0x73>
  "8db880000000" + // lea 0x80(%rax),%edi
  "31d2" + // xor %edx,%edx
  "4863ff" + // movslq %edi,%rdi
  "4531d2" + // xor %r10d,%r10d
  "4c89f8" + // mov %r15,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebbe" + // jmp 4000f3 <_start+0x43>
  "31d2" + // xor %edx,%edx
  "41ba08000000" + // mov $0x8,%r10d
  "4c89f0" + // mov %r14,%rax
  "4c89ef" + // mov %r13,%rdi
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "4989c0" + // mov %rax,%r8
  "4885c0" + // test %rax,%rax
  "7ea3" + // jle 4000f3 <_start+0x43>
  "4883f811" + // cmp $0x11,%rax
  "749d" + // je 4000f3 <_start+0x43>
  "4531d2" + // xor %r10d,%r10d
  "4c89c8" + // mov %r9,%rax
  "bf02000000" + // mov $0x2,%edi
  "4c89c6" + // mov %r8,%rsi
  "ebcb" + // jmp 400131 <_start+0x81>
    "",
  "hex",
);
