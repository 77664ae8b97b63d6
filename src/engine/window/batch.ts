/**
 * Batches of shell text whose parts answer separately over the two streams of one script: each part is between
 * marker lines that hold a random word, so parts may print any bytes, and come live.
 */
import type { Cut } from '../../transport/shell/output-keeper.js';
import type { ScriptResult } from '../../transport/types.js';
import { lines, raw, type Shell } from '../../shell/shell.js';

export interface PartOutput {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly seconds: number;
  /** Bytes that were left out, for the output was too long. */
  readonly cut?: { readonly stdout: number; readonly stderr: number };
}

export interface Part {
  readonly name: string;
  readonly script: Shell;
  /** Nothing after it runs when it fails, except parts marked `always`. */
  readonly critical?: boolean;
  readonly always?: boolean;
  /** Runs when the part does not. */
  readonly otherwise?: Shell;
  /**
   * The task and the loop item that it is of. When a part fails, the rest of its item does not run; the other items of
   * the task still do (as Ansible's loops); the tasks after it do not.
   */
  readonly of?: { readonly task: number; readonly item: number };
}

/** Uptime in seconds by the shell alone; costs no process. */
const clock = 'read -r rtp_up rtp_idle </proc/uptime';

/** One script of all parts. `nonce` must be unforgeable by what the parts print (random, used once). */
export function batch(parts: readonly Part[], nonce: string): Shell {
  const begin = (name: string): string =>
    `printf '\\n@%s begin %s\\n' ${nonce} ${name}; printf '\\n@%s begin %s\\n' ${nonce} ${name} >&2`;
  const end = (name: string): string =>
    `printf '\\n@%s end %s %s %s %s\\n' ${nonce} ${name} "$rtp_rc" "$rtp_from" "$rtp_up"; printf '\\n@%s end %s\\n' ${nonce} ${name} >&2`;
  const texts: Shell[] = [raw('rtp_go=1 rtp_stop= rtp_skip=')];
  let task: number | undefined;
  for (const part of parts) {
    if (part.of !== undefined && part.of.task !== task) {
      task = part.of.task;
      texts.push(raw('[ -z "$rtp_stop" ] || rtp_go='));
    }
    const item = part.of === undefined ? '' : `${part.of.task}.${part.of.item}`;
    const runs =
      part.always === true
        ? ':'
        : item === ''
          ? '[ -n "$rtp_go" ]'
          : `[ -n "$rtp_go" ] && [ "$rtp_skip" != ${item} ]`;
    const onFailure =
      part.critical === true ? 'rtp_go=' : item === '' ? ':' : `{ rtp_stop=1; rtp_skip=${item}; }`;
    texts.push(
      raw(`if ${runs}; then
${begin(part.name)}
${clock}; rtp_from=$rtp_up
(`),
      part.script,
      raw(`) </dev/null
rtp_rc=$?
${clock}
${end(part.name)}
[ "$rtp_rc" = 0 ] || ${onFailure}`),
      ...(part.otherwise === undefined ? [] : [raw('else'), part.otherwise]),
      raw('fi'),
    );
  }
  return lines([...texts, raw(':')]);
}

/** What is before each mark: with it the limit of the output holds for each part. */
export function batchMark(nonce: string): string {
  return `\n@${nonce} `;
}

interface Span {
  readonly body: Buffer;
  readonly from: number;
  readonly words: readonly string[];
}

function spans(stream: Buffer, nonce: string): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  const mark = Buffer.from(batchMark(nonce));
  let at = stream.indexOf(mark);
  let open: { name: string; from: number } | undefined;
  while (at >= 0) {
    const lineEnd = stream.indexOf(0x0a, at + mark.length);
    if (lineEnd < 0) break;
    const [verb, name = '', ...words] = stream
      .subarray(at + mark.length, lineEnd)
      .toString('latin1')
      .split(' ');
    if (verb === 'begin') open = { name, from: lineEnd + 1 };
    else if (open?.name === name) {
      found.set(name, { from: open.from, body: stream.subarray(open.from, Math.max(open.from, at)), words });
      open = undefined;
    }
    // The newline that ends one marker may also begin the next.
    at = stream.indexOf(mark, lineEnd);
  }
  return found;
}

/** What each part answered; parts that did not run, or did not end, are missing. */
export function parseBatch(
  output: Pick<ScriptResult, 'stdout' | 'stderr' | 'cuts'>,
  nonce: string,
): ReadonlyMap<string, PartOutput> {
  const errors = spans(output.stderr, nonce);
  const parts = new Map<string, PartOutput>();
  const missing = (span: Span | undefined, cuts: readonly Cut[] = []): number =>
    span === undefined
      ? 0
      : cuts
          .filter(({ at }) => at >= span.from && at <= span.from + span.body.length)
          .reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [name, span] of spans(output.stdout, nonce)) {
    const { body, words } = span;
    const cut = {
      stdout: missing(span, output.cuts?.stdout),
      stderr: missing(errors.get(name), output.cuts?.stderr),
    };
    const [status = '1', from = '0', to = '0'] = words;
    parts.set(name, {
      status: Number.parseInt(status, 10),
      stdout: body,
      stderr: errors.get(name)?.body ?? Buffer.alloc(0),
      seconds: Math.max(0, Number.parseFloat(to) - Number.parseFloat(from)),
      ...(cut.stdout + cut.stderr > 0 ? { cut } : {}),
    });
  }
  return parts;
}
