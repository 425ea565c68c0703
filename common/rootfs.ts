export async function builtinRootfs(home: string): Promise<string> {
  return "/tmp/rf";
}
