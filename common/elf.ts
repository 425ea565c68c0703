/** The one thing that we want to know of an executable: which dynamic loader it asks for. Format: elf(5). */
import { closeSync, openSync, readSync } from "node:fs";

const PT_INTERP = 3;
const CLASS_64 = 2;

/** The path in an ELF file's PT_INTERP; "" for a static one; undefined where the file isn't 64-bit ELF at all. */
export function elfInterpreter(file: string): string | undefined {
  const fd = openSync(file, "r");
  try {
    const header = read(fd, 0, 64);
    if (header.length < 64 || header.toString("latin1", 0, 4) !== "\x7fELF" || header[4] !== CLASS_64)
      return undefined;
    const [offset, size, count] = [
      Number(header.readBigUInt64LE(32)),
      header.readUInt16LE(54),
      header.readUInt16LE(56),
    ];
    const table = read(fd, offset, size * count);
    for (let at = 0; at + size <= table.length; at += size) {
      if (table.readUInt32LE(at) !== PT_INTERP) continue;
      const [start, length] = [Number(table.readBigUInt64LE(at + 8)), Number(table.readBigUInt64LE(at + 32))];
      return read(fd, start, length).toString("utf8").replace(/\0.*$/s, "");
    }
    return "";
  } finally {
    closeSync(fd);
  }
}

/** The bytes of a shebang line's interpreter: "#!/bin/sh -e" is "/bin/sh". */
export function scriptInterpreter(file: string): string | undefined {
  const fd = openSync(file, "r");
  try {
    return /^#! *(\/\S+)/.exec(read(fd, 0, 256).toString("latin1"))?.[1];
  } finally {
    closeSync(fd);
  }
}

function read(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}
