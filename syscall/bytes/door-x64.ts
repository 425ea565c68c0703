// door.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const door = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000490100000000000049010000000000000100000000000000" + // Elf64_Phdr
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
  "4889eb" + // mov %rbp,%rbx
  "488d44c710" + // lea 0x10(%rdi,%rax,8),%rax
  "48894424e0" + // mov %rax,-0x20(%rsp)
  "488b13" + // mov (%rbx),%rdx
  "4883c308" + // add $0x8,%rbx
  "4885d2" + // test %rdx,%rdx
  "0f84f2000000" + // je 4001dc <start+0x120>
  "803a00" + // cmpb $0x0,(%rdx)
  "75eb" + // jne 4000da <start+0x1e>
  "bf03000000" + // mov $0x3,%edi
  "be02000000" + // mov $0x2,%esi
  "ba01000000" + // mov $0x1,%edx
  "41bd48000000" + // mov $0x48,%r13d
  "4989fe" + // mov %rdi,%r14
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e8" + // mov %r13,%rax
  "0f05" + // syscall
  "894424fc" + // mov %eax,-0x4(%rsp)
  "48ffc7" + // inc %rdi
  "83f8f7" + // cmp $0xfffffff7,%eax
  "74e3" + // je 400104 <start+0x48>
  "85c0" + // test %eax,%eax
  "7440" + // je 400165 <start+0xa9>
  "bf03000000" + // mov $0x3,%edi
  "488d7424fc" + // lea -0x4(%rsp),%rsi
  "ba04000000" + // mov $0x4,%edx
  "41bd01000000" + // mov $0x1,%r13d
  "4989fe" + // mov %rdi,%r14
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e8" + // mov %r13,%rax
  "0f05" + // syscall
  "48ffc7" + // inc %rdi
  "4883f8f7" + // cmp $0xfffffffffffffff7,%rax
  "74e6" + // je 40013a <start+0x7e>
  "31d2" + // xor %edx,%edx
  "b8e7000000" + // mov $0xe7,%eax
  "bf7f000000" + // mov $0x7f,%edi
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "488d4424fc" + // lea -0x4(%rsp),%rax
  "41bc3b000000" + // mov $0x3b,%r12d
  "4d63f6" + // movslq %r14d,%r14
  "41bf04000000" + // mov $0x4,%r15d
  "48894424e8" + // mov %rax,-0x18(%rsp)
  "41bd01000000" + // mov $0x1,%r13d
  "488b7d00" + // mov 0x0(%rbp),%rdi
  "803f00" + // cmpb $0x0,(%rdi)
  "7430" + // je 4001bd <start+0x101>
  "488b5424e0" + // mov -0x20(%rsp),%rdx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e0" + // mov %r12,%rax
  "4889de" + // mov %rbx,%rsi
  "0f05" + // syscall
  "894424fc" + // mov %eax,-0x4(%rsp)
  "488b7424e8" + // mov -0x18(%rsp),%rsi
  "4c89e8" + // mov %r13,%rax
  "4c89f7" + // mov %r14,%rdi
  "4c89fa" + // mov %r15,%rdx
  "0f05" + // syscall
  "4883c508" + // add $0x8,%rbp
  "ebc7" + // jmp 400184 <start+0xc8>
  "bf7f000000" + // mov $0x7f,%edi
  "bbe7000000" + // mov $0xe7,%ebx
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889d8" + // mov %rbx,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebeb" + // jmp 4001c7 <start+0x10b>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b8e7000000" + // mov $0xe7,%eax
  "bf7f000000" + // mov $0x7f,%edi
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "e9f6feffff" + // jmp 4000ef <start+0x33>
    "",
  "hex",
);
