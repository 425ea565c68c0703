// monitor.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const monitor = Buffer.from(
  "7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000000000000000000000000000400038000200000000000000" + // Elf64_Ehdr
  "0100000005000000b000000000000000b000400000000000b000400000000000e40c000000000000e40c0000000000000100000000000000" + // Elf64_Phdr
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
  "488d359a0c0000" + // lea 0xc9a(%rip),%rsi # 400d77 <start+0x8f7>
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
  "4c8d15a80a0000" + // lea 0xaa8(%rip),%r10 # 400d7b <start+0x8fb>
  "b808010000" + // mov $0x108,%eax
  "488d35980a0000" + // lea 0xa98(%rip),%rsi # 400d77 <start+0x8f7>
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
  "4531c9" + // xor %r9d,%r9d
  "488d35e8080000" + // lea 0x8e8(%rip),%rsi # 400d81 <start+0x901>
  "4155" + // push %r13
  "4531ed" + // xor %r13d,%r13d
  "4154" + // push %r12
  "55" + // push %rbp
  "53" + // push %rbx
  "4889fb" + // mov %rdi,%rbx
  "4881ec98820000" + // sub $0x8298,%rsp
  "488b07" + // mov (%rdi),%rax
  "4c89442438" + // mov %r8,0x38(%rsp)
  "4531c0" + // xor %r8d,%r8d
  "48c744245001000000" + // movq $0x1,0x50(%rsp)
  "488d44c710" + // lea 0x10(%rdi,%rax,8),%rax
  "31ff" + // xor %edi,%edi
  "4889442410" + // mov %rax,0x10(%rsp)
  "4489e8" + // mov %r13d,%eax
  "48897c2458" + // mov %rdi,0x58(%rsp)
  "48897c2460" + // mov %rdi,0x60(%rsp)
  "48897c2468" + // mov %rdi,0x68(%rsp)
  "488d7c2470" + // lea 0x70(%rsp),%rdi
  "f3ab" + // rep stos %eax,%es:(%rdi)
  "b89d000000" + // mov $0x9d,%eax
  "48c744243000000100" + // movq $0x10000,0x30(%rsp)
  "bf0f000000" + // mov $0xf,%edi
  "4889cd" + // mov %rcx,%rbp
  "4889ca" + // mov %rcx,%rdx
  "0f05" + // syscall
  "b80d000000" + // mov $0xd,%eax
  "488d742450" + // lea 0x50(%rsp),%rsi
  "41ba08000000" + // mov $0x8,%r10d
  "4889c7" + // mov %rax,%rdi
  "0f05" + // syscall
  "41bc0e000000" + // mov $0xe,%r12d
  "488d742430" + // lea 0x30(%rsp),%rsi
  "4889ef" + // mov %rbp,%rdi
  "4c89e0" + // mov %r12,%rax
  "0f05" + // syscall
  "41ba00080800" + // mov $0x80800,%r10d
  "b821010000" + // mov $0x121,%eax
  "4883cfff" + // or $0xffffffffffffffff,%rdi
  "ba08000000" + // mov $0x8,%edx
  "0f05" + // syscall
  "4531d2" + // xor %r10d,%r10d
  "898424c8010000" + // mov %eax,0x1c8(%rsp)
  "4889ef" + // mov %rbp,%rdi
  "4889ee" + // mov %rbp,%rsi
  "b827000000" + // mov $0x27,%eax
  "4889ea" + // mov %rbp,%rdx
  "0f05" + // syscall
  "4989c6" + // mov %rax,%r14
  "be11000000" + // mov $0x11,%esi
  "b83e000000" + // mov $0x3e,%eax
  "4c89f7" + // mov %r14,%rdi
  "0f05" + // syscall
  "488b4310" + // mov 0x10(%rbx),%rax
  "41be04000000" + // mov $0x4,%r14d
  "803831" + // cmpb $0x31,(%rax)
  "0f94c0" + // sete %al
  "0fb6c0" + // movzbl %al,%eax
  "898424b8010000" + // mov %eax,0x1b8(%rsp)
  "0f85c9000000" + // jne 400653 <start+0x1d3>
  "4489e8" + // mov %r13d,%eax
  "b906000000" + // mov $0x6,%ecx
  "488dbc2490000000" + // lea 0x90(%rsp),%rdi
  "48c744244801000000" + // movq $0x1,0x48(%rsp)
  "f3ab" + // rep stos %eax,%es:(%rdi)
  "488d44242f" + // lea 0x2f(%rsp),%rax
  "4c89e1" + // mov %r12,%rcx
  "41bc04000000" + // mov $0x4,%r12d
  "4889442440" + // mov %rax,0x40(%rsp)
  "4489e8" + // mov %r13d,%eax
  "488dbc2410010000" + // lea 0x110(%rsp),%rdi
  "488db42410010000" + // lea 0x110(%rsp),%rsi
  "f3ab" + // rep stos %eax,%es:(%rdi)
  "488d442440" + // lea 0x40(%rsp),%rax
  "ba00000040" + // mov $0x40000000,%edx
  "4c89e7" + // mov %r12,%rdi
  "4889842420010000" + // mov %rax,0x120(%rsp)
  "488d842490000000" + // lea 0x90(%rsp),%rax
  "4889842430010000" + // mov %rax,0x130(%rsp)
  "b82f000000" + // mov $0x2f,%eax
  "c78424a0000000ffffffff" + // movl $0xffffffff,0xa0(%rsp)
  "48c784242801000001000000" + // movq $0x1,0x128(%rsp)
  "48c784243801000018000000" + // movq $0x18,0x138(%rsp)
  "0f05" + // syscall
  "b824010000" + // mov $0x124,%eax
  "4863bc24a0000000" + // movslq 0xa0(%rsp),%rdi
  "ba00000800" + // mov $0x80000,%edx
  "4c89e6" + // mov %r12,%rsi
  "0f05" + // syscall
  "48c1f83f" + // sar $0x3f,%rax
  "4863bc24a0000000" + // movslq 0xa0(%rsp),%rdi
  "4889ee" + // mov %rbp,%rsi
  "4889ea" + // mov %rbp,%rdx
  "4189c6" + // mov %eax,%r14d
  "b803000000" + // mov $0x3,%eax
  "4183ce04" + // or $0x4,%r14d
  "0f05" + // syscall
  "488b4318" + // mov 0x18(%rbx),%rax
  "4489b424c0010000" + // mov %r14d,0x1c0(%rsp)
  "c78424c401000005000000" + // movl $0x5,0x1c4(%rsp)
  "803831" + // cmpb $0x31,(%rax)
  "7513" + // jne 400682 <start+0x202>
  "83bc24b801000000" + // cmpl $0x0,0x1b8(%rsp)
  "b803000000" + // mov $0x3,%eax
  "440f44f0" + // cmove %eax,%r14d
  "eb04" + // jmp 400686 <start+0x206>
  "4183ceff" + // or $0xffffffff,%r14d
  "4489b424bc010000" + // mov %r14d,0x1bc(%rsp)
  "488b4b20" + // mov 0x20(%rbx),%rcx
  "31c0" + // xor %eax,%eax
  "480fbe11" + // movsbq (%rcx),%rdx
  "84d2" + // test %dl,%dl
  "740e" + // je 4006aa <start+0x22a>
  "486bc00a" + // imul $0xa,%rax,%rax
  "48ffc1" + // inc %rcx
  "488d4410d0" + // lea -0x30(%rax,%rdx,1),%rax
  "ebea" + // jmp 400694 <start+0x214>
  "31f6" + // xor %esi,%esi
  "48d1e8" + // shr %rax
  "4c8dac24b8010000" + // lea 0x1b8(%rsp),%r13
  "4889b42480420000" + // mov %rsi,0x4280(%rsp)
  "4889b424d0010000" + // mov %rsi,0x1d0(%rsp)
  "4889b424d8010000" + // mov %rsi,0x1d8(%rsp)
  "48898424e8010000" + // mov %rax,0x1e8(%rsp)
  "488d842438020000" + // lea 0x238(%rsp),%rax
  "4889442408" + // mov %rax,0x8(%rsp)
  "4c89e8" + // mov %r13,%rax
  "31c9" + // xor %ecx,%ecx
  "c74038ffffffff" + // movl $0xffffffff,0x38(%rax)
  "4883c008" + // add $0x8,%rax
  "894834" + // mov %ecx,0x34(%rax)
  "488b4c2408" + // mov 0x8(%rsp),%rcx
  "4839c8" + // cmp %rcx,%rax
  "75e6" + // jne 4006e7 <start+0x267>
  "bf03000000" + // mov $0x3,%edi
  "41bc02000000" + // mov $0x2,%r12d
  "bd48000000" + // mov $0x48,%ebp
  "41be04000000" + // mov $0x4,%r14d
  "41bf00080000" + // mov $0x800,%r15d
  "4883ff06" + // cmp $0x6,%rdi
  "7437" + // je 40075a <start+0x2da>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889e8" + // mov %rbp,%rax
  "4c89e6" + // mov %r12,%rsi
  "ba01000000" + // mov $0x1,%edx
  "0f05" + // syscall
  "4889e8" + // mov %rbp,%rax
  "4c89f6" + // mov %r14,%rsi
  "4c89fa" + // mov %r15,%rdx
  "0f05" + // syscall
  "48ffc7" + // inc %rdi
  "4883ff08" + // cmp $0x8,%rdi
  "75d0" + // jne 40071d <start+0x29d>
  "4c89ef" + // mov %r13,%rdi
  "e867f9ffff" + // call 4000bc <open_log>
  "e96d010000" + // jmp 4008c7 <start+0x447>
  "bf07000000" + // mov $0x7,%edi
  "ebc2" + // jmp 400723 <start+0x2a3>
  "4889ef" + // mov %rbp,%rdi
  "e8f8f9ffff" + // call 400161 <deliver>
  "448b8424d0010000" + // mov 0x1d0(%rsp),%r8d
  "8b9424c8010000" + // mov 0x1c8(%rsp),%edx
  "c784241401000001000000" + // movl $0x1,0x114(%rsp)
  "448ba42480420000" + // mov 0x4280(%rsp),%r12d
  "8bac2484420000" + // mov 0x4284(%rsp),%ebp
  "c784241c01000001000000" + // movl $0x1,0x11c(%rsp)
  "4183f801" + // cmp $0x1,%r8d
  "89942410010000" + // mov %edx,0x110(%rsp)
  "19d2" + // sbb %edx,%edx
  "83e208" + // and $0x8,%edx
  "ffca" + // dec %edx
  "89942418010000" + // mov %edx,0x118(%rsp)
  "83caff" + // or $0xffffffff,%edx
  "4139ec" + // cmp %ebp,%r12d
  "7d07" + // jge 4007c5 <start+0x345>
  "8b9424bc010000" + // mov 0x1bc(%rsp),%edx
  "89942420010000" + // mov %edx,0x120(%rsp)
  "8bb424d8010000" + // mov 0x1d8(%rsp),%esi
  "c784242401000004000000" + // movl $0x4,0x124(%rsp)
  "85c0" + // test %eax,%eax
  "0f84fc000000" + // je 4008e2 <start+0x462>
  "48b8ffffffff01000000" + // movabs $0x1ffffffff,%rax
  "4889842428010000" + // mov %rax,0x128(%rsp)
  "83c8ff" + // or $0xffffffff,%eax
  "c784243401000001000000" + // movl $0x1,0x134(%rsp)
  "4c8d8c2490010000" + // lea 0x190(%rsp),%r9
  "4c89e9" + // mov %r13,%rcx
  "89842430010000" + // mov %eax,0x130(%rsp)
  "488d842410010000" + // lea 0x110(%rsp),%rax
  "4889c7" + // mov %rax,%rdi
  "31d2" + // xor %edx,%edx
  "83793c00" + // cmpl $0x0,0x3c(%rcx)
  "66c7402e0000" + // movw $0x0,0x2e(%rax)
  "0f95c2" + // setne %dl
  "4531d2" + // xor %r10d,%r10d
  "c1e202" + // shl $0x2,%edx
  "4139ec" + // cmp %ebp,%r12d
  "410f9dc2" + // setge %r10b
  "4883c008" + // add $0x8,%rax
  "4883c108" + // add $0x8,%rcx
  "4409d2" + // or %r10d,%edx
  "448b5130" + // mov 0x30(%rcx),%r10d
  "66895024" + // mov %dx,0x24(%rax)
  "44895020" + // mov %r10d,0x20(%rax)
  "4c39c8" + // cmp %r9,%rax
  "75c8" + // jne 400823 <start+0x3a3>
  "4585c0" + // test %r8d,%r8d
  "0f85aa000000" + // jne 40090e <start+0x48e>
  "31d2" + // xor %edx,%edx
  "4889542440" + // mov %rdx,0x40(%rsp)
  "85f6" + // test %esi,%esi
  "0f85aa000000" + // jne 40091d <start+0x49d>
  "31c0" + // xor %eax,%eax
  "31d2" + // xor %edx,%edx
  "41bf0f010000" + // mov $0x10f,%r15d
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "4889442448" + // mov %rax,0x48(%rsp)
  "be15000000" + // mov $0x15,%esi
  "4c89f8" + // mov %r15,%rax
  "0f05" + // syscall
  "4989c7" + // mov %rax,%r15
  "31c0" + // xor %eax,%eax
  "898424d8010000" + // mov %eax,0x1d8(%rsp)
  "4d85ff" + // test %r15,%r15
  "0f8982000000" + // jns 40092c <start+0x4ac>
  "488dac24b8010000" + // lea 0x1b8(%rsp),%rbp
  "83bc24d001000000" + // cmpl $0x0,0x1d0(%rsp)
  "8b8424d4010000" + // mov 0x1d4(%rsp),%eax
  "0f854b030000" + // jne 400c12 <start+0x792>
  "83bc24d401000000" + // cmpl $0x0,0x1d4(%rsp)
  "488dac24b8010000" + // lea 0x1b8(%rsp),%rbp
  "0f8526040000" + // jne 400d03 <start+0x883>
  "e97ffeffff" + // jmp 400761 <start+0x2e1>
  "83c8ff" + // or $0xffffffff,%eax
  "85f6" + // test %esi,%esi
  "7507" + // jne 4008f0 <start+0x470>
  "8b8424c0010000" + // mov 0x1c0(%rsp),%eax
  "89842428010000" + // mov %eax,0x128(%rsp)
  "8b8424c4010000" + // mov 0x1c4(%rsp),%eax
  "c784242c01000001000000" + // movl $0x1,0x12c(%rsp)
  "e9edfeffff" + // jmp 4007fb <start+0x37b>
  "48c74424400a000000" + // movq $0xa,0x40(%rsp)
  "31c0" + // xor %eax,%eax
  "85f6" + // test %esi,%esi
  "7405" + // je 400922 <start+0x4a2>
  "b800e1f505" + // mov $0x5f5e100,%eax
  "488d542440" + // lea 0x40(%rsp),%rdx
  "e94bffffff" + // jmp 400877 <start+0x3f7>
  "4139ec" + // cmp %ebp,%r12d
  "4c8db42406010000" + // lea 0x106(%rsp),%r14
  "bd38000000" + // mov $0x38,%ebp
  "0f9c44241f" + // setl 0x1f(%rsp)
  "4a8d442d00" + // lea 0x0(%rbp,%r13,1),%rax
  "48890424" + // mov %rax,(%rsp)
  "66418b042e" + // mov (%r14,%rbp,1),%ax
  "83e0fb" + // and $0xfffffffb,%eax
  "4d85ff" + // test %r15,%r15
  "7514" + // jne 40096b <start+0x4eb>
  "83bc24d001000000" + // cmpl $0x0,0x1d0(%rsp)
  "740a" + // je 40096b <start+0x4eb>
  "83bc2cbc01000000" + // cmpl $0x0,0x1bc(%rsp,%rbp,1)
  "757d" + // jne 4009e8 <start+0x568>
  "6685c0" + // test %ax,%ax
  "0f8463010000" + // je 400ad7 <start+0x657>
  "807c241f00" + // cmpb $0x0,0x1f(%rsp)
  "756d" + // jne 4009e8 <start+0x568>
  "6685c0" + // test %ax,%ax
  "0f8453010000" + // je 400ad7 <start+0x657>
  "8b842484420000" + // mov 0x4284(%rsp),%eax
  "39842480420000" + // cmp %eax,0x4280(%rsp)
  "0f853f010000" + // jne 400ad7 <start+0x657>
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b82d000000" + // mov $0x2d,%eax
  "ba01400000" + // mov $0x4001,%edx
  "4863bc2cb8010000" + // movslq 0x1b8(%rsp,%rbp,1),%rdi
  "488db42488420000" + // lea 0x4288(%rsp),%rsi
  "41ba40000000" + // mov $0x40,%r10d
  "0f05" + // syscall
  "4883f8f5" + // cmp $0xfffffffffffffff5,%rax
  "4989c4" + // mov %rax,%r12
  "0f94c2" + // sete %dl
  "4883f8fc" + // cmp $0xfffffffffffffffc,%rax
  "0f94c1" + // sete %cl
  "08ca" + // or %cl,%dl
  "0f85fe000000" + // jne 400ad7 <start+0x657>
  "4883f898" + // cmp $0xffffffffffffff98,%rax
  "0f84f4000000" + // je 400ad7 <start+0x657>
  "4885c0" + // test %rax,%rax
  "7f0e" + // jg 4009f6 <start+0x576>
  "488b3c24" + // mov (%rsp),%rdi
  "e869faffff" + // call 40045a <close_client>
  "e9e1000000" + // jmp 400ad7 <start+0x657>
  "80bc248842000077" + // cmpb $0x77,0x4288(%rsp)
  "7539" + // jne 400a39 <start+0x5b9>
  "4883f808" + // cmp $0x8,%rax
  "7e33" + // jle 400a39 <start+0x5b9>
  "83bc24b801000000" + // cmpl $0x0,0x1b8(%rsp)
  "0f8487000000" + // je 400a9b <start+0x61b>
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b810000000" + // mov $0x10,%eax
  "488d942489420000" + // lea 0x4289(%rsp),%rdx
  "4863bc24c0010000" + // movslq 0x1c0(%rsp),%rdi
  "be14540000" + // mov $0x5414,%esi
  "0f05" + // syscall
  "80bc248842000071" + // cmpb $0x71,0x4288(%rsp)
  "7558" + // jne 400a9b <start+0x61b>
  "83bc24b801000000" + // cmpl $0x0,0x1b8(%rsp)
  "755a" + // jne 400aa7 <start+0x627>
  "4863bc24bc010000" + // movslq 0x1bc(%rsp),%rdi
  "85ff" + // test %edi,%edi
  "7842" + // js 400a9b <start+0x61b>
  "31d2" + // xor %edx,%edx
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "8b842484420000" + // mov 0x4284(%rsp),%eax
  "80bc248842000071" + // cmpb $0x71,0x4288(%rsp)
  "c78424bc010000ffffffff" + // movl $0xffffffff,0x1bc(%rsp)
  "89842480420000" + // mov %eax,0x4280(%rsp)
  "750a" + // jne 400a9b <start+0x61b>
  "83bc24b801000000" + // cmpl $0x0,0x1b8(%rsp)
  "750c" + // jne 400aa7 <start+0x627>
  "80bc248842000069" + // cmpb $0x69,0x4288(%rsp)
  "7532" + // jne 400ad7 <start+0x657>
  "eb10" + // jmp 400ab7 <start+0x637>
  "66c78424884200006904" + // movw $0x469,0x4288(%rsp)
  "41bc02000000" + // mov $0x2,%r12d
  "488dbc24b8010000" + // lea 0x1b8(%rsp),%rdi
  "4489a42484420000" + // mov %r12d,0x4284(%rsp)
  "c784248042000001000000" + // movl $0x1,0x4280(%rsp)
  "e8eaf8ffff" + // call 4003c1 <type>
  "4883c508" + // add $0x8,%rbp
  "4881fdb8000000" + // cmp $0xb8,%rbp
  "0f8559feffff" + // jne 400941 <start+0x4c1>
  "6683bc241e01000000" + // cmpw $0x0,0x11e(%rsp)
  "488dac24b8010000" + // lea 0x1b8(%rsp),%rbp
  "7456" + // je 400b51 <start+0x6d1>
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
  "2374d538" + // and 0x38(%rbp,%rdx,8),%esi
  "7823" + // js 400b47 <start+0x6c7>
  "48ffc2" + // inc %rdx
  "4883fa10" + // cmp $0x10,%rdx
  "75ef" + // jne 400b1c <start+0x69c>
  "31d2" + // xor %edx,%edx
  "4863f8" + // movslq %eax,%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "eb0a" + // jmp 400b51 <start+0x6d1>
  "4863d2" + // movslq %edx,%rdx
  "8984d4f0010000" + // mov %eax,0x1f0(%rsp,%rdx,8)
  "6683bc242601000000" + // cmpw $0x0,0x126(%rsp)
  "7408" + // je 400b64 <start+0x6e4>
  "4889ef" + // mov %rbp,%rdi
  "e85df8ffff" + // call 4003c1 <type>
  "6683bc242e01000000" + // cmpw $0x0,0x12e(%rsp)
  "7415" + // je 400b84 <start+0x704>
  "488db424c0010000" + // lea 0x1c0(%rsp),%rsi
  "ba01000000" + // mov $0x1,%edx
  "4889ef" + // mov %rbp,%rdi
  "e84df6ffff" + // call 4001d1 <forward>
  "6683bc243601000000" + // cmpw $0x0,0x136(%rsp)
  "7421" + // je 400bb0 <start+0x730>
  "4889ef" + // mov %rbp,%rdi
  "e8caf5ffff" + // call 400161 <deliver>
  "85c0" + // test %eax,%eax
  "7515" + // jne 400bb0 <start+0x730>
  "488db424c4010000" + // lea 0x1c4(%rsp),%rsi
  "ba02000000" + // mov $0x2,%edx
  "4889ef" + // mov %rbp,%rdi
  "e821f6ffff" + // call 4001d1 <forward>
  "6683bc241601000000" + // cmpw $0x0,0x116(%rsp)
  "0f84ebfcffff" + // je 4008aa <start+0x42a>
  "4863bc24c8010000" + // movslq 0x1c8(%rsp),%rdi
  "4531d2" + // xor %r10d,%r10d
  "4531c0" + // xor %r8d,%r8d
  "31c0" + // xor %eax,%eax
  "488db42490000000" + // lea 0x90(%rsp),%rsi
  "4531c9" + // xor %r9d,%r9d
  "ba80000000" + // mov $0x80,%edx
  "0f05" + // syscall
  "b83d000000" + // mov $0x3d,%eax
  "488db424dc010000" + // lea 0x1dc(%rsp),%rsi
  "4883cfff" + // or $0xffffffffffffffff,%rdi
  "ba01000000" + // mov $0x1,%edx
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "0f8ea8fcffff" + // jle 4008aa <start+0x42a>
  "c78424d001000001000000" + // movl $0x1,0x1d0(%rsp)
  "e998fcffff" + // jmp 4008aa <start+0x42a>
  "85c0" + // test %eax,%eax
  "0f85adfcffff" + // jne 4008c7 <start+0x447>
  "4889ef" + // mov %rbp,%rdi
  "e83ff5ffff" + // call 400161 <deliver>
  "85c0" + // test %eax,%eax
  "0f859dfcffff" + // jne 4008c7 <start+0x447>
  "488db424c0010000" + // lea 0x1c0(%rsp),%rsi
  "ba01000000" + // mov $0x1,%edx
  "4889ef" + // mov %rbp,%rdi
  "e892f5ffff" + // call 4001d1 <forward>
  "85c0" + // test %eax,%eax
  "0f856bfcffff" + // jne 4008b2 <start+0x432>
  "488db424c4010000" + // lea 0x1c4(%rsp),%rsi
  "ba02000000" + // mov $0x2,%edx
  "4889ef" + // mov %rbp,%rdi
  "e875f5ffff" + // call 4001d1 <forward>
  "85c0" + // test %eax,%eax
  "0f854efcffff" + // jne 4008b2 <start+0x432>
  "4531c0" + // xor %r8d,%r8d
  "4531c9" + // xor %r9d,%r9d
  "b801010000" + // mov $0x101,%eax
  "bf06000000" + // mov $0x6,%edi
  "41ba80010000" + // mov $0x180,%r10d
  "488d350e010000" + // lea 0x10e(%rip),%rsi # 400d8f <start+0x90f>
  "ba41020800" + // mov $0x80241,%edx
  "0f05" + // syscall
  "4531d2" + // xor %r10d,%r10d
  "4863f8" + // movslq %eax,%rdi
  "488db424dc010000" + // lea 0x1dc(%rsp),%rsi
  "b801000000" + // mov $0x1,%eax
  "ba04000000" + // mov $0x4,%edx
  "0f05" + // syscall
  "31d2" + // xor %edx,%edx
  "b803000000" + // mov $0x3,%eax
  "4889d6" + // mov %rdx,%rsi
  "0f05" + // syscall
  "8b8424dc010000" + // mov 0x1dc(%rsp),%eax
  "c78424d401000001000000" + // movl $0x1,0x1d4(%rsp)
  "c684247f02000078" + // movb $0x78,0x27f(%rsp)
  "c784247802000004000000" + // movl $0x4,0x278(%rsp)
  "89842480020000" + // mov %eax,0x280(%rsp)
  "4c89e8" + // mov %r13,%rax
  "8b5038" + // mov 0x38(%rax),%edx
  "488b4c2408" + // mov 0x8(%rsp),%rcx
  "4883c008" + // add $0x8,%rax
  "f7d2" + // not %edx
  "c1ea1f" + // shr $0x1f,%edx
  "895034" + // mov %edx,0x34(%rax)
  "4839c8" + // cmp %rcx,%rax
  "75e7" + // jne 400cdd <start+0x85d>
  "4889ef" + // mov %rbp,%rdi
  "e863f4ffff" + // call 400161 <deliver>
  "e9affbffff" + // jmp 4008b2 <start+0x432>
  "4889ef" + // mov %rbp,%rdi
  "e856f4ffff" + // call 400161 <deliver>
  "85c0" + // test %eax,%eax
  "0f854efaffff" + // jne 400761 <start+0x2e1>
  "b80d000000" + // mov $0xd,%eax
  "41ba08000000" + // mov $0x8,%r10d
  "4531c0" + // xor %r8d,%r8d
  "31d2" + // xor %edx,%edx
  "4531c9" + // xor %r9d,%r9d
  "488d742470" + // lea 0x70(%rsp),%rsi
  "4889c7" + // mov %rax,%rdi
  "0f05" + // syscall
  "b80e000000" + // mov $0xe,%eax
  "488d742438" + // lea 0x38(%rsp),%rsi
  "bf02000000" + // mov $0x2,%edi
  "0f05" + // syscall
  "4531d2" + // xor %r10d,%r10d
  "488d7330" + // lea 0x30(%rbx),%rsi
  "488b7b30" + // mov 0x30(%rbx),%rdi
  "b83b000000" + // mov $0x3b,%eax
  "488b542410" + // mov 0x10(%rsp),%rdx
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
  "ebeb" + // jmp 400d62 <start+0x8e2>
  "6c6f67006c6f672e310066742d646f63" + // "log\u0000log.1\u0000ft-doc"
  "6b65722d6d6f6e006578697400" + // "ker-mon\u0000exit\u0000"
    "",
  "hex",
);
