/** What goes wrong in rooms, and the answer: for teachers. */
import type { ReactNode } from "react";

export const TROUBLES: readonly (readonly [sees: string, answer: ReactNode])[] = [
  [
    "Twenty machines download at once, and nothing moves",
    <>
      A bundle on USB sticks (<code>npm run workshop -- bundle</code>), or one mirror in the room:{" "}
      <code>npm_config_registry</code> and <code>FT_DOCKER_APT_PROXY</code> are taken over by{" "}
      <code>workshop/provision.sh</code>.
    </>,
  ],
  [
    "SELF_SIGNED_CERT_IN_CHAIN, or “certificate verify failed”",
    <>
      The network opens TLS on the way. <code>FT_DOCKER_CA=its-certificate.pem vagrant up</code>, or the same
      before <code>sudo --preserve-env=FT_DOCKER_CA workshop/provision.sh</code>.
    </>,
  ],
  [
    "vagrant can’t find the box",
    <>
      The registry of boxes is to be closed at the end of 2026. Bring the box along, and{" "}
      <code>FT_DOCKER_BOX=the-file.box vagrant up</code>; <code>workshop/box.sh</code> makes one for libvirt
      from Debian’s packages.
    </>,
  ],
  [
    "“VT-x is not available”, or a machine that takes minutes for each command",
    <>
      Virtualisation is off in the firmware, or another program has it (Hyper-V, WSL 2 beside an old
      VirtualBox). <code>npm run doctor</code> says which; on Windows WSL 2 does without Vagrant.
    </>,
  ],
  [
    "VirtualBox: “kernel driver not installed”",
    <>
      On Linux Secure Boot refuses its module: sign it, or take libvirt. On a Mac allow it in the security
      settings, and start the Mac anew.
    </>,
  ],
  [
    "An Apple-silicon Mac takes the wrong box",
    <>
      Its terminal or its Node runs under Rosetta: <code>uname -m</code> is to say <code>arm64</code>.
    </>,
  ],
  [
    "node: command not found, but only with sudo",
    <>
      Node came by nvm, fnm or volta, and isn’t on root’s PATH. <code>npm start</code> finds it;{" "}
      <code>sudo env "PATH=$PATH" npx tsx …</code> does too.
    </>,
  ],
  [
    "Everything is EPERM",
    <>
      The “machine” is a container itself, or no sudo was typed. <code>npm run doctor</code> names what is
      forbidden; a virtual machine isn’t.
    </>,
  ],
  [
    "Chapter 06 without sudo: user namespaces are useless",
    <>
      Ubuntu 24.04’s AppArmor forbids them:{" "}
      <code>sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0</code>, or go on with sudo.
    </>,
  ],
  [
    "The files in /sys/fs/cgroup aren’t those of the text",
    <>
      The machine has cgroups v1, or both. The runtime copes; for the text’s files take the Vagrant machine,
      or <code>npm run guest</code>.
    </>,
  ],
  [
    "The container has no way out",
    <>
      A firewall of the host’s (ufw, firewalld) or a VPN drops what is forwarded. Chapters 01–05 don’t care;
      for 06 use <code>--network host</code>, or the Vagrant machine.
    </>,
  ],
  [
    "Port 8000 or 8080 is taken",
    <>
      <code>FT_DOCKER_SITE_PORT=8123 vagrant up</code>; <code>npm run site:serve -- 8123</code>; any other
      left side of <code>-p</code>.
    </>,
  ],
  [
    "Something was killed, and now mounts, links or groups are left",
    <>
      <code>npm run clean</code> puts the machine back, whatever died.
    </>,
  ],
  [
    "The terminal is garbled after a kill -9",
    <>
      Type <code>reset</code> and Enter, blindly.
    </>,
  ],
  [
    "Somebody is an hour behind",
    <>
      Each chapter’s folder is a whole program: they begin with the next chapter’s, and read the difference in
      “what changed”.
    </>,
  ],
];
