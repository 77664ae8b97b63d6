/** What a package transaction would do: read only. See docs/resources/transaction.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { raw, sh, type Shell } from '../../shell/shell.js';
import type { ResourceKind } from '../resource.js';
import type { TransactionRequest } from './state.js';
import { transactionLibrary } from './library.js';
import { parseTransaction } from './parse.js';
import { globPattern, isGlob, parseTransactionName } from './request.js';

function verbOf(request: TransactionRequest): string {
  if (request.install.length > 0) return 'install';
  if (request.remove.length > 0) return request.purge ? 'purge' : 'remove';
  if (request.upgrade !== undefined)
    return request.upgrade === 'safe' ? 'upgrade --with-new-pkgs' : 'dist-upgrade';
  return request.autoremove ? 'autoremove' : 'install';
}

function flagsOf(request: TransactionRequest): readonly string[] {
  return [
    ...(request.purge ? ['--purge'] : []),
    ...(request.autoremove ? ['--auto-remove'] : ['-o', 'APT::Get::AutomaticRemove=false']),
    ...(request.allowDowngrade ? ['--allow-downgrades'] : []),
    ...(request.recommends === undefined
      ? []
      : [request.recommends ? '--install-recommends' : '--no-install-recommends']),
    ...(request.defaultRelease === undefined ? [] : ['-t', request.defaultRelease]),
  ];
}

const wordLine = (name: string): string =>
  isGlob(name) ? `glob ${globPattern(name.split(/[=/]/)[0] ?? '')} ${name}` : `name ${name}`;

function readOne(name: string): Shell {
  const request = parseTransactionName(name);
  const flags = flagsOf(request);
  if (flags.some((flag) => !/^[A-Za-z0-9:=._~+-]+$/.test(flag))) {
    throw new RtprovError('BAD_NAME', `"${request.defaultRelease ?? ''}" is not a release name for apt`);
  }
  const words = [...request.install.map(wordLine), '', ...request.remove.map(wordLine)];
  const options = [
    String(request.updateCache),
    String(Math.max(0, Math.trunc(request.cacheValidSeconds))),
    request.latest ? 'latest' : 'install',
    verbOf(request),
    String(request.look),
    flags.join(' '),
  ];
  return sh`rtp_transaction_read ${options} <<'RTP_WORDS' || exit 1
${raw(words.join('\n'))}
RTP_WORDS`;
}

export const transactionKind: ResourceKind<'transaction'> = {
  kind: 'transaction',
  library: transactionLibrary,
  /** One request alone: its output may end in binary bytes. Several are separated by a line that holds their length. */
  read: (requests) => (requests.length === 0 ? raw('') : joined(requests.map(({ name }) => readOne(name)))),
  parse: (requests, output, store) => {
    const outputs = split(output, requests.length);
    return new Map(
      requests.map(({ name }, index) => [
        name,
        parseTransaction(outputs[index] ?? Buffer.alloc(0), parseTransactionName(name).look, store),
      ]),
    );
  },
  canon: (_name, state) => JSON.stringify([state.changes, state.error ?? null]),
  show: () => raw('echo'),
  save: () => raw(''),
  write: (changes) => {
    if (changes.length === 0) return raw('');
    throw new RtprovError('BAD_STATE', 'a package transaction is only asked for, never written');
  },
  diff: () => ({ type: 'fields', fields: [] }),
  blobs: () => [],
  disturbedBy: () => [],
};

/** Each answer goes through a file, so that its length can be sent before it. */
function joined(reads: readonly Shell[]): Shell {
  return sh`rtp_tx=$(mktemp /tmp/rtprov-apt.XXXXXXXXXX) || exit 1
${reads.map(
  (read) => sh`( ${read}
) >"$rtp_tx" || { rm -f "$rtp_tx"; exit 1; }
wc -c <"$rtp_tx"
cat "$rtp_tx"
`,
)}
rm -f "$rtp_tx"`;
}

function split(output: Buffer, count: number): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const end = output.indexOf(10, at);
    const size = Number(output.toString('latin1', at, end < 0 ? at : end).trim());
    if (end < 0 || !Number.isInteger(size)) return parts;
    parts.push(output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size;
  }
  return parts;
}
