/** What is known of a container, under Docker's names: what programs read that were written for Docker. */
import { existsSync } from "node:fs";
import path from "node:path";
import { isOrdinary } from "../common/rootless.ts";
import { type Facts, leaseOf, networkOf } from "./facts.ts";
import type { Container } from "./find.ts";
import { containerFolder, recordFolder } from "./record.ts";
import { imageName, statusWord } from "./status.ts";

/** As Docker says that there was no such time. */
const NEVER = "0001-01-01T00:00:00Z";

export function inspectContainer(container: Container, facts: Facts): unknown {
  const { config, state } = container;
  const { flags } = config;
  const isOn = (flag: string) => flags[flag]?.[0] === "true";
  const [file = "", ...args] = config.command;
  const limits = facts.limits(flags);
  const log = path.join(recordFolder(config.id), "log");
  return {
    Id: config.id,
    Name: config.name,
    Created: config.created,
    Path: file,
    Args: args,
    State: {
      Status: statusWord(container),
      Running: state.status === "running",
      Paused: state.paused,
      Restarting: state.status === "restarting",
      OOMKilled: state.oomKilled,
      Dead: false,
      Pid: state.status === "running" ? (state.process?.pid ?? 0) : 0,
      ExitCode: state.exitCode ?? 0,
      Error: state.error ?? "",
      StartedAt: state.startedAt ?? NEVER,
      FinishedAt: state.finishedAt ?? NEVER,
    },
    Image: config.imageId ?? "",
    RestartCount: state.restarts,
    LogPath: existsSync(log) ? log : "",
    HostConfig: {
      Binds: flags.volume ?? [],
      Tmpfs: flags.tmpfs ?? [],
      NetworkMode: networkOf(config, isOrdinary()),
      PortBindings: bindings(facts, flags.publish),
      RestartPolicy: { Name: config.restart.name, MaximumRetryCount: config.restart.maximum },
      AutoRemove: config.remove,
      CapAdd: flags["cap-add"] ?? [],
      CapDrop: flags["cap-drop"] ?? [],
      Dns: flags.dns ?? [],
      ExtraHosts: flags["add-host"] ?? [],
      Privileged: isOn("privileged"),
      ReadonlyRootfs: isOn("read-only"),
      SecurityOpt: flags["security-opt"] ?? [],
      UsernsMode: flags.userns?.[0] ?? "",
      Ulimits: flags.ulimit ?? [],
      Sysctls: flags.sysctl ?? [],
      Devices: flags.device ?? [],
      CpusetCpus: flags["cpuset-cpus"]?.[0] ?? "",
      // As Docker has them: no limit is 0 of memory and of billionths of a processor, and no number of processes.
      Memory: limits.memory ?? 0,
      NanoCpus: Math.round(1e9 * (limits.cpus ?? 0)),
      PidsLimit: Number.isFinite(limits.pids) ? limits.pids : null,
      Init: isOn("init"),
    },
    GraphDriver: {
      Name: "overlay",
      Data: {
        LowerDir: config.lowers.join(":"),
        UpperDir: path.join(containerFolder(config.id), "upper"),
        WorkDir: path.join(containerFolder(config.id), "work"),
        MergedDir: path.join(containerFolder(config.id), "merged"),
      },
    },
    Mounts: (flags.volume ?? []).map(describeMount),
    Config: {
      Hostname: flags.hostname?.[0] ?? config.id,
      User: flags.user?.[0] ?? "",
      Tty: config.tty,
      OpenStdin: config.interactive,
      Env: flags.env ?? [],
      Cmd: config.words,
      Image: imageName(container),
      WorkingDir: flags.workdir?.[0] ?? "",
      StopSignal: config.stopSignal,
      StopTimeout: config.stopTimeout,
    },
    NetworkSettings: settings(container, facts),
  };
}

function settings({ config, state }: Container, facts: Facts): object {
  const lease = state.status === "running" ? leaseOf(config.id) : undefined;
  const found = lease && facts.addresses(lease);
  return {
    Bridge: lease?.bridge ?? "",
    IPAddress: found?.ipv4 ?? "",
    IPPrefixLen: found?.prefixLength ?? 0,
    GlobalIPv6Address: found?.ipv6 ?? "",
    Gateway: found?.gateway ?? "",
    MacAddress: found?.mac ?? "",
    Ports: state.status === "running" ? bindings(facts, config.flags.publish) : {},
  };
}

/** `{ "80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": "8080" }] }` */
function bindings(facts: Facts, texts: readonly string[] = []): object {
  const found: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { ip, host, container, protocol } of facts.published(texts)) {
    const key = `${container}/${protocol}`;
    found[key] = [...(found[key] ?? []), { HostIp: ip, HostPort: `${host}` }];
  }
  return found;
}

/** `SRC:DST[:ro]`, as the command line has it. */
function describeMount(text: string): object {
  const [source = "", destination = "", mode = ""] = text.split(":");
  return {
    Type: "bind",
    Source: source,
    Destination: destination,
    Mode: mode,
    RW: !mode.split(",").includes("ro"),
  };
}
