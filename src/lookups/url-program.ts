/**
 * The program that asks a web server, as text for `node -e`: it reads a request as JSON from its standard input and prints
 * an answer as JSON. It has to be a text, because the built program is one file that cannot be started in part.
 */

export interface UrlRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `safe`: only where nothing is sent (GET and HEAD). */
  readonly follow: 'all' | 'safe' | 'none';
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
  /** A file of further authorities. */
  readonly ca?: string;
  /** The server may be silent for so long. */
  readonly seconds: number;
  readonly user?: string;
  readonly password?: string;
  /** Send user and password at once, not only when the server asks for them. */
  readonly basicFirst: boolean;
}

export interface UrlAnswer {
  readonly text: string;
  readonly fault?: string;
}

const maximalBytes = 32 * 1024 * 1024;
const maximalRedirects = 10;

export const urlProgram = `
'use strict';
const request = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const end = (answer) => process.stdout.write(JSON.stringify(answer), () => process.exit(0));
const fault = (text) => end({ text: '', fault: text });
const from = new URL(request.url);
const user = request.user ?? (from.username === '' ? undefined : decodeURIComponent(from.username));
const password = request.user === undefined ? decodeURIComponent(from.password) : request.password ?? '';
const basic = 'Basic ' + Buffer.from(user + ':' + password).toString('base64');
function ask(url, method, body, left, authorized) {
  const client = url.protocol === 'https:' ? require('https') : require('http');
  const headers = { ...request.headers };
  if (authorized && url.host === from.host) headers.Authorization = basic;
  if (body !== undefined) headers['Content-Length'] = Buffer.byteLength(body);
  const options = { method, headers, rejectUnauthorized: request.verify, timeout: request.seconds * 1000 };
  if (request.ca !== undefined) options.ca = require('fs').readFileSync(request.ca);
  url.username = '';
  url.password = '';
  const sent = client.request(url, options, (response) => {
    const status = response.statusCode;
    const to = response.headers.location;
    const safe = method === 'GET' || method === 'HEAD';
    const follows = request.follow === 'all' || (request.follow === 'safe' && safe);
    if (status === 401 && user !== undefined && !authorized) {
      response.resume();
      ask(url, method, body, left, true);
      return;
    }
    if ([301, 302, 303, 307, 308].includes(status) && to !== undefined && follows) {
      response.resume();
      if (left === 0) return fault('too many redirects');
      const next = new URL(to, url);
      if (next.protocol !== 'http:' && next.protocol !== 'https:') return fault('redirected to ' + next.protocol);
      const keeps = status === 307 || status === 308 || safe;
      return ask(next, keeps ? method : 'GET', keeps ? body : undefined, left - 1, authorized);
    }
    if (status < 200 || status >= 300) return fault('HTTP Error ' + status + ': ' + (response.statusMessage ?? ''));
    const parts = [];
    let size = 0;
    response.on('data', (part) => {
      size += part.length;
      if (size > ${maximalBytes}) return fault('the answer is larger than 32 MiB');
      parts.push(part);
    });
    response.on('end', () => end({ text: Buffer.concat(parts).toString('utf8') }));
    response.on('aborted', () => fault('the connection was cut'));
  });
  sent.on('timeout', () => fault('no answer within ' + request.seconds + ' s'));
  sent.on('error', (error) => fault(error.message === '' ? error.code : error.message));
  sent.end(body);
}
try {
  ask(from, request.method, request.body, ${maximalRedirects}, request.basicFirst && user !== undefined);
} catch (error) {
  fault(error.message);
}
`;
