import type { Check } from "../../world.ts";

const check: Check = async ({ run, claim }) => {
  const runs = [await run("run", "uname", "-n"), await run("run", "uname", "-n")];
  const [one = "", two = ""] = runs.map(({ stdout }) => stdout.trim());
  claim(
    "two containers have two names",
    one !== two,
    () => `Both are called "${one}": on a network nobody could tell them apart.`,
  );
  claim("of twelve hexadecimal digits", /^[0-9a-f]{12}$/.test(one), () => `One is called "${one}".`);
};

export default check;
