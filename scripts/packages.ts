/** The Debian packages that the tests use, and what they have of each: a command that shows whether it is there. */
export const PACKAGES: Readonly<Record<string, { readonly command: string; readonly why: string }>> = {
  bsdextrautils: { command: "hexdump", why: "looking at bytes" },
};
