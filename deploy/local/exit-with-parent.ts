// Loaded before a service (node --import) by the local launcher only: a service whose launcher was killed must not
// stay behind and hold its port.
if (process.channel) {
  process.channel.unref();
  process.on('disconnect', () => process.exit(1));
}
