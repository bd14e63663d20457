/** The built command line, run as users run it. */
import { execFile } from 'node:child_process';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const runCli = (args: readonly string[]): Promise<Run> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      ['dist/cli/main.js', ...args],
      { env: { PATH: process.env['PATH'], NO_COLOR: '1' }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
