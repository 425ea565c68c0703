// door.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const door = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000360100000000000036010000000000000100000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "4889e7" + // mov %rsp,%rdi
  "4883e4f0" + // and $0xfffffffffffffff0,%rsp
  "e800000000" + // call 4000bc <start>
  "4157" + // push %r15
  "4156" + // push %r14
  "4155" + // push %r13
  "4154" + // push %r12
  "55" + // push %rbp
  "53" + // push %rbx
  "488b07" + // mov (%rdi),%rax
  "488d5f08" + // lea 0x8(%rdi),%rbx
  "4889dd" + // mov %rbx,%rbp
  "488d44c710" + // lea 0x10(%rdi,%rax,8),%rax
  "48894424e0" + // mov %rax,-0x20(%rsp)
  "488b5500" + // mov 0x0(%rbp),%rdx
  "4883c508" + // add $0x8,%rbp
  "4885d2" + // test %rdx,%rdx
  "0f84de000000" + // je 4001c9 <start+0x10d>
  "803a00" + // cmpb $0x0,(%rdx)
  "75ea" + // jne 4000da <start+0x1e>
  "bf03000000" + // mov $0x3,%edi
  "be02000000" + // mov $0x2,%esi
  "ba01000000" + // mov $0x1,%edx
  "41bc48000000" + // mov $0x48,%r12d
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e0" + // mov %r12,%rax
  "0f05" + // syscall
  "4189c5" + // mov %eax,%r13d
  "83f8f7" + // cmp $0xfffffff7,%eax
  "7514" + // jne 40012f <start+0x73>
  "48ffc7" + // inc %rdi
  "4881ff01001000" + // cmp $0x100001,%rdi
  "75de" + // jne 400105 <start+0x49>
  "41bc00001000" + // mov $0x100000,%r12d
  "eb03" + // jmp 400132 <start+0x76>
  "4189fc" + // mov %edi,%r12d
  "488d4424fc" + // lea -0x4(%rsp),%rax
  "41be3b000000" + // mov $0x3b,%r14d
  "41bf01000000" + // mov $0x1,%r15d
  "48894424e8" + // mov %rax,-0x18(%rsp)
  "488b3b" + // mov (%rbx),%rdi
  "803f00" + // cmpb $0x0,(%rdi)
  "745a" + // je 4001aa <start+0xee>
  "4489e8" + // mov %r13d,%eax
  "4585ed" + // test %r13d,%r13d
  "7516" + // jne 40016e <start+0xb2>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89f0" + // mov %r14,%rax
  "4889ee" + // mov %rbp,%rsi
  "488b5424e0" + // mov -0x20(%rsp),%rdx
  "0f05" + // syscall
  "894424fc" + // mov %eax,-0x4(%rsp)
  "4963fc" + // movslq %r12d,%rdi
  "488b7424e8" + // mov -0x18(%rsp),%rsi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89f8" + // mov %r15,%rax
  "ba04000000" + // mov $0x4,%edx
  "0f05" + // syscall
  "48ffc7" + // inc %rdi
  "4181fcffff0f00" + // cmp $0xfffff,%r12d
  "7f0b" + // jg 4001a4 <start+0xe8>
  "4883f8f7" + // cmp $0xfffffffffffffff7,%rax
  "7505" + // jne 4001a4 <start+0xe8>
  "41ffc4" + // inc %r12d
  "ebd1" + // jmp 400175 <start+0xb9>
  "4883c308" + // add $0x8,%rbx
  "eb9e" + // jmp 400148 <start+0x8c>
  "bf7f000000" + // mov $0x7f,%edi
  "bbe7000000" + // mov $0xe7,%ebx
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889d8" + // mov %rbx,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebeb" + // jmp 4001b4 <start+0xf8>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b8e7000000" + // mov $0xe7,%eax
  "bf7f000000" + // mov $0x7f,%edi
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "e90affffff" + // jmp 4000f0 <start+0x34>
    "",
  "hex",
);
