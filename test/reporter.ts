import { Transform, type TransformCallback } from 'node:stream';

const SUMMARY = /^# \{ total: (\d+)(?:, pass: (\d+))?(?:, fail: (\d+))?/;

/**
 * tap loads a reporter by its default export and pipes TAP into it.
 * Prints one line a test file while the run goes on, the whole TAP of a file that failed, and last
 * the one line `N passed, N failed`. A run without a summary counts as one failure, and so does a file that
 * ended badly without a failed assertion.
 */
export default class SummaryReporter extends Transform {
  #pending = '';
  #summary: { pass: number; fail: number } | undefined;
  #file: string[] = [];
  #failedFiles = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const lines = (this.#pending + chunk.toString()).split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#read(this.#pending);
    const { pass, fail } = this.#summary ?? { pass: 0, fail: 1 };
    this.push(`${pass} passed, ${Math.max(fail, this.#failedFiles)} failed\n`);
    done();
  }

  #read(line: string): void {
    const summary = SUMMARY.exec(line);
    if (summary) {
      this.#summary = { pass: Number(summary[2] ?? 0), fail: Number(summary[3] ?? 0) };
      return;
    }
    this.#file.push(line);
    if (!/^(not )?ok \d+/.test(line)) return;
    if (line.startsWith('not ok')) this.#failedFiles += 1;
    this.push(
      line.startsWith('not ok') ? `${this.#file.join('\n')}\n` : `${line.replace(/ \{$/, '')}\n`,
    );
    this.#file = [];
  }
}
