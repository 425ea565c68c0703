/** An ordinary user's network: a program of the user's own stands between the container and the host. See router.ts. */
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { CLONE_NEWNET } from "../../syscall/constants.ts";
import { act } from "../../syscall/program.ts";
import { type Names, nameMounts } from "./names.ts";
import { loopbackUp, type Network, NOTHING, nameAct, type Self } from "./network-parts.ts";
import type { Ports } from "./ports.ts";
import { DNS, type Router } from "./router.ts";

// #region routed
/** Where nobody has asked for it, a container of a host without any way out has no network, and that is no failure. */
export function routed(
  self: Self,
  names: Names,
  ports: Ports,
  router: Router,
  { asked }: { readonly asked: string | undefined },
): Network {
  const does = router.explain(ports.publications);
  const start = act(does, "a program of the user's hands on what comes and goes", ({ pid }) => {
    try {
      ports.check();
      router.start(pid, self.directory, ports.publications);
    } catch (error) {
      if (asked || !(error instanceof UserError)) throw error;
      say(`note: ${error.message}: the container has no way out`);
    }
  });
  const dns = names.dns.length > 0 ? names.dns : [DNS];
  return {
    ...NOTHING,
    flags: CLONE_NEWNET,
    acts: [nameAct({ ...names, dns }), start],
    inside: loopbackUp(),
    mounts: nameMounts(names.directory),
    held: () => router.held(),
    release: () => router.release(),
  };
}
// #endregion routed
