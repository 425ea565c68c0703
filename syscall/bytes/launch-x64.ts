// launch.c for x64, compiled with gcc (Debian 12.2.0-14+deb12u1) 12.2.0.
// Made by `npm run build:native`; a test compiles it again and compares.
export const launch = Buffer.from(
  "53" + // push %rbx
  "4889fb" + // mov %rdi,%rbx
  "488b13" + // mov (%rbx),%rdx
  "4883faff" + // cmp $0xffffffffffffffff,%rdx
  "0f8484000000" + // je 400145 <launch+0x95>
  "488b7338" + // mov 0x38(%rbx),%rsi
  "31c9" + // xor %ecx,%ecx
  "4889f7" + // mov %rsi,%rdi
  "488b44cb08" + // mov 0x8(%rbx,%rcx,8),%rax
  "48d3ff" + // sar %cl,%rdi
  "4080e701" + // and $0x1,%dil
  "7403" + // je 4000db <launch+0x2b>
  "488b00" + // mov (%rax),%rax
  "488944ccd0" + // mov %rax,-0x30(%rsp,%rcx,8)
  "48ffc1" + // inc %rcx
  "4883f906" + // cmp $0x6,%rcx
  "75de" + // jne 4000c7 <launch+0x17>
  "4889d0" + // mov %rdx,%rax
  "488b7c24d0" + // mov -0x30(%rsp),%rdi
  "488b7424d8" + // mov -0x28(%rsp),%rsi
  "488b5424e0" + // mov -0x20(%rsp),%rdx
  "4c8b5424e8" + // mov -0x18(%rsp),%r10
  "4c8b4424f0" + // mov -0x10(%rsp),%r8
  "4c8b4c24f8" + // mov -0x8(%rsp),%r9
  "0f05" + // syscall
  "4885c0" + // test %rax,%rax
  "751c" + // jne 40012d <launch+0x7d>
  "f6434002" + // testb $0x2,0x40(%rbx)
  "7416" + // je 40012d <launch+0x7d>
  "4889d7" + // mov %rdx,%rdi
  "e891ffffff" + // call 4000b0 <launch>
  "bf7f000000" + // mov $0x7f,%edi
  "b8e7000000" + // mov $0xe7,%eax
  "0f05" + // syscall
  "0f0b" + // ud2
  "48894348" + // mov %rax,0x48(%rbx)
  "4885c0" + // test %rax,%rax
  "7906" + // jns 40013c <launch+0x8c>
  "f6434001" + // testb $0x1,0x40(%rbx)
  "740b" + // je 400147 <launch+0x97>
  "4883c350" + // add $0x50,%rbx
  "e96fffffff" + // jmp 4000b4 <launch+0x4>
  "31c0" + // xor %eax,%eax
  "5b" + // pop %rbx
  "c3" + // ret
    "",
  "hex",
);
