/** The launcher's machine code, instruction by instruction, with what each does. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { repo } from "./chapters.ts";

export interface Instruction {
  /** From the function's beginning, in bytes. */
  readonly offset: number;
  readonly bytes: string;
  readonly assembly: string;
}

export interface Passage {
  readonly instructions: readonly Instruction[];
  readonly says: string;
}

export const LISTING = "syscall/bytes/launch-x64.ts";

export function readListing(file: string): Instruction[] {
  const source = readFileSync(path.join(repo, file), "utf8");
  let offset = 0;
  return [...source.matchAll(/^ {2}"([0-9a-f]+)" \+ \/\/ (.*)$/gm)].map(([, bytes = "", assembly = ""]) => {
    const instruction = { offset, bytes, assembly };
    offset += bytes.length / 2;
    return instruction;
  });
}

/** Throws where the listing was made anew and is another one: then the explanations need a look. */
export function explainedListing(): Passage[] {
  const rest = readListing(LISTING);
  const passages = PASSAGES.map(({ code, says }) => {
    const instructions = rest.splice(0, code.length);
    const differs = instructions.find(({ assembly }, i) => !assembly.startsWith(code[i] ?? "?"));
    if (differs) throw new Error(`${LISTING}: "${differs.assembly}" isn't what site/listing.ts explains`);
    return { instructions, says };
  });
  if (rest.length > 0) throw new Error(`${LISTING}: site/listing.ts doesn't explain "${rest[0]?.assembly}"`);
  return passages;
}

/** The beginnings of the instructions, in their order. */
const PASSAGES: readonly { readonly code: readonly string[]; readonly says: string }[] = [
  {
    code: ["push %rbx", "mov %rdi,%rbx"],
    says: "A function’s first argument comes in rdi: the address of the first step. It is kept in rbx, whose old value belongs to the caller and goes onto the stack.",
  },
  {
    code: ["mov (%rbx),%rdx", "cmp $0xffffffffffffffff,%rdx", "je"],
    says: "The loop begins. The first word of a step is the syscall’s number. −1 is the end of the list: go to the last lines.",
  },
  {
    code: ["mov 0x38(%rbx),%rsi", "xor %ecx,%ecx"],
    says: "rsi gets the step’s bits that tell which arguments are the results of earlier steps. rcx counts the six arguments, from 0.",
  },
  {
    code: ["mov %rsi,%rdi", "mov 0x8(%rbx,%rcx,8),%rax", "sar %cl,%rdi", "and $0x1,%dil", "je"],
    says: "Take argument number rcx, and its bit. If the bit is 0, the argument is the value itself.",
  },
  {
    code: ["mov (%rax),%rax"],
    says: "If it is 1, the argument is an address, and what stands there is the value: the file descriptor that an earlier step got, say.",
  },
  {
    code: ["mov %rax,-0x30(%rsp,%rcx,8)", "inc %rcx", "cmp $0x6,%rcx", "jne"],
    says: "Put it aside below the stack’s top, where 128 bytes are free to use. Then the next argument, until there are six.",
  },
  {
    code: [
      "mov %rdx,%rax",
      "mov -0x30(%rsp),%rdi",
      "mov -0x28(%rsp),%rsi",
      "mov -0x20(%rsp),%rdx",
      "mov -0x18(%rsp),%r10",
      "mov -0x10(%rsp),%r8",
      "mov -0x8(%rsp),%r9",
    ],
    says: "The kernel wants the number in rax, and the six arguments in rdi, rsi, rdx, r10, r8 and r9.",
  },
  {
    code: ["syscall"],
    says: "The whole work. Here a mount is made, a host gets a name, a program is executed. And if the step is clone3, two processes come back from it.",
  },
  {
    code: ["test %rax,%rax", "jne", "testb $0x2,0x40(%rbx)", "je"],
    says: "Is the result 0, and does the step clone? Then this is the new child. All others jump over the next lines.",
  },
  {
    code: ["mov %rdx,%rdi", "call"],
    says: "The child’s list was the third argument, so it is in rdx. Call this function from its beginning with that list: it runs on the child’s own stack.",
  },
  {
    code: ["mov $0x7f,%edi", "mov $0xe7,%eax", "syscall", "ud2"],
    says: "The child’s list came to its end, and no execve put another program here: exit_group(127). The child never returns to the caller, whose stack isn’t its own. Its own seccomp filter may forbid even that: then an instruction which isn’t one ends it.",
  },
  {
    code: ["mov %rax,0x48(%rbx)"],
    says: "Write the result into the step. The runtime shares this memory, and reads it there.",
  },
  {
    code: ["test %rax,%rax", "jns", "testb $0x1,0x40(%rbx)", "je"],
    says: "Was it an error (less than 0), in a step that isn’t optional? Then leave, with the error in rax.",
  },
  {
    code: ["add $0x50,%rbx", "jmp"],
    says: "A step has 80 bytes. Go to the next one.",
  },
  {
    code: ["xor %eax,%eax"],
    says: "The end of the list: the function’s result is 0.",
  },
  {
    code: ["pop %rbx", "ret"],
    says: "Give rbx back to the caller, and return.",
  },
];
