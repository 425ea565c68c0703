/** Records of containers that never ran, for tests of those who read them. They are in the FT_DOCKER_HOME of this process. */
import { randomBytes } from "node:crypto";
import { takeName } from "../names.ts";
import { type Config, writeRecord } from "../record.ts";
import { CREATED, type State } from "../state.ts";

export function putRecord(config: Partial<Config> = {}, state: Partial<State> = {}): Config {
  const id = randomBytes(6).toString("hex");
  const whole: Config = {
    id,
    name: `test-${id}`,
    created: new Date().toISOString(),
    flags: {},
    words: ["sleep", "9"],
    tty: false,
    interactive: false,
    foreground: false,
    remove: false,
    restart: { name: "no", maximum: 0 },
    stopSignal: "SIGTERM",
    stopTimeout: 10,
    command: ["sleep", "9"],
    image: "",
    imageId: undefined,
    lowers: [],
    ...config,
  };
  takeName(whole.name, whole.id);
  writeRecord(whole, { ...CREATED, ...state });
  return whole;
}
