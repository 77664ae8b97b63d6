import { outputLines, readFailed } from '../lib/output.js';
import type { ReadRequest } from '../resource.js';
import type { PackageState } from './state.js';

/** Half done is neither installed nor removed with its configuration left: a task that wants either has something to do. */
export function packageCanon(_name: string, state: PackageState): string {
  const half = state.half === true ? ' half=true' : '';
  return `version=${state.version ?? ''} auto=${state.auto} held=${state.held} config=${state.configFiles}${half}`;
}

/** dpkg(1), package states: these are in use although something waits. */
const working = new Set(['installed', 'triggers-awaited', 'triggers-pending']);

export function parsePackages(
  requests: readonly ReadRequest<'package'>[],
  output: Buffer,
): ReadonlyMap<string, PackageState> {
  const printed = outputLines(output);
  if (printed.length !== requests.length) throw readFailed('package', output.toString('utf8'));
  return new Map(
    requests.map((request, index): [string, PackageState] => {
      const text = printed[index] ?? '';
      const [, version, auto, held, config, status] =
        /^version=(\S*) auto=(true|false) held=(true|false) config=(true|false) state=([a-z-]+)$/.exec(
          text,
        ) ?? [];
      if (version === undefined || status === undefined) throw readFailed('package', text);
      const marks = { held: held === 'true' };
      // What a killed dpkg left unpacked is not installed: so the plan says that it will be.
      if (version !== '' && !working.has(status))
        return [request.name, { configFiles: true, auto: false, half: true, ...marks }];
      return [
        request.name,
        {
          ...(version === '' ? {} : { version }),
          configFiles: config === 'true',
          auto: auto === 'true',
          ...marks,
        },
      ];
    }),
  );
}
