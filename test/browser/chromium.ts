import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Test {
  teardown(handler: () => unknown): void;
}

/**
 * A real browser; closed at teardown.
 * @throws Error that says how to install one, when there is none: pages and cards are not tested without
 */
export async function startChromium(t: Test): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}: install one (Debian: apt-get install chromium) or name another in CHROMIUM_PATH`,
    );
  }
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  t.teardown(() => browser.close());
  return browser;
}
