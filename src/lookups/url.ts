/**
 * `url`: what a web server answers. A program of its own asks (`url-program.ts`), so that a server that does not answer
 * holds up only the host whose task it is.
 */
import type { Vars } from '../values/value.js';
import type { Lookup } from './lookup.js';
import { printedLines } from './commands.js';
import { flagOption, mappingOption, numberOption, textOf, textOption } from './options.js';
import { baseFolder } from './search.js';
import { urlProgram, type UrlAnswer, type UrlRequest } from './url-program.js';

const redirects: Readonly<Record<string, UrlRequest['follow']>> = {
  all: 'all',
  yes: 'all',
  true: 'all',
  none: 'none',
  no: 'none',
  false: 'none',
  safe: 'safe',
  urllib2: 'safe',
};

function requestOf(url: string, options: Vars): UrlRequest {
  if (!/^https?:\/\//i.test(url)) throw new Error(`"${url}" is not an http:// or https:// address`);
  const follow = textOption(options, 'follow_redirects', 'urllib2').toLowerCase();
  const way = Object.hasOwn(redirects, follow) ? redirects[follow] : undefined;
  if (way === undefined) throw new Error(`"follow_redirects" is all, none, safe or urllib2, not ${follow}`);
  const given = mappingOption(options, 'headers');
  const headers: Record<string, string> = {
    'User-Agent': textOption(options, 'http_agent', 'ansible-httpget'),
  };
  if (flagOption(options, 'force', false)) headers['Cache-Control'] = 'no-cache';
  for (const [name, value] of Object.entries(given)) headers[name] = textOf(value, `the header "${name}"`);
  const user = options['username'];
  const body = options['body'];
  const ca = options['ca_path'];
  return {
    url,
    method: textOption(options, 'method', 'GET').toUpperCase(),
    headers,
    follow: way,
    verify: flagOption(options, 'validate_certs', true),
    seconds: numberOption(options, 'timeout', 10),
    basicFirst: flagOption(options, 'force_basic_auth', false),
    ...(user === undefined || user === null
      ? {}
      : { user: textOf(user, 'username'), password: textOption(options, 'password', '') }),
    ...(body === undefined || body === null
      ? {}
      : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(ca === undefined || ca === null ? {} : { ca: textOf(ca, 'ca_path') }),
  };
}

/** A proxy of the environment is not silently gone around. */
function refuseProxy(url: string, options: Vars, env: Readonly<Record<string, string | undefined>>): void {
  const { protocol, hostname } = new URL(url);
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = env[name] ?? env[name.toUpperCase()] ?? '';
  const without = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(',').map((one) => one.trim());
  const direct = without.some(
    (one) =>
      one !== '' && (one === '*' || hostname === one || hostname.endsWith(`.${one.replace(/^\./, '')}`)),
  );
  if (proxy === '' || direct || !flagOption(options, 'use_proxy', true)) return;
  throw new Error(
    `${name} is set, and rtprov does not use proxies; give use_proxy=false to connect directly`,
  );
}

export const url: Lookup = (call, world) =>
  call.terms.flatMap((term) => {
    const address = textOf(term, 'an address');
    const request = requestOf(address, call.options);
    refuseProxy(address, call.options, world.env);
    if (request.password !== undefined) world.secret(request.password);
    const { stdout, stderr, code } = world.act(
      {
        file: process.execPath,
        args: ['-e', urlProgram],
        cwd: baseFolder(call),
        input: JSON.stringify(request),
        seconds: request.seconds * 6 + 5,
      },
      call,
    );
    if (code !== 0) throw new Error(`${address} was not read: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    const answer = JSON.parse(stdout) as UrlAnswer;
    if (answer.fault !== undefined) throw new Error(`${address} was not read: ${answer.fault}`);
    return flagOption(call.options, 'split_lines', true) ? printedLines(answer.text) : [answer.text];
  });
