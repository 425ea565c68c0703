/** Standard output and errors of a command that carries a container's: no faster than they are read. */

const streams = { 1: process.stdout, 2: process.stderr };
const gone = { 1: false, 2: false };

let listening = false;
/** Without a listener an error would end this process; it is told to the callback of `write` as well. */
function listen(): void {
  if (listening) return;
  listening = true;
  for (const stream of Object.values(streams)) stream.on("error", () => {});
}

/** Resolves when it is written: to false where nobody reads that stream any more. */
export function write(stream: 1 | 2, bytes: Buffer): Promise<boolean> {
  if (gone[stream]) return Promise.resolve(false);
  listen();
  return new Promise((resolve) => {
    streams[stream].write(bytes, (error) => {
      gone[stream] ||= Boolean(error);
      resolve(!error);
    });
  });
}
