/** Records what one `<Run>` of a text says. */
import type { Event, Transcript } from "../recordings.ts";
import { Session } from "./session.ts";

/** What stands before a line that is typed on the host, in a second terminal. */
const HOST = "host$ ";

export interface Commands {
  readonly command: string;
  readonly type?: string;
}

export async function record({ command, type }: Commands): Promise<Transcript> {
  const [here, host] = await Promise.all([Session.start(false), Session.start(true)]);
  host.events.splice(0);
  const events: Event[] = [];
  /** Takes over what a terminal has shown since. */
  const take = (session: Session) => events.push(...session.events.splice(0));
  try {
    for (const line of [...command.split("\n"), ...(type?.split("\n") ?? [])]) {
      if (line.startsWith(HOST)) {
        await here.prompt();
        take(here);
        const prompt = takePrompt(events);
        events.push({ after: 0, text: HOST, host: true });
        await host.type(line.slice(HOST.length));
        await host.prompt();
        take(host);
        dropHostPrompt(events);
        if (prompt) events.push(prompt);
      } else {
        await here.type(line);
      }
    }
    await here.prompt();
    take(here);
  } finally {
    await Promise.all([here.end(), host.end()]);
  }
  takePrompt(events);
  return { command, ...(type !== undefined && { type }), events };
}

/** The prompt at the end goes below what the other terminal shows, or away. */
function takePrompt(events: Event[]): Event | undefined {
  const last = events.at(-1);
  const [prompt] = /[#$>] $/.exec(last?.text ?? "") ?? [];
  if (!last || last.typed || last.host || !prompt) return undefined;
  events.pop();
  const text = last.text.slice(0, -prompt.length);
  if (text !== "") events.push({ ...last, text });
  return { after: 0, text: prompt };
}

/** The host's prompt stands before what is typed at it, and not after what that said. */
function dropHostPrompt(events: Event[]): void {
  const last = events.pop();
  const text = last?.text.replace(/host\$ $/, "");
  if (last && text) events.push({ ...last, text });
}
