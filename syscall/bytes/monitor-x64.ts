// monitor.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const monitor = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000470d000000000000470d0000000000000100000000000000" + // Elf64_Phdr
  "51e5746406000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000" + // Elf64_Phdr
  "4889e7" + // mov %rsp,%rdi
  "4883e4f0" + // and $0xfffffffffffffff0,%rsp
  "e8c4030000" + // call 400480 <start>
  "4155" + // push %r13
  "41ba80010000" + // mov $0x180,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4154" + // push %r12
  "b801010000" + // mov $0x101,%eax
  "ba42040800" + // mov $0x80442,%edx
  "488d35fb0c0000" + // lea 0xcfb(%rip),%rsi # 400dd8 <start+0x958>
  "55" + // push %rbp
  "53" + // push %rbx
  "4889fb" + // mov %rdi,%rbx
  "bf06000000" + // mov $0x6,%edi
  "0f05" + // syscall
  "bd08000000" + // mov $0x8,%ebp
  "894314" + // mov %eax,0x14(%rbx)
  "4863f8" + // movslq %eax,%rdi
  "4531d2" + // xor %r10d,%r10d
  "31f6" + // xor %esi,%esi
  "ba02000000" + // mov $0x2,%edx
  "4889e8" + // mov %rbp,%rax
  "0f05" + // syscall
  "ba10000000" + // mov $0x10,%edx
  "4889c5" + // mov %rax,%rbp
  "4c8d6424f0" + // lea -0x10(%rsp),%r12
  "41bd11000000" + // mov $0x11,%r13d
  "4c895328" + // mov %r10,0x28(%rbx)
  "48637b14" + // movslq 0x14(%rbx),%rdi
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e8" + // mov %r13,%rax
  "4c89e6" + // mov %r12,%rsi
  "0f05" + // syscall
  "4883f810" + // cmp $0x10,%rax
  "488b7328" + // mov 0x28(%rbx),%rsi
  "750e" + // jne 400144 <open_log+0x88>
  "8b4424f8" + // mov -0x8(%rsp),%eax
  "4c8d543010" + // lea 0x10(%rax,%rsi,1),%r10
  "4939ea" + // cmp %rbp,%r10
  "7ed2" + // jle 400116 <open_log+0x5a>
  "48637b14" + // movslq 0x14(%rbx),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b84d000000" + // mov $0x4d,%eax
  "31d2" + // xor %edx,%edx
  "0f05" + // syscall
  "5b" + // pop %rbx
  "5d" + // pop %rbp
  "415c" + // pop %r12
  "415d" + // pop %r13
  "c3" + // ret
  "4156" + // push %r14
  "488db7c7000000" + // lea 0xc7(%rdi),%rsi
  "41be2c000000" + // mov $0x2c,%r14d
  "4155" + // push %r13
  "4c8dafb8000000" + // lea 0xb8(%rdi),%r13
  "4154" + // push %r12
  "4531e4" + // xor %r12d,%r12d
  "55" + // push %rbp
  "4889fd" + // mov %rdi,%rbp
  "53" + // push %rbx
  "488d5f38" + // lea 0x38(%rdi),%rbx
  "4c39eb" + // cmp %r13,%rbx
  "7439" + // je 4001c5 <deliver+0x64>
  "837b0400" + // cmpl $0x0,0x4(%rbx)
  "742d" + // je 4001bf <deliver+0x5e>
  "8b85c0000000" + // mov 0xc0(%rbp),%eax
  "48633b" + // movslq (%rbx),%rdi
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "41ba40400000" + // mov $0x4040,%r10d
  "8d5001" + // lea 0x1(%rax),%edx
  "4c89f0" + // mov %r14,%rax
  "0f05" + // syscall
  "4883f8f5" + // cmp $0xfffffffffffffff5,%rax
  "0f94c0" + // sete %al
  "0fb6c0" + // movzbl %al,%eax
  "894304" + // mov %eax,0x4(%rbx)
  "4109c4" + // or %eax,%r12d
  "4883c308" + // add $0x8,%rbx
  "ebc2" + // jmp 400187 <deliver+0x26>
  "5b" + // pop %rbx
  "4489e0" + // mov %r12d,%eax
  "5d" + // pop %rbp
  "415c" + // pop %r12
  "415d" + // pop %r13
  "415e" + // pop %r14
  "c3" + // ret
  "4156" + // push %r14
  "4155" + // push %r13
  "4154" + // push %r12
  "55" + // push %rbp
  "53" + // push %rbx
  "4889fb" + // mov %rdi,%rbx
  "4883ec10" + // sub $0x10,%rsp
  "48633e" + // movslq (%rsi),%rdi
  "85ff" + // test %edi,%edi
  "787c" + // js 400263 <forward+0x92>
  "4531ed" + // xor %r13d,%r13d
  "4989f4" + // mov %rsi,%r12
  "4189d6" + // mov %edx,%r14d
  "4531d2" + // xor %r10d,%r10d
  "488db3c8000000" + // lea 0xc8(%rbx),%rsi
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e8" + // mov %r13,%rax
  "ba00400000" + // mov $0x4000,%edx
  "0f05" + // syscall
  "4889c5" + // mov %rax,%rbp
  "4883f8f5" + // cmp $0xfffffffffffffff5,%rax
  "7450" + // je 400263 <forward+0x92>
  "4883f8fc" + // cmp $0xfffffffffffffffc,%rax
  "744a" + // je 400263 <forward+0x92>
  "4883f8fb" + // cmp $0xfffffffffffffffb,%rax
  "750e" + // jne 40022d <forward+0x5c>
  "833b00" + // cmpl $0x0,(%rbx)
  "740e" + // je 400232 <forward+0x61>
  "c7432001000000" + // movl $0x1,0x20(%rbx)
  "eb36" + // jmp 400263 <forward+0x92>
  "4885c0" + // test %rax,%rax
  "7f38" + // jg 40026a <forward+0x99>
  "31d2" + // xor %edx,%edx
  "49633c24" + // movslq (%r12),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "418b0424" + // mov (%r12),%eax
  "394304" + // cmp %eax,0x4(%rbx)
  "7507" + // jne 40025b <forward+0x8a>
  "c74304ffffffff" + // movl $0xffffffff,0x4(%rbx)
  "41c70424ffffffff" + // movl $0xffffffff,(%r12)
  "31c0" + // xor %eax,%eax
  "e94a010000" + // jmp 4003b4 <forward+0x1e3>
  "4889e6" + // mov %rsp,%rsi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b8e4000000" + // mov $0xe4,%eax
  "4c89ef" + // mov %r13,%rdi
  "4c89ea" + // mov %r13,%rdx
  "0f05" + // syscall
  "0f57c0" + // xorps %xmm0,%xmm0
  "4869042400ca9a3b" + // imul $0x3b9aca00,(%rsp),%rax
  "4803442408" + // add 0x8(%rsp),%rax
  "4189ec" + // mov %ebp,%r12d
  "0f1183b8000000" + // movups %xmm0,0xb8(%rbx)
  "4983c410" + // add $0x10,%r12
  "488983b8000000" + // mov %rax,0xb8(%rbx)
  "488b4328" + // mov 0x28(%rbx),%rax
  "89abc0000000" + // mov %ebp,0xc0(%rbx)
  "4488b3c4000000" + // mov %r14b,0xc4(%rbx)
  "4885c0" + // test %rax,%rax
  "7e61" + // jle 40031f <forward+0x14e>
  "4c01e0" + // add %r12,%rax
  "483b4330" + // cmp 0x30(%rbx),%rax
  "7e58" + // jle 40031f <forward+0x14e>
  "ba06000000" + // mov $0x6,%edx
  "4c8d15090b0000" + // lea 0xb09(%rip),%r10 # 400ddc <start+0x95c>
  "b808010000" + // mov $0x108,%eax
  "488d35f90a0000" + // lea 0xaf9(%rip),%rsi # 400dd8 <start+0x958>
  "4889d7" + // mov %rdx,%rdi
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "7914" + // jns 4002fd <forward+0x12c>
  "48637b14" + // movslq 0x14(%rbx),%rdi
  "4531d2" + // xor %r10d,%r10d
  "b84d000000" + // mov $0x4d,%eax
  "4c89ee" + // mov %r13,%rsi
  "4c89ea" + // mov %r13,%rdx
  "0f05" + // syscall
  "31d2" + // xor %edx,%edx
  "48637b14" + // movslq 0x14(%rbx),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "c74314ffffffff" + // movl $0xffffffff,0x14(%rbx)
  "eb06" + // jmp 400325 <forward+0x154>
  "837b1400" + // cmpl $0x0,0x14(%rbx)
  "7908" + // jns 40032d <forward+0x15c>
  "4889df" + // mov %rbx,%rdi
  "e88ffdffff" + // call 4000bc <open_log>
  "48637b14" + // movslq 0x14(%rbx),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "488db3b8000000" + // lea 0xb8(%rbx),%rsi
  "b801000000" + // mov $0x1,%eax
  "4c89e2" + // mov %r12,%rdx
  "0f05" + // syscall
  "4939c4" + // cmp %rax,%r12
  "7506" + // jne 400356 <forward+0x185>
  "4c016328" + // add %r12,0x28(%rbx)
  "eb1a" + // jmp 400370 <forward+0x19f>
  "488b7328" + // mov 0x28(%rbx),%rsi
  "48637b14" + // movslq 0x14(%rbx),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b84d000000" + // mov $0x4d,%eax
  "31d2" + // xor %edx,%edx
  "0f05" + // syscall
  "41fece" + // dec %r14b
  "b865000000" + // mov $0x65,%eax
  "ba6f000000" + // mov $0x6f,%edx
  "89abc0000000" + // mov %ebp,0xc0(%rbx)
  "0f44c2" + // cmove %edx,%eax
  "8883c7000000" + // mov %al,0xc7(%rbx)
  "31c0" + // xor %eax,%eax
  "8b540338" + // mov 0x38(%rbx,%rax,1),%edx
  "f7d2" + // not %edx
  "c1ea1f" + // shr $0x1f,%edx
  "8954033c" + // mov %edx,0x3c(%rbx,%rax,1)
  "4883c008" + // add $0x8,%rax
  "483d80000000" + // cmp $0x80,%rax
  "75e7" + // jne 40038e <forward+0x1bd>
  "4889df" + // mov %rbx,%rdi
  "e8b2fdffff" + // call 400161 <deliver>
  "b801000000" + // mov $0x1,%eax
  "4883c410" + // add $0x10,%rsp
  "5b" + // pop %rbx
  "5d" + // pop %rbp
  "415c" + // pop %r12
  "415d" + // pop %r13
  "415e" + // pop %r14
  "c3" + // ret
  "4154" + // push %r12
  "55" + // push %rbp
  "53" + // push %rbx
  "837f0400" + // cmpl $0x0,0x4(%rdi)
  "4889fb" + // mov %rdi,%rbx
  "790c" + // jns 4003da <type+0x19>
  "8b87cc400000" + // mov 0x40cc(%rdi),%eax
  "8987c8400000" + // mov %eax,0x40c8(%rdi)
  "488dabd0400000" + // lea 0x40d0(%rbx),%rbp
  "41bc01000000" + // mov $0x1,%r12d
  "4863b3c8400000" + // movslq 0x40c8(%rbx),%rsi
  "8b93cc400000" + // mov 0x40cc(%rbx),%edx
  "39d6" + // cmp %edx,%esi
  "7d5d" + // jge 400455 <type+0x94>
  "29f2" + // sub %esi,%edx
  "48637b04" + // movslq 0x4(%rbx),%rdi
  "4801ee" + // add %rbp,%rsi
  "4531d2" + // xor %r10d,%r10d
  "4863d2" + // movslq %edx,%rdx
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4c89e0" + // mov %r12,%rax
  "0f05" + // syscall
  "4883f8f5" + // cmp $0xfffffffffffffff5,%rax
  "743d" + // je 400455 <type+0x94>
  "4883f8fc" + // cmp $0xfffffffffffffffc,%rax
  "7437" + // je 400455 <type+0x94>
  "4885c0" + // test %rax,%rax
  "792a" + // jns 40044d <type+0x8c>
  "833b00" + // cmpl $0x0,(%rbx)
  "7510" + // jne 400438 <type+0x77>
  "31d2" + // xor %edx,%edx
  "48637b04" + // movslq 0x4(%rbx),%rdi
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "8b83cc400000" + // mov 0x40cc(%rbx),%eax
  "c74304ffffffff" + // movl $0xffffffff,0x4(%rbx)
  "8983c8400000" + // mov %eax,0x40c8(%rbx)
  "eb08" + // jmp 400455 <type+0x94>
  "0183c8400000" + // add %eax,0x40c8(%rbx)
  "eb92" + // jmp 4003e7 <type+0x26>
  "5b" + // pop %rbx
  "5d" + // pop %rbp
  "415c" + // pop %r12
  "c3" + // ret
  "31d2" + // xor %edx,%edx
  "53" + // push %rbx
  "4531d2" + // xor %r10d,%r10d
  "4889fb" + // mov %rdi,%rbx
  "4531c0" + // xor %r8d,%r8d
  "48633f" + // movslq (%rdi),%rdi
  "4531c9" + // xor %r9d,%r9d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "b8ffffffff" + // mov $0xffffffff,%eax
  "488903" + // mov %rax,(%rbx)
  "5b" + // pop %rbx
  "c3" + // ret
  "4157" + // push %r15
  "b908000000" + // mov $0x8,%ecx
  "4531c0" + // xor %r8d,%r8d
  "4531d2" + // xor %r10d,%r10d
  "4156" + // push %r14
  "4989fe" + // mov %rdi,%r14
  "4531c9" + // xor %r9d,%r9d
  "488d3546090000" + // lea 0x946(%rip),%rsi # 400de2 <start+0x962>
  "4155" + // push %r13
  "4154" + // push %r12
  "4531e4" + // xor %r12d,%r12d
  "55" + // push %rbp
  "53" + // push %rbx
  "4881eca8820000" + // sub $0x82a8,%rsp
  "488b07" + // mov (%rdi),%rax
  "4c89442448" + // mov %r8,0x48(%rsp)
  "4531c0" + // xor %r8d,%r8d
  "48c744246001000000" + // movq $0x1,0x60(%rsp)
  "488d44c710" + // lea 0x10(%rdi,%rax,8),%rax
  "31ff" + // xor %edi,%edi
  "4889442420" + // mov %rax,0x20(%rsp)
  "4489e0" + // mov %r12d,%eax
  "48897c2468" + // mov %rdi,0x68(%rsp)
  "48897c2470" + // mov %rdi,0x70(%rsp)
  "48897c2478" + // mov %rdi,0x78(%rsp)
  "488dbc2480000000" + // lea 0x80(%rsp),%rdi
  "f3ab" + // rep stos %eax,%es:(%rdi)
  "b89d000000" + // mov $0x9d,%eax
  "48c744244000000100" + // movq $0x10000,0x40(%rsp)
  "bf0f000000" + // mov $0xf,%edi
  "4889cb" + // mov %rcx,%rbx
  "4889ca" + // mov %rcx,%rdx
  "0f05" + // syscall
  "bd0d000000" + // mov $0xd,%ebp
  "488d742460" + // lea 0x60(%rsp),%rsi
  "41ba08000000" + // mov $0x8,%r10d
  "4889e8" + // mov %rbp,%rax
  "4889ef" + // mov %rbp,%rdi
  "0f05" + // syscall
  "bf19000000" + // mov $0x19,%edi
  "4889e8" + // mov %rbp,%rax
  "0f05" + // syscall
  "41bd11000000" + // mov $0x11,%r13d
  "488d842480000000" + // lea 0x80(%rsp),%rax
  "4889442408" + // mov %rax,0x8(%rsp)
  "4c89ef" + // mov %r13,%rdi
  "488b742408" + // mov 0x8(%rsp),%rsi
  "4889e8" + // mov %rbp,%rax
  "0f05" + // syscall
  "bd0e000000" + // mov $0xe,%ebp
  "488d742440" + // lea 0x40(%rsp),%rsi
  "4889df" + // mov %rbx,%rdi
  "4889e8" + // mov %rbp,%rax
  "0f05" + // syscall
  "41ba00080800" + // mov $0x80800,%r10d
  "b821010000" + // mov $0x121,%eax
  "4883cfff" + // or $0xffffffffffffffff,%rdi
  "ba08000000" + // mov $0x8,%edx
  "0f05" + // syscall
  "4531d2" + // xor %r10d,%r10d
  "898424d8010000" + // mov %eax,0x1d8(%rsp)
  "4889df" + // mov %rbx,%rdi
  "4889de" + // mov %rbx,%rsi
  "b827000000" + // mov $0x27,%eax
  "4889da" + // mov %rbx,%rdx
  "0f05" + // syscall
  "4989c7" + // mov %rax,%r15
  "4c89ee" + // mov %r13,%rsi
  "b83e000000" + // mov $0x3e,%eax
  "4c89ff" + // mov %r15,%rdi
  "0f05" + // syscall
  "498b4610" + // mov 0x10(%r14),%rax
  "41bd04000000" + // mov $0x4,%r13d
  "803831" + // cmpb $0x31,(%rax)
  "0f94c0" + // sete %al
  "0fb6c0" + // movzbl %al,%eax
  "898424c8010000" + // mov %eax,0x1c8(%rsp)
  "0f85c8000000" + // jne 40067f <start+0x1ff>
  "4489e0" + // mov %r12d,%eax
  "b906000000" + // mov $0x6,%ecx
  "488dbc24a0000000" + // lea 0xa0(%rsp),%rdi
  "48c744245801000000" + // movq $0x1,0x58(%rsp)
  "f3ab" + // rep stos %eax,%es:(%rdi)
  "488d44243f" + // lea 0x3f(%rsp),%rax
  "4889e9" + // mov %rbp,%rcx
  "bd04000000" + // mov $0x4,%ebp
  "4889442450" + // mov %rax,0x50(%rsp)
  "4489e0" + // mov %r12d,%eax
  "488dbc2420010000" + // lea 0x120(%rsp),%rdi
  "488db42420010000" + // lea 0x120(%rsp),%rsi
  "f3ab" + // rep stos %eax,%es:(%rdi)
  "488d442450" + // lea 0x50(%rsp),%rax
  "ba00000040" + // mov $0x40000000,%edx
  "4889ef" + // mov %rbp,%rdi
  "4889842430010000" + // mov %rax,0x130(%rsp)
  "488d8424a0000000" + // lea 0xa0(%rsp),%rax
  "4889842440010000" + // mov %rax,0x140(%rsp)
  "b82f000000" + // mov $0x2f,%eax
  "c78424b0000000ffffffff" + // movl $0xffffffff,0xb0(%rsp)
  "48c784243801000001000000" + // movq $0x1,0x138(%rsp)
  "48c784244801000018000000" + // movq $0x18,0x148(%rsp)
  "0f05" + // syscall
  "b824010000" + // mov $0x124,%eax
  "4863bc24b0000000" + // movslq 0xb0(%rsp),%rdi
  "ba00000800" + // mov $0x80000,%edx
  "4889ee" + // mov %rbp,%rsi
  "0f05" + // syscall
  "48c1f83f" + // sar $0x3f,%rax
  "4863bc24b0000000" + // movslq 0xb0(%rsp),%rdi
  "4889de" + // mov %rbx,%rsi
  "4889da" + // mov %rbx,%rdx
  "4989c5" + // mov %rax,%r13
  "b803000000" + // mov $0x3,%eax
  "4183cd04" + // or $0x4,%r13d
  "0f05" + // syscall
  "498b4618" + // mov 0x18(%r14),%rax
  "4489ac24d0010000" + // mov %r13d,0x1d0(%rsp)
  "c78424d401000005000000" + // movl $0x5,0x1d4(%rsp)
  "803831" + // cmpb $0x31,(%rax)
  "7513" + // jne 4006ae <start+0x22e>
  "83bc24c801000000" + // cmpl $0x0,0x1c8(%rsp)
  "b803000000" + // mov $0x3,%eax
  "440f44e8" + // cmove %eax,%r13d
  "eb04" + // jmp 4006b2 <start+0x232>
  "4183cdff" + // or $0xffffffff,%r13d
  "4489ac24cc010000" + // mov %r13d,0x1cc(%rsp)
  "498b4e20" + // mov 0x20(%r14),%rcx
  "31c0" + // xor %eax,%eax
  "480fbe11" + // movsbq (%rcx),%rdx
  "84d2" + // test %dl,%dl
  "740e" + // je 4006d6 <start+0x256>
  "486bc00a" + // imul $0xa,%rax,%rax
  "48ffc1" + // inc %rcx
  "488d4410d0" + // lea -0x30(%rax,%rdx,1),%rax
  "ebea" + // jmp 4006c0 <start+0x240>
  "48d1e8" + // shr %rax
  "31f6" + // xor %esi,%esi
  "4c8da424c8010000" + // lea 0x1c8(%rsp),%r12
  "48898424f8010000" + // mov %rax,0x1f8(%rsp)
  "b8ff000000" + // mov $0xff,%eax
  "48c1e028" + // shl $0x28,%rax
  "4889b42490420000" + // mov %rsi,0x4290(%rsp)
  "4889b424e0010000" + // mov %rsi,0x1e0(%rsp)
  "48898424e8010000" + // mov %rax,0x1e8(%rsp)
  "488d842448020000" + // lea 0x248(%rsp),%rax
  "4889442418" + // mov %rax,0x18(%rsp)
  "4c89e0" + // mov %r12,%rax
  "31c9" + // xor %ecx,%ecx
  "c74038ffffffff" + // movl $0xffffffff,0x38(%rax)
  "4883c008" + // add $0x8,%rax
  "894834" + // mov %ecx,0x34(%rax)
  "488b4c2418" + // mov 0x18(%rsp),%rcx
  "4839c8" + // cmp %rcx,%rax
  "75e6" + // jne 40071c <start+0x29c>
  "bf03000000" + // mov $0x3,%edi
  "bd02000000" + // mov $0x2,%ebp
  "bb48000000" + // mov $0x48,%ebx
  "41bd04000000" + // mov $0x4,%r13d
  "41bf00080000" + // mov $0x800,%r15d
  "4883ff06" + // cmp $0x6,%rdi
  "7437" + // je 40078e <start+0x30e>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889d8" + // mov %rbx,%rax
  "4889ee" + // mov %rbp,%rsi
  "ba01000000" + // mov $0x1,%edx
  "0f05" + // syscall
  "4889d8" + // mov %rbx,%rax
  "4c89ee" + // mov %r13,%rsi
  "4c89fa" + // mov %r15,%rdx
  "0f05" + // syscall
  "48ffc7" + // inc %rdi
  "4883ff08" + // cmp $0x8,%rdi
  "75d0" + // jne 400751 <start+0x2d1>
  "4c89e7" + // mov %r12,%rdi
  "e833f9ffff" + // call 4000bc <open_log>
  "e96a010000" + // jmp 4008f8 <start+0x478>
  "bf07000000" + // mov $0x7,%edi
  "ebc2" + // jmp 400757 <start+0x2d7>
  "4889df" + // mov %rbx,%rdi
  "e8c4f9ffff" + // call 400161 <deliver>
  "448b8424e0010000" + // mov 0x1e0(%rsp),%r8d
  "8b9424d8010000" + // mov 0x1d8(%rsp),%edx
  "c784242401000001000000" + // movl $0x1,0x124(%rsp)
  "8bac2490420000" + // mov 0x4290(%rsp),%ebp
  "8b9c2494420000" + // mov 0x4294(%rsp),%ebx
  "c784242c01000001000000" + // movl $0x1,0x12c(%rsp)
  "4183f801" + // cmp $0x1,%r8d
  "89942420010000" + // mov %edx,0x120(%rsp)
  "19d2" + // sbb %edx,%edx
  "83e208" + // and $0x8,%edx
  "ffca" + // dec %edx
  "89942428010000" + // mov %edx,0x128(%rsp)
  "83caff" + // or $0xffffffff,%edx
  "39dd" + // cmp %ebx,%ebp
  "7d07" + // jge 4007f7 <start+0x377>
  "8b9424cc010000" + // mov 0x1cc(%rsp),%edx
  "89942430010000" + // mov %edx,0x130(%rsp)
  "8bb424e8010000" + // mov 0x1e8(%rsp),%esi
  "c784243401000004000000" + // movl $0x4,0x134(%rsp)
  "85c0" + // test %eax,%eax
  "0f84fb000000" + // je 400913 <start+0x493>
  "48b8ffffffff01000000" + // movabs $0x1ffffffff,%rax
  "4889842438010000" + // mov %rax,0x138(%rsp)
  "83c8ff" + // or $0xffffffff,%eax
  "c784244401000001000000" + // movl $0x1,0x144(%rsp)
  "4c8d8c24a0010000" + // lea 0x1a0(%rsp),%r9
  "4c89e1" + // mov %r12,%rcx
  "89842440010000" + // mov %eax,0x140(%rsp)
  "488d842420010000" + // lea 0x120(%rsp),%rax
  "4889c7" + // mov %rax,%rdi
  "31d2" + // xor %edx,%edx
  "83793c00" + // cmpl $0x0,0x3c(%rcx)
  "66c7402e0000" + // movw $0x0,0x2e(%rax)
  "0f95c2" + // setne %dl
  "4531d2" + // xor %r10d,%r10d
  "c1e202" + // shl $0x2,%edx
  "39dd" + // cmp %ebx,%ebp
  "410f9dc2" + // setge %r10b
  "4883c008" + // add $0x8,%rax
  "4883c108" + // add $0x8,%rcx
  "4409d2" + // or %r10d,%edx
  "448b5130" + // mov 0x30(%rcx),%r10d
  "66895024" + // mov %dx,0x24(%rax)
  "44895020" + // mov %r10d,0x20(%rax)
  "4c39c8" + // cmp %r9,%rax
  "75c9" + // jne 400855 <start+0x3d5>
  "4585c0" + // test %r8d,%r8d
  "0f85aa000000" + // jne 40093f <start+0x4bf>
  "31d2" + // xor %edx,%edx
  "4889542450" + // mov %rdx,0x50(%rsp)
  "85f6" + // test %esi,%esi
  "0f85aa000000" + // jne 40094e <start+0x4ce>
  "31c0" + // xor %eax,%eax
  "31d2" + // xor %edx,%edx
  "41bf0f010000" + // mov $0x10f,%r15d
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889442458" + // mov %rax,0x58(%rsp)
  "be15000000" + // mov $0x15,%esi
  "4c89f8" + // mov %r15,%rax
  "0f05" + // syscall
  "4989c7" + // mov %rax,%r15
  "31c0" + // xor %eax,%eax
  "898424e8010000" + // mov %eax,0x1e8(%rsp)
  "4d85ff" + // test %r15,%r15
  "0f8982000000" + // jns 40095d <start+0x4dd>
  "488d9c24c8010000" + // lea 0x1c8(%rsp),%rbx
  "83bc24e001000000" + // cmpl $0x0,0x1e0(%rsp)
  "8b8424e4010000" + // mov 0x1e4(%rsp),%eax
  "0f8569030000" + // jne 400c61 <start+0x7e1>
  "83bc24e401000000" + // cmpl $0x0,0x1e4(%rsp)
  "488d9c24c8010000" + // lea 0x1c8(%rsp),%rbx
  "0f8544040000" + // jne 400d52 <start+0x8d2>
  "e982feffff" + // jmp 400795 <start+0x315>
  "83c8ff" + // or $0xffffffff,%eax
  "85f6" + // test %esi,%esi
  "7507" + // jne 400921 <start+0x4a1>
  "8b8424d0010000" + // mov 0x1d0(%rsp),%eax
  "89842438010000" + // mov %eax,0x138(%rsp)
  "8b8424d4010000" + // mov 0x1d4(%rsp),%eax
  "c784243c01000001000000" + // movl $0x1,0x13c(%rsp)
  "e9eefeffff" + // jmp 40082d <start+0x3ad>
  "48c74424500a000000" + // movq $0xa,0x50(%rsp)
  "31c0" + // xor %eax,%eax
  "85f6" + // test %esi,%esi
  "7405" + // je 400953 <start+0x4d3>
  "b800e1f505" + // mov $0x5f5e100,%eax
  "488d542450" + // lea 0x50(%rsp),%rdx
  "e94bffffff" + // jmp 4008a8 <start+0x428>
  "39dd" + // cmp %ebx,%ebp
  "4c8dac2416010000" + // lea 0x116(%rsp),%r13
  "bb38000000" + // mov $0x38,%ebx
  "0f9c44242f" + // setl 0x2f(%rsp)
  "4a8d0423" + // lea (%rbx,%r12,1),%rax
  "4889442410" + // mov %rax,0x10(%rsp)
  "66418b441d00" + // mov 0x0(%r13,%rbx,1),%ax
  "83e0fb" + // and $0xfffffffb,%eax
  "4d85ff" + // test %r15,%r15
  "7514" + // jne 40099c <start+0x51c>
  "83bc24e001000000" + // cmpl $0x0,0x1e0(%rsp)
  "740a" + // je 40099c <start+0x51c>
  "83bc1ccc01000000" + // cmpl $0x0,0x1cc(%rsp,%rbx,1)
  "757d" + // jne 400a19 <start+0x599>
  "6685c0" + // test %ax,%ax
  "0f8462010000" + // je 400b07 <start+0x687>
  "807c242f00" + // cmpb $0x0,0x2f(%rsp)
  "756d" + // jne 400a19 <start+0x599>
  "6685c0" + // test %ax,%ax
  "0f8452010000" + // je 400b07 <start+0x687>
  "8b842494420000" + // mov 0x4294(%rsp),%eax
  "39842490420000" + // cmp %eax,0x4290(%rsp)
  "0f853e010000" + // jne 400b07 <start+0x687>
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b82d000000" + // mov $0x2d,%eax
  "ba01400000" + // mov $0x4001,%edx
  "4863bc1cc8010000" + // movslq 0x1c8(%rsp,%rbx,1),%rdi
  "488db42498420000" + // lea 0x4298(%rsp),%rsi
  "41ba40000000" + // mov $0x40,%r10d
  "0f05" + // syscall
  "4883f8f5" + // cmp $0xfffffffffffffff5,%rax
  "4889c5" + // mov %rax,%rbp
  "0f94c2" + // sete %dl
  "4883f8fc" + // cmp $0xfffffffffffffffc,%rax
  "0f94c1" + // sete %cl
  "08ca" + // or %cl,%dl
  "0f85fd000000" + // jne 400b07 <start+0x687>
  "4883f898" + // cmp $0xffffffffffffff98,%rax
  "0f84f3000000" + // je 400b07 <start+0x687>
  "4885c0" + // test %rax,%rax
  "7f0f" + // jg 400a28 <start+0x5a8>
  "488b7c2410" + // mov 0x10(%rsp),%rdi
  "e837faffff" + // call 40045a <close_client>
  "e9df000000" + // jmp 400b07 <start+0x687>
  "80bc249842000077" + // cmpb $0x77,0x4298(%rsp)
  "7539" + // jne 400a6b <start+0x5eb>
  "4883f808" + // cmp $0x8,%rax
  "7e33" + // jle 400a6b <start+0x5eb>
  "83bc24c801000000" + // cmpl $0x0,0x1c8(%rsp)
  "0f8487000000" + // je 400acd <start+0x64d>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b810000000" + // mov $0x10,%eax
  "488d942499420000" + // lea 0x4299(%rsp),%rdx
  "4863bc24d0010000" + // movslq 0x1d0(%rsp),%rdi
  "be14540000" + // mov $0x5414,%esi
  "0f05" + // syscall
  "80bc249842000071" + // cmpb $0x71,0x4298(%rsp)
  "7558" + // jne 400acd <start+0x64d>
  "83bc24c801000000" + // cmpl $0x0,0x1c8(%rsp)
  "755a" + // jne 400ad9 <start+0x659>
  "4863bc24cc010000" + // movslq 0x1cc(%rsp),%rdi
  "85ff" + // test %edi,%edi
  "7842" + // js 400acd <start+0x64d>
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "8b842494420000" + // mov 0x4294(%rsp),%eax
  "80bc249842000071" + // cmpb $0x71,0x4298(%rsp)
  "c78424cc010000ffffffff" + // movl $0xffffffff,0x1cc(%rsp)
  "89842490420000" + // mov %eax,0x4290(%rsp)
  "750a" + // jne 400acd <start+0x64d>
  "83bc24c801000000" + // cmpl $0x0,0x1c8(%rsp)
  "750c" + // jne 400ad9 <start+0x659>
  "80bc249842000069" + // cmpb $0x69,0x4298(%rsp)
  "7530" + // jne 400b07 <start+0x687>
  "eb0f" + // jmp 400ae8 <start+0x668>
  "66c78424984200006904" + // movw $0x469,0x4298(%rsp)
  "bd02000000" + // mov $0x2,%ebp
  "488dbc24c8010000" + // lea 0x1c8(%rsp),%rdi
  "89ac2494420000" + // mov %ebp,0x4294(%rsp)
  "c784249042000001000000" + // movl $0x1,0x4290(%rsp)
  "e8baf8ffff" + // call 4003c1 <type>
  "4883c308" + // add $0x8,%rbx
  "4881fbb8000000" + // cmp $0xb8,%rbx
  "0f8559feffff" + // jne 400971 <start+0x4f1>
  "6683bc242e01000000" + // cmpw $0x0,0x12e(%rsp)
  "488d9c24c8010000" + // lea 0x1c8(%rsp),%rbx
  "746f" + // je 400b9a <start+0x71a>
  "31d2" + // xor %edx,%edx
  "41ba00000800" + // mov $0x80000,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b820010000" + // mov $0x120,%eax
  "bf07000000" + // mov $0x7,%edi
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "89c1" + // mov %eax,%ecx
  "f7d1" + // not %ecx
  "89ce" + // mov %ecx,%esi
  "2374d338" + // and 0x38(%rbx,%rdx,8),%esi
  "783c" + // js 400b90 <start+0x710>
  "48ffc2" + // inc %rdx
  "4883fa10" + // cmp $0x10,%rdx
  "75ef" + // jne 400b4c <start+0x6cc>
  "4863f8" + // movslq %eax,%rdi
  "41ba40400000" + // mov $0x4040,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b82c000000" + // mov $0x2c,%eax
  "488d3578020000" + // lea 0x278(%rip),%rsi # 400df0 <start+0x970>
  "ba01000000" + // mov $0x1,%edx
  "0f05" + // syscall
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "eb0a" + // jmp 400b9a <start+0x71a>
  "4863d2" + // movslq %edx,%rdx
  "8984d400020000" + // mov %eax,0x200(%rsp,%rdx,8)
  "6683bc243601000000" + // cmpw $0x0,0x136(%rsp)
  "7408" + // je 400bad <start+0x72d>
  "4889df" + // mov %rbx,%rdi
  "e814f8ffff" + // call 4003c1 <type>
  "6683bc243e01000000" + // cmpw $0x0,0x13e(%rsp)
  "7415" + // je 400bcd <start+0x74d>
  "488db424d0010000" + // lea 0x1d0(%rsp),%rsi
  "ba01000000" + // mov $0x1,%edx
  "4889df" + // mov %rbx,%rdi
  "e804f6ffff" + // call 4001d1 <forward>
  "6683bc244601000000" + // cmpw $0x0,0x146(%rsp)
  "7421" + // je 400bf9 <start+0x779>
  "4889df" + // mov %rbx,%rdi
  "e881f5ffff" + // call 400161 <deliver>
  "85c0" + // test %eax,%eax
  "7515" + // jne 400bf9 <start+0x779>
  "488db424d4010000" + // lea 0x1d4(%rsp),%rsi
  "ba02000000" + // mov $0x2,%edx
  "4889df" + // mov %rbx,%rdi
  "e8d8f5ffff" + // call 4001d1 <forward>
  "6683bc242601000000" + // cmpw $0x0,0x126(%rsp)
  "0f84d3fcffff" + // je 4008db <start+0x45b>
  "4863bc24d8010000" + // movslq 0x1d8(%rsp),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "31c0" + // xor %eax,%eax
  "488db424a0000000" + // lea 0xa0(%rsp),%rsi
  "4531c9" + // xor %r9d,%r9d
  "ba80000000" + // mov $0x80,%edx
  "0f05" + // syscall
  "b83d000000" + // mov $0x3d,%eax
  "488db424ec010000" + // lea 0x1ec(%rsp),%rsi
  "4883cfff" + // or $0xffffffffffffffff,%rdi
  "ba01000000" + // mov $0x1,%edx
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "7f0a" + // jg 400c51 <start+0x7d1>
  "4883f8f6" + // cmp $0xfffffffffffffff6,%rax
  "0f858afcffff" + // jne 4008db <start+0x45b>
  "c78424e001000001000000" + // movl $0x1,0x1e0(%rsp)
  "e97afcffff" + // jmp 4008db <start+0x45b>
  "85c0" + // test %eax,%eax
  "0f858ffcffff" + // jne 4008f8 <start+0x478>
  "4889df" + // mov %rbx,%rdi
  "e8f0f4ffff" + // call 400161 <deliver>
  "85c0" + // test %eax,%eax
  "0f857ffcffff" + // jne 4008f8 <start+0x478>
  "488db424d0010000" + // lea 0x1d0(%rsp),%rsi
  "ba01000000" + // mov $0x1,%edx
  "4889df" + // mov %rbx,%rdi
  "e843f5ffff" + // call 4001d1 <forward>
  "85c0" + // test %eax,%eax
  "0f854dfcffff" + // jne 4008e3 <start+0x463>
  "488db424d4010000" + // lea 0x1d4(%rsp),%rsi
  "ba02000000" + // mov $0x2,%edx
  "4889df" + // mov %rbx,%rdi
  "e826f5ffff" + // call 4001d1 <forward>
  "85c0" + // test %eax,%eax
  "0f8530fcffff" + // jne 4008e3 <start+0x463>
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b801010000" + // mov $0x101,%eax
  "bf06000000" + // mov $0x6,%edi
  "41ba80010000" + // mov $0x180,%r10d
  "488d3522010000" + // lea 0x122(%rip),%rsi # 400df2 <start+0x972>
  "ba41020800" + // mov $0x80241,%edx
  "0f05" + // syscall
  "4531d2" + // xor %r10d,%r10d
  "4863f8" + // movslq %eax,%rdi
  "488db424ec010000" + // lea 0x1ec(%rsp),%rsi
  "b801000000" + // mov $0x1,%eax
  "ba04000000" + // mov $0x4,%edx
  "0f05" + // syscall
  "31d2" + // xor %edx,%edx
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "8b8424ec010000" + // mov 0x1ec(%rsp),%eax
  "c78424e401000001000000" + // movl $0x1,0x1e4(%rsp)
  "c684248f02000078" + // movb $0x78,0x28f(%rsp)
  "c784248802000004000000" + // movl $0x4,0x288(%rsp)
  "89842490020000" + // mov %eax,0x290(%rsp)
  "4c89e0" + // mov %r12,%rax
  "8b5038" + // mov 0x38(%rax),%edx
  "488b4c2418" + // mov 0x18(%rsp),%rcx
  "4883c008" + // add $0x8,%rax
  "f7d2" + // not %edx
  "c1ea1f" + // shr $0x1f,%edx
  "895034" + // mov %edx,0x34(%rax)
  "4839c8" + // cmp %rcx,%rax
  "75e7" + // jne 400d2c <start+0x8ac>
  "4889df" + // mov %rbx,%rdi
  "e814f4ffff" + // call 400161 <deliver>
  "e991fbffff" + // jmp 4008e3 <start+0x463>
  "4889df" + // mov %rbx,%rdi
  "e807f4ffff" + // call 400161 <deliver>
  "85c0" + // test %eax,%eax
  "0f8533faffff" + // jne 400795 <start+0x315>
  "bb0d000000" + // mov $0xd,%ebx
  "41ba08000000" + // mov $0x8,%r10d
  "4531c0" + // xor %r8d,%r8d
  "31d2" + // xor %edx,%edx
  "4531c9" + // xor %r9d,%r9d
  "4889d8" + // mov %rbx,%rax
  "4889df" + // mov %rbx,%rdi
  "488b742408" + // mov 0x8(%rsp),%rsi
  "0f05" + // syscall
  "bf19000000" + // mov $0x19,%edi
  "4889d8" + // mov %rbx,%rax
  "488b742408" + // mov 0x8(%rsp),%rsi
  "0f05" + // syscall
  "b80e000000" + // mov $0xe,%eax
  "488d742448" + // lea 0x48(%rsp),%rsi
  "bf02000000" + // mov $0x2,%edi
  "0f05" + // syscall
  "4531d2" + // xor %r10d,%r10d
  "498d7630" + // lea 0x30(%r14),%rsi
  "498b7e30" + // mov 0x30(%r14),%rdi
  "b83b000000" + // mov $0x3b,%eax
  "488b542420" + // mov 0x20(%rsp),%rdx
  "0f05" + // syscall
  "bf7f000000" + // mov $0x7f,%edi
  "bbe7000000" + // mov $0xe7,%ebx
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889d8" + // mov %rbx,%rax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "ebeb" + // jmp 400dc3 <start+0x943>
  "6c6f67006c6f672e310066742d646f63" + // "log\u0000log.1\u0000ft-doc"
  "6b65722d6d6f6e0066006578697400" + // "ker-mon\u0000f\u0000exit\u0000"
    "",
  "hex",
);
