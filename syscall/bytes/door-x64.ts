// door.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const door = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b0004000000000000c010000000000000c010000000000000100000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "4889e7" + // mov %rsp,%rdi
  "4883e4f0" + // and $0xfffffffffffffff0,%rsp
  "e800000000" + // call 4000bc <start>
  "4157" + // push %r15
  "4156" + // push %r14
  "4155" + // push %r13
  "4154" + // push %r12
  "55" + // push %rbp
  "488d6f08" + // lea 0x8(%rdi),%rbp
  "53" + // push %rbx
  "488b07" + // mov (%rdi),%rax
  "4989ec" + // mov %rbp,%r12
  "488d44c710" + // lea 0x10(%rdi,%rax,8),%rax
  "48894424e0" + // mov %rax,-0x20(%rsp)
  "498b1424" + // mov (%r12),%rdx
  "4983c408" + // add $0x8,%r12
  "4885d2" + // test %rdx,%rdx
  "0f84b4000000" + // je 40019f <start+0xe3>
  "803a00" + // cmpb $0x0,(%rdx)
  "75ea" + // jne 4000da <start+0x1e>
  "b803000000" + // mov $0x3,%eax
  "be02000000" + // mov $0x2,%esi
  "ba01000000" + // mov $0x1,%edx
  "41be48000000" + // mov $0x48,%r14d
  "4889c3" + // mov %rax,%rbx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89f0" + // mov %r14,%rax
  "4889df" + // mov %rbx,%rdi
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "740d" + // je 40012b <start+0x6f>
  "488d4301" + // lea 0x1(%rbx),%rax
  "4881fb00001000" + // cmp $0x100000,%rbx
  "75da" + // jne 400105 <start+0x49>
  "488d4424fc" + // lea -0x4(%rsp),%rax
  "41bd3b000000" + // mov $0x3b,%r13d
  "41bf04000000" + // mov $0x4,%r15d
  "41be01000000" + // mov $0x1,%r14d
  "48894424e8" + // mov %rax,-0x18(%rsp)
  "488b7d00" + // mov 0x0(%rbp),%rdi
  "803f00" + // cmpb $0x0,(%rdi)
  "7430" + // je 400180 <start+0xc4>
  "488b5424e0" + // mov -0x20(%rsp),%rdx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e8" + // mov %r13,%rax
  "4c89e6" + // mov %r12,%rsi
  "0f05" + // syscall
  "894424fc" + // mov %eax,-0x4(%rsp)
  "488b7424e8" + // mov -0x18(%rsp),%rsi
  "4c89f0" + // mov %r14,%rax
  "4889df" + // mov %rbx,%rdi
  "4c89fa" + // mov %r15,%rdx
  "0f05" + // syscall
  "4883c508" + // add $0x8,%rbp
  "ebc7" + // jmp 400147 <start+0x8b>
  "bf7f000000" + // mov $0x7f,%edi
  "bbe7000000" + // mov $0xe7,%ebx
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889d8" + // mov %rbx,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebeb" + // jmp 40018a <start+0xce>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b8e7000000" + // mov $0xe7,%eax
  "bf7f000000" + // mov $0x7f,%edi
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "e934ffffff" + // jmp 4000f0 <start+0x34>
    "",
  "hex",
);
