// Loaded before a service (node --import) by the local launcher only: a service whose launcher was killed must not
// stay behind and hold its port.
const LOOK_MS = 1_000;

if (process.channel) {
  const launcher = process.ppid;
  process.channel.unref();
  process.on('disconnect', () => process.exit(1));
  // On a busy machine the channel was seen to close without a word: whoever adopted this process is not its launcher.
  setInterval(() => {
    if (!process.connected || process.ppid !== launcher) process.exit(1);
  }, LOOK_MS).unref();
}
