/** Writes to standard output; rejects where it does not take it (a closed pipe, a full disk), and ends no process. */
export const toStdout = (text: string): Promise<void> => written(process.stdout, text);

/** Writes to standard error likewise. */
export const toStderr = (text: string): Promise<void> => written(process.stderr, text);

function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  // Node tells a failure to whoever wrote, and to the stream's listeners; where there is none, the process ends.
  if (!stream.listeners("error").includes(toldToTheWriter)) stream.on("error", toldToTheWriter);
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function toldToTheWriter(): void {
  // Nothing: the promise is rejected.
}
