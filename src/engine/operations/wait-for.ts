/** `wait_for`: until a port or a path is there, or gone, as the target sees it. */
import { sh, type Shell } from '../../shell/shell.js';
import { pythonRegex } from '../../values/python-regex.js';
import { PythonRegexError } from '../../values/regex-error.js';
import type { Value } from '../../values/value.js';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';
import { sleep, until } from './waiting.js';

/** Whatever else than a file is there has no end, or nobody writes to it; waiting for that has no end of its own. */
function readScript(path: string): Shell {
  return sh`[ -f ${path} ] || exit 1
rtp_file_patience "$(stat -L -c %s: -- ${path})"
$rtp_f_calm cat -- ${path}`;
}

export async function waitFor(
  operation: OperationOf<'wait_for'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({}), skipped: true, msg: 'not waited for in check mode' };
  const { host, port, path } = operation;
  inputs.step(
    port === undefined
      ? path === undefined
        ? `waiting ${operation.timeoutSeconds} s`
        : `waiting for ${path}`
      : `waiting for port ${port}`,
  );
  const began = performance.now();
  await sleep(operation.delaySeconds, inputs.context.stop);
  const elapsed = (): number => Math.round((performance.now() - began) / 1000);
  if (port === undefined && path === undefined) {
    await sleep(operation.timeoutSeconds, inputs.context.stop);
    return good({ elapsed: elapsed(), state: operation.state });
  }
  const wantsThere = !['absent', 'stopped', 'drained'].includes(operation.state);
  const connection = await inputs.target.connect();
  let regex: RegExp | undefined;
  try {
    regex =
      operation.searchRegex === undefined
        ? undefined
        : pythonRegex(operation.searchRegex, { multiline: true });
  } catch (error) {
    if (error instanceof PythonRegexError) return bad(error.message);
    throw error;
  }
  const found: { match?: RegExpExecArray | null } = {};
  const faults: string[] = [];
  const came = await until(
    operation.timeoutSeconds,
    operation.sleepSeconds,
    inputs.context.stop,
    async () => {
      if (port !== undefined)
        return (
          (await connection.probePort(host, port, operation.connectTimeoutSeconds * 1000)) === wantsThere
        );
      const there = await inputs.shell.script(
        regex === undefined ? sh`[ -e ${path ?? ''} ]` : readScript(path ?? ''),
      );
      if (regex === undefined || !wantsThere) return (there.status === 0) === wantsThere;
      try {
        found.match = there.status === 0 ? regex.exec(there.stdout.toString('utf8')) : null;
      } catch (error) {
        if (!(error instanceof PythonRegexError)) throw error;
        faults.push(error.message);
      }
      return faults.length > 0 || (found.match ?? null) !== null;
    },
  );
  const [fault] = faults;
  if (fault !== undefined) return bad(fault, { elapsed: elapsed() });
  if (!came)
    return bad(
      operation.msg ?? `Timeout when waiting for ${port === undefined ? (path ?? '') : `${host}:${port}`}`,
      { elapsed: elapsed() },
    );
  return good({
    elapsed: elapsed(),
    state: operation.state,
    ...(port === undefined ? {} : { port }),
    ...(path === undefined ? {} : { path }),
    ...groupsOf(found.match ?? null),
  });
}

/** What the groups of `search_regex` matched. */
function groupsOf(match: RegExpExecArray | null): Readonly<Record<string, Value>> {
  if (match === null) return { match_groups: [], match_groupdict: {} };
  const named: Readonly<Record<string, string | undefined>> = match.groups ?? {};
  return {
    match_groups: match.slice(1).map((group: string | undefined) => group ?? null),
    match_groupdict: Object.fromEntries(Object.entries(named).map(([name, group]) => [name, group ?? null])),
  };
}
