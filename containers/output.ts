/** Standard output and errors of a command that carries a container's: no faster than they are read. */

const streams = { 1: process.stdout, 2: process.stderr };
const gone = { 1: false, 2: false };

/** Resolves when it is written: to false where nobody reads that stream any more. */
export function write(stream: 1 | 2, bytes: Buffer): Promise<boolean> {
  if (gone[stream]) return Promise.resolve(false);
  const to = streams[stream];
  // What goes wrong is told to the callback as well; without a listener it would end this process.
  if (to.listenerCount("error") === 0) to.on("error", () => {});
  return new Promise((resolve) => {
    to.write(bytes, (error) => {
      gone[stream] ||= Boolean(error);
      resolve(!error);
    });
  });
}
